"""Encrypts passwords with the key of the service that is being called."""

from .._inputs.passwords import DEFAULT_PUBLIC_KEY, PasswordEncryptor
from .._protocol.rest import rest_request, rest_result
from .._runtime.secret import Secret
from ..models import WellKnown
from .transport import AsyncTransport


class AsyncPasswords:
    """Encrypts passwords; finds the key when the first one is encrypted."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport
        self._encryptor: PasswordEncryptor | None = None

    async def encrypt(self, password: Secret) -> str:
        """Return the password as the API takes it."""
        if self._encryptor is None:
            self._encryptor = PasswordEncryptor(await self._public_key())
        return self._encryptor.encrypt(password)

    async def _public_key(self) -> str:
        config = self._transport.config
        if config.enc_public_key is not None:
            return config.enc_public_key
        if not config.is_local:
            return DEFAULT_PUBLIC_KEY
        # Each emulator has a key of its own.
        request = rest_request("WellKnown", "GET", "/api/v2/.well-known", authorized=False)
        well_known = await self._transport.run(
            request, lambda response: rest_result(WellKnown, response)
        )
        return well_known.public_key
