"""Camps, roles and stances: how the names of section 2 of the ODD hang together."""

from __future__ import annotations

from model.population import NEUTRAL

CAMPS = (0, 1)  # A and B
GOVERNING, OPPOSING = ROLES = (0, 1)
COVERT, OVERT = MANNERS = (0, 1)


def camp_of(stance: int) -> int | None:
    """Return the camp that a stance supports, None if it is neutral."""
    return None if stance == NEUTRAL else (stance - 1) // 2


def manner_of(stance: int) -> int:
    """Return whether a stance that is not neutral is ``COVERT`` or ``OVERT``."""
    return (stance - 1) % 2


def stance_for(camp: int, manner: int) -> int:
    """Return the stance of those who support a camp in this manner."""
    return 1 + 2 * camp + manner
