"""``authing-users token``."""

import json

from authing_users import ManagementClient

from .support.in_process import InProcess


def test_refresh_shows_how_long_the_token_is_valid_and_not_the_token(
    command_line: InProcess,
) -> None:
    result = command_line.run("token", "refresh")
    assert result.exit_code == 0
    row = json.loads(result.stdout)
    assert row["lifetime"] == 15 * 24 * 60 * 60
    assert row["userPoolId"] == command_line.pool.emulator.user_pool_id
    assert set(row) == {"userPoolId", "host", "issuedAt", "expiresAt", "lifetime"}


def test_a_script_can_use_the_token(command_line: InProcess) -> None:
    result = command_line.run("token", "refresh", "--print-token")
    token = result.stdout.removesuffix("\n")
    with ManagementClient(
        user_pool_id=command_line.pool.emulator.user_pool_id,
        access_token=token,
        host=command_line.pool.host,
    ) as client:
        assert client.users.list().total_count == 0


def test_a_given_token_is_checked_and_cannot_be_refreshed(command_line: InProcess) -> None:
    token = command_line.run("token", "refresh", "--print-token").stdout.strip()
    given = {"AUTHING_ACCESS_TOKEN": token, "AUTHING_USERPOOL_SECRET": None}
    result = command_line.run("token", "check", settings=given)
    assert (result.exit_code, json.loads(result.stdout)["valid"]) == (0, True)
    refresh = command_line.run("token", "refresh", settings=given)
    assert refresh.exit_code == 2
    assert "cannot be refreshed" in refresh.stderr
    assert token not in refresh.output
    wrong = command_line.run("token", "check", settings={**given, "AUTHING_ACCESS_TOKEN": "canary"})
    assert (wrong.exit_code, wrong.stdout) == (4, "")
    assert "canary" not in wrong.stderr


def test_the_token_of_a_user_is_checked(command_line: InProcess) -> None:
    with command_line.pool.plain_client() as client:
        user = client.users.create({"username": "ada", "password": "canary-password"})
        token = client.users.refresh_token(user.id).token
    result = command_line.run("token", "check", "--stdin", stdin=f"{token}\n")
    row = json.loads(result.stdout)
    assert (result.exit_code, row["valid"], row["kind"], row["userId"]) == (
        0,
        True,
        "user",
        user.id,
    )
    wrong = command_line.run("token", "check", "--stdin", stdin="canary")
    assert (wrong.exit_code, json.loads(wrong.stdout)["valid"]) == (4, False)
    assert "canary" not in wrong.output
    empty = command_line.run("token", "check", "--stdin", stdin="\n")
    assert (empty.exit_code, empty.stdout) == (2, "")
