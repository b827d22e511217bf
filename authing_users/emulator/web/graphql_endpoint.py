"""The GraphQL endpoint."""

from graphql import GraphQLSchema
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..core import Emulator
from ..gql.execution import GraphQLResponse, GraphQLService
from ..json_body import BodyError, encode_json, read_body
from .disruptions import disrupt
from .responses import client_info


def graphql_route(emulator: Emulator, schema: GraphQLSchema, *, is_own_schema: bool) -> Route:
    """Return the route that serves an executable schema over HTTP.

    Args:
        emulator: The emulator.
        schema: The executable schema.
        is_own_schema: Whether it is the API's own.
    """
    service = GraphQLService(emulator, schema, is_own_schema=is_own_schema)

    async def graphql(request: Request) -> Response:
        """Execute a GraphQL document. Introspection needs no token."""
        try:
            body = await read_body(request)
        except BodyError as error:
            content = {"errors": [{"message": str(error)}]}
            response = GraphQLResponse(error.status, encode_json(content))
        else:
            # Hashing a password blocks for a while. The thread commits before it returns.
            response = await run_in_threadpool(service.execute, body, client_info(request))
        sent = Response(response.body, response.status, media_type="application/json")
        if response.disruption is not None:
            sent = await disrupt(request, sent, response.disruption)
        return sent

    return Route("/graphql/v2", graphql, methods=["POST"])
