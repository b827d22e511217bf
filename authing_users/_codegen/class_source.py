"""Write the source of model classes."""

from collections.abc import Iterable, Mapping

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
        description: The docstring. Without a text, there is none.
    """
    keywords: list[str] = []
    if needs_explicit_alias(name, key, use_alias_generator=True):
        # With `alias`, type checkers would reject the Python name.
        keywords += [f'validation_alias="{key}"', f'serialization_alias="{key}"']
    is_factory = default is not None and default.startswith("default_factory=")
    if default is not None and (keywords or is_factory):
        keywords.append(default if is_factory else f"default={default}")
    value = f"Field({', '.join(keywords)})" if keywords else default
    declared = f"    {name}: {annotation}"
    return [declared if value is None else f"{declared} = {value}", *docstring(description)]


def descriptions_source(descriptions: Mapping[str, str]) -> list[str]:
    """Return the lines of a table with the documentation of fields, which is read at run time.

    Descriptions in each ``Field()`` would take several times as long to import.

    Args:
        descriptions: The texts by attribute. A field without a text is left out.
    """
    items = [f"{name!r}: {string_literal(text)}" for name, text in descriptions.items() if text]
    declared = "    __descriptions__: ClassVar[Mapping[str, str]]"
    return [f"{declared} = {{{', '.join(items)}}}"] if items else []
