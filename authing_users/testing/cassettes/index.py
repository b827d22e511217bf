"""Finds the recorded response of a call, in the time of a dictionary lookup."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .calls import Call, Preparation
from .preparations import is_success


@dataclass(slots=True, eq=False)
class Interaction:
    """A recorded call and its response.

    Attributes:
        place: Its place in the cassette.
        call: The call. Its pool is an alias, or ``None`` if the recording does not tell it.
        response: The response in the form of ``vcrpy``.
        is_played: Whether it has been played.
        is_prepared: Whether it is a request for a token or a key that succeeded.
    """

    place: int
    call: Call
    response: dict[str, Any] = field(repr=False)
    is_played: bool = False
    is_prepared: bool = field(init=False)

    def __post_init__(self) -> None:
        preparation = self.call.preparation
        self.is_prepared = preparation is not None and is_success(preparation, self.response)


class RecordedCalls:
    """The recorded calls of a cassette, and which pool in use stands for which recorded one.

    Its methods are called while the lock of the cassette is held.

    Args:
        repeats: Whether a call may be played again after its last response.
    """

    def __init__(self, *, repeats: bool) -> None:
        self._repeats = repeats
        self.interactions: list[Interaction] = []
        self.pools: list[str] = []  # aliases, in the order of their first call
        self._by_key: defaultdict[tuple[str | None, tuple[str, str]], list[Interaction]]
        self._by_key = defaultdict(list)
        self._next: defaultdict[tuple[str | None, tuple[str, str]], int] = defaultdict(int)
        self._preparations: defaultdict[tuple[str | None, Preparation], list[Interaction]]
        self._preparations = defaultdict(list)
        self._pools: dict[str, str] = {}
        self._certain: set[str] = set()

    def add(self, interaction: Interaction) -> None:
        """Add an interaction, in the order of the recording."""
        call = interaction.call
        self.interactions.append(interaction)
        if call.pool is not None and call.pool not in self.pools:
            self.pools.append(call.pool)
        if call.preparation is not None:
            self._preparations[call.pool, call.preparation].append(interaction)
        else:
            self._by_key[call.pool, call.key].append(interaction)

    def alias_of(self, pool: str) -> str | None:
        """Return the recorded pool that a pool in use stands for, if that is known."""
        return self._pools.get(pool)

    def assign(self, pool: str, alias: str) -> None:
        """Let a pool in use stand for a recorded one."""
        self._pools[pool] = alias
        self._certain.add(pool)

    @property
    def assigned(self) -> set[str]:
        """The recorded pools that pools in use stand for."""
        return {self._pools[pool] for pool in self._certain}

    def take(self, call: Call) -> Interaction | None:
        """Return the next recorded response of a call, and mark it as played."""
        pool = call.pool or ""
        for alias in self._candidates(pool):
            interaction = self._next_of(alias, call)
            if interaction is None:
                continue
            if alias is not None:
                self._exchange(pool, alias)
                self._certain.add(pool)
            interaction.is_played = True
            return interaction
        return None

    def matches(self, call: Call) -> Iterator[Interaction]:
        """Yield all recorded interactions of a call, for any pool that it may stand for."""
        for alias in self._candidates(call.pool or ""):
            yield from self._by_key.get((alias, call.key), ())

    def take_preparation(self, pool: str, preparation: Preparation) -> Interaction | None:
        """Return the next recorded preparation of a pool, and mark it as played."""
        for alias in self._candidates(pool):
            for interaction in self._preparations.get((alias, preparation), ()):
                if not interaction.is_played:
                    if alias is not None and pool not in self._pools:
                        self._pools[pool] = alias  # until another call tells better
                    interaction.is_played = True
                    return interaction
        return None

    def has_preparation(self, alias: str, preparation: Preparation) -> bool:
        """Whether a token, or the key, for a recorded pool is in the cassette."""
        known = self._preparations.get((alias, preparation), ())
        return any(interaction.is_prepared for interaction in known)

    def _candidates(self, pool: str) -> list[str | None]:
        """Return the recorded pools that a pool in use may stand for, the likeliest first."""
        alias = self._pools.get(pool)
        if alias is not None and pool in self._certain:
            return [alias, None]
        free = [other for other in self.pools if other not in self.assigned]
        assumed = set(self._pools.values())
        free.sort(key=lambda other: (other != alias, other in assumed))
        return [*free, None]

    def _exchange(self, pool: str, alias: str) -> None:
        """Let a pool stand for another recorded one than its token request made it seem."""
        before = self._pools.get(pool)
        for other, assumed in self._pools.items():
            if other != pool and assumed == alias:
                if before is None:
                    del self._pools[other]
                else:
                    self._pools[other] = before
                break
        self._pools[pool] = alias

    def _next_of(self, alias: str | None, call: Call) -> Interaction | None:
        """Return the first unplayed interaction; one with the same document is preferred."""
        key = alias, call.key
        recorded = self._by_key.get(key)
        if not recorded:
            return None
        at = self._next[key]
        while at < len(recorded) and recorded[at].is_played:
            at += 1
        self._next[key] = at
        if at == len(recorded):
            return recorded[-1] if self._repeats else None
        unplayed = (one for one in recorded[at:] if not one.is_played)
        return next((one for one in unplayed if one.call.document == call.document), recorded[at])
