"""The built distributions: their content and their requirements."""

import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import authing_users

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


def required(name: str) -> dict[str, Distribution]:
    """Return a distribution and everything that a plain install of it installs, by name."""
    distributions: dict[str, Distribution] = {}
    pending = [name]
    while pending:
        current = pending.pop()
        if current in distributions:
            continue
        distributions[current] = distribution(current)
        for line in distributions[current].requires or []:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                pending.append(re.sub(r"[-_.]+", "-", requirement.name).lower())
    return distributions


def test_a_plain_install_has_fifteen_distributions() -> None:
    assert sorted(required("authing-users")) == [
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


def test_the_wheel_is_small_and_holds_both_packages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {
        "authing_users",
        "authing_graphql",
        f"authing_users-{authing_users.__version__}.dist-info",
    }
    for package in ("authing_users", "authing_graphql"):
        assert f"{package}/py.typed" in names
    assert "authing_graphql/schema.graphql" in names
    assert "authing_users/emulator/app.py" in names
    assert not any("__pycache__" in name for name in names)


def test_the_source_distribution_holds_the_files_to_regenerate_from(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        names = {name.split("/", 1)[-1] for name in files.getnames()}
    for name in ("schema.graphql", "codegen.toml", "queries/ListUsers.graphql", "Makefile"):
        assert name in names
    assert {
        "tests/packaging/test_packaging.py",
        "codegen/plugin.py",
        "scripts/prose.toml",
        "scripts/emulator_coverage.py",
        "LICENSE",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
    } <= names


def test_the_wheel_works_with_only_its_requirements(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    for name, installed in required("authing-users").items():
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
        "import httpx; client._transport._sender._own.get(); client.close();"
        "from authing_users._inputs.passwords import DEFAULT_PUBLIC_KEY, PasswordEncryptor;"
        "from authing_users._runtime.secret import Secret;"
        "print(len(PasswordEncryptor(DEFAULT_PUBLIC_KEY).encrypt(Secret('123456'))))"
    )
    # With -I and -S, the packages of this environment are not importable.
    command = [sys.executable, "-I", "-S", "-c", program, str(site)]
    printed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout == "172\n"


def test_versions_agree() -> None:
    assert distribution("authing-users").version == authing_users.__version__


def test_no_file_names_a_package_index() -> None:
    command = ["git", "ls-files"] if (ROOT / ".git").exists() else ["find", ".", "-type", "f"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    hosts = re.compile(rb"(pypi|pythonhosted|npmjs|registry)\.(org|com)")
    named = [
        name
        for name in listed.stdout.splitlines()
        if (ROOT / name).is_file() and hosts.search((ROOT / name).read_bytes())
    ]
    assert named == []
