"""Errors of test tools below the HTTP client: they are the test's failure, and not an outage.

Tools that mock, record or block requests raise their own errors inside the HTTP client. Code under
test that handles outages must not handle those, so the client raises them as they are and does not
retry.
"""

import sys
from collections.abc import Iterator
from types import TracebackType
from typing import cast

# Packages whose exceptions are always about the test. Not all tools have exceptions of their own.
TOOLS = frozenset(
    {
        *("_pytest", "aresponses", "cassetter", "httpretty", "hypothesis", "mocket", "pook"),
        *("pytest_httpx_blockage", "pytest_network", "pytest_socket", "replayx", "unittest", "vcr"),
    }
)

# Frames of these packages hold requests in plain form.
_LIBRARIES = frozenset(
    {
        *TOOLS,
        *("aiohttp", "aioresponses", "anyio", "asyncio", "authing_graphql", "authing_users"),
        *("contextlib", "h11", "httpcore", "httpcore2", "httpx", "httpx2", "pytest_httpx"),
        *("pytest_recording", "pyreqwest", "respx", "socket", "trio", "urllib3", "yarl"),
    }
)

# How tools without exceptions of their own begin their messages: type of the exception, text.
_MESSAGES = (
    ("pytest_recording", "RuntimeError", "Network is disabled"),
    ("pytest_recording", "RuntimeError", "Multiple exceptions: Network is disabled"),
    ("pytest_httpx", "TimeoutException", "No response can be found for "),
    ("aioresponses", "ClientConnectionError", "Connection refused: "),
)


def tool_error(error: BaseException) -> BaseException | None:
    """Return the error of a test tool that an error of an HTTP client is or contains.

    It is detached from the errors below it and from all frames that hold requests, so that only
    frames of the test remain, such as those of a mocked response.

    Args:
        error: The error that the HTTP client raised.

    Returns:
        An ``AssertionError``, an error of a known tool, an exception such as ``pytest.fail``
        raises, or a warning that is an error; ``None`` if the error is of another kind.
    """
    for leaf in _leaves(error):
        if _is_of_tool(leaf):
            leaf.__cause__ = leaf.__context__ = None
            return leaf.with_traceback(_frames_of_test(leaf.__traceback__))
    return None


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, or those that it groups: asynchronous connections are tried in a group."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        for grouped in group.exceptions:
            yield from _leaves(grouped)
    else:
        yield error


def _is_of_tool(error: BaseException) -> bool:
    if isinstance(error, AssertionError | Warning):  # a warning is raised if pytest is told so
        return True
    kinds = type(error).__mro__
    if any(kind.__module__.partition(".")[0] in TOOLS for kind in kinds):
        return True
    name = kinds[0].__name__
    return any(
        name == expected and tool in sys.modules and str(error).startswith(text)
        for tool, expected, text in _MESSAGES
    )


def _frames_of_test(traceback: TracebackType | None) -> TracebackType | None:
    """Return the part of a traceback below the last frame of a library."""
    rest = traceback
    while traceback is not None:
        name = str(traceback.tb_frame.f_globals.get("__name__", ""))
        traceback = traceback.tb_next
        if name.partition(".")[0] in _LIBRARIES:
            rest = traceback
    return rest
