"""The page "Lessons": the list of them, or the one that is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara
from solara.alias import rv

from dashboard.address import STEPS, VIEWS
from dashboard.lab.bench import File, UploadError, content_of
from dashboard.lessons.lecturer import ForLecturers
from dashboard.lessons.progress import Notebook, Progress
from dashboard.lessons.student import ForStudents, Print
from dashboard.panel import Panel
from dashboard.visit import Visit
from experiments.language import Texts
from experiments.lessons.catalogue import Lesson, broken_lessons, lessons
from experiments.sentences import in_language

LONGEST_FILE = 500_000  # bytes


@solara.component_vue("keeper.vue")
def Keeper(entries: dict[str, str] | None, place: str, words_closed: str, event_found: Callable[[dict], None]):
    """Keep progress in the browser; see ``keeper.vue``."""


@solara.component
def Lessons(visit: Visit, texts: Texts):
    """Show the list of lessons, or the one that is open."""
    address = visit.address.value
    notebook = solara.use_memo(Notebook, [])
    lesson = lessons().get(address.lesson)
    with rv.Html(tag="div", class_="page lessons"):
        Keeper(entries=notebook.entries(), place=f"{address.lesson}/{address.step}", words_closed=texts("lessons.closed"),
               event_found=notebook.found)
        if lesson is None:
            Shelf(visit, texts, notebook)
            return
        Title(visit, texts, lesson)
        if address.view == VIEWS[1]:
            ForLecturers(visit, texts, lesson).key(lesson.name)
        elif notebook.pages.value is None:
            rv.Html(tag="p", class_="state", attributes={"role": "status"}, children=[texts("lessons.opening")])
        else:
            ForStudents(visit, texts, notebook, lesson).key(lesson.name)


@solara.component
def Title(visit: Visit, texts: Texts, lesson: Lesson):
    """Show which lesson is open, the way back to all of them, and the way to the other view."""
    lecturer = visit.address.value.view == VIEWS[1]
    with rv.Html(tag="div", class_="panel lesson-title"):
        rv.Html(tag="p", class_="name", children=[
            texts("lessons.named", number=lesson.number, title=lesson.title[texts.language]),
            rv.Html(tag="small", children=[" ", texts("lessons.minutes", minutes=lesson.minutes)])])
        with rv.Html(tag="div", class_="controls"):
            solara.Button(texts("lessons.all"), on_click=lambda: visit.change(lesson="", step=STEPS[0]), text=True,
                          icon_name="mdi-format-list-numbered")
            solara.Button(texts("lessons.to_student" if lecturer else "lessons.to_lecturer"), text=True,
                          on_click=lambda: visit.change(view=VIEWS[0] if lecturer else VIEWS[1]),
                          icon_name="mdi-school" if lecturer else "mdi-teach")


@solara.component
def Shelf(visit: Visit, texts: Texts, notebook: Notebook):
    """Show all lessons, and how far the visitor has come in each."""
    with rv.Html(tag="div", class_="lesson"):
        with Panel("shelf", texts("lessons.heading")):
            rv.Html(tag="p", children=[texts("lessons.intro")])
            rv.Html(tag="p", children=[texts("lessons.intro_how")])
            with rv.Html(tag="ol", class_="shelf"):
                for lesson in lessons().values():
                    Entry(visit, texts, lesson, notebook.of(lesson)).key(lesson.name)
            for name, error in broken_lessons().items():
                rv.Html(tag="p", class_="notice", children=[texts("lessons.broken", name=name, error=in_language(error, texts))])
        Memory(texts, notebook)


@solara.component
def Entry(visit: Visit, texts: Texts, lesson: Lesson, progress: Progress):
    """Show one lesson of the list."""
    state = "done" if progress.done(lesson) else "begun" if progress.predicted else "new"

    def open_it(view: str) -> None:
        visit.change(lesson=lesson.name, step=STEPS[0], view=view)

    with rv.Html(tag="li", attributes={"data-state": state, "data-lesson": lesson.name}):
        rv.Html(tag="h3", children=[f"{lesson.number}. {lesson.title[texts.language]}"])
        rv.Html(tag="p", children=[lesson.asks[texts.language]])
        with rv.Html(tag="div", class_="controls"):
            solara.Button(texts(f"lessons.open_{state}"), on_click=lambda: open_it(VIEWS[0]), color="primary", outlined=state == "done",
                          attributes={"aria-label": f"{texts(f'lessons.open_{state}')}: {lesson.title[texts.language]}"})
            solara.Button(texts("lessons.for_lecturers"), on_click=lambda: open_it(VIEWS[1]), text=True,
                          attributes={"aria-label": f"{texts('lessons.for_lecturers')}: {lesson.title[texts.language]}"})
            rv.Html(tag="small", children=[texts("lessons.minutes", minutes=lesson.minutes)])
            rv.Html(tag="small", class_=f"state-{state}", children=[texts(f"lessons.state_{state}")])


@solara.component
def Memory(texts: Texts, notebook: Notebook):
    """Show how to save, print, bring back and forget the progress."""
    wrong, set_wrong = solara.use_state("")
    sure, set_sure = solara.use_state(False)

    def take(message: Any) -> None:
        try:
            _, content = content_of(message)
        except UploadError:
            content = b""
        set_wrong("" if notebook.read_file(content) else texts("lessons.no_progress_file"))

    def forget() -> None:
        if sure:
            notebook.forget()
        set_sure(not sure)

    with Panel("memory", texts("lessons.memory")):
        rv.Html(tag="p", class_="intro", children=[texts("lessons.memory_note")])
        with rv.Html(tag="div", class_="controls"):
            solara.FileDownload(notebook.as_file, "netralitas-lessons.json", label=texts("lessons.save"))
            Print(label=texts("lessons.print"))
            solara.Button(texts("lessons.forget_sure" if sure else "lessons.forget"), on_click=forget, text=True,
                          disabled=not notebook.pages.value)
        File(label=texts("lessons.bring_back"), endings=".json,application/json", most=LONGEST_FILE, event_file=take)
        rv.Html(tag="p", class_="notice" if wrong else "", attributes={"role": "alert"}, children=[wrong])
