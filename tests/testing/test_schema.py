"""The fixtures of the emulator with a GraphQL schema of the project's own."""

from pathlib import Path

import pytest

from authing_users import InvalidRequestError
from authing_users.testing.emulator.emulator import AuthingEmulator

from ..support.schema_changes import changed_schema
from .conftest import RunTests

OWN = changed_schema(
    remove=["User.expiredAt", "UpdateUserInput.expiredAt"],
    add="""
extend type User { employeeNumber: String }
extend input CreateUserInput { employeeNumber: String }
""",
)
# Without a token, a valid document has the status 200, and an invalid one has 400.
STATUS = """
import httpx
import pytest

def status(emulator, field):
    transport = emulator.transport() if hasattr(emulator, "transport") else None
    with httpx.Client(transport=transport, trust_env=False) as http:
        body = {"query": "{ users { list { %s } } }" % field}
        return http.post(emulator.url + "/graphql/v2", json=body).status_code

def serves_own(emulator):
    statuses = status(emulator, "employeeNumber"), status(emulator, "expiredAt")
    assert statuses in ((200, 400), (400, 200))
    return statuses[0] == 200
"""


@pytest.fixture
def own_schema(pytester: pytest.Pytester) -> Path:
    path = pytester.path / "schemas/own.graphql"
    path.parent.mkdir()
    path.write_text(OWN, "utf-8")
    return path


@pytest.mark.slow
@pytest.mark.usefixtures("own_schema")
def test_marker_names_the_schema(run_tests: RunTests) -> None:
    result = run_tests(
        STATUS
        + """
def test_default(authing_emulator):
    assert not serves_own(authing_emulator)

@pytest.mark.parametrize("schema", [
    pytest.param(name, marks=pytest.mark.authing(schema=name))
    for name in ("schemas/own.graphql", "schemas")
])
def test_own(authing_emulator, authing_user, schema):
    assert serves_own(authing_emulator)
    assert authing_user().username

@pytest.mark.authing(snapshot="one")
def test_snapshot_with_the_schema_of_the_api(authing_emulator, authing):
    assert not serves_own(authing_emulator)
    assert authing.users.list().list[0].company is None

@pytest.mark.authing(schema="schemas/own.graphql", snapshot="one")
def test_snapshot(authing_emulator, authing):
    assert serves_own(authing_emulator)
    assert authing.users.list().list[0].company == "own"

@pytest.mark.authing(schema="schemas/own.graphql")
def test_server(authing_emulator_server):
    assert serves_own(authing_emulator_server)

def test_default_server(authing_emulator_server):
    assert not serves_own(authing_emulator_server)

@pytest.mark.authing(schema="schemas/none.graphql")
def test_missing(authing_emulator):
    pass

@pytest.mark.authing(schema=1)
def test_wrong():
    pass
""",
        conftest="""
import json
import pytest
from authing_users import InvalidInputError

@pytest.fixture(scope="session")
def authing_snapshots(tmp_path_factory):
    path = tmp_path_factory.mktemp("seeds") / "seed.json"
    own = {"username": "bob", "employeeNumber": "7", "company": "own"}

    def fill(emulator):
        path.write_text(json.dumps({"users": [own]}))
        try:
            emulator.seed(path)
        except InvalidInputError:
            emulator.client().users.create({"username": "bob"})

    return {"one": fill}
""",
    )
    result.assert_outcomes(passed=7, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*none.graphql cannot be read: No such file or directory.",
            "*needs the path of a file or a folder for schema, not 1",
        ]
    )


@pytest.mark.usefixtures("own_schema")
def test_setting_names_the_schema_of_all_tests(
    run_tests: RunTests, pytester: pytest.Pytester
) -> None:
    pytester.makeini("[pytest]\nauthing_schema = schemas/own.graphql\n")
    (pytester.path / "other.graphql").write_text(changed_schema(), "utf-8")
    result = run_tests(
        STATUS
        + """
def test_own(authing_emulator):
    assert serves_own(authing_emulator)

@pytest.mark.authing(schema="other.graphql")
def test_marker_takes_precedence(authing_emulator):
    assert not serves_own(authing_emulator)
"""
    )
    result.assert_outcomes(passed=2)


def test_an_emulator_of_its_own_takes_the_path_or_the_text(tmp_path: Path) -> None:
    path = tmp_path / "own.graphql"
    path.write_text(OWN, "utf-8")
    for schema in (path, str(path), OWN):
        with AuthingEmulator(schema=schema) as emulator, emulator.client() as client:
            user = client.users.create({"username": "bob"})
            with pytest.raises(InvalidRequestError, match="expiredAt"):
                client.users.update(user.id, {"expiredAt": "2030-01-01T00:00:00Z"})
