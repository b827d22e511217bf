"""Shapes of selections and inputs: lists, interfaces, unions, fragments, directives, defaults."""

import ast
import datetime
import inspect
import uuid
import warnings
from fractions import Fraction
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate
from pydantic import ValidationError

from .odd_api import SOURCES, Api

TIME = datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema((SOURCES / "schema.graphql").read_text("utf-8"))


def test_every_document_is_valid_and_its_tree_is_printed_the_same(
    api: Api, schema: GraphQLSchema
) -> None:
    documents = api.submodule("operations")
    trees = api.submodule("operation_trees")
    print_document = api.submodule("operation_tree").print_document
    printed = [print_document(tree, trees.FRAGMENTS) for tree in trees.OPERATIONS.values()]
    assert sorted(printed) == sorted(getattr(documents, name) for name in documents.__all__)
    for document in printed:
        assert validate(schema, parse(document)) == []


def test_nullable_and_nested_lists(api: Api) -> None:
    data = [{"id": 7, "a": None, "b": [[1], [2, 3]], "d": [[{"id": "q"}, None], None]}]
    part = api.module.ListInput(b=[[1, 2]], c=[api.module.ListInput(b=[])])
    client = api.client({"lists": data})
    (one,) = client.get_lists(b=[[1]], f=["x", None], c=[part], d=[[part, None], None], e=[None])
    assert (one.id, one.a, one.b) == ("7", None, [[1], [2, 3]])
    assert (one.d[0][0].id, one.d[0][1], one.d[1]) == ("q", None, None)
    sent: dict[str, Any] = {"b": [[1, 2]], "c": [{"b": []}]}
    assert client._executor.variables == {
        "b": [[1]],
        "c": [sent],
        "d": [[sent, None], None],
        "e": [None],
        "f": ["x", None],
    }


def test_a_nullable_field_named_list(api: Api) -> None:
    data: dict[str, Any] = {"totalCount": 1, "list": [{"id": "1"}], "tags": ["a"]}
    pages = api.call("get_pages", {"pages": data})
    assert (pages.list[0].id, pages.tags) == ("1", ["a"])
    empty = api.call("get_pages", {"pages": {**data, "list": None}})
    assert empty.list is None
    assert (list(empty), len(empty), empty.to_dicts(), bool(empty)) == ([], 0, [], False)


def test_a_type_with_a_list_and_a_total_count_is_a_page(api: Api) -> None:
    data: dict[str, Any] = {"totalCount": 7, "list": [{"id": "1"}, {"id": "2"}], "tags": ["a"]}
    pages = api.call("get_pages", {"pages": data})
    assert isinstance(pages, api.module.PageModel)
    assert [one.id for one in pages] == ["1", "2"]
    assert (pages[1].id, len(pages), pages["totalCount"]) == ("2", 2, 7)
    assert pages.to_dicts() == data["list"]
    assert repr(pages) == "GetPagesPages(2 of 7: 1, 2, tags=['a'])"
    assert not issubclass(api.module.Described, api.module.PageModel)


def test_defaults_of_inputs(api: Api) -> None:
    defaults = api.module.Defaults()
    assert (defaults.n, defaults.s, defaults.f, defaults.id) == (5, 'x"y\\z', 1.0, "7")
    assert (defaults.tags, defaults.nothing, defaults.self) == (["a", "b"], None, None)
    assert (defaults.sub.k, defaults.subs[0].k) == (1, 2)
    assert defaults.member is api.module.Members.and_
    assert defaults.members == [api.module.Members.None_, api.module.Members.True_]
    assert (defaults.at, defaults.json_) == (TIME, {"a": [1, True, None]})
    assert api.sent("get_defaults", {"defaults": True}) == {}
    part = api.module.DefaultsPart(k=1, l=[api.module.Defaults(n=1)])
    given = api.module.Defaults(n=1, sub=part, self=api.module.Defaults(at=TIME))
    assert api.sent("get_defaults", {"defaults": True}, input=defaults, other=given) == {
        "input": {},
        "other": {
            "n": 1,
            "sub": {"k": 1, "l": [{"n": 1}]},
            "self": {"at": "2024-01-02T00:00:00Z"},
        },
    }


def test_recursive_inputs(api: Api) -> None:
    recursive = api.module.Recursive
    value = recursive(name="a", self=recursive(name="b"), all=[[recursive(name="c")], None])
    assert api.sent("get_recursive", {"recursive": True}, input=value) == {
        "input": {"name": "a", "self": {"name": "b"}, "all": [[{"name": "c"}], None]}
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "exactly one field must be set. Fields that are set: none"),
        ({"id": "1", "email": "a"}, "Fields that are set: email, id"),
        ({"id": "1", "email": None}, "Fields that are set: email, id"),
        ({"numberOf": None}, "the only field that is set, number_of, must not be None"),
    ],
)
def test_a_one_of_input_takes_exactly_one_field(
    api: Api, given: dict[str, Any], message: str
) -> None:
    user_by = api.module.UserBy
    with pytest.raises(ValidationError, match=message):
        user_by.model_validate(given)
    with pytest.raises(ValueError, match=f"^UserBy: .*{message}"):
        user_by(**given)
    assert api.sent("get_one_of", {"oneOf": True}, by=user_by(number_of=0)) == {
        "by": {"numberOf": 0}
    }


def test_an_interface_without_type_conditions(api: Api) -> None:
    thing = api.call("get_thing", {"thing": {"id": "1", "note": "n"}}, id="1")
    assert (thing.id, thing.note) == ("1", "n")
    assert "__typename" not in thing


def test_an_interface_with_fields_of_single_types(api: Api) -> None:
    results = api.submodule("operation_results")

    def get(**data: Any) -> Any:
        return api.call("get_thing_parts", {"thing": {"id": "1", **data}}, id="1")

    first = get(__typename="ThingA", a="x", size=3, owner={"id": "2"})
    assert type(first) is results.GetThingPartsThingThingA
    assert (first.a, first.size, first.owner.id) == ("x", 3, "2")
    second = get(__typename="ThingB", b=4, bSize="large")
    assert (second.b, second.b_size, second.owner) == (4, "large", None)
    third = get(__typename="ThingC", owner={"id": "2", "name": "Bob"})
    assert (third.owner.id, third.owner.name) == ("2", "Bob")
    assert not isinstance(third, results.GetThingPartsThing), "its owner has another class"
    newer = get(__typename="ThingZ", owner=None)
    assert type(newer) is results.GetThingPartsThing
    assert issubclass(type(first), type(newer))
    assert (newer.id, newer.typename__) == ("1", "ThingZ")
    for thing in (first, second, third, newer):
        again = results.GetThingParts(thing=thing)
        assert again.thing is thing
        dumped = again.model_dump(by_alias=True)["thing"]
        assert results.GetThingParts.model_validate({"thing": dumped}).thing == thing


def test_a_fragment_of_an_interface(api: Api) -> None:
    common, first = api.module.ThingParts, api.module.ThingPartsThingA
    data: list[dict[str, Any] | None] = [
        {"__typename": "ThingA", "id": "1", "nodeId": "1", "a": "x"},
        {"__typename": "ThingB", "id": "2", "nodeId": "2", "b": 5},
        {"__typename": "ThingZ", "id": "3", "nodeId": "3"},
        None,
    ]
    things = api.call("list_things", {"things": data})
    assert [type(one) for one in things[:3]] == [first, api.module.ThingPartsThingB, common]
    assert issubclass(api.module.ThingPartsThingB, api.module.ThingBParts)
    assert issubclass(common, api.module.NodeParts)
    assert [one and one.node_id for one in things] == ["1", "2", "3", None]
    more = api.call(
        "list_more_things", {"things": [one and {**one, "more": "m"} for one in data[:3]]}
    )
    assert [one.more for one in more] == ["m", "m", "m"]
    assert isinstance(more[0], first)
    assert all(isinstance(one, common) for one in more)


def test_a_union_and_its_unknown_members(api: Api) -> None:
    person: dict[str, Any] = {
        "__typename": "Person",
        "id": "1",
        "name": "Bob",
        "home": {"street": "s"},
    }
    data: list[dict[str, Any]] = [
        {**person, "pals": [{"id": "2"}]},
        {"__typename": "Team", "id": "3", "code": "c"},
        {"__typename": "Home", "typename__": [1]},
        {"__typename": "Newer"},
    ]
    found = api.call("find_them", {"found": data})
    assert (found[0].name, found[0].home.street, found[0].pals[0].id) == ("Bob", "s", "2")
    assert isinstance(found[0], api.module.PersonParts)
    assert (found[1].id, found[1].code) == ("3", "c")
    assert [one.typename__ for one in found] == ["Person", "Team", "Home", "Newer"]
    assert (found[2].typename, found[2]["typename__"]) == ([1], [1])
    assert type(found[3]) is api.submodule("operation_results").FindThemFound
    assert isinstance(found[2], type(found[3]))
    parts = api.call("find_parts", {"matrix": [[data[1] | {"members": [person]}, None], None]})
    assert parts[0][0].members[0].name == "Bob"
    assert isinstance(parts[0][0], api.module.FoundPartsTeam)
    assert (parts[0][1], parts[1]) == (None, None)


def test_fragments_on_single_types_of_an_interface(api: Api) -> None:
    def get(**data: Any) -> Any:
        return api.call("get_node", {"node": {"id": "1", **data}})

    person = get(__typename="Person", name="Bob", home=None)
    assert isinstance(person, api.module.PersonParts)
    thing = get(__typename="ThingA", nodeId="1", a="x")
    assert isinstance(thing, api.module.ThingPartsThingA)
    assert (thing.node_id, thing.a) == ("1", "x")
    assert get(__typename="Team").id == "1"


def test_a_fragment_beside_other_fields(api: Api) -> None:
    parts, age = api.module.PersonParts, api.module.PersonAge
    whole = {"id": "2", "name": "Ann", "home": {"street": "s"}, "age": 4}
    data = {"id": "1", "name": "Bob", "home": {"street": "s"}, "age": 3, "pals": [whole]}
    person = api.call("get_person", {"person": data}, id="1")
    assert isinstance(person, parts)
    assert (person.name, person.home.street, person.age) == ("Bob", "s", 3)
    assert type(person.home) is api.module.HomeParts
    assert type(person.pals[0]) is api.module.WholePerson
    assert issubclass(api.module.WholePerson, parts)
    assert issubclass(api.module.WholePerson, age)
    same = api.call("get_same_person", {"person": {**data, "parent": whole}}, id="1")
    assert type(same.parent) is api.module.SamePerson
    assert isinstance(same, api.module.SamePerson)
    assert type(api.call("get_whole_person", {"person": whole}, id="1")) is api.module.WholePerson


def test_selections_of_one_field_are_merged(api: Api) -> None:
    home = {"street": "s", "city": "c", "owner": {"id": "2", "name": "Ann"}}
    data = {"id": "1", "name": "Bob", "home": home, "age": 3}
    person = api.call("get_merged_person", {"person": data}, id="1")
    assert (person.home.street, person.home.city, person.age) == ("s", "c", 3)
    assert (person.home.owner.id, person.home.owner.name) == ("2", "Ann")
    assert isinstance(person.home, api.module.HomeParts)


def test_what_is_conditional_is_optional(api: Api) -> None:
    def get(data: Any) -> Any:
        return api.call("get_person_if", {"person": data}, id="1", a=False)

    assert dict(get({})) == dict.fromkeys(["id", "name", "age", "parent", "home", "pals"])
    full = get({"id": "1", "name": "n", "age": 2, "parent": {"id": "2"}, "pals": [{"id": "3"}]})
    assert (full.id, full.age, full.parent.id, full.pals[0].id) == ("1", 2, "2", "3")
    always = api.call("get_id_always", {"person": {"id": "1"}}, id="1", a=False)
    assert dict(always) == {"id": "1", "name": None}
    with pytest.raises(ValidationError):
        api.call("get_id_always", {"person": {}}, id="1", a=False)
    assert api.call("get_root_if", {}, id="1", a=False) is None
    assert api.call("get_root_if", {"person": {"id": "1"}}, id="1", a=True).id == "1"
    assert api.call("get_defaults_if", {}, a=False) is None
    assert api.call("get_defaults_if", {"is": True}, a=True) is True


def test_custom_scalars_are_python_values(api: Api) -> None:
    key = uuid.UUID(int=5)
    client = api.client(
        {
            "scalars": {
                "at": "2024-01-02T00:00:00Z",
                "all": [["2024-01-02T00:00:00Z"], None],
                "half": "1/2",
                "json": {"a": [1]},
                "id": str(key),
                "opaque": ["x"],
            }
        }
    )
    result = client.get_scalars(
        at=TIME,
        all=[[TIME], None],
        half=Fraction(1, 2),
        json={"a": 1},
        id=key,
        opaque=None,
        input=api.module.ScalarInput(at=TIME, half=Fraction(1, 3), ids=[key], json=[1]),
    )
    assert (result.at, result.all, result.half) == (TIME, [[TIME], None], Fraction(1, 2))
    assert (result.json_, result.id, result.opaque) == ({"a": [1]}, key, ["x"])
    time = "2024-01-02T00:00:00Z"
    assert client._executor.variables == {
        "at": time,
        "all": [[time], None],
        "half": "1/2",
        "json": {"a": 1},
        "id": str(key),
        "opaque": None,
        "input": {"at": time, "half": "1/3", "ids": [str(key)], "json": [1]},
    }
    assert api.sent("get_scalars", {"scalars": None}, at=TIME) == {"at": time}
    assert api.call("touch", {"touch": time}, at=TIME) == TIME


async def test_the_asynchronous_client_is_the_same(api: Api) -> None:
    class AsyncExecutor:
        async def execute(self, result_type: Any, *arguments: Any) -> Any:
            self.arguments = arguments
            return result_type.model_validate({"touch": "2024-01-02T00:00:00Z"})

    executor = AsyncExecutor()
    assert await api.module.AsyncClient(executor).touch(TIME) == TIME
    documents = api.submodule("operations")
    variables = {"at": "2024-01-02T00:00:00Z"}
    assert executor.arguments == (documents.TOUCH_GQL, "Touch", variables)


def test_literal_arguments_aliases_and_own_directives(api: Api) -> None:
    client = api.client({"people": [{"id": "1", "who": "Bob"}]})
    (person,) = client.search(text="x", age=3)
    assert (person.id, person.who) == ("1", "Bob")
    assert client._executor.variables == {"text": "x", "age": 3}
    for part in ("@cached(ttl: 3)", "limit: 5", "[1, $age]", r'"block \"string\" "', "id @cached"):
        assert part in client._executor.document


def test_deprecations_are_in_docstrings_and_raise_warnings(api: Api) -> None:
    for client in (api.module.Client, api.module.AsyncClient):
        documentation = inspect.getdoc(client.get_old) or ""
        assert 'Deprecated: use "new" now' in documentation
        assert 'x: Deprecated: use "y"' in documentation
        assert client.get_old.__deprecated__ == 'Deprecated: use "new" now'
    with pytest.warns(DeprecationWarning, match='use "new" now'):
        api.call("get_old", {"old": {"id": "1", "x": 2, "member": "OLD"}})
    with warnings.catch_warnings(action="error"):
        api.call("get_pages", {"pages": None})
    for module, text in (
        ("operation_results", "Deprecated: use y"),
        ("enums", "Deprecated: use NEW"),
        ("input_types", "Deprecated too. Deprecated: use a"),
        ("input_dicts", "Deprecated too. Deprecated: use a"),
    ):
        assert f'"""{text}"""' in inspect.getsource(api.submodule(module))


def test_descriptions_with_any_characters(api: Api) -> None:
    results = api.submodule("operation_results")
    assert api.module.DescribedEnum.__doc__ == 'Enum doc \\d C:\\Users """'
    summary = "Ends with a backslash \\\n\nAttributes:\n    a (str | None): Matches "
    assert api.module.Described.__doc__.startswith(summary)
    assert api.module.DescribedDict.__doc__ == "Ends with a backslash \\"
    assert results.DescribeDescribed.__doc__.startswith('Type doc \\w """ C:\\Users "\n\n')
    fields = results.DescribeDescribed.model_fields
    assert [fields[name].description for name in ("x", "y")] == ['"field" \\d """ "', "ends \\"]
    documentation = inspect.getdoc(api.module.Client.describe) or ""
    assert documentation.startswith('Says "hi" C:\\Users """ and ends "\n')
    assert '\n    a: Arg """ \\x41 "\n' in documentation
    (described, *_) = [
        documentation
        for documentation in _attribute_docs(api.submodule("input_types"), "Described")
        if "Control" in documentation
    ]
    assert described == "Control \x07 \x1b characters, \u202e and an emoji 🎉"
    source = inspect.getsource(api.submodule("input_types"))
    assert "\u202e" not in source
    assert "🎉" in source
    assert _attribute_docs(results, "DescribeDescribed") == [
        '"field" \\d """ "',
        "ends \\",
        'Several lines, indented, "quoted" and \\\\ with ""',
    ]


def _attribute_docs(module: Any, name: str) -> list[str]:
    """Return the docstrings below the fields of a class."""
    (class_def,) = [
        node
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef) and node.name == name
    ]
    return [
        ast.literal_eval(statement.value)
        for previous, statement in zip(class_def.body, class_def.body[1:], strict=False)
        if isinstance(statement, ast.Expr) and isinstance(previous, ast.AnnAssign)
    ]
