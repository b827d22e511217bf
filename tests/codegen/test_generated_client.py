"""The generated package at run time: models, enums, inputs and the client."""

import pickle
from collections.abc import Mapping
from typing import Any, cast, get_args, get_type_hints

import pytest
from pydantic import ValidationError

import authing_graphql
from authing_graphql import (
    UNSET,
    BaseModel,
    CommonMessage,
    CreateUserInput,
    PaginatedUsers,
    Role,
    SearchUserRoleOpt,
    SortByEnum,
    User,
    UserStatus,
)
from authing_graphql.base_client import ResultT
from authing_graphql.display import is_secret
from authing_graphql.graphql_model import attributes_by_graphql_name
from authing_graphql.operation_results import GetUser

USER: dict[str, Any] = {
    "id": "u",
    "givenName": "Bob",
    "lastIP": "127.0.0.1",
    "status": "Activated",
    "identities": [{"provider": "wechat", "type": "openid"}],
}


def user(**fields: Any) -> User:
    return User.model_validate({**USER, **fields})


class Executor:
    """An executor that records what it is called with."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.sent: list[tuple[str, Mapping[str, object]]] = []

    def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ResultT:
        assert f" {operation_name}" in document
        self.sent.append((operation_name, variables))
        return result_type.model_validate(self.data)


def test_a_field_has_two_names_and_one_value() -> None:
    bob = user()
    assert bob.given_name == bob["givenName"] == bob.get("givenName") == "Bob"
    assert bob.last_ip == bob["lastIP"] == "127.0.0.1"
    assert bob.identities is not None
    assert bob.identities[0] is not None
    assert bob.identities[0]["type"] == "openid"


def test_a_page_can_be_read_by_key_as_documented() -> None:
    page = PaginatedUsers.model_validate({"totalCount": 1, "list": [USER]})
    assert page["totalCount"] == page.total_count == 1
    assert page["list"] is page.list
    assert page["list"][0]["id"] == "u"


def test_a_model_behaves_like_a_dict() -> None:
    bob = user()
    assert "givenName" in bob
    assert "given_name" not in bob
    assert 7 not in bob
    assert bob.get("nothing") is None
    assert bob.get("nothing", 1) == 1
    with pytest.raises(KeyError):
        bob["nothing"]
    as_dict = dict(bob)
    assert as_dict["givenName"] == "Bob"
    assert list(as_dict) == list(bob.keys())
    assert as_dict == dict(bob.items())
    assert list(as_dict.values()) == list(bob.values())
    assert bob.model_dump(by_alias=True, exclude_none=True) == USER
    message = CommonMessage(code=200, message="ok")
    assert {**message} == {"code": 200, "message": "ok"}


def test_an_unknown_enum_value_is_kept() -> None:
    status = user(status="Hibernating").status
    assert isinstance(status, UserStatus)
    assert status == "Hibernating"
    assert status == UserStatus("Hibernating")
    assert hash(status) == hash(UserStatus("Hibernating"))
    assert status.value == str(status) == "Hibernating"
    assert status not in list(UserStatus)
    assert pickle.loads(pickle.dumps(status)) == status
    assert user().status is UserStatus.Activated
    with pytest.raises(ValueError, match="7"):
        UserStatus(cast("Any", 7))


def test_unknown_fields_and_unexpected_types_are_accepted() -> None:
    drifted = user(newField={"x": 1}, phone=18812345678, arn=None, userPoolId=None)
    assert drifted.phone == "18812345678"
    assert drifted.arn is None
    assert Role.model_validate({"id": "r"}).code is None


@pytest.mark.parametrize("missing", ["totalCount", "list"])
def test_essential_fields_are_required(missing: str) -> None:
    page: dict[str, Any] = {"totalCount": 0, "list": []}
    del page[missing]
    with pytest.raises(ValidationError):
        PaginatedUsers.model_validate(page)
    with pytest.raises(ValidationError):
        User.model_validate({})


def test_models_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(user())) == user()


def test_a_repr_shows_no_secret() -> None:
    canary = {name: "canary" for name in user() if is_secret(name)}
    assert len(canary) >= 3
    shown = repr(user(**canary)) + str(user(**canary))
    assert "canary" not in shown
    assert "password='**********'" in repr(user(password="canary"))
    assert "canary" not in repr(CreateUserInput(password="canary"))


def test_an_input_rejects_unknown_fields() -> None:
    with pytest.raises(ValidationError):
        CreateUserInput.model_validate({"givenname": "x"})
    with pytest.raises(ValidationError) as caught:
        CreateUserInput.model_validate({"password": 12345678})
    assert "12345678" not in str(caught.value)


def test_omitted_arguments_are_not_sent_and_none_is_sent_as_null() -> None:
    executor = Executor({"users": {"totalCount": 0, "list": []}})
    client = authing_graphql.Client(executor)
    client.list_users(page=2, sort_by=SortByEnum.CREATEDAT_ASC, limit=None)
    assert executor.sent == [
        ("ListUsers", {"page": 2, "sortBy": "CREATEDAT_ASC", "limit": None}),
    ]
    assert not UNSET
    assert repr(UNSET) == "UNSET"


def test_inputs_are_sent_by_graphql_name_without_omitted_fields() -> None:
    executor = Executor({"createUser": USER})
    client = authing_graphql.Client(executor)
    client.create_user(CreateUserInput(given_name="Bob", last_ip="127.0.0.1", phone=None))
    sent = {"givenName": "Bob", "lastIP": "127.0.0.1", "phone": None}
    assert executor.sent == [("CreateUser", {"userInfo": sent})]


def test_inputs_in_lists_are_sent_the_same_way() -> None:
    executor = Executor({"searchUser": {"totalCount": 0, "list": []}})
    client = authing_graphql.Client(executor)
    client.search_users("Bob", role_opts=[SearchUserRoleOpt(code="admin"), None])
    assert executor.sent[0][1] == {"query": "Bob", "roleOpts": [{"code": "admin"}, None]}


def test_there_is_one_user_class() -> None:
    exported = [getattr(authing_graphql, name) for name in authing_graphql.__all__]
    users = [
        model
        for model in exported
        if isinstance(model, type)
        and issubclass(model, BaseModel)
        and "arn" in attributes_by_graphql_name(model)
        and "username" in attributes_by_graphql_name(model)
    ]
    assert users == [User]
    assert get_args(get_type_hints(PaginatedUsers)["list"]) == (User,)
    assert get_type_hints(GetUser)["user"] == User | None


def test_exactly_the_public_names_are_exported() -> None:
    for name in authing_graphql.__all__:
        getattr(authing_graphql, name)
    assert dir(authing_graphql) == sorted(authing_graphql.__all__)
    with pytest.raises(AttributeError, match="Typo"):
        getattr(authing_graphql, "Typo")  # noqa: B009


def test_models_and_methods_are_documented_from_the_schema() -> None:
    summary, fields = (User.__doc__ or "").split("\n\n")
    assert summary == "A user of the user pool."
    assert fields.startswith("Attributes:\n    id (str): ID: 24 hexadecimal digits.\n")
    assert User.model_fields["given_name"].description == "Given name."
    assert CreateUserInput.model_fields["photo"].description == "URL of the avatar."
    documentation = authing_graphql.Client.list_users.__doc__ or ""
    assert documentation.startswith("Lists the users of the user pool.")
    assert "page: Page number, starting at 1." in documentation
    assert "API: query ``users``." in documentation
