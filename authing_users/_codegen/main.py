"""Generate a package as its configuration says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphql import Source, build_schema, parse

from .package import write_package
from .problems import GenerationError
from .scalars import read_scalars
from .support import find_problems


def client(config: Mapping[str, Any]) -> None:
    """Write the package of a configuration.

    Args:
        config: The configuration, as read from its file.

    Raises:
        GenerationError: The generator does not support the operations.
    """
    settings = config["tool"]["ariadne-codegen"]
    schema_text = Path(settings["schema_path"]).read_text(encoding="utf-8-sig")
    schema = build_schema(schema_text)
    documents = [
        parse(Source(path.read_text(encoding="utf-8-sig"), str(path)))
        for path in sorted(Path(settings["queries_path"]).rglob("*.graphql"))
    ]
    if problems := find_problems(schema, documents):
        raise GenerationError(problems)
    write_package(
        schema,
        documents,
        Path(settings["target_package_path"], settings["target_package_name"]),
        schema_text=schema_text,
        scalars=read_scalars(settings.get("scalars", {})),
    )
