# Derived from authing_users/_async/users/history.py: change that, and run `make generate`.

"""The log of what users and administrators did."""

from collections.abc import Iterable

from ..._inputs import check_count, check_flag, check_text, check_texts
from ..._rest import UserActions, rest_call, rest_result
from ..base import ClientBase


class History(ClientBase):
    """Reads the log of what users and administrators did."""

    def list_user_actions(
        self,
        page: int = 1,
        limit: int = 10,
        client_ip: str | None = None,
        operation_name: str | Iterable[str] | None = None,
        operato_arn: str | Iterable[str] | None = None,
        *,
        user_ids: Iterable[str] | None = None,
        app_ids: Iterable[str] | None = None,
        exclude_non_app_records: bool = False,
        start: int | None = None,
        end: int | None = None,
    ) -> UserActions:
        """List what users and administrators did, latest first.

        Args:
            page: One-based number of the page.
            limit: Entries on a page.
            client_ip: Only what was done from this address.
            operation_name: Only these operations, such as ``login`` or ``createUser``.
            operato_arn: Only what these users did, by resource name; misspelt in the vendor's
                SDK.
            user_ids: Only what these users did, by id.
            app_ids: Only what was done in these applications.
            exclude_non_app_records: Whether to leave out what was done in no application.
            start: Only what was done since, in Unix milliseconds.
            end: Only what was done until then, in Unix milliseconds.

        Returns:
            ``totalCount``, and ``list`` with the entries.

        API: ``GET /api/v2/analysis/user-action``.
        """
        arns = [] if operato_arn is None else _names(operato_arn, "operato_arn")
        pool = self._transport.config.user_pool_id
        arns += [
            f"arn:cn:authing:{pool}:user:{user_id}"
            for user_id in check_texts(user_ids or [], "user_ids", "['USER_ID']")
        ]
        query: dict[str, str | list[str] | None] = {
            "page": str(check_count(page, "page")),
            "limit": str(check_count(limit, "limit")),
            "clientip": None if client_ip is None else check_text(client_ip, "client_ip"),
            "operation_name": None
            if operation_name is None
            else _names(operation_name, "operation_name"),
            "operator_arn": arns or None,
            "app_id": check_texts(app_ids or [], "app_ids", "['APP_ID']") or None,
            "exclude_non_app_records": "1"
            if check_flag(exclude_non_app_records, "exclude_non_app_records")
            else None,
            "start": None if start is None else str(check_count(start, "start", most=None)),
            "end": None if end is None else str(check_count(end, "end", most=None)),
        }
        call = rest_call("ListUserActions", "GET", "/api/v2/analysis/user-action", query=query)
        return self._transport.run(call, lambda answer: rest_result(UserActions, answer))


def _names(values: object, name: str) -> list[str]:
    if isinstance(values, str):
        return [check_text(values, name)]
    return check_texts(values, name, "['NAME']")
