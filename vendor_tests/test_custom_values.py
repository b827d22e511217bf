"""Custom values that the vendor's SDKs write are stored unchanged when read and written back."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from authing_users import ManagementClient

from .sdk_drivers import Driver
from .seeded_pool import SeededPool

INSTANT = datetime(2020, 10, 15, 9, 55, 37, 700_000, tzinfo=UTC)
WALL_CLOCK = datetime(2020, 10, 15, 23, 55, 37, 123_456)  # noqa: DTZ001
UDV = """
query ($id: String!) { udv(targetType: USER, targetId: $id) { key value } }
"""


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/St_Johns"], autouse=True)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The time zone of this process, in which our client runs."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def stored_texts(pool: SeededPool) -> dict[str, str]:
    """Return Ada's custom values as the API returns them, by key."""
    items = pool.graphql(UDV, id=pool.ada)["udv"]
    return {item["key"]: item["value"] for item in items}


def read_and_write_back(client: ManagementClient, pool: SeededPool) -> dict[str, Any]:
    """Read Ada's custom values in each way, and write them back."""
    values = client.users.get_udf_value(pool.ada)
    client.users.set_udf_value(pool.ada, values)
    (ada,) = client.users.batch([pool.ada], with_custom_data=True)
    client.users.set_udf_value_batch({pool.ada: ada.custom_data or {}})
    for item in client.users.list_udv(pool.ada):
        client.users.set_udv(pool.ada, item.key or "", item.value)
    return values


@pytest.mark.parametrize(
    ("written", "text", "read"),
    [
        (WALL_CLOCK, "2020-10-15T23:55:37.123456", WALL_CLOCK),
        (INSTANT, "2020-10-15T09:55:37.700000+00:00", INSTANT),
        (1602755737700, "1602755737700", INSTANT),
        ("2020-10-15T09:55:37.700Z", "2020-10-15T09:55:37.700Z", INSTANT),
        ("2020-10-15", "2020-10-15", date(2020, 10, 15)),
    ],
)
def test_times_of_the_python_sdk(
    python_sdk: Driver,
    client: ManagementClient,
    pool: SeededPool,
    written: object,
    text: str,
    read: object,
) -> None:
    key = pool.datetime_field
    python_sdk.call("users.set_udf_value", pool.ada, {key: written})
    assert stored_texts(pool) == {key: text}
    before: Any = python_sdk.call("users.get_udf_value", pool.ada)
    assert read_and_write_back(client, pool) == {key: read}
    assert stored_texts(pool) == {key: text}
    assert python_sdk.call("users.get_udf_value", pool.ada) == before


def test_times_of_the_javascript_sdk(
    javascript_sdk: Driver, client: ManagementClient, pool: SeededPool
) -> None:
    key = pool.datetime_field
    javascript_sdk.call("users.setUdfValue", pool.ada, {key: INSTANT})
    assert stored_texts(pool) == {key: "2020-10-15T09:55:37.700Z"}
    assert read_and_write_back(client, pool) == {key: INSTANT}
    assert stored_texts(pool) == {key: "2020-10-15T09:55:37.700Z"}


def test_other_values_of_the_python_sdk(
    python_sdk: Driver, client: ManagementClient, pool: SeededPool
) -> None:
    pool.ensure("custom_fields")
    values = {
        "school": "007",
        "age": 1e-7,
        "member": True,
        "prefs": {"z": "中", "a": [None, 2**53 + 1]},
    }
    python_sdk.call("users.set_udf_value", pool.ada, values)
    stored = stored_texts(pool)
    assert repr(read_and_write_back(client, pool)) == repr(values)
    assert stored_texts(pool) == stored


def test_wall_clock_time_is_read_by_the_python_sdk_as_written(
    python_sdk: Driver, client: ManagementClient, pool: SeededPool
) -> None:
    key = pool.datetime_field
    client.users.set_udf_value(pool.ada, {key: WALL_CLOCK})
    assert python_sdk.call("users.get_udf_value", pool.ada) == {key: WALL_CLOCK}
