"""Create and update user accounts. GraphQL resolvers and REST endpoints share these functions.

An account is a user together with its password, linked identity, custom fields and tokens.
Passwords are hashed before the transaction begins, so that other requests need not wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from .errors import ApiError, ErrorCode
from .messages import Action
from .request_context import RequestContext
from .store import credentials, custom_fields, departments, identities, sessions, users
from .store.custom_field_values import parse_params
from .store.passwords import Credential, hash_password, make_credential
from .store.records import Record, Store
from .store.user_fields import UNIQUE_FIELDS, normalize_fields


@dataclass(frozen=True, slots=True)
class AccountChange:
    """A validated change that is ready to be written."""

    values: Mapping[str, object]
    credential: Credential | None
    identity: Mapping[str, object] | None = None
    reset_password: bool = False
    clears_password: bool = False
    added: Mapping[str, object] = field(default_factory=dict[str, object])


def create_user(
    context: RequestContext,
    fields: Mapping[str, object],
    *,
    keep_password: bool = False,
    reset_password: bool = False,
    identity: Mapping[str, object] | None = None,
    params: str | None = None,
) -> Record:
    """Create a user and log the action.

    Args:
        context: The request.
        fields: The fields of a CreateUserInput.
        keep_password: Store the decrypted password without hashing it.
        reset_password: Require a new password at the first login.
        identity: The fields of a CreateUserIdentityInput.
        params: Custom field values as JSON text.

    Raises:
        ApiError: A value is invalid, no field identifies the user, or a unique value is taken.
    """
    param_values = parse_params(params) if params else {}
    change = _prepare_new(
        context,
        fields,
        keep_password=keep_password,
        reset_password=reset_password,
        identity=identity,
    )
    user = _create(context.store, change)
    if param_values:
        custom_fields.set_params(context.store, user.id, param_values)
    context.log(Action.CREATE_USER, [user.id])
    return user


def import_users(
    context: RequestContext, inputs: Sequence[Mapping[str, object] | ApiError], *, raw: bool
) -> list[Record | ApiError]:
    """Create several users independently of each other, and log one action for all of them.

    Args:
        context: The request.
        inputs: The fields of a CreateUserInput for each user, or the error of an invalid input.
        raw: The passwords are not encrypted.

    Returns:
        The user or the error for each input.
    """
    # Hash every password before the first write, which blocks other writers.
    changes = [_prepare_import(context, fields, raw=raw) for fields in inputs]
    results = [_create_or_error(context.store, change) for change in changes]
    user_ids = [user.id for user in results if isinstance(user, Record)]
    if user_ids:
        context.log(Action.IMPORT_USERS, user_ids)
    return results


def update_user(context: RequestContext, user_id: str, fields: Mapping[str, object]) -> Record:
    """Update a user and log the action.

    Args:
        context: The request.
        user_id: ID of the user.
        fields: The fields of an UpdateUserInput. ``None`` clears a field.

    Raises:
        ApiError: The user does not exist, a value is invalid, or a unique value is taken.
    """
    change = _prepare_update(context, fields)
    store = context.store
    users.require_users(store, [user_id])
    main_department = departments.main_department_fields(store, user_id, change.values)
    users.update(store, user_id, {**change.values, **main_department}, change.added)
    _store_password(store, user_id, change)
    if change.values.get("blocked"):
        sessions.end_sessions(store, [user_id])
    expired_at = change.values.get("tokenExpiredAt")
    if isinstance(expired_at, str):
        sessions.limit_expiry(store, user_id, expired_at)
    context.log(Action.UPDATE_USER, [user_id])
    return cast("Record", users.get(store, user_id))


def _prepare_new(
    context: RequestContext,
    fields: Mapping[str, object],
    *,
    keep_password: bool = False,
    raw_password: bool = False,
    reset_password: bool = False,
    identity: Mapping[str, object] | None = None,
) -> AccountChange:
    fields, added = context.emulator.added_fields.split("CreateUserInput", fields)
    values = normalize_fields(fields)
    if identity is not None:
        identities.require_complete(identity)
    elif all(values.get(name) is None for name in UNIQUE_FIELDS):
        raise ApiError(ErrorCode.INVALID_PARAMETER, ", ".join([*UNIQUE_FIELDS, "identity"]))
    password = cast("str | None", fields.get("password"))
    credential = None
    if password is not None and raw_password:
        credential = hash_password(password)
    elif password is not None:
        private_key = context.emulator.pool.private_key
        credential = make_credential(private_key, password, keep=keep_password)
    return AccountChange(values, credential, identity, reset_password, added=added)


def _prepare_import(
    context: RequestContext, fields: Mapping[str, object] | ApiError, *, raw: bool
) -> AccountChange | ApiError:
    if isinstance(fields, ApiError):
        return fields
    try:
        return _prepare_new(context, fields, raw_password=raw)
    except ApiError as error:
        return error


def _prepare_update(context: RequestContext, fields: Mapping[str, object]) -> AccountChange:
    fields, added = context.emulator.added_fields.split("UpdateUserInput", fields)
    password = cast("str | None", fields.get("password"))
    credential = None
    if password is not None:
        private_key = context.emulator.pool.private_key
        credential = make_credential(private_key, password, keep=False)
    return AccountChange(
        normalize_fields(fields),
        credential,
        clears_password="password" in fields and password is None,
        added=added,
    )


def _create(store: Store, change: AccountChange) -> Record:
    user_id = users.create(
        store, change.values, reset_password=change.reset_password, added=change.added
    )
    _store_password(store, user_id, change)
    if change.identity is not None:
        identities.link(store, user_id, change.identity)
    return cast("Record", users.get(store, user_id))


def _create_or_error(store: Store, change: AccountChange | ApiError) -> Record | ApiError:
    if isinstance(change, ApiError):
        return change
    try:
        return _create(store, change)
    except ApiError as error:
        return error


def _store_password(store: Store, user_id: str, change: AccountChange) -> None:
    if change.credential is not None:
        credentials.set_credential(store, user_id, change.credential)
    elif change.clears_password:
        credentials.delete(store, user_id)
