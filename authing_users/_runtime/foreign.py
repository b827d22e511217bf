"""Objects and exceptions of the program and of HTTP libraries, whose code may raise anything."""

from typing import Any

from ..errors import ConfigurationError


def describe(error: BaseException) -> str:
    """Return the type and the text of an exception that this library did not raise."""
    kind = type(error).__name__
    try:
        text = str(error)
    except Exception:
        return kind
    return f"{kind}: {text}" if text else kind


def attribute(owner: object, name: str, setting: str) -> Any:
    """Return an attribute of an object that the program passed, or ``None``.

    Args:
        owner: The object.
        name: Name of the attribute.
        setting: The option that the object was passed as.

    Raises:
        ConfigurationError: Reading the attribute raised another exception than
            ``AttributeError``.
    """
    try:
        return getattr(owner, name, None)
    except Exception as error:
        problem = f"Cannot read {setting}.{name} ({describe(error)})"
    raise ConfigurationError(problem)
