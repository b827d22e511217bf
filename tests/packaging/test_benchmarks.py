"""The benchmarks count and compare correctly. No test depends on a measured time."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from authing_graphql import User
from benchmarks import contenders, imports, report, rounds, walking
from benchmarks.contenders import DETAIL, LIST_10, OPERATIONS, Contender, Timing
from benchmarks.server import Counts, Server, serving

OURS, PLAIN = "authing-users, sync", "httpx, sync"
OURS_ASYNC, PLAIN_ASYNC = "authing-users, async", "httpx, async"
BUILDERS = (
    contenders.ours_sync,
    contenders.httpx_sync,
    contenders.ours_async,
    contenders.httpx_async,
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def results(server: Server) -> rounds.Results:
    built = [builder(server) for builder in BUILDERS]
    try:
        return rounds.measure(server, built, rounds=2, seconds=0.005)
    finally:
        for contender in built:
            contender.close()


def series(calls: int, *cpu: float, counts: Counts | None = None) -> rounds.Series:
    timings = [Timing(seconds, 2 * seconds) for seconds in cpu]
    return rounds.Series(calls, timings, counts or Counts())


def test_every_contender_is_measured_at_every_call(results: rounds.Results) -> None:
    assert list(results) == list(OPERATIONS)
    for by_name in results.values():
        assert set(by_name) == {OURS, PLAIN, OURS_ASYNC, PLAIN_ASYNC}
        for one in by_name.values():
            assert len(one.rounds) == 2
            assert all(timing.cpu > 0 and timing.wall > 0 for timing in one.rounds)


def test_a_call_is_one_request_over_a_reused_connection(results: rounds.Results) -> None:
    for by_name in results.values():
        for one in by_name.values():
            assert (one.requests(), one.connections()) == (1, 0)


def test_plain_httpx_sends_the_bodies_that_our_client_sends(results: rounds.Results) -> None:
    for by_name in results.values():
        assert by_name[OURS].sent() == by_name[PLAIN].sent() > 1_000
        assert by_name[OURS_ASYNC].sent() == by_name[PLAIN_ASYNC].sent() > 1_000


def test_the_users_have_the_fields_of_the_generated_model(server: Server) -> None:
    contender = contenders.httpx_sync(server)
    user: dict[str, Any] = contender.answer(DETAIL)["data"]["user"]
    contender.close()
    fields = {field.serialization_alias or name for name, field in User.model_fields.items()}
    assert user.keys() == fields - {"customData"}


def test_connections_and_requests_are_counted_without_queries_for_the_counts(
    server: Server,
) -> None:
    before = server.counts()
    for _ in range(2):
        with httpx.Client(trust_env=False) as client:
            for _ in range(3):
                body = contenders.REQUESTS[LIST_10].body
                client.post(contenders.endpoint(server), json=body).raise_for_status()
    seen = server.counts() - before
    assert (seen.connections, seen.requests) == (2, 6)
    assert server.counts() - before == seen


def test_an_unknown_request_is_not_found(server: Server) -> None:
    with httpx.Client(trust_env=False) as client:
        response = client.post(contenders.endpoint(server), json={"query": "query other { a }"})
    assert response.status_code == 404


def test_a_contender_with_wrong_results_is_rejected(server: Server) -> None:
    def no_users() -> dict[str, object]:
        return {"data": {"users": {"totalCount": 1_000, "list": []}}}

    idle: Contender = contenders.SyncContender("idle", {LIST_10: no_users}, lambda: None)
    with pytest.raises(RuntimeError, match="idle made 0 users"):
        rounds.measure(server, [idle], rounds=2, seconds=0.005, operations=[LIST_10])


def test_a_ratio_is_taken_round_by_round() -> None:
    # The machine was twice as slow in the second round, for both; the third was slow for one.
    ratio = series(10, 1.0, 2.0, 4.0).cpu_ratio(series(20, 1.0, 2.0, 1.0))
    assert (ratio.lower, ratio.median, ratio.upper) == (2.0, 2.0, 5.0)


def test_figures_are_per_call() -> None:
    one = series(10, 1.0, 3.0, counts=Counts(connections=20, requests=40, received=2_000))
    assert (one.cpu().median, one.wall().median) == (0.2, 0.4)
    assert (one.connections(), one.requests(), one.sent()) == (1, 2, 100)


def test_every_kind_of_iteration_is_measured() -> None:
    walks = walking.walks(250, latency=0.001)
    assert {mode: set(by_kind) for mode, by_kind in walks.seconds.items()} == {
        "sync": set(walking.kinds()),
        "async": set(walking.kinds()),
    }


def test_memory_is_measured_for_every_length() -> None:
    memory = walking.memory([100, 200])
    for peaks in memory.peaks.values():
        assert list(peaks) == [100, 200]
        assert min(peaks.values()) > 0
    assert memory.held > 1_000
    assert memory.held_as_dicts > 1_000


def test_start_up_is_measured_in_turns(server: Server) -> None:
    starts = imports.measure(server, rounds=2)
    assert {name: len(timings) for name, timings in starts.items()} == dict.fromkeys(
        imports.BASELINES, 2
    )
    assert imports.wall_ratio(starts, imports.IMPORT_HTTPX).median == 1


def test_the_report_shows_what_was_measured_and_nothing_else(results: rounds.Results) -> None:
    measured = report.Report(date(2026, 1, 1), 2, {"authing-users": "1.2.3"}, calls=results)
    measured.baselines = {
        OURS: PLAIN,
        PLAIN: PLAIN,
        OURS_ASYNC: PLAIN_ASYNC,
        PLAIN_ASYNC: PLAIN_ASYNC,
    }
    text = report.rendered(measured)
    for name in measured.baselines:
        assert text.count(f"\n| {name} ") == len(OPERATIONS)
    assert "authing-users 1.2.3" in text
    assert text.count("≤ 0.8") == 2 * 3
    assert "## Memory" not in text
