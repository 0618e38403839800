"""The levers: what a government could decide, built from the table of parameters."""

from __future__ import annotations

from typing import Any

import solara
from solara.alias import rv

from dashboard.panel import Panel
from dashboard.region.live import Live
from dashboard.region.session import LEVERS, RegionSession
from dashboard.sliders import Sliders, read_change, slider_in_words
from experiments.language import Texts
from experiments.sentences import in_language
from model import PARAMETERS, ScenarioError


@solara.component
def Levers(live: Live, texts: Texts):
    """Show the levers, what they mean, and the way back to the scenario's values."""
    live.levers.value  # noqa: B018  (drawn again when it changes)
    wrong, set_wrong = solara.use_state("")

    def change(message: Any) -> None:
        set_wrong("")
        try:
            name, value, settled = read_change(message)
            if settled:
                usual = usual_of(name, live.session)
                live.change_levers(lambda: live.session.set_lever(name, usual if value is None else value))
        except ScenarioError as error:
            set_wrong(in_language(str(error), texts))

    with Panel("levers", texts("levers.heading")):
        rv.Html(tag="p", class_="intro", children=[texts("levers.intro")])
        Sliders(groups=[{"name": "levers", "label": texts("levers.group"), "sliders": [
                    lever_in_words(name, live.session, texts) for name in LEVERS]}], event_change=change,
                words={"locale": texts.language, "changed": texts("levers.changed"), "help": texts("lab.help"),
                       "restore": texts("lab.restore")})
        if wrong:
            rv.Html(tag="p", class_="notice", attributes={"role": "status"}, children=[texts("levers.wrong", error=wrong)])
        solara.Button(texts("levers.restore"), on_click=live.restore, disabled=not live.can_restore, outlined=True,
                      icon_name="mdi-undo")


def usual_of(name: str, session: RegionSession) -> float:
    """Return the value that the scenario gives a lever."""
    return float(session.scenario.value(name)[0])


def lever_in_words(name: str, session: RegionSession, texts: Texts) -> dict[str, Any]:
    """Return what the page says about a lever, and from when on its value holds."""
    since = [news.month for news in session.news if news.kind == "lever" and news.values["name"] == name]
    acts = ""
    if name in session.chosen:
        over = since and since[-1] > session.scenario.months
        acts = texts("levers.acts_next_run") if over or not since else texts("levers.acts", month=since[-1])
    told = slider_in_words(PARAMETERS[name], session.value(name), usual_of(name, session), texts)
    return told | {"note": acts, "changed": bool(acts)}
