"""The benchmarks count and compare correctly. No test checks the figures themselves."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from authing_graphql import User
from benchmarks import bulk, contenders, imports, ours, parts, plain, report, rounds, walking
from benchmarks.contenders import DETAIL, LIST_10, OPERATIONS, Contender, Timing
from benchmarks.server import Counts, Server, serving

pytestmark = pytest.mark.slow

MODES = ("sync", "async")
PLAIN, PLAIN_ASYNC = "httpx, sync", "httpx, async"
OURS = [f"{name}, sync" for name in (ours.DEFAULT, ours.FAST, ours.HTTPX2)]
OURS_ASYNC = [f"{name}, async" for name in (ours.DEFAULT, ours.FAST, ours.HTTPX2)]
SYNC = [*OURS, PLAIN, "httpx2, sync"]
ASYNC = [*OURS_ASYNC, PLAIN_ASYNC, "httpx2, async"]
BASELINES = dict.fromkeys(SYNC, PLAIN) | dict.fromkeys(ASYNC, PLAIN_ASYNC)
BUILDERS = (
    ours.default_sync,
    ours.fast_sync,
    ours.httpx2_sync,
    plain.httpx_sync,
    plain.httpx2_sync,
    ours.default_async,
    ours.fast_async,
    ours.httpx2_async,
    plain.httpx_async,
    plain.httpx2_async,
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


def test_every_contender_has_its_turns_at_every_call(results: rounds.Results) -> None:
    assert list(results) == list(OPERATIONS)
    for by_name in results.values():
        assert by_name.keys() == BASELINES.keys()
        for one in by_name.values():
            assert len(one.rounds) == 2
            assert all(timing.cpu > 0 and timing.wall > 0 for timing in one.rounds)


def test_a_call_is_one_request_over_a_connection_that_stays(results: rounds.Results) -> None:
    for by_name in results.values():
        for one in by_name.values():
            assert (one.requests(), one.connections()) == (1, 0)


def test_all_send_bodies_of_the_same_length(results: rounds.Results) -> None:
    for by_name in results.values():
        (length,) = {one.sent() for one in by_name.values()}
        assert length > 1_000


def test_the_users_have_the_fields_of_the_generated_model(server: Server) -> None:
    contender = plain.httpx_sync(server)
    user: dict[str, Any] = contender.response(DETAIL)["data"]["user"]
    contender.close()
    fields = {field.serialization_alias or name for name, field in User.model_fields.items()}
    assert user.keys() == fields - {"customData"}


def test_counts_do_not_include_the_request_for_them(
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


def test_an_unknown_operation_is_not_found(server: Server) -> None:
    with httpx.Client(trust_env=False) as client:
        response = client.post(contenders.endpoint(server), json={"query": "query other { a }"})
    assert response.status_code == 404


def test_a_contender_with_too_few_users_in_its_response_raises(server: Server) -> None:
    def nothing() -> dict[str, object]:
        return {"data": {"users": {"totalCount": 1_000, "list": []}}}

    idle: Contender = contenders.SyncContender("idle", {LIST_10: nothing}, lambda: None)
    with pytest.raises(RuntimeError, match="idle returned 0 users"):
        rounds.measure(server, [idle], rounds=2, seconds=0.005, operations=[LIST_10])


def test_a_ratio_is_taken_round_by_round() -> None:
    # The machine was twice as slow in the second round, for both; the third was slow for one.
    ratio = series(10, 1.0, 2.0, 4.0).cpu_ratio(series(20, 1.0, 2.0, 1.0))
    assert (ratio.lower, ratio.median, ratio.upper) == (2.0, 2.0, 5.0)


def test_figures_are_those_of_one_call() -> None:
    one = series(10, 1.0, 3.0, counts=Counts(connections=20, requests=40, received=2_000))
    assert (one.cpu().median, one.wall().median) == (0.2, 0.4)
    assert (one.connections(), one.requests(), one.sent()) == (1, 2, 100)


def test_a_walk_yields_all_users_in_every_mode_and_kind() -> None:
    walks = walking.walks(250, latency=0.001)
    clients = [f"{name}, {mode}" for name in (ours.DEFAULT, ours.FAST) for mode in MODES]
    assert list(walks.seconds) == clients
    assert all(by_kind.keys() == walking.KINDS.keys() for by_kind in walks.seconds.values())


def test_users_are_created_in_every_mode_and_way() -> None:
    creations = bulk.measure(150, latency=0.001)
    clients = [f"{name}, {mode}" for name in (ours.DEFAULT, ours.FAST) for mode in MODES]
    assert sorted(creations.per_second) == sorted(clients)
    assert all(by_kind.keys() == bulk.BASELINES.keys() for by_kind in creations.per_second.values())


def test_the_report_says_how_many_times_as_fast_many_users_are_created() -> None:
    rates = {bulk.ONE_BY_ONE: 40.0, bulk.MANY: 4000.0}
    rates |= {bulk.ONE_BY_ONE_PASSWORDS: 40.0, bulk.MANY_PASSWORDS: 396.0}
    measured = report.Report(date(2026, 1, 31), 2, {})
    measured.creations = bulk.Creations(500, 0.02, {ours.DEFAULT: rates})
    text = report.rendered(measured)
    assert "500 users with `create_many(concurrency=16)`" in text
    table = [line.split("|")[1:-1] for line in text.splitlines() if "|" in line]
    rows = {cells[0].strip(): [cell.strip() for cell in cells[2:]] for cells in table}
    assert rows[f"{ours.DEFAULT}, {bulk.MANY}"] == ["100.0", "≥ 10, met"]
    assert rows[f"{ours.DEFAULT}, {bulk.MANY_PASSWORDS}"] == ["9.9", "≥ 10, missed"]
    assert rows[f"{ours.DEFAULT}, {bulk.ONE_BY_ONE}"] == ["1.0", ""]


def test_memory_is_measured_for_walks_of_every_length() -> None:
    memory = walking.memory([100, 200])
    for peaks in memory.peaks.values():
        assert list(peaks) == [100, 200]
        assert min(peaks.values()) > 0
    assert memory.held > 1_000
    assert memory.held_as_dicts > 1_000


def test_some_fields_cost_less_than_all() -> None:
    measured = parts.measure(2, 0.005)
    assert list(measured.series) == [ours.DEFAULT, ours.FAST]
    for by_call in measured.series.values():
        assert list(by_call) == [parts.ALL, parts.SOME]
        everything, some = by_call.values()
        assert some.sent() < everything.sent() / 2
        assert {everything.requests(), some.requests()} == {1}
    assert measured.received[parts.SOME] < measured.received[parts.ALL] / 5
    shown = report.Report(date(2026, 1, 1), 2, {}, fields=measured)
    rows = [line for line in report.rendered(shown).splitlines() if line.startswith("| authing")]
    assert len(rows) == 4
    assert {row.split("|")[3].strip().partition(" ")[0] for row in rows[::2]} == {"1.00"}


def test_starting_is_measured_in_turns(server: Server) -> None:
    starts = imports.measure(server, rounds=2)
    assert {name: len(timings) for name, timings in starts.items()} == dict.fromkeys(
        imports.BASELINES, 2
    )
    assert imports.wall_ratio(starts, imports.IMPORT_HTTPX).median == 1


def test_the_report_shows_what_was_measured_and_nothing_else(results: rounds.Results) -> None:
    shown = report.Report(date(2026, 1, 1), 2, {"authing-users": "1.2.3"}, calls=results)
    shown.baselines = BASELINES
    text = report.rendered(shown)
    for name in BASELINES:
        assert len(re.findall(rf"^\| {name} +\|", text, re.MULTILINE)) == len(OPERATIONS)
    assert "authing-users 1.2.3" in text
    for target in ("≤ 0.88", "≤ 0.98", "≤ 0.95", "≤ 0.40", "≤ 0.22"):
        assert re.search(rf"\| +{target}, (met|missed) \|", text)
    assert "## Memory" not in text


def test_the_report_says_whether_a_target_is_met() -> None:
    counts = Counts(0, 20, 2_000)
    by_name = {
        PLAIN: series(10, 1.0, 1.0, counts=counts),
        f"{ours.DEFAULT}, sync": series(10, 0.884, 0.884, counts=counts),
        f"{ours.FAST}, sync": series(10, 0.5, 0.5, counts=counts),
    }
    shown = report.Report(date(2026, 1, 1), 2, {}, calls={LIST_10: by_name}, baselines=BASELINES)
    rows = [line for line in report.rendered(shown).splitlines() if line.startswith("| ")][-3:]
    assert [row.split("|")[5].strip() for row in rows] == ["", "≤ 0.88, met", "≤ 0.40, missed"]


@pytest.mark.parametrize("build", [ours.default_sync, ours.fast_async], ids=["threads", "tasks"])
def test_calls_in_flight_have_a_connection_each(
    server: Server, build: Callable[[Server, int], Contender]
) -> None:
    contender = build(server, 4)
    before = server.counts()
    contender.response(LIST_10)
    contender.time(LIST_10, 400)
    seen = server.counts() - before
    contender.close()
    assert seen.requests == 402  # the token, too
    assert 2 <= seen.connections <= 4
