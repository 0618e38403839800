"""Details of the comparison: stances by rank, the funnel by camp, promotion, service and welfare; tables with bars."""

from __future__ import annotations

import math
from dataclasses import dataclass

import solara
from solara.alias import rv

from dashboard.address import TABS
from dashboard.lab.desk import Shown
from dashboard.lab.lines import look_of, name_of
from dashboard.lab.tiles import written
from dashboard.panel import Panel
from dashboard.visit import Visit
from experiments.language import Texts
from model.measures import CAMPS
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


@solara.component
def Tabs(visit: Visit, texts: Texts, shown: Shown):
    """Show the choice of a tab and its table."""
    tab = visit.address.value.tab
    with Panel("details", texts("lab.details_heading")):
        with rv.Html(tag="div", class_="choices", attributes={"role": "group", "aria-label": texts("lab.details_heading")}):
            for name in TABS:
                solara.Button(texts(f"lab.tab_{name}"), on_click=lambda name=name: visit.change(tab=name), text=True,
                              attributes={"aria-pressed": str(name == tab).lower()},
                              classes=["chosen"] if name == tab else [])
        rv.Html(tag="p", class_="intro", children=[texts(f"lab.note_{tab}")])
        BarTable(tab, texts, shown)


@solara.component
def BarTable(tab: str, texts: Texts, shown: Shown):
    """Show a table whose cells have bars."""
    arms = shown.comparison.arms
    heads = [rv.Html(tag="th", attributes={"scope": "col"}, children=[name_of(arm, texts)]) for arm in arms]
    body = []
    for measure, rows in groups_of(ROWS[tab]):
        body.append(rv.Html(tag="tr", class_="group", children=[rv.Html(
            tag="th", attributes={"scope": "rowgroup", "colspan": str(len(arms) + 1)},
            children=[texts.measure(measure), rv.Html(tag="small", children=[f" – {texts.definition(measure)}"])])]))
        values = [[float(runs.value(row.column, row.window).mean) for runs in shown.runs] for row in rows]
        largest = max((abs(value) for line in values for value in line if math.isfinite(value)), default=0.0) or 1.0
        for row, line in zip(rows, values, strict=True):
            cells = [cell(value, value / largest, look_of(arm, shown)[0], measure, texts)
                     for arm, value in zip(arms, line, strict=True)]
            label = texts.category(row.category) if row.category else texts("lab.in_all")
            body.append(rv.Html(tag="tr", children=[rv.Html(tag="th", attributes={"scope": "row"}, children=[label]), *cells]))
    with rv.Html(tag="div", class_="wide", attributes={"tabindex": "0", "role": "region",
                                                       "aria-label": texts(f"lab.tab_{tab}")}):
        rv.Html(tag="table", class_="numbers bars", children=[
            rv.Html(tag="thead", children=[rv.Html(tag="tr", children=[rv.Html(tag="td"), *heads])]),
            rv.Html(tag="tbody", children=body)])


def groups_of(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """Return the rows by measure, in the order in which measures first come."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.measure, []).append(row)
    return list(groups.items())


def cell(value: float, share: float, colour: str, measure: str, texts: Texts):
    """Return a number with a bar under it."""
    if not math.isfinite(value):
        return rv.Html(tag="td", children=[texts("number.none")])
    bar = rv.Html(tag="i", style_=f"width: {100 * abs(share):.1f}%; background: {colour}" + (
        "; opacity: .55" if value < 0.0 else ""))
    return rv.Html(tag="td", children=[written(value, measure, texts),
                                       rv.Html(tag="span", class_="meter", attributes={"aria-hidden": "true"}, children=[bar])])


