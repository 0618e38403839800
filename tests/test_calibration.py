"""Calibration: samples, emulator, posterior, known parameters found again, results on disk, documents."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import qmc
from typer.testing import CliRunner

from experiments import cli
from experiments.analysis.sensitivity import FactorIndex, Sensitivity
from experiments.calibration import document as telling
from experiments.calibration import results as store
from experiments.calibration.emulator import EDGE, learned, on_line
from experiments.calibration.posterior import (
    INTERVAL,
    alone,
    posterior_of,
    prior_of,
    recovered,
)
from experiments.calibration.runs import (
    on_plausible_range,
    own_seeds,
    pieces_of_points,
    shared_seeds,
    statistics_of,
)
from experiments.calibration.screening import chosen
from experiments.calibration.targets import (
    FITTED,
    HELD_OUT,
    STATISTICS,
    free_parameters,
    observed_range,
)
from experiments.documents import document_name
from experiments.evidence.contrasts import CONTRASTS
from experiments.evidence.observed import evidence
from experiments.language import LANGUAGES
from model import PARAMETERS, BureaucracyModel, load_scenario
from model.measures import measured

DOCS = Path(__file__).parent.parent / "docs"
NAMES = ("strong", "helper", "idle")


def nobody(*_):
    pass


def share_shown(unit, luck=0.0):
    """A model that can be seen through: one share, from the sum of two parameters; the third does nothing."""
    return expit(4.0 * (unit[:, 0] + 0.5 * unit[:, 1]) - 3.0 + luck)


@pytest.fixture(scope="module")
def emulator():
    unit = qmc.LatinHypercube(3, rng=5).random(150)
    return learned(unit, share_shown(unit, np.random.default_rng(5).normal(0.0, 0.15, 150)))


# Targets -------------------------------------------------------------------------------------------------------


def test_only_levels_are_fitted_and_nothing_is_both_fitted_and_held_out():
    patterns = evidence().patterns
    assert all(patterns[target].compare == "level" for target in FITTED)
    assert set(FITTED).isdisjoint(HELD_OUT) and set(FITTED).isdisjoint(HELD_OUT.values())
    assert set(STATISTICS) == {*FITTED, *HELD_OUT}
    assert all(pattern in CONTRASTS for pattern in HELD_OUT.values())
    for target in FITTED:
        assert observed_range(target) == patterns[target].observed


def test_parameters_with_a_source_or_fixed_by_design_are_not_free():
    free = free_parameters()
    assert "public_reporting" in free and "patrol" in free
    assert not {"rotation_ban", "contract_share", "stake_staff", "office_size", "severity_ref"} & set(free)


def test_a_parameter_is_calibrated_if_its_source_says_so():
    parameter = PARAMETERS["patrol"]
    assert not parameter.calibrated
    assert replace(parameter, source="calibrated to something").calibrated


# Runs ----------------------------------------------------------------------------------------------------------


def test_points_lie_on_plausible_ranges():
    values = on_plausible_range(["patrol", "evidence"], np.array([[0.0, 1.0], [0.5, 0.5]]))
    assert values == pytest.approx(np.array([[0.02, 3.0], [0.135, 2.0]]))


def test_seeds_are_shared_or_of_each_point_its_own():
    assert len(np.unique(own_seeds(4, 5, 7))) == 20 and own_seeds(4, 5, 7).min() == 7
    assert (shared_seeds(4, 5, 7) == shared_seeds(1, 5, 7)).all()


def test_points_are_run_as_a_model_of_their_own_would_be():
    base = load_scenario("pilkada_2020").replace(staff=100)
    pieces = pieces_of_points(["patrol"], np.array([[0.2], [0.05]]), np.array([[3, 4], [3, 4]]), nobody, "", base)
    model = BureaucracyModel(base.replace(patrol=0.05), rng=4)
    model.run_for(120)
    counts = model.counts()
    assert pieces[1, 1].sum(axis=0) == pytest.approx(counts.sum(axis=0))
    shown = statistics_of(pieces, ("proven_share",))[1, 1, 0]
    assert shown == pytest.approx(float(measured("proven_share", counts[60:120].sum(axis=0))), nan_ok=True)


# Screening -------------------------------------------------------------------------------------------------------


def test_chosen_are_a_few_strongest_above_chance_and_those_calibrated_before():
    def index(name, value, floor=0.01):
        return FactorIndex(name, value, 0.0, 2 * value, 0.0, floor)

    one = Sensitivity("morris", (index("dummy", 0.6), index("a", 0.5), index("noisy", 0.4, floor=0.5),
                                 *(index(f"b{place}", 0.3 - 0.01 * place) for place in range(6))), True, 10, 0)
    other = Sensitivity("morris", (index("c", 0.3), index("a", 0.2)), True, 10, 0)
    before = [name for name, parameter in PARAMETERS.items() if parameter.calibrated]
    assert chosen({"x": one, "y": other}) == ["a", "b0", "b1", "b2", "b3", "c", *before]


# Emulator --------------------------------------------------------------------------------------------------------


def test_the_emulator_foretells_points_that_were_not_run(emulator):
    unit = qmc.LatinHypercube(3, rng=6).random(200)
    middle, error = emulator.predict(unit)
    distance = (middle - logit(share_shown(unit))) / error
    assert np.abs(emulator.share(unit) - share_shown(unit)).max() < 0.05
    assert np.mean(np.abs(distance) < 1.96) > 0.85
    assert emulator.explained > 0.9
    assert emulator.noise == pytest.approx(0.15, rel=0.25)


def test_the_emulator_finds_which_parameter_does_nothing(emulator):
    assert emulator.lengths[2] > 3 * emulator.lengths[0]


def test_shares_of_nothing_and_of_everything_have_a_place_on_the_line():
    assert on_line(np.array([0.0, 1.0])) == pytest.approx([logit(EDGE), -logit(EDGE)])
    with pytest.raises(ValueError, match="Only 3 points"):
        learned(np.random.default_rng(0).random((5, 2)), np.array([0.1, 0.2, 0.3, np.nan, np.nan]))


# Posterior -------------------------------------------------------------------------------------------------------


def test_the_posterior_holds_the_combination_that_was_observed_and_leaves_the_idle_parameter_open(emulator):
    posterior = posterior_of(prior_of(NAMES, {"share": emulator}, 1), {"share": (0.48, 0.52)}, 1)
    low, _, high = posterior.quantiles()
    combined = posterior.unit[:, 0] + 0.5 * posterior.unit[:, 1]
    assert np.abs(combined - 0.75).max() < 0.12
    assert posterior.relative_width()[2] > 0.95
    assert posterior.relative_width()[0] < 0.75
    assert posterior.ties()[0][:2] == ("strong", "helper") and posterior.ties()[0][2] < -0.9
    assert low[2] == pytest.approx(INTERVAL[0], abs=0.03) and high[2] == pytest.approx(INTERVAL[1], abs=0.03)


def test_a_wide_observation_teaches_nothing(emulator):
    posterior = posterior_of(prior_of(NAMES, {"share": emulator}, 1), {"share": (0.001, 0.999)}, 1)
    assert posterior.prior_mass == pytest.approx(1.0)
    assert posterior.relative_width() == pytest.approx(np.ones(3), abs=0.03)


def test_what_no_point_can_show_is_an_error(emulator):
    narrow = {"share": (0.9995, 0.9999)}
    with pytest.raises(ValueError, match="next to nothing fits"):
        posterior_of(prior_of(NAMES, {"share": replace(emulator, sd=1e-9)}, 1), narrow, 1)


def test_values_of_one_parameter_alone_that_can_meet_an_observation(emulator):
    low, high = alone(emulator, (0.45, 0.55), np.array([0.5, 0.5, 0.5]), 0)
    assert (low, high) == pytest.approx(((3.0 + logit(0.45)) / 4 - 0.25, (3.0 + logit(0.55)) / 4 - 0.25), abs=0.06)
    assert low < (3.0 + logit(0.45)) / 4 - 0.25 and high > (3.0 + logit(0.55)) / 4 - 0.25
    assert alone(emulator, (0.45, 0.55), np.array([1.0, 0.5, 0.5]), 2) is None


def test_known_parameters_of_a_model_that_can_be_seen_through_are_found_again(emulator):
    prior = prior_of(NAMES, {"share": emulator}, 1)
    truths = qmc.LatinHypercube(3, rng=9).random(60)
    found = recovered(prior, truths, {"share": share_shown(truths)}, {"share": 0.04}, 1)
    assert found.skipped < 10
    assert 0.82 < found.coverage <= 0.99
    shifted = recovered(prior, 1.0 - truths, {"share": share_shown(truths)}, {"share": 0.04}, 1)
    assert shifted.inside[:, 0].mean() < found.inside[:, 0].mean() - 0.2


# Results and documents -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_written_from_the_results_beside_it(language):
    written = (DOCS / document_name(telling.STEM, language)).read_text("utf-8")
    assert written == telling.document(store.read_calibration(), language)
    for picture in telling.PICTURES:
        assert (DOCS / telling.picture_name(picture, language)).stat().st_size > 10_000


def test_the_stored_results_are_of_the_present_defaults_and_observations():
    manifest = store.read_calibration().summary["manifest"]
    assert manifest["defaults"] == {name: one.default for name, one in PARAMETERS.items()}
    assert manifest["fitted"] == {target: list(observed_range(target)) for target in FITTED}
    assert manifest["prior"] == {name: list(PARAMETERS[name].plausible) for name in manifest["prior"]}
    assert set(manifest["prior"]) <= set(free_parameters())


def test_the_stored_ranges_are_those_of_the_stored_draws():
    found = store.read_calibration()
    for name, told in found.summary["posterior"]["ranges"].items():
        drawn = np.array([row[name] for row in found.draws])
        low, high = PARAMETERS[name].plausible
        assert told["low"] <= told["middle"] <= told["high"]
        assert np.quantile(drawn, 0.5) == pytest.approx(told["middle"], abs=0.15 * (high - low))


def test_a_calibrated_default_meets_the_levels_as_long_as_the_others_keep_theirs():
    """The range after the fit lets all others move, too, so a default need not lie in its middle nine tenths."""
    alone_by_target = store.read_calibration().summary["alone"]
    for parameter in PARAMETERS.values():
        if parameter.calibrated:
            for ranges in alone_by_target.values():
                low, high = ranges[parameter.name]
                assert low <= parameter.default <= high


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_keeps_what_was_fitted_apart_from_what_was_held_out(language):
    found = store.read_calibration()
    words = telling.texts(language)
    lines = telling.document(found, language).splitlines()
    for name in STATISTICS:
        kind = "held_out" if name in HELD_OUT else "was_fitted"
        assert any(line.startswith(f"| {words(f'statistic.{name}')} | {words(f'calibration.{kind}')} |") for line in lines)
    assert words("calibration.never") in lines


def test_why_a_default_was_moved_is_told_in_indonesian_too():
    for parameter in PARAMETERS.values():
        if parameter.calibrated:
            assert telling.texts("id").sections["source"][parameter.name].startswith("dikalibrasi")


def test_missing_and_damaged_results_are_said_in_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="is not there; 'netralitas calibrate --out docs' makes it"):
        store.read_calibration(tmp_path)
    (tmp_path / store.FOLDER).mkdir()
    (tmp_path / store.FOLDER / store.RESULTS).write_text("{")
    with pytest.raises(ValueError, match="are damaged"):
        store.read_calibration(tmp_path)
    done = CliRunner().invoke(cli.app, ["calibrate", "--points", "10"])
    assert done.exit_code == 2 and "--points 10 is too few" in done.stderr


@pytest.mark.slow
def test_known_parameters_of_the_model_itself_are_found_again(tmp_path):
    """A small version of everything, from screening to documents; three true parameters, which the model has."""
    effort = store.Effort(trajectories=2, screening_replicates=2, points=60, replicates=6, near=20, checked=12,
                          checked_replicates=12)
    names = ["patrol", "public_reporting", "evidence"]
    emulators = store._emulators(names, effort, 11, nobody)
    prior = prior_of(names, emulators, 11)
    found = store._recovery(prior, effort, 11, nobody)
    assert found["skipped"] <= 4 and found["coverage"] >= 0.7


@pytest.mark.slow
def test_the_whole_calibration_is_written_and_read_back_and_repeats(tmp_path):
    effort = store.Effort(trajectories=2, screening_replicates=2, points=60, replicates=4, near=20, checked=4, checked_replicates=4,
                          default_replicates=4)
    done = []
    found = store.calibrate(effort, 3, lambda runs, doing: done.append(runs))
    assert sum(done) == effort.runs()
    store.write_calibration(found, tmp_path)
    telling.write_documents(store.read_calibration(tmp_path), tmp_path)
    back = store.read_calibration(tmp_path)
    assert back.draws == found.draws and back.checks == found.checks
    for language in LANGUAGES:
        assert (tmp_path / document_name(telling.STEM, language)).read_text("utf-8") == telling.document(back, language)
