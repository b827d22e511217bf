"""The vendor's SDKs, called by the names of our methods."""

import re
from typing import Any, cast

from .drivers import Driver


class PythonCaller:
    """The vendor's Python SDK, whose names are ours."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def call(self, path: str, /, *args: object, **kwargs: object) -> Any:
        """Call a method; nothing else happens in this thread meanwhile."""
        return self._driver.call(path, *args, **kwargs)


class JavaScriptCaller:
    """The vendor's JavaScript SDK."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def call(self, path: str, /, *args: object, **kwargs: object) -> Any:
        """Call a method; nothing else happens in this thread meanwhile."""
        name = re.sub(r"_(\w)", lambda match: match[1].upper(), path)
        if name == "users.setUdfValueBatch":
            (data,) = args
            by_user = cast("dict[str, object]", data)
            args = ([{"userId": user_id, "data": values} for user_id, values in by_user.items()],)
        options = (kwargs,) if kwargs else ()
        return self._driver.call(name, *args, *options)
