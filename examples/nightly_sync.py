"""Make the users of a pool match a CSV file of the staff, as a nightly job does.

Users are matched by ``externalId``. Users whose ``externalId`` is not in the file are suspended,
unless these are more than half of all. A second run changes nothing. Run it with
``python -m examples.nightly_sync examples/staff.csv``.
"""

import sys

from authing_users import AuthingError, CustomFieldDataType, ManagementClient
from authing_users.files import read_users

FIELDS: dict[str, CustomFieldDataType] = {
    "department": "STRING",
    "hireDate": "DATETIME",
    "badge": "STRING",
    "level": "NUMBER",
}
COLUMNS = {key: f"custom.{key}" for key in FIELDS}

try:
    rows = read_users(sys.argv[1], columns=COLUMNS, custom_fields=FIELDS, clear_empty=True)
    with rows, ManagementClient() as client:
        plan = client.users.plan(
            rows,
            key="externalId",
            missing="suspend",
            max_missing="50%",
            create_groups=True,
            create_roles=True,
            create_custom_fields=FIELDS,
        )
        failed = client.users.apply(plan).failed
    print(plan.summary(), *(f"{item.key}: {item.error}" for item in failed), sep="\n")
    sys.exit(bool(plan.conflicts or failed))
except AuthingError as error:
    sys.exit(str(error))
