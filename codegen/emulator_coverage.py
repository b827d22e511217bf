"""Write docs/emulator-coverage.md from the emulator; ``--check`` tells if it is up to date.

Run from the repository root: ``python -m codegen.emulator_coverage [--check]``.
"""

import argparse
import contextlib
import inspect
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from graphql import GraphQLObjectType
from starlette.routing import Route

from authing_users.emulator import create_app
from authing_users.emulator.errors import ApiError, ErrorCode
from authing_users.emulator.gql.left_out import LEFT_OUT
from authing_users.emulator.gql.schema import NotServed, executable_schema
from authing_users.emulator.messages import Language, refusal

PAGE = Path("docs", "emulator-coverage.md")
OWN_PATHS = "/emulator/"

TEXT = """\
<!-- Written by `make generate` from the code of the emulator. -->

# Emulator coverage

The emulator supports {served} of the {total} operations of the API. Unsupported operations and
arguments return HTTP status 200 and an error in the format of the API, with the code and message
listed here.

The resolvers are in `authing_users/emulator/gql/`, the endpoints in `authing_users/emulator/web/`.

## Queries

{queries}

## Mutations

{mutations}

## Unsupported result fields

{fields}

## Endpoints of the API

Other paths return HTTP status 404, and other methods 405.

{endpoints}

## Endpoints of the emulator itself

{own_endpoints}
"""


def page() -> str:
    """Return the text of the page."""
    resolvers = _resolvers()
    operations = [*resolvers.pop("Query").values(), *resolvers.pop("Mutation").values()]
    operations += [name for names in LEFT_OUT.values() for name in names]
    return TEXT.format(
        served=sum(not isinstance(operation, NotServed | str) for operation in operations),
        total=len(operations),
        queries=_operations("Query"),
        mutations=_operations("Mutation"),
        fields=_fields(resolvers),
        endpoints=_table(("endpoint", "function"), _endpoints(own=False)),
        own_endpoints=_table(("endpoint", "function"), _endpoints(own=True)),
    )


def _resolvers() -> dict[str, dict[str, object]]:
    """Return the resolvers of the executable schema, by type and field."""
    return {
        graphql_type.name: {
            name: inspect.unwrap(field.resolve)
            for name, field in graphql_type.fields.items()
            if field.resolve is not None
        }
        for graphql_type in executable_schema().type_map.values()
        if isinstance(graphql_type, GraphQLObjectType) and not graphql_type.name.startswith("__")
    }


def _operations(root: str) -> str:
    rows = [
        (name, "unsupported", _error(resolver.name))
        if isinstance(resolver, NotServed)
        else (name, "supported", _place(resolver))
        for name, resolver in _resolvers()[root].items()
    ]
    rows += [(name, "not in the schema", _error(f"{root}.{name}")) for name in LEFT_OUT[root]]
    return _table(("operation", "status", "resolver or error"), sorted(rows))


def _fields(resolvers: dict[str, dict[str, object]]) -> str:
    lines: list[str] = []
    for type_name, fields in sorted(resolvers.items()):
        names = [f"`{name}`" for name in fields if isinstance(fields[name], NotServed)]
        if names:
            lines.append(f"- `{type_name}`: {', '.join(names)}")
    return "\n".join(lines)


def _endpoints(*, own: bool) -> Iterator[tuple[str, str]]:
    with contextlib.closing(create_app()) as app:
        for route in app.routes:
            assert isinstance(route, Route)
            assert route.methods is not None
            if route.path.startswith(OWN_PATHS) == own:
                methods = " ".join(sorted(route.methods - {"HEAD"}))  # comes with every GET
                yield f"{methods} {route.path}", _place(inspect.unwrap(route.endpoint))


def _error(name: str) -> str:
    code = ErrorCode.NOT_SERVED
    message = refusal(ApiError(code, name), Language.ENGLISH)
    return f"{int(code)}: {message}"


def _place(served_by: object) -> str:
    assert inspect.isroutine(served_by)
    module = served_by.__module__.rpartition(".")[2]
    name = served_by.__qualname__.partition(".<locals>")[0]
    return f"`{module}.{name}`"


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    named = [(f"`{name}`", *rest) for name, *rest in rows]
    lines = [titles, ["---"] * len(titles), *named]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    if not parser.parse_args().check:
        PAGE.write_text(page(), "utf-8")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != page():
        sys.exit(f"Out of date, run `make generate`: {PAGE.as_posix()}")
    else:
        print(f"{PAGE.as_posix()} is up to date.")


if __name__ == "__main__":
    main()
