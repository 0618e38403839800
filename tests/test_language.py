"""The words of the model are complete in Bahasa Indonesia, and none of them is stale."""

import pytest

from dashboard.language import FOLDER, texts_of
from experiments.analysis.language import FOLDER as REPORT_FOLDER
from experiments.language import LANGUAGES, Texts
from experiments.sweep.design import DUMMY
from model import MEASURES, PARAMETERS, load_scenario, scenario_names
from model.measures import CATEGORIES, PLACES
from model.parameters import ASSUMED, GROUPS

INDONESIAN = texts_of("id").sections


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_parameter_and_category_has_its_name(language):
    sections = texts_of(language).sections
    assert set(sections["parameter"]) == {*PARAMETERS, DUMMY}
    assert set(sections["category"]) == {*(category for split in CATEGORIES.values() for category in split), *PLACES}


def test_every_parameter_has_its_meaning():
    assert set(INDONESIAN["meaning"]) == set(PARAMETERS)


def test_every_source_is_told():
    assert set(INDONESIAN["source"]) == {name for name, one in PARAMETERS.items() if one.source != ASSUMED}


def test_every_measure_has_its_definition():
    assert set(INDONESIAN["definition"]) == set(MEASURES)


def test_every_group_and_scenario_has_its_words():
    assert set(INDONESIAN["group"]) == set(GROUPS)
    assert set(INDONESIAN["description"]) == set(INDONESIAN["scenario"]) == set(scenario_names())


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_can_be_said(language):
    texts = texts_of(language)
    for name in PARAMETERS:
        assert texts.parameter(name) and texts.meaning(name).endswith(".") and texts.source(name)
    for name in MEASURES:
        assert texts.measure(name) and texts.definition(name).endswith(".")
    for name in scenario_names():
        scenario = load_scenario(name)
        assert texts.scenario(name, scenario.title) and texts.description(name, scenario.description)


def test_the_two_languages_differ():
    english, indonesian = texts_of("en"), texts_of("id")
    assert all(english.meaning(name) != indonesian.meaning(name) for name in PARAMETERS)
    assert all(english.definition(name) != indonesian.definition(name) for name in MEASURES)


def test_a_percentage_has_no_space_before_its_sign():
    assert texts_of("en").quantity(3.4, "share of staff", 2) == "3.40% of staff"
    assert texts_of("id").quantity(-0.05, "SD", 2) == "−0,05 simpangan baku"


def test_no_section_may_stand_twice(tmp_path):
    (tmp_path / "a.en.toml").write_text("[page]\nx = 'x'\n")
    (tmp_path / "b.en.toml").write_text("[page]\ny = 'y'\n")
    with pytest.raises(ValueError, match="repeats the section page"):
        Texts("en", tmp_path)


def test_rooms_have_the_same_files_in_both_languages():
    for folder in (FOLDER, REPORT_FOLDER):
        names = [{path.name.removesuffix(f".{language}.toml") for path in folder.glob(f"*.{language}.toml")}
                 for language in LANGUAGES]
        assert names[0] == names[1] != set()
