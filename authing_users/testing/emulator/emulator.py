"""The emulators that the fixtures provide: in this process, or in a process of its own."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, Self, Unpack
from urllib.parse import quote

import httpx

from ..._async.management import AsyncManagementClient
from ..._http import in_process
from ..._http.default import AsyncDefaultClient, DefaultClient
from ..._runtime.user_type import UserT
from ..._sync.management import ManagementClient
from ...errors import InvalidInputError
from ...options import AsyncClientOptionsDict, ClientOptionsDict
from ..environment import any_host_allowed
from ..failures import TestFailure
from .control import EmulatorControl
from .transport import InProcessTransport, LoopThread

if TYPE_CHECKING:
    from .server import EmulatorProcess

_numbers = itertools.count(1)
_active: "dict[str, AuthingEmulator]" = {}  # by URL
_CONTROL_TIMEOUT = 600  # seconds; 100,000 users, the most of one seed, take about a minute


class BaseEmulator(EmulatorControl):
    """An emulator, in this process or not.

    Attributes:
        url: URL of the emulator.
        user_pool_id: ID of its user pool.
        secret: Secret of the user pool.
    """

    def __init__(self, url: str, user_pool_id: str, secret: str) -> None:
        super().__init__()
        self.url: str = url
        self.user_pool_id: str = user_pool_id
        self.secret: str = secret

    def client(
        self, *, user_model: type[UserT] | None = None, **options: Unpack[ClientOptionsDict]
    ) -> ManagementClient[UserT]:
        """Create a synchronous client of the emulator.

        Args:
            user_model: Subclass of ``User`` with more fields, see ``ManagementClientOptions``.
            **options: Options of the client, see ``ManagementClientOptions``.

        Raises:
            ConfigurationError: An option is unknown or invalid.
        """
        with any_host_allowed():
            return ManagementClient(user_model=user_model, **self._with_defaults(options))

    def async_client(
        self, *, user_model: type[UserT] | None = None, **options: Unpack[AsyncClientOptionsDict]
    ) -> AsyncManagementClient[UserT]:
        """Create an asynchronous client of the emulator.

        Args:
            user_model: Subclass of ``User`` with more fields, see ``ManagementClientOptions``.
            **options: Options of the client, see ``ManagementClientOptions``.

        Raises:
            ConfigurationError: An option is unknown or invalid.
        """
        with any_host_allowed():
            return AsyncManagementClient(user_model=user_model, **self._with_defaults(options))

    def _with_defaults(self, options: Mapping[str, Any]) -> dict[str, Any]:
        own = {"host": self.url, "user_pool_id": self.user_pool_id}
        if "access_token" not in options:
            own["secret"] = self.secret
        return {**own, **options}

    def seed(
        self,
        seed: Mapping[str, object] | str | PathLike[str] | None = None,
        *,
        users: int = 0,
        roles: Sequence[str] = (),
        groups: Sequence[str] = (),
    ) -> None:
        """Create users, roles, groups, organizations and custom fields, or nothing on an error.

        Objects that exist are kept as they are.

        Args:
            seed: The content of a seed, or the path of a seed file in YAML or JSON, as
                ``authing-users emulator --seed`` takes it.
            users: Number of generated users. The same number gives the same users.
            roles: Codes of roles in the default namespace.
            groups: Codes of groups.

        Raises:
            InvalidInputError: The seed or an argument is invalid, or an object cannot be created.
        """
        if isinstance(seed, Mapping):
            self._request("POST", "seed", seed)
        elif seed is not None:
            self._seed_file(seed)
        if users or roles or groups:
            self._send("POST", "seed", users=users, roles=list(roles), groups=list(groups))

    def _seed_file(self, path: str | PathLike[str]) -> None:
        from ...emulator.seed.errors import SeedError
        from ...emulator.seed.files import read_seed_file

        try:
            file = read_seed_file(path)
            self._request("POST", "seed", file.content)
        except SeedError as error:
            problem = str(error)
        except InvalidInputError as error:
            problem = f"{path}: {error.message}"
        else:
            return
        raise InvalidInputError(problem)

    def _send(self, method: str, path: str, **fields: Any) -> Any:
        return self._request(method, path, fields)

    def _request(self, method: str, path: str, content: Any) -> Any:
        """Send a request to a control path, and return the content of the response.

        Args:
            method: HTTP method.
            path: Path below that of the control paths.
            content: Query parameters of a GET request, or the body.

        Raises:
            InvalidInputError: The emulator rejects the request.
        """
        is_query = method == "GET"
        try:
            response = self._http.request(
                method,
                f"{self.url}/emulator/v1/{quote(path)}",
                params={k: v for k, v in content.items() if v is not None} if is_query else None,
                json=None if is_query else content,
            )
        except (TypeError, ValueError) as error:  # JSON has no NaN, and no objects of classes
            raise InvalidInputError(f"Invalid argument: {error}") from None
        received: Any = response.json()
        if response.is_error:
            raise InvalidInputError(str(received["message"]))
        return received

    def _control_client(self) -> httpx.Client:
        """Return the HTTP client for the control paths."""
        raise NotImplementedError

    @cached_property
    def _http(self) -> httpx.Client:
        return self._control_client()


class AuthingEmulator(BaseEmulator):
    """An emulator in this process, without a port.

    Only clients of this library with the default HTTP client reach ``url``, in this process. For
    other HTTP clients there is ``transport``.

    Args:
        url: URL that clients are created with. It exists in this process only. Default: a URL of
            its own.
        **options: Arguments of ``authing_users.emulator.create_app``.
    """

    def __init__(self, url: str | None = None, **options: Any) -> None:
        self._app: Any = _new_app(options)
        super().__init__(
            _unique_url() if url is None else url, self._app.user_pool_id, self._app.secret
        )
        self._loop_thread = LoopThread()
        _active[self.url] = self
        in_process.SERVERS[self.url] = _Entrance(self.url)

    def transport(self) -> InProcessTransport:
        """Return a transport for ``httpx.Client`` and ``httpx.AsyncClient``.

        Clients with this transport reach the emulator under any host name:
        ``httpx.Client(transport=authing_emulator.transport())``.
        """
        return InProcessTransport(lambda: self._app, lambda: self._loop_thread)

    def export(self, path: str | PathLike[str]) -> None:
        """Write the whole user pool to a file, as ``authing-users emulator --db`` uses it.

        It contains the secret, the keys and hashes of passwords.

        Raises:
            UnusableDatabaseError: The file cannot be written.
        """
        self._app.control.export(path)

    def load(self, path: str | PathLike[str]) -> None:
        """Replace all data by that of an exported user pool.

        Its ID must be the same. The secret and the key that encrypts passwords stay.

        Raises:
            UnusableDatabaseError: The file cannot be read, or holds another pool.
        """
        self._app.control.load(path)

    def close(self) -> None:
        """Delete all data, and let requests fail."""
        if _active.get(self.url) is self:
            del _active[self.url]
        self._loop_thread.close()
        self._app.close()

    def _seed_file(self, path: str | PathLike[str]) -> None:
        from ...emulator.seed.errors import SeedError

        try:
            self._app.seed(path)  # whose errors have line and column
        except SeedError as error:
            problem = str(error)
        else:
            return
        raise InvalidInputError(problem)

    @property
    def unserved(self) -> tuple[str, ...]:
        """The operations, fields, arguments and paths that clients requested in vain."""
        unserved: tuple[str, ...] = self._app.control.unserved
        return unserved

    def _control_client(self) -> httpx.Client:
        return httpx.Client(transport=self.transport(), trust_env=False, timeout=_CONTROL_TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AuthingEmulatorServer(BaseEmulator):
    """An emulator in a process of its own, for any HTTP client and any process.

    Args:
        process: The running process.
    """

    def __init__(self, process: "EmulatorProcess") -> None:
        super().__init__(process.url, process.user_pool_id, process.secret)

    def _control_client(self) -> httpx.Client:
        return httpx.Client(trust_env=False, timeout=_CONTROL_TIMEOUT)

    def close(self) -> None:
        """Close the connections. The process goes on."""
        self._http.close()


def _unique_url() -> str:
    return f"http://authing-emulator-{next(_numbers)}.localhost"


@dataclass(frozen=True)
class _Entrance:
    """Creates the HTTP clients for the URL of an emulator in this process.

    They reach the emulator that has the URL at the time of a request: clients may live longer than
    a test. Without one, requests fail, rather than leave the process.
    """

    url: str

    def default_client(self) -> DefaultClient:
        return DefaultClient(transport=self._transport())

    def async_default_client(self) -> AsyncDefaultClient:
        return AsyncDefaultClient(transport=self._transport())

    def _transport(self) -> InProcessTransport:
        return InProcessTransport(
            lambda: self._emulator()._app, lambda: self._emulator()._loop_thread
        )

    def _emulator(self) -> AuthingEmulator:
        emulator = _active.get(self.url)
        if emulator is None:
            message = "the test does not use the fixture authing_emulator"
            raise httpx.ConnectError(message)
        return emulator


def _new_app(options: Mapping[str, Any]) -> Any:
    try:
        from ...emulator import create_app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "authing_users":
            raise
        missing = str(error)
    else:
        return create_app(**options)
    raise TestFailure(missing)
