"""Who somebody is, and what she weighs when she stays neutral or takes a side."""

from __future__ import annotations

from typing import Any

import solara
from solara.alias import rv

from dashboard.panel import Panel
from dashboard.region.live import Live
from dashboard.region.session import STANCES, TERMS, Person, Way
from experiments.language import Texts, unit_of_parameter


@solara.component_vue("person.vue")
def Reasons(person: dict[str, Any], words: dict[str, str]):
    """Show a person as ``in_words`` tells her; see ``person.vue``."""


@solara.component
def Why(live: Live, texts: Texts):
    """Show the holder of the post that is looked at."""
    live.shown.value  # noqa: B018  (drawn again when it changes)
    post = live.selected.value
    with Panel("person", texts("person.heading")):
        person = live.session.person()
        if person is not None and post is not None:
            Reasons(person=in_words(person, live.session.month, texts), words=_words(texts))
            if not live.playing.value:
                Mind(live, texts)
            solara.Button(texts("people.nobody"), on_click=lambda: live.select(None), text=True, icon_name="mdi-close")
        else:
            told = texts("person.nobody") if post is None else texts("person.vacant", post=post)
            rv.Html(tag="p", class_="hint", children=[told])


@solara.component
def Mind(live: Live, texts: Texts):
    """Say what would change her mind."""
    ways = live.session.ways()
    told = [way_in_words(way, texts) for way in ways] or [texts("mind.nothing")]
    rv.Html(tag="h3", class_="mind", children=[texts("mind.heading")])
    rv.Html(tag="ul", class_="ways", children=[rv.Html(tag="li", children=[one]) for one in told])
    rv.Html(tag="p", class_="hint", children=[texts("mind.note")])


def way_in_words(way: Way, texts: Texts) -> str:
    """Return in a sentence what a lever would do."""
    return texts("mind.turns" if way.stance else "mind.moves", lever=texts.parameter(way.lever),
                 stance=texts(f"stance.{way.stance}") if way.stance else "",
                 value=texts.plain_quantity(way.value, unit_of_parameter(way.lever)),
                 before=texts.percent(way.before), after=texts.percent(way.after))


def in_words(person: Person, month: int, texts: Texts) -> dict[str, Any]:
    """Return everything the panel says about a person.

    Parameters
    ----------
    person : Person
    month : int
        Months that have passed.
    texts : Texts

    Returns
    -------
    dict
        "name", "notice" and "now" as sentences; "stance", an index into ``STANCES``; "facts" with label, value and
        help; "rows" of the table with label, help, kind and five cells of text and bar (-1 to 1).
    """
    return {
        "post": person.post,
        "name": texts("person.who_head" if person.is_head else "person.who", post=person.post, office=person.office,
                      rank=texts(f"rank.{person.rank}")),
        "notice": texts("person.newly_held") if person.newly_held else "",
        "now": texts("person.now" if month else "person.start", month=month + 1, stance=texts(f"stance.{person.stance}")),
        "stance": STANCES.index(person.stance),
        "facts": [{"label": texts(f"person.fact_{name}"), "value": value, "help": texts(f"person.fact_{name}_help")}
                  for name, value in _facts(person, texts).items()],
        "rows": _rows(person, texts),
    }


def _facts(person: Person, texts: Texts) -> dict[str, str]:
    years, months = divmod(person.tenure, 12)
    return {
        "reach": texts("person.yes" if person.in_reach else "person.no"),
        "contract": texts("person.contract" if person.contract else "person.permanent"),
        "tenure": texts("person.years", years=years, months=months) if years else texts("person.months", months=months),
        "competence": texts.number(person.competence),
        "ambition": texts.number(person.ambition),
        "integrity": texts.number(person.integrity),
        "affinity": _closeness(person.affinity, texts),
        "risk": texts.percent(person.perceived_risk, 1),
        "loyalty": texts("person.loyalty", incumbent=texts.number(person.loyalty_incumbent),
                         challenger=texts.number(person.loyalty_challenger)),
        "sanctions": _sanctions(person, texts),
        "case": texts(f"person.case_{person.case}"),
    }


def _closeness(affinity: float, texts: Texts) -> str:
    if affinity == 0.0:
        return texts("person.close_nobody")
    return texts("person.close_incumbent" if affinity > 0 else "person.close_challenger", size=texts.number(abs(affinity)))


def _sanctions(person: Person, texts: Texts) -> str:
    number = texts.number(person.sanctions, 0)
    level = texts(f"person.level_{person.sanction_level}") if person.sanction_level else ""
    key = "sanctions" + ("_level" if level else "") + ("_barred" if person.barred else "")
    return number if key == "sanctions" else texts(f"person.{key}", sanctions=number, level=level, months=person.barred)


def _rows(person: Person, texts: Texts) -> list[dict[str, Any]]:
    """Return the rows of the table: each reason, the sum, the probability."""
    largest = max(abs(value) for option in person.options for value in (*option.terms.values(), option.utility)) or 1.0
    rows = [_row(texts(f"term.{term}"), [option.terms[term] for option in person.options], largest, "term", texts,
                 texts(f"term.{term}_help")) for term in TERMS]
    rows.append(_row(texts("person.sum"), [option.utility for option in person.options], largest, "sum", texts))
    chances = [option.probability for option in person.options]
    rows.append({"label": texts("person.probability"), "help": "", "kind": "probability",
                 "cells": [{"text": texts.percent(chance, 1), "bar": chance} for chance in chances]})
    return rows


def _row(label: str, values: list[float], largest: float, kind: str, texts: Texts, meaning: str = "") -> dict[str, Any]:
    cells = [{"text": texts.number(value), "bar": round(value / largest, 3)} for value in values]
    return {"label": label, "help": meaning, "kind": kind, "cells": cells}


def _words(texts: Texts) -> dict[str, str]:
    return {word: texts(f"person.{word}") for word in (
        "table", "option", "incumbent", "challenger", "neutral", "covert", "overt", "words")}
