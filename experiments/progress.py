"""How far a run has come: a bar with the time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import threading
import time

PATIENCE = 1.0  # seconds before anything is shown
BETWEEN_LINES = 15.0  # seconds
PREPARING = "Preparing (after an installation the model is compiled first, which takes about a minute)"


class Progress:
    """Shows on standard error how far some work has come, if it takes long.

    It watches from a thread of its own, so that it also shows while the first month is being compiled.

    Parameters
    ----------
    total : int
        Units of work.
    what : str
        What is being done.
    unit : str
        What the units are called, if their rate is worth telling.
    done : int
        Units that were done already.
    """

    def __init__(self, total: int, what: str, unit: str = "", done: int = 0):
        self._total = total
        self._what = what
        self._unit = unit
        self._before = done
        self._done = done
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._show, name="progress", daemon=True)

    def advance(self, units: int) -> None:
        """Take note of work done."""
        self._done += units

    def aim(self, total: int) -> None:
        """Take note that the work is another amount than thought."""
        self._total = total

    @property
    def _under_way(self) -> bool:
        return self._done > self._before

    def _rate(self) -> str:
        """Say how fast it goes and how long it will take, if that was asked for."""
        if not self._unit or not self._under_way:
            return ""
        rate = (self._done - self._before) / (time.monotonic() - self._started)
        minutes, seconds = divmod(round((self._total - self._done) / rate), 60)
        left = f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
        return f"{self._done:,} of {self._total:,} {self._unit}, {rate:,.3g} a second, about {left} left"

    def __enter__(self) -> Progress:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watch.join()

    def _show(self) -> None:
        if self._ended.wait(PATIENCE):
            return
        if sys.stderr.isatty():
            self._show_bar()
        else:
            self._print_lines()

    def _show_bar(self) -> None:
        from rich import progress
        from rich.console import Console

        columns = (progress.TextColumn("{task.description}"), progress.BarColumn(), progress.TaskProgressColumn(),
                   progress.TextColumn("{task.fields[rate]}") if self._unit else progress.TimeRemainingColumn())
        with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(PREPARING, total=None, rate="")
            while not self._ended.wait(0.1):
                if self._under_way and bar.tasks[0].total is None:
                    bar.reset(task, total=self._total, description=self._what)
                if self._under_way:
                    bar.update(task, total=self._total, completed=self._done, rate=self._rate())

    def _print_lines(self) -> None:
        started = time.monotonic()
        while not self._ended.wait(BETWEEN_LINES):
            done = f"{self._what}: {100 * self._done // self._total}% done" if self._under_way else PREPARING
            rate = f"; {self._rate()}" if self._rate() else ""
            print(f"{done} ({time.monotonic() - started + PATIENCE:.0f} s){rate}", file=sys.stderr, flush=True)
