"""Schemas and operations in files of all kinds, and the package that is written from them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import build_schema, introspection_from_schema, print_schema

from ..support.smaller_schema import smaller_schema
from .generator import ROOT, GeneratorProcess, Result, write_files

SCHEMA = (ROOT / "schema.graphql").read_text(encoding="utf-8")
GET_POOL = "query GetPool { userpool { id } }\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_files(tmp_path, schema=SCHEMA, queries__GetPool=GET_POOL)
    return tmp_path


def generate(generator: GeneratorProcess, project: Path, *options: str) -> Result:
    """Generate the package ``acme``, from the usual places unless options name others."""
    defaults = {"--schema": "schema.graphql", "--queries": "queries", "--package": "acme"}
    for name, value in defaults.items():
        if name not in options:
            options = (*options, name, value)
    result = generator.run(project, *options)
    assert result.code == 0, result.err
    return result


def run(project: Path, code: str) -> str:
    """Return what code prints that can import the package."""
    prelude = (
        "import acme\n"
        "class Executor:\n"
        "    def __init__(self, **data): self.data = data\n"
        "    def execute(self, result_type, document, operation_name, variables, /):\n"
        "        self.document, self.variables = document, variables\n"
        "        return result_type.model_validate(self.data)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", prelude + code],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_files_that_editors_and_other_tools_write(
    generator: GeneratorProcess, project: Path
) -> None:
    """A byte order mark, CRLF, several operations in a file, extensions, other root types."""
    extended = (
        SCHEMA.replace("type Query {", "type RootQ {").replace("type Mutation {", "type RootM {")
        + "extend type User { shoeSize: Int }\nextend enum UserStatus { Frozen }\n"
        + "directive @cached(ttl: Int = 5) on QUERY\nschema { query: RootQ mutation: RootM }\n"
    )
    content = b"\xef\xbb\xbf" + extended.encode().replace(b"\n", b"\r\n")
    (project / "schema.graphql").write_bytes(content)
    (project / "queries" / "Two.gql").write_bytes(
        b"\xef\xbb\xbf" + b"query GetShoe @cached(ttl: 3) { user { id shoeSize status } }\r\n\r\n"
        b"query GetPoolName { userpool { name } }\r\n"
    )
    write_files(project, queries__empty="# Nothing yet.\n")
    result = generate(generator, project)
    assert result.out == "acme: written from schema.graphql and queries, with 3 operations.\n"
    code = (
        "executor = Executor(user={'id': '1', 'shoeSize': 43})\n"
        "assert acme.Client(executor).get_shoe().shoe_size == 43\n"
        "assert '@cached(ttl: 3)' in executor.document\n"
        "assert acme.UserStatus.Frozen == 'Frozen'\n"
        "print(acme.Client(Executor(userpool={'name': 'n'})).get_pool_name().name)"
    )
    write_files(
        project, queries__Status="query Find($s: UserStatus) { userpool { id @skip(if: false) } }"
    )
    (project / "queries" / "Status.graphql").unlink()
    assert run(project, code.replace("assert acme.UserStatus.Frozen == 'Frozen'\n", "")) == "n\n"
    assert (project / "acme" / "schema.graphql").read_bytes() == extended.encode()


def test_a_schema_in_several_files(generator: GeneratorProcess, project: Path) -> None:
    (project / "schema.graphql").rename(project / "all.graphql")
    write_files(
        project,
        schema__deep__more="type Extra { x: Int }",
        schema__main=SCHEMA + "extend type User { extra: Extra }\n",
    )
    write_files(project, schema___hidden__broken="type {")
    (project / "schema" / "_hidden").rename(project / "schema" / ".hidden")
    write_files(project, queries__GetX="query GetX { user { extra { x } } }")
    generate(generator, project, "--schema", "schema")
    assert (
        run(project, "print(acme.Client(Executor(user={'extra': {'x': 3}})).get_x().extra.x)")
        == "3\n"
    )
    copied = build_schema((project / "acme" / "schema.graphql").read_text("utf-8"))
    assert "Extra" in copied.type_map


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_schema_from_introspection(
    generator: GeneratorProcess, project: Path, wrapped: bool
) -> None:
    content = introspection_from_schema(build_schema(SCHEMA))
    (project / "schema.json").write_text(json.dumps({"data": content} if wrapped else content))
    generate(generator, project, "--schema", "schema.json")
    assert run(project, "print(acme.Client(Executor(userpool={'id': 'p'})).get_pool().id)") == "p\n"


def test_everything_in_one_folder(generator: GeneratorProcess, project: Path) -> None:
    """Neither the schema nor the package, which has a copy of it, is taken for an operation."""
    for _ in range(2):
        generate(generator, project, "--queries", ".")
    assert (project / "acme" / "schema.graphql").is_file()


def test_a_package_below_others(generator: GeneratorProcess, project: Path) -> None:
    result = generate(generator, project, "--package", "apis.acme", "--out", "src/lib")
    assert result.out.startswith("src/lib/apis/acme: written")
    code = (
        "import sys; sys.path[0] = 'src/lib'\nfrom apis.acme import Client; print(Client.__name__)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "Client\n"


def test_the_config_file_is_relative_to_its_folder(
    generator: GeneratorProcess, project: Path
) -> None:
    text = (
        '[project]\nname = "x"\n[tool.ariadne-codegen]\nschema_path = "../schema.graphql"\n'
        'queries_path = "../queries"\ntarget_package_path = "src"\ntarget_package_name = "acme"\n'
    )
    (project / "sub").mkdir()
    (project / "sub" / "pyproject.toml").write_text(text)
    result = generator.run(project, "--config", "sub/pyproject.toml")
    assert (result.code, result.err) == (0, "")
    written = (project / "sub/src/acme/client.py").read_bytes()
    # Options replace the settings, and are relative to the working directory.
    generator.run(project, "--config", "sub/pyproject.toml", "--out", "other", "--package", "b")
    assert (project / "other/b/client.py").read_bytes() == written
    assert str(project).encode() not in written


def test_fragments_of_ours_can_be_spread(generator: GeneratorProcess, project: Path) -> None:
    schema = print_schema(smaller_schema("User.arn", "User.openid"))
    schema = schema.replace("  nickname: String", "  nickname: Name", 1)
    schema = schema.replace("statements: [PolicyStatement!]!", "statements: [Number!]!", 1)
    write_files(
        project,
        schema=schema + "\nextend type Query { vip: PaginatedUsers }\ntype Name { first: String }\n"
        "type Number { id: ID }\n",
        queries__GetVip="query GetVip { vip { ...PaginatedUsers } }\n",
        queries__GetPolicy='query GetPolicy { policy(code: "a") { ...Policy } }\n',
        queries__GetRole="query GetRole($code: String!) { role(code: $code) { ...Role } }\n"
        "fragment Role on Role { code }\n",
    )
    generate(generator, project)
    assert (
        run(
            project,
            "users = [{'id': 'u', 'identities': [{}]}]\n"
            "executor = Executor(vip={'totalCount': 1, 'list': users})\n"
            "(user,) = acme.Client(executor).get_vip().list\n"
            "assert type(user) is acme.User and type(user.identities[0]) is acme.Identity\n"
            "fields = set(executor.document.split())\n"
            "assert fields > {'username', 'lastIP'}\n"
            "assert not fields & {'arn', 'nickname', 'customData'}\n"
            "assert 'statements' not in acme.Policy.model_fields\n"
            "print(list(acme.Role.model_fields))",
        )
        == "['code']\n"
    )


def test_scalars(generator: GeneratorProcess, project: Path) -> None:
    """Some have a type by default, others get theirs in the config file, and the rest have none."""
    write_files(
        project,
        schema=SCHEMA
        + "scalar DateTime\nscalar Date\nscalar Time\nscalar UUID\nscalar BigInt\nscalar JSON\n"
        "scalar Money\nscalar Weight\n"
        "type Scalars { at: DateTime onDay: Date atTime: Time id: UUID big: BigInt content: JSON\n"
        "  money: Money weight: Weight }\n"
        "extend type Query { scalars(at: DateTime): Scalars }\n",
        queries__GetScalars="query GetScalars($at: DateTime) {\n"
        "  scalars(at: $at) { at onDay atTime id big content money weight }\n}\n",
    )
    (project / "codegen.toml").write_text(
        '[tool.ariadne-codegen.scalars.Money]\ntype = "Decimal"\nimport = "decimal"\n'
        '[tool.ariadne-codegen.scalars.Weight]\ntype = "float"\nparse = "tools.grams"\n'
    )
    (project / "tools.py").write_text("def grams(value):\n    return value / 1000\n")
    result = generate(generator, project)
    assert result.err == ""
    assert (
        run(
            project,
            "import datetime, decimal, uuid\n"
            "zero = '00000000-0000-0000-0000-000000000000'\n"
            "executor = Executor(scalars={'at': '2024-01-31T12:30:00Z', 'onDay': '2024-01-31',\n"
            "    'atTime': '12:30:00', 'id': zero, 'big': 2**70, 'content': {'a': [1]},\n"
            "    'money': '1.10', 'weight': 1500})\n"
            "at = datetime.datetime(2024, 1, 31, 12, 30, tzinfo=datetime.UTC)\n"
            "read = acme.Client(executor).get_scalars(at=at)\n"
            "assert (read.at, read.on_day, read.at_time) == (at, at.date(), at.time())\n"
            "assert (read.id, read.big, read.content) == (uuid.UUID(zero), 2**70, {'a': [1]})\n"
            "print(read.money, read.weight)",
        )
        == "1.10 1.5\n"
    )


def test_text_fields_that_accept_other_values(generator: GeneratorProcess, project: Path) -> None:
    write_files(
        project,
        schema=SCHEMA
        + "input Visit { at: String! day: String key: ID number: Int }\n"
        + "extend type Query { visit(by: Visit): Int }\n",
        queries__GetVisit="query GetVisit($by: Visit) { visit(by: $by) }\n",
    )
    (project / "codegen.toml").write_text(
        "[tool.ariadne-codegen.text_values]\n"
        'at = "datetime"\nday = "date"\nkey = "UUID"\nnumber = "date"\n'
    )
    assert generate(generator, project).err == ""
    types = (project / "acme/input_dicts.py").read_text("utf-8")
    assert "at: Required[str | datetime]\n" in types
    assert "day: str | date | None\n" in types
    assert "key: str | UUID | None\n" in types
    assert "number: int | None\n" in types
    assert 'VisitKey = Literal["at", "day", "key", "number"]\n' in types
    assert run(
        project,
        "import datetime, uuid\n"
        "at = datetime.datetime(2024, 1, 31, 12, 30, tzinfo=datetime.UTC)\n"
        "visit = acme.Visit(at=at, day=at.date(), key=uuid.UUID(int=1), number=3)\n"
        "executor = Executor(visit=1)\n"
        "acme.Client(executor).get_visit(visit)\n"
        "print(executor.variables['by'])\n"
        "for wrong in ({'at': at.replace(tzinfo=None)}, {'at': 5}, {'numbr': 1}, {}):\n"
        "    try: acme.Visit(**wrong)\n"
        "    except ValueError as error: print(type(error).__name__, error)",
    ).splitlines() == [
        "{'at': '2024-01-31T12:30:00+00:00', 'day': '2024-01-31', "
        "'key': '00000000-0000-0000-0000-000000000001', 'number': 3}",
        "InputError Visit.at must be a datetime with a time zone: write value.astimezone() for "
        "local time, or value.replace(tzinfo=timezone.utc) for UTC",
        "InputError Visit.at must be a string, not int: write str(value)",
        "InputError Unknown key 'numbr' in Visit. Did you mean 'number'?",
        "InputError Visit.at is missing",
    ]


def test_deprecated_fields_are_warnings(generator: GeneratorProcess, project: Path) -> None:
    write_files(
        project,
        schema=SCHEMA
        + 'extend type Query { old(by: Int @deprecated(reason: "omit it")): Old'
        + ' @deprecated(reason: "use new") }\ntype Old { x: Int @deprecated }\n',
        queries__GetOld="query GetOld($by: Int) {\n  old(by: $by) { x }\n}\n",
    )
    result = generate(generator, project)
    assert result.err.splitlines() == [
        "queries/GetOld.graphql:2:3: warning: The field Query.old is deprecated. use new",
        "queries/GetOld.graphql:2:7: warning: Field 'Query.old' argument 'by' is deprecated."
        " omit it",
        "queries/GetOld.graphql:2:18: warning: The field Old.x is deprecated. No longer supported",
    ]
    assert generate(generator, project, "--check").err == result.err
