"""``authing-users api``: any operation of the API, for scripts."""

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from ._context import Call, Query, api_command
from ._errors import UsageProblem

if TYPE_CHECKING:
    from .._protocol.response import Response

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@api_command
def api(
    call: Call,
    what: Annotated[
        str,
        typer.Argument(
            metavar="DOCUMENT|PATH",
            help="A GraphQL document, @FILE or - for one in a file or stdin, or a path such as"
            " /api/v2/userpools/detail.",
        ),
    ],
    *,
    method: Annotated[
        str | None,
        typer.Option(
            "--method", "-X", metavar="METHOD", help="HTTP method. Default: GET, POST with a body."
        ),
    ] = None,
    typed: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            "-f",
            metavar="KEY=VALUE",
            help="Variable, field of the body, or parameter of GET. Numbers, true, false, null and"
            " JSON count as such; @FILE is the content of a file. a.b=1 nests, a[]=1 adds to a"
            " list.",
        ),
    ] = None,
    raw: Annotated[
        list[str] | None,
        typer.Option("--raw-field", "-r", metavar="KEY=VALUE", help="The same, always as text."),
    ] = None,
    input_file: Annotated[
        str | None,
        typer.Option(
            "--input", metavar="FILE", help="JSON object with variables or the body; - for stdin."
        ),
    ] = None,
    operation: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Operation to execute, if the document has several."),
    ] = None,
    jq: Query = None,
    show_secrets: Annotated[
        bool, typer.Option("--show-secrets", help="Print secrets instead of asterisks.")
    ] = False,
) -> None:
    """Call any operation of the API, and print the JSON of the response.

    The management token is sent. For GraphQL, the data is printed; for a path, the whole response.

    Examples:

      authing-users api 'query Q { users(page: 1, limit: 1) { totalCount } }' --jq users.totalCount

      authing-users api @user.graphql -f id=ID

      authing-users api /api/v2/password/check -f password=@password.txt

      authing-users api /api/v2/userpools/detail --jq data.name
    """
    from ._output import Output, OutputOptions

    output = Output(OutputOptions(jq=jq), masks=not show_secrets)
    if output.format == "table":
        output.format = "json"
    content = _content(typed or [], raw or [], input_file)
    if what.startswith("/"):
        if operation is not None:
            raise UsageProblem("--operation is for GraphQL documents, and not for a path")
        result = _rest(call, what, method, content)
    elif "://" in what.partition("{")[0]:
        raise UsageProblem(
            "expected a path, and not a URL: the host is that of the connection",
            hint="Example: authing-users api /api/v2/userpools/detail",
        )
    else:
        if method is not None:
            raise UsageProblem("--method is for a path, and not for GraphQL documents")
        result = _graphql(call, what, content, operation)
    output.emit_one(result)


def _content(typed: list[str], raw: list[str], input_file: str | None) -> dict[str, Any]:
    from ._arguments import fields_of, json_of

    content = {} if input_file is None else json_of(input_file, "--input")
    return content | fields_of(typed, raw)


def _graphql(call: Call, what: str, variables: dict[str, Any], operation: str | None) -> Any:
    from ._arguments import text_of

    document = what
    if what.startswith("@") or what == "-":
        document = text_of(what.removeprefix("@"), "DOCUMENT")
    if "{" not in document:
        raise UsageProblem(
            "expected a GraphQL document or a path",
            hint="Examples: 'query Q { users { totalCount } }', @FILE, /api/v2/userpools/detail",
        )
    return call.client.execute(document, variables, dict[str, Any], operation_name=operation)


def _rest(call: Call, path: str, method: str | None, content: dict[str, Any]) -> Any:
    from urllib.parse import urlencode

    from pydantic_core import to_json

    from .._protocol.request import Request
    from .._runtime.secret import SecretBytes

    if not path.isascii() or not path.isprintable() or " " in path or "#" in path:
        raise UsageProblem("the path contains characters that a URL cannot contain")
    verb = (method or ("POST" if content else "GET")).upper()
    if verb not in METHODS:
        raise UsageProblem(f"--method: {verb!r} is not one of {', '.join(METHODS)}")
    body = None
    if verb == "GET" and content:
        path += ("&" if "?" in path else "?") + urlencode(content, doseq=True)
    elif content:
        body = SecretBytes(to_json(content))
    request = Request(
        f"{verb} {path.partition('?')[0]}",
        verb,
        path,
        body,
        is_mutation=verb != "GET",
        kind=verb,
        content=content,
    )
    return call.client._transport.run(request, _read)


def _read(response: "Response") -> Any:
    """Return the content of a response, or raise the error that it stands for."""
    from .._protocol.rest import rest_document, rest_result

    anything = cast("type[object]", Any)
    content: object = rest_document(anything, response)
    if isinstance(content, dict) and "code" in content:
        rest_result(anything, response)
    return content  # pyright: ignore[reportUnknownVariableType]
