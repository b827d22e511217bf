"""Turn schema descriptions into docstrings of the generated classes, fields and methods."""

import ast

from ariadne_codegen.utils import str_to_snake_case
from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
)

from .naming import argument_name, root_type

INDENT = "    "


def document_class(
    class_def: ast.ClassDef, type_: GraphQLObjectType | GraphQLInputObjectType
) -> None:
    """Add the descriptions of a GraphQL type to its model class and the fields of the class."""
    by_attribute = {str_to_snake_case(name): field for name, field in type_.fields.items()}
    body: list[ast.stmt] = []
    for statement in class_def.body:
        # The generator documents input fields but not result fields, so docstrings are rewritten.
        if isinstance(statement, (ast.Expr, ast.Pass)):
            continue
        body.append(statement)
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            field = by_attribute.get(statement.target.id.rstrip("_"))
            if field is not None and field.description:
                body.append(docstring(one_line(field.description)))
    if type_.description:
        body.insert(0, docstring(one_line(type_.description)))
    class_def.body = body or [ast.Pass()]


def method_docstring(schema: GraphQLSchema, operation: OperationDefinitionNode) -> ast.Expr:
    """Return the docstring of a client method, from the descriptions of the API field."""
    (selection,) = operation.selection_set.selections
    assert isinstance(selection, FieldNode)
    field = root_type(schema, operation).fields[selection.name.value]
    lines = [
        one_line(field.description) if field.description else f"Call ``{selection.name.value}``."
    ]
    described = [
        (argument_name(argument.value.name.value), description)
        for argument in selection.arguments
        if isinstance(argument.value, VariableNode)
        and (description := field.args[argument.name.value].description)
    ]
    if described:
        lines += ["", f"{INDENT * 2}Args:"]
        lines += [f"{INDENT * 3}{name}: {one_line(description)}" for name, description in described]
    lines += ["", f"{INDENT * 2}API: {operation.operation.value} ``{selection.name.value}``."]
    return docstring("\n".join(lines) + f"\n{INDENT * 2}")


def one_line(description: str) -> str:
    """Return a description without the line breaks of the schema file."""
    return " ".join(description.split())


def docstring(text: str) -> ast.Expr:
    """Return a docstring statement."""
    return ast.Expr(value=ast.Constant(value=text))
