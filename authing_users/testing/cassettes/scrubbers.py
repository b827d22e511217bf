"""The scrubber of a cassette."""

from collections.abc import Mapping
from typing import Any

from .options import CassetteOptions
from .pseudonyms import Pseudonyms
from .scrubbing import CassetteScrubber


def scrubber_for(options: CassetteOptions) -> CassetteScrubber:
    """Return the scrubber that the options of a cassette ask for."""
    return CassetteScrubber(
        options.scrub, pseudonyms=Pseudonyms() if options.pseudonymize else None
    )


class KeepAll(CassetteScrubber):
    """Removes nothing, for cassettes that record secrets."""

    def url(self, url: str) -> str:
        """Return a URL as it is."""
        return url

    def headers(self, headers: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Return headers as they are."""
        return dict(headers)

    def body(
        self,
        body: bytes,
        content_type: str | None,  # noqa: ARG002
        content_encoding: str | None = None,  # noqa: ARG002
    ) -> bytes:
        """Return a body as it is."""
        return body

    def json(self, value: Any) -> Any:
        """Return JSON content as it is."""
        return value

    def text(self, text: str) -> str:
        """Return a text as it is."""
        return text
