"""Scenario discovery: what is kept on disk, and the sentences that tell it."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.discovery import document as telling
from experiments.discovery import results as store
from experiments.discovery.prim import Box, Restriction
from experiments.documents import document_name
from experiments.errors import InputError
from experiments.language import LANGUAGES
from model import PARAMETERS


@pytest.fixture(scope="module")
def kept():
    return store.read_table()


def test_the_stored_results_are_of_the_present_questions_and_ranges(kept):
    ranges = {one.name: list(one.plausible) for one in PARAMETERS.values() if one.role != "constant"}
    assert (kept["manifest"]["asked"], kept["manifest"]["plausible"]) == (store.asked(), ranges)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_written_from_the_results_beside_it(kept, language):
    assert (store.DOCUMENTS / document_name(telling.STEM, language)).read_text("utf-8") == telling.document(kept, language)
    for name, found in store.found_of(kept).items():
        assert (store.DOCUMENTS / telling.picture_name(name, language)).exists() == bool(found.boxes)


def test_a_box_is_told_with_its_limits_density_and_coverage():
    restrictions = (Restriction(0, 0.05, float("inf"), 0.0001), Restriction(1, float("-inf"), 12.0, 0.02))
    found = store.Found(300, 0.2, ["patrol", "severity"], [Box(restrictions, 0.8, 0.5, 40, 0.21)], [], {})
    told = telling.sentences_of("collapse", found, telling.texts("en"))
    assert "`patrol` is above 0.05 per month (p below 0.001), and `severity` is below 12" in told[1]
    assert "80% of worlds fail, against 21% of all; 50% of all failing worlds" in told[1]
    none = telling.sentences_of("collapse", store.Found(300, 0.0, [], [], [], {}), telling.texts("id"))
    assert none[1].startswith("Tidak ditemukan kotak")


@pytest.mark.slow
def test_a_discovery_repeats():
    question = store.QUESTIONS["collapse"]
    first, again = (store.found_for(question, 30, 1, lambda runs: None) for _ in range(2))
    assert first == again and len(first.siding) == 30 and set(first.factors) == set(again.factors)


def test_damage_and_nonsense_are_said_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="makes it"):
        store.read_table(tmp_path)
    path = store.write_table({"manifest": {"format": 0}}, tmp_path)
    with pytest.raises(InputError, match="has format 0"):
        store.read_table(tmp_path)
    path.write_text("3")
    with pytest.raises(InputError, match="damaged"):
        store.read_table(tmp_path)
    result = CliRunner().invoke(app, ["discover", "--worlds", "9"])
    assert result.exit_code != 0 and "too few" in str(result.exception or "") + result.output
