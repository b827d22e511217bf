"""Simplify the methods of the generated client, and derive the sync client from the async one."""

import ast
from copy import deepcopy

from graphql import GraphQLSchema, OperationDefinitionNode

from .documentation import docstring, method_docstring
from .naming import top_level_classes

SYNC_NAMES = {"AsyncClient": "Client", "AsyncBaseClient": "BaseClient"}


def finish_client_module(
    module: ast.Module,
    schema: GraphQLSchema,
    operations: dict[str, OperationDefinitionNode],
) -> None:
    """Rewrite the stock client module in place.

    Args:
        module: The module that the generator and the other plugins wrote.
        schema: The schema, for its descriptions.
        operations: The operation of each method, by method name.
    """
    (async_client,) = top_level_classes(module)
    imports: list[ast.stmt] = []
    for method in async_client.body:
        assert isinstance(method, ast.AsyncFunctionDef)
        imports += _simplify(method)
        method.body.insert(0, method_docstring(schema, operations[method.name]))
    sync_client = _sync_twin(async_client)
    async_client.body.insert(0, docstring("The operations of queries/ as typed coroutines."))
    sync_client.body.insert(0, docstring("The operations of queries/ as typed methods."))
    # The rewritten methods do not use the stock helper gql(). Importing in each call takes longer
    # than importing once, and every user of the client makes a call.
    rest = [node for node in module.body if not isinstance(node, ast.FunctionDef)]
    module.body = [*imports, *rest, sync_client]
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and node.module == "base_client":
            node.names.append(ast.alias("BaseClient"))
    ast.fix_missing_locations(module)


def _simplify(method: ast.AsyncFunctionDef) -> list[ast.ImportFrom]:
    """Reduce a method to one call of the executor, without untyped keyword arguments.

    The stock body assigns ``variables``, ``response`` and ``data`` and ends in
    ``return Result.model_validate(data).field``.

    Returns:
        The imports that the method made.
    """
    method.args.kwarg = None
    assigned: dict[str, ast.expr] = {}
    for statement in method.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                assigned[name] = value
    match assigned["response"], method.body[-1]:
        case (
            ast.Await(value=ast.Call(keywords=keywords)),
            ast.Return(
                value=ast.Attribute(
                    value=ast.Call(func=ast.Attribute(value=ast.Name() as result_type)),
                    attr=field,
                )
            ),
        ):
            passed = {keyword.arg: keyword.value for keyword in keywords}
        case _:
            message = f"{method.name}: an operation must select exactly one field of the API"
            raise ValueError(message)
    executed = ast.Call(
        func=ast.Attribute(value=ast.Name(id="self"), attr="execute"),
        args=[result_type, passed["query"], passed["operation_name"], assigned["variables"]],
        keywords=[],
    )
    imports = [statement for statement in method.body if isinstance(statement, ast.ImportFrom)]
    value = ast.Attribute(value=ast.Await(value=executed), attr=field)
    method.body = [ast.Return(value=value)]
    return imports


class _Synchronise(ast.NodeTransformer):
    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        self.generic_visit(node)
        fields = {name: getattr(node, name) for name in node._fields if hasattr(node, name)}
        return ast.FunctionDef(**fields, lineno=node.lineno)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        self.generic_visit(node)
        return node.value

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(id=SYNC_NAMES.get(node.id, node.id))


def _sync_twin(async_client: ast.ClassDef) -> ast.ClassDef:
    twin = _Synchronise().visit(deepcopy(async_client))
    assert isinstance(twin, ast.ClassDef)
    twin.name = SYNC_NAMES[twin.name]
    return twin
