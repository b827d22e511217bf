"""Cases of the application itself."""

from ..support.cases import Case

CASES = [
    Case("", "--help"),
    Case("", "--version", title="version"),
    Case("", "--nonsense", title="unknown option"),
]
