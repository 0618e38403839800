"""Runs a plan: chunks go to an executor, what comes back goes into the store.

The runner knows nothing but ``concurrent.futures.Executor``. The model's compiled code lets threads run side by side, so
on one machine a pool of threads does; ``cluster.py`` has an executor for where one machine is outgrown.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass, replace
from functools import partial

from experiments.errors import InputError
from experiments.sweep.chunk import (
    OtherVersionError,
    Segment,
    Task,
    failure_of,
    run_task,
    segment_of_failure,
)
from experiments.sweep.design import Sequential
from experiments.sweep.plan import CHUNK_SECONDS, PairedDifferences, Plan, Round, chunks
from experiments.sweep.store import Store
from model.engine import threads_available

CHUNKS_WAITING = 2  # for each worker, so that none is idle while a result is written
DEATHS_OF_GUILTY = 2  # of workers, each alone with one run, before the run is given up
LOOK_UP = 0.2  # seconds after which Ctrl-C is noticed even where waiting cannot be interrupted


class VersionError(InputError):
    """Workers cannot do this sweep's work; the message is one sentence."""


@dataclass(frozen=True)
class Crew:
    """Who does the work.

    Attributes
    ----------
    executor : concurrent.futures.Executor
    width : int
        Chunks done at the same time.
    work : callable
        From a task to a segment.
    killed : tuple of exception types
        What comes instead of a result if a task ended its worker.
    look_after : callable
        Called now and then while work is under way; raises if nobody is left to do it.
    """

    executor: Executor
    width: int
    work: Callable[[Task], Segment] = run_task
    killed: tuple[type[BaseException], ...] = (BrokenExecutor,)
    look_after: Callable[[], None] = lambda: None


@contextlib.contextmanager
def thread_crew(workers: int | None = None) -> Iterator[Crew]:
    """Give threads of this process, by default one for each processor; they stop within a month of the model when left."""
    width = workers or threads_available()
    stop = threading.Event()
    executor = ThreadPoolExecutor(width, thread_name_prefix="netralitas-sweep")
    try:
        yield Crew(executor, width, partial(run_task, stopped=stop.is_set))
    finally:
        stop.set()
        executor.shutdown(wait=False, cancel_futures=True)


def run_plan(plan: Plan, store: Store, crew: Crew, advance: Callable[[int], None] | None = None,
             aim: Callable[[int], None] | None = None, chunk_seconds: float = CHUNK_SECONDS) -> None:
    """Do what a plan still lacks in a store.

    Parameters
    ----------
    plan : Plan
    store : Store
    crew : Crew
    advance : callable, optional
        Told of runs that have come to the disk.
    aim : callable, optional
        Told how many runs there will be, when that becomes known.
    chunk_seconds : float
        About how long a chunk should take; no result depends on it.

    Raises
    ------
    VersionError, OutsideError
        In one sentence, if workers or the disk fail; what was written stays, and running it again goes on from there.
    """
    round_: Round | None = plan.first_round()
    while round_ is not None:
        if aim:
            aim(round_.end)
        store.enter_round(round_.end)
        _Round(plan, store, crew, round_, advance or _ignore, chunk_seconds).run()
        round_ = _next_round(plan, store, round_)
    store.gather_failures()
    store.enter_end()


def _ignore(units: int) -> None:
    pass


def _next_round(plan: Plan, store: Store, last: Round) -> Round | None:
    """Return the replicates that are still needed, if they are added until enough is known."""
    rule = plan.design.replicates
    if not isinstance(rule, Sequential):
        return None
    differences = PairedDifferences(plan)
    for table in store.columns(last.end, ["point", "replicate", rule.outcome]):
        point, replicate, value = (column.to_numpy() for column in table.columns)
        differences.add(point, replicate, value)
    return differences.next_round(last)


class _Round:
    """The runs of one round, until all are on disk."""

    def __init__(self, plan: Plan, store: Store, crew: Crew, round_: Round, advance: Callable[[int], None],
                 chunk_seconds: float):
        self._store, self._crew, self._advance = store, crew, advance
        gaps = list(store.gaps(round_.first, round_.end))
        left = sum(last - first + 1 for first, last in gaps)
        # The last chunks should not leave workers idle, so little work is cut smaller.
        size = min(plan.runs_in_chunk(chunk_seconds), math.ceil(left / (CHUNKS_WAITING * crew.width)) or 1)
        self._tasks = (plan.task(round_, first, last) for first, last in chunks(gaps, size))
        self._under_way: dict[Future, Task] = {}
        self._suspects: list[Task] = []
        self._deaths: Counter[int] = Counter()

    def run(self) -> None:
        """Do all runs; first those in order, then those of chunks that ended their workers."""
        self._submit(CHUNKS_WAITING * self._crew.width)
        while self._under_way:
            for future in wait(self._under_way, LOOK_UP, FIRST_COMPLETED).done:
                self._take(future)
                self._submit(1)
            self._crew.look_after()
        # A chunk that was beside the guilty one may be innocent, so each suspect works alone from here on.
        while self._suspects:
            task = self._suspects.pop()
            future = self._crew.executor.submit(self._crew.work, task)
            self._under_way[future] = task
            while not wait([future], LOOK_UP).done:
                self._crew.look_after()
            self._take(future, alone=True)

    def _submit(self, number: int) -> None:
        for _, task in zip(range(number), self._tasks, strict=False):
            self._under_way[self._crew.executor.submit(self._crew.work, task)] = task

    def _take(self, future: Future, alone: bool = False) -> None:
        """Write what came of a task; a task that ended its worker is a suspect, and is halved until the run is found."""
        task = self._under_way.pop(future)
        try:
            segment = future.result()
        except self._crew.killed as error:
            if not alone:
                self._suspects.append(task)
                return
            if len(task.runs) > 1:
                self._suspects += reversed(task.halves())
                return
            self._deaths[task.runs[0].number] += 1
            if self._deaths[task.runs[0].number] < DEATHS_OF_GUILTY:
                self._suspects.append(task)
                return
            text = "No traceback: the process that did this run alone ended each time it was tried."
            segment = segment_of_failure(replace(failure_of(task, error, text), error="The worker's process ended"))
        except OtherVersionError as error:
            raise VersionError(str(error)) from None
        self._store.write(segment)
        self._advance(segment.last - segment.first + 1)
