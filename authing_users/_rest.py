"""The API's REST endpoints, where GraphQL has no field for it: their models, written by hand."""

from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from ._answers import SUCCESS, Answer, rest_error

ResultT = TypeVar("ResultT", bound=BaseModel)


class RestModel(BaseModel):
    """A result of a REST endpoint: unknown fields are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, defer_build=True)


class WellKnown(RestModel):
    """What ``GET /api/v2/.well-known`` says of the service."""

    public_key: str
    "RSA key in PEM form that passwords are encrypted with."


def rest_result(result_type: type[ResultT], answer: Answer) -> ResultT:
    """Return the ``data`` of a REST answer.

    Raises:
        APIError: The answer says that the call failed.
        InvalidResponseError: The answer is no answer to the call.
    """
    if 200 <= answer.status < 300:
        try:
            content = from_json(answer.body)
            if isinstance(content, dict):
                envelope = cast("dict[str, Any]", content)
                if envelope.get("code") == SUCCESS:
                    return result_type.model_validate(envelope.get("data"))
        except (ValueError, ValidationError):
            pass
    raise rest_error(answer)
