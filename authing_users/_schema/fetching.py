"""Fetch the schema of a server by introspection."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, cast

from .._config import Config, config_or_error
from .._protocol.request import graphql_request
from .._protocol.response import Response, _content, graphql_error
from .._sync.transport import Transport
from ..errors import APIError, AuthingError, RateLimitError, ServerError
from ..options import DEFAULT_TIMEOUT
from .errors import SchemaToolError
from .introspection import OPERATION, Features, introspection_query, reduced
from .sdl import sdl_of_introspection

_POOL_ID = "AUTHING_USERPOOL_ID"
_SECRETS = ("AUTHING_USERPOOL_SECRET", "AUTHING_ACCESS_TOKEN")
_CREDENTIALS = f"{_POOL_ID} and {' or '.join(_SECRETS)}"
# Stands for the ID and the secret where they are not needed. It is not sent.
_NOT_SENT = "unused"


@dataclass(frozen=True)
class Connection:
    """How to reach a server. The ID and the secret of the user pool, or a management token, come
    from the environment.

    Attributes:
        host: URL of the service. ``None`` for that of the environment variables.
        token: Whether to send a management token. ``None`` to send one only if the server does not
            respond to introspection without it, and the environment has the ID and the secret, or a
            token.
        timeout: Seconds that a request may take.
        ca_file: CA certificates to verify the server with. ``None`` for those of the environment.
    """

    host: str | None = None
    token: bool | None = None
    timeout: float = DEFAULT_TIMEOUT
    ca_file: Path | None = None


class _Rejection(NamedTuple):
    """A response without a schema, and all of its messages."""

    error: AuthingError
    messages: list[str]


class FetchedSchema(NamedTuple):
    """The schema of a server.

    Attributes:
        host: URL of the server.
        text: The schema, sorted, in the schema definition language.
    """

    host: str
    text: str


def fetch_schema(connection: Connection) -> FetchedSchema:
    """Return the schema of a server.

    Raises:
        SchemaToolError: The server cannot be reached, or does not describe its schema.
    """
    has_secret = any(os.environ.get(name) for name in _SECRETS)
    has_credentials = has_secret and bool(os.environ.get(_POOL_ID))
    if connection.token and not has_credentials:
        raise SchemaToolError(f"--token needs {_CREDENTIALS} in the environment.")
    config = _config(connection, has_credentials=has_credentials)
    try:
        transport = Transport(config)
        try:
            introspection = introspect(transport, connection.token, has_credentials)
        finally:
            transport.close()
    except AuthingError as error:
        problem = str(error).replace("verify: ", "--ca-file: ")
    else:
        return FetchedSchema(config.host, sdl_of_introspection(introspection, config.host))
    raise SchemaToolError(problem)


def _config(connection: Connection, *, has_credentials: bool) -> Config:
    placeholders: dict[str, Any] = (
        {} if has_credentials else {"user_pool_id": _NOT_SENT, "secret": _NOT_SENT}
    )
    config = config_or_error(
        None,
        {
            **placeholders,
            "host": connection.host,
            "timeout": connection.timeout,
            "verify": True if connection.ca_file is None else connection.ca_file,
            "lang": "en-US",
            "strict_schema": True,  # the client knows how to adapt its own documents only
        },
    )
    if isinstance(config, Exception):
        raise SchemaToolError(str(config))
    if has_credentials:
        return config
    headers = {**config.headers}
    del headers["x-authing-userpool-id"]
    return replace(config, headers=headers)


def introspect(
    transport: Transport, token: bool | None, has_credentials: bool
) -> Mapping[str, Any]:
    """Return the result of an introspection query.

    Args:
        transport: Sends it. Its option ``strict_schema`` is set.
        token: Whether to send a management token; see ``Connection``.
        has_credentials: Whether there is one, or a secret to request one with.

    Raises:
        SchemaToolError: The server does not describe its schema.
        AuthingError: The server cannot be reached.
    """
    features = Features()
    with_token = bool(token)
    while True:
        query = introspection_query(features)
        request = graphql_request(query, OPERATION, {}, authorized=with_token)
        outcome = transport.run(request, _read)
        if not isinstance(outcome, _Rejection):
            return outcome
        if (fewer := reduced(features, outcome.messages)) is not None:
            features = fewer
        elif token is None and has_credentials and not with_token:
            with_token = True
        else:
            raise SchemaToolError(
                _rejected(transport.config.host, outcome, with_token, has_credentials)
            )


def _read(response: Response) -> Mapping[str, Any] | _Rejection:
    """Return the data of a response to an introspection query, or why there is none.

    Raises:
        AuthingError: The failure may be transient, or the response is not one of GraphQL.
    """
    content = _content(response)
    data = content.get("data")
    if isinstance(data, dict) and isinstance(cast("dict[str, Any]", data).get("__schema"), dict):
        return cast("dict[str, Any]", data)
    error = graphql_error(response)
    if not isinstance(error, APIError):
        raise error
    # Messages of the GraphQL layer have no code. Some servers send them with a status of 500.
    messages = [detail.message for detail in error.errors if detail.code is None]
    if isinstance(error, RateLimitError | ServerError) and not messages:
        raise error
    return _Rejection(error, messages or [error.message])


def _rejected(host: str, outcome: _Rejection, with_token: bool, has_credentials: bool) -> str:
    reason = "; ".join(dict.fromkeys(message for message in outcome.messages if message))
    problem = f"{host} does not describe its schema: {reason or outcome.error}"
    if with_token:
        return (
            f"{problem.rstrip('.')}. If introspection is switched off there, ask its operator for "
            "the schema as a file."
        )
    if has_credentials:
        return f"{problem.rstrip('.')}. Retry without --no-token to send a management token."
    return f"{problem.rstrip('.')}. If introspection needs a token there, set {_CREDENTIALS}."
