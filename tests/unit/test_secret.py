"""Secrets show as asterisks, and are removed from errors."""

import copy
import dataclasses
import json
import pickle
import pprint
import time
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import given, strategies as st

from authing_users import APIError, PartialFailureError
from authing_users._runtime.secret import (
    LONG_TEXT,
    MASK,
    PART,
    EncryptedPassword,
    Scrubber,
    SealedSecret,
    Secret,
    SecretBytes,
    secrets_in,
)

TEXT = "canary,pool secret {}"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6ImNhbmFyeSJ9.c2lnbmF0dXJlLWNhbmFyeQ"

OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "repr": repr,
    "str": str,
    "f-string": lambda s: f"{s} {s!r} {s!s:>40}",
    "+": lambda s: s + s[:0],
    "*": lambda s: s * 2,
    "reversed *": lambda s: 2 * s,
    "index": lambda s: s[1:9],
    "iteration": list,
    "joined characters": lambda s: s[:0].join([s, s]),
    "replace": lambda s: s.replace(s[:1], s[1:2]),
    "split": lambda s: s.split(),
    "rsplit": lambda s: s.rsplit(),
    "splitlines": lambda s: s.splitlines(),
    "partition": lambda s: s.partition(s[3:4]),
    "rpartition": lambda s: s.rpartition(s[3:4]),
    "upper": lambda s: s.upper().lower().title().swapcase().capitalize(),
    "strip": lambda s: s.strip().lstrip().rstrip(),
    "removeprefix": lambda s: s.removeprefix(s[:1]).removesuffix(s[-1:]),
    "center": lambda s: s.center(40).ljust(50).rjust(60).zfill(70).expandtabs(),
    "copy": lambda s: (copy.copy(s), copy.deepcopy(s), copy.deepcopy([s])),
    "pprint": pprint.pformat,
    "%s": lambda s: "%s %r" % (s, s),  # noqa: UP031
}
STRING_OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "string +": lambda s: "Bearer " + s,
    "%": lambda s: s % (),
    "casefold": lambda s: s.casefold(),
    "encode": lambda s: s.encode(),
    "decode": lambda s: s.encode().decode(),
    "format": lambda s: s.format("x"),
    "format_map": lambda s: s.replace("{}", "{x}").format_map({"x": 1}),
    "format specification": lambda s: f"{s:<40}",
    "translate": lambda s: s.translate({}),
    "join": lambda s: "".join(s),
    "join a list": lambda s: s.join(["a", "b"]),
    "getnewargs": lambda s: s.__getnewargs__(),
}
BYTES_OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "bytes +": lambda b: b"Bearer " + b,
    "bytes %": lambda b: b"%b" % b,
    "decode": lambda b: b.decode(),
    "hex": lambda b: b.hex(),
    "translate": lambda b: b.translate(None),
}


def is_shown(result: object) -> bool:
    """Whether a value, or a value in it, shows a part of the secret."""
    shown = f"{result!r} {result!s}".lower()
    return "canary" in shown or "pool" in shown or "secret" in shown or b"canary".hex() in shown


@pytest.mark.parametrize("name", [*OPERATIONS, *STRING_OPERATIONS])
def test_what_is_derived_from_a_secret_is_masked(name: str) -> None:
    operation = {**OPERATIONS, **STRING_OPERATIONS}[name]
    assert not is_shown(operation(Secret(TEXT)))


@pytest.mark.parametrize("name", [*OPERATIONS, *BYTES_OPERATIONS])
def test_what_is_derived_from_secret_bytes_is_masked(name: str) -> None:
    operation = {**OPERATIONS, **BYTES_OPERATIONS}[name]
    assert not is_shown(operation(SecretBytes(TEXT.encode())))


@pytest.mark.parametrize("kind", [Secret, SealedSecret, EncryptedPassword])
def test_reveal_returns_the_plain_string(kind: Any) -> None:
    for secret in (kind(TEXT), kind(Secret(TEXT))):
        assert secret.reveal() == TEXT
        assert type(secret.reveal()) is str
        assert secret == kind(TEXT)
        assert hash(secret) == hash(kind(TEXT))


def test_secrets_can_still_be_sent() -> None:
    content = bytearray(b"x")
    content += SecretBytes(b"canary")
    assert content == b"xcanary"
    assert bytes(SecretBytes(b"canary")) == b"canary"
    assert Secret("canary") + "x" == "canaryx"
    assert "Bearer " + Secret("canary") == "Bearer canary"


def test_a_secret_of_the_wrong_type_cannot_be_added() -> None:
    number: Any = 5
    with pytest.raises(TypeError, match="unsupported operand"):
        _ = number + Secret("canary")
    with pytest.raises(TypeError):
        _ = number + SecretBytes(b"canary")


@pytest.mark.parametrize("kind", [Secret, SecretBytes, SealedSecret])
def test_a_secret_cannot_be_pickled(kind: Any) -> None:
    secret = kind(TEXT.encode() if kind is SecretBytes else TEXT)
    with pytest.raises(TypeError, match="create the client, or its options, in the process"):
        pickle.dumps({"secret": secret})


def test_no_encoder_shows_a_sealed_secret() -> None:
    secret = SealedSecret(TEXT)
    shown = [
        json.dumps({"value": secret}, default=str),
        json.dumps({"value": secret}, default=repr),
        pprint.pformat([secret]),
        f"{secret} {secret!r} {secret!s:>30}",
        repr([copy.copy(secret), copy.deepcopy([secret])]),
    ]
    assert not is_shown(shown)


# The removal of secrets from errors.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"bad token {TOKEN}", f"bad token {MASK}"),
        (f"bad token {TOKEN[:12]}…", f"bad token {MASK}…"),
        (f"…{TOKEN[-10:]}", f"…{MASK}"),
        (f"{TOKEN[5:14]}|{TOKEN[20:40]}", f"{MASK}|{MASK}"),
        (f"{TOKEN}{TOKEN}", MASK),
        (f"x{TOKEN}y", f"x{MASK}y"),
        (f"{TOKEN[:8]} is public", f"{TOKEN[:8]} is public"),
        ("", ""),
        ("The user does not exist", "The user does not exist"),
    ],
)
def test_parts_of_a_secret_are_masked(text: str, expected: str) -> None:
    assert Scrubber([Secret(TOKEN)]).text(text) == expected


@pytest.mark.parametrize(
    ("secret", "text", "expected"),
    [
        ("12345678", "x12345678y", f"x{MASK}y"),
        ("123456", "密码123456太短", f"密码{MASK}太短"),
        ("123456", "phone 13123456789", "phone 13123456789"),
        ("user", "users of the pool", "users of the pool"),
        ("user", "bad 'user'", f"bad '{MASK}'"),
        ("abc", "abc", MASK),
        ("abc", "the abc", "the abc"),
        ("", "text", "text"),
    ],
)
def test_a_short_secret_is_masked_where_it_is_not_a_part_of_a_word(
    secret: str, text: str, expected: str
) -> None:
    assert Scrubber([Secret(secret)]).text(text) == expected


def test_escaped_forms_of_a_secret_are_masked() -> None:
    scrubber = Scrubber([Secret('p@$$ w0rd/ü+"')])
    assert scrubber.text("bad p%40%24%24%20w0rd%2F%C3%BC%2B%22") == f"bad {MASK}"
    assert scrubber.text(r"bad p@$$ w0rd/\u00fc+\"") == f"bad {MASK}"


ALPHABET = st.sampled_from("abc")


@given(
    secrets=st.lists(st.text(ALPHABET, min_size=PART, max_size=30), max_size=3),
    is_long=st.booleans(),
    pieces=st.lists(st.tuples(st.text(ALPHABET, max_size=20), st.integers(0, 30))),
)
def test_no_part_of_a_secret_remains_and_nothing_else_is_masked(
    secrets: list[str], pieces: list[tuple[str, int]], is_long: bool
) -> None:
    text = "".join(piece + "".join(secrets)[start : start + 12] for piece, start in pieces)
    text += "x" * LONG_TEXT * is_long  # another way to search
    covered: set[int] = set()
    for start in range(len(text) - PART + 1):
        if any(text[start : start + PART] in secret for secret in secrets):
            covered |= set(range(start, start + PART))
    kept = "".join(c for index, c in enumerate(text) if index not in covered)
    masked = Scrubber([Secret(secret) for secret in secrets]).text(text)
    assert masked.replace("*", "") == kept


class Pair(NamedTuple):
    first: object
    second: object


@dataclasses.dataclass(frozen=True, slots=True)
class Detail:
    message: str
    path: tuple[object, ...]


def error_with(value: object) -> APIError:
    return APIError("failed", data=value)


VALUES: list[object] = [
    TOKEN,
    [TOKEN, [TOKEN[:12]]],
    {"a": {"b": (TOKEN, {"c": TOKEN})}},
    {TOKEN: 1, (1, TOKEN[3:15]): 2},
    Pair(1, TOKEN),
    Detail(TOKEN, ("users", TOKEN)),
    MappingProxyType({"a": TOKEN}),
    {TOKEN},
    frozenset([TOKEN]),
    TOKEN.encode(),
    b"\xff" + TOKEN.encode(),
    error_with(TOKEN),
    ValueError(TOKEN),
    1234567890,
    12345678901234567890,
    1234567890.5,
    10**5000 + 1234567890,
    123456,
]


@pytest.mark.parametrize("index", range(len(VALUES)))
def test_secrets_are_removed_from_all_attributes_of_an_error(index: int) -> None:
    value: Any = VALUES[index]
    error = error_with(value)
    error.args = (error.message, value)
    error.request_id = value
    if isinstance(value, str):
        error.add_note(f"note {value}")
    error.__cause__ = ValueError(value)
    Scrubber([Secret(TOKEN), Secret("1234567890"), Secret("123456")]).value(error)
    shown = f"{vars(error)} {error!r} {error} {error.args} {error.__cause__!r}"
    assert not any(TOKEN[start : start + PART] in shown for start in range(len(TOKEN) - PART + 1))
    assert "123456" not in shown


def test_the_types_of_values_are_kept() -> None:
    values = [[1], (1,), {1}, frozenset([1]), Pair(1, 2), Detail("a", (1,)), {"a": 1}, 1, 1.5, True]
    values += [None, MappingProxyType({"a": 1}), "text", b"bytes"]
    scrubbed = Scrubber([Secret(TOKEN)]).value(values)
    assert scrubbed == values
    assert [type(value) for value in scrubbed] == [type(value) for value in values]


def test_a_value_is_not_changed_in_place() -> None:
    detail = Detail(TOKEN, (TOKEN,))
    data = {"details": [detail]}
    Scrubber([Secret(TOKEN)]).value(error_with(data))
    assert data == {"details": [detail]}
    assert detail.message == TOKEN


def test_values_that_contain_themselves_or_are_deep_are_cut_off() -> None:
    cycle: list[Any] = [TOKEN]
    cycle += [cycle, cycle]
    deep: Any = TOKEN
    for _ in range(5000):
        deep = [deep]
    error = error_with([cycle, deep])
    error.__cause__ = error.__context__ = error
    Scrubber([Secret(TOKEN)]).value(error)
    assert TOKEN not in repr(vars(error))


def test_the_error_of_a_partial_failure_is_scrubbed() -> None:
    inner = error_with({"token": TOKEN})
    error = PartialFailureError("created, but", user_id="u", completed="CreateUser", error=inner)
    Scrubber([Secret(TOKEN)]).value(error)
    assert TOKEN not in repr(vars(error.error))


def test_scrubbing_a_long_text_takes_little_time() -> None:
    text = "The user does not exist. " * 40_000  # a megabyte
    scrubber = Scrubber([Secret(TOKEN * 20), Secret("59f86b4832eb28071bdd921459f86b48")])
    started = time.monotonic()
    assert scrubber.text(text) == text
    assert time.monotonic() - started < 5


def test_secrets_in_the_content_of_a_request() -> None:
    encrypted = EncryptedPassword("cipher")
    encrypted.password = Secret("plain")
    content = {
        "secret": "a",
        "token": Secret("b"),
        "userInfo": {"password": encrypted, "username": "ada", "oauth": None},
        "users": [{"accessToken": "c"}, {"nickname": Secret("d")}],
    }
    found = [secret.reveal() for secret in secrets_in(content)]
    assert found == ["a", "b", "plain", "cipher", "c", "d"]
