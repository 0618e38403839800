"""Runs points of parameter space: each with some replicates, many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from experiments.calibration.targets import STATISTICS
from experiments.evidence.contrasts import ENDS, Totals
from experiments.runner import replicates_at_once
from model.bureaucracy import BureaucracyModel
from model.parameters import PARAMETERS
from model.scenario import Scenario, load_scenario

SCENARIO = "pilkada_2020"
Report = Callable[[int, str], None]


def on_plausible_range(names: Sequence[str], unit: np.ndarray) -> np.ndarray:
    """Return points of the unit cube as values of parameters over their plausible ranges, shape (points, names)."""
    low, high = np.array([PARAMETERS[name].plausible for name in names], float).T
    return low + np.asarray(unit) * (high - low)


def pieces_of_points(names: Sequence[str], values: np.ndarray, seeds: np.ndarray, report: Report, doing: str,
                     base: Scenario | None = None) -> np.ndarray:
    """Run points, and return what was counted in each replicate and piece of time.

    Parameters
    ----------
    names : sequence of str
        The parameters that differ.
    values : float array, shape (points, names)
    seeds : int array, shape (points, replicates)
    report : callable
        Told how many runs were done, and what is being done.
    doing : str
        What that is.
    base : Scenario, optional
        What is changed at each point; by default the scenario ``SCENARIO``.

    Returns
    -------
    float array, shape (points, replicates, len(ENDS), TALLY_VALUES)
    """
    base = base or load_scenario(SCENARIO)
    worlds = [base.replace(**dict(zip(names, point, strict=True))) for point in values.tolist()]
    jobs = [(world, int(seed)) for world, row in zip(worlds, seeds, strict=True) for seed in row]
    found = []
    for chunk in _chunks(jobs, replicates_at_once(base)):
        report(0, doing)
        stack = BureaucracyModel.stack(chunk)
        stack.run_for(base.months)
        found.append(np.add.reduceat(stack.counts(), [0, *ENDS[:-1]], axis=1))
        report(len(chunk), doing)
    return np.concatenate(found).reshape(*seeds.shape, len(ENDS), -1)


def _chunks(jobs: list, size: int) -> Iterator[list]:
    for first in range(0, len(jobs), size):
        yield jobs[first:first + size]


def statistics_of(pieces: np.ndarray, names: Sequence[str] = tuple(STATISTICS)) -> np.ndarray:
    """Return targets and held-out numbers, shape (..., names), of counts of shape (..., len(ENDS), TALLY_VALUES)."""
    totals = Totals({"baseline": pieces})
    with np.errstate(divide="ignore", invalid="ignore"):  # where nobody was reported there is no share
        return np.stack([STATISTICS[name](totals) for name in names], axis=-1)


def own_seeds(points: int, replicates: int, first: int) -> np.ndarray:
    """Return seeds that no two points share, shape (points, replicates): the points' luck then evens out."""
    return first + np.arange(points * replicates).reshape(points, replicates)


def shared_seeds(points: int, replicates: int, first: int) -> np.ndarray:
    """Return the same seeds for every point, shape (points, replicates): differences are then paired."""
    return np.tile(first + np.arange(replicates), (points, 1))
