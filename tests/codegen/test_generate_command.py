"""The command that generates the package: same bytes, no stale files, and clear errors."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / ".venv-codegen" / "bin" / "python"
PACKAGE = Path("generated", "authing_graphql")


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the files that the package is generated from."""
    for name in ("schema.graphql", "codegen.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("queries", "generated"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def generate(root: Path, *arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(GENERATOR), "-m", "authing_users._codegen.generate", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
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


def test_generating_again_gives_the_same_bytes(sources: Path) -> None:
    before = contents(ROOT)
    for seed in ("1", "2"):
        shutil.rmtree(sources / PACKAGE)
        assert generate(sources, seed=seed).returncode == 0
        assert contents(sources) == before


def test_stale_files_are_removed(sources: Path) -> None:
    (sources / PACKAGE / "old_operation.py").write_text("x = 1\n")
    (sources / "queries" / "DeleteUsers.graphql").unlink()
    assert generate(sources).returncode == 0
    generated = contents(sources)
    assert not any(name.endswith(("old_operation.py", "delete_users.py")) for name in generated)
    assert b"DeleteUsers" not in generated[str(PACKAGE / "client.py")]
    assert b"DeleteUsers" not in generated[str(PACKAGE / "operation_results.py")]


def test_the_check_passes_on_what_was_generated(sources: Path) -> None:
    checked = generate(sources, "--check")
    assert checked.returncode == 0, checked.stderr
    assert "up to date" in checked.stdout


@pytest.mark.parametrize("change", ["edited", "missing", "added", "source"])
def test_the_check_names_what_is_out_of_date_and_writes_nothing(sources: Path, change: str) -> None:
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
    checked = generate(sources, "--check")
    assert checked.returncode == 1
    named = "extra.py" if change == "added" else "client.py"
    assert named in checked.stderr
    assert "make generate" in checked.stderr
    assert contents(sources) == before


@pytest.mark.parametrize("name", ["User", "CreateUserInput", "UserStatus"])
def test_a_name_generated_by_two_definitions_is_rejected(sources: Path, name: str) -> None:
    (sources / "queries" / f"{name}.graphql").write_text(
        f"query {name}($id: String!) {{ user(id: $id) {{ id }} }}\n"
    )
    generated = generate(sources)
    assert generated.returncode == 1
    assert f"generate a class {name}" in generated.stderr


def test_an_operation_of_two_fields_is_rejected(sources: Path) -> None:
    (sources / "queries" / "Two.graphql").write_text(
        'query Two { a: user(id: "a") { id } b: user(id: "b") { id } }\n'
    )
    generated = generate(sources)
    assert generated.returncode == 1
    assert "exactly one field" in generated.stderr


def test_a_new_operation_becomes_a_method_of_both_clients(sources: Path) -> None:
    (sources / "queries" / "GetPool.graphql").write_text(
        "query GetPool { userpool { id name domain } }\n"
    )
    assert generate(sources).returncode == 0
    client = (sources / PACKAGE / "client.py").read_text()
    assert "async def get_pool(self) -> GetPoolUserpool:" in client
    assert client.count("def get_pool(self)") == 2
