"""Results as tables, JSON, JSON Lines and CSV."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import NoReturn

import pytest

from authing_users import ServerError
from authing_users.cli._output import Output, OutputOptions
from authing_users.cli._text import printable, printable_json, sentence

from .support.in_process import InProcess

# Clears the screen, rings, reverses the direction of text, and is a control sequence of 8 bits.
HOSTILE = "\x1b[2J\x07evil\u202e\x9b31m"


@pytest.fixture
def ada(command_line: InProcess) -> str:
    """The ID of the only user."""
    with command_line.pool.plain_client() as client:
        user = client.users.create(
            {"username": "ada", "email": "ada@example.com", "nickname": 'Ada, "the first"'}
        )
    return user.id


def test_a_list_is_json_where_stdout_is_not_a_terminal(command_line: InProcess, ada: str) -> None:
    result = command_line.run("users", "list")
    assert result.exit_code == 0
    (row,) = json.loads(result.stdout)
    assert (row["id"], row["username"], row["emailVerified"]) == (ada, "ada", False)
    assert "phone" not in row  # it is null


def test_an_empty_list_is_empty_in_every_format(command_line: InProcess) -> None:
    assert command_line.run("users", "list").stdout == "[]\n"
    assert command_line.run("users", "list", "--jsonl").stdout == ""
    assert command_line.run("users", "list", "--csv", "--fields", "id").stdout == "id\n"
    assert command_line.run("users", "list", "--table").stdout.split()[:2] == ["id", "username"]


def test_json_lines_have_one_object_a_line(command_line: InProcess) -> None:
    command_line.pool.seed_users(3)
    lines = command_line.run("users", "list", "--jsonl", "--fields", "username").stdout.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"username": f"user{number:05}"} for number in (3, 2, 1)
    ]


def test_csv_quotes_cells_and_contains_lists_as_json(command_line: InProcess, ada: str) -> None:
    result = command_line.run("users", "list", "--csv", "--fields", "nickname,phone,identities")
    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert rows == [["nickname", "phone", "identities"], ['Ada, "the first"', "", "[]"]]


def test_one_result_is_json_or_csv_or_a_table_of_its_fields(
    command_line: InProcess, ada: str
) -> None:
    fields = "--fields", "username,email"
    expected = {"username": "ada", "email": "ada@example.com"}
    assert json.loads(command_line.run("users", "show", ada, *fields).stdout) == expected
    csv_text = command_line.run("users", "show", ada, *fields, "--csv").stdout
    assert csv_text == "username,email\nada,ada@example.com\n"
    table = command_line.run("users", "show", ada, *fields, "--table").stdout
    assert [line.split() for line in table.splitlines()] == [[*item] for item in expected.items()]


def test_fields_are_found_by_any_spelling_and_keep_nulls(command_line: InProcess, ada: str) -> None:
    result = command_line.run("users", "list", "--fields", "email_verified,PHONE")
    assert json.loads(result.stdout) == [{"emailVerified": False, "phone": None}]


def test_unknown_fields_are_reported_before_anything_is_sent(command_line: InProcess) -> None:
    result = command_line.run("users", "list", "--fields", "id,emial", AUTHING_USERPOOL_ID="wrong")
    assert result.exit_code == 2
    assert "no field 'emial'. Did you mean 'email'?" in result.stderr


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[].username", "ada\n"),
        ("[0].username", "ada\n"),
        ("[0].emailVerified", "false\n"),
        ("length(@)", "1\n"),
        ("[?username=='eve'].id", ""),
        ("[].{name: username}", '[\n  {\n    "name": "ada"\n  }\n]\n'),
    ],
)
def test_jq_prints_texts_as_they_are(
    command_line: InProcess, ada: str, expression: str, expected: str
) -> None:
    assert command_line.run("users", "list", "--jq", expression).stdout == expected


def test_jq_prints_json_if_that_is_asked_for(command_line: InProcess, ada: str) -> None:
    assert command_line.run("users", "list", "--json", "--jq", "[].username").stdout == '["ada"]\n'


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--json", "--csv"], "--json and --csv exclude each other"),
        (["--jq", "[?"], "is not a JMESPath expression"),
        (["--jq", "[].lenght(id)"], "no function lenght(). Did you mean 'length'?"),
        (["--jq", "id", "--csv"], "cannot be combined with --csv"),
        (["--fields", ","], "--fields names no field"),
    ],
)
def test_options_that_cannot_be_followed_are_reported(
    command_line: InProcess, options: list[str], problem: str
) -> None:
    result = command_line.run("users", "list", *options)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert problem in result.stderr


def test_an_expression_that_does_not_fit_the_result_is_reported(
    command_line: InProcess, ada: str
) -> None:
    result = command_line.run("users", "list", "--jq", "[0].length(phone)")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "'[0].length(phone)' does not fit the result" in result.stderr
    assert "bug" not in result.stderr


def test_values_cannot_control_the_terminal(command_line: InProcess, ada: str) -> None:
    with command_line.pool.plain_client() as client:
        client.users.update(ada, {"nickname": HOSTILE})
    table = command_line.run("users", "list", "--table", "--fields", "nickname").stdout
    assert table.splitlines()[1] == r"\x1b[2J\x07evil\u202e\x9b31m"
    text = command_line.run("users", "list", "--fields", "nickname").stdout
    assert text.replace("\n", "").isprintable()
    assert json.loads(text) == [{"nickname": HOSTILE}]


def test_secrets_are_masked(command_line: InProcess) -> None:
    secret = command_line.run("api", "/api/v2/userpools/detail", "--jq", "data.secret")
    assert secret.stdout == "**********\n"


def test_every_row_of_a_long_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = ({"number": number} for number in range(1201))
    printed = Output(OutputOptions(("table",))).emit_list(rows)
    lines = capsys.readouterr().out.split()
    assert printed == 1201
    assert [line for line in lines if line != "number"] == [str(number) for number in range(1201)]
    assert lines.count("number") == 3  # one head for each part


def _fail() -> NoReturn:
    raise ServerError("Down")


def test_an_incomplete_array_is_not_json(capsys: pytest.CaptureFixture[str]) -> None:
    def rows() -> Iterator[dict[str, int]]:
        yield {"number": 1}
        raise ServerError("Down")

    output = Output(OutputOptions(("json",)))
    with pytest.raises(ServerError):
        output.emit_list(rows())
    assert capsys.readouterr().out == '[\n{"number": 1}\n'
    with pytest.raises(ServerError):
        output.emit_list(_fail() for _ in range(1))
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_every_text_can_be_printed_in_any_locale(command_line: InProcess, ada: str) -> None:
    with command_line.pool.plain_client() as client:
        client.users.update(ada, {"nickname": "伊芙"})
    finished = subprocess.run(
        [sys.executable, "-m", "authing_users", "users", "list", "--csv", "--fields", "nickname"],
        capture_output=True,
        check=True,
        env={**command_line.environment(), "PYTHONIOENCODING": "ascii"},
    )
    assert finished.stdout.decode() == "nickname\n伊芙\n"


def test_the_reader_of_a_pipe_may_stop(command_line: InProcess) -> None:
    command_line.pool.seed_users(300)  # more than a pipe holds
    with subprocess.Popen(
        [sys.executable, "-m", "authing_users", "users", "list", "--jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**command_line.environment(), "PYTHONWARNINGS": "error"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'{"id"')
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_printable_text_keeps_letters_of_all_languages() -> None:
    assert printable("Zoë 伊芙 👩‍💻 a\nb") == "Zoë 伊芙 👩‍💻 a\\nb"
    assert printable("a\n\tb\x00", keep_lines=True) == "a\n\tb\\x00"


def test_sentences_break_between_words_in_terminals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    terminal = io.StringIO()
    text = "error: the first line\nhint: https://example.com/a-long/address is wrong\x07"
    assert sentence(text, terminal) == f"{text[:-1]}\\x07"
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    assert sentence(text, terminal).splitlines() == [
        "error: the first",
        "line",
        "hint:",
        "https://example.com/a-long/address",
        "is wrong\\x07",
    ]


def test_a_command_at_the_end_of_a_sentence_is_not_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    text = "To continue: authing-users users import new.jsonl --resume"
    assert sentence(text, terminal) == (
        "To continue:\nauthing-users users import new.jsonl --resume"
    )
    assert "login." in sentence("Save it: authing-users login. Or not.", terminal).split()


def test_printable_json_has_the_same_content() -> None:
    text = json.dumps({"a": HOSTILE}, ensure_ascii=False)
    assert json.loads(printable_json(text)) == {"a": HOSTILE}
