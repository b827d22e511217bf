"""Arguments of the methods that process many users."""

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import replace
from typing import Any, NamedTuple, cast, get_args

from authing_graphql import CreateUserInput, InputModel, UpdateUserInput
from authing_graphql.graphql_model import attributes_by_graphql_name
from authing_graphql.input_values import set_fields

from .._bulk.items import Description, shown
from .._bulk.limits import failure_limit
from .._bulk.options import BulkOptions
from .._bulk.settling import key_of, missing_key_message
from .._runtime.secret import MASK
from .._user_record import Record
from ..bulk import BulkKey, BulkOptionsDict, OnConflict
from ..errors import InvalidInputError
from .checks import did_you_mean, non_empty_string, one_of, positive_int, type_name
from .records import EXTRAS, parse_record, parse_updates

# More requests in flight do not make a run faster.
MAX_CONCURRENCY = 256
_CHECKPOINT_METHODS = ("states", "started", "finished")


def bulk_options(method: str, options: Mapping[str, object], user_pool_id: str = "") -> BulkOptions:
    """Return the checked options of a run.

    Args:
        method: Name of the method, for messages.
        options: The keyword arguments.
        user_pool_id: ID of the user pool.
    """
    known = BulkOptionsDict.__annotations__
    for name in options:
        if name not in known:
            hint = did_you_mean(name, [*known])
            raise InvalidInputError(f"{method}() has no argument {name!r}.{hint}")
    for name in ("on_progress", "on_item"):
        callback = options.get(name)
        if callback is not None and not callable(callback):
            raise InvalidInputError(f"{name} must be a function, not {type_name(callback)}")
    given: Any = options
    total, checkpoint, stop = (given.get(name) for name in ("total", "checkpoint", "stop"))
    for required in _CHECKPOINT_METHODS:
        if checkpoint is not None and not callable(getattr(checkpoint, required, None)):
            raise InvalidInputError(
                f"checkpoint must be a Checkpoint such as SQLiteCheckpoint: "
                f"{type_name(checkpoint)} has no method {required!r}"
            )
    if stop is not None and not callable(getattr(stop, "is_set", None)):
        raise InvalidInputError(
            f"stop must be an Event or a similar object, not {type_name(stop)}: it needs is_set()"
        )
    return BulkOptions(
        concurrency=positive_int(options.get("concurrency", 8), "concurrency", MAX_CONCURRENCY),
        on_progress=given.get("on_progress"),
        on_item=given.get("on_item"),
        limit=failure_limit(options.get("max_failures")),
        total=None if total is None else whole_number(total, "total"),
        checkpoint=checkpoint,
        stop=stop,
        user_pool_id=user_pool_id,
    )


def whole_number(value: object, name: str) -> int:
    """Return a whole number from 0."""
    return 0 if value == 0 and not isinstance(value, bool) else positive_int(value, name, None)


def any_iterable(items: object, name: str, example: str) -> Any:
    """Return an argument that is an iterable of items, synchronous or not.

    Args:
        items: The argument.
        name: Name of the argument, for messages.
        example: A correct call, for messages.
    """
    is_one_item = isinstance(items, str | bytes | Mapping | InputModel)
    if is_one_item or not isinstance(items, Iterable | AsyncIterable):
        kind = type_name(items)
        raise InvalidInputError(f"{name} must be an iterable, not {kind}: write {example}")
    return cast("Any", items)


def bulk_key(key: object) -> BulkKey | None:
    """Return the field by which users are recognized."""
    return None if key is None else cast("BulkKey", one_of(key, "key", get_args(BulkKey)))


def conflict_rule(on_conflict: object, key: BulkKey | None) -> OnConflict:
    """Return what to do with users who exist.

    Args:
        on_conflict: The argument.
        key: The field by which they are recognized.
    """
    rule = cast("OnConflict", one_of(on_conflict, "on_conflict", get_args(OnConflict)))
    if rule == "update" and key is None:
        raise InvalidInputError(
            "on_conflict='update' needs key, the field by which users are recognized: "
            "write key='externalId'"
        )
    return rule


def known_keys(*models: type[InputModel]) -> frozenset[str]:
    """Return the keys that records can have.

    Args:
        models: The models for their fields.
    """
    return frozenset(EXTRAS).union(*(attributes_by_graphql_name(model) for model in models))


def described_record(
    item: object, key: BulkKey | None, known: AbstractSet[str] | None = None
) -> Description:
    """Return how a record is shown, even if it is invalid.

    Args:
        item: The record.
        key: The field by which users are recognized, if the caller chose one.
        known: The keys that it can have. Default: any. Values of others are not shown, because a
            misspelled key may have been meant to be ``password``.
    """
    fields = _fields(item)
    if fields is None:
        return _described_stranger(item)
    found = key_of(fields, key)
    text = None if found is None else f"{found[0]}={found[1]}"
    return Description(text, _shown_fields(fields, known))


def described_id(
    user_id: object, others: object = None, known: AbstractSet[str] | None = None
) -> Description:
    """Return how an item is shown that has the ID of a user.

    Args:
        user_id: The ID.
        others: The other fields of the item, if it has any.
        known: The keys that these can have. Default: any.
    """
    given = _shown_fields(_fields(others) or {}, known)
    text = f"id={user_id}" if isinstance(user_id, str) else None
    return Description(text, {"id": shown(user_id), **given})


def _described_stranger(item: object) -> Description:
    """Return how an item of a wrong type is shown: a line of a file can contain a password."""
    is_plain = item is None or isinstance(item, bool | int | float)
    return Description(None, {"item": item if is_plain else f"<{type_name(item)}>"})


def _fields(item: object) -> Mapping[str, object] | None:
    fields: object = set_fields(item) if isinstance(item, InputModel) else item
    return cast("Mapping[str, object]", fields) if isinstance(fields, Mapping) else None


def _shown_fields(
    fields: Mapping[str, object], known: AbstractSet[str] | None
) -> Mapping[str, object]:
    given = cast("Mapping[str, object]", shown(fields))
    if known is None or given.keys() <= known:
        return given
    return {name: value if name in known else MASK for name, value in given.items()}


def checked_record(
    index: int,
    item: object,
    key: BulkKey | None,
    create_input: type[CreateUserInput] | None,
    update_input: type[UpdateUserInput] | None,
    *,
    keep_password: bool = False,
) -> Record:
    """Return a checked record, which has the key.

    Args:
        index: Position in the input.
        item: The record.
        key: The field by which users are recognized, if the caller chose one.
        create_input: The model for the fields of new users.
        update_input: The model for the fields that only updates set.
        keep_password: Whether all passwords are hashes to be stored unchanged.

    Raises:
        InvalidInputError: The record is invalid, or has no value for the key.
    """
    record = parse_record(item, create_input, update_input, index=index)
    if key is not None and key_of(record.fields, key) is None:
        raise InvalidInputError(missing_key_message(record.fields, key, index))
    if keep_password and record.fields.get("password") is not None:
        return replace(record, keep_password=True)
    return record


class UserChanges(NamedTuple):
    """The checked changes of a user.

    Attributes:
        user_id: ID of the user.
        fields: A record with the fields that ``updateUser`` sets, or ``None``.
        others: A record with everything else, or ``None``.
    """

    user_id: str
    fields: Record | None
    others: Record | None


def checked_changes(
    index: int, item: object, update_input: type[UpdateUserInput] | None
) -> UserChanges:
    """Return the checked changes of a user.

    Args:
        index: Position in the input.
        item: The ID of the user and the changes.
        update_input: The model for the fields.

    Raises:
        InvalidInputError: The ID or the changes are invalid.
    """
    pair = _pair(item)
    if pair is None:
        raise InvalidInputError(
            f"updates[{index}] must be an ID and a dict, not {type_name(item)}: "
            "write ('USER_ID', {'FIELD': value})"
        )
    user_id = non_empty_string(pair[0], f"updates[{index}][0]")
    record = parse_updates(pair[1], update_input, index=index)
    fields = replace(record, custom_data={}, groups=None, roles=None, identities=None, status=None)
    others = replace(record, fields={})
    has_others = any((record.custom_data, record.identities, record.status)) or not (
        record.groups is None and record.roles is None
    )
    return UserChanges(user_id, fields if record.fields else None, others if has_others else None)


def described_changes(item: object, known: AbstractSet[str] | None = None) -> Description:
    """Return how an update is shown, even if it is invalid. See ``described_record``."""
    pair = _pair(item)
    return _described_stranger(item) if pair is None else described_id(*pair, known)


def _pair(item: object) -> tuple[object, object] | None:
    if isinstance(item, tuple | list):
        parts = cast("Sequence[object]", item)
        return (parts[0], parts[1]) if len(parts) == 2 else None
    return None
