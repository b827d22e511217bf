"""IDs in the format of the service: 24 lower-case hexadecimal digits."""

import itertools
import secrets


class ObjectIdGenerator:
    """Generates IDs that begin with the time of creation.

    Five random bytes distinguish processes, and a counter distinguishes the IDs of one second.
    """

    def __init__(self) -> None:
        self._run = secrets.token_hex(5)
        self._counter = itertools.count()  # next() is atomic, so it needs no lock

    def new_id(self, now: float) -> str:
        """Return an ID for an object created at ``now``, in Unix seconds."""
        return f"{int(now) & 0xFFFFFFFF:08x}{self._run}{next(self._counter) & 0xFFFFFF:06x}"
