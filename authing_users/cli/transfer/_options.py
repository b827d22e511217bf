"""The options of the commands that read and write files of users."""

from enum import StrEnum
from typing import Annotated

import typer

FILE_PANEL = "File"
RUN_PANEL = "Run"
REPORT_PANEL = "Reports"


class FileFormatName(StrEnum):
    """The formats of files of users."""

    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    PARQUET = "parquet"


class Key(StrEnum):
    """The fields by which users are recognized."""

    EXTERNAL_ID = "externalId"
    USERNAME = "username"
    EMAIL = "email"
    PHONE = "phone"


class Conflict(StrEnum):
    """The ways to treat users who exist."""

    FAIL = "fail"
    SKIP = "skip"
    UPDATE = "update"


class Missing(StrEnum):
    """The ways to treat users of the pool who are not in the file."""

    SUSPEND = "suspend"
    DELETE = "delete"


InputFile = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="File with users: .jsonl, .json, .csv, .tsv or .parquet. - reads from stdin, with"
        " --format.",
        show_default=False,
    ),
]
OutputFile = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="File to write: .jsonl, .json, .csv, .tsv or .parquet. - writes to stdout.",
    ),
]
FormatOption = Annotated[
    FileFormatName | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="jsonl, json, csv, tsv or parquet. Default: by the suffix.",
        rich_help_panel=FILE_PANEL,
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="COLUMN=FIELD",
        help="The field of a column: --map 'Work e-mail=email'. COLUMN=- ignores a column. Can be"
        " repeated.",
        rich_help_panel=FILE_PANEL,
        show_default=False,
    ),
]
EncodingOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Encoding of the text, such as gb18030. Default: by the byte order mark, else UTF-8.",
        rich_help_panel=FILE_PANEL,
    ),
]
DelimiterOption = Annotated[
    str | None,
    typer.Option(
        metavar="CHAR",
        help="Separator of the cells of a CSV file. Default: the one that the header has.",
        rich_help_panel=FILE_PANEL,
    ),
]
AnyDates = Annotated[
    bool,
    typer.Option(
        "--any-dates",
        help="Accept any text as a date or time.",
        rich_help_panel=FILE_PANEL,
    ),
]
CreateGroups = Annotated[
    bool,
    typer.Option(
        "--create-groups",
        help="Create groups that the file names and the pool lacks.",
        rich_help_panel=RUN_PANEL,
    ),
]
CreateRoles = Annotated[
    bool,
    typer.Option(
        "--create-roles",
        help="Create roles that the file names and the pool lacks.",
        rich_help_panel=RUN_PANEL,
    ),
]
KeepPassword = Annotated[
    bool,
    typer.Option(
        "--keep-password",
        help="The passwords are hashes of another system, to be stored unchanged.",
        rich_help_panel=FILE_PANEL,
    ),
]
KeyOption = Annotated[
    Key | None,
    typer.Option(
        "--key",
        metavar="FIELD",
        help="Field by which users are recognized: externalId, username, email or phone.",
        show_default=False,
        rich_help_panel=RUN_PANEL,
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Compare with the pool and say what would happen. Nothing is changed.",
        rich_help_panel=RUN_PANEL,
    ),
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help="With a plan: list each user and each difference.",
        rich_help_panel=RUN_PANEL,
    ),
]
Concurrency = Annotated[
    int,
    typer.Option(
        min=1, max=256, help="Most requests in flight at once.", rich_help_panel=RUN_PANEL
    ),
]
MaxFailures = Annotated[
    str | None,
    typer.Option(
        metavar="N|P%",
        help="Stop when more users have failed. Default: no limit.",
        rich_help_panel=RUN_PANEL,
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Continue the run of the same file that was interrupted.",
        rich_help_panel=RUN_PANEL,
    ),
]
ResultsOption = Annotated[
    str | None,
    typer.Option(
        "--results",
        metavar="FILE",
        help="Write the outcome of each row (row, id, outcome, code, reason) to a .csv, .tsv,"
        " .jsonl or .json file.",
        rich_help_panel=REPORT_PANEL,
    ),
]
FailedOption = Annotated[
    str | None,
    typer.Option(
        "--failed",
        metavar="FILE",
        help="Write the rows that failed as they are in the input, with the reason. The corrected"
        " file can be imported.",
        rich_help_panel=REPORT_PANEL,
    ),
]
