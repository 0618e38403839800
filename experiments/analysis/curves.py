"""Response curves: an outcome against one lever, and where along it the outcome changes most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.analysis.effects import paired_effect
from experiments.summary import estimate


@dataclass(frozen=True)
class Curve:
    """An outcome along a lever.

    Attributes
    ----------
    lever : float array, shape (steps,)
        Values of the lever, rising.
    mean, half : float array, shape (steps,)
        Mean over replicates, and half the width of its 95% interval.
    first, last : float
        Means at the two ends, over the replicates that have a value at both.
    change, change_half : float
        Last value less first, paired by seed, and half the width of its interval.
    steepest : int
        The step with the largest change: from ``lever[steepest]`` to ``lever[steepest + 1]``; -1 where nothing changes.
    steepest_share : float
        That step's part of all change along the curve, ups and downs alike; an even slope has ``1 / (steps - 1)``.
    turns : bool
        Whether the curve clearly goes both up and down: an interior point whose paired differences from both ends
        have the same sign and intervals without 0.
    """

    lever: np.ndarray
    mean: np.ndarray
    half: np.ndarray
    first: float
    last: float
    change: float
    change_half: float
    steepest: int
    steepest_share: float
    turns: bool


def response_curve(lever: np.ndarray, values: np.ndarray) -> Curve:
    """Return the curve of an outcome.

    Parameters
    ----------
    lever : float array, shape (steps,)
        Different values of the lever, in any order.
    values : float array, shape (steps, replicates)
        The outcome; the same column is the same seed.
    """
    order = np.argsort(lever)
    lever, values = np.asarray(lever, float)[order], np.asarray(values, float)[order]
    level, whole = estimate(values.T), paired_effect(values[-1], values[0])
    steepest, share = steepest_step(level.mean)
    return Curve(lever, level.mean, level.half, whole.baseline, whole.value, whole.difference, whole.half, steepest,
                 share, _turns(values))


def steepest_step(means: np.ndarray) -> tuple[int, float]:
    """Return the place of the largest change between neighbours, and its part of all change; (-1, nan) without one."""
    changes = np.abs(np.diff(means))
    total = np.nansum(changes)
    if not total > 0.0:
        return -1, float("nan")
    place = int(np.nanargmax(changes))
    return place, float(changes[place] / total)


def _turns(values: np.ndarray) -> bool:
    if len(values) < 3:
        return False
    from_first, from_last = estimate((values[1:-1] - values[0]).T), estimate((values[1:-1] - values[-1]).T)
    above = (from_first.mean > from_first.half) & (from_last.mean > from_last.half)
    below = (from_first.mean < -from_first.half) & (from_last.mean < -from_last.half)
    return bool((above | below).any())
