"""Results that are not generated from the schema: those of REST endpoints, and combined ones."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Generic, cast

from pydantic import ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from authing_graphql import PaginatedRoles, UDFDataType, User
from authing_graphql.graphql_model import SECRET_FIELDS, GraphQLModel
from authing_graphql.specialization import specialized

if TYPE_CHECKING:
    from ._runtime.user_type import UserT_co
else:
    UserT_co = User

__all__ = [
    "CreatedUser",
    "LoginStatus",
    "OrgNode",
    "PermissionNamespace",
    "PermissionNamespaces",
    "PermittedResource",
    "Resource",
    "ResourceAction",
    "Resources",
    "RestModel",
    "RolesUpdate",
    "UserAction",
    "UserActions",
    "UserDefinedValue",
    "UserTenants",
    "WellKnown",
]


class RolesUpdate(PaginatedRoles):
    """The outcome of adding or removing roles, and all roles that the user has afterwards."""

    code: int
    "200, because errors are raised."
    message: str | None = None
    "Message of the API."


class UserDefinedValue(GraphQLModel):
    """The value of a custom field, converted to the Python type for the type of the field."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, defer_build=True
    )

    key: str | None
    "Key of the field."
    data_type: UDFDataType | None
    "Type of the field."
    label: str | None
    "Display name of the field."
    value: Any
    "A str, int, float, bool, datetime or any JSON content. None if the field has no value."


class RestModel(GraphQLModel):
    """A result of a REST endpoint. Unknown fields are kept and can be read by name."""

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
        """Return the field with this name, or ``default`` if it does not exist."""
        extra = self.model_extra or {}
        return extra[name] if name in extra else super().get(name, default)

    def __contains__(self, name: object) -> bool:
        return name in (self.model_extra or {}) or super().__contains__(name)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, _masked(name, value)


def _masked(name: str | None, value: Any) -> Any:
    """Return content that no model describes with secrets masked, for a repr."""
    if name in SECRET_FIELDS and value is not None:
        return "**********"
    if isinstance(value, list):
        return [_masked(None, item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {key: _masked(key, item) for key, item in fields.items()}
    return value


if TYPE_CHECKING:

    class _WithUser(RestModel, Generic[UserT_co]):
        """A result that contains a user of one type."""
else:

    class _WithUser(RestModel):
        """A result that contains a user of one type."""

        def __class_getitem__(cls, model):
            return specialized(cls, User, model)


class WellKnown(RestModel):
    """Public settings of the server, from ``GET /api/v2/.well-known``."""

    public_key: str
    "RSA public key that encrypts passwords, in PEM format."


class LoginStatus(_WithUser[UserT_co]):
    """Whether a user is logged in."""

    is_login: bool
    "Whether the user is logged in."
    user: UserT_co | None = None
    "The user, if the server returns it."
    application: list[dict[str, Any]] | None = None
    "The applications that the user is logged in to, if the server returns them."


class PermittedResource(RestModel):
    """A resource that a user can access."""

    code: str | None = None
    "The resource, as type:id."
    actions: list[str] | None = None
    "The permitted actions."


class PermissionNamespace(RestModel):
    """A permission namespace, which separates roles, resources and policies from others."""

    id: int
    "ID."
    code: str
    "Unique code."
    name: str | None = None
    "Display name."
    description: str | None = None
    "Description."


class PermissionNamespaces(RestModel):
    """A page of permission namespaces."""

    total_count: int
    "Number of permission namespaces on all pages. The API names it total."
    list: list[PermissionNamespace]
    "Permission namespaces of this page."

    @model_validator(mode="before")
    @classmethod
    def _with_both_names(cls, data: Any) -> Any:
        if isinstance(data, dict):
            fields = dict(cast("dict[str, object]", data))
            for name in ("total", "totalCount", "total_count"):
                if name in fields:
                    total = fields.pop(name)
                    return {**fields, "total": total, "totalCount": total}
        return cast("object", data)


class ResourceAction(RestModel):
    """An action on a resource."""

    name: str
    "Name of the action, such as book:read."
    description: str | None = None
    "Description."


class Resource(RestModel):
    """A resource that is registered in a permission namespace."""

    id: str
    "ID."
    code: str
    "Code, unique in the namespace."
    type: str | None = None
    "Kind of the resource: DATA, API, MENU, UI or BUTTON."
    description: str | None = None
    "Description."
    actions: list[ResourceAction] | None = None
    "Actions on the resource."
    api_identifier: str | None = None
    "Address of the API, for resources of the kind API."
    namespace_id: int | None = None
    "ID of the namespace."
    created_at: str | None = None
    "Time of creation (ISO 8601)."
    updated_at: str | None = None
    "Time of the last update (ISO 8601)."


class Resources(RestModel):
    """A page of resources."""

    total_count: int
    "Number of resources on all pages."
    list: list[Resource]
    "Resources of this page."


class UserTenants(User):
    """A user with the tenants of the user."""

    tenants: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    "The tenants, as returned by the server."


class OrgNode(RestModel):
    """An organization or a department on the path from an organization to a user."""

    type: str | None = None
    "Whether it is an organization or a department."
    id: str | None = None
    "ID."
    name: str | None = None
    "Display name."
    code: str | None = None
    "Code."


class UserAction(RestModel):
    """An entry of the action log. Fields without an attribute can be read as ``action["path"]``."""

    operation_name: str | None = Field(default=None, serialization_alias="operation_name")
    "The operation, such as login or createUser."
    operator_arn: str | None = Field(default=None, serialization_alias="operator_arn")
    "ARN of the user or administrator."
    timestamp: str | None = None
    "Time of the action."
    clientip: str | None = None
    "IP address of the client."
    request_id: str | None = Field(default=None, serialization_alias="request_id")
    "ID of the request. One request can log several actions."


class UserActions(RestModel):
    """A page of the action log."""

    total_count: int
    "Number of entries on all pages."
    list: list[UserAction]
    "Entries of this page."


class CreatedUser(_WithUser[UserT_co]):
    """The outcome of a bulk creation for one user."""

    success: bool
    "Whether the user was created."
    err_msg: str | None = None
    "Error message, if the user was not created."
    user: UserT_co | None = None
    "The created user."
