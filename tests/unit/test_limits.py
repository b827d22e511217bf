"""How many requests a client sends a second, and how many at once."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest
from hypothesis import given, strategies as st

from authing_users._policy.limits import ConcurrencyLimiter, RateLimiter

# What rounding may add to a time.
BIT = 1e-6


@given(
    per_second=st.floats(0.5, 50),
    gaps=st.lists(st.floats(0, 2) | st.just(0.0), max_size=80),
    start=st.floats(0, 1e6),
)
def test_in_no_second_are_there_more_requests_than_allowed(
    per_second: float, gaps: list[float], start: float
) -> None:
    pace, now, sent = RateLimiter(per_second), start, list[float]()
    for gap in gaps:
        now += gap
        pause = pace.reserve(now)
        assert pause is not None
        assert pause >= 0
        sent.append(now + pause)
    assert sent == sorted(sent)
    for first in sent:
        within = [sent_at for sent_at in sent if first <= sent_at < first + 1 - BIT]
        assert len(within) <= -(-per_second // 1)


@given(per_second=st.floats(0.1, 1000), count=st.integers(1, 50))
def test_nobody_waits_longer_than_the_pace_demands(per_second: float, count: int) -> None:
    pace = RateLimiter(per_second)
    pauses = [pace.reserve(100.0) for _ in range(count)]
    assert pauses == pytest.approx([turn / per_second for turn in range(count)])
    assert pace.reserve(100.0 + count / per_second + BIT) == 0


def test_who_cannot_wait_that_long_takes_nobody_s_place() -> None:
    pace = RateLimiter(2)
    assert pace.reserve(0.0, latest=0.1) == 0
    assert pace.reserve(0.0, latest=0.5) is None
    assert pace.reserve(0.0, latest=0.6) == 0.5
    assert pace.reserve(0.0) == 1.0


def test_without_a_pace_nobody_waits() -> None:
    pace = RateLimiter(None)
    assert [pace.reserve(now, latest=0.0) for now in (0.0, 0.0, 1.0)] == [0.0] * 3


def test_threads_share_one_pace() -> None:
    pace = RateLimiter(1000)
    with ThreadPoolExecutor(8) as pool:
        pauses = list(pool.map(pace.reserve, [0.0] * 4000))
    assert sorted(pause for pause in pauses if pause is not None) == pytest.approx(
        [turn / 1000 for turn in range(4000)]
    )


class Holders:
    """Callers of slots: who holds one, and who waits."""

    def __init__(self, number: int) -> None:
        self.slots = ConcurrencyLimiter(number)
        self.holding = 0
        self.waiting: list[Future[None]] = []

    def acquire(self) -> None:
        turn = self.slots.acquire()
        if turn is None:
            self.holding += 1
        else:
            self.waiting.append(turn)

    def release(self) -> None:
        if self.holding:
            first = next((turn for turn in self.waiting if not turn.done()), None)
            self.slots.release()
            self.holding -= 1
            # First come first served: nobody else's turn has come.
            assert [turn for turn in self.waiting if turn.done()] == ([first] if first else [])

    def cancel(self, which: int) -> None:
        if self.waiting:
            self.slots.cancel(self.waiting.pop(which % len(self.waiting)))

    def use_turns(self) -> None:
        """Let those whose turn has come hold their slots."""
        come = [turn for turn in self.waiting if turn.done()]
        self.waiting = [turn for turn in self.waiting if not turn.done()]
        self.holding += len(come)

    @property
    def taken(self) -> int:
        return self.holding + sum(turn.done() for turn in self.waiting)


STEPS = st.lists(
    st.just("acquire") | st.just("release") | st.just("late") | st.integers(0, 9), max_size=80
)


@given(number=st.integers(1, 4), steps=STEPS)
def test_slots_are_never_more_and_finally_all_free(number: int, steps: list[str | int]) -> None:
    holders = Holders(number)
    for step in steps:
        if step == "acquire":
            holders.acquire()
        elif step == "release":
            holders.release()
            holders.use_turns()
        elif step == "late" and holders.holding and holders.waiting:
            # Somebody's turn comes just as they stop waiting.
            holders.release()
            holders.cancel(0)
            holders.use_turns()
        elif isinstance(step, int):
            holders.cancel(step)
        # Nobody waits while there is a free slot.
        assert holders.taken <= number
        assert holders.taken == number or not holders.waiting
    while holders.taken or holders.waiting:
        holders.use_turns()
        holders.release()
    assert [holders.slots.acquire() for _ in range(number)] == [None] * number
    assert holders.slots.acquire() is not None


def test_without_a_number_there_is_always_a_slot() -> None:
    slots = ConcurrencyLimiter(None)
    assert [slots.acquire() for _ in range(1000)] == [None] * 1000
    slots.release()


def test_after_a_fork_all_slots_are_free_and_nobody_waits() -> None:
    slots = ConcurrencyLimiter(1)
    slots.acquire()
    turn = slots.acquire()
    slots.after_fork()
    assert slots.acquire() is None
    slots.release()
    assert turn is not None
    assert not turn.done()


def test_threads_that_take_free_and_give_up_lose_no_slot() -> None:
    number, threads, rounds = 3, 8, 300
    slots, lock = ConcurrencyLimiter(number), threading.Lock()
    held = most = used = 0

    def hammer(seed: int) -> None:
        nonlocal held, most, used
        for turn_number in range(rounds):
            turn = slots.acquire()
            if turn is not None:
                # Some wait for no time at all, and so give up while others free their slots.
                timeout = 0 if (seed + turn_number) % 3 == 0 else 30
                if not wait([turn], timeout).done:
                    slots.cancel(turn)
                    continue
            with lock:
                held += 1
                most = max(most, held)
                used += 1
            time.sleep(0)
            with lock:
                held -= 1
            slots.release()

    workers = [threading.Thread(target=hammer, args=(seed,)) for seed in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert not worker.is_alive()
    assert most <= number
    assert used > rounds
    assert [slots.acquire() for _ in range(number)] == [None] * number
    assert slots.acquire() is not None


def test_a_slot_may_come_back_from_within_the_taking_of_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As when the collector ends an abandoned task at just that moment.
    slots = ConcurrencyLimiter(1)
    assert slots.acquire() is None

    class Collecting(Future[None]):
        def __init__(self) -> None:
            super().__init__()
            slots.release()

    monkeypatch.setattr("authing_users._policy.limits.Future", Collecting)
    taken: list[object] = []
    thread = threading.Thread(target=lambda: taken.append(slots.acquire()), daemon=True)
    thread.start()
    thread.join(10)
    assert taken == [None]


def test_a_slot_may_come_back_while_the_same_thread_is_at_the_slots() -> None:
    slots = ConcurrencyLimiter(1)
    assert slots.acquire() is None

    def free_within() -> None:
        with slots._lock:
            slots.release()

    thread = threading.Thread(target=free_within, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert slots.acquire() is None
