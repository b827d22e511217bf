"""The decorator of the runs, and the list of all runs."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .known_differences import KnownDifference
from .sdk_under_test import SdkUnderTest


@dataclass(frozen=True, slots=True)
class Run:
    """A test that repeats calls of public tests.

    Attributes:
        tests: The public tests, such as ``users.test_create``.
        methods: The methods that the run checks, such as ``users.create``.
        difference: The only check that fails with `authing_users`.
    """

    tests: tuple[str, ...]
    methods: tuple[str, ...]
    difference: KnownDifference | None


RUNS: list[Run] = []
"""All runs of the imported modules."""


def repeats(
    *tests: str, methods: tuple[str, ...], difference: KnownDifference | None = None
) -> Callable[[Callable[[SdkUnderTest], None]], Callable[[SdkUnderTest], None]]:
    """Turn a function into a run.

    Args:
        tests: The public tests whose calls it repeats.
        methods: The methods that it checks. The run fails if it does not call them.
        difference: The run fails with `authing_users` unless this difference occurs.
    """

    def decorate(function: Callable[[SdkUnderTest], None]) -> Callable[[SdkUnderTest], None]:
        RUNS.append(Run(tests, methods, difference))

        @functools.wraps(function)
        def run(sdk: SdkUnderTest) -> None:
            if difference is not None and sdk.is_ours:
                with pytest.raises(difference.raises, match=difference.match):
                    function(sdk)
            else:
                function(sdk)
            assert set(methods) - sdk.called == set()

        return run

    return decorate
