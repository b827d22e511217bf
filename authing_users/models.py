"""Types that methods return and that are not generated from the schema."""

from collections.abc import Iterator
from typing import Any, ClassVar, cast

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from authing_graphql import PaginatedRoles, UDFDataType, User
from authing_graphql.graphql_model import SECRET_FIELDS, GraphQLModel

__all__ = [
    "CreatedUser",
    "LoginStatus",
    "OrgNode",
    "PermittedResource",
    "RestModel",
    "RolesUpdate",
    "UserAction",
    "UserActions",
    "UserDefinedValue",
    "UserTenants",
    "WellKnown",
]


class RolesUpdate(PaginatedRoles):
    """The outcome of adding or removing roles, and the roles that the user has now."""

    code: int
    "200: the roles were changed."
    message: str | None = None
    "The outcome in words."


class UserDefinedValue(GraphQLModel):
    """The value of a custom field, converted by the field's declared type."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, defer_build=True
    )

    key: str | None
    "Key of the field."
    data_type: UDFDataType | None
    "Declared type of the field."
    label: str | None
    "Display name of the field."
    value: Any
    "A str, int, float, bool, datetime or any JSON content; None for no value."


class RestModel(GraphQLModel):
    """A result of a REST endpoint: fields that it does not know are kept as extra ones."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        coerce_numbers_to_str=True,
        extra="allow",
        defer_build=True,
        protected_namespaces=(),
    )

    def __getitem__(self, name: str) -> Any:
        extra = self.model_extra or {}
        return extra[name] if name in extra else super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the field with this name, or ``default`` when there is none."""
        extra = self.model_extra or {}
        return extra[name] if name in extra else super().get(name, default)

    def __contains__(self, name: object) -> bool:
        return name in (self.model_extra or {}) or super().__contains__(name)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, _masked(name, value)


def _masked(name: str | None, value: Any) -> Any:
    """Return what a repr shows of content that no model describes."""
    if name in SECRET_FIELDS and value is not None:
        return "**********"
    if isinstance(value, list):
        return [_masked(None, item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {key: _masked(key, item) for key, item in fields.items()}
    return value


class WellKnown(RestModel):
    """What ``GET /api/v2/.well-known`` says of the service."""

    public_key: str
    "RSA key in PEM form that passwords are encrypted with."


class LoginStatus(RestModel):
    """Whether a user is logged in."""

    is_login: bool
    "Whether the user is logged in."
    user: User | None = None
    "The user, where the service answers it."
    application: list[dict[str, Any]] | None = None
    "The applications that the user is logged in to, where the service answers them."


class PermittedResource(RestModel):
    """A resource that a user may act on."""

    code: str | None = None
    "The resource: its type and id as type:id."
    actions: list[str] | None = None
    "The actions that are permitted."


class UserTenants(User):
    """A user, and the tenants that the user is in."""

    tenants: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    "The tenants, with all that the service says of them."


class OrgNode(RestModel):
    """An organisation or a department on the way from an organisation down to a user."""

    type: str | None = None
    "What it is: an organisation or a department."
    id: str | None = None
    "Its id."
    name: str | None = None
    "Its display name."
    code: str | None = None
    "Its code."


class UserAction(RestModel):
    """One entry of the log; all that the service says is read by its names: ``row["path"]``."""

    operation_name: str | None = Field(default=None, serialization_alias="operation_name")
    "What was done, such as login or createUser."
    operator_arn: str | None = Field(default=None, serialization_alias="operator_arn")
    "Resource name of who did it."
    timestamp: str | None = None
    "When it was done."
    clientip: str | None = None
    "Address that it was done from."
    request_id: str | None = Field(default=None, serialization_alias="request_id")
    "Id of the request that did it."


class UserActions(RestModel):
    """One page of the log, and how many entries there are in all."""

    total_count: int
    "How many entries there are in all, on every page together."
    list: list[UserAction]
    "The entries of this page."


class CreatedUser(RestModel):
    """What became of one user of a bulk creation."""

    success: bool
    "Whether the user was created."
    err_msg: str | None = None
    "Why not."
    user: User | None = None
    "The user."
