"""The secrets of user pools, in the keyring of the system.

A secret is stored for a user pool at a host. If the host in the file of profiles changes, the
secret is not found, and therefore not sent there.
"""

from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from .._runtime.secret import SealedSecret

if TYPE_CHECKING:
    from ._profiles import Profile

__all__ = ["KeyringProblem", "delete_secret", "keyring_name", "read_secret", "store_secret"]

SERVICE = "authing-users"


class KeyringProblem(Exception):
    """The keyring cannot be used; the message says why."""


class _Backend(Protocol):
    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


class _Keyring(NamedTuple):
    backend: _Backend
    name: str


def keyring_name() -> str:
    """Return the name of the keyring that would be used.

    Raises:
        KeyringProblem: There is none that protects secrets.
    """
    return _keyring().name


def read_secret(profile: "Profile") -> SealedSecret | None:
    """Return the secret of a profile, or ``None`` if the keyring has none.

    Raises:
        KeyringProblem: The keyring cannot be read.
    """
    keyring = _keyring()
    try:
        secret = keyring.backend.get_password(SERVICE, _entry(profile))
    except Exception as error:
        problem = _describe(error)
    else:
        return SealedSecret(secret) if secret else None
    raise KeyringProblem(f"the keyring {keyring.name} cannot be read: {problem}")


def store_secret(profile: "Profile", secret: SealedSecret) -> str:
    """Store the secret of a profile, and return the name of the keyring.

    Raises:
        KeyringProblem: The keyring does not keep it.
    """
    keyring = _keyring()
    try:
        keyring.backend.set_password(SERVICE, _entry(profile), secret.reveal())
        kept = keyring.backend.get_password(SERVICE, _entry(profile))
    except Exception as error:
        problem = _describe(error)
    else:
        if kept == secret.reveal():
            return keyring.name
        problem = "it does not return what was stored"
    raise KeyringProblem(f"the keyring {keyring.name} cannot be used: {problem}")


def delete_secret(profile: "Profile") -> bool:
    """Delete the secret of a profile, and return whether there was one.

    Raises:
        KeyringProblem: The keyring cannot be changed.
    """
    if read_secret(profile) is None:
        return False
    keyring = _keyring()
    try:
        keyring.backend.delete_password(SERVICE, _entry(profile))
    except Exception as error:
        problem = _describe(error)
    else:
        return True
    raise KeyringProblem(f"the keyring {keyring.name} cannot be changed: {problem}")


def _entry(profile: "Profile") -> str:
    return f"{profile.user_pool_id} at {profile.host}"


def _keyring() -> _Keyring:
    try:
        import keyring
        from keyring.backends.chainer import ChainerBackend
        from keyring.backends.fail import Keyring as NoKeyring
        from keyring.backends.null import Keyring as NullKeyring

        backend = keyring.get_keyring()
        if isinstance(backend, ChainerBackend):
            backend = next(iter(backend.backends), backend)
    except ModuleNotFoundError as error:
        problem = f"{error.name} is not installed"
    except Exception as error:
        problem = _describe(error)
    else:
        # Of the module too, which tells more: keyring.backends.SecretService.Keyring.
        name = f"{type(backend).__module__}.{type(backend).__qualname__}"
        if isinstance(backend, NoKeyring | NullKeyring | ChainerBackend):
            raise KeyringProblem("this system has no keyring")
        if "plaintext" in name.lower():
            raise KeyringProblem(f"the keyring {name} stores secrets unencrypted")
        return _Keyring(cast("_Backend", backend), name)
    raise KeyringProblem(f"the keyring cannot be used: {problem}")


def _describe(error: Exception) -> str:
    # Backends raise errors of many libraries, some without a message.
    return str(error).strip().partition("\n")[0] or type(error).__name__
