"""The public surface of a source tree, read by griffe without importing it, and differences."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import griffe

# The modules that docs/compatibility.md calls public, and the generated package. Each with what is
# written before its names.
MODULES = {
    "authing_users": "",
    "authing_users.errors": "",
    "authing_users.models": "",
    "authing_users.options": "",
    "authing_users.http_interface": "",
    "authing_users.fast": "fast.",
    "authing_users.files": "files.",
    "authing_users.testing": "testing.",
    "authing_graphql": "authing_graphql.",
}
FOLDERS = (".", "generated")

Surface = dict[str, dict[str, Any]]
"""The public classes, functions and members, by names such as ``User.email``."""


@dataclass(frozen=True, order=True)
class Difference:
    """A difference that can break a program.

    Attributes:
        name: The class, function or attribute, such as ``UsersManagementClient.list``.
        message: What changed, after the name.
    """

    name: str
    message: str

    def __str__(self) -> str:
        return f"`{self.name}`: {self.message}"


def read_surface(root: Path) -> Surface:
    """Return the public surface of the packages in a source tree."""
    loader = griffe.GriffeLoader(
        search_paths=[str(root / folder) for folder in FOLDERS],
        allow_inspection=False,
        docstring_parser="google",
    )
    for package in dict.fromkeys(module.partition(".")[0] for module in MODULES):
        loader.load(package, try_relative_path=False)  # else that of the working directory
    loader.resolve_aliases(implicit=True, external=False)
    surface: Surface = {}
    seen: set[str] = set()
    for name, prefix in MODULES.items():
        try:
            module = loader.modules_collection[name]
        except KeyError:  # not yet written
            continue
        for exported in _exported(module):
            path: str = _target(module.members[exported]).path
            if path not in seen:  # several modules export the same types
                seen.add(path)
                _add(surface, prefix + exported, module.members[exported])
    return surface


def differences(old: Surface, new: Surface) -> list[Difference]:
    """Return the differences that can break a program, sorted.

    The asynchronous twin of a class is left out if both have the same difference.
    """
    found = {difference for name in old for difference in _of_name(name, old, new)}
    return sorted(
        difference for difference in found if _without_async(difference) not in found - {difference}
    )


def _without_async(difference: Difference) -> Difference:
    return Difference(re.sub(r"\bAsync", "", difference.name), difference.message)


def additions(old: Surface, new: Surface) -> list[str]:
    """Return the names that only the new surface has, without members of new classes."""
    return sorted(
        name
        for name in new.keys() - old.keys()
        if "." not in name or name.rpartition(".")[0] in old
    )


def _exported(module: Any) -> Iterator[str]:
    listed = [name for name in module.exports or () if isinstance(name, str)]
    # The list of the main module is computed, so its imports for type checkers count.
    names = listed if len(listed) > 1 else sorted(module.members)
    for name in names:
        target = _target(module.members.get(name))
        if not name.startswith("_") and target is not None and not target.is_module:
            yield name


def _target(member: Any) -> Any:
    """Return the object that a name stands for, or ``None`` if it is of another project."""
    try:
        return member.final_target if member is not None and member.is_alias else member
    except griffe.AliasResolutionError:
        return None


def _add(surface: Surface, name: str, member: Any) -> None:
    target = _target(member)
    if target is None:
        return
    if target.is_class:
        surface[name] = {"kind": "class", "bases": [_path(base) for base in target.bases]}
        for below, inner in target.all_members.items():
            if not below.startswith("_") or below == "__init__":
                _add(surface, f"{name}.{below}", inner)
    elif target.is_function:
        surface[name] = _function(target)
    elif target.is_attribute:
        surface[name] = {"kind": "attribute", "type": _text(target.annotation)}


def _path(base: Any) -> str:
    """Return the path of a base class, without type arguments."""
    return str(getattr(base, "canonical_path", base)).partition("[")[0]


def _function(function: Any) -> dict[str, Any]:
    return {
        "kind": "function",
        "is_async": "async" in function.labels,
        "returns": _text(function.returns),
        "parameters": {
            parameter.name: {
                "how": parameter.kind.value,
                "type": _text(parameter.annotation),
                "default": _text(parameter.default),
            }
            for parameter in function.parameters
            if parameter.name not in ("self", "cls")
        },
        "overloads": [_signature(overload) for overload in function.overloads or ()],
        **_documented(function),
    }


def _signature(function: Any) -> str:
    parameters = (
        f"{one.kind.value} {one.name}: {_text(one.annotation)} = {_text(one.default)}"
        for one in function.parameters
    )
    return f"({', '.join(parameters)}) -> {_text(function.returns)}"


def _documented(function: Any) -> dict[str, Any]:
    sections = {} if function.docstring is None else _sections(function.docstring.parsed)
    return {
        "args": sorted(str(one.name).lstrip("*") for one in sections.get("parameters", ())),
        "documents_returns": "returns" in sections,
        "raises": sorted({str(one.annotation) for one in sections.get("raises", ())}),
    }


def _sections(parsed: Iterable[Any]) -> dict[str, Any]:
    return {section.kind.value: section.value for section in parsed}


def _text(expression: object) -> str | None:
    return None if expression is None else str(expression)


def _of_name(name: str, old: Surface, new: Surface) -> Iterator[Difference]:
    before, after = old[name], new.get(name)
    if after is None:
        owner = name.rpartition(".")[0]
        if owner not in old or owner in new:  # else its class was removed
            yield Difference(name, "was removed.")
    elif before["kind"] != after["kind"]:
        yield Difference(name, f"changed from {_a(before['kind'])} to {_a(after['kind'])}.")
    else:
        if before["kind"] == "class":
            yield from _base_differences(name, before["bases"], after["bases"], old)
        yield from (Difference(name, message) for message in _messages(before, after))


def _base_differences(
    name: str, before: list[str], after: list[str], old: Surface
) -> Iterator[Difference]:
    for base in before:
        short = base.rpartition(".")[2]
        is_private = base.partition(".")[0] in ("authing_users", "authing_graphql")
        if base not in after and (short in old or not is_private):
            yield Difference(name, f"no longer inherits from `{short}`.")


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "attribute" else f"a {kind}"


def _messages(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if before["kind"] == "attribute":
        yield from _retyped("the type", before["type"], after["type"])
    elif before["kind"] == "function":
        yield from _retyped("the type of the result", before["returns"], after["returns"])
        if before["is_async"] != after["is_async"]:
            yield f"is {'' if after['is_async'] else 'no longer '}asynchronous."
        yield from _parameter_messages(before["parameters"], after["parameters"])
        if before["overloads"] != after["overloads"]:
            yield "the overloads changed."
        yield from _documentation_messages(before, after)


def _retyped(what: str, before: str | None, after: str | None) -> Iterator[str]:
    if before != after:
        yield f"{what} changed from `{before}` to `{after}`."


def _parameter_messages(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    for name, parameter in before.items():
        now = after.get(name)
        if now is None:
            yield f"the argument `{name}` was removed."
            continue
        yield from _retyped(f"the type of `{name}`", parameter["type"], now["type"])
        if parameter["how"] != now["how"]:
            yield f"the argument `{name}` changed from {parameter['how']} to {now['how']}."
        if parameter["default"] != now["default"]:
            yield from _default_messages(name, parameter["default"], now["default"])
    for name in after.keys() - before.keys():
        is_required = after[name]["default"] is None and "variadic" not in after[name]["how"]
        if is_required:
            yield f"the required argument `{name}` was added."
    kept = [name for name in _positional(before) if name in _positional(after)]
    if kept != _positional(after)[: len(kept)]:
        yield "the order of its positional arguments changed."


def _default_messages(name: str, before: str | None, after: str | None) -> Iterator[str]:
    if after is None:
        yield f"the argument `{name}` is required."
    elif before is not None:
        yield f"the default of `{name}` changed from `{before}` to `{after}`."


def _positional(parameters: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [name for name, one in parameters.items() if one["how"].startswith("positional")]


def _documentation_messages(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in before["args"]:
        if name not in after["args"] and name in after["parameters"]:
            yield f"`Args:` no longer documents `{name}`."
    if before["documents_returns"] and not after["documents_returns"]:
        yield "`Returns:` is no longer documented."
    for name in before["raises"]:
        if name not in after["raises"]:
            yield f"`Raises:` no longer has `{name}`."
    for name in after["raises"]:
        if name not in before["raises"]:
            yield f"`Raises:` has `{name}`, too."
