"""Limits of the requests per second, and of the requests in flight."""

import threading
import time
from concurrent.futures import Future, wait

import pytest
from hypothesis import given, strategies as st

from authing_users._policy.limits import ConcurrencyLimiter, RateLimiter, Turn


def alive() -> bool:
    return True


def new_turn() -> Turn:
    return Turn(alive)


ROUNDING_ERROR = 1e-6  # seconds


def send(limiter: RateLimiter, now: float) -> float:
    """Send a request as soon as the rate allows it, and return when that is."""
    sent_at = now + limiter.pause(now)
    limiter.count(sent_at)
    return sent_at


@given(
    per_second=st.floats(0.5, 50),
    gaps=st.lists(st.floats(0, 2) | st.just(0.0), max_size=80),
    start=st.floats(0, 1e6),
)
def test_no_second_has_more_requests_than_allowed(
    per_second: float, gaps: list[float], start: float
) -> None:
    limiter, now, sent = RateLimiter(per_second), start, list[float]()
    for gap in gaps:
        now += gap
        sent.append(send(limiter, now))
        assert sent[-1] >= now
    assert sent == sorted(sent)
    for first in sent:
        within = [sent_at for sent_at in sent if first <= sent_at < first + 1 - ROUNDING_ERROR]
        assert len(within) <= -(-per_second // 1)


@given(per_second=st.floats(0.1, 1000), count=st.integers(1, 50))
def test_no_request_waits_longer_than_the_rate_requires(per_second: float, count: int) -> None:
    limiter = RateLimiter(per_second)
    sent = [send(limiter, 100.0) for _ in range(count)]
    assert sent == pytest.approx([100.0 + position / per_second for position in range(count)])
    assert limiter.pause(100.0 + count / per_second + ROUNDING_ERROR) == 0


def test_the_earliest_time_counts_all_callers_in_the_line() -> None:
    limiter, first, second = RateLimiter(2), new_turn(), new_turn()
    assert limiter.earliest(10.0) == 10.0
    assert limiter.line.acquire(first) is None
    assert limiter.earliest(10.0) == 10.5
    waiting = limiter.line.acquire(second)
    assert waiting is not None
    assert limiter.earliest(10.0) == 11.0
    limiter.line.cancel(second, waiting)
    assert limiter.earliest(10.0) == 10.5
    send(limiter, 10.0)
    limiter.line.release(first)
    assert limiter.earliest(10.0) == 10.5


def test_without_a_rate_no_request_waits() -> None:
    limiter = RateLimiter(None)
    assert not limiter.is_limited
    assert [limiter.earliest(0.0) for _ in range(3) if send(limiter, 0.0) == 0.0] == [0.0] * 3


class SlotCallers:
    """Callers that hold a slot or wait for one."""

    def __init__(self, number: int) -> None:
        self.slots = ConcurrencyLimiter(number)
        self.holding: list[Turn] = []
        self.waiting: list[tuple[Turn, Future[None]]] = []

    def acquire(self) -> None:
        self._acquire(new_turn())

    def acquire_again(self) -> None:
        """Let a caller give back its slot, and wait again."""
        if self.holding:
            turn = self.holding.pop()
            self.slots.release(turn)
            self.take_slots()
            self._acquire(turn)

    def _acquire(self, turn: Turn) -> None:
        slot = self.slots.acquire(turn)
        if slot is None:
            self.holding.append(turn)
        else:
            self.waiting.append((turn, slot))
            # A caller that has had a slot before waits in front of those that came later.
            self.waiting.sort(key=lambda waiting: waiting[0].number)

    def release(self) -> None:
        if self.holding:
            first = next((slot for _, slot in self.waiting if not slot.done()), None)
            self.slots.release(self.holding.pop())
            # First come, first served: no other waiting caller got a slot.
            assert [slot for _, slot in self.waiting if slot.done()] == ([first] if first else [])

    def cancel(self, which: int) -> None:
        if self.waiting:
            self.slots.cancel(*self.waiting.pop(which % len(self.waiting)))

    def take_slots(self) -> None:
        """Give the free slots to the callers that they are reserved for."""
        self.holding += [turn for turn, slot in self.waiting if slot.done()]
        self.waiting = [waiting for waiting in self.waiting if not waiting[1].done()]

    @property
    def taken(self) -> int:
        return len(self.holding) + sum(slot.done() for _, slot in self.waiting)


STEPS = st.lists(
    st.sampled_from(["acquire", "acquire again", "release", "late"]) | st.integers(0, 9),
    max_size=80,
)


@given(number=st.integers(1, 4), steps=STEPS)
def test_slots_never_exceed_the_limit_and_are_all_returned(
    number: int, steps: list[str | int]
) -> None:
    callers = SlotCallers(number)
    for step in steps:
        if step == "acquire":
            callers.acquire()
        elif step == "acquire again":
            callers.acquire_again()
        elif step == "release":
            callers.release()
            callers.take_slots()
        elif step == "late" and callers.holding and callers.waiting:
            # A caller gets a slot just as it stops waiting.
            callers.release()
            callers.cancel(0)
            callers.take_slots()
        elif isinstance(step, int):
            callers.cancel(step)
        # No caller waits while a slot is free.
        assert callers.taken <= number
        assert callers.taken == number or not callers.waiting
        assert callers.slots.ahead() == len(callers.holding) + len(callers.waiting)
    while callers.taken or callers.waiting:
        callers.take_slots()
        callers.release()
    assert_all_free(callers.slots, number)


def assert_all_free(slots: ConcurrencyLimiter, number: int) -> None:
    """Check that all slots are free, and no more than that."""
    assert slots.ahead() == 0
    assert [slots.acquire(new_turn()) for _ in range(number)] == [None] * number
    assert slots.acquire(new_turn()) is not None


def test_without_a_limit_a_slot_is_always_free() -> None:
    slots = ConcurrencyLimiter(None)
    turns = [new_turn() for _ in range(1000)]
    assert [slots.acquire(turn) for turn in turns] == [None] * 1000
    slots.release(turns[0])


def test_a_slot_is_returned_once() -> None:
    slots, turn = ConcurrencyLimiter(2), new_turn()
    assert slots.acquire(turn) is None
    assert slots.acquire(new_turn()) is None
    slots.release(turn)
    slots.release(turn)
    assert slots.ahead() == 1


def test_after_a_fork_all_slots_are_free_and_no_caller_waits() -> None:
    slots, parent, child = ConcurrencyLimiter(1), new_turn(), new_turn()
    assert slots.acquire(parent) is None
    slot = slots.acquire(new_turn())
    slots.after_fork()
    assert slots.acquire(child) is None
    slots.release(parent)
    assert slots.holds(child)
    slots.release(child)
    assert slot is not None
    assert not slot.done()


def test_callers_that_cannot_continue_are_not_counted() -> None:
    slots, is_running = ConcurrencyLimiter(1), True
    assert slots.acquire(Turn(lambda: is_running)) is None
    waiting = [slots.acquire(Turn(lambda: is_running)) for _ in range(3)]
    assert slots.ahead() == 4
    is_running = False
    assert slots.ahead() == 0
    assert not any(slot is not None and slot.done() for slot in waiting)


def test_slots_of_calls_that_cannot_continue_are_taken_back() -> None:
    slots, is_running = ConcurrencyLimiter(1), True
    stopped, also_stopped, waiting = Turn(lambda: is_running), Turn(lambda: is_running), new_turn()
    assert slots.acquire(stopped) is None
    first, second = slots.acquire(also_stopped), slots.acquire(waiting)
    assert first is not None
    assert second is not None
    slots.reclaim()
    assert slots.holds(stopped)
    is_running = False
    slots.reclaim()
    assert slots.holds(waiting)
    assert second.done()
    assert not first.done()
    # Both continue later.
    is_running = True
    slots.release(stopped)
    assert slots.holds(waiting)
    slots.release(waiting)
    assert first.done()
    slots.release(also_stopped)
    assert_all_free(slots, 1)


def test_threads_that_acquire_release_and_cancel_lose_no_slot() -> None:
    number, threads, rounds = 3, 8, 300
    slots, lock = ConcurrencyLimiter(number), threading.Lock()
    held = max_held = acquired = 0

    def acquire_and_release(seed: int) -> None:
        nonlocal held, max_held, acquired
        for round_number in range(rounds):
            turn = new_turn()
            slot = slots.acquire(turn)
            if slot is not None:
                # Some do not wait at all, so they cancel while others release their slots.
                timeout = 0 if (seed + round_number) % 3 == 0 else 30
                if not wait([slot], timeout).done:
                    slots.cancel(turn, slot)
                    continue
            with lock:
                held += 1
                max_held = max(max_held, held)
                acquired += 1
            time.sleep(0)
            with lock:
                held -= 1
            slots.release(turn)

    workers = [
        threading.Thread(target=acquire_and_release, args=(seed,)) for seed in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert not worker.is_alive()
    assert max_held <= number
    assert acquired > rounds
    assert_all_free(slots, number)


def test_a_slot_can_be_released_while_another_is_acquired(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The garbage collector can end a cancelled task at that moment.
    slots, holder = ConcurrencyLimiter(1), new_turn()
    assert slots.acquire(holder) is None

    class ReleasingFuture(Future[None]):
        def __init__(self) -> None:
            super().__init__()
            slots.release(holder)

    monkeypatch.setattr("authing_users._policy.limits.Future", ReleasingFuture)
    taken: list[object] = []
    thread = threading.Thread(target=lambda: taken.append(slots.acquire(new_turn())), daemon=True)
    thread.start()
    thread.join(10)
    assert taken == [None]


def test_a_thread_that_holds_the_lock_can_release_a_slot() -> None:
    slots, holder = ConcurrencyLimiter(1), new_turn()
    assert slots.acquire(holder) is None

    def release() -> None:
        with slots._lock:
            slots.release(holder)

    thread = threading.Thread(target=release, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert_all_free(slots, 1)
