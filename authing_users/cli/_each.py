"""Do something with each of several users, and report what failed."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import typer

from ..errors import AuthenticationError, AuthingError, ConfigurationError
from ._context import Call
from ._errors import CommandError, ExitCode, show_error
from ._named_users import NamedUser, label_of
from ._text import printable

if TYPE_CHECKING:
    from authing_graphql.fragments import User

__all__ = ["ACTION_FIELDS", "confirm_users", "count_of", "for_each_user", "plural_of"]

ACTION_FIELDS = ("name", "id", "outcome", "error")
"""The fields of what ``for_each_user`` prints for programs."""

CALLS_AT_A_TIME = 8
SHOWN_USERS = 10


def confirm_users(
    call: Call, named: Iterable[NamedUser], what: str, where: str = "", *, yes: bool
) -> Iterable[NamedUser]:
    """Show the users that a command will change, and ask whether to go on.

    Args:
        call: The use of the command.
        named: The users.
        what: What will be done, such as ``Delete``.
        where: Words after the number of users, such as `` from the group staff``.
        yes: Whether not to ask. The users are then looked up one part after another.

    Returns:
        The users.
    """
    if yes:
        return named
    users = list(named)
    found = [item.user for item in users if item.user is not None]
    if not found:
        return users
    for user in found[:SHOWN_USERS]:
        call.note(f"  {printable(label_of(user))}")
    if len(found) > SHOWN_USERS:
        call.note(f"  … and {len(found) - SHOWN_USERS} more")
    call.confirm(f"{what} {count_of(len(found))}{where}", yes=False)
    return users


def for_each_user(
    call: Call, named: Iterable[NamedUser], action: Callable[["User"], object], *, done: str
) -> None:
    """Do something with each user, several at a time, and report it in their order.

    Args:
        call: The use of the command.
        named: The users.
        action: Does it with one user.
        done: What was done, such as ``Deleted``.

    Raises:
        AuthingError: It failed for the only user, or for reasons that concern all.
        typer.Exit: It failed for one of several users.
    """
    report = _Report(done)
    rows = report.rows(_results(named, action))
    if call.output.is_for_people:
        failed: list[dict[str, object]] = []
        try:
            failed += (row for row in rows if row["outcome"] == "failed")
        except KeyboardInterrupt:
            call.note(f"{report.summary} The others were not changed.")
            raise
        if report.number == 1 and report.error is not None:
            raise report.error
        for row in failed:
            show_error(f"{row['name']}: {row['error']}")
        call.emit_message(report.summary)
    else:
        call.emit_list(rows)
    if report.error is not None:
        code = ExitCode.FAILED if report.failed == report.number else ExitCode.SOME_FAILED
        raise typer.Exit(code)


class _Report:
    """Counts results, and describes them."""

    def __init__(self, done: str) -> None:
        self._done = done
        self.number = 0
        self.failed = 0
        self.error: Exception | None = None

    def rows(
        self, results: Iterable[tuple[NamedUser, AuthingError | CommandError | None]]
    ) -> Iterator[dict[str, object]]:
        for named, error in results:
            self.number += 1
            if error is not None:
                self.failed += 1
                self.error = error
            user = named.user
            yield {
                "name": named.name if user is None else label_of(user),
                "id": None if user is None else user.id,
                "outcome": self._done.lower() if error is None else "failed",
                "error": None if error is None else str(error),
            }

    @property
    def summary(self) -> str:
        if not self.number:
            return "No user is named on stdin."
        text = f"{self._done} {count_of(self.number - self.failed)}."
        return f"{text} {count_of(self.failed)} failed." if self.failed else text


def count_of(number: int, noun: str = "user") -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun if number == 1 else plural_of(noun)}"


def plural_of(noun: str) -> str:
    """Return the plural of a noun."""
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _results(
    named: Iterable[NamedUser], action: Callable[["User"], object]
) -> Iterator[tuple[NamedUser, Any]]:
    """Return each user with the error, or ``None``, in their order."""
    waiting: deque[tuple[NamedUser, Future[object] | None]] = deque()
    with ThreadPoolExecutor(CALLS_AT_A_TIME) as pool:
        try:
            for item in named:
                user = item.user
                waiting.append((item, None if user is None else pool.submit(action, user)))
                while len(waiting) > CALLS_AT_A_TIME:
                    yield _result(*waiting[0])
                    waiting.popleft()
            while waiting:
                yield _result(*waiting[0])
                waiting.popleft()
        except KeyboardInterrupt:
            # Calls in flight end, and are reported.
            for item, future in waiting:
                if future is None or not future.cancel():
                    yield _result(item, future)
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _result(item: NamedUser, future: "Future[object] | None") -> tuple[NamedUser, Any]:
    if future is None:
        return item, CommandError(item.problem)
    try:
        future.result()
    except (AuthenticationError, ConfigurationError):
        raise  # the other users would fail, too
    except AuthingError as error:
        return item, error
    return item, None
