"""Runs in ``.venv-vendor`` and makes the requested calls of the vendor's SDK.

It reads JSON lines and writes one for each. The first holds the settings and the calls by name;
each other is the name of a call and how often to make it.
"""

import json
import sys
import time
from importlib import import_module
from typing import Any


def build(settings: dict[str, Any]) -> Any:
    """Build the SDK's client of users."""
    options = import_module("authing.v2.management.types").ManagementClientOptions(
        user_pool_id=settings["user_pool_id"],
        secret=settings["secret"],
        host=settings["host"],
        lang="en-US",
    )
    return import_module("authing.v2.management.authing").ManagementClient(options).users


def measured(method: Any, arguments: dict[str, Any], calls: int) -> dict[str, Any]:
    """Make a number of calls; return their times, and the response to the last one."""
    response: Any = None
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(calls):
        response = method(**arguments)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"cpu": cpu, "wall": wall, "response": response}


def main() -> None:
    """Make calls until stdin ends."""
    settings = json.loads(sys.stdin.readline())
    users = build(settings)
    print("{}", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        name, arguments = settings["calls"][request["operation"]]
        outcome = measured(getattr(users, name), arguments, request["calls"])
        print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    main()
