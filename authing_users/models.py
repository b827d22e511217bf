"""Results that are not generated from the schema: those of REST endpoints, and combined ones."""

from typing import TYPE_CHECKING, Any, Generic

from pydantic import Field

from authing_graphql import (
    BaseModel,
    PageModel,
    PaginatedDepartments,
    PaginatedRoles,
    ResultModel,
    UDFDataType,
    User,
)
from authing_graphql.specialization import specialized

if TYPE_CHECKING:
    from ._runtime.user_type import UserT_co
else:
    UserT_co = User

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
    "UserDepartments",
    "UserTenants",
    "WellKnown",
]


class RolesUpdate(PaginatedRoles):
    """The outcome of adding or removing roles, and all roles that the user has afterwards.

    It is true also if the user has no roles.
    """

    code: int
    "200, because errors are raised."
    message: str | None = None
    "Message of the API."

    def __bool__(self) -> bool:
        return True


class UserDefinedValue(BaseModel):
    """The value of a custom field, converted to the Python type for the type of the field."""

    key: str | None
    "Key of the field."
    data_type: UDFDataType | None
    "Type of the field."
    label: str | None
    "Display name of the field."
    value: Any
    "A str, int, float, bool, datetime or any JSON content. None if the field has no value."


# The base of all results, which keeps unknown fields whether they come from REST or GraphQL.
RestModel = ResultModel

if TYPE_CHECKING:

    class _WithUser(BaseModel, Generic[UserT_co]):
        """A result that contains a user of one type."""
else:

    class _WithUser(BaseModel):
        """A result that contains a user of one type."""

        def __class_getitem__(cls, model):
            return specialized(cls, User, model)


class WellKnown(BaseModel):
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

    if not TYPE_CHECKING:

        def __getitem__(self, name):
            """Return a field. ``data`` and ``code`` stand for the envelope of the vendor's SDK."""
            envelope = {"code": 200, "data": self}
            is_known = name in self or name not in envelope
            return super().__getitem__(name) if is_known else envelope[name]


class PermittedResource(BaseModel):
    """A resource that a user can access."""

    code: str | None = None
    "The resource, as type:id."
    actions: list[str] | None = None
    "The permitted actions."


class UserTenants(User):
    """A user with the tenants of the user."""

    tenants: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    "The tenants, as returned by the server."


class UserDepartments(PaginatedDepartments):
    """The departments of a user. ``result["departments"]`` is the result itself.

    The vendor's SDK returns the user that contains them.
    """

    if not TYPE_CHECKING:

        def __getitem__(self, index):
            """Return an item, the items of a slice, or a field."""
            return self if index == "departments" else super().__getitem__(index)

        def __contains__(self, item):
            return item == "departments" or super().__contains__(item)


class OrgNode(BaseModel):
    """An organization or a department on the path from an organization to a user."""

    type: str | None = None
    "Whether it is an organization or a department."
    id: str | None = None
    "ID."
    name: str | None = None
    "Display name."
    code: str | None = None
    "Code."


class UserAction(BaseModel):
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


class UserActions(PageModel["UserAction"]):
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
