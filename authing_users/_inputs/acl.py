"""Arguments of the methods that manage resources and who can access them."""

from collections.abc import Iterable, Mapping
from typing import NotRequired, TypedDict, cast

from authing_graphql import (
    UNSET,
    AuthorizedTargetsActionsInput,
    AuthorizedTargetsActionsInputDict,
    AuthorizeResourceOpt,
    AuthorizeResourceOptDict,
    PolicyAssignmentTargetType,
    ResourceType,
    UnsetType,
)

from ..errors import InvalidInputError
from .checks import (
    input_model,
    input_models,
    mapping,
    non_empty_string,
    non_empty_string_list,
    one_of,
    reject_unknown,
    type_name,
)
from .policies import policy_target_type
from .search import RESOURCE_TYPES

__all__ = ["ActionsCondition", "AuthorizationTargets", "ResourceActionDict", "ResourceActions"]


class ResourceActionDict(TypedDict):
    """An action on a resource."""

    name: str
    """Name of the action, such as ``book:read``."""
    description: NotRequired[str | None]
    """Description."""


ResourceActions = Iterable[ResourceActionDict]
"""The actions on a resource."""
AuthorizationTargets = Iterable[AuthorizeResourceOpt | AuthorizeResourceOptDict]
"""Targets that are granted access to a resource, or lose it."""
ActionsCondition = AuthorizedTargetsActionsInput | AuthorizedTargetsActionsInputDict
"""Actions that targets are selected by, all of them or any."""

ACTIONS_EXAMPLE = "[{'name': 'book:read', 'description': 'Read books'}]"


def namespace_id(value: object) -> str:
    """Return the ID of a permission namespace, for a path."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidInputError(
            f"id must be the number that is the ID of the namespace, not {type_name(value)}"
        )
    return str(value)


def given_texts(**fields: str | None) -> dict[str, object]:
    """Return the string arguments that are given, by their API names."""
    return {
        name: non_empty_string(value, name) for name, value in fields.items() if value is not None
    }


def resource_query(namespace: object, resource_type: object) -> dict[str, str | None]:
    """Return the parameters that select registered resources."""
    kind = None if resource_type is None else required_resource_type(resource_type).value
    return {"namespace": non_empty_string(namespace, "namespace"), "type": kind}


def optional_target_type(value: object) -> PolicyAssignmentTargetType | UnsetType:
    """Return the kind of targets to list, or ``UNSET`` for all."""
    return UNSET if value is None else policy_target_type(value, "target_type")


def required_resource_type(value: object) -> ResourceType:
    """Return the kind of a resource."""
    return ResourceType(one_of(value, "resource_type", RESOURCE_TYPES))


def optional_resource_type(value: object) -> ResourceType | UnsetType:
    """Return the kind of a resource, or ``UNSET`` for ``None``."""
    return UNSET if value is None else required_resource_type(value)


def resource_actions(actions: object) -> list[dict[str, str | None]]:
    """Return the actions on a resource."""
    if isinstance(actions, str | Mapping) or not isinstance(actions, Iterable):
        raise InvalidInputError(
            f"actions must be a list of dicts, not {type_name(actions)}: write {ACTIONS_EXAMPLE}"
        )
    items = [
        _resource_action(item, f"actions[{index}]")
        for index, item in enumerate(cast("Iterable[object]", actions))
    ]
    if not items:
        raise InvalidInputError("actions is empty")
    return items


def _resource_action(item: object, name: str) -> dict[str, str | None]:
    action = mapping(item, name, ACTIONS_EXAMPLE)
    reject_unknown(action, ResourceActionDict.__annotations__, name)
    description = action.get("description")
    if description is not None and not isinstance(description, str):
        raise InvalidInputError(
            f"{name}.description must be a string, not {type_name(description)}"
        )
    return {
        "name": non_empty_string(action.get("name"), f"{name}.name"),
        "description": description,
    }


def authorization_targets(opts: object) -> list[AuthorizeResourceOpt]:
    """Return the targets of a grant or of a revocation."""
    targets = input_models(AuthorizeResourceOpt, opts, "opts")
    if not targets:
        raise InvalidInputError("opts is empty")
    for index, target in enumerate(targets):
        name = f"opts[{index}]"
        non_empty_string(target.target_identifier, f"{name}.targetIdentifier")
        if "actions" in target.model_fields_set and target.actions is not None:
            non_empty_string_list(target.actions, f"{name}.actions", "'actions': ['book:read']")
    return targets


def actions_condition(actions: object) -> AuthorizedTargetsActionsInput | UnsetType:
    """Return the actions that targets are selected by, or ``UNSET`` for ``None``."""
    if actions is None:
        return UNSET
    condition = input_model(AuthorizedTargetsActionsInput, actions, "actions")
    non_empty_string_list(condition.list, "actions.list", "{'op': 'AND', 'list': ['book:read']}")
    return condition
