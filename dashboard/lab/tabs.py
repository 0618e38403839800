"""Details of the comparison: stances by rank, the funnel by camp, promotion, service and welfare; tables with bars."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import solara
from solara.alias import rv

from dashboard.address import TABS
from dashboard.choice import Choices
from dashboard.lab.desk import Shown
from dashboard.lab.lines import look_of, name_of
from dashboard.lab.tiles import written
from dashboard.panel import Panel
from dashboard.visit import Visit
from experiments.language import UNSAID, Texts
from model.measures import CAMPS, MEASURES
from model.population import RANKS


@dataclass(frozen=True)
class Row:
    """One row of a tab.

    Attributes
    ----------
    measure : str
    category : str
        A rank or camp, or empty.
    window : str
        See ``experiments.comparison.WINDOWS``.
    """

    measure: str
    category: str = ""
    window: str = "all"

    @property
    def column(self) -> str:
        """Its column in tables of measures."""
        return f"{self.measure}_{self.category}" if self.category else self.measure


LEAST_BELOW = 0.05  # of what lies above 0, so that the smallest bar below it can be seen
STRUCTURAL = RANKS[2:]
ROWS = {
    "ranks": [Row(measure, rank, "campaign") for measure in ("covert_share", "overt_share") for rank in RANKS],
    "funnel": [Row(measure, camp) for camp in CAMPS for measure in ("reported", "recommended", "sanctioned")]
    + [Row("follow_up_rate", camp) for camp in CAMPS] + [Row("selective_enforcement")],
    "promotion": [Row(measure, rank) for measure in ("promoted_competence", "loyalty_premium") for rank in STRUCTURAL]
    + [Row("senior_competence"), Row("realised_rotations"), Row("vacant_posts")],
    "service": [Row(measure) for measure in ("service_quality", "oversight_cost", "rights_cost_incurred", "welfare",
                                             "wrongful_sanctions", "vacant_posts", "turnover")],
}
PARTS_OF_ONE = ("ranks", "funnel")
"""Tabs whose measures are parts of one thing, so that those of one unit share a scale; elsewhere each measure has its own."""


@solara.component
def Tabs(visit: Visit, texts: Texts, shown: Shown, tab: str):
    """Show a tab's table, and the choice of another."""
    with Panel("details", texts("lab.details_heading")):
        Choices(label=texts("lab.details_heading"), options={name: texts(f"lab.tab_{name}") for name in TABS}, chosen=tab,
                on_choose=lambda name: visit.change(tab=name))
        rv.Html(tag="p", class_="intro", children=[texts(f"lab.note_{tab}")])
        BarTable(heads=[name_of(arm, texts) for arm in shown.comparison.arms], parts=parts_in_words(tab, texts, shown),
                 colours=[look_of(arm, shown)[0] for arm in shown.comparison.arms], label=texts(f"lab.tab_{tab}"))


@solara.component_vue("bars.vue")
def BarTable(heads: list[str], parts: list[dict[str, Any]], colours: list[str], label: str):
    """Show a table whose cells have bars; see ``bars.vue``."""


def parts_in_words(tab: str, texts: Texts, shown: Shown) -> list[dict[str, Any]]:
    """Return what the table shows: for each measure its heading, a note, and rows of cells."""
    values = {row: [float(runs.value(row.column, row.window).mean) for runs in shown.runs] for row in ROWS[tab]}
    shared = unit_of if tab in PARTS_OF_ONE else measure_of
    scales = scales_of(values, shared)
    return [{"heading": heading_of(measure, texts), "note": texts.definition(measure), "rows": [
        {"label": texts.category(row.category) if row.category else texts("lab.in_all"),
         "cells": [cell(value, row, scales[shared(row)], texts) for value in values[row]]} for row in same]}
        for measure, same in groups_of(ROWS[tab])]


def heading_of(measure: str, texts: Texts) -> str:
    """Return what a measure is called, with its unit where none stands behind the numbers."""
    unit = MEASURES[measure].unit
    return f"{texts.measure(measure)} ({texts.unit(unit)})" if unit in UNSAID else texts.measure(measure)


def unit_of(row: Row) -> str:
    """Return the unit of a row's numbers."""
    return MEASURES[row.measure].unit


def measure_of(row: Row) -> str:
    """Return a row's measure."""
    return row.measure


def scales_of(values: dict[Row, list[float]], shared: Callable[[Row], str]) -> dict[str, tuple[float, float]]:
    """Return where bars begin and end, for each of what rows may have in common (``shared``); each scale holds 0."""
    scales: dict[str, tuple[float, float]] = {}
    for row, line in values.items():
        low, high = scales.get(shared(row), (0.0, 0.0))
        known = [value for value in line if math.isfinite(value)]
        scales[shared(row)] = (min([low, *known]), max([high, *known]))
    return {common: (min(low, -LEAST_BELOW * high) if low < 0.0 else low, high) for common, (low, high) in scales.items()}


def groups_of(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """Return the rows by measure, in the order in which measures first come."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.measure, []).append(row)
    return list(groups.items())


def cell(value: float, row: Row, scale: tuple[float, float], texts: Texts) -> dict[str, Any]:
    """Return a number, how long its bar is and where on its scale 0 stands, both in per cent; no bar where there is no number."""
    if not math.isfinite(value):
        return {"text": texts("number.none"), "share": None, "zero": 0.0, "below": False}
    low, high = scale
    reach = (high - low) or 1.0
    unit = texts("lab.of_rank") if row.category in RANKS and unit_of(row) == "share of staff" else unit_of(row)
    return {"text": written(value, row.measure, texts, unit), "share": round(100 * abs(value) / reach, 1),
            "zero": round(100 * -low / reach, 1), "below": value < 0.0}
