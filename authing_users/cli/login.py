"""``authing-users login``: save a user pool as a profile, and its secret in the keyring."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ._completion import complete_profiles
from ._context import Call, Yes, local_command
from ._errors import CommandError, ExitCode, UsageProblem

if TYPE_CHECKING:
    from .._runtime.secret import SealedSecret
    from ._profiles import Profile

SECRET_VARIABLE = "AUTHING_USERPOOL_SECRET"
LONGEST_SECRET = 10_000  # characters; a whole file by mistake is longer


@local_command()
def login(
    call: Call,
    *,
    profile: Annotated[
        str,
        typer.Option(metavar="NAME", help="Name of the profile.", autocompletion=complete_profiles),
    ] = "default",
    host: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="URL of the service. Default: it is asked for.", show_default=False
        ),
    ] = None,
    user_pool_id: Annotated[
        str | None,
        typer.Option(metavar="ID", help="ID of the user pool. Default: it is asked for."),
    ] = None,
    secret_from_stdin: Annotated[
        bool,
        typer.Option("--secret-stdin", help="Read the secret from stdin, for scripts."),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Check the secret with the service.")
    ] = True,
    yes: Yes = False,
) -> None:
    """Save a user pool as a profile, so that commands find it.

    The ID and the secret are in the console of Authing, in the settings of the user pool. The
    secret is asked for without showing it, or read from AUTHING_USERPOOL_SECRET, and stored in the
    keyring of the system. Without a keyring, it is not stored at all: set AUTHING_USERPOOL_SECRET.

    Examples:

      authing-users login

      authing-users login --profile staging --host https://core.authing.cn

      pass show authing | authing-users login --user-pool-id ID --secret-stdin
    """
    from .._runtime.hosts import DEFAULT_HOST, service_host
    from ._profiles import Profile, ProfileFile, SecretPlace, check_profile_name

    file = ProfileFile()
    name = check_profile_name(profile)
    old = file.profiles.get(name)
    asks = sys.stdin.isatty() and not secret_from_stdin
    if host is None:
        default = old.host if old else os.environ.get("AUTHING_HOST") or DEFAULT_HOST
        host = _ask("Host", default) if asks else default
    url = service_host(host, "--host").url
    if user_pool_id is None:
        known = old.user_pool_id if old else os.environ.get("AUTHING_USERPOOL_ID") or None
        if not asks and known is None:
            raise UsageProblem(
                "the ID of the user pool is missing, and stdin is not a terminal to ask for it",
                hint="Pass it: authing-users login --user-pool-id ID --secret-stdin",
            )
        user_pool_id = _ask("User pool ID", known) if asks else known
    pool_id = (user_pool_id or "").strip()
    if not pool_id:
        raise UsageProblem("the ID of the user pool is empty")
    new = Profile(name, pool_id, url, SecretPlace.KEYRING)
    if old is not None and (old.user_pool_id, old.host) != (new.user_pool_id, new.host):
        call.confirm(
            f"Replace the profile {name} of {old.user_pool_id} at {old.host} by {pool_id} at {url}",
            yes=yes,
        )
    secret = _secret(call, from_stdin=secret_from_stdin, asks=asks)
    pool = _checked(new, secret) if check else None
    _save(call, file.path.name, new, secret)
    call.emit_message(
        f"Saved the profile {name}: the user pool {pool or pool_id} at {url}."
        if check
        else f"Saved the profile {name}. It was not checked: authing-users doctor --profile {name}"
    )


def _ask(question: str, default: str | None) -> str:
    return str(typer.prompt(question, default=default, err=True))


def _secret(call: Call, *, from_stdin: bool, asks: bool) -> "SealedSecret":
    from .._runtime.secret import SealedSecret

    if from_stdin:
        if sys.stdin.isatty():
            raise UsageProblem(
                "--secret-stdin reads a file or a pipe, and stdin is a terminal, which would show"
                " the secret",
                hint="Leave it out, to be asked for the secret.",
            )
        text = sys.stdin.read(LONGEST_SECRET + 1)
        source = "stdin"
    elif text := os.environ.get(SECRET_VARIABLE, ""):
        call.note(f"The secret is that of {SECRET_VARIABLE}.")
        source = SECRET_VARIABLE
    elif asks:
        text = str(typer.prompt("Secret (not shown)", hide_input=True, err=True))
        source = "the reply"
    else:
        raise UsageProblem(
            "the secret is missing, and stdin is not a terminal to ask for it",
            hint=f"Set {SECRET_VARIABLE}, or pass the secret to stdin with --secret-stdin.",
        )
    secret = text.strip()
    if not secret or len(secret) > LONGEST_SECRET or not secret.isprintable():
        raise UsageProblem(f"{source} is not a secret: expected one line of text")
    return SealedSecret(secret)


def _checked(profile: "Profile", secret: "SealedSecret") -> str | None:
    """Return the name of a user pool, which shows that the secret is right."""
    from .._sync.management import ManagementClient
    from ..errors import (
        AuthenticationError,
        InvalidResponseError,
        NotFoundError,
        PermissionDeniedError,
        TransportError,
    )
    from ._connection import Connection

    # The options replace the environment, except for a token.
    connection = Connection(profile.host, "", "", profile.user_pool_id, secret)
    os.environ.pop("AUTHING_EMULATOR_HOST", None)
    with ManagementClient(**connection.client_options()) as client:
        try:
            client.users.list(limit=1, fields=["id"])
        except AuthenticationError as error:
            raise CommandError(
                str(error),
                hint="Nothing was saved. Copy the ID and the secret again from the settings of the"
                " user pool in the console.",
                code=ExitCode.AUTHENTICATION,
            ) from None
        except TransportError as error:
            raise CommandError(
                error.message.replace(" (host=)", ""),
                hint="Nothing was saved. Check the host; --no-check saves the profile without"
                " calling it.",
            ) from None
        try:
            return client.userpool.detail().name
        except (InvalidResponseError, NotFoundError, PermissionDeniedError):
            return None  # the secret is right, only the name is unknown


def _save(call: Call, file_name: str, profile: "Profile", secret: "SealedSecret") -> None:
    from dataclasses import replace

    from ._profiles import ProfileFile, SecretPlace
    from ._secrets import KeyringProblem, store_secret

    try:
        keyring = store_secret(profile, secret)
    except KeyringProblem as problem:
        ProfileFile().store(replace(profile, secret=SecretPlace.ENVIRONMENT))
        call.note(
            f"The secret was not stored, because {problem}. Set {SECRET_VARIABLE} for commands that"
            " use the profile."
        )
    else:
        ProfileFile().store(profile)
        call.note(f"The secret is stored in the keyring {keyring}, not in {file_name}.")
