"""Enums that accept values which newer servers may add."""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """A string enum that accepts unknown values.

    An unknown value becomes a member that is equal to its text, but is not listed by iteration. It
    is a new object each time, so compare members with ``==`` instead of ``is``.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member
