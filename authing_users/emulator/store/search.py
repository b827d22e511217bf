"""The search for users by a fragment of text."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import ApiError, ErrorCode
from . import users
from .departments import MEMBERS, MEMBERS_BELOW
from .records import Page, Store, json_list, offset
from .user_fields import DEFAULT_SEARCH_FIELDS, SEARCHABLE


@dataclass(frozen=True, slots=True)
class Circle:
    """The only users that a search looks at; ``None`` where there is no such restriction.

    Attributes:
        group_codes: Codes of groups, of which a user must be in one.
        roles: Namespaces and codes of roles, of which a user must hold one.
        departments: Ids of departments, of which a user must be in one, and for each whether the
            departments below it count.
    """

    group_codes: Sequence[str] | None = None
    roles: Sequence[tuple[str, str]] | None = None
    departments: Sequence[tuple[str, bool]] | None = None


def search(
    store: Store,
    text: str,
    fields: Sequence[str],
    circle: Circle,
    page: int | None,
    limit: int | None,
) -> Page:
    """One page of the users with a text in one of their fields, newest first.

    Args:
        store: The store.
        text: What to look for, whatever its case; every character stands for itself. A blank
            text finds everybody in the circle.
        fields: Where to look; the usual fields when empty.
        circle: Which users to look at.
        page: One-based number of the page; 1 when ``None``.
        limit: Users on a page; 10 when ``None``.

    Raises:
        ApiError: The text is blank and the circle is everybody, a field cannot be searched, or
            the page is none.
    """
    blank = not text.strip()
    if blank and circle == Circle():
        raise ApiError(ErrorCode.EMPTY_SEARCH)
    for field in fields:
        if field not in SEARCHABLE:
            raise ApiError(
                ErrorCode.UNKNOWN_SEARCH_FIELD, field if field.isidentifier() else "fields"
            )
    size, skipped = offset(page, limit)
    named = dict.fromkeys(fields)  # each once: a function of SQLite takes at most 100 arguments
    columns = ", ".join(f"users.{field}" for field in named or DEFAULT_SEARCH_FIELDS)
    conditions, parameters = [users.NOT_ARCHIVED], list[str]()
    if not blank:
        conditions.append(f"matches(?, {columns})")
        parameters.append(text.casefold())
    if circle.group_codes is not None:
        conditions.append(
            "users.id IN (SELECT userId FROM group_users"
            " JOIN user_groups ON user_groups.id = group_users.groupId"
            " WHERE user_groups.code IN (SELECT value FROM json_each(?)))"
        )
        parameters.append(json_list(circle.group_codes))
    if circle.roles is not None:
        conditions.append(
            "users.id IN (SELECT userId FROM role_users"
            " JOIN roles ON roles.id = role_users.roleId WHERE (roles.namespace, roles.code) IN"
            " (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)))"
        )
        parameters.append(json_list(circle.roles))
    if circle.departments is not None:
        conditions.append(f"({MEMBERS} OR {MEMBERS_BELOW})")
        parameters += [
            json_list(one for one, also_below in circle.departments if also_below is below)
            for below in (False, True)
        ]
    # The conditions call Python for every user, so they run once, for the count and the page.
    numbers = [
        number
        for (number,) in store.connection.execute(
            f"SELECT users.seq FROM users WHERE {' AND '.join(conditions)} ORDER BY users.seq DESC",
            parameters,
        )
    ]
    return {
        "totalCount": len(numbers),
        "list": users.numbered(store, numbers[skipped : skipped + size]),
    }
