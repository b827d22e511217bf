"""The options ``user_model``, ``create_input``, ``update_input`` and ``omit_fields``: checks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Literal

import pytest
from pydantic import AliasChoices, AliasPath, Field, SecretStr

from authing_graphql import BaseModel
from authing_users import (
    ConfigurationError,
    CreateUserInput,
    ManagementClient,
    PaginatedUsers,
    PoliciesManagementClient,
    User,
)

from ..support.client_kinds import (
    POOL_ID,
    SECRET,
)
from ..support.own_schema import (
    Badge,
    Photo,
    requested,
)


class Cyclic(BaseModel):
    inner: "Cyclic | None" = None


class Empty(BaseModel):
    pass


class Manager(BaseModel):
    user: User | None = None


class Custom:
    pass


class WrongType(User):
    email: int | None = None  # type: ignore[assignment]


class HidingProperty(User):
    @property  # type: ignore[misc]
    def email(self) -> str:  # type: ignore[override]
        return ""


class HidingMethod(User):
    def email(self) -> str:  # type: ignore[misc, override]
        return ""


class HidingClassVar(User):
    email: ClassVar[str] = ""  # type: ignore[misc]


class OtherAlias(User):
    email: str | None = Field(default=None, alias="mail")


class SameName(User):
    mail: str | None = Field(default=None, alias="email")


class Required(User):
    employee_number: str


class Function(User):
    employee_number: Callable[[], str] | None = None


class Arbitrary(User):
    employee_number: Custom | None = None  # pydantic cannot build it


class Undefined(User):
    employee_number: "NotThere | None" = None  # type: ignore[name-defined]  # noqa: F821


class TwoModels(User):
    badge: Badge | Photo | None = None


class CyclicUser(User):
    inner: Cyclic | None = None


class NestedUser(User):
    manager: User | None = None


class NestedSelf(User):
    manager: "NestedSelf | None" = None


class NestedPage(User):
    reports: PaginatedUsers | None = None


class EmptyModel(User):
    badge: Empty | None = None


class OddAlias(User):
    number: str | None = Field(default=None, alias="employee-number")


class SeveralAliases(User):
    number: str | None = Field(default=None, validation_alias=AliasChoices("number", "nr"))


class PathAlias(User):
    number: str | None = Field(default=None, validation_alias=AliasPath("badge", "number"))


class OneWayAlias(User):
    number: str | None = Field(default=None, validation_alias="nr", serialization_alias="no")


class SecretInput(CreateUserInput):
    pin: SecretStr | None = None


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an instance": ({"user_model": User(id="x")}, "user_model must be a subclass of User, .* User"),
    "another class": ({"user_model": int}, "user_model must be a subclass of User, .* not int"),
    "an alias": ({"user_model": list[User]}, "user_model must be a subclass of User"),
    "a page": ({"user_model": PaginatedUsers}, "a subclass of User, .* not PaginatedUsers"),
    "another type": ({"user_model": WrongType}, r"WrongType\.email has the type .*int.*: rename"),
    "a property": ({"user_model": HidingProperty}, r"HidingProperty\.email hides a field of User"),
    "a method": ({"user_model": HidingMethod}, r"HidingMethod\.email hides a field of User"),
    "a constant": ({"user_model": HidingClassVar}, r"HidingClassVar\.email hides a field of User"),
    "another alias": ({"user_model": OtherAlias}, r"OtherAlias\.email is read from 'mail'"),
    "the same name": ({"user_model": SameName}, r"'email', which is that of User\.email"),
    "no default": ({"user_model": Required}, r"Required\.employee_number needs a default"),
    "a function": ({"user_model": Function}, r"Function\.employee_number has the type .*Callable"),
    "a class": ({"user_model": Arbitrary}, r"Arbitrary\.employee_number has the type .*Custom"),
    "an unknown name": ({"user_model": Undefined}, "Undefined cannot be used: .*NotThere"),
    "two models": ({"user_model": TwoModels}, r"TwoModels\.badge contains the models Badge and P"),
    "a circle": ({"user_model": CyclicUser}, r"Cyclic\.inner contains Cyclic, which contains its"),
    "a user": ({"user_model": NestedUser}, r"NestedUser\.manager contains User, which contains it"),
    "itself": ({"user_model": NestedSelf}, r"NestedSelf\.manager contains NestedSelf, which cont"),
    "users": ({"user_model": NestedPage}, r"NestedPage\.reports contains PaginatedUsers"),
    "no fields": ({"user_model": EmptyModel}, r"Empty, which has no fields"),
    "an odd alias": ({"user_model": OddAlias}, "'employee-number', which is not a GraphQL name"),
    "several aliases": ({"user_model": SeveralAliases}, r"SeveralAliases\.number needs one alias"),
    "a path": ({"user_model": PathAlias}, r"PathAlias\.number needs one alias"),
    "one way": ({"user_model": OneWayAlias}, "is read as 'nr' and written as 'no'"),
    "create_input": ({"create_input": User}, "create_input must be a subclass of CreateUserInput"),
    "update_input": (
        {"update_input": CreateUserInput},
        "update_input must be a subclass of UpdateUserInput, not CreateUserInput",
    ),
    "a secret": ({"create_input": SecretInput}, r"SecretInput\.pin must be a str"),
    "omitted: a list": ({"omit_fields": ["email"]}, "omit_fields must be a dict, not list"),
    "omitted: a string": (
        {"omit_fields": {"User": "email"}},
        r"omit_fields\['User'\] must be a list, not one string",
    ),
    "omitted: a type": ({"omit_fields": {"Users": ["email"]}}, "type 'Users'. Did you mean 'User'"),
    "omitted: no type": ({"omit_fields": {7: ["email"]}}, "the unknown type 7"),
    "omitted: a field": (
        {"omit_fields": {"User": ["emial"]}},
        "'User' has no field 'emial'. Did you mean 'email'",
    ),
    "omitted: the ID": ({"omit_fields": {"User": ["id"]}}, r"'User\.id', which the client needs"),
    "omitted: a total": (
        {"omit_fields": {"PaginatedUsers": ["total_count"]}},
        r"'PaginatedUsers\.totalCount', which the client needs",
    ),
    "omitted: groups": (
        {"omit_fields": {"User": ["groups"]}},
        r"'User\.groups', which the client needs",
    ),
    "omitted: custom data": (
        {"omit_fields": {"User": ["custom_data"]}},
        r"'User\.customData', which the client needs",
    ),
    "omitted: all": (
        {"omit_fields": {"Group": ["code", "name", "description", "createdAt", "updated_at"]}},
        "contains all fields of 'Group'",
    ),
}


@pytest.mark.parametrize(("options", "message"), WRONG.values(), ids=WRONG)
def test_wrong_options(options: dict[str, Any], message: str) -> None:
    # Also of clients that return no users, so that options can be shared.
    for client in (ManagementClient, PoliciesManagementClient):
        with pytest.raises(ConfigurationError, match=message):
            client(user_pool_id=POOL_ID, secret=SECRET, **options)


def test_types_that_json_can_contain() -> None:
    class Typed(User):
        hired: datetime | None = None
        kind: Literal["a", "b"] = "a"
        tags: list[str] = Field(default_factory=list[str])
        extra: dict[str, Badge] | None = None
        anything: Any = None
        email: str | None = Field(default=None, description="of the company")

    client = ManagementClient(user_pool_id=POOL_ID, secret=SECRET, user_model=Typed)
    selection = client._transport.selection
    assert selection is not None
    fields = requested(selection.document("GetUser"))
    assert fields >= {"hired", "kind", "tags", "extra", "anything", "email"}
    assert "extra {" not in selection.document("GetUser")
