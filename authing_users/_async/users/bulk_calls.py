"""Process any number of users."""

from collections.abc import Iterable
from typing import Unpack, overload

from authing_graphql import CommonMessage, CreateUserInput, UpdateUserInput

from ..._concurrency.tasks import AnyIterable
from ..._inputs.checks import non_empty_string_list
from ..._inputs.records import UserRecord
from ..._inputs.signatures import show_keywords, show_last_overload
from ..._inputs.user_updates import UserUpdatesDict
from ..._inputs.users import UserInfoDict
from ..._protocol.response import require_outcome
from ...bulk import BulkKey, BulkOptionsDict, BulkResult, OnConflict
from ..base import AsyncClientBase


class AsyncBulkCalls(AsyncClientBase):
    """Processes any number of users."""

    @overload
    async def create_many(
        self,
        users: AnyIterable[UserRecord],
        *,
        key: BulkKey | None = None,
        on_conflict: OnConflict = "fail",
        keep_password: bool = False,
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult: ...
    @overload
    async def create_many(
        self,
        users: AnyIterable[UserRecord | UserInfoDict | CreateUserInput],
        *,
        key: BulkKey | None = None,
        on_conflict: OnConflict = "fail",
        keep_password: bool = False,
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult: ...
    @overload
    async def create_many(  # type: ignore[overload-cannot-match]
        self,
        users: AnyIterable[UserRecord],
        *,
        key: BulkKey | None = None,
        on_conflict: OnConflict = "fail",
        keep_password: bool = False,
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult: ...
    @show_keywords
    @show_last_overload
    async def create_many(
        self,
        users: AnyIterable[UserRecord | UserInfoDict | CreateUserInput],
        *,
        key: BulkKey | None = None,
        on_conflict: OnConflict = "fail",
        keep_password: bool = False,
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult:
        """Create any number of users, several at a time. Users that fail do not affect the others.

        Users are read from the iterable when they are needed, and their outcomes are stored in a
        temporary file, so that memory does not grow with their number. Plain users without a
        password are created up to 100 with one request; others with one request or more each.
        Passwords are encrypted before they are sent. Two users of the input with the same
        ``externalId``, ``username``, ``email`` or ``phone`` are found before the second is sent.

        If a creation gets no usable response, the user is looked up: it was created, or the
        creation is sent again as often as the option ``retries`` allows. The keys of users are
        unique, so no user is created twice. See docs/bulk.md.

        Args:
            users: The users: dicts as for ``create``, which can also have ``customData``,
                ``groups``, ``roles``, ``identities``, ``status`` and ``keepPassword``. Any
                iterable.
            key: The field by which users are recognized: ``externalId``, ``username``, ``email``
                or ``phone``. All users must have it. Default: for each user, the first of these
                that it has.
            on_conflict: What happens to users who exist: ``fail`` reports a ``ConflictError``,
                ``skip`` leaves them as they are, and ``update`` brings them to the input, except
                for the password; it requires ``key``. A conflict with a user who has another key
                always fails.
            keep_password: Whether all passwords are hashes migrated from another system, to be
                stored unchanged.
            concurrency: Maximum number of requests in flight, from 1 to 256. Default: 8.
            on_progress: Called with a ``BulkProgress`` whenever users were reported.
            on_item: Called with the ``BulkItem`` of each user, in the order of the input.
            max_failures: Number of failures after which no further user is sent, or a percentage
                such as ``"5%"``: of all users if their number is known, else of those that are
                done, but at least of 20. Default: no limit.
            total: Number of users, for the progress, if ``users`` has no length.
            checkpoint: A ``Checkpoint`` that remembers the outcomes. A later run with the same
                input continues: users with an outcome are not sent again, and users that were
                sent without an outcome are looked up first.
            stop: An object with ``is_set()``, such as ``threading.Event``. Once it is set, no
                further user is sent.

        Returns:
            The outcome of each user. An invalid secret and similar problems of the whole run are in
            its ``error``.

        Raises:
            InvalidInputError: An option is invalid. Invalid users are in the result instead.

        API: ``POST /api/v2/users/create/batch`` and mutation ``createUser``. Users who exist,
        groups, roles and the like need the operations of ``upsert_many`` too.
        """
        from .bulk_runs import creation_run

        run = creation_run(self._transport, users, key, on_conflict, keep_password, options)
        del users  # tracebacks with locals would show passwords
        return await run.run()

    @overload
    async def upsert_many(
        self,
        users: AnyIterable[UserRecord],
        *,
        key: BulkKey,
        keep_password: bool = False,
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult: ...
    @overload
    async def upsert_many(
        self,
        users: AnyIterable[UserRecord | UserInfoDict | CreateUserInput],
        *,
        key: BulkKey,
        keep_password: bool = False,
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult: ...
    @overload
    async def upsert_many(  # type: ignore[overload-cannot-match]
        self,
        users: AnyIterable[UserRecord],
        *,
        key: BulkKey,
        keep_password: bool = False,
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult: ...
    @show_keywords
    @show_last_overload
    async def upsert_many(
        self,
        users: AnyIterable[UserRecord | UserInfoDict | CreateUserInput],
        *,
        key: BulkKey,
        keep_password: bool = False,
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult:
        """Create users who do not exist, and update users who differ from the input.

        Up to 50 users are looked up with one request. Nothing is sent for users who are as the
        input says; they are reported as ``unchanged``. The fields, custom fields, groups and roles
        that the input does not have stay as they are; ``groups`` and ``roles`` are complete lists.
        The password of an existing user is never changed, because it cannot be compared.

        Args:
            users: The users, as for ``create_many``.
            key: The field by which users are recognized: ``externalId``, ``username``, ``email``
                or ``phone``. All users must have it.
            keep_password: Whether the passwords of new users are hashes migrated from another
                system, to be stored unchanged.
            concurrency: Maximum number of requests in flight, from 1 to 256. Default: 8.
            on_progress: Called with a ``BulkProgress`` whenever users were reported.
            on_item: Called with the ``BulkItem`` of each user, in the order of the input.
            max_failures: Number of failures after which no further user is sent, or a percentage
                such as ``"5%"``; see ``create_many``. Default: no limit.
            total: Number of users, for the progress, if ``users`` has no length.
            checkpoint: A ``Checkpoint`` that remembers the outcomes; see ``create_many``.
            stop: An object with ``is_set()``. Once it is set, no further user is sent.

        Returns:
            The outcome of each user. An invalid secret and similar problems of the whole run are in
            its ``error``.

        Raises:
            InvalidInputError: An option is invalid. Invalid users are in the result instead.

        API: queries ``userBatch``, ``findUser`` and ``user``, mutations ``createUser`` and
        ``updateUser``, and ``POST /api/v2/users/create/batch``. Custom fields need ``setUdvBatch``
        and ``removeUdv``, groups ``addUserToGroup`` and ``removeUserFromGroup``, roles
        ``assignRole`` and ``revokeRole``. Statuses and identities have REST endpoints.
        """
        from .bulk_runs import upsert_run

        run = upsert_run(self._transport, users, key, keep_password, options)
        del users  # tracebacks with locals would show passwords
        return await run.run()

    @overload
    async def update_many(
        self,
        updates: AnyIterable[tuple[str, UserUpdatesDict]],
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult: ...
    @overload
    async def update_many(
        self,
        updates: AnyIterable[tuple[str, UserUpdatesDict | UpdateUserInput]],
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult: ...
    @overload
    async def update_many(  # type: ignore[overload-cannot-match]
        self,
        updates: AnyIterable[tuple[str, UserUpdatesDict]],
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult: ...
    @show_keywords
    @show_last_overload
    async def update_many(
        self,
        updates: AnyIterable[tuple[str, UserUpdatesDict | UpdateUserInput]],
        **options: Unpack[BulkOptionsDict],
    ) -> BulkResult:
        """Update any number of users, several at a time. Users that fail do not affect the others.

        The fields are sent without reading the user first. A failed update is sent again, as often
        as the option ``retries`` allows, since setting the same values twice does no harm.

        Args:
            updates: Pairs of the ID of a user and the fields to update, as for ``update``. The
                dict can also have ``customData``, ``groups``, ``roles``, ``identities`` and
                ``status``, which are compared with the user first.
            concurrency: Maximum number of requests in flight, from 1 to 256. Default: 8.
            on_progress: Called with a ``BulkProgress`` whenever users were reported.
            on_item: Called with the ``BulkItem`` of each user, in the order of the input.
            max_failures: Number of failures after which no further user is sent, or a percentage
                such as ``"5%"``; see ``create_many``. Default: no limit.
            total: Number of users, for the progress, if ``updates`` has no length.
            checkpoint: A ``Checkpoint`` that remembers the outcomes; see ``create_many``.
            stop: An object with ``is_set()``. Once it is set, no further user is sent.

        Returns:
            The outcome of each user. An invalid secret and similar problems of the whole run are in
            its ``error``.

        Raises:
            InvalidInputError: An option is invalid. Invalid updates are in the result instead.

        API: mutation ``updateUser`` and query ``user``. Custom fields need ``setUdvBatch`` and
        ``removeUdv``, groups ``addUserToGroup`` and ``removeUserFromGroup``, roles ``assignRole``
        and ``revokeRole``. Statuses and identities have REST endpoints.
        """
        from .bulk_runs import update_run

        run = update_run(self._transport, updates, options)
        del updates  # tracebacks with locals would show passwords
        return await run.run()

    @overload
    async def delete_many(  # type: ignore[overload-overlap, unused-ignore]
        self, userIds: Iterable[str]
    ) -> CommonMessage: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    async def delete_many(
        self, userIds: AnyIterable[str], **options: Unpack[BulkOptionsDict]
    ) -> BulkResult: ...
    @show_keywords
    @show_last_overload
    async def delete_many(
        self, userIds: AnyIterable[str], **options: Unpack[BulkOptionsDict]
    ) -> BulkResult | CommonMessage:
        """Delete several users atomically, or any number of users with options.

        Without options, all users are deleted with one request: if any ID is unknown, no user is
        deleted. With at least one option, such as ``concurrency=8``, up to 80 users are deleted
        with one request, and unknown IDs fail alone.

        Args:
            userIds: IDs of the users.
            concurrency: Maximum number of requests in flight, from 1 to 256. Default: 8.
            on_progress: Called with a ``BulkProgress`` whenever users were reported.
            on_item: Called with the ``BulkItem`` of each user, in the order of the input.
            max_failures: Number of failures after which no further user is deleted, or a
                percentage such as ``"5%"``; see ``create_many``. Default: no limit.
            total: Number of users, for the progress, if ``userIds`` has no length.
            checkpoint: A ``Checkpoint`` that remembers the outcomes; see ``create_many``.
            stop: An object with ``is_set()``. Once it is set, no further user is deleted.

        Returns:
            Without options, the outcome with ``code`` 200. Otherwise, the outcome of each user.

        Raises:
            InvalidInputError: ``userIds`` is empty or not a list of strings, or an option is
                invalid. With options, invalid IDs are in the result instead.
            NotFoundError: One of the users does not exist. Not with options.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``deleteUsers``. With options, query ``userBatch`` after a failed request.
        """
        if not options and isinstance(userIds, Iterable | str | bytes):
            ids = non_empty_string_list(userIds, "userIds", "delete_many(['USER_ID'])")
            return require_outcome(await self._api.delete_users(ids), "DeleteUsers")
        from .bulk_runs import deletion_run

        return await deletion_run(self._transport, userIds, options).run()
