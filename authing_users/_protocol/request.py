"""Requests of the API, as they are sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic_core import to_json

from .._runtime.secret import Secret, SecretBytes, secrets_in

if TYPE_CHECKING:  # imported if a document has to be changed
    from .trees import Trees


@dataclass(slots=True, eq=False)
class Request:
    """One request of the API. It can be sent several times.

    Attributes:
        operation: Name of the operation, for errors and logs.
        method: HTTP method.
        path: Path and query below the host.
        body: Body, or ``None``.
        authorized: Whether it is sent with the management token.
        bearer: Another token to send it with, or ``None``.
        is_mutation: Whether it changes something, so that sending it twice could do harm.
        kind: ``query`` or ``mutation`` for GraphQL, the HTTP method for REST.
        document: GraphQL document, empty for REST.
        content: GraphQL variables, or the content of a REST body. If the request fails, its secrets
            are found there.
        trees: The trees that the document was printed from, if they are not those of this library.
    """

    operation: str
    method: str
    path: str
    body: SecretBytes | None = None
    authorized: bool = True
    bearer: Secret | None = None
    is_mutation: bool = False
    kind: str = "query"
    document: str = field(default="", repr=False)
    content: object = field(default=None, repr=False)
    trees: "Trees | None" = field(default=None, repr=False)

    def secrets(self) -> list[Secret]:
        """Return the secrets that the request is sent with, except for the management token."""
        return [*secrets_in(self.content), *secrets_in(self.bearer)]


def graphql_request(
    document: str,
    operation_name: str,
    variables: Mapping[str, object],
    *,
    authorized: bool = True,
    kind: str | None = None,
    trees: "Trees | None" = None,
) -> Request:
    """Build the request for a GraphQL operation.

    Args:
        document: The document.
        operation_name: Name of the operation.
        variables: The variables that are set.
        authorized: Whether it is sent with the management token.
        kind: ``query`` or ``mutation``. Default: found in the document, which has no comments.
        trees: The trees that the document was printed from. Default: those of this library.
    """
    found, prefix = _fixed_part(document, operation_name)
    kind = kind or found
    return Request(
        operation=operation_name,
        method="POST",
        path="/graphql/v2",
        body=SecretBytes(b"%b%b}" % (prefix, to_json(variables))),
        authorized=authorized,
        is_mutation=kind != "query",
        kind=kind,
        content=variables,
        document=document,
        trees=trees,
    )


def with_document(request: Request, document: str) -> Request:
    """Return a GraphQL request with the same variables and another document."""
    _, old = _fixed_part(request.document, request.operation)
    _, new = _fixed_part(document, request.operation)
    body = SecretBytes(new + (request.body or b"")[len(old) :])
    return replace(request, document=document, body=body)


@lru_cache(maxsize=512)
def _fixed_part(document: str, operation_name: str) -> tuple[str, bytes]:
    # The kind of an operation, and its body except for the variables, never change.
    match = re.search(rf"\b(query|mutation)\s+{re.escape(operation_name)}\b", document)
    kind = "mutation" if match is None else match[1]
    fixed = to_json({"query": document, "operationName": operation_name})
    return kind, fixed[:-1] + b',"variables":'
