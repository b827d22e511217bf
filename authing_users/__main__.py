"""Run the command line: ``python -m authing_users``."""

from .cli import main

if __name__ == "__main__":
    main()
