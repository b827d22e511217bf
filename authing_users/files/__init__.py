"""Read and write files of users: JSON Lines, JSON, CSV and Parquet.

::

    from authing_users import ManagementClient, files

    with ManagementClient() as client, files.read_users("users.csv") as users:
        result = client.users.create_many(users.records())

See docs/files.md. Parquet needs the extra ``parquet``.
"""

from ._errors import FileError
from ._failed import FailedRowsWriter
from ._fields import CustomFieldTypes
from ._formats import FileFormat
from ._reading import UserFile, read_users
from ._rows import FileRow
from ._sources import FileSource
from ._targets import FileTarget
from ._users import READ_ONLY_FIELDS, unwritable_values, user_to_record
from ._writing import UserWriter, write_users

__all__ = [
    "READ_ONLY_FIELDS",
    "CustomFieldTypes",
    "FailedRowsWriter",
    "FileError",
    "FileFormat",
    "FileRow",
    "FileSource",
    "FileTarget",
    "UserFile",
    "UserWriter",
    "read_users",
    "unwritable_values",
    "user_to_record",
    "write_users",
]
