"""Every difference between two schemas is found, with the rule of graphql-core."""

from collections import Counter

import pytest
from graphql import (
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
)

from authing_users._schema.changes import Change, find_changes
from authing_users._schema.severity import DEFAULTS, Severity
from authing_users._schema.sources import schema_of_text

OLD = """
directive @gone on FIELD
directive @same(was: Int, kept: Int) repeatable on FIELD | QUERY
interface Named { name: String }
interface Aged { age: Int }
type Query implements Named {
  name: String
  gone: Int
  nullable: Int!
  certain: Int
  retyped: Int
  list: [Int!]!
  arguments(gone: Int, required: Int, optional: Int!, retyped: Int, defaults: Int = 1): Int
  old: Int @deprecated(reason: "Old.")
  young: Int
  either: Either
  kind: Kind
  other(input: Input, one: One, many: Many): Other
}
type Other { a: Int }
type Gone { a: Int }
union Either = Other | Gone
enum Kind { GONE KEPT }
input Input { gone: Int required: Int optional: Int! retyped: Int defaults: Int = 1 }
input One @oneOf { a: Int b: Int }
input Many { a: Int b: Int }
scalar Changed
"""
NEW = """
directive @new on FIELD
directive @same(kept: Int, needed: Int!, also: Int) on FIELD
interface Named { name: String }
interface Aged { age: Int }
type Query implements Aged {
  name: String
  age: Int
  nullable: Int
  certain: Int!
  retyped: String
  list: [Int]!
  arguments(
    required: Int!, optional: Int, retyped: [Int], defaults: Int = 2, new: Int, needed: Int!
  ): Int
  old: Int
  young: Int @deprecated(reason: "New.")
  either: Either
  kind: Kind
  other(input: Input, one: One, many: Many): Other
  new: New
}
type Other { a: Int }
type New { a: Int }
union Either = Other | New
enum Kind { NEW KEPT }
input Input {
  required: Int! optional: Int retyped: [Int] defaults: Int = 2 new: Int needed: Int!
}
input One { a: Int b: Int }
input Many @oneOf { a: Int b: Int }
enum Changed { A }
"""
EXPECTED = """
ARG_BECAME_OPTIONAL Query.arguments(optional:)
ARG_BECAME_REQUIRED Query.arguments(required:)
ARG_CHANGED_KIND Query.arguments(retyped:)
ARG_DEFAULT_VALUE_CHANGE Query.arguments(defaults:)
ARG_REMOVED Query.arguments(gone:)
DEPRECATION_ADDED Query.young
DEPRECATION_REMOVED Query.old
DIRECTIVE_ADDED @new
DIRECTIVE_ARG_REMOVED @same(was:)
DIRECTIVE_LOCATION_REMOVED @same.QUERY
DIRECTIVE_REMOVED @gone
DIRECTIVE_REPEATABLE_REMOVED @same
FIELD_ADDED Query.age
FIELD_ADDED Query.new
FIELD_BECAME_OPTIONAL Input.optional
FIELD_BECAME_REQUIRED Input.required
FIELD_CHANGED_KIND Input.retyped
FIELD_CHANGED_KIND Query.retyped
FIELD_REMOVED Input.gone
FIELD_REMOVED Query.gone
IMPLEMENTED_INTERFACE_ADDED Query.Aged
IMPLEMENTED_INTERFACE_REMOVED Query.Named
INPUT_FIELD_DEFAULT_VALUE_CHANGE Input.defaults
ONE_OF_ADDED Many
ONE_OF_REMOVED One
OPTIONAL_ARG_ADDED Query.arguments(new:)
OPTIONAL_DIRECTIVE_ARG_ADDED @same(also:)
OPTIONAL_INPUT_FIELD_ADDED Input.new
REQUIRED_ARG_ADDED Query.arguments(needed:)
REQUIRED_DIRECTIVE_ARG_ADDED @same(needed:)
REQUIRED_INPUT_FIELD_ADDED Input.needed
RESULT_BECAME_NON_NULL Query.certain
RESULT_BECAME_NULLABLE Query.list
RESULT_BECAME_NULLABLE Query.nullable
TYPE_ADDED New
TYPE_ADDED_TO_UNION Either.New
TYPE_CHANGED_KIND Changed
TYPE_REMOVED Gone
TYPE_REMOVED_FROM_UNION Either.Gone
VALUE_ADDED_TO_ENUM Kind.NEW
VALUE_REMOVED_FROM_ENUM Kind.GONE
"""
# Rules that graphql-core has not, by the one that contains them.
CORE_RULES = {
    "ARG_BECAME_REQUIRED": "ARG_CHANGED_KIND",
    "FIELD_BECAME_REQUIRED": "FIELD_CHANGED_KIND",
    "RESULT_BECAME_NULLABLE": "FIELD_CHANGED_KIND",
}
# Older versions of graphql-core do not compare the first.
NOT_IN_CORE = {"INPUT_FIELD_DEFAULT_VALUE_CHANGE", "ONE_OF_ADDED"}


@pytest.fixture(scope="module")
def changes() -> list[Change]:
    return find_changes(schema_of_text(OLD, "old"), schema_of_text(NEW, "new"))


def test_every_kind_of_change_is_found_at_its_place(changes: list[Change]) -> None:
    found = sorted(f"{change.rule} {change.coordinate}" for change in changes)
    assert found == EXPECTED.strip().splitlines()


def test_every_rule_is_tested_and_has_a_severity(changes: list[Change]) -> None:
    others = {"DEPRECATION_CHANGED", "DESCRIPTION_CHANGED"}
    assert {change.rule for change in changes} | others == set(DEFAULTS)


def test_graphql_core_finds_the_same_breaking_and_dangerous_changes(
    changes: list[Change],
) -> None:
    old, new = schema_of_text(OLD, "old"), schema_of_text(NEW, "new")
    core = Counter(change.type.name for change in find_breaking_changes(old, new))
    core += Counter(change.type.name for change in find_dangerous_changes(old, new))
    core.pop("INPUT_FIELD_DEFAULT_VALUE_CHANGE", None)
    # Optional arguments and keys are safe for a client that does not know them.
    optional = {"OPTIONAL_ARG_ADDED", "OPTIONAL_INPUT_FIELD_ADDED"}
    ours = Counter(
        CORE_RULES.get(change.rule, change.rule)
        for change in changes
        if (DEFAULTS[change.rule] is not Severity.SAFE or change.rule in optional)
        and change.rule not in NOT_IN_CORE
    )
    assert ours == core


def test_the_same_schema_has_no_changes() -> None:
    assert find_changes(schema_of_text(OLD, "old"), schema_of_text(OLD, "new")) == []


def test_a_change_says_what_was_and_what_is(changes: list[Change]) -> None:
    messages = {change.coordinate: change.message for change in changes}
    assert messages["Query.retyped"] == "Query.retyped changed from Int to String."
    assert messages["Query.arguments(defaults:)"] == (
        "The argument defaults of Query.arguments changed its default from 1 to 2."
    )
    assert messages["Changed"] == "Changed changed from a scalar to an enum."


def test_descriptions_are_compared_on_request() -> None:
    old = build_schema('"A." type Query { "B." a("C." b: E): Int } enum E { "D." F }')
    new = build_schema('"1." type Query { "2." a("3." b: E): Int } enum E { "4." F }')
    assert find_changes(old, new) == []
    found = [change.coordinate for change in find_changes(old, new, descriptions=True)]
    assert found == ["E.F", "Query", "Query.a", "Query.a(b:)"]


def test_another_reason_for_a_deprecation_is_a_change() -> None:
    old = build_schema('type Query { a: Int @deprecated(reason: "A") }')
    new = build_schema('type Query { a: Int @deprecated(reason: "B") }')
    (change,) = find_changes(old, new)
    assert (change.rule, change.message) == (
        "DEPRECATION_CHANGED",
        "Query.a is deprecated with another reason: B",
    )
