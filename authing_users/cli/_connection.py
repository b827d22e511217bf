"""The user pool that a command uses: from options, profiles and the environment.

The first of these that there is:

1. ``--target emulator``: the emulator on this machine, with its own credentials.
2. The profile that ``--profile`` or ``AUTHING_PROFILE`` selects.
3. The environment, if ``AUTHING_USERPOOL_ID`` is set.
4. The default profile. ``AUTHING_USERPOOL_SECRET`` or ``AUTHING_ACCESS_TOKEN`` replace its secret.

``--host`` replaces the host. But a secret of the keyring is only sent to the host that it was
stored for, whatever else is set.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from ._errors import ExitCode, UsageProblem

if TYPE_CHECKING:
    from .._runtime.secret import SealedSecret
    from ..options import ClientOptionsDict
    from ._profiles import Profile

__all__ = ["Connection", "ConnectionOptions", "Target", "resolve_connection"]

LARGEST = 1_000_000
# Where `authing-users emulator` listens by default.
EMULATOR_ADDRESS = "127.0.0.1:4466"
EMULATOR_VARIABLE = "AUTHING_EMULATOR_HOST"
SECRET_VARIABLES = ("AUTHING_USERPOOL_SECRET", "AUTHING_ACCESS_TOKEN")


class Target(StrEnum):
    """The service that a command calls."""

    LIVE = "live"
    EMULATOR = "emulator"


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """The options of the connection. ``None`` for those that were not given."""

    profile: str | None = None
    host: str | None = None
    target: Target | None = None
    timeout: float | None = None
    requests_per_second: float | None = None

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            UsageProblem: One is not a positive number.
        """
        for option, value in {"--timeout": self.timeout, "--rps": self.requests_per_second}.items():
            if value is not None and not 0 < value < LARGEST:
                raise UsageProblem(f"{option} must be a number greater than 0, and not {value:g}")

    def or_else(self, other: "ConnectionOptions | None") -> "ConnectionOptions":
        """Return these options, and those of ``other`` where these have none."""
        if other is None:
            return self
        names = [field.name for field in fields(self)]
        values = {name: getattr(self, name) for name in names}
        return ConnectionOptions(
            **{
                name: getattr(other, name) if value is None else value
                for name, value in values.items()
            }
        )


@dataclass(frozen=True, slots=True)
class Connection:
    """A user pool to use. The client reads what is ``None`` from the environment.

    Attributes:
        host: URL of the service.
        host_source: The setting that it is from.
        user_pool_id: ID of the user pool.
        secret: Its secret.
        credentials_source: The setting that ID and secret are from.
        profile: Name of the profile, if one is used.
        ignores_emulator: Whether ``AUTHING_EMULATOR_HOST`` does not count.
    """

    host: str | None
    host_source: str
    credentials_source: str
    user_pool_id: str | None = None
    secret: "SealedSecret | None" = None
    profile: str | None = None
    ignores_emulator: bool = False

    def client_options(self) -> "ClientOptionsDict":
        """Return the options for a client."""
        options: ClientOptionsDict = {}
        if self.host is not None:
            options["host"] = self.host
        if self.user_pool_id is not None:
            options["user_pool_id"] = self.user_pool_id
        if self.secret is not None:
            options["secret"] = self.secret.reveal()
        if not os.environ.get("AUTHING_LANG"):
            options["lang"] = "en-US"  # the service would send Chinese messages
        return options


def resolve_connection(
    options: ConnectionOptions, environ: Mapping[str, str] = os.environ
) -> Connection:
    """Return the user pool that options, profiles and the environment name.

    Raises:
        UsageProblem: They contradict each other, or name a profile that there is not.
        ConfigurationError: A host is not valid.
    """
    from ._profiles import ProfileFile

    name, source = options.profile, "--profile"
    if name is None:
        name, source = environ.get("AUTHING_PROFILE") or None, "AUTHING_PROFILE"
    selected = None if name is None else ProfileFile().get(name, source)
    if options.target is Target.EMULATOR:
        return _emulator(options, environ, selected)
    if selected is not None:
        return _of_profile(options, environ, selected, is_selected=True)
    if environ.get("AUTHING_USERPOOL_ID"):
        return _of_environment(options, environ)
    default = ProfileFile().default
    if default is not None:
        return _of_profile(options, environ, default, is_selected=False)
    return _of_environment(options, environ)


def _emulator(
    options: ConnectionOptions, environ: Mapping[str, str], profile: "Profile | None"
) -> Connection:
    """Return the emulator on this machine. Nothing of a user pool elsewhere is sent to it."""
    from .._runtime.hosts import service_host
    from .._runtime.secret import SealedSecret

    candidates = [
        (options.host, "--host"),
        (environ.get(EMULATOR_VARIABLE), EMULATOR_VARIABLE),
        (_local_host(profile), f"the profile {profile.name!r}" if profile else ""),
        (EMULATOR_ADDRESS, "the default of --target emulator"),
    ]
    address, source = next((host, source) for host, source in candidates if host)
    host = service_host(address or "", source, scheme="http")
    if not host.is_local:
        raise UsageProblem(
            f"{source} names {host.url}, which is not on this machine, so that it is not an"
            " emulator",
            hint="Start one: authing-users emulator. Or leave out --target emulator.",
        )
    if profile is not None and profile.host == host.url:
        return _of_profile(options, environ, profile, is_selected=True)
    if environ.get(EMULATOR_VARIABLE) and environ.get("AUTHING_USERPOOL_ID"):
        return Connection(host.url, source, "the environment")
    from ..emulator.store.userpool import DEFAULT_USER_POOL_ID, DEVELOPMENT_SECRET

    return Connection(
        host.url,
        source,
        "the default of the emulator",
        DEFAULT_USER_POOL_ID,
        SealedSecret(DEVELOPMENT_SECRET),
    )


def _local_host(profile: "Profile | None") -> str | None:
    from .._runtime.hosts import service_host

    if profile is None:
        return None
    return profile.host if service_host(profile.host, "host=").is_local else None


def _of_environment(options: ConnectionOptions, environ: Mapping[str, str]) -> Connection:
    ignores_emulator = options.target is Target.LIVE
    _check_complete(environ)
    if options.host is not None:
        source = "--host"
    elif environ.get(EMULATOR_VARIABLE) and not ignores_emulator:
        source = EMULATOR_VARIABLE
    elif environ.get("AUTHING_HOST"):
        source = "AUTHING_HOST"
    else:
        source = "the default"
    return Connection(options.host, source, "the environment", ignores_emulator=ignores_emulator)


def _check_complete(environ: Mapping[str, str]) -> None:
    """Check that the environment names a user pool and has its secret."""
    if any(environ.get(name) for name in SECRET_VARIABLES):
        missing = "AUTHING_USERPOOL_ID"
    else:
        missing = "AUTHING_USERPOOL_SECRET"
    if environ.get("AUTHING_USERPOOL_ID") and missing == "AUTHING_USERPOOL_ID":
        return
    if environ.get(EMULATOR_VARIABLE):
        raise UsageProblem(
            f"{EMULATOR_VARIABLE} names an emulator, but {missing} is not set",
            hint="Set the variables that the emulator printed. Or add --target emulator, which uses"
            " its defaults.",
        )
    if missing == "AUTHING_USERPOOL_ID" or environ.get("AUTHING_USERPOOL_ID"):
        raise UsageProblem(
            f"{missing} is not set",
            hint="Set it, or save a user pool as a profile: authing-users login",
        )
    raise UsageProblem(
        "no user pool is selected",
        hint="Save one as a profile: authing-users login. Or set AUTHING_USERPOOL_ID and"
        " AUTHING_USERPOOL_SECRET.",
    )


def _of_profile(
    options: ConnectionOptions,
    environ: Mapping[str, str],
    profile: "Profile",
    *,
    is_selected: bool,
) -> Connection:
    from ._profiles import SecretPlace

    ignores_emulator = options.target is Target.LIVE
    if options.host is None:
        _check_environment(environ, profile, ignores_emulator, is_selected=is_selected)
    source = f"the profile {profile.name!r}"
    from_environment = any(environ.get(name) for name in SECRET_VARIABLES)
    if profile.secret is SecretPlace.ENVIRONMENT or (from_environment and not is_selected):
        if not from_environment:
            raise UsageProblem(
                f"the secret of {source} is not set",
                hint="Set AUTHING_USERPOOL_SECRET, or store the secret in a keyring:"
                f" authing-users login --profile {profile.name}",
            )
        secret = None
        credentials_source = f"{source}, with the secret of the environment"
    else:
        _check_own_host(options, profile)
        secret = _stored_secret(profile)
        credentials_source = source
    return Connection(
        options.host or profile.host,
        source if options.host is None else "--host",
        credentials_source,
        profile.user_pool_id,
        secret,
        profile.name,
        ignores_emulator,
    )


def _check_environment(
    environ: Mapping[str, str], profile: "Profile", ignores_emulator: bool, *, is_selected: bool
) -> None:
    """Check that the environment does not name another host than a profile."""
    named = {} if ignores_emulator else {EMULATOR_VARIABLE: environ.get(EMULATOR_VARIABLE)}
    if not is_selected:
        named["AUTHING_HOST"] = environ.get("AUTHING_HOST")
    for variable, value in named.items():
        if value and not _is_same_host(value, variable, profile.host):
            which = "" if is_selected else "default "
            raise UsageProblem(
                f"the {which}profile {profile.name!r} is for {profile.host}, but {variable} names"
                f" {value}",
                hint=f"Unset {variable}. Or choose with --target live or --target emulator."
                if variable == EMULATOR_VARIABLE
                else f"Unset {variable}, or select the profile with --profile {profile.name}.",
            )


def _is_same_host(value: str, setting: str, host: str) -> bool:
    from .._runtime.hosts import service_host

    scheme = "http" if setting == EMULATOR_VARIABLE else "https"
    return service_host(value, setting, scheme=scheme).url == service_host(host, "host=").url


def _check_own_host(options: ConnectionOptions, profile: "Profile") -> None:
    if options.host is None or _is_same_host(options.host, "--host", profile.host):
        return
    raise UsageProblem(
        f"the secret of the profile {profile.name!r} is for {profile.host}, and is not sent to"
        f" {options.host}",
        hint="Create a profile for that host: authing-users login --profile NAME --host"
        f" {options.host}",
    )


def _stored_secret(profile: "Profile") -> "SealedSecret":
    from ._secrets import KeyringProblem, read_secret

    remedy = f"authing-users login --profile {profile.name}"
    try:
        secret = read_secret(profile)
    except KeyringProblem as error:
        problem = UsageProblem(
            f"the secret of the profile {profile.name!r} is not available: {error}",
            hint=f"Unlock the keyring, or use AUTHING_USERPOOL_SECRET instead: {remedy}",
        )
        problem.code = ExitCode.AUTHENTICATION
        raise problem from None
    if secret is None:
        problem = UsageProblem(
            f"the keyring has no secret for the user pool {profile.user_pool_id} at {profile.host}"
            f" of the profile {profile.name!r}",
            hint=f"Store it: {remedy}",
        )
        problem.code = ExitCode.AUTHENTICATION
        raise problem
    return secret
