"""``SQLiteCheckpoint`` remembers what was recorded, whatever happens to the process."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from authing_users import AuthingError, ConfigurationError, SQLiteCheckpoint
from authing_users.bulk import ItemState
from authing_users.scaling import CheckpointSummary

WORKER = """
import sys
from authing_users import SQLiteCheckpoint

path, run, start, stop = sys.argv[1:]
with SQLiteCheckpoint(path, run) as checkpoint:
    for number in range(int(start), int(stop)):
        checkpoint.started([str(number)])
        print("started", number, flush=True)
        checkpoint.finished({str(number): f"outcome {number}"})
        print("finished", number, flush=True)
"""


def worker(path: Path, run: str, start: int, stop: int) -> "subprocess.Popen[str]":
    """Record some items of a run in another process, which prints what it has recorded."""
    arguments = [str(path), run, str(start), str(stop)]
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments], stdout=subprocess.PIPE, text=True
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "checkpoint.db"


@pytest.fixture
def checkpoint(path: Path) -> Iterator[SQLiteCheckpoint]:
    with SQLiteCheckpoint(path) as checkpoint:
        yield checkpoint


def test_unknown_items_have_no_state(checkpoint: SQLiteCheckpoint) -> None:
    checkpoint.started(["1"])
    assert checkpoint.states(["1", "2"]) == {"1": ItemState(None)}
    assert checkpoint.states([]) == {}


def test_outcomes_are_returned_as_they_were_recorded(checkpoint: SQLiteCheckpoint) -> None:
    outcomes = {"1": '{"outcome": "created"}', "2": "", "\u4e2d\u6587 \x00 '": "\U0001f600"}
    checkpoint.started([*outcomes, "4"])
    checkpoint.finished(outcomes)
    assert checkpoint.states([*outcomes, "4"]) == {
        **{item: ItemState(outcome) for item, outcome in outcomes.items()},
        "4": ItemState(None),
    }
    assert dict(checkpoint.outcomes()) == outcomes
    assert checkpoint.summary() == CheckpointSummary(finished=3, unfinished=1)


def test_the_newest_entry_of_an_item_counts(checkpoint: SQLiteCheckpoint) -> None:
    checkpoint.finished({"1": "failed", "2": "failed"})
    checkpoint.started(["1"])
    assert checkpoint.states(["1", "2"]) == {"1": ItemState(None), "2": ItemState("failed")}
    checkpoint.finished({"1": "created"})
    assert checkpoint.states(["1"]) == {"1": ItemState("created")}
    assert dict(checkpoint.outcomes()) == {"1": "created", "2": "failed"}


def test_many_items_are_asked_for_at_once(checkpoint: SQLiteCheckpoint) -> None:
    items = [str(number) for number in range(10_000)]
    checkpoint.finished(dict.fromkeys(items, "created"))
    assert checkpoint.states(items) == dict.fromkeys(items, ItemState("created"))
    assert [item for item, _ in checkpoint.outcomes()] == items


def test_runs_do_not_affect_each_other(path: Path, checkpoint: SQLiteCheckpoint) -> None:
    checkpoint.finished({"1": "of the first run"})
    with SQLiteCheckpoint(path, "second") as second:
        assert second.states(["1"]) == {}
        second.started(["1"])
        assert checkpoint.states(["1"]) == {"1": ItemState("of the first run")}
        second.clear()
        assert second.summary() == CheckpointSummary(finished=0, unfinished=0)
    assert checkpoint.summary() == CheckpointSummary(finished=1, unfinished=0)


def test_a_file_is_continued(path: Path) -> None:
    with SQLiteCheckpoint(path) as first:
        first.started(["1", "2"])
        first.finished({"1": "created"})
    with SQLiteCheckpoint(str(path)) as second:
        assert second.states(["1", "2"]) == {"1": ItemState("created"), "2": ItemState(None)}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_what_was_recorded_survives_sigkill(path: Path) -> None:
    process = worker(path, "default", 0, 1_000_000)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(41)]
    os.kill(process.pid, signal.SIGKILL)
    lines += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    recorded: dict[str, ItemState] = {}
    for line in lines:
        if line.endswith("\n"):
            kind, item = line.split()
            recorded[item] = ItemState(f"outcome {item}" if kind == "finished" else None)
    with SQLiteCheckpoint(path) as checkpoint:
        states = checkpoint.states([*recorded])
        last = [*recorded][-1]
        # The last step may have been recorded, and not printed.
        assert {item: state for item, state in states.items() if item != last} == {
            item: state for item, state in recorded.items() if item != last
        }
        assert last in states


def test_processes_share_a_file(path: Path) -> None:
    shared = [worker(path, "shared", start, start + 50) for start in (0, 50)]
    other = worker(path, "other", 0, 50)
    for process in (*shared, other):
        process.communicate()
        assert process.returncode == 0
    with SQLiteCheckpoint(path, "shared") as checkpoint:
        assert dict(checkpoint.outcomes()) == {str(n): f"outcome {n}" for n in range(100)}
    with SQLiteCheckpoint(path, "other") as checkpoint:
        assert checkpoint.summary() == CheckpointSummary(finished=50, unfinished=0)


def test_threads_share_a_checkpoint(checkpoint: SQLiteCheckpoint) -> None:
    def record(number: int) -> None:
        checkpoint.started([str(number)])
        checkpoint.finished({str(number): "created"})
        assert checkpoint.states([str(number)]) == {str(number): ItemState("created")}

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(record, range(200)))
    assert checkpoint.summary() == CheckpointSummary(finished=200, unfinished=0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="The system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_continues(checkpoint: SQLiteCheckpoint) -> None:
    checkpoint.started(["parent"])
    child = os.fork()
    if not child:
        status = 1
        try:
            checkpoint.finished({"child": "created"})
            status = int(checkpoint.states(["parent"]) != {"parent": ItemState(None)})
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    checkpoint.finished({"parent": "created"})
    assert dict(checkpoint.outcomes()) == {"child": "created", "parent": "created"}


def test_a_checkpoint_must_be_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match="must be a file on disk"):
        SQLiteCheckpoint(":memory:")
    assert [*tmp_path.iterdir()] == []


def test_another_file_is_rejected(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("These are notes.\n" * 100)
    with pytest.raises(ConfigurationError, match=r"notes\.txt: file is not a database"):
        SQLiteCheckpoint(text)
    assert text.read_text() == "These are notes.\n" * 100
    with pytest.raises(ConfigurationError, match=r"there is no folder .*missing$"):
        SQLiteCheckpoint(tmp_path / "missing" / "checkpoint.db")


def test_the_database_of_another_program_is_rejected(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE entry (id INTEGER)")
    connection.close()
    with pytest.raises(ConfigurationError, match=r"other\.db is not a checkpoint file"):
        SQLiteCheckpoint(path)


def test_a_closed_checkpoint_says_so(checkpoint: SQLiteCheckpoint) -> None:
    checkpoint.close()
    checkpoint.close()
    with pytest.raises(ConfigurationError, match="is closed"):
        checkpoint.started(["1"])


def test_a_damaged_file_is_reported(path: Path) -> None:
    with SQLiteCheckpoint(path) as checkpoint:
        checkpoint.finished({str(number): "x" * 500 for number in range(100)})
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(AuthingError, match=r"(open|read) the checkpoint file"):
        SQLiteCheckpoint(path).states(["1"])


@pytest.mark.parametrize("place", [5, "a\0b"])
def test_a_path_that_is_none_is_rejected(place: Any) -> None:
    with pytest.raises(ConfigurationError, match="The path of the checkpoint file"):
        SQLiteCheckpoint(place)


@pytest.mark.parametrize("run", [5, "", "\ud800"])
def test_a_run_without_a_usable_name_is_rejected(path: Path, run: Any) -> None:
    with pytest.raises(ConfigurationError, match="run "):
        SQLiteCheckpoint(path, run)


def test_a_pickled_checkpoint_opens_the_same_run(path: Path) -> None:
    with SQLiteCheckpoint(path, "job") as checkpoint:
        checkpoint.finished({"1": "done"})
        with pickle.loads(pickle.dumps(checkpoint)) as again:
            assert again.states(["1"]) == {"1": ItemState("done")}


def test_the_repr_names_file_and_run(path: Path) -> None:
    with SQLiteCheckpoint(path, "import") as checkpoint:
        assert repr(checkpoint) == f"SQLiteCheckpoint({str(path)!r}, run='import')"
        assert (checkpoint.path, checkpoint.run) == (str(path), "import")
