"""Which user pool a command uses: from options, profiles and the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._runtime.secret import SealedSecret
    from ..options import ClientOptionsDict

__all__ = ["Connection", "ConnectionOptions", "Target", "resolve_connection"]

# Where `authing-users emulator serve` listens, and what it accepts, by default.
EMULATOR_ADDRESS = "127.0.0.1:4466"


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
    """A user pool to use. The environment sets what is ``None``.

    Attributes:
        host: URL of the service.
        user_pool_id: ID of the user pool.
        secret: Its secret.
    """

    host: str | None = None
    user_pool_id: str | None = None
    secret: "SealedSecret | None" = None

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
    """Return the user pool that the options name."""
    if options.target is Target.EMULATOR:
        from .._runtime.secret import SealedSecret
        from ..emulator.store.userpool import DEFAULT_USER_POOL_ID, DEVELOPMENT_SECRET

        host = options.host or environ.get("AUTHING_EMULATOR_HOST") or EMULATOR_ADDRESS
        url = host if "://" in host else f"http://{host}"
        if environ.get("AUTHING_USERPOOL_ID") and environ.get("AUTHING_EMULATOR_HOST"):
            return Connection(url)
        return Connection(url, DEFAULT_USER_POOL_ID, SealedSecret(DEVELOPMENT_SECRET))
    return Connection(options.host)
