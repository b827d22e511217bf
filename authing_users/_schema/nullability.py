"""Compare the types of results, arguments and input fields."""

from graphql import GraphQLType

from .definitions import inner_type, is_list, is_non_null, type_name


def change_of_result(old: GraphQLType, new: GraphQLType) -> str | None:
    """Return the rule for a changed type of a result, or ``None`` if it is the same."""
    if str(old) == str(new):
        return None
    if _shape(old) != _shape(new):
        return "FIELD_CHANGED_KIND"
    # A result that is never null is also one that may be null.
    became_nullable = any(
        before and not after for before, after in zip(_required(old), _required(new), strict=True)
    )
    return "RESULT_BECAME_NULLABLE" if became_nullable else "RESULT_BECAME_NON_NULL"


def change_of_input(kind: str, old: GraphQLType, new: GraphQLType) -> str | None:
    """Return the rule for a changed type of an input, or ``None`` if it is the same.

    Args:
        kind: ``ARG`` or ``FIELD``.
        old: The type before.
        new: The type after.
    """
    if str(old) == str(new):
        return None
    if _shape(old) != _shape(new):
        return f"{kind}_CHANGED_KIND"
    became_required = any(
        after and not before for before, after in zip(_required(old), _required(new), strict=True)
    )
    return f"{kind}_BECAME_REQUIRED" if became_required else f"{kind}_BECAME_OPTIONAL"


def _shape(type_: GraphQLType) -> str:
    """Return a type without its exclamation marks."""
    return str(type_).replace("!", "")


def _required(type_: GraphQLType) -> list[bool]:
    """Return whether each level of a type is not null, from the outside to the inside."""
    levels: list[bool] = []
    while True:
        levels.append(is_non_null(type_))
        if is_non_null(type_):
            type_ = inner_type(type_)
        if not is_list(type_):
            return levels
        type_ = inner_type(type_)


def levels_of(type_: GraphQLType) -> tuple[list[bool], str]:
    """Return whether each level of a type may be null, and the name of the innermost type."""
    return [not required for required in _required(type_)], type_name(type_)
