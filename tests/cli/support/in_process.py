"""Runs the command line in this process, which is much faster than in one of its own."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from typer.testing import CliRunner, Result

from authing_users.cli import app

from ...support.emulator_pool import EmulatorPool
from .keyrings import NO_KEYRING


class InProcess:
    """The command line, with an emulator and a configuration folder of its own.

    Attributes:
        pool: The user pool of the emulator. It is in the environment of commands.
        config: The configuration folder.
    """

    def __init__(self, pool: EmulatorPool, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pool = pool
        self.config = config
        self._monkeypatch = monkeypatch
        self.use_keyring(NO_KEYRING)

    @property
    def profile_file(self) -> Path:
        """The file of profiles."""
        return self.config / "profiles.toml"

    def use_keyring(self, backend: KeyringBackend) -> None:
        """Replace the keyring of the system."""
        self._monkeypatch.setattr(keyring.core, "_keyring_backend", backend)

    def environment(self) -> dict[str, str]:
        """Return the environment of a command in a process of its own."""
        return {
            **os.environ,
            **self.pool.emulator.environment,
            "AUTHING_CONFIG_HOME": str(self.config),
        }

    def run(
        self,
        *arguments: str,
        stdin: str | None = None,
        connected: bool = True,
        settings: Mapping[str, str | None] | None = None,
        **environment: str | None,
    ) -> Result:
        """Run a command.

        Args:
            *arguments: The arguments of the command line.
            stdin: What is piped into it.
            connected: Whether the environment names the user pool.
            settings: Further environment variables; ``None`` removes one.
            **environment: The same, by keyword.

        Raises:
            AssertionError: An exception was not turned into a message, or the output shows the
                secret of the user pool.
        """
        variables: Mapping[str, str] = self.pool.emulator.environment if connected else {}
        runner = CliRunner(
            env={
                "AUTHING_CONFIG_HOME": str(self.config),
                "AUTHING_USERPOOL_ID": None,
                "AUTHING_USERPOOL_SECRET": None,
                "AUTHING_EMULATOR_HOST": None,
                "COLUMNS": "200",
                **variables,
                **(settings or {}),
                **environment,
            }
        )
        result = runner.invoke(app, [*arguments], input=stdin)
        unexpected: Any = result.exception
        assert unexpected is None or isinstance(unexpected, SystemExit), unexpected
        assert "Traceback" not in result.output
        assert self.pool.emulator.secret not in result.output
        return result
