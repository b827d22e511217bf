"""Encrypts passwords with the public key of the server."""

from .._inputs.passwords import DEFAULT_PUBLIC_KEY, PasswordEncryptor
from .._protocol.rest import rest_request, rest_result
from .._runtime.secret import EncryptedPassword, Secret
from ..models import WellKnown
from .transport import AsyncTransport


class AsyncPasswords:
    """Encrypts passwords. The first one loads the public key, from the emulator if necessary."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport
        self._encryptor: PasswordEncryptor | None = None

    async def encrypt(self, password: Secret) -> EncryptedPassword:
        """Return a password, encrypted as the API requires.

        Raises:
            ConfigurationError: The public key is not an RSA public key in PEM format.
            InvalidInputError: The password is too long for the key.
        """
        if self._encryptor is None:
            self._encryptor = await self._create_encryptor()
        return self._encryptor.encrypt(password)

    async def _create_encryptor(self) -> PasswordEncryptor:
        config = self._transport.config
        if config.enc_public_key is not None:
            return PasswordEncryptor(config.enc_public_key)
        if not config.is_local:
            return PasswordEncryptor(DEFAULT_PUBLIC_KEY)
        # Each emulator generates its own key.
        request = rest_request("WellKnown", "GET", "/api/v2/.well-known", authorized=False)
        well_known = await self._transport.run(
            request, lambda response: rest_result(WellKnown, response)
        )
        return PasswordEncryptor(well_known.public_key, f"The public key that {config.host} sent")
