"""Resolvers of the operations that send e-mails."""

from ..messages import Success
from ..store import outbox
from .bindings import Info, bind_resolvers


def send_first_login_verify_email(
    _: object, info: Info, user_id: str, app_id: str
) -> dict[str, object]:
    outbox.send_to_user(info.context.store, user_id, app_id)
    return info.context.common_message(Success.SENT)


def send_email(_: object, info: Info, email: str, scene: str) -> dict[str, object]:
    outbox.send_to_address(info.context.store, email, scene)
    return info.context.common_message(Success.SENT)


MAIL_BINDINGS = (
    bind_resolvers(
        "Mutation",
        {
            "sendFirstLoginVerifyEmail": send_first_login_verify_email,
            "sendEmail": send_email,
        },
    ),
)
