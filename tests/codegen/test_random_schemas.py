"""Random schemas with random operations: their packages are typed, and lose nothing.

The schemas are the same in each run. ``RANDOM_SCHEMAS_SEED=7 RANDOM_SCHEMAS=5000 pytest …`` checks
others, and more.
"""

import os
from pathlib import Path

import pytest

from .random_schemas.batch import Failure, PackageGenerator, failures
from .random_schemas.case import Case, random_case
from .random_schemas.reducer import reduced

pytestmark = pytest.mark.slow

SHARDS = 2
COUNT = int(os.environ.get("RANDOM_SCHEMAS", "200"))
SEED = os.environ.get("RANDOM_SCHEMAS_SEED", "0")
PYRIGHT_SAMPLE = 10  # packages that pyright checks, which takes much longer than mypy
REPORTED = 3


def report(case: Case, failure: Failure, generator: PackageGenerator) -> str:
    """Return the smallest case that fails in the same way, and how it fails."""
    last = failure

    def fails(smaller: Case) -> bool:
        nonlocal last
        tool = failure.kind.split(":")[0]
        found = failures(
            {"": smaller},
            generator,
            types=tool in ("mypy", "pyright"),
            sample=int(tool == "pyright"),
        ).get("")
        if found is None or found.kind != failure.kind:
            return False
        last = found
        return True

    smallest = reduced(case, fails, seconds=60)
    return f"{smallest}\n{last.details}"


@pytest.mark.parametrize("shard", range(SHARDS))
def test_packages_of_random_schemas_are_typed_and_lose_nothing(shard: int, tmp_path: Path) -> None:
    seeds = [f"{SEED}-{number}" for number in range(shard, COUNT, SHARDS)]
    cases = {seed: random_case(seed) for seed in seeds}
    with PackageGenerator(tmp_path) as generator:
        found = failures(cases, generator, sample=0 if shard else PYRIGHT_SAMPLE)
        lines = [f"{seed}: {failure.kind}" for seed, failure in found.items()]
        lines += [
            report(cases[seed], failure, generator) for seed, failure in [*found.items()][:REPORTED]
        ]
    assert not found, "\n\n".join(lines)
