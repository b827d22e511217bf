"""Skips the waits of clients for calls that are replayed."""

from contextvars import ContextVar

from ..._runtime.clock import CLOCK

_last_played: ContextVar["object | None"] = ContextVar("last_played", default=None)
"""The cassette that the last response in this thread or task is from."""

_open: list["tuple[object, bool]"] = []
"""The open cassettes, and whether each replays all calls."""


def opened(cassette: object, *, replays_all: bool) -> None:
    """Skip waits for calls that a cassette replays."""
    _open.append((cassette, replays_all))
    CLOCK.skips_wait = _skips_wait


def closed(cassette: object) -> None:
    """Wait again, unless another cassette is open."""
    _open[:] = [one for one in _open if one[0] is not cassette]


def played(cassette: object) -> None:
    """Note that the last response was replayed."""
    _last_played.set(cassette)


def received() -> None:
    """Note that the last response was received from a server."""
    _last_played.set(None)


def _skips_wait() -> bool:
    last = _last_played.get()
    return any(replays_all or cassette is last for cassette, replays_all in _open)
