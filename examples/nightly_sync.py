"""Make the users of a pool match a CSV file of the staff, as a nightly job does.

Users are matched by ``externalId``. Users whose ``externalId`` is not in the file are suspended,
unless these are more than half of all. A second run changes nothing. Run it with
``python -m examples.nightly_sync examples/staff.csv``.
"""

import csv
import sys

from authing_users import AuthingError, CustomFieldDataType, ManagementClient, UserRecord

FIELDS: dict[str, CustomFieldDataType] = {
    "department": "STRING",
    "hireDate": "DATETIME",
    "badge": "STRING",
    "level": "NUMBER",
}


def record(row: dict[str, str]) -> UserRecord:
    """Return the user of a row. Empty cells clear fields."""
    values: dict[str, object] = {key: row[key] or None for key in FIELDS}
    if row["level"].isdecimal():
        values["level"] = int(row["level"])
    return {
        "externalId": row["externalId"],
        "name": row["name"],
        "email": row["email"] or None,
        "phone": row["phone"] or None,
        "status": "Suspended" if row["status"] == "suspended" else "Activated",
        "customData": values,
        "groups": [code for code in row["groups"].split(";") if code],
        "roles": [code for code in row["roles"].split(";") if code],
    }


def sync(path: str) -> bool:
    """Print problems and what was done, and return whether there was no problem."""
    with ManagementClient() as client, open(path, encoding="utf-8-sig", newline="") as file:
        plan = client.users.plan(
            map(record, csv.DictReader(file)),
            key="externalId",
            missing="suspend",
            max_missing="50%",
            create_groups=True,
            create_roles=True,
            create_custom_fields=FIELDS,
        )
        result = client.users.apply(plan)
    for item in result.failed:
        print(f"{item.key}: {item.error}")
    print(plan.summary())
    return bool(result) and not plan.conflicts


if __name__ == "__main__":
    try:
        sys.exit(not sync(sys.argv[1]))
    except AuthingError as error:
        sys.exit(str(error))
