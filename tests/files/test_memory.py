"""Memory does not grow with the file."""

import importlib
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authing_users.files import FailedRowsWriter, FileFormat, read_users, write_users

pa: Any = importlib.import_module("pyarrow")
FIELDS = ["username", "address"]
TEXT = "0123456789abcdef" * 512  # 8 KiB


def records(number: int, text: str) -> Iterator[dict[str, Any]]:
    return ({"username": f"u{index}", "address": f"{index} {text}"} for index in range(number))


@pytest.mark.parametrize("format", ["jsonl", "json", "csv", "tsv"])
def test_memory_does_not_grow_with_a_text_file(tmp_path: Path, format: FileFormat) -> None:
    path = tmp_path / f"users.{format}"
    tracemalloc.start()
    try:
        write_users(path, records(200, 4 * TEXT), fields=FIELDS)
        with (
            read_users(path) as file,
            FailedRowsWriter(tmp_path / f"failed.{format}", file) as failed,
        ):
            for row in file:
                failed.write(row.number, "failed")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert failed.count == 200
    assert path.stat().st_size > 6_500_000
    assert peak < 2_500_000


def test_memory_does_not_grow_with_a_parquet_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("authing_users.files._parquet_rows.ROWS_PER_GROUP", 500)
    peaks: list[int] = []
    for number in (1000, 3000):
        path = tmp_path / f"{number}.parquet"
        write_users(path, records(number, TEXT), fields=FIELDS)
        with (
            read_users(path) as file,
            FailedRowsWriter(tmp_path / "failed.parquet", file) as failed,
        ):
            peak = 0
            for row in file:
                failed.write(row, "failed")
                peak = max(peak, pa.total_allocated_bytes())
            assert failed.count == number
        peaks.append(peak)
    assert peaks[1] < 1.5 * peaks[0]  # for three times the content
