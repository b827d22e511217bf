"""Cases of ``users import``, ``export``, ``diff`` and ``sync``."""

from scripts.terminal import Reply

from ..support.cases import Case
from ..support.pool import server_error

YES = [Reply("[y/N]: ", "y\n")]
SECONDS = {r"\d+\.\d s\b": "0.1 s", r'"seconds": \d+\.\d+': '"seconds": 0.1'}
ONE_BY_ONE = "--concurrency 1"
STAFF = """\
username,email,nickname,custom.department,custom.age,groups
ada,ada@example.com,Ada King,Research,37,staff
zoe,zoe@example.com,Zoe,Sales,28,staff;guests
"""
NEW = """\
{"username": "zoe", "city": "Paris"}
{"username": "max", "city": "Berlin"}
"""
# With a city, because the response to a batch, which plain users may be part of, has no codes.
MISTAKES = """\
username,email,birthdate,city
zoe,zoe@example.com,1995-12-01,Berlin
max,max@example.com,1995-13-01,Berlin
ada,ada.king@example.com,1815-12-10,London
"""
REPORTS = ["results.csv", "failed.csv"]

CASES = [
    Case("users import", f"new.jsonl {ONE_BY_ONE}", files={"new.jsonl": NEW}, varying=SECONDS),
    Case("users import", "--help", title="help"),
    Case(
        "users import",
        f"staff.csv {ONE_BY_ONE} --results results.csv --failed failed.csv",
        title="mistakes",
        files={"staff.csv": MISTAKES},
        shows=REPORTS,
        # Only the response to a request for a single user has a code. Whether the last row shares
        # a request with the first one depends on the time.
        varying={**SECONDS, "failed,2034,": "failed,,"},
    ),
    Case(
        "users import",
        f"staff.csv {ONE_BY_ONE} --key username --on-conflict update",
        title="update",
        files={"staff.csv": STAFF},
        replies=YES,
        varying=SECONDS,
    ),
    Case(
        "users import",
        "staff.csv --key username --on-conflict update --dry-run -v",
        title="dry run",
        files={"staff.csv": STAFF},
    ),
    Case(
        "users import",
        f"new.jsonl {ONE_BY_ONE} --key username --max-failures 0",
        title="stopped",
        files={"new.jsonl": NEW},
        prepare=server_error("createUser"),
        varying=SECONDS,
    ),
    Case(
        "users import",
        "staff.csv",
        title="unknown column",
        files={"staff.csv": "username,Work e-mail\nzoe,zoe@example.com\n"},
    ),
    Case(
        "users import",
        f"staff.csv {ONE_BY_ONE} --map 'Work e-mail=email'",
        title="mapped column",
        files={"staff.csv": "username,Work e-mail\nzoe,zoe@example.com\n"},
        varying=SECONDS,
    ),
    Case("users import", "missing.csv", title="no file"),
    Case(
        "users import",
        "staff.csv --map nickname=nick",
        title="unknown field",
        files={"staff.csv": STAFF},
    ),
    Case(
        "users import",
        f"staff.csv {ONE_BY_ONE} --on-conflict skip",
        title="unknown group",
        files={"staff.csv": "username,groups\nada,staff\nzoe,staf\n"},
        varying=SECONDS,
    ),
    Case("users export", "--help", title="help"),
    Case("users diff", "--help", title="help"),
    Case("users sync", "--help", title="help"),
    Case("users export"),
    Case(
        "users export",
        "users.csv --fields username,email,custom.age,groups",
        title="csv",
        shows=["users.csv"],
    ),
    Case("users export", "users.txt", title="unknown suffix"),
    Case(
        "users export",
        "users.jsonl",
        title="server error",
        prepare=server_error("users"),
        shows=["users.jsonl"],
    ),
    Case("users diff", "staff.csv --key username", files={"staff.csv": STAFF}),
    Case("users diff", "staff.csv", title="no key", files={"staff.csv": STAFF}),
    Case(
        "users sync",
        f"staff.csv --key username --delete-missing suspend --max-deletes 2 {ONE_BY_ONE}",
        files={"staff.csv": STAFF},
        replies=YES,
        varying=SECONDS,
    ),
    Case(
        "users sync",
        f"staff.csv --key username {ONE_BY_ONE} --yes",
        title="yes",
        files={"staff.csv": STAFF},
        varying=SECONDS,
    ),
    Case(
        "users sync",
        "staff.csv --key username --delete-missing delete --max-deletes 1 --yes",
        title="too many",
        files={"staff.csv": STAFF},
    ),
    Case(
        "users sync",
        "staff.csv --key username --delete-missing suspend --max-deletes 50% --dry-run -v",
        title="dry run",
        files={"staff.csv": STAFF},
    ),
]
