"""Fetch any number of users by identifiers."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from ..._concurrency.tasks import AnyIterable, AsyncItems, AsyncPrefetcher
from ..._inputs.checks import boolean, non_empty_string, positive_int
from ..._inputs.users import QueryField
from ..._runtime.user_type import UserT_co
from ..paging import MAX_PREFETCH
from .lookup import BATCH_SIZE, AsyncLookup

_END: Any = object()


class AsyncBatchIteration(AsyncLookup[UserT_co]):
    """Fetches any number of users."""

    def iter_batch(
        self,
        identifiers: AnyIterable[str],
        query_field: QueryField = "id",
        *,
        with_custom_data: bool = False,
        concurrency: int = 8,
    ) -> AsyncGenerator[UserT_co, None]:
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
        return self._iterate(AsyncItems(items), field, depth, with_custom_data=with_custom_data)

    async def _iterate(
        self, items: AsyncItems[Any], field: str, depth: int, *, with_custom_data: bool
    ) -> AsyncGenerator[UserT_co, None]:
        """Yield the users with some identifiers, each once.

        Args:
            items: The identifiers.
            field: Kind of the identifiers.
            depth: The most requests in flight.
            with_custom_data: Whether to include the values of custom fields.
        """
        from ..._bulk.duplicates import SeenIdentifiers

        batches: dict[int, list[str]] = {}

        async def fetch(number: int) -> Sequence[UserT_co]:
            identifiers = batches.pop(number)
            return await self._batch(identifiers, field, with_custom_data=with_custom_data)

        prefetcher: AsyncPrefetcher[Sequence[UserT_co]] = AsyncPrefetcher(fetch, depth)
        seen = SeenIdentifiers()
        number = last = position = 0
        try:
            while True:
                # The caller's thread or task reads the identifiers.
                while last < number + depth and (batch := await _read(items, position)):
                    position += len(batch)
                    last += 1
                    batches[last] = list(dict.fromkeys(batch))
                if number == last:
                    return
                number += 1
                for user in await prefetcher.page(number, last):
                    if seen.add([user.id], number) is None:
                        yield user
        finally:
            await prefetcher.aclose()
            await items.aclose()
            seen.close()


async def _read(items: AsyncItems[Any], start: int) -> list[str]:
    """Return the identifiers of the next request.

    Args:
        items: All identifiers.
        start: Position of the next one.
    """
    batch: list[str] = []
    while len(batch) < BATCH_SIZE and (item := await items.next(_END)) is not _END:
        batch.append(non_empty_string(item, f"identifiers[{start + len(batch)}]"))
    return batch
