"""Errors and warnings of cassettes. They are errors of a test, not of the API."""


class CassetteError(AssertionError):
    """A cassette cannot be recorded or replayed as the test asks for it."""


class CassetteMismatchError(CassetteError):
    """A call is not in the cassette.

    The message names the operation, the difference from the nearest recorded calls, the cassette,
    and the command that records it again. Clients neither retry nor wrap this error.
    """


class StaleDocumentWarning(UserWarning):
    """A cassette was recorded with another GraphQL document than the client sends now."""
