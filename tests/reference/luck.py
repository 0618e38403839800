"""Luck: draws that depend on nothing but seed, region, decision, month and key."""

from __future__ import annotations

import numpy as np

from model import randomness


class Luck:
    """The draws of one region.

    Parameters
    ----------
    seed : int
        Seed of the run.
    region : int
        Index of the region.
    """

    def __init__(self, seed: int, region: int):
        self._origin = (seed & 0xFFFFFFFF, seed >> 32, region)

    def draw(self, decision: int, month: int, key: int) -> float:
        """Return a draw uniform on [0, 1)."""
        return float(randomness.uniform(*self._origin, decision, month, key))

    def draws(self, decision: int, month: int, keys: list[int]) -> list[float]:
        """Return the draws of many keys; each is what :meth:`draw` gives for it alone."""
        return randomness.uniform(*self._origin, decision, month, np.array(keys, np.uint64)).tolist()

    def normal(self, decision: int, month: int, key: int) -> float:
        """Return a standard normal draw."""
        return float(randomness.normal(*self._origin, decision, month, key))

    def bell_chances(self, decision: int, month: int, keys: list[int]) -> list[float]:
        """Return nearly normal draws (mean 0, SD 1) of many keys."""
        return randomness.bell_chance(*self._origin, decision, month, np.array(keys, np.uint64)).tolist()
