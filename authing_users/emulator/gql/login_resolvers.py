"""Resolvers of the requests that users make themselves: log in, check and set a password."""

from collections.abc import Mapping
from typing import cast

from .. import logins
from ..errors import ApiError
from ..messages import Success, error_message
from ..store.records import Record
from .bindings import Info, bind_resolvers, required


def login_by_username(_: object, info: Info, input_: Mapping[str, object]) -> Record:
    return _log_in(info, "username", input_)


def login_by_email(_: object, info: Info, input_: Mapping[str, object]) -> Record:
    return _log_in(info, "email", input_)


def login_by_phone_password(_: object, info: Info, input_: Mapping[str, object]) -> Record:
    return _log_in(info, "phone", input_)


def check_password(_: object, info: Info, password: str | None = None) -> dict[str, object]:
    context = info.context
    try:
        logins.check_password(context, context.own_user_id(), required(password, "password"))
    except ApiError as error:
        return {"code": error.code, "message": error_message(error, context.language)}
    return context.common_message(Success.PASSWORD_CORRECT)


def reset_password_by_first_login_token(
    _: object, info: Info, token: str, password: str
) -> dict[str, object]:
    logins.reset_password(info.context, token, password)
    return info.context.common_message(Success.OK)


def _log_in(info: Info, field: str, values: Mapping[str, object]) -> Record:
    # The emulator requires no captcha and has no pipelines: captchaCode and context are ignored.
    login = logins.Login(
        field=field,
        value=cast("str", values[field]),
        password=cast("str", values["password"]),
        auto_register=bool(values.get("autoRegister")),
        client_ip=cast("str | None", values.get("clientIp")) or None,
        params=cast("str | None", values.get("params")),
    )
    return logins.log_in(info.context, login)


LOGIN_BINDINGS = (
    bind_resolvers("Query", {"checkPassword": check_password}),
    bind_resolvers(
        "Mutation",
        {
            "loginByUsername": login_by_username,
            "loginByEmail": login_by_email,
            "loginByPhonePassword": login_by_phone_password,
            "resetPasswordByFirstLoginToken": reset_password_by_first_login_token,
        },
    ),
)
