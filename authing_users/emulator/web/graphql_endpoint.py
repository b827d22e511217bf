"""The GraphQL endpoint."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..bodies import TooLargeBodyError, encode, read_body
from ..core import Emulator
from ..gql.execution import Answer, GraphQLService
from .envelope import caller_of


class GraphQLEndpoint:
    """Serves GraphQL over HTTP."""

    def __init__(self, emulator: Emulator) -> None:
        self._service = GraphQLService(emulator)

    def routes(self) -> list[Route]:
        """The route of the endpoint."""
        return [Route("/graphql/v2", self._post, methods=["POST"])]

    async def _post(self, request: Request) -> Response:
        try:
            body = await read_body(request)
        except TooLargeBodyError:
            message = {"message": "The body of the request is too large."}
            answer = Answer(413, encode({"errors": [message]}))
        else:
            # In a worker thread, for a password may take long to hash; the client gets the
            # answer when the thread has committed.
            answer = await run_in_threadpool(self._service.answer, body, caller_of(request))
        return Response(answer.body, answer.status, media_type="application/json")
