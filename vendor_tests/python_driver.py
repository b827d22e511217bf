"""Runs in ``.venv-vendor``: makes the calls of the vendor's Python SDK that it is told to make.

It reads JSON lines and answers each with one. The first holds the settings, and is answered with
the public methods of all clients; each other is a call, answered with its result or its error.
"""

import inspect
import json
import os
import sys
from datetime import datetime
from importlib import import_module
from typing import Any

CLIENTS = ("users", "roles", "groups", "policies", "udf")


def encode(value: object) -> object:
    """Write what JSON has no form for."""
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    raise TypeError(type(value).__name__)


def decode(value: dict[str, Any]) -> Any:
    """Read what `encode` wrote."""
    return datetime.fromisoformat(value["$datetime"]) if "$datetime" in value else value


def build(settings: dict[str, str]) -> Any:
    """Build the SDK's client."""
    options = import_module("authing.v2.management.types").ManagementClientOptions(
        user_pool_id=settings["userPoolId"],
        secret=settings["secret"],
        host=settings["host"],
        enc_public_key=settings["publicKey"],
        lang="en-US",
    )
    return import_module("authing.v2.management.authing").ManagementClient(options)


def methods(management: Any) -> dict[str, list[str]]:
    """Name the methods that the SDK's authors wrote for each client."""
    kinds: dict[str, type[object]] = {name: type(getattr(management, name)) for name in CLIENTS}
    return {
        name: sorted(
            method
            for method, member in vars(kind).items()
            if inspect.isfunction(member) and not method.startswith("_")
        )
        for name, kind in kinds.items()
    }


def answer(management: Any, call: dict[str, Any]) -> dict[str, object]:
    """Make one call."""
    client = management
    for name in call["client"].split(".") if call["client"] else ():
        client = getattr(client, name)
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
    """Answer until stdin ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # list_udv prints what it reads
    management: Any = None
    for line in sys.stdin:
        request = json.loads(line, object_hook=decode)
        if management is None:
            management = build(request)
            outcome: dict[str, object] = {"result": methods(management)}
        else:
            outcome = answer(management, request)
        print(json.dumps(outcome, default=encode), file=answers, flush=True)


if __name__ == "__main__":
    main()
