"""Some neighbouring runs, stepped together: what a thread or a distant worker does.

A task holds everything a worker needs and comes back as one Parquet segment, so that the same work gives the same
bytes wherever it is done. A run that raises is found by halving, and the others are kept.
"""

from __future__ import annotations

import hashlib
import json
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from experiments.sweep.design import Outcome, Trial, Walk
from experiments.sweep.points import assigned_arms
from experiments.sweep.tables import parquet_bytes
from model.bureaucracy import BureaucracyModel, Stack
from model.compiler import sources_digest
from model.measures import CATEGORIES, measured
from model.scenario import Reform, Scenario

LONGEST_TRACEBACK = 8_000
RUNS_IN_CACHE = 8  # whose counts are measured together: of 120 months, about 2 MB
_warming = threading.Lock()
_warm = False
EVERY_REGION = -1  # instead of an arm: the trial itself, in which arms are drawn


class StoppedError(Exception):
    """The sweep was stopped while this chunk was running."""


class OtherVersionError(Exception):
    """A worker has another version of the model; the message is one sentence."""


@dataclass(frozen=True)
class Job:
    """What all chunks of a sweep share.

    Attributes
    ----------
    scenario : Scenario
    from_month : int
        From which month on a point's settings hold.
    path : Walk or None
    trial : Trial or None
    outcomes : tuple of Outcome
    series : tuple of str
        Outcomes kept over time.
    periods : tuple of (int, int)
        First and last month of each period of the series.
    world : str
        Digest of what determines a run besides its settings and seed.
    model : str
        Digest of the model's sources, which a worker's must equal.
    """

    scenario: Scenario
    from_month: int
    path: Walk | None
    trial: Trial | None
    outcomes: tuple[Outcome, ...]
    series: tuple[str, ...]
    periods: tuple[tuple[int, int], ...]
    world: str
    model: str


@dataclass(frozen=True)
class Run:
    """One run of a sweep.

    Attributes
    ----------
    number : int
        Its place in the canonical order.
    point, replicate, seed : int
    arm : int
        In a trial the arm that every region gets, or ``EVERY_REGION``; else 0.
    """

    number: int
    point: int
    replicate: int
    seed: int
    arm: int = 0


@dataclass(frozen=True)
class Task:
    """Neighbouring runs, and what their points set."""

    job: Job
    runs: tuple[Run, ...]
    settings: Mapping[int, Mapping[str, float]]

    def part(self, first: int, last: int) -> Task:
        """Return a task with some of the runs."""
        runs = self.runs[first:last]
        points = {run.point for run in runs}
        return Task(self.job, runs, {point: self.settings[point] for point in points})

    def halves(self) -> tuple[Task, Task]:
        """Return two tasks that together do the same."""
        middle = len(self.runs) // 2
        return self.part(0, middle), self.part(middle, len(self.runs))


@dataclass(frozen=True)
class Failure:
    """A run that could not be done."""

    run: int
    point: int
    replicate: int
    seed: int
    parameters: str
    error: str
    traceback: str


@dataclass(frozen=True)
class Segment:
    """What came of a task: a Parquet file of the runs that were done, and the runs that were not."""

    first: int
    last: int
    rows: int
    content: bytes
    failures: tuple[Failure, ...]


def failure_of(task: Task, error: BaseException, text: str | None = None) -> Failure:
    """Return the row of a run that could not be done; ``task`` holds that run only."""
    run = task.runs[0]
    lines = "".join(traceback.format_exception(error)) if text is None else text
    return Failure(run.number, run.point, run.replicate, run.seed, json.dumps(task.settings[run.point], sort_keys=True),
                   f"{type(error).__name__}: {error}", lines[-LONGEST_TRACEBACK:])


def run_task(task: Task, stopped: Callable[[], bool] | None = None) -> Segment:
    """Do the runs of a task.

    Parameters
    ----------
    task : Task
    stopped : callable, optional
        Asked every month whether to give up.

    Raises
    ------
    StoppedError
        If asked to.
    OtherVersionError
        If this process has another model than the one that sent the task.
    """
    if task.job.model != sources_digest():
        raise OtherVersionError("a worker has another version of the model or of its compiler; install the same there")
    warm_up()
    tables, failures = _done_or_halved(task, stopped or _never)
    table = pa.concat_tables(tables) if tables else None
    return Segment(task.runs[0].number, task.runs[-1].number, len(table) if table else 0,
                   parquet_bytes(table) if table else b"", tuple(failures))


def warm_up() -> None:
    """Compile the model, once in a process: threads that need it meanwhile wait, since it cannot be compiled by two."""
    global _warm
    with _warming:
        if not _warm:
            BureaucracyModel.stack([(Scenario(title="Warm-up", staff=2, months=1), 0)], threads=1).step()
            _warm = True


def segment_of_failure(failure: Failure) -> Segment:
    """Return the segment of one run that could not be done."""
    return Segment(failure.run, failure.run, 0, b"", (failure,))


def _never() -> bool:
    return False


def _done_or_halved(task: Task, stopped: Callable[[], bool]) -> tuple[list[pa.Table], list[Failure]]:
    """Do the runs together; where one raises, do each half by itself."""
    try:
        return [_done(task, stopped)], []
    except StoppedError:
        raise
    except Exception as error:
        if len(task.runs) == 1:
            return [], [failure_of(task, error)]
    tables, failures = [], []
    for half in task.halves():
        done, failed = _done_or_halved(half, stopped)
        tables += done
        failures += failed
    return tables, failures


def _done(task: Task, stopped: Callable[[], bool]) -> pa.Table:
    """Return the table of a task, none of whose runs raises."""
    job = task.job
    scenarios = _scenarios(task)
    stack = BureaucracyModel.stack(list(zip(scenarios, [run.seed for run in task.runs], strict=True)), threads=1)
    survey = RegionalSurvey(job, task.runs) if job.trial else None

    def stop_if_told(_: int = 0) -> None:
        if stopped():
            raise StoppedError

    stop_if_told()
    if survey is None:
        stack.run_for(job.scenario.months, stop_if_told)
    else:
        for month in range(1, job.scenario.months + 1):
            stack.run_for(1, stop_if_told)
            survey.add(stack, month)
    return table_of(task, stack, survey)


# Scenarios -----------------------------------------------------------------------------------------------------


def _scenarios(task: Task) -> list[Scenario]:
    """Return each run's scenario; replicates of a point share one."""
    known: dict[object, Scenario] = {}
    for run in task.runs:
        key = _world_of(run)
        if key not in known:
            known[key] = scenario_of(task.job, task.settings[run.point], run)
    return [known[_world_of(run)] for run in task.runs]


def _world_of(run: Run) -> tuple[int, int]:
    return (run.point, run.seed if run.arm == EVERY_REGION else 0)


def scenario_of(job: Job, settings: Mapping[str, float], run: Run) -> Scenario:
    """Return the scenario of a run."""
    reforms = list(job.scenario.reforms)
    if job.path:
        reforms += [Reform(1 + step * job.path.hold, {job.path.parameter: value})
                    for step, value in enumerate(job.path.values)]
    if job.trial:
        changes = _changes_by_region(job, run)
        reforms += [Reform(job.trial.from_month, changes)] if changes else []
    elif settings and job.from_month > 1:
        reforms.append(Reform(job.from_month, settings))
        settings = {}
    if len(reforms) == len(job.scenario.reforms):
        return job.scenario.replace(**settings) if settings else job.scenario
    return job.scenario.replace(**settings, reforms=tuple(reforms))


def _changes_by_region(job: Job, run: Run) -> dict[str, np.ndarray]:
    """Return the parameters that a trial changes, one value for each region."""
    arms = arms_of(job, run)
    changes: dict[str, np.ndarray] = {}
    for number, arm in enumerate(job.trial.arms):
        for name, value in arm.settings.items():
            column = changes.setdefault(name, job.scenario.value(name))
            column[arms == number] = value
    return changes


def arms_of(job: Job, run: Run) -> np.ndarray:
    """Return the arm of each region in a run of a trial."""
    regions = job.scenario.regions
    if run.arm == EVERY_REGION:
        return assigned_arms(regions, len(job.trial.arms), run.seed)
    return np.full(regions, run.arm)


# Outcomes ------------------------------------------------------------------------------------------------------


class RegionalSurvey:
    """What is counted in each region of a trial: over the months of each outcome, and before the trial.

    Parameters
    ----------
    job : Job
    runs : sequence of Run
        Only those of the trial itself are surveyed.
    """

    def __init__(self, job: Job, runs: Sequence[Run]):
        before = tuple(range(job.trial.from_month - job.trial.before, job.trial.from_month))
        self._before = before
        self._windows = {months: frozenset(months) for months in {before, *(outcome.months for outcome in job.outcomes)}}
        self._chosen = [place for place, run in enumerate(runs) if run.arm == EVERY_REGION]
        self._sums: dict[tuple[int, tuple[int, ...]], np.ndarray] = {}

    def add(self, stack: Stack, month: int) -> None:
        """Take note of what was counted this month."""
        for place in self._chosen:
            counts = stack.engine.counts_now(place)
            for months, window in self._windows.items():
                if month in window:
                    sums = self._sums.setdefault((place, months), np.zeros_like(counts))
                    sums += counts

    def values(self, place: int, outcome: Outcome, before: bool) -> list[float] | None:
        """Return an outcome by region; None for a run that is not surveyed."""
        if place not in self._chosen:
            return None
        return _measured(outcome, self._sums[place, self._before if before else outcome.months]).tolist()


def _measured(outcome: Outcome, counts: np.ndarray) -> np.ndarray:
    """Return an outcome of counts; not a number where there is nothing to divide by."""
    values = measured(outcome.measure, counts, outcome.by, outcome.where)
    if outcome.by:
        values = values[..., CATEGORIES[outcome.by].index(outcome.category)]
    return np.where(np.isfinite(values), values, np.nan)


def _over(months: tuple[int, ...], counts: np.ndarray) -> np.ndarray:
    """Return counts added up over months; shape (runs, TALLY_VALUES)."""
    if months[-1] - months[0] + 1 == len(months):
        return counts[:, months[0] - 1:months[-1]].sum(axis=1)
    return counts[:, np.array(months) - 1].sum(axis=1)


def schema_of(job: Job) -> pa.Schema:
    """Return the columns of a segment."""
    fields = [("run", pa.int64()), ("identity", pa.binary(8)), ("point", pa.int32()), ("replicate", pa.int32()),
              ("seed", pa.uint64())]
    fields += [(outcome.name, pa.float64()) for outcome in job.outcomes]
    fields += [(f"series:{name}", pa.list_(pa.float32())) for name in job.series]
    if job.trial:
        fields.append(("regional:arm", pa.list_(pa.int8())))
        for outcome in job.outcomes:
            fields += [(f"regional:{outcome.name}", pa.list_(pa.float64())),
                       (f"regional:{outcome.name}_before", pa.list_(pa.float64()))]
    return pa.schema(fields)


def table_of(task: Task, stack: Stack, survey: RegionalSurvey | None) -> pa.Table:
    """Return the rows of some runs that have come to their last month."""
    job, runs = task.job, task.runs
    digests = {point: json.dumps(values, sort_keys=True) for point, values in task.settings.items()}
    outcomes, series = _measured_runs(job, stack)
    columns: list = [
        [run.number for run in runs],
        [identity_of(job, digests[run.point], run) for run in runs],
        [run.point for run in runs],
        [run.replicate for run in runs],
        [run.seed for run in runs],
    ]
    columns += [pa.array(values, mask=np.isnan(values)) for values in outcomes]
    ends = np.arange(0, (len(runs) + 1) * len(job.periods), len(job.periods), dtype=np.int32)
    columns += [pa.ListArray.from_arrays(ends, values.ravel()) for values in series]
    if survey:
        columns.append([arms_of(job, run).tolist() if run.arm == EVERY_REGION else None for run in runs])
        for outcome in job.outcomes:
            columns += [[survey.values(place, outcome, before) for place in range(len(runs))] for before in (False, True)]
    schema = schema_of(job)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _measured_runs(job: Job, stack: Stack) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the outcomes, each of shape (runs,), and the series, each of shape (runs, periods)."""
    windows = {outcome.months for outcome in job.outcomes}
    kept = [outcome for name in job.series for outcome in job.outcomes if outcome.name == name]
    monthly = all(first == last for first, last in job.periods)
    outcomes, series = [], []
    for start in range(0, len(stack), RUNS_IN_CACHE):
        counts = np.stack([stack.engine.counts(run) for run in range(start, min(start + RUNS_IN_CACHE, len(stack)))])
        sums = {months: _over(months, counts) for months in windows}
        outcomes.append([_measured(outcome, sums[outcome.months]) for outcome in job.outcomes])
        by_period = counts if monthly else np.stack([counts[:, first - 1:last].sum(axis=1) for first, last in job.periods], 1)
        series.append([_measured(outcome, by_period).astype(np.float32) for outcome in kept])
    return [np.concatenate(parts) for parts in zip(*outcomes, strict=True)], [
        np.concatenate(parts) for parts in zip(*series, strict=True)]


def identity_of(job: Job, settings: str, run: Run) -> bytes:
    """Return a digest of everything that determines a run: the model, its parameters, reforms, months, and seed."""
    text = f"{job.world} {settings} {run.arm} {run.seed}"
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


