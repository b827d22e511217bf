"""Cassettes: recorded calls of the API, without secrets, that are replayed in tests.

``cassette_settings()`` returns settings for ``vcrpy``. ``authing_cassette("name.yaml")`` is a
cassette for a ``with`` block. With pytest-recording, tests marked with ``@pytest.mark.vcr`` need
neither: pytest loads the plugin of this library by itself, and it configures their cassettes.
"""

from typing import Any

from .errors import CassetteError, CassetteMismatchError, StaleDocumentWarning
from .settings import authing_cassette, cassette_settings

__all__ = [
    "CassetteError",
    "CassetteMismatchError",
    "StaleDocumentWarning",
    "authing_cassette",
    "cassette_settings",
    "same_call",
]


def same_call(first: Any, second: Any) -> None:
    """Compare the operations and variables of two requests. Hosts and pools may differ.

    For settings that register a matcher by hand, as older versions needed.

    Raises:
        AssertionError: The requests differ.
    """
    from .calls import recorded_call
    from .scrubbing import CassetteScrubber

    scrubber = CassetteScrubber()
    calls = [recorded_call(request, scrubber) for request in (first, second)]
    keys = [None if call is None else call.key for call in calls]
    if keys[0] is None or keys[0] != keys[1]:
        raise AssertionError(f"{keys[0]} is not {keys[1]}")
