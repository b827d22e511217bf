"""Write the tables of error codes in docs/errors.md.

Run from the repository root: ``python -m scripts.error_codes [--check]``.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from authing_users._protocol import error_codes
from authing_users._protocol.error_codes import ErrorCode
from authing_users.emulator.errors import ErrorCode as EmulatorCode
from authing_users.emulator.operation_errors import COMMON_ERRORS, OPERATION_ERRORS

PAGE = Path("docs", "errors.md")
START = "<!-- The tables below are written by `make generate` from the table in the code. -->\n"
LONGEST_LIST = 6

GROUPS: Mapping[str, Mapping[int, ErrorCode]] = {
    "All operations": error_codes.GENERAL,
    "Operations on users": error_codes.USERS,
    "Logins and registrations of users": error_codes.LOGINS,
    "Users who change their own account": error_codes.OWN_ACCOUNT,
    "Emails": error_codes.EMAILS,
    "Permission namespaces": error_codes.PERMISSIONS,
    "Applications, collaborators and orders": error_codes.OTHERS,
}
HEAD = "| Code | Meaning | Class | The emulator returns it for |\n|---|---|---|---|\n"


def tables() -> str:
    """Return the tables of all groups."""
    return "\n".join(
        f"### {title}\n\n{HEAD}{''.join(_rows(codes))}" for title, codes in GROUPS.items()
    )


def page(text: str) -> str:
    """Return the text of the page with the current tables."""
    before, start, _ = text.partition(START)
    return f"{before}{start or START}\n{tables()}"


def _rows(codes: Mapping[int, ErrorCode]) -> Iterator[str]:
    for known, numbers in groupby(sorted(codes), codes.__getitem__):
        run = list(numbers)
        field = f", `field` is `{known.field}`" if known.field else ""
        yield (
            f"| {_numbers(run)} | {known.meaning} | `{known.error.__name__}`{field} "
            f"| {_operations(run[0])} |\n"
        )


def _numbers(numbers: list[int]) -> str:
    is_range = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    return f"{numbers[0]} to {numbers[-1]}" if is_range else ", ".join(map(str, numbers))


def _operations(code: int) -> str:
    if code in COMMON_ERRORS:
        return "any operation"
    if code == EmulatorCode.RATE_LIMITED:
        return "operations with a [fault](emulator.md#faults)"
    names = [name for name, codes in OPERATION_ERRORS.items() if code in codes]
    shown = ", ".join(f"`{name}`" for name in names[:LONGEST_LIST])
    others = len(names) - LONGEST_LIST
    return f"{shown} and {others} others" if others > 0 else shown


def main() -> None:
    """Write the tables, or check that they are up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="fail if the tables are out of date; write nothing"
    )
    text = PAGE.read_text("utf-8")
    if not parser.parse_args().check:
        PAGE.write_text(page(text), "utf-8")
    elif text != page(text):
        sys.exit(f"Out of date, run `make generate`: {PAGE.as_posix()}")
    else:
        print(f"{PAGE.as_posix()} is up to date.")


if __name__ == "__main__":
    main()
