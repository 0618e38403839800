"""Runs what a visitor compares, in the background; only the latest choice is computed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache

import solara

from dashboard.lab.arms import Arm, Comparison
from experiments.comparison import REPLICATES, Laboratory, Runs, Superseded


@cache
def laboratory() -> Laboratory:
    """Return what computes for all visitors of this process."""
    return Laboratory()


@dataclass(frozen=True, eq=False)
class Shown:
    """What the page shows.

    Attributes
    ----------
    comparison : Comparison
    runs : tuple of Runs
        One for each of its arms.
    number : int
        Counts what was shown.
    """

    comparison: Comparison
    runs: tuple[Runs, ...]
    number: int

    @property
    def complete(self) -> bool:
        """Whether all replicates are there."""
        return all(one.replicates >= REPLICATES for one in self.runs)

    def of(self, arm: Arm) -> Runs:
        """Return the runs of an arm."""
        return self.runs[self.comparison.arms.index(arm)]


class Desk:
    """Computes comparisons for one visitor in a thread of its own.

    Attributes
    ----------
    shown : Reactive of Shown or None
        The latest result: what lines are drawn from.
    settled : Reactive of Shown or None
        The latest with all replicates: what is judged, and what is taken away.
    failed : Reactive of str
        What went wrong, if anything did.
    """

    def __init__(self):
        self.shown: solara.Reactive[Shown | None] = solara.reactive(None)
        self.settled: solara.Reactive[Shown | None] = solara.reactive(None)
        self.failed = solara.reactive("")
        self._latest: Comparison | None = None
        self._closed = False
        self._number = 0
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    def want(self, comparison: Comparison) -> None:
        """Compute a comparison instead of the one before."""
        with self._change:
            self._latest = comparison
            self._change.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="policy-lab", daemon=True)
                self._thread.start()

    def is_busy_with(self, comparison: Comparison | None) -> bool:
        """Return whether a comparison is still being computed; a panel that asks is drawn again when it is not any more."""
        settled = self.settled.value
        return comparison is not None and not self.failed.value and (settled is None or settled.comparison is not comparison)

    def close(self) -> None:
        """End; the page is gone."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _work(self) -> None:
        done: Comparison | None = None
        while True:
            with self._change:
                while self._latest is done and not self._closed:
                    self._change.wait()
                if self._closed:
                    return
                wanted = self._latest
            self._compute(wanted)
            done = wanted

    def _compute(self, comparison: Comparison) -> None:
        self.failed.value = ""
        scenarios = [arm.scenario for arm in comparison.arms]
        try:
            for runs in laboratory().compare(scenarios, lambda: self._latest is comparison and not self._closed):
                if self._closed:
                    return
                self._number += 1
                self.shown.value = found = Shown(comparison, tuple(runs), self._number)
                if found.complete:
                    self.settled.value = found
        except Superseded:
            return
        except Exception as error:  # shown on the page; the thread goes on
            self.failed.value = f"{type(error).__name__}: {error}"
