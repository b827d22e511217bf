"""The operations that can be stubbed: their variables, and the types of their results."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from authing_graphql import CommonMessage, PaginatedUsers, operation_results, operations
from authing_graphql.graphql_model import attributes_by_graphql_name

from ..._inputs.checks import did_you_mean
from ...errors import InvalidInputError
from ...models import (
    CreatedUser,
    LoginStatus,
    OrgNode,
    PermissionNamespace,
    PermissionNamespaces,
    PermittedResource,
    Resource,
    Resources,
    UserActions,
    UserTenants,
)

TOKEN_REQUEST = "GetAccessToken"
KEY_REQUEST = "WellKnown"

_HEAD = re.compile(r"\b(?:query|mutation)\s+(\w+)\s*(\([^)]*\))?")
_VARIABLE = re.compile(r"\$(\w+)\s*:")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the API.

    Attributes:
        name: Its name, such as ``ListUsers``.
        variables: Names of the GraphQL variables, or of what a REST request sends in its path,
            query and body.
        result: Type of the result.
        fields: GraphQL names of the fields that lead to the result; empty for REST.
        method: HTTP method of a REST endpoint.
        path: Path of a REST endpoint, with a placeholder for each variable.
        is_own: Whether it is an operation of the project under test.
    """

    name: str
    variables: frozenset[str]
    result: Any
    fields: tuple[str, ...] = ()
    method: str = "POST"
    path: str = ""
    is_own: bool = False

    @property
    def is_graphql(self) -> bool:
        """Whether it is an operation of the GraphQL API."""
        return self.is_own or bool(self.fields)

    def check_variable(self, name: str) -> None:
        """Raise ``InvalidInputError`` if the operation does not have a variable."""
        if name in self.variables:
            return
        known = sorted(self.variables)
        hint = did_you_mean(name, known) or did_you_mean(to_camel(name), known)
        expected = f"Its variables are {', '.join(known)}." if known else "It has no variables."
        raise InvalidInputError(f"{self.name} has no variable {name!r}.{hint} {expected}")


@dataclass(frozen=True, slots=True)
class StubCall:
    """A call that a client made.

    Attributes:
        operation: Name of the operation.
        variables: GraphQL variables, or what a REST request sends in its path, query and body.
    """

    operation: str
    variables: Mapping[str, Any]


def operation_named(name: str) -> Operation:
    """Return an operation.

    Raises:
        InvalidInputError: The operation does not exist.
    """
    known = all_operations()
    if name in known:
        return known[name]
    by_lower_case = {other.lower(): other for other in known}
    close = by_lower_case.get(name.lower())
    hint = f" Did you mean {close!r}?" if close else did_you_mean(name, known)
    raise InvalidInputError(
        f"Unknown operation {name!r}.{hint} "
        "authing_stub takes the names that errors and logs show, such as 'ListUsers'."
    )


def own_operation(name: str) -> Operation:
    """Return an operation of the project under test. Its result is the data of a response."""
    return Operation(name, frozenset(), dict | BaseModel, is_own=True)


@cache
def all_operations() -> Mapping[str, Operation]:
    """Return the operations that can be stubbed, by name."""
    found = {operation.name: operation for operation in (*_graphql_operations(), *_REST)}
    del found[TOKEN_REQUEST]
    return found


def _graphql_operations() -> Iterable[Operation]:
    for constant in operations.__all__:
        head = _HEAD.search(getattr(operations, constant))
        if head is None:
            continue
        name, variables = head.groups()
        fields, result = _result_of(getattr(operation_results, name))
        yield Operation(name, frozenset(_VARIABLE.findall(variables or "")), result, fields)


def _result_of(model: type[BaseModel]) -> tuple[tuple[str, ...], Any]:
    """Return the fields that lead to the result of an operation, and the type of the result."""
    model.model_rebuild()
    ((name, attribute),) = attributes_by_graphql_name(model).items()
    annotation: Any = model.model_fields[attribute].annotation
    inner = next(iter(get_args(annotation)), annotation)
    # A model of this module only wraps the result: `user { roles { … } }`.
    if getattr(inner, "__module__", None) == operation_results.__name__:
        fields, annotation = _result_of(inner)
        return (name, *fields), annotation
    return (name,), annotation


def _rest(name: str, method: str, path: str, variables: str, result: Any) -> Operation:
    return Operation(name, frozenset(variables.split()), result, method=method, path=path)


_NAMESPACES = "/api/v2/resource-namespace/{userPoolId}"

# Like the GraphQL operations, these have the name that errors and logs show.
_REST = (
    _rest("FilterUsers", "POST", "/api/v2/users/filter", "page limit filter", PaginatedUsers),
    _rest("CountLoginsOfApplication", "GET", "/api/v2/analysis/total-login-count", "appId", int),
    _rest(
        "CountUsersOfCustomField",
        "GET",
        "/api/v2/analysis/exist-defined-field-count",
        "definedFieldKey appId",
        int,
    ),
    _rest(
        "LinkIdentity",
        "POST",
        "/api/v2/users/identity/link",
        "userId userIdInIdp isSocial identifier type extIdpId",
        CommonMessage,
    ),
    _rest(
        "UnlinkIdentity",
        "POST",
        "/api/v2/users/identity/unlink",
        "userId isSocial identifier type extIdpId",
        CommonMessage,
    ),
    _rest(
        "UnlinkOwnIdentity",
        "POST",
        "/api/v2/users/identity/unlinkByUser",
        "type identifier",
        CommonMessage,
    ),
    _rest("KickUsers", "POST", "/api/v2/users/kick", "userIds", CommonMessage),
    _rest("LogOutUser", "GET", "/logout", "userId appId", CommonMessage),
    _rest(
        "CheckUserLoginStatus",
        "GET",
        "/api/v2/users/login-status",
        "userId appId deviceId",
        LoginStatus,
    ),
    _rest("SuspendUser", "POST", "/api/v2/users/{userId}/suspend", "userId", CommonMessage),
    _rest("ActivateUser", "POST", "/api/v2/users/{userId}/activate", "userId", CommonMessage),
    _rest("ResignUser", "POST", "/api/v2/users/{userId}/resign", "userId", CommonMessage),
    _rest("ResignUsers", "POST", "/api/v3/resign-user-batch", "userIds", CommonMessage),
    _rest(
        "CreateUsers",
        "POST",
        "/api/v2/users/create/batch",
        "users rawPassword",
        list[CreatedUser],
    ),
    _rest(
        "ListUserActions",
        "GET",
        "/api/v2/analysis/user-action",
        "page limit clientip operation_name operator_arn app_id exclude_non_app_records start end",
        UserActions,
    ),
    _rest(
        "CheckResourcePermissionBatch",
        "POST",
        "/api/v2/acl/check-resource-permission-batch",
        "userId namespace resources",
        list[PermittedResource],
    ),
    _rest(
        "ListAuthorizedResourcesOfKind",
        "POST",
        "/api/v2/acl/get-authorized-resources-of-resource-kind",
        "userId namespace resource",
        list[PermittedResource],
    ),
    _rest(
        "RevokeResource",
        "POST",
        "/api/v2/acl/revoke-resource",
        "namespace resource opts",
        CommonMessage,
    ),
    _rest(
        "CreateNamespace",
        "POST",
        _NAMESPACES,
        "userPoolId code name description",
        PermissionNamespace,
    ),
    _rest(
        "UpdateNamespace",
        "PUT",
        _NAMESPACES + "/{id}",
        "userPoolId id code name description",
        PermissionNamespace,
    ),
    _rest("ListNamespaces", "GET", _NAMESPACES, "userPoolId page limit", PermissionNamespaces),
    _rest("DeleteNamespace", "DELETE", _NAMESPACES + "/{id}", "userPoolId id", CommonMessage),
    _rest(
        "CreateResource",
        "POST",
        "/api/v2/resources",
        "namespace code type actions description apiIdentifier",
        Resource,
    ),
    _rest(
        "UpdateResource",
        "POST",
        "/api/v2/resources/{code}",
        "namespace code type actions description apiIdentifier",
        Resource,
    ),
    _rest("ListResources", "GET", "/api/v2/resources", "namespace type page limit", Resources),
    _rest("GetResource", "GET", "/api/v2/resources/detail", "id namespace code", Resource | None),
    _rest("DeleteResource", "DELETE", "/api/v2/resources/{code}", "namespace code", CommonMessage),
    _rest("ListUserOrgs", "GET", "/api/v2/users/{userId}/orgs", "userId", list[list[OrgNode]]),
    _rest("GetUserTenants", "GET", "/api/v2/users/{userId}/tenants", "userId", UserTenants | None),
)


def read_call(method: str, url: str, body: bytes | None) -> StubCall:
    """Return the call that a request of a client makes."""
    parts = urlsplit(url)
    content: dict[str, Any] = from_json(body) if body else {}
    if parts.path == "/graphql/v2":
        return StubCall(content["operationName"], content["variables"])
    query = {
        name: values[0] if len(values) == 1 else values
        for name, values in parse_qs(parts.query, keep_blank_values=True).items()
    }
    for operation, pattern in _rest_paths():
        match = pattern.fullmatch(parts.path)
        if match is not None and operation.method == method:
            segments = {name: unquote(value) for name, value in match.groupdict().items()}
            return StubCall(operation.name, {**segments, **query, **content})
    is_key = parts.path == "/api/v2/.well-known"
    return StubCall(KEY_REQUEST if is_key else f"{method} {parts.path}", {**query, **content})


@cache
def _rest_paths() -> list[tuple[Operation, re.Pattern[str]]]:
    return [
        (operation, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(operation.path))))
        for operation in _REST
    ]
