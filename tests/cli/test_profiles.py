"""The file of profiles, and the commands about it."""

import json
import stat
from pathlib import Path

import pytest

from authing_users.cli._errors import UsageProblem
from authing_users.cli._profiles import Profile, ProfileFile, SecretPlace

from .support.in_process import InProcess
from .support.keyrings import FileKeyring

STAGING = Profile("staging", "POOL1", "https://core.authing.cn", SecretPlace.KEYRING)
LIVE = Profile("live", "POOL2", "https://authing.example.com", SecretPlace.ENVIRONMENT)


@pytest.fixture
def file(tmp_path: Path) -> ProfileFile:
    return ProfileFile(tmp_path / "folder" / "profiles.toml")


def test_profiles_are_read_as_they_were_stored(file: ProfileFile) -> None:
    file.store(STAGING)
    file.store(LIVE)
    again = ProfileFile(file.path)
    assert again.profiles == {"staging": STAGING, "live": LIVE}
    assert again.default == STAGING


def test_only_the_owner_can_read_the_file(file: ProfileFile) -> None:
    file.store(STAGING)
    file.store(LIVE)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.path.parent.iterdir()] == ["profiles.toml"]


def test_comments_and_the_order_of_lines_are_kept(file: ProfileFile) -> None:
    file.store(STAGING)
    lines = file.path.read_text("utf-8").replace('host = "', "# mine\nhost = '").splitlines()
    text = "\n".join(lines).replace('.cn"', ".cn'  # the default")
    file.path.write_text(text, "utf-8")
    changed = ProfileFile(file.path)
    changed.store(LIVE)
    changed.select("live")
    changed.remove("live")
    new = file.path.read_text("utf-8")
    assert "# mine\nhost = 'https://core.authing.cn'  # the default" in new
    assert new.splitlines()[0].startswith("# Profiles of authing-users")


def test_the_only_profile_is_the_default(file: ProfileFile) -> None:
    file.store(STAGING)
    file.store(LIVE)
    file.remove("staging")
    assert file.default == LIVE
    file.store(STAGING)
    assert file.default is None


def test_a_link_to_the_file_stays_one(file: ProfileFile, tmp_path: Path) -> None:
    file.store(STAGING)
    link = tmp_path / "link.toml"
    link.symlink_to(file.path)
    ProfileFile(link).store(LIVE)
    assert link.is_symlink()
    assert set(ProfileFile(file.path).profiles) == {"staging", "live"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("default = ", "is not valid TOML"),
        ("profiles = 1", "profiles is not a table"),
        ("[profiles]\nstaging = 1", "profiles.staging is not a table"),
        ("[profiles.staging]\nhost = 'https://a.cn'", "user_pool_id is missing"),
        ("[profiles.staging]\nuser_pool_id = 'a'\nhost = 1", "host is missing"),
        ("[profiles.staging]\nuser_pool_id = 'a'\nhosts = 'a'", "unknown key 'hosts'"),
        ("[profiles.'a b']\nuser_pool_id = 'a'\nhost = 'a'", "'a b' is not a name"),
        ("default = 'x'\n", "default names 'x', which is not a profile"),
    ],
)
def test_mistakes_in_the_file_are_named(file: ProfileFile, text: str, problem: str) -> None:
    file.path.parent.mkdir()
    file.path.write_text(text, "utf-8")
    with pytest.raises(UsageProblem, match=problem):
        ProfileFile(file.path)


def test_a_secret_in_the_file_is_rejected_and_not_shown(file: ProfileFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text(
        "[profiles.staging]\nuser_pool_id = 'a'\nhost = 'a'\nsecret = 'canary'", "utf-8"
    )
    with pytest.raises(UsageProblem, match="do not belong in this file") as raised:
        ProfileFile(file.path)
    assert "canary" not in f"{raised.value}{raised.value.hint}"


def test_a_file_that_is_not_text_is_reported(file: ProfileFile) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(b"\xff")
    with pytest.raises(UsageProblem, match="not UTF-8"):
        ProfileFile(file.path)
    with pytest.raises(UsageProblem, match="cannot be read"):
        ProfileFile(file.path.parent)


def test_commands_list_show_and_select_profiles(command_line: InProcess) -> None:
    assert command_line.run("profiles", "list").stdout == "[]\n"
    file = ProfileFile(command_line.profile_file)
    file.store(STAGING)
    file.store(LIVE)
    names = command_line.run("profiles", "list", "--jq", "[?isDefault].name").stdout
    assert names == "staging\n"
    assert command_line.run("profiles", "use", "live").exit_code == 0
    rows = json.loads(command_line.run("profiles", "list").stdout)
    assert [(row["name"], row["isDefault"]) for row in rows] == [("staging", False), ("live", True)]
    shown = json.loads(command_line.run("profiles", "show", "live").stdout)
    assert shown == {
        "name": "live",
        "isDefault": True,
        "userPoolId": "POOL2",
        "host": "https://authing.example.com",
        "secretIn": "environment",
        "hasSecret": True,
        "file": str(command_line.profile_file),
    }
    without = command_line.run("profiles", "show", "staging", "--jq", "hasSecret")
    assert without.stdout == "false\n"


def test_an_unknown_profile_is_named_with_the_closest_one(command_line: InProcess) -> None:
    file = ProfileFile(command_line.profile_file)
    file.store(STAGING)
    result = command_line.run("profiles", "use", "stagin")
    assert result.exit_code == 2
    assert "no profile 'stagin'. Did you mean 'staging'?" in result.stderr
    assert command_line.run("--profile", "nope", "users", "list").exit_code == 2
    result = command_line.run("users", "list", AUTHING_PROFILE="nope")
    assert result.exit_code == 2
    assert "AUTHING_PROFILE: there is no profile 'nope'" in result.stderr


def test_removing_a_profile_removes_its_secret_unless_another_profile_needs_it(
    command_line: InProcess, tmp_path: Path
) -> None:
    keyring = FileKeyring(tmp_path / "keyring.json")
    command_line.use_keyring(keyring)
    keyring.add("POOL1 at https://core.authing.cn", "canary")
    file = ProfileFile(command_line.profile_file)
    file.store(STAGING)
    file.store(Profile("same", "POOL1", "https://core.authing.cn", SecretPlace.KEYRING))
    result = command_line.run("profiles", "remove", "staging")
    assert result.exit_code == 2
    assert "Add --yes" in result.stderr
    assert command_line.run("profiles", "remove", "staging", "--yes").exit_code == 0
    assert len(keyring.entries) == 1
    assert command_line.run("profiles", "remove", "same", "--yes").exit_code == 0
    assert keyring.entries == {}
    assert ProfileFile(command_line.profile_file).profiles == {}


def test_removing_a_profile_succeeds_without_a_keyring(command_line: InProcess) -> None:
    ProfileFile(command_line.profile_file).store(STAGING)
    result = command_line.run("profiles", "remove", "staging", "--yes")
    assert result.exit_code == 0
    assert "may still be stored: this system has no keyring" in result.stderr
