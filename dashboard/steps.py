"""The round steps in which a parameter is moved."""

from __future__ import annotations

import math


def step_of(plausible: tuple[float, float]) -> float:
    """Return a round step that divides a range into 50 parts or more."""
    return 10.0 ** math.floor(math.log10((plausible[1] - plausible[0]) / 50) + 1e-9)


def steps_to(end: float, here: float, plausible: tuple[float, float]) -> list[float]:
    """Return the round values from ``here`` (left out) to one end of a range, and the end itself, nearest first."""
    low, high = plausible
    step = step_of(plausible)
    values = {round(low + number * step, 10) for number in range(int((high - low) / step + 1e-9) + 1)} | {end}
    return sorted((value for value in values if min(here, end) <= value <= max(here, end) and value != here),
                  key=lambda value: abs(value - here))
