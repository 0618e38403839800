"""Room for intermediate results, and tables of what depends on rank or stance alone."""

from __future__ import annotations

from math import nan
from typing import NamedTuple

import numpy as np

from model.population import COVERT_A, COVERT_B, NEUTRAL, OVERT_A, OVERT_B
from model.rules.choice import perceived_severity
from model.rules.oversight import sanction_level, weight_of_level

TOGETHER = 16  # flags looked at together
BLOCK = 400  # posts whose people choose together, whole offices as far as they fit; few enough for the nearest cache
# Rows of Scratch.of_block, one value a post: what depends on office, rank and camp.
REACHES, SHIELDS, FELT_COVERT, FELT_OVERT = range(4)
PULLS, HEADS, SEEN_COVERT = 4, 6, 8  # by camp: two rows each
OF_BLOCK = 10
LISTED, SIDING, BEST, LOSING = range(4)  # rows of Scratch.posts
VACANT, AFFECTED = SIDING, LOSING  # once exposure is over; before posts are refilled at the top
# Rows of Scratch.scores. In exposure: of acts, then of reports; in careers: everyone's scores, for posts outside (0) and
# within reach (1), and those of BEST.
PROMINENCES_OF_ACTS, SIGHTS, CHANCES = range(3)
REPORT_ORDER, BEST_SCORES = 2, 2
# Rows of Scratch.tables: stake and prominence by rank; felt severity by rank, of covert and overt acts, then of repeated
# covert and overt acts; direction and visibility of stances; an office's people by stance.
STAKE_TABLE, PROMINENCE_TABLE, FELT_TABLE, _, _, _, LEAN_TABLE, COUNTS = range(8)


class Scratch(NamedTuple):
    """Room for intermediate results of one region; nothing in it outlives the month."""

    draws: np.ndarray  # uint32, shape (4, posts): words of choice, exposure, exit, place in the queue
    of_block: np.ndarray  # float64, shape (OF_BLOCK, posts of a block)
    posts: np.ndarray  # int64, shape (4, posts): LISTED, SIDING or VACANT, BEST, and LOSING or AFFECTED
    scores: np.ndarray  # float64, shape (3, posts): see above
    moved: np.ndarray  # int8, shape (posts,): 1 for those who changed posts this month
    flags: np.ndarray  # int8, shape (posts,) and up to TOGETHER more: 1 for posts to be listed
    tables: np.ndarray  # float64, shape (8, 5): one row each of STAKE_TABLE to COUNTS


def new_scratch(most_posts: int, largest_office: int) -> Scratch:
    """Return room for regions of up to ``most_posts`` posts. Compiled code allocates nothing, which keeps it quick."""
    return Scratch(
        np.empty((4, most_posts), np.uint32), np.empty((OF_BLOCK, max(BLOCK, largest_office))),
        np.empty((4, most_posts), np.int64), np.empty((3, most_posts)), np.empty(most_posts, np.int8),
        np.zeros(most_posts + TOGETHER, np.int8), np.empty((8, 5)))


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
    known, felt = nan, 0.0  # a power takes long, and neighbours in the table mostly share a level; at first none is known
    for repeated in range(2):
        for overt in range(2):
            for rank in range(5):
                level = sanction_level(overt == 1, repeated == 1, rank)
                if level != known:
                    weight = weight_of_level(level, p.weight_light, p.weight_moderate, p.weight_severe)
                    known, felt = level, perceived_severity(p.severity, weight, p.severity_ref, p.curvature)
                scratch.tables[FELT_TABLE + 2 * repeated + overt, rank] = felt
