"""How far the benchmarks have come, on standard error: a bar with the time left, or elsewhere a line now and then."""

from __future__ import annotations

import sys
import time

from rich import progress
from rich.console import Console

BETWEEN_LINES = 15.0  # seconds


class Progress:
    """Shows which group is under way and how much time is left.

    Parameters
    ----------
    seconds : float
        About how long everything takes; the bar corrects it as it goes.
    """

    def __init__(self, seconds: float):
        self._seconds = seconds
        self._started = self._last_line = time.monotonic()
        self._title = ""
        columns = (progress.TextColumn("{task.description}"), progress.BarColumn(), progress.TaskProgressColumn(),
                   progress.TimeRemainingColumn())
        self._bar = progress.Progress(*columns, console=Console(stderr=True), transient=True) \
            if sys.stderr.isatty() else None
        self._task = self._bar.add_task("Benchmarks", total=1.0) if self._bar else None

    def __enter__(self) -> Progress:
        if self._bar:
            self._bar.start()
        else:
            self._say(f"Benchmarks: about {self._seconds:.0f} s")
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def tell(self, share: float, title: str) -> None:
        """Take note of how far everything has come, 0 to 1, and of the group under way."""
        if self._bar:
            self._bar.update(self._task, completed=share, description=title)
        elif title != self._title or time.monotonic() - self._last_line > BETWEEN_LINES:
            self._say(f"{title}: {100 * share:.0f}% of everything done, about {self._left(share):.0f} s left")
        self._title = title

    def _left(self, share: float) -> float:
        """Return about how many seconds are left, by the pace so far once a tenth is done."""
        passed = time.monotonic() - self._started
        return passed * (1.0 / share - 1.0) if share > 0.1 else self._seconds * (1.0 - share)

    def _say(self, line: str) -> None:
        self._last_line = time.monotonic()
        print(line, file=sys.stderr, flush=True)
