"""Reduce a request to what it asks for, so that requests of different SDKs can be compared."""

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

from .proxy import RecordedRequest

_GRAPHQL_PATH = "/graphql/v2"


def graphql_document(request: RecordedRequest) -> str | None:
    """Return the GraphQL document of a request, or `None` for a REST request."""
    return request.json["query"] if request.path == _GRAPHQL_PATH else None


def is_introspection(request: RecordedRequest) -> bool:
    """Return whether a request queries the schema."""
    return "__schema" in (graphql_document(request) or "")


def canonical_request(request: RecordedRequest) -> dict[str, Any]:
    """Reduce a request to its endpoint, arguments and API headers.

    Returns:
        A dict with three keys:

        - ``endpoint``: such as ``query users`` or ``GET /api/v2/users/…``.
        - ``arguments``: For REST, the query and the body. For GraphQL, the arguments of each
          field, by the path of the field. Variables are replaced by their values, so their names
          do not matter, and arguments without a value are omitted.
        - ``headers``: The headers that the API defines, except for the version of the SDK.
    """
    headers = {
        name: value
        for name, value in request.headers.items()
        if name == "authorization"
        or (name.startswith("x-authing-") and name != "x-authing-sdk-version")
    }
    document = graphql_document(request)
    if document is None:
        body = {"body": request.json} if request.body else {}
        query = {"query": request.query} if request.query else {}
        return {
            "endpoint": f"{request.method} {request.path}",
            "arguments": {**query, **body},
            "headers": headers,
        }
    parsed = parse(document)
    (operation,) = (
        node for node in parsed.definitions if isinstance(node, OperationDefinitionNode)
    )
    variables: dict[str, Any] = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    variables.update(request.json.get("variables") or {})
    arguments = _field_arguments(parsed, operation.selection_set, variables)
    root_fields = [path for path in arguments if "." not in path]
    return {
        "endpoint": f"{operation.operation.value} {' '.join(root_fields)}",
        "arguments": {path: values for path, values in arguments.items() if values},
        "headers": headers,
    }


def _field_arguments(
    document: DocumentNode,
    selection_set: SelectionSetNode,
    variables: dict[str, Any],
    prefix: str = "",
) -> dict[str, dict[str, Any]]:
    """Collect the arguments of all fields, by the path of the field."""
    arguments: dict[str, dict[str, Any]] = {}
    for node in selection_set.selections:
        nested_prefix = prefix
        if isinstance(node, FieldNode):
            path = f"{prefix}{node.name.value}"
            values = {
                argument.name.value: value_from_ast_untyped(argument.value, variables)
                for argument in node.arguments or ()
            }
            arguments[path] = {
                name: value for name, value in values.items() if value is not Undefined
            }
            nested, nested_prefix = node.selection_set, f"{path}."
        elif isinstance(node, FragmentSpreadNode):
            (nested,) = (
                definition.selection_set
                for definition in document.definitions
                if isinstance(definition, FragmentDefinitionNode)
                and definition.name.value == node.name.value
            )
        else:
            assert isinstance(node, InlineFragmentNode)
            nested = node.selection_set
        if nested is not None:
            arguments.update(_field_arguments(document, nested, variables, nested_prefix))
    return arguments
