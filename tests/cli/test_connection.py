"""Which user pool a command uses."""

from pathlib import Path

import keyring
import pytest

from authing_users.cli._connection import (
    Connection,
    ConnectionOptions,
    Target,
    resolve_connection,
)
from authing_users.cli._errors import ExitCode, UsageProblem
from authing_users.cli._profiles import Profile, ProfileFile, SecretPlace

from .support.keyrings import FileKeyring, LockedKeyring

CLOUD = "https://core.authing.cn"
PRIVATE = "https://authing.example.com"
LOCAL = "http://127.0.0.1:4466"
POOL = {"AUTHING_USERPOOL_ID": "ENV", "AUTHING_USERPOOL_SECRET": "env-secret"}
EMULATOR = {"AUTHING_EMULATOR_HOST": "127.0.0.1:4466"}


@pytest.fixture(autouse=True)
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProfileFile:
    """Three profiles, of which ``cloud`` is the default, and a keyring with their secrets."""
    monkeypatch.setenv("AUTHING_CONFIG_HOME", str(tmp_path))
    backend = FileKeyring(tmp_path / "keyring.json")
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    file = ProfileFile()
    for name, host in {"cloud": CLOUD, "private": PRIVATE, "local": LOCAL}.items():
        file.store(Profile(name, name.upper(), host, SecretPlace.KEYRING))
        backend.add(f"{name.upper()} at {host}", f"{name}-secret")
    return file


def resolve(environ: dict[str, str] | None = None, /, **options: object) -> Connection:
    return resolve_connection(ConnectionOptions(**options), environ or {})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def shown(connection: Connection) -> tuple[str | None, str | None, str | None]:
    secret = None if connection.secret is None else connection.secret.reveal()
    return connection.host, connection.user_pool_id, secret


IN_ENVIRONMENT = (None, None, None)


@pytest.mark.parametrize(
    ("environ", "options", "expected"),
    [
        # The default profile comes last.
        ({}, {}, (CLOUD, "CLOUD", "cloud-secret")),
        (POOL, {}, IN_ENVIRONMENT),
        (POOL | EMULATOR, {}, IN_ENVIRONMENT),
        ({"AUTHING_USERPOOL_SECRET": "x"}, {}, (CLOUD, "CLOUD", None)),
        ({"AUTHING_HOST": CLOUD}, {}, (CLOUD, "CLOUD", "cloud-secret")),
        # A selected profile comes before the environment.
        (POOL, {"profile": "private"}, (PRIVATE, "PRIVATE", "private-secret")),
        (POOL | {"AUTHING_PROFILE": "private"}, {}, (PRIVATE, "PRIVATE", "private-secret")),
        ({"AUTHING_PROFILE": "nope"}, {"profile": "cloud"}, (CLOUD, "CLOUD", "cloud-secret")),
        ({"AUTHING_HOST": PRIVATE}, {"profile": "cloud"}, (CLOUD, "CLOUD", "cloud-secret")),
        # A host in an option comes first.
        (POOL, {"host": PRIVATE}, (PRIVATE, None, None)),
        ({}, {"host": CLOUD + "/"}, (CLOUD + "/", "CLOUD", "cloud-secret")),
        ({"AUTHING_USERPOOL_SECRET": "x"}, {"host": PRIVATE}, (PRIVATE, "CLOUD", None)),
        # The emulator has credentials of its own.
        (
            POOL,
            {"target": Target.EMULATOR},
            (LOCAL, "5f0e3a7c9b1d2e4f6a8c0b5d", "emulator-development-secret"),
        ),
        (POOL | EMULATOR, {"target": Target.EMULATOR}, (LOCAL, None, None)),
        (
            {},
            {"target": Target.EMULATOR, "profile": "cloud"},
            (LOCAL, "5f0e3a7c9b1d2e4f6a8c0b5d", "emulator-development-secret"),
        ),
        (
            {},
            {"target": Target.EMULATOR, "profile": "local"},
            (LOCAL, "LOCAL", "local-secret"),
        ),
        (EMULATOR, {"profile": "local"}, (LOCAL, "LOCAL", "local-secret")),
        # --target live ignores the emulator.
        (EMULATOR, {"target": Target.LIVE}, (CLOUD, "CLOUD", "cloud-secret")),
    ],
)
def test_the_first_source_with_a_user_pool_is_used(
    environ: dict[str, str],
    options: dict[str, object],
    expected: tuple[str | None, str | None, str | None],
) -> None:
    assert shown(resolve(environ, **options)) == expected


@pytest.mark.parametrize(
    ("environ", "options", "problem"),
    [
        # An emulator in the environment must not receive the secret of a profile.
        (EMULATOR, {}, "the default profile 'cloud' is for .*, but AUTHING_EMULATOR_HOST names"),
        (EMULATOR, {"profile": "private"}, "the profile 'private' is for .*, but AUTHING_EMULATOR"),
        ({"AUTHING_HOST": PRIVATE}, {}, "the default profile 'cloud' is for .*, but AUTHING_HOST"),
        ({}, {"host": PRIVATE}, "the secret of the profile 'cloud' is for .*, and is not sent to"),
        ({}, {"host": PRIVATE, "profile": "cloud"}, "is not sent to https://authing.example.com"),
        ({}, {"target": Target.EMULATOR, "host": CLOUD}, "--host names .*, which is not on this"),
    ],
)
def test_the_secret_of_a_profile_is_only_sent_to_its_host(
    environ: dict[str, str], options: dict[str, object], problem: str
) -> None:
    with pytest.raises(UsageProblem, match=problem) as raised:
        resolve(environ, **options)
    assert raised.value.hint
    assert "secret-" not in str(raised.value)


def test_a_changed_host_in_the_file_does_not_receive_the_secret(profiles: ProfileFile) -> None:
    text = profiles.path.read_text("utf-8")
    profiles.path.write_text(text.replace(CLOUD, "https://evil.example.com"), "utf-8")
    with pytest.raises(UsageProblem, match="no secret for the user pool CLOUD at https://evil"):
        resolve()


def test_a_locked_keyring_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", LockedKeyring(Path("unused")))
    with pytest.raises(UsageProblem, match=r"is not available: .* cannot be read: ") as raised:
        resolve()
    assert raised.value.code == ExitCode.AUTHENTICATION


def test_sources_are_named() -> None:
    default, selected = resolve(), resolve(POOL | {"AUTHING_HOST": PRIVATE})
    assert (default.host_source, default.credentials_source) == ("the profile 'cloud'",) * 2
    assert (selected.host_source, selected.credentials_source) == (
        "AUTHING_HOST",
        "the environment",
    )
    assert resolve(POOL).host_source == "the default"
    assert resolve(POOL | EMULATOR).host_source == "AUTHING_EMULATOR_HOST"
    assert resolve(POOL, host=CLOUD).host_source == "--host"


def test_messages_are_english_unless_another_language_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert resolve().client_options().get("lang") == "en-US"
    monkeypatch.setenv("AUTHING_LANG", "zh-CN")
    assert "lang" not in resolve().client_options()
