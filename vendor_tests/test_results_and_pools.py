"""Equivalent calls return equivalent results and leave equal pools behind."""

import pytest

from .call_pairs import CALL_PAIRS
from .call_pairs.model import CallPair
from .comparison import diff_pools, diff_results, stale_result_differences
from .pair_runner import PairRunner

each_pair = pytest.mark.parametrize("pair", CALL_PAIRS, ids=lambda pair: pair.id)


@each_pair
def test_the_results_have_no_unexpected_differences(runner: PairRunner, pair: CallPair) -> None:
    assert [str(difference) for difference in diff_results(runner.run(pair))] == []


@each_pair
def test_the_pools_are_equal_after_the_calls(runner: PairRunner, pair: CallPair) -> None:
    assert [str(difference) for difference in diff_pools(runner.run(pair))] == []


@each_pair
def test_the_known_result_differences_occur(runner: PairRunner, pair: CallPair) -> None:
    assert stale_result_differences(runner.run(pair)) == []
