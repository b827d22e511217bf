"""Creating many users at once."""

from collections.abc import Iterable, Sequence

from authing_graphql import CreateUserInput

from ..._inputs import UserInfoDict, check_inputs, shielded
from ..._operations import Call
from ..._rest import CreatedUser, rest_call, rest_result
from ...errors import InvalidInputError
from ..base import AsyncClientBase

# The vendor's own SDK refuses more.
MOST_AT_ONCE = 100


class AsyncBulk(AsyncClientBase):
    """Creates many users at once."""

    async def create_users(
        self, users: Iterable[CreateUserInput | UserInfoDict]
    ) -> list[CreatedUser]:
        """Create up to 100 users at once, each on its own: one that fails does not stop the rest.

        Passwords travel as they are, protected by https alone: the API takes them so here.

        Args:
            users: The users, as ``create`` takes them, but without ``city`` and ``province``.

        Returns:
            For each user, in the same order: whether it was created, the user, or why not.

        Raises:
            InvalidInputError: There are no users or too many, or a field is unknown or of the
                wrong type; nothing was sent.

        API: ``POST /api/v2/users/create/batch``.
        """
        shields: object = users
        if isinstance(users, Sequence) and not isinstance(users, str):
            shields = [shielded(user) for user in users]
        del users  # It shows passwords in a traceback that shows locals.
        inputs = check_inputs(CreateUserInput, shields, "users")
        if not 1 <= len(inputs) <= MOST_AT_ONCE:
            raise InvalidInputError(f"users are 1 to {MOST_AT_ONCE}, not {len(inputs)}")
        call = _call(inputs)
        return await self._transport.run(
            call, lambda answer: rest_result(list[CreatedUser], answer)
        )


def _call(inputs: list[CreateUserInput]) -> Call:
    items = [item.model_dump(by_alias=True, exclude_unset=True) for item in inputs]
    body = {"users": items, "rawPassword": True}
    return rest_call("CreateUsers", "POST", "/api/v2/users/create/batch", body=body)
