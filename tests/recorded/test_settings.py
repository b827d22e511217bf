"""Cassettes beside settings of the user's own, in every way to use vcrpy."""

import copy
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from authing_users import ManagementClient
from authing_users.testing import (
    CassetteMismatchError,
    authing_cassette,
    cassette_settings,
    skip_waits,
)
from authing_users.testing.cassettes import same_call
from authing_users.testing.cassettes.environment import variables
from authing_users.testing.cassettes.session import session
from authing_users.testing.cassettes.vcrpy import VCR, Request
from authing_users.testing.environment import client_environment

from .service import (
    HOST,
    OTHER_POOL,
    POOL,
    SECRET,
    TOKEN,
    Content,
    Service,
    cassette,
    client,
    interactions,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.yaml"


def unchanged(value: Any) -> Any:
    return value


def unchanged_interaction(request: Any, response: Any) -> tuple[Any, Any]:
    return request, response


def nickname_service() -> Service:
    user = {"id": "1", "token": TOKEN, "username": "ada"}
    return Service(lambda content: {"users": {"totalCount": 1, "list": [user]}, "user": user})


USER_SETTINGS: dict[str, dict[str, Any]] = {
    "filter_headers": {"filter_headers": ["x-a", "content-type"]},
    "filter_sensitive_data": {"filter_sensitive_data": {"<NAME>": "ada"}},
    "serializer": {"serializer": "json"},
    "filter_post_data_parameters": {"filter_post_data_parameters": ["foo"]},
    "filter_query_parameters": {"filter_query_parameters": ["foo"]},
    "request hook": {"before_record_request": unchanged},
    "response hook": {"before_record_response": unchanged},
    "both hooks": {
        "before_record_request": unchanged,
        "before_record_response": unchanged,
    },
    "no decompression": {"decode_compressed_response": False},
    "matchers": {"match_on": ["method", "uri", "headers", "body"]},
    "save hook": {"before_save_interaction": unchanged_interaction},
    "record on exception": {"record_on_exception": True},
}


def settings_of(name: str) -> dict[str, Any]:
    return copy.deepcopy(USER_SETTINGS[name])


@pytest.mark.parametrize("name", USER_SETTINGS)
@pytest.mark.parametrize("place", ["VCR", "use_cassette", "authing_cassette"])
def test_settings_of_the_user_do_not_switch_off_scrubbing(
    path: Path, name: str, place: str
) -> None:
    def use(mode: str) -> AbstractContextManager[Any]:
        extra: Any = {**settings_of(name), "record_mode": mode}
        if place == "authing_cassette":
            return authing_cassette(path, **extra)
        if place == "VCR":
            made: Any = VCR(**{**cassette_settings(), **extra})
            return cast("AbstractContextManager[Any]", made.use_cassette(str(path)))
        made = VCR(**cassette_settings())
        return cast("AbstractContextManager[Any]", made.use_cassette(str(path), **extra))

    with use("once"), client(nickname_service()) as made:
        made.users.list()
    text = path.read_text("utf-8")
    assert SECRET not in text
    assert TOKEN not in text
    assert POOL not in text
    with use("none") as used, client(host="https://another.example") as made:
        assert made.users.list().list[0].username == "ada"
        assert used.all_played


def test_custom_patches_of_the_user_do_not_switch_off_scrubbing(path: Path) -> None:
    class Holder:
        patched: type = object

    class Patch:
        cassette: Any = None

    patches = ((Holder, "patched", Patch),)
    with authing_cassette(path, record_mode="once", custom_patches=patches) as used:
        assert getattr(Holder.patched, "cassette") is used  # noqa: B009 - it has no such type
        with client(Service()) as made:
            made.users.list()
    assert SECRET not in path.read_text("utf-8")
    # They replace what makes the cassette one of ours: only the hooks are left.
    recorder: Any = VCR(**{**cassette_settings(), "custom_patches": patches})
    other = path.with_name("other.yaml")
    with recorder.use_cassette(str(other), record_mode="once"), client(Service()) as made:
        made.users.list()
    text = other.read_text("utf-8")
    assert "ListUsers" in text
    assert SECRET not in text
    assert TOKEN not in text
    assert "authorization" not in text.lower()


def test_hooks_of_the_user_see_our_calls(path: Path) -> None:
    seen: list[str] = []

    def ignore_lists(request: Any) -> Any:
        seen.append(request.uri)
        return None if b"ListUsers" in request.body else request

    def rename(response: Any) -> Any:
        body = response["body"]["string"].replace(b"ada", b"eve")
        return {**response, "body": {"string": body}}

    hooks: Any = {"before_record_request": ignore_lists, "before_record_response": rename}
    with authing_cassette(path, record_mode="once", **hooks), client(Service()) as made:
        made.users.list()
        made.users.detail("1")
    assert [one["operation"] for one in interactions(path)] == ["GetAccessToken", "GetUser"]
    assert f"{HOST}/graphql/v2" in seen
    with authing_cassette(path, record_mode="none", **hooks), client(Service()) as made:
        user = made.users.detail("1")
        assert user is not None
        assert user.username == "eve"


def test_a_token_is_replayed_if_the_user_ignores_token_requests(path: Path) -> None:
    def ignore_tokens(request: Any) -> Any:
        return None if b"GetAccessToken" in request.body else request

    with cassette(path, "once", before_record_request=ignore_tokens), client(Service()) as made:
        made.users.list()
    assert [one["operation"] for one in interactions(path)] == ["ListUsers"]
    with cassette(path, before_record_request=ignore_tokens), client() as made:
        made.users.list()


def test_ignored_requests_are_sent_with_a_real_token(path: Path) -> None:
    service = Service()
    hosts = [HOST.removeprefix("https://")]
    with cassette(path, ignore_hosts=hosts), client(service) as made:
        made.users.list()
    assert service.operations == ["GetAccessToken", "ListUsers"]


def keep_content_type(request: Any) -> Any:
    """Return a request as many users of vcrpy record it."""
    request.headers = {"content-type": request.headers.get("content-type", "")}
    return request


@pytest.mark.parametrize(
    "settings",
    [
        {"before_record_request": keep_content_type},
        {"filter_headers": ["x-authing-userpool-id"]},
        {"filter_headers": [("x-authing-userpool-id", "POOL")]},
    ],
)
def test_pools_are_told_apart_if_the_user_removes_the_headers(
    path: Path, settings: dict[str, Any]
) -> None:
    names = {POOL: "ada", OTHER_POOL: "eve"}

    def service_of(pool: str) -> Service:
        return Service(lambda _: {"user": {"id": "1", "username": names[pool], "userPoolId": pool}})

    with cassette(path, "once", **settings):
        for pool in names:
            with client(service_of(pool), user_pool_id=pool) as made:
                made.users.detail("1")
    assert not any(pool in path.read_text("utf-8") for pool in names)
    with cassette(path, **settings):
        for pool, name in names.items():
            with client(user_pool_id=pool) as made:
                user = made.users.detail("1")
                assert user is not None
                assert (user.username, user.user_pool_id) == (name, pool)


def test_an_own_matcher_still_works_for_other_apis(path: Path) -> None:
    compared: list[str] = []

    def by_path(first: Any, second: Any) -> None:
        compared.append(second.uri)
        assert first.path == second.path

    def use(mode: str) -> Any:
        recorder: Any = VCR(**{**cassette_settings(), "match_on": ["by_path"]})
        recorder.register_matcher("by_path", by_path)
        return recorder.use_cassette(str(path), record_mode=mode)

    other = httpx.MockTransport(lambda request: httpx.Response(200, text="other"))
    with use("once"), client(Service()) as made, httpx.Client(transport=other) as http:
        made.users.list()
        http.get("https://other.example/one?x=1")
    with use("none"), client() as made, httpx.Client() as http:
        made.users.list()
        assert http.get("https://third.example/one?x=2").text == "other"
    assert set(compared) == {"https://other.example/one?x=1"}


def test_secrets_are_recorded_only_if_a_setting_says_so(path: Path) -> None:
    with (
        authing_cassette(path, record_mode="once", record_secrets=True),
        client(nickname_service()) as made,
    ):
        made.users.list()
        made.users.detail("1")
    text = path.read_text("utf-8")
    assert SECRET in text
    assert TOKEN in text
    with authing_cassette(path, record_mode="none", record_secrets=True), client() as made:
        assert made.users.list().list[0].token == TOKEN


def test_names_can_be_added_to_what_is_scrubbed(path: Path) -> None:
    data = {"updateUser": {"id": "1", "company": "canary-company"}}
    with (
        authing_cassette(path, record_mode="once", scrub=["company"]),
        client(Service(lambda content: data)) as made,
    ):
        made.users.update("1", {"company": "canary-company"})
    assert "canary" not in path.read_text("utf-8")


def test_personal_data_is_replaced_and_replayed_alike(path: Path) -> None:
    def respond(content: Content) -> Content:
        address = content["variables"]["input"]["email"]
        return {"updateUser": {"id": "1", "email": address, "nickname": "Ada"}}

    def update(made: ManagementClient) -> str | None:
        return made.users.update("1", {"email": "ada@lovelace.net"}).email

    record = authing_cassette(path, record_mode="once", pseudonymize=True)
    with record, client(Service(respond)) as made:
        update(made)
    text = path.read_text("utf-8")
    assert "lovelace" not in text
    assert '"authing-pool-1"' in text
    with authing_cassette(path, record_mode="none", pseudonymize=True), client() as made:
        address = update(made)
    assert address is not None
    assert address in text


@pytest.mark.parametrize(
    ("option", "problem"),
    [({"scrub": "name"}, "scrub must be a list"), ({"strict": 1}, "strict must be True or False")],
)
def test_a_wrong_option_is_rejected(option: dict[str, Any], problem: str) -> None:
    with pytest.raises(TypeError, match=problem):
        cassette_settings(**option)


# authing_cassette


def test_a_cassette_decorates_functions(path: Path) -> None:
    @authing_cassette(path, record_mode="once")
    def first() -> None:
        with client(Service()) as made:
            made.users.list(page=4)

    @authing_cassette(path, record_mode="none")
    async def second() -> int:
        with client() as made:
            return made.users.list(page=4).total_count

    import asyncio

    first()
    assert asyncio.run(second()) == 4


def test_the_environment_is_as_before_after_a_cassette(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHING_USERPOOL_ID", POOL)
    with authing_cassette(path, record_mode="none"):
        assert os.environ["AUTHING_USERPOOL_ID"] == POOL
        assert os.environ["AUTHING_USERPOOL_SECRET"] == "replayed-secret"
    assert "AUTHING_USERPOOL_SECRET" not in os.environ
    with authing_cassette(path, record_mode="once"):
        assert "AUTHING_USERPOOL_SECRET" not in os.environ


def test_a_given_token_needs_no_placeholder_secret(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHING_ACCESS_TOKEN", "given")
    with authing_cassette(path, record_mode="none"):
        ManagementClient().close()


def test_the_secret_of_an_emulator_replaces_a_given_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHING_ACCESS_TOKEN", "given")
    with variables({"AUTHING_USERPOOL_SECRET": "secret"}):
        assert "AUTHING_ACCESS_TOKEN" not in os.environ
    assert os.environ["AUTHING_ACCESS_TOKEN"] == "given"
    with client_environment("a test", "http://x.localhost", "pool", "secret"):
        ManagementClient().close()
    assert os.environ["AUTHING_ACCESS_TOKEN"] == "given"


def code_under_test() -> None:
    with client() as made:
        try:
            made.users.list()
        except Exception:
            return


def fail(after: Callable[[], object]) -> None:
    after()
    raise ZeroDivisionError


@pytest.fixture
def outside_of_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let cassettes believe that no test runs."""
    monkeypatch.setattr(session(), "test", None)


@pytest.mark.usefixtures("outside_of_pytest")
def test_an_error_that_the_code_has_caught_is_raised_at_the_end(path: Path) -> None:
    with (
        pytest.raises(CassetteMismatchError, match="ListUsers is not in the cassette"),
        authing_cassette(path, record_mode="none"),
    ):
        code_under_test()
    # The block itself may expect it.
    with (
        authing_cassette(path, record_mode="none"),
        client() as made,
        pytest.raises(CassetteMismatchError),
    ):
        made.users.list()
    with pytest.raises(ZeroDivisionError), authing_cassette(path, record_mode="none"):
        fail(after=code_under_test)


@pytest.mark.usefixtures("outside_of_pytest")
def test_a_strict_cassette_reports_calls_that_were_not_made(path: Path) -> None:
    with authing_cassette(path, record_mode="once"), client(Service()) as made:
        made.users.list(page=1)
        made.users.detail("1")
    with (
        pytest.raises(AssertionError, match="1 recorded call was not made: GetUser"),
        authing_cassette(path, record_mode="none", strict=True),
        client() as made,
    ):
        made.users.list(page=1)
    with authing_cassette(path, record_mode="none", strict=True), client() as made:
        made.users.list(page=1)
        made.users.detail("1")


def test_waits_can_be_counted_beside_a_cassette(path: Path) -> None:
    def busy(content: Content) -> httpx.Response:
        return httpx.Response(503, headers={"retry-after": "9"}, json={"message": "busy"})

    def fails(made: ManagementClient) -> None:
        with pytest.raises(Exception, match="busy"):
            made.with_options(retries=1).users.list()

    with skip_waits(), authing_cassette(path, record_mode="once"), client(Service(busy)) as made:
        fails(made)
    for outer_first in (True, False):
        first, second = skip_waits(), authing_cassette(path, record_mode="none")
        waits: Any
        if outer_first:
            with first as waits, second, client() as made:
                fails(made)
        else:
            with second, first as waits, client() as made:
                fails(made)
        assert waits == [9]


# Uses of older versions


def test_the_matcher_of_older_versions_can_still_be_registered(path: Path) -> None:
    def use(mode: str) -> Any:
        recorder: Any = VCR(**{**cassette_settings(), "match_on": ["authing_call"]})
        recorder.register_matcher("authing_call", same_call)
        return recorder.use_cassette(str(path), record_mode=mode)

    with use("once"), client(Service()) as made:
        made.users.list(page=2)
    with use("none"), client() as made:
        assert made.users.list(page=2).total_count == 2


def test_same_call_compares_operation_and_variables() -> None:
    def call(page: int, host: str = "one.example") -> Any:
        body = f'{{"operationName": "ListUsers", "variables": {{"page": {page}}}, "query": "q"}}'
        return Request("POST", f"https://{host}/graphql/v2", body, {})

    same_call(call(1), call(1, "two.example"))
    with pytest.raises(AssertionError, match="is not"):
        same_call(call(1), call(2))
