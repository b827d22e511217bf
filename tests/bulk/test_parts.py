"""The parts of the engine that need neither threads nor tasks."""

from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

import pytest

from authing_users import ServerError, TransportError
from authing_users._bulk.duplicates import IN_MEMORY, SeenIdentifiers
from authing_users._bulk.items import MAX_DEPTH, shown
from authing_users._bulk.limits import failure_limit
from authing_users._bulk.settling import may_have_been_executed, undecided
from authing_users._runtime.secret import MASK, Secret
from authing_users._runtime.spool import IN_MEMORY as SPOOL_IN_MEMORY, Spool, SpooledList
from authing_users.errors import APIError, InvalidResponseError, RateLimitError


def test_repeated_identifiers_are_found_in_memory_and_in_the_file() -> None:
    seen = SeenIdentifiers()
    for position in range(IN_MEMORY + 100):
        assert seen.add([f"username={position}"], position) is None
    for position in (0, IN_MEMORY - 1, IN_MEMORY + 99):
        duplicate = seen.add(["email=new", f"username={position}"], -1)
        assert duplicate == (f"username={position}", position)
    # An item that was rejected reserves nothing.
    assert seen.add(["email=new"], 7) is None
    assert seen.add(["email=new"], 8) == ("email=new", 7)
    seen.close()


def test_items_of_any_size_can_be_read_in_any_order() -> None:
    spool: Spool[bytes] = Spool()
    items, every_second = SpooledList(spool), SpooledList(spool)
    contents = [bytes([number]) * (SPOOL_IN_MEMORY // 50) for number in range(120)]
    for number, content in enumerate(contents):
        offset = spool.add(content)
        items.add(offset)
        if number % 2:
            every_second.add(offset)
    assert list(items) == contents
    assert list(every_second) == contents[1::2]
    assert items[119] == contents[119]
    assert items[0] == contents[0]
    assert items.index(contents[7]) == 7
    items.close()
    assert every_second[-1] == contents[119]
    every_second.close()
    spool.close()


@pytest.mark.parametrize(
    ("value", "failures", "done", "total", "is_exceeded"),
    [
        (None, 99, 99, 100, False),
        (0, 1, 1, None, True),
        (2, 2, 2, None, False),
        ("10%", 2, 2, None, False),
        ("10%", 3, 3, None, True),
        ("10%", 5, 50, None, False),
        ("10%", 6, 50, None, True),
        ("2.5 %", 25, 25, 1000, False),
        ("2.5 %", 26, 26, 1000, True),
    ],
)
def test_limits_of_failures(
    value: Any, failures: int, done: int, total: int | None, *, is_exceeded: bool
) -> None:
    assert failure_limit(value).is_exceeded(failures, done, total) is is_exceeded


class Colour(Enum):
    RED = "red"


def test_shown_values_are_plain_and_contain_no_secret() -> None:
    deep: Any = "canary"
    for _ in range(MAX_DEPTH + 2):
        deep = [deep]
    value = {
        "password": "canary",
        "newPassword": b"canary",
        "name": Secret("canary"),
        "identities": [{"accessToken": "canary", "provider": "x"}],
        "colour": Colour.RED,
        "born": date(2000, 1, 2),
        "externalId": UUID(int=1),
        "customData": {"level": 3, "tags": ("a", "b"), "other": object()},
        "deep": deep,
    }
    copy: Any = shown(value)
    assert "canary" not in repr(copy)
    assert copy["password"] == copy["newPassword"] == copy["name"] == MASK
    assert copy["identities"] == [{"accessToken": MASK, "provider": "x"}]
    assert (copy["colour"], copy["born"]) == ("red", date(2000, 1, 2))
    assert copy["customData"] == {"level": 3, "tags": ["a", "b"], "other": "<object>"}


@pytest.mark.parametrize(
    ("error", "may_be_executed", "outcome"),
    [
        (TransportError("x", maybe_sent=True), True, "unknown"),
        (TransportError("x", maybe_sent=False), False, "failed"),
        (ServerError("x", http_status=500), True, "failed"),
        (ServerError("x", http_status=503), True, "unknown"),
        (ServerError("x", code=503, http_status=503), True, "failed"),
        (ServerError("x", maybe_executed=False), False, "failed"),
        (RateLimitError("x", http_status=429), True, "unknown"),
        (APIError("x", code=2026), False, "failed"),
        (APIError("x", code=500), True, "failed"),
        (InvalidResponseError("x", http_status=200), True, "failed"),
        (InvalidResponseError("x"), True, "unknown"),
    ],
)
def test_what_an_error_says_about_a_mutation(
    error: Any, outcome: str, *, may_be_executed: bool
) -> None:
    assert may_have_been_executed(error) is may_be_executed
    assert undecided(error).outcome == outcome
