"""The distributions as users get them: the wheel installed with pip, and the sdist unpacked.

pip needs a package index; what ``make`` installed comes from pip's cache.
"""

import json
import os
import sys
import tarfile
from pathlib import Path

import pytest

from ..client.test_document_examples import CREATE
from ..emulator.server import running
from ..emulator.test_passwords import is_hash_of, stored_passwords
from .environments import environment, installed_python, run

pytestmark = pytest.mark.slow

EXAMPLE = f"""
import importlib.metadata, json
import authing_users

management_client = authing_users.ManagementClient()
{CREATE.replace("signedUpd", "signedUp")}
read = management_client.users.detail(user.id)
management_client.close()
print(json.dumps({{
    "module": authing_users.__file__,
    "user": read.model_dump(by_alias=True),
    "plugins": [found.name for found in importlib.metadata.entry_points(group="pytest11")],
    "distributions": [found.name for found in importlib.metadata.distributions()],
}}))
"""

# Quick tests that do not need git.
SELECTION = (
    "tests/codegen/test_queries.py",
    "tests/packaging/test_docs.py::test_links_resolve",
    "tests/packaging/test_public_surface.py",
    "tests/unit",
)
RUN_TESTS = """
import sys, pytest
status = pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]])
import authing_graphql, authing_users
print(authing_users.__file__, authing_graphql.__file__)
sys.exit(status)
"""


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a virtual environment in which only the wheel was installed."""
    return installed_python(wheel, tmp_path_factory.mktemp("installed"))


def test_an_installed_wheel_runs_the_first_example(installed: Path, tmp_path: Path) -> None:
    database = tmp_path / "pool.db"
    with running("--db", str(database)) as emulator:
        variables = environment(**emulator.environment)
        printed = json.loads(run(installed, "-c", EXAMPLE, env=variables, cwd=tmp_path))
    ((_, stored),) = stored_passwords(database)
    assert is_hash_of(stored, "123456")
    assert Path(printed["module"]).is_relative_to(installed.parents[1])
    assert "authing_users.testing.plugin" in printed["plugins"]
    example = {"username": "bob", "phone": "188xxxx8888", "nickname": "Nick", "loginsCount": 2}
    assert printed["user"].items() >= example.items()
    assert len({*printed["distributions"]} - {"pip", "setuptools"}) <= 15, printed["distributions"]


def test_the_tests_pass_in_an_unpacked_source_distribution(sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (tree,) = tmp_path.iterdir()
    paths = environment(PYTHONPATH=f"{tree}{os.pathsep}{tree / 'generated'}")
    printed = run(sys.executable, "-c", RUN_TESTS, *SELECTION, env=paths, cwd=tree)
    *_, outcome, modules = printed.splitlines()
    assert " passed" in outcome
    assert modules.split() == [
        str(tree / "authing_users" / "__init__.py"),
        str(tree / "generated" / "authing_graphql" / "__init__.py"),
    ]
