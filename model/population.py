"""The state of the world as columns: one row a post, an office, a region; and how a population starts.

Rows are sorted by run, region and office, and within an office by rank, highest first, so the first filled
post is the office head. Everything that differs between regions is a field of the region's row, the parameters
included, so one population can hold a country, a policy trial or many runs of one scenario stacked together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.compiler import compiled
from model.parameters import PARAMETERS
from model.randomness import (
    DRAW_AFFINITY,
    DRAW_AFFINITY_SIDE,
    DRAW_AMBITION,
    DRAW_COMPETENCE,
    DRAW_CONTRACT,
    DRAW_INTEGRITY,
    DRAW_POPULARITY,
    DRAW_SCORE,
    DRAW_SEPARATION,
    DRAW_STYLE,
    DRAW_TENURE,
    DRAW_TERMS_SERVED,
    bell_chance,
    normal,
    uniform,
)
from model.rules.careers import merit, promotion_score
from model.rules.mathematics import clipped, exponential
from model.rules.oversight import follow_up_probability

if TYPE_CHECKING:
    from model.scenario import Scenario

RANKS = ("staff", "functional", "supervisor", "administrator", "executive")
STANCES = ("neutral", "covert for camp A", "overt for camp A", "covert for camp B", "overt for camp B")
CHANNELS = ("patrol", "public", "council", "colleagues")
NEUTRAL, COVERT_A, OVERT_A, COVERT_B, OVERT_B = range(5)
NO_CASE, QUEUED, RECOMMENDED, SHELVED_CASE, NOTICED = range(5)
CASE_STATES = ("none", "queued", "recommended", "shelved", "noticed")  # noticed comes before queued
NOBODY = -1
MONTHS_AT_MOST = 12 * 30  # of service at the start
FIRST_STRUCTURAL_RANK = 2  # contract staff hold staff and functional posts only


# Columns over posts. All but the rank belong to the person who holds the post and move with her; those of a vacant
# post are 0. They lie in three blocks by type of number, because code that passes
# four arrays about compiles much faster, and runs faster, than code that passes twenty.
MARKS = (  # int8
    "rank",  # of the post: index into RANKS
    "occupied",  # 1 where somebody holds the post
    "stance",  # index into STANCES
    "contract",  # 1 fixed-term (PPPK), 0 permanent (PNS)
    "sanctions",  # number of sanctions so far
    "sanction_level",  # of the latest: 0 none, 1 light, 2 moderate, 3 severe
    "post_lost",  # 1 where a severe sanction waits for the next open month to be carried out
    "case_status",  # index into CASE_STATES
    "case_act",  # stance alleged
    "case_channel",  # index into CHANNELS
    "case_false",  # 1 where the report is false
)
TRAITS = (  # float32
    "competence",  # SD units
    "ambition",  # mean 1
    "integrity",  # mean 1
    "affinity",  # positive towards camp A, negative towards camp B
    "perceived_risk",  # probability
    "loyalty_a",  # 0 to 1, what camp A has seen of her support
    "loyalty_b",  # the same for camp B
)
MONTHS = (  # int16
    "entry_month",  # months of service are counted from it
    "barred_until",  # last month without promotion
    "case_month",  # month of the report; before it arrives, the month in which the act was noticed
)
(RANK, OCCUPIED, STANCE, CONTRACT, SANCTIONS, SANCTION_LEVEL, POST_LOST,
 CASE_STATUS, CASE_ACT, CASE_CHANNEL, CASE_FALSE) = range(len(MARKS))
FIRST_PERSONAL_MARK = OCCUPIED
(COMPETENCE, AMBITION, INTEGRITY, AFFINITY, PERCEIVED_RISK, LOYALTY_A, LOYALTY_B) = range(len(TRAITS))
ENTRY_MONTH, BARRED_UNTIL, CASE_MONTH = range(len(MONTHS))
COLUMNS = ("key", *MARKS, *TRAITS, *MONTHS)


class People(NamedTuple):
    """The columns over posts, by type of number: ``people.marks[STANCE, row]``."""

    key: np.ndarray  # uint32, shape (posts,): given at entry; what draws about the person use
    marks: np.ndarray  # int8, shape (len(MARKS), posts)
    traits: np.ndarray  # float32, shape (len(TRAITS), posts)
    months: np.ndarray  # int16, shape (len(MONTHS), posts)

    def column(self, name: str) -> np.ndarray:
        """Return the column of this name (one of ``COLUMNS``), shape (posts,); writing to it writes the state."""
        if name == "key":
            return self.key
        for names, block in ((MARKS, self.marks), (TRAITS, self.traits), (MONTHS, self.months)):
            if name in names:
                return block[names.index(name)]
        raise KeyError(name)


OFFICE = np.dtype([
    ("region", "i8"), ("first_row", "i8"), ("rows", "i8"),
    ("rank_end", "i8", (6,)),  # posts of rank r are the rows rank_end[r + 1] to rank_end[r] - 1
    ("separation_order", "i8"),  # offices with the lowest order leave the officials' reach first
    ("in_reach", "i8"),  # 1 within the officials' reach
    ("head", "i8"),  # row of the highest-ranked person, NOBODY if the office is empty
    ("head_camp", "i8"),  # camp the head sided with last month, or NOBODY
    ("occupied", "i8"),
    ("share_neutral", "f8"), ("share_side", "f8", (2,)),  # of the people in the office last month, by camp
    ("sight", "f8", (2, 2)),  # rate at which acts are seen, by camp and covert/overt (per month)
    ("detectability_covert", "f8", (2,)),  # by camp, relative to an open act
    ("proven_memory", "f8"), ("exposure_memory", "f8"),  # decaying sums
    ("proven_now", "f8"), ("exposure_now", "f8"),  # this month's addition to them
])

REGION = np.dtype([
    ("run", "i8"), ("index", "i8"),  # which run, and the region's index in it
    ("run_first", "i8"), ("run_regions", "i8"),  # the regions of the run
    ("seed_low", "u8"), ("seed_high", "u8"),
    ("laboratory", "i8"),  # 1: salience 1, no elections, officials stay
    ("first_row", "i8"), ("rows", "i8"), ("first_office", "i8"), ("offices", "i8"),
    # calendar
    ("months_to_vote", "i8"), ("months_since_vote", "i8"), ("salience", "f8"), ("attention", "f8"), ("frozen", "i8"),
    # officials, by camp
    ("governing", "i8"), ("winner", "i8"), ("terms_served", "i8"),
    ("popularity", "f8", (2,)), ("patronage", "f8", (2,)), ("winner_patronage", "f8"),
    ("scandals", "f8", (2,)),  # proven interventions this term
    ("promise", "f8", (2,)), ("deferred", "f8", (2,)), ("favour", "f8", (2,)),
    ("threat_permanent", "f8"), ("threat_contract", "f8"), ("win_chance", "f8", (2,)), ("margin", "f8"),
    # supervisors
    ("hearing_credit", "f8"),  # fraction of a hearing carried to the next month
    ("docket_length", "i8"),
    # what people see and believe
    ("sight", "f8", (2, 2)),  # rate at which watchdog, public and council see acts, by camp and covert/overt (per month)
    ("support", "f8"),  # visible support for camp A less camp B, weighted by prominence (-1 to 1)
    ("share_neutral", "f8"), ("proven_memory", "f8"), ("exposure_memory", "f8"), ("regional_risk", "f8"),
    ("executed_memory", "f8", (2,)), ("recommended_memory", "f8", (2,)),  # by role: governing, opposing
    ("executed_now", "f8", (2,)), ("recommended_now", "f8", (2,)),
    ("follow_up_prior", "f8", (2,)), ("follow_up_belief", "f8", (2,)),
    # service
    ("turnover", "f8"), ("changes_now", "f8"), ("service_recent", "f8"), ("service_usual", "f8"),
])

PARAMETER_ROW = np.dtype([(name, "f8") for name in PARAMETERS])

WHOLE_COUNTS = [
    # people at the end of the month, by where (outside, within reach), rank, and stance relative to the incumbent
    # (neutral, covert and overt for the incumbent, covert and overt for the challenger)
    ("people", "f8", (2, 5, 5)), ("vacant", "f8", (2, 5)), ("contract", "f8", (2,)),
    # cases of the month, by where and role (incumbent's side, challenger's), channel, rank
    ("reported_role", "f8", (2, 2)), ("reported_channel", "f8", (2, 4)), ("reported_rank", "f8", (2, 5)),
    ("proven_role", "f8", (2, 2)), ("proven_channel", "f8", (2, 4)), ("proven_rank", "f8", (2, 5)),
    ("recommended_role", "f8", (2, 2)), ("recommended_channel", "f8", (2, 4)), ("recommended_rank", "f8", (2, 5)),
    ("sanctioned_role", "f8", (2, 2)), ("sanctioned_channel", "f8", (2, 4)), ("sanctioned_rank", "f8", (2, 5)),
    ("shelved_role", "f8", (2, 2)), ("shelved_channel", "f8", (2, 4)), ("shelved_rank", "f8", (2, 5)),
    ("lapsed_role", "f8", (2, 2)), ("lapsed_channel", "f8", (2, 4)), ("lapsed_rank", "f8", (2, 5)),
    ("false_reports", "f8", (2,)), ("acquitted", "f8", (2,)), ("heard", "f8", (2,)), ("closed_by_exit", "f8", (2,)),
    ("wrongful", "f8", (2,)), ("expression", "f8", (2,)), ("queue", "f8"),
    # careers of the month
    ("promoted", "f8", (2, 5)), ("exits", "f8", (2, 5)), ("rotations", "f8", (2, 5)),
    # the region
    ("regions", "f8"), ("elections", "f8"), ("incumbent_wins", "f8"), ("incumbents_ran", "f8"), ("incumbents_returned", "f8"),
    ("interventions", "f8"),
]
SUMS = [
    ("perceived_risk", "f8", (2, 5)), ("perceived_risk_squared", "f8", (2, 5)), ("competence", "f8", (2, 5)),
    ("provable", "f8", (2,)), ("exposure", "f8", (2,)),
    ("promoted_competence", "f8", (2, 5)), ("loyalty_lead", "f8", (2, 5)),
    ("attention", "f8"), ("salience", "f8"), ("patronage", "f8"), ("patronage_squared", "f8"),
    ("margin", "f8"), ("margin_squared", "f8"),
    ("service", "f8"), ("oversight_cost", "f8"), ("rights_cost", "f8"), ("welfare", "f8"),
]
TALLY = np.dtype(WHOLE_COUNTS + SUMS)
"""What is counted each month in each region. Only sums, so regions and months can be added up; what is a quality
of a region (service, welfare, patronage, …) is multiplied by its posts before it is summed. First come whole numbers, none
of which exceeds a few for each post."""
TALLY_VALUES = TALLY.itemsize // 8
TALLY_COUNTS = np.dtype(WHOLE_COUNTS).itemsize // 8
COUNTS_FOR_A_POST = 4  # at most: a post may lose two holders in a month, and a region has two officials


class World(NamedTuple):
    """Everything a stage may read or write."""

    people: People
    docket: np.ndarray  # int32, shape (posts,): per region, the posts of people with a case, oldest report first
    offices: np.ndarray  # OFFICE, shape (offices,)
    regions: np.ndarray  # REGION, shape (regions,)
    parameters: np.ndarray  # PARAMETER_ROW, shape (regions,)
    tallies: np.ndarray  # TALLY, shape (regions,)


def empty_people(posts: int) -> People:
    """Return columns of zeros."""
    return People(np.zeros(posts, np.uint32), np.zeros((len(MARKS), posts), np.int8),
                  np.zeros((len(TRAITS), posts), np.float32), np.zeros((len(MONTHS), posts), np.int16))


def posts_by_rank(staff: np.ndarray, offices: np.ndarray, shares: Sequence[np.ndarray]) -> np.ndarray:
    """Return the number of posts of each rank, highest first.

    Parameters
    ----------
    staff, offices : int arrays, shape (regions,)
        People and offices; every office gets at least one structural post, its head's.
    shares : sequence of float arrays, shape (regions,)
        Shares of executives, administrators, supervisors and functional officials.

    Returns
    -------
    int array, shape (5, regions)
        Executives, administrators, supervisors, functional officials, staff.
    """
    executive, administrator, supervisor, functional = (np.floor(share * staff + 0.5).astype(np.int64) for share in shares)
    executive = np.minimum(executive, staff)
    administrator = np.minimum(administrator, staff - executive)
    supervisor = np.maximum(supervisor, offices - executive - administrator)
    supervisor = np.minimum(supervisor, staff - executive - administrator)
    functional = np.minimum(functional, staff - executive - administrator - supervisor)
    return np.stack([executive, administrator, supervisor, functional,
                     staff - executive - administrator - supervisor - functional])


def new_world(runs: Sequence[tuple[Scenario, int]], rules: Mapping[str, Callable] | None = None) -> World:
    """Return the starting population of one or more runs.

    Parameters
    ----------
    runs : sequence of (Scenario, int)
        Each run's scenario and seed (0 to 2**64 - 1). No run can see another.
    rules : mapping of str to function, optional
        Rules to use instead of the built-in ones.

    Returns
    -------
    World
    """
    parameters = np.concatenate([_parameter_rows(scenario) for scenario, _ in runs])
    staff = np.concatenate([np.broadcast_to(scenario.staff, scenario.regions) for scenario, _ in runs]).astype(np.int64)
    office_count = np.maximum(1, np.floor(staff / parameters["office_size"] + 0.5)).astype(np.int64)
    office_count = np.minimum(office_count, staff)
    regions = _region_rows(runs, staff, office_count)
    offices = np.zeros(int(office_count.sum()), OFFICE)
    offices["region"] = np.repeat(np.arange(len(regions)), office_count)
    offices["separation_order"] = _separation_order(regions, offices["region"])
    world = World(
        people=empty_people(int(staff.sum())),
        docket=np.zeros(int(staff.sum()), np.int32),
        offices=offices,
        regions=regions,
        parameters=parameters,
        tallies=np.zeros(len(regions), TALLY),
    )
    posts = posts_by_rank(staff, office_count, [parameters[name] for name in (
        "share_executive", "share_administrator", "share_supervisor", "share_functional")])
    scores = np.empty(len(world.docket))
    compiled(settle_regions, rules)(0, len(regions), posts, world, scores)
    _fill_posts_by_score(world, scores)
    compiled(sign_contracts, rules)(0, len(regions), posts, world)
    return world


def _fill_posts_by_score(world: World, scores: np.ndarray) -> None:
    """Give the highest posts of each region to those with the highest scores, as past promotions would have."""
    region_of_post = np.repeat(np.arange(len(world.regions)), world.regions["rows"])
    people, posts = world.people, np.arange(len(scores))
    by_score = np.lexsort((posts, -scores, region_of_post))
    by_rank = np.lexsort((posts, -people.marks[RANK], region_of_post))
    for column in (people.key, *people.marks[FIRST_PERSONAL_MARK:], *people.traits, *people.months):
        column[by_rank] = column[by_score]


def _parameter_rows(scenario: Scenario) -> np.ndarray:
    rows = np.zeros(scenario.regions, PARAMETER_ROW)
    for name, values in scenario.values_by_parameter().items():
        rows[name] = values
    return rows


def _region_rows(runs, staff, office_count) -> np.ndarray:
    regions = np.zeros(len(staff), REGION)
    counts = np.array([scenario.regions for scenario, _ in runs])
    firsts = np.cumsum(counts) - counts
    regions["run"] = np.repeat(np.arange(len(runs)), counts)
    regions["run_first"] = np.repeat(firsts, counts)
    regions["run_regions"] = np.repeat(counts, counts)
    regions["index"] = np.arange(len(staff)) - regions["run_first"]
    regions["seed_low"] = np.repeat(np.array([seed & 0xFFFFFFFF for _, seed in runs], np.uint64), counts)
    regions["seed_high"] = np.repeat(np.array([seed >> 32 for _, seed in runs], np.uint64), counts)
    regions["laboratory"] = np.repeat([scenario.mode == "laboratory" for scenario, _ in runs], counts)
    regions["rows"], regions["offices"] = staff, office_count
    regions["first_row"] = np.cumsum(staff) - staff
    regions["first_office"] = np.cumsum(office_count) - office_count
    return regions


def _separation_order(regions: np.ndarray, region_of_office: np.ndarray) -> np.ndarray:
    """Return the drawn order in which the offices of each region would leave the officials' reach."""
    of_office = regions[region_of_office]
    local = np.arange(len(region_of_office)) - of_office["first_office"]
    draws = uniform(of_office["seed_low"], of_office["seed_high"], of_office["index"], DRAW_SEPARATION, 0, local)
    order = np.empty(len(local), np.int64)
    order[np.lexsort((local, draws, region_of_office))] = local
    return order


# What follows is compiled.


def settle_regions(first, last, posts, world, scores):
    """Lay out the regions ``first`` to ``last - 1``, let people enter, and note how they would do in a promotion."""
    for g in range(first, last):
        settle_officials(g, world)
        lay_out_posts(g, posts, world)
        set_reach(g, world)
        region = world.regions[g]
        p = world.parameters[g]
        for row in range(region.first_row, region.first_row + region.rows):
            enter(g, row, 0, world)
            people = world.people
            chance = bell_chance(region.seed_low, region.seed_high, region.index, DRAW_SCORE, 0, people.key[row])
            scores[row] = promotion_score(
                merit(people.traits[COMPETENCE, row], -people.months[ENTRY_MONTH, row], p.seniority_weight), 0.0, chance,
                p.merit_protection, region.patronage[0], p.loyalty_weight, p.score_noise, True)


def sign_contracts(first, last, posts, world):
    """Draw who among the first holders of staff and functional posts is on contract."""
    for g in range(first, last):
        chance = contract_chance_at_start(g, posts, world)
        for row in range(world.regions[g].first_row, world.regions[g].first_row + world.regions[g].rows):
            sign_contract(g, row, 0, chance, world)


def settle_officials(g, world):
    """Give region ``g`` its two officials; camp A governs at first."""
    region = world.regions[g]
    p = world.parameters[g]
    region.winner = NOBODY
    region.share_neutral = 1.0
    region.regional_risk = p.risk_prior
    for camp in range(2):
        region.popularity[camp] = p.popularity_sd * normal(
            region.seed_low, region.seed_high, region.index, DRAW_POPULARITY, 0, camp)
        region.patronage[camp] = clipped(p.patronage + p.patronage_sd * normal(
            region.seed_low, region.seed_high, region.index, DRAW_STYLE, 0, camp), 0.0, 1.0)
        belief = follow_up_probability(p.independence, p.follow_up, p.capture, p.appointing_stake, camp == 0, True)
        region.follow_up_prior[camp] = belief
        region.follow_up_belief[camp] = belief
    region.winner_patronage = region.patronage[0]
    region.terms_served = 1 + int(2.0 * uniform(
        region.seed_low, region.seed_high, region.index, DRAW_TERMS_SERVED, 0, 0))


def lay_out_posts(g, posts, world):
    """Deal the posts of region ``g`` to its offices like cards, highest rank first."""
    region = world.regions[g]
    row = region.first_row
    for local in range(region.offices):
        office = world.offices[region.first_office + local]
        office.first_row = row
        office.rank_end[:] = row
        office.head = row
        office.head_camp = NOBODY
        office.share_neutral = 1.0
        card = local
        while card < region.rows:
            rank, dealt = 4, posts[0, g]
            while card >= dealt:
                rank -= 1
                dealt += posts[4 - rank, g]
            world.people.marks[RANK, row] = rank
            row += 1
            card += region.offices
            for lower in range(rank + 1):
                office.rank_end[lower] = row
        office.rows = row - office.first_row
        office.occupied = office.rows


def posts_of_rank(office, rank):
    """Return the first post of a rank in an office, and the post after the last; posts are sorted by rank."""
    return office.rank_end[rank + 1], office.rank_end[rank]


def set_reach(g, world):
    """Put the share ``separated_offices`` of the offices of region ``g`` outside the officials' reach, in their order."""
    region = world.regions[g]
    outside = int(world.parameters[g].separated_offices * region.offices + 0.5)
    for o in range(region.first_office, region.first_office + region.offices):
        world.offices[o].in_reach = 1 if world.offices[o].separation_order >= outside else 0


def contract_chance_at_start(g, posts, world):
    """Return the chance of a contract for holders of staff and functional posts: no others are on contract."""
    open_posts = posts[3, g] + posts[4, g]
    if open_posts == 0:
        return 0.0
    return min(1.0, world.parameters[g].contract_share * world.regions[g].rows / open_posts)


def clear(row, people):
    """Set all columns of the post ``row`` but its rank to 0: nobody holds it."""
    people.key[row] = 0
    people.marks[FIRST_PERSONAL_MARK:, row] = 0
    people.traits[:, row] = 0.0
    people.months[:, row] = 0


def enter(g, row, month, world):
    """Put a new person into the vacant post ``row``; ``month`` 0 means at the start, with years of service behind her."""
    region = world.regions[g]
    p = world.parameters[g]
    people = world.people
    low, high, index = region.seed_low, region.seed_high, region.index
    # The key names the entry (post and month), so the same newcomer arrives there under every policy.
    key = (row - region.first_row) + region.rows * month
    clear(row, people)
    people.marks[OCCUPIED, row] = 1
    people.key[row] = key
    people.traits[COMPETENCE, row] = normal(low, high, index, DRAW_COMPETENCE, month, key)
    spread = sqrt(log(1.0 + p.ambition_sd * p.ambition_sd))  # lognormal with mean 1 and this SD
    people.traits[AMBITION, row] = exponential(spread * normal(low, high, index, DRAW_AMBITION, month, key) - 0.5 * spread * spread)
    people.traits[INTEGRITY, row] = max(0.0, p.integrity_mean + p.integrity_sd * normal(low, high, index, DRAW_INTEGRITY, month, key))
    close = uniform(low, high, index, DRAW_AFFINITY, month, key) < p.affinity_share
    side = 1.0 if uniform(low, high, index, DRAW_AFFINITY_SIDE, month, key) < 0.5 else -1.0
    people.traits[AFFINITY, row] = side * p.affinity_size if close else 0.0
    people.traits[PERCEIVED_RISK, row] = p.risk_prior
    served = int(MONTHS_AT_MOST * uniform(low, high, index, DRAW_TENURE, month, key)) if month == 0 else 0
    people.months[ENTRY_MONTH, row] = month - served


def sign_contract(g, row, month, chance, world):
    """Put the person who entered post ``row`` in ``month`` on contract with a certain chance, if the post allows it."""
    region = world.regions[g]
    people = world.people
    signs = uniform(region.seed_low, region.seed_high, region.index, DRAW_CONTRACT, month, people.key[row]) < chance
    people.marks[CONTRACT, row] = 1 if signs and people.marks[RANK, row] < FIRST_STRUCTURAL_RANK else 0
