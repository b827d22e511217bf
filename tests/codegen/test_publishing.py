"""A package replaces its folder as a whole, or not at all."""

import shutil
from pathlib import Path

import pytest

from authing_users._codegen.publishing import replace_package


@pytest.fixture
def built(tmp_path: Path) -> Path:
    package = tmp_path / "built" / "acme"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("new\n")
    return package


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() if path.is_file() else ""
        for path in folder.rglob("*")
    }


def test_a_folder_is_replaced(built: Path, tmp_path: Path) -> None:
    target = tmp_path / "src" / "lib" / "acme"
    for _ in range(2):
        replace_package(built, target)
        assert contents(target.parent) == {"acme": "", "acme/__init__.py": "new\n"}
        (target / "stale.py").touch()
        (target / "sub").mkdir()


def test_a_symbolic_link_stays_one(built: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    replace_package(built, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert contents(tmp_path / "real") == {"__init__.py": "new\n"}


@pytest.mark.parametrize("step", ["copytree", "first rename", "second rename"])
@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_after_a_failure_the_folder_is_as_it_was(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    error: type[BaseException],
) -> None:
    target = tmp_path / "lib" / "acme"
    target.mkdir(parents=True)
    (target / "old.py").write_text("old\n")
    before = contents(target.parent)
    rename = Path.rename
    renamed: list[Path] = []

    def fail(*_: object) -> None:
        raise error

    def fail_once(path: Path, to: Path) -> Path:
        renamed.append(path)
        if len(renamed) == (1 if step == "first rename" else 2):
            raise error
        return rename(path, to)

    if step == "copytree":
        monkeypatch.setattr(shutil, "copytree", fail)
    else:
        monkeypatch.setattr(Path, "rename", fail_once)
    with pytest.raises(error):
        replace_package(built, target)
    assert contents(target.parent) == before


def test_after_a_failure_no_new_folders_remain(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(shutil, "copytree", fail)
    with pytest.raises(OSError):  # noqa: PT011
        replace_package(built, tmp_path / "src" / "lib" / "acme")
    assert not (tmp_path / "src").exists()
