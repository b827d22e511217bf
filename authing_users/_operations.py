"""What goes over the wire for one call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic_core import to_json

from ._secret import Secret


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API, ready to be sent as often as it takes.

    Attributes:
        operation: Name of the operation, for errors and logs.
        method: HTTP method.
        path: Path below the host.
        body: Body of the request; not shown, since it may hold secrets.
        authorized: Whether the call carries a management token.
        bearer: The token that it carries when that is another one.
    """

    operation: str
    method: str
    path: str
    body: bytes | None = field(default=None, repr=False)
    authorized: bool = True
    bearer: Secret | None = None


def graphql_call(
    document: str,
    operation_name: str,
    variables: Mapping[str, object],
    *,
    authorized: bool = True,
) -> Call:
    """Build the call for a GraphQL operation."""
    body = _body_before_variables(document, operation_name) + to_json(variables) + b"}"
    return Call(operation_name, "POST", "/graphql/v2", body, authorized)


@lru_cache(maxsize=512)
def _body_before_variables(document: str, operation_name: str) -> bytes:
    # All of the body but its variables is the same at every call of an operation.
    fixed = to_json({"query": document, "operationName": operation_name})
    return fixed[:-1] + b',"variables":'
