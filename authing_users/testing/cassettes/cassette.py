"""The cassette: records and replays the calls of this API, and leaves all others to ``vcrpy``."""

import copy
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from . import storage, waits
from .calls import POOL_HEADER, Call, is_api_request, live_call, pool_of
from .environment import record_command
from .errors import CassetteError, CassetteMismatchError, StaleDocumentWarning
from .index import Interaction
from .mismatch import mismatch_message
from .options import CassetteOptions
from .pools import is_alias
from .preparations import has_replayed_token, is_success, rejected_token, rejects_token
from .recorder import Recorder, Start, alias_for
from .recording import (
    ORIGIN,
    decoded_response,
    recorded_request,
    recorded_response,
    with_origin,
    without_public,
)
from .replay import Player, shortened
from .scrubbers import KeepAll, scrubber_for
from .scrubbing import CassetteScrubber
from .session import RunningTest, raised, session
from .target import is_emulator, wrong_target
from .vcrpy import Cassette, RecordMode, requests_match

# The attribute of a request of vcrpy that holds what is known of it.
_LIVE = "authing_call"

_pools_with_replayed_token: set[str] = set()


class HandledResponse(dict[str, Any]):
    """A response that the cassette scrubs itself, after the user's hooks."""


@dataclass(slots=True, eq=False)
class LiveRequest:
    """A request that a client makes, as far as a cassette knows it.

    Attributes:
        call: Its call, or ``None`` if the user's hooks ignore the request.
        filtered: The request after the user's hooks.
        reserved: The response that is played next.
        start: When it was sent to a server.
    """

    call: Call | None
    filtered: Any
    reserved: dict[str, Any] | None = None
    start: Start | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> "LiveRequest":
        return self


class AuthingCassette(Cassette):
    """A cassette of ``vcrpy`` that knows the calls of this API.

    Attributes:
        options: What the cassette was told to do.
        errors: The errors that it has raised.
        failure: Why it could not be written.
        is_open: Whether it is in use.
    """

    options: CassetteOptions
    errors: list[CassetteError]
    failure: Exception | None
    is_open: bool
    _lock: threading.RLock
    _persister: Any
    _player: Player
    _recorder: Recorder
    dirty: bool
    _scrubber: CassetteScrubber
    _tests: set[RunningTest]

    @classmethod
    def take_over(cls, cassette: Any, options: CassetteOptions) -> "AuthingCassette":
        """Turn a cassette that ``vcrpy`` has loaded into one that knows our calls."""
        cassette.__class__ = cls
        taken = cast("AuthingCassette", cassette)
        taken.options = options
        taken.errors = []
        taken.failure = None
        taken.is_open = True
        taken._tests = set()
        taken._note_test()
        taken._lock = threading.RLock()
        taken._scrubber = scrubber_for(options)
        taken._restore_pools()
        taken._recorder = Recorder()
        taken._player = Player(
            taken.data,
            taken._scrubber,
            repeats=taken.allow_playback_repeats,
            has_secrets=options.record_secrets,
        )
        return taken

    def _restore_pools(self) -> None:
        """Restore the pools of recorded calls, if the user's hooks have removed them on loading."""
        recorded = [request for request, _ in self.data if request.uri.startswith(ORIGIN)]
        if all(is_alias(str(request.headers.get(POOL_HEADER, ""))) for request in recorded):
            return
        requests, *_ = self._persister.load_cassette(self._path, serializer=self._serializer)
        if len(requests) != len(self.data):
            return  # the hooks ignore some of the requests
        for original, (request, _) in zip(requests, self.data, strict=True):
            if request.uri.startswith(ORIGIN) and POOL_HEADER in original.headers:
                request.headers[POOL_HEADER] = original.headers[POOL_HEADER]

    # The stubs of vcrpy call these.

    def can_play_response_for(self, request: Any) -> bool:
        """Whether there is a response. If there has to be one, the lack of it is an error.

        Raises:
            CassetteMismatchError: The call is not in the cassette, and cannot be recorded.
            CassetteError: The request must not be sent to where it would go.
        """
        live = self._live(request)
        if live is None:
            of_vcrpy: Any = super()
            return bool(of_vcrpy.can_play_response_for(request))
        if live.call is None:
            return self._plays_token_for_ignored(request, live)
        with self._lock:
            if live.reserved is None:
                live.reserved = self._response_for(request, live.call)
            if live.reserved is not None:
                return True
            if self.write_protected:
                raise self._noted(self._mismatch(live.call))
            if (reason := wrong_target(request, live.call.pool)) is not None:
                raise self._noted(CassetteError(f"{live.call.operation} was not sent: {reason}"))
            if has_replayed_token(request):
                # The client requests a real token, then. Nothing has been sent yet.
                self._player.needs_real_token.add(live.call.pool or "")
                live.reserved = rejected_token(request, live.call)
                return True
            live.start = self._recorder.start()
            return False

    def _plays_token_for_ignored(self, request: Any, live: LiveRequest) -> bool:
        """Replay tokens also if the user's hooks ignore the requests for them.

        If they ignore all requests, which are sent then, the client gets a real token.
        """
        if not self.write_protected:
            return False
        with self._lock:
            call = live_call(request, pool_of(request), self._scrubber)
            if live.reserved is None and call.preparation == "token":
                live.reserved = self._response_for(request, call)
            elif live.reserved is None and has_replayed_token(request):
                self._player.needs_real_token.add(call.pool or "")
                live.reserved = rejected_token(request, call)
            return live.reserved is not None

    def play_response(self, request: Any) -> Any:
        """Return the response that was found for a request."""
        live = self._live(request)
        if live is None:
            of_vcrpy: Any = super()
            return of_vcrpy.play_response(request)
        if live.reserved is None and not self.can_play_response_for(request):
            raise self._noted(self._mismatch(cast("Call", live.call)))
        response, live.reserved = live.reserved, None
        waits.played(self)
        return response

    def append(self, request: Any, response: Any) -> None:
        """Record a request and its response."""
        live = self._live(request)
        of_vcrpy: Any = super()
        with self._lock:
            before = len(self.data)
            if live is None:
                of_vcrpy.append(request, response)
            elif live.call is not None:
                self._record(request, live, response)
            if len(self.data) > before:
                stored, recorded = self.data[-1]
                start = None if live is None else live.start
                self._recorder.add(stored, recorded, start, is_ours=live is not None)
                self._note_test()
        if live is not None:
            waits.received()

    def _responses(self, request: Any) -> Iterator[tuple[int, Any]]:
        live = self._live(request)
        if live is not None:
            if live.call is not None:
                for interaction in list(self._player.calls.matches(live.call)):
                    yield interaction.place, interaction.response
            return
        request = self._before_record_request(request)
        for place, (stored, response) in enumerate(self.data):
            if place not in self._player.places and requests_match(request, stored, self._match_on):
                yield place, response

    @property
    def all_played(self) -> bool:
        """Whether all recorded calls have been played. Requests for tokens do not count."""
        return not self._unplayed()

    # Replaying.

    def _live(self, request: Any) -> LiveRequest | None:
        """Return what is known of a request of this API, or ``None`` for one of another API."""
        live: LiveRequest | None = getattr(request, _LIVE, None)
        if live is not None or not is_api_request(request):
            return live
        setattr(request, _LIVE, LiveRequest(None, None))  # so our own hooks leave it as it is
        filtered = self._before_record_request(request)
        if filtered is None and is_emulator(request):  # the user may ignore the local host
            named = copy.copy(request)
            named.uri = with_origin(request.uri)
            filtered = self._before_record_request(named)
        # The user's hooks may remove the headers.
        call = live_call(filtered, pool_of(request), self._scrubber) if filtered else None
        live = LiveRequest(call, filtered)
        setattr(request, _LIVE, live)
        return live

    def _response_for(self, request: Any, call: Call) -> dict[str, Any] | None:
        if self.record_mode == RecordMode.ALL:
            return None
        found: Interaction | dict[str, Any] | None = None
        if call.preparation is not None:
            if self.rewound or self.write_protected:
                found = self._player.prepare(
                    call.pool or "", call.preparation, replays_all=self.write_protected
                )
        elif self.rewound or self.allow_playback_repeats:
            found = self._player.calls.take(call)
        if found is None:
            return None
        if isinstance(found, dict):
            _pools_with_replayed_token.add(call.pool or "")
            return found
        place = found.place
        if not self.play_counts[place] and place < self._loaded_count:
            self._played_interactions.append(self.data[place])
        self.play_counts[place] += 1
        return self._player.response(request, call, found, self._where())

    def _where(self) -> str:
        return f"Cassette: {self._path}. {record_command(self.rewound)}"

    def _mismatch(self, call: Call) -> CassetteMismatchError:
        same = list(self._player.calls.matches(call))
        recorded = self._player.calls.interactions
        others = [one for one in recorded if one not in same and one.call.preparation is None]
        where = str(self._path) if self.rewound else f"{self._path} (it does not exist)"
        hint = record_command(self.rewound)
        return CassetteMismatchError(mismatch_message(call, same, others, where, hint))

    def _noted(self, error: CassetteError) -> CassetteError:
        self.errors.append(error)
        return raised(error)

    def _unplayed(self) -> list[str]:
        ours = self._player.unplayed(self.play_counts)
        known = {one.place for one in self._player.calls.interactions}
        return [
            ours.get(place) or f"{request.method} {request.uri}"
            for place, (request, _) in enumerate(self.data[: self._loaded_count])
            if place in ours or (place not in known and not self.play_counts[place])
        ]

    # Recording.

    def _record(self, request: Any, live: LiveRequest, response: Any) -> None:
        call = cast("Call", live.call)
        player = self._player
        if call.pool in _pools_with_replayed_token and rejects_token(response):
            player.needs_real_token.add(call.pool or "")
            if "authorization" not in request.headers:
                return  # sent with a replayed token, which this HTTP client does not show
        decoded = decoded_response(copy.deepcopy(response))
        response = self._before_record_response(HandledResponse(decoded))
        if response is None:
            return
        records_all = self.record_mode == RecordMode.ALL
        starts_anew = records_all and self._drops_unused()
        alias = alias_for(call.pool or "", player.calls, starts_anew=starts_anew)
        if call.preparation is not None and is_success(call.preparation, response):
            player.needs_real_token.discard(call.pool or "")
            if not records_all and player.calls.has_preparation(alias, call.preparation):
                return  # the recorded one stands for all
        # Also of headers that are not recorded: a response may repeat their values.
        headers = {name: [str(value)] for name, value in request.headers.items()}
        self._scrubber.headers(without_public(headers))
        scrubber = KeepAll() if self.options.record_secrets else self._scrubber
        stored = recorded_request(live.filtered, call, alias, scrubber)
        self.data.append((stored, recorded_response(response, request, call, alias, scrubber)))
        self.dirty = True
        place = len(self.data) - 1
        player.places.add(place)
        if self.allow_playback_repeats:
            recorded = cast("Call", player.call_of(stored))
            player.calls.add(Interaction(place, recorded, self.data[place][1]))

    def _drops_unused(self) -> bool:
        return bool(self.drop_unused_requests) or self._starts_anew()

    def _starts_anew(self) -> bool:
        # Several tests may share a cassette: the first of them starts it again from scratch.
        return session().rewrites and Path(self._path) not in session().written

    def _save(self, force: bool = False) -> None:
        # An error here would keep vcrpy from undoing its patches: it is raised after that.
        try:
            self._write(force=force)
        except Exception as error:
            self.failure = error

    def _write(self, *, force: bool) -> None:
        if self.has_failed:
            return
        records_all = self.record_mode == RecordMode.ALL
        if self._starts_anew() and records_all and not self.dirty:
            storage.remove(Path(self._path))  # the test makes no calls any longer
            return
        drops = self._drops_unused() and len(self._played_interactions) < self._loaded_count
        if not (force or self.dirty or (drops and not records_all)):
            return
        kept = [self._with_pool_header(place) for place in self._kept()]
        interactions = [*kept, *self._recorder.interactions(kept)]
        self._persist(
            {
                "requests": [request for request, _ in interactions],
                "responses": [response for _, response in interactions],
            }
        )
        self.dirty = False

    def _kept(self) -> list[int]:
        """Return the places of the loaded interactions that stay in the cassette."""
        places = list(range(self._loaded_count))
        if self.record_mode != RecordMode.ALL:
            return [one for one in places if self.play_counts[one] or not self._drops_unused()]
        replaced = self._recorded_again()
        return [] if self._drops_unused() else [one for one in places if one not in replaced]

    def _recorded_again(self) -> set[int]:
        """Return the places of the loaded interactions that new ones replace."""
        recorded = self._recorder.recorded
        calls = [self._player.call_of(one.request) for one in recorded if one.is_ours]
        keys = {call.key for call in calls if call is not None}
        replaced = {one.place for one in self._player.calls.interactions if one.call.key in keys}
        foreign = [one.request for one in recorded if not one.is_ours]
        for place, (request, _) in enumerate(self.data[: self._loaded_count]):
            if place not in self._player.places and any(
                requests_match(other, request, self._match_on) for other in foreign
            ):
                replaced.add(place)
        return replaced

    def _with_pool_header(self, place: int) -> tuple[Any, Any]:
        """Return a loaded interaction; mark one of an older version, so that it is still found."""
        request, response = self.data[place]
        assigned = self._player.calls.assigned
        if place in self._player.unmarked and len(assigned) == 1:
            request = copy.deepcopy(request)
            request.headers[POOL_HEADER] = next(iter(assigned))
        return request, response

    def _persist(self, cassette_dict: dict[str, Any]) -> None:
        of_vcrpy: Any = super()
        persister = self._persister
        self._persister = storage.Saver(persister)
        try:
            of_vcrpy._persist(cassette_dict)
        finally:
            self._persister = persister

    # The end of a test.

    @property
    def has_failed(self) -> bool:
        """Whether the running test, or one that the cassette was opened or recorded in, failed."""
        running = session().test
        return any(test.has_failed for test in self._tests) or bool(running and running.has_failed)

    def _note_test(self) -> None:
        test = session().test
        if test is not None:
            self._tests.add(test)

    def warn(self) -> None:
        """Warn of what could not be said while the code under test was running.

        Warnings:
            StaleDocumentWarning: A document has changed since the recording.
        """
        if not self.options.strict:
            messages, self._player.stale = self._player.stale, []
            for message in messages:
                warnings.warn(message, StaleDocumentWarning, stacklevel=2)

    def problems(self) -> list[str]:
        """Return what fails a test in strict mode."""
        if not (self.options.strict and self.rewound and self.write_protected):
            return []
        problems = list(self._player.stale)
        if unplayed := self._unplayed():
            number = len(unplayed)
            calls = "1 recorded call was" if number == 1 else f"{number} recorded calls were"
            problems.append(f"{calls} not made: {shortened(unplayed)}. {self._where()}")
        return problems
