"""Scenario, seed, and the passing of months."""

from __future__ import annotations

import solara
from solara.alias import rv

from dashboard.choice import Choice
from dashboard.panel import Panel
from dashboard.region.live import Live
from dashboard.region.session import SeedError, parse_seed
from dashboard.visit import Visit
from experiments.language import Texts
from model import load_scenario, scenario_names

PACES = (1, 4, 12, 0)
"""Months a second; 0 is as fast as it goes."""


@solara.component
def Controls(live: Live, visit: Visit, texts: Texts):
    """Show what starts, stops and resets the region."""
    seed_text, set_seed_text = solara.use_state(str(live.session.scenario.seed))
    seed_wrong, set_seed_wrong = solara.use_state(False)
    pace, set_pace = solara.use_state(PACES[1])
    live.shown.value, live.runs.value  # noqa: B018  (drawn again when they change)
    finished = live.session.finished

    def edit_seed(text: str) -> None:
        set_seed_text(text)
        set_seed_wrong(False)

    def reset() -> None:
        try:
            seed = parse_seed(seed_text)
        except SeedError:
            set_seed_wrong(True)
            return
        if seed == live.session.scenario.seed:
            live.reset()
        else:
            live.pause()
            visit.change(seed=seed, month=0, moves=())

    def choose(name: str) -> None:
        live.pause()
        visit.choose_preset(name)

    def choose_pace(chosen: str) -> None:
        set_pace(int(chosen))
        live.set_pace(int(chosen))

    scenarios = {name: texts.scenario(name, title) for name, title in _titles()}
    paces = {str(pace): texts(f"controls.speed_{pace}") for pace in PACES}
    with Panel("controls", texts("controls.heading")):
        with rv.Html(tag="div", class_="controls"):
            Choice(label=texts("controls.scenario"), options=scenarios, chosen=visit.address.value.scenario,
                   on_choose=choose)
            solara.InputText(texts("controls.seed"), seed_text, on_value=edit_seed, continuous_update=True, error=seed_wrong,
                             classes=["seed"])
            solara.Button(texts("controls.reset"), on_click=reset, icon_name="mdi-restart", outlined=True)
            if live.playing.value:
                solara.Button(texts("controls.pause"), on_click=live.pause, icon_name="mdi-pause", color="primary",
                              classes=["play"])
            else:
                solara.Button(texts("controls.play"), on_click=lambda: live.play(pace), icon_name="mdi-play",
                              color="primary", disabled=finished, classes=["play"])
            solara.Button(texts("controls.step"), on_click=live.step, icon_name="mdi-step-forward", outlined=True,
                          disabled=finished or live.playing.value)
            Choice(label=texts("controls.speed"), options=paces, chosen=str(pace), on_choose=choose_pace)
        with rv.Html(tag="div", attributes={"role": "status", "aria-live": "polite"}):
            if seed_wrong:
                rv.Html(tag="p", class_="notice", children=[texts("controls.seed_wrong")])
            if finished:
                rv.Html(tag="p", class_="notice", children=[texts("controls.ended", months=live.session.scenario.months)])


@solara.memoize
def _titles() -> list[tuple[str, str]]:
    """Return name and title of each ready scenario."""
    return [(name, load_scenario(name).title) for name in scenario_names()]
