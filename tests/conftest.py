"""What all tests share: a browser, a running app, and how hypothesis draws its examples."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

from benchmarks.browser import (
    NO_BROWSER,
    answers,
    find_browser,
    free_port,
    headless_browser,
)
from experiments.server import environment

ROOT = Path(__file__).parent.parent

SECONDS_TO_START = 120
SECONDS_TO_STOP = 10
HOST = "http://127.0.0.1"
FIRST_VISIT = 240_000  # milliseconds; the first may have to wait until the model is compiled

hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


# Skips for want of a browser -----------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark as ``browser`` every test that uses one, before ``-m`` selects."""
    for item in items:
        if "browser_path" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_unconfigure(config):
    """Say last, below pytest's own last line, that browser tests were skipped.

    Parameters
    ----------
    config : pytest.Config
        Gives the terminal reporter, which has counted the skips.
    """
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    count = sum(NO_BROWSER in str(report.longrepr) for report in reporter.stats.get("skipped", ()))
    if count:
        tests = "1 browser test was" if count == 1 else f"{count} browser tests were"
        reporter.write_line(f"{tests} skipped: {NO_BROWSER}")


# Browser -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_path():
    """The path of a browser; without one the test is skipped, or fails if ``NETRALITAS_REQUIRE_BROWSER`` is set."""
    path = find_browser()
    if path is None and os.environ.get("NETRALITAS_REQUIRE_BROWSER"):
        pytest.fail(NO_BROWSER, pytrace=False)
    if path is None:
        pytest.skip(NO_BROWSER)
    return path


@pytest.fixture(scope="module")
def browser(browser_path):
    """A headless browser, shared by the tests of one module.

    Not by the whole session: while Playwright runs, no other test could start an event loop.
    """
    with headless_browser(browser_path) as browser:
        yield browser


@pytest.fixture
def new_page(browser):
    """A function that opens a page as a new visitor: no cookies, no storage in common with other pages.

    Its keyword arguments are those of Playwright's ``Browser.new_context``, such as
    ``viewport={"width": 390, "height": 844}`` or ``accept_downloads=True``.
    """
    contexts = []

    def open_page(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page):
    """One page in a headless browser."""
    return new_page()


# App -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AppServer:
    """A running ``netralitas app``.

    Attributes
    ----------
    url : str
        Where it answers, without a slash at the end.
    pid : int
        The process that was started; the server may be a child of it.
    log : pathlib.Path
        What it has printed.
    """

    url: str
    pid: int
    log: Path


def stop(process):
    """End a process that was started in a group of its own, and its children with it."""
    if os.name != "posix":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
        process.wait()
        return
    for how in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_STOP)


@pytest.fixture(scope="session")
def app_server(tmp_path_factory):
    """The app, served on a free port of 127.0.0.1 for the whole session."""
    port = free_port()
    log = tmp_path_factory.mktemp("app") / "log.txt"
    command = [sys.executable, "-m", "experiments.cli", "app", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while not answers(port):
            ended = process.poll() is not None
            if ended or time.monotonic() > deadline:
                what = f"ended with status {process.returncode}" if ended else f"is silent after {SECONDS_TO_START} s"
                pytest.fail(f"netralitas app {what}:\n{log.read_text(errors='replace')[-4000:]}", pytrace=False)
            time.sleep(0.1)
        yield AppServer(f"http://127.0.0.1:{port}", process.pid, log)
    finally:
        stop(process)


@pytest.fixture
def own_server():
    """A function that starts an app of the test's own; called again, it ends that one and starts it anew at the same address."""
    port, running = free_port(), []
    command = [sys.executable, "-P", "-m", "experiments.cli", "app", "--port", str(port)]

    def end():
        for process in running:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        running.clear()

    def start(between=lambda: None):
        end()
        between()
        settings = {**environment(), "PYTHONPATH": str(ROOT), "BROWSER": "true"}
        running.append(subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        deadline = time.monotonic() + SECONDS_TO_START
        while not answers(port):
            assert running[0].poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
        return f"{HOST}:{port}"

    yield start
    end()


@pytest.fixture
def open_app(app_server, new_page):
    """A function that opens the app as a new visitor at a link; at the end nothing may have gone wrong in any."""
    faults = []

    def watch(route):
        if route.request.url.startswith((f"{HOST}:", "data:", "blob:")):
            route.continue_()
        else:
            faults.append(f"asked {route.request.url}")
            route.abort()

    def open_page(query="", **options):
        page = new_page(**{"viewport": {"width": 1280, "height": 800}, **options})
        page.context.route("**/*", watch)
        page.on("websocket", lambda socket: "127.0.0.1" in socket.url or faults.append(f"asked {socket.url}"))
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{app_server.url}/?{query}" if query else app_server.url)
        page.locator(".netralitas header").wait_for(timeout=FIRST_VISIT)
        return page

    yield open_page
    assert faults == []
