"""Every outcome the model reports: label, unit, definition, source and the formula that makes it from the counts.

A measure is a formula over :class:`Counts`, the monthly counts of stages added up over whatever is asked for: one
month or many, one region or all, everyone or one rank. Because it divides sums by sums, a rate over a period is
the rate of the period and not a mean of monthly rates. Where nothing happened to divide by, it is not a number.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

import numpy as np

from model.population import CHANNELS, RANKS, TALLY

CAMPS = ("incumbent", "challenger")
CATEGORIES = {"rank": RANKS, "camp": CAMPS, "channel": CHANNELS}
PLACES = {"outside": 0, "reach": 1}
COVERT, OVERT = (1, 3), (2, 4)
INCUMBENT, CHALLENGER = (1, 2), (3, 4)
SIDING = (1, 2, 3, 4)


class MeasureError(ValueError):
    """A measure, or a way to split it, that does not exist; the message is one sentence."""


class Counts:
    """Monthly counts, summed over whatever is not asked for.

    Parameters
    ----------
    values : float array, shape (..., TALLY_VALUES)
        Counts as flat numbers, in the order of ``TALLY``.
    by : {"rank", "camp", "channel"}, optional
        How to split; each method then returns one value more per category on its last axis, else one.
    where : {"reach", "outside"}, optional
        Offices within or outside the officials' reach; both together by default.
    """

    def __init__(self, values: np.ndarray, by: str | None = None, where: str | None = None):
        self._values = np.asarray(values, np.float64)
        self.by = by
        self._where = where

    def split_by(self, by: str | None) -> Counts:
        """Return the same counts, split another way."""
        other = copy(self)
        other.by = by
        return other

    def _field(self, name: str) -> np.ndarray:
        """Return a field of ``TALLY``; shape (..., *its own)."""
        kind, start = TALLY.fields[name]
        cells = self._values[..., start // 8:(start + kind.itemsize) // 8]
        return cells.reshape((*cells.shape[:-1], *kind.shape))

    def _placed(self, name: str) -> np.ndarray:
        """Return a field with its axis of places summed or picked; shape (..., *categories)."""
        cells, axis = self._field(name), self._values.ndim - 1
        return cells.sum(axis=axis) if self._where is None else cells.take(PLACES[self._where], axis=axis)

    def people(self, stances: tuple[int, ...] = (0, *SIDING)) -> np.ndarray:
        """Return person-months in these stances (0 neutral; 1, 2 covert and overt for the incumbent; 3, 4 challenger)."""
        cells = self._placed("people")  # (..., rank, stance)
        if self.by == "rank":
            return cells[..., list(stances)].sum(axis=-1)
        if self.by == "camp":
            sides = [[s for s in stances if s in side] for side in (INCUMBENT, CHALLENGER)]
            return np.stack([cells[..., side].sum(axis=(-2, -1)) for side in sides], axis=-1)
        return cells[..., list(stances)].sum(axis=(-2, -1))[..., None]

    def staff(self) -> np.ndarray:
        """Return person-months of everyone in service, by rank if so split."""
        cells = self._placed("people").sum(axis=-1)
        return cells if self.by == "rank" else cells.sum(axis=-1, keepdims=True)

    def cases(self, kind: str) -> np.ndarray:
        """Return cases "reported", "proven", "recommended", "sanctioned", "shelved" or "lapsed"."""
        if self.by is None:
            return self._placed(f"{kind}_role").sum(axis=-1, keepdims=True)
        return self._placed(f"{kind}_{'role' if self.by == 'camp' else self.by}")

    def decided(self) -> np.ndarray:
        """Return decisions on sanctions: executed, at once or from the shelf, or shelved."""
        return self.cases("sanctioned") + self.cases("shelved")

    def ranked(self, name: str, lowest: int = 0) -> np.ndarray:
        """Return a count kept by rank; unsplit, the sum over ranks from ``lowest`` up."""
        cells = self._placed(name)
        return cells if self.by == "rank" else cells[..., lowest:].sum(axis=-1, keepdims=True)

    def placed(self, name: str) -> np.ndarray:
        """Return a count kept by place only."""
        return self._placed(name)[..., None]

    def regional(self, name: str) -> np.ndarray:
        """Return a count kept for the region as a whole."""
        return self._field(name)[..., None]

    def posts(self) -> np.ndarray:
        """Return post-months of whole regions, filled or vacant."""
        return (self._field("people").sum(axis=(-3, -2, -1)) + self._field("vacant").sum(axis=(-2, -1)))[..., None]


@dataclass(frozen=True)
class Measure:
    """One outcome.

    Attributes
    ----------
    name, label, unit, definition, source : str
        What it is called in code, in print, its unit, what it means in one sentence, where the notion comes from.
    formula : callable
        From :class:`Counts` to an array.
    by : tuple of str
        How it can be split.
    by_place : bool
        Whether it can be taken inside and outside the officials' reach apart.
    """

    name: str
    label: str
    unit: str
    definition: str
    source: str
    formula: Callable[[Counts], np.ndarray]
    by: tuple[str, ...] = ()
    by_place: bool = True


def _spread(total, total_of_squares, number):
    """Return a standard deviation from sums."""
    return np.sqrt(np.maximum(0.0, total_of_squares / number - (total / number) ** 2))


def _selectivity(c: Counts) -> np.ndarray:
    """Return follow-up on the incumbent's supporters over follow-up on the challenger's."""
    follow_up = c.split_by("camp").cases("sanctioned") / c.split_by("camp").decided()
    return follow_up[..., :1] / follow_up[..., 1:]


def _seniors(c: Counts) -> np.ndarray:
    """Return person-months of administrators and senior executives."""
    return c.split_by("rank").staff()[..., 3:].sum(axis=-1, keepdims=True)


SHARE = "share of staff"
RATE = "per 1,000 staff and month"
CASES = ("rank", "camp", "channel")
OWN = "definition of this model"
BODY = "the funnel that the oversight body (KASN) reports"

_TABLE = [
    Measure("neutral_share", "Neutral", SHARE, "Civil servants who take no side.", "neutrality in UU 5/2014, art. 2(f)",
            lambda c: c.people((0,)) / c.staff(), ("rank",)),
    Measure("siding_share", "Taking sides", SHARE, "Civil servants who support a camp, covertly or openly.", OWN,
            lambda c: c.people(SIDING) / c.staff(), ("rank", "camp")),
    Measure("covert_share", "Covert", SHARE, "Civil servants who support a camp silently and deniably.", OWN,
            lambda c: c.people(COVERT) / c.staff(), ("rank", "camp")),
    Measure("overt_share", "Overt", SHARE, "Civil servants who support a camp openly.", OWN,
            lambda c: c.people(OVERT) / c.staff(), ("rank", "camp")),
    Measure("incumbent_share", "For the incumbent", SHARE, "Civil servants who support the governing camp.", OWN,
            lambda c: c.people(INCUMBENT) / c.staff(), ("rank",)),
    Measure("challenger_share", "For the challenger", SHARE, "Civil servants who support the other camp.", OWN,
            lambda c: c.people(CHALLENGER) / c.staff(), ("rank",)),
    Measure("reported", "Reported", RATE, "Reports that open a case, true or false.", BODY,
            lambda c: 1000.0 * c.cases("reported") / c.staff(), CASES),
    Measure("proven", "Proven", RATE, "True reports that the adjudicating body finds proven.", BODY,
            lambda c: 1000.0 * c.cases("proven") / c.staff(), CASES),
    Measure("recommended", "Recommended", RATE, "Sanctions recommended: proven acts, and false reports wrongly found proven.",
            BODY, lambda c: 1000.0 * c.cases("recommended") / c.staff(), CASES),
    Measure("sanctioned", "Sanctioned", RATE, "Sanctions that the official, or an independent body, executes.", BODY,
            lambda c: 1000.0 * c.cases("sanctioned") / c.staff(), CASES),
    Measure("lapsed", "Lapsed", RATE, "Cases that were not heard before the deadline.", OWN,
            lambda c: 1000.0 * c.cases("lapsed") / c.staff(), CASES),
    Measure("proven_share", "Proven of reported", "share of reports", "Recommended divided by reported, as the body would count it.",
            BODY, lambda c: c.cases("recommended") / c.cases("reported"), CASES),
    Measure("dark_figure", "Dark figure", "share of acts", "Person-months of siding that nobody reported.",
            "the notion of unrecorded offences in criminology",
            lambda c: 1.0 - (c.cases("reported") - c.placed("false_reports")) / c.people(SIDING)),
    Measure("follow_up_rate", "Follow-up", "share of decisions",
            "Sanctions executed, divided by decisions taken on them; a shelved case that is executed later is decided twice.", OWN,
            lambda c: c.cases("sanctioned") / c.decided(), CASES),
    Measure("selective_enforcement", "Selective enforcement", "ratio",
            "Follow-up on the incumbent's supporters, divided by follow-up on the challenger's; below 1, his own are spared.",
            "survey and testimony on heads of region as appointing officials",
            _selectivity),
    Measure("wrongful_sanctions", "Wrongful sanctions", RATE, "Sanctions for false reports.", OWN,
            lambda c: 1000.0 * c.placed("wrongful") / c.staff()),
    Measure("perceived_risk", "Perceived risk", "probability",
            "Mean belief that an act that can fully be seen is exposed and proven.", "Sah 1991",
            lambda c: c.ranked("perceived_risk") / c.staff(), ("rank",)),
    Measure("perceived_risk_spread", "Spread of perceived risk", "probability",
            "Standard deviation of perceived risk between people.", OWN,
            lambda c: _spread(c.ranked("perceived_risk"), c.ranked("perceived_risk_squared"), c.staff()), ("rank",)),
    Measure("true_risk", "True risk", "probability",
            "Acts noticed, times the probability of proof if heard, divided by acts weighted by how well they can be seen: what "
            "perceived risk is about, without the delays of report and queue.", OWN,
            lambda c: c.placed("provable") / c.placed("exposure")),
    Measure("queue_length", "Cases waiting", "cases per 1,000 posts", "Reports that wait to be heard.", OWN,
            lambda c: 1000.0 * c.regional("queue") / c.posts(), by_place=False),
    Measure("promoted_competence", "Competence of the promoted", "SD",
            "Mean competence of those promoted to structural posts (by rank: to each rank).",
            "Colonnelli, Prem, Teso 2020", lambda c: c.ranked("promoted_competence", 2) / c.ranked("promoted", 2), ("rank",)),
    Measure("senior_competence", "Competence of seniors", "SD", "Mean competence of administrators and senior executives.",
            OWN, lambda c: c.ranked("competence", 3) / _seniors(c)),
    Measure("loyalty_premium", "Loyalty premium", "loyalty, 0 to 1",
            "Loyalty to the governing camp of those promoted to structural posts, less that of everyone in the rank they came from.",
            "Colonnelli, Prem, Teso 2020", lambda c: c.ranked("loyalty_lead", 2) / c.ranked("promoted", 2), ("rank",)),
    Measure("promotions", "Promotions", RATE, "People who move to a higher rank.", OWN,
            lambda c: 1000.0 * c.ranked("promoted") / c.staff(), ("rank",)),
    Measure("vacant_posts", "Vacant posts", "share of posts", "Posts that nobody holds.", OWN,
            lambda c: c.ranked("vacant") / (c.ranked("vacant") + c.staff()), ("rank",)),
    Measure("turnover", "Leaving", RATE, "People who retire, are dismissed or not renewed.", OWN,
            lambda c: 1000.0 * c.ranked("exits") / c.staff(), ("rank",)),
    Measure("realised_rotations", "Rotations carried out", RATE, "Senior posts refilled before the ban or after a handover.",
            OWN, lambda c: 1000.0 * c.ranked("rotations") / c.staff(), ("rank",)),
    Measure("contract_staff_share", "Contract staff", SHARE, "Civil servants on fixed-term contracts.", OWN,
            lambda c: c.placed("contract") / c.staff()),
    Measure("interventions_proven", "Proven interventions", "per region and month",
            "Interventions by officials that were exposed and proven.", OWN,
            lambda c: c.regional("interventions") / c.regional("regions"), by_place=False),
    Measure("service_quality", "Public service", "SD",
            "Quality of public service; 0 is a neutral region whose full posts are held by average newcomers.", OWN,
            lambda c: c.regional("service") / c.posts(), by_place=False),
    Measure("oversight_cost", "Cost of oversight", "SD of service", "Cost of capacity, patrol and wrongful sanctions.", OWN,
            lambda c: c.regional("oversight_cost") / c.posts(), by_place=False),
    Measure("rights_cost_incurred", "Cost to rights", "SD of service",
            "Cost of surveillance and of sanctions for mere expression.", "the source study's concern for political rights",
            lambda c: c.regional("rights_cost") / c.posts(), by_place=False),
    Measure("welfare", "Welfare", "SD of service",
            "Service, less what lost neutrality, oversight and lost rights cost; the weights are assumed.", OWN,
            lambda c: c.regional("welfare") / c.posts(), by_place=False),
    Measure("incumbent_win_rate", "Won by the incumbent's camp", "share of elections", "Elections won by the governing camp.", OWN,
            lambda c: c.regional("incumbent_wins") / c.regional("elections"), by_place=False),
    Measure("incumbent_return_rate", "Incumbents who run and win", "share of elections",
            "Elections won by the governing official in person, of those in which no successor stood for the camp.",
            "election commission data on incumbents who ran",
            lambda c: c.regional("incumbents_returned") / c.regional("incumbents_ran"), by_place=False),
    Measure("incumbent_margin", "Margin of the incumbent's camp", "margin", "Mean margin of the governing camp at elections.", OWN,
            lambda c: c.regional("margin") / c.regional("elections"), by_place=False),
    Measure("margin_spread", "Spread of margins", "margin", "Standard deviation of margins between elections.", OWN,
            lambda c: _spread(c.regional("margin"), c.regional("margin_squared"), c.regional("elections")), by_place=False),
    Measure("patronage", "Patronage", "share", "Patronage of the governing officials, mean over regions.", OWN,
            lambda c: c.regional("patronage") / c.regional("regions"), by_place=False),
    Measure("patronage_spread", "Spread of patronage", "share",
            "Standard deviation of the governing officials' patronage between regions.", OWN,
            lambda c: _spread(c.regional("patronage"), c.regional("patronage_squared"), c.regional("regions")),
            by_place=False),
    Measure("salience", "Salience of the vote", "share", "How present the next vote is.", OWN,
            lambda c: c.regional("salience") / c.regional("regions"), by_place=False),
]


MEASURES: dict[str, Measure] = {measure.name: measure for measure in _TABLE}
"""Every measure by name."""


def measure_named(name: str) -> Measure:
    """Return a measure.

    Raises
    ------
    MeasureError
        If there is none of that name.
    """
    if name not in MEASURES:
        near = difflib.get_close_matches(str(name), MEASURES, n=1)
        raise MeasureError(f"There is no measure named {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return MEASURES[name]


def measured(name: str, values: np.ndarray, by: str | None = None, where: str | None = None) -> np.ndarray:
    """Return a measure of counts.

    Parameters
    ----------
    name : str
        Name of the measure.
    values : float array, shape (..., TALLY_VALUES)
        Counts, summed over months or regions as wanted.
    by : {"rank", "camp", "channel"}, optional
    where : {"reach", "outside"}, optional

    Returns
    -------
    float array, shape (...) or, with ``by``, (..., categories)
        Not a number where there is nothing to divide by.

    Raises
    ------
    MeasureError
        If the measure does not exist or cannot be taken that way.
    """
    measure = measure_named(name)
    if by is not None and by not in measure.by:
        known = ", ".join(repr(split) for split in measure.by) or "nothing"
        raise MeasureError(f"The measure {name!r} can be split by {known}, not by {by!r}")
    if where is not None and where not in PLACES:
        raise MeasureError(f"where must be 'reach' or 'outside', not {where!r}")
    if where is not None and not measure.by_place:
        raise MeasureError(f"The measure {name!r} belongs to the region as a whole and cannot be taken with where={where!r}")
    return _measured(measure, Counts(values, by, where))


def _measured(measure: Measure, counts: Counts) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        result = measure.formula(counts)
    return result if counts.by is not None else result[..., 0]


def column_names() -> list[str]:
    """Return the columns of a table of all measures: each measure, then its splits as name_category."""
    return [column for column, _, _, _ in _columns()]


def column_parts(column: str) -> tuple[str, str]:
    """Return the measure of a column of :func:`column_names`, and its category; "" where it is not split."""
    return next((name, CATEGORIES[by][place] if by else "") for known, name, by, place in _columns() if known == column)


def _columns():
    """Yield (column, measure, split, place in the split) for every column of a table."""
    for measure in MEASURES.values():
        yield measure.name, measure.name, None, 0
        for by in measure.by:
            for place, category in enumerate(CATEGORIES[by]):
                yield f"{measure.name}_{category}", measure.name, by, place


def measured_table(values: np.ndarray) -> np.ndarray:
    """Return all measures and splits of counts, shape (..., columns), in the order of :func:`column_names`."""
    # Each number lies side by side for all months and regions, so that stances and ranks are added up in long rows, which takes
    # a fifth of the time.
    whole = Counts(np.moveaxis(np.ascontiguousarray(np.moveaxis(values, -1, 0)), 0, -1))
    counts = {by: whole.split_by(by) for by in (None, *CATEGORIES)}
    splits = {}
    columns = []
    for _, name, by, place in _columns():
        if (name, by) not in splits:
            splits[name, by] = _measured(MEASURES[name], counts[by])
        columns.append(splits[name, by] if by is None else splits[name, by][..., place])
    return np.stack(columns, axis=-1)
