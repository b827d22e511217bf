# Derived from authing_users/_async/users/bulk_lookup.py: change that, and run `make generate`.

"""Looks users up by the fields that identify them."""

from collections.abc import Iterable, Sequence

from authing_graphql import UNSET, User

from ..._bulk.items import Task
from ..._bulk.settling import key_of
from ..._plans.comparison import normalized
from ..._user_record import Record
from ...bulk import BulkKey
from ..base import UserClientBase
from ..transport import Transport
from .lookup import BATCH_SIZE


class UserFinder:
    """Finds users by their keys.

    Args:
        transport: The transport of a client.
        key: The field by which users are recognized. Default: the first one that a record has.
    """

    def __init__(self, transport: Transport, key: BulkKey | None) -> None:
        self._client = UserClientBase[User]._over(transport)
        self._key: BulkKey | None = key

    def key(self, record: Record) -> tuple[BulkKey, str] | None:
        """Return the field by which a user is looked up, and its value."""
        return key_of(record.fields, self._key)

    def find(self, tasks: Sequence[Task], *, with_custom_data: bool = False) -> dict[int, User]:
        """Return the users who have the keys of records, by the positions of the records.

        Args:
            tasks: Tasks whose payloads are records.
            with_custom_data: Whether to include the values of custom fields.
        """
        keys = [(task.index, self.key(task.payload)) for task in tasks]
        by_field: dict[BulkKey, dict[int, str]] = {}
        for index, key in keys:
            if key is not None:
                by_field.setdefault(key[0], {})[index] = key[1]
        users: dict[int, User] = {}
        for field, values in by_field.items():
            if len(values) == 1 or not self._is_requested(field):
                found = self._one_by_one(field, values, with_custom_data=with_custom_data)
            else:
                found = self._batches(field, values, with_custom_data=with_custom_data)
            users |= found
        return users

    def _is_requested(self, field: str) -> bool:
        selection = self._client._transport.selection
        return selection is None or selection.requests(field)

    def _one_by_one(
        self, field: BulkKey, values: dict[int, str], *, with_custom_data: bool
    ) -> dict[int, User]:
        users: dict[int, User] = {}
        for index, text in values.items():
            for value in _forms(field, text):
                user = self._client._api.find_user(
                    username=value if field == "username" else UNSET,
                    email=value if field == "email" else UNSET,
                    phone=value if field == "phone" else UNSET,
                    external_id=value if field == "externalId" else UNSET,
                    with_custom_data=with_custom_data or UNSET,
                )
                if user is not None:
                    users[index] = user
                    break
        return users

    def _batches(
        self, field: BulkKey, values: dict[int, str], *, with_custom_data: bool
    ) -> dict[int, User]:
        texts = list(dict.fromkeys(one for text in values.values() for one in _forms(field, text)))
        users: dict[object, User] = {}
        for start in range(0, len(texts), BATCH_SIZE):
            response: Iterable[User] = self._client._api.batch_get_users(
                texts[start : start + BATCH_SIZE],
                type_=field,
                with_custom_data=with_custom_data or UNSET,
            )
            for user in response:
                users[normalized(field, user[field])] = user
        found = ((index, users.get(normalized(field, text))) for index, text in values.items())
        return {index: user for index, user in found if user is not None}


def _forms(field: str, value: str) -> dict[str, None]:
    """Return the values to look for: the server does not know that ``188-0000`` is ``1880000``."""
    return dict.fromkeys((value, str(normalized(field, value)) if field == "phone" else value))
