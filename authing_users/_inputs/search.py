"""Arguments of ``find``, ``exists``, ``search`` and ``filter``, and of permission queries."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, TypeVar, cast, get_args
from uuid import UUID

from authing_graphql import (
    UNSET,
    FindUserByIdentityInput,
    FindUserByIdentityInputDict,
    InputModel,
    ResourceType,
    SearchUserDepartmentOpt,
    SearchUserDepartmentOptDict,
    SearchUserGroupOpt,
    SearchUserGroupOptDict,
    SearchUserRoleOpt,
    SearchUserRoleOptDict,
    UnsetType,
    User,
)
from authing_graphql.custom_data import value_to_wire
from authing_graphql.graphql_model import attributes_by_graphql_name
from authing_graphql.input_dicts import FindUserByIdentityInputKey

from ..errors import InvalidInputError
from .checks import (
    boolean,
    did_you_mean,
    input_model,
    input_models,
    is_absent,
    is_dict,
    mapping,
    non_empty_string,
    non_empty_string_list,
    one_of,
    reject_unknown,
    text,
    type_name,
)
from .signatures import WrongKeyOrValue

__all__ = [
    "FilterCondition",
    "FilterOperator",
    "FilterTargetDict",
    "FindOptionsDict",
    "ResourceKind",
    "SearchDepartments",
    "SearchGroups",
    "SearchOptionsDict",
    "SearchRoles",
]

InputT = TypeVar("InputT", bound=InputModel)

ResourceKind = ResourceType | Literal["DATA", "API", "MENU", "UI", "BUTTON"]
"""The kinds of resources that permissions protect."""
SearchDepartments = Sequence[SearchUserDepartmentOpt | SearchUserDepartmentOptDict]
"""Departments that ``search`` is restricted to."""
SearchGroups = Sequence[SearchUserGroupOpt | SearchUserGroupOptDict]
"""Groups that ``search`` is restricted to."""
SearchRoles = Sequence[SearchUserRoleOpt | SearchUserRoleOptDict]
"""Roles that ``search`` is restricted to."""

RESOURCE_TYPES = tuple(resource_type.value for resource_type in ResourceType)


class FindOptionsDict(TypedDict, total=False):
    """The criteria of ``find``. A user must match all of them."""

    username: str
    """Username, case-sensitive."""
    email: str
    """Email address, case-insensitive."""
    phone: str
    """Phone number."""
    externalId: str | UUID
    """The user's ID in an external system."""
    identity: FindUserByIdentityInput | FindUserByIdentityInputDict
    """An identity at an identity provider that is linked to the user."""
    withCustomData: bool
    """Whether to include the values of the user's custom fields."""


FindOptionsKey = Literal["username", "email", "phone", "externalId", "identity", "withCustomData"]
"""The keys of ``FindOptionsDict``."""
FindDict = FindOptionsDict | Mapping[FindOptionsKey, WrongKeyOrValue]
"""The criteria of ``find``."""
FoundIdentity = (
    FindUserByIdentityInput
    | FindUserByIdentityInputDict
    | Mapping[FindUserByIdentityInputKey, WrongKeyOrValue]
)
"""An identity that ``find`` looks for."""


class SearchOptionsDict(TypedDict, total=False):
    """The options of ``search``."""

    fields: Sequence[str] | None
    """GraphQL names of the fields to search. Default: the API's default fields."""
    departmentOpts: SearchDepartments | None
    """Return only members of these departments."""
    groupOpts: SearchGroups | None
    """Return only members of these groups."""
    roleOpts: SearchRoles | None
    """Return only users with these roles."""
    withCustomData: bool
    """Whether to include the values of the users' custom fields."""


SearchOptionsKey = Literal["fields", "departmentOpts", "groupOpts", "roleOpts", "withCustomData"]
"""The keys of ``SearchOptionsDict``."""
SearchDict = SearchOptionsDict | Mapping[SearchOptionsKey, WrongKeyOrValue]
"""The options of ``search``."""


class FilterTargetDict(TypedDict):
    """The field that a condition of ``filter`` compares."""

    type: Literal["userDefinedFields", "OtherFields"]
    """``userDefinedFields`` for a custom field, ``OtherFields`` for another one."""
    value: str
    """Key of the custom field, or name of the other field, such as ``app``."""


FilterOperator = Literal["EQ", "NEQ"]
"""Equal or not equal."""
FilterCondition = tuple[FilterTargetDict, FilterOperator, object]
"""A condition of ``filter``: field, operator and value."""


@dataclass(frozen=True, slots=True)
class FindCriteria:
    """The criteria of ``find``, checked."""

    username: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    external_id: str | UnsetType = UNSET
    identity: FindUserByIdentityInput | UnsetType = UNSET
    with_custom_data: bool = False


IDENTIFIERS = {
    "username": "username",
    "email": "email",
    "phone": "phone",
    "externalId": "external_id",
}


def find_criteria(
    method: str, options: object, keywords: Mapping[str, object], *, with_custom_data: bool = False
) -> FindCriteria:
    """Return the criteria that ``find`` or ``exists`` was called with.

    Args:
        method: Name of the method, for messages.
        options: The documented options object, or ``None``.
        keywords: The criteria given by keyword. ``None`` means that one was not given.
        with_custom_data: The argument ``with_custom_data``.
    """
    criteria = {name: value for name, value in keywords.items() if not is_absent(value)}
    if "external_id" in criteria:
        if "externalId" in criteria:
            raise InvalidInputError(f"{method}() takes externalId or external_id, not both")
        criteria["externalId"] = criteria.pop("external_id")
    if not is_absent(options):
        if criteria:
            raise InvalidInputError(
                f"{method}() takes its criteria as a dict or by keyword, not both"
            )
        criteria = mapping(options, "options", "find({'username': 'bob'}) or find(username='bob')")
        with_custom_data = boolean(
            criteria.pop("withCustomData", with_custom_data), "withCustomData"
        )
    if "id" in criteria or "userId" in criteria:
        raise InvalidInputError(f"{method}() takes no ID: write detail('USER_ID')")
    reject_unknown(criteria, get_args(FindOptionsKey), "options")
    criteria = {
        name: value for name, value in criteria.items() if value is None or not is_absent(value)
    }
    if not criteria:
        raise InvalidInputError(f"{method}() needs one of {', '.join(IDENTIFIERS)}")
    identity = criteria.pop("identity", None)
    return FindCriteria(
        **{IDENTIFIERS[name]: non_empty_string(value, name) for name, value in criteria.items()},
        identity=UNSET
        if identity is None
        else input_model(FindUserByIdentityInput, identity, "identity"),
        with_custom_data=boolean(with_custom_data, "with_custom_data"),
    )


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """The options of ``search``, checked."""

    fields: list[str | None] | UnsetType = UNSET
    departments: list[SearchUserDepartmentOpt | None] | UnsetType = UNSET
    groups: list[SearchUserGroupOpt | None] | UnsetType = UNSET
    roles: list[SearchUserRoleOpt | None] | UnsetType = UNSET
    with_custom_data: bool = False

    @property
    def is_restricted(self) -> bool:
        """Whether the search is restricted to departments, groups or roles."""
        return bool(self.departments or self.groups or self.roles)


SEARCH_OPTIONS = get_args(SearchOptionsKey)


def search_options(
    options: object,
    keywords: Mapping[str, object],
    *,
    with_custom_data: bool = False,
    user_model: type[User] | None = None,
) -> SearchOptions:
    """Return the options that ``search`` was called with.

    Args:
        options: The documented options object, a list of fields, or ``None``.
        keywords: The restrictions given by keyword. ``None`` means that one was not given.
        with_custom_data: The argument ``with_custom_data``.
        user_model: The model whose fields can be searched. Default: ``User``.
    """
    if isinstance(options, int):
        raise InvalidInputError(
            "The second argument of search() is options, not a page: "
            "write search(query, page=…, limit=…)"
        )
    merged: dict[str, object] = {}
    if is_dict(options):
        merged = mapping(options, "options", "{'fields': ['username']}")
        if "page" in merged or "limit" in merged:
            raise InvalidInputError(
                "page and limit are arguments of their own: write search(query, options, 1, 10)"
            )
        reject_unknown(merged, SEARCH_OPTIONS, "options")
    elif not is_absent(options):
        merged = {"fields": options}
    for name, value in keywords.items():
        if not is_absent(value):
            if not is_absent(merged.get(name)):
                raise InvalidInputError(
                    f"search() takes {name} in its options or by keyword, not both"
                )
            merged[name] = value
    return SearchOptions(
        fields=_search_fields(merged.get("fields"), user_model or User),
        departments=_restrictions(SearchUserDepartmentOpt, merged, "departmentOpts"),
        groups=_restrictions(SearchUserGroupOpt, merged, "groupOpts"),
        roles=_restrictions(SearchUserRoleOpt, merged, "roleOpts"),
        with_custom_data=boolean(merged.get("withCustomData", with_custom_data), "withCustomData"),
    )


def search_text(query: object, options: SearchOptions) -> str:
    """Return the text to search for. It may be blank only if the search is restricted."""
    is_blank = isinstance(query, str) and not query.strip()
    return "" if is_blank and options.is_restricted else non_empty_string(query, "query")


def _search_fields(fields: object, user_model: type[User]) -> list[str | None] | UnsetType:
    if is_absent(fields):
        return UNSET
    names = non_empty_string_list(fields, "fields", "fields=['username']")
    known = attributes_by_graphql_name(user_model)
    for name in names:
        if name not in known:
            raise InvalidInputError(f"Users have no field {name!r}.{did_you_mean(name, known)}")
    return [*names]


def _restrictions(
    model: type[InputT], options: Mapping[str, object], name: str
) -> list[InputT | None] | UnsetType:
    items = options.get(name)
    if is_absent(items):
        return UNSET
    return [*input_models(model, items, name)]


def resource_kind(value: object) -> str | UnsetType:
    """Return the kind of resources to list, or ``UNSET`` for all."""
    return UNSET if is_absent(value) else one_of(value, "resource_type", RESOURCE_TYPES)


FILTER_EXAMPLE = "[({'type': 'userDefinedFields', 'value': 'KEY'}, 'EQ', value)]"


def filter_conditions(conditions: object) -> list[list[object]]:
    """Return the conditions of ``filter`` in the form that the API expects.

    Unknown types and operators are sent anyway: a newer server may support them.
    """
    if conditions is None:
        return []
    items = _items(conditions, "filter")
    return [_filter_condition(item, f"filter[{index}]") for index, item in enumerate(items)]


def _filter_condition(condition: object, name: str) -> list[object]:
    parts = _items(condition, name)
    if len(parts) != 3:
        raise InvalidInputError(
            f"{name} must have three parts, not {len(parts)}: write {FILTER_EXAMPLE}"
        )
    field, operator, value = parts
    target = mapping(field, f"{name} target", FILTER_EXAMPLE)
    reject_unknown(target, ("type", "value"), f"{name} target")
    return [
        {key: non_empty_string(target.get(key), f"{name} {key}") for key in ("type", "value")},
        non_empty_string(operator, f"{name} operator"),
        _json_value(value, f"{name} value"),
    ]


def _items(value: object, name: str) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise InvalidInputError(
            f"{name} must be a list, not {type_name(value)}: write {FILTER_EXAMPLE}"
        )
    return cast("Sequence[object]", value)


def _json_value(value: object, name: str) -> object:
    if isinstance(value, str):
        return text(value, name)
    try:
        json_text = value_to_wire(value)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"{name}: {error}") from None
    return json.loads(text(json_text, name))
