"""Complete the records of users for the REST API."""

from collections.abc import Sequence

from ..request_context import RequestContext
from ..store import added_fields, identities
from ..store.records import Record


def add_identities(context: RequestContext, records: Sequence[Record]) -> None:
    """Add the identities of users, and the fields that only the served schema has."""
    store = context.store
    for record in records:
        linked = identities.identities_of_user(store, record)
        added_fields.fill(store.connection, store.added, "Identity", linked)
        record["identities"] = linked
    added_fields.fill(store.connection, store.added, "User", records)
