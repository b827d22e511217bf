"""The context of one request: the client, its language, and the transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from .core import Emulator
from .errors import ApiError, ErrorCode, RequestLimitError
from .messages import Action, Language, Success, error_message, success_message
from .store import action_log, sessions
from .store.action_log import RequestSource
from .store.database import Transaction
from .store.passwords import is_strong_enough
from .store.records import Store

T = TypeVar("T")

MAX_CPU_TIME = 20.0  # seconds for one request
_MAX_RESULT_SIZE = 50_000_000  # characters
_FIELD_SIZE = 100  # characters that a field counts besides its text, for the memory it needs
_FIELDS_PER_CHECK = 500


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """The client, as the headers and the connection describe it."""

    language: Language
    user_pool_id: str | None
    token: str | None
    source: RequestSource

    @classmethod
    def from_request(cls, headers: Mapping[str, str], address: str, path: str) -> "ClientInfo":
        """Read the client information of a request.

        Args:
            headers: The request headers, with case-insensitive or lower-case names.
            address: IP address of the client, or an empty string.
            path: The requested path.
        """
        return cls(
            language=Language.from_header(headers.get("x-authing-lang")),
            user_pool_id=headers.get("x-authing-userpool-id") or None,
            token=_bearer_token(headers.get("authorization", "")),
            source=RequestSource(
                address=address,
                user_agent=headers.get("user-agent", ""),
                host=headers.get("host", ""),
                path=path,
                app_id=headers.get("x-authing-app-id", ""),
            ),
        )


class RequestContext:
    """The data that resolvers and endpoints need during one request."""

    def __init__(self, emulator: Emulator, client: ClientInfo, transaction: Transaction) -> None:
        self.emulator = emulator
        self.client = client
        self.language: Language = client.language
        self._transaction = transaction
        self._store: Store | None = None
        self._user_id: str | None = None  # of the token, if it is not a management token
        self._result_fields = 0
        self._result_size = 0

    def count_result(self, value: object) -> None:
        """Count the value of a field towards the limits of the request.

        Raises:
            RequestLimitError: The result is too large or took too much CPU time.
        """
        self._result_fields += 1
        self._result_size += _FIELD_SIZE + (len(value) if isinstance(value, str) else 0)
        if self._result_size > _MAX_RESULT_SIZE:
            message = (
                "The result is too large: request fewer fields, or fewer objects for each page."
            )
            raise RequestLimitError(message)
        if self._result_fields % _FIELDS_PER_CHECK == 0:
            self._transaction.check_interruption()

    @property
    def store(self) -> Store:
        """The user pool. The first access begins the transaction."""
        # Not a cached_property: in Python 3.11, it locks out all other requests while it waits.
        if self._store is None:
            self._store = self.emulator.store(self._transaction)
        return self._store

    def read_ahead(self, read: Callable[[Store], T]) -> T:
        """Read from the user pool before the transaction begins, if it has not begun yet.

        Slow work can follow without blocking other requests. Read again before a write.
        """
        if self._store is not None:
            return read(self._store)
        try:
            return read(self.store)
        finally:
            self.rollback()

    def rollback(self) -> None:
        """Undo all changes. The next access to the user pool begins a new transaction."""
        self._transaction.rollback()
        self._store = None

    def check_pool(self) -> None:
        """Reject a request for another user pool."""
        if self.client.user_pool_id is not None:
            self.emulator.pool.check_id(self.client.user_pool_id)

    def require_pool(self) -> None:
        """Reject a request that names neither the user pool nor an application of it."""
        if self.client.user_pool_id is None and not self.client.source.app_id:
            raise ApiError(ErrorCode.APP_ID_MISSING)

    def check_token(self) -> None:
        """Reject a request without a valid management token."""
        if self.client.token is None:
            raise ApiError(ErrorCode.NOT_LOGGED_IN)
        self.emulator.check_token(self.client.token)

    def check_any_token(self) -> None:
        """Reject a request without a valid management token or token of a user.

        The token of a user restricts ``own_user_id`` and ``permitted_user_id``.
        """
        try:
            self.check_token()
        except ApiError as error:
            if self.client.token is None:
                raise
            token, rejection = self.client.token, error
            try:
                self._user_id = sessions.verify_user_token(self.store, token).user_id
            except ApiError as user_rejection:
                is_of_user = user_rejection.code is ErrorCode.LOGIN_EXPIRED
                raise (user_rejection if is_of_user else rejection) from None

    def own_user_id(self) -> str:
        """Return the ID of the user whose token was sent.

        Raises:
            ApiError: A management token was sent, which has no user.
        """
        if self._user_id is None:
            raise ApiError(ErrorCode.NOT_LOGGED_IN)
        return self._user_id

    def permitted_user_id(self, user_id: str | None) -> str:
        """Return the ID of the user that a request is about.

        Args:
            user_id: The ID in the request; the user of the token when ``None``.

        Raises:
            ApiError: The token is that of another user, or the request names no user.
        """
        if user_id is None or self._user_id is None:
            return user_id or self.own_user_id()
        if user_id != self._user_id:
            raise ApiError(ErrorCode.OTHER_USER)
        return user_id

    def is_management_token(self, token: str) -> bool:
        """Return whether a token is a valid management token."""
        try:
            self.emulator.check_token(token)
        except ApiError:
            return False
        return True

    def sign_in(self, user_pool_id: str, secret: str) -> dict[str, object]:
        """Return a new management token, as the API shows it.

        Raises:
            ApiError: The user pool ID or the secret is wrong.
        """
        self.emulator.pool.check_id(user_pool_id)
        self.emulator.pool.check_secret(secret)
        return self.new_access_token()

    @property
    def issuer(self) -> str:
        """URL of the issuer of users' tokens, below which the discovery document is served."""
        return f"http://{self.client.source.host or 'localhost'}/oidc"

    def new_access_token(self) -> dict[str, object]:
        """Return a new management token, as the API shows it."""
        issued = self.emulator.issue_token()
        return {"accessToken": issued.token, "iat": issued.issued_at, "exp": issued.expires_at}

    def check_password_strength(self, password: str) -> dict[str, object]:
        """Return a CheckPasswordStrengthResult."""
        valid = is_strong_enough(password)
        too_short = ApiError(ErrorCode.PASSWORD_TOO_SHORT)
        return {
            "valid": valid,
            "message": None if valid else error_message(too_short, self.language),
        }

    def log(
        self,
        action: Action,
        user_ids: Sequence[str],
        *,
        by_user: str | None = None,
        address: str | None = None,
    ) -> None:
        """Add an entry to the action log.

        Args:
            action: What the request does.
            user_ids: IDs of the affected users.
            by_user: ID of the acting user; the owner of the pool when ``None``.
            address: IP address of the acting user; that of the client when ``None``.
        """
        source = self.client.source
        if address is not None:
            source = replace(source, address=address)
        action_log.record(self.store, source, action, user_ids, by_user)

    def common_message(self, outcome: Success) -> dict[str, object]:
        """Return a CommonMessage for a successful change."""
        return {"code": 200, "message": success_message(outcome, self.language)}


def _bearer_token(authorization: str) -> str | None:
    # One of the vendor's SDKs sends the token without "Bearer".
    scheme, _, rest = authorization.strip().partition(" ")
    token = rest.strip() if scheme.lower() == "bearer" else authorization.strip()
    return token or None
