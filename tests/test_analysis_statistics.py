"""The statistics of sweeps against answers that are known: by formula, by enumeration, or by simulation."""

import itertools

import numpy as np
import pytest

from experiments.analysis.curves import response_curve, steepest_step
from experiments.analysis.effects import paired_effect
from experiments.analysis.hysteresis import hysteresis_loop
from experiments.analysis.phase import crossings, phase_map
from experiments.analysis.trial import (
    adjusted_difference,
    difference_in_means,
    trial_replicates,
)
from experiments.language import decimals_for


def generator():
    return np.random.default_rng(20_240_615)


# Effects -------------------------------------------------------------------------------------------------------


def test_the_interval_of_an_effect_holds_the_truth_95_times_in_100():
    draws = generator()
    held = []
    for _ in range(4000):
        luck = draws.normal(size=8)
        found = paired_effect(0.3 + luck + 0.2 * draws.normal(size=8), luck)
        held.append(found.low <= 0.3 <= found.high)
    assert abs(np.mean(held) - 0.95) < 3.0 * np.sqrt(0.95 * 0.05 / 4000)


def test_an_effect_is_the_mean_of_paired_differences_with_students_t():
    found = paired_effect(np.array([2.0, 4.0, 9.0]), np.array([1.0, 2.0, 3.0]))
    assert (found.baseline, found.value, found.difference, found.replicates) == (2.0, 5.0, 3.0, 3)
    assert found.half == pytest.approx(4.302653 * np.sqrt(7.0 / 3.0))
    assert found.direction == "unsure"


def test_pairs_of_which_one_has_no_value_are_left_out():
    found = paired_effect(np.array([2.0, np.nan, 3.0, 5.0]), np.array([1.0, 1.0, np.nan, 4.0]))
    assert (found.baseline, found.value, found.difference, found.replicates) == (2.5, 3.5, 1.0, 2)
    nothing = paired_effect(np.array([np.nan]), np.array([1.0]))
    assert nothing.replicates == 0 and np.isnan(nothing.difference) and nothing.direction == "unsure"


@pytest.mark.parametrize(("values", "direction"), [
    ([1.10, 1.11, 1.10], "up"), ([0.90, 0.89, 0.90], "down"), ([1.0, 1.0, 1.0], "same"), ([0.0, 1.0, 2.1], "unsure"),
])  # fmt: skip
def test_the_direction_of_an_effect_is_told_only_where_it_is_clear(values, direction):
    assert paired_effect(np.array(values), np.ones(3)).direction == direction


def test_a_single_pair_has_no_interval():
    found = paired_effect(np.array([2.0]), np.array([1.0]))
    assert found.difference == 1.0 and np.isnan(found.half) and found.direction == "unsure"


# Curves --------------------------------------------------------------------------------------------------------


def test_a_curve_is_put_in_order_and_finds_its_steepest_step():
    noise = 0.01 * generator().normal(size=(4, 20))
    curve = response_curve(np.array([3.0, 0.0, 2.0, 1.0]), np.array([10.0, 0.0, 9.0, 1.0])[:, None] + noise)
    assert curve.lever.tolist() == [0, 1, 2, 3]
    assert curve.mean == pytest.approx([0.0, 1.0, 9.0, 10.0], abs=0.02)
    assert (curve.steepest, curve.turns) == (1, False)
    assert curve.steepest_share == pytest.approx(0.8, abs=0.01)
    assert curve.change == pytest.approx(10.0, abs=0.02)


def test_the_ends_of_a_curve_are_compared_over_the_replicates_that_both_have():
    curve = response_curve(np.array([0.0, 1.0]), np.array([[1.0, 2.0, np.nan], [2.0, 4.0, 90.0]]))
    assert (curve.first, curve.last, curve.change) == (1.5, 3.0, 1.5)


def test_a_curve_that_goes_up_and_down_turns():
    noise = 0.1 * generator().normal(size=(5, 30))
    hill = np.array([0.0, 1.0, 2.0, 1.0, 0.0])[:, None] + noise
    assert response_curve(np.arange(5.0), hill).turns
    assert response_curve(np.arange(5.0), -hill).turns
    flat = np.zeros((5, 1)) + generator().normal(size=(1, 30))
    assert not response_curve(np.arange(5.0), flat).turns


def test_a_curve_on_which_nothing_changes_has_no_steepest_step():
    place, share = steepest_step(np.zeros(4))
    assert place == -1 and np.isnan(share)


# Phases --------------------------------------------------------------------------------------------------------


def test_a_threshold_tips_where_it_lies_and_a_slope_does_not():
    across, luck = np.arange(6.0), 0.01 * generator().normal(size=(1, 1, 40))
    threshold = (across > 2.5).astype(float)
    slope = across / 5.0
    never = np.zeros(6)
    values = np.stack([threshold, slope, never])[:, :, None] + luck
    phases = phase_map(across, np.arange(3.0), values)
    assert phases.level == pytest.approx(0.5, abs=0.01)
    assert phases.crossing[:2] == pytest.approx([2.5, 2.5], abs=0.05) and np.isnan(phases.crossing[2])
    assert phases.tips.tolist() == [True, False, False]
    assert phases.steepest_share[:2] == pytest.approx([1.0, 0.2], abs=0.01)
    assert phases.crossing_low[1] <= phases.crossing[1] <= phases.crossing_high[1]
    assert phases.lever_at(2.5) == 2.5


@pytest.mark.slow
def test_the_interval_of_a_crossing_holds_it_95_times_in_100():
    draws = generator()
    across = np.arange(5.0)
    held = []
    for _ in range(40):
        luck = 0.4 * draws.normal(size=(1, 5, 40))
        values = np.stack([across / 4.0, np.zeros(5), np.ones(5)])[:, :, None] + np.concatenate(
            [luck, 0 * luck, 0 * luck]
        )
        phases = phase_map(across, np.arange(3.0), values)
        held.append(phases.crossing_low[0] <= 2.0 <= phases.crossing_high[0])
    assert 0.85 <= np.mean(held) <= 1.0


def test_a_row_crosses_where_the_straight_line_between_its_points_does():
    means = np.array([[0.0, 1.0, 3.0, 3.0], [3.0, 3.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    assert crossings(means, 2.0)[:2].tolist() == [1.5, 1.5]
    assert np.isnan(crossings(means, 2.0)[2])


# Loops ---------------------------------------------------------------------------------------------------------


def test_the_area_of_a_loop_is_the_mean_gap_over_the_lever():
    lever = np.array([0.0, 2.0, 10.0])
    up = np.array([[1.0], [1.0], [1.0]]) + np.zeros(4)
    down = np.array([[0.5], [0.5], [1.0]]) + 0.1 * np.array([-1.0, 1.0, -1.0, 1.0])
    loop = hysteresis_loop(lever, up, down)
    # From 0 to 2 the gap is -0.5, from 2 to 10 it closes evenly: (2 * 0.5 + 8 * 0.25) / 10.
    assert loop.area == pytest.approx(-0.3)
    assert loop.area_half == pytest.approx(3.182446 * np.std([-0.1, 0.1, -0.1, 0.1], ddof=1) / 2.0)
    assert loop.areas == pytest.approx([-0.4, -0.2, -0.4, -0.2])


def test_the_way_back_on_the_same_path_has_no_area():
    up = generator().normal(size=(5, 6))
    loop = hysteresis_loop(np.arange(5.0), up, up)
    assert loop.area == 0.0 and loop.area_half == 0.0 and not loop.gap.any()


# Trials --------------------------------------------------------------------------------------------------------


def every_lot(regions, treated):
    for chosen in itertools.combinations(range(regions), treated):
        yield np.isin(np.arange(regions), chosen)


@pytest.mark.parametrize("varying", [False, True])
def test_over_all_lots_the_difference_in_means_is_right_and_neymans_variance_not_too_small(varying):
    """Neyman 1923: unbiased; the variance is exact for equal effects, else too large by theirs over the regions."""
    draws = generator()
    control = draws.normal(size=8)
    effects = draws.normal(size=8) if varying else np.full(8, 0.7)
    found = [difference_in_means(np.where(lot, control + effects, control), lot) for lot in every_lot(8, 3)]
    assert np.mean([one.effect for one in found]) == pytest.approx(effects.mean())
    true_variance = np.var([one.effect for one in found])
    stated = np.mean([one.error**2 for one in found])
    assert stated == pytest.approx(true_variance + effects.var(ddof=1) / 8)


def test_the_interval_of_a_trial_holds_the_truth_95_times_in_100():
    draws = generator()
    plain, adjusted = [], []
    for _ in range(1500):
        before = draws.normal(size=24)
        outcome = before + 0.5 * draws.normal(size=24)
        lot = np.isin(np.arange(24), draws.permutation(24)[:12])
        seen = np.where(lot, outcome + 1.0, outcome)
        plain.append(difference_in_means(seen, lot))
        adjusted.append(adjusted_difference(seen, lot, before))
    for found in (plain, adjusted):
        assert abs(np.mean([one.holds(1.0) for one in found]) - 0.95) < 0.02
    assert np.mean([one.half for one in adjusted]) < 0.7 * np.mean([one.half for one in plain])


def test_a_covariate_that_explains_everything_leaves_no_error():
    covariate = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 3.0, 6.0])
    lot = np.array([True, False] * 4)
    found = adjusted_difference(2.0 + 3.0 * lot + 5.0 * covariate, lot, covariate)
    assert found.effect == pytest.approx(3.0) and found.error == pytest.approx(0.0, abs=1e-9)
    assert (found.treated, found.control) == (4, 4)


def test_without_a_covariate_hc2_is_neymans_error():
    draws = generator()
    outcome, lot = draws.normal(size=11), np.arange(11) < 4
    plain = difference_in_means(outcome, lot)
    design = np.column_stack([np.ones(11), lot])
    inverse = np.linalg.inv(design.T @ design)
    residual = outcome - design @ inverse @ design.T @ outcome
    leverage = np.diag(design @ inverse @ design.T)
    hc2 = inverse @ (design.T * (residual**2 / (1.0 - leverage))) @ design @ inverse
    assert plain.error == pytest.approx(np.sqrt(hc2[1, 1]))
    assert adjusted_difference(outcome, lot, np.ones(11)) == plain


def test_too_few_regions_have_no_estimate():
    found = difference_in_means(np.array([1.0, 2.0, 3.0]), np.array([True, False, False]))
    assert np.isnan(found.effect) and (found.treated, found.control) == (1, 2)


def test_a_trial_held_again_tells_coverage_power_and_bias():
    draws = generator()
    lots = np.stack([np.isin(np.arange(20), draws.permutation(20)[:10]) for _ in range(200)])
    before = draws.normal(size=(200, 20))
    outcome = before + 0.1 * draws.normal(size=(200, 20)) + np.where(lots, 5.0, 0.0)
    found = trial_replicates(outcome, lots, np.full(200, 5.0), before)
    assert 0.9 <= found.coverage <= 1.0 and 0.9 <= found.adjusted_coverage <= 1.0
    assert found.power == 1.0 and abs(found.bias) < 0.15
    none = trial_replicates(outcome, lots, np.full(200, 9.0))
    assert none.coverage < 0.05 and none.adjusted == [] and np.isnan(none.adjusted_coverage)


# Numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("half", "value", "decimals"), [
    (0.83, 5.0, 1), (0.13, 5.0, 2), (12.0, 100.0, 0), (0.0042, 1.0, 4), (np.nan, 0.123456, 3), (np.nan, 0.0, 2),
    (0.0, 12.3, 1), (1e-9, 1.0, 5),
])  # fmt: skip
def test_a_number_has_as_many_decimals_as_its_interval_deserves(half, value, decimals):
    assert decimals_for(half, value) == decimals
