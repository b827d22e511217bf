"""The pytest plugin of cassettes."""

import inspect
import re
from collections.abc import Generator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from . import session as sessions
from .environment import placeholder_credentials, variables
from .options import CassetteOptions
from .session import OpenCassette, RunningTest, Session, session

_SESSION = pytest.StashKey[Session]()
_TARGETS = ("emulator", "real")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of cassettes, each of them also as a setting."""
    group = parser.getgroup("authing", "cassettes of the Authing user API")
    group.addoption(
        "--authing-record",
        choices=_TARGETS,
        help="Record cassettes again: from an emulator that is started for this, or from the real "
        "service (then --authing-pool is needed).",
    )
    group.addoption(
        "--authing-pool",
        metavar="ID",
        help="The only user pool that --authing-record=real may send requests to.",
    )
    group.addoption(
        "--authing-strict",
        action="store_true",
        default=None,
        help="Fail tests that do not make all recorded calls, or whose documents have changed.",
    )
    group.addoption(
        "--authing-max-age",
        metavar="AGE",
        help="Report cassettes that were recorded longer ago, such as 90d; "
        "with --authing-strict, fail their tests.",
    )
    group.addoption(
        "--authing-pseudonymize",
        action="store_true",
        default=None,
        help="Replace personal data in cassettes by fakes of the same form.",
    )
    parser.addini("authing_strict", "As --authing-strict.", type="bool", default=False)
    parser.addini("authing_max_age", "As --authing-max-age.", default="")
    parser.addini("authing_pseudonymize", "As --authing-pseudonymize.", type="bool", default=False)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin a session of cassettes."""
    option = config.option
    target = option.authing_record
    if target == "real" and not option.authing_pool:
        raise pytest.UsageError(
            "--authing-record=real needs --authing-pool=ID, the user pool that may be changed"
        )
    if target == "emulator":
        from ..emulator.server import EmulatorStartError, check_installed

        try:
            check_installed()
        except EmulatorStartError as error:
            raise pytest.UsageError(f"--authing-record=emulator: {error}") from None
    if target is not None and getattr(option, "record_mode", "rewrite") not in (None, "rewrite"):
        raise pytest.UsageError("Pass either --authing-record or --record-mode")
    if not hasattr(option, "authing_rewrite"):  # workers of xdist get it from the main process
        mode = getattr(option, "record_mode", None)
        option.authing_rewrite = target is not None or mode == "rewrite"
    if option.authing_rewrite:
        # pytest-recording would remove the cassette before the test, which may fail.
        option.record_mode = "all"
    has_recording = config.pluginmanager.hasplugin("recording")
    new = Session(
        options=CassetteOptions(
            strict=_flag(config, "authing_strict"),
            pseudonymize=_flag(config, "authing_pseudonymize"),
        ),
        record_mode=(getattr(option, "record_mode", None) or ("none" if has_recording else None)),
        rewrites=option.authing_rewrite,
        target=target,
        pool=option.authing_pool,
        max_age=_age(option.authing_max_age or config.getini("authing_max_age")),
    )
    config.stash[_SESSION] = new
    sessions.begin(new)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End a session of cassettes."""
    ended = config.stash.get(_SESSION, None)
    if ended is not None:
        sessions.end(ended)
        ended.cleanup.close()


@pytest.hookimpl(optionalhook=True)
def pytest_recording_configure(vcr: Any) -> None:
    """Make the cassettes of pytest-recording ours, whatever their settings are."""
    from .settings import compose

    compose(vcr, CassetteOptions())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Prepare a test, and keep what it has recorded only if it passes."""
    current = session()
    test = RunningTest(item.nodeid)
    function = getattr(item, "function", None)
    if function is not None:
        _add_code(test, function)
    outer, current.test = current.test, test
    try:
        with variables(_variables(item)):
            return (yield)
    except BaseException:  # the session is interrupted
        current.test.has_failed = True
        raise
    finally:
        if current.test.has_failed:
            current.test.restore_files()
        current.written.update(current.test.replaced)
        current.test = outer


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup() -> Generator[None]:
    """Forget a failed run of a test if a tool runs it again."""
    current = session()
    before = current.test
    if before is not None and before.has_failed:
        before.restore_files()
        current.test = RunningTest(before.name, before.codes)
    try:
        yield
    except pytest.skip.Exception:
        _raise_unseen()
        raise


def _variables(item: pytest.Item) -> Any:
    """Return the variables that a test, and fixtures of its module, need."""
    from .target import prepare

    current = session()
    if current.target == "emulator":
        return prepare(current)
    if not any(item.iter_markers("vcr")):
        return {}
    modes = [mark.kwargs.get("record_mode") for mark in item.iter_markers("vcr")]
    given = getattr(item.config.option, "record_mode", None) or next(filter(None, modes), "none")
    return placeholder_credentials() if given == "none" else {}


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Generator[None, object, object]:
    """Note the functions of fixtures: an error that reaches them has been seen by the test."""
    test = session().test
    if test is not None:
        _add_code(test, fixturedef.func)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    """Fail a test if the code under test has caught an error of a cassette."""
    try:
        yield
    except pytest.skip.Exception:  # "the service cannot be reached"
        _raise_unseen()
        raise
    _raise_unseen()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Report what is known only at the end of a test."""
    yield
    _raise_unseen()
    current = session()
    closed = [one for one in current.cassettes if not one.is_open]
    current.cassettes = [one for one in current.cassettes if one.is_open]
    closed = [one for one in closed if not one.has_failed]
    problems: list[str] = []
    for cassette in closed:
        cassette.warn()
        problems += cassette.problems()
        problems += _age_problems(cassette)
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def _raise_unseen() -> None:
    test = session().test
    error = None if test is None or test.has_failed else test.unseen_error()
    if error is not None:
        raise type(error)(f"{error}\nThe code under test has caught this error.") from None


def _age_problems(cassette: OpenCassette) -> list[str]:
    from .storage import recorded_on

    longest, old = session().max_age, session().old
    recorded = None if longest is None or cassette.dirty else recorded_on(Path(cassette.path))
    if longest is None or recorded is None:
        return []
    if date.today() - recorded <= longest:  # noqa: DTZ011 - it was recorded in the same way
        return []
    old[str(cassette.path)] = str(recorded)
    is_strict = cassette.options.strict
    return [f"The cassette {cassette.path} was recorded on {recorded}."] if is_strict else []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note whether a test has passed."""
    report = yield
    test = session().test
    if test is not None and not report.passed:
        test.has_failed = True
    if report.when == "teardown" and session().old:
        # Strings: workers of xdist send it to the main process.
        report.user_properties.append(("authing_old_cassettes", dict(session().old)))
        session().old.clear()
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the cassettes that are older than they should be."""
    old: dict[str, str] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "authing_old_cassettes":
                    old |= value
    if old:
        terminalreporter.section("old cassettes")
        for path, recorded in sorted(old.items()):
            terminalreporter.write_line(f"{path}: recorded on {recorded}")


def _add_code(test: RunningTest, function: Any) -> None:
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is not None:
        test.codes |= sessions.all_codes(code)


def _flag(config: pytest.Config, name: str) -> bool:
    given = getattr(config.option, name)
    return bool(config.getini(name) if given is None else given)


def _age(text: str) -> timedelta | None:
    if not text:
        return None
    found = re.fullmatch(r"(\d+)\s*(d|w)?", text.strip())
    if found is None:
        raise pytest.UsageError(f"Invalid --authing-max-age {text!r}: expected days, such as 90d")
    return timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))
