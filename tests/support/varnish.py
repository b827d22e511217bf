"""A real Varnish in front of a server, with its default configuration."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

# Debian's packages of Varnish and of the libraries that its daemon loads.
PACKAGES = ("varnish", "libvarnishapi3", "libjemalloc2")
UNPACKED = Path(__file__).parent.parent.parent / "build" / "varnish"
# Seconds that Varnish waits for the first byte of a response.
FIRST_BYTE_TIMEOUT = 0.5
# Seconds until Varnish must have started; it compiles its configuration first.
STARTUP = 60.0


def daemon() -> tuple[str, Mapping[str, str]]:
    """Return the command and the environment of Varnish.

    Uses the one on the path, else Debian's packages, unpacked below ``build``. Fails if neither can
    be had: without Varnish, nothing shows that a mutation is not executed twice behind it.
    """
    installed = shutil.which("varnishd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if installed is not None:
        return installed, {}
    if not UNPACKED.exists():
        _unpack()
    libraries = sorted({str(path.parent) for path in UNPACKED.rglob("*.so*")})
    return str(UNPACKED / "usr/sbin/varnishd"), {"LD_LIBRARY_PATH": ":".join(libraries)}


def _unpack() -> None:
    UNPACKED.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=UNPACKED.parent) as folder:
        try:
            _download(folder)
            for package in sorted(Path(folder).glob("*.deb")):
                _run(["dpkg", "-x", str(package), "unpacked"], folder)
        except (OSError, subprocess.CalledProcessError) as error:
            output = getattr(error, "stderr", "")
            message = f"install Varnish (on Debian: apt-get install varnish): {error}\n{output}"
            raise AssertionError(message) from None
        if not UNPACKED.exists():  # another process may have been faster
            (Path(folder) / "unpacked").rename(UNPACKED)


def _download(folder: str) -> None:
    try:
        _run(["apt-get", "download", *PACKAGES], folder)
    except subprocess.CalledProcessError:
        # The system has no lists of packages, or old ones. New ones need no rights in a folder.
        Path(folder, "lists").mkdir()
        lists = ("-o", f"Dir::State::Lists={folder}/lists", "-o", f"Dir::Cache={folder}/cache")
        _run(["apt-get", *lists, "update"], folder)
        _run(["apt-get", *lists, "download", *PACKAGES], folder)


def _run(command: list[str], folder: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=300)


@contextmanager
def varnish(port: int) -> Generator[str]:
    """Run Varnish in front of a server on this machine, and yield its URL.

    Args:
        port: Port of the server.
    """
    command, libraries = daemon()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        own_port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [
                *(command, "-F", "-j", "none", "-n", f"{folder}/varnish", "-s", "malloc,16m"),
                *("-a", f"127.0.0.1:{own_port}", "-b", f"127.0.0.1:{port}"),
                *("-p", f"first_byte_timeout={FIRST_BYTE_TIMEOUT}"),
            ],
            env={**os.environ, **libraries},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _wait_for(process, own_port)
            yield f"http://127.0.0.1:{own_port}"
        finally:
            process.terminate()
            process.communicate(timeout=STARTUP)


def _wait_for(process: "subprocess.Popen[str]", port: int) -> None:
    latest = time.monotonic() + STARTUP
    while time.monotonic() < latest:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    process.terminate()
    message = f"Varnish did not start:\n{process.communicate()[0]}"
    raise AssertionError(message)
