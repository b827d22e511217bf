"""The formats of files."""

import os
from pathlib import PurePath
from typing import Literal, cast, get_args

from .._inputs.checks import did_you_mean
from ..errors import InvalidInputError

FileFormat = Literal["jsonl", "json", "csv", "tsv", "parquet"]
"""JSON Lines, one JSON array, comma-separated and tab-separated values, and Apache Parquet."""

FORMATS = cast("tuple[FileFormat, ...]", get_args(FileFormat))
SUFFIXES: dict[str, FileFormat] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}


def file_format(format: object, path: object) -> FileFormat:
    """Return the format of a file.

    Args:
        format: The argument. ``None``: the format is that of the suffix.
        path: Path of the file. ``None`` if it has none.

    Raises:
        InvalidInputError: The format is unknown, or neither is given.
    """
    if format is not None:
        if format not in FORMATS:
            hint = did_you_mean(format, FORMATS) if isinstance(format, str) else ""
            raise InvalidInputError(
                f"format must be one of {', '.join(FORMATS)}, not {format!r}.{hint}"
            )
        return format
    if not isinstance(path, str | os.PathLike):
        raise InvalidInputError(
            f"Give the format of the data, such as format='jsonl': one of {', '.join(FORMATS)}"
        )
    name = os.fsdecode(cast("str | os.PathLike[str]", path))
    suffix = PurePath(name).suffix
    if suffix.lower() not in SUFFIXES:
        raise InvalidInputError(
            f"{name}: the suffix {suffix!r} does not say the format. Give it, such as "
            f"format='jsonl': one of {', '.join(FORMATS)}"
        )
    return SUFFIXES[suffix.lower()]
