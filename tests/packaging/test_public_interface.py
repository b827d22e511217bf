"""The check that compares the public interface with the last tag."""

import subprocess
from pathlib import Path

import pytest

from scripts.public_interface import CACHE, last_tag, main
from scripts.surface import Difference, Surface, additions, differences, read_surface

ROOT = Path(__file__).parents[2]

MODULE = '''
"""A package."""
__all__ = ["User", "AsyncUsers", "Users", "LIMIT", "Base", "find"]
LIMIT: int = 3
class Base:
    """A base."""
class _Private:
    """A private base."""
    def inherited(self) -> int:
        """Do."""
class User(Base, _Private):
    """A user."""
    name: str
    age: int
    _secret: str
class Users:
    """The users."""
    def list(self, page: int = 1, limit: int = 10, *, order: str | None = None) -> list[User]:
        """List the users.

        Args:
            page: The page.
            limit: The size.
            order: The order.

        Returns:
            The users.

        Raises:
            ValueError: The page is wrong.
        """
    def delete(self, id: str) -> None:
        """Delete."""
class AsyncUsers:
    """The users."""
    async def delete(self, id: str) -> None:
        """Delete."""
def find(name: str, *names: str, **options: int) -> User:
    """Find."""
'''
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n{}\n\n## [1.0.0]\n\n- `Users.delete` was added.\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the tag v1.0.0."""
    write(tmp_path, MODULE)
    (tmp_path / "generated" / "authing_graphql").mkdir(parents=True)
    (tmp_path / "generated" / "authing_graphql" / "__init__.py").write_text('"""Generated."""\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG.format(""))
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "First")
    git(tmp_path, "tag", "v1.0.0")
    return tmp_path


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True)


def write(root: Path, module: str) -> None:
    (root / "authing_users").mkdir(exist_ok=True)
    (root / "authing_users" / "__init__.py").write_text(module)


def replaced(old: str, new: str) -> str:
    assert old in MODULE
    return MODULE.replace(old, new)


EDITS: dict[str, tuple[str, str]] = {
    "`Users.delete`: was removed.": (
        'def delete(self, id: str) -> None:\n        """Delete."""\nclass AsyncUsers',
        "x: int\nclass AsyncUsers",
    ),
    "`User.age`: was removed.": ("    age: int\n", ""),
    "`User.age`: the type changed from `int` to `str`.": ("age: int", "age: str"),
    "`User`: no longer inherits from `Base`.": ("User(Base, _Private)", "User(_Private)"),
    "`User.inherited`: was removed.": ("User(Base, _Private)", "User(Base)"),
    "`LIMIT`: was removed.": ('"LIMIT", ', ""),
    "`LIMIT`: changed from an attribute to a function.": (
        "LIMIT: int = 3",
        "def LIMIT() -> int:\n    return 3",
    ),
    "`Users.list`: the argument `limit` was removed.": ("limit: int = 10, ", ""),
    "`Users.list`: the required argument `size` was added.": ("*, order", "*, size: int, order"),
    "`Users.list`: the type of `page` changed from `int` to `str`.": ("page: int", "page: str"),
    "`Users.list`: the argument `page` is required.": ("page: int = 1", "page: int"),
    "`Users.list`: the default of `page` changed from `1` to `0`.": ("int = 1,", "int = 0,"),
    "`Users.list`: the argument `limit` changed from positional or keyword to keyword-only.": (
        "page: int = 1, limit: int = 10, *,",
        "page: int = 1, *, limit: int = 10,",
    ),
    "`Users.list`: the order of its positional arguments changed.": (
        "page: int = 1, limit: int = 10",
        "limit: int = 10, page: int = 1",
    ),
    "`Users.list`: the type of the result changed from `list[User]` to `tuple[User]`.": (
        "-> list[User]",
        "-> tuple[User]",
    ),
    "`AsyncUsers.delete`: is no longer asynchronous.": ("async def", "def"),
    "`Users.list`: `Args:` no longer documents `page`.": ("            page: The page.\n", ""),
    "`Users.list`: `Returns:` is no longer documented.": (
        "        Returns:\n            The users.\n\n",
        "",
    ),
    "`Users.list`: `Raises:` no longer has `ValueError`.": ("ValueError", "TypeError"),
    "`Users.list`: `Raises:` has `TypeError`, too.": ("ValueError", "TypeError"),
    "`find`: the type of `options` changed from `int` to `str`.": ("options: int", "options: str"),
}


@pytest.fixture(scope="module")
def surface(tmp_path_factory: pytest.TempPathFactory) -> Surface:
    return surface_of(tmp_path_factory.mktemp("before"), MODULE)


def surface_of(root: Path, module: str) -> Surface:
    write(root, module)
    (root / "authing_graphql").mkdir(exist_ok=True)
    (root / "authing_graphql" / "__init__.py").write_text("")
    return read_surface(root)


@pytest.mark.parametrize("message", EDITS)
def test_breaking_differences(message: str, surface: Surface, tmp_path: Path) -> None:
    after = surface_of(tmp_path, replaced(*EDITS[message]))
    assert message in map(str, differences(surface, after))


def test_additions_are_not_breaking(surface: Surface, tmp_path: Path) -> None:
    added = replaced("    name: str\n", "    name: str\n    email: str\n")
    added = added.replace("*, order", "*, size: int = 1, order").replace('"find"', '"find", "new"')
    added += "def new() -> int:\n    return 1\n"
    after = surface_of(tmp_path, added)
    assert differences(surface, after) == []
    assert additions(surface, after) == ["User.email", "new"]


def test_what_is_private_is_not_watched(surface: Surface, tmp_path: Path) -> None:
    after = surface_of(tmp_path, replaced("    _secret: str\n", ""))
    assert after == surface


def test_the_asynchronous_twin_is_not_reported_twice(surface: Surface, tmp_path: Path) -> None:
    after = surface_of(tmp_path, MODULE.replace("id: str", "id: int"))
    message = "the type of `id` changed from `str` to `int`."
    assert differences(surface, after) == [Difference("Users.delete", message)]


def test_a_breaking_difference_must_be_in_the_changelog(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repository, replaced("    age: int\n", ""))
    assert main(repository) == 1
    output = capsys.readouterr().out
    assert "Since v1.0.0: 1 breaking differences, 0 new names." in output
    pasted = output[output.index("### Changed") :]
    assert pasted == "### Changed\n\n- Breaking: `User.age`: was removed.\n"
    (repository / "CHANGELOG.md").write_text(CHANGELOG.format(pasted))
    assert main(repository) == 0


def test_a_name_in_another_section_or_a_longer_name_does_not_count(repository: Path) -> None:
    write(repository, replaced(*EDITS["`Users.delete`: was removed."]))
    assert main(repository) == 1  # 1.0.0 has it
    (repository / "CHANGELOG.md").write_text(CHANGELOG.format("- `Users.delete_many`"))
    assert main(repository) == 1
    (repository / "CHANGELOG.md").write_text(CHANGELOG.format("- `Users.delete(id)` is gone."))
    assert main(repository) == 0


def test_the_surface_of_a_tag_is_read_once(repository: Path) -> None:
    assert main(repository) == 0
    (stored,) = (repository / CACHE).iterdir()
    stored.write_text(stored.read_text().replace('"age"', '"years"').replace(".age", ".years"))
    write(repository, MODULE)
    assert main(repository) == 1


@pytest.mark.parametrize("kind", ["no tag", "shallow clone", "no repository"])
def test_without_a_tag_nothing_is_compared(
    kind: str, repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = repository
    if kind == "no tag":
        git(repository, "tag", "--delete", "v1.0.0")
    elif kind == "shallow clone":
        git(repository, "commit", "--quiet", "--allow-empty", "--message", "Second")
        root = tmp_path / "clone"
        source = f"file://{repository}"
        git(repository, "clone", "--quiet", "--depth", "1", source, str(root))
    else:
        (repository / ".git").rename(repository / "elsewhere")
    assert main(root) == 0
    output = capsys.readouterr().out
    assert output.endswith("is not compared: the repository has no tag.\n")


def test_the_last_tag_is_that_of_the_newest_ancestor(repository: Path) -> None:
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "Second")
    git(repository, "tag", "--annotate", "v1.1.0", "--message", "1.1.0")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "Third")
    assert last_tag(repository) == "v1.1.0"


def test_the_surface_of_this_project() -> None:
    surface = read_surface(ROOT)
    assert surface["UsersManagementClient.list"]["parameters"]["page"]["type"] == "int"
    for name in (
        "User.email",
        "APIError",
        "fast.Client",
        "testing.log_in",
        "authing_graphql.Client",
    ):
        assert name in surface
    assert "authing_graphql.Client.list_users" in surface
    names = {name.rpartition(".")[2] for name in surface} - {"__init__"}
    assert not [name for name in names if name.startswith("_")]
