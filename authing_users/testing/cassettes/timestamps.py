"""Replaces the times of a recording by fixed ones, so that recording again changes nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

# Times of recordings start here, one second apart.
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
_LONGEST_RECORDING = 24 * 60 * 60  # seconds between the fixed times of one cassette
_ISO = rb"(?<!\d)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)(?!\d)"
# A number, not a part of a string: nothing but space and a separator of JSON around it.
_EPOCH = rb"(?<=[\[:,\s])\d{10}(?:\d{3})?(?=\s*[\],}\n])"
_TIME = re.compile(rb"(?P<iso>" + _ISO + rb")|(?P<epoch>" + _EPOCH + rb")")
_ISO_PARTS = re.compile(r"(.{10})([T ])(.{8})(?:\.(\d+))?(Z|([+-])(\d\d):?(\d\d))")


@dataclass(frozen=True, slots=True)
class Span:
    """The time of a recording, in Unix seconds of the server's clock."""

    start: float
    end: float

    def __contains__(self, moment: "_Moment") -> bool:
        # A time in whole seconds may be of any moment within its second.
        start = self.start if moment.is_exact else float(int(self.start))
        return start <= moment.seconds <= self.end


@dataclass(frozen=True, slots=True)
class _Moment:
    seconds: float
    is_exact: bool


def fixed_times(texts: Iterable[bytes], span: Span, first: datetime = FIRST) -> list[bytes]:
    """Return texts with fixed times in place of those within the span of a recording.

    Times keep their form, their order, and whether they are equal.

    Args:
        texts: Bodies of all requests and responses of the recording.
        span: When they were recorded.
        first: The earliest of the fixed times.
    """
    texts = list(texts)
    moments = {
        moment.seconds
        for text in texts
        for match in _TIME.finditer(text)
        if (moment := _moment(match)) is not None and moment in span
    }
    fixed = {
        seconds: first + timedelta(seconds=place) for place, seconds in enumerate(sorted(moments))
    }

    def replace(match: re.Match[bytes]) -> bytes:
        moment = _moment(match)
        if moment is None or moment not in span:
            return match[0]
        return _in_form_of(match, fixed[moment.seconds])

    return [_TIME.sub(replace, text) for text in texts]


def next_fixed(texts: Iterable[bytes]) -> datetime:
    """Return the first fixed time after those in texts, for what is added to a recording."""
    start = FIRST.timestamp()
    moments = (_moment(match) for text in texts for match in _TIME.finditer(text))
    seconds = [moment.seconds for moment in moments if moment is not None]
    fixed = [one for one in seconds if start <= one < start + _LONGEST_RECORDING]
    return datetime.fromtimestamp(int(max(fixed)) + 1, UTC) if fixed else FIRST


def _moment(match: re.Match[bytes]) -> _Moment | None:
    text = match[0].decode("ascii")
    if match["epoch"]:
        return _Moment(int(text) / (1000 if len(text) > 10 else 1), len(text) > 10)
    parts = _ISO_PARTS.fullmatch(text)
    if parts is None:
        return None
    fraction = (parts[4] or "0")[:6].ljust(6, "0")
    zone = _zone(parts)
    try:
        time = datetime.fromisoformat(f"{parts[1]}T{parts[3]}.{fraction}").replace(tzinfo=zone)
    except ValueError:
        return None
    return _Moment(time.timestamp(), parts[4] is not None)


def _zone(parts: re.Match[str]) -> timezone:
    if parts[5] == "Z":
        return UTC
    offset = timedelta(hours=int(parts[7]), minutes=int(parts[8]))
    return timezone(-offset if parts[6] == "-" else offset)


def _in_form_of(match: re.Match[bytes], time: datetime) -> bytes:
    text = match[0].decode("ascii")
    if match["epoch"]:
        return str(int(time.timestamp()) * (1000 if len(text) > 10 else 1)).encode()
    parts = _ISO_PARTS.fullmatch(text)
    assert parts is not None  # noqa: S101 - it has been read before
    local = time.astimezone(_zone(parts))
    fraction = "" if parts[4] is None else "." + "0" * len(parts[4])
    return f"{local:%Y-%m-%d}{parts[2]}{local:%H:%M:%S}{fraction}{parts[5]}".encode()
