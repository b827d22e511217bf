"""Options of clients and of single requests."""

import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypedDict, cast

from ._runtime.secret import SealedSecret
from ._runtime.user_type import UserT_co
from .errors import ConfigurationError
from .http_interface import AsyncHTTPClient, HTTPClient

if TYPE_CHECKING:
    from authing_graphql import CreateUserInput, UpdateUserInput

__all__ = [
    "AsyncClientOptionsDict",
    "BaseClientOptionsDict",
    "ClientOptionsDict",
    "Language",
    "Limiter",
    "ManagementClientOptions",
    "RequestOptions",
    "RequestOptionsDict",
    "Verify",
]

DEFAULT_TIMEOUT = 10.0
DEFAULT_RETRIES = 2
DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024
# The largest number of seconds, and of requests per second.
LARGEST = 1_000_000_000
LONGEST_SHOWN = 100

Language = Literal["zh-CN", "en-US"]
LANGUAGES = ("zh-CN", "en-US")
# Options that hold a secret.
SECRET_OPTIONS = ("secret", "access_token")
Verify = bool | str | PathLike[str] | ssl.SSLContext


class Limiter(Protocol):
    """Limits the request rate of several clients, processes or machines together.

    ``SharedLimiter`` is one for the processes of a machine.
    """

    def reserve(self) -> float:
        """Reserve the time at which one more request is sent.

        A client calls this before each request, and has one reservation at a time. It must return
        quickly: an asynchronous client calls it in the thread of the event loop. If it raises an
        exception, the request is not sent.

        Returns:
            The seconds until then. 0 if the request can be sent now.
        """
        ...


class BaseClientOptionsDict(TypedDict, total=False):
    """Keyword arguments that every client takes; see ``ManagementClientOptions``.

    Clients whose methods return users take ``user_model`` too.
    """

    user_pool_id: str | None
    secret: str | None
    host: str | None
    enc_public_key: str | None
    on_error: Callable[[int | None, str], object] | None
    timeout: float | None
    lang: Language | None
    use_unverified_ssl: bool
    verify: Verify
    app_id: str | None
    retries: int
    deadline: float | None
    retry_mutations: bool
    requests_per_second: float | None
    limiter: Limiter | None
    max_in_flight: int | None
    max_response_bytes: int
    strict_schema: bool
    create_input: "type[CreateUserInput] | None"
    update_input: "type[UpdateUserInput] | None"
    omit_fields: Mapping[str, Iterable[str]] | None
    access_token: str | None


class RequestOptionsDict(TypedDict, total=False):
    """Keyword arguments of ``with_options``; see ``ManagementClientOptions``."""

    timeout: float
    retries: int
    deadline: float | None
    retry_mutations: bool


class AsyncClientOptionsDict(BaseClientOptionsDict, total=False):
    """Keyword arguments of the asynchronous clients; see ``ManagementClientOptions``."""

    http_client: AsyncHTTPClient | None


class ClientOptionsDict(BaseClientOptionsDict, total=False):
    """Keyword arguments of the synchronous clients; see ``ManagementClientOptions``."""

    http_client: HTTPClient | None


@dataclass
class ManagementClientOptions(Generic[UserT_co]):
    """Options of a client. The clients take the same names as keyword arguments.

    Attributes:
        user_pool_id: ID of the user pool. Default: the environment variable
            ``AUTHING_USERPOOL_ID``.
        secret: Secret of the user pool. A client needs either it or ``access_token``. Default: the
            environment variable ``AUTHING_USERPOOL_SECRET``. It is kept as an object that shows as
            asterisks; its method ``reveal()`` returns the string.
        host: URL of the service, without a path. Default: the ``base_url`` of ``http_client``,
            then the environment variables ``AUTHING_EMULATOR_HOST`` (``127.0.0.1:4466``) and
            ``AUTHING_HOST``, then ``https://core.authing.cn``. Must be https, except for this
            machine. ``host``, ``base_url`` and ``AUTHING_EMULATOR_HOST`` must not name different
            hosts.
        enc_public_key: RSA public key in PEM format that encrypts passwords. Default: the key of
            the emulator, or the one that the service publishes.
        on_error: Called with the code and message of each API error before it is raised. If it
            raises an exception, the API error is still raised, with a note about the exception.
        timeout: Seconds to wait for a connection, and for each read and write. Default: 10. An
            ``http_client`` has its own timeout, which ``with_options`` overrides.
        lang: Language of the API's messages: ``zh-CN`` or ``en-US``. Default: the environment
            variable ``AUTHING_LANG``. Without it, the service decides: it sends Chinese.
        use_unverified_ssl: Accept any certificate. Insecure. The vendor's name for
            ``verify=False``.
        verify: How to verify certificates: ``True`` (the certificates of certifi, or of
            ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``), ``False`` (accept any certificate; insecure),
            the path of a CA file or folder, or an ``ssl.SSLContext``.
        app_id: ID of the application that the requests are made for.
        retries: How often a failed call is retried. Queries are retried on transient failures.
            Mutations are retried only when the server provably did not process them.
        deadline: Seconds that a call may take in total, with all retries and waits. Default: no
            limit.
        retry_mutations: Retry mutations like queries, even when the server may have processed
            them. A mutation may then be executed twice.
        requests_per_second: Most requests to send per second. Default: no limit.
        limiter: Limiter of the request rate that several clients share, such as ``SharedLimiter``.
            It applies in addition to ``requests_per_second``.
        max_in_flight: Most requests in flight at once. Others wait. Default: 100, or no
            limit with an ``http_client``.
        max_response_bytes: Most bytes of a response body, compressed and decompressed. Larger
            responses raise ``ResponseTooLargeError``. Default: 64 MiB.
        strict_schema: Raise ``InvalidRequestError`` if the schema of the server lacks a field that
            the client requests. Otherwise, the field is omitted, and ``SchemaDriftWarning`` is
            emitted once.
        user_model: Subclass of ``User`` with more fields, which the schema of the server has. They
            are requested with each user, and results are instances of it. The GraphQL name of a
            field is its alias, or its name in camel case: ``employee_number`` is
            ``employeeNumber``. Fields need a default, such as ``None``. Default: ``User``.
        create_input: Subclass of ``CreateUserInput`` with more fields, for new users that are
            passed as a dict. Instances of a subclass can be passed without this option.
        update_input: Subclass of ``UpdateUserInput`` with more fields, for updates that are passed
            as a dict.
        omit_fields: Fields that are not requested, by GraphQL type:
            ``{"User": ["identities", "lastIP"]}``. In results, they have their default, which is
            ``None``. GraphQL names and the names of attributes are accepted.
        access_token: Management token to send instead of requesting tokens with a ``secret``. It is
            used as it is and never refreshed: once it has expired, calls raise
            ``AuthenticationError``. Default: the environment variable ``AUTHING_ACCESS_TOKEN``. It
            is kept like ``secret``.
        http_client: Client that sends the requests: ``httpx.Client``, ``httpx2.Client`` or
            ``fast.Client`` for a synchronous client, their asynchronous twins for an asynchronous
            one. It stays open when this client is closed.
    """

    user_pool_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    host: str | None = None
    enc_public_key: str | None = None
    on_error: Callable[[int | None, str], object] | None = None
    timeout: float | None = None
    lang: Language | None = None
    use_unverified_ssl: bool = False
    app_id: str | None = None
    retries: int = DEFAULT_RETRIES
    deadline: float | None = None
    retry_mutations: bool = False
    requests_per_second: float | None = None
    max_in_flight: int | None = None
    http_client: HTTPClient | AsyncHTTPClient | None = None
    verify: Verify = True
    max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES
    strict_schema: bool = False
    user_model: type[UserT_co] | None = None
    create_input: "type[CreateUserInput] | None" = None
    update_input: "type[UpdateUserInput] | None" = None
    omit_fields: Mapping[str, Iterable[str]] | None = None
    access_token: str | None = field(default=None, repr=False)
    limiter: Limiter | None = None

    def __setattr__(self, name: str, value: object) -> None:
        if name in SECRET_OPTIONS and isinstance(value, str):
            value = SealedSecret(value)
        object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """Options of single requests. See ``ManagementClientOptions`` for those not described here.

    Attributes:
        timeout_is_per_request: Whether ``with_options`` set the timeout.
    """

    timeout: float = DEFAULT_TIMEOUT
    retries: int = DEFAULT_RETRIES
    deadline: float | None = None
    retry_mutations: bool = False
    timeout_is_per_request: bool = False

    def replace(self, options: Mapping[str, Any]) -> "RequestOptions":
        """Return a copy with some options replaced.

        Raises:
            ConfigurationError: An option is unknown or invalid.
        """
        known = RequestOptionsDict.__annotations__.keys()
        if unknown := options.keys() - known:
            raise ConfigurationError(
                f"with_options() has no option {min(unknown)!r}; "
                f"its options are {', '.join(sorted(known))}"
            )
        replaced = replace(self, **options)
        replaced.check()
        is_per_request = self.timeout_is_per_request or "timeout" in options
        return replace(replaced, timeout_is_per_request=is_per_request)

    def check(self) -> None:
        """Raise ``ConfigurationError`` for invalid options."""
        check_positive(self.timeout, "timeout", "seconds")
        if self.deadline is not None:
            check_positive(self.deadline, "deadline", "seconds")
        check_whole(self.retries, "retries", at_least=0)
        check_bool(self.retry_mutations, "retry_mutations")


def check_positive(value: object, name: str, unit: str) -> None:
    """Raise ``ConfigurationError`` unless an option is a positive number of a reasonable size."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # The system cannot wait longer than some centuries.
    if not is_number or not 1 / LARGEST <= cast("float", value) <= LARGEST:
        raise ConfigurationError(
            f"{name} must be a number of {unit} above 0 and at most {LARGEST}, not {shown(value)}"
        )


def check_language(value: object, name: str) -> None:
    """Raise ``ConfigurationError`` unless a setting is ``None`` or a language of the API."""
    if value is not None and value not in LANGUAGES:
        raise ConfigurationError(
            f"{name} must be one of {', '.join(LANGUAGES)}, not {shown(value)}"
        )


def check_whole(value: object, name: str, *, at_least: int) -> None:
    """Raise ``ConfigurationError`` unless an option is a whole number."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or not at_least <= cast("int", value) <= LARGEST:
        raise ConfigurationError(
            f"{name} must be a whole number from {at_least} to {LARGEST}, not {shown(value)}"
        )


def check_bool(value: object, name: str) -> None:
    """Raise ``ConfigurationError`` unless an option is ``True`` or ``False``."""
    if not isinstance(value, bool):
        raise ConfigurationError(f"{name} must be True or False, not {shown(value)}")


def shown(value: object) -> str:
    """Return the ``repr`` of a value, or its type if there is none or it is long."""
    try:
        shown = repr(value)
    except Exception:
        shown = ""
    return shown if 0 < len(shown) <= LONGEST_SHOWN else f"a value of type {type(value).__name__}"
