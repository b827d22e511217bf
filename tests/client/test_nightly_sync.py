"""The nightly job in the examples, run as a program in several time zones."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_users import ManagementClient

from ..support.emulator_pool import EmulatorPool

ROOT = Path(__file__).parents[2]
STAFF = ROOT / "examples" / "staff.csv"
ZONES = ["UTC", "Asia/Shanghai", "America/St_Johns"]
READS = {"accessToken", "udf", "users", "groups", "group", "roles", "role"}
UNCHANGED = "create 0, update 0, suspend 0, delete 0, unchanged 4, conflict 0"


class Job:
    """Runs of the job against a pool.

    Attributes:
        client: A client of the pool.
        operations: The operations of the last run.
    """

    def __init__(self, pool: EmulatorPool, client: ManagementClient) -> None:
        self._pool = pool
        self.client = client
        self.operations: list[str] = []

    def run(
        self, path: Path = STAFF, *, zone: str = "UTC", fails: bool = False, errors: str = ""
    ) -> list[str]:
        """Run the job in a time zone, and return the lines it prints."""
        before = len(self._calls())
        finished = subprocess.run(
            [sys.executable, "-W", "error", "-m", "examples.nightly_sync", str(path)],
            cwd=ROOT,
            env={**os.environ, **self._pool.emulator.environment, "TZ": zone},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (finished.returncode, finished.stderr) == (int(fails), errors)
        self.operations = [call["operation"] for call in self._calls()[before:]]
        return finished.stdout.splitlines()

    def state(self) -> dict[str, Any]:
        """Return status, custom data, groups and roles of users, by external ID."""
        users = self.client.users
        return {
            user.external_id or user.username or "": (
                user.status,
                user.custom_data,
                {group.code for group in users.list_groups(user.id).list},
                {role.code for role in users.list_roles(user.id).list},
            )
            for user in users.iter_list(with_custom_data=True)
        }

    def _calls(self) -> list[dict[str, Any]]:
        with httpx.Client(trust_env=False, verify=False) as http:
            response = http.get(f"{self._pool.host}/emulator/v1/calls").raise_for_status()
        calls: list[dict[str, Any]] = response.json()["calls"]
        return calls


@pytest.fixture
def job(emulator_pool: EmulatorPool) -> Iterator[Job]:
    emulator = emulator_pool.emulator
    with ManagementClient(
        user_pool_id=emulator.user_pool_id, secret=emulator.secret, host=emulator.url
    ) as client:
        yield Job(emulator_pool, client)


def changed_staff(folder: Path, **changes: dict[str, str] | None) -> Path:
    """Write a copy of the staff with changed rows, by external ID. ``None`` removes a row."""
    with STAFF.open(encoding="utf-8", newline="") as file:
        rows = {row["externalId"]: row for row in csv.DictReader(file)}
    path = folder / "staff.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, next(iter(rows.values())))
        writer.writeheader()
        for external_id, row in rows.items():
            change = changes.get(external_id.replace("-", ""), {})
            if change is not None:
                writer.writerow({**row, **change})
    return path


@pytest.mark.parametrize(("zone", "other_zone"), [*zip(ZONES, ZONES[1:] + ZONES[:1], strict=True)])
def test_second_run_changes_nothing_in_any_time_zone(job: Job, zone: str, other_zone: str) -> None:
    users = job.client.users
    job.client.udf.set("USER", "hireDate", "DATETIME", "Hired")
    job.client.groups.create("guests", "Guests")
    bob = users.create({"externalId": "e-2", "name": "Bob"})
    users.create({"externalId": "e-1", "name": "Ada King", "email": "ada.king@example.com"})
    left = users.create({"externalId": "e-9", "name": "Zoe"})
    manual = users.create({"username": "operator"})
    for user in (bob, left, manual):
        users.add_group(user.id, "guests")
    users.set_udf_value(bob.id, {"hireDate": datetime(2024, 2, 29)})  # noqa: DTZ001
    assert job.run(zone=zone) == [
        "create 2, update 2, suspend 1, delete 0, unchanged 0, conflict 0",
        *("create the group staff", "create the group lab"),
        *("create the role editor", "create the role reader"),
        *("define the custom field department (STRING)", "define the custom field badge (STRING)"),
        "define the custom field level (NUMBER)",
    ]
    assert set(job.operations) > READS - {"role"}
    state = job.state()
    assert state == {
        "e-1": (
            "Activated",
            {"department": "Research", "hireDate": date(2019, 4, 1), "badge": "007", "level": 7},
            {"staff", "lab"},
            {"editor"},
        ),
        "e-2": (
            "Activated",
            {"department": "Sales", "hireDate": date(2024, 2, 29), "badge": "042", "level": 3},
            {"staff"},
            set(),
        ),
        "e-3": (
            "Suspended",
            {"department": "Sales", "hireDate": date(2012, 12, 31)},
            {"staff"},
            {"reader"},
        ),
        "e-4": (
            "Activated",
            {"department": "Research", "hireDate": date(2001, 9, 9), "badge": "101", "level": 5},
            {"staff", "lab"},
            {"reader", "editor"},
        ),
        "e-9": ("Suspended", {}, {"guests"}, set()),
        "operator": ("Activated", {}, {"guests"}, set()),
    }
    for second_zone in (zone, other_zone):
        left_before = "1 more user is only in the pool, left unchanged"
        assert job.run(zone=second_zone) == [UNCHANGED, left_before]
        assert set(job.operations) == READS
    assert job.state() == state


def test_only_what_differs_is_changed(job: Job, tmp_path: Path) -> None:
    job.run()
    changes = {
        "e1": {"name": "Ada Lovelace", "level": ""},
        "e2": {"groups": "lab", "roles": "editor"},
        "e3": {"status": "Activated"},
    }
    path = changed_staff(tmp_path, **changes, e4=None)
    assert job.run(path) == ["create 0, update 3, suspend 1, delete 0, unchanged 0, conflict 0"]
    # Users are read again before they are changed.
    mutations = sorted(one for one in job.operations if one not in {*READS, "user"})
    assert mutations == [
        "POST /api/v2/users/{id}/activate",
        "POST /api/v2/users/{id}/suspend",
        "addUserToGroup",
        "assignRole",
        "removeUdv",
        "removeUserFromGroup",
        "updateUser",
    ]
    state = job.state()
    assert "level" not in state["e-1"][1]
    assert state["e-2"][2:] == ({"lab"}, {"editor"})
    assert (state["e-3"][0], state["e-4"][0]) == ("Activated", "Suspended")
    assert job.run() == ["create 0, update 4, suspend 0, delete 0, unchanged 0, conflict 0"]
    assert job.run() == [UNCHANGED]


def test_row_that_fails_is_reported_and_the_others_are_done(job: Job, tmp_path: Path) -> None:
    job.run()
    path = changed_staff(
        tmp_path,
        e1={"hireDate": "soon"},
        e2={"phone": "18800000004"},  # that of e-4
        e3={"level": "9"},
    )
    summary, first, second = job.run(path, fails=True)
    assert summary == "create 0, update 1, suspend 0, delete 0, unchanged 1, conflict 2"
    assert first.startswith("conflict: staff.csv, row 1 (line 2), column 'hireDate': must be")
    assert second == "conflict: users[1] has the same phone as users[3]"
    state = job.state()
    assert [state[key][0] for key in ("e-1", "e-2")] == ["Activated", "Activated"]
    assert state["e-1"][2] == {"staff", "lab"}
    assert state["e-3"][1]["level"] == 9


def test_file_without_rows_changes_nothing(job: Job, tmp_path: Path) -> None:
    job.run()
    state = job.state()
    path = tmp_path / "staff.csv"
    path.write_text(STAFF.read_text("utf-8").splitlines()[0], "utf-8")
    message = (
        "The plan would suspend 3 of 4 users, and max_missing allows 2: check that the input is"
    )
    assert job.run(path, fails=True, errors=f"{message} complete\n") == []
    assert job.state() == state


def test_file_with_a_byte_order_mark_is_read(job: Job, tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(STAFF.read_text("utf-8"), "utf-8-sig")
    job.run()
    assert job.run(path) == [UNCHANGED]
