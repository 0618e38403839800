"""The page "Inside a region": the model itself, month by month and person by person."""

from __future__ import annotations

from pathlib import Path

import solara
from solara.alias import rv

from dashboard.charts import Charts
from dashboard.controls import Controls
from dashboard.language import LANGUAGES, Texts, texts_of
from dashboard.levers import Levers
from dashboard.live import Live
from dashboard.now import History, Now
from dashboard.people import People
from dashboard.person import Why
from dashboard.session import ready_session

STYLE = (Path(__file__).parent / "style.css").read_text("utf-8")


@solara.component_vue("document.vue")
def Document(language: str):
    """Tell the browser the language of the page; see ``document.vue``."""


@solara.component
def InsideARegion():
    """Show one region to one visitor; nothing of it is shared with another."""
    language, set_language = solara.use_state("en")
    texts = texts_of(language)
    made = solara.lab.use_task(ready_session, dependencies=[])
    live = solara.use_memo(lambda: Live(made.value) if made.finished else None, [made.finished])

    def stop_when_gone():
        return live.close if live is not None else None

    solara.use_effect(stop_when_gone, [live])
    solara.Title(texts("page.title"))
    solara.Style(STYLE)
    with rv.Html(tag="div", class_="netralitas"):
        Document(language=language)
        Header(texts, set_language)
        if live is not None:
            Region(live, texts)
        else:
            NotReady(texts("page.broken", error=str(made.exception)) if made.error else texts("page.preparing"))


@solara.component
def Region(live: Live, texts: Texts):
    """Show all panels."""
    with rv.Html(tag="main"):
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


@solara.component
def Header(texts: Texts, set_language):
    """Show what this is, and the languages."""
    with rv.Html(tag="header"):
        with rv.Html(tag="div"):
            rv.Html(tag="h1", children=[texts("page.title")])
            rv.Html(tag="p", children=[texts("page.tagline")])
            rv.Html(tag="p", class_="laboratory", children=[texts("page.laboratory")])
        with rv.Html(tag="div", class_="languages", attributes={"role": "group", "aria-label": texts("page.language")}):
            for code, name in LANGUAGES.items():
                solara.Button(code.upper(), on_click=lambda code=code: set_language(code), text=True,
                              attributes={"title": name, "aria-label": name, "lang": code,
                                          "aria-pressed": str(code == texts.language).lower()},
                              classes=["chosen"] if code == texts.language else [])


@solara.component
def Frame(children: list | None = None):
    """Show a page as it is, without the server's own bars."""
    rv.Html(tag="div", children=children or [])
