"""While a cassette is open, clients report the secrets that they send."""

import threading

from authing_users._runtime.secret import (
    MAX_WATCHED,
    SECRET_WATCH,
    Secret,
    WatchedSecrets,
    watch_secrets,
)

from ..support.client_kinds import ClientKind, close, run
from ..support.emulator_pool import EmulatorPool


def revealed(watched: WatchedSecrets) -> list[str]:
    return [secret.reveal() for secret in watched]


def test_nobody_watches_by_default() -> None:
    assert number_of_watchers() == 0
    with watch_secrets() as outer, watch_secrets() as inner:
        assert SECRET_WATCH.watchers == (outer, inner)
    assert number_of_watchers() == 0


def number_of_watchers() -> int:
    return len(SECRET_WATCH.watchers)


def test_the_least_recently_used_secrets_give_way() -> None:
    with watch_secrets() as watched:
        watched.add([Secret("pool")])
        for number in range(2 * MAX_WATCHED):
            watched.add([Secret("pool"), Secret(f"password {number}")])
        assert len(watched) == MAX_WATCHED
        assert revealed(watched)[-2:] == ["pool", f"password {2 * MAX_WATCHED - 1}"]


def test_watchers_of_several_threads_do_not_end_each_other() -> None:
    barrier = threading.Barrier(4, timeout=10)
    seen: list[int] = []

    def watch() -> None:
        with watch_secrets():
            barrier.wait()
            seen.append(len(SECRET_WATCH.watchers))
            barrier.wait()

    threads = [threading.Thread(target=watch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [4] * 4
    assert number_of_watchers() == 0


async def test_a_client_reports_what_it_uses_before_it_sends_it(
    emulator_pool: EmulatorPool, client_kind: ClientKind
) -> None:
    client = emulator_pool.client(client_kind)
    with watch_secrets() as watched:
        user = await run(client.users.create({"username": "bob", "password": "canary-password"}))
        known = revealed(watched)
        assert emulator_pool.emulator.secret in known
        assert "canary-password" in known
        assert sum(value.startswith("eyJ") for value in known) == 1, "the management token"
        assert any(len(value) == 172 and value.endswith("=") for value in known), "the ciphertext"
    with watch_secrets() as watched:
        await run(client.users.detail(user.id))
    assert emulator_pool.emulator.secret in revealed(watched)
    assert sum(value.startswith("eyJ") for value in revealed(watched)) == 1
    with watch_secrets() as watched:
        pass
    await run(client.users.detail(user.id))
    assert len(watched) == 0
    await close(client)
