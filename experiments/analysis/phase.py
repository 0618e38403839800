"""Two levers at once: a map of an outcome, with the line half-way between its lowest and highest value.

Whether crossing that line is tipping, or just the middle of a slope, is told by how much of a row's change falls into
one step of the grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.analysis.curves import steepest_step
from experiments.summary import CONFIDENCE, estimate

RESAMPLES = 400
TIPPING_SHARE = 0.5
"""We speak of tipping where one step of the grid carries more than this part of a row's change (a convention)."""


@dataclass(frozen=True)
class PhaseMap:
    """An outcome over two levers.

    Attributes
    ----------
    across, up : float array
        Values of the two levers, rising.
    mean, half : float array, shape (up, across)
        Mean over replicates and half the width of its 95% interval.
    level : float
        Half-way between the lowest and the highest mean.
    crossing, crossing_low, crossing_high : float array, shape (up,)
        Where a row first crosses ``level``, in steps of the grid (0 is ``across[0]``, 1 is ``across[1]``), with a 95%
        interval by bootstrap over replicates; not a number where a row (or most resamples of it) stays on one side.
    steepest_share : float array, shape (up,)
        The largest part of a row's change that falls into one step.
    """

    across: np.ndarray
    up: np.ndarray
    mean: np.ndarray
    half: np.ndarray
    level: float
    crossing: np.ndarray
    crossing_low: np.ndarray
    crossing_high: np.ndarray
    steepest_share: np.ndarray

    @property
    def tips(self) -> np.ndarray:
        """Which rows tip: they cross the line, and one step carries most of their change."""
        return np.isfinite(self.crossing) & (self.steepest_share > TIPPING_SHARE)

    def lever_at(self, crossing: float) -> float:
        """Return the lever's value at a place given in steps of the grid."""
        return float(np.interp(crossing, np.arange(len(self.across)), self.across))


def phase_map(across: np.ndarray, up: np.ndarray, values: np.ndarray) -> PhaseMap:
    """Return the map of an outcome.

    Parameters
    ----------
    across, up : float array
        Values of the levers, rising.
    values : float array, shape (up, across, replicates)
        The outcome; the same place on the last axis is the same seed.
    """
    found = estimate(np.moveaxis(values, -1, 0))
    level = half_way(found.mean)
    low, high = _interval_of_crossings(values)
    shares = np.array([steepest_step(row)[1] for row in found.mean])
    return PhaseMap(np.asarray(across, float), np.asarray(up, float), found.mean, found.half, level,
                    crossings(found.mean, level), low, high, shares)


def half_way(means: np.ndarray) -> float:
    """Return the middle between the lowest and the highest mean; not a number where there is none."""
    known = means[np.isfinite(means)]
    return float((known.min() + known.max()) / 2.0) if known.size else float("nan")


def crossings(means: np.ndarray, level: float) -> np.ndarray:
    """Return where each row first crosses a level, in steps along the last axis; not a number where it does not."""
    above = means > level
    crossed = above[..., 1:] != above[..., :-1]
    place = np.argmax(crossed, axis=-1)
    start = np.take_along_axis(means, place[..., None], axis=-1)[..., 0]
    end = np.take_along_axis(means, place[..., None] + 1, axis=-1)[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(crossed.any(axis=-1), place + (level - start) / (end - start), np.nan)


def _interval_of_crossings(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the interval of each row's crossing; luck is drawn anew for all cells together."""
    generator = np.random.default_rng(0)
    replicates = values.shape[-1]
    found = []
    for _ in range(RESAMPLES):
        drawn = estimate(np.moveaxis(values[..., generator.integers(replicates, size=replicates)], -1, 0)).mean
        found.append(crossings(drawn, half_way(drawn)))
    found = np.array(found)
    known = np.isfinite(found).mean(axis=0) > 0.5
    tail = 100.0 * (1.0 - CONFIDENCE) / 2.0
    ends = np.full((2, values.shape[0]), np.nan)
    if known.any():
        ends[:, known] = np.nanpercentile(found[:, known], [tail, 100.0 - tail], axis=0)
    return ends[0], ends[1]
