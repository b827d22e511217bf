"""What all resolvers share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

from ..errors import ApiError, ErrorCode
from ..operation import Operation

Info: TypeAlias = GraphQLResolveInfo[Operation]
"""What graphql-core tells a resolver; its ``context`` is the operation."""

T = TypeVar("T")


def binding(type_name: str, resolvers: Mapping[str, Callable[..., Any]]) -> ObjectType:
    """Attach resolvers to the fields of a type.

    Resolvers take arguments under snake_case names; one that would hide a name of Python gets
    an underscore at the end (``id_``).
    """
    bound = ObjectType(type_name)
    for name, resolver in resolvers.items():
        bound.field(name)(resolver)
    return bound


def required(value: T | None, name: str) -> T:
    """Refuse an argument that the schema allows to be absent but the operation needs."""
    if value is None:
        raise ApiError(ErrorCode.INCOMPLETE, name)
    return value


def filled(values: Sequence[T | None] | None, name: str) -> list[T]:
    """Refuse a list that is absent or empty, or has a null in it."""
    if not values:
        raise ApiError(ErrorCode.INCOMPLETE, name)
    return [required(value, name) for value in values]


def refuse(name: str, value: object) -> None:
    """Refuse an argument that is given but not served; what is empty is nothing."""
    if value:
        raise ApiError(ErrorCode.NOT_SERVED, name)


def own_user(user_id: str | None) -> str:
    """The id of the user that is meant.

    Without one the API means the user that the token belongs to, and a management token belongs
    to none.
    """
    if user_id is None:
        raise ApiError(ErrorCode.NOT_LOGGED_IN)
    return user_id
