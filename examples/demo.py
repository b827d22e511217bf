"""The client at work: every documented method against the local emulator, over HTTP.

Starts an emulator on a free port with a database file, and ends it. Exits with 1 when something
is not as documented. Run it with `make demo`.
"""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

from authing_users import (
    AsyncManagementClient,
    AuthingError,
    ManagementClient,
    PaginatedGroups,
    PaginatedRoles,
    PaginatedUsers,
    RefreshToken,
    User,
)


class NotAsDocumentedError(Exception):
    """Something came back that the document does not say."""


class Report:
    """The table of what was called and what came back."""

    def __init__(self) -> None:
        self._table = Table(
            title="UsersManagementClient against the emulator", title_justify="left"
        )
        self._table.add_column("call", overflow="fold")
        self._table.add_column("what came back", overflow="fold")
        self._table.add_column("code", justify="right")

    def row(self, call: str, result: object, code: int | None = None) -> None:
        """Add a call that worked."""
        self._add(call, described(result), "" if code is None else str(code))

    def refused(self, call: str, error: AuthingError) -> None:
        """Add a call that had to fail, and did."""
        code = getattr(error, "code", None)
        self._add(call, f"{type(error).__name__}: {error.message}", str(code or "not sent"))

    def _add(self, *cells: str) -> None:
        # As text: a list in brackets is no markup.
        self._table.add_row(*map(Text, cells))

    def show(self) -> None:
        """Print the table."""
        Console(width=None if sys.stdout.isatty() else 110).print(self._table)


def described(result: object) -> str:
    """Say in a few words what came back."""
    match result:
        case None:
            return "None"
        case User():
            return f"user {result.username} ({result.id})"
        case RefreshToken(iat=int(iat), exp=int(exp)):
            return f"a token for {(exp - iat) // 86_400} days"
        case PaginatedUsers():
            return f"{len(result.list)} of {result.total_count} users"
        case PaginatedRoles() | PaginatedGroups():
            codes = ", ".join(str(item.code) for item in result.list)
            return f"{result.total_count}: {codes}" if codes else "0"
        case list():
            users = cast("list[User]", result)
            return "users " + ", ".join(str(user.username) for user in users)
        case _:
            return str(getattr(result, "message", result))


def expect(fact: bool, sentence: str) -> None:
    """Stop the demonstration when something is not as documented."""
    if not fact:
        raise NotAsDocumentedError(sentence)


@contextmanager
def emulator(database: Path) -> Generator[dict[str, str], None, None]:
    """Run an emulator; yield the environment that a client finds it with."""
    program = Path(sys.executable).with_name("authing-users")
    command = [str(program), "emulator", "--port", "0", "--seed-users", "120"]
    process = subprocess.Popen([*command, "--db", str(database)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        exported: dict[str, str] = {}
        while "AUTHING_USERPOOL_SECRET" not in exported:
            line = process.stdout.readline()
            expect(bool(line), "the emulator did not start")
            if found := re.match(r"export (\w+)=(.*)", line.strip()):
                exported[found[1]] = found[2]
        yield exported
    finally:
        process.send_signal(signal.SIGTERM)
        expect(process.wait(timeout=30) == 0, "the emulator did not end cleanly")


def every_method(report: Report) -> None:
    """Call the sixteen documented methods through the synchronous client."""
    with ManagementClient(lang="en-US") as client:
        users = client.users
        info: Any = {"username": "bob", "password": "123456", "city": "Shenzhen"}
        bob = users.create(info)
        report.row("create({'username': 'bob', 'password': …, 'city': 'Shenzhen'})", bob)
        expect(bob.city == "Shenzhen", "create sets the city")
        expect(info["password"] == "123456", "create leaves the caller's dict alone")
        alice = users.create({"username": "alice", "email": "Alice@Example.com"})
        report.row("create({'username': 'alice', 'email': 'Alice@Example.com'})", alice)
        expect(alice["email"] == "alice@example.com", "e-mail addresses are kept in lower case")
        refuse(
            report, "create({'username': 'bob'})", 2034, lambda: users.create({"username": "bob"})
        )

        bob = users.update(bob.id, {"nickname": "Nick", "phone": "18812345678"})
        report.row("update(id, {'nickname': 'Nick', 'phone': …})", bob)
        expect((bob.nickname, bob.phone) == ("Nick", "18812345678"), "update changes the fields")
        report.row("detail(id)", users.detail(bob.id))
        expect(users.detail(userId=bob.id) == bob, "detail returns the user")
        page = users.list()
        report.row("list()", page)
        expect((page["totalCount"], len(page["list"])) == (122, 10), "list gives a page of ten")
        report.row("list(page=2, limit=50)", users.list(page=2, limit=50))
        report.row(
            "find({'email': 'ALICE@example.com'})", users.find({"email": "ALICE@example.com"})
        )
        expect(users.find(username="BOB") is None, "user names are case sensitive")
        found = users.search("Bob", {"fields": ["username"]})
        report.row("search('Bob', {'fields': ['username']})", found)
        expect(bob in found.list, "search finds the user")
        several = users.batch([alice.id, bob.id])
        report.row("batch([alice, bob])", several)
        expect(several == [alice, bob], "batch keeps the order")
        token = users.refresh_token(bob.id)
        report.row("refresh_token(id)", token)
        expect(token["exp"] - token["iat"] == 15 * 86_400, "a token is valid for fifteen days")

        message = users.add_group(bob.id, "staff")
        report.row("add_group(id, 'staff')", message, message.code)
        report.row("list_groups(id)", users.list_groups(bob.id))
        expect(users.list_groups(bob.id)["totalCount"] == 1, "bob is in one group")
        message = users.remove_group(bob.id, "staff")
        report.row("remove_group(id, 'staff')", message, message.code)
        update = users.add_roles(bob.id, ["ROLE1", "ROLE2"])
        report.row("add_roles(id, ['ROLE1', 'ROLE2'])", update, update.code)
        expect(update["totalCount"] == 2, "add_roles answers the latest roles")
        report.row("list_roles(id)", users.list_roles(bob.id))
        update = users.remove_roles(bob.id, ["ROLE1"])
        report.row("remove_roles(id, ['ROLE1'])", update, update.code)
        expect([role["code"] for role in update["list"]] == ["ROLE2"], "remove_roles took one")

        message = users.delete(bob.id)
        report.row("delete(id)", message, message.code)
        report.row("detail(id)", users.detail(bob.id))
        expect(users.detail(bob.id) is None, "a deleted user is gone")
        refuse(report, "delete(id), once more", 2210, lambda: users.delete(bob.id))
        message = users.delete_many([alice.id])
        report.row("delete_many([alice])", message, message.code)

        wrong: Any = users
        refuse(report, "list_groups()", None, lambda: wrong.list_groups())
        refuse(report, "create({'signedUpd': …})", None, lambda: wrong.create({"signedUpd": "…"}))


def refuse(report: Report, call: str, code: int | None, attempt: Callable[[], object]) -> None:
    """Make a call that has to fail, with this code, or without being sent."""
    try:
        attempt()
    except AuthingError as error:
        expect(getattr(error, "code", None) == code, f"{call} fails with {code}, not {error}")
        report.refused(call, error)
    else:
        raise NotAsDocumentedError(f"{call} has to fail")


async def walk(report: Report) -> None:
    """Walk over all pages through the asynchronous client."""
    async with AsyncManagementClient(lang="en-US") as client:
        walked = [user.id async for user in client.users.iter_list(limit=50)]
        report.row("async: iter_list(limit=50)", f"{len(walked)} users, each once")
        expect(len(walked) == len(set(walked)) == 120, "the walk yields every user once")


def main() -> None:
    """Run the demonstration."""
    report = Report()
    with (
        tempfile.TemporaryDirectory() as folder,
        emulator(Path(folder, "users.db")) as environment,
    ):
        os.environ.update(environment)
        # Roles and groups are what the users client works with, not what it makes.
        stage = {"users": 0, "groups": ["staff"], "roles": ["ROLE1", "ROLE2"]}
        address = environment["AUTHING_EMULATOR_HOST"]
        with httpx.Client(trust_env=False) as http:
            http.post(f"http://{address}/emulator/v1/seed", json=stage).raise_for_status()
        try:
            every_method(report)
            asyncio.run(walk(report))
        finally:
            report.show()


if __name__ == "__main__":
    try:
        main()
    except (AuthingError, NotAsDocumentedError) as error:
        sys.exit(f"Not as documented: {error}")
