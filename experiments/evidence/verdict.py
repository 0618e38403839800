"""Whether the model and the observation agree."""

from __future__ import annotations

from collections.abc import Iterable

AGREES, DISAGREES, UNDECIDED, NOT_COMPARED = "agrees", "disagrees", "undecided", "not compared"
VERDICTS = (AGREES, DISAGREES, UNDECIDED, NOT_COMPARED)


def verdict_on_sign(low: float, high: float, asked: tuple[float, float]) -> str:
    """Return whether a number lies where it has to.

    Parameters
    ----------
    low, high : float
        The interval of the simulated number.
    asked : (float, float)
        Where it has to lie.

    Returns
    -------
    str
        "agrees" if the whole interval lies there, "disagrees" if none of it does, else "undecided".
    """
    if asked[0] < low and high < asked[1]:
        return AGREES
    if high <= asked[0] or asked[1] <= low:
        return DISAGREES
    return UNDECIDED


def verdict_on_level(low: float, high: float, observed: tuple[float, float]) -> str:
    """Return "agrees" if the simulated interval and the observed range have a number in common, else "disagrees"."""
    return AGREES if low <= observed[1] and observed[0] <= high else DISAGREES


def verdict_on_pattern(verdicts: Iterable[str]) -> str:
    """Return the verdict on a pattern from those on its claims: it agrees only if all of them do."""
    found = set(verdicts)
    for verdict in (DISAGREES, UNDECIDED, AGREES):
        if verdict in found:
            return verdict
    return NOT_COMPARED
