"""Effects of policies, paired by luck: what a policy changes among runs that share their seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.summary import estimate


@dataclass(frozen=True)
class Effect:
    """How much an outcome differs from a baseline.

    Attributes
    ----------
    baseline, value : float
        Means of the outcome, over the replicates that have a value in both.
    difference : float
        ``value - baseline``; not a number where no replicate has both.
    half : float
        Half the width of its 95% interval by Student's t; not a number from fewer than two replicates.
    replicates : int
        Pairs that have a value.
    """

    baseline: float
    value: float
    difference: float
    half: float
    replicates: int

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return self.difference - self.half

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return self.difference + self.half

    @property
    def direction(self) -> str:
        """``"up"``, ``"down"`` where the interval leaves out 0, ``"same"`` where nothing differs, else ``"unsure"``."""
        if self.difference == 0.0 and not self.half > 0.0:
            return "same"
        if not np.isfinite(self.half):
            return "unsure"
        return "up" if self.low > 0.0 else "down" if self.high < 0.0 else "unsure"


def paired_effect(values: np.ndarray, baseline: np.ndarray) -> Effect:
    """Return the effect of a policy from pairs of runs with the same luck.

    Parameters
    ----------
    values, baseline : float array, shape (replicates,)
        An outcome with the policy and without it; the same place is the same seed. Pairs in which either is not a
        number are left out.
    """
    both = np.isfinite(values) & np.isfinite(baseline)
    if not both.any():
        return Effect(np.nan, np.nan, np.nan, np.nan, 0)
    found = estimate(values[both] - baseline[both])
    return Effect(float(baseline[both].mean()), float(values[both].mean()), float(found.mean), float(found.half),
                  int(found.number))
