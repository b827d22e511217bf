"""Cases of ``users import``, ``export``, ``diff`` and ``sync``."""

from scripts.terminal import Reply

from ..support.cases import Case

YES = [Reply("[y/N]: ", "y\n")]
NO = [Reply("[y/N]: ", "n\n")]
SECONDS = {r'"seconds": [\d.]+': '"seconds": 0.0', r"in [\d.]+ s\.": "in 0.0 s."}
PORT = {r"127\.0\.0\.1:\d+": "127.0.0.1:PORT"}
NEW = {
    "new.csv": "externalId,username,E-mail,custom.age,groups\n"
    "E7,zoe,zoe@example.com,28,staff\n"
    "E8,max,max@example.com,,\n"
}
MIXED = {
    "mixed.csv": "externalId,username,birthdate,groups\n"
    "E7,zoe,1990-12-31,staff\n"
    "E1,ada,,\n"
    "E8,max,soon,\n"
    "E7,again,,\n"
    "E9,mia,,nobody\n"
}
HR = {
    "hr.csv": "externalId,username,nickname,groups\n"
    "E1,ada,Countess of Lovelace,staff;guests\n"
    "E3,zoe,Zoe,\n"
}
SYNC = "hr.csv --key externalId"

CASES = [
    Case("users import", "--help", title="help", height=80),
    Case("users import", "new.csv --map E-mail=email", files=NEW, varying=SECONDS),
    Case("users import", "new.csv --map E-mail=email --dry-run -v", title="dry run", files=NEW),
    Case(
        "users import",
        "mixed.csv --results results.csv --failed failed.csv",
        title="some fail",
        files=MIXED,
        shows=["results.csv", "failed.csv"],
        varying=SECONDS,
    ),
    Case("users import", "mixed.csv --dry-run", title="dry run with conflicts", files=MIXED),
    Case(
        "users import",
        "hr.csv --key externalId --on-conflict update",
        title="update",
        files=HR,
        replies=YES,
        varying=SECONDS | PORT,
        width=160,
    ),
    Case(
        "users import",
        "new.csv",
        title="unknown column",
        files={"new.csv": "username,Work e-mail\nzoe,zoe@example.com\n"},
    ),
    Case("users import", "nwe.csv", title="no file", files=NEW),
    Case("users import", "new.csv --map E-mail=mail", title="unknown field", files=NEW),
    Case("users export", "--help", title="help", height=60),
    Case("users export", "out.jsonl", shows=["out.jsonl"]),
    Case("users export", "--format csv --fields username,email,custom.age,groups", title="csv"),
    Case("users export", "out.xlsx", title="unknown suffix"),
    Case("users diff", "--help", title="help", height=60),
    Case("users diff", SYNC, files=HR),
    Case("users diff", "hr.csv", title="no key", files=HR),
    Case("users sync", "--help", title="help", height=80),
    Case("users sync", SYNC, files=HR, replies=YES, varying=SECONDS | PORT, width=160),
    Case(
        "users sync",
        SYNC,
        title="no",
        files=HR,
        replies=NO,
        modes=["terminal"],
        varying=PORT,
        width=160,
    ),
    Case("users sync", f"{SYNC} --yes", title="yes", files=HR, varying=SECONDS),
    Case("users sync", f"{SYNC} --dry-run -v", title="dry run", files=HR),
    Case("users sync", f"{SYNC} --delete-missing delete --yes", title="too many", files=HR),
    Case(
        "users sync",
        f"{SYNC} --delete-missing suspend --max-deletes 1 --dry-run -v",
        title="missing",
        files=HR,
    ),
]
