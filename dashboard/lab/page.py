"""The page "Policy lab"."""

from __future__ import annotations

import solara
from solara.alias import rv

from dashboard.address import Saved
from dashboard.lab.arms import Comparison, comparison_of, is_lever
from dashboard.lab.bench import Bench, Downloads, PutAside
from dashboard.lab.desk import Desk
from dashboard.lab.lines import Lines
from dashboard.lab.tabs import Tabs
from dashboard.lab.tiles import Tiles, TrueAndReported
from dashboard.panel import Panel
from dashboard.sliders import Sliders, read_change, slider_in_words
from dashboard.visit import Visit
from experiments.comparison import REPLICATES, STAFF_OF_ONE_REGION
from experiments.language import Texts
from experiments.sentences import in_language
from model import PARAMETERS, Scenario, ScenarioError
from model.parameters import GROUPS


@solara.component
def PolicyLab(visit: Visit, texts: Texts):
    """Show scenarios side by side while levers move.

    Only this component reads all of the visitor's choices; each part is handed what it shows of them, so that a moved
    slider draws nothing else anew.
    """
    address = visit.address.value
    desk = solara.use_memo(Desk, [])
    solara.use_effect(lambda: desk.close, [])
    start = (address.scenario, address.upload, address.seed)
    preset = solara.use_memo(address.preset, [start])

    def compute() -> tuple[Comparison | None, str]:
        try:
            comparison = comparison_of(address)
        except ScenarioError as error:
            return None, str(error)
        desk.want(comparison)  # before anything is drawn, so that it computes meanwhile
        return comparison, ""

    comparison, wrong = solara.use_memo(compute, [(start, address.values, address.saved)])
    levers = tuple((name, value) for name, value in address.values if is_lever(name))
    assumptions = tuple((name, value) for name, value in address.values if not is_lever(name))
    with rv.Html(tag="div", class_="page"):
        Bench(visit, texts, address.scenario, preset, bool(address.upload), bool(address.values) or address.seed is not None)
        if wrong:
            rv.Html(tag="p", class_="notice", attributes={"role": "alert"}, children=[texts("link.scenario", error=in_language(wrong, texts))])
        elif comparison.reduced:
            rv.Html(tag="p", class_="notice", children=[texts(
                "lab.reduced", people=texts.number(comparison.reduced, 0), staff=texts.number(STAFF_OF_ONE_REGION, 0))])
        with rv.Html(tag="div", class_="columns lab"):
            with rv.Html(tag="div", class_="main-column"):
                State(texts, desk, comparison)
                Charts(visit, texts, desk, address.charts)
                Judged(texts, desk)
            with rv.Html(tag="div", class_="side-column"):
                Levers(visit, texts, preset, levers)
                Assumptions(visit, texts, preset, assumptions)
            with rv.Html(tag="div", class_="rest"):
                Details(visit, texts, desk, address.tab, address.saved)


@solara.component
def Charts(visit: Visit, texts: Texts, desk: Desk, measures: tuple[str, str]):
    """Show the charts of what was computed last."""
    shown = desk.shown.value
    with rv.Html(tag="div", class_="charts"):
        if shown is not None:
            for place, measure in enumerate(measures):
                Lines(visit, texts, shown, place, measure)


@solara.component
def Judged(texts: Texts, desk: Desk):
    """Show the tiles; a difference is judged when all replicates are there."""
    if desk.settled.value is not None:
        Tiles(texts, desk.settled.value)


@solara.component
def Details(visit: Visit, texts: Texts, desk: Desk, tab: str, saved: tuple[Saved, ...]):
    """Show the rest of it, and what can be done with it."""
    shown = desk.settled.value
    if shown is None:
        return
    TrueAndReported(texts, shown)
    Tabs(visit, texts, shown, tab)
    PutAside(visit, texts, saved)
    Downloads(visit, texts, desk)


@solara.component
def State(texts: Texts, desk: Desk, comparison: Comparison | None):
    """Say what the numbers rest on, and whether more are coming."""
    shown = desk.shown.value
    if desk.failed.value:
        told = texts("lab.failed", error=desk.failed.value)
    elif shown is None:
        told = texts("page.preparing")
    else:
        scenario = shown.comparison.arms[0].scenario
        told = texts("lab.basis", replicates=min(one.replicates for one in shown.runs), most=REPLICATES, seed=scenario.seed,
                     months=scenario.months, mode=texts(f"lab.mode_{scenario.mode}"))
    busy = desk.is_busy_with(comparison)
    rv.Html(tag="p", class_="state", attributes={"data-busy": str(busy).lower(), "role": "status"}, children=[told])


@solara.component
def Levers(visit: Visit, texts: Texts, preset: Scenario, chosen: tuple[tuple[str, float], ...]):
    """Show the levers in their groups."""
    with Panel("levers", texts("lab.levers_heading")):
        rv.Html(tag="p", class_="intro", children=[texts("lab.levers_note")])
        Parameters(visit, texts, [name for name in PARAMETERS if is_lever(name)], preset, chosen)


@solara.component
def Assumptions(visit: Visit, texts: Texts, preset: Scenario, chosen: tuple[tuple[str, float], ...]):
    """Show the assumptions, in a drawer of their own."""
    names = [name for name, parameter in PARAMETERS.items() if parameter.role == "assumption"]
    moved = sum(name in names for name, _ in chosen)
    with rv.Html(tag="details", class_="panel panel-assumptions"):
        rv.Html(tag="summary", children=[rv.Html(tag="h2", children=[texts("lab.assumptions_heading")]),
                                         rv.Html(tag="span", children=[f" {texts('lab.assumptions_moved', number=moved)}"] if moved else [])])
        rv.Html(tag="p", class_="intro", children=[texts("lab.assumptions_note")])
        Parameters(visit, texts, names, preset, chosen)


@solara.component
def Parameters(visit: Visit, texts: Texts, names: list[str], preset: Scenario, chosen: tuple[tuple[str, float], ...]):
    """Show sliders for some parameters, of which some were chosen other than in the preset."""
    values = dict(chosen)

    def change(message) -> None:
        try:
            name, value, settled = read_change(message)
        except ScenarioError:
            return
        usual = float(preset.value(name)[0])
        visit.set_value(name, None if value is None or value == usual else value, settled)

    groups = []
    for group in GROUPS:
        inside = [name for name in names if PARAMETERS[name].group == group]
        if inside:
            groups.append({"name": group, "label": texts.group(group), "sliders": [
                slider_in_words(PARAMETERS[name], values.get(name, float(preset.value(name)[0])),
                                float(preset.value(name)[0]), texts) for name in inside]})
    Sliders(groups=groups, event_change=change, words={
        "locale": texts.language, "changed": texts("lab.changed"), "help": texts("lab.help"), "restore": texts("lab.restore")})
