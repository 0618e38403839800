"""The page "Policy lab"."""

from __future__ import annotations

import solara
from solara.alias import rv

from dashboard.lab.arms import comparison_of, is_lever
from dashboard.lab.bench import Bench, Downloads, PutAside
from dashboard.lab.desk import Desk, Shown
from dashboard.lab.lines import Lines
from dashboard.lab.tabs import Tabs
from dashboard.lab.tiles import Tiles, TrueAndReported
from dashboard.panel import Panel
from dashboard.sliders import Sliders, read_change, slider_in_words
from dashboard.visit import Visit
from experiments.comparison import REPLICATES, STAFF_OF_ONE_REGION
from experiments.language import Texts
from experiments.sentences import in_language
from model import PARAMETERS, ScenarioError
from model.parameters import GROUPS


@solara.component
def PolicyLab(visit: Visit, texts: Texts):
    """Show scenarios side by side while levers move."""
    address = visit.address.value
    desk = solara.use_memo(Desk, [])
    solara.use_effect(lambda: desk.close, [])
    compared = (address.scenario, address.upload, address.seed, address.values, address.saved)
    comparison, wrong = solara.use_memo(lambda: compared_or_wrong(visit), [compared])

    def compute() -> None:
        if comparison is not None:
            desk.want(comparison)

    solara.use_effect(compute, [comparison])
    with rv.Html(tag="div", class_="page"):
        Bench(visit, texts)
        if wrong:
            rv.Html(tag="p", class_="notice", attributes={"role": "alert"}, children=[texts("link.scenario", error=in_language(wrong, texts))])
        elif comparison.reduced:
            rv.Html(tag="p", class_="notice", children=[texts(
                "lab.reduced", people=texts.number(comparison.reduced, 0), staff=texts.number(STAFF_OF_ONE_REGION, 0))])
        with rv.Html(tag="div", class_="columns lab"):
            with rv.Html(tag="div", class_="main-column"):
                Charts(visit, texts, desk)
            with rv.Html(tag="div", class_="side-column"):
                Levers(visit, texts)
                Assumptions(visit, texts)
            with rv.Html(tag="div", class_="rest"):
                Details(visit, texts, desk)


def compared_or_wrong(visit: Visit):
    """Return what is compared, and what is wrong with it."""
    try:
        return comparison_of(visit.address.value), ""
    except ScenarioError as error:
        return None, str(error)


@solara.component
def Charts(visit: Visit, texts: Texts, desk: Desk):
    """Show the charts of what was computed last, and the tiles."""
    shown = desk.shown.value
    State(texts, desk, shown)
    if shown is None:
        return
    with rv.Html(tag="div", class_="charts"):
        for place in range(len(visit.address.value.charts)):
            Lines(visit, texts, shown, place)
    Judged(texts, desk)


@solara.component
def Judged(texts: Texts, desk: Desk):
    """Show the tiles; a difference is judged when all replicates are there."""
    if desk.settled.value is not None:
        Tiles(texts, desk.settled.value)


@solara.component
def Details(visit: Visit, texts: Texts, desk: Desk):
    """Show the rest of it, and what can be done with it."""
    shown = desk.settled.value
    if shown is None:
        return
    TrueAndReported(texts, shown)
    Tabs(visit, texts, shown)
    PutAside(visit, texts)
    Downloads(visit, texts, shown)


@solara.component
def State(texts: Texts, desk: Desk, shown: Shown | None):
    """Say what the numbers rest on, and whether more are coming."""
    if desk.failed.value:
        told = texts("lab.failed", error=desk.failed.value)
    elif shown is None:
        told = texts("page.preparing")
    else:
        scenario = shown.comparison.arms[0].scenario
        told = texts("lab.basis", replicates=min(one.replicates for one in shown.runs), most=REPLICATES, seed=scenario.seed,
                     months=scenario.months, mode=texts(f"lab.mode_{scenario.mode}"))
    rv.Html(tag="p", class_="state", attributes={"data-busy": str(desk.busy.value).lower(), "role": "status"}, children=[told])


@solara.component
def Levers(visit: Visit, texts: Texts):
    """Show the levers in their groups."""
    with Panel("levers", texts("lab.levers_heading")):
        rv.Html(tag="p", class_="intro", children=[texts("lab.levers_note")])
        Parameters(visit, texts, [name for name in PARAMETERS if is_lever(name)])


@solara.component
def Assumptions(visit: Visit, texts: Texts):
    """Show the assumptions, in a drawer of their own."""
    names = [name for name, parameter in PARAMETERS.items() if parameter.role == "assumption"]
    moved = sum(name in names for name, _ in visit.address.value.values)
    with rv.Html(tag="details", class_="panel panel-assumptions"):
        rv.Html(tag="summary", children=[rv.Html(tag="h2", children=[texts("lab.assumptions_heading")]),
                                         rv.Html(tag="span", children=[f" {texts('lab.assumptions_moved', number=moved)}"] if moved else [])])
        rv.Html(tag="p", class_="intro", children=[texts("lab.assumptions_note")])
        Parameters(visit, texts, names)


@solara.component
def Parameters(visit: Visit, texts: Texts, names: list[str]):
    """Show sliders for some parameters."""
    address = visit.address.value
    preset = solara.use_memo(address.preset, [(address.scenario, address.upload)])
    chosen = dict(address.values)

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
                slider_in_words(PARAMETERS[name], chosen.get(name, float(preset.value(name)[0])),
                                float(preset.value(name)[0]), texts) for name in inside]})
    Sliders(groups=groups, event_change=change, words={
        "locale": texts.language, "changed": texts("lab.changed"), "help": texts("lab.help"), "restore": texts("lab.restore")})
