"""Sensitivity indices against the function of Ishigami and others with known answers, through the code that is used."""

import numpy as np
import pytest
from SALib.analyze import pawn as salib_pawn
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as saltelli_sample
from SALib.test_functions import Ishigami

from experiments.analysis.sensitivity import (
    DUMMY,
    SLICES,
    SensitivityError,
    _medians_of_distances,
    morris,
    on_unit_scale,
    pawn,
    sobol,
)

NAMES = ["a", "b", "c", DUMMY]
TOTAL = {"a": 0.5576, "b": 0.4424, "c": 0.2437, DUMMY: 0.0}  # analytic, for 7 and 0.1
FIRST = {"a": 0.3139, "b": 0.4424, "c": 0.0, DUMMY: 0.0}


def problem(count):
    return {"num_vars": count, "names": [str(place) for place in range(count)], "bounds": [[0.0, 1.0]] * count}


def ishigami(unit, replicates=1, noise=0.0):
    draws = np.random.default_rng(7)
    exact = Ishigami.evaluate(2.0 * np.pi * unit[:, :3] - np.pi)
    return exact[:, None] + noise * draws.normal(size=(len(unit), replicates))


def by_name(found):
    return {one.factor: one for one in found.indices}


def test_sobol_indices_are_those_of_ishigamis_function():
    unit = saltelli_sample.sample(problem(4), 2048, calc_second_order=False, seed=1)
    found = sobol(NAMES, 2048, ishigami(unit))
    for name, one in by_name(found).items():
        assert one.value == pytest.approx(TOTAL[name], abs=0.02)
        assert one.second == pytest.approx(FIRST[name], abs=0.02)
        assert one.low <= TOTAL[name] <= one.high
    assert [one.factor for one in found.indices] == ["a", "b", "c", DUMMY]
    assert [one.factor for one in found.clear] == ["a", "b", "c"]
    assert not found.luck_known and found.points == 2048 * 6


def test_sobol_takes_a_sample_for_second_order_too():
    unit = saltelli_sample.sample(problem(3), 512, calc_second_order=True, seed=1)
    found = by_name(sobol(NAMES[:3], 512, ishigami(unit)))
    assert found["a"].value == pytest.approx(TOTAL["a"], abs=0.06)


def test_noise_that_is_not_shared_lifts_the_floor_to_where_the_dummy_is():
    unit = saltelli_sample.sample(problem(4), 1024, calc_second_order=False, seed=1)
    found = by_name(sobol(NAMES, 1024, ishigami(unit, replicates=4, noise=3.0)))
    share = 9.0 / 4.0 / (Ishigami.evaluate(2 * np.pi * unit[:, :3] - np.pi).var() + 9.0 / 4.0)
    assert found[DUMMY].value == pytest.approx(share, rel=0.15)
    assert all(one.floor >= found[DUMMY].high for one in found.values())


def test_a_factor_that_only_shakes_luck_is_not_called_clear():
    """With shared luck a dummy shows 0, and a dead factor that reshuffles an election must not pass for a live one."""
    names = ["live", "dead", DUMMY]
    unit = morris_sample.sample(problem(3), 40, num_levels=4, seed=2)
    draws = np.random.default_rng(3)
    luck = {place: draws.normal(size=12) for place in range(4)}
    shaken = np.stack([luck[round(3 * dead)] for dead in unit[:, 1]])  # which luck depends on the dead factor only
    found = by_name(morris(names, unit, 5.0 * unit[:, :1] + shaken))
    assert found["dead"].value > 0.0 and found[DUMMY].value == 0.0
    assert found["dead"].floor > 0.3 * found["dead"].value
    assert found["live"].value == pytest.approx(5.0) and found["live"].floor == pytest.approx(0.0, abs=1e-6)


def test_morris_effects_of_a_straight_function_are_its_slopes():
    unit = morris_sample.sample(problem(3), 10, num_levels=4, seed=1)
    found = by_name(morris(["three", "half", "none"], unit, unit @ np.array([[3.0], [-0.5], [0.0]])))
    assert found["three"].value == pytest.approx(3.0) and found["half"].value == pytest.approx(0.5)
    assert found["none"].value == 0.0
    assert all(one.second == pytest.approx(0.0, abs=1e-9) for one in found.values())


def test_morris_finds_the_order_of_ishigamis_factors():
    unit = morris_sample.sample(problem(4), 400, num_levels=4, seed=1)
    found = morris(NAMES, unit, ishigami(unit))
    values = by_name(found)
    # On a grid of four levels sin(x)^2 takes 0 and 3/4 only, so every step of b moves the outcome by 7 * 3/4.
    assert values["b"].value == pytest.approx(7.0 * 0.75 / (2.0 / 3.0))
    assert [one.factor for one in found.indices][-1] == DUMMY
    assert [one.factor for one in found.clear] == [one.factor for one in found.indices][:3]


def test_morris_noise_floor_is_what_a_dead_factor_shows():
    unit = morris_sample.sample(problem(2), 400, num_levels=4, seed=1)
    noise = np.random.default_rng(5).normal(size=(len(unit), 6))
    found = by_name(morris(["x", "dead"], unit, 3.0 * unit[:, :1] + noise))
    assert found["dead"].floor == pytest.approx(found["dead"].value, rel=0.1)


def test_pawn_is_salibs_and_puts_the_dummy_last():
    unit = np.random.default_rng(1).random((2000, 4))
    found = pawn(NAMES, unit, ishigami(unit))
    expected = salib_pawn.analyze(problem(4), unit, ishigami(unit)[:, 0], S=SLICES)["median"]
    assert [by_name(found)[name].value for name in NAMES] == pytest.approx(list(expected))
    assert found.indices[-1].factor == DUMMY
    assert {one.factor for one in found.clear} >= {"a", "b"}


@pytest.mark.parametrize("digits", [0, 1, 9])
def test_the_quick_pawn_is_salibs_with_ties_and_repeated_points_too(digits):
    draws = np.random.default_rng(digits)
    unit = draws.random((300, 3))[draws.integers(300, size=300)]
    outcome = np.round(np.sin(6.0 * unit[:, 0]) + unit[:, 1], digits)
    expected = salib_pawn.analyze(problem(3), unit, outcome, S=SLICES)["median"]
    assert _medians_of_distances(unit, outcome) == pytest.approx(list(expected))


def test_a_point_without_a_value_takes_its_trajectory_with_it():
    unit = morris_sample.sample(problem(2), 10, num_levels=4, seed=1)
    values = unit @ np.array([[3.0], [1.0]])
    values[4] = np.nan
    found = morris(["x", "y"], unit, values)
    assert (found.points, found.dropped) == (27, 3) and by_name(found)["x"].value == pytest.approx(3.0)


def test_a_replicate_without_a_value_does_not():
    unit = morris_sample.sample(problem(2), 10, num_levels=4, seed=1)
    values = np.repeat(unit @ np.array([[3.0], [1.0]]), 3, axis=1)
    values[4, 1] = np.nan
    found = morris(["x", "y"], unit, values)
    assert found.dropped == 0 and by_name(found)["x"].value == pytest.approx(3.0)


def test_an_outcome_that_never_changes_depends_on_nothing():
    found = sobol(NAMES, 16, np.ones((16 * 6, 2)))
    assert found.clear == () and all(one.value == 0.0 for one in found.indices)


@pytest.mark.parametrize(("analysis", "words"), [
    (lambda: sobol(NAMES, 100, np.ones((7, 2))), "no Saltelli sample"),
    (lambda: morris(NAMES, np.zeros((7, 4)), np.ones((7, 2))), "no trajectories"),
    (lambda: pawn(NAMES, np.zeros((7, 4)), np.ones((7, 2))), "at least 20"),
    (lambda: sobol(NAMES, 2, np.full((12, 2), np.nan)), "Too few points"),
])  # fmt: skip
def test_a_sample_that_cannot_be_used_is_refused_in_words(analysis, words):
    with pytest.raises(SensitivityError, match=words):
        analysis()


def test_a_logarithmic_factor_is_measured_by_ratios():
    assert on_unit_scale(np.array([1.0, 10.0, 100.0]), 1.0, 100.0, "log") == pytest.approx([0.0, 0.5, 1.0])
    assert on_unit_scale(np.array([1.0, 3.0]), 1.0, 5.0) == pytest.approx([0.0, 0.5])
