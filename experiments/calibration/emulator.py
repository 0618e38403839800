"""A statistical stand-in for the model, which says what the model's share would be at points that were not run.

A Gaussian process (Rasmussen and Williams 2006, ch. 2 and 5; for simulations Kennedy and O'Hagan 2001,
doi:10.1111/1467-9868.00294): a smooth surface through noisy runs, with its own uncertainty. It is written out here, in
a few lines of NumPy and SciPy, because nothing else in the project needs a library of machine learning.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.special import expit, logit

EDGE = 0.005  # shares nearer to 0 or 1 than this count as this near, since their logit has no end
FEWEST_POINTS = 20
BOUNDS_OF_LENGTH, BOUNDS_OF_SD = (0.1, 20.0), (0.01, 20.0)
AT_A_TIME = 4096


def on_line(share: np.ndarray | float) -> np.ndarray:
    """Return shares on the line of real numbers, where the emulator works."""
    return logit(np.clip(share, EDGE, 1.0 - EDGE))


@dataclass(frozen=True)
class Emulator:
    """A smooth surface over the unit cube, learned from runs.

    Attributes
    ----------
    unit : float array, shape (points, parameters)
        Where the model was run.
    mean : float
        Mean of the answers, as ``on_line`` gives them.
    lengths, sd, noise : float array, float, float
        How far the surface stays alike in each direction; standard deviations of surface and luck.
    weights, factor
        What predictions are made with.
    explained : float
        Share of the variance between points that is foretold for points left out one by one, luck included.
    """

    unit: np.ndarray
    mean: float
    lengths: np.ndarray
    sd: float
    noise: float
    weights: np.ndarray
    factor: tuple
    explained: float

    def predict(self, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the surface at points of the unit cube and its standard error, both on the line, shape (points,)."""
        means, errors = [], []
        for first in range(0, len(unit), AT_A_TIME):
            kernel = self.sd**2 * _likeness(unit[first:first + AT_A_TIME] / self.lengths, self.unit / self.lengths)
            means.append(self.mean + kernel @ self.weights)
            explained = np.sum(kernel.T * cho_solve(self.factor, kernel.T), axis=0)
            errors.append(np.sqrt(np.maximum(self.sd**2 - explained, 1e-12)))
        return np.concatenate(means), np.concatenate(errors)

    def share(self, unit: np.ndarray) -> np.ndarray:
        """Return the share that the surface stands for."""
        return expit(self.predict(unit)[0])


def learned(unit: np.ndarray, shares: np.ndarray) -> Emulator:
    """Return an emulator of a share.

    Parameters
    ----------
    unit : float array, shape (points, parameters)
    shares : float array, shape (points,)
        Points without a share are left out.

    Raises
    ------
    ValueError
        If fewer than ``FEWEST_POINTS`` points have a share.
    """
    known = np.isfinite(shares)
    if known.sum() < FEWEST_POINTS:
        raise ValueError(f"Only {known.sum()} points have a share, and an emulator needs {FEWEST_POINTS}")
    unit, line = np.asarray(unit)[known], on_line(np.asarray(shares)[known])
    mean, spread = float(line.mean()), float(line.std()) + 1e-9
    answers = line - mean
    start = np.log([*[1.0] * unit.shape[1], spread, 0.3 * spread])
    bounds = [tuple(np.log(BOUNDS_OF_LENGTH))] * unit.shape[1] + [tuple(np.log(np.array(BOUNDS_OF_SD) * spread))] * 2
    best = minimize(_misfit, start, args=(unit, answers), jac=True, method="L-BFGS-B", bounds=bounds,
                    options={"maxiter": 200})
    lengths, sd, noise = np.exp(best.x[:-2]), float(np.exp(best.x[-2])), float(np.exp(best.x[-1]))
    kernel = sd**2 * _likeness(unit / lengths, unit / lengths) + noise**2 * np.eye(len(unit))
    factor = cho_factor(kernel, lower=True)
    weights = cho_solve(factor, answers)
    left_out = weights / np.diag(cho_solve(factor, np.eye(len(unit))))
    explained = 1.0 - float(np.mean(left_out**2)) / spread**2
    return Emulator(unit, mean, lengths, sd, noise, weights, factor, explained)


def _likeness(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    squared = np.sum(one**2, axis=1)[:, None] + np.sum(other**2, axis=1) - 2.0 * one @ other.T
    return np.exp(-0.5 * np.maximum(squared, 0.0))


def _misfit(logs: np.ndarray, unit: np.ndarray, answers: np.ndarray) -> tuple[float, np.ndarray]:
    """Return minus the logarithm of the marginal likelihood, and its gradient."""
    lengths, sd, noise = np.exp(logs[:-2]), np.exp(logs[-2]), np.exp(logs[-1])
    surface = sd**2 * _likeness(unit / lengths, unit / lengths)
    factor = cho_factor(surface + (noise**2 + 1e-8 * sd**2) * np.eye(len(unit)), lower=True)
    weights = cho_solve(factor, answers)
    inverse = cho_solve(factor, np.eye(len(unit)))
    misfit = 0.5 * answers @ weights + np.log(np.diag(factor[0])).sum()
    slope = 0.5 * (inverse - np.outer(weights, weights))
    leaning = slope * surface
    gradient = [np.sum(leaning * (column[:, None] - column) ** 2) / length**2
                for column, length in zip(unit.T, lengths, strict=True)]
    return misfit, np.array([*gradient, 2.0 * leaning.sum(), 2.0 * noise**2 * np.trace(slope)])
