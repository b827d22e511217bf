"""Arguments of ``plan`` and ``apply``."""

import re
from collections.abc import Iterable
from typing import Any, cast, get_args
from uuid import UUID

from authing_graphql import CreateUserInput, InputModel, UpdateUserInput, User
from authing_graphql.graphql_model import attributes_by_graphql_name

from .._bulk.settling import KEYS
from .._plans.comparison import NOT_READABLE
from .._plans.matching import Desired, PlanRules
from .._user_record import Scope
from ..bulk import BulkKey
from ..errors import DeletionLimitError, InvalidInputError
from ..plans import MissingAction, Plan
from .checks import is_dict, mapping, non_empty_string, one_of, string_list
from .custom_fields import field_data_type
from .records import parse_record

_PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?) ?%")


def plan_rules(key: object, missing: object, max_missing: object, user_pool_id: str) -> PlanRules:
    """Return the rules of a plan.

    Raises:
        InvalidInputError: An argument is invalid.
    """
    action = cast("MissingAction", one_of(missing, "missing", get_args(MissingAction)))
    if max_missing is not None and action == "ignore":
        raise InvalidInputError("max_missing has no effect without missing='suspend' or 'delete'")
    name = cast("BulkKey", one_of(key, "key", KEYS))
    return PlanRules(name, action, _limit(max_missing), user_pool_id)


def _limit(value: object) -> int | float | None:
    """Return a number of users, a fraction of the users, or ``None``."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = _PERCENTAGE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is not None and float(match[1]) <= 100:
        return float(match[1]) / 100
    shown = repr(value) if isinstance(value, int | float | str) else type(value).__name__
    raise InvalidInputError(
        f"max_missing must be a whole number from 0 or a percentage such as '5%', not {shown}"
    )


def desired_record(
    item: object,
    index: int,
    key: str,
    create_input: type[CreateUserInput] | None,
    update_input: type[UpdateUserInput] | None,
) -> Desired:
    """Return an item of the input. An invalid record is a conflict of the plan, not an error."""
    row: Any = item
    if not is_dict(item) and hasattr(item, "readable") and hasattr(item, "record"):
        if row.error is not None:
            return Desired(index, _key_value(row.readable, key), None, str(row.error))
        item = row.record
    value = _key_value(item, key)
    try:
        record = parse_record(item, create_input, update_input, index=index)
    except InvalidInputError as error:
        return Desired(index, value, None, error.message)
    return Desired(index, value, record)


def _key_value(item: object, key: str) -> str | None:
    value: object = None
    if isinstance(item, InputModel) or is_dict(item):
        value = item.get(key)
    if isinstance(value, UUID):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None


def check_desired(items: list[Desired], rules: PlanRules) -> None:
    """Reject an input that would let a plan suspend or delete too many users.

    Raises:
        DeletionLimitError: The input is empty.
        InvalidInputError: A record has no key, so that its user would count as missing.
    """
    if rules.missing == "ignore":
        return
    if not items and rules.max_missing is None:
        raise DeletionLimitError(
            f"desired is empty, so missing={rules.missing!r} would concern all users: if that is"
            " right, write max_missing='100%'"
        )
    for item in items:
        if item.key is None:
            problem = "" if item.problem is None else f" ({item.problem})"
            raise InvalidInputError(
                f"users[{item.index}] has no {rules.key}, so missing={rules.missing!r} could"
                f" concern its user{problem}"
            )


def managed_scope(groups: object, roles: object) -> Scope:
    """Return the groups and roles that records decide about."""
    return Scope(
        *(
            None if codes is None else frozenset(string_list(codes, name, f"{name}=['CODE']"))
            for name, codes in (("managed_groups", groups), ("managed_roles", roles))
        )
    )


def new_custom_fields(value: object) -> dict[str, str]:
    """Return the types of custom fields to define, by key."""
    if value is None:
        return {}
    fields = mapping(value, "create_custom_fields", "{'department': 'STRING'}")
    return {
        non_empty_string(key, "create_custom_fields key"): field_data_type(
            data_type, f"create_custom_fields[{key!r}]"
        ).value
        for key, data_type in fields.items()
    }


def needed_fields(items: Iterable[Desired], rules: PlanRules, user_model: type[User]) -> set[str]:
    """Return the API names of the fields of users that a plan compares."""
    known = attributes_by_graphql_name(user_model)
    records = [item.record for item in items if item.record is not None]
    names = {rules.key, "status", *(name for record in records for name in record.fields)}
    if "phone" in names:
        names.add("phoneCountryCode")
    if any(record.identities is not None for record in records):
        names.add("identities")
    if rules.missing == "delete":
        names.add("updatedAt")
    return {name for name in names - NOT_READABLE if name in known}


def check_plan(plan: Any, user_pool_id: str) -> Plan:
    """Return a plan that can be applied to a user pool.

    Raises:
        InvalidInputError: It is not a plan, is of another pool, or was stored without its secrets.
    """
    if not isinstance(plan, Plan):
        raise InvalidInputError("plan must be a Plan: write apply(plan(…))")
    if plan.user_pool_id != user_pool_id:
        raise InvalidInputError(
            f"The plan is for the user pool {plan.user_pool_id!r}, not for {user_pool_id!r}"
        )
    for step in plan:
        lacks = getattr(step, "_lacks", ())
        if lacks:
            raise InvalidInputError(
                f"The plan was stored without the secret {lacks[0]} of {plan.key}={step.key}:"
                " make a new plan"
            )
    return plan
