"""Changes are judged correctly: the client behaves as predicted."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from authing_users import InvalidRequestError, SchemaDriftWarning
from authing_users._schema.impact import Impact, assess
from authing_users._schema.operations import user_operations
from authing_users._schema.severity import Severity
from authing_users._schema.sources import shipped_schema
from authing_users._schema.verdicts import Effect

from ..support.emulator_pool import EmulatorPool
from ..support.older_server import OlderServer, running_older_server
from ..support.smaller_schema import smaller_schema
from .edits import edited


def impact_of(coordinate: str, **edit: Any) -> Impact:
    """Return what the change at a coordinate means."""
    impacts = assess(shipped_schema(), edited(**edit))
    (impact,) = (one for one in impacts if one.change.coordinate == coordinate)
    return impact


# The coordinate and the edit; the effect, a method that has it, and a part of a note.
CASES: list[tuple[str, dict[str, Any], str, str, str]] = [
    (
        "User.givenName",
        {"removed": ["User.givenName"]},
        "degrades",
        "users.detail",
        "Its value is None",
    ),
    ("User.id", {"removed": ["User.id"]}, "breaks", "users.detail", "lacks the field 'User.id'"),
    ("Query.group", {"removed": ["Query.group"]}, "breaks", "groups.detail", "the query 'group'"),
    (
        "Query.users(page:)",
        {"removed": ["Query.users.page"]},
        "degrades",
        "users.list",
        "Calls that set it raise InvalidRequestError",
    ),
    (
        "CreateUserInput.givenName",
        {"removed": ["CreateUserInput.givenName"]},
        "degrades",
        "users.create",
        "Calls that set the key",
    ),
    (
        "Query.accessToken(secret:)",
        {"retyped": {"Query.accessToken.secret": "ID!"}},
        "breaks",
        "every method",
        "$secret has the type String!",
    ),
    (
        "PaginatedUsers.totalCount",
        {"retyped": {"PaginatedUsers.totalCount": "Int"}},
        "breaks",
        "users.list",
        "A null raises InvalidResponseError, because of PaginatedUsers.total_count",
    ),
    (
        "Group.code",
        {"retyped": {"Group.code": "String"}},
        "harmless",
        "groups.detail",
        "The models accept null",
    ),
    (
        "User.loginsCount",
        {"retyped": {"User.loginsCount": "String"}},
        "breaks",
        "users.detail",
        "do not accept the new type",
    ),
    (
        "User.givenName",
        {"retyped": {"User.givenName": "Int"}},
        "harmless",
        "users.detail",
        "accept the new type",
    ),
    (
        "User.givenName",
        {"retyped": {"User.givenName": "[String]"}},
        "breaks",
        "users.detail",
        "do not accept the new type",
    ),
    (
        "User.givenName",
        {"retyped": {"User.givenName": "String!"}},
        "harmless",
        "users.detail",
        "",
    ),
    (
        "Query.searchUser(query:)",
        {"retyped": {"Query.searchUser.query": "String"}},
        "harmless",
        "users.search",
        "",
    ),
    (
        "Query.findUser(email:)",
        {"retyped": {"Query.findUser.email": "String!"}},
        "breaks",
        "users.find",
        "$email has the type String",
    ),
    (
        "Query.user(id:)",
        {"retyped": {"Query.user.id": "String!"}},
        "harmless",
        "users.detail",
        "valid for both types",
    ),
    (
        "CreateUserInput.email",
        {"retyped": {"CreateUserInput.email": "String!"}},
        "breaks",
        "users.create",
        "that do not set the key",
    ),
    (
        "CreateUserInput.tenant",
        {"added": "extend input CreateUserInput { tenant: String! }"},
        "breaks",
        "users.create",
        "generate the package again",
    ),
    (
        "UserStatus.Resigned",
        {"removed": ["UserStatus.Resigned"]},
        "harmless",
        "users.detail",
        "no longer returns",
    ),
    (
        "SortByEnum.NAME_ASC",
        {"added": "extend enum SortByEnum { NAME_ASC }"},
        "gains",
        "users.list",
        "after generating the package again",
    ),
    (
        "UserStatus.Locked",
        {"added": "extend enum UserStatus { Locked }"},
        "harmless",
        "users.detail",
        "accept values that the enum does not list",
    ),
    (
        "User.employeeNumber",
        {"added": "extend type User { employeeNumber: String }"},
        "gains",
        "users.detail",
        "declare it in a subclass",
    ),
    (
        "Policy",
        {
            "removed": [
                "Policy",
                "Query.policy",
                "PaginatedPolicies.list",
                "Mutation.createPolicy",
                "Mutation.updatePolicy",
            ]
        },
        "breaks",
        "policies.create",
        "cannot be called",
    ),
]


@pytest.mark.parametrize(
    ("coordinate", "edit", "effect", "method", "note"),
    CASES,
    ids=[f"{number} {case[0]}" for number, case in enumerate(CASES, 1)],
)
def test_what_a_change_means(
    coordinate: str, edit: dict[str, Any], effect: str, method: str, note: str
) -> None:
    impact = impact_of(coordinate, **edit)
    assert impact.effect.name.lower() == effect
    assert impact.methods[method] is impact.effect
    assert note in " ".join(impact.notes)


def test_a_change_that_nothing_uses() -> None:
    impact = impact_of("Query.isActionDenied", removed=["Query.isActionDenied"])
    assert (impact.effect, impact.methods, impact.notes) == (Effect.UNUSED, {}, [])
    assert impact.severity is Severity.BREAKING


def test_a_null_that_the_models_accept_is_only_dangerous() -> None:
    accepted = impact_of("Group.code", retyped={"Group.code": "String"})
    rejected = impact_of("User.id", retyped={"User.id": "String"})
    assert (accepted.severity, rejected.severity) == (Severity.DANGEROUS, Severity.BREAKING)


def test_public_types_and_keys_are_named() -> None:
    assert impact_of("User.lastIP", removed=["User.lastIP"]).attributes == ["User.last_ip"]
    assert impact_of("Node.nameI18n", removed=["Node.nameI18n"]).attributes == [
        "Department.name_i_18_n"
    ]
    removed = impact_of("CreateUserInput.name", removed=["CreateUserInput.name"])
    assert (removed.keys, removed.attributes) == (["CreateUserInput.name"], [])


@pytest.mark.parametrize(
    ("removed", "effects"),
    [
        ("User.givenName", {"Mine": Effect.DEGRADES}),
        ("User.id", {"Mine": Effect.BREAKS}),
        ("Query.userpool", {"Pool": Effect.BREAKS}),
        ("Query.user.id", {"Mine": Effect.BREAKS}),
        ("Query.roles.page", {"Roles": Effect.DEGRADES}),
        ("User.familyName", {}),
    ],
)
def test_operations_of_the_user_are_adapted_like_ours(
    removed: str, effects: dict[str, Effect], tmp_path: Path
) -> None:
    (tmp_path / "a.graphql").write_text(
        "query Mine($id: String!) { user(id: $id) { id givenName } }\n"
        "query Pool { userpool { id } }\n"
        "query Roles($page: Int) { roles(page: $page) { totalCount } }\n"
    )
    (impact,) = assess(shipped_schema(), edited(removed=[removed]), user_operations(tmp_path))
    assert impact.user_operations == effects
    degraded = Effect.DEGRADES in effects.values()
    assert any("execute()" in note for note in impact.notes) == degraded


@pytest.fixture
def older_server(emulator_pool: EmulatorPool) -> Iterator[OlderServer]:
    with running_older_server(emulator_pool) as server:
        yield server


def missing_impact(name: str) -> Impact:
    """Return what a missing name means."""
    coordinate = name.replace(")", ":)")
    impacts = assess(shipped_schema(), smaller_schema(name))
    return next(one for one in impacts if one.change.coordinate == coordinate)


Call = Callable[[Any], object]


# A missing name; a method, a call of it that does not need the name, and one that does.
BEHAVIOR: list[tuple[str, str, Call, Call | None]] = [
    ("User.givenName", "users.list", lambda c: c.users.list(), None),
    ("Query.group", "groups.detail", lambda c: c.groups.detail("g"), None),
    ("PaginatedUsers.totalCount", "users.list", lambda c: c.users.list(), None),
    (
        "Query.users(excludeUsersInOrg)",
        "users.list",
        lambda c: c.users.list(),
        lambda c: c.users.list(exclude_users_in_org=True),
    ),
    (
        "CreateUserInput.givenName",
        "users.create",
        lambda c: c.users.create({"username": "bob"}),
        lambda c: c.users.create({"username": "eve", "givenName": "Eve"}),
    ),
    ("Mutation.deleteUser(id)", "users.delete", lambda c: c.users.delete("x"), None),
]


@pytest.mark.parametrize(
    ("missing", "method", "plain", "special"),
    BEHAVIOR,
    ids=["field", "query", "required field", "argument", "key", "required argument"],
)
def test_the_client_behaves_as_predicted(
    older_server: OlderServer, missing: str, method: str, plain: Call, special: Call | None
) -> None:
    effect = missing_impact(missing).methods[method]
    older_server.lack(missing)
    client = older_server.client("sync")
    if effect is Effect.BREAKS:
        with pytest.raises(InvalidRequestError, match="The schema of this server lacks"):
            plain(client)
        return
    assert effect is Effect.DEGRADES
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SchemaDriftWarning)
        plain(client)
        if special is not None:
            with pytest.raises(InvalidRequestError):
                special(client)


def test_severities_are_chosen_by_rule() -> None:
    chosen: Mapping[str, Severity] = {"FIELD_REMOVED": Severity.SAFE}
    (impact,) = assess(shipped_schema(), edited(removed=["User.givenName"]), (), chosen)
    assert impact.severity is Severity.SAFE
