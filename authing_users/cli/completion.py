"""``authing-users completion``: print the completion of a shell."""

import os
from enum import StrEnum
from typing import Annotated

import typer


class Shell(StrEnum):
    """Shells whose completion is known."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    context: typer.Context,
    shell: Annotated[Shell, typer.Argument(help="The shell.", show_default=False)],
) -> None:
    """Print the lines that make a shell complete commands, options, codes and fields.

    Examples:

      eval "$(authing-users completion bash)"  # in ~/.bashrc

      authing-users completion zsh > ~/.zfunc/_authing-users  # a folder of fpath

      authing-users completion fish > ~/.config/fish/completions/authing-users.fish
    """
    from .application import COMPLETION_VARIABLE

    # The same request as that of a shell: it prints the lines, and exits.
    os.environ[COMPLETION_VARIABLE] = f"source_{shell}"
    try:
        context.find_root().command.main([], standalone_mode=False)
    finally:
        del os.environ[COMPLETION_VARIABLE]
