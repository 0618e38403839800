"""The words handed to dieharder are those the model draws, and docs/randomness.md says what its p-values say."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from model.randomness import uniform

ROOT = Path(__file__).parent.parent
BASE = {"seed": 1, "region": 0, "decision": 0, "month": 60, "person": 0}


@pytest.fixture(scope="module")
def dieharder():
    spec = importlib.util.spec_from_file_location("dieharder", ROOT / "scripts" / "dieharder.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def word(seed, region, decision, month, person):
    return int(uniform(seed & 0xFFFFFFFF, seed >> 32, region, decision, month, person) * 2**32)


# Words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "first", "numbers"), [
    ("persons", 0, {"person": 0}), ("persons", 70_000, {"person": 70_000}),
    ("months", 0, {}), ("months", 119, {"month": 179}), ("months", 120, {"person": 1}),
    ("decisions", 55, {"decision": 55}), ("decisions", 57, {"decision": 1, "person": 1}),
    ("regions", 545, {"region": 545}), ("regions", 546, {"person": 1}),
    ("seeds", 5, {"seed": 6}), ("seeds", 2**32 - 1, {"seed": 2**32}),
])  # fmt: skip
def test_words_are_those_of_the_draws_in_the_order_that_the_stream_says(dieharder, name, first, numbers):
    assert dieharder.words_of(dieharder.DIRECTIONS[name], first, 1).tolist() == [word(**BASE | numbers)]


@pytest.mark.parametrize("name", ["persons", "months", "decisions", "regions", "seeds", "low_bits"])
def test_a_stream_is_the_same_however_it_is_cut(dieharder, name):
    direction = dieharder.DIRECTIONS[name]
    whole = dieharder.words_of(direction, 0, 700)
    assert whole.dtype == np.uint32
    assert np.array_equal(whole, np.concatenate([dieharder.words_of(direction, 0, 301), dieharder.words_of(direction, 301, 399)]))


def test_low_bits_are_the_words_of_persons_turned_round(dieharder):
    plain, turned = (dieharder.words_of(dieharder.DIRECTIONS[name], 0, 500) for name in ("persons", "low_bits"))
    assert [f"{one:032b}"[::-1] for one in plain] == [f"{one:032b}" for one in turned]


def test_a_draw_uses_all_32_bits_of_its_word(dieharder):
    words = dieharder.words_of(dieharder.DIRECTIONS["persons"], 0, 500)
    draws = uniform(1, 0, 0, 0, 60, np.arange(500))
    assert np.array_equal(draws * 2**32, words)


# p-values ------------------------------------------------------------------------------------------------------

PRINTED = """
       diehard_craps,   0,    200000,       3,0.96262074,  PASSED
#=============================================================================#
,0.50866850,
,0.59864143,
,0.95448640,
#=============================================================================#

       diehard_craps,   0,    200000,       3,1.00000000,  FAILED
#=============================================================================#
,0.12466349,
,0.43594322,
,0.59477685,
"""


def test_each_statistic_of_a_test_is_read_with_its_p_values(dieharder):
    assert dieharder.results_in(PRINTED) == [
        ("diehard_craps", "0", "200000", [0.50866850, 0.59864143, 0.95448640]),
        ("diehard_craps", "0", "200000", [0.12466349, 0.43594322, 0.59477685]),
    ]


def test_the_joint_p_of_uniform_p_values_is_uniform(dieharder):
    random = np.random.default_rng(1)
    joint = np.array([dieharder.joint_p(random.random(10).tolist()) for _ in range(2000)])
    # Chi-square with 9 degrees of freedom: mean 9, SD 4.2; five SD.
    counts = np.bincount((10 * joint).astype(int), minlength=10)
    assert np.sum((counts - 200) ** 2 / 200) < 9 + 5 * 4.2
    assert dieharder.joint_p([0.3]) == 0.3



def test_p_values_near_0_and_near_1_are_alike_suspect(dieharder):
    np.testing.assert_allclose(dieharder.two_sided(np.array([0.001, 0.999, 0.5, 0.3])), [0.002, 0.002, 1.0, 0.6])


def test_holm_multiplies_the_smallest_by_their_number(dieharder):
    assert dieharder.least_after_holm(np.array([0.5, 0.001, 0.2, 1.0])) == pytest.approx(0.004)
    assert dieharder.least_after_holm(np.array([0.5, 0.6])) == 1.0


def test_results_are_of_the_same_battery_for_every_stream(dieharder):
    tests = {}
    for row in dieharder.known_results():
        tests.setdefault(row["direction"], []).append((row["test"], row["ntuple"], row["p_samples"]))
    assert {"persons", "months", "decisions", "seeds"} <= set(tests)
    assert len(tests["persons"]) >= len(dieharder.BATTERY)
    assert all(found == tests["persons"] for found in tests.values())


def test_the_document_shows_the_table_of_the_results(dieharder):
    assert dieharder.table_of(dieharder.known_results()) in (ROOT / "docs" / "randomness.md").read_text(encoding="utf-8")
