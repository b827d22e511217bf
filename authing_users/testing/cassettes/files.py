"""Read cassette files of any origin, with the line of each value, and write them with changes."""

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from .json_leaves import leaves, with_changes
from .places import Place, UnreadableCassetteError
from .yaml_text import YAMLText

SUFFIXES = (".yaml", ".yml", ".json")


def cassette_paths(path: Path) -> Iterator[Path]:
    """Yield a file, or the files below a folder whose names end like those of cassettes.

    Raises:
        UnreadableCassetteError: The path does not exist.
    """
    if path.is_dir():
        yield from sorted(
            file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file()
        )
    elif path.exists():
        yield path
    else:
        raise UnreadableCassetteError(f"{path}: the file does not exist")


def fields(value: object) -> dict[str, Any]:
    """Return a mapping, or an empty one in place of anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


class CassetteFile:
    """A cassette in YAML or JSON.

    Attributes:
        path: The file.
        text: Its content.
        data: The decoded content.
        places: The values and the names of fields, in the order of the text.
    """

    def __init__(self, path: Path) -> None:
        self.path: Path = path
        self.text: str = _read(path)
        self._lines = self.text.split("\n")
        self.data: Any
        self.places: Sequence[Place]
        if path.suffix == ".json":
            self.data = _json_data(path, self.text)
            self.places = [
                Place(leaf, self.text.count("\n", 0, leaf.start) + 1, number)
                for number, leaf in enumerate(leaves(self.text))
            ]
        else:
            self._yaml = YAMLText(path, self.text)
            self.data = self._yaml.data
            self.places = self._yaml.places

    @property
    def is_cassette(self) -> bool:
        """Return whether the content is that of a cassette, not of another kind of file."""
        return "interactions" in fields(self.data) and isinstance(self.data["interactions"], list)

    @property
    def interactions(self) -> list[dict[str, Any]]:
        """Return the requests with their responses."""
        return [one for one in self.data["interactions"] if isinstance(one, dict)]

    def line_of(self, place: Place, part: str) -> int:
        """Return the line of a part of a value, or the first line of the value."""
        is_last = place.number + 1 == len(self.places)
        last = len(self._lines) if is_last else self.places[place.number + 1].line
        for line in range(place.line, last + 1):
            if part and part[:8] in self._lines[line - 1]:
                return line
        return place.line

    def with_changes(self, changes: Sequence[tuple[Place, str | bytes]]) -> str:
        """Return the text with new values. Everything else stays as it is."""
        if self.path.suffix == ".json":
            return with_changes(self.text, [(place.leaf, new) for place, new in changes])
        return self._yaml.with_changes(changes)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableCassetteError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UnreadableCassetteError(f"{path}: the file is not text in UTF-8") from None


def replace_file(path: Path, text: str) -> None:
    """Write a file in one step: an interruption leaves the old content."""
    target = Path(os.path.realpath(path))
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=target.parent, prefix=".cassette-", delete=False
    ) as file:
        try:
            file.write(text)
            file.flush()
            os.chmod(file.name, target.stat().st_mode)
            os.replace(file.name, target)
        except BaseException:
            os.unlink(file.name)
            raise


def _json_data(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableCassetteError(f"{path}:{error.lineno}: invalid JSON: {error.msg}") from None
    except RecursionError:
        raise UnreadableCassetteError(f"{path}: the content is nested too deeply") from None
