"""What observed ranges say about parameters: prior, weights, posterior, and whether known parameters are found again.

The prior is uniform over the plausible ranges. An observation is a range, and any value in it is as good as another.
A point's weight is the probability, by the emulators, that all targets lie in their ranges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, qmc

from experiments.calibration.emulator import Emulator, on_line

PRIOR_POINTS_LOG2 = 16
DRAWS = 2000
INTERVAL = (0.05, 0.95)
NARROWED = 0.75  # of the prior's width: what is shorter counts as learned from the data
TIED = 0.3  # correlation in the posterior from which two parameters count as tied to each other
FEWEST_EFFECTIVE = 50


@dataclass(frozen=True)
class Posterior:
    """Points drawn from the posterior.

    Attributes
    ----------
    names : tuple of str
        The parameters.
    unit : float array, shape (draws, parameters)
        On the scale from the low to the high end of the plausible ranges.
    effective : float
        To how many equally weighted points of the prior the weights amount.
    prior_mass : float
        Share of the prior that fits.
    """

    names: tuple[str, ...]
    unit: np.ndarray
    effective: float
    prior_mass: float

    def quantiles(self) -> np.ndarray:
        """Return the ends and the middle of the 90% ranges, shape (3, parameters)."""
        return np.quantile(self.unit, [INTERVAL[0], 0.5, INTERVAL[1]], axis=0)

    def relative_width(self) -> np.ndarray:
        """Return the width of each 90% range over the prior's, shape (parameters,): near 1 means nothing was learned."""
        low, _, high = self.quantiles()
        return (high - low) / (INTERVAL[1] - INTERVAL[0])

    def ties(self) -> list[tuple[str, str, float]]:
        """Return pairs of parameters of which only a combination was learned, with their correlation, strongest first."""
        related = np.corrcoef(self.unit.T)
        pairs = [(one, other, float(related[i, j])) for i, one in enumerate(self.names)
                 for j, other in enumerate(self.names) if i < j and abs(related[i, j]) >= TIED]
        return sorted(pairs, key=lambda pair: -abs(pair[2]))


@dataclass(frozen=True)
class Prior:
    """Points spread evenly over the plausible ranges, and what the emulators say there.

    Attributes
    ----------
    names : tuple of str
        The parameters.
    unit : float array, shape (points, parameters)
    surfaces : mapping of str to (float array, float array)
        By target, the emulator's prediction and its standard error, shape (points,).
    """

    names: tuple[str, ...]
    unit: np.ndarray
    surfaces: Mapping[str, tuple[np.ndarray, np.ndarray]]

    def fit(self, ranges: Mapping[str, tuple[float, float]]) -> np.ndarray:
        """Return the probability that all targets lie in their ranges, shape (points,)."""
        together = np.ones(len(self.unit))
        for target, (middle, error) in self.surfaces.items():
            low, high = on_line(np.array(ranges[target]))
            together *= norm.cdf((high - middle) / error) - norm.cdf((low - middle) / error)
        return together


def prior_of(names: Sequence[str], emulators: Mapping[str, Emulator], seed: int) -> Prior:
    """Return the prior of parameters, with what emulators say over it."""
    unit = qmc.Sobol(len(names), rng=seed).random_base2(PRIOR_POINTS_LOG2)
    return Prior(tuple(names), unit, {target: emulator.predict(unit) for target, emulator in emulators.items()})


def posterior_of(prior: Prior, ranges: Mapping[str, tuple[float, float]], seed: int) -> Posterior:
    """Return the posterior of parameters, the observed ranges given.

    Raises
    ------
    ValueError
        If next to no point of the prior fits: then the model cannot show what was observed.
    """
    weights = prior.fit(ranges)
    effective = float(weights.sum() ** 2 / max(np.sum(weights**2), 1e-300))
    if effective < FEWEST_EFFECTIVE:
        raise ValueError("Within the plausible ranges next to nothing fits what was observed")
    places = np.searchsorted(np.cumsum(weights / weights.sum()), (np.arange(DRAWS) + 0.5) / DRAWS)
    drawn = prior.unit[np.minimum(places, len(prior.unit) - 1)]
    return Posterior(prior.names, np.random.default_rng(seed).permutation(drawn), effective, float(weights.mean()))


def alone(emulator: Emulator, observed: tuple[float, float], at: np.ndarray, place: int,
          steps: int = 401) -> tuple[float, float] | None:
    """Return the values of one parameter, all others staying, at which a target can lie in the observed range.

    It can where the surface, give or take two of its standard errors, meets the range.

    Parameters
    ----------
    emulator : Emulator
    observed : (float, float)
    at : float array, shape (parameters,)
        Where the others stay, on the unit scale.
    place : int
        Which parameter moves.

    Returns
    -------
    (float, float) or None
        Smallest and largest such value on the unit scale; None if there is none.
    """
    line = np.tile(at, (steps, 1))
    line[:, place] = np.linspace(0.0, 1.0, steps)
    middle, error = emulator.predict(line)
    low, high = on_line(np.array(observed))
    fits = line[(low <= middle + 2.0 * error) & (middle - 2.0 * error <= high), place]
    return (float(fits.min()), float(fits.max())) if len(fits) else None


@dataclass(frozen=True)
class Recovery:
    """How well known parameters are found again from what a model with them shows.

    Attributes
    ----------
    inside : bool array, shape (truths, parameters)
        Whether the 90% range holds the truth.
    skipped : int
        Truths whose outcome next to nothing fits.
    """

    inside: np.ndarray
    skipped: int

    @property
    def coverage(self) -> float:
        """How often, over truths and parameters; about 0.9 if the ranges mean what they say."""
        return float(self.inside.mean()) if len(self.inside) else float("nan")


def recovered(prior: Prior, truths: np.ndarray, shown: Mapping[str, np.ndarray],
              half_widths: Mapping[str, float], seed: int) -> Recovery:
    """Return how well known parameters are found again.

    Parameters
    ----------
    prior : Prior
        With emulators that were learned from other runs than those of the truths.
    truths : float array, shape (truths, parameters)
        On the unit scale.
    shown : mapping of str to float array, shape (truths,)
        By target, the share that a model with these parameters shows.
    half_widths : mapping of str to float
        By target, half the width of what counts as the observed range around it.
    seed : int
    """
    inside, skipped = [], 0
    for number, truth in enumerate(truths):
        ranges = {target: (shown[target][number] - half, shown[target][number] + half)
                  for target, half in half_widths.items()}
        try:
            low, _, high = posterior_of(prior, ranges, seed).quantiles()
        except ValueError:
            skipped += 1
            continue
        inside.append((low <= truth) & (truth <= high))
    return Recovery(np.array(inside, bool).reshape(-1, len(prior.names)), skipped)
