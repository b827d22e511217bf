"""The log of what users and administrators did."""

from collections.abc import AsyncGenerator, Iterable, Mapping

from ..._inputs.checks import boolean, non_empty_string, non_empty_string_list, positive_int
from ..._protocol.rest import rest_request, rest_result
from ...models import UserAction, UserActions
from ..base import AsyncClientBase
from ..paging import paginate_actions

# Parameters of the log's endpoint; `None` for one that is not sent.
Wanted = Mapping[str, str | list[str] | None]


class AsyncActionLog(AsyncClientBase):
    """Reads the log of what users and administrators did."""

    async def list_user_actions(
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
            user_ids: Only what these users did, by id, or those of ``operato_arn``.
            app_ids: Only what was done in these applications.
            exclude_non_app_records: Whether to leave out what was done in no application.
            start: Only what was done since, in Unix milliseconds.
            end: Only what was done until then, in Unix milliseconds.

        Returns:
            ``totalCount``, and ``list`` with the entries.

        Raises:
            InvalidInputError: An argument is of the wrong type; nothing was sent.

        API: ``GET /api/v2/analysis/user-action``.
        """
        wanted = self._wanted(
            client_ip=client_ip,
            operation_name=operation_name,
            operator_arn=operato_arn,
            user_ids=user_ids,
            app_ids=app_ids,
            exclude_non_app_records=exclude_non_app_records,
            start=start,
            end=end,
        )
        return await self._actions(wanted, positive_int(page, "page"), positive_int(limit, "limit"))

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
    ) -> AsyncGenerator[UserAction, None]:
        """Iterate over all that users and administrators did, latest first, each entry once.

        Asks for one page after another, or for several ahead. An error of a page is raised at its
        place. What is done meanwhile comes in front, and is not seen; ``end`` leaves it out from
        the beginning.

        Args:
            limit: Entries to ask for at once.
            client_ip: Only what was done from this address.
            operation_name: Only these operations, as for ``list_user_actions``.
            operato_arn: Only what these users did, by resource name.
            user_ids: Only what these users did, by id, or those of ``operato_arn``.
            app_ids: Only what was done in these applications.
            exclude_non_app_records: Whether to leave out what was done in no application.
            start: Only what was done since, in Unix milliseconds.
            end: Only what was done until then, in Unix milliseconds.
            prefetch: How many pages are asked for at once, ahead of where the walk is.

        Raises:
            InvalidInputError: An argument is of the wrong type; nothing was sent.

        API: ``GET /api/v2/analysis/user-action``.
        """
        limit = positive_int(limit, "limit")
        wanted = self._wanted(
            client_ip=client_ip,
            operation_name=operation_name,
            operator_arn=operato_arn,
            user_ids=user_ids,
            app_ids=app_ids,
            exclude_non_app_records=exclude_non_app_records,
            start=start,
            end=end,
        )
        return paginate_actions(lambda page: self._actions(wanted, page, limit), prefetch)

    def _wanted(
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
    ) -> Wanted:
        arns = [] if operator_arn is None else _names(operator_arn, "operato_arn")
        pool = self._transport.config.user_pool_id
        arns += [
            f"arn:cn:authing:{pool}:user:{user_id}"
            for user_id in (
                []
                if user_ids is None
                else non_empty_string_list(user_ids, "user_ids", "['USER_ID']")
            )
        ]
        return {
            "clientip": None if client_ip is None else non_empty_string(client_ip, "client_ip"),
            "operation_name": None
            if operation_name is None
            else _names(operation_name, "operation_name"),
            "operator_arn": arns or None,
            "app_id": None
            if app_ids is None
            else non_empty_string_list(app_ids, "app_ids", "['APP_ID']"),
            "exclude_non_app_records": "1"
            if boolean(exclude_non_app_records, "exclude_non_app_records")
            else None,
            "start": None if start is None else str(positive_int(start, "start", most=None)),
            "end": None if end is None else str(positive_int(end, "end", most=None)),
        }

    async def _actions(self, wanted: Wanted, page: int, limit: int) -> UserActions:
        query = {"page": str(page), "limit": str(limit), **wanted}
        request = rest_request(
            "ListUserActions", "GET", "/api/v2/analysis/user-action", query=query
        )
        return await self._transport.run(
            request, lambda response: rest_result(UserActions, response)
        )


def _names(values: object, name: str) -> list[str]:
    if isinstance(values, str):
        return [non_empty_string(values, name)]
    return non_empty_string_list(values, name, "['NAME']")
