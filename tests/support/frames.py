"""The locals of frames, as error trackers and rich tracebacks display them."""

from collections.abc import Iterator, Mapping, Sequence
from types import FrameType
from typing import Any, cast

# Folders of our code and of the HTTP libraries.
SEARCHED_PATHS = (
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
# The depth to which trackers expand containers.
MAX_DEPTH = 5


def error_frames(error: BaseException) -> Iterator[FrameType]:
    """Yield the frames of an error, its causes and its contexts."""
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
        pending += [
            linked for linked in (current.__cause__, current.__context__) if linked is not None
        ]


def call_stack(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and its callers."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def library_frames(frames: Iterator[FrameType]) -> list[FrameType]:
    """Return the frames of our code and of the HTTP libraries."""
    return [
        frame
        for frame in frames
        if any(path in frame.f_code.co_filename for path in SEARCHED_PATHS)
    ]


def format_locals(frames: list[FrameType]) -> str:
    """Return all locals of the frames as text."""
    return "\n".join(
        f"{frame.f_code.co_qualname}: {name} = {text}"
        for frame in frames
        for name, value in frame.f_locals.items()
        for text in _representations(value, MAX_DEPTH)
    )


def _representations(value: object, depth: int) -> Iterator[str]:
    try:
        yield repr(value)
    except Exception:  # an object that is not initialized yet
        return
    if isinstance(value, str | bytes | bytearray):
        yield repr(value[:20])  # trackers truncate long text
        return
    if not depth:
        return
    if isinstance(value, Mapping):
        for key, item in list(cast("Mapping[Any, object]", value).items()):
            yield from _representations(key, depth - 1)
            yield from _representations(item, depth - 1)
    elif isinstance(value, Sequence | set | frozenset):
        for item in list(cast("Sequence[object]", value)):
            yield from _representations(item, depth - 1)
