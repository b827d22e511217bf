"""Run ``authing-users schema`` in this process."""

from typing import Any

from typer.testing import CliRunner, Result

from authing_users.cli import app
from authing_users.testing import skip_waits

SECRET = "canary-pool-secret"


def run(*arguments: object, **environment: str) -> Result:
    """Run a command. Its output never contains the secret of the user pool."""
    runner = CliRunner(env={"COLUMNS": "100", **environment})
    with skip_waits():
        result = runner.invoke(app, ["schema", *map(str, arguments)])
    unexpected: Any = result.exception
    assert unexpected is None or isinstance(unexpected, SystemExit), unexpected
    assert SECRET not in result.output
    return result
