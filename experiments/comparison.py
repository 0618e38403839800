"""Compares scenarios on the same luck, quickly enough to be watched: what the policy lab of the app computes.

Scenarios are run with the same seeds, so differences are taken pair by pair. What was run lately is kept, since one
scenario of a comparison mostly stays while another changes.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from experiments.analysis.effects import Effect, paired_effect
from experiments.runner import people_of, seeds_of
from experiments.summary import (
    Estimate,
    estimate,
    estimate_from,
    moments,
    phases_of,
)
from model import BureaucracyModel, Scenario, ScenarioError
from model.measures import column_names, measured_table

REPLICATES = 16
FIRST_REPLICATES = 2
"""Replicates of the first look, which is there at once."""
MOST_PEOPLE = 20_000
MOST_MONTHS = 240
STAFF_OF_ONE_REGION = 1000
WINDOWS = ("all", "campaign", "last campaign")
"""Months that are counted together: all, those of the campaigns, those of the last one (of a laboratory: all)."""
MOST_KEPT = 40  # results of about half a megabyte


class Superseded(Exception):
    """Nobody waits for this result any more."""


def within_limits(scenario: Scenario) -> Scenario:
    """Return a scenario that can be compared at once: a country too large for that becomes one of its regions.

    Raises
    ------
    ScenarioError
        If it has too many months.
    """
    if scenario.months > MOST_MONTHS:
        raise ScenarioError(f"months = {scenario.months} is more than the app runs, {MOST_MONTHS}; the command "
                            "'netralitas run' has no such limit")
    if people_of(scenario) <= MOST_PEOPLE:
        return scenario
    return scenario.replace(regions=1, staff=STAFF_OF_ONE_REGION)


@dataclass(frozen=True, eq=False)
class Runs:
    """What replicates of one scenario showed.

    Attributes
    ----------
    scenario : Scenario
    monthly : float32 array, shape (replicates, months, columns), or None
        Each measure and its splits, in the order of ``model.measures.column_names``; None once condensed.
    windows : float64 array, shape (replicates, windows, columns)
        The same over the months of each of ``WINDOWS`` together.
    moments : tuple of arrays, shape (months, columns), or None
        Number, mean and variance of ``monthly`` over replicates, once condensed.
    """

    scenario: Scenario
    monthly: np.ndarray | None
    windows: np.ndarray
    moments: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None

    @property
    def replicates(self) -> int:
        """How many runs these are."""
        return len(self.windows)

    def line(self, column: str) -> Estimate:
        """Return mean and interval of a measure month by month."""
        place = place_of(column)
        if self.moments is not None:
            return estimate_from(*(part[:, place] for part in self.moments))
        return estimate(self.monthly[..., place].astype(np.float64))

    def condensed(self) -> Runs:
        """Return the same with a quarter of the memory; no more replicates can be added to it."""
        number, mean, variance = moments(self.monthly.astype(np.float64))
        return replace(self, monthly=None, moments=(number.astype(np.int16), mean, variance))

    def values(self, column: str, window: str) -> np.ndarray:
        """Return a measure over a window in each run."""
        return self.windows[:, WINDOWS.index(window), place_of(column)]

    def value(self, column: str, window: str) -> Estimate:
        """Return mean and interval of a measure over a window."""
        return estimate(self.values(column, window))

    def against(self, other: Runs, column: str, window: str) -> Effect:
        """Return how a measure differs from that of other runs with the same seeds."""
        both = min(self.replicates, other.replicates)
        return paired_effect(self.values(column, window)[:both], other.values(column, window)[:both])

    @cached_property
    def campaign(self) -> list[int]:
        """The months that count as campaign."""
        return campaign_months(self.scenario)


_PLACES = {column: place for place, column in enumerate(column_names())}


def place_of(column: str) -> int:
    """Return where a column of a table of measures stands."""
    return _PLACES[column]


def campaign_months(scenario: Scenario) -> list[int]:
    """Return the months of the campaigns; all where nobody votes."""
    phases = phases_of(scenario)
    campaign = [month for month, phase in enumerate(phases, start=1) if phase == "campaign"]
    return campaign or list(range(1, scenario.months + 1))


def months_counted(scenario: Scenario, window: str) -> np.ndarray:
    """Return the places of the months that one of ``WINDOWS`` counts together."""
    if window == "all":
        return np.arange(scenario.months)
    months = np.array(campaign_months(scenario)) - 1
    if window == "campaign":
        return months
    breaks = np.flatnonzero(np.diff(months) > 1)
    return months[breaks[-1] + 1 if len(breaks) else 0:]


def run_side_by_side(scenarios: Sequence[Scenario], first: int, number: int,
                     wanted: Callable[[], bool] = lambda: True) -> list[Runs]:
    """Run scenarios of the same length together.

    Parameters
    ----------
    scenarios : sequence of Scenario
    first, number : int
        Which replicates.
    wanted : callable
        Asked after each month of some of the runs whether anybody still waits.

    Raises
    ------
    Superseded
        If nobody does.
    """
    pairs = [(scenario, seed) for scenario in scenarios for seed in seeds_of(scenario, first + number)[first:]]

    def stop_if_unwanted(_: int = 0) -> None:
        if not wanted():
            raise Superseded

    stop_if_unwanted()
    stack = BureaucracyModel.stack(pairs, threads=1)
    stack.run_for(scenarios[0].months, stop_if_unwanted)
    counts = stack.counts().reshape(len(scenarios), number, scenarios[0].months, -1)
    return [_runs_of(scenario, one) for scenario, one in zip(scenarios, counts, strict=True)]


def _runs_of(scenario: Scenario, counts: np.ndarray) -> Runs:
    windows = [counts[:, months_counted(scenario, window)].sum(axis=1, keepdims=True) for window in WINDOWS]
    table = measured_table(np.concatenate([counts, *windows], axis=1))
    return Runs(scenario, table[:, :scenario.months].astype(np.float32), table[:, scenario.months:].copy())


def _joined(one: Runs, other: Runs) -> Runs:
    return Runs(one.scenario, np.concatenate([one.monthly, other.monthly]),
                np.concatenate([one.windows, other.windows]))


class Turns:
    """Lets so many work at once; of those who wait, first looks come first, then who waits longest.

    Parameters
    ----------
    places : int
        How many work at once.
    """

    def __init__(self, places: int):
        self._free = places
        self._waiting: list[tuple[int, int]] = []
        self._numbers = itertools.count()
        self._change = threading.Condition()

    @contextmanager
    def turn(self, rank: int, wanted: Callable[[], bool]) -> Iterator[None]:
        """Wait for a turn; the lower ``rank`` comes first.

        Raises
        ------
        Superseded
            If nobody wants the result any more.
        """
        with self._change:
            mine = (rank, next(self._numbers))
            heapq.heappush(self._waiting, mine)
            try:
                while not (self._free and self._waiting[0] == mine):
                    if not wanted():
                        raise Superseded
                    self._change.wait(0.2)
                self._free -= 1
            finally:
                self._waiting.remove(mine)
                heapq.heapify(self._waiting)
                self._change.notify_all()
        try:
            yield
        finally:
            with self._change:
                self._free += 1
                self._change.notify_all()


class Laboratory:
    """Runs comparisons for all visitors of a process, and keeps what was run lately.

    Parameters
    ----------
    places : int
        How many comparisons are computed at once.
    """

    def __init__(self, places: int = 2):
        self._turns = Turns(places)
        self._kept: OrderedDict[tuple, Runs] = OrderedDict()
        self._lock = threading.Lock()

    def compare(self, scenarios: Sequence[Scenario], wanted: Callable[[], bool] = lambda: True) -> Iterator[list[Runs]]:
        """Yield a first look at once and then the full comparison, unless it was there already.

        Parameters
        ----------
        scenarios : sequence of Scenario
            Of the same number of months.
        wanted : callable
            Asked often whether anybody still waits.

        Yields
        ------
        list of Runs
            One for each scenario, ``FIRST_REPLICATES`` or more of each; at last ``REPLICATES`` of each.

        Raises
        ------
        Superseded
            If nobody does.
        """
        keys = [key_of(scenario) for scenario in scenarios]
        for rank, replicates in enumerate((FIRST_REPLICATES, REPLICATES)):
            found = [self._found(key) for key in keys]
            short = {key: scenario for key, scenario, runs in zip(keys, scenarios, found, strict=True)
                     if runs is None or runs.replicates < replicates}
            if short:
                with self._turns.turn(rank, wanted):
                    self._complete(short, replicates, wanted)
                found = [self._found(key) for key in keys]
            if all(runs is not None for runs in found):
                yield found
            if all(runs is not None and runs.replicates >= REPLICATES for runs in found):
                return

    def _complete(self, scenarios: dict[tuple, Scenario], replicates: int, wanted: Callable[[], bool]) -> None:
        before = {key: self._found(key) for key in scenarios}
        done = {key: runs.replicates if runs else 0 for key, runs in before.items()}
        # Somebody who wants the same may have completed it while this comparison waited for its turn.
        for number in sorted({there for there in done.values() if there < replicates}):
            alike = [key for key in scenarios if done[key] == number]
            found = run_side_by_side([scenarios[key] for key in alike], number, replicates - number, wanted)
            for key, runs in zip(alike, found, strict=True):
                joined = _joined(before[key], runs) if before[key] else runs
                self._keep(key, joined if joined.replicates < REPLICATES else joined.condensed())

    def _found(self, key: tuple) -> Runs | None:
        with self._lock:
            runs = self._kept.get(key)
            if runs is not None:
                self._kept.move_to_end(key)
            return runs

    def _keep(self, key: tuple, runs: Runs) -> None:
        with self._lock:
            self._kept[key] = runs
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


def key_of(scenario: Scenario) -> tuple:
    """Return what decides the results of a scenario."""
    reforms = tuple((reform.month, tuple((name, np.asarray(value).tobytes()) for name, value in sorted(
        reform.changes.items()))) for reform in scenario.reforms)
    values = tuple((name, np.asarray(value).tobytes()) for name, value in sorted(scenario.values_by_parameter().items()))
    return (scenario.mode, scenario.months, scenario.regions, np.asarray(scenario.staff).tobytes(), scenario.seed, values,
            reforms)
