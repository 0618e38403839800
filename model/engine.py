"""Steps one run or many through the months, on as many threads as are worth it, and keeps what was counted.

Runs stacked in one engine share nothing but the arrays they lie in: seeds, parameters, calendars and reforms
belong to regions, and officials copy only within a run. So stacked runs give the numbers they give alone.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

from model.compiler import check_rules, compiled
from model.parameters import PARAMETERS
from model.population import TALLY_VALUES, World, new_world
from model.rules import RULES
from model.scenario import Scenario, ScenarioError
from model.stages import months_of
from model.stages.room import Scratch, new_scratch

PEOPLE_WORTH_A_THREAD = 20_000
BLOCKS_PER_THREAD = 16  # so that a thread that is held up does not hold up the month


class HorizonError(RuntimeError):
    """More months were asked for than the scenario has; the message is one sentence."""


def threads_available() -> int:
    """Return how many threads to use: ``NETRALITAS_THREADS``, or one for each processor this process may use."""
    given = os.environ.get("NETRALITAS_THREADS", "")
    if given.isdigit() and int(given) > 0:
        return int(given)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="netralitas")


class Engine:
    """The state of one or more runs, and their past.

    Parameters
    ----------
    runs : sequence of (Scenario, int)
        Each run's scenario and seed.
    rules : mapping of str to function, optional
        Rules to use instead of the built-in ones, see ``model.rules.RULES``.
    threads : int, optional
        Threads to use at most; results do not depend on it.

    Attributes
    ----------
    world : World
        The columns, see ``model.population``.
    months : int array, shape (runs,)
        Months that have passed in each run.
    rules : dict of str to function, or None
        The rules that were swapped.
    """

    def __init__(self, runs: Sequence[tuple[Scenario, int]], rules: Mapping[str, Callable] | None = None,
                 threads: int | None = None):
        if not runs:
            raise ValueError("A stack needs at least one run")
        if rules:
            check_rules(rules, RULES)
        self.scenarios = [scenario for scenario, _ in runs]
        self.seeds = [seed for _, seed in runs]
        self.rules = dict(rules) if rules else None
        self.world: World = new_world(runs, self.rules)
        self.months = np.zeros(len(runs), np.int64)
        counts = np.array([scenario.regions for scenario in self.scenarios])
        self._ends = np.cumsum(counts)
        self._starts = self._ends - counts
        self._threads = threads_available() if threads is None else threads
        self._past: list[list[np.ndarray]] = [[] for _ in runs]
        self._tally_values = self.world.tallies.view(np.float64).reshape(len(self.world.regions), TALLY_VALUES)
        self._room = (int(self.world.regions["rows"].max()), int(self.world.offices["rows"].max()))
        self._own_room = threading.local()
        self._month_of_regions = compiled(months_of, self.rules)

    def regions_of(self, run: int) -> slice:
        """Return the rows of a run's regions."""
        return slice(int(self._starts[run]), int(self._ends[run]))

    def rows_of(self, run: int) -> slice:
        """Return the rows of a run's posts."""
        regions = self.world.regions[self.regions_of(run)]
        return slice(int(regions[0]["first_row"]), int(regions[-1]["first_row"] + regions[-1]["rows"]))

    def offices_of(self, run: int) -> slice:
        """Return the rows of a run's offices."""
        regions = self.world.regions[self.regions_of(run)]
        return slice(int(regions[0]["first_office"]), int(regions[-1]["first_office"] + regions[-1]["offices"]))

    def advance(self, runs: Sequence[int] | None = None) -> None:
        """Let one month pass in the given runs (by default in all).

        Raises
        ------
        HorizonError
            If a run has come to the end of its scenario; then no run moves.
        """
        chosen = range(len(self.months)) if runs is None else runs
        self.refuse_beyond_horizon(1, chosen)
        for first, last in _stretches(chosen, self.months):
            month = int(self.months[first]) + 1
            for run in range(first, last):
                self._enact_reforms(run, month)
            self._pass_month(int(self._starts[first]), int(self._ends[last - 1]), month)
            sums = _sums_of_runs(self._tally_values[self._starts[first]:self._ends[last - 1]],
                                 self._starts[first:last] - self._starts[first])
            for run in range(first, last):
                self._past[run].append(sums[run - first])
            self.months[first:last] = month

    def refuse_beyond_horizon(self, months: int, runs: Sequence[int] | None = None) -> None:
        """Raise a HorizonError if ``months`` more months are more than one of the runs (by default all) has left."""
        for run in range(len(self.months)) if runs is None else runs:
            scenario, passed = self.scenarios[run], int(self.months[run])
            if passed + months > scenario.months:
                raise HorizonError(f"The scenario {scenario.name!r} ends after month {scenario.months}; {months} more from "
                                   f"month {passed} would pass it, so give it more months")

    def _pass_month(self, first: int, last: int, month: int) -> None:
        """Let a month pass in the regions ``first`` to ``last - 1``, in blocks of about equal numbers of people."""
        self._tally_values[first:last] = 0.0
        people = np.cumsum(self.world.regions["rows"][first:last])
        threads = min(self._threads, max(1, int(people[-1]) // PEOPLE_WORTH_A_THREAD), last - first)
        if threads == 1:
            self._pass_month_in_block(first, last, month)
            return
        parts = threads * BLOCKS_PER_THREAD
        shares = people[-1] * np.arange(1, parts) / parts
        cuts = np.unique(np.concatenate([[first], first + np.searchsorted(people, shares), [last]]))
        blocks = deque(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))
        others = [_pool(threads - 1).submit(self._pass_month_in_blocks, blocks, month) for _ in range(threads - 1)]
        self._pass_month_in_blocks(blocks, month)
        for other in others:
            if not other.cancel():  # one that other work kept from starting has nothing left to do
                other.result()

    def _pass_month_in_blocks(self, blocks: deque[tuple[int, int]], month: int) -> None:
        """Let a month pass in block after block until none is left; each is taken by one thread."""
        while True:
            try:
                first, last = blocks.popleft()
            except IndexError:
                return
            self._pass_month_in_block(first, last, month)

    def _pass_month_in_block(self, first: int, last: int, month: int) -> None:
        """Let a month pass in some regions, with scratch room that belongs to this thread."""
        scratch: Scratch | None = getattr(self._own_room, "scratch", None)
        if scratch is None:
            scratch = self._own_room.scratch = new_scratch(*self._room)
        self._month_of_regions(first, last, month, self.world, scratch)

    def _enact_reforms(self, run: int, month: int) -> None:
        for reform in self.scenarios[run].reforms:
            if reform.month == month:
                self.change_parameters(run, reform.changes)

    def change_parameters(self, run: int, changes: Mapping[str, float | np.ndarray]) -> None:
        """Set parameters of a run from its next month on; all are checked before any is set.

        Raises
        ------
        ScenarioError
            If a name is unknown, a value is not allowed, or a parameter is read at the start only.
        """
        for name in changes:
            if name in PARAMETERS and PARAMETERS[name].at_start:
                raise ScenarioError(f"{name} is read only when the population is built and cannot change in a run; "
                                    "set it in the scenario")
        checked = self.scenarios[run].replace(**changes) if changes else self.scenarios[run]
        for name in changes:
            self.world.parameters[name][self.regions_of(run)] = checked.value(name)

    def counts(self, run: int) -> np.ndarray:
        """Return what was counted in a run, shape (months passed, TALLY_VALUES), summed over its regions."""
        past = self._past[run]
        return np.stack(past) if past else np.zeros((0, TALLY_VALUES))

    def counts_now(self, run: int) -> np.ndarray:
        """Return what was counted last month in each region of a run, shape (regions, TALLY_VALUES)."""
        return self._tally_values[self.regions_of(run)]


def _sums_of_runs(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the sums over each run's regions; ``starts`` are the rows with which runs begin."""
    if len(starts) == len(values):
        return values.copy()  # a region each; adding them up would take far longer
    return np.add.reduceat(values, starts, axis=0)


def _stretches(runs: Sequence[int], months: np.ndarray):
    """Yield (first, last) for stretches of neighbouring runs that have come to the same month."""
    month = months.tolist()
    ordered = sorted(set(runs))
    first = 0
    for place in range(1, len(ordered) + 1):
        end = place == len(ordered)
        if end or ordered[place] != ordered[place - 1] + 1 or month[ordered[place]] != month[ordered[first]]:
            yield ordered[first], ordered[place - 1] + 1
            first = place
