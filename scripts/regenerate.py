"""Follow the schema of a server: pull, diff, generate, check, and the paragraph for the changelog.

Run from the repository root: ``make regenerate HOST=https://core.authing.cn``. If nothing changed,
or an operation in ``queries/`` is invalid with the new schema, nothing is written.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from graphql import GraphQLSchema, validate

from authing_users._schema.diff_report import as_text
from authing_users._schema.errors import SchemaToolError
from authing_users._schema.fetching import Connection, fetch_schema
from authing_users._schema.impact import Impact, assess
from authing_users._schema.severity import Severity
from authing_users._schema.sources import (
    load_documents,
    place_of,
    read_text,
    schema_of_text,
    write_atomically,
)
from authing_users._schema.text import code, count

from .schema_text import updated_text

SCHEMA, QUERIES = "schema.graphql", "queries"


def regenerate(root: Path, host: str | None) -> int:
    """Regenerate the client below ``root``, and return the exit status.

    Raises:
        SchemaToolError: The server does not describe its schema, or a file cannot be read.
    """
    path = root / SCHEMA
    before = read_text(path)
    url, pulled = fetch_schema(Connection(host))
    text = updated_text(before, pulled)
    new = schema_of_text(text, url)
    impacts = assess(schema_of_text(before, str(path)), new, descriptions=True)
    print(as_text(impacts, SCHEMA, url))
    if not impacts:
        return 0
    if problems := invalid_operations(root / QUERIES, new):
        print(f"\nNothing was written. Correct {QUERIES}/ first:", *problems, sep="\n")
        return 1
    write_atomically(path, text)
    if subprocess.run(["make", "--no-print-directory", "generate"], cwd=root).returncode:  # noqa: S607
        write_atomically(path, before)
        print(f"\nNothing could be generated, so {SCHEMA} is as it was.")
        return 1
    operations = count(len(list((root / QUERIES).glob("*.graphql"))), "operation")
    print(f"\nWrote {SCHEMA} and the generated files. {operations} in {QUERIES}/ are valid.")
    print("Paste this into the unreleased section of CHANGELOG.md:\n")
    print("\n".join(paragraph(impacts)))
    return 0


def invalid_operations(queries: Path, schema: GraphQLSchema) -> list[str]:
    """Return why operations are invalid with a schema, each with its place."""
    errors = validate(schema, load_documents(queries))
    return [f"{place_of(error, str(queries))}: {error.message}" for error in errors]


def paragraph(impacts: Iterable[Impact]) -> Iterator[str]:
    """Yield the lines for the changelog."""
    changes = [impact for impact in impacts if impact.change.rule != "DESCRIPTION_CHANGED"]
    added = [one for one in changes if one.change.rule.endswith("_ADDED") and _is_safe(one)]
    others = [impact for impact in changes if impact not in added]
    if added:
        yield "### Added"
        yield ""
        names = code(impact.change.coordinate for impact in added)
        yield f"- The API has added {names}."
    if added and others:
        yield ""
    if others:
        yield "### Changed"
        yield ""
    for impact in others:
        prefix = "Breaking: " if impact.severity is Severity.BREAKING else ""
        methods = f" It affects {code(sorted(impact.methods))}." if impact.methods else ""
        change = impact.change
        yield f"- {prefix}`{change.coordinate}`: {change.message}{methods}"


def _is_safe(impact: Impact) -> bool:
    return impact.severity is Severity.SAFE


def main() -> int:
    """Regenerate, and print problems."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", help="URL of the server; default: that of the environment")
    try:
        return regenerate(Path.cwd(), parser.parse_args().host)
    except SchemaToolError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
