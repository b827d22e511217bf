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


def save(cassette: Any, content: dict[str, Any], persister: Any, serializer: Any) -> None:
    """Write a cassette in UTF-8, as a whole or not at all.

    A persister that is not one of ``vcrpy`` or ``pytest-recording`` writes it in its own way.
    """
    from vcr.persisters.filesystem import FilesystemPersister
    from vcr.serialize import serialize

    path = Path(cassette._path)
    readable = ReadableSerializer(serializer, date_to_record(path, date.today()))  # noqa: DTZ011
    if persister.save_cassette is not FilesystemPersister.save_cassette:
        persister.save_cassette(cassette._path, content, serializer=readable)
        return
    remember(path)
    write(path, serialize(content, readable))


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
