"""Tools for tests with recorded cassettes. Needs the extra ``testing``.

In a ``conftest.py``: ``pytest_plugins = ["authing_users.testing.plugin"]``. From then on tests
with ``@pytest.mark.vcr`` record GraphQL traffic without secrets, and replay it matched on
operation and variables.
"""
