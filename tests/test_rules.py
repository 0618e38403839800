"""Rules: known values of every rule, what must hold for all numbers, and compiled as plain Python to the last bit."""

import math
from fractions import Fraction

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.compiler import compiled
from model.rules import RULES
from model.rules.careers import (
    known_supporter,
    loyalty_record,
    non_renewal_probability,
    posts_to_refill,
    promotion_score,
)
from model.rules.choice import (
    chosen_option,
    discount_for_delay,
    expected_risk,
    known_rules,
    odds_of,
    perceived_severity,
    reach_of_officials,
    shielded_by_colleagues,
    threat_to_contract,
    threat_to_permanent,
    value_of_siding,
    win_chance,
)
from model.rules.elections import (
    appointments_frozen,
    copied_patronage,
    last_open_month,
    months_since_vote,
    months_to_vote,
    rotations_due,
    rotations_prevented,
    salience_of_vote,
)
from model.rules.learning import (
    learned_ratio,
    risk_after_own_sanction,
    risk_suggested,
    updated_risk,
)
from model.rules.mathematics import clipped, exponential, normal_probability
from model.rules.oversight import (
    attention_of_enforcement,
    colleagues_willing,
    decision_hazard,
    detectability,
    exposure_probability,
    follow_up_probability,
    months_barred,
    past_the_head,
    proof_probability,
    sanction_level,
    seen_by_council,
    weight_of_level,
    whole_hearings,
)

# Worked out by hand from the formulas that describe the model: rule, arguments, value.
KNOWN = [
    ("exponential", (0.0,), 1.0),
    ("exponential", (1.0,), 2.718281828459045),
    ("exponential", (-2.0,), 0.1353352832366127),
    ("normal_probability", (0.0,), 0.5),
    ("normal_probability", (1.959963984540054,), 0.975),
    ("normal_probability", (-1.0,), 0.15865525393145707),
    ("clipped", (0.3, 0.0, 1.0), 0.3),
    ("clipped", (2.0, 0.0, 1.0), 1.0),
    ("clipped", (-2.0, 0.0, 1.0), 0.0),
    # choice
    ("win_chance", (0.0, 0.35), 0.5),
    ("win_chance", (0.42, 0.35), 0.8413447460685429),
    ("reach_of_officials", (0.25, 1.0), 0.75),
    ("reach_of_officials", (1.0, 1.0), 0.0),
    ("reach_of_officials", (0.0, 0.5), 0.5),
    ("promised_post", (0.75, 6.0, 0.7), 3.15),
    ("spot_favour", (0.75, 2.2, 0.7), 1.155),
    ("threat_to_permanent", (0.75, 1.0, 0.7), 0.225),
    ("threat_to_contract", (0.75, 1.0, 0.1), 0.675),
    ("shielded_by_colleagues", (0.0, 1.0), 1.0),
    ("shielded_by_colleagues", (1.0, 1.0), 0.0),
    ("shielded_by_colleagues", (0.5, 0.8), 0.6),
    ("value_of_siding", (0.6, 2.0, 1.0, 0.5), 1.6),
    ("value_of_siding", (1.0, 2.0, 1.0, 0.5), 3.0),
    ("value_of_siding", (0.0, 2.0, 1.0, 0.5), -0.5),
    ("closeness", (0.6, 0), 0.6),
    ("closeness", (0.6, 1), -0.6),
    ("moral_cost", (1.45, 2.0, 0.5), 1.45),
    ("known_rules", (0.965, 0.0), 0.965),
    ("known_rules", (0.8, 0.5), 0.9),
    ("known_rules", (0.8, 1.0), 1.0),
    ("peer_pull", (0.35, 0.2, 0.7), -0.175),
    ("peer_pull", (0.4, 1.0, 0.0), 0.4),
    ("expected_risk", (0.05, 0.5, 2.0, 0.4), 0.02),
    ("expected_risk", (0.5, 1.0, 10.0, 1.0), 1.0),
    ("perceived_severity", (25.0, 1.0, 8.0, 1.0), 25.0),
    ("perceived_severity", (8.0, 1.0, 8.0, 0.6), 8.0),
    ("perceived_severity", (32.0, 1.0, 8.0, 0.5), 16.0),
    ("perceived_severity", (16.0, 2.0, 8.0, 0.5), 16.0),
    ("perceived_severity", (0.0, 2.0, 8.0, 0.6), 0.0),
    ("expected_sanction", (0.1, 0.5, 0.9, 20.0), 0.9),
    ("discount_for_delay", (0.97, 0.0), 1.0),
    ("discount_for_delay", (0.9, 2.0), 0.81),
    ("utility_of_siding", (0.5, 0.5, 2.0, 1.0, 0.3, 0.2, 1.0, -0.1, 0.4), -0.5),
    ("utility_of_siding", (0.0, 1.0, 9.0, 9.0, 9.0, 9.0, 1.0, 0.25, 0.5), -1.25),
    ("odds_of", (0.0, 4.0), 1.0),
    ("odds_of", (0.25, 4.0), 2.718281828459045),
    ("chosen_option", (0.0, 1.0, 1.0, 1.0, 1.0), 0),
    ("chosen_option", (0.19, 1.0, 1.0, 1.0, 1.0), 0),
    ("chosen_option", (0.21, 1.0, 1.0, 1.0, 1.0), 1),
    ("chosen_option", (0.41, 1.0, 1.0, 1.0, 1.0), 2),
    ("chosen_option", (0.61, 1.0, 1.0, 1.0, 1.0), 3),
    ("chosen_option", (0.81, 1.0, 1.0, 1.0, 1.0), 4),
    # careers
    ("merit", (1.0, 180.0, 0.3), 1.0),
    ("merit", (0.0, 283.9, 0.3), 0.3),
    ("merit", (0.5, 76.1, 1.0), -0.5),
    ("promotion_score", (1.0, 0.5, 2.0, 0.25, 0.7, 3.0, 0.3, True), 1.6375),
    ("promotion_score", (1.0, 0.5, 2.0, 0.25, 0.7, 3.0, 0.3, False), 1.6),
    ("non_renewal_probability", (0.75, 1.0, 0.1, False, False), 0.03375),
    ("non_renewal_probability", (0.75, 1.0, 0.1, False, True), 0.0675),
    ("non_renewal_probability", (0.75, 1.0, 0.1, True, False), 0.0),
    ("non_renewal_probability", (1.0, 100.0, 0.0, False, True), 1.0),
    ("known_supporter", (0.02, 0.0, 0.02), True),
    ("known_supporter", (0.02, 0.02, 0.02), False),
    ("known_supporter", (0.01, 0.0, 0.02), False),
    ("posts_to_refill", (0.3, 0.75, 10, 0.2), 3),
    ("posts_to_refill", (0.3, 0.75, 10, 0.3), 2),
    ("posts_to_refill", (0.5, 0.0, 10, 0.0), 0),
    ("loyalty_record", (0.5, 1.0, 0.95), 0.525),
    ("loyalty_record", (0.5, 0.0, 0.95), 0.475),
    # elections
    ("months_to_vote", (60,), 0),
    ("months_to_vote", (59,), 1),
    ("months_to_vote", (61,), 59),
    ("months_to_vote", (120,), 0),
    ("months_since_vote", (60,), 0),
    ("months_since_vote", (63,), 3),
    ("months_since_vote", (119,), 59),
    ("months_since_vote", (1,), 60),
    ("salience_of_vote", (0, 0.02, 3.5), 1.0),
    ("salience_of_vote", (3.5, 0.02, 3.5), 0.02 + 0.98 / math.e),
    ("appointments_frozen", (8, 52, 6.0), True),
    ("appointments_frozen", (9, 51, 6.0), False),
    ("appointments_frozen", (57, 3, 6.0), True),
    ("appointments_frozen", (56, 4, 6.0), False),
    ("appointments_frozen", (0, 0, 0.0), False),
    ("last_open_month", (9, 6.0), True),
    ("last_open_month", (8, 6.0), False),
    ("last_open_month", (10, 6.0), False),
    ("last_open_month", (3, 0.0), False),
    ("rotations_prevented", (0.1, 0.0, 0.02, 3.5), 0.0),
    ("rotations_prevented", (0.1, 0.5, 1.0, 3.5), 0.3),
    ("rotations_prevented", (0.1, 6.0, 1.0, 3.5), 0.9),
    ("rotations_due", (0.1, 0.5, 0.4, 0.5, False), 0.05),
    ("rotations_due", (0.1, 0.5, 0.4, 0.5, True), 0.25),
    ("rotations_made_good", (0.4, 0.25, 0.5), 0.15),
    ("incumbency_of_candidate", (0.3, 0.5, 1), 0.3),
    ("incumbency_of_candidate", (0.3, 0.5, 2), 0.15),
    ("expected_margin", (0.1, 0.2, 0.6, 0.5, 0.5, -0.2, 0.05, 0.6, 2.0), 0.44),
    ("copied_patronage", (0.7, 0.2, False, 0.05), 0.75),
    ("copied_patronage", (0.7, 0.2, True, 0.05), 0.25),
    ("copied_patronage", (0.99, 0.2, False, 0.05), 1.0),
    ("copied_patronage", (0.7, 0.01, True, -0.05), 0.0),
    # learning
    ("remembered", (10.0, 0.98, 1.0), 10.8),
    ("learned_ratio", (3.0, 8.0, 0.05, 2.0), 0.31),
    ("learned_ratio", (0.0, 0.0, 0.05, 2.0), 0.05),
    ("risk_suggested", (0.1, 0.2, 0.4), 0.14),
    ("updated_risk", (0.1, 0.2, 0.15), 0.115),
    ("risk_after_own_sanction", (0.05, 0.12), 0.17),
    ("risk_after_own_sanction", (0.95, 0.12), 1.0),
    # oversight
    ("seen_by_patrol", (0.1, 0.08), 0.008),
    ("seen_by_public", (0.03, 0.6, 0.15), 0.0027),
    ("seen_by_council", (0.3, 0.4, True, 1.0), 0.12),
    ("seen_by_council", (0.3, 0.4, False, 1.0), 0.18),
    ("seen_by_council", (0.3, 0.4, False, 0.15), 0.027),
    ("colleagues_willing", (0.1, 0.8, 0.5, 0.8, 0.3), 0.0176),
    ("past_the_head", (0.8, True, 0.1), 0.28),
    ("past_the_head", (0.8, False, 0.1), 1.0),
    ("attention_of_enforcement", (0.15, 0.0), 0.15),
    ("attention_of_enforcement", (0.15, 1.0), 1.0),
    ("attention_of_enforcement", (0.15, 0.5), 0.575),
    ("exposure_probability", (1.0, 1.0, 0.1), 0.09516258196404048),
    ("exposure_probability", (0.5, 2.0, 0.3), 0.2591817793182821),
    ("detectability", (0.05, 0.1), 0.5),
    ("detectability", (0.0, 0.0), 0.0),
    ("proof_probability", (2.0, 1.2), 0.7881446014166034),
    ("proof_probability", (0.0, 1.2), 0.11506967022170828),
    ("follow_up_probability", (0.05, 0.9, 0.55, 1.0, True, True), 0.43475),
    ("follow_up_probability", (0.05, 0.9, 0.55, 0.5, True, True), 0.669875),
    ("follow_up_probability", (0.05, 0.9, 0.55, 1.0, False, True), 0.905),
    ("follow_up_probability", (0.05, 0.9, 0.55, 1.0, True, False), 0.905),
    ("follow_up_probability", (1.0, 0.0, 1.0, 1.0, True, True), 1.0),
    ("sanction_level", (False, False, 0), 1),
    ("weight_of_level", (1, 0.4, 1.0, 2.0), 0.4),
    ("weight_of_level", (2, 0.4, 1.0, 2.0), 1.0),
    ("weight_of_level", (3, 0.4, 1.0, 2.0), 2.0),
    ("months_barred", (1,), 0),
    ("months_barred", (2,), 12),
    ("months_barred", (3,), 12),
    ("receipt_hazard", (4.0,), 0.25),
    ("receipt_hazard", (1.0,), 1.0),
    ("whole_hearings", (0.9999999999999999,), 1),
    ("whole_hearings", (0.999,), 0),
    ("whole_hearings", (7.3,), 7),
    ("decision_hazard", (3.0,), 1.0 / 3.0),
    ("decision_hazard", (1.0,), 1.0),
    # service
    ("service_of_region", (0.2, 0.5, 1.0, 0.3, 0.5, 0.1, 1.0, 0.05), -0.05),
    ("moving_average", (1.0, 13.0, 12.0), 2.0),
    ("cost_of_oversight", (8.0, 0.0015, 0.1, 0.3, 2.0, 0.05), 0.142),
    ("cost_to_rights", (0.01, 0.1, 2.0), 0.03),
    ("welfare_of_region", (0.5, 0.3, 1.0, 0.2, 0.1, 0.03), 0.31),
]

SHARES = st.floats(0.0, 1.0)
AMOUNTS = st.floats(0.0, 100.0)
BANS = st.integers(0, 56 * 64).map(lambda parts: parts / 64)


@pytest.mark.parametrize(("name", "arguments", "value"), KNOWN)
def test_rule_gives_the_value_worked_out_by_hand(name, arguments, value):
    assert RULES[name](*arguments) == pytest.approx(value, rel=1e-11, abs=1e-12)


def test_every_rule_has_a_known_value():
    assert {name for name, _, _ in KNOWN} == set(RULES)


# Analysis ------------------------------------------------------------------------------------------------------


@given(st.floats(-30.0, 30.0))
def test_exponential_is_that_of_the_library_to_eleven_digits(x):
    assert exponential(x) == pytest.approx(math.exp(x), rel=1e-11, abs=0.0)


@given(st.floats(-1e300, 1e300))
def test_exponential_is_finite_and_not_negative_for_any_number(x):
    assert 0.0 <= exponential(x) < math.inf


@given(st.floats(-700.0, 700.0), st.floats(1e-6, 10.0))
def test_exponential_grows(x, step):
    assert exponential(x + step) >= exponential(x)


@given(st.floats(-30.0, 30.0))
def test_normal_probabilities_of_a_number_and_its_negative_add_to_one(x):
    assert normal_probability(x) + normal_probability(-x) == pytest.approx(1.0, abs=1e-15)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), AMOUNTS)
def test_clipped_lies_inside_and_leaves_what_lies_inside(x, low, width):
    high = low + width
    assert low <= clipped(x, low, high) <= high
    if low <= x <= high:
        assert clipped(x, low, high) == x


# Choice --------------------------------------------------------------------------------------------------------


@given(st.floats(0.0, 1.0, exclude_max=True), st.lists(st.floats(1e-9, 1e9), min_size=4, max_size=4))
def test_chosen_option_inverts_the_cumulative_shares(draw, odds):
    bounds = np.cumsum([1.0, *odds])
    point = draw * bounds[-1]
    option = chosen_option(draw, *odds)
    assert option == int(np.sum(point >= bounds[:-1]))
    assert 0 <= option <= 4


def test_chosen_option_belongs_to_the_upper_part_exactly_on_a_boundary():
    odds = (1.0, 2.0, 2.0, 2.0)
    for place, boundary in enumerate((1.0, 2.0, 4.0, 6.0)):
        assert chosen_option(boundary / 8.0, *odds) == place + 1
        assert chosen_option(math.nextafter(boundary / 8.0, 0.0), *odds) == place


def test_chosen_option_is_the_same_for_numbers_of_numpy():
    assert chosen_option(np.float64(0.9), *np.ones(4)) == chosen_option(0.9, 1.0, 1.0, 1.0, 1.0) == 4


def test_chosen_option_never_takes_an_option_without_odds():
    chosen = {chosen_option(draw, 0.0, 1.0, 0.0, 0.0) for draw in np.linspace(0.0, 1.0, 1001, endpoint=False).tolist()}
    assert chosen == {0, 2}


def test_chosen_option_takes_each_option_as_often_as_its_odds_say():
    odds = np.array([1.0, 0.5, 2.0, 0.25, 1.25])
    draws = (np.arange(100_000) + 0.5) / 100_000
    counts = np.bincount([chosen_option(draw, *odds[1:].tolist()) for draw in draws.tolist()], minlength=5)
    assert counts / len(draws) == pytest.approx(odds / odds.sum(), abs=2e-5)


@given(st.floats(-20.0, 20.0), st.floats(-20.0, 20.0), st.floats(0.1, 10.0))
def test_log_odds_differ_by_the_difference_in_utility_over_noise(first, second, noise):
    ratio = math.log(odds_of(first * noise, 1.0 / noise) / odds_of(second * noise, 1.0 / noise))
    assert ratio == pytest.approx(first - second, abs=1e-8)


@given(st.floats(-10.0, 10.0), st.floats(0.001, 10.0), AMOUNTS)
def test_win_chance_is_a_probability_that_grows_with_the_margin(margin, noise, more):
    assert 0.0 <= win_chance(margin, noise) <= win_chance(margin + more, noise) <= 1.0
    assert win_chance(margin, noise) + win_chance(-margin, noise) == pytest.approx(1.0, abs=1e-14)


@given(SHARES, SHARES, SHARES, AMOUNTS, SHARES)
def test_more_protection_means_less_threat(reach, security, more_security, threat, merit):
    low, high = sorted((security, more_security))
    assert threat_to_permanent(reach, threat, high) <= threat_to_permanent(reach, threat, low)
    assert threat_to_contract(reach, threat, high) <= threat_to_contract(reach, threat, low)
    assert threat_to_permanent(reach, threat, 1.0) == 0.0 == threat_to_contract(reach, threat, 1.0)
    assert reach_of_officials(high, merit) <= reach_of_officials(low, merit)


@given(SHARES, SHARES, SHARES)
def test_a_shield_lowers_a_threat_and_never_turns_it_round(solidarity, neutral, more_neutral):
    low, high = sorted((neutral, more_neutral))
    assert 0.0 <= shielded_by_colleagues(solidarity, high) <= shielded_by_colleagues(solidarity, low) <= 1.0


@given(SHARES, SHARES, AMOUNTS, AMOUNTS, SHARES)
def test_siding_is_worth_more_the_likelier_the_camp_wins(chance, more_chance, promise, protection, retaliation):
    low, high = sorted((chance, more_chance))
    values = [value_of_siding(one, promise, protection, retaliation) for one in (low, high)]
    assert values[0] <= values[1] + 1e-9
    assert -retaliation * protection - 1e-9 <= values[0] and values[1] <= promise + protection + 1e-9


@given(AMOUNTS, AMOUNTS, AMOUNTS, SHARES)
def test_expected_risk_is_a_probability_in_proportion_until_it_is_one(risk, sees, prominence, attention):
    value = expected_risk(risk, sees, prominence, attention)
    assert 0.0 <= value <= 1.0
    assert value == pytest.approx(min(1.0, risk * sees * prominence * attention))


@given(st.floats(0.1, 100.0), st.floats(0.1, 10.0), st.floats(0.1, 50.0), st.floats(0.05, 1.0), st.floats(1.0, 5.0))
def test_severity_is_felt_as_a_power_of_it(severity, weight, reference, curvature, times):
    once = perceived_severity(severity, weight, reference, curvature)
    assert perceived_severity(times * severity, weight, reference, curvature) == pytest.approx(once * times**curvature)
    assert perceived_severity(severity, weight, reference, 1.0) == pytest.approx(weight * severity)


@given(SHARES, SHARES, SHARES)
def test_training_never_makes_known_rules_fewer_than_before_or_more_than_all(understanding, training, more_training):
    low, high = sorted((training, more_training))
    assert understanding <= known_rules(understanding, low) <= known_rules(understanding, high) + 1e-12 <= 1.0 + 2e-12


@given(SHARES, st.floats(1.0, 600.0), st.floats(0.0, 100.0))
def test_later_sanctions_weigh_no_more(patience, delay, later):
    assert 0.0 <= discount_for_delay(patience, delay + later) <= discount_for_delay(patience, delay) <= 1.0


# Oversight -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("overt", "repeated", "levels_by_rank"),
    [
        (False, False, [1, 1, 1, 2, 2]),
        (False, True, [2, 2, 2, 3, 3]),
        (True, False, [2, 2, 2, 3, 3]),
        (True, True, [3, 3, 3, 3, 3]),
    ],
)
def test_sanction_levels_follow_the_ladder(overt, repeated, levels_by_rank):
    assert [sanction_level(overt, repeated, rank) for rank in range(5)] == levels_by_rank


def test_a_heavier_level_weighs_and_bars_no_less():
    weights = [weight_of_level(level, 0.4, 1.0, 2.0) for level in (1, 2, 3)]
    barred = [months_barred(level) for level in (1, 2, 3)]
    assert weights == sorted(weights) and barred == sorted(barred)


@given(SHARES, AMOUNTS, AMOUNTS, AMOUNTS)
def test_exposure_is_a_probability_that_grows_with_what_is_seen(attention, prominence, sight, more):
    less, greater = (exposure_probability(attention, prominence, rate) for rate in (sight, sight + more))
    assert 0.0 <= less <= 1.0 and 0.0 <= greater <= 1.0
    assert less <= greater + 1e-12
    assert exposure_probability(attention, prominence, 0.0) == 0.0


@given(AMOUNTS, AMOUNTS)
def test_a_covert_act_is_at_most_as_detectable_as_an_open_one(sight, more):
    assert 0.0 <= detectability(sight, sight + more) <= 1.0


@given(st.floats(0.0, 10.0), st.floats(-6.0, 6.0), st.floats(0.0, 6.0))
def test_stricter_proof_frees_the_guilty_and_protects_the_innocent(evidence, standard, stricter):
    for shown in (evidence, 0.0):
        assert 0.0 <= proof_probability(shown, standard + stricter) <= proof_probability(shown, standard) <= 1.0
    assert proof_probability(0.0, standard) <= proof_probability(evidence, standard)


@given(SHARES, SHARES, SHARES, SHARES, SHARES)
def test_follow_up_is_a_probability_and_capture_spares_only_the_own_side(independence, follow_up, capture, more, stake):
    low, high = sorted((capture, more))
    own = [follow_up_probability(independence, follow_up, one, stake, True, True) for one in (low, high)]
    other = follow_up_probability(independence, follow_up, high, stake, False, True)
    assert -1e-12 <= own[1] <= own[0] + 1e-12 <= other + 2e-12 <= 1.0 + 3e-12
    assert other == follow_up_probability(independence, follow_up, low, stake, False, True)
    assert follow_up_probability(independence, follow_up, high, stake, True, False) == other


@given(AMOUNTS, SHARES, SHARES, SHARES, SHARES, SHARES)
def test_protection_of_whistleblowers_makes_colleagues_no_less_willing(rate, neutral, belief, fear, shield, more):
    low, high = sorted((shield, more))
    willing = [colleagues_willing(rate, neutral, belief, fear, one) for one in (low, high)]
    assert 0.0 <= willing[0] <= willing[1] <= rate
    assert colleagues_willing(rate, neutral, belief, fear, 1.0) == pytest.approx(rate * neutral * belief)


@given(SHARES, SHARES)
def test_a_head_suppresses_only_what_concerns_the_own_side(suppression, channel):
    assert past_the_head(suppression, False, channel) == 1.0
    assert 1.0 - suppression <= past_the_head(suppression, True, channel) + 1e-12
    assert past_the_head(suppression, True, 1.0) == 1.0


@given(AMOUNTS, SHARES, SHARES)
def test_council_watches_both_sides_with_its_whole_strength(strength, opposition, sees):
    both = seen_by_council(strength, opposition, True, sees) + seen_by_council(strength, opposition, False, sees)
    assert both == pytest.approx(strength * sees)


@given(SHARES, SHARES)
def test_attention_lies_between_its_floor_and_one(floor, salience):
    assert floor - 1e-12 <= attention_of_enforcement(floor, salience) <= 1.0 + 1e-12


@given(st.floats(1.0, 600.0))
def test_decision_hazard_is_a_probability(delay):
    assert 0.0 < decision_hazard(delay) <= 1.0


# Careers -------------------------------------------------------------------------------------------------------


@given(st.floats(-5.0, 5.0), SHARES, st.floats(-3.0, 3.0), SHARES, SHARES, st.floats(0.0, 10.0), st.floats(0.0, 2.0))
def test_loyalty_counts_only_inside_reach_and_only_where_merit_is_not_protected(
    merit, loyalty, chance, protection, patronage, weight, noise
):
    def score(loyal, protected, in_reach):
        return promotion_score(merit, loyal, chance, protected, patronage, weight, noise, in_reach)

    assert score(loyalty, protection, True) >= score(0.0, protection, True)
    assert score(loyalty, 1.0, True) == score(0.0, 1.0, True) == pytest.approx(merit + noise * chance)
    assert score(loyalty, protection, False) == score(0.0, 0.0, False)


@given(SHARES, AMOUNTS, SHARES)
def test_contracts_of_supporters_are_renewed_and_opponents_fare_worst(reach, threat, security):
    supporter, neutral, opponent = (
        non_renewal_probability(reach, threat, security, *who) for who in ((True, False), (False, False), (False, True))
    )
    assert supporter == 0.0 <= neutral <= opponent <= 1.0


@given(SHARES, SHARES, st.floats(1e-3, 1.0))
def test_nobody_is_known_as_supporter_of_both_camps(to_one, to_other, known):
    assert not (known_supporter(to_one, to_other, known) and known_supporter(to_other, to_one, known))


@given(SHARES, SHARES, st.integers(0, 200))
def test_posts_to_refill_are_right_on_average_and_never_more_than_there_are(share, reach, posts):
    draws = (np.arange(200) + 0.5) / 200
    refilled = [posts_to_refill(share, reach, posts, draw) for draw in draws.tolist()]
    assert np.mean(refilled) == pytest.approx(share * reach * posts, abs=1 / 200)
    assert 0 <= min(refilled) and max(refilled) <= posts


@given(SHARES, SHARES, SHARES)
def test_loyalty_record_stays_between_what_it_was_and_what_is_seen(record, seen, memory):
    low, high = sorted((record, seen))
    assert low - 1e-12 <= loyalty_record(record, seen, memory) <= high + 1e-12


# Learning ------------------------------------------------------------------------------------------------------


@given(AMOUNTS, AMOUNTS, SHARES, st.floats(1e-6, 1e6))
def test_learned_ratio_lies_between_the_prior_and_what_was_seen(successes, failures, prior, weight):
    trials = successes + failures
    ends = [prior] if trials == 0.0 else [prior, successes / trials]
    assert min(ends) - 1e-9 <= learned_ratio(successes, trials, prior, weight) <= max(ends) + 1e-9


@given(SHARES, SHARES, SHARES, SHARES)
def test_risk_moves_towards_what_evidence_suggests_and_not_past_it(risk, office, region, rate):
    suggested = risk_suggested(office, region, rate)
    assert min(office, region) - 1e-12 <= suggested <= max(office, region) + 1e-12
    assert min(risk, suggested) - 1e-12 <= updated_risk(risk, suggested, rate) <= max(risk, suggested) + 1e-12
    assert risk <= risk_after_own_sanction(risk, rate) <= 1.0


# Calendar ------------------------------------------------------------------------------------------------------


def frozen_in(month, ban):
    return appointments_frozen(months_to_vote(month), months_since_vote(month), ban)


def last_open_in(month, ban):
    return last_open_month(months_to_vote(month), ban)


def test_votes_fall_in_months_60_and_120_and_the_handover_three_months_later():
    assert [month for month in range(1, 121) if months_to_vote(month) == 0] == [60, 120]
    assert [month for month in range(1, 125) if months_since_vote(month) == 3] == [63, 123]


def test_ban_of_six_months_runs_from_month_52_to_the_handover_and_follows_the_last_open_month():
    assert [month for month in range(1, 121) if frozen_in(month, 6.0)] == [*range(52, 64), *range(112, 121)]
    assert [month for month in range(1, 121) if last_open_in(month, 6.0)] == [51, 111]


def test_without_a_ban_nothing_is_frozen_and_no_month_is_the_last():
    assert not any(frozen_in(month, 0.0) for month in range(1, 121))
    assert not any(last_open_in(month, 0.0) for month in range(1, 121))


@pytest.mark.parametrize("ban", [0.5, 1.0, 6.0, 12.5, 56.0])
def test_a_ban_prevents_the_rotations_of_the_frozen_months_up_to_the_vote(ban):
    due = [rotations_due(0.03, salience_of_vote(months_to_vote(month), 0.02, 3.5), 0.0, 0.0, False)
           for month in range(1, 61) if frozen_in(month, ban)]  # fmt: skip
    assert rotations_prevented(0.03, ban, 0.02, 3.5) == pytest.approx(sum(due))


@pytest.mark.parametrize("credits_of_month", [0.1, 0.2, 0.7, 1 / 3])
def test_hearings_come_in_the_month_that_exact_arithmetic_says(credits_of_month):
    exact = Fraction(credits_of_month).limit_denominator(10)
    credit, heard = 0.0, 0
    for month in range(1, 1201):
        credit += credits_of_month
        hearings = whole_hearings(credit)
        credit, heard = credit - hearings, heard + hearings
        assert heard == math.floor(exact * month), month


@given(BANS, st.integers(0, 3))
def test_a_ban_has_exactly_one_last_open_month_a_term(ban, terms):
    months = range(60 * terms + 1, 60 * terms + 61)
    assert sum(last_open_in(month, ban) for month in months) == (1 if ban > 0.0 else 0)


@given(BANS.filter(lambda ban: 0.0 < ban <= 53))
def test_the_month_after_the_last_open_one_is_frozen(ban):
    month = next(month for month in range(61, 121) if last_open_in(month, ban))
    assert not frozen_in(month, ban) and frozen_in(month + 1, ban)


@given(st.integers(0, 59), st.integers(0, 59), SHARES, st.floats(0.1, 600.0))
def test_salience_is_a_share_that_grows_towards_the_vote(months, other, floor, scale):
    near, far = sorted((months, other))
    assert floor - 1e-12 <= salience_of_vote(far, floor, scale) <= salience_of_vote(near, floor, scale) + 1e-12 <= 1.0 + 2e-12


@given(SHARES, SHARES, st.booleans(), st.floats(-5.0, 5.0))
def test_copied_patronage_is_a_share(own, elsewhere, imitates, mutation):
    assert 0.0 <= copied_patronage(own, elsewhere, imitates, mutation) <= 1.0
    assert copied_patronage(own, elsewhere, imitates, 0.0) == (elsewhere if imitates else own)


# Compiled ------------------------------------------------------------------------------------------------------

FLAGS = {"last_open", "governing", "overt", "repeated", "in_reach", "loyal", "opponent", "head_on_side", "imitates"}
WHOLE = {
    "month": (1, 1200), "months_to_vote": (0, 59), "months_since_vote": (0, 60), "rank": (0, 4), "camp": (0, 1),
    "level": (1, 3), "terms_served": (1, 2), "posts": (0, 300), "tenure": (0, 1500),
}  # fmt: skip
REAL = {
    "x": (-40.0, 40.0), "utility": (-15.0, 15.0), "precision": (0.5, 20.0), "margin_noise": (0.05, 1.0),
    "expected_margin": (-2.0, 2.0), "severity": (0.0, 60.0), "severity_ref": (1.0, 10.0), "weight": (0.0, 3.0),
    "prominence": (0.0, 20.0), "execution_delay": (1.0, 20.0), "reporting_delay": (1.0, 20.0), "credit": (0.0, 40.0), "evidence": (0.0, 4.0), "proof_standard": (-3.0, 4.0),
    "competence": (-4.0, 4.0), "merit": (-5.0, 5.0), "chance": (-3.4, 3.4), "affinity": (-1.0, 1.0),
    "support": (-1.0, 1.0), "mutation": (-0.5, 0.5), "service": (-2.0, 2.0), "rotation_ban": (0.0, 56.0),
    "salience_scale": (0.1, 10.0), "months": (1.0, 60.0), "trials": (0.0, 50.0), "successes": (0.0, 50.0),
    "prior_weight": (0.1, 10.0), "popularity_lead": (-1.0, 1.0), "service_change": (-1.0, 1.0),
    "odds_1": (0.0, 5.0), "odds_2": (0.0, 5.0), "odds_3": (0.0, 5.0), "odds_4": (0.0, 5.0),
}  # fmt: skip


def random_arguments(rule, random):
    arguments = []
    for name in rule.__code__.co_varnames[: rule.__code__.co_argcount]:
        if name in FLAGS:
            arguments.append(bool(random.integers(2)))
        elif name in WHOLE:
            low, high = WHOLE[name]
            arguments.append(int(random.integers(low, high + 1)))
        else:
            arguments.append(float(random.uniform(*REAL.get(name, (0.0, 1.0)))))
    return arguments


def callable_from_python(rule):
    machine_code = compiled(rule)

    @numba.njit(error_model="numpy")
    def call(*arguments):
        return machine_code(*arguments)

    return call


@pytest.mark.parametrize("name", RULES)
def test_compiled_rule_gives_the_bits_of_plain_python(name):
    rule, call = RULES[name], callable_from_python(RULES[name])
    random = np.random.default_rng(7)
    values = set()
    for _ in range(300):
        arguments = random_arguments(rule, random)
        plain = rule(*arguments)
        assert call(*arguments) == plain, arguments
        values.add(plain)
    assert len(values) > 1


@pytest.fixture(scope="module")
def exponential_over():
    machine_code = compiled(exponential)

    @numba.njit(error_model="numpy")
    def over(numbers):
        out = np.empty_like(numbers)
        for i in range(len(numbers)):
            out[i] = machine_code(numbers[i])
        return out

    return over


@settings(max_examples=20)
@given(st.lists(st.floats(-750.0, 750.0), min_size=8, max_size=8))
def test_exponential_over_an_array_gives_the_bits_it_gives_one_by_one(exponential_over, values):
    assert exponential_over(np.array(values)).tolist() == [exponential(x) for x in values]
