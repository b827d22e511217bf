"""Removes secrets from the content of requests and responses."""

import json
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ..._runtime.secret import MASK, SECRET_ENDINGS, Scrubber, Secret

SHORTEST_LEARNT = 9  # shorter values could be ordinary words


class CassetteScrubber:
    """Replaces secrets by asterisks. Values that it has seen are masked in what follows, too.

    Args:
        names: Further names of fields, parameters and headers whose values are secret.
        pseudonyms: Replaces personal data, or ``None`` to keep it.
    """

    def __init__(self, names: Iterable[str] = (), *, pseudonyms: Any = None) -> None:
        self._names = (*SECRET_ENDINGS, *(name.lower() for name in names))
        self._pseudonyms = pseudonyms
        self._learnt: deque[Secret] = deque(maxlen=64)

    def learn(self, value: str) -> None:
        """Mask a value wherever it occurs from now on."""
        if len(value) >= SHORTEST_LEARNT and value != MASK and value not in self._learnt:
            self._learnt.append(Secret(value))

    def url(self, url: str) -> str:
        """Return a URL without secrets."""
        parts = urlsplit(url)
        fields = parse_qsl(parts.query, keep_blank_values=True)
        query = urlencode([(name, self._field(name, value)) for name, value in fields])
        netloc = parts.netloc.rpartition("@")[2]
        return self.text(urlunsplit(parts._replace(query=query, netloc=netloc)))

    def headers(self, headers: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Return headers without secrets."""
        return {
            name: [self.text(str(self._field(name, value))) for value in values]
            for name, values in headers.items()
        }

    def body(self, body: bytes, content_type: str | None) -> bytes:
        """Return a body without secrets."""
        try:
            content = json.loads(body)
        except ValueError:
            return cast("bytes", Scrubber(self._learnt).value(body))
        scrubbed = self.json(content)
        if scrubbed == content:
            return body
        return json.dumps(scrubbed, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

    def json(self, value: Any) -> Any:
        """Return JSON content without secrets."""
        masked = self._masked(value)
        return Scrubber(self._learnt).value(masked) if self._learnt else masked

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        return Scrubber(self._learnt).text(text) if self._learnt else text

    def _masked(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            fields = cast("Mapping[str, Any]", value)
            return {name: self._field(name, field) for name, field in fields.items()}
        if isinstance(value, list):
            return [self._masked(item) for item in cast("list[object]", value)]
        return value

    def _field(self, name: str, value: Any) -> Any:
        if name.lower().endswith(self._names) and isinstance(value, str) and value:
            self.learn(value.removeprefix("Bearer "))
            return MASK
        return self._masked(value)
