"""Names that Python, pydantic or the package itself use: each is renamed by one rule."""

import datetime
import json
import shutil
import subprocess
import sys
from typing import Any, cast

import pytest

from .odd_api import Api

KEYWORDS: dict[str, Any] = {
    "id": "1",
    "from": "f",
    "class": 2,
    "None": "n",
    "async": True,
    "def": {"id": "2", "from": "z"},
    "match": "m",
    "case": "c",
    "type": "t",
    "type_": "t_",
    "self": "s",
    "str": "text",
    "int": 3,
    "bool": False,
    "datetime": "2024-01-02T00:00:00Z",
    "date": "d",
    "lambda": "text",
    "user": {"id": "2"},
}


MEMBERS = """
and None True name value title format count index mro lower _private _9 _sunder_ match OTHER
"""


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_the_package_and_its_uses_type_check_in_strict_mode(api: Api, checker: str) -> None:
    # Not a Python file in the repository, where the package does not exist.
    shutil.copy(api.folder / "uses.txt", api.folder / "uses.py")
    settings = {"include": ["odd_api", "uses.py"], "typeCheckingMode": "strict"}
    (api.folder / "pyrightconfig.json").write_text(json.dumps(settings))
    arguments = ["--strict", "odd_api", "uses.py"] if checker == "mypy" else []
    checked = subprocess.run(
        [sys.executable, "-m", checker, *arguments],
        cwd=api.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_export_can_be_imported(api: Api) -> None:
    assert {"List_", "Field_", "Optional_", "Any_", "Enum_", "Members"} <= set(api.module.__all__)
    for name in set(api.module.__all__) - {"UNSET"}:
        assert getattr(api.module, name).__name__ == name


def test_fields_named_like_keywords_and_builtin_classes(api: Api) -> None:
    result = api.call("get_keywords", {"keywords": KEYWORDS}, lambda_=1)
    assert result.from_ == result["from"] == "f"
    assert (result.class_, result.none, result.async_, result.def_.from_) == (2, "n", True, "z")
    assert (result.match_, result.case_, result.self, result.str_) == ("m", "c", "s", "text")
    assert (result.int_, result.bool_, result.lambda_, result.user.id) == (3, False, "text", "2")
    assert (result.type_, result.type__) == ("t_", "t")
    assert result.datetime == datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)
    assert result.date == "d"
    assert list(result.keys()) == list(KEYWORDS)
    dumped = result.model_dump(by_alias=True, mode="json", exclude_unset=True)
    assert dumped == KEYWORDS


def test_arguments_named_like_keywords_or_each_other(api: Api) -> None:
    given = {
        "from_": "f",
        "lambda_": 1,
        "class_": True,
        "self_": "s",
        "list_": ["x"],
        "user_id": "c",
        "user_id_": "a",
        "user_id__": "b",
        "unset": 2,
        "list__": [3, None],
        "execute": "e",
        "x_": 4,
        "x_1": 5,
        "type_": "t",
        "datetime": datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC),
    }
    assert api.sent("get_keywords", {"keywords": None}, **given) == {
        "from": "f",
        "lambda": 1,
        "class": True,
        "self": "s",
        "list": ["x"],
        "userId": "a",
        "userID": "b",
        "user_id": "c",
        "UNSET": 2,
        "List": [3, None],
        "execute": "e",
        "_": 4,
        "_1": 5,
        "type": "t",
        "datetime": "2024-01-02T00:00:00Z",
    }
    assert api.sent("get_keywords", {"keywords": None}, lambda_=1) == {"lambda": 1}


def test_fields_that_become_the_same_name_are_all_readable(api: Api) -> None:
    data = {
        "id": "1",
        "userId": "a",
        "userID": "b",
        "user_id": "c",
        "UserId": "d",
        "user_id_": "g",
        "_user_id": "e",
        "e3": 1,
        "e_3": 2,
        "_": 3,
        "_9": 4,
        "typename": "f",
        "__typename": "Collisions",
    }
    result = api.call("get_collisions", {"collisions": data})
    assert result.user_id == "c", "the GraphQL name that is a Python name already"
    assert (result.user_id__, result.user_id___, result.user_id____) == ("a", "b", "d")
    assert result.user_id_ == "g"
    assert (result.e_3, result.e_3_, result.x_, result.x_9) == (2, 1, 3, 4)
    assert (result.typename, result.typename__) == ("f", "Collisions")
    assert dict(result) == data
    assert result.model_dump(by_alias=True) == data
    # No field takes the value of another one.
    for key in data.keys() - {"id"}:
        rest = {name: value for name, value in data.items() if name != key}
        assert dict(api.call("get_collisions", {"collisions": rest})) == {**rest, key: None}


def test_fields_named_like_attributes_of_models(api: Api) -> None:
    data = {
        "id": "1",
        "items": [{"id": "2"}],
        "keys": ["k"],
        "values": ["v"],
        "get": "g",
        "copy": "c",
        "json": "j",
        "mro": 1,
        "dict": "d",
        "schema": "s",
        "model_config": "mc",
        "modelFields": "mf",
        "modelDump": "md",
        "validate": "v",
        "list": "l",
        "clear": "c",
        "pop": "p",
        "popitem": "pi",
        "setdefault": "sd",
        "toDict": "td",
        "toDicts": "tds",
        "to_json": "tj",
        "update": "u",
    }
    result = api.call("get_model_names", {"modelNames": data})
    assert result["items"][0].id == result.items_[0].id == "2"
    assert (result.keys_, result.values_, result.get_) == (["k"], ["v"], "g")
    assert (result.copy_, result.json_, result.dict_, result.schema_) == ("c", "j", "d", "s")
    assert (result.model_config_, result.model_fields_, result.model_dump_) == ("mc", "mf", "md")
    assert (result.validate_, result.list, result.mro_) == ("v", "l", 1)
    assert (result.pop_, result.to_dict_, result.to_json_, result.update_) == ("p", "td", "tj", "u")
    assert result.get("get") == "g"
    assert list(result.keys()) == list(data)
    assert result.model_dump(by_alias=True) == data
    assert result.to_dict() == data
    with pytest.raises(TypeError, match="to_dict"):
        result.pop("pop")


def test_every_public_name_of_the_base_classes_is_reserved(api: Api) -> None:
    names: set[str] = {
        name
        for model in (*api.module.PageModel.__mro__, *api.module.InputModel.__mro__)
        if model.__module__.startswith("odd_api.")
        for name in cast("dict[str, object]", vars(model))
        if not name.startswith(("_", "model_"))
    }
    assert {"keys", "pop", "to_dict", "to_dicts"} <= names
    fields = api.submodule("operation_results").GetModelNamesModelNames.model_fields
    assert {f"{name}_" for name in names} <= fields.keys()


def test_types_named_like_those_of_typing(api: Api) -> None:
    data: dict[str, Any] = {
        "list": {"id": "1", "tags": []},
        "field": {"id": "2", "List": {"id": "3", "tags": ["x"]}},
        "enum": "A",
    }
    result = api.call("get_typing_names", {"typingNames": data})
    assert type(result.list) is type(result.field.list) is api.module.List_
    assert type(result.field) is api.module.Field_
    assert result.enum is api.module.Enum_.A
    optional = api.module.Optional_(a=1)
    variables = {"optional": optional, "any": [api.module.Any_(b=optional)]}
    assert api.sent("get_typing_names", {"typingNames": None}, **variables) == {
        "optional": {"a": 1},
        "any": [{"b": {"a": 1}}],
    }


def test_inputs_named_like_keywords_or_each_other(api: Api) -> None:
    keyword = api.module.KeywordInput(from_="f", import_=[api.module.KeywordInput(from_="g")])
    names = api.module.NameInput(items_=["a"], values_=1, user_id=1, user_id_=2, user_id__=3)
    sent = api.sent("inputs", {"inputs": True}, kw=keyword, names=names)
    assert sent == {
        "kw": {"from": "f", "import": [{"from": "g"}]},
        "names": {"items": ["a"], "values": 1, "userId": 2, "userID": 3, "user_id": 1},
    }
    by_key = {"items": ["a"], "str": "s", "Sequence": [1], "enums": None, "_id": "i"}
    for given in (by_key, {"userId": 1, "userID": 2, "user_id": 3}):
        model = api.module.NameInput.model_validate(given)
        assert model.model_dump(by_alias=True, exclude_unset=True) == given


def test_dicts_of_inputs_have_the_graphql_names_as_keys(api: Api) -> None:
    keys = api.module.KeywordInputDict
    assert list(keys.__annotations__) == ["from", "class", "import"]
    assert "Required[str]" in str(keys.__annotations__["from"])
    assert "Sequence" in api.module.NameInputDict.__annotations__


@pytest.mark.parametrize(
    ("operation", "method"),
    [
        ("Execute", "execute_"),
        ("Import", "import_"),
        ("Client", "client"),
        ("_private", "private"),
    ],
)
def test_operations_named_like_what_the_client_has(api: Api, operation: str, method: str) -> None:
    client = api.client({"items": ["a"]})
    assert getattr(client, method)() == ["a"]
    assert f"query {operation} " in client._executor.document
    assert "BaseModel_" not in api.module.__all__, "results of operations are private"
    assert api.call("base_model", {"modelNames": {"id": "1"}}).id == "1"


def test_enum_values_named_like_methods_of_strings_and_enums(api: Api) -> None:
    members = api.module.Members
    values = [member.value for member in members]
    assert values == MEMBERS.split()
    for value in values:
        member = api.call("get_member", {"member": value})
        assert member == member.value == str(member) == f"{member}" == value
        assert member is members(value)
    assert members.title_.title() == "Title"
    assert members.name_.name == "name_"
    assert api.call("get_member", {"member": "newer"}) == "newer"
    sent = api.sent("get_member", {"member": None}, member=members.None_, members=[members.x_9])
    assert sent == {"member": "None", "members": ["_9"]}


def test_what_is_special_in_our_own_schema_changes_no_other_package(api: Api) -> None:
    data = {"customData": {"customData": [{"key": "k"}]}}
    result = api.call("get_custom_data", data)
    assert type(result) is api.module.CustomData_
    assert result.custom_data[0].key == "k"
    written = {path.name for path in (api.folder / "odd_api").iterdir()}
    assert not written & {"custom_data.py", "specialization.py"}


def test_types_in_lower_case_and_with_leading_underscores(api: Api) -> None:
    kept, renamed = api.module.LowerInput, api.module.LowerInput_
    kept(lower_input=api.module.LowerEnum.a)
    sent = api.sent("lower", {"lower": None}, input=renamed(lower_input=1))
    assert sent == {"input": {"_lower_input": 1}}
    data = {"lower": {"id": "1", "lower": {"id": "2"}}, "lower_enum": "a", "id": "3"}
    result = api.call("lower", {"lower": data})
    assert result.lower.lower.id == "2"
    assert result.lower_enum is api.module.LowerEnum.a
