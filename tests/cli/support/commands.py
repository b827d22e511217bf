"""The commands that the application has."""

from collections.abc import Iterator, Sequence
from typing import Any

import typer.main
from typer.core import TyperGroup

from authing_users.cli import app


def application() -> TyperGroup:
    """Return the application."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group


def commands(group: TyperGroup, path: str = "") -> Iterator[tuple[str, bool]]:
    """Return the commands and groups of a group, and whether each can run."""
    context = typer.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{path}{name} ")
        yield f"{path}{name}", not isinstance(command, TyperGroup) or command.invoke_without_command


def find_command(group: TyperGroup, words: Sequence[str]) -> tuple[str, Any]:
    """Return the path of the command that the first words name, and the command."""
    path: list[str] = []
    command: Any = group
    for word in words:
        if not isinstance(command, TyperGroup):
            break
        found = command.get_command(typer.Context(command), word)
        if found is None:
            break
        path.append(word)
        command = found
    return " ".join(path), command
