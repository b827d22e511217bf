"""What goes over the wire for one call."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pydantic_core import to_json

from .._runtime.secret import Secret, SecretBytes


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the API, ready to be sent as often as it takes.

    Attributes:
        operation: Name of the operation, for errors and logs.
        method: HTTP method.
        path: Path below the host.
        body: Body of the request.
        authorized: Whether the call carries a management token.
        bearer: The token that it carries when that is another one.
        changes: Whether it changes something at the server, so that twice is not as good as once.
        kind: What tracing calls the kind of the operation: ``query``, ``mutation``, or the HTTP
            method of a REST call.
    """

    operation: str
    method: str
    path: str
    body: SecretBytes | None = None
    authorized: bool = True
    bearer: Secret | None = None
    is_mutation: bool = False
    kind: str = "query"


def graphql_request(
    document: str,
    operation_name: str,
    variables: Mapping[str, object],
    *,
    authorized: bool = True,
) -> Request:
    """Build the call for a GraphQL operation."""
    kind, start = _fixed_part(document, operation_name)
    return Request(
        operation=operation_name,
        method="POST",
        path="/graphql/v2",
        body=SecretBytes(b"%b%b}" % (start, to_json(variables))),
        authorized=authorized,
        is_mutation=kind != "query",
        kind=kind,
    )


@lru_cache(maxsize=512)
def _fixed_part(document: str, operation_name: str) -> tuple[str, bytes]:
    # The kind of an operation, and all of its body but the variables, never change.
    match = re.search(rf"\b(query|mutation)\s+{re.escape(operation_name)}\b", document)
    kind = "mutation" if match is None else match[1]
    fixed = to_json({"query": document, "operationName": operation_name})
    return kind, fixed[:-1] + b',"variables":'
