"""Build results of the API with defaults, for stubbed responses."""

import itertools
from typing import Any, TypeVar, cast, overload

from pydantic import BaseModel, ValidationError

from authing_graphql import (
    AuthorizedResource,
    Group,
    PaginatedAuthorizedResources,
    PaginatedDepartments,
    PaginatedGroups,
    PaginatedPolicies,
    PaginatedPolicyAssignments,
    PaginatedRoles,
    PaginatedUsers,
    Policy,
    PolicyAssignment,
    Role,
    User,
    UserDepartment,
)
from authing_graphql.graphql_model import attributes_by_graphql_name

from ..._inputs.checks import did_you_mean, type_name
from ..._protocol.response import problem_of
from ..._runtime.user_type import UserT
from ...errors import InvalidInputError

ModelT = TypeVar("ModelT", bound=BaseModel)

_PAGES: dict[type[BaseModel], type[BaseModel]] = {
    User: PaginatedUsers,
    Role: PaginatedRoles,
    Group: PaginatedGroups,
    Policy: PaginatedPolicies,
    PolicyAssignment: PaginatedPolicyAssignments,
    UserDepartment: PaginatedDepartments,
    AuthorizedResource: PaginatedAuthorizedResources,
}
_numbers = itertools.count(1)


def user(**fields: Any) -> User:
    """Build a user as the API returns one.

    Args:
        **fields: Attributes of ``User``, by attribute name or GraphQL name. ``id`` and
            ``username`` are unique by default, all others are ``None``.

    Raises:
        InvalidInputError: A field is unknown or has the wrong type.
    """
    number = next(_numbers)
    return build(User, {"id": _object_id(number), "username": f"user-{number}", **fields})


def role(**fields: Any) -> Role:
    """Build a role as the API returns one. The arguments are those of ``user``.

    ``id`` and ``code`` are unique by default.
    """
    number = next(_numbers)
    return build(Role, {"id": _object_id(number), "code": f"role-{number}", **fields})


def group(**fields: Any) -> Group:
    """Build a group as the API returns one. The arguments are those of ``user``.

    ``code`` and ``name`` are unique by default.
    """
    number = next(_numbers)
    return build(Group, {"code": f"group-{number}", "name": f"Group {number}", **fields})


@overload
def page_of(*, total_count: int | None = None) -> Any: ...
@overload
def page_of(*items: UserT, total_count: int | None = None) -> PaginatedUsers[UserT]: ...
@overload
def page_of(*items: Role, total_count: int | None = None) -> PaginatedRoles: ...
@overload
def page_of(*items: Group, total_count: int | None = None) -> PaginatedGroups: ...
@overload
def page_of(*items: Policy, total_count: int | None = None) -> PaginatedPolicies: ...
@overload
def page_of(
    *items: PolicyAssignment, total_count: int | None = None
) -> PaginatedPolicyAssignments: ...
@overload
def page_of(*items: UserDepartment, total_count: int | None = None) -> PaginatedDepartments: ...
@overload
def page_of(
    *items: AuthorizedResource, total_count: int | None = None
) -> PaginatedAuthorizedResources: ...
def page_of(*items: Any, total_count: int | None = None) -> Any:
    """Build a page of users, roles, groups, policies, assignments, departments or resources.

    Args:
        *items: The objects of the page. A page without objects can be returned for any operation
            that returns a page.
        total_count: Number of objects on all pages. Default: the number of ``items``.

    Raises:
        InvalidInputError: The objects are not of one type, or of a type without pages.
    """
    first: object = items[0] if items else None
    item_type: Any = type(first) if items else User
    page_type = _PAGES.get(item_type)
    if page_type is None and issubclass(item_type, User):  # the user_model of a client
        page_type = PaginatedUsers[item_type]
    other = next((item for item in items if type(item) is not item_type), None)
    if page_type is None or other is not None:
        found = (
            type_name(first) if other is None else f"{item_type.__name__} and {type_name(other)}"
        )
        names = ", ".join(model.__name__ for model in _PAGES)
        raise InvalidInputError(f"page_of() takes objects of one type of {names}, not {found}")
    total = len(items) if total_count is None else total_count
    return build(page_type, {"total_count": total, "list": list(items)})


def build(model: type[ModelT], fields: dict[str, Any]) -> ModelT:
    """Return an instance of a model of the API.

    Raises:
        InvalidInputError: A field is unknown or has the wrong type.
    """
    model.model_rebuild()
    attributes = attributes_by_graphql_name(model)
    known = {**{name: name for name in attributes.values()}, **attributes}
    for name in fields:
        if name not in known:
            raise InvalidInputError(
                f"{model.__name__} has no field {name!r}.{did_you_mean(name, known)}"
            )
    # By attribute, so that the default of a field does not stand beside its GraphQL name.
    by_attribute = {known[name]: value for name, value in fields.items()}
    aliases = cast("Any", {attribute: name for name, attribute in attributes.items()})
    try:
        return model.model_validate(
            {aliases[attribute]: value for attribute, value in by_attribute.items()}
        )
    except ValidationError as error:
        raise InvalidInputError(f"{model.__name__}: {problem_of(error)}") from None


def _object_id(number: int) -> str:
    return f"{number:024x}"
