"""The recorded form of a call, and how it is written."""

import gzip
import json
import random
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from authing_users import APIError, AuthingError, ManagementClient
from authing_users.testing import CassetteError
from authing_users.testing.cassettes import storage
from authing_users.testing.cassettes.json_text import pretty_json
from authing_users.testing.cassettes.order import Timing, in_stable_order
from authing_users.testing.cassettes.storage import recorded_on
from authing_users.testing.cassettes.timestamps import Span, fixed_times
from authing_users.testing.cassettes.vcrpy import VCR
from authing_users.testing.cassettes.yaml_format import to_yaml

from .service import (
    Content,
    Respond,
    Service,
    cassette,
    client,
    interactions,
    operations,
    yaml,
)

TODAY = date(2026, 11, 28)


class Today(date):
    """Dates of a day that does not end during the tests."""

    @classmethod
    def today(cls) -> "Today":
        return cls(TODAY.year, TODAY.month, TODAY.day)


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "date", Today)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.yaml"


def record(path: Path, respond: Respond, calls: Callable[[ManagementClient], object]) -> str:
    with cassette(path, "once"), client(Service(respond)) as made:
        calls(made)
    return path.read_text("utf-8")


def user_with(**fields: object) -> Callable[[Content], Content]:
    return lambda content: {"user": {"id": "1", **fields}}


def detail(made: ManagementClient) -> Any:
    user = made.users.detail("1")
    assert user is not None
    return user


# The layout


def test_an_interaction_can_be_read_and_reviewed(path: Path) -> None:
    text = record(path, user_with(nickname="欧阳娜 😀", company=None), detail)
    assert text.startswith(f'version: 1\nrecorded: "{TODAY}"\ninteractions:\n')
    recorded = text[text.index("- operation: GetUser") :]
    document = interactions(path)[1]["request"]["body"].split('"document": ')[1].split('"')[1]
    assert (
        recorded
        == f"""\
- operation: GetUser
  request:
    method: POST
    uri: https://authing.invalid/graphql/v2
    headers:
      content-type: [application/json]
      x-authing-userpool-id: [authing-pool-1]
    body: |-
      {{
        "operationName": "GetUser",
        "variables": {{
          "id": "1"
        }},
        "document": "{document}"
      }}
  response:
    status:
      code: 200
      message: OK
    headers:
      content-type: [application/json]
    body:
      string: |-
        {{
          "data": {{
            "user": {{
              "id": "1",
              "nickname": "欧阳娜 😀",
              "company": null
            }}
          }}
        }}
"""
    )


def test_plain_vcrpy_reads_what_is_written(path: Path) -> None:
    record(path, user_with(nickname="欧阳娜"), detail)
    with VCR(record_mode="none", match_on=["uri"]).use_cassette(str(path)) as used:
        response = httpx.post("https://authing.invalid/graphql/v2")
        response = httpx.post("https://authing.invalid/graphql/v2")
        assert response.json()["data"]["user"]["nickname"] == "欧阳娜"
        assert used.all_played


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<h1>网关错误</h1>".encode("gbk"), "text/html; charset=gbk"),
        ("网关错误\r\n\x85 x \n\n".encode(), "text/plain"),
        (b"  indented\n  text \n\n", "text/plain"),
        (b"\ttab\n", "text/plain"),
        (b"\x00\xff\xfe binary", "application/octet-stream"),
        (b"", "text/plain"),
        ("\ufeff<html>\u2028</html>".encode(), "text/html"),
        (b"no: yaml # text", "text/plain"),
    ],
)
def test_a_body_that_is_not_json_is_replayed_byte_for_byte(
    path: Path, body: bytes, content_type: str
) -> None:
    response = httpx.Response(502, headers={"content-type": content_type}, content=body)
    played: list[bytes] = []

    def fails(made: ManagementClient) -> None:
        with pytest.raises(AuthingError):
            made.users.detail("1")

    record(path, lambda content: response, fails)
    with cassette(path) as used, client() as made:
        fails(made)
        played.append(used.responses[1]["body"]["string"])
    assert played == [body]


@pytest.mark.parametrize("number", ["12345678901234567890123", "1.10", "1E400"])
def test_numbers_and_repeated_keys_of_json_stay(path: Path, number: str) -> None:
    content = f'{{"data":{{"user":{{"id":"1","big":{number},"big":{number}}}}}}}'.encode()
    text = record(path, lambda asked: httpx.Response(200, content=content), detail)
    assert text.count(f'"big": {number}') == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)


@hypothesis_settings(max_examples=25, deadline=None)
@given(JSON, st.text(), st.binary(), st.booleans())
def test_what_is_written_is_read_as_it_was(
    content: object, text: str, data: bytes, escaped: bool
) -> None:
    pretty = pretty_json(json.dumps(content, ensure_ascii=escaped))
    assert pretty is not None
    assert json.loads(pretty) == content
    written = text.encode("utf-8", "replace").decode()
    whole = {"a": {"string": pretty, "text": written}, "list": [data, 1, None, {"b": written}]}
    assert yaml.safe_load(to_yaml(whole)) == whole


# Codings


@pytest.mark.parametrize(
    ("name", "compress"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)],
)
def test_a_compressed_response_is_recorded_as_text(
    path: Path, name: str, compress: Callable[[bytes], bytes]
) -> None:
    content = compress(json.dumps({"data": {"user": {"id": "1", "nickname": "é中"}}}).encode())
    headers = {"content-encoding": name, "content-type": "application/json"}
    text = record(path, lambda asked: httpx.Response(200, headers=headers, content=content), detail)
    assert "é中" in text
    assert "!!binary" not in text
    assert "content-encoding" not in text
    with cassette(path), client() as made:
        assert detail(made).nickname == "é中"


def test_a_response_that_cannot_be_decompressed_is_not_recorded(path: Path) -> None:
    def respond(content: Content) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "x-unknown"}, content=b"canary")

    with pytest.raises(CassetteError, match="'x-unknown' cannot be decompressed"):
        record(path, respond, detail)
    assert not path.exists()


# Values that differ between runs


def test_recording_again_changes_nothing(tmp_path: Path) -> None:
    def respond(content: Content) -> httpx.Response:
        now = datetime.now(UTC)
        user = {
            "id": "1",
            "createdAt": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "updatedAt": (now + timedelta(microseconds=1500)).isoformat(timespec="milliseconds"),
            "lastLogin": "2024-05-01T00:00:00.000Z",
            "photo": f"{host}/photos/1.png",
        }
        headers = {"date": now.strftime("%a, %d %b %Y %H:%M:%S GMT"), "x-request-id": str(now)}
        data = {"user": user, "now": int(now.timestamp() * 1000)}
        while datetime.now(UTC) < now + timedelta(milliseconds=2):
            pass  # so that no time of a response is after it
        return httpx.Response(200, headers=headers, json={"data": data})

    texts: list[str] = []
    for host in ("http://127.0.0.1:4321", "http://127.0.0.1:5432"):
        path = tmp_path / f"{host[-4:]}.yaml"
        with cassette(path, "once"), client(Service(respond), host=host) as made:
            made.users.detail("1")
            time.sleep(0.005)
            made.users.detail("1")
        texts.append(path.read_text("utf-8"))
    assert texts[0] == texts[1]
    assert '"createdAt": "2020-01-01T00:00:00.000Z"' in texts[0]
    assert '"updatedAt": "2020-01-01T00:00:01.000+00:00"' in texts[0]
    assert '"lastLogin": "2024-05-01T00:00:00.000Z"' in texts[0]
    assert '"photo": "https://authing.invalid/photos/1.png"' in texts[0]
    assert "x-request-id: [recorded]" in texts[0]
    with cassette(path), client(host="https://two.example") as made:
        assert detail(made).photo == "https://two.example/photos/1.png"


def test_fixed_times_keep_form_order_and_equality() -> None:
    span = Span(1_700_000_000.0, 1_700_000_010.0)
    texts = [
        b'{"late": "2023-11-14T22:13:25.250Z", "early": 1700000001}',
        b'{"same": "2023-11-14 22:13:21Z"}',
        b'{"zone": "2023-11-15T06:13:25.250+08:00", "ms": 1700000002500, "old": 1600000000}',
        b'{"text": "phone 1700000001", "phone": "1700000001", "list": [1700000001]}',
    ]
    assert fixed_times(texts, span) == [
        b'{"late": "2020-01-01T00:00:02.000Z", "early": 1577836800}',
        b'{"same": "2020-01-01 00:00:00Z"}',
        b'{"zone": "2020-01-01T08:00:02.000+08:00", "ms": 1577836801000, "old": 1600000000}',
        b'{"text": "phone 1700000001", "phone": "1700000001", "list": [1577836800]}',
    ]


def test_a_time_that_the_client_repeats_still_matches(path: Path) -> None:
    def respond(content: Content) -> Content:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        if content["operationName"] == "UpdateUser":
            return {"updateUser": {"id": "1"}}
        return {"user": {"id": "1", "createdAt": now}}

    def calls(made: ManagementClient) -> object:
        return made.users.update("1", {"company": detail(made).created_at})

    record(path, respond, calls)
    with cassette(path), client() as made:
        assert calls(made)


def test_times_that_are_added_later_follow_those_before(path: Path) -> None:
    def respond(content: Content) -> Content:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return {"user": {"id": "1", "createdAt": now}}

    record(path, respond, detail)
    with cassette(path, "new_episodes"), client(Service(respond)) as made:
        made.users.detail("1")
        made.users.detail("2")
    assert path.read_text("utf-8").count('"2020-01-01T00:00:00.000+00:00"') == 1
    assert path.read_text("utf-8").count('"2020-01-01T00:00:01.000+00:00"') == 1


def test_the_order_does_not_depend_on_the_timing_of_threads(tmp_path: Path) -> None:
    orders: list[list[object]] = []
    for seed in range(2):
        chance = random.Random(seed)

        def respond(content: Content, chance: random.Random = chance) -> Content:
            time.sleep(chance.random() / 200)
            return {"users": {"totalCount": 1, "list": []}}

        path = tmp_path / f"{seed}.yaml"
        with cassette(path, "once"), client(Service(respond)) as made:
            made.users.list(page=99)
            with ThreadPoolExecutor(4) as pool:
                pages = list(range(1, 13))
                chance.shuffle(pages)
                list(pool.map(made.users.list, pages))
            made.users.list(page=50)
        bodies = [json.loads(one["request"]["body"]) for one in interactions(path)[1:]]
        orders.append([body["variables"]["page"] for body in bodies])
    assert orders == [[99, *range(1, 13), 50]] * 2


def test_sequential_calls_keep_their_sequence() -> None:
    def timing(item: tuple[int, int, str]) -> Timing:
        return Timing(item[0], item[1], "main", (item[2],))

    calls = [(1, 2, "create"), (3, 6, "b"), (4, 5, "a"), (7, 8, "delete")]
    assert [name for *_, name in in_stable_order(calls, timing, "main")] == [
        "create",
        "a",
        "b",
        "delete",
    ]


def test_a_retry_after_date_becomes_seconds(path: Path) -> None:
    def respond(content: Content) -> httpx.Response:
        headers = {
            "date": "Thu, 01 Jan 2026 00:00:00 GMT",
            "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT",
        }
        return httpx.Response(429, headers=headers, json={"code": 429, "message": "busy"})

    def fails(made: ManagementClient) -> None:
        with pytest.raises(APIError) as caught:
            made.users.detail("1")
        assert caught.value.retry_after == 7

    record(path, respond, fails)
    assert interactions(path)[1]["response"]["headers"]["retry-after"] == ["7"]
    with cassette(path), client() as made:
        fails(made)


def test_the_date_is_renewed_only_after_a_week(path: Path) -> None:
    record(path, user_with(), detail)
    today = TODAY
    for days, expected in ((6, today - timedelta(days=6)), (8, today)):
        before = str(today - timedelta(days=days))
        path.write_text(path.read_text("utf-8").replace(str(today), before), "utf-8")
        with cassette(path, "all"), client(Service(user_with())) as made:
            made.users.detail("1")
        assert f'recorded: "{expected}"' in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(str(expected), str(today)), "utf-8")


def test_the_date_is_found_in_json(tmp_path: Path) -> None:
    path = tmp_path / "cassette.json"
    with cassette(path, "once", serializer="json"), client(Service(user_with())) as made:
        made.users.detail("1")
    assert recorded_on(path) == TODAY


# Record modes


@pytest.mark.parametrize("mode", ["all", "new_episodes"])
def test_recording_again_adds_no_duplicates(path: Path, mode: str) -> None:
    record(path, user_with(), lambda made: [made.users.detail(name) for name in "ab"])
    with cassette(path, mode), client(Service(user_with(nickname="new"))) as made:
        made.users.detail("b")
        made.users.detail("c")
    names = [
        json.loads(one["request"]["body"])["variables"].get("id") for one in interactions(path)
    ]
    assert sorted(name for name in names if name) == ["a", "b", "c"]
    assert operations(path).count("GetAccessToken") == 1
    is_new = mode == "all"
    with cassette(path), client() as made:
        user = made.users.detail("b")
    assert user is not None
    assert user.nickname == ("new" if is_new else None)


def test_unused_calls_are_dropped_if_that_is_asked_for(path: Path) -> None:
    record(path, user_with(), lambda made: [made.users.detail(name) for name in "ab"])
    with (
        cassette(path, "new_episodes", drop_unused_requests=True),
        client(Service(user_with())) as made,
    ):
        made.users.detail("b")
    assert operations(path) == ["GetUser"]


def fail_after_a_call(made: ManagementClient) -> None:
    made.users.list()
    raise ZeroDivisionError


def test_nothing_is_kept_if_the_block_raises(path: Path) -> None:
    with pytest.raises(ZeroDivisionError), cassette(path, "once"), client(Service()) as made:
        fail_after_a_call(made)
    assert not path.exists()


def test_a_file_is_written_as_a_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = record(path, user_with(), detail)

    def fail(*arguments: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", fail)
    with (
        pytest.raises(OSError, match="no space left"),
        cassette(path, "all"),
        client(Service(user_with())) as made,
    ):
        made.users.detail("2")
    assert path.read_text("utf-8") == before
    assert list(path.parent.iterdir()) == [path]


def test_a_request_with_placeholder_credentials_is_not_sent(path: Path) -> None:
    service = Service()
    with (
        cassette(path, "once"),
        client(service, user_pool_id="replayed-user-pool") as made,
        pytest.raises(CassetteError, match="set AUTHING_USERPOOL_ID and"),
    ):
        made.users.list()
    assert not service.requests
