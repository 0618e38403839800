"""The frame of the app: what it is, its pages, its languages, and the page that is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import solara
from solara.alias import rv

from dashboard.about.page import About
from dashboard.address import PAGES
from dashboard.lab.page import PolicyLab
from dashboard.language import texts_of
from dashboard.lessons.page import Lessons
from dashboard.messages import one_of
from dashboard.region.page import InsideARegion
from dashboard.sweeps.page import Experiments
from dashboard.visit import Visit
from experiments.language import LANGUAGES, Texts
from experiments.sentences import in_language

STYLE = "\n".join(path.read_text("utf-8") for path in sorted(Path(__file__).parent.rglob("*.css")))

SHOWN: dict[str, Callable] = {
    "lab": PolicyLab,
    "region": InsideARegion,
    "experiments": Experiments,
    "lessons": Lessons,
    "about": About,
}
"""The component of each page that is there; each takes the visit and the texts."""


@solara.component_vue("browser.vue")
def Browser(language: str, page: str, query: str, words_lost: str, event_found: Callable[[str], None]):
    """Tell the browser the language and the link, hear of its Back, and say so when the app does not answer; see ``browser.vue``."""


@solara.component_vue("header.vue")
def Header(words: dict[str, str], pages: dict[str, str], page: str, languages: dict[str, str], language: str,
           event_open: Callable[[str], None], event_speak: Callable[[str], None]):
    """Show what this is, the pages, and the languages; see ``header.vue``."""


@solara.component
def Netralitas():
    """Show the app to one visitor."""
    search = solara.use_router().search
    visit = solara.use_memo(lambda: Visit(search), [])
    address = visit.address.value
    texts = texts_of(address.language)
    page = address.page if address.page in SHOWN else next(iter(SHOWN))
    solara.Title(f"{texts(f'page.{page}')} – {texts('page.title')}")
    solara.Style(STYLE)
    with rv.Html(tag="div", class_="netralitas"):
        Browser(language=address.language, page=f"{page}/{address.lesson}" if page == "lessons" else page,
                query=visit.query, words_lost=texts("page.lost"), event_found=visit.open)
        rv.Html(tag="a", class_="skip", attributes={"href": "#content"}, children=[texts("page.skip")])
        Header(words={name: texts(f"page.{name}") for name in ("title", "tagline", "laboratory", "pages", "language")},
               pages={name: texts(f"page.{name}") for name in PAGES if name in SHOWN}, page=page,
               languages=LANGUAGES, language=texts.language,
               event_open=one_of(SHOWN, lambda name: visit.change(page=name)),
               event_speak=one_of(LANGUAGES, lambda code: visit.change(language=code)))
        Problem(visit, texts)
        with rv.Html(tag="main", attributes={"id": "content", "tabindex": "-1"}):
            SHOWN[page](visit, texts)


@solara.component
def Problem(visit: Visit, texts: Texts):
    """Say why a link or a choice could not be used."""
    problem = visit.problem.value
    with rv.Html(tag="div", class_="problem", attributes={"role": "alert"}):
        if problem is not None:
            with rv.Html(tag="p", class_="notice"):
                rv.Html(tag="span", children=[texts(f"link.{problem.kind}", **{
                    name: in_language(value, texts) if isinstance(value, str) else texts.whole(value)
                    for name, value in problem.values.items()})])
                solara.Button(texts("page.close"), on_click=lambda: visit.problem.set(None), text=True, icon_name="mdi-close")


@solara.component
def Frame(children: list | None = None):
    """Show a page as it is, without the server's own bars."""
    rv.Html(tag="div", children=children or [])
