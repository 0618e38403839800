"""What the outcomes depend on: the samples, the answers kept, the documents."""

from __future__ import annotations

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.analysis.sensitivity import DUMMY
from experiments.cli import app
from experiments.documents import document_name
from experiments.errors import InputError
from experiments.language import LANGUAGES
from experiments.sensitivity import document as telling
from experiments.sensitivity import results as store
from model import PARAMETERS

TINY = store.Size(trajectories=2, base=8, replicates=1)


@pytest.fixture(scope="module")
def kept():
    return store.read_table()


def test_every_lever_and_assumption_is_screened(kept):
    wanted = {one.name for one in PARAMETERS.values() if one.role != "constant"}
    for mode, found in store.found_of(kept).items():
        for measure, _ in store.OUTCOMES[mode]:
            assert {one.factor for one in found.screened[measure].indices} == wanted | {DUMMY}
            assert found.screened[measure].dropped == 0


def test_the_stored_results_are_of_the_present_ranges(kept):
    assert kept["manifest"]["plausible"] == store.plausible(), f"'{store.COMMAND}' asks anew"
    assert kept["manifest"]["scenarios"] == store.MODES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_written_from_the_results_beside_it(kept, language):
    assert (store.DOCUMENTS / document_name(telling.STEM, language)).read_text("utf-8") == telling.document(kept, language)
    for mode in store.MODES:
        assert (store.DOCUMENTS / telling.picture_name(mode, language)).stat().st_size > 1000


def test_the_dummy_moves_nothing_and_who_appoints_moves_siding(kept):
    for found in store.found_of(kept).values():
        for one in found.screened.values():
            assert next(index.value for index in one.indices if index.factor == DUMMY) == 0.0
    election = store.found_of(kept)["election"]
    assert "appointing_stake" in {index.factor for index in election.screened["siding_share"].indices[:3]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_strongest_factor_is_told_whether_it_is_told_from_chance_or_not(kept, language):
    words = telling.texts(language)
    for mode, found in store.found_of(kept).items():
        for measure, _ in store.OUTCOMES[mode]:
            screened = found.screened[measure]
            strongest = next(one for one in screened.indices if one.factor != DUMMY)
            verdict = words(f"sensitivity_clear.{'yes' if strongest in screened.clear else 'no'}")
            row = next(line for line in telling._screening(measure, "all", screened, words).splitlines() if line.startswith("| `"))
            assert row.startswith(f"| `{strongest.factor}` |") and row.endswith(f"| {verdict} |")


@pytest.mark.slow
def test_a_screening_repeats_and_is_told():
    told = []
    found = store.ask(TINY, lambda runs, doing: told.append(runs))
    again = store.ask(TINY, lambda runs, doing: None)
    for mode in store.MODES:
        for measure, _ in store.OUTCOMES[mode]:
            pair = [[one["value"] for one in table["modes"][mode]["screened"][measure]["indices"]] for table in (found, again)]
            np.testing.assert_array_equal(*pair)
    assert sum(told) == store.runs_of(TINY)


def test_damage_is_said_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="makes it"):
        store.read_table(tmp_path)
    path = store.write_table({"manifest": {"format": 0}}, tmp_path)
    with pytest.raises(InputError, match="has format 0"):
        store.read_table(tmp_path)
    path.write_text("[]")
    with pytest.raises(InputError, match="damaged"):
        store.read_table(tmp_path)


@pytest.mark.parametrize(("options", "said"), [(["--trajectories", "1"], "too few for an interval"),
                                               (["--base", "12"], "power of two")])
def test_the_command_refuses_what_makes_no_sense(options, said):
    result = CliRunner().invoke(app, ["screening", *options])
    assert result.exit_code != 0
    assert said in str(result.exception or "") + " ".join(result.output.split())
