"""Checks of what ``find``, ``search`` and ``filter`` are asked for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, TypeVar, cast

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

from ..errors import InvalidInputError
from .checks import (
    boolean,
    did_you_mean,
    encodable,
    input_model,
    input_models,
    kind,
    mapping,
    non_empty_string,
    non_empty_string_list,
    one_of,
    reject_unknown,
)

__all__ = [
    "FilterCondition",
    "FilterTargetDict",
    "FindOptionsDict",
    "ResourceKind",
    "SearchOptionsDict",
]

InputT = TypeVar("InputT", bound=InputModel)

ResourceKind = ResourceType | Literal["DATA", "API", "MENU", "UI", "BUTTON"]
RESOURCE_TYPES = tuple(kind.value for kind in ResourceType)


class FindOptionsDict(TypedDict, total=False):
    """What ``find`` looks for; all that is given must fit."""

    username: str
    """User name, case sensitive."""
    email: str
    """E-mail address, not case sensitive."""
    phone: str
    """Phone number."""
    externalId: str
    """The user's id in an outside system."""
    identity: FindUserByIdentityInput | FindUserByIdentityInputDict
    """An account at an identity provider that is linked to the user."""
    withCustomData: bool
    """Whether to read the user's custom data too."""


class SearchOptionsDict(TypedDict, total=False):
    """How ``search`` searches."""

    fields: Sequence[str] | None
    """GraphQL names of the fields to look in; the API's default fields when absent."""
    departmentOpts: Sequence[SearchUserDepartmentOpt | SearchUserDepartmentOptDict] | None
    """Only members of one of these departments."""
    groupOpts: Sequence[SearchUserGroupOpt | SearchUserGroupOptDict] | None
    """Only members of one of these groups."""
    roleOpts: Sequence[SearchUserRoleOpt | SearchUserRoleOptDict] | None
    """Only holders of one of these roles."""
    withCustomData: bool
    """Whether to read the custom data of the users too."""


class FilterTargetDict(TypedDict):
    """What a condition of ``filter`` looks at."""

    type: Literal["userDefinedFields", "OtherFields"]
    """A custom field, or something else, such as the application."""
    value: str
    """Key of the custom field, or the name of something else, such as ``app``."""


FilterOperator = Literal["EQ", "NEQ"]
FilterCondition = tuple[FilterTargetDict, FilterOperator, object]


@dataclass(frozen=True, slots=True)
class FindCriteria:
    """What ``find`` looks for."""

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
    method: str, options: object, named: Mapping[str, object], *, with_custom_data: bool = False
) -> FindCriteria:
    """Return what ``find`` looks for.

    Args:
        method: Name of the method, for messages.
        options: The documented options object, or ``None``.
        named: The criteria given by keyword, ``None`` where not given.
        with_custom_data: Whether custom data was asked for by keyword.
    """
    given = {name: value for name, value in named.items() if value is not None}
    if "external_id" in given:
        if "externalId" in given:
            raise InvalidInputError(
                f"{method}() takes externalId and external_id, but not both at once"
            )
        given["externalId"] = given.pop("external_id")
    if options is not None:
        if given:
            raise InvalidInputError(
                f"{method}() takes its criteria as a dict or by keyword, not both"
            )
        given = mapping(options, "options", "find({'username': 'bob'}) or find(username='bob')")
        with_custom_data = boolean(given.pop("withCustomData", with_custom_data), "withCustomData")
    reject_unknown(given, (*IDENTIFIERS, "identity", "withCustomData"), f"{method}()")
    if not given:
        raise InvalidInputError(f"{method}() needs one of {', '.join(IDENTIFIERS)}")
    identity = given.pop("identity", None)
    return FindCriteria(
        **{IDENTIFIERS[name]: non_empty_string(value, name) for name, value in given.items()},
        identity=UNSET
        if identity is None
        else input_model(FindUserByIdentityInput, identity, "identity"),
        with_custom_data=with_custom_data,
    )


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Where ``search`` looks, and among whom."""

    fields: list[str | None] | UnsetType = UNSET
    departments: list[SearchUserDepartmentOpt | None] | UnsetType = UNSET
    groups: list[SearchUserGroupOpt | None] | UnsetType = UNSET
    roles: list[SearchUserRoleOpt | None] | UnsetType = UNSET
    with_custom_data: bool = False

    @property
    def restrict(self) -> bool:
        """Whether there are users that the search does not look at."""
        return bool(self.departments or self.groups or self.roles)


SEARCH_OPTIONS = ("fields", "departmentOpts", "groupOpts", "roleOpts", "withCustomData")


def search_options(
    options: object, named: Mapping[str, object], *, with_custom_data: bool = False
) -> SearchOptions:
    """Return how ``search`` searches.

    Args:
        options: The documented options object, a list of fields, or ``None``.
        named: The restrictions given by keyword, ``None`` where not given.
        with_custom_data: Whether custom data was asked for by keyword.
    """
    if isinstance(options, int):
        raise InvalidInputError(
            "The second argument of search() is options; write search(query, page=…, limit=…)"
        )
    given: dict[str, object] = {}
    if isinstance(options, Mapping):
        given = mapping(options, "options", "{'fields': ['username']}")
        reject_unknown(given, SEARCH_OPTIONS, "search() options")
    elif options is not None:
        given = {"fields": options}
    for name, value in named.items():
        if value is not None:
            if given.get(name) is not None:
                raise InvalidInputError(f"search() takes {name} in its options or by keyword")
            given[name] = value
    return SearchOptions(
        fields=_search_fields(given.get("fields")),
        departments=_restrictions(SearchUserDepartmentOpt, given, "departmentOpts"),
        groups=_restrictions(SearchUserGroupOpt, given, "groupOpts"),
        roles=_restrictions(SearchUserRoleOpt, given, "roleOpts"),
        with_custom_data=boolean(given.get("withCustomData", with_custom_data), "withCustomData"),
    )


def search_text(query: object, options: SearchOptions) -> str:
    """Return the text to search for. A blank one finds all of those that the options leave."""
    blank = isinstance(query, str) and not query.strip()
    return "" if blank and options.restrict else non_empty_string(query, "query")


def _search_fields(fields: object) -> list[str | None] | UnsetType:
    if fields is None:
        return UNSET
    names = non_empty_string_list(fields, "fields", "fields=['username']")
    known = attributes_by_graphql_name(User)
    for name in names:
        if name not in known:
            raise InvalidInputError(f"Users have no field {name!r}.{did_you_mean(name, known)}")
    return [*names]


def _restrictions(
    model: type[InputT], given: Mapping[str, object], name: str
) -> list[InputT | None] | UnsetType:
    items = given.get(name)
    if items is None:
        return UNSET
    return [*input_models(model, items, name)]


def resource_kind(value: object) -> str | UnsetType:
    """Return the kind of resource to ask for, or what stands for any."""
    return UNSET if value is None else one_of(value, "resource_type", RESOURCE_TYPES)


FILTER_EXAMPLE = "[({'type': 'userDefinedFields', 'value': 'KEY'}, 'EQ', value)]"


def filter_conditions(conditions: object) -> list[list[object]]:
    """Return the conditions of ``filter`` as they are sent.

    Types and operators that are not known here are sent all the same: the API may know more.
    """
    if conditions is None:
        return []
    items = _items(conditions, "filter")
    return [_filter_condition(item, f"filter[{at}]") for at, item in enumerate(items)]


def _filter_condition(condition: object, name: str) -> list[object]:
    parts = _items(condition, name)
    if len(parts) != 3:
        raise InvalidInputError(f"{name} has three parts, not {len(parts)}: {FILTER_EXAMPLE}")
    given, operator, value = parts
    target = mapping(given, f"{name} target", FILTER_EXAMPLE)
    reject_unknown(target, ("type", "value"), f"{name} target")
    return [
        {part: non_empty_string(target.get(part), f"{name} {part}") for part in ("type", "value")},
        non_empty_string(operator, f"{name} operator"),
        _json_value(value, f"{name} value"),
    ]


def _items(value: object, name: str) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise InvalidInputError(f"{name} is a list, not {kind(value)}: write {FILTER_EXAMPLE}")
    return cast("Sequence[object]", value)


def _json_value(value: object, name: str) -> object:
    try:
        text = value_to_wire(value)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"{name}: {error}") from None
    return json.loads(encodable(text, name))
