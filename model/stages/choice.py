"""Stage 3: everyone chooses a stance."""

from __future__ import annotations

from model.population import (
    AFFINITY,
    AMBITION,
    CONTRACT,
    INTEGRITY,
    OCCUPIED,
    PERCEIVED_RISK,
    SANCTIONS,
    STANCE,
    posts_of_rank,
)
from model.randomness import UNIT, block_of_words
from model.rules.choice import (
    chosen_option,
    closeness,
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
    ODDS,
    PROMINENCE_TABLE,
    PROMINENCES,
    PROTECTIONS,
    PULLS,
    SEEN_COVERT,
    STAKE_TABLE,
    STAKES,
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
            spread_ranks(o, g, first_row, world, scratch)
            spread_office(o, g, first_row, world, scratch)
            last_row += world.offices[o].rows
            o += 1
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


def spread_ranks(o, g, base, world, scratch):
    """Write down for each post of office ``o`` what depends on its rank; ``base`` is the first row of the block."""
    region = world.regions[g]
    office = world.offices[o]
    contract, sanctions = world.people.marks[CONTRACT], world.people.marks[SANCTIONS]
    columns, tables = scratch.of_block, scratch.tables
    in_reach = 1.0 if office.in_reach else 0.0
    shield = in_reach * shielded_by_colleagues(world.parameters[g].solidarity, office.share_neutral)
    for rank in range(5):
        stake, prominence = tables[STAKE_TABLE, rank], tables[PROMINENCE_TABLE, rank]
        covert_first, covert_again = tables[FELT_TABLE, 2 * rank], tables[FELT_TABLE, 2 * rank + 1]
        overt_first, overt_again = tables[FELT_TABLE + 1, 2 * rank], tables[FELT_TABLE + 1, 2 * rank + 1]
        permanent, fixed_term = shield * region.threat_permanent * stake, shield * region.threat_contract
        first, last = posts_of_rank(office, rank)
        for row in range(first, last):
            columns[STAKES, row - base] = in_reach * stake
            columns[PROMINENCES, row - base] = prominence
            columns[PROTECTIONS, row - base] = fixed_term if contract[row] == 1 else permanent
            columns[FELT_COVERT, row - base] = covert_again if sanctions[row] > 0 else covert_first
            columns[FELT_OVERT, row - base] = overt_again if sanctions[row] > 0 else overt_first


def spread_office(o, g, base, world, scratch):
    """Write down for each post of office ``o`` what depends on its colleagues and its head."""
    p = world.parameters[g]
    office = world.offices[o]
    first, last = office.first_row - base, office.first_row - base + office.rows
    for camp in range(2):
        scratch.of_block[PULLS + camp, first:last] = peer_pull(
            p.peer_influence, office.share_side[camp], office.share_neutral)
        scratch.of_block[SEEN_COVERT + camp, first:last] = office.detectability_covert[camp]
        scratch.of_block[HEADS + camp, first:last] = p.head_pressure if office.head_camp == camp else 0.0
        if office.head >= 0:
            scratch.of_block[HEADS + camp, office.head - base] = 0.0  # the head presses those under her, not herself


def choose(g, first, last, world, scratch):
    """Let the people in the posts ``first`` to ``last - 1`` choose, each with the draw made for her."""
    region = world.regions[g]
    p = world.parameters[g]
    traits = world.people.traits
    ambition, integrity = traits[AMBITION, first:last], traits[INTEGRITY, first:last]
    affinity, risk = traits[AFFINITY, first:last], traits[PERCEIVED_RISK, first:last]
    columns = scratch.of_block
    stake, prominence, protection = columns[STAKES], columns[PROMINENCES], columns[PROTECTIONS]
    felt_covert, felt_overt = columns[FELT_COVERT], columns[FELT_OVERT]
    rules_known = known_rules(p.understanding, p.socialisation)
    salience, attention, precision = region.salience, region.attention, 1.0 / p.decision_noise
    seen_covert, seen_overt, retaliation = p.visibility_covert, p.visibility_overt, p.retaliation
    moral_covert, moral_overt, affinity_weight = p.moral_covert, p.moral_overt, p.affinity_weight
    for camp in range(2):
        covert_odds, overt_odds = columns[ODDS + 2 * camp], columns[ODDS + 2 * camp + 1]
        pull, head, sees_covert = columns[PULLS + camp], columns[HEADS + camp], columns[SEEN_COVERT + camp]
        promised, deferred, at_once = region.promise[camp], region.deferred[camp], region.favour[camp]
        chance = region.win_chance[camp]
        belief = region.follow_up_belief[0 if camp == region.governing else 1]
        for i in range(last - first):
            promise = promised * stake[i] * ambition[i] + deferred * stake[i]
            prospect = value_of_siding(chance, promise, protection[i], retaliation)
            favour = at_once * stake[i]
            close = affinity_weight * closeness(affinity[i], camp)
            covert = utility_of_siding(
                salience, seen_covert, prospect, favour, close, head[i],
                moral_cost(moral_covert, integrity[i], rules_known), pull[i],
                expected_sanction(expected_risk(risk[i], sees_covert[i], prominence[i], attention), belief, 1.0, felt_covert[i]))
            overt = utility_of_siding(
                salience, seen_overt, prospect, favour, close, head[i],
                moral_cost(moral_overt, integrity[i], rules_known), pull[i],
                expected_sanction(expected_risk(risk[i], 1.0, prominence[i], attention), belief, 1.0, felt_overt[i]))
            covert_odds[i] = odds_of(covert, precision)
            overt_odds[i] = odds_of(overt, precision)

    odds_1, odds_2, odds_3, odds_4 = columns[ODDS], columns[ODDS + 1], columns[ODDS + 2], columns[ODDS + 3]
    stance, occupied = world.people.marks[STANCE, first:last], world.people.marks[OCCUPIED, first:last]
    words = scratch.draws[0][first - region.first_row:last - region.first_row]
    for i in range(last - first):
        stance[i] = occupied[i] * chosen_option(words[i] * UNIT, odds_1[i], odds_2[i], odds_3[i], odds_4[i])
