"""Which factors an outcome depends on: Sobol, Morris and PAWN through SALib, each beside a noise floor.

Factors are measured on a scale from 0 (low end) to 1 (high end), so that indices can be compared. The floor is what
chance alone can look like: the upper end of the dummy factor's interval or, where that is more, the index that luck
itself would have if it were a factor. The second is needed because replicates share their luck between points: a
factor that does nothing then has exactly no effect, while one that does next to nothing may still turn an election.

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
    """

    factor: str
    value: float
    low: float
    high: float
    second: float


@dataclass(frozen=True)
class Sensitivity:
    """The indices of all factors for one outcome.

    Attributes
    ----------
    method : str
        One of ``METHODS``.
    indices : tuple of FactorIndex
        The largest first; the dummy, if there is one, among them.
    floor : float
        What chance alone can look like.
    luck : float
        The index that luck itself would have; not a number with one replicate, or for PAWN.
    points : int
        Points used.
    dropped : int
        Points left out because they, or one that belongs with them, have no value.
    """

    method: str
    indices: tuple[FactorIndex, ...]
    floor: float
    luck: float
    points: int
    dropped: int

    @property
    def clear(self) -> tuple[FactorIndex, ...]:
        """The factors whose whole interval lies above the floor."""
        return tuple(one for one in self.indices if one.factor != DUMMY and one.low > self.floor)


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
    means, errors, dropped = _whole_blocks(values, block)
    second_order = block != len(names) + 2
    variance = means.var()
    if not variance > 0.0:
        return _sorted("sobol", names, np.zeros((4, len(names))), 0.0, len(means), dropped)
    found = salib.analyze(_problem(names), means, calc_second_order=second_order, num_resamples=RESAMPLES,
                          conf_level=CONFIDENCE, seed=0)
    luck = float(np.mean(errors**2) / variance)
    total, half = found["ST"], found["ST_conf"]
    return _sorted(
        "sobol", names, np.array([total, total - half, total + half, found["S1"]]), luck, len(means), dropped
    )


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
    means, errors, dropped = _whole_blocks(values, block)
    kept = unit[_kept_rows(values, block)]
    found = salib.analyze(_problem(names), kept, means, num_levels=levels, num_resamples=RESAMPLES,
                          conf_level=CONFIDENCE, seed=0)
    # Two means that differ by luck only are apart by 2 / sqrt(pi) standard errors on average.
    luck = float(np.sqrt(np.mean(errors**2)) * 2.0 / np.sqrt(np.pi) / step)
    star, half = np.asarray(found["mu_star"], float), np.asarray(found["mu_star_conf"], float)
    return _sorted(
        "morris", names, np.array([star, star - half, star + half, found["sigma"]]), luck, len(means), dropped
    )


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
    indices = np.array([median, median - half, median + half, found["maximum"]], float)
    return _sorted("pawn", names, indices, float("nan"), len(means), int((~known).sum()))


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


def _whole_blocks(values: np.ndarray, block: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Return means over replicates and their standard errors at the points kept, and the number of points dropped."""
    kept = _kept_rows(values, block)
    if kept.sum() < 2 * block:
        raise SensitivityError("Too few points have a value to tell what the outcome depends on")
    chosen = values[kept]
    number = np.isfinite(chosen).sum(axis=1)
    means = np.nanmean(chosen, axis=1)
    squares = np.nansum((chosen - means[:, None]) ** 2, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.sqrt(squares / (number - 1) / number)
    return means, errors, int((~kept).sum())


def _sorted(method: str, names: list[str], found: np.ndarray, luck: float, points: int, dropped: int) -> Sensitivity:
    """Return the indices, the largest first, with the floor that dummy and luck set."""
    indices = [FactorIndex(name, *map(float, column)) for name, column in zip(names, found.T, strict=True)]
    indices = [replace(one, low=max(0.0, one.low)) for one in indices]
    floors = [one.high for one in indices if one.factor == DUMMY] + ([luck] if np.isfinite(luck) else [])
    indices.sort(key=lambda one: -np.nan_to_num(one.value))
    return Sensitivity(method, tuple(indices), max(floors, default=0.0), luck, points, dropped)
