"""The examples of the documentation work, and its links resolve."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ..support.emulator_pool import EmulatorPool

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(page.relative_to(ROOT) for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def example(name: str) -> str:
    """Return the first example of a document."""
    match = re.search(r"```python\n(.*?)```", (DOCS / name).read_text("utf-8"), re.DOTALL)
    assert match is not None
    return match[1]


def test_the_example_of_the_reliability_page_lists_all_users(emulator_pool: EmulatorPool) -> None:
    emulator_pool.seed_users(120)
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", example("reliability.md")],
        env={**os.environ, **emulator_pool.emulator.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    total, *ids = finished.stdout.split()
    assert total == "120"
    assert len(set(ids)) == len(ids) == 120


def prose(page: Path) -> str:
    """Return a document without its code."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", lambda span: re.sub(r"[\[\]()#]", "", span[0]), text)


def anchors(page: Path) -> set[str]:
    """Return the fragments that GitHub gives to the headings of a document."""
    headings = re.findall(r"^#+ +(.+?) *$", prose(page), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
        for heading in headings
    }


def broken_links(page: Path) -> list[str]:
    """Return the links of a document to files and headings that do not exist."""
    broken: list[str] = []
    for link in re.findall(r"\]\(<?([^)>\s]+)>?\)", prose(page)):
        if re.match(r"https://|mailto:", link):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        is_broken = not target.exists() or (anchor and anchor not in anchors(target))
        if is_broken:
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=Path.as_posix)
def test_links_resolve(page: Path) -> None:
    assert broken_links(ROOT / page) == []


def test_broken_links_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A `page`, and more\n\n[a](page.md) [b](#a-page-and-more) [c](page.md#gone)\n"
        "[d](gone.md) [e](https://example.org) `[f](code.md)` [g](http://example.org)\n\n"
        "```\n# Comment\n[h](code.md)\n```\n[i](#comment)\n"
    )
    assert broken_links(page) == ["page.md#gone", "gone.md", "http://example.org", "#comment"]


def test_the_readme_links_to_every_document_at_the_root() -> None:
    links = set(re.findall(r"\]\(([^)#\s]+)", prose(ROOT / "README.md")))
    assert {page.as_posix() for page in PAGES if page.parent == Path()} - {"README.md"} <= links
