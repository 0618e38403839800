"""From a design to its points: which value each factor takes at each of them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from experiments.sweep.design import DUMMY, MOST_POINTS, Design, Factor
from experiments.sweep.entries import DesignError
from model.scenario import RANK_SHARES

SAMPLER_SEEDS = 2**32  # what the samplers take
TRIAL = "trial"  # the name of the point whose regions are randomised


@dataclass(frozen=True)
class Points:
    """The points of a design, in their canonical order.

    Attributes
    ----------
    factors : tuple of Factor
        What the columns of ``values`` mean.
    values : float array, shape (points, factors)
        Not a number where the scenario's own value holds.
    sample : bool array, shape (points,)
        False for a baseline that was added to the design's own points.
    baseline : int
        The point that others are compared with.
    names : tuple of (mapping of str to str)
        What points are called, by language; empty for most kinds.
    """

    factors: tuple[Factor, ...]
    values: np.ndarray
    sample: np.ndarray
    baseline: int
    names: tuple[Mapping[str, str], ...]

    def __len__(self) -> int:
        return len(self.values)

    def settings(self, point: int) -> dict[str, float]:
        """Return the parameters that a point sets."""
        found: dict[str, float] = {}
        for factor, value in zip(self.factors, self.values[point].tolist(), strict=True):
            found |= factor.settings(value)
        return found

    def name(self, point: int, language: str = "en") -> str:
        """Return what a point is called; empty where it has no name."""
        return self.names[point].get(language) or self.names[point].get("en", "")


def points_of(design: Design) -> Points:
    """Return the points of a design.

    Raises
    ------
    DesignError
        If there are too many, or one of them is no possible world.
    """
    try:
        points = _points_of_trial(design) if design.trial else _points_of_sample(design)
        _check_rank_shares(design, points)
    except DesignError as error:
        raise DesignError(f"{design.name}: {error}") from None
    return points


def _points_of_sample(design: Design) -> Points:
    values = _own_values(design) if design.kind in ("factorial", "table") else _sampled(design)
    return _with_baseline(design, values, [point.names for point in design.given] or [{}] * len(values))


def _check_number(number: int) -> None:
    if number > MOST_POINTS:
        raise DesignError(f"the design has {number:,} points, and {MOST_POINTS:,} is the most")


def _own_values(design: Design) -> np.ndarray:
    """Return the points of a factorial or table, in the order of the file."""
    if design.kind == "factorial":
        _check_number(int(np.prod([len(factor.values) for factor in design.factors], dtype=object)))
        rows = list(itertools.product(*(factor.values for factor in design.factors)))
        return np.array(rows, np.float64).reshape(len(rows), len(design.factors))
    own = [_own_value(design, factor) for factor in design.factors]
    return np.array([[point.values.get(factor.name, value) for factor, value in zip(design.factors, own, strict=True)]
                     for point in design.given], np.float64).reshape(len(design.given), len(design.factors))


def _own_value(design: Design, factor: Factor) -> float:
    """Return the value that the scenario itself gives a factor; not a number where it has no single one."""
    if factor.sets or factor.name == DUMMY:
        return np.nan
    values = design.scenario.value(factor.name)
    return float(values[0]) if (values == values[0]).all() else np.nan


def _sampled(design: Design) -> np.ndarray:
    """Return a sample of the factors' ranges."""
    count, seed = len(design.factors), design.seed % SAMPLER_SEEDS
    _check_number(design.size * (count + 2 if design.kind == "saltelli" else count + 1 if design.kind == "morris" else 1))
    unit = _unit_sample(design.kind, design.size, count, seed)
    return np.column_stack([factor.spread(column) for factor, column in zip(design.factors, unit.T, strict=True)])


def _unit_sample(kind: str, size: int, count: int, seed: int) -> np.ndarray:
    """Return a sample of the unit cube, shape (points, count), in the order that its analysis wants."""
    problem = {"num_vars": count, "names": [str(number) for number in range(count)], "bounds": [[0.0, 1.0]] * count}
    if kind == "latin_hypercube":
        from scipy.stats import qmc

        return qmc.LatinHypercube(count, rng=seed).random(size)
    if kind == "sobol":
        from scipy.stats import qmc

        return qmc.Sobol(count, rng=seed).random(size)
    if kind == "morris":
        from SALib.sample import morris

        return morris.sample(problem, size, num_levels=4, seed=seed)
    from SALib.sample import sobol

    return sobol.sample(problem, size, calc_second_order=False, seed=seed)


def _with_baseline(design: Design, values: np.ndarray, names: list[Mapping[str, str]]) -> Points:
    """Mark the baseline among the points, or add it after them."""
    _check_number(len(values))
    sample = np.ones(len(values), bool)
    if isinstance(design.baseline, str):
        baseline = next(number for number, texts in enumerate(names) if texts.get("en") == design.baseline)
        return Points(design.factors, values, sample, baseline, tuple(names))
    row = np.array([design.baseline.get(factor.name, _own_value(design, factor)) for factor in design.factors])
    same = np.flatnonzero(np.isclose(values, row, rtol=1e-12, atol=1e-12, equal_nan=True).all(axis=1))
    if len(same):
        return Points(design.factors, values, sample, int(same[0]), tuple(names))
    called = {"en": "Baseline", "id": "Acuan"} if design.given else {}
    return Points(design.factors, np.vstack([values, row]), np.append(sample, False), len(values), (*names, called))


def _points_of_trial(design: Design) -> Points:
    """Return a point for each arm, in which it is given to every region, and one for the trial itself."""
    names = [{"en": arm.name} for arm in design.trial.arms] + [{"en": TRIAL}]
    return Points((), np.zeros((len(names), 0)), np.ones(len(names), bool), 0, tuple(names))


def _check_rank_shares(design: Design, points: Points) -> None:
    """Refuse points whose shares of posts add up to more than all posts."""
    if not any(name in RANK_SHARES for factor in design.factors for name in factor.parameters):
        return
    own = {name: float(design.scenario.value(name).max()) for name in RANK_SHARES}
    for point in range(len(points)):
        total = sum((own | points.settings(point))[name] for name in RANK_SHARES)
        if total > 1 + 1e-9:
            raise DesignError(f"at point {point}, {' + '.join(RANK_SHARES)} = {total:.10g} is above 1 (share of posts)")


def assigned_arms(regions: int, arms: int, seed: int) -> np.ndarray:
    """Return the arm of each region in a trial, as equal in number as can be and drawn from a run's seed."""
    order = np.random.default_rng([seed, regions, arms]).permutation(regions)
    assigned = np.empty(regions, np.int64)
    assigned[order] = np.arange(regions) % arms
    return assigned
