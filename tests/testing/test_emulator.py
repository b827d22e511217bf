"""The fixtures of the emulator: clients, environment, factories, faults, snapshots."""

import asyncio
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import anyio
import anyio.lowlevel
import httpx
import jwt
import pytest
import trio

from authing_users import (
    AsyncManagementClient,
    ConfigurationError,
    ConflictError,
    InvalidInputError,
    ManagementClient,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    TransportError,
    TransportTimeoutError,
)
from authing_users.emulator.store.passwords import load_private_key
from authing_users.testing import (
    AuthingEmulator,
    AuthingEmulatorServer,
    GroupFactory,
    RoleFactory,
    UserFactory,
    log_in,
)
from authing_users.testing.emulator.server import EmulatorStartError, serve, serve_deterministic

from .conftest import RunTests


def count_users() -> int:
    """Code under test, which finds the user pool in the environment."""
    with ManagementClient() as client:
        return client.users.list().total_count


async def count_users_async() -> int:
    async with AsyncManagementClient() as client:
        return (await client.users.list()).total_count


async def test_clients_and_code_under_test_use_the_emulator(
    authing: ManagementClient, async_authing: AsyncManagementClient, authing_user: UserFactory
) -> None:
    authing_user()
    assert authing.users.list().total_count == 1
    assert (await async_authing.users.list()).total_count == 1
    assert count_users() == 1  # synchronously, while an event loop runs
    assert await count_users_async() == 1


def test_the_emulator_is_new_in_each_test(authing: ManagementClient) -> None:
    assert authing.users.list().total_count == 0


def test_the_environment_is_that_of_the_emulator(authing_emulator: AuthingEmulator) -> None:
    assert os.environ["AUTHING_HOST"] == authing_emulator.url
    assert f"http://{os.environ['AUTHING_EMULATOR_HOST']}" == authing_emulator.url
    assert os.environ["AUTHING_USERPOOL_ID"] == authing_emulator.user_pool_id
    assert os.environ["AUTHING_USERPOOL_SECRET"] == authing_emulator.secret
    with pytest.raises(ConfigurationError, match="AUTHING_EMULATOR_HOST names"):
        ManagementClient(host="https://core.authing.cn")


def test_clients_take_options(authing_emulator: AuthingEmulator) -> None:
    with (
        authing_emulator.client(lang="en-US", retries=0, timeout=3) as client,
        pytest.raises(NotFoundError, match="Not found: role"),
    ):
        client.roles.update("unknown", "x")
    with pytest.raises(ConfigurationError, match="Unknown option 'retires'"):
        authing_emulator.client(retires=0)  # type: ignore[call-arg]


def test_any_httpx_client_can_use_the_transport(authing_emulator: AuthingEmulator) -> None:
    with httpx.Client(transport=authing_emulator.transport()) as http:
        assert http.get("http://any.example/api/v2/.well-known").json()["code"] == 200
        with authing_emulator.client(http_client=http) as client:
            assert client.users.list().total_count == 0

    async def use() -> int:
        transport = authing_emulator.transport()
        async with httpx.AsyncClient(transport=transport) as async_http:
            client = authing_emulator.async_client(http_client=async_http)
            return (await client.users.list()).total_count

    assert asyncio.run(use()) == 0


def test_synchronous_clients_work_under_trio(authing: ManagementClient) -> None:
    async def use() -> int:
        return authing.users.list().total_count

    assert trio.run(use) == 0
    assert anyio.run(use, backend="trio") == 0  # which sets a context variable


def test_many_threads_use_the_emulator(authing_user: UserFactory) -> None:
    threads = [threading.Thread(target=authing_user) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count_users() == 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_a_copy(authing_user: UserFactory) -> None:
    authing_user()
    process = os.fork()
    if process == 0:
        os._exit(0 if count_users() == 1 else 1)
    assert os.waitpid(process, 0)[1] == 0


def test_two_emulators_are_two_pools(authing_emulator: AuthingEmulator) -> None:
    with AuthingEmulator() as first, AuthingEmulator() as second:
        first.seed(users=2)
        assert first.client().users.list().total_count == 2
        assert second.client().users.list().total_count == 0
        assert authing_emulator.client().users.list().total_count == 0
        client = first.client(retries=0)
    with pytest.raises(TransportError, match="does not use the fixture authing_emulator"):
        client.users.list()


def test_emulators_share_what_takes_long_to_create(authing_emulator: AuthingEmulator) -> None:
    loaded = load_private_key.cache_info().misses
    with AuthingEmulator() as other:
        keys = [
            httpx.Client(transport=emulator.transport())
            .get("http://any.example/api/v2/.well-known")
            .json()["data"]["publicKey"]
            for emulator in (authing_emulator, other)
        ]
    assert keys[0] == keys[1]
    assert load_private_key.cache_info().misses == loaded


@pytest.mark.authing(users=3, roles=["admin", "guest"], groups=["staff"])
def test_the_marker_fills_the_emulator_without_a_fixture() -> None:
    assert count_users() == 3
    with ManagementClient() as client:
        assert {role.code for role in client.roles.list().list} == {"admin", "guest"}
        assert [group.code for group in client.groups.list().list] == ["staff"]


@pytest.mark.authing(users=3)
class TestMarkersOfClasses:
    def test_it_counts_for_each_test(self) -> None:
        assert count_users() == 3

    @pytest.mark.authing(users=1, roles=["admin"])
    def test_the_closest_marker_decides(self, authing: ManagementClient) -> None:
        assert count_users() == 1
        assert authing.roles.list().total_count == 1


@pytest.mark.authing(deterministic=True)
@pytest.mark.parametrize("run", [1, 2])
def test_deterministic_ids_and_times(authing_user: UserFactory, run: int) -> None:
    user = authing_user()
    assert (user.id[:8], user.created_at) == ("65920081", "2024-01-01T08:00:01+08:00")


@pytest.mark.authing
def test_the_marker_needs_no_arguments() -> None:
    assert count_users() == 0


def test_a_marker_can_be_added_while_the_test_runs(request: pytest.FixtureRequest) -> None:
    request.applymarker(pytest.mark.authing(users=2))
    request.getfixturevalue("authing_emulator")
    assert count_users() == 2


def test_factories_have_unique_defaults(
    authing: ManagementClient,
    authing_user: UserFactory,
    authing_role: RoleFactory,
    authing_group: GroupFactory,
) -> None:
    users = [authing_user(), authing_user()]
    assert len({user.username for user in users} | {user.email for user in users}) == 4
    assert len({authing_role().code, authing_role().code}) == 2
    assert len({authing_group().code, authing_group().code}) == 2
    authing.users.add_roles(users[0].id, [authing_role("admin").code or ""])
    ada = authing_user(
        username="ada", email=None, givenName="Ada", city="London", password="123456"
    )
    assert (ada.email, ada.given_name, ada.city) == (None, "Ada", "London")
    assert authing_group("staff", "Staff", "All").name == "Staff"
    with pytest.raises(ConflictError):
        authing_user(username="ada")
    with pytest.raises(
        InvalidInputError, match=r"Unknown key 'givenNam' .* Did you mean 'givenName'"
    ):
        authing_user(givenNam="Ada")  # type: ignore[call-arg]


Either = AuthingEmulator | AuthingEmulatorServer


@pytest.fixture(params=["authing_emulator", "authing_emulator_server"])
def either(request: pytest.FixtureRequest) -> Either:
    emulator: Either = request.getfixturevalue(request.param)
    return emulator


def test_code_under_test_finds_either(either: Either) -> None:
    either.seed(users=2)
    assert count_users() == 2


def test_faults_of_either(either: Either) -> None:
    with either.client(retries=0) as client:
        fault = either.fail("createUser", code=2026, after_commit=True)
        assert (fault.operation, fault.hits, fault.remaining) == ("createUser", 0, 1)
        with pytest.raises(ConflictError):
            client.users.create({"username": "ada"})
        assert client.users.list().total_count == 1
        assert (fault.hits, fault.remaining) == (1, 0)
        assert "2026" in fault.describe()
        either.drop("users")
        with pytest.raises(TransportError):
            client.users.list()
        either.truncate("ListUsers")
        with pytest.raises(TransportError):
            client.users.list()
        assert [fault.hits for fault in either.faults] == [1, 1, 1]
        either.clear_faults()
        assert list(either.faults) == []
        with pytest.raises(InvalidInputError, match="Did you mean 'createUser'"):
            either.fail("createUsr", code=2026)


def test_slow_and_limited_requests_of_either(either: Either) -> None:
    either.slow(0.001, 0.001)
    either.rate_limit(2, per=60)
    with either.client(retries=0) as client:
        client.users.list()
        with pytest.raises(RateLimitError):
            client.users.list()
    assert [fault.hits for fault in either.faults] == [3, 1]


def test_faults_are_told_apart_however_they_are_added(authing_emulator: AuthingEmulator) -> None:
    with httpx.Client(transport=authing_emulator.transport()) as http:
        fault = {"kind": "fail", "operation": "deleteUser", "code": 2026}
        http.post("http://localhost/emulator/v1/faults", json=fault).raise_for_status()
        other = authing_emulator.fail("createUser", code=2026, required=False)
        assert other.operation == "createUser"
        http.delete("http://localhost/emulator/v1/faults")
    assert (other.operation, other.hits) == ("createUser", 0)


def test_a_request_ends_with_the_emulator() -> None:
    emulator = AuthingEmulator()
    fault = emulator.slow(60, operation="users")
    with ThreadPoolExecutor() as pool, emulator.client(retries=0) as client:
        request = pool.submit(client.users.list)
        while not fault.hits:
            threading.Event().wait(0.001)
        emulator.close()
        with pytest.raises(TransportError, match="The emulator was closed"):
            request.result()


def test_values_that_json_does_not_have_are_rejected(authing_emulator: AuthingEmulator) -> None:
    with pytest.raises(InvalidInputError, match="not JSON compliant"):
        authing_emulator.slow(float("nan"))


def test_a_delay_that_is_too_long_times_out_after_the_commit(either: Either) -> None:
    with either.client(retries=0, timeout=0.15) as client:
        client.users.list()  # creates the token
        either.slow(60, operation="createUser")
        with pytest.raises(TransportTimeoutError) as caught:
            client.users.create({"username": "ada"})
        assert caught.value.maybe_sent
        assert client.users.list().total_count == 1


async def test_asynchronous_requests_time_out(authing_emulator: AuthingEmulator) -> None:
    client = authing_emulator.async_client(retries=0, timeout=0.15)
    authing_emulator.slow(60, operation="users")
    with pytest.raises(TransportTimeoutError):
        await client.users.list()


def test_delays_are_not_cut_short(authing_emulator: AuthingEmulator) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        await anyio.lowlevel.checkpoint()
        slept.append(seconds)

    with pytest.MonkeyPatch.context() as monkeypatch, authing_emulator.client() as client:
        monkeypatch.setattr(anyio, "sleep", sleep)
        authing_emulator.slow(0.5, operation="users")
        client.users.list()
    assert slept == [0.5]


def test_the_clock_of_either(either: Either) -> None:
    either.clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    either.clock.advance(timedelta(minutes=1))
    either.clock.advance(1)
    assert either.clock.now() == datetime(2030, 1, 1, 0, 1, 1, tzinfo=UTC).timestamp()
    user = either.client().users.create({"username": "ada"})
    assert user.created_at == "2030-01-01T08:01:01+08:00"
    with pytest.raises(InvalidInputError, match="0 or more seconds"):
        either.clock.advance(-1)
    either.clock.reset()
    assert abs(either.clock.now() - datetime.now(UTC).timestamp()) < 3600


def test_snapshots_of_either(either: Either) -> None:
    client = either.client()
    client.users.create({"username": "ada"})
    either.snapshot("with ada")
    client.users.create({"username": "bob"})
    assert "with ada" in either.snapshots
    either.restore("with ada")
    assert [user.username for user in client.users.list().list] == ["ada"]
    either.reset()
    assert client.users.list().total_count == 0
    with pytest.raises(InvalidInputError, match="unknown"):
        either.restore("unknown")
    for name in ("with ada/restore", ".."):
        with pytest.raises(InvalidInputError, match="Invalid name of a snapshot"):
            either.snapshot(name)


def test_the_calls_of_either(either: Either) -> None:
    client = either.client()
    client.users.create({"username": "ada", "password": "canary-1234"})
    client.users.kick(["unknown"])
    (call,) = either.calls("createUser")
    assert (call.kind, call.operation_name, call.status) == ("graphql", "CreateUser", 200)
    assert call.variables["userInfo"]["username"] == "ada"
    assert "canary" not in str(either.calls())
    assert either.secret not in str(either.calls())
    (call,) = either.calls("/api/v2/users/kick")
    assert str(call) == "POST /api/v2/users/kick(userIds=['unknown']) -> 200"
    assert len(either.calls("*")) == len(either.calls()) > 2
    with pytest.raises(InvalidInputError, match="Unknown operation"):
        either.calls("createUsr")


def test_the_mails_of_either(either: Either) -> None:
    client = either.client()
    user = client.users.create({"username": "ada", "email": "ada@example.com"})
    assert either.outbox == []
    client.users.send_first_login_verify_email("app", user.id)
    (mail,) = either.outbox
    assert (mail.email, mail.user_id, mail.app_id) == ("ada@example.com", user.id, "app")


def test_the_signatures_of_either(either: Either) -> None:
    client = either.client()
    user = client.users.create({"username": "ada"})
    kids: set[object] = set()
    either.sign_tokens("RS256")
    for _ in range(2):
        token = client.users.refresh_token(user.id).token or ""
        issuer = f"{either.url}/oidc"
        assert either.client().verify_token(token, issuer=issuer, algorithm="RS256").sub == user.id
        kids.add(jwt.get_unverified_header(token)["kid"])
        either.rotate_signing_key(retire=True)
    assert len(kids) == 2
    with pytest.raises(InvalidInputError, match="Unknown algorithm"):
        either.sign_tokens(cast("Any", "ES256"))


SEED = """\
roles: [admin]
users:
  - {username: ada, password: correct horse, roles: [admin]}
  - {username: bob, status: Suspended}
"""


def test_either_can_be_seeded(either: Either, tmp_path: Path) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text(SEED, "utf-8")
    either.seed(file, users=1)
    client = either.client()
    users = {user.username: user for user in client.users.list().list}
    assert set(users) == {"ada", "bob", "user00001"}
    assert [role.code for role in client.users.list_roles(users["ada"].id).list] == ["admin"]
    assert log_in(client, username="ada", password="correct horse").id == users["ada"].id
    with pytest.raises(PermissionDeniedError):
        log_in(client, username="bob", password="correct horse")
    either.seed({"groups": [{"code": "staff", "name": "Staff"}]})
    assert [group.name for group in client.groups.list().list] == ["Staff"]
    with pytest.raises(InvalidInputError, match="Did you mean 'groups'"):
        either.seed({"gruops": ["x"]})
    file.write_text("users:\n  - {usernam: ada}\n", "utf-8")
    with pytest.raises(InvalidInputError, match=r"seed\.yaml.*Did you mean 'username'"):
        either.seed(file)
    with pytest.raises(InvalidInputError, match="cannot be read"):
        either.seed(tmp_path / "missing.yaml")


def test_a_marker_names_a_seed_file_next_to_the_test(
    run_tests: RunTests, pytester: pytest.Pytester
) -> None:
    pytester.path.joinpath("seed.yaml").write_text(SEED, "utf-8")
    result = run_tests(
        """
        import pytest

        @pytest.mark.authing(seed="seed.yaml")
        def test_it(authing):
            assert authing.users.list().total_count == 2

        @pytest.mark.authing(seed="missing.yaml")
        def test_missing(authing):
            pass
        """
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["E *missing.yaml cannot be read*"])


def test_a_pool_can_be_exported_and_loaded(
    authing_emulator: AuthingEmulator, authing_user: UserFactory, tmp_path: Path
) -> None:
    authing_user(username="ada")
    authing_emulator.export(tmp_path / "pool.db")
    with AuthingEmulator() as other:
        other.load(tmp_path / "pool.db")
        assert [user.username for user in other.client().users.list().list] == ["ada"]


def test_unsupported_operations_are_known(either: Either) -> None:
    document = {"query": "query Functions { functions { totalCount } }"}
    url = f"{either.url}/graphql/v2"
    if isinstance(either, AuthingEmulator):
        with httpx.Client(transport=either.transport()) as http:
            http.post(url, json=document)
    else:
        with httpx.Client(trust_env=False) as http:
            http.post(url, json=document)
    assert either.unserved == ("Query.functions",)
    assert either.problems() == [
        "The emulator does not support Query.functions: see docs/emulator-coverage.md"
    ]
    either.reset()


def test_a_process_that_does_not_start_says_why() -> None:
    with (
        pytest.raises(EmulatorStartError, match="No such option: --determinstic"),
        serve("--determinstic"),
    ):
        pytest.fail("started")


def test_a_missing_extra_is_named(run_tests: RunTests, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        return None

    monkeypatch.setattr("authing_users.testing.emulator.server.find_spec", absent)
    with pytest.raises(EmulatorStartError, match=r"authing-users\[emulator\]"), serve():
        pytest.fail("started")
    result = run_tests("def test_it(): pass", "--authing-record=emulator")
    result.stderr.fnmatch_lines(["ERROR: --authing-record=emulator: *pip install *emulator*"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_a_process_ends_with_the_one_that_started_it() -> None:
    program = """if True:
        import os, signal
        from authing_users.testing.emulator.server import serve
        with serve() as process:
            print(process.url, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    """
    killed = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert killed.returncode == -signal.SIGKILL
    address = ("127.0.0.1", int(killed.stdout.rpartition(":")[2]))
    deadline = time.monotonic() + 30
    has_ended = False
    while not has_ended and time.monotonic() < deadline:
        with socket.socket() as connection:
            has_ended = connection.connect_ex(address) == errno.ECONNREFUSED
        time.sleep(0.02)
    assert has_ended


def test_a_deterministic_process_repeats_what_others_did_and_ends() -> None:
    with (
        AuthingEmulator(deterministic=True) as emulator,
        serve_deterministic() as server,
        ManagementClient(
            host=server.url, user_pool_id=server.user_pool_id, secret=server.secret
        ) as client,
    ):
        user = client.users.create({"username": "ada"})
        assert user == emulator.client().users.create({"username": "ada"})
        assert (server.user_pool_id, server.secret) == (emulator.user_pool_id, emulator.secret)
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


SNAPSHOTS = """
import pytest

@pytest.fixture(scope="session")
def authing_snapshots():
    def signed_up(emulator):
        (filled := globals().setdefault("filled", [])).append(emulator)
        assert len(filled) <= 2  # once for each kind of emulator
        emulator.client().users.create({"username": "ada"})
        emulator.clock.set(0)
        emulator.fail("users", code=500)

    return {"signed-up": signed_up}
"""


def test_servers_and_snapshots_are_shared_but_not_their_changes(run_tests: RunTests) -> None:
    result = run_tests(
        """
        import pytest

        urls = set()

        @pytest.mark.authing(snapshot="signed-up", users=1)
        @pytest.mark.parametrize("number", [1, 2, 3])
        @pytest.mark.parametrize("kind", ["authing_emulator", "authing_emulator_server"])
        def test_snapshots(request, kind, number):
            emulator = request.getfixturevalue(kind)
            urls.add(emulator.url)
            assert len(urls) <= 2
            assert emulator.calls() == []
            client = emulator.client()
            names = {user.username for user in client.users.list().list}
            assert names == {"ada", "user00001"}
            assert emulator.clock.now() > 1e9
            client.users.create({"username": "bob"})
            emulator.fail("users", code=500, required=False)

        def test_empty_again(authing_emulator_server, authing):
            assert authing_emulator_server.url in urls
            assert authing.users.list().total_count == 0

        @pytest.mark.authing(snapshot="signedup")
        def test_typo(authing):
            pass

        @pytest.mark.authing(deterministic=True)
        def test_deterministic(authing_emulator_server):
            pass
        """,
        conftest=SNAPSHOTS,
    )
    result.assert_outcomes(passed=7, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*has no snapshot 'signedup'. Did you mean 'signed-up'?",
            "*(deterministic=True) needs the fixture authing_emulator: the IDs of*",
        ]
    )


def test_the_way_a_test_uses_its_emulator_can_make_it_fail(run_tests: RunTests) -> None:
    result = run_tests(
        """
        import httpx
        import pytest

        def test_fault_without_hit(authing_emulator):
            authing_emulator.fail("createUser", code=2026)

        def test_optional_fault(authing_emulator):
            authing_emulator.fail("createUser", code=2026, required=False)

        def test_unsupported(authing_emulator):
            with httpx.Client(transport=authing_emulator.transport()) as http:
                http.post("http://x/graphql/v2", json={"query": "{ functions { totalCount } }"})

        def test_own_failure(authing_emulator, authing):
            authing_emulator.fail("users", code=2026)
            authing.users.create({"username": "ada", "password": "canary-1234"})
            assert "own" == "failure"
        """
    )
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines(
        [
            "The fault was never hit: fail createUser*",
            "The emulator does not support Query.functions*",
            "*AssertionError: assert 'own' == 'failure'",
            "*authing requests*",
            "*:*:* GetAccessToken(*secret='[*][*]*') -> 200",
            "*:*:* CreateUser(userInfo={'username': 'ada', 'password': '[*][*]*'}) -> 200",
        ]
    )
    result.stdout.no_fnmatch_line("*fail users*")
    result.stdout.no_fnmatch_line("*canary*-> 200*")


def test_the_requests_of_fixtures_are_shown(run_tests: RunTests) -> None:
    result = run_tests(
        """
        import pytest

        @pytest.fixture
        def twins(authing_user):
            return [authing_user(username="ada") for _ in range(2)]

        def test_it(twins):
            pass
        """
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*authing requests*", "*CreateUser(*'ada'*-> 200, code 2034"])


def test_a_process_that_a_test_ended_does_not_end_the_session(run_tests: RunTests) -> None:
    result = run_tests(
        """
        import pytest
        from authing_users.testing import AuthingEmulator
        from authing_users.testing.emulator import plugin

        class Ended(AuthingEmulator):
            def calls(self, operation=None):
                raise OSError("Connection refused")

        @pytest.fixture
        def ended(request):
            with Ended() as emulator:
                request.node.stash[plugin._EMULATOR] = emulator
                yield

        def test_it(ended):
            assert False

        def test_next():
            pass
        """
    )
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["unknown: the emulator does not respond (Connection refused)"])


def test_a_long_list_of_requests_is_cut(run_tests: RunTests) -> None:
    result = run_tests(
        """
        def test_it(authing):
            for page in range(1, 61):
                authing.users.list(page=page)
            assert False
        """
    )
    result.stdout.fnmatch_lines(["… 11 earlier requests", "* ListUsers(page=11, limit=10) -> 200"])


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("user=3", "has no argument 'user'. Did you mean 'users'?"),
        ("color=3", "has no argument 'color'. It has users, roles, groups, snapshot, seed, *"),
        ("3", "takes keyword arguments only, such as @pytest.mark.authing(users=100)"),
        ("users=-1", "needs a whole number from 0 for users, not -1"),
        ("users=True", "needs a whole number from 0 for users, not True"),
        ("roles='admin'", "needs a list of codes for roles, not 'admin'"),
        ("groups=[1]", "needs a list of codes for groups, not ?1?"),
        ("snapshot=''", "needs the name of a snapshot for snapshot, not ''"),
        ("seed=1", "needs the path of a file for seed, not 1"),
        ("deterministic=1", "needs True or False for deterministic, not 1"),
        ("allow_real='no'", "needs True or False for allow_real, not 'no'"),
    ],
)
def test_mistakes_in_the_marker(run_tests: RunTests, marker: str, message: str) -> None:
    result = run_tests(
        f"""
        import pytest

        @pytest.mark.authing({marker})
        def test_it():
            pass
        """,
        "--strict-markers",
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"@pytest.mark.authing {message}"])


def test_without_the_extra_one_sentence_says_what_to_install(
    run_tests: RunTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run_tests(
        """
        import sys

        import pytest
        from authing_users.testing import page_of

        @pytest.fixture(autouse=True)
        def no_extra(monkeypatch):
            for name in [*sys.modules]:
                if name.startswith("authing_users.emulator"):
                    monkeypatch.delitem(sys.modules, name)
            monkeypatch.setitem(sys.modules, "starlette.applications", None)

        def test_it(authing_emulator):
            pass

        def test_stub(authing_stub):
            authing_stub.on("ListUsers").returns(page_of())
            authing_stub.client.users.list()
        """
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["The emulator needs starlette*, which is not installed: pip install 'authing-users*"]
    )
