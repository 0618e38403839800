"""The page "Inside a region": the model itself, month by month and person by person."""

from __future__ import annotations

import solara
from solara.alias import rv

from dashboard.region.charts import Charts
from dashboard.region.controls import Controls
from dashboard.region.levers import Levers
from dashboard.region.live import Live
from dashboard.region.now import History, Now
from dashboard.region.people import People
from dashboard.region.person import Why
from dashboard.region.session import ready_session
from dashboard.visit import Visit
from experiments.language import Texts


@solara.component
def InsideARegion(visit: Visit, texts: Texts):
    """Show one region to one visitor; nothing of it is shared with another."""
    made = solara.lab.use_task(ready_session, dependencies=[])
    live = solara.use_memo(lambda: Live(made.value) if made.finished else None, [made.finished])

    def stop_when_gone():
        return live.close if live is not None else None

    solara.use_effect(stop_when_gone, [live])
    if live is not None:
        Region(live, texts)
    else:
        NotReady(texts("page.broken", error=str(made.exception)) if made.error else texts("page.preparing"))


@solara.component
def Region(live: Live, texts: Texts):
    """Show all panels."""
    with rv.Html(tag="div", class_="page"):
        Controls(live, texts)
        Now(live, texts)
        with rv.Html(tag="div", class_="columns"):
            with rv.Html(tag="div", class_="main-column"):
                People(live, texts)
                Why(live, texts)
                Charts(live, texts)
            with rv.Html(tag="div", class_="side-column"):
                Levers(live, texts)
                History(live, texts)


@solara.component
def NotReady(why: str):
    """Say why there is no region yet."""
    rv.Html(tag="p", class_="notice", attributes={"role": "status"}, children=[why])
