"""All pairs of equivalent calls, one of a vendor's SDK and one of `authing_users`."""

from . import javascript_users, python_orgs_and_acl, python_other_clients, python_users

CALL_PAIRS = [
    *python_users.CALL_PAIRS,
    *python_other_clients.CALL_PAIRS,
    *python_orgs_and_acl.CALL_PAIRS,
    *javascript_users.CALL_PAIRS,
]
