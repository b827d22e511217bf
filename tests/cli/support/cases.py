"""Commands to run, with their input and the content of the emulator."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from authing_users.testing.emulator.emulator import AuthingEmulatorServer
from scripts.terminal import Reply

Mode = Literal["pipe", "terminal"]

SEED: Mapping[str, object] = {
    "customFields": [
        {"key": "department", "dataType": "STRING", "label": "Department"},
        {"key": "age", "dataType": "NUMBER", "label": "Age"},
        {"key": "level", "dataType": "NUMBER", "targetType": "ROLE", "label": "Level"},
    ],
    "roles": [
        {"code": "admin", "description": "May do everything"},
        {"code": "auditor", "description": "May read everything"},
    ],
    "groups": [
        {"code": "staff", "name": "Staff", "description": "All employees"},
        {"code": "guests", "name": "Guests"},
    ],
    "users": [
        {
            "username": "ada",
            "email": "ada@example.com",
            "phone": "18800000001",
            "externalId": "E1",
            "nickname": "Ada Lovelace",
            "customData": {"department": "Research", "age": 36},
            "roles": ["admin"],
            "groups": ["staff"],
        },
        {
            "username": "bob",
            "email": "bob@example.com",
            "externalId": "E2",
            "nickname": "Bob",
            "status": "Suspended",
            "groups": ["staff"],
        },
        {"username": "eve", "email": "eve@example.com", "nickname": "伊芙"},
    ],
}
"""The content of the emulator when a command starts."""


@dataclass(frozen=True)
class Case:
    """A run of a command, whose output is compared with a stored snapshot.

    Attributes:
        command: The command, such as ``users list``; empty for the application itself.
        arguments: The arguments after it, as in a shell. ``{ada}``, ``{bob}`` and ``{eve}`` are the
            IDs of the users, and ``{emulator}`` is the URL of the emulator.
        title: Tells several cases of a command apart.
        stdin: What is piped into the command.
        replies: What is typed in a terminal.
        files: Content of files in the working directory, by name.
        shows: Names of files that the command writes; their content is part of the snapshot.
        environment: Environment variables besides those that name the emulator; ``None`` removes
            one.
        prepare: Changes the emulator before the command runs.
        modes: Where the command runs.
        width: Number of columns of the terminal.
        height: Number of lines of the terminal.
        varying: Regular expressions of text that differs from run to run, and what replaces it.
        is_quick: Run it with the quick tests.
    """

    command: str
    arguments: str = ""
    title: str = ""
    stdin: str = ""
    replies: Sequence[Reply] = ()
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    shows: Sequence[str] = ()
    environment: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    prepare: Callable[[AuthingEmulatorServer], object] | None = None
    modes: Sequence[Mode] = ("pipe", "terminal")
    width: int = 100
    height: int = 40
    varying: Mapping[str, str] = field(default_factory=dict[str, str])
    is_quick: bool = False

    @property
    def name(self) -> str:
        """Path of the snapshot in the folder, without the mode and the suffix."""
        group, _, command = (self.command or "authing-users").partition(" ")
        path = f"{group}/{command or group}".replace(" ", "-")
        return f"{path}--{self.title.replace(' ', '-')}" if self.title else path

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9-]*( [a-z0-9-]+)*", f"{self.title}"):
            message = f"Invalid title {self.title!r}: it becomes the name of a file"
            raise ValueError(message)
