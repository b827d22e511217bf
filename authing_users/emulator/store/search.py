"""Search users by a part of a field."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import ApiError, ErrorCode
from . import users
from .departments import IN_DEPARTMENT_TREES, IN_DEPARTMENTS
from .records import Page, Record, Store, json_array, limit_and_offset
from .user_fields import DEFAULT_SEARCH_FIELDS, SEARCHABLE_FIELDS


@dataclass(frozen=True, slots=True)
class SearchScope:
    """Limits a search to some users. ``None`` attributes do not limit it.

    Attributes:
        group_codes: Codes of groups. Users must be in at least one.
        roles: Namespaces and codes of roles. Users must have at least one.
        departments: IDs of departments, and whether to include their descendants. Users must be
            in at least one.
    """

    group_codes: Sequence[str] | None = None
    roles: Sequence[tuple[str, str]] | None = None
    departments: Sequence[tuple[str, bool]] | None = None


def search_users(
    store: Store,
    text: str,
    fields: Sequence[str],
    scope: SearchScope,
    page: int | None,
    limit: int | None,
) -> Page[Record]:
    """Return one page of the users with a text in one of their fields, newest first.

    Args:
        store: The store.
        text: The text; case is ignored, and there are no wildcards. A blank text matches all
            users in the scope.
        fields: The fields to search; default fields when empty.
        scope: Limits the search to some users.
        page: One-based page number; 1 when ``None``.
        limit: Page size; 10 when ``None``.

    Raises:
        ApiError: The text is blank and the scope has no limits, a field cannot be searched, or
            the page or the limit is out of range.
    """
    blank = not text.strip()
    if blank and scope == SearchScope():
        raise ApiError(ErrorCode.EMPTY_SEARCH)
    for field in fields:
        if field in store.added.missing or not (
            field in SEARCHABLE_FIELDS or field in store.added.search
        ):
            raise ApiError(
                ErrorCode.UNKNOWN_SEARCH_FIELD, field if field.isidentifier() else "fields"
            )
    size, offset = limit_and_offset(page, limit)
    # Without duplicates: SQLite functions take at most 100 arguments.
    unique_fields = dict.fromkeys(fields) or DEFAULT_SEARCH_FIELDS
    columns = ", ".join(store.added.search.get(field, f"users.{field}") for field in unique_fields)
    conditions, parameters = [users.NOT_ARCHIVED], list[str]()
    if not blank:
        conditions.append(f"contains_text(?, {columns})")
        parameters.append(text.casefold())
    if scope.group_codes is not None:
        conditions.append(
            "users.id IN (SELECT userId FROM group_users"
            " JOIN user_groups ON user_groups.id = group_users.groupId"
            " WHERE user_groups.code IN (SELECT value FROM json_each(?)))"
        )
        parameters.append(json_array(scope.group_codes))
    if scope.roles is not None:
        conditions.append(
            "users.id IN (SELECT userId FROM role_users"
            " JOIN roles ON roles.id = role_users.roleId WHERE (roles.namespace, roles.code) IN"
            " (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)))"
        )
        parameters.append(json_array(scope.roles))
    if scope.departments is not None:
        conditions.append(f"({IN_DEPARTMENTS} OR {IN_DEPARTMENT_TREES})")
        parameters += [
            json_array(
                department_id
                for department_id, include_children in scope.departments
                if include_children is subtree
            )
            for subtree in (False, True)
        ]
    # contains_text() calls Python for every user, so evaluate the conditions only once, for the
    # count and the page.
    seqs = [
        seq
        for (seq,) in store.connection.execute(
            f"SELECT users.seq FROM users WHERE {' AND '.join(conditions)} ORDER BY users.seq DESC",
            parameters,
        )
    ]
    return {
        "totalCount": len(seqs),
        "list": users.by_seq(store, seqs[offset : offset + size]),
    }
