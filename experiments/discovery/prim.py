"""PRIM, the patient rule induction method (Friedman and Fisher 1999, doi:10.1023/A:1008894516817), for boxes of failures.

A box is a range of a few factors within which failures gather. It is found by peeling thin slices off the whole space,
each time the one that leaves the densest rest, then by pasting slices back, and by giving up every restriction that
chance could have made (the quasi-p-value of Bryant and Lempert 2010, doi:10.1016/j.techfore.2009.08.002). Points inside
are then left out, and the next box is looked for in the rest.

It is written here because the libraries that have it are under the GPL, or need one that is; this project is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, binomtest

PEEL = 0.05
"""The share of the points in a box that one slice takes."""
SMALLEST = 0.05
"""The share of all points that a box keeps at least."""
CHANCE = 0.05
"""A restriction, or a box, that chance makes more often than this is given up."""
MOST_BOXES = 3


@dataclass(frozen=True)
class Restriction:
    """One side of a box.

    Attributes
    ----------
    factor : int
        The column.
    low, high : float
        What is inside, in the factor's own scale; infinite where it is not limited.
    chance : float
        The quasi-p-value: how likely chance would make the box as dense without this restriction.
    """

    factor: int
    low: float
    high: float
    chance: float


@dataclass(frozen=True)
class Box:
    """A region where failures gather.

    Attributes
    ----------
    restrictions : tuple of Restriction
        The most telling first.
    density, coverage : float
        Which share of the points inside fail, and which share of all failures is inside, at points that were not used
        to find the box.
    points : int
        How many such points are inside.
    base : float
        The share of failures among all of them.
    """

    restrictions: tuple[Restriction, ...]
    density: float
    coverage: float
    points: int
    base: float


def boxes(values: np.ndarray, fails: np.ndarray, most: int = MOST_BOXES) -> list[Box]:
    """Return the boxes in which failures gather; none if there are none that hold at fresh points.

    Parameters
    ----------
    values : float array, shape (points, factors)
    fails : bool array, shape (points,)
    most : int
        How many boxes at most.

    Notes
    -----
    Two points in three find the boxes, the third tests them.
    """
    test = np.arange(len(values)) % 3 == 2
    found: list[Box] = []
    left, left_test = ~test, test.copy()
    while len(found) < most and fails[left].any():
        low, high = _chosen(values[left], fails[left])
        low, high, chances = _without_chance(values[left], fails[left], low, high)
        inside = _inside(values, low, high)
        box = _tested(fails, left_test, inside & left_test, test, _restrictions(low, high, chances))
        if box is None:
            break
        found.append(box)
        left, left_test = left & ~inside, left_test & ~inside
    return found


def _tested(fails: np.ndarray, rest: np.ndarray, inside: np.ndarray, test: np.ndarray,
            restrictions: tuple[Restriction, ...]) -> Box | None:
    """Return the box as the fresh points show it; None where they do not."""
    number, failed = int(inside.sum()), int(fails[inside].sum())
    base = fails[rest].mean() if rest.any() else 0.0
    if not restrictions or not number or binomtest(failed, number, base, "greater").pvalue > CHANCE:
        return None
    return Box(restrictions, failed / number, failed / max(1, int(fails[test].sum())), number, float(fails[test].mean()))


def _inside(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return ((values >= low) & (values <= high)).all(axis=1)


def _chosen(values: np.ndarray, fails: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of the best box on the way of peeling, pasted."""
    best, limits = -1.0, None
    for low, high in _peeled(values, fails):
        inside = _inside(values, low, high)
        # Dense and wide at once: neither half of a product can be let go.
        worth = fails[inside].mean() * fails[inside].sum() / fails.sum()
        if worth > best:
            best, limits = worth, (low, high)
    return _pasted(values, fails, *limits)


def _peeled(values: np.ndarray, fails: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    low, high = np.full(values.shape[1], -np.inf), np.full(values.shape[1], np.inf)
    yield low, high
    while True:
        inside = _inside(values, low, high)
        smaller = [limits for limits in _slices_off(values[inside], low, high)
                   if _inside(values, *limits).sum() >= max(2, SMALLEST * len(values))]
        smaller = [limits for limits in smaller if _inside(values, *limits).sum() < inside.sum()]
        if not smaller:
            return
        low, high = max(smaller, key=lambda limits: fails[_inside(values, *limits)].mean())
        yield low, high


def _slices_off(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for factor, (first, last) in enumerate(np.quantile(values, [PEEL, 1.0 - PEEL], axis=0).T):
        for name, limit in (("low", first), ("high", last)):
            changed = {"low": low.copy(), "high": high.copy()}
            changed[name][factor] = limit
            yield changed["low"], changed["high"]


def _pasted(values: np.ndarray, fails: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give back what was peeled off in haste: each limit that can be dropped without thinning the box."""
    for factor in range(values.shape[1]):
        for limits, open_end in ((low, -np.inf), (high, np.inf)):
            kept, density = limits[factor], fails[_inside(values, low, high)].mean()
            limits[factor] = open_end
            if fails[_inside(values, low, high)].mean() < density:
                limits[factor] = kept
    return low, high


def _without_chance(values: np.ndarray, fails: np.ndarray, low: np.ndarray,
                    high: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Drop, one by one, the restriction that chance makes most easily; return the limits and the quasi-p-values."""
    while True:
        chances = np.array([_chance(values, fails, low, high, factor) for factor in range(values.shape[1])])
        worst = int(chances.argmax())
        if not chances[worst] > CHANCE:
            return low, high, chances
        low[worst], high[worst] = -np.inf, np.inf


def _chance(values: np.ndarray, fails: np.ndarray, low: np.ndarray, high: np.ndarray, factor: int) -> float:
    """Return the quasi-p-value of the restriction of a factor; 0 where it has none."""
    if np.isinf(low[factor]) and np.isinf(high[factor]):
        return 0.0
    wider = low.copy(), high.copy()
    wider[0][factor], wider[1][factor] = -np.inf, np.inf
    inside, around = _inside(values, low, high), _inside(values, *wider)
    return float(binom.sf(fails[inside].sum() - 1, inside.sum(), fails[around].mean()))


def _restrictions(low: np.ndarray, high: np.ndarray, chances: np.ndarray) -> tuple[Restriction, ...]:
    limited = np.flatnonzero(np.isfinite(low) | np.isfinite(high))
    order = limited[np.argsort(chances[limited], kind="stable")]
    return tuple(Restriction(int(factor), float(low[factor]), float(high[factor]), float(chances[factor])) for factor in order)
