"""The command that generates the package: the same bytes, and no stale files."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from authing_users import __version__

from .generator import PYTHON, ROOT, GeneratorProcess

PACKAGE = Path("generated", "authing_graphql")


# Enough to have a result of each kind, an input and an enum.
QUERIES = (
    "CreateUser",
    "DeleteUsers",
    "ListUsers",
    "fragments/CommonMessage",
    "fragments/Identity",
    "fragments/PaginatedUsers",
    "fragments/User",
)


@pytest.fixture(scope="module")
def generated(generator: GeneratorProcess, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of a few operations, and its sources."""
    folder = tmp_path_factory.mktemp("sources")
    for name in ("schema.graphql", "codegen.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "queries" / "fragments").mkdir(parents=True)
    for name in QUERIES:
        shutil.copy(ROOT / f"queries/{name}.graphql", folder / f"queries/{name}.graphql")
    assert generator.run(folder).err == ""
    return folder


@pytest.fixture
def sources(generated: Path, tmp_path: Path) -> Path:
    """A copy that a test can change."""
    return shutil.copytree(generated, tmp_path / "sources")


def command(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [str(PYTHON), "-m", "authing_users", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def contents(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted((root / PACKAGE).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_each_process_writes_the_same_bytes(tmp_path: Path) -> None:
    """Run the sources without an installed package, and without ``authing_graphql``."""
    for name in ("authing_users", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("schema.graphql", "codegen.toml"):
        shutil.copy(ROOT / name, tmp_path)
    broken = tmp_path / "broken" / "authing_graphql"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise RuntimeError\n")
    path = os.pathsep.join([str(tmp_path), str(broken.parent)])
    for seed in ("1", "2"):
        ran = command(tmp_path, "generate", PYTHONPATH=path, PYTHONHASHSEED=seed)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert contents(tmp_path) == contents(ROOT)
        shutil.rmtree(tmp_path / PACKAGE)


def test_stale_files_are_removed(generator: GeneratorProcess, sources: Path) -> None:
    (sources / PACKAGE / "old_operation.py").write_text("x = 1\n")
    (sources / "queries" / "DeleteUsers.graphql").unlink()
    (sources / PACKAGE / "old").mkdir()
    (sources / PACKAGE / "old" / "stale.txt").touch()
    assert generator.run(sources).code == 0
    assert not (sources / PACKAGE / "old").exists()
    files = contents(sources)
    assert not any(name.endswith(("old_operation.py", "delete_users.py")) for name in files)
    assert b"DeleteUsers" not in files[str(PACKAGE / "client.py")]
    assert b"DeleteUsers" not in files[str(PACKAGE / "operation_results.py")]


def test_the_check_passes_on_what_was_generated(generator: GeneratorProcess, sources: Path) -> None:
    checked = generator.run(sources, "--check")
    assert checked.code == 0, checked.err
    assert "up to date" in checked.out


CHECKED = {
    "edited": ["client.py is out of date"],
    "missing": ["client.py is missing"],
    "added": ["extra.py is no longer generated"],
    "source": ["client.py is out of date", "schema.graphql is out of date"],
}


@pytest.mark.parametrize("change", CHECKED)
def test_the_check_names_what_is_out_of_date_and_writes_nothing(
    generator: GeneratorProcess, sources: Path, change: str
) -> None:
    client = sources / PACKAGE / "client.py"
    if change == "edited":
        client.write_text(client.read_text() + "\n# edited by hand\n")
    elif change == "missing":
        client.unlink()
    elif change == "added":
        (sources / PACKAGE / "extra.py").write_text("x = 1\n")
    else:
        schema = sources / "schema.graphql"
        schema.write_text(schema.read_text().replace("Lists the users", "Shows the users"))
    before = contents(sources)
    checked = generator.run(sources, "--check")
    assert checked.code == 1
    assert checked.err.splitlines() == [
        *(f"{PACKAGE.as_posix()}/{line}" for line in CHECKED[change]),
        f"{PACKAGE.as_posix()} is out of date: run `authing-users generate`",
    ]
    assert contents(sources) == before


@pytest.mark.parametrize("name", ["User", "CreateUserInput", "UserStatus"])
def test_a_name_generated_by_two_definitions_is_rejected(
    generator: GeneratorProcess, sources: Path, name: str
) -> None:
    (sources / "queries" / f"{name}.graphql").write_text(
        f"query {name}($id: String!) {{ user(id: $id) {{ id }} }}\n"
    )
    generated = generator.run(sources)
    assert generated.code == 1
    assert f"generate a class {name}" in generated.err


def test_an_operation_of_two_fields_is_rejected(generator: GeneratorProcess, sources: Path) -> None:
    (sources / "queries" / "Two.graphql").write_text(
        'query Two { a: user(id: "a") { id } b: user(id: "b") { id } }\n'
    )
    generated = generator.run(sources)
    assert generated.code == 1
    assert "exactly one field" in generated.err


def test_a_new_operation_becomes_a_method_of_both_clients(
    generator: GeneratorProcess, sources: Path
) -> None:
    (sources / "queries" / "GetPool.graphql").write_text(
        "query GetPool { userpool { id name domain } }\n"
    )
    assert generator.run(sources).code == 0
    client = (sources / PACKAGE / "client.py").read_text()
    assert "async def get_pool(self) -> GetPoolUserpool:" in client
    assert client.count("def get_pool(self)") == 2


def test_the_check_names_the_command_that_was_given(
    generator: GeneratorProcess, sources: Path
) -> None:
    checked = generator.run(sources, "--check", "--package", "acme", "--out", "a b")
    assert checked.code == 1
    assert checked.err.endswith("run `authing-users generate --package=acme '--out=a b'`\n")
    assert not (sources / "a b").exists()


def test_a_package_that_is_up_to_date_is_not_written_again(
    generator: GeneratorProcess, sources: Path
) -> None:
    client = sources / PACKAGE / "client.py"
    written = client.stat().st_mtime_ns
    result = generator.run(sources)
    assert result == (0, f"{PACKAGE.as_posix()} is up to date.\n", "")
    assert client.stat().st_mtime_ns == written


@pytest.mark.parametrize("name", ["operations.py", "__init__.py"])
def test_a_broken_package_is_mended(generator: GeneratorProcess, sources: Path, name: str) -> None:
    before = contents(sources)
    (sources / PACKAGE / name).write_text("<<<<<<< HEAD\n")
    assert generator.run(sources).code == 0
    assert contents(sources) == before


def test_a_folder_that_cannot_be_written(generator: GeneratorProcess, sources: Path) -> None:
    (sources / "file").touch()
    result = generator.run(sources, "--out", "file/lib")
    assert result.code == 1
    assert result.err == (
        f"The package cannot be written: {sources / 'file/lib'}: Not a directory."
        " Nothing was changed.\n"
    )


def test_a_process_that_is_told_to_stop_leaves_nothing(sources: Path) -> None:
    """It is stopped between writing aside and renaming."""
    before = contents(sources)
    (sources / PACKAGE / "stale.py").touch()
    program = (
        "import os, signal, sys, time\n"
        "from authing_users._codegen import publishing\n"
        "def stop(*_):\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    time.sleep(60)\n"
        "publishing._swap = stop\n"
        "from authing_users.cli import app\n"
        "sys.argv[1:] = ['generate']\n"
        "app()\n"
    )
    stopped = subprocess.run(
        [str(PYTHON), "-c", program],
        cwd=sources,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(sources)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (stopped.returncode, stopped.stderr) == (128 + 15, "")
    (sources / PACKAGE / "stale.py").unlink()
    assert contents(sources) == before
    assert {path.name for path in sources.iterdir()} == {
        "schema.graphql",
        "codegen.toml",
        "queries",
        "generated",
    }
    assert [path.name for path in (sources / "generated").iterdir()] == ["authing_graphql"]


def test_modules_are_utf_8_where_that_is_not_the_default(sources: Path) -> None:
    schema = sources / "schema.graphql"
    text = schema.read_text("utf-8")
    schema.write_text(text.replace("A user of the user pool.", "用户"), "utf-8")
    ran = command(sources, "generate", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert '"""用户"""' in (sources / PACKAGE / "fragments.py").read_text("utf-8")


def test_the_version_is_printed() -> None:
    ran = command(ROOT, "--version")
    assert (ran.returncode, ran.stdout) == (0, f"authing-users {__version__}\n")


def test_a_mistake_of_the_generator_shows_no_traceback(sources: Path) -> None:
    before = contents(sources)
    (sources / "queries" / "DeleteUsers.graphql").unlink()
    program = (
        "import sys\n"
        "from authing_users._codegen import generate\n"
        "def fail(*_, **__): raise KeyError('odd')\n"
        "generate.write_package = fail\n"
        "from authing_users.cli import app\n"
        "sys.argv[1:] = ['generate']\n"
        "app()\n"
    )
    failed = subprocess.run(
        [str(PYTHON), "-c", program], cwd=sources, capture_output=True, text=True, check=False
    )
    assert failed.returncode == 1
    assert failed.stderr == (
        "queries:1:1: The generator failed with KeyError: 'odd'. Report it, with the schema and the"
        " operations\n1 problem. Nothing was written.\n"
    )
    assert contents(sources) == before
