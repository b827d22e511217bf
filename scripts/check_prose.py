"""Report wording and names that the style guide of this project replaces.

Run from the repository root: ``python -m scripts.check_prose [PATH ...]``. Without
paths it reads the documentation, the descriptions in ``schema.graphql``, and the comments,
docstrings and messages of the Python code. For a folder it reads the files in it; files that are
not Markdown, GraphQL or Python are skipped. It prints ``file:line: text -> advice`` for each hit
and exits with status 1 if there is one.

The rules are in ``prose.toml``, and so are the phrases that no rule reports.
"""

import argparse
import ast
import io
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent

TEXTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "schema.graphql")
PYTHON_FOLDERS = (
    "authing_users",
    "benchmarks",
    "examples",
    "scripts",
    "tests",
    "vendor_tests",
)
SKIPPED_FOLDERS = {"_sync", "node_modules"}  # derived files, and other projects
# They quote what is rejected, so they are skipped even if they are given as arguments.
SKIPPED_FILES = {"scripts/check_prose.py", "tests/packaging/test_prose.py"}

_FENCE = re.compile(r"^ *(```|~~~).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
_CODE_SPAN = re.compile(r"(`+)(?!`)(?:(?!\n\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_LINK_TARGET = re.compile(r"(?<=\])\([^)\s]*\)")
_SCHEMA_TEXT = re.compile(r'"""(.*?)"""|"([^"\n]*)"|#([^\n]*)', re.DOTALL)


class Passage(NamedTuple):
    """A piece of prose, and the first and last line that it is on."""

    line: int
    last_line: int
    text: str


class Hit(NamedTuple):
    """A phrase or a name that a rule rejects."""

    line: int
    text: str
    advice: str


class Rules:
    """The rules of a TOML file: see the comments in ``prose.toml``."""

    def __init__(self, path: Path) -> None:
        tables: dict[str, dict[str, str]] = tomllib.loads(path.read_text("utf-8"))
        self.allowed = tables["allowed"]
        self.names = tables["names"]
        self.modules = tables["modules"]
        self.wording = [
            (re.compile(rule.replace(" ", r"\s"), flags), advice)
            for table, flags in (("wording", re.IGNORECASE), ("subjects", re.NOFLAG))
            for rule, advice in tables[table].items()
        ]


RULES = Rules(Path(__file__).with_name("prose.toml"))


def check_passage(passage: Passage) -> Iterator[Hit]:
    """Yield the phrases of a passage that a rule rejects. Code spans are not read."""
    text = _CODE_SPAN.sub(lambda span: re.sub(r"[^\n]", "x", span[0]), passage.text)
    text = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    for pattern, advice in RULES.wording:
        for match in pattern.finditer(text):
            group = match.lastindex or 0
            start, end = match.span(group)
            if not _is_allowed(text, start, end):
                line = passage.line + text.count("\n", 0, start)
                phrase = match[group].replace("\n", " ")
                yield Hit(min(line, passage.last_line), phrase, advice)


def _is_allowed(text: str, start: int, end: int) -> bool:
    """Tell whether an allowed phrase covers the text between two positions."""
    text = text.lower().replace("\n", " ")
    return any(
        allowed.start() <= start and end <= allowed.end()
        for phrase in RULES.allowed
        for allowed in re.finditer(re.escape(phrase), text)
    )


def check_markdown(source: str) -> Iterator[Hit]:
    """Yield the hits in a Markdown document, outside of code and link targets."""
    text = _FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), source)
    yield from check_passage(Passage(1, source.count("\n") + 1, _LINK_TARGET.sub("", text)))


def check_schema(source: str) -> Iterator[Hit]:
    """Yield the hits in the descriptions and comments of a GraphQL schema."""
    for match in _SCHEMA_TEXT.finditer(source):
        line = source.count("\n", 0, match.start(match.lastindex or 0)) + 1
        text = match[match.lastindex or 0].strip(" ")
        yield from check_passage(Passage(line, line + text.count("\n"), text))


def check_python(source: str) -> Iterator[Hit]:
    """Yield the hits in the comments, the strings that hold prose, and the names of a module."""
    visitor = _Visitor()
    visitor.visit(ast.parse(source))
    for passage in [*visitor.passages, *_comments(source)]:
        yield from check_passage(passage)
    for line, name in visitor.names:
        if name in RULES.names:
            yield Hit(line, name, RULES.names[name])


class _Visitor(ast.NodeVisitor):
    """Collects the strings with several words, and the names where they are defined."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.names: list[tuple[int, str]] = []

    def visit(self, node: ast.AST) -> None:
        match node:
            case ast.Constant(value=str(text)):
                self._add(node, text)
            case ast.JoinedStr(values=parts):
                # An inserted value stands for a word.
                self._add(node, "".join(_literal(part) for part in parts))
                for part in parts:
                    if isinstance(part, ast.FormattedValue):
                        self.visit(part.value)
                return
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                self.names.append((node.lineno, name))
            case ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                self.names.append((node.lineno, name))
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                self.names.append((node.lineno, name))
            case _:
                pass
        self.generic_visit(node)

    def _add(self, node: ast.Constant | ast.JoinedStr, text: str) -> None:
        if " " in text.strip():
            last_line = node.end_lineno or node.lineno
            self.passages.append(Passage(node.lineno, last_line, text.strip(" ")))


def _literal(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "…"


def _comments(source: str) -> Iterator[Passage]:
    """Yield the comments. Comments below each other, in the same column, are one passage."""
    block: Passage | None = None
    column = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        line, start = token.start
        text = token.string.lstrip("#: ")
        if block and (line, start) == (block.last_line + 1, column):
            block = Passage(block.line, line, f"{block.text}\n{text}")
        else:
            if block:
                yield block
            block, column = Passage(line, line, text), start
    if block:
        yield block


CHECKS = {".md": check_markdown, ".graphql": check_schema, ".py": check_python}


def sources() -> Iterator[Path]:
    """Yield the files that are checked by default."""
    candidates = [ROOT / name for name in TEXTS] + sorted((ROOT / "docs").rglob("*.md"))
    for folder in PYTHON_FOLDERS:
        candidates += sorted((ROOT / folder).rglob("*.py"))
    yield from _checked(ROOT, candidates)


def files_of(path: Path) -> Iterator[Path]:
    """Yield the files to check for an argument: the file, or the files in the folder."""
    if path.is_dir():
        yield from _checked(path, sorted(path.rglob("*")))
    else:
        yield from _checked(path.parent, [path])


def _checked(folder: Path, candidates: Iterable[Path]) -> Iterator[Path]:
    """Yield the files in a folder that are neither skipped nor of an unknown format."""
    skipped = {ROOT / name for name in SKIPPED_FILES}
    for path in candidates:
        subfolders = path.relative_to(folder).parts[:-1]
        is_skipped = any(part in SKIPPED_FOLDERS or part.startswith(".") for part in subfolders)
        if path.suffix in CHECKS and path.is_file() and path not in skipped and not is_skipped:
            yield path


def check_file(path: Path) -> list[Hit]:
    """Return the hits in a file, by line."""
    hits = list(CHECKS[path.suffix](path.read_text("utf-8")))
    module = path.stem.lstrip("_")
    if path.suffix == ".py" and module in RULES.modules:
        hits.append(Hit(1, path.name, f"{RULES.modules[module]}.py"))
    return sorted(hits)


def main(arguments: Iterable[str]) -> int:
    """Print the hits in the given paths, by default in all sources; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", metavar="PATH", nargs="*", type=_existing_path)
    roots: list[Path] = parser.parse_args(list(arguments)).paths
    paths = [file for path in roots for file in files_of(path)] if roots else list(sources())
    count = 0
    for path in paths:
        name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
        for hit in check_file(path):
            count += 1
            print(f"{name}:{hit.line}: {hit.text} -> {hit.advice}")
    if count:
        print(f"{count} in {len(paths)} files")
    return 1 if count else 0


def _existing_path(argument: str) -> Path:
    path = Path(argument).resolve()
    if not path.exists():
        message = f"there is no file or folder '{argument}'"
        raise argparse.ArgumentTypeError(message)
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
