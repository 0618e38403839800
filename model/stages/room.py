"""Room for intermediate results, and tables of what depends on rank or stance alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.population import COVERT_A, COVERT_B, NEUTRAL, OVERT_A, OVERT_B
from model.rules.choice import discount_for_delay, perceived_severity
from model.rules.oversight import sanction_level, weight_of_level

STAKES, PROMINENCES, FELT_COVERT, FELT_OVERT, ODDS = range(5)  # rows of Scratch.of_office; the odds take four
LISTED, BEST, LOSING = range(3)  # rows of Scratch.posts
BEST_SCORES = 2  # row of Scratch.scores; the first two are the places: 0 outside, 1 within reach
# Rows of Scratch.tables: stake and prominence by rank; felt severity of covert and overt acts by 2 * rank + repeated;
# direction and visibility of stances; people of an office by stance.
STAKE_TABLE, PROMINENCE_TABLE, FELT_TABLE, _, LEAN_TABLE, COUNTS = range(6)


class Scratch(NamedTuple):
    """Room for intermediate results of one region; nothing in it outlives the month."""

    draws: np.ndarray  # uint32, shape (4, posts): words of choice, exposure, exit, place in the queue
    of_office: np.ndarray  # float64, shape (8, posts of an office): one row each of STAKES to ODDS
    posts: np.ndarray  # int64, shape (3, posts): LISTED, BEST and LOSING
    scores: np.ndarray  # float64, shape (3, posts): of candidates for posts outside and within reach; of the best
    moved: np.ndarray  # int8, shape (posts,): 1 for those who changed posts this month
    tables: np.ndarray  # float64, shape (6, 10): one row each of STAKE_TABLE to COUNTS


def new_scratch(most_posts: int, largest_office: int) -> Scratch:
    """Return room for regions of up to ``most_posts`` posts. Compiled code allocates nothing, which keeps it quick."""
    return Scratch(
        np.empty((4, most_posts), np.uint32), np.empty((8, largest_office)), np.empty((3, most_posts), np.int64),
        np.empty((3, most_posts)), np.empty(most_posts, np.int8), np.empty((6, 10)))


def fill_tables(g, world, scratch):
    """Write down, for region ``g``, what depends on rank or stance alone."""
    p = world.parameters[g]
    stake, prominence = scratch.tables[STAKE_TABLE], scratch.tables[PROMINENCE_TABLE]
    stake[0], stake[1], stake[2] = p.stake_staff, p.stake_functional, p.stake_supervisor
    stake[3], stake[4] = p.stake_administrator, p.stake_executive
    prominence[0], prominence[1], prominence[2] = p.prominence_staff, p.prominence_functional, p.prominence_supervisor
    prominence[3], prominence[4] = p.prominence_administrator, p.prominence_executive
    lean = scratch.tables[LEAN_TABLE]
    lean[NEUTRAL], lean[COVERT_A], lean[OVERT_A] = 0.0, p.visibility_covert, p.visibility_overt
    lean[COVERT_B], lean[OVERT_B] = -p.visibility_covert, -p.visibility_overt
    discount = discount_for_delay(p.patience, p.execution_delay)
    for overt in range(2):
        for rank in range(5):
            for repeated in range(2):
                level = sanction_level(overt == 1, repeated == 1, rank)
                weight = weight_of_level(level, p.weight_light, p.weight_moderate, p.weight_severe)
                scratch.tables[FELT_TABLE + overt, 2 * rank + repeated] = discount * perceived_severity(
                    p.severity, weight, p.severity_ref, p.curvature)
