"""Errors that make a test fail, whatever the code under test catches."""

from _pytest.outcomes import Failed  # what `pytest.fail` raises; its public name is not a type


class TestFailure(Failed):
    """A test did what it must not do.

    Not an ``Exception``: code under test must not handle it as a failed request. Clients do not
    retry it.
    """

    __test__ = False  # pytest collects classes whose names begin with Test

    def __init__(self, message: str) -> None:
        super().__init__(message, pytrace=False)
