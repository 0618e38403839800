"""What is known, what the model makes of it, and the documents that say so."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import cli
from experiments.documents import document_name
from experiments.evidence import document as telling
from experiments.evidence.contrasts import (
    CONTRASTS,
    DATES,
    ENDS,
    WORLDS,
    Claim,
    Totals,
    scenario_of,
)
from experiments.evidence.observed import COMPARE, STATUS, USE, evidence
from experiments.evidence.results import RESULTS, read_results
from experiments.evidence.simulated import (
    found_by,
    leave_one_out,
    simulate,
    with_interval,
)
from experiments.evidence.verdict import (
    verdict_on_level,
    verdict_on_pattern,
    verdict_on_sign,
)
from experiments.language import LANGUAGES
from model import PARAMETERS
from model.population import TALLY, TALLY_VALUES

DOCS = Path(__file__).parent.parent / "docs"
INFINITY = float("inf")


def counted(**fields):
    """Counts of one world, in pieces of time, for as many replicates as the fields have."""
    replicates = len(next(iter(fields.values())))
    cells = np.zeros((replicates, len(ENDS)), TALLY)
    for name, values in fields.items():
        cells[name][:, -1] = values
    return cells.view(np.float64).reshape(replicates, len(ENDS), TALLY_VALUES)


# What is known -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", evidence().patterns.values(), ids=lambda pattern: pattern.name)
def test_a_pattern_is_complete_in_both_languages(pattern):
    for told in (pattern.title, pattern.what, pattern.shown, pattern.note, pattern.source):
        assert set(told) == set(LANGUAGES) and all(text.strip() for text in told.values())
    assert pattern.title["en"] != pattern.title["id"] and pattern.what["en"] != pattern.what["id"]
    assert pattern.compare in COMPARE and pattern.use in USE and pattern.status in STATUS
    assert (pattern.name in CONTRASTS) == (pattern.compare != "context")
    if pattern.compare == "level":
        low, high = pattern.observed
        assert 0 < low <= high < 1


def test_facts_limits_and_counter_evidence_are_told_in_both_languages():
    known = evidence()
    assert known.facts and known.counter_evidence and known.limits
    for fact in (*known.facts, *known.counter_evidence, *known.limits):
        assert set(fact.what) == set(LANGUAGES)
    assert all(set(fact.source) == set(LANGUAGES) and fact.status in STATUS for fact in (*known.facts, *known.counter_evidence))


def test_the_cumulative_counts_give_the_shares_that_are_compared():
    told = next(fact.what["en"] for fact in evidence().facts if fact.name == "funnel_pilkada_2020")
    rows = re.findall(r"([\d,]+), ([\d,]+), ([\d,]+)[;.]", re.sub(r"(\d{4}):", r"(\1)", told))
    counts = np.array([[int(number.replace(",", "")) for number in row] for row in rows], float)
    assert len(counts) == len(DATES)
    proven, carried_out = counts[:, 1] / counts[:, 0], counts[:, 2] / counts[:, 1]
    low, high = evidence().patterns["proven_share"].observed
    assert (round(proven.min(), 2), round(proven.max(), 2)) == (low, high)
    assert np.round(carried_out, 2).tolist() == [0.35, 0.55, 0.52, 0.52, 0.8, 0.73, 0.86, 0.91]


# Contrasts and verdicts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("world", WORLDS)
def test_a_world_is_a_ready_scenario_with_some_parameters_changed(world):
    for name, value in WORLDS[world][1].items():
        low, high = PARAMETERS[name].plausible
        assert low <= value <= high or value == 2 * PARAMETERS[name].default
        assert scenario_of(world).value(name)[0] == value


def test_every_world_is_needed_and_every_contrast_has_something_to_hold():
    assert {world for contrast in CONTRASTS.values() for world in contrast.worlds} == set(WORLDS)
    for contrast in CONTRASTS.values():
        assert contrast.claims[0].asked is not None


@pytest.mark.parametrize(("low", "high", "verdict"), [
    (0.1, 0.2, "agrees"), (-0.2, -0.1, "disagrees"), (-0.1, 0.1, "undecided"), (0.0, 0.0, "disagrees")])
def test_a_sign_agrees_only_if_the_whole_interval_does(low, high, verdict):
    assert verdict_on_sign(low, high, (0.0, INFINITY)) == verdict
    assert verdict_on_sign(-high, -low, (-INFINITY, 0.0)) == verdict


@pytest.mark.parametrize(("value", "half", "verdict"), [
    (0.55, 0.05, "disagrees"), (0.65, 0.05, "undecided"), (0.71, 0.01, "agrees"), (0.71, 0.2, "agrees"),
    (0.82, 0.05, "undecided"), (0.85, 0.05, "disagrees")])
def test_a_level_agrees_if_it_lies_in_the_range_and_not_if_only_its_interval_does(value, half, verdict):
    assert verdict_on_level(value, value - half, value + half, (0.67, 0.79)) == verdict


def test_a_pattern_is_as_good_as_its_worst_part():
    assert verdict_on_pattern(["agrees", "agrees"]) == "agrees"
    assert verdict_on_pattern(["agrees", "undecided"]) == "undecided"
    assert verdict_on_pattern(["undecided", "disagrees", "agrees"]) == "disagrees"
    assert verdict_on_pattern([]) == "not compared"


def test_a_citizens_report_counts_and_a_colleagues_does_not():
    reports = np.zeros((1, 2, 4))
    reports[0, 1] = [6, 2, 0, 50]  # patrol, public, council, colleagues
    people = np.ones((1, 2, 5, 5))
    totals = Totals({"baseline": counted(reported_channel=reports, people=people)})
    assert CONTRASTS["citizen_share"].claims[0].statistic(totals)[0] == pytest.approx(0.25)


def test_the_interval_of_a_mean_is_students():
    drawn = np.random.default_rng(3).normal(5.0, 2.0, 40)
    totals = Totals({"baseline": leave_one_out(counted(welfare=drawn, regions=np.ones(40)))})
    value, low, high = with_interval(
        lambda totals: (totals.during("baseline", (1, 120)).view(TALLY)["welfare"]
                        / totals.during("baseline", (1, 120)).view(TALLY)["regions"])[..., 0], totals)
    assert value == pytest.approx(drawn.mean())
    from scipy import stats

    wanted = stats.t.interval(0.95, 39, drawn.mean(), stats.sem(drawn))
    assert (low, high) == pytest.approx(wanted)


def test_a_number_of_which_nothing_is_asked_has_no_verdict():
    totals = Totals({"baseline": leave_one_out(counted(welfare=np.arange(5.0)))})
    statistic = lambda totals: totals.during("baseline", (1, 120)).view(TALLY)["welfare"][..., 0]  # noqa: E731
    claim = Claim("told", statistic)
    assert found_by(claim, totals).verdict is None
    assert found_by(replace(claim, asked=(0.0, INFINITY)), totals).verdict == "agrees"
    assert found_by(replace(claim, asked=(100.0, 200.0), level=True), totals).verdict == "disagrees"


# Documents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_written_from_the_results_beside_it(language):
    written = (DOCS / document_name(telling.STEM, language)).read_text("utf-8")
    assert written == telling.document(read_results(), language)


def test_the_stored_results_are_of_the_present_contrasts_and_defaults():
    results = read_results()
    assert results["manifest"]["replicates"] >= 100
    assert results["manifest"]["defaults"] == {name: one.default for name, one in PARAMETERS.items()}
    assert results["manifest"]["worlds"] == {
        world: {"scenario": ready, "changes": changes} for world, (ready, changes) in WORLDS.items()}
    assert {name: list(told["claims"]) for name, told in results["patterns"].items()} == {
        name: [claim.name for claim in contrast.claims] for name, contrast in CONTRASTS.items()}


@pytest.mark.parametrize(("language", "said"), [
    ("en", "election mode; Regional elections 2020; Regional elections 2020, with patrol 0.2, public reporting 0.024, peer reporting 0.2; "),
    ("id", "mode pemilihan; Pilkada 2020; Pilkada 2020, dengan patroli pengawas pemilu 0,2, laporan masyarakat 0,024, laporan rekan kerja 0,2; ")])
def test_worlds_are_named_in_the_language_and_not_in_code(language, said):
    told = {one.name: one.setting for one in telling.comparisons(read_results(), language)}
    assert said in told["certainty_over_severity"]
    assert not any("_" in setting or "`" in setting for setting in told.values())


def test_a_difference_of_shares_is_told_in_percentage_points():
    found = read_results()["patterns"]["tenure_protects"]["claims"]["tenure"]
    [told] = next(one.simulated for one in telling.comparisons(read_results()) if one.name == "tenure_protects")
    value, low, high = (f"{100 * found[end]:.1f}".replace("-", "−") for end in ("value", "low", "high"))
    assert told.value == f"{value} percentage points [{low}; {high}]"


def test_verdicts_follow_from_the_stored_intervals():
    for name, told in read_results()["patterns"].items():
        for claim in CONTRASTS[name].claims:
            found = told["claims"][claim.name]
            interval = (found["low"], found["high"])
            judged = None if claim.asked is None else verdict_on_sign(*interval, claim.asked)
            if claim.level:
                judged = verdict_on_level(found["value"], *interval, claim.asked)
            assert found["verdict"] == judged
        assert told["verdict"] == verdict_on_pattern(
            found["verdict"] for found in told["claims"].values() if found["verdict"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_says_everything_that_belongs_to_it(language):
    found = telling.stored_comparisons(language)
    assert [one.name for one in found] == list(evidence().patterns)
    for one in found:
        assert one.judged and one.used and one.caveat and one.compared and one.source
        assert bool(one.simulated) == bool(one.setting) == (one.verdict != "not compared")
    text = telling.document(read_results(), language)
    assert evidence().scale[language] in text
    for one in found:
        section = text.partition(f"\n### {one.title}\n")[2].partition("\n### ")[0]
        assert one.judged in section and one.caveat in section and one.used in section
    tally = telling.tally_of(found)
    assert sum(tally.values()) + sum(one.input for one in found) == len(found)


@pytest.mark.slow
def test_the_model_still_says_what_the_stored_results_say():
    """The stored numbers, made again with fewer worlds and as many replicates: the same to the last digits."""
    results = read_results()
    names = ["proven_share", "citizen_share", "rank_gradient", "displacement"]
    for name, claims in simulate(results["manifest"]["replicates"], lambda *_: None, names).items():
        for claim, found in claims.items():
            assert found.value == pytest.approx(results["patterns"][name]["claims"][claim]["value"], rel=1e-6)


# The command -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_writes_documents_that_can_be_read_back(tmp_path):
    done = CliRunner().invoke(cli.app, ["evidence", "--replicates", "20", "--out", str(tmp_path), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == json.loads((tmp_path / RESULTS).read_text("utf-8"))
    for language in LANGUAGES:
        written = (tmp_path / document_name(telling.STEM, language)).read_text("utf-8")
        assert written == telling.document(read_results(tmp_path), language)


def test_too_few_replicates_and_missing_results_are_said_in_a_sentence(tmp_path):
    done = CliRunner().invoke(cli.app, ["evidence", "--replicates", "5"])
    assert done.exit_code == 2 and "--replicates 5 is too few" in done.stderr
    with pytest.raises(ValueError, match="is not there; 'netralitas evidence --out docs' makes it"):
        read_results(tmp_path)
    (tmp_path / RESULTS).parent.mkdir()
    (tmp_path / RESULTS).write_text("{}")
    with pytest.raises(ValueError, match="is damaged"):
        read_results(tmp_path)
