"""One request: who calls, in which language, and the transaction that it runs in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .core import Emulator
from .errors import ApiError, ErrorCode
from .messages import Language, Success, success
from .store.database import Transaction
from .store.records import Store


@dataclass(frozen=True, slots=True)
class Caller:
    """What the headers of a request say of its sender."""

    language: Language
    user_pool_id: str | None
    token: str | None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Caller":
        """Read the headers; their names must be case-insensitive or in lower case."""
        return cls(
            language=Language.of(headers.get("x-authing-lang")),
            user_pool_id=headers.get("x-authing-userpool-id") or None,
            token=_bearer_token(headers.get("authorization", "")),
        )


class Operation:
    """What resolvers and endpoints work with during one request."""

    def __init__(self, emulator: Emulator, caller: Caller, transaction: Transaction) -> None:
        self.emulator = emulator
        self.caller = caller
        self._transaction = transaction

    @cached_property
    def store(self) -> Store:
        """The user pool; the first use begins the transaction."""
        return self.emulator.store(self._transaction)

    def check_pool(self) -> None:
        """Refuse a request that is meant for another pool."""
        if self.caller.user_pool_id is not None:
            self.emulator.pool.check_id(self.caller.user_pool_id)

    def check_token(self) -> None:
        """Refuse a request without a good management token."""
        if self.caller.token is None:
            raise ApiError(ErrorCode.NOT_LOGGED_IN)
        self.emulator.check_token(self.caller.token)

    def done(self, outcome: Success) -> dict[str, object]:
        """The CommonMessage of a success."""
        return {"code": 200, "message": success(outcome, self.caller.language)}


def _bearer_token(authorization: str) -> str | None:
    # One of the vendor's SDKs sends the bare token.
    scheme, _, rest = authorization.strip().partition(" ")
    token = rest.strip() if scheme.lower() == "bearer" else authorization.strip()
    return token or None
