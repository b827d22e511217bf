"""Reads and writes the files of cassettes."""

import os
import re
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from .session import session
from .yaml_format import ReadableSerializer

# The date of a recording is kept for this long, so that recording again changes nothing.
_KEPT_DATE = timedelta(days=7)
_DATE = re.compile(r'^\s*"?recorded"?: *"?(\d{4}-\d\d-\d\d)', re.MULTILINE)


def recorded_on(path: Path) -> date | None:
    """Return the date on which a cassette was recorded, if it says so."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            found = _DATE.search(file.read(400))
        return None if found is None else date.fromisoformat(found[1])
    except (OSError, ValueError):
        return None


def date_to_record(path: Path, today: date) -> str:
    """Return the date for a cassette that is written today."""
    before = recorded_on(path)
    is_recent = before is not None and timedelta(0) <= today - before <= _KEPT_DATE
    return str(before if is_recent else today)


class Saver:
    """A persister that writes a cassette in our layout, in UTF-8, as a whole or not at all.

    Args:
        persister: The persister of the cassette. One that is not of ``vcrpy`` or
            ``pytest-recording`` writes the cassette in its own way.
    """

    def __init__(self, persister: Any) -> None:
        self._persister = persister

    def save_cassette(self, path: Any, content: dict[str, Any], serializer: Any) -> None:
        """Write a cassette."""
        from .vcrpy import FilesystemPersister, serialize

        file = Path(path)
        today = date.today()  # noqa: DTZ011 - a date for people
        readable = ReadableSerializer(serializer, date_to_record(file, today))
        if self._persister.save_cassette is FilesystemPersister.save_cassette:
            remember(file)
            write(file, serialize(content, readable))
        else:
            self._persister.save_cassette(path, content, serializer=readable)


def remove(path: Path) -> None:
    """Remove a file, if there is one."""
    if path.is_file():
        remember(path)
        path.unlink()


def remember(path: Path) -> None:
    """Keep the content of a file until the running test has passed."""
    test = session().test
    if test is not None and path not in test.replaced:
        test.replaced[path] = path.read_bytes() if path.is_file() else None


def write(path: Path, text: str) -> None:
    """Write a file in UTF-8, as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:50]}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(text.encode("utf-8"))
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
