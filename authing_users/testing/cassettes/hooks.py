"""Hooks for the settings of ``vcrpy`` that scrub what no cassette of ours has scrubbed."""

import threading
from typing import Any

from .calls import is_api_request
from .recording import KEPT_HEADERS, ORIGIN
from .scrubbing import CassetteScrubber


class _Thread(threading.local):
    # Whether the request that was recorded last needs scrubbing, as does its response. ``None``
    # if this is not known, since the hook for requests is not in use.
    needs_scrubbing: bool | None = None


class ScrubbingHooks:
    """A hook for requests, and one for responses.

    A cassette of ours calls the user's hooks, and scrubs after them. These two scrub calls of this
    API if settings of the user have replaced what makes a cassette one of ours.

    Args:
        scrubber: Removes the secrets.
    """

    def __init__(self, scrubber: CassetteScrubber) -> None:
        self._scrubber = scrubber
        self._thread = _Thread()

    def __deepcopy__(self, memo: dict[int, Any]) -> "ScrubbingHooks":
        return self

    def request(self, request: Any) -> Any:
        """Scrub a request before it is recorded or compared."""
        is_scrubbed = request.uri.startswith(ORIGIN) or hasattr(request, "authing_call")
        needs_scrubbing = not is_scrubbed and is_api_request(request)
        self._thread.needs_scrubbing = needs_scrubbing
        if not needs_scrubbing:
            return request
        headers = {name: [str(value)] for name, value in request.headers.items()}
        content_type = request.headers.get("content-type")
        scrubbed = self._scrubber.headers(headers)
        for name in list(request.headers):
            if name.lower() in KEPT_HEADERS:
                request.headers[name] = scrubbed[name][0]
            else:
                del request.headers[name]
        request.uri = self._scrubber.url(request.uri)
        request.body = self._scrubbed(request.body, content_type)
        return request

    def response(self, response: dict[str, Any]) -> dict[str, Any]:
        """Return a response without its secrets."""
        from .cassette import HandledResponse

        if self._thread.needs_scrubbing is False or isinstance(response, HandledResponse):
            return response
        headers: dict[str, list[str]] = {
            name: values
            for name, values in response.get("headers", {}).items()
            if name.lower() in KEPT_HEADERS
        }
        scrubbed: dict[str, Any] = {**response, "headers": self._scrubber.headers(headers)}
        types = [values for name, values in headers.items() if name.lower() == "content-type"]
        content_type = types[0][0] if types and types[0] else None
        body: dict[str, Any] = response.get("body") or {}
        scrubbed["body"] = {**body, "string": self._scrubbed(body.get("string"), content_type)}
        status: dict[str, Any] = response.get("status") or {}
        if message := status.get("message"):
            scrubbed["status"] = {**status, "message": self._scrubber.text(message)}
        return scrubbed

    def _scrubbed(self, body: Any, content_type: str | None) -> Any:
        if not body or not isinstance(body, bytes | str):
            return body
        encoded = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
        return self._scrubber.body(encoded, content_type)
