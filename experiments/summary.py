"""What a run shows, year by year and electoral phase by phase, with an interval over replicates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from model.measures import column_names, measured_table
from model.rules.elections import (
    CANDIDACY,
    HANDOVER,
    TERM,
    appointments_frozen,
    months_since_vote,
    months_to_vote,
)
from model.scenario import Scenario

CONFIDENCE = 0.95

PHASES = {
    "mid-term": "all other months",
    "ban": f"officials may not be replaced, and candidates are determined only {CANDIDACY} months before the vote",
    "campaign": f"from {CANDIDACY} months before the vote, when candidates are determined, to the month of the vote",
    "after vote": f"the {HANDOVER} months from the vote to the handover",
}
"""The phases of an electoral term, and what each means; :func:`phase_of` says which months are which."""


def phase_of(to_vote: int, since_vote: int, frozen: bool) -> str:
    """Return the phase of a month.

    Parameters
    ----------
    to_vote, since_vote : int
        Months to the next vote (0 in its month) and since the last (a whole term where there was none).
    frozen : bool
        Whether the ban on replacing officials is in force.
    """
    if to_vote <= CANDIDACY:
        return "campaign"
    if since_vote <= HANDOVER:
        return "after vote"
    return "ban" if frozen else "mid-term"


@dataclass(frozen=True)
class Period:
    """Neighbouring months of one year and phase.

    Attributes
    ----------
    year : int
        Counted from 1.
    phase : str or None
        One of ``PHASES``; None in laboratory mode, where nobody votes.
    first, last : int
        Its months, counted from 1.
    """

    year: int
    phase: str | None
    first: int
    last: int


def year_of(month: int) -> int:
    """Return the year of a month; both count from 1."""
    return (month - 1) // 12 + 1


def phases_of(scenario: Scenario) -> list[str | None]:
    """Return the phase of each month of a scenario; the ban counts where it binds half the regions or more."""
    if scenario.mode == "laboratory":
        return [None] * scenario.months
    phases = []
    bans, regions = np.unique(scenario.value("rotation_ban"), return_counts=True)
    for month in range(1, scenario.months + 1):
        for reform in scenario.reforms:
            if reform.month == month and "rotation_ban" in reform.changes:
                bans, regions = np.unique(np.full(scenario.regions, reform.changes["rotation_ban"]), return_counts=True)
        to_vote, since_vote = months_to_vote(month), months_since_vote(month)
        frozen = [appointments_frozen(to_vote, since_vote, ban) for ban in bans]
        phases.append(phase_of(to_vote, since_vote, 2 * np.dot(frozen, regions) >= scenario.regions))
    return phases


def periods_of(scenario: Scenario) -> list[Period]:
    """Return the periods of a scenario, in the order of time."""
    periods: list[Period] = []
    for month, phase in enumerate(phases_of(scenario), start=1):
        if periods and (periods[-1].year, periods[-1].phase) == (year_of(month), phase):
            periods[-1] = Period(year_of(month), phase, periods[-1].first, month)
        else:
            periods.append(Period(year_of(month), phase, month, month))
    return periods


def votes_of(scenario: Scenario) -> list[int]:
    """Return the months in which a scenario's votes fall."""
    return [] if scenario.mode == "laboratory" else list(range(TERM, scenario.months + 1, TERM))


@dataclass(frozen=True)
class Estimate:
    """Means over replicates, and how sure they are; all arrays have the shape of one replicate's values.

    Attributes
    ----------
    mean : float array
        Not a number where no replicate has a value.
    half : float array
        Half the width of the interval of the mean; not a number from fewer than two replicates.
    number : int array
        Replicates that have a value.
    """

    mean: np.ndarray
    half: np.ndarray
    number: np.ndarray


def estimate(values: np.ndarray) -> Estimate:
    """Return the means over replicates with an interval by Student's t.

    Replicates that have no value somewhere (nothing was there to divide by) are left out there.

    Parameters
    ----------
    values : float array, shape (replicates, ...)
    """
    return estimate_from(*moments(values))


def moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how many replicates, shape (replicates, ...), have a value, their mean and their variance."""
    known = np.isfinite(values)
    number = known.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=0) / number
        variance = np.where(known, (values - mean) ** 2, 0.0).sum(axis=0) / (number - 1)
    return number, mean, variance


def estimate_from(number: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> Estimate:
    """Return what :func:`estimate` does, from what :func:`moments` returned."""
    with np.errstate(divide="ignore", invalid="ignore"):
        half = stdtrit(np.maximum(number - 1, 1), 0.5 + CONFIDENCE / 2) * np.sqrt(variance / number)
    return Estimate(np.where(number > 0, mean, np.nan), np.where(number > 1, half, np.nan), number)


class Summary:
    """Every measure in every period, gathered from the counts of replicates as they come.

    Parameters
    ----------
    scenario : Scenario

    Attributes
    ----------
    periods : list of Period
        The rows.
    columns : list of str
        The columns, see ``model.measures.column_names``.
    """

    def __init__(self, scenario: Scenario):
        self.periods = periods_of(scenario)
        self.columns = column_names()
        self._firsts = [period.first - 1 for period in self.periods]
        self._tables: list[np.ndarray] = []

    def add(self, counts: np.ndarray) -> None:
        """Take the counts of some replicates, shape (replicates, months, TALLY_VALUES).

        A measure of a period is made from what was counted in all its months together.
        """
        self._tables.append(measured_table(np.add.reduceat(counts, self._firsts, axis=1)))

    def values(self) -> np.ndarray:
        """Return the measures of each replicate, shape (replicates, periods, columns)."""
        return np.concatenate(self._tables)

    def estimate(self) -> Estimate:
        """Return means and intervals, shape (periods, columns)."""
        return estimate(self.values())
