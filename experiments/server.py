"""Starts the app as a process of its own, tells where it is, and ends with it."""

from __future__ import annotations

import collections
import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path

from experiments.errors import InputError

HOST = "127.0.0.1"
USUAL_PORT = 8765
PORTS_TO_TRY = 100
SECONDS_TO_END = 5.0
SECONDS_BETWEEN_LOOKS = 0.1
LINES_KEPT = 20
LINES_TOLD = 4

SETTINGS = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    # Styles and scripts come from the installed package solara-assets. What is not in it is not fetched from
    # the internet either, so that a page that works here works without a network.
    "SOLARA_ASSETS_PROXY": "True",
    "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
    # A page whose server was started again opens itself anew; its link holds what was chosen.
    "SOLARA_THEME_FORCE_REFRESH": "True",
    # Only what has changed on a page is walked again: a moved slider takes an eighth of the time.
    "REACTON_FAST": "1",
    # All threads, two for each open page, take memory from one pool, and use again what another gave back (Linux); Python's
    # objects too, for of its own pools Python gives back only whole megabytes in which nothing is left.
    "MALLOC_ARENA_MAX": "1",
    "PYTHONMALLOC": "malloc",
    # What is larger than 128 KB, as the arrays of a comparison are, lies by itself and goes back to the system at once. Left
    # alone, that limit rises to the largest array ever given back, and comparisons cut up the room that pages lie in. At the
    # end of that room 8 MB are kept: what is given back at every turn is soon asked for again, which takes a fifth more time.
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.mmap_threshold=131072:glibc.malloc.trim_threshold=8388608",
    "PYTHONUNBUFFERED": "1",
}
"""Environment of the server; what is set already is kept, but telemetry is off in any case."""

COOKIE_WARNING = "ignore:Cookies with samesite=none require https:UserWarning"
"""What the server warns of at its first page anywhere but on ``https`` or ``localhost``; no page of ours is embedded
in another, which is all that the cookie in question is for."""

STOP_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]


class ServerError(RuntimeError):
    """The app's server did not start or did not last; the message is one sentence."""


def app_file() -> Path:
    """Return the app, which lies beside this package.

    Raises
    ------
    ServerError
        If it does not.
    """
    path = Path(__file__).resolve().parent.parent / "app.py"
    if not path.is_file():
        raise ServerError(f"The app is not installed: there is no file {path}")
    return path


def is_free(port: int) -> bool:
    """Return whether nothing listens on a port and a server may."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as listener:
        if os.name == "posix":  # as the server does, or a port just given up would look busy
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True


def chosen_port(port: int | None) -> int:
    """Return the port to use: the one given, else that of the variable PORT, else the usual or the next free one.

    Raises
    ------
    InputError
        If the one given is no port, or busy.
    """
    origin = "given as --port"
    if port is None and os.environ.get("PORT"):
        origin, text = "named by PORT in the environment", os.environ["PORT"]
        if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:9]) <= 65535:
            raise InputError(f"PORT is {text[:40]!r} in the environment, and a port is a whole number from 1 to 65535")
        port = int(text)
    if port is not None:
        if not is_free(port):
            raise InputError(f"Port {port}, {origin}, is in use or not allowed; choose another, or none for a free one")
        return port
    for candidate in range(USUAL_PORT, USUAL_PORT + PORTS_TO_TRY):
        if is_free(candidate):
            return candidate
    last = USUAL_PORT + PORTS_TO_TRY - 1
    raise ServerError(f"None of the ports {USUAL_PORT} to {last} is free; choose one with --port")


def environment() -> dict[str, str]:
    """Return the environment of the server."""
    return {**SETTINGS, **os.environ, "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False"}


def has_display() -> bool:
    """Return whether a browser window could open here."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def serve(path: Path, port: int, browser: bool) -> None:
    """Serve the app until this process is told to stop.

    Parameters
    ----------
    path : pathlib.Path
        The app.
    port : int
        Where.
    browser : bool
        Whether to open a browser, should there be a display.

    Raises
    ------
    ServerError
        If the server ends by itself.
    """
    server = _Server(path, port)
    address = f"http://{HOST}:{port}"
    with server:
        while server.runs() and not _answers(port):
            time.sleep(SECONDS_BETWEEN_LOOKS)
        if server.runs() and not server.told_to_stop:
            print(f"Netralitas runs at {address} (stop it with Ctrl-C)", flush=True)
            server.ready = True
            if browser and has_display():
                webbrowser.open(address)
        server.wait()
    if not server.told_to_stop:
        raise ServerError(f"The app's server ended with status {server.status} {server.last_words()}")


class _Server:
    """The server's process. Within ``with``, signals to this process end that one, and nothing is left behind."""

    def __init__(self, path: Path, port: int):
        self._command = [sys.executable, "-P", "-W", COOKIE_WARNING, "-m", "solara", "run", str(path),
                         "--host", HOST, "--port", str(port), "--production", "--no-open", "--no-check-version"]
        self._process: subprocess.Popen | None = None
        self._handlers: dict[int, object] = {}
        self._lines: collections.deque[str] = collections.deque(maxlen=LINES_KEPT)
        self.told_to_stop = False
        self.ready = False

    def __enter__(self) -> _Server:
        for number in STOP_SIGNALS:
            self._handlers[number] = signal.signal(number, self._stop)
        self._process = subprocess.Popen(self._command, env=environment(), stdin=subprocess.DEVNULL,
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        self._reader = threading.Thread(target=self._read, name="server-output", daemon=True)
        self._reader.start()
        if self.told_to_stop:
            self._process.terminate()
        return self

    def __exit__(self, *_: object) -> None:
        if self.runs():
            self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._process.stdout.close()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _stop(self, *_: object) -> None:
        """End the server; a page that is still open may not hold it up for long."""
        if not self.told_to_stop and self._process is not None:
            patience = threading.Timer(SECONDS_TO_END, self._process.kill)
            patience.daemon = True
            patience.start()
        self.told_to_stop = True
        if self.runs():
            self._process.terminate()

    def _read(self) -> None:
        """Keep the last lines, and pass on what the server says once it is up, which are faults."""
        for line in self._process.stdout:
            self._lines.append(line.rstrip())
            if self.ready and not self.told_to_stop:
                print(line, end="", file=sys.stderr, flush=True)

    def runs(self) -> bool:
        """Return whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def wait(self) -> None:
        """Wait for the process to end."""
        self._process.wait()

    @property
    def status(self) -> int:
        """The exit status."""
        return self._process.returncode

    def last_words(self) -> str:
        """Return the last lines that say something, as the end of a sentence."""
        lines = [line.strip() for line in self._lines if any(char.isalnum() for char in line)]
        return f"and said: {' / '.join(lines[-LINES_TOLD:])}" if lines else "and said nothing"


def _answers(port: int) -> bool:
    """Return whether a web server serves its first page on a port."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
