"""What a request asks for, whatever its document calls things."""

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    parse,
    value_from_ast_untyped,
)

from .proxy import Request

_GRAPHQL = "/graphql/v2"


def document(request: Request) -> str | None:
    """Return the GraphQL document of a request, if it has one."""
    return request.content["query"] if request.path == _GRAPHQL else None


def is_introspection(request: Request) -> bool:
    """Whether a request asks for the schema."""
    return "__schema" in (document(request) or "")


def sent(request: Request) -> dict[str, Any]:
    """Read what a request asks for.

    Returns:
        ``endpoint``: ``query users``, or ``GET /api/v2/users/…``. ``arguments``: of GraphQL, the
        arguments of each field that has some, by its path, so that variables of any name can be
        compared, and one that is not given makes an argument that is not given; of REST, the query
        and the body. ``headers``: those that the API defines, without the version of the SDK.
    """
    headers = {
        name: value
        for name, value in request.headers.items()
        if name == "authorization"
        or (name.startswith("x-authing-") and name != "x-authing-sdk-version")
    }
    text = document(request)
    if text is None:
        body = {"body": request.content} if request.body else {}
        query = {"query": request.query} if request.query else {}
        return {
            "endpoint": f"{request.method} {request.path}",
            "arguments": {**query, **body},
            "headers": headers,
        }
    parsed = parse(text)
    (operation,) = (
        node for node in parsed.definitions if isinstance(node, OperationDefinitionNode)
    )
    variables: dict[str, Any] = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    variables.update(request.content.get("variables") or {})
    found = _arguments(parsed, operation.selection_set, variables, "")
    roots = [path for path in found if "." not in path]
    arguments = {path: values for path, values in found.items() if values}
    return {
        "endpoint": f"{operation.operation.value} {' '.join(roots)}",
        "arguments": arguments,
        "headers": headers,
    }


def _arguments(
    whole: DocumentNode, selection: SelectionSetNode, variables: dict[str, Any], path: str
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for node in selection.selections:
        if isinstance(node, FieldNode):
            here = f"{path}{node.name.value}"
            given = {
                argument.name.value: value_from_ast_untyped(argument.value, variables)
                for argument in node.arguments or ()
            }
            found[here] = {name: it for name, it in given.items() if it is not Undefined}
            inner, inside = node.selection_set, f"{here}."
        elif isinstance(node, FragmentSpreadNode):
            (inner,) = (
                definition.selection_set
                for definition in whole.definitions
                if isinstance(definition, FragmentDefinitionNode)
                and definition.name.value == node.name.value
            )
            inside = path
        else:
            assert isinstance(node, InlineFragmentNode)
            inner, inside = node.selection_set, path
        if inner is not None:
            found.update(_arguments(whole, inner, variables, inside))
    return found
