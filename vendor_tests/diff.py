"""Compare two values of plain data field by field."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final, cast


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two values differ.

    Attributes:
        path: Path of the field, such as ``list.0.code``.
        vendor: The vendor's value, or `ABSENT`.
        ours: The value of `authing_users`, or `ABSENT`.
    """

    path: str
    vendor: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.path or 'value'}: vendor {self.vendor!r}, ours {self.ours!r}"


def diff(
    vendor: Any, ours: Any, *, allow_extra_keys: bool = False, path: str = ""
) -> list[Difference]:
    """Return the fields in which two values differ.

    Args:
        vendor: The vendor's value.
        ours: The value of `authing_users`.
        allow_extra_keys: Ignore keys that only the dicts of `ours` have.
        path: Path of both values, as a prefix for the paths of the differences.
    """
    if isinstance(vendor, dict) and isinstance(ours, dict):
        vendor_dict, our_dict = cast("dict[str, object]", vendor), cast("dict[str, object]", ours)
        keys = list(vendor_dict if allow_extra_keys else {**vendor_dict, **our_dict})
        children = [(key, vendor_dict.get(key, ABSENT), our_dict.get(key, ABSENT)) for key in keys]
    elif isinstance(vendor, list) and isinstance(ours, list):
        items = zip_longest(
            cast("list[object]", vendor), cast("list[object]", ours), fillvalue=ABSENT
        )
        children = [(str(index), left, right) for index, (left, right) in enumerate(items)]
    else:
        left, right = cast("object", vendor), cast("object", ours)
        is_same = type(left) is type(right) and left == right
        return [] if is_same else [Difference(path, left, right)]
    prefix = f"{path}." if path else ""
    return [
        difference
        for key, left, right in children
        for difference in diff(
            left, right, allow_extra_keys=allow_extra_keys, path=f"{prefix}{key}"
        )
    ]
