"""Write the source of model classes."""

from collections.abc import Iterable

from ariadne_codegen.utils import needs_explicit_alias

from .documentation import docstring, string_literal


def class_source(name: str, bases: Iterable[str], description: str, body: Iterable[str]) -> str:
    """Return the source of a class.

    Args:
        name: Name of the class.
        bases: Its base classes.
        description: The docstring. Without a text, there is none.
        body: Indented lines.
    """
    lines = [*docstring(description), *body]
    return "\n".join([f"class {name}({', '.join(bases)}):", *(lines or ["    pass"])])


def field_source(
    name: str, key: str, annotation: str, default: str | None, description: str
) -> list[str]:
    """Return the lines of a field of a model.

    Args:
        name: The attribute.
        key: The name in GraphQL.
        annotation: The annotation.
        default: Source of the default, or the keyword ``default_factory`` with its value. ``None``
            if the field is required.
        description: The docstring, which is the description at run time too. Without a text, there
            is none.
    """
    keywords: list[str] = []
    if needs_explicit_alias(name, key, use_alias_generator=True):
        # With `alias`, type checkers would reject the Python name.
        keywords += [f'validation_alias="{key}"', f'serialization_alias="{key}"']
    if description:
        keywords.append(f"description={string_literal(description)}")
    is_factory = default is not None and default.startswith("default_factory=")
    if default is not None and (keywords or is_factory):
        keywords.insert(0, default if is_factory else f"default={default}")
    value = f"Field({', '.join(keywords)})" if keywords else default
    declared = f"    {name}: {annotation}"
    return [declared if value is None else f"{declared} = {value}", *docstring(description)]
