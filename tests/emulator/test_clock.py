"""The clock that tests can stop and move."""

from datetime import UTC, datetime, timedelta

import pytest

from authing_users.emulator import create_app
from authing_users.emulator.clock import LATEST, Clock, ClockError
from authing_users.emulator.store.userpool import TOKEN_LIFETIME

from . import rest
from .api import LIST, START_TIME, Api

REFRESH = "mutation($id: String) { refreshToken(id: $id) { token iat exp } }"
STATUS = "query($t: String) { checkLoginStatus(token: $t) { status exp } }"


def test_set_stops_the_clock_and_reset_lets_it_run() -> None:
    source = [100.0]
    clock = Clock(lambda: source[0])
    clock.set(datetime(2030, 1, 31, 12, tzinfo=UTC))
    source[0] = 110.0
    assert (clock.now(), clock.is_stopped) == (1_896_091_200.0, True)
    clock.advance(timedelta(minutes=1))
    assert clock() == 1_896_091_260.0
    clock.set(5)
    assert clock() == 5.0
    clock.reset()
    assert (clock(), clock.is_stopped) == (110.0, False)


def test_a_running_clock_runs_on_after_an_advance() -> None:
    source = [100.0]
    clock = Clock(lambda: source[0])
    clock.advance(0.5)
    clock.advance(timedelta(seconds=10))
    source[0] += 1
    assert clock() == 111.5
    clock.reset()
    assert clock() == 101.0


NAIVE = datetime(2030, 1, 1)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("method", "value", "reason"),
    [
        ("set", -1, "1970 to 2037"),
        ("set", LATEST + 1, "1970 to 2037"),
        ("set", float("nan"), "1970 to 2037"),
        ("set", NAIVE, "time zone"),
        ("advance", -1, "set()"),
        ("advance", float("nan"), "set()"),
        ("advance", LATEST, "1970 to 2037"),
    ],
)
def test_invalid_times_are_rejected(method: str, value: float | datetime, reason: str) -> None:
    clock = Clock(lambda: 100.0)
    with pytest.raises(ClockError) as error:
        getattr(clock, method)(value)
    assert reason in str(error.value)
    assert clock() == 100.0


async def test_management_tokens_expire(api: Api) -> None:
    api.app.control.clock.advance(TOKEN_LIFETIME - 1)
    await api.usernames()
    api.app.control.clock.advance(2)
    assert await api.error_code(LIST) == 2206
    await api.log_in()
    await api.usernames()


async def test_tokens_of_users_and_sessions_expire(api: Api) -> None:
    user = await api.create(username="a")
    token = await api.execute(REFRESH, id=user["id"])
    api.app.control.clock.advance(timedelta(days=14))
    assert (await api.execute(STATUS, t=token["token"]))["status"] is True
    api.app.control.clock.advance(timedelta(days=1, seconds=1))
    await api.log_in()
    assert (await api.execute(STATUS, t=token["token"]))["status"] is False
    status = await rest.get(api, "/api/v2/users/login-status", userId=user["id"])
    assert status["isLogin"] is False


async def test_objects_and_the_action_log_have_the_time_of_the_clock(api: Api) -> None:
    api.app.control.clock.set(datetime(2030, 1, 31, 12, tzinfo=UTC))
    await api.log_in()
    user = await api.create(username="a", email="a@example.com")
    assert user["createdAt"] == "2030-01-31T20:00:00+08:00"
    assert user["id"].startswith(f"{1_896_091_200:08x}")
    action = (await rest.get(api, "/api/v2/analysis/user-action"))["list"][0]
    assert action["timestamp"] == "2030-01-31T12:00:00.000Z"
    mutation = 'mutation { sendEmail(email: "a@example.com", scene: VERIFY_EMAIL) { code } }'
    await api.execute(mutation)
    assert api.app.control.outbox[0].sent_at == "2030-01-31T20:00:00+08:00"
    assert api.app.control.outbox[0].email == "a@example.com"


async def test_the_latest_time_and_the_longest_lifetime_of_tokens_work_together() -> None:
    app = create_app(token_lifetime=10 * 365 * 86_400)
    app.control.clock.set(LATEST)
    token = app._emulator.issue_token()
    assert token.expires_at == 2**31 - 1
    app._emulator.check_token(token.token)
    app.close()


async def test_reset_resets_everything_but_the_snapshots(api: Api) -> None:
    control = api.app.control
    await api.create(username="a")
    await api.error_code("mutation { resetPassword { code } }")
    control.snapshot("one")
    control.clock.set(0)
    control.fail("createUser", code=500)
    control.reset()
    assert (control.faults, control.calls(), control.unserved) == ((), (), ())
    assert (control.snapshots, control.clock.now()) == (("one",), START_TIME)
    assert await api.usernames() == []
    control.restore("one")
    assert await api.usernames() == ["a"]
