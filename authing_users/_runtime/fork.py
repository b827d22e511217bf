"""What must not be carried over into a forked process."""

import os
from typing import Protocol
from weakref import WeakSet


class SupportsAfterFork(Protocol):
    """Something with a lock that another thread may hold, or connections, as the process forks."""

    def after_fork(self) -> None:
        """Start afresh, in the child."""
        ...


_known: "WeakSet[SupportsAfterFork]" = WeakSet()


def register_after_fork(holder: SupportsAfterFork) -> None:
    """Have ``holder`` start afresh in every process that is forked from this one."""
    _known.add(holder)


def _after_fork() -> None:
    for holder in list(_known):
        holder.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
