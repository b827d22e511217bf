"""A keyring that is selected by the environment, as its users do."""

import subprocess
import sys
from pathlib import Path

import pytest

from .support.in_process import InProcess

BACKEND = """
import os
from pathlib import Path

from keyring.backend import KeyringBackend


class Keyring(KeyringBackend):
    priority = 5

    def _file(self, service, username):
        name = f"{service} {username}".replace("/", "_")
        return Path(os.environ["TEST_KEYRING"]) / name

    def get_password(self, service, username):
        file = self._file(service, username)
        return file.read_text() if file.exists() else None

    def set_password(self, service, username, password):
        self._file(service, username).write_text(password)

    def delete_password(self, service, username):
        self._file(service, username).unlink()
"""


@pytest.mark.slow
def test_login_and_use_and_removal_of_a_profile(command_line: InProcess, tmp_path: Path) -> None:
    modules, secrets = tmp_path / "modules", tmp_path / "secrets"
    modules.mkdir()
    secrets.mkdir()
    (modules / "test_keyring.py").write_text(BACKEND, "utf-8")
    server = command_line.pool.emulator
    environment = command_line.environment() | {
        "PYTHONPATH": f"{modules}:{':'.join(filter(None, sys.path))}",
        "PYTHON_KEYRING_BACKEND": "test_keyring.Keyring",
        "TEST_KEYRING": str(secrets),
    }
    for name in server.environment:
        del environment[name]

    def run(*arguments: str, stdin: str = "") -> str:
        finished = subprocess.run(
            [sys.executable, "-m", "authing_users", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
        assert server.secret not in finished.stdout + finished.stderr
        return finished.stdout

    where = ("--host", server.url, "--user-pool-id", server.user_pool_id)
    run("login", *where, "--secret-stdin", stdin=server.secret)
    assert [file.read_text("utf-8") for file in secrets.iterdir()] == [server.secret]
    assert run("users", "list") == "[]\n"
    assert run("profiles", "show", "default", "--jq", "hasSecret") == "true\n"
    run("profiles", "remove", "default", "--yes")
    assert list(secrets.iterdir()) == []
