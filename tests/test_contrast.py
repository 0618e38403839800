"""Contrasts: what changes if one thing is changed, and in how many plausible worlds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.analysis.effects import Effect, paired_effect
from experiments.contrast import (
    DIRECTIONS,
    SPACES,
    Contrast,
    effect_of,
    plausible_worlds,
    read_contrast,
    robustness_from,
    robustness_of,
)
from experiments.errors import InputError
from model import PARAMETERS, load_scenario

PATROL = {"scenario": "pilkada_2020", "measure": "siding_share", "expected": "falls", "first": {"patrol": 0.02},
          "second": {"patrol": 0.25}}


def test_patrol_lowers_siding_and_the_reverse_contrast_raises_it_by_the_same():
    forth = effect_of(read_contrast(PATROL, "patrol"), 8)
    back = effect_of(read_contrast(PATROL | {"first": PATROL["second"], "second": PATROL["first"]}, "back"), 8)
    assert forth.high < 0.0
    assert back.difference == pytest.approx(-forth.difference) and back.half == pytest.approx(forth.half)


def test_nothing_changed_is_no_difference():
    nothing = Contrast("laboratory", "siding_share", "steady", months="all")
    found = effect_of(nothing, 4)
    assert (found.difference, found.half, nothing.direction(found)) == (0.0, 0.0, "steady")


def test_the_effect_is_that_of_the_months_asked_for():
    scenario = load_scenario("pilkada_2020")
    assert Contrast("pilkada_2020", "siding_share", "falls", months="last campaign").counted(scenario).tolist() \
        == [month for month in Contrast("pilkada_2020", "siding_share", "falls").counted(scenario) if month >= 100]
    assert Contrast("pilkada_2020", "siding_share", "falls", months=(3, 5)).counted(scenario).tolist() == [2, 3, 4]
    assert len(Contrast("pilkada_2020", "siding_share", "falls", months="all").counted(scenario)) == scenario.months


def test_what_ends_is_alike_afterwards():
    ended = read_contrast(PATROL | {"ends": 60, "months": [61, 61]}, "a policy of one term")
    first, second = ended.settings()
    assert (first.value("patrol")[0], second.value("patrol")[0]) == (0.02, 0.25)
    assert [(reform.month, dict(reform.changes)["patrol"].tolist()) for reform in second.reforms] == [(61, [0.1])]
    stays = effect_of(read_contrast(PATROL | {"months": [118, 120]}, "a policy that stays"), 8)
    fades = effect_of(read_contrast(PATROL | {"ends": 60, "months": [118, 120]}, "a policy of one term"), 8)
    assert stays.difference < fades.difference < 0.02


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=20), st.floats(1e-3, 0.5))
@settings(max_examples=200)
def test_a_direction_needs_size_and_certainty(differences, small):
    effect = paired_effect(np.array(differences), np.zeros(len(differences)))
    direction = Contrast("laboratory", "siding_share", "falls", small).direction(effect)
    assert direction in (*DIRECTIONS, "unclear")
    if direction == "rises":
        assert effect.difference >= small and effect.low > 0
    if direction == "falls":
        assert effect.difference <= -small and effect.high < 0
    if direction == "steady":
        assert abs(effect.difference) < small and effect.half < small


def test_worlds_leave_alone_what_the_contrast_sets_and_stay_plausible():
    for space in SPACES:
        worlds = plausible_worlds({"severity"}, space, 20)
        assert len(worlds) == 20 and len({tuple(world.values()) for world in worlds}) == 20
        for world in worlds:
            assert "severity" not in world
            assert all(PARAMETERS[name].plausible[0] <= value <= PARAMETERS[name].plausible[1]
                       for name, value in world.items())
            assert (space == SPACES[1]) == any(PARAMETERS[name].role == "lever" for name in world)


def test_robustness_counts_clear_worlds():
    effects = [Effect(0.2, 0.1, -0.1, 0.02, 6), Effect(0.2, 0.1, -0.1, 0.2, 6), Effect(0.2, 0.199, -0.001, 0.0005, 6),
               Effect(0.2, 0.3, 0.1, 0.05, 6), Effect(np.nan, np.nan, np.nan, np.nan, 0)]
    found = robustness_from(effects, Contrast("laboratory", "siding_share", "falls"))
    assert (found.points, found.rises, found.falls, found.neither, found.share) == (4, 1, 1, 2, 0.25)
    assert found.low < 0.25 < found.high
    assert robustness_from(effects, Contrast("laboratory", "siding_share", "steady")).share == 0.5
    assert np.isnan(robustness_from([], Contrast("laboratory", "siding_share", "steady")).share)


def test_robustness_repeats_and_is_told():
    told = []
    contrast = read_contrast(PATROL, "patrol")
    found = robustness_of(contrast, points=6, replicates=2, report=told.append)
    assert found == robustness_of(contrast, points=6, replicates=2)
    assert sum(told) == 24 and found.points == 6


@pytest.mark.parametrize(("changes", "said"), [
    ({"scenaro": "x"}, "did you mean scenario"),
    ({"measure": "sidingshare"}, "did you mean siding_share"),
    ({"measure": 3}, "measure must be given, as text"),
    ({"expected": "up"}, "rises, falls, steady"),
    ({"months": [5, 2]}, r"\[first, last\]"),
    ({"months": [1, 1000]}, "outside the 120 months"),
    ({"months": "sometimes"}, "last campaign"),
    ({"small": -1}, "above 0"),
    ({"small": True}, "above 0"),
    ({"first": {"patroll": 0.1}}, "patrol"),
    ({"second": {"severity": -7}}, "severity"),
    ({"second": 3}, "second"),
    ({"scenario": "nowhere"}, "nowhere"),
    ({"ends": 2.5}, "ends = 2.5"),
    ({"ends": 500}, "month"),
])
def test_what_cannot_be_used_is_said_in_a_sentence(changes, said):
    with pytest.raises(InputError, match=said) as caught:
        read_contrast(PATROL | changes, "lesson.toml, experiment")
    assert str(caught.value).startswith("lesson.toml, experiment: ")
