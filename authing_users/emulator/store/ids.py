"""Identifiers in the shape of the service's own: 24 lower-case hexadecimal digits."""

import itertools
import secrets


class ObjectIds:
    """Makes identifiers whose first eight digits are the time of creation.

    Five random bytes tell runs of the emulator apart, and a counter the ids of one second.
    """

    def __init__(self) -> None:
        self._run = secrets.token_hex(5)
        self._counter = itertools.count()  # next() of it is atomic, so no lock

    def new(self, now: float) -> str:
        """Make an id for something that is created ``now``, in Unix seconds."""
        return f"{int(now) & 0xFFFFFFFF:08x}{self._run}{next(self._counter) & 0xFFFFFF:06x}"
