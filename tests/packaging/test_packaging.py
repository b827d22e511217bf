"""The built distributions: their content and their requirements."""

import re
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest

import authing_users

from ..codegen.generator import PYTHON
from .distributions import (
    ROOT,
    build,
    files_of_sdist,
    files_of_wheel,
    project_files,
    required,
    requirements,
    the_wheel,
)
from .environments import environment, run

EXTRAS = {"cli", "emulator", "fast", "jwt", "otel", "parquet", "socks", "testing"}


@pytest.fixture
def metadata(wheel: Path) -> Distribution:
    """The metadata in the wheel."""
    (metadata,) = distributions(path=[str(wheel)])
    return metadata


@pytest.mark.slow
def test_a_plain_install_has_fifteen_distributions(metadata: Distribution) -> None:
    assert sorted(required(metadata)) == [
        "annotated-types",
        "anyio",
        "authing-users",
        "certifi",
        "cffi",
        "cryptography",
        "h11",
        "httpcore",
        "httpx",
        "idna",
        "pycparser",
        "pydantic",
        "pydantic-core",
        "typing-extensions",
        "typing-inspection",
    ]


@pytest.mark.parametrize("extra", sorted({*EXTRAS, "all"}))
def test_every_extra_is_installed_in_this_environment(metadata: Distribution, extra: str) -> None:
    assert len(required(metadata, extra)) > len(required(metadata))


def test_the_extra_all_is_the_union_of_the_others_but_the_generator(metadata: Distribution) -> None:
    def lines(extra: str) -> set[str]:
        return {str(requirement).partition(";")[0] for requirement in requirements(metadata, extra)}

    assert set(metadata.metadata.get_all("Provides-Extra") or []) == {*EXTRAS, "all", "codegen"}
    assert lines("all") == set[str]().union(*map(lines, EXTRAS))
    # It needs one old ruff, which would replace that of a project.
    assert any(line.startswith("ariadne-codegen==") for line in lines("codegen") - lines("all"))
    # The commands of other extras run without the further packages of `cli`.
    for extra in ("codegen", "emulator"):
        assert {"rich>=13.9", "typer>=0.15"} <= lines(extra)
        assert not {"keyring>=25", "pyreqwest>=0.15"} & lines(extra)


def test_the_wheel_is_small_and_holds_both_packages(wheel: Path) -> None:
    names = set(files_of_wheel(wheel))
    assert {name.split("/")[0] for name in names} == {
        "authing_users",
        "authing_graphql",
        f"authing_users-{authing_users.__version__}.dist-info",
    }
    for package in ("authing_users", "authing_graphql"):
        assert f"{package}/py.typed" in names
    assert "authing_graphql/schema.graphql" in names
    assert "authing_users/emulator/app.py" in names
    assert "authing_users/_codegen/templates/base_model.py" in names
    assert "authing_users/_codegen/queries/fragments/User.graphql" in names
    assert not any("__pycache__" in name for name in names)


def test_the_generator_of_the_wheel_brings_our_fragments(wheel: Path, tmp_path: Path) -> None:
    unpacked, folder = tmp_path / "unpacked", tmp_path / "queries"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    folder.mkdir()
    query = "query GetRole($code: String!) { role(code: $code) { ...Role } }"
    (folder / "GetRole.graphql").write_text(query)
    schema = unpacked / "authing_graphql" / "schema.graphql"
    options = (f"--schema={schema}", "--queries=queries", "--package=acme")
    printed = run(
        *(PYTHON, "-m", "authing_users", "generate", *options),
        env=environment(PYTHONPATH=str(unpacked)),
        cwd=tmp_path,
    )
    assert printed == f"acme: written from {schema} and queries, with 1 operation.\n"
    assert "class Role(" in (tmp_path / "acme" / "fragments.py").read_text("utf-8")


def test_the_source_distribution_holds_every_file_but_those_of_ci(sdist: Path) -> None:
    missing = project_files() - files_of_sdist(sdist)
    assert missing <= {".ci/run", ".pre-commit-config.yaml"}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="git knows which files are ignored")
def test_the_source_distribution_holds_no_ignored_file(sdist: Path) -> None:
    names = "\n".join(files_of_sdist(sdist))
    command = ["git", "check-ignore", "--stdin"]  # exits with 1 if none is ignored
    checked = subprocess.run(
        command, cwd=ROOT, input=names, capture_output=True, text=True, check=False
    )
    assert checked.stdout.splitlines() == []
    assert checked.returncode == 1, checked.stderr


def test_the_source_distribution_and_the_tree_build_the_same_wheel(
    wheel: Path, tmp_path: Path
) -> None:
    build(ROOT, tmp_path, "--wheel")
    assert files_of_wheel(wheel) == files_of_wheel(the_wheel(tmp_path))


def test_the_wheel_works_with_only_its_requirements(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    for name, installed in required(distribution("authing-users")).items():
        for file in (installed.files or []) if name != "authing-users" else []:
            top = Path(file.parts[0])
            if top.name not in {"..", "bin"} and not (site / top).exists():
                (site / top).symlink_to(Path(str(installed.locate_file(top))).resolve())
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "import authing_users, authing_graphql;"
        "assert authing_users.__file__.startswith(sys.argv[1]);"
        "[getattr(m, name) for m in (authing_users, authing_graphql) for name in m.__all__];"
        "client = authing_users.ManagementClient(user_pool_id='p', secret='s', host='[::1]:9');"
        "import httpx; own = client._transport._sender._own;"
        "own.acquire(); own.release(); client.close();"
        "from authing_users._inputs.passwords import DEFAULT_PUBLIC_KEY, PasswordEncryptor;"
        "from authing_users._runtime.secret import Secret;"
        "print(len(PasswordEncryptor(DEFAULT_PUBLIC_KEY).encrypt(Secret('123456'))))"
    )
    # With -I and -S, the packages of this environment are not importable.
    command = [sys.executable, "-I", "-S", "-c", program, str(site)]
    printed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout == "172\n"


def test_versions_agree(metadata: Distribution) -> None:
    assert distribution("authing-users").version == authing_users.__version__ == metadata.version


def test_no_file_names_a_package_index() -> None:
    hosts = re.compile(rb"(pypi|pythonhosted|npmjs|registry)\.(org|com)")
    named = [name for name in project_files() if hosts.search((ROOT / name).read_bytes())]
    assert named == []
