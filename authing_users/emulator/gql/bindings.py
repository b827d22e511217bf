"""Bindings and argument checks that all resolvers use."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

from ..errors import ApiError, ErrorCode
from ..request_context import RequestContext

Info: TypeAlias = GraphQLResolveInfo[RequestContext]
"""The second argument of a resolver. Its ``context`` is the request context."""

T = TypeVar("T")


def bind_resolvers(type_name: str, resolvers: Mapping[str, Callable[..., Any]]) -> ObjectType:
    """Bind resolvers to the fields of a type.

    Resolvers take arguments under snake_case names. Python keywords and builtins get a trailing
    underscore (``id_``).
    """
    bound = ObjectType(type_name)
    for name, resolver in resolvers.items():
        bound.field(name)(resolver)
    return bound


def required(value: T | None, name: str) -> T:
    """Reject a missing argument that is optional in the schema but needed by the operation."""
    if value is None:
        raise ApiError(ErrorCode.INVALID_PARAMETER, name)
    return value


def non_empty(values: Sequence[T | None] | None, name: str) -> list[T]:
    """Reject a list that is missing, empty, or contains null."""
    if not values:
        raise ApiError(ErrorCode.INVALID_PARAMETER, name)
    return [required(value, name) for value in values]


def reject_unsupported(name: str, value: object) -> None:
    """Reject a non-empty argument that the emulator does not support."""
    if value:
        raise ApiError(ErrorCode.UNSUPPORTED, name)


def require_user_id(user_id: str | None) -> str:
    """Reject a missing user ID.

    Without an ID, the API selects the user of the token. A management token has no user.
    """
    if user_id is None:
        raise ApiError(ErrorCode.NOT_LOGGED_IN)
    return user_id
