"""What students and lecturers see of a lesson alike: texts, charts, the model's answer, words, further reading."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import numpy as np
import solara
from solara.alias import rv

from dashboard.lab.lines import LOOKS, LinesChart, line_of, sendable
from dashboard.lessons.computed import outcomes_here
from dashboard.rendered import Rendered, as_html
from dashboard.table import Table, row
from experiments.documents import document_name
from experiments.language import Texts, scale_of
from experiments.lessons import results, telling
from experiments.lessons.answers import Outcome, amount_of, unit_of
from experiments.lessons.catalogue import ROOT, Lesson, Number
from experiments.summary import Estimate, votes_of
from model import Scenario

Outcomes = Mapping[str, Outcome]
EVERYWHERE = ("lever", "assumption", "scenario", "measure", "campaign", "utility", "run", "luck", "replicate", "seed", "point", "interval",
              "world", "mode")
"""Entries of the glossary that are explained in every lesson, since the page itself uses the words."""
DOT, HIGHEST = 10, 150  # pixels: a dot, and all of them above each other
APART = 0.032  # of the width: a dot of a narrow strip


def use_outcomes(lesson: Lesson) -> tuple[Outcomes | None, str]:
    """Return what the model says to a lesson (None while it is computed), and what went wrong, if anything did."""
    async def compute() -> Outcomes:
        return await asyncio.to_thread(outcomes_here, lesson)

    task = solara.lab.use_task(compute, dependencies=[lesson.name])
    if task.error:
        return None, f"{type(task.exception).__name__}: {task.exception}"
    return (task.value if task.finished else None), ""


@solara.component
def Waiting(wrong: str, texts: Texts):
    """Say that the model is still computing, or what went wrong."""
    rv.Html(tag="p", class_="state", attributes={"role": "status", "data-busy": str(not wrong).lower()},
            children=[texts("lab.failed", error=wrong) if wrong else texts("lessons.computing")])


@solara.component
def Text(text: str):
    """Show a text of a lesson, which is written in Markdown."""
    Rendered(html=as_html(text))


@solara.component
def Glossary(lesson: Lesson, texts: Texts):
    """Explain the words of a lesson."""
    with rv.Html(tag="details", class_="glossary"):
        rv.Html(tag="summary", children=[texts("lessons.words")])
        rv.Html(tag="dl", children=[part for word in dict.fromkeys((*lesson.words, *EVERYWHERE)) for part in (
            rv.Html(tag="dt", children=[texts(f"term_name.{word}")]), rv.Html(tag="dd", children=[texts(f"term_text.{word}")]))])


@solara.component
def LevelsChart(measure: str, scenario: Scenario, levels: list[tuple[str, Estimate]], number: int, replicates: int, texts: Texts):
    """Draw a measure month by month, the first setting dashed.

    Parameters
    ----------
    measure : str
        A measure or one of its splits.
    scenario : Scenario
        Whose months and votes are drawn.
    levels : list of (str, Estimate)
        Name and line of each setting, one or two.
    number, replicates : int
        Counts what was drawn; runs behind each line.
    texts : Texts
    """
    unit = unit_of(measure)
    lines = [line_of(name, LOOKS[kind], found, unit) for (name, found), kind in zip(levels, ("baseline", "policy"), strict=False)]
    LinesChart(lines=sendable(lines), months=scenario.months, votes=votes_of(scenario), number=number, replicates=replicates,
               words={"unit": texts.unit(unit), "month": texts("charts.month"), "vote": texts("charts.vote"),
                      "table": texts("charts.table"), "locale": texts.language, "range": texts("lab.range"),
                      "picture": texts("lessons.picture", measure=telling.name_of(measure, texts.language),
                                       names="; ".join(name for name, _ in levels))})


@solara.component
def BothSettings(outcome: Outcome, texts: Texts):
    """Draw both settings of a contrast."""
    language, asked = texts.language, outcome.asked
    LevelsChart(asked.contrast.measure, asked.contrast.settings()[0], [
        (asked.first[language], outcome.first.line), (asked.second[language], outcome.second.line)],
        1 + list(asked.name).index(language), len(outcome.first.values), texts)


@solara.component
def Pairs(outcome: Outcome, texts: Texts):
    """Show the difference in every pair of runs as a dot, and the interval of their mean as a bar."""
    scale = scale_of(unit_of(outcome.asked.contrast.measure))
    pairs, effect = scale * outcome.pairs, outcome.effect
    ends = np.array([0.0, *pairs, scale * effect.low, scale * effect.high])
    low, high = float(ends.min()), float(ends.max())
    reach = (high - low) or 1.0

    def at(value: float) -> str:
        return f"{100.0 * (value - low) / reach:.2f}%"

    def written(value: float) -> str:
        return texts.number(value, 1 if reach > 2 else 2 if reach > 0.2 else 3)

    rows = rows_of((pairs - low) / reach)
    pitch = min(DOT + 1, HIGHEST / (1 + max(rows)))  # pixels
    told = texts("lessons.pairs_told", pairs=len(pairs), against=outcome.against, unit=texts.unit_of_difference(
        unit_of(outcome.asked.contrast.measure)), low=written(float(pairs.min())), high=written(float(pairs.max())))
    with rv.Html(tag="figure", class_="pairs"):
        with rv.Html(tag="div", class_="pairs-strip", style_=f"height:{DOT + 12 + pitch * max(rows):.0f}px",
                     attributes={"role": "img", "aria-label": told}):
            rv.Html(tag="i", class_="zero", style_=f"left:{at(0.0)}")
            rv.Html(tag="i", class_="interval", style_=f"left:{at(scale * effect.low)};right:calc(100% - {at(scale * effect.high)})")
            for value, height in zip(pairs.tolist(), rows, strict=True):
                rv.Html(tag="i", class_="dot", style_=f"left:{at(value)};bottom:{6 + pitch * height:.0f}px")
        rv.Html(tag="p", class_="pairs-axis", attributes={"aria-hidden": "true"}, children=[
            rv.Html(tag="span", children=[written(low)]),
            rv.Html(tag="span", style_=f"left:{at(0.0)}", class_="zero", children=["0"] if 0.15 < -low / reach < 0.85 else []),
            rv.Html(tag="span", children=[written(high)])])
        rv.Html(tag="figcaption", children=[told, " ", texts("lessons.pairs_note")])


def rows_of(places: np.ndarray) -> list[int]:
    """Return in which row above the axis each dot stands, so that no dot hides another; places are shares of the width."""
    rows, ends = [0] * len(places), []
    for place in np.argsort(places, kind="stable").tolist():
        free = next((level for level, end in enumerate(ends) if places[place] - end >= APART), len(ends))
        ends[free:free + 1] = [places[place]]
        rows[place] = free
    return rows


@solara.component
def Answers(lesson: Lesson, outcomes: Outcomes, texts: Texts):
    """Show in a table what the model says to every contrast of a lesson."""
    language = texts.language
    heads = ("compared", "measure", "first", "second", "difference", "direction", "worlds")
    rows = []
    for name, outcome in outcomes.items():
        asked = outcome.asked
        cells = [f"{telling.measure(asked.contrast, language)}, {telling.months(asked.contrast, language)}",
                 telling.level(outcome, "first", language), telling.level(outcome, "second", language),
                 telling.difference(outcome, language), telling.direction(outcome, language),
                 telling.worlds(outcome, language) if outcome.robustness else texts("lessons.not_asked")]
        rows.append(row(asked.name[language], cells, name))
    Table(label=texts("lessons.answers"), heads=[texts(f"lessons.head_{head}") for head in heads], rows=rows, captioned=True, kind="answers stacked")


def robustness_in_words(outcome: Outcome, texts: Texts) -> str:
    """Return in how many plausible worlds a contrast comes out as the lesson states, and what to think of that."""
    found = outcome.robustness
    if found is None or found.points == 0:
        return texts("lessons.worlds_unknown", command=results.COMMAND)
    stated = texts(f"lessons.stated_{outcome.asked.contrast.expected}")
    told = texts("lessons.worlds_told", stated=stated, held=round(found.share * found.points), points=found.points,
                 share=texts.percent(found.share), low=texts.percent(found.low), high=texts.percent(found.high))
    kind = "most" if found.low >= 0.5 else "few" if found.share < 0.5 else "some"
    return f"{told} {texts(f'lessons.worlds_{kind}')}"


@solara.component
def Basis(outcome: Outcome, texts: Texts):
    """Say what the numbers rest on: mode, seeds, replicates, and what a plausible world is."""
    scenario = outcome.asked.contrast.settings()[0]
    told = texts("lessons.basis", replicates=len(outcome.first.values), seed=scenario.seed, months=scenario.months,
                 mode=texts(f"lab.mode_{scenario.mode}"), scenario=texts.scenario(outcome.asked.contrast.scenario, scenario.title))
    rv.Html(tag="p", class_="intro", children=[told])


def document_in(document: str, language: str) -> str:
    """Return the path of a document in a language, or of the English one where there is no other."""
    other = document_name(document.removesuffix(".md"), language).as_posix()
    return other if (ROOT / other).is_file() else document


@solara.component
def Reading(lesson: Lesson, texts: Texts):
    """Show what to read further, with its sources."""
    items = []
    for one in lesson.reading:
        parts: list[Any] = [one.text[texts.language]]
        if one.document:
            parts += [" ", rv.Html(tag="code", children=[document_in(one.document, texts.language)])]
        elif one.url:
            parts += [" ", rv.Html(tag="a", attributes={"href": one.url, "target": "_blank", "rel": "noopener"},
                        children=[one.source[texts.language]])]
        else:
            parts += [f" ({one.source[texts.language]})"]
        items.append(rv.Html(tag="li", children=parts))
    with rv.Html(tag="div"):
        rv.Html(tag="ul", class_="further", children=items)
        rv.Html(tag="p", class_="intro", children=[texts("lessons.reading_note")])


def right_answer(lesson: Lesson, place: int, outcomes: Outcomes, texts: Texts) -> str:
    """Return the right answer to a question as computed now: an option's text, or a number with its interval."""
    from experiments.lessons.answers import right_options

    question, language = lesson.questions[place], texts.language
    if isinstance(question, Number):
        return telling.amount(amount_of(outcomes[question.contrast], question.of), question.of, language)
    return "; ".join(question.options[one].text[language] for one in right_options(question, outcomes))
