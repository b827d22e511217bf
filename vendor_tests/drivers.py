"""The vendor's SDKs, each in a process of its own."""

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

Sdk = Literal["python", "javascript"]

_HERE = Path(__file__).parent
_COMMANDS: Mapping[Sdk, list[str]] = {
    "python": [
        os.path.relpath(_HERE.parent / ".venv-vendor/bin/python"),
        str(_HERE / "python_driver.py"),
    ],
    "javascript": ["node", str(_HERE / "node/driver.js")],
}
_PATIENCE = 30  # seconds; a call takes some thirty milliseconds


class VendorError(Exception):
    """A call of the vendor's SDK raised.

    Attributes:
        type: Name of the exception's class.
        code: The API's code, if it came from the API.
        message: What it says.
    """

    def __init__(self, type_: str, code: int | None, message: str) -> None:
        super().__init__(f"{type_} {code}: {message}")
        self.type = type_
        self.code = code
        self.message = message


class Driver:
    """One of the vendor's SDKs.

    Attributes:
        sdk: Which one.
        methods: The public methods of its clients, as ``users.create``.
    """

    def __init__(
        self, sdk: Sdk, process: "subprocess.Popen[str]", settings: Mapping[str, str]
    ) -> None:
        self.sdk: Sdk = sdk
        self._process = process
        clients: dict[str, list[str]] = self._ask(settings)
        self.methods = [f"{name}.{method}" for name in clients for method in clients[name]]

    def call(self, path: str, *args: object, **kwargs: object) -> Any:
        """Make a call, named as ``users.create``, and return its result.

        Raises:
            VendorError: The call raised.
        """
        client, _, method = path.rpartition(".")
        return self._ask({"client": client, "method": method, "args": args, "kwargs": kwargs})

    def _ask(self, request: Mapping[str, object]) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        impatience = threading.Timer(_PATIENCE, self._process.kill)
        impatience.start()
        try:
            stdin.write(json.dumps(request, default=_encode) + "\n")
            stdin.flush()
            line = stdout.readline()
        finally:
            impatience.cancel()
        if not line:
            message = f"The {self.sdk} driver ended ({self._process.wait()}) at {request}"
            raise RuntimeError(message)
        outcome = json.loads(line, object_hook=_decode)
        if "error" in outcome:
            error = outcome["error"]
            raise VendorError(error["type"], error["code"], error["message"])
        return outcome["result"]


@contextmanager
def driving(sdk: Sdk, settings: Mapping[str, str]) -> Generator[Driver]:
    """Run a driver for the length of a ``with`` block."""
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            _COMMANDS[sdk],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            env={**os.environ, "TZ": "UTC"},  # the SDKs read times in local time
        )
        try:
            yield Driver(sdk, process, settings)
        except RuntimeError as error:
            errors.seek(0)
            error.add_note(errors.read())
            raise
        finally:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


def _encode(value: object) -> object:
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    raise TypeError(type(value).__name__)


def _decode(value: dict[str, Any]) -> Any:
    return datetime.fromisoformat(value["$datetime"]) if "$datetime" in value else value
