"""Recorded cassettes: their content, and their replay without a network.

Both kinds of client replay the same cassettes, which the synchronous client recorded.

To record them again, from the emulator: python -m tests.recorded.record_cassettes
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from authing_users import ManagementClient
from authing_users.testing import CassetteMismatchError

from ..emulator.server import running
from ..support.client_kinds import (
    POOL_ID,
    SECRET,
    ClientKind,
    Management,
    close,
    collect,
    management_client,
    run,
)

CASSETTES = Path(__file__).parent / "cassettes"
PASSWORD = "canary-password"
pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


@pytest.fixture
async def client(
    request: pytest.FixtureRequest, client_kind: ClientKind, anyio_backend: str
) -> AsyncGenerator[Management]:
    """A client of the emulator while recording. While replaying, there is no server."""
    if request.config.getoption("--record-mode") is None:
        client = management_client(client_kind, host="http://127.0.0.1:9")
        yield client
        await close(client)
        return
    arguments = ("--user-pool-id", POOL_ID, "--seed-users", "12")
    with running(*arguments, secret=SECRET) as server:
        client = management_client(client_kind, host=server.url, lang="en-US")
        yield client


@pytest.mark.default_cassette("life.yaml")
async def test_changes_of_a_user_are_replayed(client: Management) -> None:
    users = client.users
    user = await run(users.create({"username": "bob", "password": PASSWORD}))
    updated = await run(users.update(user.id, {"nickname": "Nick", "password": PASSWORD}))
    assert updated.nickname == "Nick"
    assert await run(users.detail(user.id)) == updated
    assert (await run(users.refresh_token(user.id))).token
    assert (await run(users.delete(user.id))).code == 200
    assert await run(users.detail(user.id)) is None


@pytest.mark.default_cassette("pages.yaml")
async def test_pages_are_replayed(client: Management) -> None:
    users = await collect(client.users.iter_list(limit=5))
    assert len(users) == 12
    second = await run(client.users.list(page=2))
    assert second.list == users[10:]
    assert await run(client.users.batch([user.id for user in users])) == users


@pytest.mark.default_cassette("finding.yaml")
async def test_find_and_search_are_replayed(client: Management) -> None:
    user = (await run(client.users.list(limit=1))).list[0]
    assert user.username is not None
    assert await run(client.users.find(username=user.username)) == user
    assert await run(client.users.find(username="nobody")) is None
    page = await run(client.users.search(user.username, ["username"]))
    assert page.list == [user]


@pytest.mark.default_cassette("at_once.yaml")
async def test_concurrent_calls_are_replayed(client: Management) -> None:
    if isinstance(client, ManagementClient):
        users = list(client.users.iter_list(limit=2, prefetch=6))
    else:
        pages = await asyncio.gather(*[client.users.list(page, 2) for page in range(1, 7)])
        users = [user for page in pages for user in page.list]
    assert len({user.id for user in users}) == 12


@pytest.mark.default_cassette("pages.yaml")
async def test_an_unrecorded_call_raises(client: Management) -> None:
    await run(client.users.list(page=2))
    with pytest.raises(CassetteMismatchError, match=r"variables\.page: 3, recorded 2"):
        await run(client.users.list(page=3))


OLD_DOCUMENTS = pytest.mark.filterwarnings("ignore::authing_users.testing.StaleDocumentWarning")


@OLD_DOCUMENTS
@pytest.mark.default_cassette("../old_format/life.yaml")
async def test_changes_in_the_format_of_older_versions_are_replayed(
    client_kind: ClientKind,
) -> None:
    client = management_client(client_kind, user_pool_id="another-pool", host="http://127.0.0.1:9")
    users = client.users
    user = await run(users.create({"username": "bob", "password": PASSWORD}))
    assert user.user_pool_id == "another-pool"
    updated = await run(users.update(user.id, {"nickname": "Nick", "password": PASSWORD}))
    assert await run(users.detail(user.id)) == updated
    assert (await run(users.refresh_token(user.id))).token
    assert (await run(users.delete(user.id))).code == 200
    assert await run(users.detail(user.id)) is None
    await close(client)


@OLD_DOCUMENTS
@pytest.mark.default_cassette("../old_format/pages.yaml")
async def test_pages_in_the_format_of_older_versions_are_replayed(client_kind: ClientKind) -> None:
    client = management_client(client_kind, host="http://127.0.0.1:9")
    users = await collect(client.users.iter_list(limit=5))
    assert len(users) == 12
    with pytest.raises(CassetteMismatchError):
        await run(client.users.list(page=7))
    await close(client)


def cassettes() -> list[Path]:
    return sorted((CASSETTES / "test_cassettes").glob("*.yaml"))


def test_every_cassette_is_found() -> None:
    assert len(cassettes()) == 4


@pytest.mark.parametrize("path", cassettes(), ids=lambda path: path.stem)
def test_a_cassette_holds_no_secret(path: Path) -> None:
    text = path.read_text("utf-8")
    assert SECRET not in text
    assert PASSWORD not in text
    assert POOL_ID not in text
    assert "eyJ" not in text, "a token"
    assert not re.search(r"(?i)authorization|bearer|cookie|127\.0\.0\.1", text)
    # Only the public key is as long as an encrypted password.
    long = [line for line in text.splitlines() if len(line) > 150 and "PUBLIC KEY" not in line]
    assert not long
