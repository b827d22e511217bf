"""The examples of the documentation work, and its links resolve."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from authing_users import ManagementClientOptions
from authing_users.cli import app
from authing_users.emulator import create_app

from ..emulator.server import running
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


def paths(text: str) -> set[str]:
    """Return the code spans of a text that are paths of files or folders."""
    spans = re.findall(r"`([\w./*-]+)`", text)
    return {span for span in spans if "/" in span or re.search(r"\.(py|md|toml|graphql)$", span)}


def missing_paths(text: str, *folders: Path) -> set[str]:
    """Return the paths in a text that are in none of the folders; `/` is the repository root."""
    return {
        path
        for path in paths(text)
        if not any(
            list(folder.glob(path.strip("/")))
            for folder in ([ROOT] if path.startswith("/") else folders)
        )
    }


def test_the_paths_in_the_table_of_symptoms_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    table = text[text.index("| Symptom |") : text.index("## Write the change")]
    assert len(paths(table)) > 20
    assert missing_paths(table, ROOT / "authing_users") == set()


def test_the_paths_in_the_description_of_the_architecture_exist() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    assert len(paths(text)) > 40
    assert missing_paths(text, ROOT) == set()


def test_the_paths_in_the_diagram_of_the_architecture_exist() -> None:
    drawing = (DOCS / "architecture.svg").read_text("utf-8")
    lines = [line.strip("…, ") for line in re.findall(r'class="path"[^>]*>([^<]+)<', drawing)]
    text = "\n".join(f"`{word}`" for line in lines for word in re.split(r"[ ,…]+", line))
    assert len(paths(text)) > 10
    private = {ROOT, ROOT / "authing_users", ROOT / "authing_users" / "_protocol"}
    assert missing_paths(text, *private) == set()


def test_missing_paths_are_found() -> None:
    text = "`gone/`, `gone.py`, `/Makefile`, `/gone`, `errors.py`, `_a*/`, `not a path`, `name`"
    assert missing_paths(text, ROOT / "authing_users") == {"gone/", "gone.py", "/gone"}


def python_blocks(page: str) -> list[str]:
    """Return the Python code of a document, block by block."""
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize(
    "page", ["README.md", "docs/errors.md", "docs/reliability.md", "docs/tokens.md"]
)
def test_every_example_of_a_page_runs_against_the_emulator(page: str) -> None:
    blocks = python_blocks(page)
    assert blocks
    with running("--seed-users", "3") as emulator:
        for block in blocks:
            finished = subprocess.run(
                [sys.executable, "-W", "error", "-c", block],
                env={**os.environ, **emulator.environment},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert finished.returncode == 0, (block, finished.stderr)
            assert "Error" not in finished.stdout, (block, finished.stdout)


def test_the_faults_in_the_emulator_page_can_be_added(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, block, _ = python_blocks("docs/emulator.md")
    exec(block, {})
    assert capsys.readouterr().out.count(" hit)") == 6


def test_the_test_in_the_emulator_page_passes(tmp_path: Path) -> None:
    *_, block = python_blocks("docs/emulator.md")
    (tmp_path / "test_signup.py").write_text(block, "utf-8")
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "asyncio", "test_signup.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
    assert "1 passed" in finished.stdout


def test_the_login_of_the_emulator_page_works(
    emulator_pool: EmulatorPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    block, *_ = python_blocks("docs/emulator.md")
    for name, value in emulator_pool.emulator.environment.items():
        monkeypatch.setenv(name, value)
    exec(compile(block, "docs/emulator.md", "exec"), {})


def test_the_seed_of_the_emulator_page_is_valid() -> None:
    text = (DOCS / "emulator.md").read_text("utf-8")
    (seed,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    create_app(seed=yaml.safe_load(seed)).close()


class Newcomer:
    """Follows the steps of ``docs/testing.md`` in an empty folder."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self._pytester = pytester
        self._last_command: list[str] = []

    def write(self, block: str) -> None:
        """Write a file. The first line of a block is a comment with its name."""
        name = block.partition("\n")[0].removeprefix("# ")
        (self._pytester.path / name).write_text(block, "utf-8")

    def run(self, line: str) -> None:
        """Run a command, which must succeed."""
        command, *arguments = shlex.split(line)
        if command == "pytest":
            selected = [name for name in arguments if name.endswith(".py")] or ["test_*.py"]
            texts = [file.read_text("utf-8") for name in selected for file in self._files(name)]
            self._pytest(arguments).assert_outcomes(
                passed=sum(text.count("def test_") for text in texts)
            )
            self._last_command = arguments
        elif command == "authing-users":
            ran = CliRunner().invoke(app, arguments)
            assert ran.exit_code == 0, (line, ran.output)
        else:
            assert line.startswith("pip install "), line

    def check_mismatch(self, message: str) -> None:
        """Let the code under test send another request, and run the last command."""
        module = self._pytester.path / "signup.py"
        text = module.read_text("utf-8")
        module.write_text(text.replace('"username": name', '"username": name.title()'), "utf-8")
        result = self._pytest(self._last_command)
        module.write_text(text, "utf-8")
        result.assert_outcomes(failed=1)
        output = result.stdout.str().replace(f"{self._pytester.path}{os.sep}", "")
        assert message in re.sub("^E +", "", output, flags=re.MULTILINE)

    def _files(self, pattern: str) -> list[Path]:
        return list(self._pytester.path.glob(pattern))

    def _pytest(self, arguments: list[str]) -> pytest.RunResult:
        # Sessions within a test would import hypothesis at their end.
        options = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-W", "error")
        return self._pytester.runpytest_inprocess(*options, *arguments)


def test_the_steps_of_the_testing_page_work_in_their_order(pytester: pytest.Pytester) -> None:
    newcomer = Newcomer(pytester)
    (example,) = (block for block in python_blocks("README.md") if "def test_" in block)
    newcomer.write(f"# test_readme.py\n{example}")
    text = (DOCS / "testing.md").read_text("utf-8")
    for kind, block in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        match kind:
            case "python" | "toml":
                newcomer.write(block)
            case "sh":
                for line in block.splitlines():
                    newcomer.run(line)
            case "text":
                newcomer.check_mismatch(block)
            case "yaml":
                (repository,) = yaml.safe_load(block)["repos"]
                (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
                assert [used["id"] for used in repository["hooks"]] == [hook["id"]]
            case _:
                pytest.fail(f"unknown kind of block: {kind}")


def test_the_page_of_options_lists_all_options() -> None:
    text = (DOCS / "options.md").read_text("utf-8")
    listed = re.findall(r"^\| `(\w+)`", text.partition("\n## ")[0], re.MULTILINE)
    options = [field.name for field in fields(ManagementClientOptions)]
    assert sorted(listed) == sorted(options)
