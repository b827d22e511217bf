# Derived from authing_users/_async/users/action_log.py: change that, and run `make generate`.

"""Read the log of what users and administrators did."""

from collections.abc import Generator, Iterable, Mapping
from datetime import datetime

from ..._inputs.checks import (
    boolean,
    is_absent,
    non_empty_string,
    non_empty_string_list,
    positive_int,
)
from ..._protocol.rest import rest_request, rest_result
from ...errors import InvalidInputError
from ...models import UserAction, UserActions
from ..base import ClientBase
from ..paging import paginate_actions

# Query parameters of the endpoint, without the page. Those that are None are not sent.
Filters = Mapping[str, str | list[str] | None]


class ActionLog(ClientBase):
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
        """List the actions of users and administrators, latest first.

        Args:
            page: Page number, starting at 1.
            limit: Entries per page.
            client_ip: Return only actions from this IP address. Empty strings, here and in the
                next two arguments, count as not given.
            operation_name: Return only these operations, such as ``login`` or ``createUser``.
            operato_arn: Return only actions of the users with these ARNs. The name is misspelled
                in the vendor's SDK.
            user_ids: Return only actions of the users with these IDs, in addition to those of
                ``operato_arn``.
            app_ids: Return only actions in these applications.
            exclude_non_app_records: Whether to omit actions that belong to no application.
            start: Earliest time, in Unix milliseconds.
            end: Latest time, in Unix milliseconds.

        Returns:
            ``totalCount``, the number of matching entries, and ``list``, the entries of this
            page.

        Raises:
            InvalidInputError: An argument has the wrong type, or a list is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/analysis/user-action``.
        """
        filters = self._filters(
            client_ip=client_ip,
            operation_name=operation_name,
            operator_arn=operato_arn,
            user_ids=user_ids,
            app_ids=app_ids,
            exclude_non_app_records=exclude_non_app_records,
            start=start,
            end=end,
        )
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return self._actions_page(filters, page, limit)

    def iter_user_actions(
        self,
        limit: int = 100,
        client_ip: str | None = None,
        operation_name: str | Iterable[str] | None = None,
        operato_arn: str | Iterable[str] | None = None,
        *,
        user_ids: Iterable[str] | None = None,
        app_ids: Iterable[str] | None = None,
        exclude_non_app_records: bool = False,
        start: int | None = None,
        end: int | None = None,
        prefetch: int = 1,
    ) -> Generator[UserAction, None, None]:
        """Iterate over all actions of users and administrators, latest first.

        Pages are requested during the iteration, and each entry is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it. Entries that are logged
        during the iteration are not yielded. Set ``end`` to the current time to keep the pages
        from shifting.

        Args:
            limit: Entries per request.
            client_ip: Return only actions from this IP address. Empty strings, here and in the
                next two arguments, count as not given.
            operation_name: Return only these operations, such as ``login`` or ``createUser``.
            operato_arn: Return only actions of the users with these ARNs.
            user_ids: Return only actions of the users with these IDs, in addition to those of
                ``operato_arn``.
            app_ids: Return only actions in these applications.
            exclude_non_app_records: Whether to omit actions that belong to no application.
            start: Earliest time, in Unix milliseconds.
            end: Latest time, in Unix milliseconds.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: An argument has the wrong type, or a list is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/analysis/user-action``.
        """
        limit = positive_int(limit, "limit")
        filters = self._filters(
            client_ip=client_ip,
            operation_name=operation_name,
            operator_arn=operato_arn,
            user_ids=user_ids,
            app_ids=app_ids,
            exclude_non_app_records=exclude_non_app_records,
            start=start,
            end=end,
        )
        return paginate_actions(lambda page: self._actions_page(filters, page, limit), prefetch)

    def _filters(
        self,
        *,
        client_ip: object,
        operation_name: object,
        operator_arn: object,
        user_ids: object,
        app_ids: object,
        exclude_non_app_records: object,
        start: object,
        end: object,
    ) -> Filters:
        arns = [] if is_absent(operator_arn) else _string_or_list(operator_arn, "operato_arn")
        if user_ids is not None:
            user_pool_id = self._transport.config.user_pool_id
            arns += [
                f"arn:cn:authing:{user_pool_id}:user:{user_id}"
                for user_id in non_empty_string_list(user_ids, "user_ids", "user_ids=['USER_ID']")
            ]
        return {
            "clientip": None if is_absent(client_ip) else non_empty_string(client_ip, "client_ip"),
            "operation_name": None
            if is_absent(operation_name)
            else _string_or_list(operation_name, "operation_name"),
            "operator_arn": arns or None,
            "app_id": None
            if app_ids is None
            else non_empty_string_list(app_ids, "app_ids", "app_ids=['APP_ID']"),
            "exclude_non_app_records": "1"
            if boolean(exclude_non_app_records, "exclude_non_app_records")
            else None,
            "start": _milliseconds(start, "start"),
            "end": _milliseconds(end, "end"),
        }

    def _actions_page(self, filters: Filters, page: int, limit: int) -> UserActions:
        query = {"page": str(page), "limit": str(limit), **filters}
        request = rest_request(
            "ListUserActions", "GET", "/api/v2/analysis/user-action", query=query
        )
        return self._transport.run(request, lambda response: rest_result(UserActions, response))


def _milliseconds(value: object, name: str) -> str | None:
    if isinstance(value, datetime):
        raise InvalidInputError(
            f"{name} must be Unix milliseconds: write int(value.timestamp() * 1000)"
        )
    return None if value is None else str(positive_int(value, name, maximum=None))


def _string_or_list(values: object, name: str) -> list[str]:
    if isinstance(values, str):
        return [non_empty_string(values, name)]
    return non_empty_string_list(values, name, f"{name}=['…']")
