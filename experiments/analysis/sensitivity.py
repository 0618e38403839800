"""Which factors an outcome depends on: Sobol, Morris and PAWN through SALib, each beside a noise floor.

Factors are measured on a scale from 0 (low end) to 1 (high end), so that indices can be compared. A factor's floor is
what chance alone can look like: the upper end of the dummy factor's interval or, where that is more, the index that
its own noise would have. The second is needed because replicates share their luck between points: a factor that does
nothing then has exactly no effect, while one that does next to nothing may still turn an election here and there. That
noise shows in how the effect of one and the same step differs between replicates.

SALib: Herman and Usher 2017, doi:10.21105/joss.00097; Iwanaga, Usher and Herman 2022, doi:10.18174/sesmo.18155.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from experiments.summary import CONFIDENCE

RESAMPLES = 200
SLICES = 10
DUMMY = "dummy"
METHODS = ("sobol", "morris", "pawn")


class SensitivityError(ValueError):
    """A sample that an analysis cannot use; the message is one sentence without a full stop."""


@dataclass(frozen=True)
class FactorIndex:
    """How much an outcome depends on one factor.

    Attributes
    ----------
    factor : str
        Its name.
    value, low, high : float
        Sobol: the total-order index, a share of variance. Morris: mean absolute change of the outcome over the
        factor's whole range, in the outcome's unit. PAWN: median distance between distributions, 0 to 1. With a 95%
        interval by bootstrap.
    second : float
        Sobol: the first-order index. Morris: standard deviation of the changes (large where the effect is curved or
        depends on other factors). PAWN: the largest distance.
    floor : float
        What chance alone can look like, for this factor.
    """

    factor: str
    value: float
    low: float
    high: float
    second: float
    floor: float


@dataclass(frozen=True)
class Sensitivity:
    """The indices of all factors for one outcome.

    Attributes
    ----------
    method : str
        One of ``METHODS``.
    indices : tuple of FactorIndex
        The largest first; the dummy, if there is one, among them.
    luck_known : bool
        Whether the floors contain the noise of single factors: not with one replicate.
    points : int
        Points used.
    dropped : int
        Points left out because they, or one that belongs with them, have no value.
    """

    method: str
    indices: tuple[FactorIndex, ...]
    luck_known: bool
    points: int
    dropped: int

    @property
    def clear(self) -> tuple[FactorIndex, ...]:
        """The factors whose whole interval lies above their floor."""
        return tuple(one for one in self.indices if one.factor != DUMMY and one.low > one.floor)


def on_unit_scale(values: np.ndarray, low: float, high: float, scale: str = "linear") -> np.ndarray:
    """Return values of a factor as shares of the way from its low to its high end."""
    if scale == "log":
        values, low, high = np.log(values), np.log(low), np.log(high)
    return (np.asarray(values, float) - low) / (high - low)


def sobol(names: list[str], base: int, values: np.ndarray) -> Sensitivity:
    """Return total-order indices from a Saltelli sample (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018).

    Parameters
    ----------
    names : list of str
        The factors.
    base : int
        Size of the base sample.
    values : float array, shape (points, replicates)
        The outcome at the points, in the order in which SALib makes them.

    Raises
    ------
    SensitivityError
        If the number of points is not a Saltelli sample's, or too few of them have a value.
    """
    from SALib.analyze import sobol as salib

    blocks = {base * (len(names) + 2): len(names) + 2, base * (2 * len(names) + 2): 2 * len(names) + 2}
    block = blocks.get(len(values))
    if block is None:
        raise SensitivityError(f"{len(values)} points are no Saltelli sample of {base} for {len(names)} factors")
    chosen, dropped = _whole_blocks(values, block)
    means = np.nanmean(chosen, axis=1)
    variance = means.var()
    if not variance > 0.0:
        return _sorted("sobol", names, np.zeros((5, len(names))), len(means), dropped)
    found = salib.analyze(_problem(names), means, calc_second_order=block != len(names) + 2, num_resamples=RESAMPLES,
                          conf_level=CONFIDENCE, seed=0)
    by_block = chosen.reshape(-1, block, chosen.shape[1])
    errors = np.stack([_errors(by_block[:, 1 + place] - by_block[:, 0]) for place in range(len(names))])
    noise = np.mean(errors**2, axis=1) / 2.0 / variance
    total, half = found["ST"], found["ST_conf"]
    indices = np.array([total, total - half, total + half, found["S1"], noise])
    return _sorted("sobol", names, indices, len(means), dropped)


def morris(names: list[str], unit: np.ndarray, values: np.ndarray) -> Sensitivity:
    """Return mean absolute elementary effects (Morris 1991; Campolongo et al. 2007, doi:10.1016/j.envsoft.2006.10.004).

    Parameters
    ----------
    names : list of str
        The factors.
    unit : float array, shape (points, factors)
        The points on the scale from 0 to 1, trajectory by trajectory.
    values : float array, shape (points, replicates)
        The outcome there.

    Raises
    ------
    SensitivityError
        If the points are no trajectories, or too few of them have a value.
    """
    from SALib.analyze import morris as salib

    block = len(names) + 1
    if len(values) % block:
        raise SensitivityError(f"{len(values)} points are no trajectories of {block}")
    step = float(np.abs(np.diff(unit[:block], axis=0)).max())
    levels = max(2, round(2.0 * step / (2.0 * step - 1.0))) if step > 0.5 else 2
    chosen, dropped = _whole_blocks(values, block)
    kept = unit[_kept_rows(values, block)]
    found = salib.analyze(_problem(names), kept, np.nanmean(chosen, axis=1), num_levels=levels, num_resamples=RESAMPLES,
                          conf_level=CONFIDENCE, seed=0)
    steps = np.diff(kept.reshape(-1, block, len(names)), axis=1).reshape(-1, len(names))
    errors = _errors(np.diff(chosen.reshape(-1, block, chosen.shape[1]), axis=1).reshape(len(steps), -1))
    moved = np.abs(steps).argmax(axis=1)
    # A normal number with mean 0 has the mean absolute value sqrt(2 / pi) of its standard deviation.
    noise = [np.sqrt(2.0 / np.pi * np.mean(errors[moved == place] ** 2)) / step for place in range(len(names))]
    star, half = np.asarray(found["mu_star"], float), np.asarray(found["mu_star_conf"], float)
    indices = np.array([star, star - half, star + half, found["sigma"], noise])
    return _sorted("morris", names, indices, len(chosen), dropped)


def pawn(names: list[str], unit: np.ndarray, values: np.ndarray) -> Sensitivity:
    """Return PAWN indices from any sample (Pianosi and Wagener 2018, doi:10.1016/j.envsoft.2018.07.019).

    Parameters
    ----------
    names, unit, values
        As for :func:`morris`; the order of the points does not matter.

    Raises
    ------
    SensitivityError
        If fewer points have a value than two for each slice.
    """
    from SALib.analyze import pawn as salib

    known = np.isfinite(values).any(axis=1)
    if known.sum() < 2 * SLICES:
        raise SensitivityError(f"Only {known.sum()} points have a value, and PAWN needs at least {2 * SLICES}")
    means = np.nanmean(values[known], axis=1)
    unit = unit[known]
    found = salib.analyze(_problem(names), unit, means, S=SLICES)
    median = np.asarray(found["median"], float)
    generator = np.random.default_rng(0)
    drawn = [_medians_of_distances(unit[rows], means[rows])
             for rows in generator.integers(len(means), size=(RESAMPLES, len(means)))]
    half = ndtri(0.5 + CONFIDENCE / 2) * np.std(drawn, axis=0, ddof=1)
    indices = np.array([median, median - half, median + half, found["maximum"], np.zeros(len(names))], float)
    return _sorted("pawn", names, indices, len(means), int((~known).sum()))


def _medians_of_distances(unit: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Return the PAWN index of each factor: SALib's number, a hundred times as quick, for the bootstrap."""
    order = np.argsort(means)
    ends = np.flatnonzero(np.append(np.diff(means[order]) > 0.0, True))  # equal outcomes are one step
    everyone = (ends + 1.0) / len(means)
    medians = []
    for column in unit.T:
        cuts = np.quantile(column, np.arange(SLICES + 1) / SLICES)
        inside = (column[order, None] >= cuts[:-1]) & (column[order, None] < cuts[1:])
        members = inside.sum(axis=0)
        within = np.cumsum(inside, axis=0)[ends][:, members > 0] / members[members > 0]
        medians.append(np.median(np.abs(within - everyone[:, None]).max(axis=0)))
    return np.array(medians)


def _problem(names: list[str]) -> dict:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _kept_rows(values: np.ndarray, block: int) -> np.ndarray:
    """Return which points stay when a block of points (a trajectory, a base point) falls with any of its members."""
    whole = np.isfinite(values).any(axis=1).reshape(-1, block).all(axis=1)
    return np.repeat(whole, block)


def _whole_blocks(values: np.ndarray, block: int) -> tuple[np.ndarray, int]:
    """Return the values at the points kept, shape (points, replicates), and the number of points dropped."""
    kept = _kept_rows(values, block)
    if kept.sum() < 2 * block:
        raise SensitivityError("Too few points have a value to tell what the outcome depends on")
    return values[kept], int((~kept).sum())


def _errors(differences: np.ndarray) -> np.ndarray:
    """Return the standard error of each mean over replicates (the last axis); not a number from fewer than two."""
    number = np.isfinite(differences).sum(axis=-1)
    means = np.nansum(differences, axis=-1) / np.maximum(number, 1)
    squares = np.nansum((differences - means[..., None]) ** 2, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(number > 1, np.sqrt(squares / (number - 1) / number), np.nan)


def _sorted(method: str, names: list[str], found: np.ndarray, points: int, dropped: int) -> Sensitivity:
    """Return the indices, the largest first; ``found`` has a row for each number, the last of them the noise."""
    indices = [FactorIndex(name, *map(float, column)) for name, column in zip(names, found.T, strict=True)]
    dummy = max((one.high for one in indices if one.factor == DUMMY), default=0.0)
    luck_known = all(np.isfinite(one.floor) for one in indices)
    indices = [replace(one, low=max(0.0, one.low), floor=max(dummy, one.floor) if np.isfinite(one.floor) else dummy)
               for one in indices]
    indices.sort(key=lambda one: -np.nan_to_num(one.value))
    return Sensitivity(method, tuple(indices), luck_known, points, dropped)
