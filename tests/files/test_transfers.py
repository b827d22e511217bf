"""Users that are exported from one pool and imported into another, and then exported again."""

import io
from typing import Any

import pytest

from authing_users import CustomFieldDataType, User
from authing_users.files import (
    READ_ONLY_FIELDS,
    FileFormat,
    UserWriter,
    read_users,
    unwritable_values,
    user_to_record,
)

from ..support.client_kinds import Management, collect, run
from ..support.emulator_pool import EmulatorPool
from .records import FORMATS

TYPES: dict[str, CustomFieldDataType] = {
    "badge": "STRING",
    "level": "NUMBER",
    "hired": "DATETIME",
    "prefs": "OBJECT",
    "active": "BOOLEAN",
}
VALUES: list[dict[str, Any]] = [
    {"level": 7, "prefs": {"b": 1.50, "a": [None, "x;y"]}, "hired": "2026-01-05T08:00:00.700Z"},
    {"badge": "007", "hired": 1767600000700, "active": False},
    {"badge": "", "level": 10**20, "hired": "2026-01-05 08:00", "prefs": "text"},
    {"badge": "a\r\n\\N", "hired": "2026-01-05", "level": 0.1},
]


async def prepare(pool: EmulatorPool, client: Management) -> None:
    """Make a pool that has groups, roles and custom fields, but no users."""
    pool.control("reset")
    pool.seed_groups("lab", "staff")
    pool.seed_roles("editor", "reader")
    for key, data_type in TYPES.items():
        await run(client.udf.set("USER", key, data_type, key))


async def fill(client: Management) -> None:
    """Create users with all that files can have."""
    users: Any = client.users
    first, second, third, fourth = [
        await run(
            users.create(
                {"username": f"u{number}", "email": f"u{number}@example.com", "name": "王 芳"},
                custom_data=values,
            )
        )
        for number, values in enumerate(VALUES)
    ]
    updates = {"gender": None, "photo": None, "city": "上海", "tokenExpiredAt": "2030-01-01T00:00Z"}
    await run(users.update(first.id, updates))
    await run(users.update(second.id, {"phone": "13800000000", "emailVerified": None, "name": ""}))
    await run(users.add_group(second.id, "staff"))
    await run(users.add_group(second.id, "lab"))
    await run(users.add_roles(third.id, ["reader", "editor"]))
    await run(users.link_identity(third.id, "7", True, "wx", "wechat"))
    await run(users.link_identity(third.id, "8", False, "ad"))
    await run(users.suspend(third.id))
    await run(users.resign(fourth.id))


async def exported(client: Management, format: FileFormat) -> tuple[bytes, set[str]]:
    """Return the file of all users, and the fields of which values are missing in it."""
    users: Any = client.users
    fields: Any = await run(client.udf.list("USER"))
    stream, missing = io.BytesIO(), set[str]()
    with UserWriter(stream, format=format, custom_fields=fields) as writer:
        pages = users.iter_list(with_custom_data=True, sort_by="CREATEDAT_ASC")
        for user in await collect(pages):
            missing.update(unwritable_values(user))
            groups, roles = (
                await run(users.list_groups(user.id)),
                await run(users.list_roles(user.id)),
            )
            writer.write(user_to_record(user, groups=groups, roles=roles))
    return stream.getvalue(), missing


@pytest.mark.parametrize("format", FORMATS)
async def test_an_export_that_is_imported_is_exported_again(
    client: Management, emulator_pool: EmulatorPool, format: FileFormat
) -> None:
    await prepare(emulator_pool, client)
    await fill(client)
    data, missing = await exported(client, format)
    assert missing == {"arn", "createdAt", "id", "updatedAt", "userPoolId"}
    await prepare(emulator_pool, client)
    with read_users(io.BytesIO(data), format=format, custom_fields=TYPES) as file:
        users: Any = client.users
        with await run(users.create_many(file.records(), concurrency=1)) as result:
            assert (result.counts["created"], list(result.failed)) == (4, [])
    again, _ = await exported(client, format)
    assert again == data


def test_fields_that_no_file_has_are_known() -> None:
    assert READ_ONLY_FIELDS == ("arn", "createdAt", "token", "updatedAt", "userPoolId")
    user = User.model_validate(
        {"id": "1", "status": "Archived", "mainDepartmentId": "2", "arn": "a", "token": "t"}
    )
    assert unwritable_values(user) == ["id", "mainDepartmentId", "arn", "token", "status"]
    assert user_to_record(user) == {}
    assert user_to_record(user, include_id=True) == {"id": "1"}


def test_a_record_is_the_same_whatever_the_order_of_the_response() -> None:
    identities = [
        {"provider": "b", "userIdInIdp": "2", "type": "b", "userId": "1"},
        {"provider": "a", "userIdInIdp": "1", "isSocial": True},
        None,
    ]
    user = User.model_validate(
        {"id": "1", "identities": identities, "blocked": None, "loginsCount": None, "gender": None}
    )
    record = user_to_record(
        user, groups=["b", "a"], roles=["d", "c"], custom_data={"x": 1, "y": None}
    )
    assert record == {
        "blocked": False,
        "loginsCount": 0,
        "gender": None,
        "customData": {"x": 1},
        "identities": [
            {"provider": "a", "userIdInIdp": "1", "isSocial": True},
            {"provider": "b", "userIdInIdp": "2", "type": "b"},
        ],
        "groups": ["a", "b"],
        "roles": ["c", "d"],
    }


def test_the_hash_of_a_password_is_exported_only_on_request() -> None:
    user = User.model_validate({"id": "1", "username": "a", "password": "canary-hash"})
    assert user_to_record(user) == {"username": "a"}
    record = user_to_record(user, include_password_hash=True)
    assert record == {"username": "a", "password": "canary-hash", "keepPassword": True}
