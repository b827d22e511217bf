"""Results that are not generated from the schema: those of REST endpoints, and combined ones."""

from copy import copy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Generic, cast

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from authing_graphql import (
    BaseModel,
    PageModel,
    PaginatedDepartments,
    PaginatedRoles,
    ResultModel,
    UDFDataType,
    User,
)
from authing_graphql.custom_data import CustomValue
from authing_graphql.specialization import specialized

from .errors import AuthingError

if TYPE_CHECKING:
    from ._runtime.user_type import UserT_co
else:
    UserT_co = User

__all__ = [
    "CreatedUser",
    "EnvVariable",
    "LoginStatus",
    "OrgNode",
    "PasswordCheck",
    "PermissionNamespace",
    "PermissionNamespaces",
    "PermittedResource",
    "Resource",
    "ResourceAction",
    "Resources",
    "RestModel",
    "RolesUpdate",
    "TokenClaims",
    "UserAction",
    "UserActions",
    "UserDefinedValue",
    "UserDepartments",
    "UserPoolDetail",
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
    value: CustomValue
    "A str, int, float, bool, datetime, date or JSON content. None if the field has no value."


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


class PermissionNamespace(BaseModel):
    """A permission namespace, which separates roles, resources and policies from others."""

    id: int
    "ID."
    code: str
    "Unique code."
    name: str | None = None
    "Display name."
    description: str | None = None
    "Description."


class PermissionNamespaces(PageModel["PermissionNamespace"]):
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


class ResourceAction(BaseModel):
    """An action on a resource."""

    name: str
    "Name of the action, such as book:read."
    description: str | None = None
    "Description."


class Resource(BaseModel):
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


class Resources(PageModel["Resource"]):
    """A page of resources."""

    total_count: int
    "Number of resources on all pages."
    list: list[Resource]
    "Resources of this page."


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
    "Error message, if the user was not created. Passwords are masked."
    user: UserT_co | None = None
    "The created user."
    index: int = 0
    "Position of the user in the argument of create_users, from 0."
    _request_error: AuthingError | None = PrivateAttr(default=None)

    @property
    def error(self) -> AuthingError | None:
        """The error because of which the user was not created. ``None`` on success.

        ``error.index`` is the position of the user. An error of the whole request, such as a
        timeout, says whether the user may have been created after all.
        """
        if self.success:
            return None
        from ._protocol.error_messages import creation_error

        return self._request_error or creation_error(self.err_msg, self.index)


def failed_creation(
    model: type[CreatedUser[UserT_co]], error: AuthingError, index: int
) -> CreatedUser[UserT_co]:
    """Return the outcome for a user whose request failed.

    Args:
        model: The type of the outcome.
        error: The error of the request.
        index: Position of the user.
    """
    row = model(success=False, err_msg=error.message, index=index)
    row._request_error = copy(error)
    row._request_error.index = index
    return row


class UserPoolDetail(BaseModel):
    """The settings of a user pool. Settings without an attribute can be read by name."""

    id: str
    "ID of the user pool."
    name: str | None = None
    "Display name."
    domain: str | None = None
    "Subdomain of the user pool."
    description: str | None = None
    "Description."
    logo: str | None = None
    "URL of the logo."
    owner_id: str | None = None
    "ID of the user who owns the user pool."
    secret: str | None = None
    "Secret of the user pool, as the option `secret` takes it."
    jwt_secret: str | None = None
    "Secret that signs users' tokens with HS256."
    token_expires_after: int | None = None
    "Lifetime of users' tokens, in seconds."
    userpool_types: list[dict[str, Any]] | None = None
    "Kinds of the user pool."
    created_at: str | None = None
    "When the user pool was created."
    updated_at: str | None = None
    "When the user pool was last changed."
    email_verified_default: bool | None = None
    "Whether the email addresses of new users count as verified."
    send_welcome_email: bool | None = None
    "Whether new users receive an email."
    register_disabled: bool | None = None
    "Whether only administrators can create users."
    app_sso_enabled: bool | None = None
    "Whether a login counts for all applications."
    login_require_email_verified: bool | None = None
    "Whether users have to verify their email address before they log in."
    allowed_origins: str | None = None
    "Origins of web pages that may call the API, one a line."
    frequent_register_check: dict[str, Any] | None = None
    "How many users an IP address may register."
    login_fail_check: dict[str, Any] | None = None
    "After how many failed logins an IP address needs a captcha."
    login_password_fail_check: dict[str, Any] | None = None
    "After how many wrong passwords a user is locked."
    whitelist: dict[str, Any] | None = None
    "Which lists of users allow to register."
    is_deleted: bool | None = None
    "Whether the user pool is deleted."


class EnvVariable(BaseModel):
    """An environment variable of the pipelines of a user pool."""

    key: str
    "Key."
    value: Any = Field(default=None, repr=False)
    "Value. The `repr` does not show it, because it may be a secret."


def _listed(content: object) -> object:
    """Return the items of a list, or of a page."""
    if isinstance(content, dict):
        return cast("dict[str, object]", content).get("list")
    return content


EnvVariables: type[list[EnvVariable]] = cast(
    "Any", Annotated[list[EnvVariable], BeforeValidator(_listed)]
)


class PasswordCheck(BaseModel):
    """Whether a password satisfies the policy of the user pool. True in a condition if it does."""

    valid: bool
    "Whether the password satisfies the policy."
    message: str | None = None
    "Why it does not."

    def __bool__(self) -> bool:
        return self.valid


def _decisive(content: object) -> object:
    """Return the first check that failed of a list, or else the first one."""
    if not isinstance(content, list):
        return content
    checks = cast("list[object]", content)
    return next(filter(_has_failed, checks), checks[0] if checks else None)


def _has_failed(check: object) -> bool:
    return isinstance(check, dict) and not cast("dict[str, object]", check).get("valid")


CheckedPassword: type[PasswordCheck] = cast(
    "Any", Annotated[PasswordCheck, BeforeValidator(_decisive)]
)


class TokenClaims(BaseModel):
    """The claims of a user's token. Others can be read by name: ``claims["email"]``."""

    exp: int
    "When the token expires, in Unix seconds."
    iat: int | None = None
    "When the token was issued, in Unix seconds."
    sub: str | None = None
    "ID of the user."
    aud: str | list[str] | None = None
    "Audience: ID of the application, or of the user pool."
    iss: str | None = None
    "URL of the issuer."
    jti: str | None = None
    "ID of the token."
    data: dict[str, Any] | None = None
    "The user: `id`, `userPoolId` and `arn`, if the server includes them."

    @property
    def expires_at(self) -> datetime:
        """When the token expires, in UTC."""
        return datetime.fromtimestamp(self.exp, UTC)
