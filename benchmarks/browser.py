"""A browser without a window, and servers for it to visit; the tests and the script of screenshots use them too."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.server import HOST

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
BROWSERS_ON_PATH = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
)
BROWSERS_ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
APP = ("-m", "experiments.cli", "app", "--no-browser", "--port", "{port}")
"""What starts the app, in the form that :func:`served` takes."""
NO_BROWSER = "no chromium, Chrome or Edge was found (set NETRALITAS_BROWSER to one)"
SECONDS_TO_START = 120.0
SECONDS_TO_STOP = 10.0
SECONDS_BETWEEN_LOOKS = 0.02


def find_browser() -> str | None:
    """Return the path of what ``NETRALITAS_BROWSER`` names, where that is set; else of the first browser found."""
    named = os.environ.get("NETRALITAS_BROWSER")
    if named:
        return shutil.which(named)
    return next((path for name in (*BROWSERS_ON_PATH, *BROWSERS_ELSEWHERE) if (path := shutil.which(name))), None)


@contextlib.contextmanager
def headless_browser(path: str) -> Iterator[Browser]:
    """Yield a browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(BROWSER_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


AT_REST = """milliseconds => new Promise((done) => {
  let timer;
  const quiet = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (document.querySelector('.netralitas main') && !document.querySelector('[data-busy=true]')
      ? (watcher.disconnect(), done()) : quiet()), milliseconds);
  };
  const watcher = new MutationObserver(quiet);
  watcher.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  quiet();
})"""


def at_rest(page: Page, timeout: float, milliseconds: float = 700.0) -> None:
    """Wait until nothing on a page of the app has changed for a while and nothing is being computed for it.

    Parameters
    ----------
    page : playwright.sync_api.Page
    timeout, milliseconds : float
        How long to wait at most; how long nothing may change.
    """
    page.set_default_timeout(timeout)
    page.locator(".netralitas main > *").first.wait_for()
    page.evaluate(AT_REST, milliseconds)


@dataclass(frozen=True)
class Served:
    """A web server that runs.

    Attributes
    ----------
    url : str
        Where it answers, without a slash at the end.
    pid : int
        The process that was started; the server may be a child of it.
    seconds : float
        From its start until it served its first page.
    """

    url: str
    pid: int
    seconds: float


@contextlib.contextmanager
def served(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Run a server in a process of its own, and end it.

    Parameters
    ----------
    arguments : sequence of str
        For Python; ``{port}`` in them stands for a free port.
    environment : mapping of str to str, optional
        Variables beside those of this process.

    Raises
    ------
    RuntimeError
        If it ends or stays silent.
    """
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *(one.format(port=port) for one in arguments)], cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})})
    try:
        while not answers(port):
            if process.poll() is not None or time.perf_counter() > begun + SECONDS_TO_START:
                raise RuntimeError(f"The server {' '.join(arguments)} did not answer within {SECONDS_TO_START:.0f} s")
            time.sleep(SECONDS_BETWEEN_LOOKS)
        yield Served(f"http://{HOST}:{port}", process.pid, time.perf_counter() - begun)
    finally:
        process.terminate()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port of this computer on which nothing listens now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]


def answers(port: int) -> bool:
    """Return whether a web server on this port serves its first page."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
