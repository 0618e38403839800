"""The app under hard use: broken links, lost connections, restarts, keyboard, access, many clicks."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from dashboard.language import texts_of
from dashboard.page import SHOWN
from experiments.language import LANGUAGES
from tests.conftest import FIRST_VISIT

BROKEN = [
    "v=9", "page=nowhere", "language=xx", "scenario=%3Cscript%3E", "seed=-5", "seed=1e3", "seed=" + "9" * 30, "values=patrol:nan",
    "values=patrol:inf", "values=patrol:1e99", "values=:", "values=patrol", "values=__class__:1", "saved=" + "&saved=".join("abcde"),
    "upload=%%%", "upload=eJwrSk3PzM8rVrAFwmgAIVkELQ==", "charts=a,b", "tab=x", "%FF%FE", "a" * 5000]


def told_of(page, query):
    """Open a link and return what the page says is wrong with it; empty if it says nothing."""
    page.goto(f"{page.url.partition('?')[0]}?{query}")
    page.locator(".state").first.wait_for(timeout=FIRST_VISIT, state="attached")
    page.locator(".problem .notice, .state[data-busy=false]").first.wait_for(timeout=FIRST_VISIT, state="attached")
    notice = page.locator(".problem .notice")
    return notice.inner_text() if notice.count() else ""


def test_broken_links_end_in_a_sentence(open_app):
    page = open_app()
    told = {query: told_of(page, query) for query in BROKEN}
    sentences = texts_of("en")("link.broken")[:8], texts_of("en")("link.scenario")[:8]
    assert [query for query, text in told.items() if not text.startswith(sentences)] == []
    assert [query for query, text in told.items() if "{" in text or "Traceback" in text] == []


def test_a_broken_link_is_told_in_the_language_it_asks_for(open_app):
    assert told_of(open_app(), f"language=id&{BROKEN[0]}").startswith(texts_of("id")("link.broken")[:8])


def test_what_is_typed_is_never_html(open_app):
    page = open_app("saved=patrol:0.2;%3Cimg src=x onerror=alert(1)%3E&scenario=pilkada_2020")
    page.get_by_text("<img src=x onerror=alert(1)>").first.wait_for(timeout=FIRST_VISIT)
    assert page.locator(".panel-saved img").count() == 0


def test_a_path_that_is_not_there_breaks_nothing(open_app, new_page):
    page = open_app()
    address = page.url.partition("?")[0]
    other = new_page()
    response = other.goto(f"{address}no/such/page")
    assert response.status in (200, 404)
    assert "Traceback" not in other.content()


def test_two_visitors_do_not_meet(open_app):
    one, other = open_app(), open_app()
    one.get_by_label("Patrol", exact=True).wait_for(timeout=FIRST_VISIT)
    one.get_by_label("Patrol", exact=True).fill("0.2")
    one.wait_for_function("location.search.includes('patrol:0.2')")
    assert other.get_by_label("Patrol", exact=True).input_value() == "0.1"
    assert "patrol" not in other.url


def test_after_the_connection_was_lost_it_goes_on(app_server, new_page):
    page = new_page()
    page.goto(f"{app_server.url}/?values=patrol:0.2")
    page.locator(".state[data-busy=false]").wait_for(timeout=FIRST_VISIT)
    page.context.set_offline(True)
    page.get_by_text(texts_of("en")("page.lost")).wait_for()
    page.context.set_offline(False)
    page.get_by_text(texts_of("en")("page.lost")).wait_for(state="detached")
    page.get_by_label("Patrol", exact=True).fill("0.15")
    page.wait_for_function("location.search.includes('patrol:0.15')")
    page.locator(".state[data-busy=false]").wait_for(timeout=FIRST_VISIT)
    assert page.get_by_label("Patrol", exact=True).input_value() == "0.15"


@pytest.mark.slow
def test_a_page_goes_on_when_the_server_was_started_again(new_page, own_server):
    page = new_page()
    page.goto(f"{own_server()}/?values=patrol:0.2&language=id")
    page.locator(".state[data-busy=false]").wait_for(timeout=FIRST_VISIT)
    own_server(between=page.get_by_text(texts_of("id")("page.lost")).wait_for)
    page.get_by_text(texts_of("id")("page.lost")).wait_for(state="detached")
    lever = page.get_by_label("Patroli pengawas pemilu", exact=True)
    assert lever.input_value() == "0.2"
    before = page.locator(".panel-chart canvas").first.get_attribute("data-run")
    lever.fill("0.15")
    page.wait_for_function("location.search.includes('patrol:0.15')")
    page.wait_for_function("run => document.querySelector('.panel-chart canvas')?.dataset.run !== run", arg=before,
                           timeout=FIRST_VISIT)


# Access -----------------------------------------------------------------------------------------------------------------


def settled(page, name):
    """Wait until a page has drawn what it shows at first."""
    waits = {"lab": ".panel-chart [data-replicates='16']", "region": "main canvas[data-month]",
             "experiments": ".panel-question", "lessons": ".shelf li", "about": ".panel-what"}
    page.locator(waits.get(name, "main")).first.wait_for(timeout=FIRST_VISIT)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHOWN)
def test_axe_finds_nothing_serious(open_app, name, language):
    page = open_app(f"page={name}&language={language}&values=patrol:0.2")
    settled(page, name)
    found = Axe().run(page).response["violations"]
    serious = [(one["id"], [node["html"][:120] for node in one["nodes"]][:4]) for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("width", [390, 1920])
def test_every_page_fits_the_width(open_app, name, width):
    page = open_app(f"page={name}&language=id", viewport={"width": width, "height": 844})
    settled(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_lab_can_be_used_by_keyboard_alone(open_app):
    page = open_app()
    settled(page, "lab")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("(document.activeElement.innerText || document.activeElement.id || '').trim().split('\\n')[0]"))
        if page.evaluate("document.activeElement.id") == "slider-patrol":
            break
    assert {"Skip to the content", "Inside a region", "ID", "Show as table", "slider-patrol"} <= reached
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.includes('patrol:')")


def test_it_opens_in_the_language_of_the_link_and_says_so(open_app):
    for language in LANGUAGES:
        page = open_app(f"language={language}")
        assert page.locator("html").get_attribute("lang") == language
