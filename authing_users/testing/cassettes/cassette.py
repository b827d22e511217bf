"""The cassette: records and replays the calls of this API, and leaves all others to ``vcrpy``."""

import copy
import itertools
import threading
import time
import warnings
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from vcr.cassette import Cassette
from vcr.matchers import requests_match
from vcr.record_mode import RecordMode

from . import storage, waits
from .calls import POOL_HEADER, Call, VCRRequest, is_api_request, live_call, recorded_call
from .documents import missing_fields
from .environment import PLACEHOLDER_POOL, record_command
from .errors import CassetteError, CassetteMismatchError, StaleDocumentWarning
from .index import Interaction, RecordedCalls
from .mismatch import mismatch_message
from .options import CassetteOptions
from .order import Timing, in_stable_order, numbers_as_text
from .pools import alias as pool_alias, is_alias
from .recording import (
    decoded_response,
    recorded_request,
    recorded_response,
    replayed_response,
)
from .scrubbing import CassetteScrubber
from .session import raised, session
from .timestamps import Span, fixed_times, latest_fixed
from .tokens import (
    has_replayed_token,
    has_token,
    rejected_token,
    rejects_token,
    replayed_token,
)

_LIVE = "authing_call"
"""The attribute of a request of ``vcrpy`` that holds what is known of it."""

_pools_with_replayed_token: set[str] = set()


class HandledResponse(dict[str, Any]):
    """A response that the cassette scrubs itself, after the user's hooks."""


@dataclass(slots=True, eq=False)
class LiveRequest:
    """What a cassette knows of a request that a client makes.

    Attributes:
        call: Its call, or ``None`` if the user's hooks ignore the request.
        filtered: The request after the user's hooks.
        reserved: The response that is played next.
        start: Number of its start, if it goes to a server.
        thread: The thread that makes it.
    """

    call: Call | None
    filtered: Any
    reserved: dict[str, Any] | None = None
    start: int = 0
    thread: Hashable = 0

    def __deepcopy__(self, memo: dict[int, Any]) -> "LiveRequest":
        return self


@dataclass(slots=True, eq=False)
class _Recorded:
    """An interaction that was recorded just now."""

    request: Any
    response: Any
    timing: Timing
    is_ours: bool


class AuthingCassette(Cassette):  # type: ignore[misc]
    """A cassette of ``vcrpy`` that knows the calls of this API.

    Attributes:
        options: What the cassette was told to do.
        stale: Messages about changed documents.
        errors: The errors that it has raised.
    """

    options: CassetteOptions
    stale: list[str]
    errors: list[CassetteError]

    @classmethod
    def take_over(cls, cassette: Any, options: CassetteOptions) -> "AuthingCassette":
        """Turn a cassette that ``vcrpy`` has loaded into one that knows our calls."""
        cassette.__class__ = cls
        taken = cast("AuthingCassette", cassette)
        taken._begin(options)
        return taken

    def _begin(self, options: CassetteOptions) -> None:
        self.options = options
        self.stale = []
        self._lock = threading.RLock()
        self._scrubber = CassetteScrubber(options.scrub)
        self._recording_scrubber = _NoScrubber() if options.record_secrets else self._scrubber
        self._loading_scrubber = self._scrubber if options.record_secrets else _NoScrubber()
        self._recorded: dict[int, _Recorded] = {}
        self._events = 0
        self._main: Hashable = threading.get_ident()
        self._started = time.time()
        self._server_offset = 0.0
        self._needs_real_token: set[str] = set()
        self.errors = []
        self._calls = RecordedCalls(repeats=self.allow_playback_repeats)
        self._ours: set[int] = set()
        self._unmarked: set[int] = set()  # of a recording of an older version
        self._index()

    def _index(self) -> None:
        """Find our calls among the loaded interactions.

        Recordings of older versions do not tell the pool: they are found by path and operation.
        """
        calls = [(place, self._recorded_call(pair[0])) for place, pair in enumerate(self.data)]
        found = [(place, call) for place, call in calls if call is not None]
        pools = {call.pool for _, call in found if call.pool is not None}
        old_pools = {pool for pool in pools if not is_alias(pool)}
        for place, call in found:
            if POOL_HEADER not in self.data[place][0].headers:
                if pools - old_pools and not old_pools:
                    continue  # a call of another API in a recording that tells the pool
                self._unmarked.add(place)
                if call.pool is None and len(old_pools) == 1:
                    call.set_pool(next(iter(old_pools)))
            else:
                self._ours.add(place)
            self._calls.add(Interaction(place, call, self.data[place][1]))

    def _recorded_call(self, request: VCRRequest) -> Call | None:
        is_scrubbed = POOL_HEADER in request.headers
        return recorded_call(request, self._loading_scrubber if is_scrubbed else self._scrubber)

    # Questions that the stubs of vcrpy ask.

    def can_play_response_for(self, request: Any) -> bool:
        """Whether there is a response. If there has to be one, the lack of it is an error.

        Raises:
            CassetteMismatchError: The call is not in the cassette, and cannot be recorded.
            CassetteError: The request must not be sent to where it would go.
        """
        live = self._live(request)
        if live is None:
            return bool(super().can_play_response_for(request))
        if live.call is None:
            return False
        with self._lock:
            if live.reserved is None:
                live.reserved = self._response_for(request, live.call)
            if live.reserved is not None:
                return True
            if self.write_protected:
                raise self._raised(self._mismatch(live.call))
            self._check_target(request, live.call)
            if self._has_replayed_token(request, live.call):
                # The client requests a real token, then. Nothing has been sent yet.
                self._needs_real_token.add(live.call.pool or "")
                live.reserved = rejected_token(request, live.call)
                return True
            self._events += 1
            live.start = self._events
            live.thread = threading.get_ident()
            return False

    def play_response(self, request: Any) -> Any:
        """Return the response that was found for a request."""
        live = self._live(request)
        if live is None:
            return super().play_response(request)
        with self._lock:
            response = live.reserved
            if response is None and live.call is not None:
                response = self._response_for(request, live.call)
            live.reserved = None
        if response is None:
            raise self._raised(self._mismatch(cast("Call", live.call)))
        waits.played(self)
        return response

    def append(self, request: Any, response: Any) -> None:
        """Record a request and its response."""
        live = self._live(request)
        if live is None:
            before = len(self.data)
            super().append(request, response)
            if len(self.data) > before:
                self._note(before, request, is_ours=False)
            return
        waits.received()
        if live.call is None:
            return
        if live.call.pool in _pools_with_replayed_token and rejects_token(response):
            self._needs_real_token.add(live.call.pool or "")
            if "authorization" not in request.headers:
                return  # it was sent with a replayed token, which this HTTP client does not show
        self._record(request, live, copy.deepcopy(response))

    def _responses(self, request: Any) -> Iterator[tuple[int, Any]]:
        live = self._live(request)
        if live is not None:
            if live.call is not None:
                for interaction in list(self._calls.matches(live.call)):
                    yield interaction.place, interaction.response
            return
        request = self._before_record_request(request)
        for place, (stored, response) in enumerate(self.data):
            if place not in self._ours and requests_match(request, stored, self._match_on):
                yield place, response

    @property
    def all_played(self) -> bool:
        """Whether all recorded calls have been played. Token requests do not count."""
        return not self.unplayed()

    def unplayed(self) -> list[str]:
        """Return the operations, or method and URL, of recorded calls that were not played."""
        tokens = {one.place for one in self._calls.interactions if one.call.is_token_request}
        names = {one.place: one.call.operation for one in self._calls.interactions}
        return [
            names.get(place) or f"{request.method} {request.uri}"
            for place, (request, _) in enumerate(self.data)
            if place not in tokens and not self.play_counts[place] and place < self._loaded_count
        ]

    # Our calls.

    def _live(self, request: Any) -> LiveRequest | None:
        """Return what is known of a request of this API, or ``None`` for one of another API."""
        live: LiveRequest | None = getattr(request, _LIVE, None)
        if live is not None or not is_api_request(request):
            return live
        setattr(request, _LIVE, LiveRequest(None, None))  # hooks of ours leave it as it is
        filtered = self._before_record_request(request)
        call = live_call(filtered, self._scrubber) if filtered else None
        live = LiveRequest(call, filtered)
        setattr(request, _LIVE, live)
        return live

    def _response_for(self, request: Any, call: Call) -> dict[str, Any] | None:
        if self.record_mode == RecordMode.ALL:
            return None
        if call.is_token_request:
            return self._token_for(request, call)
        if not self.rewound and not self.allow_playback_repeats:
            return None
        interaction = self._calls.take(call)
        if interaction is None:
            return None
        return self._played(request, call, interaction)

    def _token_for(self, request: Any, call: Call) -> dict[str, Any] | None:
        if not self.rewound and not self.write_protected:
            return None
        pool = call.pool or ""
        if pool in self._needs_real_token:
            return None
        interaction = self._calls.take_token(pool)
        if interaction is not None and not interaction.has_token:
            return self._played(request, call, interaction)  # an error, as it was
        if interaction is not None:
            self.play_counts[interaction.place] += 1
        _pools_with_replayed_token.add(pool)
        return replayed_token()

    def _played(self, request: Any, call: Call, interaction: Interaction) -> dict[str, Any]:
        place = interaction.place
        if not self.play_counts[place] and place < self._loaded_count:
            self._played_interactions.append(self.data[place])
        self.play_counts[place] += 1
        recorded = interaction.call
        if recorded.document and call.document and recorded.document != call.document:
            self._note_stale(call, interaction)
        return replayed_response(interaction.response, request, call.pool or "", recorded.pool)

    def _note_stale(self, call: Call, interaction: Interaction) -> None:
        import json

        try:
            data = json.loads(interaction.response["body"]["string"]).get("data")
        except (AttributeError, ValueError):
            data = None
        fields = missing_fields(call.query or "", data)
        shown = ", ".join(fields[:8]) + (", …" if len(fields) > 8 else "")
        lacks = f" The response lacks {shown}." if fields else ""
        message = (
            f"{call.operation} was recorded with another document than is sent now.{lacks} "
            f"Cassette: {self._path}. {record_command(self.rewound)}"
        )
        if message not in self.stale:
            self.stale.append(message)

    def _has_replayed_token(self, request: Any, call: Call) -> bool:
        return not call.is_token_request and has_replayed_token(request)

    def _check_target(self, request: Any, call: Call) -> None:
        """Stop a request to another pool or server than was asked for.

        Raises:
            CassetteError: The request must not be sent.
        """
        current = session()
        hint = None
        if call.pool == PLACEHOLDER_POOL:
            hint = "set AUTHING_USERPOOL_ID and AUTHING_USERPOOL_SECRET to record it"
        elif current.target == "real" and call.pool != current.pool:
            hint = f"--authing-pool allows only the user pool {current.pool}"
        elif current.target == "emulator" and not _is_at(request, current.emulator):
            hint = "--authing-record=emulator allows only the emulator: let AUTHING_* name the host"
        if hint is not None:
            message = f"{call.operation} was not sent to {_server(request)}: {hint}"
            raise self._raised(CassetteError(message))

    def _mismatch(self, call: Call) -> CassetteMismatchError:
        same = list(self._calls.matches(call))
        taken = {id(one) for one in same}
        others = [one for one in self._calls.interactions if id(one) not in taken]
        others = [one for one in others if not one.call.is_token_request]
        where = str(self._path)
        if not self.rewound:
            where += " (it does not exist)"
        hint = record_command(self.rewound)
        return CassetteMismatchError(mismatch_message(call, same, others, where, hint))

    def _raised(self, error: CassetteError) -> CassetteError:
        self.errors.append(error)
        return raised(error)

    # Recording.

    def _record(self, request: Any, live: LiveRequest, response: Any) -> None:
        call = cast("Call", live.call)
        response = self._before_record_response(HandledResponse(decoded_response(response)))
        if response is None:
            return
        with self._lock:
            alias = self._alias_for(call)
            if call.is_token_request and has_token(response) and call.pool in self._needs_real_token:
                self._needs_real_token.discard(call.pool)
                if self._calls.has_token_of(alias):
                    return  # the recorded one stands for all
            scrubber = self._recording_scrubber
            # Also those that are not recorded: a response may repeat their values.
            scrubber.headers({name: [str(value)] for name, value in request.headers.items()})
            place = len(self.data)
            stored = recorded_request(live.filtered, call, alias, scrubber)
            pair = stored, recorded_response(response, request, call, alias, scrubber)
            self.data.append(pair)
            self.dirty = True
            self._ours.add(place)
            self._note(place, request, is_ours=True)
            if self.allow_playback_repeats:
                recorded = self._recorded_call(stored)
                self._calls.add(Interaction(place, cast("Call", recorded), pair[1]))

    def _note(self, place: int, request: Any, *, is_ours: bool) -> None:
        """Note when an interaction was recorded."""
        with self._lock:
            self._events += 1
            live: LiveRequest | None = getattr(request, _LIVE, None)
            start = live.start if live is not None and live.start else self._events
            thread = live.thread if live is not None and live.start else threading.get_ident()
            stored, response = self.data[place]
            key = (stored.method, stored.uri, str(stored.body or ""))
            timing = Timing(start, self._events, thread, tuple(map(numbers_as_text, key)))
            self._recorded[place] = _Recorded(stored, response, timing, is_ours)

    def _alias_for(self, call: Call) -> str:
        pool = call.pool or ""
        known = self._calls.alias_of(pool)
        if known is not None and is_alias(known):
            return known
        starts_anew = self.record_mode == RecordMode.ALL and self._drops_unused()
        loaded = [] if starts_anew else [one for one in self._calls.pools if is_alias(one)]
        if len(loaded) == 1 and not self._calls.assigned:
            chosen = loaded[0]  # the only pool of the cassette
        else:
            used = self._calls.assigned.union(loaded)
            numbers = (pool_alias(number) for number in itertools.count(1))
            chosen = next(one for one in numbers if one not in used)
        self._calls.assign(pool, chosen)
        return chosen

    def _drops_unused(self) -> bool:
        return bool(self.drop_unused_requests) or session().rewrites

    def _save(self, force: bool = False) -> None:
        test = session().test
        if test is not None and test.has_failed:
            return
        if session().rewrites and not self.dirty and self.record_mode == RecordMode.ALL:
            self._forget_file()
            return
        drops_unplayed = self._drops_unused() and len(self._played_interactions) < len(
            self._old_interactions
        )
        if not (force or self.dirty or (drops_unplayed and self.record_mode != RecordMode.ALL)):
            return
        interactions = [*self._kept(), *self._newly_recorded()]
        self._persist(
            {
                "requests": [request for request, _ in interactions],
                "responses": [response for _, response in interactions],
            }
        )
        self.dirty = False

    def _forget_file(self) -> None:
        """Remove the file of a test that makes no calls any longer."""
        path = Path(self._path)
        if path.is_file():
            storage.remember(path)
            path.unlink()

    def _kept(self) -> list[tuple[Any, Any]]:
        """Return the loaded interactions that stay in the cassette."""
        places = range(self._loaded_count)
        if self.record_mode == RecordMode.ALL:
            again = self._recorded_again()
            places = [] if self._drops_unused() else [one for one in places if one not in again]
        elif self._drops_unused():
            places = [place for place in places if self.play_counts[place]]
        return [self._with_pool_header(place) for place in places]

    def _recorded_again(self) -> set[int]:
        """Return the places of the loaded interactions that have been replaced by new ones."""
        recorded = [self._recorded_call(one.request) for one in self._recorded.values()]
        keys = {call.key for call in recorded if call is not None}
        places = {one.place for one in self._calls.interactions if one.call.key in keys}
        others = [one.request for one in self._recorded.values() if not one.is_ours]
        for place in range(self._loaded_count):
            request = self.data[place][0]
            if place not in self._ours and any(
                requests_match(other, request, self._match_on) for other in others
            ):
                places.add(place)
        return places

    def _with_pool_header(self, place: int) -> tuple[Any, Any]:
        """Return a loaded interaction; mark one of an older version, so that it is still found."""
        request, response = self.data[place]
        if place in self._unmarked and len(self._calls.assigned) == 1:
            request = copy.deepcopy(request)
            request.headers[POOL_HEADER] = next(iter(self._calls.assigned))
        return request, response

    def _newly_recorded(self) -> list[tuple[Any, Any]]:
        """Return what was recorded, in an order and with times that do not depend on the run."""
        recorded = in_stable_order(
            list(self._recorded.values()), lambda one: one.timing, self._main
        )
        span = Span(self._started + self._server_offset, time.time() + self._server_offset)
        kept = [] if self.record_mode == RecordMode.ALL else self.data[: self._loaded_count]
        first = latest_fixed(_body(part) for pair in kept for part in pair)
        ours = [one for one in recorded if one.is_ours]
        texts = [_body(part) for one in ours for part in (one.request, one.response)]
        fixed = iter(fixed_times(texts, span, first))
        pairs: list[tuple[Any, Any]] = []
        for one in recorded:
            if one.is_ours:
                request = _with_body(one.request, next(fixed))
                pairs.append((request, _with_body(one.response, next(fixed))))
            else:
                pairs.append((one.request, one.response))
        return pairs

    def _persist(self, cassette_dict: dict[str, Any]) -> None:
        persister = self._persister
        self._persister = _Saver(self, persister)
        try:
            super()._persist(cassette_dict)
        finally:
            self._persister = persister

    # Its end.

    def check_end(self) -> None:
        """Report what could not be reported while the code under test was running.

        Warnings:
            StaleDocumentWarning: A document has changed since the recording.
        """
        for message in self.stale:
            if not self.options.strict:
                warnings.warn(message, StaleDocumentWarning, stacklevel=2)

    def problems(self) -> list[str]:
        """Return what fails a test in strict mode."""
        if not (self.options.strict and self.rewound and self.write_protected):
            return []
        problems = list(self.stale)
        if unplayed := self.unplayed():
            shown = ", ".join(unplayed[:8]) + (", …" if len(unplayed) > 8 else "")
            problems.append(
                f"{len(unplayed)} recorded calls were not made: {shown}. "
                f"Cassette: {self._path}. {record_command(self.rewound)}"
            )
        return problems


class _Saver:
    """Hands a cassette to its persister, in our layout."""

    def __init__(self, cassette: Any, persister: Any) -> None:
        self._cassette = cassette
        self._persister = persister

    def save_cassette(self, path: Any, content: dict[str, Any], serializer: Any) -> None:
        """Write a cassette."""
        storage.save(self._cassette, content, self._persister, serializer)


class _NoScrubber(CassetteScrubber):
    """Keeps everything as it is."""

    def url(self, url: str) -> str:
        return url

    def headers(self, headers: Mapping[str, list[str]]) -> dict[str, list[str]]:
        return dict(headers)

    def body(self, body: bytes, content_type: str | None) -> bytes:
        return body

    def json(self, value: Any) -> Any:
        return value

    def text(self, text: str) -> str:
        return text


def _body(part: Any) -> bytes:
    body = part["body"].get("string") if isinstance(part, dict) else part.body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return body if isinstance(body, bytes) else b""


def _with_body(part: Any, body: bytes) -> Any:
    if _body(part) == body:
        return part
    if isinstance(part, dict):
        return {**part, "body": {"string": body}}
    changed = copy.copy(part)
    changed.body = body
    return changed


def _server(request: Any) -> str:
    return f"{request.host}:{request.port}"


def _is_at(request: Any, emulator: Any) -> bool:
    from urllib.parse import urlsplit

    parts = urlsplit(emulator.url)
    return (request.host, request.port) == (parts.hostname, parts.port)
