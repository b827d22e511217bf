"""Measure how long a replayed call takes, beside one through vcrpy's own cheapest matcher.

Run from the repository root: ``python -m benchmarks.cassettes [--calls 2000]``.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from authing_users import ManagementClient
from authing_users.testing import cassette_settings
from authing_users.testing.cassettes.vcrpy import VCR

HOST = "https://authing.example"
POOL = "5f0e3a7c9b1d2e4f6a8c0b5d"
# The cheapest matcher of vcrpy looks at the URL only. It needs cassettes with few calls.
PLAIN_CALLS = 50
ROUNDS = 3


def respond(request: httpx.Request) -> httpx.Response:
    """Respond as the service does."""
    content = json.loads(request.content)
    if content["operationName"] == "GetAccessToken":
        token = {"accessToken": "a-token-of-the-pool", "iat": 1_700_000_000, "exp": 1_701_296_000}
        return httpx.Response(200, json={"data": {"accessToken": token}})
    user = {
        "id": content["variables"]["id"],
        "username": "ada",
        "nickname": "Ada",
        "blocked": False,
    }
    return httpx.Response(200, json={"data": {"user": user}})


def make_calls(number: int, http: httpx.Client | None = None) -> None:
    """Make calls that all differ."""
    with ManagementClient(
        user_pool_id=POOL, secret="a-secret", host=HOST, http_client=http, retries=0
    ) as client:
        for place in range(number):
            assert client.users.detail(f"user-{place}") is not None


def record(path: Path, number: int, **settings: Any) -> None:
    """Record a cassette."""
    with (
        httpx.Client(transport=httpx.MockTransport(respond)) as http,
        VCR(**settings).use_cassette(str(path)),
    ):
        make_calls(number, http)


def replay(path: Path, number: int, **settings: Any) -> float:
    """Replay a cassette, and return the CPU seconds of a call."""
    start = time.process_time()
    with VCR(record_mode="none", **settings).use_cassette(str(path)):
        make_calls(number)
    return (time.process_time() - start) / number


def least(measure: Callable[[], float]) -> float:
    """Return the least of several measurements, after one that warms up."""
    measure()
    return min(measure() for _ in range(ROUNDS))


def ratio(calls: int, folder: Path) -> tuple[float, float]:
    """Return the CPU seconds of a call of ours, and of one through plain vcrpy."""
    ours, plain = folder / "ours.yaml", folder / "plain.yaml"
    record(ours, calls, **cassette_settings())
    record(plain, PLAIN_CALLS, match_on=["uri"])
    return (
        least(lambda: replay(ours, calls, **cassette_settings())),
        least(lambda: replay(plain, PLAIN_CALLS, match_on=["uri"])),
    )


def main() -> None:
    """Print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=2000, help="calls in our cassette")
    calls = parser.parse_args().calls
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = ratio(calls, Path(folder))
    print(f"{calls} calls of a cassette of ours: {ours * 1000:.2f} ms of CPU each")
    print(f"{PLAIN_CALLS} calls matched by URL only: {plain * 1000:.2f} ms of CPU each")
    print(f"ratio: {ours / plain:.2f} (at most 3)")


if __name__ == "__main__":
    main()
