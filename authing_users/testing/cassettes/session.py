"""The pytest session and the running test, as far as cassettes need to know them."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import CodeType
from typing import Any, Literal, Protocol

from .errors import CassetteError
from .options import CassetteOptions

_TEST_TOOLS = ("_pytest", "unittest")


class OpenCassette(Protocol):
    """A cassette, as far as the end of a test is concerned."""

    options: CassetteOptions
    path: Any
    dirty: bool
    is_open: bool

    @property
    def has_failed(self) -> bool:
        """Whether a test that the cassette was used in has failed."""
        ...

    def warn(self) -> None:
        """Warn of changed documents."""
        ...

    def problems(self) -> list[str]:
        """Return what fails a test in strict mode."""
        ...


@dataclass(slots=True, eq=False)
class RunningTest:
    """The test that runs.

    Attributes:
        name: Its node ID.
        codes: The code of the test function and of its fixtures.
        has_failed: Whether one of its phases has failed or was skipped.
        errors: Errors of cassettes that were raised during the test.
        replaced: What the cassettes that the test has written contained before.
    """

    name: str
    codes: set[CodeType] = field(default_factory=set[CodeType])
    has_failed: bool = False
    errors: list[CassetteError] = field(default_factory=list[CassetteError])
    replaced: dict[Path, bytes | None] = field(default_factory=dict[Path, bytes | None])

    def unseen_error(self) -> CassetteError | None:
        """Return an error that never reached the test: the code under test has caught it."""
        unseen: dict[str, CassetteError] = {}
        seen: set[str] = set()
        for error in self.errors:
            if is_caught_by(self.codes, error):
                seen.add(str(error))
            else:
                unseen.setdefault(str(error), error)
        return next((error for text, error in unseen.items() if text not in seen), None)

    def restore_files(self) -> None:
        """Undo what the test has written to cassettes."""
        for path, content in self.replaced.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        self.replaced.clear()


@dataclass(slots=True, eq=False)
class Session:
    """The settings of a pytest session.

    Attributes:
        options: Options of all cassettes.
        record_mode: Value of ``--record-mode``, or ``None`` without pytest-recording.
        rewrites: Whether cassettes are recorded again from scratch.
        target: What ``--authing-record`` records from.
        pool: ID of the only user pool that may be recorded from.
        max_age: Age from which cassettes are reported, or ``None``.
        old: The dates of the cassettes that are older.
        test: The test that runs.
        cassettes: Cassettes of this API whose problems have not been reported yet.
        written: Cassettes that tests of the session have written.
        emulator: The emulator to record from, once it runs.
        cleanup: Ends what was started for the session.
    """

    options: CassetteOptions = field(default_factory=CassetteOptions)
    record_mode: str | None = None
    rewrites: bool = False
    target: Literal["emulator", "real"] | None = None
    pool: str | None = None
    max_age: timedelta | None = None
    old: dict[str, str] = field(default_factory=dict[str, str])
    test: RunningTest | None = None
    cassettes: list[OpenCassette] = field(default_factory=list[OpenCassette])
    written: set[Path] = field(default_factory=set[Path])
    emulator: Any = None
    cleanup: ExitStack = field(default_factory=ExitStack)


_sessions: list[Session] = [Session()]


def session() -> Session:
    """Return the running session; outside of pytest, one with the defaults."""
    return _sessions[-1]


def begin(new: Session) -> None:
    """Begin a session. It may be within another one, in tests of plugins."""
    _sessions.append(new)


def end(old: Session) -> None:
    """End a session."""
    if old in _sessions:
        _sessions.remove(old)


def raised(error: CassetteError) -> CassetteError:
    """Remember an error that is about to be raised, in case that code under test catches it."""
    test = session().test
    if test is not None:
        test.errors.append(error)
    return error


def is_caught_by(codes: set[CodeType], error: BaseException) -> bool:
    """Whether some code has caught an error, or a function of a test tool such as ``raises``.

    The traceback begins where an error was caught. So a callback that it has only passed through
    does not count.
    """
    if error.__traceback__ is None:
        return True  # assertRaises has removed it
    frame = error.__traceback__.tb_frame
    module: str = frame.f_globals.get("__name__", "")
    return frame.f_code in codes or module.partition(".")[0] in _TEST_TOOLS


def all_codes(code: CodeType) -> set[CodeType]:
    """Return the code of a function and of those that are defined in it."""
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return {code}.union(*(all_codes(const) for const in inner))
