"""PRIM finds the box that was planted, and none where there is only noise."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.discovery.prim import boxes


def sample(seed, points=900, factors=12):
    return np.random.default_rng(seed).random((points, factors))


@pytest.mark.parametrize("seed", range(3))
def test_a_planted_box_is_found(seed):
    values = sample(seed)
    planted = (values[:, 3] > 0.6) & (values[:, 7] < 0.5)
    fails = np.random.default_rng(seed + 100).random(len(values)) < np.where(planted, 0.9, 0.05)
    first = boxes(values, fails)[0]
    found = {one.factor: one for one in first.restrictions}
    assert {3, 7} <= found.keys() and len(found) <= 3
    assert found[3].low == pytest.approx(0.6, abs=0.08) and found[3].high > 0.95
    assert found[7].high == pytest.approx(0.5, abs=0.08) and found[7].low < 0.05
    assert first.density > 0.75 and first.coverage > 0.6 and first.base < 0.35
    assert {one.factor for one in first.restrictions[:2]} == {3, 7}


def test_two_planted_boxes_are_found_one_after_the_other():
    values = sample(5, points=1500, factors=6)
    fails = (values[:, 0] > 0.75) | (values[:, 1] < 0.2)
    found = boxes(values, fails)
    assert {found[0].restrictions[0].factor, found[1].restrictions[0].factor} == {0, 1}
    assert sum(one.coverage for one in found) > 0.85


def test_noise_has_no_box():
    told = [len(boxes(sample(seed, points=600), np.random.default_rng(seed + 50).random(600) < 0.3)) for seed in range(20)]
    assert sum(number > 0 for number in told) <= 3  # at a chance of 5% each, 4 or more of 20 come once in sixty


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_nothing_or_everything_fails_there_is_no_box(share):
    assert boxes(sample(1, points=90), np.full(90, bool(share))) == []
