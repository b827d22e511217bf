"""Resets locks and connections in forked processes."""

import os
from typing import Protocol
from weakref import WeakSet


class SupportsAfterFork(Protocol):
    """An object with a lock or connections, which a forked process must not reuse."""

    def after_fork(self) -> None:
        """Reset the object, in the child process."""
        ...


_registered: "WeakSet[SupportsAfterFork]" = WeakSet()


def register_after_fork(holder: SupportsAfterFork) -> None:
    """Call ``holder.after_fork()`` in every process that is forked from this one."""
    _registered.add(holder)


def _after_fork() -> None:
    for holder in list(_registered):
        holder.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
