"""The pytest plugin, which pytest loads by itself. It lists the plugins of each tool.

pytest knows this module by the name of its entry point, which is its own name: so a line
``pytest_plugins = ["authing_users.testing.plugin"]`` in a ``conftest.py`` loads nothing twice.
"""

pytest_plugins: list[str] = [
    "authing_users.testing.cassettes.plugin",
    "authing_users.testing.emulator.plugin",
    "authing_users.testing.stub.plugin",
]
