"""Cases of ``login``, ``profiles``, ``doctor``, ``token``, ``api`` and ``completion``."""

from scripts.terminal import Reply

from ..support.cases import Case
from ..support.pool import wrong_secret

POOL = "5f0e3a7c9b1d2e4f6a8c0b5d"
SECRET = "emulator-development-secret"
YES = [Reply("[y/N]: ", "y\n")]
NO_ENVIRONMENT = {
    "AUTHING_EMULATOR_HOST": None,
    "AUTHING_USERPOOL_ID": None,
    "AUTHING_USERPOOL_SECRET": None,
}
FILE = "config/profiles.toml"
PROFILES = {
    FILE: f"""default = "live"

[profiles.live]
user_pool_id = "{POOL}"
host = "https://core.authing.cn"
secret = "environment"

[profiles.staging]
user_pool_id = "0123456789abcdef01234567"
host = "https://staging.example.com"
secret = "environment"
"""
}
LOGIN = [
    Reply("Host [https://core.authing.cn]: ", "{emulator}\n"),
    Reply("User pool ID: ", f"{POOL}\n"),
    Reply("Secret (not shown): ", f"{SECRET}\n"),
]
WRONG_LOGIN = [*LOGIN[:2], Reply("Secret (not shown): ", "wrong\n")]
VERSIONS = {r"authing-users VERSION, Python.*(?:\n(?! *(?:ok|warning|failure|skipped) ).*)?": "…"}
TOKEN = {r"eyJ[\w.-]+": "TOKEN"}

CASES = [
    Case("login", "--help", title="help"),
    Case("login", environment=NO_ENVIRONMENT, replies=LOGIN, shows=[FILE]),
    Case("login", title="wrong", environment=NO_ENVIRONMENT, replies=WRONG_LOGIN, shows=[FILE]),
    Case(
        "login",
        f"--profile staging --host {{emulator}} --user-pool-id {POOL} --secret-stdin",
        title="stdin",
        stdin=f"{SECRET}\n",
        shows=[FILE],
        environment=NO_ENVIRONMENT,
        modes=["pipe"],
    ),
    Case("profiles", "--help", title="help"),
    Case("profiles list", environment=NO_ENVIRONMENT, files=PROFILES),
    Case("profiles list", title="none", environment=NO_ENVIRONMENT),
    Case("profiles show", "live", environment=NO_ENVIRONMENT, files=PROFILES),
    Case("profiles show", "stagin", title="unknown", environment=NO_ENVIRONMENT, files=PROFILES),
    Case("profiles use", "staging", environment=NO_ENVIRONMENT, files=PROFILES, shows=[FILE]),
    Case(
        "profiles remove",
        "staging",
        environment=NO_ENVIRONMENT,
        files=PROFILES,
        shows=[FILE],
        replies=YES,
    ),
    Case(
        "profiles remove",
        "staging --yes",
        title="yes",
        environment=NO_ENVIRONMENT,
        files=PROFILES,
        shows=[FILE],
    ),
    Case("users list", "--profile nowhere", title="unknown profile", files=PROFILES),
    Case("doctor", "--table", varying=VERSIONS, width=160),
    Case(
        "doctor",
        "--table --no-schema",
        title="wrong",
        varying=VERSIONS,
        width=160,
        environment=wrong_secret(),
    ),
    Case("token refresh"),
    Case("token refresh", "--print-token", title="print", varying=TOKEN, modes=["pipe"]),
    Case("token check"),
    Case("token check", title="wrong", environment=wrong_secret()),
    Case("token check", "--stdin", title="stdin", stdin="nonsense\n", modes=["pipe"]),
    Case("api", "'query Q { users(page: 1, limit: 1) { totalCount } }'"),
    Case("api", "'query Q { user(id: \"{ada}\") { username email } }' --jq user.email", title="jq"),
    Case("api", "'query Q { user { nonsense } }'", title="wrong document"),
    Case("api", "/api/v2/userpools/detail --jq data.name", title="path"),
    Case("completion", "bash"),
]
