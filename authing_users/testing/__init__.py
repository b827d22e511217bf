"""Tools for tests: recorded cassettes, and retries without waits.

To record and replay cassettes, install the extra ``testing`` and add
``pytest_plugins = ["authing_users.testing.plugin"]`` to ``conftest.py``. Tests marked with
``@pytest.mark.vcr`` then record their requests with masked secrets, and replay them matched by
operation and variables.

Within ``with skip_waits():``, clients retry without waiting. ``log_in`` logs a user in.
"""

from .._runtime.clock import skip_waits
from .logins import log_in

__all__ = ["log_in", "skip_waits"]
