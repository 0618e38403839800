"""The people of the region as pyramids, and which of them is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara
from solara.alias import rv

from dashboard.panel import Panel
from dashboard.region.live import Live
from dashboard.region.session import STANCES
from experiments.language import Texts
from model.population import RANKS


@solara.component_vue("people.vue")
def Picture(offices: list[list[int]], ranks: str, state: dict[str, Any], words: dict[str, Any], selected: int | None,
            event_select: Callable[[int], None], event_drawn: Callable[[int], None]):
    """Draw all posts; see ``people.vue``."""


@solara.component
def People(live: Live, texts: Texts):
    """Show the people, the legend, and how to go from post to post without a mouse."""
    live.shown.value  # noqa: B018  (drawn again when it changes)
    session = live.session
    offices, ranks = solara.use_memo(lambda: (session.offices(), session.ranks()), [live.runs.value])
    words = solara.use_memo(lambda: _words(len(ranks), len(offices), texts), [texts.language, len(ranks), len(offices)])
    with Panel("people", texts("people.heading")):
        rv.Html(tag="p", class_="intro", children=[texts("people.intro")])
        rv.Html(tag="ul", class_="legend", children=[
            rv.Html(tag="li", class_=name,
                    children=[rv.Html(tag="i", attributes={"aria-hidden": "true"}), texts(f"people.{name}")])
            for name in (*STANCES, "vacant", "head", "outside")])
        Picture(offices=offices, ranks=ranks, state=session.picture(), words=words, selected=live.selected.value,
                event_select=lambda post: _select(live, post), event_drawn=live.month_drawn)
        PostChooser(live, texts)


@solara.component
def PostChooser(live: Live, texts: Texts):
    """Show a field for a post's number, and buttons to the posts beside it."""
    last = live.session.posts - 1
    typed, set_typed = solara.use_state("")
    wrong, set_wrong = solara.use_state(False)
    selected = live.selected.value

    def show_selected() -> None:
        set_typed("" if selected is None else str(selected))
        set_wrong(False)

    def read(text: str) -> None:
        set_typed(text)
        digits = text.strip()
        is_number = digits.isascii() and digits.isdigit() and len(digits) < 20
        set_wrong(bool(digits) and not _select(live, int(digits) if is_number else -1))

    def beside(step: int) -> None:
        _select(live, 0 if selected is None else min(last, max(0, selected + step)))

    solara.use_effect(show_selected, [selected])
    with rv.Html(tag="div", class_="chooser"):
        solara.InputText(texts("people.post"), typed, on_value=read, error=wrong, classes=["post"])
        solara.Button(texts("people.previous"), on_click=lambda: beside(-1), icon_name="mdi-chevron-left", text=True)
        solara.Button(texts("people.next"), on_click=lambda: beside(1), icon_name="mdi-chevron-right", text=True)
        rv.Html(tag="p", class_="notice" if wrong else "intro", attributes={"role": "status"},
                children=[texts("people.post_wrong" if wrong else "people.post_help", last=last)])


def _select(live: Live, post: Any) -> bool:
    """Look at a post that the browser names; return whether there is one."""
    if not isinstance(post, int) or isinstance(post, bool):
        return False
    try:
        live.select(post)
    except LookupError:
        return False
    return True


def _words(posts: int, offices: int, texts: Texts) -> dict[str, Any]:
    return {
        "picture": texts("people.picture", posts=posts, offices=offices),
        "office": texts("people.office"),
        "outside_short": texts("people.outside_short"),
        "tip": texts("people.tip"),
        "tip_vacant": texts("people.tip_vacant"),
        "ranks": [texts(f"rank.{rank}") for rank in RANKS],
        "stances": [texts(f"stance.{stance}") for stance in STANCES],
    }
