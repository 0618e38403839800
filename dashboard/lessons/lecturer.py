"""A lesson all at once, without the student's prompts: what a lecturer reads the evening before."""

from __future__ import annotations

import solara
from solara.alias import rv

from dashboard.lessons.parts import (
    Answers,
    Basis,
    BothSettings,
    Glossary,
    Outcomes,
    Pairs,
    Reading,
    Text,
    Waiting,
    right_answer,
    robustness_in_words,
    use_outcomes,
)
from dashboard.lessons.student import Explained, Print
from dashboard.panel import Panel
from dashboard.visit import Visit
from experiments.language import Texts, unit_of_parameter
from experiments.lessons import telling
from experiments.lessons.answers import faults_of, right_options
from experiments.lessons.catalogue import Choice, Lesson


@solara.component
def ForLecturers(visit: Visit, texts: Texts, lesson: Lesson):
    """Show a whole lesson, with the answers as the model gives them now."""
    language = texts.language
    outcomes, wrong = use_outcomes(lesson)

    def name(key: str) -> str:
        return texts(f"lessons.step_{key}")

    with rv.Html(tag="div", class_="lesson all"):
        with Panel("all question", name("question")):
            rv.Html(tag="p", class_="asked", children=[lesson.asks[language]])
            Text(lesson.story[language])
        with Panel("all prediction", name("prediction")):
            Text(lesson.prediction.text[language])
        with Panel("all experiment", name("experiment")):
            Text(lesson.experiment.text[language])
            rv.Html(tag="p", class_="intro", children=[texts("lessons.levers_shown", levers=", ".join(
                f"{texts.parameter(one)} ({texts.unit(unit_of_parameter(one))})" for one in lesson.levers))])
        if outcomes is None:
            Waiting(wrong, texts)
        else:
            Answered(texts, lesson, outcomes)


@solara.component
def Answered(texts: Texts, lesson: Lesson, outcomes: Outcomes):
    """Show what comes out, what it means, and the questions with their answers as computed now."""
    language, faults = texts.language, faults_of(lesson, outcomes)

    def name(key: str) -> str:
        return texts(f"lessons.step_{key}")

    with rv.Html(tag="div", class_="lesson all"):
        rv.Html(tag="p", class_="notice" if faults else "holds", attributes={"role": "status"}, children=[
            texts("lessons.faults", faults="; ".join(faults)) if faults else texts("lessons.holds")])
        with Panel("all reveal", name("reveal")):
            Text(telling.filled(lesson.reveal[language], outcomes, language))
            Answers(lesson, outcomes, texts)
            for outcome in outcomes.values():
                rv.Html(tag="h3", children=[outcome.asked.name[language]])
                BothSettings(outcome, texts)
                Pairs(outcome, texts)
                rv.Html(tag="p", class_="worlds", children=[robustness_in_words(outcome, texts)])
            Basis(next(iter(outcomes.values())), texts)
        with Panel("all debrief", name("debrief")):
            Explained(lesson, outcomes, texts)
        with Panel("all check", name("check")):
            for place, question in enumerate(lesson.questions):
                with rv.Html(tag="div", class_="question"):
                    rv.Html(tag="h3", children=[f"{texts('lessons.question', number=place + 1)} {question.text[language]}"])
                    if isinstance(question, Choice):
                        right = right_options(question, outcomes)
                        with rv.Html(tag="ul"):
                            for number, option in enumerate(question.options):
                                mark = f" {texts('lessons.is_right')}" if number in right else ""
                                rv.Html(tag="li", class_="right" if mark else "", children=[
                                    rv.Html(tag="strong", children=[option.text[language] + mark]), " – ",
                                    telling.filled(option.explains[language], outcomes, language)])
                    else:
                        rv.Html(tag="p", children=[rv.Html(tag="strong", children=[right_answer(lesson, place, outcomes, texts)]), " – ",
                                                   telling.filled(question.explains[language], outcomes, language)])
        with Panel("all reading", name("reading")):
            Reading(lesson, texts)
        Glossary(lesson, texts)
        with rv.Html(tag="div", class_="controls"):
            Print(label=texts("lessons.print"))
