"""Adapters that give the vendor's SDKs the call interface of the load tests."""

import re
from typing import Any, cast

from .sdk_drivers import Driver


class PythonCaller:
    """Call the vendor's Python SDK, whose methods have the same names as ours."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def call(self, path: str, /, *args: object, **kwargs: object) -> Any:
        """Call a method. Blocks the event loop until the result arrives."""
        return self._driver.call(path, *args, **kwargs)


class JavaScriptCaller:
    """Call the vendor's JavaScript SDK by the Python names of its methods."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def call(self, path: str, /, *args: object, **kwargs: object) -> Any:
        """Call a method. Blocks the event loop until the result arrives."""
        name = re.sub(r"_(\w)", lambda match: match[1].upper(), path)
        if name == "users.setUdfValueBatch":
            (data,) = args
            by_user = cast("dict[str, object]", data)
            args = ([{"userId": user_id, "data": values} for user_id, values in by_user.items()],)
        options = (kwargs,) if kwargs else ()
        return self._driver.call(name, *args, *options)
