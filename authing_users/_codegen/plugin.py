"""A plugin of ariadne-codegen that adapts the generated package."""

import ast
from pathlib import Path
from typing import Any

from ariadne_codegen import Plugin
from ariadne_codegen.utils import format_code
from graphql import (
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    NonNullTypeNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
)

from .client_module import finish_client_module
from .documentation import docstring, document_class
from .generics import make_page_generic
from .input_dicts import dict_name, input_dicts_module
from .merging import merged_modules
from .naming import argument_name, class_types, top_level_classes
from .operation_trees import operation_trees_module
from .package_init import package_init

# A result is useless without these fields. All others may be missing in responses of other server
# versions.
NON_NULL_FIELDS = {"id", "totalCount", "list"}
# Files that the generator does not report.
ADDITIONAL_FILES = {
    "operations.py",
    "operation_results.py",
    "operation_trees.py",
    "input_dicts.py",
    "py.typed",
    "schema.graphql",
}


class ClientPlugin(Plugin):
    """Makes the package typed, documented, sync and async, and tolerant of schema changes."""

    def __init__(self, schema: GraphQLSchema, config_dict: dict[str, Any]) -> None:
        super().__init__(schema, config_dict)
        settings = config_dict["tool"]["ariadne-codegen"]
        self._package = Path(settings["target_package_path"], settings["target_package_name"])
        self._schema_path = Path(settings["schema_path"])
        self._operations: dict[str, OperationDefinitionNode] = {}
        self._fragments: dict[str, FragmentDefinitionNode] = {}
        self._inputs: list[GraphQLInputObjectType] = []
        self._owners: dict[str, str] = {}
        self._exports: dict[str, str] = {}
        self._inlined: set[str] = set()

    def process_schema(self, schema: GraphQLSchema) -> GraphQLSchema:
        """Make result fields nullable, because other server versions may not return them."""
        roots = (schema.query_type, schema.mutation_type)
        for type_ in schema.type_map.values():
            if not isinstance(type_, GraphQLObjectType) or type_ in roots:
                continue
            for name, field in type_.fields.items():
                if isinstance(field.type, GraphQLNonNull) and name not in NON_NULL_FIELDS:
                    field.type = field.type.of_type
        return schema

    def process_name(self, name: str, node: Node | None = None) -> str:
        """Keep the field name ``list``, which is documented and valid as an attribute."""
        is_field = isinstance(node, (FieldNode, GraphQLInputField))
        return "list" if is_field and name == "list_" else name

    def generate_result_field(
        self,
        field_implementation: ast.AnnAssign,
        operation_definition: ExecutableDefinitionNode,
        field: FieldNode,
    ) -> ast.AnnAssign:
        """Write aliases so that type checkers accept the Python name too.

        The list ``customData`` becomes a dict of Python values by key.
        """
        if field.name.value == "customData":
            field_implementation.annotation = ast.parse("Optional[CustomData]", mode="eval").body
        return _split_alias(field_implementation)

    def generate_input_field(
        self,
        field_implementation: ast.AnnAssign,
        input_field: GraphQLInputField,
        field_name: str,
    ) -> ast.AnnAssign:
        """Write aliases so that type checkers accept the Python name too."""
        return _split_alias(field_implementation)

    def generate_input_class(
        self, class_def: ast.ClassDef, input_type: GraphQLInputObjectType
    ) -> ast.ClassDef:
        """Use ``InputModel``, which rejects unknown fields, as the base class of inputs."""
        class_def.bases = [ast.Name(id="InputModel")]
        document_class(class_def, input_type)
        return class_def

    def generate_inputs_module(self, module: ast.Module) -> ast.Module:
        """Import ``InputModel``, and remember the generated inputs."""
        for class_def in top_level_classes(module):
            self._claim(class_def.name, "input")
            input_type = self.schema.type_map[class_def.name]
            assert isinstance(input_type, GraphQLInputObjectType)
            self._inputs.append(input_type)
        _use_typing_list(module)
        return _import(module, "base_model", "InputModel")

    def generate_enum(self, class_def: ast.ClassDef, enum_type: GraphQLEnumType) -> ast.ClassDef:
        """Make the enum accept values that newer servers may add."""
        class_def.bases = [ast.Name(id="OpenEnum")]
        body: list[ast.stmt] = []
        for statement, value in zip(class_def.body, enum_type.values.values(), strict=True):
            body.append(statement)
            if value.description:
                body.append(docstring(value.description))
        if enum_type.description:
            body.insert(0, docstring(enum_type.description))
        class_def.body = body
        return class_def

    def generate_enums_module(self, module: ast.Module) -> ast.Module:
        """Import the base class of the enums."""
        for class_def in top_level_classes(module):
            self._claim(class_def.name, "enum")
        return _import(module, "open_enum", "OpenEnum")

    def generate_fragments_module(
        self, module: ast.Module, fragments_definitions: dict[str, FragmentDefinitionNode]
    ) -> ast.Module:
        """Replace empty subclasses of nested fragments by the fragments, and document them."""
        self._inlined = _inline_fragment_subclasses(module) | _drop(module, "UserCustomData")
        for class_def in top_level_classes(module):
            self._claim(class_def.name, "fragment")
        self._fragments = fragments_definitions
        types = {
            class_name: type_
            for definition in fragments_definitions.values()
            for class_name, type_ in class_types(self.schema, definition)
        }
        for class_def in top_level_classes(module):
            document_class(class_def, types[class_def.name])
        _use_typing_list(module)
        make_page_generic(module)
        return _import(module, "custom_data", "CustomData")

    def generate_result_types_module(
        self, module: ast.Module, operation_definition: ExecutableDefinitionNode
    ) -> ast.Module:
        """Replace aliases of fragments by the fragments, and document the other classes."""
        assert isinstance(operation_definition, OperationDefinitionNode)
        assert operation_definition.name is not None
        operation_name = operation_definition.name.value
        if len(operation_definition.selection_set.selections) != 1:
            raise ValueError(
                f"{operation_name}: an operation must select exactly one field of the API"
            )
        self._operations[argument_name(operation_name)] = operation_definition
        _inline_fragment_aliases(module)
        root, *nested = top_level_classes(module)
        root.body.insert(0, docstring(f"The data of a ``{operation_name}`` response."))
        for class_def in (root, *nested):
            self._claim(class_def.name, f"operation {operation_name}")
        types = dict(class_types(self.schema, operation_definition))
        for class_def in nested:
            document_class(class_def, types[class_def.name])
        return ast.fix_missing_locations(module)

    def copy_code(self, copied_code: str) -> str:
        """Replace the stock base model by the template."""
        if "class BaseModel(PydanticBaseModel)" not in copied_code:
            return copied_code
        header = "".join(f"{line}\n" for line in copied_code.splitlines() if line.startswith("#"))
        template = Path(__file__).parent / "templates" / "base_model.py"
        return f"{header}\n{template.read_text(encoding='utf-8')}"

    def generate_arguments(
        self, arguments: ast.arguments, variable_definitions: tuple[VariableDefinitionNode, ...]
    ) -> ast.arguments:
        """Make arguments optional if their variable has a default."""
        defaulted = {
            argument_name(definition.variable.name.value)
            for definition in variable_definitions
            if definition.default_value is not None and isinstance(definition.type, NonNullTypeNode)
        }
        for argument in [argument for argument in arguments.args if argument.arg in defaulted]:
            arguments.args.remove(argument)
            arguments.args.append(argument)
            arguments.defaults.append(ast.Name(id="UNSET"))
            annotation = ast.unparse(argument.annotation) if argument.annotation else "Any"
            argument.annotation = ast.parse(f"Union[{annotation}, UnsetType]", mode="eval").body
        return arguments

    def generate_client_module(self, module: ast.Module) -> ast.Module:
        """Simplify the methods, and add the sync client."""
        finish_client_module(module, self.schema, self._operations)
        for node in ast.walk(module):
            if (
                isinstance(node, ast.ImportFrom)
                and (node.module or "").lstrip(".") in self._operations
            ):
                node.module = (
                    ".operation_results"
                    if (node.module or "").startswith(".")
                    else "operation_results"
                )
        return module

    def generate_init_import(self, import_: ast.ImportFrom) -> ast.ImportFrom:
        """Remember the exports of the package."""
        assert import_.module is not None
        # Result classes of operations are internal. Only fragments are exported.
        if import_.module not in self._operations:
            names = {alias.name for alias in import_.names} - self._inlined
            self._exports |= dict.fromkeys(names, import_.module)
        return import_

    def generate_init_code(self, generated_code: str) -> str:
        """Write the exports, which are imported on first use."""
        exports = self._exports | {
            "UNSET": "base_model",
            "AsyncExecutor": "base_client",
            "BaseClient": "base_client",
            "CustomData": "custom_data",
            "Client": "client",
            "Executor": "base_client",
            "InputModel": "base_model",
            "OpenEnum": "open_enum",
            "UnsetType": "base_model",
        }
        exports |= {dict_name(input_type.name): "input_dicts" for input_type in self._inputs}
        header = _header(generated_code)
        return header + format_code(package_init(exports), remove_unused_imports=False)

    def generate_files(self, generated_files: list[str]) -> list[str]:
        """Write the additional files, and delete files of earlier runs."""
        inputs = self._package / "input_types.py"
        source = inputs if inputs.exists() else self._package / "client.py"
        header = _header(source.read_text(encoding="utf-8"))
        input_dicts = header + format_code(input_dicts_module(self._inputs))
        (self._package / "input_dicts.py").write_text(input_dicts, encoding="utf-8")
        (self._package / "py.typed").touch()
        schema = self._schema_path.read_text(encoding="utf-8")
        (self._package / "schema.graphql").write_text(schema, encoding="utf-8")
        modules = [f"{name}.py" for name in sorted(self._operations)]
        merged = header + format_code(merged_modules(self._package, modules))
        (self._package / "operation_results.py").write_text(merged, encoding="utf-8")
        trees = operation_trees_module(self.schema, self._operations.values(), self._fragments)
        (self._package / "operation_trees.py").write_text(
            header + format_code(trees), encoding="utf-8"
        )
        current = {*generated_files, *ADDITIONAL_FILES}.difference(modules)
        for path in self._package.iterdir():
            if path.is_file() and path.name not in current:
                path.unlink()
        return sorted(current)

    def _claim(self, class_name: str, owner: str) -> None:
        """Raise if two definitions generate the same class, of which one would be lost."""
        if self._owners.setdefault(class_name, owner) != owner:
            message = f"{owner} and {self._owners[class_name]} both generate a class {class_name}"
            raise ValueError(message)


def _header(code: str) -> str:
    lines = code.splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith("#")) + "\n"


def _import(module: ast.Module, from_: str, name: str) -> ast.Module:
    module.body.insert(0, ast.ImportFrom(module=from_, names=[ast.alias(name)], level=1))
    return ast.fix_missing_locations(module)


def _split_alias(field: ast.AnnAssign) -> ast.AnnAssign:
    """Replace ``alias``, which makes type checkers reject the Python name."""
    if isinstance(field.value, ast.Call):
        keywords: list[ast.keyword] = []
        for keyword in field.value.keywords:
            if keyword.arg == "alias":
                keywords.append(ast.keyword(arg="validation_alias", value=keyword.value))
                keywords.append(ast.keyword(arg="serialization_alias", value=keyword.value))
            else:
                keywords.append(keyword)
        field.value.keywords = keywords
    return field


def _drop(module: ast.Module, name: str) -> set[str]:
    """Remove a class that is no longer used, and return its name."""
    module.body = [
        node for node in module.body if not (isinstance(node, ast.ClassDef) and node.name == name)
    ]
    return {name}


def _inline_fragment_subclasses(module: ast.Module) -> set[str]:
    """Replace classes such as ``class PaginatedUsersList(User): pass`` by ``User``.

    Returns:
        The names of the removed classes.
    """
    replaced: dict[str, str] = {}
    for class_def in list(top_level_classes(module)):
        match class_def:
            case ast.ClassDef(bases=[ast.Name(id=base)], body=[ast.Pass()]) if base != "BaseModel":
                replaced[class_def.name] = base
                module.body.remove(class_def)
    _rename(module, replaced)
    return set(replaced)


def _inline_fragment_aliases(module: ast.Module) -> None:
    """Replace aliases such as ``ListUsersUsers = PaginatedUsers`` by ``PaginatedUsers``."""
    replaced: dict[str, str] = {}
    for node in list(module.body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=fragment)):
                replaced[name] = fragment
                module.body.remove(node)
    _rename(module, replaced)


def _rename(module: ast.Module, replaced: dict[str, str]) -> None:
    for node in ast.walk(module):
        if isinstance(node, ast.Name):
            # The names of forward references include quotes.
            bare = node.id.strip("\"'")
            node.id = node.id.replace(bare, replaced.get(bare, bare))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = replaced.get(node.value, node.value)


def _use_typing_list(module: ast.Module) -> None:
    """Replace ``list`` by ``List`` in classes where ``list`` is the name of a field."""
    for class_def in top_level_classes(module):
        for statement in class_def.body:
            if isinstance(statement, ast.AnnAssign):
                for node in ast.walk(statement.annotation):
                    if isinstance(node, ast.Name) and node.id == "list":
                        node.id = "List"
    module.body.insert(0, ast.ImportFrom(module="typing", names=[ast.alias("List")], level=0))
