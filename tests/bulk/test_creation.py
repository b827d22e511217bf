"""``create_many``: what is sent, and what happens to users who exist."""

import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

import pytest

from authing_users import (
    AuthenticationError,
    BulkItem,
    BulkProgress,
    BulkResult,
    ConflictError,
    CreateUserInput,
    InvalidInputError,
    InvalidRequestError,
    User,
)
from authing_users.testing import log_in

from ..support.client_kinds import ClientKind, MakeClient, Management, close, management_client, run
from ..support.emulator_pool import EmulatorPool
from ..support.scripted_server import ScriptedServer, api_error
from .engine import Gate, MemoryCheckpoint

ReadUsers = Callable[[], list[User]]
PASSWORD = "canary-password"


async def create_many(client: Management, users: Any, **options: Any) -> BulkResult:
    result: BulkResult = await run(client.users.create_many(users, **options))
    return result


def outcomes(result: BulkResult) -> list[str]:
    return [item.outcome for item in result.items]


async def test_plain_users_are_created_in_batches(
    client: Management,
    client_kind: ClientKind,
    emulator_pool: EmulatorPool,
    stored: ReadUsers,
) -> None:
    gate, reports = Gate(client_kind), list[BulkProgress]()

    def users() -> Iterator[dict[str, str]]:
        for number in range(1000):
            yield {"username": f"user-{number}", "name": "N"}
        gate.open()

    def hold(_: object) -> Any:
        """Let requests wait for the input: on a slow machine, the first batches would be small."""
        return gate.wait_and(list)

    http: Any = client._transport.config.http_client
    http.event_hooks["request"].append(hold)
    result = await create_many(client, users(), on_progress=reports.append, total=1000)
    assert result.counts["created"] == 1000
    assert len(emulator_pool.requests) < 60
    assert {user.username for user in stored()} == {f"user-{number}" for number in range(1000)}
    assert (reports[-1].done, reports[-1].failed, reports[-1].remaining) == (1000, 0, 0)
    assert result.items[7].key == "username=user-7"
    assert result.items[7].input == {"username": "user-7", "name": "N"}


async def test_users_of_an_asynchronous_iterable_are_created(
    emulator_pool: EmulatorPool, stored: ReadUsers
) -> None:
    async def users() -> AsyncGenerator[Any]:
        for number in range(5):
            yield {"username": f"user-{number}"}

    client: Any = emulator_pool.client("async")
    assert (await client.users.create_many(users())).counts["created"] == 5
    await close(client)
    assert len(stored()) == 5


async def test_records_are_created_with_everything_they_have(
    client: Management, emulator_pool: EmulatorPool, stored: ReadUsers
) -> None:
    emulator_pool.seed_groups("staff")
    emulator_pool.seed_roles("editor")
    await run(client.udf.set("USER", "level", "NUMBER", "Level"))
    users: Any = [
        {"username": "city", "city": "London", "gender": None},
        {"username": "data", "customData": {"level": 3}},
        {"username": "team", "groups": ["staff"], "roles": ["editor"]},
        {"username": "away", "status": "Suspended"},
        {
            "username": "linked",
            "identities": [{"provider": "wechat", "userIdInIdp": "w1", "isSocial": True}],
        },
        CreateUserInput(username="model", password=PASSWORD),
    ]
    result = await create_many(client, users)
    assert outcomes(result) == ["created"] * 6, result.failed[:2]
    by_name = {user.username: user for user in stored()}
    assert by_name["city"].city == "London"
    assert by_name["data"].custom_data == {"level": 3}
    groups = await run(client.users.list_groups(by_name["team"].id))
    assert [group.code for group in groups.list] == ["staff"]
    assert by_name["away"].status == "Suspended"
    identities = by_name["linked"].identities or []
    assert [one and one.user_id_in_idp for one in identities] == ["w1"]
    assert result.items[5].input == {"username": "model", "password": "**********"}


async def test_batch_clears_defaults_as_single_requests_do(
    client: Management, stored: ReadUsers
) -> None:
    users: Any = [{"username": f"user-{number}", "gender": None} for number in range(20)]
    await create_many(client, users, concurrency=1)
    single = await run(client.users.create({"username": "single", "gender": None}))
    assert {user.gender for user in stored()} <= {None, single.gender}


async def test_passwords_are_encrypted_and_kept_nowhere(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    users: Any = [{"username": "ada", "password": PASSWORD}, {"username": "ada", "password": "x"}]
    items: list[BulkItem] = []
    checkpoint = MemoryCheckpoint()
    result = await create_many(client, users, on_item=items.append, checkpoint=checkpoint)
    assert outcomes(result) == ["created", "failed"]
    for request in emulator_pool.requests:
        assert PASSWORD.encode() not in request.content
    assert PASSWORD not in repr([items, *result.items, checkpoint.calls, checkpoint.recorded])
    assert users[0]["password"] == PASSWORD
    user = await run(log_in(client, username="ada", password=PASSWORD))
    assert user.id == result.items[0].user_id


async def test_lines_that_are_no_users_show_no_password(client: Management) -> None:
    lines: Any = ['{"username": "ada", "password": "hunter2!"}', ("ada", "hunter2!"), b"hunter2!"]
    result = await create_many(client, lines)
    wrong: Any = [*lines, ("id", "hunter2!", 1)]
    updated: BulkResult = await run(client.users.update_many(wrong))
    assert outcomes(result) == ["failed"] * 3
    for item in [*result.items, *updated.items]:
        assert "hunter2!" not in f"{item!r} {item.error}"
    assert [item.input for item in result.items][::2] == [{"item": "<str>"}, {"item": "<bytes>"}]


async def test_a_misspelled_password_is_not_shown(client: Management) -> None:
    wrong: Any = {"username": "ada", "name": 5, "pasword": "hunter2!", "passwd": ["hunter2!"]}
    created = await create_many(client, [wrong])
    updated: BulkResult = await run(client.users.update_many([("id", wrong)]))
    for result in (created, updated):
        (item,) = result.failed
        assert "hunter2!" not in f"{item!r} {item.error}"
        assert (item.input["username"], item.input["name"]) == ("ada", 5)


async def test_a_checkpoint_of_other_users_is_rejected(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    checkpoint = MemoryCheckpoint()
    users: Any = [{"username": f"user-{n}"} for n in range(5)]
    assert await create_many(client, users, checkpoint=checkpoint)
    sent = emulator_pool.request_count
    with pytest.raises(InvalidInputError, match=r"Item 0 \(username=other\) is not the item"):
        await create_many(client, [{"username": "other"}, *users], checkpoint=checkpoint)
    with pytest.raises(InvalidInputError, match=r"Item 0 \(id=5\) is not the item"):
        await run(client.users.delete_many(["5"], checkpoint=checkpoint))
    assert emulator_pool.request_count == sent


async def test_hashes_of_passwords_are_kept(client: Management, stored: ReadUsers) -> None:
    users: Any = [
        {"username": "all", "password": "a" * 32},
        {"username": "none"},
        {"username": "own", "password": "b" * 32, "keepPassword": True},
    ]
    result = await create_many(client, users[:2], keep_password=True)
    assert outcomes(result) == ["created", "created"]
    assert outcomes(await create_many(client, users[2:])) == ["created"]
    assert len(stored()) == 3


async def test_repeated_identifiers_are_found_before_the_second_is_sent(
    client: Management, stored: ReadUsers
) -> None:
    users = [
        {"username": "a", "email": "Ada@Example.com"},
        {"username": "b", "email": "ada@example.COM"},
        {"username": "B", "phone": "188 0000 0000"},
        {"username": "c", "phone": "18800000000"},
        {"username": "c"},
        {"externalId": "1"},
        {"externalId": "1"},
    ]
    result = await create_many(client, users)
    assert [item.index for item in result.failed] == [1, 3, 6]
    for item in result.failed:
        assert isinstance(item.error, InvalidInputError)
    assert "Item 1 has the same email=ada@example.com as item 0" in str(result.failed[0].error)
    assert len(stored()) == 4


async def test_invalid_users_fail_alone(client: Management) -> None:
    users: Any = [{"usrname": "x"}, 5, None, {"username": "ok"}, {"email": "no"}, {"username": 7}]
    result = await create_many(client, users)
    assert outcomes(result) == ["failed", "failed", "failed", "created", "failed", "failed"]
    assert "Did you mean 'username'?" in str(result.failed[0].error)
    assert result.failed[1].input == {"item": 5}
    assert isinstance(result.failed[3].error, InvalidRequestError)


@pytest.mark.parametrize("is_batch", [True, False])
async def test_users_who_exist(client: Management, stored: ReadUsers, *, is_batch: bool) -> None:
    more: dict[str, Any] = {} if is_batch else {"city": "London"}
    first = await run(client.users.create({"externalId": "E0", "name": "Old"}))
    await run(client.users.create({"externalId": "X", "username": "taken"}))
    users = [
        {"externalId": "E0", "name": "New", **more},
        {"externalId": "E1", **more},
        {"externalId": "E2", "username": "taken", **more},
    ]
    options: Any = {"key": "externalId", "concurrency": 1}
    result = await create_many(client, users, **options)
    assert outcomes(result) == ["failed", "created", "failed"]
    errors = [item.error for item in result.failed]
    assert [getattr(error, "field", None) for error in errors] == ["externalId", "username"]

    result = await create_many(client, users, on_conflict="skip", **options)
    assert outcomes(result) == ["skipped", "skipped", "failed"]
    assert result.items[0].user_id == first.id
    assert isinstance(result.failed[0].error, ConflictError)

    result = await create_many(client, users, on_conflict="update", **options)
    assert outcomes(result) == ["updated", "unchanged", "failed"]
    by_key = {user.external_id: user for user in stored()}
    assert (by_key["E0"].name, by_key["E0"].city) == ("New", more.get("city"))
    assert by_key.keys() == {"E0", "E1", "X"}


async def test_users_without_the_key_are_invalid(client: Management, stored: ReadUsers) -> None:
    users: Any = [{"username": "a"}, {"username": "b", "externalId": ""}]
    result = await create_many(client, users, key="externalId")
    assert [str(item.error) for item in result.failed] == [
        "users[0].externalId is missing: it is the key by which users are recognized",
        "users[1].externalId is empty: it is the key by which users are recognized",
    ]
    assert stored() == []


INVALID_OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"concurency": 2}, r"create_many\(\) has no argument 'concurency'. Did you mean 'concur"),
    ({"concurrency": 0}, "concurrency must be a whole number from 1, not 0"),
    ({"concurrency": 257}, "concurrency must be at most 256"),
    ({"max_failures": -1}, "max_failures must be a whole number from 0 or a percentage such"),
    ({"max_failures": "101%"}, "max_failures must be a whole number from 0 or a percentage"),
    ({"max_failures": True}, "max_failures must be a whole number from 0 or a percentage"),
    ({"total": -1}, "total must be a whole number from 1, not -1"),
    ({"on_item": 3}, "on_item must be a function, not int"),
    ({"stop": False}, r"stop must be an Event or a similar object, not bool"),
    ({"checkpoint": "file"}, "checkpoint must be a Checkpoint such as SQLiteCheckpoint: str"),
    ({"key": "id"}, "key must be one of externalId, username, email, phone, not 'id'"),
    ({"on_conflict": "merge"}, "on_conflict must be one of fail, skip, update, not 'merge'"),
    ({"on_conflict": "update"}, "on_conflict='update' needs key"),
    ({"keep_password": 1}, "keep_password must be True or False, not int"),
]


async def test_invalid_options_are_rejected(make_client: MakeClient) -> None:
    server = ScriptedServer()
    client = make_client(server)
    for options, message in INVALID_OPTIONS:
        with pytest.raises(InvalidInputError, match=message):
            await create_many(client, [{"username": "ada"}], **options)
    one_user: list[Any] = [{"username": "ada"}, "ada", 5, None]
    for users in one_user:
        with pytest.raises(InvalidInputError, match=r"users must be an iterable, not \w+: write"):
            await create_many(client, users)
    assert server.requests == []


async def test_results_contain_no_password(make_client: MakeClient) -> None:
    server = ScriptedServer(api_error(2010, f"The password {PASSWORD} is too weak"))
    client = make_client(server)
    users: Any = [
        {"username": "a", "password": PASSWORD},
        {"username": "b", "password": PASSWORD, "usrname": "x"},
        {"username": "c", "password": PASSWORD.encode()},
        {"username": "d", "password": bytearray(PASSWORD.encode())},
        {"username": "e", "password": PASSWORD * 20},
        {"username": "f", "password": f"{PASSWORD}\ud800"},
        {"username": "g", "password": [PASSWORD], "token": PASSWORD},
        CreateUserInput(password=PASSWORD, signed_up="x"),
    ]
    result = await create_many(client, users, concurrency=1)
    assert outcomes(result) == ["failed"] * 8
    for item in result.items:
        assert "canary" not in f"{item!r} {item.error} {vars(item.error)}"
    assert "too weak" in str(result.failed[0].error)


async def test_wrong_secret_ends_the_run(
    client_kind: ClientKind, emulator_pool: EmulatorPool
) -> None:
    pool = emulator_pool.emulator
    client = management_client(
        client_kind, user_pool_id=pool.user_pool_id, secret="wrong", host=emulator_pool.host
    )
    users = [{"username": f"user-{number}", "city": "London"} for number in range(50)]
    result = await create_many(client, users, concurrency=1)
    assert result.stopped == "error"
    assert isinstance(result.error, AuthenticationError)
    assert outcomes(result)[0] == "failed"
    assert result.counts["not_sent"] == result.total - 1
    await close(client)


async def test_stopped_run_continues_later(client: Management, stored: ReadUsers) -> None:
    stop, checkpoint = threading.Event(), MemoryCheckpoint()

    def users() -> Iterator[Any]:
        for number in range(100):
            yield {"username": f"user-{number}", "city": "London"}

    def on_item(item: BulkItem) -> None:
        if item.index == 20:
            stop.set()

    options: Any = {"checkpoint": checkpoint, "concurrency": 2}
    first = await create_many(client, users(), stop=stop, on_item=on_item, **options)
    assert first.stopped == "stopped"
    assert 20 < first.counts["created"] == len(stored()) < 100
    second = await create_many(client, users(), **options)
    assert second.counts["created"] == 100
    assert sum(item.resumed for item in second.items) == first.counts["created"]
    assert len(stored()) == 100


async def test_own_models_are_used(
    make_client: MakeClient, emulator_pool: EmulatorPool, stored: ReadUsers
) -> None:
    client = make_client(emulator_pool, omit_fields={"User": ["externalId", "email"]})
    users: Any = [{"externalId": f"E{number}", "email": f"{number}@x.y"} for number in range(3)]
    assert outcomes(await create_many(client, users, key="externalId")) == ["created"] * 3
    result = await create_many(client, users, key="externalId", on_conflict="skip")
    assert outcomes(result) == ["skipped"] * 3
    assert len(stored()) == 3
