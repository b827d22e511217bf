"""Errors of the command line: one message on stderr, what to do next, and an exit code.

Commands raise the errors of the library, or ``CommandError`` for problems of their own. Nothing
else needs to be done: ``exit_code_for`` maps every exception, and never shows a traceback.
"""

import os
import re
import sys
import warnings
from collections.abc import Callable
from enum import IntEnum
from io import TextIOWrapper
from typing import Any

import typer

from ..errors import (
    APIError,
    AuthenticationError,
    AuthingError,
    ConfigurationError,
    ConflictError,
    InvalidInputError,
    InvalidResponseError,
    NotFoundError,
    PartialFailureError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    TransportTimeoutError,
)
from ._text import sentence

__all__ = ["CommandError", "ExitCode", "UsageProblem", "exit_code_for", "next_step", "run_guarded"]


class ExitCode(IntEnum):
    """The exit codes of all commands that call the API."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    SOME_FAILED = 3
    AUTHENTICATION = 4
    INTERRUPTED = 130


class CommandError(Exception):
    """A command cannot do what it was asked to do.

    Attributes:
        message: What is wrong, without a full stop.
        hint: What to do next: a sentence. ``None`` if the message says it.
        code: The exit code.
    """

    def __init__(
        self, message: str, *, hint: str | None = None, code: ExitCode = ExitCode.FAILED
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


class UsageProblem(CommandError):
    """The arguments, the environment or a profile are wrong: exit code 2."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint, code=ExitCode.WRONG_USE)


_HINTS: list[tuple[type[BaseException], str]] = [
    # The first that fits is shown.
    (
        AuthenticationError,
        "Check the user pool ID and the secret: authing-users doctor",
    ),
    (PermissionDeniedError, "Check in the console whether the user pool may make this call."),
    (RateLimitError, "Send fewer requests per second with --rps, or wait."),
    (ServerError, "Retry later. If that does not help: authing-users doctor"),
    (TransportTimeoutError, "Allow more time with --timeout, or check: authing-users doctor"),
    (TransportError, "Check the connection, the host and the proxy: authing-users doctor"),
    (
        InvalidResponseError,
        "Is the host the address of the Authing service? Check: authing-users doctor",
    ),
]


_ARGUMENTS = [
    # The library names its arguments; people who use the command line need the options.
    (re.compile(r" \(host=\)"), ""),
    (re.compile(r"^host= "), "--host "),
    (re.compile(r"columns=\{.*\} \((--map .*)\)"), r"\1"),
    (re.compile(r"encoding='[^']*' \((--encoding [^)]*)\)"), r"\1"),
]


def exit_code_for(error: BaseException) -> int:
    """Print what is wrong and what to do next to stderr, and return the exit code."""
    usage = _usage_error(error)
    if usage is not None:
        return usage
    if isinstance(error, typer.Abort | KeyboardInterrupt | EOFError):
        # Prompts turn Ctrl+C into Abort.
        _say("")
        _say("Interrupted.")
        return ExitCode.INTERRUPTED
    if isinstance(error, CommandError):
        show_error(error.message, error.hint)
        return error.code
    if isinstance(error, BrokenPipeError):
        discard_output()
        return ExitCode.FAILED
    if isinstance(error, AuthingError):
        show_error(_message(error), next_step(error))
        return _code(error)
    if isinstance(error, ModuleNotFoundError):
        package = (error.name or "a package").partition(".")[0]
        show_error(
            f"the command needs {package}, which is not installed",
            "Install everything that commands need: pip install 'authing-users[cli]'",
        )
        return ExitCode.FAILED
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        show_error(f"{where}{error.strerror or error}")
        return ExitCode.FAILED
    show_error(
        f"unexpected {type(error).__name__}: {error}",
        "This is a bug of authing-users. AUTHING_TRACEBACK=1 shows where it happened.",
    )
    if os.environ.get("AUTHING_TRACEBACK") == "1":
        import traceback

        traceback.print_exception(error)
    return ExitCode.FAILED


def run_guarded(main: Callable[[], object]) -> int:
    """Run the command line, and return the exit code.

    Args:
        main: Runs it without handling errors. Returns the exit code, or anything else for 0.
    """
    _prepare_output()
    try:
        with warnings.catch_warnings():
            # Those that are errors, for tests, stay so.
            warnings.showwarning = _show_warning
            result = main()
        sys.stdout.flush()
    except BaseException as error:
        if isinstance(error, SystemExit):
            raise
        return exit_code_for(error)
    return result if isinstance(result, int) and not isinstance(result, bool) else 0


def _prepare_output() -> None:
    """Let every text be written: programs read UTF-8, and terminals show escapes at worst."""
    for name in ("stdout", "stderr"):
        # A daemon may have closed it. A file or socket must not take its place.
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_WRONLY)
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115
    stdout: Any = sys.stdout
    if stdout is sys.__stdout__ and isinstance(stdout, TextIOWrapper):
        encoding = None if stdout.isatty() else "utf-8"
        stdout.reconfigure(encoding=encoding, errors="backslashreplace")


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Print a warning without the line of the program that it is about."""
    _say(f"warning: {message}")


def show_error(message: str, hint: str | None = None) -> None:
    """Print an error to stderr, and a hint below it."""
    _say(message, "error:", "red")
    if hint:
        _say(hint, "hint:", "cyan")


def discard_output() -> None:
    """Drop what is still to be written to stdout, whose reader has gone."""
    # Python writes the rest of the output again when it exits.
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)


def _code(error: AuthingError) -> ExitCode:
    if isinstance(error, PartialFailureError):
        return _code(error.error)
    if isinstance(error, AuthenticationError):
        return ExitCode.AUTHENTICATION
    if isinstance(error, InvalidInputError):  # also ConfigurationError
        return ExitCode.WRONG_USE
    return ExitCode.FAILED


def next_step(error: AuthingError) -> str | None:
    """Return a sentence about what to do after an error, or ``None``."""
    if isinstance(error, PartialFailureError):
        return f"The user {error.user_id} exists: {error.completed} was done."
    if isinstance(error, ConfigurationError):
        return None
    if isinstance(error, ConflictError) and error.field:
        return f"Another user, or another object, has this {error.field}."
    if isinstance(error, NotFoundError):
        return "Check the ID or code. Lists show what there is: authing-users groups list"
    if isinstance(error, TransportError) and str(error).startswith("Cannot connect to http://"):
        # Other hosts than this machine need https.
        return "Is the emulator running? Start it in another terminal: authing-users emulator serve"
    return next((hint for kind, hint in _HINTS if isinstance(error, kind)), None)


def _message(error: AuthingError) -> str:
    text = str(error)
    for argument, option in _ARGUMENTS:
        text = argument.sub(option, text)
    if isinstance(error, APIError) and not error.message:
        return f"the API returned an error ({text})"
    return text


def _usage_error(error: BaseException) -> int | None:
    """Print an error of the parser of arguments; return its exit code, or ``None`` for others."""
    # The base class of BadParameter and of all other errors about arguments; where it is defined
    # depends on the version of typer.
    if not isinstance(error, typer.BadParameter.__mro__[2]):
        return None
    # Missing commands show the help instead.
    message: str = getattr(error, "format_message")()  # noqa: B009
    message = message.replace(": Value error, ", ": ")  # of the library that converts values
    possibilities: list[str] = getattr(error, "possibilities", None) or []
    if possibilities:
        problem = str(getattr(error, "message", message)).rstrip(".")
        message = f"{problem}. Did you mean {' or '.join(sorted(possibilities))}?"
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        if message:
            _say(message)
    else:
        path = None if context is None else context.command_path
        show_error(message.rstrip("."), f"See the options: {path} --help" if path else None)
    return int(getattr(error, "exit_code", ExitCode.WRONG_USE))


def _say(text: str, label: str = "", colour: str | None = None) -> None:
    """Print text to stderr, after a label that has a colour in a terminal."""
    shown = sentence(f"{label} {text}" if label else text, sys.stderr)
    if label and sys.stderr.isatty() and not os.environ.get("NO_COLOR"):
        shown = typer.style(label, fg=colour, bold=True) + shown.removeprefix(label)
    # Not typer.echo, which would write into the line of a progress bar.
    print(shown, file=sys.stderr)
