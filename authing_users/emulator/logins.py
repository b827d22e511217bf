"""Log users in with their passwords.

Passwords are hashed while no transaction is open, so that other requests need not wait.
"""

from dataclasses import dataclass
from typing import cast

from .errors import ApiError, ErrorCode
from .messages import Action
from .request_context import RequestContext
from .store import credentials, custom_fields, identities, sessions, users
from .store.custom_field_values import parse_params
from .store.passwords import Credential, hash_password, make_credential, matches
from .store.records import Record, Store
from .store.timestamps import local_timestamp
from .store.user_fields import normalize_email, normalize_fields


@dataclass(frozen=True, slots=True)
class Login:
    """The request of a user to log in.

    Attributes:
        field: The field that identifies the user.
        value: Its value.
        password: The encrypted password.
        auto_register: Create the user if no user has the value.
        client_ip: IP address of the user; that of the client when ``None``.
        params: Custom field values to set, as JSON text.
    """

    field: str
    value: str
    password: str
    auto_register: bool = False
    client_ip: str | None = None
    params: str | None = None


def log_in(context: RequestContext, login: Login) -> Record:
    """Log a user in, and log the action.

    Returns:
        The user, with a new token.

    Raises:
        ApiError: The request does not identify the user pool, the user does not exist, has no
            password or cannot log in, the password is wrong, or a value is invalid.
    """
    context.require_pool()
    _check_value(login)
    params = parse_params(login.params) if login.params else {}
    password = context.emulator.pool.private_key.decrypt(login.password)
    account = context.read_ahead(lambda store: _find(store, login))
    if account is not None:
        user_id = _check_password(context, login, account, password)
    elif login.auto_register:
        user_id = _register(context, login, hash_password(password))
    else:
        raise ApiError(ErrorCode.USER_NOT_FOUND)
    if params:
        custom_fields.set_params(context.store, user_id, params)
    return _record_login(context, login, user_id)


def check_password(context: RequestContext, user_id: str, encrypted: str) -> None:
    """Check the password of a user.

    Raises:
        ApiError: The password is wrong or cannot be decrypted, or the user has none.
    """
    password = context.emulator.pool.private_key.decrypt(encrypted)
    _require_match(context.read_ahead(lambda store: credentials.get(store, user_id)), password)


def reset_password(context: RequestContext, token: str, encrypted: str) -> None:
    """Set the password of a user who must do so before the first login.

    Args:
        context: The request.
        token: The token of the error that rejected the first login.
        encrypted: The new password, encrypted.

    Raises:
        ApiError: The token is invalid or was used, or the password is invalid.
    """
    private_key = context.emulator.pool.private_key
    credential = make_credential(private_key, encrypted, keep=False)
    user_id = sessions.verify_reset_token(context.store, token)
    credentials.set_credential(context.store, user_id, credential)
    users.set_must_reset_password(context.store, user_id, must_reset=False)


@dataclass(frozen=True, slots=True)
class _Account:
    user: Record
    credential: Credential | None


def _check_value(login: Login) -> None:
    if not login.value:
        raise ApiError(ErrorCode.INVALID_PARAMETER, login.field)
    if login.field == "email":
        try:
            normalize_email(login.value)
        except ApiError:
            raise ApiError(ErrorCode.INVALID_LOGIN_EMAIL) from None


def _find(store: Store, login: Login) -> _Account | None:
    user = identities.find_user(store, {login.field: login.value}, {})
    if user is None:
        return None
    sessions.require_unlocked(store, user)
    return _Account(user, credentials.get(store, user.id))


def _check_password(context: RequestContext, login: Login, account: _Account, password: str) -> str:
    _require_match(account.credential, password)
    current = _find(context.store, login)
    if current is None or current.credential != account.credential:
        raise ApiError(ErrorCode.WRONG_PASSWORD)  # it was changed in the meantime
    user_id = account.user.id
    if users.must_reset_password(context.store, user_id):
        token = sessions.issue_reset_token(context.store, user_id)
        raise ApiError(ErrorCode.RESET_PASSWORD_FIRST, data={"token": token})
    return user_id


def _require_match(credential: Credential | None, password: str) -> None:
    if credential is None:
        raise ApiError(ErrorCode.NO_PASSWORD)
    if not matches(credential, password):
        raise ApiError(ErrorCode.WRONG_PASSWORD)


def _register(context: RequestContext, login: Login, credential: Credential) -> str:
    fields = {login.field: login.value, "registerSource": [f"basic:{login.field}"]}
    user_id = users.create(context.store, normalize_fields(fields))
    credentials.set_credential(context.store, user_id, credential)
    context.log(Action.REGISTER, [user_id], by_user=user_id, address=login.client_ip)
    return user_id


def _record_login(context: RequestContext, login: Login, user_id: str) -> Record:
    store = context.store
    sessions.issue_user_token(store, user_id, context.issuer)
    user = cast("Record", users.get(store, user_id))
    changes = {
        "loginsCount": cast("int", user["loginsCount"] or 0) + 1,
        "lastLogin": local_timestamp(store.clock()),
        "lastIP": login.client_ip or context.client.source.address or None,
    }
    users.update(store, user_id, changes)
    context.log(Action.LOGIN, [user_id], by_user=user_id, address=login.client_ip)
    return cast("Record", users.get(store, user_id))
