"""The frame of the app: links, undo, languages, and the way from page to page."""

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address import (
    FIELDS,
    MOST_SAVED,
    PAGES,
    Address,
    AddressError,
    Saved,
    address_of,
    in_order,
    query_of,
)
from dashboard.language import FOLDER, texts_of
from dashboard.page import SHOWN
from dashboard.visit import Visit
from experiments.language import LANGUAGES
from model import PARAMETERS, load_scenario, scenario_names

# Links ----------------------------------------------------------------------------------------------------------------

NUMBERED = [one for one in PARAMETERS.values() if not one.name.startswith("rank_share")]
VALUES = st.dictionaries(st.sampled_from([one.name for one in NUMBERED]), st.just(0.0), max_size=6).map(
    lambda names: in_order({name: PARAMETERS[name].plausible[1] for name in names}))
ADDRESSES = st.builds(
    Address, language=st.sampled_from(list(LANGUAGES)), page=st.sampled_from(PAGES),
    scenario=st.sampled_from(["pilkada_2020", "laboratory"]), seed=st.none() | st.integers(0, 2**64 - 1), values=VALUES,
    saved=st.lists(st.builds(Saved, st.text(max_size=60).map(lambda name: " ".join(name.split())), VALUES),
                   max_size=MOST_SAVED).map(tuple))


@given(ADDRESSES)
def test_a_link_restores_exactly_what_it_was_made_from(address):
    assert address_of(query_of(address)) == address


def test_an_uploaded_scenario_travels_in_the_link():
    text = load_scenario("pilkada_2024").to_toml()
    address = address_of(query_of(Address(upload=text)))
    assert address.upload == text
    assert address.preset().title == load_scenario("pilkada_2024").title


@given(st.text(max_size=300) | st.lists(st.tuples(st.sampled_from([*(field.name for field in FIELDS), "v"]), st.text(
    max_size=40)), max_size=6).map(lambda pairs: "&".join(f"{key}={value}" for key, value in pairs)))
def test_whatever_a_link_holds_it_is_read_or_refused(query):
    try:
        assert isinstance(address_of(query), Address)
    except AddressError as error:
        for language in LANGUAGES:
            assert texts_of(language)(f"link.{error.kind}", **error.values)


@pytest.mark.parametrize(("query", "kind"), [
    ("v=2", "version"), ("page=x", "unknown"), ("values=patrol:x", "value"), ("values=patrol:1e9", "scenario"),
    ("values=patrol:nan", "scenario"), ("values=patrl:1", "parameter"), ("a=b", "key"), ("%ff", "broken"), ("seed=-1", "number"),
    ("seed=18446744073709551616", "number"), ("upload=aa", "upload"), ("x" * 20_000, "long"), ("&".join(["saved=;a"] * 5), "saved"),
    ("scenario=<b>", "unknown"),
    (query_of(Address(upload="title = 'Long'\nmonths = 1000")), "scenario")])
def test_a_link_that_cannot_be_used_is_refused_with_a_reason(query, kind):
    with pytest.raises(AddressError) as refused:
        address_of(query)
    assert refused.value.kind == kind


def test_a_refused_link_leaves_the_usual_choices_in_the_language_asked_for():
    visit = Visit("language=id&seed=x")
    assert visit.address.value == Address(language="id")
    assert visit.problem.value.kind == "number"


# Choices ----------------------------------------------------------------------------------------------------------------


def test_changes_can_be_taken_back_one_by_one():
    visit = Visit()
    visit.set_value("patrol", 0.2)
    visit.set_value("severity", 30.0)
    visit.change(language="id", page="about")
    visit.undo()
    assert visit.address.value == Address(language="id", page="about", values=(("patrol", 0.2),))
    visit.undo()
    assert visit.address.value.values == () and not visit.can_undo
    visit.undo()


def test_a_choice_that_cannot_be_used_changes_nothing():
    visit = Visit()
    assert not visit.set_value("patrol", -1.0)
    assert visit.address.value == Address() and not visit.can_undo
    assert visit.problem.value.kind == "scenario"


def test_visits_share_nothing():
    one, other = Visit(), Visit()
    one.set_value("patrol", 0.2)
    assert other.address.value == Address() and not other.can_undo


# Texts ------------------------------------------------------------------------------------------------------------------


def catalogue(language):
    """All texts of a language by section and key."""
    return {f"{section}.{key}": text for path in FOLDER.glob(f"*.{language}.toml")
            for section, texts in tomllib.loads(path.read_text("utf-8")).items() for key, text in texts.items()}


def test_languages_say_the_same_things():
    english = catalogue("en")
    for language in LANGUAGES:
        texts = catalogue(language)
        assert texts.keys() == english.keys()
        for key, text in texts.items():
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english[key])), key


def test_every_page_has_a_name():
    for language in LANGUAGES:
        assert all(texts_of(language)(f"page.{page}") for page in PAGES)
    assert set(SHOWN) <= set(PAGES)


def test_every_ready_scenario_has_its_name_in_indonesian():
    assert set(texts_of("id").sections["scenario"]) == set(scenario_names())


def test_numbers_are_written_as_in_the_language():
    english, indonesian = texts_of("en"), texts_of("id")
    assert (english.number(-1234.5), indonesian.number(-1234.5)) == ("−1,234.50", "−1.234,50")
    assert (english.number(-0.001), english.percent(0.123, 1), english.plain(0.05)) == ("0.00", "12.3%", "0.05")
    assert english.percent(float("nan")) == "–"


# In a browser -----------------------------------------------------------------------------------------------------------


def test_a_link_that_cannot_be_used_is_a_sentence_on_the_page(open_app):
    page = open_app("seed=abc&language=id")
    assert "bilangan bulat dari 0 sampai 18.446.744.073.709.551.615" in page.get_by_role("alert").inner_text()
    assert page.locator("html").get_attribute("lang") == "id"


def test_the_language_stands_in_the_link(open_app):
    page = open_app()
    page.get_by_role("button", name="Bahasa Indonesia").click()
    page.wait_for_function("location.search.includes('language=id')")
    page.reload()
    page.locator("html[lang=id]").wait_for()
