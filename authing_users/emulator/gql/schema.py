"""The executable schema: ``schema.graphql`` with a resolver on every field.

A field without a resolver raises an API error instead of returning null, so that a field that is
added to the schema cannot be mistaken for an empty one.
"""

import builtins
import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from importlib.resources import files

from ariadne import convert_camel_case_to_snake, make_executable_schema
from graphql import GraphQLFieldResolver, GraphQLObjectType, GraphQLSchema

from ..errors import ApiError, ErrorCode
from ..request_context import RequestContext
from ..store import (
    custom_fields,
    departments,
    groups,
    identities,
    policies,
    policy_assignments,
    pool_settings,
    roles,
    user_fields,
)
from .bindings import Info
from .custom_field_resolvers import CUSTOM_FIELD_BINDINGS
from .department_resolvers import DEPARTMENT_BINDINGS
from .group_resolvers import GROUP_BINDINGS
from .login_resolvers import LOGIN_BINDINGS
from .mail_resolvers import MAIL_BINDINGS
from .permission_resolvers import PERMISSION_BINDINGS
from .policy_resolvers import POLICY_BINDINGS
from .role_resolvers import ROLE_BINDINGS
from .session_resolvers import SESSION_BINDINGS
from .user_mutations import USER_MUTATION_BINDINGS
from .user_queries import USER_QUERY_BINDINGS

OPEN_FIELDS = frozenset(
    {
        *("accessToken", "checkLoginStatus", "loginByUsername", "loginByEmail"),
        *("loginByPhonePassword", "resetPasswordByFirstLoginToken", "sendEmail"),
    }
)
"""The root fields that need no token."""

USER_FIELDS = frozenset({"checkPassword", "refreshToken", "user"})
"""The root fields that accept the token of a user instead of a management token."""

_PAGE = frozenset({"totalCount", "list"})
_TOKEN = frozenset({"iat", "exp"})

# Fields whose value is in the parent object under the same name.
_DEFAULT_FIELDS: Mapping[str, frozenset[str]] = {
    "User": user_fields.FIELDS,
    "Identity": frozenset(identities.TABLE.columns),
    "Role": frozenset(roles.TABLE.columns) - {"parentId"},
    "Group": frozenset(groups.TABLE.columns) - {"id"},
    "Policy": frozenset(policies.TABLE.columns) - {"id"},
    "PolicyStatement": frozenset(policies.STATEMENT_FIELDS),
    "PolicyStatementCondition": frozenset({"param", "operator", "value"}),
    "PolicyAssignment": frozenset(policy_assignments.FIELDS),
    "UserCustomData": frozenset(custom_fields.VALUE_FIELDS),
    "UserDefinedData": frozenset(custom_fields.VALUE_FIELDS),
    "UserDefinedDataMap": frozenset({"targetId", "data"}),
    "UserDefinedField": frozenset(custom_fields.TABLE.columns),
    "UserPool": frozenset(pool_settings.TABLE.columns),
    "Node": frozenset({*departments.TABLE.columns, *departments.CONSTANTS}),
    "Org": frozenset({"id", "rootNode", "nodes"}),
    "PaginatedOrgs": _PAGE,
    "UserDepartment": frozenset({"department", "isMainDepartment", "joinedAt"}),
    "PaginatedDepartments": _PAGE,
    "PaginatedUsers": _PAGE,
    "PaginatedRoles": _PAGE,
    "PaginatedGroups": _PAGE,
    "AuthorizedResource": frozenset({"code", "type", "actions", "apiIdentifier"}),
    "ResourcePermissionAssignment": frozenset({"targetType", "targetIdentifier", "actions"}),
    "PaginatedAuthorizedResources": _PAGE,
    "PaginatedAuthorizedTargets": _PAGE,
    "PaginatedPolicies": _PAGE,
    "PaginatedPolicyAssignments": _PAGE,
    "CommonMessage": frozenset({"code", "message"}),
    "AccessTokenRes": _TOKEN | {"accessToken"},
    "RefreshAccessTokenRes": _TOKEN | {"accessToken"},
    "RefreshToken": _TOKEN | {"token"},
    "JWTTokenStatus": _TOKEN | {"code", "message", "status", "data"},
    "JWTTokenStatusDetail": frozenset({"id", "userPoolId", "arn"}),
    "CheckPasswordResult": frozenset({"code", "message"}),
    "CheckPasswordStrengthResult": frozenset({"valid", "message"}),
}


@dataclass(frozen=True)
class Unsupported:
    """The resolver of a field that the emulator does not support."""

    name: str

    def __call__(self, *_: object, **__: object) -> object:
        """Raise the API error."""
        raise ApiError(ErrorCode.UNSUPPORTED, self.name)


def schema_text() -> str:
    """Return the API's own schema."""
    return (files("authing_graphql") / "schema.graphql").read_text(encoding="utf-8")


@cache
def executable_schema() -> GraphQLSchema:
    """Build the schema. It is stateless, so all emulators of the process share it."""
    schema = make_executable_schema(
        schema_text(),
        *CUSTOM_FIELD_BINDINGS,
        *DEPARTMENT_BINDINGS,
        *GROUP_BINDINGS,
        *LOGIN_BINDINGS,
        *PERMISSION_BINDINGS,
        *POLICY_BINDINGS,
        *MAIL_BINDINGS,
        *ROLE_BINDINGS,
        *SESSION_BINDINGS,
        *USER_MUTATION_BINDINGS,
        *USER_QUERY_BINDINGS,
    )
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLObjectType) and not graphql_type.name.startswith("__"):
            _add_resolvers(graphql_type)
            if graphql_type in (schema.query_type, schema.mutation_type):
                _add_access_checks(graphql_type)
    return schema


def _add_resolvers(graphql_type: GraphQLObjectType) -> None:
    default = _DEFAULT_FIELDS.get(graphql_type.name, frozenset())
    for name, field in graphql_type.fields.items():
        if field.resolve is not None:
            field.resolve = _with_count(field.resolve)
        elif name in default:
            field.resolve = _default_resolver(name)
        else:
            field.resolve = Unsupported(f"{graphql_type.name}.{name}")
        for argument_name, argument in field.args.items():
            argument.out_name = _python_name(argument_name)


def _add_access_checks(root: GraphQLObjectType) -> None:
    for name, field in root.fields.items():
        if field.resolve is not None:
            field.resolve = with_token_check(field.resolve, name)


def _default_resolver(name: str) -> GraphQLFieldResolver:
    # A missing key raises instead of returning null.
    def resolve(source: Mapping[str, object], info: Info) -> object:
        value = source[name]
        info.context.count_result(value)
        return value

    return resolve


def _with_count(resolve_field: GraphQLFieldResolver) -> GraphQLFieldResolver:
    @wraps(resolve_field)
    def resolve(source: object, info: Info, **arguments: object) -> object:
        value = resolve_field(source, info, **arguments)
        info.context.count_result(value)
        return value

    return resolve


def _token_check(root_field: str) -> Callable[[RequestContext], None] | None:
    if root_field in OPEN_FIELDS:
        return None
    if root_field in USER_FIELDS:
        return RequestContext.check_any_token
    return RequestContext.check_token


def with_token_check(resolve_field: GraphQLFieldResolver, root_field: str) -> GraphQLFieldResolver:
    """Return the resolver of a root field that checks the token first."""
    check_token = _token_check(root_field)

    @wraps(resolve_field)  # so that the coverage page can name the resolver
    def resolve(source: object, info: Info, **arguments: object) -> object:
        info.context.check_pool()
        if check_token is not None:
            check_token(info.context)
        return resolve_field(source, info, **arguments)

    return resolve


def _python_name(name: str) -> str:
    """Return the parameter name that resolvers use for an argument."""
    snake = convert_camel_case_to_snake(name)
    return f"{snake}_" if keyword.iskeyword(snake) or hasattr(builtins, snake) else snake
