"""The requests of a failed test, for its report."""

from datetime import UTC, datetime

from .control import EmulatorControl

MOST_CALLS = 50


def requests_report(emulator: EmulatorControl) -> str:
    """Describe the last requests that an emulator received, one in a line."""
    try:
        calls = emulator.calls()
    except Exception as error:  # such as that of a process that a test ended
        return f"unknown: the emulator does not respond ({error})"
    if not calls:
        return "none"
    lines = [f"{_time(call.time)} {call}" for call in calls[-MOST_CALLS:]]
    omitted = len(calls) - len(lines)
    return "\n".join([f"… {omitted} earlier requests", *lines] if omitted else lines)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S.%f")[:-3]
