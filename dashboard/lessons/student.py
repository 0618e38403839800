"""A lesson step by step: nothing of what the model says is shown before the student has predicted it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import solara
from solara.alias import rv

from dashboard.address import STEPS
from dashboard.lab.arms import Arm, Comparison
from dashboard.lab.desk import Desk
from dashboard.lessons.parts import (
    Answers,
    Basis,
    BothSettings,
    Glossary,
    LevelsChart,
    Outcomes,
    Pairs,
    Reading,
    Text,
    Waiting,
    right_answer,
    robustness_in_words,
    use_outcomes,
)
from dashboard.lessons.progress import Notebook, Progress, number_in
from dashboard.messages import one_of
from dashboard.panel import Panel
from dashboard.sliders import Sliders, read_change, slider_in_words
from dashboard.table import Table, row
from dashboard.visit import Visit
from experiments.contrast import DIRECTIONS
from experiments.language import Texts
from experiments.lessons import telling
from experiments.lessons.answers import Outcome, amount_of, is_right, unit_of
from experiments.lessons.catalogue import Choice, Lesson, Number, lessons
from experiments.sentences import in_language
from model import PARAMETERS, ScenarioError
from model.measures import column_parts

BEFORE_PREDICTING = 2  # steps that are open to everybody


@solara.component_vue("options.vue")
def Options(label: str, options: dict[str, str], chosen: str, group: str, disabled: bool, event_choose: Callable[[str], None]):
    """Show answers to choose from; see ``options.vue``."""


@solara.component_vue("amount.vue")
def Amount(label: str, value: str, unit: str, disabled: bool, event_type: Callable[[str], None]):
    """Show a field for a number; see ``amount.vue``."""


@solara.component_vue("print.vue")
def Print(label: str):
    """Show a button that prints; see ``print.vue``."""


def step_shown(wanted: str, progress: Progress) -> str:
    """Return the step that may be shown: who has not predicted yet is led to the prediction."""
    return wanted if progress.predicted or STEPS.index(wanted) < BEFORE_PREDICTING else STEPS[1]


@solara.component
def ForStudents(visit: Visit, texts: Texts, notebook: Notebook, lesson: Lesson):
    """Show one step of a lesson, and the way through it."""
    progress = notebook.of(lesson)
    step = step_shown(visit.address.value.step, progress)
    outcomes, wrong = use_outcomes(lesson)

    def go(to: str) -> None:
        visit.change(step=to)

    with rv.Html(tag="div", class_=f"lesson at-{step}"):
        Way(lesson, texts, step, progress, go)
        with rv.Html(tag="section", class_=f"panel lesson-step step-{step}", attributes={
                "data-place": f"{lesson.name}/{step}", "aria-label": texts(f"lessons.step_{step}")}):
            rv.Html(tag="h2", children=[texts(f"lessons.step_{step}")])
            SHOWN[step](texts, notebook, lesson, outcomes, wrong).key(f"{lesson.name}-{step}")
            Onward(visit, texts, lesson, step, progress, go)
        Glossary(lesson, texts)


@solara.component
def Way(lesson: Lesson, texts: Texts, step: str, progress: Progress, go: Callable[[str], None]):
    """Show the steps of a lesson; those after the prediction open once it is made."""
    with rv.Html(tag="nav", class_="way", attributes={"aria-label": texts("lessons.steps")}):
        for number, name in enumerate(STEPS, 1):
            shut = not progress.predicted and number > BEFORE_PREDICTING
            solara.Button(f"{number}. {texts(f'lessons.step_{name}')}", on_click=lambda name=name: go(name), text=True, disabled=shut,
                          attributes={"aria-current": "step" if name == step else "false"}, classes=["chosen"] if name == step else [])


@solara.component
def Onward(visit: Visit, texts: Texts, lesson: Lesson, step: str, progress: Progress, go: Callable[[str], None]):
    """Show the buttons to the steps before and after."""
    place, names = STEPS.index(step), list(lessons())
    with rv.Html(tag="div", class_="onward"):
        if place:
            solara.Button(texts("lessons.back"), on_click=lambda: go(STEPS[place - 1]), outlined=True, icon_name="mdi-arrow-left")
        if step == STEPS[1] and not progress.predicted:
            return
        if step != STEPS[-1]:
            after = STEPS[place + 1]
            solara.Button(texts(f"lessons.on_{after}"), on_click=lambda: go(after), color="primary", classes=["on"])
            return
        for name in names[names.index(lesson.name) + 1:][:1]:
            following = lessons()[name]
            solara.Button(texts("lessons.next", number=following.number, title=following.title[texts.language]), color="primary",
                          on_click=lambda name=name: visit.change(lesson=name, step=STEPS[0]), classes=["on"])
        solara.Button(texts("lessons.all"), on_click=lambda: visit.change(lesson="", step=STEPS[0]), outlined=True)


# Steps -----------------------------------------------------------------------------------------------------------------


@solara.component
def Question(texts: Texts, notebook: Notebook, lesson: Lesson, outcomes: Outcomes | None, wrong: str):
    """Show what the lesson is about."""
    with rv.Html(tag="div"):
        rv.Html(tag="p", class_="asked", children=[lesson.asks[texts.language]])
        Text(lesson.story[texts.language])


@solara.component
def Prediction(texts: Texts, notebook: Notebook, lesson: Lesson, outcomes: Outcomes | None, wrong: str):
    """Ask what the student expects; nothing else of the lesson opens before."""
    progress, language = notebook.of(lesson), texts.language
    # Read when the button is pressed, which may be before the page is drawn anew.
    direction = solara.use_reactive(progress.direction)
    typed = solara.use_reactive(texts.plain(progress.guess) if progress.guess is not None else "")
    complaint, set_complaint = solara.use_state("")
    predicted, asked = lesson.prediction, lesson.contrasts[lesson.prediction.contrast]
    low, high = predicted.guess
    unit = texts.unit(unit_of(asked.contrast.measure))

    def predict() -> None:
        text = typed.value.strip()
        guess = number_in(text) if text else None
        if not direction.value:
            set_complaint(texts("lessons.choose_first"))
        elif text and (guess is None or not low <= guess <= high):
            set_complaint(texts("lessons.guess_wrong", low=texts.plain(low), high=texts.plain(high)))
        else:
            set_complaint("")
            notebook.write(lesson, replace(notebook.of(lesson), direction=direction.value, guess=guess))

    with rv.Html(tag="div"):
        Text(predicted.text[language])
        rv.Html(tag="p", class_="intro", children=[texts("lessons.measured", measure=telling.measure(asked.contrast, language),
                                                         meaning=texts.definition(column_parts(asked.contrast.measure)[0]))])
        # Always there, so that nothing below it loses what was typed when the number arrives.
        start = texts("lab.failed", error=wrong) if wrong else texts("lessons.computing")
        if outcomes is not None:
            start = texts("lessons.start", setting=asked.first[language], second=asked.second[language],
                          value=telling.level(outcomes[predicted.contrast], "first", language))
        rv.Html(tag="p", class_="start", attributes={"role": "status", "data-busy": str(outcomes is None).lower()}, children=[start])
        Options(label=texts("lessons.what_will_happen"), options={name: texts(f"lessons.will_{name}") for name in DIRECTIONS},
                chosen=direction.value, group="prediction", disabled=progress.predicted, event_choose=one_of(DIRECTIONS, direction.set))
        Amount(label=texts("lessons.guess", low=texts.plain(low), high=texts.plain(high)), value=typed.value, unit=unit,
               disabled=progress.predicted, event_type=lambda text: typed.set(str(text)[:30]))
        rv.Html(tag="p", class_="notice" if complaint else "", attributes={"role": "alert"}, children=[complaint])
        if progress.predicted:
            rv.Html(tag="p", class_="made", attributes={"role": "status"}, children=[texts("lessons.predicted")])
        else:
            solara.Button(texts("lessons.predict"), on_click=predict, color="primary", classes=["predict"])


@solara.component
def Experiment(texts: Texts, notebook: Notebook, lesson: Lesson, outcomes: Outcomes | None, wrong: str):
    """Let the student move the levers of the lesson, and show what the model makes of it."""
    progress, language = notebook.of(lesson), texts.language
    tried, set_tried = solara.use_state(dict(progress.levers))
    desk = solara.use_memo(Desk, [])
    solara.use_effect(lambda: desk.close, [])
    asked = lesson.contrasts[lesson.experiment.contrast]
    contrast = asked.contrast
    first = solara.use_memo(lambda: contrast.settings()[0], [lesson.name])
    usual = {name: float(first.value(name)[0]) for name in lesson.levers}
    moved = tuple((name, value) for name, value in tried.items() if name in usual and value != usual[name])

    def compare() -> tuple[Comparison | None, str]:
        arms = [Arm("baseline", "", first)]
        try:
            if moved:
                arms.append(Arm("policy", "", replace(contrast, second={**contrast.first, **dict(moved)}).settings()[1]))
        except ScenarioError as error:
            return None, str(error)
        return Comparison(tuple(arms)), ""

    comparison, refused = solara.use_memo(compare, [lesson.name, moved])
    solara.use_effect(lambda: desk.want(comparison) if comparison is not None else None, [comparison])

    def change(message) -> None:
        try:
            name, value, settled = read_change(message)
        except ScenarioError:
            return
        if name not in usual:
            return
        after = {**tried, name: usual[name] if value is None else value}
        set_tried(after)
        if settled:
            notebook.write(lesson, replace(notebook.of(lesson), levers=after))

    def all_at(values: dict[str, float]) -> None:
        set_tried(values)
        notebook.write(lesson, replace(notebook.of(lesson), levers=values))

    with rv.Html(tag="div", class_="columns try"):
        with rv.Html(tag="div", class_="main-column"):
            Text(lesson.experiment.text[language])
            rv.Html(tag="p", class_="notice" if refused else "", attributes={"role": "alert"}, children=[in_language(refused, texts)])
            Tried(desk, comparison, asked.first[language], contrast, texts)
        with rv.Html(tag="div", class_="side-column"):
            with Panel("levers", texts("lessons.levers")):
                Sliders(groups=[{"name": "lesson", "label": texts("lessons.levers_of"), "sliders": [
                    slider_in_words(PARAMETERS[name], tried.get(name, usual[name]), usual[name], texts) for name in lesson.levers]}],
                    event_change=change, words={"locale": language, "changed": texts("lab.changed"), "help": texts("lab.help"),
                                                "restore": texts("lab.restore")})
                solara.Button(texts("lessons.as_it_was"), on_click=lambda: all_at({}), text=True, disabled=not moved,
                              icon_name="mdi-restart")


@solara.component
def Tried(desk: Desk, comparison: Comparison | None, first_name: str, contrast, texts: Texts):
    """Show what the levers change: the chart, and the number with its interval."""
    shown, language = desk.shown.value, texts.language
    if desk.failed.value or shown is None:
        Waiting(desk.failed.value, texts)
        return
    arms = shown.comparison.arms
    names = [first_name, texts("lessons.yours")]
    with rv.Html(tag="div"):
        lines = [(name, runs.line(contrast.measure)) for name, runs in zip(names, shown.runs, strict=False)]
        LevelsChart(contrast.measure, arms[0].scenario, lines,
                    shown.number, min(one.replicates for one in shown.runs), texts)
        unit = unit_of(contrast.measure)

        def level(runs) -> str:
            return telling.level_of(runs.value(contrast.measure, contrast.months), unit, language)

        what = f"{telling.measure(contrast, language)}, {telling.months(contrast, language)}"
        told = texts("lessons.tried_first", what=what, value=level(shown.runs[0]))
        if len(shown.runs) > 1:
            effect = shown.runs[1].against(shown.runs[0], contrast.measure, contrast.months)
            told = texts("lessons.tried", what=what, first=level(shown.runs[0]), second=level(shown.runs[1]),
                         difference=telling.difference_of(effect, unit, language))
        rv.Html(tag="p", class_="summary", attributes={"role": "status", "aria-live": "polite",
                                                       "data-busy": str(desk.is_busy_with(comparison)).lower(),
                                                       "data-arms": str(len(arms))}, children=[told])


@solara.component
def Reveal(texts: Texts, notebook: Notebook, lesson: Lesson, outcomes: Outcomes | None, wrong: str):
    """Show the prediction beside what the model says, and how sure that is."""
    if outcomes is None:
        Waiting(wrong, texts)
        return
    outcome = outcomes[lesson.prediction.contrast]
    with rv.Html(tag="div"):
        Comparisons(lesson, outcome, notebook.of(lesson), texts)
        Text(telling.filled(lesson.reveal[texts.language], outcomes, texts.language))
        BothSettings(outcome, texts)
        rv.Html(tag="h3", children=[texts("lessons.sure")])
        rv.Html(tag="p", children=[texts("lessons.interval_note")])
        Pairs(outcome, texts)
        rv.Html(tag="h3", children=[texts("lessons.elsewhere")])
        rv.Html(tag="p", class_="worlds", children=[robustness_in_words(outcome, texts)])
        Answers(lesson, outcomes, texts)
        Basis(outcome, texts)


@solara.component
def Comparisons(lesson: Lesson, outcome: Outcome, progress: Progress, texts: Texts):
    """Show prediction and model side by side."""
    language = texts.language
    rows = [row(texts("lessons.direction"), (texts(f"lessons.will_{progress.direction}"), telling.direction(outcome, language)))]
    found = amount_of(outcome, "second")
    guess = telling.with_unit(progress.guess, found, "second", language) if progress.guess is not None else texts("lessons.no_guess")
    rows.append(row(outcome.asked.second[language], (guess, telling.amount(found, "second", language))))
    verdict = "as_predicted" if progress.direction == outcome.direction else "otherwise"
    with rv.Html(tag="div"):
        rv.Html(tag="p", class_=f"verdict {verdict}", attributes={"role": "status"}, children=[texts(f"lessons.{verdict}")])
        Table(label=texts("lessons.step_prediction"), heads=["", texts("lessons.you"), texts("lessons.model")], rows=rows, kind="prediction")


@solara.component
def Debrief(texts: Texts, notebook: Notebook, lesson: Lesson, outcomes: Outcomes | None, wrong: str):
    """Show the explanation, its limits, and what to talk about."""
    if outcomes is None:
        Waiting(wrong, texts)
        return
    Explained(lesson, outcomes, texts)


@solara.component
def Explained(lesson: Lesson, outcomes: Outcomes, texts: Texts):
    """Show the explanation, its limits, and what to talk about."""
    language = texts.language

    def say(words) -> str:
        return telling.filled(words[language], outcomes, language)

    with rv.Html(tag="div"):
        Text(say(lesson.debrief.text))
        rv.Html(tag="h3", children=[texts("lessons.limits")])
        Text(say(lesson.debrief.limits))
        rv.Html(tag="h3", children=[texts("lessons.discuss")])
        rv.Html(tag="ol", children=[rv.Html(tag="li", children=[say(one)]) for one in lesson.debrief.discuss])


@solara.component
def Check(texts: Texts, notebook: Notebook, lesson: Lesson, outcomes: Outcomes | None, wrong: str):
    """Ask the questions; every answer is explained, and nobody is held up by a wrong one."""
    if outcomes is None:
        Waiting(wrong, texts)
        return
    with rv.Html(tag="div"):
        rv.Html(tag="p", class_="intro", children=[texts("lessons.check_note")])
        for place in range(len(lesson.questions)):
            One(texts, notebook, lesson, outcomes, place).key(f"{lesson.name}-{place}")


@solara.component
def One(texts: Texts, notebook: Notebook, lesson: Lesson, outcomes: Outcomes, place: int):
    """Ask one question."""
    question, language, given = lesson.questions[place], texts.language, notebook.of(lesson).answer(place)
    draft = solara.use_reactive(given)
    complaint, set_complaint = solara.use_state("")

    def answer() -> None:
        if isinstance(question, Number) and number_in(draft.value) is None:
            set_complaint(texts("lessons.no_number"))
        elif isinstance(question, Choice) and draft.value not in map(str, range(len(question.options))):
            set_complaint(texts("lessons.choose_first"))
        else:
            set_complaint("")
            notebook.write(lesson, notebook.of(lesson).answered(place, draft.value))

    with rv.Html(tag="div", class_="question", attributes={"data-question": str(place)}):
        rv.Html(tag="h3", children=[texts("lessons.question", number=place + 1)])
        if isinstance(question, Choice):
            Options(label=question.text[language], chosen=draft.value, group=f"question-{place}", disabled=False, options={
                str(number): option.text[language] for number, option in enumerate(question.options)},
                    event_choose=lambda chosen: draft.set(str(chosen)[:30]))
        else:
            unit = telling.unit_in_words(amount_of(outcomes[question.contrast], question.of), question.of, language)
            Amount(label=question.text[language], value=draft.value, unit=unit, disabled=False,
                   event_type=lambda text: draft.set(str(text)[:30]))
        rv.Html(tag="p", class_="notice" if complaint else "", attributes={"role": "alert"}, children=[complaint])
        solara.Button(texts("lessons.answer_again" if given else "lessons.answer"), on_click=answer, outlined=True,
                      classes=["answer"])
        with rv.Html(tag="div", attributes={"role": "status"}):
            if given:
                Marked(texts, lesson, outcomes, place, given)


@solara.component
def Marked(texts: Texts, lesson: Lesson, outcomes: Outcomes, place: int, given: str):
    """Say whether an answer is right, and explain it either way."""
    question, language = lesson.questions[place], texts.language
    number = isinstance(question, Number)
    right = is_right(question, number_in(given) if number else int(given), outcomes)
    explains = question.explains if number else question.options[int(given)].explains
    with rv.Html(tag="div", class_=f"marked {'right' if right else 'wrong'}"):
        rv.Html(tag="p", class_="mark", children=[texts("lessons.right" if right else "lessons.wrong")])
        Text(telling.filled(explains[language], outcomes, language))
        if number or not right:
            rv.Html(tag="p", children=[texts("lessons.by_the_model", answer=right_answer(lesson, place, outcomes, texts))])


@solara.component
def Further(texts: Texts, notebook: Notebook, lesson: Lesson, outcomes: Outcomes | None, wrong: str):
    """Show further reading, and a record of the lesson that can be printed or saved."""
    with rv.Html(tag="div"):
        Reading(lesson, texts)
        if outcomes is None:
            Waiting(wrong, texts)
        else:
            Record(texts, lesson, record_of(lesson, notebook.of(lesson), outcomes, texts))


@solara.component
def Record(texts: Texts, lesson: Lesson, rows: list[tuple[str, str, str]]):
    """Show what the student said in a lesson beside what the model says, to print or to save."""
    title = texts("lessons.record", number=lesson.number, title=lesson.title[texts.language])
    with rv.Html(tag="div", class_="record"):
        rv.Html(tag="h3", children=[title])
        Table(label=title, heads=["", texts("lessons.you"), texts("lessons.model")], rows=[row(what, said) for what, *said in rows])
        with rv.Html(tag="div", class_="controls"):
            Print(label=texts("lessons.print"))
            solara.FileDownload(lambda: record_as_text(lesson, rows, texts), f"{lesson.name}.txt", label=texts("lessons.save_record"))


def record_of(lesson: Lesson, progress: Progress, outcomes: Outcomes, texts: Texts) -> list[tuple[str, str, str]]:
    """Return what was asked, what the student said, and what the model says, row by row."""
    language = texts.language
    outcome = outcomes[lesson.prediction.contrast]
    found = amount_of(outcome, "second")
    rows = [(lesson.prediction.text[language].replace("**", ""), texts(f"lessons.will_{progress.direction}"),
             telling.direction(outcome, language))]
    if progress.guess is not None:
        rows.append((texts("lessons.your_guess", setting=outcome.asked.second[language]),
                     telling.with_unit(progress.guess, found, "second", language), telling.amount(found, "second", language)))
    for place, question in enumerate(lesson.questions):
        given = progress.answer(place)
        if isinstance(question, Choice):
            said = question.options[int(given)].text[language] if given else texts("lessons.unanswered")
        else:
            said = given or texts("lessons.unanswered")
        rows.append((question.text[language], said, right_answer(lesson, place, outcomes, texts)))
    return rows


def record_as_text(lesson: Lesson, rows: list[tuple[str, str, str]], texts: Texts) -> bytes:
    """Return the record of a lesson as a text that any program opens."""
    title = texts("lessons.record", number=lesson.number, title=lesson.title[texts.language])
    parts = [f"{what}\n  {texts('lessons.you')}: {said}\n  {texts('lessons.model')}: {model}" for what, said, model in rows]
    return ("\n\n".join([title, *parts, texts("page.laboratory")]) + "\n").encode("utf-8")


SHOWN: dict[str, Callable] = {"question": Question, "prediction": Prediction, "experiment": Experiment, "reveal": Reveal,
                              "debrief": Debrief, "check": Check, "reading": Further}
"""The component of each step."""
