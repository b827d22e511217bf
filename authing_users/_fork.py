"""What must not be carried over into a forked process."""

import os
from typing import Protocol
from weakref import WeakSet


class HoldsLock(Protocol):
    """Something with a lock that another thread may hold while the process forks."""

    def reset_lock(self) -> None:
        """Start with a free lock."""
        ...


_holders: "WeakSet[HoldsLock]" = WeakSet()


def on_fork(holder: HoldsLock) -> None:
    """Have the lock of ``holder`` freed in every process that is forked from this one."""
    _holders.add(holder)


def _reset_locks() -> None:
    for holder in list(_holders):
        holder.reset_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_locks)
