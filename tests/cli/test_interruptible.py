"""The HTTP client of the command line, which Ctrl+C interrupts."""

import signal
import threading

import pytest

from authing_users import ManagementClient, fast
from authing_users.cli._interruptible import InterruptibleClient

from ..support.emulator_pool import EmulatorPool
from ..support.raw_server import Gate, client_of, serving


def client_over(pool: EmulatorPool, http_client: InterruptibleClient) -> ManagementClient:
    return ManagementClient(
        user_pool_id=pool.emulator.user_pool_id,
        secret=pool.emulator.secret,
        host=pool.host,
        http_client=http_client,
    )


def test_calls_of_the_main_thread_and_of_others_succeed(emulator_pool: EmulatorPool) -> None:
    emulator_pool.seed_users(250)  # more than a small body
    with InterruptibleClient(fast.Client()) as http, client_over(emulator_pool, http) as client:
        here = [user.id for user in client.users.iter_list()]
        there: list[str] = []
        thread = threading.Thread(
            target=lambda: there.extend(user.id for user in client.users.iter_list())
        )
        thread.start()
        thread.join()
    assert len(set(here)) == 250
    assert there == here


def test_errors_reach_the_main_thread(emulator_pool: EmulatorPool) -> None:
    with InterruptibleClient(fast.Client()) as http, pytest.raises(fast.ConnectError):
        http.send(http.build_request("GET", "http://127.0.0.1:1/"))


def test_ctrl_c_ends_the_wait_for_a_response() -> None:
    gate = Gate()
    with serving(gate) as server, InterruptibleClient(fast.Client()) as http:
        client = client_of(server, "sync", http_client=http)

        def interrupt() -> None:
            server.wait_until(lambda server: bool(server.requests))
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            client.users.list()
        thread.join()
        gate.open()
