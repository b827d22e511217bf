"""Cassettes without a test are found from the source of the tests."""

from pathlib import Path

import pytest

from authing_users.testing.cassettes.unused import unused_cassettes

MODULE = """
import pytest
from base import Base

NAME = "constant.yaml"
raise RuntimeError("not imported")

def test_plain(): ...

@pytest.mark.parametrize("x", [1])
async def test_parametrized(x): ...

if True:
    def test_below_a_condition(): ...

class TestUsers:
    def test_method(self): ...

    class TestInner:
        def test_inner(self): ...

class TestChild(TestUsers):
    pass

class TestForeign(Base):
    pass

@pytest.mark.vcr("extra.yaml", "{cassettes}/absolute.yaml")
@pytest.mark.default_cassette("named")
def test_with_marks(): ...

def test_blocks(name):
    with authing_cassette("block.yaml"), my_vcr.use_cassette(path="keyword.yaml"):
        pass
    with authing_cassette(NAME), authing_cassette(f"{name}-formatted.yaml"):
        pass
    with authing_cassette(Path(__file__).parent / "cassettes" / "joined.yaml"):
        pass
"""
USED = [
    "test_a/test_plain.yaml",
    "test_a/test_parametrized[x-1].yaml",
    "test_a/test_below_a_condition.json",
    "test_a/TestUsers.test_method.yaml",
    "test_a/TestUsers.test_method[é].yaml",
    "test_a/TestInner.test_inner.yaml",
    "test_a/TestChild.test_method.yaml",
    "test_a/TestForeign.test_inherited.yaml",
    "test_a/extra.yaml",
    "test_a/named.yaml",
    "test_a/block.yaml",
    "test_a/keyword.yaml",
    "test_a/constant.yaml",
    "test_a/x-formatted.yaml",
    "block.yaml",
    "joined.yaml",
    "absolute.yaml",
]
UNUSED = [
    "test_a/test_gone.yaml",
    "test_a/test_plain2.yaml",
    "test_a/test_plai.yaml",
    "test_a/test_plain[x.yaml",
    "test_a/TestUsers.test_plain.yaml",
    "test_a/TestGone.test_method.yaml",
    "test_a/TestChild.test_gone.yaml",
    "test_a/test_method.yaml",
    "test_a/unnamed.yaml",
    "test_gone/test_plain.yaml",
    "other.yaml",
]


@pytest.fixture
def tests(tmp_path: Path) -> Path:
    """A folder of tests with used and unused cassettes."""
    cassettes = tmp_path / "sub" / "cassettes"
    for name in [*USED, *UNUSED]:
        (cassettes / name).parent.mkdir(parents=True, exist_ok=True)
        (cassettes / name).touch()
    module = MODULE.replace("{cassettes}", str(cassettes))
    (tmp_path / "sub" / "test_a.py").write_text(module, "utf-8")
    (tmp_path / "sub" / "data.yaml").touch()
    return tmp_path


def names(paths: list[Path], root: Path) -> list[str]:
    return sorted(path.relative_to(root / "sub" / "cassettes").as_posix() for path in paths)


def test_unused_cassettes_are_found(tests: Path) -> None:
    assert names(unused_cassettes([tests]), tests) == sorted(UNUSED)


@pytest.mark.parametrize("folder", ["sub/cassettes", "sub/cassettes/test_a"])
def test_the_folder_of_cassettes_can_be_given(tests: Path, folder: str) -> None:
    expected = [name for name in UNUSED if f"sub/cassettes/{name}".startswith(folder + "/")]
    assert names(unused_cassettes([tests / folder]), tests) == sorted(expected)


def test_a_single_cassette_can_be_given(tests: Path) -> None:
    cassettes = tests / "sub" / "cassettes"
    assert unused_cassettes([cassettes / UNUSED[0], cassettes / USED[0]]) == [cassettes / UNUSED[0]]


def test_paths_are_shown_as_they_were_given(tests: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tests)
    assert Path("sub/cassettes/test_a/test_gone.yaml") in unused_cassettes([Path("sub")])


def test_a_name_that_is_computed_keeps_the_cassettes_of_its_module(tests: Path) -> None:
    (tests / "sub" / "test_gone.py").write_text("with authing_cassette(names()): pass")
    unused = names(unused_cassettes([tests]), tests)
    assert unused == sorted(name for name in UNUSED if not name.startswith("test_gone/"))


def test_a_module_that_cannot_be_parsed_keeps_its_cassettes(tests: Path) -> None:
    (tests / "sub" / "test_gone.py").write_text("def test_plain(:")
    assert "test_gone/test_plain.yaml" not in names(unused_cassettes([tests]), tests)


def test_names_in_other_files_count(tests: Path) -> None:
    (tests / "conftest.py").write_text('CASSETTE = use_cassette("other.yaml")')
    assert "other.yaml" not in names(unused_cassettes([tests]), tests)
