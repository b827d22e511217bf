"""Tools for tests with recorded cassettes, and without waits. Cassettes need the extra ``testing``.

In a ``conftest.py``: ``pytest_plugins = ["authing_users.testing.plugin"]``. From then on tests
with ``@pytest.mark.vcr`` record GraphQL traffic without secrets, and replay it matched on
operation and variables. Within ``with skip_waits():`` clients try again without waiting.
"""

from .._runtime.clock import skip_waits

__all__ = ["skip_waits"]
