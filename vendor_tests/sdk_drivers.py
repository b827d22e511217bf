"""Run the vendor's SDKs, each in its own process, and call their methods.

A driver process reads JSON lines from stdin: first the settings, then one call per line. It writes
one JSON line per input line.
"""

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

import httpx
from tests.emulator.server import Server

Sdk = Literal["python", "javascript"]

_HERE = Path(__file__).parent
_COMMANDS: Mapping[Sdk, list[str]] = {
    "python": [
        os.path.relpath(_HERE.parent / ".venv-vendor/bin/python"),
        str(_HERE / "python_driver.py"),
    ],
    "javascript": ["node", str(_HERE / "node/driver.js")],
}
_TIMEOUT = 30  # seconds; a call usually takes about 30 ms


class VendorError(Exception):
    """A call of a vendor's SDK raised an exception.

    Attributes:
        type: Class name of the exception.
        code: Error code of the API, or `None` if the error did not come from the API.
        message: Message of the exception.
    """

    def __init__(self, type_: str, code: int | None, message: str) -> None:
        super().__init__(f"{type_} {code}: {message}")
        self.type = type_
        self.code = code
        self.message = message


class Driver:
    """Call one of the vendor's SDKs.

    Attributes:
        sdk: The SDK.
        methods: The public methods of its clients, such as ``users.create``.
    """

    def __init__(
        self, sdk: Sdk, process: "subprocess.Popen[str]", settings: Mapping[str, str]
    ) -> None:
        self.sdk: Sdk = sdk
        self._process = process
        clients: dict[str, list[str]] = self._send(settings)
        self.methods = [f"{name}.{method}" for name in clients for method in clients[name]]

    def call(self, path: str, *args: object, **kwargs: object) -> Any:
        """Call a method, such as ``users.create``, and return its result.

        Raises:
            VendorError: The method raised an exception.
            RuntimeError: The driver process exited, or was killed after 30 seconds.
        """
        client, _, method = path.rpartition(".")
        return self._send({"client": client, "method": method, "args": args, "kwargs": kwargs})

    def _send(self, message: Mapping[str, object]) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        watchdog = threading.Timer(_TIMEOUT, self._process.kill)
        watchdog.start()
        try:
            stdin.write(json.dumps(message, default=_encode) + "\n")
            stdin.flush()
            line = stdout.readline()
        finally:
            watchdog.cancel()
        if not line:
            exit_code = self._process.wait()
            raise RuntimeError(f"The {self.sdk} driver exited with {exit_code} during {message}")
        outcome = json.loads(line, object_hook=_decode)
        if "error" in outcome:
            error = outcome["error"]
            raise VendorError(error["type"], error["code"], error["message"])
        return outcome["result"]


def sdk_settings(emulator: Server, host: str) -> dict[str, str]:
    """Return the settings that an SDK needs to use the emulator.

    Args:
        emulator: The emulator.
        host: Base URL for the SDK: that of the emulator, or of a proxy in front of it.
    """
    metadata = httpx.get(f"{emulator.url}/api/v2/.well-known").json()
    return {
        "userPoolId": emulator.user_pool_id,
        "secret": emulator.secret,
        "host": host,
        "publicKey": metadata["data"]["publicKey"],
    }


@contextmanager
def run_driver(sdk: Sdk, settings: Mapping[str, str]) -> Generator[Driver]:
    """Run a driver process until the end of the ``with`` block.

    Args:
        sdk: The SDK to run.
        settings: The output of `sdk_settings`.
    """
    with tempfile.TemporaryFile("w+") as stderr:
        process = subprocess.Popen(
            _COMMANDS[sdk],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
            env={**os.environ, "TZ": "UTC"},  # the SDKs parse times as local time
        )
        try:
            yield Driver(sdk, process, settings)
        except RuntimeError as error:
            stderr.seek(0)
            error.add_note(stderr.read())
            raise
        finally:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            try:
                process.wait(_TIMEOUT)
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
