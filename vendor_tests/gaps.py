"""Where two values differ, field by field."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final, cast


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where two values differ.

    Attributes:
        where: The place, as ``list.0.code``.
        vendors: What the vendor's has there.
        ours: What ours has there.
    """

    where: str
    vendors: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.where or 'all of it'}: {self.vendors!r} / {self.ours!r}"


def gaps(vendors: Any, ours: Any, *, more: bool = False, where: str = "") -> list[Gap]:
    """Find the places where ours differs from the vendor's.

    Args:
        vendors: The vendor's.
        ours: Ours.
        more: Whether dicts of ours may have keys that the vendor's have not.
        where: The place that both are from.
    """
    here, prefix = Gap(where, vendors, ours), f"{where}." if where else ""
    if isinstance(vendors, dict) and isinstance(ours, dict):
        left, right = cast("dict[str, object]", vendors), cast("dict[str, object]", ours)
        keys = list(left) if more else list({**left, **right})
        inner = [(key, left.get(key, ABSENT), right.get(key, ABSENT)) for key in keys]
    elif isinstance(vendors, list) and isinstance(ours, list):
        items, others = cast("list[object]", vendors), cast("list[object]", ours)
        both = enumerate(zip_longest(items, others, fillvalue=ABSENT))
        inner = [(str(index), one, other) for index, (one, other) in both]
    else:
        same = type(here.vendors) is type(here.ours) and here.vendors == here.ours
        return [] if same else [here]
    return [
        gap
        for key, one, other in inner
        for gap in gaps(one, other, more=more, where=f"{prefix}{key}")
    ]
