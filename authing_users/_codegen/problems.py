"""Problems of a schema and of operations, with their places."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphql import Node, get_location


@dataclass(frozen=True, order=True)
class Problem:
    """One reason why no package can be generated.

    Attributes:
        file: Path of the file, as it was given.
        line: Line in the file, starting at 1.
        column: Column in the line, starting at 1.
        message: The problem, and how to solve it.
    """

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class GenerationError(Exception):
    """No package was generated.

    Attributes:
        problems: All problems, sorted by place.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def problem_at(node: Node, message: str) -> Problem:
    """Return a problem at the place of a node that was parsed from a file."""
    assert node.loc is not None
    place = get_location(node.loc.source, node.loc.start)
    return Problem(node.loc.source.name, place.line, place.column, message)
