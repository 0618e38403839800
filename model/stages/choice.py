"""Stage 3: everyone chooses a stance."""

from __future__ import annotations

from model.population import (
    AFFINITY,
    AMBITION,
    CONTRACT,
    INTEGRITY,
    OCCUPIED,
    PERCEIVED_RISK,
    RANK,
    SANCTIONS,
    STANCE,
)
from model.randomness import UNIT, block_of_words
from model.rules.choice import (
    chosen_option,
    closeness,
    discount_for_delay,
    expected_risk,
    expected_sanction,
    known_rules,
    moral_cost,
    odds_of,
    peer_pull,
    shielded_by_colleagues,
    utility_of_siding,
    value_of_siding,
)
from model.rules.oversight import (
    colleagues_willing,
    detectability,
    past_the_head,
    seen_by_council,
    seen_by_patrol,
    seen_by_public,
)
from model.stages.room import (
    BLOCK,
    FELT_COVERT,
    FELT_OVERT,
    FELT_TABLE,
    HEADS,
    PROMINENCE_TABLE,
    PULLS,
    REACHES,
    SEEN_COVERT,
    SHIELDS,
    STAKE_TABLE,
)


def choice_of_stance(g, month, world, scratch):
    """Let every civil servant of region ``g`` choose a stance.

    A few offices at a time: what rank and office mean for each person is spread out in columns, and then one loop runs
    over all of them. Long loops over columns are what processors are quick at; one office is too short for that.
    """
    region = world.regions[g]
    draw_words(g, month, world, scratch)
    watch(g, world)
    o, end = region.first_office, region.first_office + region.offices
    while o < end:
        first_row = world.offices[o].first_row
        last_row = first_row
        while o < end and (last_row == first_row or last_row + world.offices[o].rows <= first_row + BLOCK):
            look_around(o, g, world)
            spread_office(o, g, first_row, world, scratch)
            last_row += world.offices[o].rows
            o += 1
        spread_ranks(g, first_row, last_row, world, scratch)
        choose(g, first_row, last_row, world, scratch)


def draw_words(g, month, world, scratch):
    """Draw, for everyone in region ``g``, the words for choice, exposure, exit and place in the queue."""
    region = world.regions[g]
    keys = world.people.key[region.first_row:region.first_row + region.rows]
    choice, exposure, leaving, place = scratch.draws[0], scratch.draws[1], scratch.draws[2], scratch.draws[3]
    low, high, index = region.seed_low, region.seed_high, region.index
    for i in range(len(keys)):
        w0, w1, w2, w3 = block_of_words(low, high, index, 0, month, keys[i])
        choice[i], exposure[i], leaving[i], place[i] = w0, w1, w2, w3


def watch(g, world):
    """Set how well watchdog, public and council see the acts in region ``g``."""
    for camp in range(2):
        for overt in range(2):
            patrol, public, council = rates_of_outsiders(camp, overt, world.regions[g], world.parameters[g])
            world.regions[g].sight[camp, overt] = patrol + public + council


def look_around(o, g, world):
    """Set how well acts in office ``o`` are seen, given what colleagues and head did last month."""
    region = world.regions[g]
    office = world.offices[o]
    for camp in range(2):
        for overt in range(2):
            office.sight[camp, overt] = region.sight[camp, overt] + rate_of_colleagues(
                camp, overt, office, region, world.parameters[g])
        office.detectability_covert[camp] = detectability(office.sight[camp, 0], office.sight[camp, 1])


def rates_of_outsiders(camp, overt, region, p):
    """Return the rates at which patrol, public and council see an act for ``camp`` (per month)."""
    public_sees = 1.0 if overt else p.public_sees_covert
    return (seen_by_patrol(p.patrol, 1.0 if overt else p.patrol_sees_covert),
            seen_by_public(p.public_reporting, p.press_freedom, public_sees),
            seen_by_council(p.council_oversight, p.opposition, camp == region.governing, public_sees))


def rate_of_colleagues(camp, overt, office, region, p):
    """Return the rate at which colleagues see and report an act for ``camp`` in ``office`` (per month)."""
    role = 0 if camp == region.governing else 1
    willing = colleagues_willing(p.peer_reporting, office.share_neutral, region.follow_up_belief[role],
                                 p.reprisal_fear, p.whistleblower_protection)
    return (willing * past_the_head(p.head_suppression, office.head_camp == camp, p.external_channel)
            * (1.0 if overt else p.peers_see_covert))


def spread_office(o, g, base, world, scratch):
    """Write down for each post of office ``o`` what depends on the office; ``base`` is the first row of the block."""
    p = world.parameters[g]
    office = world.offices[o]
    first, last = office.first_row - base, office.first_row - base + office.rows
    in_reach = 1.0 if office.in_reach else 0.0
    scratch.of_block[REACHES, first:last] = in_reach
    scratch.of_block[SHIELDS, first:last] = in_reach * shielded_by_colleagues(p.solidarity, office.share_neutral)
    for camp in range(2):
        scratch.of_block[PULLS + camp, first:last] = peer_pull(
            p.peer_influence, office.share_side[camp], office.share_neutral)
        scratch.of_block[SEEN_COVERT + camp, first:last] = office.detectability_covert[camp]
        scratch.of_block[HEADS + camp, first:last] = p.head_pressure if office.head_camp == camp else 0.0
        if office.head >= 0:
            scratch.of_block[HEADS + camp, office.head - base] = 0.0  # the head presses those under her, not herself


def spread_ranks(g, first, last, world, scratch):
    """Write down for the posts ``first`` to ``last - 1`` what depends on rank and earlier sanctions."""
    marks, columns = world.people.marks, scratch.of_block
    rank, sanctions = marks[RANK, first:last], marks[SANCTIONS, first:last]
    felt_covert, felt_overt = columns[FELT_COVERT], columns[FELT_OVERT]
    c0, c1, c2, c3, c4 = of_ranks(scratch.tables[FELT_TABLE])
    d0, d1, d2, d3, d4 = of_ranks(scratch.tables[FELT_TABLE + 1])
    e0, e1, e2, e3, e4 = of_ranks(scratch.tables[FELT_TABLE + 2])
    f0, f1, f2, f3, f4 = of_ranks(scratch.tables[FELT_TABLE + 3])
    for i in range(last - first):
        once, again = by_rank(rank[i], c0, c1, c2, c3, c4), by_rank(rank[i], e0, e1, e2, e3, e4)
        felt_covert[i] = again if sanctions[i] > 0 else once
        once, again = by_rank(rank[i], d0, d1, d2, d3, d4), by_rank(rank[i], f0, f1, f2, f3, f4)
        felt_overt[i] = again if sanctions[i] > 0 else once


def of_ranks(table):
    """Return the values of the five ranks."""
    return table[0], table[1], table[2], table[3], table[4]


def by_rank(rank, staff, functional, supervisor, administrator, executive):
    """Return the value of a rank; many at once, this is quicker than looking them up."""
    value = staff
    if rank >= 1:
        value = functional
    if rank >= 2:
        value = supervisor
    if rank >= 3:
        value = administrator
    if rank >= 4:
        value = executive
    return value


def choose(g, first, last, world, scratch):
    """Let the people in the posts ``first`` to ``last - 1`` choose, each with the draw made for her.

    Both camps are weighed in one loop, in the same words, so that the processor works on all four odds at once.
    """
    region = world.regions[g]
    p = world.parameters[g]
    traits, columns = world.people.traits, scratch.of_block
    ambition, integrity = traits[AMBITION, first:last], traits[INTEGRITY, first:last]
    affinity, risk = traits[AFFINITY, first:last], traits[PERCEIVED_RISK, first:last]
    rank, contract = world.people.marks[RANK, first:last], world.people.marks[CONTRACT, first:last]
    reach, shield = columns[REACHES], columns[SHIELDS]
    threat_permanent, threat_contract = region.threat_permanent, region.threat_contract
    s0, s1, s2, s3, s4 = of_ranks(scratch.tables[STAKE_TABLE])
    p0, p1, p2, p3, p4 = of_ranks(scratch.tables[PROMINENCE_TABLE])
    felt_covert, felt_overt = columns[FELT_COVERT], columns[FELT_OVERT]
    pull_a, head_a, sees_a = columns[PULLS], columns[HEADS], columns[SEEN_COVERT]
    pull_b, head_b, sees_b = columns[PULLS + 1], columns[HEADS + 1], columns[SEEN_COVERT + 1]
    stance, occupied = world.people.marks[STANCE, first:last], world.people.marks[OCCUPIED, first:last]
    words = scratch.draws[0][first - region.first_row:last - region.first_row]
    chance_a, promised_a, deferred_a, at_once_a, belief_a = terms_of_camp(0, region)
    chance_b, promised_b, deferred_b, at_once_b, belief_b = terms_of_camp(1, region)
    rules_known = known_rules(p.understanding, p.socialisation)
    salience, attention, precision = region.salience, region.attention, 1.0 / p.decision_noise
    seen_covert, seen_overt, retaliation = p.visibility_covert, p.visibility_overt, p.retaliation
    moral_covert, moral_overt, affinity_weight = p.moral_covert, p.moral_overt, p.affinity_weight
    discount = discount_for_delay(p.patience, p.execution_delay)
    for i in range(last - first):
        stakes = by_rank(rank[i], s0, s1, s2, s3, s4)
        stake = reach[i] * stakes
        protection = shield[i] * (threat_contract if contract[i] == 1 else threat_permanent * stakes)
        prominence = by_rank(rank[i], p0, p1, p2, p3, p4)
        cost_covert = moral_cost(moral_covert, integrity[i], rules_known)
        cost_overt = moral_cost(moral_overt, integrity[i], rules_known)
        leaning = affinity_weight * affinity[i]
        risk_overt = expected_risk(risk[i], 1.0, prominence, attention)

        risk_covert = expected_risk(risk[i], sees_a[i], prominence, attention)
        promise = stake * (promised_a * ambition[i] + deferred_a)
        prospect = value_of_siding(chance_a, promise, protection, retaliation)
        favour, close = at_once_a * stake, closeness(leaning, 0)
        covert_a = utility_of_siding(
            salience, seen_covert, prospect, favour, close, head_a[i], cost_covert, pull_a[i],
            expected_sanction(risk_covert, belief_a, discount, felt_covert[i]))
        overt_a = utility_of_siding(
            salience, seen_overt, prospect, favour, close, head_a[i], cost_overt, pull_a[i],
            expected_sanction(risk_overt, belief_a, discount, felt_overt[i]))

        risk_covert = expected_risk(risk[i], sees_b[i], prominence, attention)
        promise = stake * (promised_b * ambition[i] + deferred_b)
        prospect = value_of_siding(chance_b, promise, protection, retaliation)
        favour, close = at_once_b * stake, closeness(leaning, 1)
        covert_b = utility_of_siding(
            salience, seen_covert, prospect, favour, close, head_b[i], cost_covert, pull_b[i],
            expected_sanction(risk_covert, belief_b, discount, felt_covert[i]))
        overt_b = utility_of_siding(
            salience, seen_overt, prospect, favour, close, head_b[i], cost_overt, pull_b[i],
            expected_sanction(risk_overt, belief_b, discount, felt_overt[i]))

        stance[i] = occupied[i] * chosen_option(
            words[i] * UNIT, odds_of(covert_a, precision), odds_of(overt_a, precision),
            odds_of(covert_b, precision), odds_of(overt_b, precision))


def terms_of_camp(camp, region):
    """Return what counts for all who think of siding with ``camp``: chance to win, promises, favour, follow-up believed in."""
    belief = region.follow_up_belief[0 if camp == region.governing else 1]
    return region.win_chance[camp], region.promise[camp], region.deferred[camp], region.favour[camp], belief
