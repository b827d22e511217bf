"""The groups and roles that a file names: they exist, or are created first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from authing_graphql.input_values import did_you_mean

from ._input import Input

if TYPE_CHECKING:
    from ..._inputs.records import UserRecord
    from ..._sync.management import ManagementClient


@dataclass(frozen=True, slots=True)
class References:
    """Groups and roles that have to be created before the users.

    Attributes:
        groups: Codes of the groups that do not exist.
        roles: Codes of the roles that do not exist.
    """

    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def create(self, client: "ManagementClient") -> None:
        """Create them. The name of a group is its code."""
        for code in self.groups:
            client.groups.create(code, code)
        for code in self.roles:
            client.roles.create(code)


def check_references(
    client: "ManagementClient", found: Input, *, create_groups: bool, create_roles: bool
) -> References:
    """Find the groups and roles that a file names and the pool lacks.

    Those that are not created are errors of their rows, before anything is sent for them.

    Args:
        client: The client.
        found: The input, which is read once if it can have groups or roles.
        create_groups: Whether missing groups are created.
        create_roles: Whether missing roles are created.
    """
    named: dict[str, dict[str, None]] = {"groups": {}, "roles": {}}
    has_columns = found.file.header is not None
    if has_columns and not named.keys() & found.file.fields.values():
        return References()
    for row in found.file:
        if row.record is not None:
            for code in row.record.get("groups") or ():
                named["groups"][code] = None
            for code in row.record.get("roles") or ():
                named["roles"][code] = None
    existing: dict[str, set[str]] = {"groups": set(), "roles": set()}
    if named["groups"]:
        existing["groups"] = {group.code or "" for group in client.groups.iter_list()}
    if named["roles"]:
        existing["roles"] = {role.code or "" for role in client.roles.iter_list()}
    missing = {name: [code for code in named[name] if code not in existing[name]] for name in named}
    unknown = {
        name: frozenset(missing[name])
        for name, is_created in (("groups", create_groups), ("roles", create_roles))
        if missing[name] and not is_created
    }
    if unknown:

        def check(record: "UserRecord") -> tuple[str, str] | None:
            given: dict[str, Iterable[str]] = {
                "groups": record.get("groups") or (),
                "roles": record.get("roles") or (),
            }
            for name, codes in unknown.items():
                for code in given[name]:
                    if code in codes:
                        hint = did_you_mean(code, sorted(existing[name]))
                        return name, f"the pool has no {name[:-1]} {code!r}.{hint}"
            return None

        found.check = check
    return References(
        groups=tuple(missing["groups"]) if create_groups else (),
        roles=tuple(missing["roles"]) if create_roles else (),
    )
