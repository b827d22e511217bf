"""What error trackers and rich tracebacks show of the frames of a call: all their locals."""

from collections.abc import Iterator, Mapping, Sequence
from types import FrameType
from typing import Any, cast

# Folders whose frames are searched: ours, and those of the HTTP libraries.
SEARCHED = (
    "/authing_users/",
    "/authing_graphql/",
    "/httpx/",
    "/httpx2/",
    "/httpcore/",
    "/httpcore2/",
    "/h11/",
    "/aiohttp/",
    "/pyreqwest/",
)
# The depth to which trackers unroll containers.
DEPTH = 5


def frames_of(error: BaseException) -> Iterator[FrameType]:
    """Yield the frames of an error, and of all errors that it hangs together with."""
    pending, seen = [error], set[int]()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        traceback = current.__traceback__
        while traceback is not None:
            yield traceback.tb_frame
            traceback = traceback.tb_next
        pending += [e for e in (current.__cause__, current.__context__) if e is not None]


def stack_of(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and those that called it."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def searched(frames: Iterator[FrameType]) -> list[FrameType]:
    """Return the frames of our code and of HTTP libraries."""
    return [frame for frame in frames if any(s in frame.f_code.co_filename for s in SEARCHED)]


def locals_shown(frames: list[FrameType]) -> str:
    """Return the text that shows all locals of some frames."""
    return "\n".join(
        f"{frame.f_code.co_qualname}: {name} = {text}"
        for frame in frames
        for name, value in frame.f_locals.items()
        for text in _shown(value, DEPTH)
    )


def _shown(value: object, depth: int) -> Iterator[str]:
    try:
        yield repr(value)
    except Exception:  # an object that is not complete yet
        return
    if isinstance(value, str | bytes | bytearray):
        yield repr(value[:20])  # the beginning of a long text
        return
    if not depth:
        return
    if isinstance(value, Mapping):
        for key, item in list(cast("Mapping[Any, object]", value).items()):
            yield from _shown(key, depth - 1)
            yield from _shown(item, depth - 1)
    elif isinstance(value, Sequence | set | frozenset):
        for item in list(cast("Sequence[object]", value)):
            yield from _shown(item, depth - 1)
