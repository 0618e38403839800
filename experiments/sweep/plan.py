"""The runs of a design: numbered in one canonical order, cut into chunks, and known by a digest.

Runs come in rounds; a fixed number of replicates makes one round, a sequential one a round for each time that
replicates are added. Within a round runs are sorted by point, then by replicate. Nothing here grows with the number of
runs: a run is worked out from its number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from experiments.runner import MOST_SEEDS, PEOPLE_AT_ONCE, RUN_MONTHS_AT_ONCE
from experiments.sweep.chunk import EVERY_REGION, Job, Run, Task
from experiments.sweep.design import Design, Sequential
from experiments.sweep.points import Points, points_of
from model.compiler import sources_digest
from model.scenario import Scenario

# Measured on one core of 2020; chunks are sized by them, and no result depends on them.
SECONDS_PER_RUN = 0.001
SECONDS_PER_RUN_MONTH = 5e-6
SECONDS_PER_STAFF_MONTH = 1.1e-7
CHUNK_SECONDS = 1.0
RUNS_AT_ONCE = 500  # however small they are, so that memory does not grow with the number of runs
BYTES_PER_RUN = 60  # of a segment, besides outcomes and series
GROWTH = 2  # replicates of an unsettled point after a round, in terms of those before it


@dataclass(frozen=True)
class Round:
    """Runs that are done together.

    Attributes
    ----------
    first : int
        Number of the first run.
    points : int array, shape (points,)
        Which points, in order.
    replicates : range
        Which replicates of each.
    """

    first: int
    points: np.ndarray
    replicates: range

    def __len__(self) -> int:
        return len(self.points) * len(self.replicates)

    @property
    def end(self) -> int:
        """Number after the last run."""
        return self.first + len(self)


class Plan:
    """What a design asks for.

    Parameters
    ----------
    design : Design

    Attributes
    ----------
    design : Design
    points : Points
    job : Job
        What all chunks share.
    """

    def __init__(self, design: Design):
        self.design = design
        self.points: Points = points_of(design)
        self.job = Job(design.scenario, design.from_month, design.path, design.trial, design.outcomes,
                       design.series_outcomes, design.periods, digest_of(world_of(design)), sources_digest())

    @cached_property
    def recipe(self) -> dict:
        """Everything that determines the results, for a program to compare; as JSON gives it back."""
        return json.loads(json.dumps({
            **world_of(self.design),
            "kind": self.design.kind,
            "points": hashlib.sha256(np.ascontiguousarray(self.points.values + 0.0).tobytes()).hexdigest()[:16],
            "settings": digest_of([self.points.settings(point) for point in range(len(self.points))]),
            "baseline": self.points.baseline,
            "seed": self.design.seed,
            "replicates": _replicates_in_words(self.design.replicates),
            "outcomes": [[outcome.name, outcome.measure, outcome.by, outcome.category, outcome.where,
                          outcome.months] for outcome in self.design.outcomes],
            "series": [self.design.series_outcomes, digest_of(self.design.periods)],
        }))

    @property
    def most_runs(self) -> int:
        """How many runs there are; at most, where replicates are added until enough is known."""
        rule = self.design.replicates
        return len(self.points) * (rule.most if isinstance(rule, Sequential) else rule)

    @property
    def people(self) -> int:
        """Civil servants in a run."""
        return people_of(self.design.scenario)

    @property
    def seconds_per_run(self) -> float:
        """About how long a run takes on one core."""
        months = self.design.scenario.months
        return SECONDS_PER_RUN + months * (SECONDS_PER_RUN_MONTH + SECONDS_PER_STAFF_MONTH * self.people)

    def seconds(self, width: int) -> float:
        """Return about how long all runs take, so many chunks at a time."""
        return self.most_runs * self.seconds_per_run / width

    @property
    def bytes_per_run(self) -> int:
        """About how much room a run takes on disk."""
        return BYTES_PER_RUN + 8 * len(self.design.outcomes) + 4 * len(self.design.series_outcomes) * len(self.design.periods)

    def runs_in_chunk(self, seconds: float = CHUNK_SECONDS) -> int:
        """Return how many runs make a chunk of so many seconds that fits into memory."""
        bounds = (RUNS_AT_ONCE, seconds / self.seconds_per_run, PEOPLE_AT_ONCE / self.people,
                  RUN_MONTHS_AT_ONCE / self.design.scenario.months)
        return max(1, int(min(bounds)))

    def first_round(self) -> Round:
        """Return the runs that are done in any case."""
        rule = self.design.replicates
        return Round(0, np.arange(len(self.points)), range(rule.first if isinstance(rule, Sequential) else rule))

    def task(self, round_: Round, first: int, last: int) -> Task:
        """Return the runs from number ``first`` to ``last``."""
        runs = tuple(self._run(round_, number) for number in range(first, last + 1))
        points = dict.fromkeys(run.point for run in runs)
        return Task(self.job, runs, {point: self.points.settings(point) for point in points})

    def _run(self, round_: Round, number: int) -> Run:
        place, which = divmod(number - round_.first, len(round_.replicates))
        point, replicate = int(round_.points[place]), round_.replicates[which]
        arm = 0
        if self.design.trial:
            arm = point if point < len(self.design.trial.arms) else EVERY_REGION
        return Run(number, point, replicate, (self.design.seed + replicate) % MOST_SEEDS, arm)


def people_of(scenario: Scenario) -> int:
    """Return how many civil servants a scenario has."""
    return int(np.broadcast_to(scenario.staff, scenario.regions).sum())


def chunks(gaps: Iterable[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """Cut stretches of runs (first, last) into chunks of at most ``size``."""
    for first, last in gaps:
        for start in range(first, last + 1, size):
            yield start, min(start + size - 1, last)


# Identity ------------------------------------------------------------------------------------------------------


def digest_of(value: object) -> str:
    """Return a digest of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def world_of(design: Design) -> dict:
    """Return what determines a run besides the settings of its point and its seed."""
    scenario = design.scenario
    return {
        "model": sources_digest(),
        "mode": scenario.mode,
        "regions": scenario.regions,
        "staff": np.asarray(scenario.staff).tolist(),
        "months": scenario.months,
        "parameters": {name: _one_or_all(values) for name, values in scenario.values_by_parameter().items()},
        "reforms": [[reform.month, {name: np.asarray(value).tolist() for name, value in reform.changes.items()}]
                    for reform in scenario.reforms],
        "from_month": design.from_month,
        "path": asdict(design.path) if design.path else None,
        "trial": [design.trial.from_month, design.trial.before, [dict(arm.settings) for arm in design.trial.arms]]
        if design.trial else None,
    }  # fmt: skip


def _one_or_all(values: np.ndarray) -> float | list[float]:
    return values[0].item() if (values == values[0]).all() else values.tolist()


def _replicates_in_words(rule: int | Sequential) -> int | dict:
    return asdict(rule) if isinstance(rule, Sequential) else rule


# Sequential replicates -----------------------------------------------------------------------------------------


class PairedDifferences:
    """How well each point's difference to the baseline is known, from replicates that share their luck.

    Runs must be added in their canonical order, so that sums do not depend on how they were cut into chunks.

    Parameters
    ----------
    plan : Plan
    """

    def __init__(self, plan: Plan):
        self._rule: Sequential = plan.design.replicates
        self._baseline = plan.points.baseline
        self._own = np.full((len(plan.points), 0), np.nan)

    def add(self, point: np.ndarray, replicate: np.ndarray, value: np.ndarray) -> None:
        """Take the outcome of some runs."""
        if len(replicate) and (most := int(replicate.max()) + 1) > self._own.shape[1]:
            more = np.full((len(self._own), most - self._own.shape[1]), np.nan)
            self._own = np.concatenate([self._own, more], axis=1)
        self._own[point, replicate] = value

    def half_widths(self) -> np.ndarray:
        """Return half the width of each point's interval, shape (points,); infinite from fewer than two pairs."""
        difference = self._own - self._own[self._baseline]
        known = np.isfinite(difference)
        pairs = known.sum(axis=1)
        total = np.where(known, difference, 0.0).sum(axis=1)
        mean = total / np.maximum(pairs, 1)
        squares = np.where(known, (difference - mean[:, None]) ** 2, 0.0).sum(axis=1)
        quantile = stdtrit(np.maximum(pairs - 1, 1), 0.5 + self._rule.confidence / 2)
        half = quantile * np.sqrt(squares / np.maximum(pairs - 1, 1) / np.maximum(pairs, 1))
        return np.where(pairs > 1, half, np.inf)

    def next_round(self, last: Round) -> Round | None:
        """Return the runs still needed after a round: those of the unsettled points and of the baseline."""
        have = last.replicates.stop
        unsettled = np.isin(np.arange(len(self._own)), last.points) & (self.half_widths() >= self._rule.half_width)
        unsettled[self._baseline] = False
        if have >= self._rule.most or not unsettled.any():
            return None
        unsettled[self._baseline] = True
        return Round(last.end, np.flatnonzero(unsettled), range(have, min(have * GROWTH, self._rule.most)))
