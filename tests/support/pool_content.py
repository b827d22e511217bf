"""Users and custom fields that tests add to a user pool."""

from typing import Any

from authing_users import UDFDataType

from .client_kinds import Management, run
from .emulator_pool import EmulatorPool

UNKNOWN_ID = "0" * 24

CUSTOM_FIELDS: dict[str, UDFDataType] = {
    "school": UDFDataType.STRING,
    "age": UDFDataType.NUMBER,
    "height": UDFDataType.NUMBER,
    "born": UDFDataType.DATETIME,
    "alive": UDFDataType.BOOLEAN,
    "extra": UDFDataType.OBJECT,
}


async def create_user(client: Management, **info: Any) -> str:
    """Create a user, ``bob`` by default, and return the ID."""
    user_info: Any = {"username": "bob", **info}
    return (await run(client.users.create(user_info))).id


async def create_users(client: Management, number: int) -> list[str]:
    """Create the users ``user0``, ``user1`` …, and return their IDs."""
    return [await create_user(client, username=f"user{at}") for at in range(number)]


async def create_company(client: Management, pool: EmulatorPool) -> dict[str, str]:
    """Create an organisation of three nested departments with a member each.

    Returns:
        The IDs of the members, from the root department down.
    """
    names = ("ceo", "dev", "qa")
    ids = {
        name: await create_user(client, username=name, email=f"{name}@example.com")
        for name in names
    }
    quality = {"name": "Quality", "code": "quality", "members": [ids["qa"]]}
    engineering = {"name": "Engineering", "code": "eng", "members": [ids["dev"]]}
    pool.seed_organisations(
        {
            "name": "Acme",
            "code": "acme",
            "members": [ids["ceo"]],
            "children": [{**engineering, "children": [quality]}],
        }
    )
    return ids


async def define_custom_fields(client: Management) -> None:
    """Define a custom field of each data type."""
    for key, data_type in CUSTOM_FIELDS.items():
        await run(client.udf.set("USER", key, data_type, key.title()))
