"""Cases of ``groups``, ``roles``, ``policies``, ``udf`` and ``actions``."""

from scripts.terminal import Reply

from ..support.cases import Case
from ..support.pool import create_policy, with_client

YES = [Reply("[y/N]: ", "y\n")]
POLICY = with_client(create_policy)
STATEMENTS = '[{"resource": "books:*", "actions": ["books:write"], "effect": "ALLOW"}]'

GROUPS = [
    Case("groups", "--help", title="help"),
    Case("groups list"),
    Case("groups show", "staff"),
    Case("groups show", "staff stuff", title="some fail"),
    Case("groups show", "stuff", title="unknown"),
    Case("groups create", "visitors --name Visitors --description 'For a day'"),
    Case("groups create", "staff", title="conflict"),
    Case("groups update", "guests --name Visitors --new-code visitors"),
    Case("groups update", "guests", title="nothing"),
    Case("groups delete", "guests", replies=YES),
    Case("groups delete", "staff guests --yes", title="yes"),
    Case("groups delete", "guests stuff --yes", title="unknown"),
    Case("groups members list", "staff"),
    Case("groups members list", "stuff", title="unknown"),
    Case("groups members add", "guests --username ada --username eve"),
    Case("groups members add", "guests --username ada --username nobody", title="unknown"),
    Case("groups members remove", "staff {bob}", replies=YES),
    Case("groups members remove", "staff --email bob@example.com --yes", title="yes"),
]
ROLES = [
    Case("roles", "--help", title="help"),
    Case("roles list"),
    Case("roles list", "--namespace default --csv", title="csv"),
    Case("roles show", "admin"),
    Case("roles show", "amin", title="unknown"),
    Case("roles create", "reader --description 'May read' --parent auditor"),
    Case("roles update", "auditor --description 'May read the logs'"),
    Case("roles update", "auditor", title="nothing"),
    Case("roles delete", "auditor", replies=YES),
    Case("roles delete", "auditor --yes", title="yes"),
    Case("roles members list", "admin"),
    Case("roles members add", "auditor {ada} --username bob"),
    Case("roles members remove", "admin --username ada", replies=YES),
    Case("roles members remove", "admin --username ada --yes", title="yes"),
    Case("roles policies list", "admin", prepare=POLICY),
    Case("roles policies add", "auditor read-books", prepare=POLICY),
    Case("roles policies remove", "admin read-books", prepare=POLICY, replies=YES),
    Case("roles policies remove", "admin read-books --yes", title="yes", prepare=POLICY),
]
POLICIES = [
    Case("policies", "--help", title="help"),
    Case("policies list", "--own", prepare=POLICY),
    Case("policies show", "read-books", prepare=POLICY),
    Case("policies show", "read-boks", title="unknown", prepare=POLICY),
    Case(
        "policies create",
        "write-books --statements statements.json --description 'Write books'",
        files={"statements.json": STATEMENTS},
    ),
    Case("policies create", "write-books", title="nothing"),
    Case(
        "policies create",
        "write-books --statements statements.json",
        title="wrong statements",
        files={"statements.json": '[{"resource": "books:*", "action": ["books:write"]}]'},
    ),
    Case(
        "policies create",
        "write-books --statements statements.json",
        title="no json",
        files={"statements.json": "[1, 2"},
    ),
    Case("policies update", "read-books --description 'Read some books'", prepare=POLICY),
    Case("policies update", "read-books", title="nothing"),
    Case("policies delete", "read-books", prepare=POLICY, replies=YES),
    Case("policies delete", "read-books --yes", title="yes", prepare=POLICY),
    Case("policies assignments list", "read-books", prepare=POLICY),
    Case("policies assignments add", "read-books auditor --to role", prepare=POLICY),
    Case("policies assignments add", "read-books auditor --to rule", title="unknown kind"),
    Case("policies assignments remove", "read-books admin --to role", prepare=POLICY, replies=YES),
    Case(
        "policies assignments remove",
        "read-books admin --to role --yes",
        title="yes",
        prepare=POLICY,
    ),
    Case("policies assignments disable", "read-books admin --to role", prepare=POLICY),
    Case("policies assignments enable", "read-books admin --to role", prepare=POLICY),
]
UDF = [
    Case("udf", "--help", title="help"),
    Case("udf list"),
    Case("udf list", "--of role", title="of role"),
    Case("udf set", "desk --type string --label Desk"),
    Case("udf set", "desk --type text", title="unknown type"),
    Case("udf remove", "age", replies=YES),
    Case("udf remove", "age --yes", title="yes"),
    Case("udf values get", "--username ada"),
    Case("udf values get", "--username ada --username eve --role admin", title="both"),
    Case("udf values get", "{ada} {eve} --csv", title="csv"),
    Case("udf values set", "{ada} --custom age=37 --custom department=Sales"),
    Case("udf values set", "--role admin --custom level=3", title="role"),
    Case("udf values set", "{ada} --custom age=old", title="wrong type"),
    Case("udf values set", "--role amin --custom level=3", title="unknown role"),
    Case("udf values remove", "--username ada --key age", replies=YES),
    Case("udf values remove", "{ada} --key age --key department --yes", title="yes"),
]
ACTIONS = [
    Case("actions", prepare=POLICY),
    Case("actions", "--help", title="help"),
    Case("actions", "--operation createUser --limit 1 --json", title="json"),
    Case(
        "actions",
        "--username ada --since 2024-01-01 --until 2030-01-01T00:00:00Z --csv",
        title="of a user",
    ),
    Case("actions", "--since yesterday", title="no time"),
]
CASES = [*GROUPS, *ROLES, *POLICIES, *UDF, *ACTIONS]
