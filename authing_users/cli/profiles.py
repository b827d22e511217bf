"""``authing-users profiles``: list, show, select and remove user pools."""

from typing import TYPE_CHECKING, Annotated

import typer

from ._completion import complete_profiles
from ._context import Call, Yes, local_command

if TYPE_CHECKING:
    from ._profiles import Profile, ProfileFile

profiles: typer.Typer = typer.Typer(
    name="profiles",
    no_args_is_help=True,
    help="List, show, select and remove the user pools that login saved.",
)

FIELDS = ("name", "isDefault", "userPoolId", "host", "secretIn")
SHOWN_FIELDS = (*FIELDS, "hasSecret", "file")

Name = Annotated[
    str,
    typer.Argument(metavar="NAME", help="Name of the profile.", autocompletion=complete_profiles),
]


@profiles.command("list")
@local_command(result=FIELDS, columns=FIELDS)
def list_profiles(call: Call) -> None:
    """List the profiles. None of them is checked."""
    from ._profiles import ProfileFile

    file = ProfileFile()
    number = call.emit_list(_row(file, profile) for profile in file.profiles.values())
    if not number:
        call.note(f"There is no profile in {file.path}. Create one: authing-users login")


@profiles.command()
@local_command(result=SHOWN_FIELDS)
def show(call: Call, name: Name) -> None:
    """Show a profile, and whether its secret is available. The secret itself is not shown."""
    from ._profiles import ProfileFile

    file = ProfileFile()
    profile = file.get(name)
    call.emit_one(
        {**_row(file, profile), "hasSecret": _has_secret(profile), "file": str(file.path)}
    )


@profiles.command()
@local_command()
def use(call: Call, name: Name) -> None:
    """Make a profile the default: commands use it if nothing else is selected.

    --profile, AUTHING_PROFILE and AUTHING_USERPOOL_ID take precedence.
    """
    from ._profiles import ProfileFile

    file = ProfileFile()
    profile = file.get(name)
    file.select(profile.name)
    call.emit_message(f"The default is now {profile.name}: {profile.user_pool_id}.")


@profiles.command()
@local_command()
def remove(call: Call, name: Name, *, yes: Yes = False) -> None:
    """Remove a profile, and its secret from the keyring. The user pool itself is not changed."""
    from ._profiles import ProfileFile, SecretPlace
    from ._secrets import KeyringProblem, delete_secret

    file = ProfileFile()
    profile = file.get(name)
    call.confirm(f"Remove the profile {profile.name} of {profile.user_pool_id}", yes=yes)
    file.remove(profile.name)
    call.emit_message(f"Removed the profile {profile.name}.")
    others = {(other.user_pool_id, other.host) for other in file.profiles.values()}
    if profile.secret is SecretPlace.KEYRING and (profile.user_pool_id, profile.host) not in others:
        try:
            delete_secret(profile)
        except KeyringProblem as problem:
            call.note(f"Its secret may still be stored: {problem}.")
    if file.profiles and file.default is None:
        call.note("There is no default profile now. Select one: authing-users profiles use NAME")


def _row(file: "ProfileFile", profile: "Profile") -> dict[str, object]:
    return {
        "name": profile.name,
        "isDefault": profile.name == file.default_name,
        "userPoolId": profile.user_pool_id,
        "host": profile.host,
        "secretIn": profile.secret.value,
    }


def _has_secret(profile: "Profile") -> bool:
    import os

    from ._connection import SECRET_VARIABLES
    from ._profiles import SecretPlace
    from ._secrets import KeyringProblem, read_secret

    if profile.secret is SecretPlace.ENVIRONMENT:
        return any(os.environ.get(variable) for variable in SECRET_VARIABLES)
    try:
        return read_secret(profile) is not None
    except KeyringProblem:
        return False
