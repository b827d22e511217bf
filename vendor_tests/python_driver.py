"""Execute calls of the vendor's Python SDK. Runs in ``.venv-vendor``, without our packages.

Reads JSON lines from stdin. The first line contains the settings, and the response lists the
public methods of all clients. Each further line is a call, and the response contains its result or
its error.
"""

import inspect
import json
import os
import sys
from datetime import datetime
from importlib import import_module
from typing import Any

CLIENTS = ("users", "roles", "groups", "policies", "udf", "org", "acl")


def encode(value: object) -> object:
    """Encode a value that JSON has no type for."""
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    raise TypeError(type(value).__name__)


def decode(value: dict[str, Any]) -> Any:
    """Decode the output of `encode`."""
    return datetime.fromisoformat(value["$datetime"]) if "$datetime" in value else value


def create_client(settings: dict[str, str]) -> Any:
    """Create the SDK's management client. Its attribute ``authentication`` is a client of users."""
    options = import_module("authing.v2.management.types").ManagementClientOptions(
        user_pool_id=settings["userPoolId"],
        secret=settings["secret"],
        host=settings["host"],
        enc_public_key=settings["publicKey"],
        lang="en-US",
    )
    management = import_module("authing.v2.management.authing").ManagementClient(options)
    management.authentication = create_authentication_client(settings)
    return management


def create_authentication_client(settings: dict[str, str]) -> Any:
    """Create the SDK's client for the requests of users, which knows no secret."""
    options = import_module("authing.v2.authentication.types").AuthenticationClientOptions(
        user_pool_id=settings["userPoolId"],
        host=settings["host"],
        enc_public_key=settings["publicKey"],
        lang="en-US",
    )
    return import_module("authing.v2.authentication.authing").AuthenticationClient(options)


def list_methods(management: Any) -> dict[str, list[str]]:
    """List the public methods that each client defines, without inherited ones."""
    types: dict[str, type[object]] = {name: type(getattr(management, name)) for name in CLIENTS}
    return {
        name: sorted(
            method
            for method, member in vars(client_type).items()
            if inspect.isfunction(member) and not method.startswith("_")
        )
        for name, client_type in types.items()
    }


def execute(management: Any, call: dict[str, Any]) -> dict[str, object]:
    """Execute a call and return its result or its error."""
    client = getattr(management, call["client"]) if call["client"] else management
    try:
        return {"result": getattr(client, call["method"])(*call["args"], **call["kwargs"])}
    except Exception as error:
        return {
            "error": {
                "type": type(error).__name__,
                "code": getattr(error, "code", None),
                "message": str(getattr(error, "message", error)),
            }
        }


def main() -> None:
    """Process lines until stdin is closed."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # the SDK's list_udv prints to stdout
    management: Any = None
    for line in sys.stdin:
        message = json.loads(line, object_hook=decode)
        if management is None:
            management = create_client(message)
            outcome: dict[str, object] = {"result": list_methods(management)}
        else:
            outcome = execute(management, message)
        print(json.dumps(outcome, default=encode), file=output, flush=True)


if __name__ == "__main__":
    main()
