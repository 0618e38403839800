"""Steps one run or many through the months, on as many threads as are worth it, and keeps what was counted.

Runs stacked in one engine share nothing but the arrays they lie in: seeds, parameters, calendars and reforms
belong to regions, and officials copy only within a run. So stacked runs give the numbers they give alone.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property

import numpy as np

from model.compiler import check_rules, compiled, taking
from model.parameters import PARAMETERS
from model.population import (
    COUNTS_FOR_A_POST,
    TALLY_COUNTS,
    TALLY_VALUES,
    World,
    new_world,
)
from model.rules import RULES
from model.scenario import Scenario, ScenarioError
from model.stages import months_of
from model.stages.room import Scratch, new_scratch

PEOPLE_WORTH_A_THREAD = 20_000
BLOCKS_PER_THREAD = 16  # so that a thread that is held up does not hold up the month
PEOPLE_TOGETHER = 20_000  # in runs that go through months together, at most: 1.3 MB, which stays near the processor
FEWEST_TOGETHER = 5_000  # or what Python does for each month would show
GROUPS_PER_THREAD = 4  # so that threads are done at about the same time



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
        self._horizons = [scenario.months for scenario in self.scenarios]
        self._reforms: dict[int, list[tuple[int, Mapping]]] = {}  # by month: runs, and what changes in them
        for run, scenario in enumerate(self.scenarios):
            for reform in scenario.reforms:
                self._reforms.setdefault(reform.month, []).append((run, reform.changes))
        self._people_before = np.concatenate([[0], np.cumsum(self.world.regions["rows"])])  # people in the regions before each
        # What was counted is most of what small runs leave, so whole numbers are kept as narrow as they can be.
        most_posts = int(np.max(self._people_before[self._ends] - self._people_before[self._starts]))
        narrow = np.min_scalar_type(COUNTS_FOR_A_POST * most_posts)
        self._past_counts = np.empty((max(self._horizons), len(runs), TALLY_COUNTS), narrow)
        self._past_sums = np.empty((max(self._horizons), len(runs), TALLY_VALUES - TALLY_COUNTS))
        self._tally_values = self.world.tallies.view(np.float64).reshape(len(self.world.regions), TALLY_VALUES)
        self._room = (int(self.world.regions["rows"].max()), int(self.world.offices["rows"].max()))
        self._own_room = threading.local()
        self._telling = threading.Lock()
        self._compiled = compiled(months_of, self.rules)

    @cached_property
    def _month_of_regions(self) -> Callable:
        return taking(self._compiled, 0, 1, 1, self.world, self._scratch_of_thread())

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

    def advance(self, runs: Sequence[int] | None = None, months: int = 1, tell: Callable[[int], None] | None = None) -> None:
        """Let months pass in the given runs (by default in all).

        Small runs go through all the months a few at a time, while their people lie in the memory nearest to the processor,
        and each thread goes through them with runs of its own.

        Parameters
        ----------
        runs : sequence of int, optional
        months : int
        tell : callable, optional
            Told after each month of some runs how many runs these are, by one thread at a time. What it raises ends the
            work, and runs may then have come to different months.

        Raises
        ------
        HorizonError
            If a run has not so many months left; then no run moves.
        """
        self.refuse_beyond_horizon(months, runs)
        for first, last in _stretches(runs, self.months.tolist()):
            groups = self._groups(first, last) if months > 1 else [(first, last)]
            if len(groups) < GROUPS_PER_THREAD * self._threads:
                for group in groups:
                    self._pass_months(*group, months, self._threads, tell)
            else:
                _share_out(groups, self._threads, lambda group: self._pass_months(*group, months, 1, tell))

    def _groups(self, first: int, last: int) -> list[tuple[int, int]]:
        """Return the runs ``first`` to ``last - 1`` in groups that go through months together."""
        before = self._people_before[self._starts[first:last]] - self._people_before[self._starts[first]]
        people = int(self._people_before[self._ends[last - 1]] - self._people_before[self._starts[first]])
        share = people // (GROUPS_PER_THREAD * self._threads) if self._threads > 1 else people
        together = min(PEOPLE_TOGETHER, max(FEWEST_TOGETHER, share))
        cuts = [first, *(first + 1 + np.flatnonzero(np.diff(before // together))).tolist(), last]
        return list(itertools.pairwise(cuts))

    def _pass_months(self, first: int, last: int, months: int, threads: int, tell: Callable[[int], None] | None) -> None:
        """Let months pass in neighbouring runs that have come to the same one."""
        starts = self._starts[first:last]
        regions = slice(int(starts[0]), int(self._ends[last - 1]))
        before = int(self.months[first])
        for month in range(before + 1, before + months + 1):
            for run, changes in self._reforms.get(month, ()):
                if first <= run < last:
                    self.change_parameters(run, changes)
            self._pass_month(regions.start, regions.stop, month, threads)
            counted = _sums_of_runs(self._tally_values[regions], starts - regions.start)
            self._past_counts[month - 1, first:last] = counted[:, :TALLY_COUNTS]
            self._past_sums[month - 1, first:last] = counted[:, TALLY_COUNTS:]
            self.months[first:last] = month
            if tell:
                with self._telling:
                    tell(last - first)

    def refuse_beyond_horizon(self, months: int, runs: Sequence[int] | None = None) -> None:
        """Raise a HorizonError if ``months`` more months are more than one of the runs (by default all) has left."""
        all_passed = self.months.tolist()
        for run in range(len(all_passed)) if runs is None else runs:
            if all_passed[run] + months > self._horizons[run]:
                raise HorizonError(f"The scenario {self.scenarios[run].name!r} ends after month {self._horizons[run]}; {months} "
                                   f"more from month {all_passed[run]} would pass it, so give it more months")

    def _pass_month(self, first: int, last: int, month: int, threads: int) -> None:
        """Let a month pass in the regions ``first`` to ``last - 1``, in blocks of about equal numbers of people."""
        self._tally_values[first:last] = 0.0
        people = int(self._people_before[last] - self._people_before[first])
        threads = min(threads, max(1, people // PEOPLE_WORTH_A_THREAD), last - first)
        if threads == 1:
            self._pass_month_in_block(first, last, month)
            return
        parts = threads * BLOCKS_PER_THREAD
        shares = self._people_before[first] + people * np.arange(1, parts) / parts
        cuts = np.unique(np.concatenate([[first], first + np.searchsorted(self._people_before[first + 1:last + 1], shares), [last]]))
        _share_out(itertools.pairwise(cuts.tolist()), threads, lambda block: self._pass_month_in_block(*block, month))

    def _pass_month_in_block(self, first: int, last: int, month: int) -> None:
        """Let a month pass in some regions, with scratch room that belongs to this thread."""
        self._month_of_regions(first, last, month, self.world, self._scratch_of_thread())

    def _scratch_of_thread(self) -> Scratch:
        scratch: Scratch | None = getattr(self._own_room, "scratch", None)
        if scratch is None:
            scratch = self._own_room.scratch = new_scratch(*self._room)
        return scratch

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
        months = self.months[run]
        return np.concatenate([self._past_counts[:months, run], self._past_sums[:months, run]], axis=1)

    def counts_now(self, run: int) -> np.ndarray:
        """Return what was counted last month in each region of a run, shape (regions, TALLY_VALUES)."""
        return self._tally_values[self.regions_of(run)]


def _share_out(parts: Iterable[tuple[int, int]], threads: int, work: Callable[[tuple[int, int]], None]) -> None:
    """Do the work on each part, on this thread and others: whichever is free takes the next, until none is left."""
    left = deque(parts)

    def take_parts() -> None:
        while True:
            try:
                part = left.popleft()
            except IndexError:
                return
            try:
                work(part)
            except BaseException:
                left.clear()  # so that nobody begins another
                raise

    others = [_pool(threads - 1).submit(take_parts) for _ in range(threads - 1)]
    try:
        take_parts()
    finally:
        for other in others:
            if not other.cancel():  # one that other work kept from starting has nothing left to do
                other.result()


def _sums_of_runs(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the sums over each run's regions; ``starts`` are the rows with which runs begin."""
    if len(starts) == len(values):
        return values  # a region each; adding them up would take far longer
    return np.add.reduceat(values, starts, axis=0)


def _stretches(runs: Sequence[int] | None, months: list[int]):
    """Yield (first, last) for stretches of neighbouring runs (by default of all) that have come to the same month."""
    if runs is None and months.count(months[0]) == len(months):
        yield 0, len(months)
        return
    ordered = sorted(set(range(len(months)) if runs is None else runs))
    first = 0
    for place in range(1, len(ordered) + 1):
        end = place == len(ordered)
        if end or ordered[place] != ordered[place - 1] + 1 or months[ordered[place]] != months[ordered[first]]:
            yield ordered[first], ordered[place - 1] + 1
            first = place
