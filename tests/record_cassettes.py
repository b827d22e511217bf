"""Records the cassettes of tests/test_cassettes.py anew, from an emulator."""

import shutil
import sys

import pytest

from .test_cassettes import CASSETTES


def main() -> None:
    """Delete the cassettes and record them."""
    shutil.rmtree(CASSETTES, ignore_errors=True)
    tests = ["test_a_life", "test_pages", "test_finding"]
    chosen = [f"tests/test_cassettes.py::{name}" for name in tests]
    sys.exit(pytest.main([*chosen, "--record-mode=once"]))


if __name__ == "__main__":
    main()
