"""Where the region stands, and what has happened in it."""

from __future__ import annotations

import solara
from solara.alias import rv

from dashboard.panel import Panel
from dashboard.region.live import Live
from dashboard.region.session import News, Situation
from dashboard.table import Table, row
from experiments.language import Texts, unit_of_parameter

LATEST = 8
"""How much of what happened is shown at once."""


@solara.component_vue("facts.vue")
def Facts(facts: list[dict[str, str]]):
    """Show pairs of a name and a value: dicts of label, value, note and kind."""


@solara.component
def Now(live: Live, texts: Texts):
    """Show where the region stands this month."""
    live.shown.value  # noqa: B018  (drawn again when it changes)
    with Panel("now", texts("now.heading")):
        Facts(facts=facts_of(live.session.situation(), texts))
        Latest(live, texts)


@solara.component
def Latest(live: Live, texts: Texts):
    """Show what happened last."""
    live.news.value  # noqa: B018  (drawn again when it changes)
    told = [news for news in live.session.news if news.kind != "end"]
    rv.Html(tag="p", class_="latest", attributes={"role": "status", "aria-live": "polite"},
            children=[sentence_of(told[-1], texts)])


@solara.component
def History(live: Live, texts: Texts):
    """Show what has happened, latest first."""
    live.news.value  # noqa: B018  (drawn again when it changes)
    items = [rv.Html(tag="li", children=[sentence_of(news, texts)]) for news in reversed(live.session.news)]
    with Panel("news", texts("news.heading")):
        rv.Html(tag="ol", class_="news", children=items[:LATEST])
        if len(items) > LATEST:
            with rv.Html(tag="details"):
                rv.Html(tag="summary", children=[texts("news.earlier")])
                rv.Html(tag="ol", class_="news", children=items[LATEST:])


@solara.component
def Officials(live: Live, texts: Texts):
    """Show those who stand beside the people: both officials and those who oversee."""
    live.shown.value  # noqa: B018  (drawn again when it changes)
    session = live.session
    heads = ("popularity", "patronage", "win_chance", "terms_served")
    rows = [row(texts(f"officials.{official.role}"), (
        texts.number(official.popularity), texts.number(official.patronage), texts.percent(official.win_chance),
        str(official.terms_served or texts("number.none")))) for official in session.officials()]
    with Panel("officials", texts("officials.heading")):
        Table(label=texts("officials.heading"), heads=["", *(texts(f"officials.{name}") for name in heads)], rows=rows)
        rv.Html(tag="p", class_="intro", children=[texts(
            "officials.watchdog", patrol=texts.plain(session.value("patrol")),
            capacity=texts.plain(session.value("oversight_capacity")), waiting=texts.number(session.situation().waiting, 0))])


def facts_of(now: Situation, texts: Texts) -> list[dict[str, str]]:
    """Return in words where the region stands."""
    year, month_of_year = divmod(now.month - 1, 12)
    time = texts("now.year_month", year=year + 1, month_of_year=month_of_year + 1) if now.month else texts("now.start")
    phase = "campaign_free" if now.phase == "campaign" and not now.frozen else now.phase
    return [
        {"label": texts("now.time"), "value": time, "kind": "time",
         "note": texts("now.count", month=now.month, months=now.months)},
        {"label": texts("now.vote"), "value": _vote_in_words(now, texts), "kind": "vote",
         "note": texts(f"now.phase_{phase}")},
        *({"label": texts(f"now.{kind}"), "value": texts.percent(getattr(now, kind), 1), "kind": kind,
           "note": texts("now.of_staff")} for kind in ("neutral", "covert", "overt")),
        {"label": texts("now.win_chance"), "value": texts.percent(now.win_chance), "kind": "chance",
         "note": texts("now.win_chance_note", term=now.terms_served)},
        {"label": texts("now.waiting"), "value": texts.number(now.waiting, 0), "kind": "waiting",
         "note": texts("now.waiting_note")},
    ]


def _vote_in_words(now: Situation, texts: Texts) -> str:
    if now.to_vote is None:
        return texts("now.no_vote")
    if now.to_vote == 0:
        return texts("now.vote_now")
    return texts("now.to_vote_one") if now.to_vote == 1 else texts("now.to_vote", months=now.to_vote)


def sentence_of(news: News, texts: Texts) -> str:
    """Return in words what happened."""
    values = {"month": news.month, **news.values}
    if "value" in values:
        name = news.values["name"]
        values |= {"name": texts.parameter(name), "value": texts.plain_quantity(news.values["value"], unit_of_parameter(name))}
    told = texts(f"news.{news.kind}", **values)
    return told if news.kind in ("start", "lever", "reform") else f"{texts('news.month', month=news.month)}: {told}"
