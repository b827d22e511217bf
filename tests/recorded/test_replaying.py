"""Replayed calls: which response each gets, and what happens if there is none."""

import json
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from authing_users import AuthenticationError, ManagementClient, RateLimitError
from authing_users.testing import CassetteMismatchError, StaleDocumentWarning

from .service import (
    OTHER_POOL,
    POOL,
    SECRET,
    TOKEN,
    Content,
    Service,
    cassette,
    client,
    interactions,
    operations,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.yaml"


def record(path: Path, calls: Callable[[ManagementClient], object], service: Any = None) -> None:
    with cassette(path, "once"), client(service or Service()) as made:
        calls(made)


def test_a_call_gets_the_response_to_its_operation_and_variables(path: Path) -> None:
    record(path, lambda made: [made.users.list(page=page) for page in (1, 2)])
    with cassette(path) as used, client(host="https://another.example") as made:
        assert made.users.list(page=2).total_count == 2
        assert not used.all_played
        assert made.users.list(page=1).total_count == 1
        assert used.all_played


def test_equal_calls_get_their_responses_in_order(path: Path) -> None:
    counts = iter(range(5))
    service = Service(lambda content: {"users": {"totalCount": next(counts), "list": []}})
    record(path, lambda made: [made.users.list() for _ in range(5)], service)
    with cassette(path), client() as made:
        assert [made.users.list().total_count for _ in range(5)] == [0, 1, 2, 3, 4]
        with pytest.raises(CassetteMismatchError, match="recorded 5 times, and has been played"):
            made.users.list()


def test_the_last_response_is_repeated_if_that_is_asked_for(path: Path) -> None:
    record(path, lambda made: made.users.list())
    with cassette(path, allow_playback_repeats=True), client() as made:
        assert {made.users.list().total_count for _ in range(3)} == {1}


def test_threads_share_a_cassette(path: Path) -> None:
    record(path, lambda made: [made.users.list(page=page) for page in range(1, 41)])
    with cassette(path) as used, client() as made, ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(made.users.list, range(1, 41)))
        assert used.all_played
    assert [page.total_count for page in pages] == list(range(1, 41))


def test_rest_calls_are_compared_by_path_query_and_body(path: Path) -> None:
    def respond(content: Content) -> httpx.Response:
        return httpx.Response(200, json={"code": 200, "message": "ok", "data": {}})

    def kick(made: ManagementClient, *ids: str) -> object:
        return made.users.kick(list(ids))

    record(path, lambda made: [kick(made, "1"), kick(made, "2", "3")], Service(respond))
    assert operations(path)[1:] == ["POST /api/v2/users/kick"] * 2
    with cassette(path), client() as made:
        kick(made, "2", "3")
        with pytest.raises(CassetteMismatchError) as caught:
            kick(made, "2", "4")
    assert "body.userIds[1]: '4', recorded '3'" in str(caught.value)


def test_an_encrypted_password_is_not_compared(path: Path) -> None:
    def respond(content: Content) -> Content:
        return {"createUser": {"id": "1", "username": "bob"}}

    def create(made: ManagementClient) -> object:
        return made.users.create({"username": "bob", "password": "canary-password"})

    record(path, create, Service(respond))
    assert "canary" not in path.read_text("utf-8")
    with cassette(path), client() as made:
        assert create(made)


# Tokens


def test_a_token_is_given_although_none_was_recorded(path: Path) -> None:
    with client(Service()) as made:
        made.users.list(page=1)
        with cassette(path, "once"):
            made.users.list(page=2)
    assert operations(path) == ["ListUsers"]
    with cassette(path), client() as made:
        assert made.users.list(page=2).total_count == 2


def test_a_given_token_is_not_recorded_and_any_credential_replays(path: Path) -> None:
    def respond(_: Content) -> Content:
        return {"users": {"totalCount": 1, "list": [{"id": "1", "nickname": f"has {TOKEN}"}]}}

    options: dict[str, Any] = {"secret": None, "access_token": TOKEN}
    with cassette(path, "once"), client(Service(respond), **options) as made:
        made.users.list()
    assert operations(path) == ["ListUsers"]
    assert "canary" not in path.read_text("utf-8")
    with cassette(path), client(secret=None, access_token="another") as made:
        assert made.users.list().total_count == 1
    with cassette(path), client() as made:
        assert made.users.list().total_count == 1


def test_a_recorded_error_of_a_token_request_is_replayed(path: Path) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        problem = {"code": 2333, "message": "wrong secret"}
        return httpx.Response(200, json={"errors": [{"message": problem}], "data": None})

    def fails(made: ManagementClient) -> None:
        with pytest.raises(AuthenticationError, match="wrong secret"):
            made.users.list()

    record(path, fails, refuse)
    with cassette(path), client() as made:
        fails(made)


def test_a_recorded_token_never_differs(tmp_path: Path) -> None:
    texts: list[str] = []
    for name in ("one.yaml", "two.yaml"):
        record(tmp_path / name, lambda made: made.users.list())
        texts.append((tmp_path / name).read_text("utf-8"))
        time.sleep(0.01)
    assert texts[0] == texts[1]
    assert '"accessToken":"**********","iat":1577836800' in texts[0]


@pytest.mark.parametrize("has_token", [True, False], ids=["recorded", "not recorded"])
def test_new_episodes_use_a_real_token(path: Path, has_token: bool) -> None:
    if has_token:
        record(path, lambda made: made.users.list(page=1))
    else:
        with client(Service()) as made:
            made.users.list(page=9)
            with cassette(path, "once"):
                made.users.list(page=1)
    service = Service()
    with cassette(path, "new_episodes"), client(service) as made:
        made.users.list(page=1)
        made.users.list(page=2)
        made.users.list(page=3)
    # The replayed token has not been sent: the service would have recorded one request more.
    assert service.operations == ["GetAccessToken", "ListUsers", "ListUsers"]
    added = [] if has_token else ["GetAccessToken"]
    before = ["GetAccessToken", "ListUsers"] if has_token else ["ListUsers"]
    assert operations(path) == [*before, *added, "ListUsers", "ListUsers"]
    assert "2020" not in path.read_text("utf-8")
    with cassette(path), client() as made:
        assert [made.users.list(page=page).total_count for page in (3, 2, 1)] == [3, 2, 1]


def test_a_mutation_is_sent_with_a_real_token(path: Path) -> None:
    record(path, lambda made: made.users.list(page=1))
    service = Service(lambda content: {"deleteUser": {"code": 200, "message": "ok"}})
    with cassette(path, "new_episodes"), client(service) as made:
        made.users.list(page=1)
        made.users.delete("1")
    assert service.operations == ["GetAccessToken", "DeleteUser"]


def test_a_client_with_a_replayed_token_can_record(path: Path, tmp_path: Path) -> None:
    record(path, lambda made: made.users.list(page=1))
    service = Service()
    with client(service) as made:
        with cassette(path):
            made.users.list(page=1)
        with cassette(tmp_path / "two.yaml", "once"):
            made.users.list(page=2)
    assert service.operations == ["GetAccessToken", "ListUsers"]


# Pools


def test_another_pool_replays_and_gets_its_own_id_back(path: Path) -> None:
    def respond(content: Content) -> Content:
        return {"user": {"id": "1", "userPoolId": POOL, "arn": f"arn:cn:authing:{POOL}:user:1"}}

    record(path, lambda made: made.users.detail("1"), Service(respond))
    text = path.read_text("utf-8")
    assert POOL not in text
    assert "authing-pool-1" in text
    with cassette(path), client(user_pool_id=OTHER_POOL) as made:
        user = made.users.detail("1")
    assert user is not None
    assert user.user_pool_id == OTHER_POOL
    assert user.arn == f"arn:cn:authing:{OTHER_POOL}:user:1"


def record_two_pools(path: Path) -> None:
    def service_of(name: str) -> Service:
        return Service(lambda content: {"user": {"id": "1", "nickname": name}})

    with (
        cassette(path, "once"),
        client(service_of("of one")) as one,
        client(service_of("of two"), user_pool_id=OTHER_POOL) as two,
    ):
        one.users.detail("1")
        one.users.detail("7")
        two.users.detail("1")


def nickname(made: ManagementClient, user_id: str) -> str | None:
    user = made.users.detail(user_id)
    assert user is not None
    return user.nickname


def test_two_pools_never_get_each_others_responses(path: Path) -> None:
    record_two_pools(path)
    with cassette(path), client() as one, client(user_pool_id=OTHER_POOL) as two:
        assert nickname(one, "1") == "of one"
        assert nickname(two, "1") == "of two"
        with pytest.raises(CassetteMismatchError):
            two.users.detail("7")


def test_a_pool_is_recognized_by_the_calls_that_only_it_has_made(path: Path) -> None:
    record_two_pools(path)
    with cassette(path), client(user_pool_id="a-third-pool") as two, client() as one:
        # The first token request is not that of the first recorded pool.
        with pytest.raises(CassetteMismatchError):
            two.users.detail("8")
        assert nickname(one, "7") == "of one"
        assert nickname(two, "1") == "of two"
        assert nickname(one, "1") == "of one"


def test_a_short_pool_id_is_replaced_only_where_it_is_named(path: Path) -> None:
    def respond(content: Content) -> Content:
        return {"user": {"id": "p", "userPoolId": "p", "gender": "p"}}

    with cassette(path, "once"), client(Service(respond), user_pool_id="p") as made:
        made.users.detail("p")
    with cassette(path), client(user_pool_id="q") as made:
        user = made.users.detail("p")
    assert user is not None
    assert (user.id, user.gender, user.user_pool_id) == ("p", "p", "q")


def test_no_credentials_are_needed_to_replay(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(path, lambda made: made.users.list(page=3))
    with cassette(path), ManagementClient(host="https://one.example") as made:
        assert made.users.list(page=3).total_count == 3
    with pytest.raises(Exception, match="The user pool ID is missing"):
        ManagementClient()


# Waits


def busy(content: Content) -> httpx.Response:
    return httpx.Response(429, headers={"retry-after": "60"}, json={"code": 429, "message": "x"})


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits of the client, which end at once. Threads of other tools keep waiting."""
    waited: list[float] = []
    sleep, client_thread = time.sleep, threading.get_ident()

    def wait(seconds: float) -> None:
        if threading.get_ident() == client_thread:
            waited.append(seconds)
        else:
            sleep(seconds)

    monkeypatch.setattr(time, "sleep", wait)
    return waited


def test_a_replay_does_not_wait(path: Path, waits: list[float]) -> None:
    def fails(made: ManagementClient) -> None:
        with pytest.raises(RateLimitError) as caught:
            made.with_options(retries=2).users.list()
        assert caught.value.retry_after == 60

    record(path, fails, Service(busy))
    assert waits == [60, 60]
    with cassette(path), client() as made:
        fails(made)
    assert waits == [60, 60]


def test_a_call_that_is_recorded_waits(path: Path, waits: list[float]) -> None:
    record(path, lambda made: made.users.list(page=1))
    with cassette(path, "new_episodes"), client(Service(busy)) as made:
        made.users.list(page=1)
        with pytest.raises(RateLimitError):
            made.with_options(retries=1).users.list(page=2)
    assert waits == [60]


# Mismatches


def test_a_mismatch_says_what_differs_and_how_to_record(path: Path) -> None:
    def change(made: ManagementClient, nickname: str) -> object:
        return made.users.update("1", {"nickname": nickname})

    service = Service(lambda content: {"updateUser": {"id": "1"}})
    record(path, lambda made: [change(made, name) for name in ("Nick", "Nora")], service)
    with cassette(path), client(retries=3) as made:
        change(made, "Nick")
        with pytest.raises(CassetteMismatchError) as caught:
            change(made, "Nicky")
    text = str(caught.value)
    assert text.startswith("UpdateUser is not in the cassette.\n")
    assert "- UpdateUser: variables.input.nickname: 'Nicky', recorded 'Nora'" in text
    assert "- UpdateUser (already played): " in text
    assert f"Cassette: {path}\n" in text
    assert "test_replaying.py::test_a_mismatch_says" in text
    assert text.endswith("--record-mode=rewrite")
    assert len(text) < 1200


def test_a_long_mismatch_is_cut(path: Path) -> None:
    record(path, lambda made: [made.users.detail("x" * 5000 + str(n)) for n in range(5)])
    with cassette(path), client() as made, pytest.raises(CassetteMismatchError) as caught:
        made.users.detail("y" * 5000)
    assert len(str(caught.value)) < 1200
    assert str(caught.value).endswith("--record-mode=rewrite")


def test_a_mismatch_shows_no_secret(path: Path) -> None:
    record(path, lambda made: made.users.detail("1"))
    with cassette(path), client() as made:
        with pytest.raises(CassetteMismatchError) as caught:
            made.users.create({"username": "bob", "password": "canary-password"})
        assert "canary" not in str(caught.value)
    assert "Recorded operations: GetUser" in str(caught.value)


def test_a_cassette_that_does_not_exist_is_a_mismatch(path: Path) -> None:
    with (
        cassette(path),
        client() as made,
        pytest.raises(CassetteMismatchError, match=r"calls.yaml \(it does not exist\)"),
    ):
        made.users.list()


def test_a_mismatch_in_a_thread_reaches_its_caller(path: Path) -> None:
    record(path, lambda made: made.users.list(page=1, limit=1))
    with cassette(path), client() as made, pytest.raises(CassetteMismatchError):
        list(made.users.iter_list(limit=2, prefetch=4))


# Documents


def change_documents(path: Path) -> None:
    text = re.sub(r"sha256:\w+", "sha256:000000000000", path.read_text("utf-8"))
    path.write_text(text, "utf-8")


def test_a_changed_document_is_reported_with_the_fields_that_are_missing(path: Path) -> None:
    def respond(content: Content) -> Content:
        return {"user": {"id": "1", "username": "ada", "identities": [{"openid": "1"}]}}

    record(path, lambda made: made.users.detail("1"), Service(respond))
    change_documents(path)
    with cassette(path) as used, client() as made:
        made.users.detail("1")
    with pytest.warns(StaleDocumentWarning) as warned:
        used.warn()
    (warning,) = warned
    text = str(warning.message)
    assert text.startswith("GetUser was recorded with another document than is sent now. ")
    assert "The response lacks user.arn, user.userPoolId, user.status" in text
    assert "user.username" not in text


def test_the_interaction_with_the_same_document_is_preferred(path: Path) -> None:
    names = iter(["old", "new"])
    service = Service(lambda content: {"user": {"id": "1", "nickname": next(names)}})
    record(path, lambda made: [made.users.detail("1"), made.users.detail("1")], service)
    text = path.read_text("utf-8")
    first = text.index('"GetUser"')
    document = text.index('"document"', first)
    path.write_text(text[:document] + text[document:].replace("sha256:", "sha256:0", 1), "utf-8")
    with cassette(path), client() as made:
        assert nickname(made, "1") == "new"


# Requests to other APIs


def test_another_api_with_the_same_path_is_left_to_vcrpy(path: Path) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"x-kept": "yes"}, json={"host": request.url.host})

    service, other = Service(), httpx.MockTransport(respond)
    url = "https://other.example/graphql/v2"
    body = {"operationName": "ListUsers", "variables": {"page": 1, "limit": 10}, "query": "{ x }"}
    with cassette(path, "once"), client(service) as made, httpx.Client(transport=other) as http:
        assert http.post(url, json=body).json() == {"host": "other.example"}
        made.users.list(page=1)
    foreign = interactions(path)[0]
    assert foreign["request"]["uri"] == url
    assert "operation" not in foreign
    with cassette(path), client() as made, httpx.Client() as http:
        assert made.users.list(page=1).total_count == 1
        response = http.post(url, json=body)
        assert response.json() == {"host": "other.example"}
        assert response.headers["x-kept"] == "yes"
    with (
        cassette(path),
        httpx.Client() as http,
        pytest.raises(Exception, match="Can't play back this request"),
    ):
        http.post(url.replace("other", "third"), json=body)


# Size


def test_the_time_of_a_call_does_not_grow_with_the_cassette(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    record(path, lambda made: made.users.detail("number-0"))
    head, token, call = path.read_text("utf-8").split("- operation:")

    def seconds(number: int) -> float:
        calls = [call.replace("number-0", f"number-{n}") for n in range(number)]
        path.write_text("- operation:".join([head, token, *calls]), "utf-8")
        with cassette(path), client() as made:
            start = time.process_time()
            for n in [*range(49), number - 1]:
                assert made.users.detail(f"number-{n}")
            return time.process_time() - start

    seconds(50)
    few, many = ([seconds(number) for _ in range(2)] for number in (50, 400))
    assert min(many) < 2 * min(few)


def test_a_cassette_is_replayed_without_locks_between_threads_that_wait(path: Path) -> None:
    """A call that is being recorded does not hold up calls that are replayed."""
    record(path, lambda made: made.users.list(page=1))
    is_asked, may_respond = threading.Event(), threading.Event()

    def respond(content: Content) -> Content:
        is_asked.set()
        assert may_respond.wait(10)
        return {"users": {"totalCount": 2, "list": []}}

    with (
        cassette(path, "new_episodes"),
        client(Service(respond)) as made,
        ThreadPoolExecutor(1) as pool,
    ):
        slow = pool.submit(made.users.list, 2)
        assert is_asked.wait(10)
        assert made.users.list(page=1).total_count == 1
        may_respond.set()
        assert slow.result().total_count == 2


def test_the_secret_is_in_no_file(path: Path) -> None:
    record(path, lambda made: made.users.list())
    text = path.read_text("utf-8")
    assert SECRET not in text
    assert "canary" not in text
    assert json.dumps(POOL) not in text


# The public key


def create_with_password(made: ManagementClient) -> object:
    return made.users.create({"username": "bob", "password": "canary-password"})


def emulator_like(key: str) -> Callable[[httpx.Request], httpx.Response]:
    service = Service(lambda content: {"createUser": {"id": "1", "username": "bob"}})

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v2/.well-known":
            return httpx.Response(200, json={"code": 200, "data": {"publicKey": key}})
        return service(request)

    return respond


def test_the_public_key_of_an_emulator_is_not_recorded(tmp_path: Path) -> None:
    """It differs between emulators, and ciphertexts are not compared."""
    texts: list[str] = []
    for number in range(2):
        path = tmp_path / f"{number}.yaml"
        key = rsa.generate_private_key(65537, 1024 + 256 * number).public_key()
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        transport = httpx.MockTransport(emulator_like(pem))
        with (
            cassette(path, "once"),
            httpx.Client(transport=transport) as http,
            ManagementClient(
                user_pool_id=POOL, secret=SECRET, host="http://127.0.0.1:9", http_client=http
            ) as made,
        ):
            create_with_password(made)
        texts.append(path.read_text("utf-8"))
    assert texts[0] == texts[1]


@pytest.mark.parametrize("host", ["https://one.example", "http://127.0.0.1:9"])
def test_a_public_key_is_given_although_none_was_recorded(path: Path, host: str) -> None:
    service = Service(lambda content: {"createUser": {"id": "1", "username": "bob"}})
    record(path, create_with_password, service)
    assert operations(path) == ["GetAccessToken", "CreateUser"]
    with cassette(path) as used, client(host=host) as made:
        assert create_with_password(made)
        assert used.all_played


POOL_DOCUMENT = "query GetPool($number: Int) { userpool(number: $number) { id } }"


def test_operations_of_other_projects_are_compared_by_name_and_variables(path: Path) -> None:
    def respond(content: Content) -> Content:
        return {"userpool": {"id": str(content["variables"].get("number"))}}

    def pool(made: ManagementClient, variables: dict[str, object] | None) -> str:
        read = made.execute(POOL_DOCUMENT, variables, dict[str, dict[str, str]])
        return read["userpool"]["id"]

    numbers: list[dict[str, object] | None] = [{"number": 1}, {"number": 2}, None]
    record(path, lambda made: [pool(made, one) for one in numbers], Service(respond))
    assert [one["operation"] for one in interactions(path)][1:] == ["GetPool"] * 3
    with cassette(path) as used, client() as made:
        assert [pool(made, one) for one in reversed(numbers)] == ["None", "2", "1"]
        assert used.all_played
        with pytest.raises(CassetteMismatchError, match="GetPool"):
            pool(made, {"number": 3})
