"""The check of wording and names reports the phrases that its rules reject, and no others."""

from pathlib import Path

import pytest

from scripts.check_prose import (
    ROOT,
    RULES,
    SKIPPED_FILES,
    check_file,
    check_markdown,
    check_python,
    check_schema,
    main,
    sources,
)

# A sentence to reject, the part of it that is reported, and how to write it instead.
SAMPLES = [
    ("The host is no name.", "is no name", "The host is not a name. There is no such host."),
    ("An id of nobody is ignored.", "of nobody", "Unknown IDs are ignored."),
    ("It is raised all the same.", "all the same", "It is raised anyway. They are all the same."),
    ("Ten at the most.", "at the most", "At most ten, or at the most recent one."),
    ("It sends so many.", "so many", "It sends that many."),
    ("Shorter by chance.", "by chance", "Shortened randomly."),
    ("It works as ever.", "as ever", "It works as everything does."),
    ("It is not open any more.", "not open any more", "It is no longer open. No any more than 2."),
    ("Delete users; none, when one is unknown.", "none, when", "If one is unknown, none is."),
    ("Whoever waits.", "Whoever", "The caller waits."),
    ("It wakes those who wait.", "those who", "It wakes waiting threads."),
    ("An auth has the last word.", "has the last word", "An auth overrides the token."),
    ("Retry what may pass.", "may pass", "Retry transient failures. You may pass a dict."),
    ("Calls are tried again.", "tried again", "Calls are retried."),
    ("It logs each try.", "each try", "It logs each attempt. The try block ends."),
    ("Dicts are refused.", "refused", "Dicts are rejected. Connection refused."),
    ("The server answers late.", "answers", "The server responds late."),
    ("Return what became of it.", "what became of", "Return its outcome."),
    ("The impatience of a caller.", "impatience", "The timeout of a caller."),
    ("Mend the cache.", "Mend", "Fix the cache, recommend it, amend it."),
    ("Measure it anew.", "anew", "Measure it again."),
    ("Each one, be it open or not.", "be it", "Each one, whether open or not. Let it be its own."),
    ("Stop. Who waits is passed over.", "Who", "Skip cancelled callers. Who waits? What is it?"),
    ("What the server sends.", "What", "The data that the server sends. Ask what it sends."),
]


@pytest.mark.parametrize(("rejected", "reported", "better"), SAMPLES)
def test_each_wording_is_reported_and_its_replacement_is_not(
    rejected: str, reported: str, better: str
) -> None:
    (hit,) = check_markdown(f"# Title\n\n{rejected}\n")
    assert (hit.line, hit.text) == (3, reported)
    assert list(check_markdown(better)) == []


def test_there_is_a_sample_for_each_rule() -> None:
    texts = [rejected for rejected, _, _ in SAMPLES]
    untested = [
        pattern.pattern
        for pattern, _ in RULES.wording
        if not any(pattern.search(text) for text in texts)
    ]
    assert untested == []


@pytest.mark.parametrize("phrase", RULES.allowed)
def test_allowed_phrases_are_used_by_a_rule_and_not_reported(phrase: str) -> None:
    assert any(pattern.search(phrase) for pattern, _ in RULES.wording)
    assert list(check_markdown(f"The system reports {phrase}.")) == []


@pytest.mark.parametrize("name", RULES.names)
def test_names_are_reported_where_they_are_defined(name: str) -> None:
    definitions = [
        f"class {name}: pass",
        f"def {name}(): pass",
        f"async def {name}(): pass",
        f"def f(*, {name}): pass",
        f"{name} = 1",
        f"f.{name} = 1",
        f"for {name} in f: pass",
    ]
    for line, hit in enumerate(check_python("\n".join(definitions)), start=1):
        assert (hit.line, hit.text, hit.advice) == (line, name, RULES.names[name])
    assert len(list(check_python("\n".join(definitions)))) == len(definitions)


def test_uses_of_a_name_and_names_that_contain_it_are_not_reported() -> None:
    source = "import asyncio\nasyncio.shield(f)\nclass FlightPlan: pass\nx = is_leader(answer)\n"
    assert list(check_python(source)) == []


@pytest.mark.parametrize("name", RULES.modules)
def test_module_names_are_reported(tmp_path: Path, name: str) -> None:
    module = tmp_path / f"_{name}.py"
    module.write_text("")
    assert [hit.text for hit in check_file(module)] == [module.name]


def test_code_and_link_targets_in_documents_are_not_read() -> None:
    document = """
An `answer`, or ``an answer`` [here](answer.md).

```python
# Who waits is refused.
answer = "no answer"
```

    ~~~
    answer
    ~~~

The answer.
"""
    assert [(hit.line, hit.text) for hit in check_markdown(document)] == [(13, "answer")]


def test_phrases_are_found_across_lines() -> None:
    assert [hit.line for hit in check_markdown("It was raised\nall\nthe same.")] == [2]
    comment = "# A host is\n# no name.\n\nx = 1  # A host is\n# no name, in another column\n"
    assert [hit.line for hit in check_python(comment)] == [1]


def test_docstrings_comments_and_messages_are_read() -> None:
    source = '''
"""What a module is about."""

class Cache:
    """Hold tokens.

    A refused token is dropped.
    """

    size: int
    """The answers that fit."""

    def get(self) -> None:
        """Return a ``refused`` token."""
        raise ValueError(f"{self} was refused by {'the answer'}"  # tried again
            "; it is no token")

    state = {"answer": "refused"}
'''
    hits = [(hit.line, hit.text) for hit in sorted(check_python(source))]
    assert hits == [
        (2, "What"),
        (7, "refused"),
        (11, "answers"),
        (15, "answer"),
        (15, "is no token"),
        (15, "refused"),
        (15, "tried again"),
    ]


def test_descriptions_in_a_schema_are_read() -> None:
    schema = '''
"An answer."
type answer {
  """
  Who it is.
  """
  refused: Int # tried again
}
'''
    hits = [(hit.line, hit.text) for hit in check_schema(schema)]
    assert hits == [(2, "answer"), (5, "Who"), (7, "tried again")]


def test_hits_are_printed_with_file_line_and_advice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "page.md"
    document.write_text("Good.\n\nShorter by\nchance.\n")
    assert main([str(document)]) == 1
    assert capsys.readouterr().out == f"{document}:3: by chance -> 'randomly'\n1 in 1 files\n"
    document.write_text("Good.\n")
    assert main([str(document)]) == 0
    assert capsys.readouterr().out == ""


def test_a_folder_argument_checks_its_files_and_skips_unknown_formats(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("page.md", "script.js", "folder/module.py", "node_modules/other.md", ".venv/x.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("# Shorter by chance.\n")
    assert main([str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == [
        f"{tmp_path}/folder/module.py",
        f"{tmp_path}/page.md",
    ]
    assert lines[-1] == "2 in 2 files"
    assert main([str(tmp_path / "script.js")]) == 0


def test_a_missing_path_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["does/not/exist.md"])
    assert "there is no file or folder 'does/not/exist.md'" in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(SKIPPED_FILES))
def test_files_that_quote_rejected_phrases_are_skipped(name: str) -> None:
    assert (ROOT / name).is_file()
    assert main([str(ROOT / name)]) == 0


def test_written_files_are_checked_and_derived_ones_are_not() -> None:
    checked = {path.relative_to(ROOT).as_posix() for path in sources()}
    assert {"README.md", "schema.graphql", "authing_users/errors.py", "docs/emulator.md"} <= checked
    assert not any("_sync/" in name or "node_modules/" in name for name in checked)
