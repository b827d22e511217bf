"""Enums that a newer server may add values to."""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """A string enum that keeps a value it does not know instead of refusing it.

    An unknown value becomes a nameless member: equal to its text, not listed by
    iteration, and a different object each time, so compare with ``==``.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member
