"""The random cases are valid and varied, and the checks find what is lost."""

import re

import pytest
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from .case import Case, random_case
from .reducer import reduced
from .round_trip import Lost, check_contains, check_model

pytestmark = pytest.mark.slow

FEATURES = [
    r"@oneOf",
    r"@deprecated",
    r"interface \w+ implements",
    r"type \w+ implements \w+ & \w+",
    r"union \w+ = \w+ \|",
    r"scalar ",
    r": \[\[\w+!?\]!?\]",  # nested lists
    r" = null",
    r" = \{",
    r" = \[",
    r'"""\n',
    r"mutation \w+",
    r"\$\w+: \w+ = ",
    r"@skip\(if: \$",
    r"@include\(if: (true|false)",
    r"\.\.\.\w+ @",  # a spread with a directive
    r"\.\.\. on \w+",
    r"\.\.\.( @\w+\(if: \$?\w+\))? \{",
    r"__typename",
    r"\w+: \w+\(\w+: \{",  # an alias, and an input as a literal
    r"\b(class|import|None|True)\b",
    r"\b(match|case|type)\b",
    r"\b(List|Optional|Any)\b",
    r"\b(keys|items|model_dump|copy)\b",
    r"\b(self|cls|UNSET)\b",
]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [random_case(f"tools-{number}") for number in range(40)]


def test_random_cases_are_valid_and_the_same_for_one_seed(cases: list[Case]) -> None:
    assert all(case.is_valid() for case in cases)
    assert random_case("tools-0") == cases[0]
    assert len({case.schema_text for case in cases}) == len(cases)


@pytest.mark.parametrize("feature", FEATURES)
def test_random_cases_have_each_feature(cases: list[Case], feature: str) -> None:
    assert any(re.search(feature, str(case)) for case in cases)


def test_a_case_is_reduced_to_what_fails() -> None:
    case = Case(
        "seed",
        """
        "Unused." enum Color { RED GREEN }
        type Query { "A field." user(id: ID = "1", color: Color): User other: Int }
        type User { id: ID! name: String friends(first: Int = 2): [User!] color: Color }
        """,
        """
        query GetUser($id: ID, $color: Color) { user(id: $id, color: $color) { ...Names id } }
        query Other { other }
        fragment Names on User { name key: friends(first: 3) { name id } }
        """,
    )

    def fails(smaller: Case) -> bool:
        assert smaller.is_valid()
        return "first: 3" in smaller.document_text

    smallest = reduced(case, fails, seconds=30)
    schema = "type Query { user: User } type User { name: String friends(first: Int): [User!] }"
    assert smallest.schema_text.split() == schema.split()
    assert smallest.document_text.split() == [
        *["query", "GetUser", "{", "user", "{", "...Names", "}", "}"],
        *["fragment", "Names", "on", "User", "{", "friends(first:", "3)", "{", "name", "}", "}"],
    ]


class Item(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    item_name: str | None = None
    parts: list["Item"] | None = None

    def __getitem__(self, name: str) -> object:
        return {"itemName": self.item_name, "parts": self.parts}[name]


ITEM = Item(item_name="a", parts=[Item(item_name="b")])


def test_complete_data_is_accepted() -> None:
    data = {"itemName": "a", "parts": [{"itemName": "b", "parts": None}]}
    check_model(ITEM, data, "item")
    check_contains({**data, "more": 1}, data, "item")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"itemName": "x"}, "item.itemName: 'a' instead of 'x'"),
        ({"parts": []}, "item.parts: 1 items instead of 0"),
        ({"parts": [{"itemName": None}]}, "item.parts.0.itemName"),
        ({"other": None}, "item.other: no such field"),
        ({"parts": None}, "item.parts"),
    ],
)
def test_lost_data_is_found(data: dict[str, object], message: str) -> None:
    with pytest.raises(Lost, match=re.escape(message)):
        check_model(ITEM, data, "item")
    whole = {"itemName": "a", "parts": [{"itemName": "b"}]}
    with pytest.raises(Lost, match=re.escape(message.split(":")[0])):
        check_contains(whole, data, "item")
