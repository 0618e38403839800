"""The page "Inside a region": the model itself, month by month and person by person."""

from __future__ import annotations

import asyncio

import solara
from solara.alias import rv

from dashboard.region.charts import Charts
from dashboard.region.controls import Controls
from dashboard.region.levers import Levers
from dashboard.region.live import Live
from dashboard.region.now import History, Now, Officials
from dashboard.region.people import People
from dashboard.region.person import Why
from dashboard.region.session import RegionSession, ready_session
from dashboard.visit import Visit
from experiments.language import Texts


@solara.component
def InsideARegion(visit: Visit, texts: Texts):
    """Show one region to one visitor; nothing of it is shared with another."""
    address = visit.address.value
    start = (address.scenario, address.upload, address.seed, address.values)

    async def make() -> RegionSession:
        scenario = visit.address.value.preset().replace(**dict(visit.address.value.values))
        now = visit.address.value
        return await asyncio.to_thread(ready_session, scenario, now.moves, now.month, now.post)

    made = solara.lab.use_task(make, dependencies=[start])
    live = solara.use_memo(lambda: Live(made.value, visit) if made.finished else None, [made.finished and made.value])

    def stop_when_gone():
        return live.close if live is not None else None

    solara.use_effect(stop_when_gone, [live])
    if live is not None:
        Region(live, visit, texts)
    else:
        NotReady(texts("page.broken", error=str(made.exception)) if made.error else texts("page.preparing"), not made.error)


@solara.component
def Region(live: Live, visit: Visit, texts: Texts):
    """Show all panels."""
    with rv.Html(tag="div", class_="page"):
        Controls(live, visit, texts)
        Now(live, texts)
        with rv.Html(tag="div", class_="columns"):
            with rv.Html(tag="div", class_="main-column"):
                People(live, texts)
                Why(live, texts)
                Officials(live, texts)
                Charts(live, texts)
            with rv.Html(tag="div", class_="side-column"):
                Levers(live, texts)
                History(live, texts)


@solara.component
def NotReady(why: str, busy: bool):
    """Say why there is no region yet, and whether one is coming."""
    rv.Html(tag="p", class_="notice", attributes={"role": "status", "data-busy": str(busy).lower()}, children=[why])
