"""Make the users of a pool match a CSV file of the staff, as a nightly job does.

Users are matched by ``externalId``. Users whose ``externalId`` is not in the file are suspended. A
second run changes nothing. Run it with ``python -m examples.nightly_sync examples/staff.csv``.
"""

import csv
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import date

from authing_users import (
    AuthingError,
    GroupsManagementClient as Groups,
    ManagementClient,
    RolesManagementClient as Roles,
    UDFDataType,
    User,
)

FIELDS: dict[str, tuple[UDFDataType, Callable[[str], object]]] = {
    "department": (UDFDataType.STRING, str),
    "hireDate": (UDFDataType.DATETIME, date.fromisoformat),
    "badge": (UDFDataType.STRING, str),
    "level": (UDFDataType.NUMBER, int),
}


class Sync:
    """A run of the job, with the rows of users by ID, and what was done, by user ID."""

    def __init__(self, client: ManagementClient) -> None:
        self.client, self.users = client, client.users
        self.rows: dict[str, dict[str, str]] = {}
        self.outcomes: dict[str, str] = {}

    def run(self, rows: Iterable[dict[str, str]]) -> None:
        """Create, update and suspend users, then set the members of groups and roles."""
        for key in FIELDS.keys() - {field.key for field in self.client.udf.list("USER")}:
            self.client.udf.set("USER", key, FIELDS[key][0], key)
        fields = ["externalId", "name", "email", "phone", "status", "customData"]
        former = {user.external_id or "": user for user in self.users.iter_list(fields=fields)}
        former.pop("", None)  # users that the file does not manage
        for row in rows:
            with self.reported(row["externalId"]):
                self.sync_user(row, former.pop(row["externalId"], None))
        for external_id, user in former.items():
            with self.reported(external_id):
                self.set_suspended(user, True)
        self.sync_members(self.client.groups, "groups")
        self.sync_members(self.client.roles, "roles")

    def sync_user(self, row: dict[str, str], user: User | None) -> None:
        """Create the user of a row, or update what differs."""
        name, email, phone = row["name"], row["email"].lower() or None, row["phone"] or None
        values = {key: parse(row[key]) for key, (_, parse) in FIELDS.items() if row[key]}
        if user is None:
            user = self.users.create(
                {"externalId": row["externalId"], "name": name, "email": email, "phone": phone},
                custom_data=values or None,
            )
            self.outcomes[user.id] = "created"
        elif (user.name, user.email, user.phone) != (name, email, phone):
            self.users.update(user.id, {"name": name, "email": email, "phone": phone})
            self.outcomes[user.id] = "updated"
        stored = user.custom_data or {}
        if changed := {key: value for key, value in values.items() if stored.get(key) != value}:
            self.users.set_udf_value(user.id, changed)
            self.outcomes.setdefault(user.id, "updated")
        for key in FIELDS.keys() & stored.keys() - values.keys():
            self.users.remove_udf_value(user.id, key)
            self.outcomes.setdefault(user.id, "updated")
        self.set_suspended(user, row["status"] == "suspended")
        self.rows[user.id] = row

    def set_suspended(self, user: User, suspended: bool) -> None:
        """Suspend or activate a user whose status differs."""
        if suspended != (user.status == "Suspended"):
            (self.users.suspend if suspended else self.users.activate)(user.id)
            self.outcomes.setdefault(user.id, "suspended" if suspended else "updated")

    def sync_members(self, api: Groups | Roles, column: str) -> None:
        """Add users to the groups or roles of their row, and remove them from all others."""
        existing = {item.code for item in api.iter_list() if item.code}
        named = {code for row in self.rows.values() for code in row[column].split(";") if code}
        for code in sorted(existing | named):
            with self.reported(f"{column} {code}"):
                if code not in existing:
                    api.create(code, code)
                actual = {u.id for u in api.iter_users(code, fields=["id"])} & self.rows.keys()
                wanted = {id_ for id_, row in self.rows.items() if code in row[column].split(";")}
                if missing := wanted - actual:
                    api.add_users(code, missing)
                if extra := actual - wanted:
                    api.remove_users(code, extra)
                self.outcomes = dict.fromkeys(missing | extra, "updated") | self.outcomes

    @contextmanager
    def reported(self, name: str) -> Generator[None]:
        """Print an error instead of raising it."""
        try:
            yield
        except (AuthingError, LookupError, ValueError) as error:
            self.outcomes[name] = "failed"
            print(f"{name}: {error}")


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
        staff = list(csv.DictReader(file))
    if not staff:
        sys.exit(f"{sys.argv[1]} has no rows: all users would be suspended")
    with ManagementClient() as management:
        (sync := Sync(management)).run(staff)
    outcomes = [*(dict.fromkeys(sync.rows, "unchanged") | sync.outcomes).values()]
    words = ("created", "updated", "suspended", "unchanged", "failed")
    print(*(f"{word} {outcomes.count(word)}" for word in words), sep=", ")
    sys.exit("failed" in outcomes)
