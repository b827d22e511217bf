"""The bodies of requests for faults and for the clock."""

from collections.abc import Collection, Mapping
from datetime import datetime

from ..control import Control
from ..errors import ControlError
from ..faults import Fault, FaultKind
from ..operations import ANY, did_you_mean

_COMMON_FIELDS = ("kind", "operation", "times")
FAULT_FIELDS: Mapping[FaultKind, tuple[str, ...]] = {
    FaultKind.FAIL: (
        *_COMMON_FIELDS,
        *("code", "status", "message", "afterCommit", "retryAfter"),
    ),
    FaultKind.DROP: (*_COMMON_FIELDS, "afterCommit"),
    FaultKind.TRUNCATE: _COMMON_FIELDS,
    FaultKind.SLOW: (*_COMMON_FIELDS, "mean", "jitter"),
    FaultKind.RATE_LIMIT: ("kind", "requests", "per"),
}
"""The fields of a request for a fault."""

SIGNING_FIELDS = ("algorithm", "rotate", "retire")
"""The fields of a request that changes how tokens are signed."""

CLOCK_FIELDS = ("set", "advance", "reset")
"""The fields of a request that changes the clock. Exactly one is needed."""


def add_fault(control: Control, fields: Mapping[str, object]) -> Fault:
    """Add the fault that a request describes.

    Raises:
        ControlError: The request is invalid.
    """
    kind = _kind(fields)
    reject_unknown_fields(fields, FAULT_FIELDS[kind], f"fault of the kind {kind.value!r}")
    operation = _text(fields, "operation") or ANY
    after_commit = _flag(fields, "afterCommit")
    match kind:
        case FaultKind.FAIL:
            return control.fail(
                operation,
                code=_integer(fields, "code"),
                status=_integer(fields, "status"),
                message=_text(fields, "message"),
                times=_times(fields, 1),
                after_commit=after_commit,
                retry_after=_number(fields, "retryAfter"),
            )
        case FaultKind.DROP:
            return control.drop(operation, times=_times(fields, 1), after_commit=after_commit)
        case FaultKind.TRUNCATE:
            return control.truncate(operation, times=_times(fields, 1))
        case FaultKind.SLOW:
            return control.slow(
                _required(_number(fields, "mean"), "mean"),
                _number(fields, "jitter") or 0.0,
                operation=operation,
                times=_times(fields, None),
            )
        case FaultKind.RATE_LIMIT:
            return control.rate_limit(
                int(_required(_integer(fields, "requests"), "requests")),
                _required(_number(fields, "per"), "per"),
            )


def change_clock(control: Control, fields: Mapping[str, object]) -> None:
    """Change the clock as a request describes.

    Raises:
        ControlError: The request is invalid.
    """
    reject_unknown_fields(fields, CLOCK_FIELDS, "request for the clock")
    if len(fields) != 1:
        message = "A request for the clock needs exactly one of the fields set, advance, reset."
        raise ControlError(message)
    if "set" in fields:
        control.clock.set(_time(fields))
    elif "advance" in fields:
        control.clock.advance(_required(_number(fields, "advance"), "advance"))
    elif fields["reset"] is True:
        control.clock.reset()
    else:
        raise _wrong_type("reset", "true")


def change_signing(control: Control, fields: Mapping[str, object]) -> None:
    """Change how tokens are signed as a request describes.

    Raises:
        ControlError: The request is invalid.
    """
    reject_unknown_fields(fields, SIGNING_FIELDS, "request for the signing of tokens")
    algorithm = _text(fields, "algorithm")
    rotate, retire = _flag(fields, "rotate"), _flag(fields, "retire")
    if algorithm is None and not rotate:
        message = 'A request for the signing of tokens needs "algorithm", or "rotate": true.'
        raise ControlError(message)
    if retire and not rotate:
        message = '"retire" needs "rotate": true.'
        raise ControlError(message)
    if algorithm is not None:
        control.sign_tokens(algorithm)
    if rotate:
        control.rotate_signing_key(retire=retire)


def fault_content(fault: Fault) -> dict[str, object]:
    """Return the description of a fault for a response."""
    return {
        "id": fault.id,
        "kind": fault.effect.kind.value,
        "operation": fault.operation,
        "hits": fault.hits,
        "remaining": fault.remaining,
        "description": fault.describe(),
    }


def reject_unknown_fields(fields: Collection[str], known: Collection[str], owner: str) -> None:
    """Reject a request with an unknown field.

    Raises:
        ControlError: A field is unknown. The message suggests a known one.
    """
    for name in fields:
        if name not in known:
            message = f"Unknown field {name!r} of a {owner}. {did_you_mean(name, known)}"
            raise ControlError(message)


def _kind(fields: Mapping[str, object]) -> FaultKind:
    kinds = {kind.value: kind for kind in FaultKind}
    name = fields.get("kind")
    if isinstance(name, str) and name in kinds:
        return kinds[name]
    if "kind" not in fields:
        message = f'A fault needs the field "kind": one of {", ".join(kinds)}.'
    else:
        message = f"Unknown kind of a fault: {name!r}. {did_you_mean(str(name), kinds)}"
    raise ControlError(message)


def _text(fields: Mapping[str, object], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise _wrong_type(name, "a string")
    return value


def _integer(fields: Mapping[str, object], name: str) -> int | None:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | None):
        raise _wrong_type(name, "an integer")
    return value


def _number(fields: Mapping[str, object], name: str) -> float | None:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise _wrong_type(name, "a number of seconds")
    return value


def _flag(fields: Mapping[str, object], name: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise _wrong_type(name, "true or false")
    return value


def _times(fields: Mapping[str, object], default: int | None) -> int | None:
    return _integer(fields, "times") if "times" in fields else default


def _time(fields: Mapping[str, object]) -> float | datetime:
    value = fields["set"]
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise _wrong_type("set", "a time such as 2030-01-31T12:00:00Z") from None
    return _required(_number(fields, "set"), "set")


def _required(value: float | None, name: str) -> float:
    if value is None:
        raise _wrong_type(name, "a number")
    return value


def _wrong_type(name: str, expected: str) -> ControlError:
    return ControlError(f'"{name}" must be {expected}.')
