"""The file of profiles: which user pools there are, without their secrets.

The file is ``profiles.toml`` in the folder ``AUTHING_CONFIG_HOME``, or else in the user's
configuration folder::

    default = "staging"

    [profiles.staging]
    user_pool_id = "5f0e3a7c9b1d2e4f6a8c0b5d"
    host = "https://core.authing.cn"
    secret = "keyring"                          # or "environment"

People may edit it: comments and the order of lines are kept.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ._errors import UsageProblem

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

__all__ = ["Profile", "ProfileFile", "SecretPlace", "check_profile_name"]

FILE_NAME = "profiles.toml"
KEYS = ("user_pool_id", "host", "secret")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HEAD = "Profiles of authing-users. Secrets are stored in the keyring of the system, never here."


class SecretPlace(StrEnum):
    """Where the secret of a profile is."""

    KEYRING = "keyring"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Profile:
    """A user pool.

    Attributes:
        name: Name of the profile.
        user_pool_id: ID of the user pool.
        host: URL of the service.
        secret: Where the secret is.
    """

    name: str
    user_pool_id: str
    host: str
    secret: SecretPlace


def check_profile_name(name: str) -> str:
    """Return the name of a profile.

    Raises:
        UsageProblem: The name has other characters than letters, digits and ``._-``.
    """
    if _NAME.fullmatch(name) is None:
        raise UsageProblem(
            f"{name!r} is not a name for a profile",
            hint="Use letters, digits, dots, hyphens and underscores, such as staging.",
        )
    return name


class ProfileFile:
    """The file of profiles, which need not exist.

    Attributes:
        path: Path of the file.
        profiles: The profiles by name.
        default_name: Name of the profile to use if none is selected, or ``None``.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Read the file.

        Raises:
            UsageProblem: The file cannot be read, or is not valid.
        """
        self.path = path or config_folder() / FILE_NAME
        self.profiles: dict[str, Profile] = {}
        self.default_name: str | None = None
        self._load()

    @property
    def default(self) -> Profile | None:
        """The profile to use if none is selected."""
        return None if self.default_name is None else self.profiles[self.default_name]

    def get(self, name: str, source: str | None = None) -> Profile:
        """Return a profile.

        Args:
            name: Name of the profile.
            source: The setting with the name, or ``None`` for an argument.

        Raises:
            UsageProblem: There is no such profile.
        """
        if name in self.profiles:
            return self.profiles[name]
        problem = ("" if source is None else f"{source}: ") + f"there is no profile {name!r}"
        if not self.profiles:
            raise UsageProblem(
                f"{problem}: none is saved",
                hint=f"Create it: authing-users login --profile {name}",
            )
        from authing_graphql.input_values import did_you_mean

        raise UsageProblem(
            f"{problem}.{did_you_mean(name, self.profiles)}",
            hint=f"The profiles are {', '.join(self.profiles)}. Create another one: authing-users"
            " login --profile NAME",
        )

    def store(self, profile: Profile) -> None:
        """Add or replace a profile. The first one becomes the default."""
        import tomlkit

        document = self._document()
        if not self.profiles:
            document["default"] = profile.name
        tables: Any = document.setdefault("profiles", tomlkit.table(is_super_table=True))
        table: Any = tables.setdefault(profile.name, tomlkit.table())
        for key in KEYS:
            table[key] = str(getattr(profile, key))
        self._write(document)

    def remove(self, name: str) -> None:
        """Remove a profile."""
        document: Any = self._document()
        del document["profiles"][name]
        if document.get("default") == name:
            del document["default"]
        self._write(document)

    def select(self, name: str) -> None:
        """Make a profile the default."""
        document = self._document()
        document["default"] = name
        self._write(document)

    def _load(self) -> None:
        content = self._read()
        self.profiles = {
            name: self._profile(name, table) for name, table in self._tables(content).items()
        }
        self.default_name = self._default(content)

    def _read(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            problem = error.strerror or str(error)
        except UnicodeDecodeError:
            problem = "it is not UTF-8 text"
        except tomllib.TOMLDecodeError as error:
            # Without the line itself, which may hold a secret.
            problem = f"it is not valid TOML: {error}"
        raise UsageProblem(f"{self.path} cannot be read: {problem}", hint=self._remedy())

    def _tables(self, content: Mapping[str, Any]) -> dict[str, Mapping[str, object]]:
        tables: object = content.get("profiles", {})
        if not isinstance(tables, dict):
            raise UsageProblem(f"{self.path}: profiles is not a table", hint=self._remedy())
        found: dict[str, Mapping[str, object]] = {}
        for name, table in cast("dict[str, object]", tables).items():
            check_profile_name(name)
            if not isinstance(table, dict):
                raise UsageProblem(
                    f"{self.path}: profiles.{name} is not a table", hint=self._remedy()
                )
            found[name] = cast("Mapping[str, object]", table)
        return found

    def _profile(self, name: str, table: Mapping[str, object]) -> Profile:
        where = f"{self.path}: profiles.{name}"
        for key in table:
            if key not in KEYS:
                raise UsageProblem(
                    f"{where} has the unknown key {key!r}; the keys are {', '.join(KEYS)}"
                )
        for key in ("user_pool_id", "host"):
            if not isinstance(table.get(key), str) or not str(table[key]).strip():
                raise UsageProblem(f"{where}.{key} is missing, or not a text", hint=self._remedy())
        place = table.get("secret", SecretPlace.KEYRING)
        if place not in set(SecretPlace):
            # The value is not shown: it may be the secret itself.
            raise UsageProblem(
                f"{where}.secret must be 'keyring' or 'environment': secrets do not belong in this"
                " file",
                hint=f"Remove the line, and store the secret: authing-users login --profile {name}",
            )
        return Profile(
            name, str(table["user_pool_id"]), str(table["host"]), SecretPlace(str(place))
        )

    def _default(self, content: Mapping[str, Any]) -> str | None:
        name = content.get("default")
        if name is None:
            return next(iter(self.profiles)) if len(self.profiles) == 1 else None
        if name not in self.profiles:
            raise UsageProblem(
                f"{self.path}: default names {name!r}, which is not a profile in this file",
                hint="Name another one on that line, or remove it.",
            )
        return str(name)

    def _remedy(self) -> str:
        return "Correct the file, or remove it and create the profiles again: authing-users login"

    def _document(self) -> "TOMLDocument":
        import tomlkit

        if self.path.exists():
            return tomlkit.parse(self.path.read_text("utf-8"))
        document = tomlkit.document()
        document.add(tomlkit.comment(_HEAD))
        return document

    def _write(self, document: "TOMLDocument") -> None:
        """Replace the file: only this user can read it, and a crash leaves the old one."""
        import tempfile

        import tomlkit

        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self.path.resolve()  # a link, for example into a folder of settings, stays one
        # Files of this module are readable by their owner only.
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{FILE_NAME}.")
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write(tomlkit.dumps(document))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._load()


def config_folder() -> Path:
    """Return the folder of the user's settings."""
    if folder := os.environ.get("AUTHING_CONFIG_HOME"):
        return Path(folder)
    import platformdirs

    return platformdirs.user_config_path("authing-users")
