"""Record the cassettes of ``test_cassettes.py`` again, from an emulator."""

import sys
from pathlib import Path

import pytest

# Not imported from the test module: pytest must import it first, to rewrite its assertions.
MODULE = Path(__file__).with_name("test_cassettes.py")


def main() -> None:
    """Record the cassettes, with the synchronous client."""
    only = "replayed and not format and not async"
    sys.exit(pytest.main([str(MODULE), "-k", only, "--record-mode=rewrite"]))


if __name__ == "__main__":
    main()
