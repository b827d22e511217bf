"""``users import`` creates the users of a file, and reports each row."""

import csv
import io
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from authing_users import ManagementClient, SQLiteCheckpoint

from ..support.in_process import InProcess


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Journals are stored in a folder of the test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def client(command_line: InProcess) -> Iterator[ManagementClient]:
    with command_line.pool.plain_client() as client:
        yield client


def write(name: str, text: str) -> str:
    Path(name).write_text(text, "utf-8")
    return name


def write_rows(name: str, *rows: dict[str, Any]) -> str:
    return write(name, "".join(json.dumps(row) + "\n" for row in rows))


def summary(result: Result, exit_code: int) -> dict[str, Any]:
    """Return the summary that a command printed, without what is 0."""
    assert result.exit_code == exit_code, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    assert content.pop("seconds") >= 0
    return {name: value for name, value in content.items() if value}


def usernames(client: ManagementClient) -> set[str | None]:
    return {user.username for user in client.users.iter_list()}


def test_rows_become_users_with_all_that_they_have(
    command_line: InProcess, client: ManagementClient
) -> None:
    client.groups.create("staff", "Staff")
    client.roles.create("admin")
    client.udf.set("USER", "level", "NUMBER", "Level")
    rows = (
        {"username": "ada", "customData": {"level": 3}, "groups": ["staff"], "roles": ["admin"]},
        {"username": "bob", "status": "Suspended", "city": "Oslo"},
        {"username": "eve"},
    )
    result = command_line.run("users", "import", write_rows("users.jsonl", *rows))
    assert summary(result, 0) == {"rows": 3, "created": 3}
    ada, bob = (client.users.find(username=name) for name in ("ada", "bob"))
    assert ada is not None
    assert bob is not None
    assert client.users.get_udf_value(ada.id) == {"level": 3}
    assert [group.code for group in client.users.list_groups(ada.id).list] == ["staff"]
    assert [role.code for role in client.users.list_roles(ada.id).list] == ["admin"]
    assert (bob.status, bob.city) == ("Suspended", "Oslo")


def test_columns_are_mapped_and_checked(command_line: InProcess, client: ManagementClient) -> None:
    file = write("users.csv", "Login;Work e-mail;Notes\nada;ada@example.com;x\n")
    unmapped = command_line.run("users", "import", file)
    assert (unmapped.exit_code, unmapped.stdout) == (2, "")
    assert "'Work e-mail' (did you mean 'email'?)" in unmapped.stderr
    result = command_line.run(
        "users", "import", file, "--map", "Login=username", "--map", "Work e-mail=email", "--map",
        "Notes=-",
    )  # fmt: skip
    assert summary(result, 0)["created"] == 1
    user = client.users.find(username="ada")
    assert user is not None
    assert user.email == "ada@example.com"


def test_each_row_is_in_the_results_and_failed_rows_in_the_file_of_failed_rows(
    command_line: InProcess, client: ManagementClient
) -> None:
    client.users.create({"username": "taken"})
    file = write(
        "users.csv",
        "username,birthdate,gender\nada,1815-12-10,F\ntaken,,\neve,yesterday,\nada,,\nbob,,M\n",
    )
    result = command_line.run(
        "users", "import", file, "--results", "results.csv", "--failed", "failed.csv"
    )
    assert summary(result, 3) == {
        "rows": 5,
        "created": 2,
        "failed": 3,
        "failedFile": "failed.csv",
        "resultsFile": "results.csv",
    }
    results = [*csv.DictReader(io.StringIO(Path("results.csv").read_text("utf-8")))]
    assert [(row["row"], row["outcome"]) for row in results] == [
        ("1", "created"),
        ("2", "failed"),
        ("3", "failed"),
        ("4", "failed"),
        ("5", "created"),
    ]
    ids = {user.username: user.id for user in client.users.iter_list()}
    assert [row["id"] for row in results] == [ids["ada"], "", "", "", ids["bob"]]
    failed = [*csv.DictReader(io.StringIO(Path("failed.csv").read_text("utf-8")))]
    assert [(row["username"], row["birthdate"]) for row in failed] == [
        ("taken", ""),
        ("eve", "yesterday"),
        ("ada", ""),
    ]
    assert [row["_error"] for row in failed] == [row["reason"] for row in results if row["reason"]]
    assert failed[2]["_error"] == "has the same username=ada as row 1"
    assert "users.csv, row 3: column 'birthdate'" in result.stderr
    # The corrected file is the next input.
    text = Path("failed.csv").read_text("utf-8").replace("yesterday", "1990-01-01")
    write("failed.csv", text.replace("taken", "free").replace("\nada", "\nada2"))
    again = command_line.run("users", "import", "failed.csv")
    assert summary(again, 0) == {"rows": 3, "created": 3}
    assert usernames(client) == {"taken", "ada", "bob", "free", "eve", "ada2"}


def test_unknown_groups_and_roles_are_found_before_a_user_is_created(
    command_line: InProcess, client: ManagementClient
) -> None:
    client.groups.create("staff", "Staff")
    file = write_rows(
        "users.jsonl",
        {"username": "ada", "groups": ["staff"]},
        {"username": "bob", "groups": ["staf"], "roles": []},
        {"username": "eve", "roles": ["admin"]},
    )
    result = command_line.run("users", "import", file)
    assert summary(result, 3) == {"rows": 3, "created": 1, "failed": 2}
    assert "row 2: column 'groups': the pool has no group 'staf'. Did you mean 'staff'?" in (
        result.stderr
    )
    assert "row 3: column 'roles': the pool has no role 'admin'." in result.stderr
    assert usernames(client) == {"ada"}
    creating = ("users", "import", file, "--create-groups", "--create-roles")
    planned = command_line.run(*creating, "--dry-run", "--on-conflict", "skip")
    assert json.loads(planned.stdout)["counts"]["create"] == 2
    created = command_line.run(*creating, "--on-conflict", "skip")
    assert summary(created, 0) == {"rows": 3, "created": 2, "skipped": 1}
    assert {group.code for group in client.groups.iter_list()} == {"staff", "staf"}
    eve = client.users.find(username="eve")
    assert eve is not None
    assert [role.code for role in client.users.list_roles(eve.id).list] == ["admin"]


def test_any_text_is_accepted_as_a_date_on_request(command_line: InProcess) -> None:
    file = write_rows("users.jsonl", {"username": "ada", "birthdate": "in spring"})
    refused = command_line.run("users", "import", file)
    assert summary(refused, 3)["failed"] == 1
    assert "(--any-dates)" in refused.stderr
    assert summary(command_line.run("users", "import", file, "--any-dates"), 0)["created"] == 1


@pytest.mark.parametrize("suffix", ["jsonl", "json", "tsv"])
def test_the_suffix_says_the_format_of_the_results(command_line: InProcess, suffix: str) -> None:
    name = f"results.{suffix}"
    result = command_line.run(
        "users", "import", write_rows("users.jsonl", {"username": "ada"}), "--results", name
    )
    assert result.exit_code == 0
    text = Path(name).read_text("utf-8")
    if suffix == "tsv":
        assert text.splitlines()[0] == "row\tid\toutcome\tcode\treason"
        return
    row = json.loads(text) if suffix == "jsonl" else json.loads(text)[0]
    assert row.keys() == {"row", "id", "outcome", "code", "reason"}
    assert (row["row"], row["outcome"]) == (1, "created")


def test_users_who_exist_are_skipped_or_updated(
    command_line: InProcess, client: ManagementClient
) -> None:
    client.users.create({"username": "ada", "nickname": "before"})
    file = write_rows("users.jsonl", {"username": "ada", "nickname": "after"}, {"username": "bob"})
    skipping = command_line.run("users", "import", file, "--on-conflict", "skip")
    assert summary(skipping, 0) == {"rows": 2, "created": 1, "skipped": 1}
    without_key = command_line.run("users", "import", file, "--on-conflict", "update", "--yes")
    assert (without_key.exit_code, "--key" in without_key.stderr) == (2, True)
    updating = ("users", "import", file, "--on-conflict", "update", "--key", "username")
    unasked = command_line.run(*updating)
    assert (unasked.exit_code, "--yes" in unasked.stderr) == (2, True)
    result = command_line.run(*updating, "--yes", "--restart")
    assert summary(result, 0) == {"rows": 2, "updated": 1, "unchanged": 1}
    ada = client.users.find(username="ada")
    assert ada is not None
    assert ada.nickname == "after"


def test_a_dry_run_changes_nothing(command_line: InProcess, client: ManagementClient) -> None:
    client.users.create({"username": "ada", "nickname": "before"})
    file = write_rows(
        "users.jsonl",
        {"username": "ada", "nickname": "after"},
        {"username": "bob"},
        {"username": "eve", "birthdate": 5},
    )
    result = command_line.run("users", "import", file, "--dry-run", "--results", "results.csv")
    plan = json.loads(result.stdout)
    assert result.exit_code == 3
    assert (plan["key"], plan["counts"]["create"], plan["counts"]["update"]) == ("username", 1, 1)
    assert [(one["row"], one["kind"]) for one in plan["conflicts"]] == [(3, "invalid")]
    assert plan["conflicts"][0]["reason"].startswith("users.jsonl, row 3: column 'birthdate'")
    assert "create" not in plan
    verbose = command_line.run("users", "import", file, "--dry-run", "-v")
    assert [step["row"] for step in json.loads(verbose.stdout)["create"]] == [2]
    shown = command_line.run("users", "import", file, "--dry-run", "--table")
    assert "create 1, conflict 1, existing 1 (these rows would fail)" in shown.stdout
    assert usernames(client) == {"ada"}
    assert not Path("results.csv").exists()


def test_an_interrupted_run_must_be_continued_or_started_again(
    command_line: InProcess, client: ManagementClient
) -> None:
    file = write_rows("users.jsonl", *({"username": f"user-{n}"} for n in range(6)))
    arguments = ("users", "import", file, "--journal", "import.db")
    assert summary(command_line.run(*arguments), 0)["created"] == 6
    forget(Path("import.db"), rows=[3, 4], is_finished=False)
    client.users.delete_many([user.id for user in client.users.iter_list()])
    refused = command_line.run(*arguments)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "was interrupted, when 4 of 6 rows were done" in refused.stderr
    assert "--resume" in refused.stderr
    assert "--restart" in refused.stderr
    other_map = command_line.run(*arguments, "--resume", "--map", "x=email")
    assert (other_map.exit_code, "--map" in other_map.stderr) == (2, True)
    as_hashes = command_line.run(*arguments, "--resume", "--keep-password")
    assert (as_hashes.exit_code, "--keep-password" in as_hashes.stderr) == (2, True)
    resumed = command_line.run(*arguments, "--resume", "--results", "results.jsonl")
    assert summary(resumed, 0)["created"] == 6
    assert json.loads(resumed.stdout)["resumed"] == 4
    assert usernames(client) == {"user-3", "user-4"}
    outcomes = [json.loads(line) for line in Path("results.jsonl").read_text().splitlines()]
    assert [one["row"] for one in outcomes] == [1, 2, 3, 4, 5, 6]
    # The run is complete: resuming sends nothing, and a plain run starts again.
    assert json.loads(command_line.run(*arguments, "--resume").stdout)["resumed"] == 6
    assert summary(command_line.run(*arguments), 3) == {"rows": 6, "created": 4, "failed": 2}


def forget(path: Path, *, rows: list[int], is_finished: bool) -> None:
    """Remove rows from a journal, as if the run had been killed before it sent them."""
    (run,) = _runs(path)
    with SQLiteCheckpoint(path, run) as before:
        entries = dict(before.outcomes())
        before.clear()
        about = json.loads(entries.pop("about"))
        before.finished({"about": json.dumps({**about, "finished": is_finished})})
        before.finished({item: text for item, text in entries.items() if int(item) not in rows})


def _runs(path: Path) -> list[str]:
    import sqlite3

    connection = sqlite3.connect(path)
    try:
        return [name for (name,) in connection.execute("SELECT name FROM run")]
    finally:
        connection.close()


def test_a_report_that_cannot_be_written_leaves_the_journal(command_line: InProcess) -> None:
    file = write_rows("users.jsonl", {"username": "ada"})
    arguments = ("users", "import", file, "--journal", "import.db")
    assert command_line.run(*arguments).exit_code == 0
    failed = command_line.run(*arguments, "--results", "no/folder/results.csv")
    assert (failed.exit_code, "--results" in failed.stderr) == (2, True)
    assert json.loads(command_line.run(*arguments, "--resume").stdout)["resumed"] == 1


@pytest.mark.parametrize("journal", [(), ("--journal", "import.db")])
def test_a_file_that_has_changed_is_not_continued(
    command_line: InProcess, client: ManagementClient, tmp_path: Path, journal: tuple[str, ...]
) -> None:
    file = write_rows("users.jsonl", *({"username": f"user-{n}"} for n in range(6)))
    arguments = ("users", "import", file, *journal)
    assert command_line.run(*arguments, "--resume").exit_code == 0
    path = tmp_path / "import.db" if journal else next((tmp_path / "state").rglob("*.db"))
    forget(path, rows=[3], is_finished=False)
    write_rows("users.jsonl", *({"username": f"user-{n}"} for n in range(7)))
    changed = command_line.run(*arguments, "--resume")
    assert (changed.exit_code, changed.stdout) == (2, "")
    assert "users.jsonl has changed since its import" in changed.stderr
    assert "--restart" in changed.stderr
    assert client.users.list().total_count == 6
    restarted = command_line.run(*arguments, "--restart")
    assert summary(restarted, 3) == {"rows": 7, "created": 1, "failed": 6}


def test_a_journal_that_is_in_use_is_reported(command_line: InProcess) -> None:
    import sqlite3

    file = write_rows("users.jsonl", {"username": "ada"})
    other = sqlite3.connect("import.db.lock", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    result = command_line.run("users", "import", file, "--journal", "import.db")
    other.close()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "another process imports this file" in result.stderr


def test_a_journal_whose_lock_was_removed_meanwhile_is_locked_again(
    command_line: InProcess, client: ManagementClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    file = write_rows("users.jsonl", {"username": "ada"})
    connect = sqlite3.connect
    others: list[sqlite3.Connection] = []
    Path("import.db.lock").touch()

    def connect_late(path: str, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(path, **options)
        if path == "import.db.lock" and not others:
            # The first process ends, and a third one starts.
            Path(path).unlink()
            others.append(connect(path, isolation_level=None))
            others[0].execute("BEGIN EXCLUSIVE")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_late)
    result = command_line.run("users", "import", file, "--journal", "import.db")
    others[0].close()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "another process imports this file" in result.stderr
    assert usernames(client) == set()


def test_an_import_whose_results_cannot_be_written_says_how_to_continue(
    command_line: InProcess, client: ManagementClient
) -> None:
    file = write_rows("users.jsonl", *({"username": f"user-{n}"} for n in range(2000)))
    Path("results.csv").symlink_to("/dev/full")
    full = command_line.run("users", "import", file, "--results", "results.csv")
    assert full.exit_code == 1
    assert "--results: results.csv cannot be written: No space left" in full.stderr
    assert "To continue:" in full.stderr
    assert summary(command_line.run("users", "import", file, "--resume"), 0)["created"] == 2000
    assert client.users.list().total_count == 2000


def test_a_file_that_is_no_journal_stays_as_it_is(
    command_line: InProcess, client: ManagementClient
) -> None:
    file = write_rows("users.jsonl", {"username": "ada"})
    Path("notes.txt").write_text("important\n")
    result = command_line.run("users", "import", file, "--journal", "notes.txt")
    assert (result.exit_code, "--journal FILE" in result.stderr) == (2, True)
    assert Path("notes.txt").read_text() == "important\n"
    assert usernames(client) == set()


def test_the_journal_has_no_secrets_and_only_its_owner_may_read_it(
    command_line: InProcess, tmp_path: Path
) -> None:
    file = write_rows("users.jsonl", {"username": "ada", "password": "canary-password"})
    assert command_line.run("users", "import", file).exit_code == 0
    (journal,) = (tmp_path / "state").rglob("*.db")
    assert journal.stat().st_mode & 0o077 == 0
    assert b"canary" not in journal.read_bytes()
    assert not [*(tmp_path / "state").rglob("*.lock")]


def test_old_journals_are_removed(command_line: InProcess, tmp_path: Path) -> None:
    file = write_rows("users.jsonl", {"username": "ada"})
    command_line.run("users", "import", file)
    (journal,) = (tmp_path / "state").rglob("*.db")
    old = [journal.with_name(f"old.db{suffix}") for suffix in ("", "-wal", "-shm")]
    for path in old:
        path.touch()
    month = 31 * 24 * 3600
    os.utime(old[0], (time.time() - month, time.time() - month))
    command_line.run("users", "import", file)
    assert [path.name for path in (tmp_path / "state").rglob("*.db*")] == [journal.name]


def test_values_cannot_look_like_further_lines(
    command_line: InProcess, client: ManagementClient
) -> None:
    hostile = "ada\nerror: all is lost\r"
    client.users.create({"username": hostile, "email": "ada@example.com"})
    rows = ({"username": hostile, "email": "eve@example.com"}, {"username": f"b{hostile}"})
    file = write_rows("users.jsonl", *rows)
    for arguments in (
        ("import", file, "--dry-run", "--table", "-v"),
        ("diff", file, "--key", "username", "--table"),
        ("import", file),
        ("delete", "--email", "ada@example.com"),
    ):
        result = command_line.run("users", *arguments)
        lines = result.output.splitlines()
        assert "all is lost" in result.output
        assert not [line for line in lines if line.startswith("error: all is lost")], lines


def test_too_many_failures_stop_the_run(command_line: InProcess, client: ManagementClient) -> None:
    rows = [{"username": f"user-{n}", "birthdate": 5} for n in range(30)]
    file = write_rows("users.jsonl", *rows, {"username": "last"})
    result = command_line.run("users", "import", file, "--max-failures", "5")
    assert result.exit_code == 3
    assert "stopped, because too many rows failed" in result.stderr
    assert "of 31 rows." in result.stderr
    assert usernames(client) == set()


def test_stdin_is_imported(command_line: InProcess, client: ManagementClient) -> None:
    assert command_line.run("users", "import", "-", stdin="{}").exit_code == 2
    result = command_line.run(
        "users", "import", "-", "--format", "jsonl", stdin='{"username": "ada"}\n'
    )
    assert summary(result, 0) == {"rows": 1, "created": 1}
    assert usernames(client) == {"ada"}


def test_hashes_of_passwords_are_kept(command_line: InProcess, client: ManagementClient) -> None:
    for flag in ((), ("--keep-password",)):
        name = f"user-{len(flag)}"
        file = write_rows("users.jsonl", {"username": name, "password": "$2b$canary"})
        assert command_line.run("users", "import", file, *flag).exit_code == 0
        calls = command_line.pool.read("calls")["calls"]
        created = [call["variables"] for call in calls if call["operation"] == "createUser"]
        assert ("keepPassword" in created[-1]) is bool(flag)
    assert usernames(client) == {"user-0", "user-1"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere.jsonl",), "nowhere.jsonl cannot be read: No such file"),
        (("user.jsonl",), "Did you mean 'users.jsonl'?"),
        (("users.jsonl", "--map", "email"), "--map: expected COLUMN=FIELD"),
        (("users.jsonl", "--map", "a=mail"), "--map: there is no field 'mail'. Did you mean"),
        (("users.jsonl", "--map", "a=email", "--map", "a=phone"), "'a' is given twice"),
        (("users.jsonl", "--max-failures", "many"), "--max-failures: expected a number"),
        (("users.jsonl", "--results", "results.txt"), "must end with one of .csv"),
        (("users.jsonl", "--results", "users.jsonl"), "name the same file"),
        (("users.jsonl", "--failed", "failed.csv"), "would contain jsonl"),
        (
            ("users.jsonl", "--results", "no/r.csv"),
            "--results: no/r.csv cannot be written: No such",
        ),
        (("users.jsonl", "--failed", "no/f.jsonl"), "--failed: no/f.jsonl cannot be written: No"),
        (("users.jsonl", "--failed", "folder.jsonl"), "cannot be written: Is a directory"),
        (("users.jsonl", "--journal", "users.jsonl"), "name the same file"),
        (
            ("users.jsonl", "--journal", "r.csv", "--results", "r.csv"),
            "--results and --journal name the same file",
        ),
        (("users.jsonl", "--failed", "-"), "--failed needs the name of a file"),
        (("users.jsonl", "--resume", "--restart"), "exclude each other"),
        (("users.jsonl", "--journal", "no/folder/x.db"), "--journal FILE"),
        (("users.jsonl", "--key", "id"), "--key"),
    ],
)
def test_wrong_use_is_explained_and_nothing_is_sent(
    command_line: InProcess, client: ManagementClient, arguments: tuple[str, ...], message: str
) -> None:
    write_rows("users.jsonl", {"username": "ada"})
    Path("folder.jsonl").mkdir()
    result = command_line.run("users", "import", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert usernames(client) == set()


def test_wrong_credentials_end_the_run(command_line: InProcess) -> None:
    file = write_rows("users.jsonl", {"username": "ada"})
    result = command_line.run(
        "users", "import", file, settings={"AUTHING_USERPOOL_SECRET": "wrong"}
    )
    assert (result.exit_code, result.stdout) == (4, "")
