"""The REST endpoints that clients use beside GraphQL."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..core import Emulator
from ..operation import Operation
from ..store import identities, users
from .envelope import answer, json_response, result

_TRUE = frozenset({"1", "true"})


class RestService:
    """Answers REST requests to one emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def routes(self) -> list[Route]:
        """The routes of all endpoints."""
        return [
            Route("/api/v2/users/{id}", self._user),
            Route("/api/v2/.well-known", self._well_known),
            Route("/api/v2/userpools/accessToken", self._access_token),
        ]

    async def _user(self, request: Request) -> Response:
        with_custom_data = request.query_params.get("with_custom_data", "").lower() in _TRUE

        def work(operation: Operation) -> Response:
            operation.check_pool()
            operation.check_token()
            user = users.get(operation.store, request.path_params["id"])
            if user is not None:
                user["identities"] = identities.of(operation.store, user)
                if with_custom_data:
                    user["customData"] = []
            return result(user, operation.caller.language)

        return await run_in_threadpool(answer, self._emulator, request, work)

    async def _well_known(self, request: Request) -> Response:
        def work(operation: Operation) -> Response:
            operation.check_pool()
            public_key = operation.emulator.pool.private_key.public_pem
            return result({"publicKey": public_key}, operation.caller.language)

        return await run_in_threadpool(answer, self._emulator, request, work)

    async def _access_token(self, request: Request) -> Response:
        def work(operation: Operation) -> Response:
            operation.check_pool()
            operation.emulator.pool.check_id(request.query_params.get("userPoolId", ""))
            operation.emulator.pool.check_secret(request.query_params.get("secret", ""))
            issued = operation.emulator.issue_token()
            # The one endpoint that answers without the envelope.
            return json_response(
                {"accessToken": issued.token, "iat": issued.issued_at, "exp": issued.expires_at}
            )

        return await run_in_threadpool(answer, self._emulator, request, work)
