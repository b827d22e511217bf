"""Write docs/emulator-coverage.md from the schema and the routes of the emulator.

Run from the repository root: ``python -m scripts.emulator_coverage [--check]``.
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
from authing_users.emulator.gql.schema import Unsupported, executable_schema
from authing_users.emulator.gql.unsupported import UNSUPPORTED_OPERATIONS
from authing_users.emulator.messages import Language, error_message

PAGE = Path("docs", "emulator-coverage.md")
OWN_PATHS = "/emulator/"

TEXT = """\
<!-- Written by `make generate` from the schema and the routes of the emulator. -->

# Supported operations

The emulator supports {supported} of the {total} operations of the API. An unsupported operation
returns HTTP status 200 and an API error, with the code and the message listed here, even if
`schema.graphql` does not contain the operation. An unsupported argument does the same.

The resolvers are in `authing_users/emulator/gql/`, the endpoints in `authing_users/emulator/web/`.

## Queries

{queries}

## Mutations

{mutations}

## Unsupported fields of results

{fields}

## Endpoints of the API

The summary names the parameters of the query, or the fields of the body. Any other path returns
HTTP status 404, any other method 405.

{endpoints}

## Endpoints of the emulator

{own_endpoints}
"""


def page() -> str:
    """Return the text of the page."""
    resolvers = _resolvers()
    operations = [*resolvers.pop("Query").values(), *resolvers.pop("Mutation").values()]
    operations += [name for names in UNSUPPORTED_OPERATIONS.values() for name in names]
    columns = ("endpoint", "summary", "handler")
    return TEXT.format(
        supported=sum(not isinstance(operation, Unsupported | str) for operation in operations),
        total=len(operations),
        queries=_operations("Query"),
        mutations=_operations("Mutation"),
        fields=_fields(resolvers),
        endpoints=_table(columns, _endpoints(own=False)),
        own_endpoints=_table(columns, _endpoints(own=True)),
    )


def _resolvers() -> dict[str, dict[str, object]]:
    """Return the resolvers of the executable schema by type and field."""
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
        if isinstance(resolver, Unsupported)
        else (name, "supported", _location(resolver))
        for name, resolver in _resolvers()[root].items()
    ]
    rows += [
        (name, "not in the schema", _error(f"{root}.{name}"))
        for name in UNSUPPORTED_OPERATIONS[root]
    ]
    return _table(("operation", "status", "resolver or error"), sorted(rows))


def _fields(resolvers: dict[str, dict[str, object]]) -> str:
    lines: list[str] = []
    for type_name, fields in sorted(resolvers.items()):
        names = [f"`{name}`" for name in fields if isinstance(fields[name], Unsupported)]
        if names:
            lines.append(f"- `{type_name}`: {', '.join(names)}")
    return "\n".join(lines)


def _endpoints(*, own: bool) -> Iterator[tuple[str, str, str]]:
    with contextlib.closing(create_app()) as app:
        for route in app.routes:
            assert isinstance(route, Route)
            assert route.methods is not None
            if route.path.startswith(OWN_PATHS) == own:
                methods = " ".join(sorted(route.methods - {"HEAD"}))  # Starlette adds it to GET
                summary = inspect.getdoc(route.endpoint)
                assert summary
                handler = _location(inspect.unwrap(route.endpoint))
                yield f"{methods} {route.path}", " ".join(summary.split()), handler


def _error(name: str) -> str:
    code = ErrorCode.UNSUPPORTED
    message = error_message(ApiError(code, name), Language.ENGLISH)
    return f"{int(code)}: {message}"


def _location(function: object) -> str:
    assert inspect.isroutine(function)
    module = function.__module__.rpartition(".")[2]
    name = function.__qualname__.partition(".<locals>")[0]
    return f"`{module}.{name}`"


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = [(f"`{name}`", *rest) for name, *rest in rows]
    lines = [titles, ["---"] * len(titles), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Write the page, or check that it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="fail if the page is out of date; write nothing"
    )
    if not parser.parse_args().check:
        PAGE.write_text(page(), "utf-8")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != page():
        sys.exit(f"Out of date, run `make generate`: {PAGE.as_posix()}")
    else:
        print(f"{PAGE.as_posix()} is up to date.")


if __name__ == "__main__":
    main()
