"""Options of a cassette of this API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class CassetteOptions:
    """Options of a cassette, beside those of ``vcrpy``.

    Attributes:
        scrub: Further names of fields, parameters and headers whose values are secret.
        pseudonymize: Whether personal data is replaced by fakes of the same form.
        strict: Whether unplayed calls and changed documents fail the test.
        record_secrets: Whether secrets are recorded as they are. Only for throwaway pools.
    """

    scrub: tuple[str, ...] = ()
    pseudonymize: bool = False
    strict: bool = False
    record_secrets: bool = False

    def updated(self, settings: Mapping[str, Any]) -> "CassetteOptions":
        """Return the options with those that settings contain.

        Raises:
            TypeError: An option has the wrong type.
        """
        changed = {name: settings[name] for name in OPTION_NAMES if settings.get(name) is not None}
        return replace(self, **_checked(changed)) if changed else self


OPTION_NAMES = tuple(option.name for option in fields(CassetteOptions))


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    for name, value in options.items():
        if name == "scrub":
            options[name] = _names(value)
        elif not isinstance(value, bool):
            raise TypeError(f"{name} must be True or False, not {type(value).__name__}")
    return options


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        names = tuple(cast("Iterable[object]", value))
        texts = tuple(name for name in names if isinstance(name, str))
        if texts == names:
            return texts
    raise TypeError('scrub must be a list of names, such as ["ssn", "x-api-key"]')
