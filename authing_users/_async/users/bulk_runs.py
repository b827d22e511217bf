"""Build runs from the arguments of methods. Imported when the first run is built."""

from collections.abc import Mapping
from typing import Any

from ..._concurrency.tasks import AnyIterable
from ..._inputs.bulk import any_iterable, bulk_key, bulk_options, conflict_rule
from ..._inputs.checks import boolean
from ...errors import InvalidInputError
from ..transport import AsyncTransport
from .bulk_engine import AsyncBulkRun
from .bulk_handlers import (
    AsyncCreateHandler,
    AsyncDeleteHandler,
    AsyncUpdateHandler,
    AsyncUpsertHandler,
)


def creation_run(
    transport: AsyncTransport,
    users: AnyIterable[Any],
    key: object,
    on_conflict: object,
    keep_password: object,
    options: Mapping[str, object],
) -> AsyncBulkRun:
    """Return the run of ``create_many``."""
    chosen = bulk_key(key)
    rule = conflict_rule(on_conflict, chosen)
    keeps = boolean(keep_password, "keep_password")
    checked = bulk_options("create_many", options, transport.config.user_pool_id)
    items = any_iterable(users, "users", "create_many([{'username': …}])")
    handler = AsyncCreateHandler(transport, chosen, rule, keep_password=keeps)
    return AsyncBulkRun(handler, items, checked)


def upsert_run(
    transport: AsyncTransport,
    users: AnyIterable[Any],
    key: object,
    keep_password: object,
    options: Mapping[str, object],
) -> AsyncBulkRun:
    """Return the run of ``upsert_many``."""
    chosen = bulk_key(key)
    if chosen is None:
        raise InvalidInputError(
            "upsert_many() needs key, the field by which users are recognized: "
            "write key='externalId'"
        )
    keeps = boolean(keep_password, "keep_password")
    checked = bulk_options("upsert_many", options, transport.config.user_pool_id)
    items = any_iterable(users, "users", "upsert_many([{'externalId': …}], key='externalId')")
    handler = AsyncUpsertHandler(transport, chosen, keep_password=keeps)
    return AsyncBulkRun(handler, items, checked)


def update_run(
    transport: AsyncTransport, updates: AnyIterable[Any], options: Mapping[str, object]
) -> AsyncBulkRun:
    """Return the run of ``update_many``."""
    checked = bulk_options("update_many", options, transport.config.user_pool_id)
    items = any_iterable(updates, "updates", "update_many([('USER_ID', {'FIELD': value})])")
    return AsyncBulkRun(AsyncUpdateHandler(transport), items, checked)


def deletion_run(
    transport: AsyncTransport, user_ids: AnyIterable[Any], options: Mapping[str, object]
) -> AsyncBulkRun:
    """Return the run of ``delete_many`` with options."""
    checked = bulk_options("delete_many", options, transport.config.user_pool_id)
    items = any_iterable(user_ids, "userIds", "delete_many(['USER_ID'])")
    return AsyncBulkRun(AsyncDeleteHandler(transport), items, checked)
