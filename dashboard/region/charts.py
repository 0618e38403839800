"""What has changed over the months: who takes sides, and what becomes of reports."""

from __future__ import annotations

from typing import Any

import solara
from solara.alias import rv

from dashboard.chart import Chart
from dashboard.panel import Panel
from dashboard.region.live import Live
from dashboard.region.session import FUNNEL, STANCES
from experiments.language import Texts

MONTHS_IN_A_YEAR = 12
LINE = 18  # pixels

# From the bottom up; the pale ones are covert. Blue and vermilion are told apart by colour-blind readers.
STACK = {"overt_incumbent": "#0072b2", "covert_incumbent": "#9ccbe8",
         "covert_challenger": "#f5c39b", "overt_challenger": "#d55e00"}
STEPS = {"reported": ("#5b6673", "solid"), "recommended": ("#009e73", "dashed"), "sanctioned": ("#8a3f7c", "solid")}


@solara.component
def Charts(live: Live, texts: Texts):
    """Show both charts."""
    live.shown.value  # noqa: B018  (drawn again when it changes)
    session = live.session
    months, votes = session.scenario.months, session.votes()
    option = solara.use_memo(lambda: (shares_option(months, votes, texts), funnel_option(months, votes, texts)),
                             [live.runs.value, texts.language])
    with rv.Html(tag="div", class_="charts"):
        with Panel("shares", texts("charts.shares_heading")):
            rv.Html(tag="p", class_="intro", children=[texts("charts.shares_note")])
            Chart(option=option[0], drawn=[STANCES.index(stance) for stance in STACK],
                  names=[texts(f"people.{stance}") for stance in STANCES], table=list(session.shares().values()),
                  words=_words("shares", texts))
        with Panel("funnel", texts("charts.funnel_heading")):
            rv.Html(tag="p", class_="intro", children=[texts("charts.funnel_note")])
            Chart(option=option[1], drawn=list(range(len(FUNNEL))), names=[texts(f"charts.{step}") for step in FUNNEL],
                  table=list(session.funnel().values()), words=_words("funnel", texts))


def shares_option(months: int, votes: list[int], texts: Texts) -> dict[str, Any]:
    """Return how the chart of stances looks, in the words of ECharts."""
    series = [{"type": "line", "name": texts(f"people.{stance}"), "stack": "staff", "symbol": "none", "color": colour,
               "lineStyle": {"width": 0}, "areaStyle": {"opacity": 1}, "data": []} for stance, colour in STACK.items()]
    return _option(months, votes, texts, texts("charts.shares_axis"), {"icon": "rect"}, 2, series)


def funnel_option(months: int, votes: list[int], texts: Texts) -> dict[str, Any]:
    """Return how the chart of cases looks, in the words of ECharts."""
    series = [{"type": "line", "name": texts(f"charts.{step}"), "symbol": "none", "color": colour,
               "z": 3 if line == "dashed" else 2, "lineStyle": {"width": 2.5, "type": line}, "data": []} for step, (colour, line) in STEPS.items()]
    return _option(months, votes, texts, texts("charts.funnel_axis"), {"itemStyle": {"opacity": 0}}, 1, series)


def _option(months: int, votes: list[int], texts: Texts, unit: str, legend: dict[str, Any], rows: int,
            series: list[dict[str, Any]]) -> dict[str, Any]:
    vote = texts("charts.vote").replace(" ", "\n")
    above = 28 + LINE * vote.count("\n")  # the unit stands above what marks the votes
    marks = {"type": "line", "data": [], "markLine": {
        "silent": True, "symbol": "none", "z": 1, "lineStyle": {"color": "#8d98a5", "type": "solid", "width": 1},
        "label": {"formatter": vote, "color": "#1c2733", "lineHeight": LINE}, "data": [{"xAxis": month} for month in votes]}}
    return {
        "animation": False,
        "textStyle": {"fontFamily": "Roboto, sans-serif", "fontSize": 13},
        "grid": {"left": 8, "right": 40, "top": 22 + above + 24 * rows, "bottom": 32, "containLabel": True},
        "legend": {"top": 0, "left": 0, "itemGap": 14, "itemHeight": 10, **legend,
                   "data": [one["name"] for one in series]},
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": {"type": "category", "boundaryGap": False, "data": [str(month) for month in range(months + 1)],
                  "name": texts("charts.month"), "nameLocation": "middle", "nameGap": 32,
                  "axisTick": {"interval": MONTHS_IN_A_YEAR - 1}, "axisLabel": {"interval": MONTHS_IN_A_YEAR - 1, "margin": 12}},
        "yAxis": {"type": "value", "min": 0, "name": unit, "nameGap": above, "nameTextStyle": {"align": "left"}},
        "series": [*series, marks],
    }


def _words(chart: str, texts: Texts) -> dict[str, str]:
    return {"table": texts("charts.table"), "month": texts("charts.month"), "picture": texts(f"charts.{chart}_picture"),
            "locale": texts.language}
