"""Values that the shell completes: profiles, fields, and codes of groups, roles and policies.

Functions for ``typer.Option(autocompletion=…)`` and ``typer.Argument(autocompletion=…)``. They are
silent and quick: whatever fails, or takes longer than two seconds, completes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from .._sync.management import ManagementClient

__all__ = [
    "complete_codes",
    "complete_groups",
    "complete_policies",
    "complete_profiles",
    "complete_roles",
    "fields_completer",
]

TIMEOUT = 2.0  # seconds; people wait for the suggestions
MOST_VALUES = 100


def complete_profiles(incomplete: str) -> list[str]:
    """Return the names of profiles that start with a text."""

    def names() -> Iterable[str]:
        from ._profiles import ProfileFile

        return ProfileFile().profiles

    return _starting(incomplete, names)


def complete_groups(context: typer.Context, incomplete: str) -> list[str]:
    """Return codes of groups that start with a text."""
    return _codes(context, incomplete, lambda client: client.groups.list(limit=MOST_VALUES).list)


def complete_roles(context: typer.Context, incomplete: str) -> list[str]:
    """Return codes of roles of the default namespace that start with a text."""
    return _codes(context, incomplete, lambda client: client.roles.list(limit=MOST_VALUES).list)


def complete_policies(context: typer.Context, incomplete: str) -> list[str]:
    """Return codes of policies that start with a text."""
    return _codes(context, incomplete, lambda client: client.policies.list(limit=MOST_VALUES).list)


def complete_codes(context: typer.Context, incomplete: str) -> list[str]:
    """Return codes of the objects that the group of the command is about."""
    completers = {
        "groups": complete_groups,
        "roles": complete_roles,
        "policies": complete_policies,
    }
    parent: Any = context.parent
    while parent is not None and parent.info_name not in completers:
        parent = parent.parent
    return [] if parent is None else completers[parent.info_name](context, incomplete)


def fields_completer(known: Callable[[], Sequence[str]]) -> Callable[[str], list[str]]:
    """Return a function that completes the last of several fields, as in ``id,em``.

    Args:
        known: Returns the fields.
    """

    def complete_fields(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        given = before.split(",")
        return _starting(
            last,
            lambda: (field for field in known() if field not in given),
            prefix=f"{before}{comma}",
        )

    return complete_fields


def _codes(
    context: typer.Context, incomplete: str, fetch: "Callable[[ManagementClient], Iterable[object]]"
) -> list[str]:
    def codes() -> Iterable[str]:
        from .._sync.management import ManagementClient
        from ._context import selected_connection

        options = selected_connection(context).client_options()
        with ManagementClient(
            **options | {"timeout": TIMEOUT, "deadline": TIMEOUT, "retries": 0}
        ) as client:
            return [str(getattr(item, "code", "")) for item in fetch(client)]

    return _starting(incomplete, codes)


def _starting(
    incomplete: str, values: Callable[[], Iterable[str]], *, prefix: str = ""
) -> list[str]:
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return sorted(prefix + value for value in values() if value.startswith(incomplete))
    except Exception:
        # The shell would show a message in the middle of what is typed.
        return []
