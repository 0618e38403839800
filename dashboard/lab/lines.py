"""The two large charts: a measure month by month, one line for each scenario compared, with its interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import solara
from solara.alias import rv

from dashboard.choice import Choice
from dashboard.lab.arms import Arm
from dashboard.lab.desk import Shown
from dashboard.panel import Panel
from dashboard.visit import Visit
from experiments.language import Texts, scale_of
from experiments.summary import Estimate, votes_of
from model import MEASURES

SAVED = ("#d55e00", "#009e73", "#b07d00", "#56321f")
LOOKS = {"baseline": ("#434d58", "dashed"), "assumed": ("#8a3f7c", "dotted"), "policy": ("#0072b2", "solid")}
SAVED_STYLE = "solid"


@solara.component_vue("lines.vue")
def LinesChart(lines: list[dict[str, Any]], months: int, votes: list[int], words: dict[str, Any], number: int,
               replicates: int):
    """Draw lines with bands and the table behind them; see ``lines.vue``."""


@solara.component
def Lines(visit: Visit, texts: Texts, shown: Shown, place: int, name: str):
    """Show one of the charts, of the measure ``name``, and the choice of another."""
    names = {name: texts.measure(name) for name in MEASURES}
    heading = texts("lab.chart", number=place + 1)

    def choose(measure: str) -> None:
        charts = list(visit.address.value.charts)
        charts[place] = measure
        visit.change(charts=tuple(charts))

    scenario = shown.comparison.arms[0].scenario
    summary = summary_of(shown, name, texts)
    with Panel(f"chart chart-{place}", heading):
        Choice(label=texts("lab.measure"), options=names, chosen=name, on_choose=choose)
        rv.Html(tag="p", class_="intro", children=[texts.definition(name)])
        LinesChart(lines=sendable(lines_of(shown, name, texts)), months=scenario.months, votes=votes_of(scenario), number=shown.number,
                   replicates=min(one.replicates for one in shown.runs),
                   words={"unit": texts.unit(MEASURES[name].unit), "month": texts("charts.month"), "vote": texts("charts.vote"),
                          "table": texts("charts.table"), "picture": f"{texts.measure(name)}. {summary}",
                          "locale": texts.language, "range": texts("lab.range")})
        rv.Html(tag="p", class_="summary", attributes={"role": "status", "aria-live": "polite"}, children=[summary])


def look_of(arm: Arm, shown: Shown) -> tuple[str, str]:
    """Return colour and style of an arm's line."""
    if arm.kind != "saved":
        return LOOKS[arm.kind]
    saved = [one for one in shown.comparison.arms if one.kind == "saved"]
    return SAVED[saved.index(arm)], SAVED_STYLE


def name_of(arm: Arm, texts: Texts) -> str:
    """Return what an arm is called."""
    return arm.name if arm.kind == "saved" else texts(f"lab.{arm.kind}")


def lines_of(shown: Shown, measure: str, texts: Texts) -> list[dict[str, Any]]:
    """Return the lines of a measure, one for each arm."""
    return [line_of(name_of(arm, texts), look_of(arm, shown), runs.line(measure), MEASURES[measure].unit)
            for arm, runs in zip(shown.comparison.arms, shown.runs, strict=True)]


def line_of(name: str, look: tuple[str, str], found: Estimate, unit: str) -> dict[str, Any]:
    """Return a line: its name, colour and style, and mean, low and high end of the interval month by month."""
    half = np.where(np.isfinite(found.half), found.half, 0.0)
    colour, style = look
    return {"name": name, "colour": colour, "style": style, "mean": scale_of(unit) * found.mean,
            "low": scale_of(unit) * (found.mean - half), "high": scale_of(unit) * (found.mean + half)}


def sendable(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines as ``lines.vue`` reads them."""
    return [line | {key: line[key].astype("<f4").tobytes() for key in ("mean", "low", "high")} for line in lines]


def summary_of(shown: Shown, measure: str, texts: Texts) -> str:
    """Return in a sentence what a chart shows."""
    scenario = shown.comparison.arms[0].scenario
    votes = votes_of(scenario)
    month = votes[0] if votes else scenario.months
    told = []
    for arm, runs in zip(shown.comparison.arms, shown.runs, strict=True):
        value = scale_of(MEASURES[measure].unit) * runs.line(measure).mean[month - 1]
        told.append(texts("lab.summary_one", name=name_of(arm, texts), value=texts.number(value, 2)))
    kind = "lab.summary_vote" if votes else "lab.summary_end"
    return texts(kind, month=month, unit=texts.unit(MEASURES[measure].unit), told="; ".join(told))


