"""The settings of one package: from a config file, and from the command line."""

import os
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from keyword import iskeyword
from pathlib import Path
from typing import Any

from ariadne_codegen.plugins.base import Plugin
from ariadne_codegen.plugins.explorer import get_plugins_types

from .problems import GenerationError, Problem
from .settings import SETTINGS

DEFAULT_CONFIG = Path("codegen.toml")
TABLE = "tool.ariadne-codegen"
# The keys of the table, and the option of the command line that replaces each.
OPTIONS = {
    "schema_path": "--schema",
    "queries_path": "--queries",
    "target_package_name": "--package",
    "target_package_path": "--out",
}
SCALAR_KEYS = ("type", "parse", "serialize", "import")
TEXT_TYPES = ("datetime", "date", "UUID")


@dataclass(frozen=True)
class PackageSettings:
    """The sources and the place of a package.

    Attributes:
        schema: File or folder with the schema.
        queries: File or folder with the operations.
        package: Name of the package, perhaps with dots.
        out: Folder that the package is written into.
        scalars: The table of each custom scalar that the config file has.
        text_values: What a text field of an input accepts too, ``datetime``, ``date`` or ``UUID``,
            by name of the field.
        plugins: The plugins, which are called in this order.
        config: The config file, or ``None``.
        config_text: Its content.
    """

    schema: Path
    queries: Path
    package: str
    out: Path
    scalars: Mapping[str, Mapping[str, str]]
    text_values: Mapping[str, str]
    plugins: Sequence[type[Plugin]]
    config: Path | None
    config_text: str

    @property
    def target(self) -> Path:
        """The folder of the package."""
        return self.out.joinpath(*self.package.split("."))

    def problem(self, key: str, message: str) -> Problem:
        """Return a problem at the place of a key, or of a table, of the config file."""
        return _problem(self.config, self.config_text, key, message)


def read_settings(
    config: Path | None = None,
    *,
    schema: Path | None = None,
    queries: Path | None = None,
    package: str | None = None,
    out: Path | None = None,
) -> PackageSettings:
    """Read the config file, and replace what is given.

    Args:
        config: The config file. ``None`` means ``codegen.toml``, if there is one. Its paths are
            relative to its folder.
        schema: Replaces ``schema_path``.
        queries: Replaces ``queries_path``.
        package: Replaces ``target_package_name``.
        out: Replaces ``target_package_path``, which is ``.`` by default.

    Raises:
        GenerationError: A setting is unknown, wrong or missing, or the file cannot be read.
    """
    if config is None and DEFAULT_CONFIG.is_file():
        config = DEFAULT_CONFIG
    text, content = ("", {}) if config is None else _read(config)
    table = _table(config, text, content)
    problems = _unknown_keys(config, text, table)
    given = {
        "schema_path": schema,
        "queries_path": queries,
        "target_package_name": package,
        "target_package_path": out,
    }
    values: dict[str, str | Path] = {"target_package_path": Path()}
    for key, replacement in given.items():
        value = table.get(key)
        if replacement is not None:
            values[key] = replacement
        elif isinstance(value, str) and value:
            values[key] = value if key == "target_package_name" else _relative(config, value)
        elif key in table:
            problems.append(_problem(config, text, key, f"{key} must be text that is not empty"))
        elif key not in values:
            message = f"{key} is missing: set it, or pass {OPTIONS[key]}"
            problems.append(_problem(config, text, f"[{TABLE}]", message))
    name = values.get("target_package_name")
    if name is not None and str(name).partition(".")[0] == "authing_users":
        message = "authing_users is the name of this library: choose another name"
        problems.append(_problem(config, text, "target_package_name", message))
    elif name is not None and not all(map(_is_name, str(name).split("."))):
        message = f"{name!r} cannot be the name of a package: write names such as acme_authing"
        problems.append(_problem(config, text, "target_package_name", message))
    scalars = _scalars(config, text, table.get("scalars", {}), problems)
    text_values = _text_values(config, text, table.get("text_values", {}), problems)
    plugins = _plugins(config, text, table.get("plugins", []), problems)
    if problems:
        raise GenerationError(problems)
    return PackageSettings(
        schema=Path(values["schema_path"]),
        queries=Path(values["queries_path"]),
        package=str(name),
        out=Path(values["target_package_path"]),
        scalars=scalars,
        text_values=text_values,
        plugins=plugins,
        config=config,
        config_text=text,
    )


def _read(config: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = config.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except OSError as error:
        problem = Problem(str(config), 1, 1, f"The file cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        problem = Problem(str(config), 1, 1, "The file is not text in UTF-8: save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (text.count("\n") + 1, 1)
        reason = str(error).partition(" (at ")[0]
        problem = Problem(str(config), line, column, f"The file is not valid TOML: {reason}")
    raise GenerationError([problem])


def _table(config: Path | None, text: str, content: Mapping[str, Any]) -> dict[str, Any]:
    if config is None:
        return {}
    tool = content.get("tool")
    table = tool.get("ariadne-codegen") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        raise GenerationError([_problem(config, text, "", f"The table [{TABLE}] is missing")])
    return table


def _unknown_keys(config: Path | None, text: str, table: Mapping[str, Any]) -> list[Problem]:
    known = [*OPTIONS, "plugins", "scalars", "text_values"]
    problems: list[Problem] = []
    for key in table:
        if key in known:
            continue
        if key in SETTINGS:
            message = f"{key} is the same for each package: remove it"
        else:
            message = f"{key} is not a setting of authing-users{suggestion(key, known)}"
        problems.append(_problem(config, text, key, message))
    return problems


def _scalars(
    config: Path | None, text: str, table: object, problems: list[Problem]
) -> dict[str, dict[str, str]]:
    if not isinstance(table, dict):
        problems.append(_problem(config, text, "scalars", "scalars must be a table"))
        return {}
    scalars: dict[str, dict[str, str]] = {}
    for name, entry in table.items():
        header = f"[{TABLE}.scalars.{name}]"
        if not isinstance(entry, dict):
            message = f"{name} must be a table: write {header}, and type = ... below it"
            problems.append(_problem(config, text, name, message))
            continue
        for key, value in entry.items():
            if key not in SCALAR_KEYS:
                message = f"{key} is not a setting of a scalar{suggestion(key, SCALAR_KEYS)}"
                problems.append(_problem(config, text, key, message, after=header))
            elif not isinstance(value, str) or not _is_dotted_name(value):
                message = f"{key} must be a name such as datetime.datetime"
                problems.append(_problem(config, text, key, message, after=header))
        if "type" not in entry:
            message = f"The scalar {name} has no type: write type = 'datetime.datetime' or similar"
            problems.append(_problem(config, text, header, message))
        scalars[name] = entry
    return {} if problems else {name: _with_modules(entry) for name, entry in scalars.items()}


def _text_values(
    config: Path | None, text: str, table: object, problems: list[Problem]
) -> dict[str, str]:
    if not isinstance(table, dict):
        problems.append(_problem(config, text, "text_values", "text_values must be a table"))
        return {}
    header = f"[{TABLE}.text_values]"
    for name, type_ in table.items():
        if type_ not in TEXT_TYPES:
            message = f"{name} must be {' or '.join(map(repr, TEXT_TYPES))}"
            problems.append(_problem(config, text, name, message, after=header))
    return table


def _plugins(
    config: Path | None, text: str, names: object, problems: list[Problem]
) -> list[type[Plugin]]:
    """Import the plugins. Their modules can be in the folder of the config file."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        message = "plugins must be a list of names such as acme.codegen.AcmePlugin"
        problems.append(_problem(config, text, "plugins", message))
        return []
    folder = str(config.parent.resolve()) if config else ""
    if names and folder not in sys.path:
        sys.path.append(folder)
    plugins: list[type[Plugin]] = []
    for name in names:
        try:
            found = get_plugins_types([name])
            reason = "" if found else "The module has no plugin class"
        except Exception as error:
            # The module can raise anything.
            found, reason = [], str(error)
        plugins += found
        if reason:
            message = f"The plugin {name} cannot be used: {reason}"
            problems.append(_problem(config, text, "plugins", message))
    return plugins


def _with_modules(entry: Mapping[str, str]) -> dict[str, str]:
    """Write the module of ``import``, which ariadne-codegen warns of, before each name."""
    module = entry.get("import")
    return {
        key: f"{module}.{value}" if module and "." not in value else value
        for key, value in entry.items()
        if key != "import"
    }


def suggestion(name: str, known: object) -> str:
    """Return the end of a message about an unknown name."""
    names = [str(one) for one in known] if isinstance(known, (list, tuple)) else []
    close = get_close_matches(name, names, n=1)
    return f": did you mean {close[0]}?" if close else f": use {', '.join(names)}, or remove it"


def _relative(config: Path | None, value: str) -> Path:
    return Path(value) if config is None else config.parent / os.path.expanduser(value)


def _is_name(name: str) -> bool:
    return name.isidentifier() and not iskeyword(name)


def _is_dotted_name(value: str) -> bool:
    return all(map(_is_name, value.split(".")))


def _problem(config: Path | None, text: str, key: str, message: str, *, after: str = "") -> Problem:
    """Return a problem at the first line that starts with a key, below a line with a table."""
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if after and line.strip() == after), 0)
    bare = re.escape(key)
    for number, line in enumerate(lines[start:], start + 1):
        if key and (match := re.match(rf"\s*[\"']?({bare})(?![\w-])", line)):
            return Problem(str(config), number, match.start(1) + 1, message)
    return Problem(str(config or DEFAULT_CONFIG), 1, 1, message)
