"""Assign the objects of interfaces and unions to their models."""

from collections.abc import Mapping
from typing import cast

from pydantic import Discriminator


def by_typename(*typenames: str) -> Discriminator:
    """Return a discriminator that tags objects with the name of their type.

    Args:
        *typenames: The types that have a model of their own. All others get an empty tag, and with
            it the model with the common fields.
    """

    def tag(value: object) -> str:
        if isinstance(value, Mapping):
            typename = cast("Mapping[str, object]", value).get("__typename")
        else:
            typename = getattr(value, "typename__", None)
        return typename if isinstance(typename, str) and typename in typenames else ""

    return Discriminator(tag)
