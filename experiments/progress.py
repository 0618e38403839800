"""How far a run has come: a bar with the time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import threading
import time

PATIENCE = 1.0  # seconds before anything is shown
BETWEEN_LINES = 15.0  # seconds
PREPARING = "preparing"
COMPILED_FIRST = "(after an installation this compiles the model, a minute more)"


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
        self._doing = PREPARING
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._show, name="progress", daemon=True)

    def advance(self, units: int, doing: str = "") -> None:
        """Take note of work done, and of what is being done now."""
        self._done += units
        self._doing = doing

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
            task = bar.add_task(self._in_words("\n"), total=None, rate="")
            while not self._ended.wait(0.1):
                if self._under_way and bar.tasks[0].total is None:
                    bar.reset(task, total=self._total)
                if self._under_way:
                    bar.update(task, total=self._total, completed=self._done, rate=self._rate())
                bar.update(task, description=self._in_words("\n"))

    def _print_lines(self) -> None:
        while not self._ended.wait(BETWEEN_LINES):
            passed = time.monotonic() - self._started
            done = ""
            if self._under_way:
                left = passed * (self._total - self._done) / (self._done - self._before)
                done = f": {100 * self._done // self._total}% done, {self._rate() or f'about {left:.0f} s left'}"
            print(f"{self._in_words()}{done} ({passed:.0f} s)", file=sys.stderr, flush=True)

    def _in_words(self, between: str = " ") -> str:
        """Return what is being done; before any of it is done it may be a compiler that takes the time."""
        what = f"{self._what}, {self._doing}" if self._doing else self._what
        return what if self._under_way else f"{what}{between}{COMPILED_FIRST}"
