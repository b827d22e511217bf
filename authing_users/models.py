"""Results that are not generated from the schema: those of REST endpoints, and combined ones."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, cast

from pydantic import BeforeValidator, ConfigDict, Field
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
    "EnvVariable",
    "LoginStatus",
    "OrgNode",
    "PasswordCheck",
    "PermittedResource",
    "RestModel",
    "RolesUpdate",
    "TokenClaims",
    "UserAction",
    "UserActions",
    "UserDefinedValue",
    "UserPoolDetail",
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


class UserPoolDetail(RestModel):
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


class EnvVariable(RestModel):
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


class PasswordCheck(RestModel):
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


class TokenClaims(RestModel):
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
