"""One request: who calls, in which language, and the transaction that it runs in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .core import Emulator
from .errors import ApiError, ErrorCode
from .messages import Action, Language, Success, refusal, success
from .store import actions
from .store.actions import Source
from .store.database import Transaction
from .store.passwords import strong_enough
from .store.records import Store


@dataclass(frozen=True, slots=True)
class Caller:
    """What a request says of its sender."""

    language: Language
    user_pool_id: str | None
    token: str | None
    source: Source

    @classmethod
    def of(cls, headers: Mapping[str, str], address: str, path: str) -> "Caller":
        """Read what a request says.

        Args:
            headers: Its headers, with case-insensitive or lower-case names.
            address: The IP address that it came from, or an empty text.
            path: The path that it went to.
        """
        return cls(
            language=Language.of(headers.get("x-authing-lang")),
            user_pool_id=headers.get("x-authing-userpool-id") or None,
            token=_bearer_token(headers.get("authorization", "")),
            source=Source(
                address=address,
                user_agent=headers.get("user-agent", ""),
                host=headers.get("host", ""),
                path=path,
                app_id=headers.get("x-authing-app-id", ""),
            ),
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

    def manages(self, token: str) -> bool:
        """Whether a token is a good management token."""
        try:
            self.emulator.check_token(token)
        except ApiError:
            return False
        return True

    def judge_password(self, password: str) -> dict[str, object]:
        """Whether a password satisfies the rules of the pool, and if not, why."""
        valid = strong_enough(password)
        too_short = ApiError(ErrorCode.PASSWORD_TOO_SHORT)
        return {
            "valid": valid,
            "message": None if valid else refusal(too_short, self.caller.language),
        }

    def log(self, action: Action, user_ids: Sequence[str], *, by_user: str | None = None) -> None:
        """Write down what this request does.

        Args:
            action: What is done.
            user_ids: Ids of the users to whom it is done.
            by_user: Id of the user who does it; the owner of the pool when ``None``.
        """
        actions.add(self.store, self.caller.source, action, user_ids, by_user)

    def done(self, outcome: Success) -> dict[str, object]:
        """The CommonMessage of a success."""
        return {"code": 200, "message": success(outcome, self.caller.language)}


def _bearer_token(authorization: str) -> str | None:
    # One of the vendor's SDKs sends the bare token.
    scheme, _, rest = authorization.strip().partition(" ")
    token = rest.strip() if scheme.lower() == "bearer" else authorization.strip()
    return token or None
