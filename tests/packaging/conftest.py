"""The built distributions, as fixtures."""

from pathlib import Path

import pytest

from .distributions import ROOT, build, the_wheel


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder)
    return folder


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    return the_wheel(dist)


@pytest.fixture(scope="session")
def sdist(dist: Path) -> Path:
    (sdist,) = dist.glob("*.tar.gz")
    return sdist
