"""The page "Lessons": progress that survives anything, and every lesson gone through in a browser."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address import STEPS
from dashboard.language import texts_of
from dashboard.lessons.parts import APART, rows_of
from dashboard.lessons.progress import (
    Notebook,
    Progress,
    number_in,
    read_progress,
)
from dashboard.lessons.student import step_shown
from experiments.language import LANGUAGES
from experiments.lessons.catalogue import Choice, lessons
from tests.conftest import FIRST_VISIT

LAW = lessons()["01_law"]
PHONE = {"width": 390, "height": 844}

# Progress ----------------------------------------------------------------------------------------------------------------


def test_nothing_is_shown_before_it_is_predicted():
    assert [step_shown(step, Progress()) for step in STEPS] == ["question", *["prediction"] * (len(STEPS) - 1)]
    assert [step_shown(step, Progress("falls")) for step in STEPS] == list(STEPS)


@pytest.mark.parametrize(("text", "number"), [
    ("-9.5", -9.5), ("−9,5", -9.5), (" 12 ", 12.0), ("3%", 3.0), ("+2", 2.0), ("", None), ("nan", None), ("inf", None), ("1_0", None),
    ("nine", None), ("1.2.3", None), ("9" * 40, None)])
def test_numbers_may_be_written_with_a_point_or_a_comma(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize("places", [np.zeros(16), np.linspace(0.0, 1.0, 16), np.random.default_rng(1).random(32), np.array([0.5, 0.51, 0.1])])
def test_no_dot_hides_another(places):
    rows = np.array(rows_of(places))
    for row in range(rows.max() + 1):
        assert (np.diff(np.sort(places[rows == row])) >= APART).all() and (rows == row).any()


def test_dots_that_are_apart_stand_beside_each_other():
    assert rows_of(np.array([1.0, 0.0, 0.5])) == [0, 0, 0]


def test_progress_comes_back_as_it_was_kept():
    notebook, again = Notebook(), Notebook()
    assert notebook.entries() is None
    notebook.found({})
    notebook.write(LAW, Progress("falls", 20.0, {"severity": 50.0}, ("1", "", "0")))
    again.found(notebook.entries())
    assert again.of(LAW) == notebook.of(LAW)
    third = Notebook()
    third.found({})
    assert third.read_file(notebook.as_file()) and third.of(LAW) == notebook.of(LAW)
    third.forget()
    assert third.of(LAW) == Progress()


def test_a_file_that_is_none_changes_nothing():
    notebook = Notebook()
    notebook.found({})
    notebook.write(LAW, Progress("rises"))
    for content in (b"", b"{}", b"\xff", b"[1]", b'{"netralitas_lessons": 1, "lessons": 3}', b"[" * 10_000):
        assert not notebook.read_file(content) and notebook.of(LAW) == Progress("rises")


ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8), lambda inner: st.lists(
    inner, max_size=4) | st.dictionaries(st.sampled_from(["direction", "guess", "levers", "answers", "severity", "x"]), inner, max_size=5))


@given(ANYTHING)
def test_whatever_a_browser_holds_can_be_shown(found):
    for message in (found, json.dumps(found)):
        progress = read_progress(LAW, message)
        assert progress.direction in ("", "rises", "falls", "steady") and set(progress.levers) <= set(LAW.levers)
        for place, question in enumerate(LAW.questions):
            if isinstance(question, Choice) and progress.answer(place):
                assert int(progress.answer(place)) < len(question.options)
    notebook = Notebook()
    notebook.found(found)
    notebook.found({LAW.name: found})
    assert notebook.entries() is not None


def test_a_lesson_is_done_once_everything_was_answered():
    progress = Progress("falls").answered(1, "3").answered(0, "1")
    assert not progress.done(LAW) and progress.answered(2, "0").done(LAW) and not Progress().done(LAW)


# In a browser --------------------------------------------------------------------------------------------------------------


def onward(page, step):
    """Go to the next step."""
    page.locator(".onward .on").click()
    page.locator(f".step-{step}").wait_for()


def predict(page, lesson, guess=""):
    """Make a prediction, which opens the rest."""
    onward(page, "prediction")
    page.locator(".way button[disabled]").nth(len(STEPS) - 3).wait_for()
    page.locator(".start[data-busy=false]").wait_for(timeout=FIRST_VISIT)
    page.locator(".options input[value=steady]").check()
    if guess:
        page.locator(".amount input").fill(guess)
    page.locator("button.predict").click()
    page.locator(".made").wait_for()


def try_levers(page, lesson):
    """Move the first lever of the experiment to the other end, and wait for what comes of it."""
    onward(page, "experiment")
    lever = page.locator(f"#slider-{lesson.levers[0]}")
    lever.wait_for(timeout=FIRST_VISIT)
    low, high, now = (float(lever.get_attribute(name) if name != "value" else lever.input_value()) for name in ("min", "max", "value"))
    lever.fill(str(low if now - low > high - now else high))
    page.locator(".summary[data-arms='2'][data-busy=false]").wait_for(timeout=FIRST_VISIT)
    page.locator(".try .chart-canvas[data-replicates='16']").wait_for(timeout=FIRST_VISIT)


def answer(page, lesson, texts, wrong):
    """Answer every question, wrongly if asked to; each answer must be explained."""
    onward(page, "check")
    for place, question in enumerate(lesson.questions):
        asked = page.locator(f"[data-question='{place}']")
        tries = [str(option) for option in range(len(question.options))] if isinstance(question, Choice) else ["99999"]
        for given in tries:
            if isinstance(question, Choice):
                asked.locator(f"input[value='{given}']").check()
            else:
                asked.locator(".amount input").fill(given)
            asked.locator("button.answer").click()
            explains = (question.options[int(given)] if isinstance(question, Choice) else question).explains[texts.language]
            plain = max(re.split(r"{[^}]*}|\*+|\n", explains), key=len).strip()
            asked.locator(".marked").get_by_text(plain).wait_for()
            marked = asked.locator(".marked")
            if not wrong or "wrong" in marked.get_attribute("class"):
                break
        if wrong:
            assert "wrong" in marked.get_attribute("class") and texts("lessons.by_the_model").partition("{")[0] in marked.inner_text()


def walk(page, lesson, language, wrong=False, halfway=lambda: None):
    """Go through a lesson from its question to the end."""
    texts = texts_of(language)
    page.locator(".step-question").wait_for(timeout=FIRST_VISIT)
    predict(page, lesson, guess="1")
    try_levers(page, lesson)
    halfway()
    onward(page, "reveal")
    page.locator("table.prediction").wait_for(timeout=FIRST_VISIT)
    assert texts("lessons.will_steady") in page.locator("table.prediction").inner_text()
    assert page.locator("[data-row]").count() == len(lesson.contrasts)
    page.locator(".chart-canvas canvas").first.wait_for()
    onward(page, "debrief")
    assert page.locator(".step-debrief ol > li").count() >= len(lesson.debrief.discuss)
    answer(page, lesson, texts, wrong)
    onward(page, "reading")
    assert page.locator(".record tbody tr").count() == 2 + len(lesson.questions)
    assert page.locator(".further li").count() == len(lesson.reading)
    assert "{" not in page.locator("main").inner_text()
    page.get_by_role("button", name=texts("lessons.all")).last.click()
    page.locator(f"[data-lesson='{lesson.name}'][data-state=done]").wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_lesson_from_the_list_to_the_end(open_app, language):
    page = open_app(f"page=lessons&language={language}")
    page.locator(f"[data-lesson='{LAW.name}'][data-state=new] button").first.click()
    walk(page, LAW, language)
    page.reload()
    page.locator(f"[data-lesson='{LAW.name}'][data-state=done]").wait_for(timeout=FIRST_VISIT)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", lessons())
def test_every_lesson_from_question_to_debrief(open_app, name, language):
    walk(open_app(f"page=lessons&language={language}&lesson={name}"), lessons()[name], language)


@pytest.mark.slow
@pytest.mark.parametrize("name", lessons())
def test_every_lesson_on_a_phone_and_wrong_on_every_question(open_app, name):
    page = open_app(f"page=lessons&language=id&lesson={name}", viewport=PHONE)

    def fits():
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    walk(page, lessons()[name], "id", wrong=True, halfway=fits)
    fits()


def test_a_lesson_on_a_phone_and_wrong_on_every_question(open_app):
    page = open_app(f"page=lessons&language=en&lesson={LAW.name}", viewport=PHONE)
    walk(page, LAW, "en", wrong=True)


@pytest.mark.slow
def test_a_server_that_is_started_again_in_the_middle_loses_nothing(new_page, own_server):
    page, texts = new_page(), texts_of("id")
    page.goto(f"{own_server()}/?page=lessons&language=id&lesson={LAW.name}")

    def started_again():
        page.wait_for_function("location.search.includes('step=experiment')")
        own_server(between=page.get_by_text(texts("page.lost")).wait_for)
        page.get_by_text(texts("page.lost")).wait_for(state="detached", timeout=FIRST_VISIT)
        lever = page.locator(f"#slider-{LAW.levers[0]}")
        lever.wait_for(timeout=FIRST_VISIT)
        assert float(lever.input_value()) == 60.0
        page.locator(".summary[data-arms='2'][data-busy=false]").wait_for(timeout=FIRST_VISIT)

    walk(page, LAW, "id", halfway=started_again)


def test_a_link_into_the_middle_leads_to_the_prediction_first(open_app):
    page = open_app(f"page=lessons&lesson={LAW.name}&step=reveal")
    page.locator(".step-prediction").wait_for(timeout=FIRST_VISIT)
    assert page.locator(".way button:not([disabled])").count() == 2 and page.locator(".step-reveal").count() == 0
    page.locator("button.predict").click()
    page.get_by_text(texts_of("en")("lessons.choose_first")).wait_for()
    page.locator(".options input[value=falls]").check()
    page.locator(".amount input").fill("many")
    page.locator("button.predict").click()
    page.get_by_text("must be a number from 0 to 60").wait_for()


def test_the_lecturer_sees_everything_and_is_asked_nothing(open_app):
    page = open_app(f"page=lessons&lesson={LAW.name}&view=lecturer&language=id")
    page.locator(".holds").wait_for(timeout=FIRST_VISIT)
    text = page.locator("main").inner_text()
    assert all(texts_of("id")(f"lessons.step_{step}") in text for step in STEPS)
    assert all(option.text["id"] in text for question in LAW.questions if isinstance(question, Choice) for option in question.options)
    assert page.locator("li.right").count() == sum(isinstance(question, Choice) for question in LAW.questions)
    assert page.locator("main input").count() == 0 and "{" not in text


def test_progress_can_be_saved_forgotten_and_brought_back(open_app):
    page = open_app(f"page=lessons&lesson={LAW.name}")
    page.locator(".step-question").wait_for(timeout=FIRST_VISIT)
    predict(page, LAW)
    page.get_by_role("button", name="All lessons").click()
    entry = page.locator(f"[data-lesson='{LAW.name}']")
    page.locator(f"[data-lesson='{LAW.name}'][data-state=begun]").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save my progress").click()
    saved = download.value.path().read_bytes()
    assert json.loads(saved)["lessons"][LAW.name]["direction"] == "steady"
    page.get_by_role("button", name="Begin all lessons anew").click()
    page.get_by_role("button", name="Really forget everything?").click()
    page.locator(f"[data-lesson='{LAW.name}'][data-state=new]").wait_for()
    page.locator(".panel-memory input[type=file]").set_input_files({"name": "x.json", "mimeType": "application/json", "buffer": b"{}"})
    page.get_by_text("holds no progress").wait_for()
    page.locator(".panel-memory input[type=file]").set_input_files({"name": "x.json", "mimeType": "application/json", "buffer": saved})
    page.locator(f"[data-lesson='{LAW.name}'][data-state=begun]").wait_for()
    assert entry.count() == 1


def test_answers_stand_where_they_were_given_when_the_page_is_opened_again(open_app):
    page = open_app("page=lessons")
    kept = json.dumps({"direction": "falls", "guess": 12.5, "levers": {}, "answers": ["0", "-6,5", "1"]})
    page.evaluate("kept => localStorage.setItem('netralitas.lesson.01_law', kept)", kept)
    page.goto(f"{page.url.partition('?')[0]}?page=lessons&lesson={LAW.name}&step=check")
    page.locator("[data-question='2'] .marked").wait_for(timeout=FIRST_VISIT)
    assert page.locator("[data-question='1'] .amount input").input_value() == "-6,5"
    assert page.locator("[data-question='0'] input:checked").get_attribute("value") == "0"
    page.get_by_role("button", name="2. Your prediction").click()
    page.locator(".made").wait_for()
    assert page.locator(".amount input").input_value() == "12.5"


def test_back_leads_from_a_lesson_to_the_list(open_app):
    page = open_app("page=lessons")
    page.locator(f"[data-lesson='{LAW.name}'] button").first.click()
    page.locator(".step-question").wait_for(timeout=FIRST_VISIT)
    page.wait_for_function("location.search.includes('lesson=')")
    page.go_back()
    page.locator("ol.shelf").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_serious_in_any_step(open_app, language):
    page = open_app(f"page=lessons&language={language}&lesson={LAW.name}", viewport=PHONE)

    def looked_at(where):
        found = Axe().run(page).response["violations"]
        serious = [(one["id"], [node["html"][:150] for node in one["nodes"]][:4]) for one in found if one["impact"] in ("serious", "critical")]
        assert serious == [], where
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], where

    page.locator(".step-question").wait_for(timeout=FIRST_VISIT)
    looked_at("question")
    predict(page, LAW)
    looked_at("prediction")
    try_levers(page, LAW)
    looked_at("experiment")
    onward(page, "reveal")
    page.locator("table.prediction").wait_for(timeout=FIRST_VISIT)
    page.locator(".chart-canvas canvas").first.wait_for()
    looked_at("reveal")
    onward(page, "debrief")
    looked_at("debrief")
    answer(page, LAW, texts_of(language), wrong=True)
    looked_at("check")
    onward(page, "reading")
    looked_at("reading")
    page.get_by_role("button", name=texts_of(language)("lessons.to_lecturer")).click()
    page.locator(".holds").wait_for(timeout=FIRST_VISIT)
    looked_at("lecturer")


def test_a_lesson_can_be_taken_by_keyboard_alone(open_app):
    page = open_app(f"page=lessons&lesson={LAW.name}")
    page.locator(".step-question").wait_for(timeout=FIRST_VISIT)
    page.locator(".onward .on").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName === 'H2' && document.activeElement.closest('.step-prediction')")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("12,5")
    page.keyboard.press("Tab")
    page.wait_for_function("document.activeElement.classList.contains('predict')")
    page.keyboard.press("Enter")
    page.locator(".made").wait_for()
    page.wait_for_function("JSON.parse(localStorage.getItem('netralitas.lesson.01_law') || '{}').guess === 12.5")
