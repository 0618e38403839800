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


def verdict_on_level(value: float, low: float, high: float, observed: tuple[float, float]) -> str:
    """Return whether a simulated number is as large as what was observed.

    An interval that reaches the observed range is not enough to agree: else fewer replicates would agree more.

    Parameters
    ----------
    value, low, high : float
        The simulated number and its interval.
    observed : (float, float)
        The lowest and the highest that was observed.

    Returns
    -------
    str
        "agrees" if the number lies in the observed range, "undecided" if only its interval reaches it, else "disagrees".
    """
    if observed[0] <= value <= observed[1]:
        return AGREES
    return UNDECIDED if low <= observed[1] and observed[0] <= high else DISAGREES


def verdict_on_pattern(verdicts: Iterable[str]) -> str:
    """Return the verdict on a pattern from those on its claims: it agrees only if all of them do."""
    found = set(verdicts)
    for verdict in (DISAGREES, UNDECIDED, AGREES):
        if verdict in found:
            return verdict
    return NOT_COMPARED
