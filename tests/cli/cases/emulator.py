"""Cases of ``emulator``."""

from scripts.terminal import Reply

from ..support.cases import Case

CTRL_C = "\x03"
PORT = {r"(?<=127\.0\.0\.1:)\d+": "PORT"}

CASES = [
    Case(
        "emulator",
        "--port 0",
        replies=[Reply("AUTHING_USERPOOL_SECRET", CTRL_C)],
        modes=["terminal"],
        varying=PORT,
    ),
    Case("emulator", "--port 0 --host 0.0.0.0", title="remote", modes=["pipe"]),
]
