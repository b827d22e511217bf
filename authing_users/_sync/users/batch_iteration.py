# Derived from authing_users/_async/users/batch_iteration.py: change that, and run `make generate`.

"""Fetch any number of users by identifiers."""

from collections.abc import Generator, Sequence
from typing import Any

from ..._concurrency.threads import AnyIterable, Items, Prefetcher
from ..._inputs.checks import boolean, non_empty_string, positive_int
from ..._inputs.users import QueryField
from ..._runtime.user_type import UserT_co
from ..paging import MAX_PREFETCH
from .lookup import BATCH_SIZE, Lookup

_END: Any = object()


class BatchIteration(Lookup[UserT_co]):
    """Fetches any number of users."""

    def iter_batch(
        self,
        identifiers: AnyIterable[str],
        query_field: QueryField = "id",
        *,
        with_custom_data: bool = False,
        concurrency: int = 8,
    ) -> Generator[UserT_co, None, None]:
        """Fetch any number of users by one kind of identifier.

        Identifiers are read when they are needed. One request is sent for every 80 of them.

        Args:
            identifiers: The identifiers. Any iterable.
            query_field: Kind of the identifiers: ``id``, ``username``, ``phone``, ``email`` or
                ``externalId``.
            with_custom_data: Whether to include the values of the users' custom fields.
            concurrency: Maximum number of requests in flight, from 1 to 64.

        Raises:
            InvalidInputError: An identifier is not a string or is empty, or an argument is invalid.
            InvalidResponseError: The response does not contain the identifier of a user, because
                the server's schema lacks the field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``userBatch``.
        """
        from ..._inputs.bulk import any_iterable

        boolean(with_custom_data, "with_custom_data")
        depth = positive_int(concurrency, "concurrency", MAX_PREFETCH)
        field = self._requested_field("iter_batch", query_field)
        items = any_iterable(identifiers, "identifiers", "iter_batch(['USER_ID'])")
        return self._iterate(Items(items), field, depth, with_custom_data=with_custom_data)

    def _iterate(
        self, items: Items[Any], field: str, depth: int, *, with_custom_data: bool
    ) -> Generator[UserT_co, None, None]:
        """Yield the users with some identifiers, each once.

        Args:
            items: The identifiers.
            field: Kind of the identifiers.
            depth: The most requests in flight.
            with_custom_data: Whether to include the values of custom fields.
        """
        from ..._bulk.duplicates import SeenIdentifiers

        batches: dict[int, list[str]] = {}

        def fetch(number: int) -> Sequence[UserT_co]:
            identifiers = batches.pop(number)
            return self._batch(identifiers, field, with_custom_data=with_custom_data)

        prefetcher: Prefetcher[Sequence[UserT_co]] = Prefetcher(fetch, depth)
        seen = SeenIdentifiers()
        number = last = position = 0
        try:
            while True:
                # The caller's thread or task reads the identifiers.
                while last < number + depth and (batch := _read(items, position)):
                    position += len(batch)
                    last += 1
                    batches[last] = list(dict.fromkeys(batch))
                if number == last:
                    return
                number += 1
                for user in prefetcher.page(number, last):
                    if seen.add([user.id], number) is None:
                        yield user
        finally:
            prefetcher.close()
            items.close()
            seen.close()


def _read(items: Items[Any], start: int) -> list[str]:
    """Return the identifiers of the next request.

    Args:
        items: All identifiers.
        start: Position of the next one.
    """
    batch: list[str] = []
    while len(batch) < BATCH_SIZE and (item := items.next(_END)) is not _END:
        batch.append(non_empty_string(item, f"identifiers[{start + len(batch)}]"))
    return batch
