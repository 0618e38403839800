"""Policies compared on the same seed share their luck: who sides under the stricter one sides under the laxer one, too."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

SCRIPT = Path(__file__).parent.parent / "scripts" / "common_luck.py"
VOTE = 60
SEEDS = range(16)
OTHERS = range(16, 32)
NOTICED_AT_ONCE = ("severity 25 or 50", "follow-up 0.7 or 0.95", "independence 0.05 or 0.8")


@pytest.fixture(scope="module")
def common_luck():
    spec = importlib.util.spec_from_file_location("common_luck", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Person by person ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NOTICED_AT_ONCE)
def test_before_histories_part_siders_under_the_strict_policy_are_a_subset(common_luck, name):
    lax, strict = (common_luck.siders(1, policy, SEEDS) for policy in common_luck.STRICTER[name])
    assert all(fewer <= more for more, fewer in zip(lax, strict, strict=True))
    assert sum(map(len, strict)) < sum(map(len, lax))


def test_what_nobody_can_have_noticed_yet_changes_nobody(common_luck):
    lax, strict = (common_luck.siders(1, policy, SEEDS) for policy in common_luck.STRICTER["oversight capacity 8 or 24"])
    assert lax == strict


@pytest.mark.parametrize("name", [*NOTICED_AT_ONCE, "oversight capacity 8 or 24"])
def test_five_years_on_siders_under_the_strict_policy_are_nearly_a_subset(common_luck, name):
    lax, strict = common_luck.STRICTER[name]
    siders_then = common_luck.siders(VOTE, lax, SEEDS)
    assert common_luck.share_nested(siders_then, common_luck.siders(VOTE, strict, SEEDS)) > 0.95
    assert common_luck.share_nested(siders_then, common_luck.siders(VOTE, strict, OTHERS)) < 0.7


# What it is worth ----------------------------------------------------------------------------------------------


def test_pairing_makes_differences_of_siding_surer(common_luck):
    one, other = (common_luck.siding_at_vote({"independence": value}, range(32)) for value in (0.05, 0.8))
    worth = common_luck.worth_of_pairing(one, other)
    assert worth.correlation_ends[0] > 0.5
    assert worth.saved_ends[0] > 2.0
    assert worth.independent > 2 * worth.paired


def test_worth_of_pairing_of_known_luck(common_luck):
    random = np.random.default_rng(1)
    shared, own, others_own = random.normal(0.0, 0.05, (3, 400))
    # A correlation of 0.9 saves 1 / (1 - 0.9) times the replicates where the variances agree; without any, none.
    mixed = common_luck.worth_of_pairing(*(np.sqrt(0.9) * shared + np.sqrt(0.1) * luck for luck in (own, others_own)))
    # Four standard errors: that of a correlation r is about (1 - r²) / sqrt(n), that of 1 / (1 - r) this over (1 - r)².
    error = (1 - 0.9**2) / np.sqrt(400)
    assert mixed.correlation == pytest.approx(0.9, abs=4 * error)
    assert mixed.saved == pytest.approx(10.0, abs=4 * error * 10.0**2)
    assert mixed.saved_ends[0] < mixed.saved < mixed.saved_ends[1]
    low, high = common_luck.worth_of_pairing(own, others_own).saved_ends
    assert low < 1.0 < high


@pytest.mark.parametrize("variance", [0.0, 1e-6, 1e-4, 0.01])
def test_replicates_needed_are_the_fewest_that_suffice(common_luck, variance):
    def half(number):
        return stats.t.ppf(0.975, number - 1) * np.sqrt(variance / number)

    number = common_luck.replicates_needed(variance)
    assert half(number) <= common_luck.HALF_WIDTH
    assert number == 2 or half(number - 1) > common_luck.HALF_WIDTH
