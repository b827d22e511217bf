"""Resolvers of tokens: for managing the pool, and of its users."""

from ..errors import ApiError, ErrorCode
from ..messages import Action, Success, refusal, success
from ..store import sessions
from ..store.tokens import Issued
from .bindings import Info, binding, own_user


def access_token(_: object, info: Info, user_pool_id: str, secret: str) -> dict[str, object]:
    pool = info.context.emulator.pool
    pool.check_id(user_pool_id)
    pool.check_secret(secret)
    return _management_token(info.context.emulator.issue_token())


def refresh_access_token(
    _: object, info: Info, access_token: str | None = None
) -> dict[str, object]:
    if access_token is None:
        raise ApiError(ErrorCode.NOT_LOGGED_IN)
    info.context.emulator.check_token(access_token)
    return _management_token(info.context.emulator.issue_token())


def refresh_token(_: object, info: Info, id_: str | None = None) -> dict[str, object]:
    user_id = own_user(id_)
    issued = sessions.renew(info.context.store, user_id)
    # A new token stands for a login, and that is an act of the user's own.
    info.context.log(Action.REFRESH_TOKEN, [user_id], by_user=user_id)
    return {"token": issued.token, "iat": issued.issued_at, "exp": issued.expires_at}


def check_login_status(_: object, info: Info, token: str | None = None) -> dict[str, object]:
    language = info.context.caller.language
    try:
        if not token:
            raise ApiError(ErrorCode.NOT_LOGGED_IN)
        login = sessions.check(info.context.store, token)
    except ApiError as error:
        return {
            "code": error.code,
            "message": refusal(error, language),
            "status": False,
            "exp": None,
            "iat": None,
            "data": None,
        }
    return {
        "code": 200,
        "message": success(Success.LOGGED_IN, language),
        "status": True,
        "exp": login.expires_at,
        "iat": login.issued_at,
        "data": {
            "id": login.user_id,
            "userPoolId": info.context.emulator.pool.id,
            "arn": login.arn,
        },
    }


def _management_token(issued: Issued) -> dict[str, object]:
    return {"accessToken": issued.token, "iat": issued.issued_at, "exp": issued.expires_at}


SESSION_BINDINGS = (
    binding("Query", {"accessToken": access_token, "checkLoginStatus": check_login_status}),
    binding(
        "Mutation",
        {"refreshAccessToken": refresh_access_token, "refreshToken": refresh_token},
    ),
)
