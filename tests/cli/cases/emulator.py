"""Cases of ``emulator``."""

from scripts.terminal import Reply

from ..support.cases import Case

CTRL_C = [Reply("emulator-development-secret\n", "\x03")]
YES = [Reply("[y/N]: ", "y\n")]
PORT = {r"(?<=127\.0\.0\.1:)\d+": "PORT"}
SEED = "users:\n  - {username: zoe}\nroles: [reader]\n"

CASES = [
    Case("emulator", "--help", title="help"),
    Case("emulator", "--port 0", replies=CTRL_C, modes=["terminal"], varying=PORT),
    Case("emulator", "--port 0 --host 0.0.0.0", title="remote", modes=["pipe"]),
    Case("emulator serve", "--port 0", replies=CTRL_C, modes=["terminal"], varying=PORT),
    Case("emulator serve", "--port 0 --host 0.0.0.0", title="remote", modes=["pipe"]),
    Case("emulator seed", "seed.yaml", files={"seed.yaml": SEED}),
    Case("emulator seed", "--users 20", title="generated"),
    Case("emulator seed", "seed.yaml", title="wrong", files={"seed.yaml": "users: [{nmae: x}]"}),
    Case("emulator seed", "seed.yaml", title="no file"),
    Case("emulator seed", title="nothing"),
    Case("emulator reset", replies=YES),
    Case("emulator reset", "--yes", title="yes"),
    Case("emulator reset", "--yes --emulator 127.0.0.1:1", title="not running"),
    Case("emulator", "--port 1 reset --yes", title="option of serve"),
    Case("emulator snapshot create", "before"),
    Case("emulator snapshot restore", "before", prepare=lambda it: it.snapshot("before")),
    Case("emulator snapshot restore", "missing-one", title="unknown"),
    Case("emulator snapshot list", prepare=lambda it: it.snapshot("before")),
    Case("emulator requests", "--limit 3"),
    Case("emulator requests", "--operation users --limit 1 --json", title="json"),
    Case("emulator requests", "--operation user5", title="unknown"),
]
