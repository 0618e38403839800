"""The page "About the model"."""

import pytest

from dashboard.about.page import ODD, SHOWN, matches
from dashboard.address import SECTIONS
from dashboard.language import texts_of
from dashboard.rendered import as_html
from experiments.language import LANGUAGES
from model import MEASURES, PARAMETERS


def test_every_section_is_there():
    assert tuple(SHOWN) == SECTIONS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_says_what_it_names_in_the_same_order_everywhere(language):
    sections = texts_of(language).sections
    assert list(sections["term_name"]) == list(sections["term_text"]) == list(texts_of("en").sections["term_name"])


def test_a_search_finds_by_name_meaning_group_and_role():
    texts = texts_of("id")
    found = [name for name, one in PARAMETERS.items() if matches(one, "tuas penegakan", texts)]
    assert "independence" in found and "curvature" not in found
    assert [name for name, one in PARAMETERS.items() if matches(one, "oversight_capacity", texts)] == ["oversight_capacity"]
    assert len([one for one in PARAMETERS.values() if matches(one, " ", texts)]) == len(PARAMETERS)


def test_the_odd_is_shown_with_its_tables_and_no_html_of_its_own():
    html = as_html(ODD.read_text("utf-8"))
    assert html.count("<table>") > 5 and "<script" not in html
    assert "&lt;a id" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_section_is_shown(open_app, language):
    texts = texts_of(language)
    page = open_app(f"page=about&language={language}")
    for section in SECTIONS:
        page.get_by_role("button", name=texts(f"about.{section}"), exact=True).click()
        page.get_by_role("heading", name=texts(f"about.{section}"), exact=True, level=2).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.wait_for_function("location.search.includes('section=odd')")
    assert page.locator(".document table").count() > 5


def test_parameters_can_be_searched(open_app):
    page = open_app("page=about&section=parameters", viewport={"width": 390, "height": 844})
    rows = page.locator(".panel-parameters tbody tr")
    rows.nth(len(PARAMETERS) - 1).wait_for()
    page.get_by_label("Search in parameters").fill("whistle")
    page.get_by_text(f"of {len(PARAMETERS)} parameters").wait_for()
    page.wait_for_function("document.querySelectorAll('.panel-parameters tbody tr').length < 5")
    assert "Whistleblower protection" in rows.first.inner_text()
    page.get_by_label("Search in parameters").fill("public_reporting")
    row = rows.filter(has_text="public_reporting")
    row.wait_for()
    assert row.inner_text().lower().count("calibrated") == 1  # in its badge, and not again before its source
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_measures_are_all_there(open_app):
    page = open_app("page=about&section=measures&language=id")
    page.locator(".panel-measures tbody tr").nth(len(MEASURES) - 1).wait_for()
