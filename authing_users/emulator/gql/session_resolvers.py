"""Resolvers of tokens: management tokens and users' tokens."""

from ..errors import ApiError, ErrorCode
from ..messages import Action, Success, error_message, success_message
from ..store import sessions
from .bindings import Info, bind_resolvers


def access_token(_: object, info: Info, user_pool_id: str, secret: str) -> dict[str, object]:
    return info.context.sign_in(user_pool_id, secret)


def refresh_access_token(
    _: object, info: Info, access_token: str | None = None
) -> dict[str, object]:
    if access_token is None:
        raise ApiError(ErrorCode.NOT_LOGGED_IN)
    info.context.emulator.check_token(access_token)
    return info.context.new_access_token()


def refresh_token(_: object, info: Info, id_: str | None = None) -> dict[str, object]:
    user_id = info.context.permitted_user_id(id_)
    issued = sessions.issue_user_token(info.context.store, user_id, info.context.issuer)
    # A new token stands for a login, which the user performs.
    info.context.log(Action.REFRESH_TOKEN, [user_id], by_user=user_id)
    return {"token": issued.token, "iat": issued.issued_at, "exp": issued.expires_at}


def check_login_status(_: object, info: Info, token: str | None = None) -> dict[str, object]:
    language = info.context.language
    try:
        if not token:
            raise ApiError(ErrorCode.NOT_LOGGED_IN)
        claims = sessions.verify_user_token(info.context.store, token)
    except ApiError as error:
        return {
            "code": error.code,
            "message": error_message(error, language),
            "status": False,
            "exp": None,
            "iat": None,
            "data": None,
        }
    return {
        "code": 200,
        "message": success_message(Success.LOGGED_IN, language),
        "status": True,
        "exp": claims.expires_at,
        "iat": claims.issued_at,
        "data": {
            "id": claims.user_id,
            "userPoolId": info.context.emulator.pool.id,
            "arn": claims.arn,
        },
    }


SESSION_BINDINGS = (
    bind_resolvers("Query", {"accessToken": access_token, "checkLoginStatus": check_login_status}),
    bind_resolvers(
        "Mutation",
        {"refreshAccessToken": refresh_access_token, "refreshToken": refresh_token},
    ),
)
