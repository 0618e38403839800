"""What a study of a closed form consists of, and how all of them run the model and compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from model import PARAMETERS, BureaucracyModel, Scenario
from model.population import TALLY

SEED = 1
STUDIES = 8
FALSE_ALARM = 1e-6
"""Chance that any of all comparisons fails though the model is right; each study may use an eighth of it."""
PER_STUDY = FALSE_ALARM / STUDIES

Report = Callable[[str], None]


@dataclass(frozen=True)
class Check:
    """Something the model must show.

    Attributes
    ----------
    what : str
        In words.
    comparisons : int
        How many numbers were compared.
    difference : float
        The difference that uses most of its tolerance.
    allowed : float
        The tolerance there; 0 where equality must be exact.
    source : str
        Where the tolerance comes from.
    """

    what: str
    comparisons: int
    difference: float
    allowed: float
    source: str

    @property
    def holds(self) -> bool:
        """Whether the model shows it."""
        return bool(self.difference <= self.allowed)


@dataclass(frozen=True)
class Study:
    """What was found: checks, figures in words, and how to draw the picture."""

    checks: tuple[Check, ...]
    found: tuple[str, ...]
    draw: Callable[[], object] = field(repr=False)


def check_of(what: str, difference: np.ndarray, allowed: np.ndarray, source: str) -> Check:
    """Return a check of many differences at once; it tells of the one that uses most of its tolerance."""
    difference, allowed = np.broadcast_arrays(np.abs(np.asarray(difference, float)), np.asarray(allowed, float))
    worst = np.argmax(difference / np.maximum(allowed, 1e-300))
    return Check(what, difference.size, float(difference.flat[worst]), float(allowed.flat[worst]), source)


def exact(what: str, found: np.ndarray, wanted: np.ndarray) -> Check:
    """Return a check that two arrays are equal to the last bit."""
    found, wanted = np.broadcast_arrays(found, wanted)
    return Check(what, found.size, float(np.sum(found != wanted)), 0.0, "exact")


def laboratory(settings: Mapping[str, object], **sizes: object) -> Scenario:
    """Return a scenario in laboratory mode."""
    return Scenario(title="verification", mode="laboratory", parameters=dict(settings), **sizes)


def values_of(settings: Mapping[str, float], **changes: float) -> dict[str, float]:
    """Return every parameter, those not named at its default."""
    return {name: parameter.default for name, parameter in PARAMETERS.items()} | dict(settings) | changes


def tally_of(model: BureaucracyModel) -> np.ndarray:
    """Return what was counted last month, one row a region."""
    return np.ascontiguousarray(model.engine.counts_now(model.run_index)).view(TALLY)[:, 0].copy()


def siding_by_region(model: BureaucracyModel) -> np.ndarray:
    """Return the people who take a side, shape (regions,)."""
    return tally_of(model)["people"][..., 1:].sum(axis=(1, 2, 3))
