"""The levers: what a government could decide, built from the table of parameters."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import solara
from solara.alias import rv

from dashboard.panel import Panel
from dashboard.region.live import Live
from dashboard.region.session import LEVERS, RegionSession
from experiments.language import Texts
from model import PARAMETERS, ScenarioError


@solara.component_vue("levers.vue")
def Sliders(levers: list[dict[str, Any]], words: dict[str, str], event_change: Callable[[dict], None]):
    """Show a slider for each lever; see ``levers.vue``."""


@solara.component
def Levers(live: Live, texts: Texts):
    """Show the levers, what they mean, and the way back to the scenario's values."""
    live.levers.value  # noqa: B018  (drawn again when it changes)
    wrong, set_wrong = solara.use_state("")

    def change(message: Any) -> None:
        set_wrong("")
        try:
            name, value = read_change(message)
            live.change_levers(lambda: live.session.set_lever(name, value))
        except ScenarioError as error:
            set_wrong(str(error))

    with Panel("levers", texts("levers.heading")):
        rv.Html(tag="p", class_="intro", children=[texts("levers.intro")])
        Sliders(levers=[lever_in_words(name, live.session, texts) for name in LEVERS],
                words={"locale": texts.language, "words": texts("levers.words")}, event_change=change)
        if wrong:
            rv.Html(tag="p", class_="notice", attributes={"role": "status"}, children=[texts("levers.wrong", error=wrong)])
        solara.Button(texts("levers.restore"), on_click=live.restore, disabled=not live.can_restore, outlined=True,
                      icon_name="mdi-undo")


def read_change(message: Any) -> tuple[str, float]:
    """Return the lever and the value that a browser sends.

    Raises
    ------
    ScenarioError
        If the message holds no name and number.
    """
    name, value = (message.get("name"), message.get("value")) if isinstance(message, dict) else (None, None)
    if not isinstance(name, str) or isinstance(value, bool) or not isinstance(value, int | float):
        raise ScenarioError("A lever needs a number")
    return name, float(value)


def lever_in_words(name: str, session: RegionSession, texts: Texts) -> dict[str, Any]:
    """Return what the page says about a lever; its slider has the plausible range, or more if the value lies outside."""
    parameter, value = PARAMETERS[name], session.value(name)
    low, high = min(parameter.plausible[0], value), max(parameter.plausible[1], value)
    since = [news.month for news in session.news if news.kind == "lever" and news.values["name"] == name]
    acts = ""
    if name in session.chosen:
        over = since and since[-1] > session.scenario.months
        acts = texts("levers.acts_next_run") if over or not since else texts("levers.acts", month=since[-1])
    return {
        "name": name, "label": texts.parameter(name), "unit": texts.unit(parameter.unit),
        "meaning": texts.meaning(name), "value": value, "low": low, "high": high,
        "step": step_of(parameter.plausible), "changed": acts,
    }


def step_of(plausible: tuple[float, float]) -> float:
    """Return a round step that divides a range into 50 parts or more."""
    return 10.0 ** math.floor(math.log10((plausible[1] - plausible[0]) / 50) + 1e-9)
