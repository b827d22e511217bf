"""The API's REST endpoints, where GraphQL has no field for it: their models, written by hand."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, TypeVar, cast
from urllib.parse import quote, urlencode

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import from_json, to_json

from authing_graphql import CommonMessage, User
from authing_graphql.graphql_model import SECRET_FIELDS, GraphQLModel

from ._answers import SUCCESS, Answer, rest_error
from ._operations import Call
from ._secret import Secret, SecretBytes
from .errors import APIError, InvalidInputError

ResultT = TypeVar("ResultT")


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


def entry_key(action: UserAction) -> str:
    """Return what tells an entry of the log from all others: it has no id, so all that it says.

    The id of the request is not enough: one request may have done several things, or the same to
    several users.
    """
    return action.model_dump_json(by_alias=True)


class CreatedUser(RestModel):
    """What became of one user of a bulk creation."""

    success: bool
    "Whether the user was created."
    err_msg: str | None = None
    "Why not."
    user: User | None = None
    "The user."


@cache
def _adapter(result_type: Hashable) -> TypeAdapter[Any]:
    wanted: Any = result_type
    return TypeAdapter(wanted)


def rest_call(
    operation: str,
    method: str,
    path: str,
    *segments: str,
    query: Mapping[str, str | Sequence[str] | None] | None = None,
    body: Mapping[str, object] | None = None,
    authorized: bool = True,
    changes: bool | None = None,
    bearer: Secret | None = None,
) -> Call:
    """Build the call of a REST endpoint.

    Args:
        operation: Name of the operation, for errors.
        method: HTTP method.
        path: Path with ``{}`` for each segment.
        *segments: What to fill in; encoded, so that an id cannot leave its segment.
        query: Parameters; one that is ``None`` is left out.
        body: Content of the body.
        authorized: Whether the call carries a management token.
        changes: Whether the call changes something; when ``None``, any method but GET does.
        bearer: The token to carry in its place.

    Raises:
        InvalidInputError: A segment would be another path, or the token another header.
    """
    for segment in segments:
        if segment in {".", ".."}:
            raise InvalidInputError(f"{segment!r} is no id")
    filled = path.format(*(quote(segment, safe="") for segment in segments))
    given = {name: value for name, value in (query or {}).items() if value is not None}
    if given:
        filled += "?" + urlencode(given, doseq=True)
    if bearer is not None and not (bearer.isascii() and bearer.isprintable()):
        raise InvalidInputError("The token is none: it holds what no HTTP header can")
    content = None if body is None else SecretBytes(to_json(body))
    if changes is None:
        changes = method != "GET"
    return Call(
        operation,
        method,
        filled,
        content,
        authorized=authorized and bearer is None,
        bearer=bearer,
        changes=changes,
        kind=method,
    )


def rest_result(
    result_type: type[ResultT],
    answer: Answer,
    *,
    absent: Callable[[str], APIError] | None = None,
) -> ResultT:
    """Return the ``data`` of a REST answer.

    Args:
        result_type: Type of the data.
        answer: The answer.
        absent: Makes the error of an operation that data of null stands for.

    Raises:
        APIError: The answer says that the call failed.
        InvalidResponseError: The answer is no answer to the call.
    """
    envelope = _envelope(answer)
    if envelope is not None and _succeeded(envelope):
        data = envelope.get("data")
        if data is None and absent is not None:
            raise absent(answer.operation)
        try:
            result: ResultT = _adapter(cast("Hashable", result_type)).validate_python(data)
        except ValidationError:
            pass
        else:
            return result
    raise rest_error(answer)


def rest_message(answer: Answer) -> CommonMessage:
    """Return the outcome of a change, which the answer itself tells.

    Raises:
        APIError: The answer says that the change was not made.
        InvalidResponseError: The answer is no answer to the call.
    """
    envelope = _envelope(answer)
    if envelope is not None and _succeeded(envelope):
        message = envelope.get("message")
        return CommonMessage(code=SUCCESS, message=message if isinstance(message, str) else None)
    raise rest_error(answer)


def _envelope(answer: Answer) -> dict[str, Any] | None:
    if not 200 <= answer.status < 300:
        return None
    try:
        content = from_json(answer.body)
    except ValueError:
        return None
    return cast("dict[str, Any]", content) if isinstance(content, dict) else None


def _succeeded(envelope: Mapping[str, object]) -> bool:
    # The third version of the API calls the code a status code.
    return envelope.get("code", envelope.get("statusCode")) == SUCCESS
