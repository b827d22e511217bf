"""Read and write the syntax trees that ariadne-codegen passes to plugins."""

import ast

from .documentation import string_literal


def class_definition(source: str) -> ast.ClassDef:
    """Parse a class."""
    (definition,) = ast.parse(source).body
    assert isinstance(definition, ast.ClassDef)
    return definition


def source_of(module: ast.Module) -> str:
    """Return the source of a module, in which docstrings keep their triple quotes."""
    return "\n\n".join(ast.unparse(_Docstrings().visit(statement)) for statement in module.body)


class _Docstrings(ast.NodeTransformer):
    """Replaces docstrings, of which ``unparse`` knows only those at the start of a body."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        if not isinstance(node.value, ast.Constant) or not isinstance(node.value.value, str):
            return node
        value = node.value.value
        text = value.rstrip("\n ")
        if "\n" not in value[len(text) :]:  # the indentation of closing quotes
            text = value
        literal = string_literal(text)[:-3] + value[len(text) :] + '"""'
        return ast.Expr(ast.Name(literal))  # `unparse` writes a name as it is
