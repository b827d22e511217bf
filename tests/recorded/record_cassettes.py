"""Record the cassettes of ``test_cassettes.py`` again, from an emulator."""

import shutil
import sys
from pathlib import Path

import pytest

# Not imported from the test module: pytest must import it first, to rewrite its assertions.
MODULE = Path(__file__).with_name("test_cassettes.py")
CASSETTES = MODULE.parent / "cassettes"


def main() -> None:
    """Delete the cassettes and record them."""
    shutil.rmtree(CASSETTES, ignore_errors=True)
    sys.exit(pytest.main([str(MODULE), "-k", "replayed", "--record-mode=once"]))


if __name__ == "__main__":
    main()
