"""How severe each kind of change is."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from .errors import SchemaToolError


class Severity(StrEnum):
    """The severity of a change."""

    BREAKING = "breaking"
    DANGEROUS = "dangerous"
    SAFE = "safe"


# As graphql-core decides for the rules that it has, except for optional arguments and input keys,
# which a client that does not know them never sends.
DEFAULTS: Mapping[str, Severity] = {
    **dict.fromkeys(
        (
            "ARG_BECAME_REQUIRED",
            "ARG_CHANGED_KIND",
            "ARG_REMOVED",
            "DIRECTIVE_ARG_REMOVED",
            "DIRECTIVE_LOCATION_REMOVED",
            "DIRECTIVE_REMOVED",
            "DIRECTIVE_REPEATABLE_REMOVED",
            "FIELD_BECAME_REQUIRED",
            "FIELD_CHANGED_KIND",
            "FIELD_REMOVED",
            "IMPLEMENTED_INTERFACE_REMOVED",
            "ONE_OF_ADDED",
            "REQUIRED_ARG_ADDED",
            "REQUIRED_DIRECTIVE_ARG_ADDED",
            "REQUIRED_INPUT_FIELD_ADDED",
            "RESULT_BECAME_NULLABLE",
            "TYPE_CHANGED_KIND",
            "TYPE_REMOVED",
            "TYPE_REMOVED_FROM_UNION",
            "VALUE_REMOVED_FROM_ENUM",
        ),
        Severity.BREAKING,
    ),
    **dict.fromkeys(
        (
            "ARG_DEFAULT_VALUE_CHANGE",
            "IMPLEMENTED_INTERFACE_ADDED",
            "INPUT_FIELD_DEFAULT_VALUE_CHANGE",
            "TYPE_ADDED_TO_UNION",
            "VALUE_ADDED_TO_ENUM",
        ),
        Severity.DANGEROUS,
    ),
    **dict.fromkeys(
        (
            "ARG_BECAME_OPTIONAL",
            "DEPRECATION_ADDED",
            "DEPRECATION_CHANGED",
            "DEPRECATION_REMOVED",
            "DESCRIPTION_CHANGED",
            "DIRECTIVE_ADDED",
            "FIELD_ADDED",
            "FIELD_BECAME_OPTIONAL",
            "ONE_OF_REMOVED",
            "OPTIONAL_ARG_ADDED",
            "OPTIONAL_DIRECTIVE_ARG_ADDED",
            "OPTIONAL_INPUT_FIELD_ADDED",
            "RESULT_BECAME_NON_NULL",
            "TYPE_ADDED",
        ),
        Severity.SAFE,
    ),
}


def severities(settings: Iterable[str], config: Path | None) -> dict[str, Severity]:
    """Return the severities that replace the defaults.

    Args:
        settings: ``RULE=SEVERITY``. They override those of the file.
        config: A TOML file with the table ``[tool.authing-users.schema.severity]``, or ``None``.

    Raises:
        SchemaToolError: A rule or a severity is unknown, or the file cannot be read.
    """
    chosen: dict[str, Severity] = {}
    for rule, value in (_table(config) if config is not None else {}).items():
        chosen[rule] = _checked(rule, str(value), str(config))
    for setting in settings:
        rule, separator, value = setting.partition("=")
        if not separator:
            raise SchemaToolError(f"--severity {setting}: expected RULE=SEVERITY.")
        chosen[rule] = _checked(rule, value, "--severity")
    return chosen


def _checked(rule: str, value: str, origin: str) -> Severity:
    if rule not in DEFAULTS:
        raise SchemaToolError(
            f"{origin}: there is no rule {rule}. The rules are {', '.join(sorted(DEFAULTS))}."
        )
    if value not in [*Severity]:
        raise SchemaToolError(f"{origin}: {rule} must be {', '.join(Severity)}, not {value!r}.")
    return Severity(value)


def _table(path: Path) -> dict[str, Any]:
    import tomllib

    from .sources import read_text

    try:
        table: object = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise SchemaToolError(f"{path} is not valid TOML: {error}.") from None
    for name in ("tool", "authing-users", "schema", "severity"):
        table = _as_table(table).get(name)
    return _as_table(table)


def _as_table(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
