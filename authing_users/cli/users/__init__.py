"""``authing-users users``: find, show and change users."""

import typer

from ..transfer import comparing, exporting, importing
from . import changes, listing, states

__all__ = ["users"]

users: typer.Typer = typer.Typer(
    name="users", no_args_is_help=True, help="Find, show and change users."
)

users.command("list")(listing.list_users)
users.command("search")(listing.search)
users.command("find")(listing.find)
users.command("show")(listing.show)
users.command("create")(changes.create)
users.command("update")(changes.update)
users.command("suspend")(states.suspend)
users.command("activate")(states.activate)
users.command("resign")(states.resign)
users.command("kick")(states.kick)
users.command("delete")(states.delete)
users.command("import")(importing.import_users)
users.command("export")(exporting.export_users)
users.command("diff")(comparing.diff)
users.command("sync")(comparing.sync)
