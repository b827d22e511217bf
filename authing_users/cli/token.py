"""``authing-users token``: request and check management tokens, and check those of users."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ._context import Call, api_command
from ._errors import CommandError, ExitCode, UsageProblem

if TYPE_CHECKING:
    from authing_graphql import AccessToken, TokenStatus

token: typer.Typer = typer.Typer(
    name="token", no_args_is_help=True, help="Request and check management tokens."
)

REFRESH_FIELDS = ("userPoolId", "host", "issuedAt", "expiresAt", "lifetime")
CHECK_FIELDS = ("valid", "kind", "userPoolId", "userId", "issuedAt", "expiresAt", "reason")
LONGEST_TOKEN = 100_000  # characters


@token.command()
@api_command(result=REFRESH_FIELDS)
def refresh(
    call: Call,
    *,
    print_token: Annotated[
        bool,
        typer.Option(
            "--print-token",
            help="Print only the token itself, for scripts. It gives full access to the user pool.",
        ),
    ] = False,
) -> None:
    """Request a new management token, and show how long it is valid.

    Commands request their tokens themselves. The token is a secret, and not shown by default.

    Examples:

      authing-users token refresh

      AUTHING_ACCESS_TOKEN=$(authing-users token refresh --print-token)
    """
    received = _requested(call)
    if print_token:
        value = received.access_token
        if not value:
            raise CommandError("the service sent no token")
        sys.stdout.write(f"{value}\n")
        return
    config = call.client._transport.config
    issued_at, expires_at = received.iat, received.exp
    call.emit_one(
        {
            "userPoolId": config.user_pool_id,
            "host": config.host,
            "issuedAt": _time(issued_at),
            "expiresAt": _time(expires_at),
            "lifetime": None if issued_at is None or expires_at is None else expires_at - issued_at,
        }
    )


@token.command()
@api_command(result=CHECK_FIELDS)
def check(
    call: Call,
    *,
    from_stdin: Annotated[
        bool,
        typer.Option("--stdin", help="Check the token of a user, which is read from stdin."),
    ] = False,
) -> None:
    """Check whether the service accepts the management token, or the token of a user.

    Exits with 4 if it does not. Without --stdin, the management token is checked: that of
    AUTHING_ACCESS_TOKEN, or a new one.

    Examples:

      authing-users token check

      echo "$USER_TOKEN" | authing-users token check --stdin
    """
    if not from_stdin:
        call.client.users.list(limit=1, fields=["id"])
        config = call.client._transport.config
        call.emit_one({"valid": True, "kind": "management", "userPoolId": config.user_pool_id})
        return
    text = sys.stdin.read(LONGEST_TOKEN + 1).strip()
    if not text or len(text) > LONGEST_TOKEN:
        raise UsageProblem(
            "stdin does not contain a token",
            hint='Example: echo "$TOKEN" | authing-users token check --stdin',
        )
    status = call.client.check_login_status(text)
    call.emit_one(_row(status))
    if not status.status:
        raise typer.Exit(ExitCode.AUTHENTICATION)


def _requested(call: Call) -> "AccessToken":
    from authing_graphql import Client

    from .._runtime.secret import Secret
    from .._sync.tokenless import TokenlessExecutor

    transport = call.client._transport
    secret = transport.config.secret
    if secret is None:
        raise UsageProblem(
            "AUTHING_ACCESS_TOKEN is a token that was requested elsewhere, and cannot be refreshed",
            hint="Use the secret of the user pool: unset it, and set AUTHING_USERPOOL_SECRET.",
        )
    api = Client(TokenlessExecutor(transport))
    return api.get_access_token(transport.config.user_pool_id, Secret(secret.reveal()))


def _row(status: "TokenStatus") -> dict[str, object]:
    data = status.data
    return {
        "valid": bool(status.status),
        "kind": "user",
        "userPoolId": None if data is None else data.user_pool_id,
        "userId": None if data is None else data.id,
        "issuedAt": _time(status.iat),
        "expiresAt": _time(status.exp),
        "reason": None if status.status else status.message,
    }


def _time(seconds: int | None) -> str | None:
    """Return a time in Unix seconds as ISO 8601, in UTC."""
    from datetime import UTC, datetime

    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
