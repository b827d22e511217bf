"""Call every documented method against the local emulator, over HTTP.

The demo starts an emulator on a free port, and stops it at the end. It exits with status 1 if a
result differs from the documentation. Run it with `make demo`.
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
    """A result differs from the documentation."""


class Report:
    """A table of calls and their results."""

    def __init__(self) -> None:
        self._table = Table(
            title="UsersManagementClient against the emulator", title_justify="left"
        )
        self._table.add_column("call", overflow="fold")
        self._table.add_column("result", overflow="fold")
        self._table.add_column("code", justify="right")

    def row(self, call: str, result: object, code: int | None = None) -> None:
        """Add a call that succeeded."""
        self._add(call, summary(result), "" if code is None else str(code))

    def failed(self, call: str, error: AuthingError) -> None:
        """Add a call that failed as expected."""
        code = getattr(error, "code", None)
        self._add(call, f"{type(error).__name__}: {error.message}", str(code or "not sent"))

    def _add(self, *cells: str) -> None:
        # As Text, because rich would read a list in brackets as markup.
        self._table.add_row(*map(Text, cells))

    def show(self) -> None:
        """Print the table."""
        Console(width=None if sys.stdout.isatty() else 110).print(self._table)


def summary(result: object) -> str:
    """Summarize a result."""
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


def expect(condition: bool, message: str) -> None:
    """Stop the demo if a result differs from the documentation."""
    if not condition:
        raise NotAsDocumentedError(message)


@contextmanager
def emulator(database: Path) -> Generator[dict[str, str], None, None]:
    """Run an emulator, and yield the environment variables that clients need to find it."""
    program = Path(sys.executable).with_name("authing-users")
    command = [str(program), "emulator", "--port", "0", "--seed-users", "120"]
    process = subprocess.Popen([*command, "--db", str(database)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        environment: dict[str, str] = {}
        while "AUTHING_USERPOOL_SECRET" not in environment:
            line = process.stdout.readline()
            expect(bool(line), "the emulator did not start")
            if match := re.match(r"export (\w+)=(.*)", line.strip()):
                environment[match[1]] = match[2]
        yield environment
    finally:
        process.send_signal(signal.SIGTERM)
        expect(process.wait(timeout=30) == 0, "the emulator did not stop cleanly")


def every_method(report: Report) -> None:
    """Call the sixteen documented methods with the synchronous client."""
    with ManagementClient(lang="en-US") as client:
        users = client.users
        info: Any = {"username": "bob", "password": "123456", "city": "Shenzhen"}
        bob = users.create(info)
        report.row("create({'username': 'bob', 'password': …, 'city': 'Shenzhen'})", bob)
        expect(bob.city == "Shenzhen", "create sets the city")
        expect(info["password"] == "123456", "create does not modify the caller's dict")
        alice = users.create({"username": "alice", "email": "Alice@Example.com"})
        report.row("create({'username': 'alice', 'email': 'Alice@Example.com'})", alice)
        expect(alice["email"] == "alice@example.com", "email addresses are stored in lower case")
        expect_failure(
            report, "create({'username': 'bob'})", 2034, lambda: users.create({"username": "bob"})
        )

        bob = users.update(bob.id, {"nickname": "Nick", "phone": "18812345678"})
        report.row("update(id, {'nickname': 'Nick', 'phone': …})", bob)
        expect((bob.nickname, bob.phone) == ("Nick", "18812345678"), "update sets the fields")
        report.row("detail(id)", users.detail(bob.id))
        expect(users.detail(userId=bob.id) == bob, "detail returns the user")
        page = users.list()
        report.row("list()", page)
        expect((page["totalCount"], len(page["list"])) == (122, 10), "list returns a page of ten")
        report.row("list(page=2, limit=50)", users.list(page=2, limit=50))
        report.row(
            "find({'email': 'ALICE@example.com'})", users.find({"email": "ALICE@example.com"})
        )
        expect(users.find(username="BOB") is None, "usernames are case-sensitive")
        matches = users.search("Bob", {"fields": ["username"]})
        report.row("search('Bob', {'fields': ['username']})", matches)
        expect(bob in matches.list, "search finds the user")
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
        expect(update["totalCount"] == 2, "add_roles returns all roles")
        report.row("list_roles(id)", users.list_roles(bob.id))
        update = users.remove_roles(bob.id, ["ROLE1"])
        report.row("remove_roles(id, ['ROLE1'])", update, update.code)
        expect([role["code"] for role in update["list"]] == ["ROLE2"], "remove_roles removes it")

        message = users.delete(bob.id)
        report.row("delete(id)", message, message.code)
        report.row("detail(id)", users.detail(bob.id))
        expect(users.detail(bob.id) is None, "a deleted user does not exist")
        expect_failure(report, "delete(id), a second time", 2210, lambda: users.delete(bob.id))
        message = users.delete_many([alice.id])
        report.row("delete_many([alice])", message, message.code)

        untyped: Any = users  # type checkers reject the calls below
        expect_failure(report, "list_groups()", None, lambda: untyped.list_groups())
        expect_failure(
            report, "create({'signedUpd': …})", None, lambda: untyped.create({"signedUpd": "…"})
        )


def expect_failure(
    report: Report, call: str, code: int | None, attempt: Callable[[], object]
) -> None:
    """Make a call that must fail with this code, or with none if it is not sent."""
    try:
        attempt()
    except AuthingError as error:
        expect(
            getattr(error, "code", None) == code, f"{call} must fail with code {code}, not {error}"
        )
        report.failed(call, error)
    else:
        raise NotAsDocumentedError(f"{call} must fail")


async def iterate(report: Report) -> None:
    """Iterate over all users with the asynchronous client."""
    async with AsyncManagementClient(lang="en-US") as client:
        ids = [user.id async for user in client.users.iter_list(limit=50)]
        report.row("async: iter_list(limit=50)", f"{len(ids)} users, each once")
        expect(len(ids) == len(set(ids)) == 120, "iter_list yields every user once")


def main() -> None:
    """Run the demo."""
    report = Report()
    with (
        tempfile.TemporaryDirectory() as folder,
        emulator(Path(folder, "users.db")) as environment,
    ):
        os.environ.update(environment)
        # The users client cannot create roles and groups, so they are seeded.
        seed = {"users": 0, "groups": ["staff"], "roles": ["ROLE1", "ROLE2"]}
        address = environment["AUTHING_EMULATOR_HOST"]
        with httpx.Client(trust_env=False) as http:
            http.post(f"http://{address}/emulator/v1/seed", json=seed).raise_for_status()
        try:
            every_method(report)
            asyncio.run(iterate(report))
        finally:
            report.show()


if __name__ == "__main__":
    try:
        main()
    except (AuthingError, NotAsDocumentedError) as error:
        sys.exit(f"Differs from the documentation: {error}")
