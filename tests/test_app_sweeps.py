"""The page "Experiments" in a browser."""

import pytest

from dashboard.language import texts_of
from dashboard.sweeps.page import ready_text
from experiments.language import LANGUAGES
from experiments.sweep.design import design_names
from tests.test_jobs import LONG, SMALL


def ask(page, text, language="en"):
    """Type a design."""
    page.get_by_text(texts_of(language)("sweeps.edit"), exact=True).first.click()
    page.locator("textarea.editor").fill(text)


def press(page, key, language="en"):
    page.get_by_role("button", name=texts_of(language)(f"sweeps.{key}"), exact=True).click()


def test_a_ready_design_can_be_edited(open_app):
    page = open_app(f"page=experiments&design={design_names()[0]}")
    page.get_by_text(texts_of("en")("sweeps.edit"), exact=True).first.click()
    editor = page.locator("textarea.editor")
    assert editor.input_value() == ready_text(design_names()[0])
    editor.fill(editor.input_value().replace("[vary", "[varied", 1))
    page.get_by_text("varied is not an entry of a design (did you mean vary?)").wait_for()
    assert editor.evaluate("editor => editor === document.activeElement")
    press(page, "as_it_was")
    page.wait_for_function("text => document.querySelector('textarea.editor').value === text", arg=ready_text(design_names()[0]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_becomes_a_picture(open_app, language):
    page = open_app(f"page=experiments&language={language}")
    ask(page, SMALL, language)
    page.wait_for_function("location.search.includes('question=')")
    press(page, "run", language)
    page.locator(".job[data-state=done]").wait_for(timeout=60_000)
    image = page.locator(".experiments figure img").first
    image.wait_for(timeout=60_000)
    assert image.evaluate("image => image.complete && image.naturalWidth > 300") and image.get_attribute("alt")
    assert page.locator(".told li").count() >= 1
    with page.expect_download() as download:
        page.get_by_role("button", name=texts_of(language)("sweeps.download_csv")).click()
    assert download.value.path().read_text().count("\n") == 7


def test_an_experiment_survives_a_reload_and_can_be_cancelled(open_app):
    page = open_app("page=experiments")
    ask(page, LONG)
    page.wait_for_function("location.search.includes('question=')")
    press(page, "run")
    page.locator(".job[data-state=running]").wait_for(timeout=60_000)
    page.wait_for_function("location.search.includes('job=')")
    page.reload()
    page.locator(".job[data-state=running]").wait_for(timeout=60_000)
    press(page, "cancel")
    page.locator(".job[data-state=cancelled]").wait_for(timeout=60_000)


def test_what_cannot_be_run_is_said_and_not_run(open_app):
    page = open_app("page=experiments")
    ask(page, SMALL.replace("patrol", "patrl"))
    page.get_by_text("did you mean patrol").wait_for()
    assert page.get_by_role("button", name="Run", exact=True).is_disabled()
    page.locator("textarea.editor").fill("<script>alert(1)</script>")
    page.locator(".experiments [role=alert] .notice").wait_for()
    page.locator("textarea.editor").fill(SMALL.replace("replicates = 2", "replicates = 90000"))
    page.get_by_text("netralitas sweep FILE").wait_for()


def test_what_cannot_be_run_is_said_in_the_language_of_the_page(open_app):
    page = open_app("page=experiments&language=id")
    ask(page, SMALL.replace("patrol", "patrl"), "id")
    page.get_by_text("Ini tidak dapat dijalankan: design: vary.patrl: patrl bukan parameter (maksud Anda patrol?).").wait_for()
    page.locator("textarea.editor").fill(SMALL.replace("replicates = 2", "replicates = 90000"))
    page.get_by_text("di sini paling banyak 10.000 simulasi").wait_for()


def test_a_job_that_is_gone_is_a_sentence(open_app):
    page = open_app("page=experiments&job=AAAAAAAAAAAAAAAA&language=id")
    page.get_by_text("tidak lagi tersimpan").wait_for()
