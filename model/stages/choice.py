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
    FELT_COVERT,
    FELT_OVERT,
    FELT_TABLE,
    ODDS,
    PROMINENCE_TABLE,
    PROMINENCES,
    STAKE_TABLE,
    STAKES,
)


def choice_of_stance(g, month, world, scratch):
    """Let every civil servant of region ``g`` choose a stance."""
    region = world.regions[g]
    draw_words(g, month, world, scratch)
    for o in range(region.first_office, region.first_office + region.offices):
        look_around(o, g, world)
        choice_in_office(o, g, world, scratch)


def draw_words(g, month, world, scratch):
    """Draw, for everyone in region ``g``, the words for choice, exposure, exit and place in the queue."""
    region = world.regions[g]
    keys = world.people.key[region.first_row:region.first_row + region.rows]
    choice, exposure, leaving, place = scratch.draws[0], scratch.draws[1], scratch.draws[2], scratch.draws[3]
    low, high, index = region.seed_low, region.seed_high, region.index
    for i in range(len(keys)):
        w0, w1, w2, w3 = block_of_words(low, high, index, 0, month, keys[i])
        choice[i], exposure[i], leaving[i], place[i] = w0, w1, w2, w3


def look_around(o, g, world):
    """Set how well acts in office ``o`` are seen, given what colleagues and head did last month."""
    region = world.regions[g]
    p = world.parameters[g]
    office = world.offices[o]
    for camp in range(2):
        for overt in range(2):
            patrol, public, council, colleagues = rates_of_channels(camp, overt, office, region, p)
            office.sight[camp, overt] = patrol + public + council + colleagues
        office.detectability_covert[camp] = detectability(office.sight[camp, 0], office.sight[camp, 1])


def rates_of_channels(camp, overt, office, region, p):
    """Return the rates at which the four channels see an act for ``camp`` in ``office`` (per month)."""
    governs = camp == region.governing
    role = 0 if governs else 1
    patrol = seen_by_patrol(p.patrol, 1.0 if overt else p.patrol_sees_covert)
    public_sees = 1.0 if overt else p.public_sees_covert
    public = seen_by_public(p.public_reporting, p.press_freedom, public_sees)
    council = seen_by_council(p.council_oversight, p.opposition, governs, public_sees)
    willing = colleagues_willing(p.peer_reporting, office.share_neutral, region.follow_up_belief[role],
                                 p.reprisal_fear, p.whistleblower_protection)
    colleagues = (willing * past_the_head(p.head_suppression, office.head_camp == camp, p.external_channel)
                  * (1.0 if overt else p.peers_see_covert))
    return patrol, public, council, colleagues


def choice_in_office(o, g, world, scratch):
    """Let the people of office ``o`` choose, each with the draw made for her."""
    region = world.regions[g]
    p = world.parameters[g]
    office = world.offices[o]
    people = world.people
    first, last = office.first_row, office.first_row + office.rows
    rank, repeat, occupied = people.marks[RANK, first:last], people.marks[SANCTIONS, first:last], people.marks[OCCUPIED, first:last]
    ambition, integrity = people.traits[AMBITION, first:last], people.traits[INTEGRITY, first:last]
    affinity, risk = people.traits[AFFINITY, first:last], people.traits[PERCEIVED_RISK, first:last]
    contract, stance = people.marks[CONTRACT, first:last], people.marks[STANCE, first:last]
    words = scratch.draws[0][first - region.first_row:last - region.first_row]
    stake, prominence = scratch.of_office[STAKES], scratch.of_office[PROMINENCES]
    felt_covert, felt_overt = scratch.of_office[FELT_COVERT], scratch.of_office[FELT_OVERT]

    stake_of, prominence_of = scratch.tables[STAKE_TABLE], scratch.tables[PROMINENCE_TABLE]
    felt_covert_of, felt_overt_of = scratch.tables[FELT_TABLE], scratch.tables[FELT_TABLE + 1]
    for i in range(len(rank)):
        stake[i] = stake_of[rank[i]]
        prominence[i] = prominence_of[rank[i]]
        column = 2 * rank[i] + (1 if repeat[i] > 0 else 0)
        felt_covert[i] = felt_covert_of[column]
        felt_overt[i] = felt_overt_of[column]

    in_reach = 1.0 if office.in_reach else 0.0
    shield = in_reach * shielded_by_colleagues(p.solidarity, office.share_neutral)
    threat_permanent, threat_contract = shield * region.threat_permanent, shield * region.threat_contract
    rules_known = known_rules(p.understanding, p.socialisation)
    salience, attention, precision = region.salience, region.attention, 1.0 / p.decision_noise
    for camp in range(2):
        covert_odds, overt_odds = scratch.of_office[ODDS + 2 * camp], scratch.of_office[ODDS + 2 * camp + 1]
        promise_rate, deferred = in_reach * region.promise[camp], in_reach * region.deferred[camp]
        favour_rate, chance, retaliation = in_reach * region.favour[camp], region.win_chance[camp], p.retaliation
        # The head presses those under her, not herself.
        pressure = p.head_pressure if office.head_camp == camp else 0.0
        own_head = office.head - first
        belief = region.follow_up_belief[0 if camp == region.governing else 1]
        pull = peer_pull(p.peer_influence, office.share_side[camp], office.share_neutral)
        sees_covert, seen_covert, seen_overt = office.detectability_covert[camp], p.visibility_covert, p.visibility_overt
        moral_covert, moral_overt, affinity_weight = p.moral_covert, p.moral_overt, p.affinity_weight
        for i in range(len(rank)):
            promise = promise_rate * stake[i] * ambition[i] + deferred * stake[i]
            protection = threat_contract if contract[i] == 1 else threat_permanent * stake[i]
            prospect = value_of_siding(chance, promise, protection, retaliation)
            favour = favour_rate * stake[i]
            close = affinity_weight * closeness(affinity[i], camp)
            head = pressure if i != own_head else 0.0
            covert = utility_of_siding(
                salience, seen_covert, prospect, favour, close, head,
                moral_cost(moral_covert, integrity[i], rules_known), pull,
                expected_sanction(expected_risk(risk[i], sees_covert, prominence[i], attention), belief, 1.0, felt_covert[i]))
            overt = utility_of_siding(
                salience, seen_overt, prospect, favour, close, head,
                moral_cost(moral_overt, integrity[i], rules_known), pull,
                expected_sanction(expected_risk(risk[i], 1.0, prominence[i], attention), belief, 1.0, felt_overt[i]))
            covert_odds[i] = odds_of(covert, precision)
            overt_odds[i] = odds_of(overt, precision)

    odds_1, odds_2 = scratch.of_office[ODDS], scratch.of_office[ODDS + 1]
    odds_3, odds_4 = scratch.of_office[ODDS + 2], scratch.of_office[ODDS + 3]
    for i in range(len(rank)):
        stance[i] = occupied[i] * chosen_option(words[i] * UNIT, odds_1[i], odds_2[i], odds_3[i], odds_4[i])
