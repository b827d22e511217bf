"""The command line of the emulator."""

import contextlib
import importlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

import authing_users.cli
from authing_users.cli import app, main
from authing_users.emulator import create_app
from authing_users.emulator.serving import UnusableAddressError, bind, startup_message
from authing_users.emulator.store.userpool import DEVELOPMENT_SECRET

from .server import run, running, start, stop

runner = CliRunner()


def test_startup_message_has_four_lines_and_the_server_accepts_requests() -> None:
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", "from authing_users.cli import main; main()", "emulator"),
            *("--port", "0", "--user-pool-id", "pool-1", "--token-lifetime", "60"),
        ],
        env=os.environ | {"AUTHING_EMULATOR_SECRET": "it's a secret"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(4)]
    authority = lines[1].strip().removeprefix("export AUTHING_EMULATOR_HOST=")
    path = f"http://{authority}/api/v2/userpools/accessToken"
    good = {"userPoolId": "pool-1", "secret": "it's a secret"}
    token = httpx.get(path, params=good).json()
    process.terminate()
    rest, errors = process.communicate(timeout=30)
    assert lines == [
        f"Authing emulator at http://{authority}\n",
        f"export AUTHING_EMULATOR_HOST={authority}\n",
        "export AUTHING_USERPOOL_ID=pool-1\n",
        "export AUTHING_USERPOOL_SECRET='it'\"'\"'s a secret'\n",
    ]
    assert token["exp"] - token["iat"] == 60
    assert (process.returncode, rest, errors) == (0, "", "")


def test_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHING_EMULATOR_SECRET", "from the environment")
    with running() as server:  # prints no warning
        assert server.secret == "from the environment"
    assert "AUTHING_EMULATOR_SECRET" in runner.invoke(app, ["emulator", "--help"]).stdout


def test_secret_of_the_command_line_is_used_with_a_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTHING_EMULATOR_SECRET", "from the environment")
    server = start("--secret", "from the command line")
    code, errors = stop(server)
    assert (code, server.secret) == (0, "from the command line")
    assert errors == (
        "Warning: other users of this machine can read the secret in the list of processes."
        " Set AUTHING_EMULATOR_SECRET instead of --secret.\n"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_the_server_cleanly(number: signal.Signals) -> None:
    server = start()
    with httpx.Client() as http:  # keeps a connection open
        assert http.get(f"{server.url}/emulator/v1/health").status_code == 200
        assert stop(server, number) == (0, "")


def test_database_survives_a_restart(tmp_path: Path) -> None:
    path = str(tmp_path / "pool.db")
    with running("--db", path, "--seed-users", "30") as first:
        assert first.secret == DEVELOPMENT_SECRET
        assert _users(first.url) == 30
    with running("--db", path, "--seed-users", "40") as second:
        assert second.environment | {"AUTHING_EMULATOR_HOST": ""} == first.environment | {
            "AUTHING_EMULATOR_HOST": ""
        }
        assert _users(second.url) == 40
    assert not Path(f"{path}-wal").exists()


def test_seeding_ten_thousand_users_takes_seconds() -> None:
    with running("--seed-users", "10000") as server:  # has its own timeout
        assert _users(server.url) == 10_000


def test_other_pool_id_than_the_stored_one_is_rejected(tmp_path: Path) -> None:
    path = str(tmp_path / "pool.db")
    create_app(path, user_pool_id="pool-1").close()
    result = run("--port", "0", "--db", path, "--user-pool-id", "pool-2")
    assert result.returncode == 1
    assert result.stderr == "The database holds the user pool pool-1, not pool-2.\n"


@contextlib.contextmanager
def port_in_use() -> Generator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_port_in_use_is_reported() -> None:
    with port_in_use() as port:
        result = run("--port", str(port))
    assert result.returncode == 1
    assert result.stderr == (
        f"Cannot listen on port {port} of 127.0.0.1: Address already in use.\n"
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_remote_address_needs_allow_remote(host: str) -> None:
    result = runner.invoke(app, ["emulator", "--port", "0", "--host", host])
    assert result.exit_code == 2
    assert "--allow-remote" in result.output
    assert "export" not in result.output


def test_unknown_host_is_reported() -> None:
    for host in ("no.such.host.invalid", "x" * 300, ""):
        result = runner.invoke(app, ["emulator", "--port", "0", "--host", host])
        assert result.exit_code == 1
        assert "is not a host name or address of this machine" in result.output


def test_startup_message_has_a_reachable_address() -> None:
    with running("--host", "0.0.0.0", "--allow-remote") as server:
        assert server.authority.startswith("127.0.0.1:")
        assert server.secret != DEVELOPMENT_SECRET
        assert _users(server.url) == 0


def test_ipv4_and_ipv6_clients_reach_the_control_paths() -> None:
    with running("--host", "::", "--allow-remote") as server:
        port = server.authority.rpartition(":")[2]
        for host in ("127.0.0.1", "127.0.0.2", "[::1]", "localhost"):
            response = httpx.post(f"http://{host}:{port}/emulator/v1/reset", json={})
            assert response.status_code == 200, response.text


@pytest.mark.parametrize(
    ("host", "listens", "reachable"),
    [("::1", "[::1]", "[::1]"), ("::", "[::]", "[::1]"), ("localhost", "", "")],
)
def test_addresses_in_the_startup_message(host: str, listens: str, reachable: str) -> None:
    emulator = create_app()
    with bind(host, 0, allow_remote=True) as listener:
        port = listener.getsockname()[1]
        lines = startup_message(listener, emulator).splitlines()
    emulator.close()
    assert f"{listens}:{port}" in lines[0]
    assert f"{reachable}:{port}" in lines[1]


def test_bind_raises_for_a_port_in_use() -> None:
    with port_in_use() as port, pytest.raises(UnusableAddressError, match=str(port)):
        bind("127.0.0.1", port, allow_remote=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "65536"],
        ["--seed-users", "-1"],
        ["--token-lifetime", "0"],
        ["--token-lifetime", "999999999"],
        ["--nonsense"],
    ],
)
def test_invalid_arguments_are_rejected(arguments: list[str]) -> None:
    assert runner.invoke(app, ["emulator", *arguments]).exit_code == 2


def test_help_names_the_sub_command() -> None:
    assert "emulator" in runner.invoke(app, ["--help"]).stdout
    assert "--seed-users" in runner.invoke(app, ["emulator", "--help"]).stdout
    assert "emulator" in runner.invoke(app, []).output


@pytest.mark.parametrize("missing", ["ariadne", "jwt"])
def test_missing_extra_is_named(missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None\nfrom authing_users.cli import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, "emulator"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 1
    assert "pip install 'authing-users[emulator]'" in result.stderr
    assert missing in result.stderr
    assert "Traceback" not in result.stderr


def test_missing_extra_is_named_when_the_emulator_is_imported() -> None:
    code = (
        "import sys; sys.modules['starlette'] = None\nfrom authing_users.emulator import create_app"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    assert result.returncode == 1
    assert "ModuleNotFoundError: The emulator needs starlette" in result.stderr
    assert "pip install 'authing-users[emulator]'" in result.stderr


def test_missing_cli_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typer", None)
    monkeypatch.delitem(sys.modules, "authing_users.cli.application")
    with pytest.raises(SystemExit, match=r"authing-users\[cli\]"):
        main()


def test_other_missing_modules_raise_the_original_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "authing_users.cli._context", None)
    monkeypatch.delitem(sys.modules, "authing_users.cli.application")
    with pytest.raises(ModuleNotFoundError, match=r"authing_users\.cli\._context"):
        main()


@pytest.mark.parametrize("module", ["authing_users.cli", "authing_users.emulator"])
def test_lazy_modules_raise_for_unknown_attributes(module: str) -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = importlib.import_module(module).nonsense


def test_importing_the_emulator_package_loads_no_dependencies() -> None:
    code = (
        "import authing_users.emulator as e, sys\n"
        "assert not {'ariadne', 'graphql', 'starlette', 'jwt'} & sys.modules.keys()\n"
        "assert {'create_app', 'EmulatorApp'} <= set(dir(e))\n"
        "assert e.create_app and 'ariadne' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_app_is_reachable_from_the_package() -> None:
    assert authing_users.cli.app is app


def _users(url: str) -> int:
    number: int = httpx.get(f"{url}/emulator/v1/health").json()["counts"]["users"]
    return number
