"""Every problem of a schema, of operations and of settings is reported with its place."""

from pathlib import Path

import pytest

from .generator import ROOT, GeneratorProcess, write_files

SCHEMA = """\
type Query {
  user(id: ID!): User
  old: String @deprecated(reason: "use user")
}

type User {
  id: ID!
  name: String
  friends(first: Int = 10): [User!]
}
"""
OPTIONS = ("--schema", "schema.graphql", "--queries", "queries", "--package", "acme")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_files(
        tmp_path, schema=SCHEMA, queries__Get="query Get($id: ID!) { user(id: $id) { id } }\n"
    )
    return tmp_path


def problems(generator: GeneratorProcess, project: Path, *options: str) -> list[str]:
    """Return the problems of a project, of which nothing is generated."""
    result = generator.run(project, *(options or OPTIONS))
    assert result.code == 1, result.err
    assert not (project / "acme").exists()
    number = len(result.problems)
    noun = "problem" if number == 1 else "problems"
    assert result.err.splitlines()[-1] == f"{number} {noun}. Nothing was written."
    assert result.out == ""
    return result.problems


def test_all_problems_of_all_files_are_reported_in_order(
    generator: GeneratorProcess, project: Path
) -> None:
    write_files(
        project,
        queries__A="query A($id: ID!, $unused: Int) {\n"
        "  user(id: $id) { nam friends(last: 1) { id } }\n}\n",
        queries__B="query B { user { id } }\n\nquery {\n  old\n}\n\nquery B { old }\n",
        queries__sub__C="query C { user(id: $id) { ...Missing } }\n",
    )
    assert problems(generator, project) == [
        "queries/A.graphql:1:19: Variable '$unused' is never used in operation 'A': remove the"
        " variable, or pass it as an argument",
        "queries/A.graphql:2:19: Cannot query field 'nam' on type 'User'. Did you mean 'name'?",
        "queries/A.graphql:2:31: Unknown argument 'last' on field 'User.friends': remove the"
        " argument, or add it to the schema",
        "queries/B.graphql:1:11: Field 'user' argument 'id' of type 'ID!' is required, but it was"
        " not provided: add the argument",
        "queries/B.graphql:3:1: This is an anonymous query: give it a name",
        "queries/B.graphql:7:7: queries/B.graphql:1 has a query B, too: rename one of them",
        "queries/sub/C.graphql:1:20: Variable '$id' is not defined by operation 'C': declare the"
        " variable after the name of the operation",
        "queries/sub/C.graphql:1:30: Unknown fragment 'Missing': define the fragment in a file of"
        " the operations",
    ]


def test_invalid_operations_do_not_hide_what_is_unsupported(
    generator: GeneratorProcess, project: Path
) -> None:
    (project / "schema.graphql").write_text(SCHEMA + "type Subscription { left: User }\n")
    write_files(
        project,
        queries__A="query A { user(id: 1) { nam } }\n",
        queries__B="subscription B { left { id } }\n",
        queries__User='query User { user(id: "1") { ...User } }\n',
    )
    assert problems(generator, project) == [
        "queries/A.graphql:1:25: Cannot query field 'nam' on type 'User'. Did you mean 'name'?",
        "queries/B.graphql:1:1: B is a subscription, which the generated clients cannot receive:"
        " remove it, or use a query",
        "queries/User.graphql:1:7: the operation User and the fragment User both generate a class"
        " User: rename the operation User",
    ]


def test_syntax_errors_do_not_hide_other_problems(
    generator: GeneratorProcess, project: Path
) -> None:
    write_files(
        project,
        queries__A="query A { user(id: 1) { id }\n",
        queries__B="query B { user(id: 1) { ...MaybeInA nam } }\n",
        queries__C="query C {\n  user(id: 1) }}\n",
    )
    assert problems(generator, project) == [
        "queries/A.graphql:2:1: Syntax Error: Expected Name, found <EOF>: correct the syntax",
        "queries/B.graphql:1:37: Cannot query field 'nam' on type 'User'. Did you mean 'name'?",
        "queries/C.graphql:2:16: Syntax Error: Unexpected '}': correct the syntax",
    ]


def test_the_schema_has_problems(generator: GeneratorProcess, project: Path) -> None:
    write_files(
        project,
        schema=SCHEMA + "enum User { ID }\nextend type Usr { x: Strin }\nquery Q { old }\n",
        queries__Get="query Get {",
    )
    assert problems(generator, project) == [
        "queries/Get.graphql:1:12: Syntax Error: Expected Name, found <EOF>: correct the syntax",
        "schema.graphql:11:6: There can be only one type named 'User': keep one of them; the other"
        " is at schema.graphql:6",
        "schema.graphql:12:13: Cannot extend type 'Usr' because it is not defined. Did you mean"
        " 'User'?",
        "schema.graphql:12:22: Unknown type 'Strin'. Did you mean 'String'?",
        "schema.graphql:13:1: This is a query Q: move it to the operations",
    ]


def test_the_types_of_the_schema_do_not_fit(generator: GeneratorProcess, project: Path) -> None:
    schema = SCHEMA + "interface Named { name: String! }\ntype Pool implements Named { id: ID }\n"
    write_files(project, schema=schema + "input Empty\n")
    assert problems(generator, project) == [
        "schema.graphql:11:19: Interface field Named.name expected but Pool does not provide it:"
        " correct the schema",
        "schema.graphql:13:1: Input Object type Empty must define one or more fields: correct the"
        " schema",
    ]


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ("type User { id: ID }", "1:1: Query root type must be provided: correct the schema"),
        ("# nothing\n\n", "1:1: The schema is empty: define the type Query"),
        ("type Query {", "1:13: Syntax Error: Expected Name, found <EOF>: correct the syntax"),
    ],
)
def test_an_unusable_schema(
    generator: GeneratorProcess, project: Path, schema: str, problem: str
) -> None:
    write_files(project, schema=schema)
    assert problems(generator, project) == [f"schema.graphql:{problem}"]


def test_missing_and_unreadable_files(generator: GeneratorProcess, project: Path) -> None:
    (project / "queries" / "Bad.graphql").write_bytes(b"query Bad {\n  \xc3\xa9 \xff }")
    (project / "queries" / "Gone.graphql").symlink_to("nowhere.graphql")
    assert problems(generator, project, *OPTIONS[2:], "--schema", "gone.graphql") == [
        "gone.graphql:1:1: The path for the schema does not exist: correct it",
        "queries/Bad.graphql:2:5: The file is not text in UTF-8: save it as UTF-8",
        "queries/Gone.graphql:1:1: The file cannot be read: No such file or directory",
    ]
    (project / "empty").mkdir()
    assert problems(
        generator, project, "--schema", "empty", "--queries=empty", "--package=acme"
    ) == [
        "empty:1:1: The folder for the operations contains no .graphql file: add one",
        "empty:1:1: The folder for the schema contains no .graphql file: add one",
    ]


def test_there_is_no_operation(generator: GeneratorProcess, project: Path) -> None:
    write_files(project, queries__Get="# later\nfragment F on User { id }\n")
    assert problems(generator, project) == [
        "queries:1:1: There is no operation: add a file with a query or a mutation"
    ]


def test_a_type_among_the_operations(generator: GeneratorProcess, project: Path) -> None:
    write_files(project, queries__More="type Pool { id: ID }\n")
    assert problems(generator, project) == [
        "queries/More.graphql:1:1: The 'Pool' definition is not executable: move it to the schema"
    ]


def test_more_than_a_hundred_errors(generator: GeneratorProcess, project: Path) -> None:
    fields = " ".join(f"x{number}" for number in range(150))
    write_files(project, queries__Get=f"query Get {{ user(id: 1) {{ {fields} }} }}\n")
    assert len(problems(generator, project)) == 150


@pytest.mark.parametrize(
    ("variable", "what"),
    [
        ("$file: Upload!", "has the type Upload"),
        ("$in: [In!]", "contains a field of the type Upload"),
    ],
)
def test_files_cannot_be_sent(
    generator: GeneratorProcess, project: Path, variable: str, what: str
) -> None:
    write_files(
        project,
        schema=SCHEMA
        + "scalar Upload\ninput In { again: In inner: Inner }\ninput Inner { file: [Upload!]! }\n"
        "type Mutation { send(file: Upload, in: [In!]): Int }\n",
        queries__Send=f"mutation Send({variable}) {{\n  send("
        f"{variable[1:].partition(':')[0]}: {variable.partition(':')[0]})\n}}\n",
    )
    name = variable.partition(":")[0]
    assert problems(generator, project) == [
        f"queries/Send.graphql:1:15: The variable {name} {what}: files cannot be sent, remove the"
        " variable"
    ]


def test_a_folder_with_other_content_is_not_replaced(
    generator: GeneratorProcess, project: Path
) -> None:
    (project / "own").mkdir()
    (project / "own" / "main.py").write_text("import sys\n")
    write_files(project, queries__Get="query Get { usr { id } }")
    assert problems(generator, project, *OPTIONS[:4], "--package", "own") == [
        "own:1:1: The folder is not a generated package: choose another name, or remove it",
        "queries/Get.graphql:1:13: Cannot query field 'usr' on type 'Query'. Did you mean 'user'?",
    ]
    assert (project / "own" / "main.py").read_text() == "import sys\n"


def test_an_extra_that_is_not_installed() -> None:
    """The environment of the tests has the command line, but not the generator."""
    from typer.testing import CliRunner

    from authing_users.cli import app

    result = CliRunner().invoke(app, ["generate"])
    assert result.exit_code == 1
    assert result.stderr == (
        "The generator needs ariadne_codegen, which is not installed:"
        " pip install 'authing-users[codegen]'\n"
    )


def config(project: Path, *lines: str) -> None:
    table = ["[tool.ariadne-codegen]", *lines]
    (project / "codegen.toml").write_text("\n".join(table) + "\n")


COMPLETE = (
    'schema_path = "schema.graphql"',
    'queries_path = "queries"',
    'target_package_name = "acme"',
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ['shema_path = "schema.graphql"', 'client_name = "X"', "target_package_path = 3"],
            [
                "1:1: queries_path is missing: set it, or pass --queries",
                "1:1: schema_path is missing: set it, or pass --schema",
                "1:1: target_package_name is missing: set it, or pass --package",
                "2:1: shema_path is not a setting of authing-users: did you mean schema_path?",
                "3:1: client_name is the same for each package: remove it",
                "4:1: target_package_path must be text that is not empty",
            ],
        ),
        (
            [*COMPLETE[:2], 'target_package_name = "acme.class"'],
            ["4:1: 'acme.class' cannot be the name of a package: write names such as acme_authing"],
        ),
        (
            [*COMPLETE[:2], 'target_package_name = "authing_users.acme"'],
            ["4:1: authing_users is the name of this library: choose another name"],
        ),
        (
            [
                *COMPLETE,
                "[tool.ariadne-codegen.scalars.Money]",
                'typ = "decimal.Decimal"',
                "[tool.ariadne-codegen.scalars.Date]",
                'type = "list[int]"',
                'parse = "acme.parse"',
            ],
            [
                "5:1: The scalar Money has no type: write type = 'datetime.datetime' or similar",
                "6:1: typ is not a setting of a scalar: did you mean type?",
                "8:1: type must be a name such as datetime.datetime",
            ],
        ),
        ([*COMPLETE, "scalars = 3"], ["5:1: scalars must be a table"]),
        ([*COMPLETE, "text_values = 3"], ["5:1: text_values must be a table"]),
        (
            [*COMPLETE, "[tool.ariadne-codegen.text_values]", 'at = "datetime"', "day = 1"],
            ["7:1: day must be 'datetime' or 'date' or 'UUID'"],
        ),
        (
            [*COMPLETE, 'plugins = "acme.Plugin"'],
            ["5:1: plugins must be a list of names such as acme.codegen.AcmePlugin"],
        ),
        (
            [*COMPLETE, 'plugins = ["missing.Plugin", "json.JSONDecoder", "json"]'],
            [
                "5:1: The plugin json cannot be used: The module has no plugin class",
                "5:1: The plugin json.JSONDecoder cannot be used: Selected object json.JSONDecoder"
                " is not a plugin class.",
                "5:1: The plugin missing.Plugin cannot be used: Incorrect module. Cannot import"
                " from missing",
            ],
        ),
        (['schema_path = "a'], ["2:17: The file is not valid TOML: Illegal character '\\n'"]),
        (
            [*COMPLETE, "[tool.ariadne-codegen.scalars.Dte]", 'type = "datetime.date"'],
            ["5:1: The schema has no custom scalar Dte: did you mean Date?"],
        ),
    ],
)
def test_wrong_settings(
    generator: GeneratorProcess, project: Path, lines: list[str], expected: list[str]
) -> None:
    write_files(project, schema=SCHEMA + "scalar Date\n")
    config(project, *lines)
    found = problems(generator, project, "--check")
    assert found == [f"codegen.toml:{problem}" for problem in expected]


def test_settings_that_cannot_be_read(generator: GeneratorProcess, project: Path) -> None:
    assert problems(generator, project, "--config", "other.toml") == [
        "other.toml:1:1: The file cannot be read: No such file or directory"
    ]
    (project / "other.toml").write_bytes(b"\xff")
    assert problems(generator, project, "--config", "other.toml") == [
        "other.toml:1:1: The file is not text in UTF-8: save it as UTF-8"
    ]
    (project / "other.toml").write_text("[tool.other]\n")
    assert problems(generator, project, "--config", "other.toml") == [
        "other.toml:1:1: The table [tool.ariadne-codegen] is missing"
    ]
    assert problems(generator, project, "--schema", "schema.graphql") == [
        "codegen.toml:1:1: queries_path is missing: set it, or pass --queries",
        "codegen.toml:1:1: target_package_name is missing: set it, or pass --package",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"data": ', "1:10: The file is not valid JSON: Expecting value"),
        ("[]", "1:1: The file is not the response to an introspection query: "),
        (
            '{"data": {"__schema": {}}}',
            "1:1: The file is not the response to an introspection query: ",
        ),
    ],
)
def test_an_introspection_response_that_is_none(
    generator: GeneratorProcess, project: Path, text: str, problem: str
) -> None:
    (project / "schema.json").write_text(text)
    (found,) = problems(generator, project, "--schema=schema.json", *OPTIONS[2:])
    assert found.startswith(f"schema.json:{problem}")


def test_our_own_sources_have_no_deprecated_fields(generator: GeneratorProcess) -> None:
    result = generator.run(ROOT, "--check")
    assert (result.code, result.err) == (0, "")
    assert result.out == "generated/authing_graphql is up to date.\n"
