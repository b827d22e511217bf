"""Generate a package from a schema and operations.

Imports nothing of the client and of ``authing_graphql``, which may be missing or broken.
"""

import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ariadne_codegen.client_generators.scalars import ScalarData
from ariadne_codegen.plugins.manager import PluginManager
from ariadne_codegen.settings import ClientSettings, CommentsStrategy
from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    is_scalar_type,
    is_specified_scalar_type,
    print_schema,
)

from .config import PackageSettings, suggestion
from .own_fragments import add_own_fragments
from .package import write_package
from .problems import GenerationError, Problem
from .publishing import differences, is_replaceable, replace_package
from .settings import FILES, SCALARS, TEMPLATES
from .sources import GRAPHQL, parse_file, parse_introspection, read_files
from .support import find_problems
from .validation import (
    build_schema,
    deprecated_uses,
    names_used_twice,
    operation_problems,
    upload_problems,
)


@dataclass(frozen=True)
class Sources:
    """A valid schema and valid operations, which the generator supports.

    Attributes:
        schema: The schema.
        schema_text: The schema as text.
        documents: The parsed files of operations and fragments.
        warnings: Where operations use what the schema calls deprecated.
        plugins: The plugins of the config file, which may have changed the schema.
    """

    schema: GraphQLSchema
    schema_text: str
    documents: Sequence[DocumentNode]
    warnings: Sequence[Problem]
    plugins: PluginManager

    @property
    def operations(self) -> list[OperationDefinitionNode]:
        """The operations, in the order of the files."""
        return [
            definition
            for document in self.documents
            for definition in document.definitions
            if isinstance(definition, OperationDefinitionNode)
        ]


@dataclass(frozen=True)
class Outcome:
    """The outcome of a run of the generator.

    Attributes:
        target: The folder of the package.
        number_of_operations: How many operations the package has.
        differences: A line for each file that was out of date.
        warnings: Where operations use what the schema calls deprecated.
    """

    target: Path
    number_of_operations: int
    differences: Sequence[str]
    warnings: Sequence[Problem]


def generate(settings: PackageSettings, *, check: bool = False) -> Outcome:
    """Generate a package.

    Args:
        settings: The sources of the package, and its place.
        check: Write nothing; only find out which files are out of date.

    Raises:
        GenerationError: The sources have problems. Nothing was written.
        OSError: The package cannot be written. It is as it was.
    """
    sources = read_sources(settings)
    with tempfile.TemporaryDirectory() as scratch:
        built = build(settings, sources, Path(scratch))
        changed = differences(built, settings.target)
        if changed and not check:
            replace_package(built, settings.target)
    return Outcome(settings.target, len(sources.operations), changed, sources.warnings)


def read_sources(settings: PackageSettings) -> Sources:
    """Read the schema and the operations.

    Raises:
        GenerationError: They have problems. The error has all of them.
    """
    problems: list[Problem] = []
    target = settings.target
    if not is_replaceable(target):
        message = "The folder is not a generated package: choose another name, or remove it"
        problems.append(Problem(str(target), 1, 1, message))
    before = len(problems)
    suffixes = (*GRAPHQL, ".json") if settings.schema.is_file() else GRAPHQL
    texts = read_files(settings.schema, "the schema", suffixes, problems, [target])
    schema_documents: list[DocumentNode] = []
    for path, text in texts.items():
        parse_text = parse_introspection if path.suffix == ".json" else parse_file
        if document := parse_text(path, text, problems):
            schema_documents.append(document)
    has_schema = len(problems) == before
    if has_schema and not schema_documents:
        message = "The schema is empty: define the type Query"
        problems.append(Problem(str(settings.schema), 1, 1, message))
        has_schema = False
    documents, are_complete = _read_operations(settings, [*texts, target], problems)
    problems += names_used_twice(documents)
    schema = build_schema(schema_documents, problems) if has_schema else None
    if schema is None:
        raise GenerationError(problems)
    plugins = PluginManager(schema, tomllib.loads(settings.config_text), [*settings.plugins])
    try:
        schema = plugins.process_schema(schema)
    except Exception as error:
        raise GenerationError([*problems, _failure(settings, error)]) from error
    problems += _scalar_problems(settings, schema)
    documents = add_own_fragments(schema, documents)
    invalid = operation_problems(schema, documents, are_complete=are_complete)
    if "Upload" not in settings.scalars:
        invalid += upload_problems(schema, documents)
    invalid += find_problems(schema, documents)
    if problems or invalid:
        raise GenerationError([*problems, *invalid])
    (text, *others) = texts.values()
    is_text = not (settings.plugins or others) and next(iter(texts)).suffix != ".json"
    return Sources(
        schema,
        text if is_text else print_schema(schema) + "\n",
        documents,
        deprecated_uses(schema, documents),
        plugins,
    )


def build(settings: PackageSettings, sources: Sources, folder: Path) -> Path:
    """Write the package into a folder, and return its path.

    Raises:
        GenerationError: The generator, or a plugin, failed on sources that it should support.
    """
    package = folder / settings.package.rpartition(".")[2]
    try:
        write_package(
            sources.schema,
            sources.documents,
            _client_settings(settings, sources.schema, package),
            sources.plugins,
            schema_text=sources.schema_text,
            text_values=settings.text_values,
        )
    except OSError:
        raise
    except Exception as error:
        raise GenerationError([_failure(settings, error)]) from error
    return package


def _failure(settings: PackageSettings, error: Exception) -> Problem:
    """Return the problem for a mistake of the generator or of a plugin."""
    message = (
        f"The generator failed with {type(error).__name__}: {error}. "
        + ("Check the plugins, and r" if settings.plugins else "R")
        + "eport it, with the schema and the operations"
    )
    return Problem(str(settings.queries), 1, 1, message)


def _read_operations(
    settings: PackageSettings, excluded: Sequence[Path], problems: list[Problem]
) -> tuple[list[DocumentNode], bool]:
    """Return the parsed files, and whether all of them could be read and parsed."""
    before = len(problems)
    texts = read_files(settings.queries, "the operations", GRAPHQL, problems, excluded)
    documents = [
        document
        for path, text in texts.items()
        if (document := parse_file(path, text, problems)) is not None
    ]
    is_complete = len(problems) == before
    operations = (
        definition
        for document in documents
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
    )
    if is_complete and next(operations, None) is None:
        message = "There is no operation: add a file with a query or a mutation"
        problems.append(Problem(str(settings.queries), 1, 1, message))
    return documents, is_complete


def _scalar_problems(settings: PackageSettings, schema: GraphQLSchema) -> list[Problem]:
    own = [
        name
        for name, type_ in schema.type_map.items()
        if is_scalar_type(type_) and not is_specified_scalar_type(type_)
    ]
    return [
        settings.problem(
            f"[tool.ariadne-codegen.scalars.{name}]",
            f"The schema has no custom scalar {name}"
            + (suggestion(name, own) if own else ": remove the table"),
        )
        for name in settings.scalars
        if name not in own
    ]


def _client_settings(
    settings: PackageSettings, schema: GraphQLSchema, package: Path
) -> ClientSettings:
    scalars = {**SCALARS, **settings.scalars}
    return ClientSettings(
        schema_path=str(settings.schema),
        queries_path=str(settings.queries),
        target_package_name=package.name,
        target_package_path=str(package.parent),
        include_comments=CommentsStrategy.NONE,
        files_to_include=[str(TEMPLATES / name) for name in FILES],
        scalars={
            name: ScalarData(entry["type"], entry.get("serialize"), entry.get("parse"))
            for name, entry in scalars.items()
            if name in schema.type_map
        },
        client_name="AsyncClient",
        base_client_name="AsyncBaseClient",
        base_client_file_path=str(TEMPLATES / "base_client.py"),
        multipart_uploads=False,
    )
