"""Decides what a replayed call gets: a recorded response, a token, or nothing."""

import json
from typing import Any

from .calls import POOL_HEADER, Call, Preparation, VCRRequest, recorded_call
from .documents import missing_fields
from .index import Interaction, RecordedCalls
from .pools import is_alias
from .preparations import replayed
from .recording import replayed_response
from .scrubbing import CassetteScrubber

_MOST_SHOWN = 8


class Player:
    """Plays the recorded calls of a cassette.

    Its methods are called while the lock of the cassette is held.

    Args:
        interactions: All requests and responses of the cassette, in order.
        scrubber: Removes the secrets of recordings that were made without this library.
        repeats: Whether a call may be played again after its last response.
        has_secrets: Whether recorded calls contain secrets.

    Attributes:
        calls: The recorded calls of this API.
        places: The places of those that are certainly of this API.
        unmarked: The places of calls in recordings of older versions, which do not tell the pool.
        stale: Messages about documents that have changed since the recording.
        needs_real_token: Pools whose next token has to be requested from the server.
    """

    def __init__(
        self,
        interactions: list[tuple[Any, Any]],
        scrubber: CassetteScrubber,
        *,
        repeats: bool,
        has_secrets: bool,
    ) -> None:
        self.calls: RecordedCalls = RecordedCalls(repeats=repeats)
        self.places: set[int] = set()
        self.unmarked: set[int] = set()
        self.stale: list[str] = []
        self.needs_real_token: set[str] = set()
        self._scrubber = scrubber
        self._has_secrets = has_secrets
        self._index(interactions)

    def _index(self, interactions: list[tuple[Any, Any]]) -> None:
        calls = [(place, self.call_of(pair[0])) for place, pair in enumerate(interactions)]
        found = [(place, call) for place, call in calls if call is not None]
        pools = {call.pool for _, call in found if call.pool is not None}
        old_pools = {pool for pool in pools if not is_alias(pool)}
        for place, call in found:
            request, response = interactions[place]
            if POOL_HEADER in request.headers:
                self.places.add(place)
            elif pools and not old_pools:
                continue  # a call of another API, in a recording that tells the pool of ours
            else:
                self.unmarked.add(place)
                if call.pool is None and len(old_pools) == 1:
                    call.set_pool(next(iter(old_pools)))
            self.calls.add(Interaction(place, call, response))

    def call_of(self, request: VCRRequest) -> Call | None:
        """Return the call of a recorded request, or ``None`` if it is not one of this API."""
        is_scrubbed = POOL_HEADER in request.headers and not self._has_secrets
        return recorded_call(request, None if is_scrubbed else self._scrubber)

    def prepare(
        self, pool: str, preparation: Preparation, *, replays_all: bool
    ) -> Interaction | dict[str, Any] | None:
        """Return what a request for a token or a key gets.

        Returns:
            A recorded error, a response with a token or a key, or ``None`` if the server has to
            respond.
        """
        if preparation == "token" and pool in self.needs_real_token:
            return None
        if preparation == "key" and not replays_all:
            return None  # the server decrypts what other calls send
        interaction = self.calls.take_preparation(pool, preparation)
        if interaction is not None and not interaction.is_prepared:
            return interaction
        return replayed(preparation)

    def response(
        self, request: VCRRequest, call: Call, interaction: Interaction, where: str
    ) -> dict[str, Any]:
        """Return the response of an interaction, for the pool and the server of a request.

        Args:
            request: The request.
            call: Its call.
            interaction: The interaction.
            where: The cassette, and how to record it again, for messages.
        """
        recorded = interaction.call
        if recorded.document and call.document and recorded.document != call.document:
            message = _stale_message(call, interaction.response, where)
            if message not in self.stale:
                self.stale.append(message)
        return replayed_response(interaction.response, request, call.pool, recorded.pool)

    def unplayed(self, play_counts: dict[int, int]) -> dict[int, str]:
        """Return the operations that were not played, by place. Preparations do not count."""
        return {
            one.place: one.call.operation
            for one in self.calls.interactions
            if not play_counts[one.place] and one.call.preparation is None
        }


def shortened(names: list[str]) -> str:
    """Return the first names of a list, for a message."""
    return ", ".join(names[:_MOST_SHOWN]) + (", …" if len(names) > _MOST_SHOWN else "")


def _stale_message(call: Call, response: dict[str, Any], where: str) -> str:
    try:
        data = json.loads(response["body"]["string"])["data"]
    except (KeyError, TypeError, ValueError):
        data = None
    fields = missing_fields(call.query or "", data)
    lacks = f" The response lacks {shortened(fields)}." if fields else ""
    return f"{call.operation} was recorded with another document than is sent now.{lacks} {where}"
