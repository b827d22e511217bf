# Derived from authing_users/_async/users/bulk.py: change that, and run `make generate`.

"""Creating many users at once."""

from collections.abc import Iterable, Sequence

from authing_graphql import CreateUserInput

from ..._inputs.checks import UserInfoDict, input_models, mask_password
from ..._protocol.request import Request
from ..._protocol.rest import rest_request, rest_result
from ...errors import InvalidInputError
from ...models import CreatedUser
from ..base import ClientBase

# The vendor's own SDK refuses more.
MAX_USERS_PER_REQUEST = 100


class Bulk(ClientBase):
    """Creates many users at once."""

    def create_users(self, users: Iterable[CreateUserInput | UserInfoDict]) -> list[CreatedUser]:
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
        masked: object = users
        if isinstance(users, Sequence) and not isinstance(users, str):
            masked = [mask_password(user) for user in users]
        del users  # It shows passwords in a traceback that shows locals.
        inputs = input_models(CreateUserInput, masked, "users")
        if not 1 <= len(inputs) <= MAX_USERS_PER_REQUEST:
            raise InvalidInputError(f"users are 1 to {MAX_USERS_PER_REQUEST}, not {len(inputs)}")
        request = _call(inputs)
        return self._transport.run(
            request, lambda response: rest_result(list[CreatedUser], response)
        )


def _call(inputs: list[CreateUserInput]) -> Request:
    items = [item.model_dump(by_alias=True, exclude_unset=True) for item in inputs]
    body = {"users": items, "rawPassword": True}
    return rest_request("CreateUsers", "POST", "/api/v2/users/create/batch", body=body)
