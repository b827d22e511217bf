"""Each call of the vendor's SDKs and the equal call of ours, on two equal pools."""

import pytest

from .pairs import Pair
from .pairs_all import PAIRS
from .sides import Sides
from .verdicts import pool_gaps, result_gaps, stale_results

each_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)


@each_pair
def test_both_results_agree_field_by_field(sides: Sides, pair: Pair) -> None:
    assert [str(gap) for gap in result_gaps(sides.outcome(pair))] == []


@each_pair
def test_both_pools_are_alike_afterwards(sides: Sides, pair: Pair) -> None:
    assert [str(gap) for gap in pool_gaps(sides.outcome(pair))] == []


@each_pair
def test_its_known_differences_are_still_there(sides: Sides, pair: Pair) -> None:
    assert stale_results(sides.outcome(pair)) == []
