"""Records the cassettes of tests/test_cassettes.py anew, from an emulator."""

import shutil
import sys
from pathlib import Path

import pytest

# Not imported from there: pytest has to load it first.
CASSETTES = Path(__file__).parent / "cassettes"


def main() -> None:
    """Delete the cassettes and record them."""
    shutil.rmtree(CASSETTES, ignore_errors=True)
    tests = ["test_a_life", "test_pages", "test_finding", "test_many_at_once"]
    chosen = [f"tests/test_cassettes.py::{name}" for name in tests]
    sys.exit(pytest.main([*chosen, "--record-mode=once"]))


if __name__ == "__main__":
    main()
