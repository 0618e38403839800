"""Policies compared on the same seed share their luck: who sides under the stricter one sides under the laxer one, too."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from model import BureaucracyModel, load_scenario

SCRIPT = Path(__file__).parent.parent / "scripts" / "common_luck.py"
VOTE = 60
SEEDS = range(16)
STRICTER = {"severity": (25.0, 50.0), "follow_up": (0.7, 0.95), "independence": (0.05, 0.8)}
"""Lax and strict values of what everyone knows from the first month on."""


@pytest.fixture(scope="module")
def common_luck():
    spec = importlib.util.spec_from_file_location("common_luck", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def siders(months, lax_seeds, strict_seeds, **values):
    """For each pair of runs the keys of those who side in its last month: under the lax value, under the strict one."""
    [(name, ends)] = values.items()
    scenario = load_scenario("pilkada_2020").replace(regions=1, staff=1000, months=months)
    stack = BureaucracyModel.stack(
        [(scenario.replace(**{name: value}), seed)
         for value, seeds in zip(ends, (lax_seeds, strict_seeds), strict=True) for seed in seeds])  # fmt: skip
    stack.run_for(months)
    keys = [set(run.people.column("key")[run.people.column("stance") > 0].tolist()) for run in stack]
    return list(zip(keys[:len(lax_seeds)], keys[len(lax_seeds):], strict=True))


def share_nested(pairs):
    """The share of those who side under the strict value who side under the lax one, too."""
    return sum(len(strict & lax) for lax, strict in pairs) / sum(len(strict) for _, strict in pairs)


# Person by person ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STRICTER)
def test_before_histories_part_siders_under_the_strict_policy_are_a_subset(name):
    pairs = siders(1, SEEDS, SEEDS, **{name: STRICTER[name]})
    assert all(strict <= lax for lax, strict in pairs)
    assert sum(len(strict) for _, strict in pairs) < sum(len(lax) for lax, _ in pairs)


def test_what_nobody_can_have_noticed_yet_changes_nobody():
    assert all(strict == lax for lax, strict in siders(1, SEEDS, SEEDS, oversight_capacity=(8.0, 24.0)))


@pytest.mark.parametrize("name, ends", [*STRICTER.items(), ("oversight_capacity", (8.0, 24.0))])
def test_five_years_on_siders_under_the_strict_policy_are_nearly_a_subset(name, ends):
    assert share_nested(siders(VOTE, SEEDS, SEEDS, **{name: ends})) > 0.95


def test_with_other_seeds_they_are_not():
    others = range(SEEDS.stop, 2 * SEEDS.stop)
    lax, strict = STRICTER["severity"]
    assert share_nested(siders(1, SEEDS, others, severity=(lax, strict))) < 0.1
    assert share_nested(siders(VOTE, SEEDS, others, severity=(lax, strict))) < 0.7


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
