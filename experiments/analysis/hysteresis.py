"""Loops: a lever goes up step by step and down again; does the outcome come back the way it went?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.summary import estimate


@dataclass(frozen=True)
class Loop:
    """An outcome on the way up and on the way down.

    Attributes
    ----------
    lever : float array, shape (steps,)
        Values of the lever, rising.
    up, up_half, down, down_half : float array, shape (steps,)
        Mean over replicates at each value on either way, and half the width of its 95% interval.
    gap, gap_half : float array, shape (steps,)
        Down less up at the same value, paired by seed.
    area, area_half : float
        The mean gap over the lever's range (the loop's area over the width of that range), in the outcome's unit, and
        half the width of its interval. 0 means that the outcome depends on the lever's value and not on its past.
    areas : float array, shape (replicates,)
        The area in each replicate.
    """

    lever: np.ndarray
    up: np.ndarray
    up_half: np.ndarray
    down: np.ndarray
    down_half: np.ndarray
    gap: np.ndarray
    gap_half: np.ndarray
    area: float
    area_half: float
    areas: np.ndarray


def hysteresis_loop(lever: np.ndarray, up: np.ndarray, down: np.ndarray) -> Loop:
    """Return the loop of an outcome.

    Parameters
    ----------
    lever : float array, shape (steps,)
        Values of the lever, rising.
    up, down : float array, shape (steps, replicates)
        The outcome at each value on the way up and on the way down, in the order of ``lever``.
    """
    lever = np.asarray(lever, float)
    first, last, gap = estimate(up.T), estimate(down.T), estimate((down - up).T)
    areas = np.trapezoid(down - up, lever, axis=0) / (lever[-1] - lever[0])
    area = estimate(areas)
    return Loop(lever, first.mean, first.half, last.mean, last.half, gap.mean, gap.half, float(area.mean),
                float(area.half), areas)
