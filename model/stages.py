"""The month, stage by stage, for one region at a time.

The loop in :func:`months_of` is the month as a list. Each stage reads the state it finds, applies rules to rows and writes.
What people see of each other (:func:`observe`) is taken down at the end of a month and read in the next, so the
order of rows cannot matter. Everything here is compiled (see ``model/compiler.py``); it also runs, slowly, as
ordinary Python. Draws happen here, never in a rule.

``g`` is the row of a region, ``camp`` 0 (A) or 1 (B), ``role`` 0 for the governing camp and 1 for the other,
``where`` 1 for offices within the officials' reach and 0 outside it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.population import (
    AFFINITY,
    AMBITION,
    BARRED_UNTIL,
    CASE_ACT,
    CASE_CHANNEL,
    CASE_FALSE,
    CASE_MONTH,
    CASE_STATUS,
    COMPETENCE,
    CONTRACT,
    COVERT_A,
    COVERT_B,
    ENTRY_MONTH,
    FIRST_PERSONAL_MARK,
    FIRST_STRUCTURAL_RANK,
    INTEGRITY,
    LOYALTY_A,
    LOYALTY_B,
    NEUTRAL,
    NO_CASE,
    NOBODY,
    OCCUPIED,
    OVERT_A,
    OVERT_B,
    PERCEIVED_RISK,
    POST_LOST,
    QUEUED,
    RANK,
    RECOMMENDED,
    SANCTION_LEVEL,
    SANCTIONS,
    SHELVED_CASE,
    STANCE,
    enter,
    set_reach,
    sign_contract,
)
from model.randomness import (
    DRAW_ALLEGED_CAMP,
    DRAW_CHANNEL,
    DRAW_DECISION_TIME,
    DRAW_ELECTION_NOISE,
    DRAW_FOLLOW_UP,
    DRAW_IMITATED_REGION,
    DRAW_IMITATES,
    DRAW_INTERVENTION_PROVEN,
    DRAW_INTERVENTION_SEEN,
    DRAW_MUTATION,
    DRAW_POPULARITY,
    DRAW_PROOF,
    DRAW_PURGE,
    DRAW_ROTATION,
    DRAW_SCORE,
    DRAW_SHELVED,
    UNIT,
    bell_chance,
    block_of_words,
    normal,
    uniform,
)
from model.rules.careers import (
    known_supporter,
    loyalty_record,
    merit,
    non_renewal_probability,
    posts_to_refill,
    promotion_score,
)
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
    perceived_severity,
    promised_post,
    reach_of_officials,
    shielded_by_colleagues,
    spot_favour,
    threat_to_contract,
    threat_to_permanent,
    utility_of_siding,
    value_of_siding,
    win_chance,
)
from model.rules.elections import (
    HANDOVER,
    LAST_TERM,
    TERM,
    appointments_frozen,
    copied_patronage,
    expected_margin,
    incumbency_of_candidate,
    month_of_rotation,
    months_since_vote,
    months_to_vote,
    salience_of_vote,
)
from model.rules.learning import (
    learned_ratio,
    remembered,
    risk_after_own_sanction,
    risk_suggested,
    updated_risk,
)
from model.rules.oversight import (
    attention_of_enforcement,
    colleagues_willing,
    decision_hazard,
    detectability,
    exposure_probability,
    follow_up_probability,
    months_barred,
    past_the_head,
    proof_probability,
    sanction_level,
    seen_by_council,
    seen_by_patrol,
    seen_by_public,
    weight_of_level,
)
from model.rules.service import (
    MONTHS_RECENT,
    MONTHS_USUAL,
    cost_of_oversight,
    cost_to_rights,
    moving_average,
    service_of_region,
    welfare_of_region,
)

NOT_ELIGIBLE = -1e300
SENIOR = 3  # ranks from administrator on: the posts that officials rotate and purge
PATROL_CHANNEL, PUBLIC_CHANNEL, COUNCIL_CHANNEL, COLLEAGUES_CHANNEL = range(4)


class Scratch(NamedTuple):
    """Room for intermediate results of one region; nothing in it outlives the month."""

    draws: np.ndarray  # uint32, shape (4, posts): words of choice, exposure, exit, place in the queue
    of_office: np.ndarray  # float64, shape (8, posts of an office): one row each of STAKES to ODDS
    posts: np.ndarray  # int64, shape (2, posts): LISTED and BEST
    scores: np.ndarray  # float64, shape (3, posts): of candidates for posts outside and within reach; of the best
    moved: np.ndarray  # int8, shape (posts,): 1 for those who changed posts this month
    tables: np.ndarray  # float64, shape (6, 10): see TABLES below


STAKES, PROMINENCES, FELT_COVERT, FELT_OVERT, ODDS = range(5)  # rows of Scratch.of_office; the odds take four
LISTED, BEST, LOSING = range(3)  # rows of Scratch.posts
BEST_SCORES = 2  # row of Scratch.scores; the first two are the places: 0 outside, 1 within reach
# Rows of Scratch.tables: stake and prominence by rank; felt severity of covert and overt acts by 2 * rank + repeated;
# direction and visibility of stances; people of an office by stance.
STAKE_TABLE, PROMINENCE_TABLE, FELT_TABLE, _, LEAN_TABLE, COUNTS = range(6)


def new_scratch(most_posts: int, largest_office: int) -> Scratch:
    """Return room for regions of up to ``most_posts`` posts. Compiled code allocates nothing, which keeps it quick."""
    return Scratch(
        np.empty((4, most_posts), np.uint32), np.empty((8, largest_office)), np.empty((3, most_posts), np.int64),
        np.empty((3, most_posts)), np.empty(most_posts, np.int8), np.empty((6, 10)))


def months_of(first, last, month, world, scratch):
    """Let one month pass in the regions ``first`` to ``last - 1``."""
    for g in range(first, last):
        fill_tables(g, world, scratch)
        calendar(g, month, world)                           # 1
        offers(g, world)                                    # 2
        choice_of_stance(g, month, world, scratch)          # 3
        exposure_and_reports(g, month, world, scratch)      # 4
        adjudication(g, month, world)                       # 5
        execution_of_sanctions(g, month, world)             # 6
        learning(g, world)                                  # 7
        careers(g, month, world, scratch)                   # 8
        election_and_handover(g, month, world, scratch)     # 9
        service_and_welfare(g, world, scratch)              # 10
        measurement(g, world)                               # 11


# 1 Calendar ---------------------------------------------------------------------------------------------------


def calendar(g, month, world):
    """Set how near the vote is, how attentive enforcement is, and whether appointments are frozen."""
    region = world.regions[g]
    p = world.parameters[g]
    if region.laboratory:
        region.months_to_vote, region.months_since_vote = TERM, TERM
        region.salience, region.frozen = 1.0, 0
    else:
        region.months_to_vote = months_to_vote(month)
        region.months_since_vote = months_since_vote(month)
        region.salience = salience_of_vote(region.months_to_vote, p.salience_floor, p.salience_scale)
        region.frozen = 1 if appointments_frozen(region.months_to_vote, region.months_since_vote, p.rotation_ban) else 0
    region.attention = attention_of_enforcement(p.attention_floor, region.salience)
    set_reach(g, world)
    region.changes_now = 0.0
    for role in range(2):
        region.executed_now[role] = 0.0
        region.recommended_now[role] = 0.0


# 2 Offers -----------------------------------------------------------------------------------------------------


def offers(g, world):
    """Let both officials set promise, favour and threat, and let everyone judge who will win."""
    region = world.regions[g]
    p = world.parameters[g]
    reach = reach_of_officials(p.merit_protection, p.appointing_stake)
    region.margin = foreseen_margin(g, world)
    chance = win_chance(region.margin, p.margin_noise)
    for camp in range(2):
        governs = camp == region.governing
        region.win_chance[camp] = chance if governs else 1.0 - chance
        region.promise[camp] = promised_post(reach, p.promotion_prize, region.patronage[camp])
        favour = spot_favour(reach, p.spot_reward, region.patronage[camp]) if governs else 0.0
        # In the ban nothing can be given at once; a part is promised for later.
        region.favour[camp] = 0.0 if region.frozen else favour
        region.deferred[camp] = p.deferral * favour if region.frozen else 0.0
    region.threat_permanent = threat_to_permanent(reach, p.removal_threat, p.tenure_security)
    region.threat_contract = threat_to_contract(reach, p.renewal_threat, p.tenure_security_contract)


def foreseen_margin(g, world):
    """Return the margin of the governing camp that last month's state suggests."""
    region = world.regions[g]
    p = world.parameters[g]
    own, other = region.governing, 1 - region.governing
    support = region.support if own == 0 else -region.support
    return expected_margin(
        incumbency_of_candidate(p.incumbency, p.inherited_incumbency, region.terms_served),
        region.popularity[own] - region.popularity[other], p.mobilisation, support,
        p.service_voting, region.service_recent - region.service_usual,
        p.scandal, p.press_freedom, region.scandals[own] - region.scandals[other])


# 3 Choice of stance -------------------------------------------------------------------------------------------


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


# 4 Exposure and reports ---------------------------------------------------------------------------------------


def exposure_and_reports(g, month, world, scratch):
    """Expose acts, report the innocent now and then, and put the new cases at the end of the queue."""
    region = world.regions[g]
    p = world.parameters[g]
    people = world.people
    prominence = scratch.tables[PROMINENCE_TABLE]
    words = scratch.draws[1]
    base = region.first_row
    false_below = p.false_rate / UNIT
    found = 0
    for o in range(region.first_office, region.first_office + region.offices):
        office = world.offices[o]
        office.exposure_now = 0.0
        office.proven_now = 0.0
        for row in range(office.first_row, office.first_row + office.rows):
            stance = int(people.marks[STANCE, row])
            if stance == NEUTRAL:
                if words[row - base] < false_below and people.marks[OCCUPIED, row] == 1 and may_be_reported(row, people):
                    open_false_case(g, o, row, month, world)
                    scratch.posts[LISTED, found] = row
                    found += 1
                continue
            camp, overt = (stance - 1) // 2, 1 - stance % 2
            prominent = prominence[people.marks[RANK, row]]
            seen = 1.0 if overt else office.detectability_covert[camp]
            office.exposure_now += seen * prominent * region.attention
            chance = exposure_probability(region.attention, prominent, office.sight[camp, overt])
            if words[row - base] * UNIT < chance and may_be_reported(row, people):
                open_true_case(g, o, row, month, world)
                scratch.posts[LISTED, found] = row
                found += 1
        world.tallies[g].exposure[office.in_reach] += office.exposure_now
    queue_reports(g, found, world, scratch)
    report_interventions(g, month, world)


def may_be_reported(row, people):
    """Return whether the person has no open case; a shelved one does not protect her from the next."""
    return people.marks[CASE_STATUS, row] == NO_CASE or people.marks[CASE_STATUS, row] == SHELVED_CASE


def open_true_case(g, o, row, month, world):
    """Open a case for what the person in ``row`` does; the channel is drawn in proportion to the rates."""
    region = world.regions[g]
    people = world.people
    stance = int(people.marks[STANCE, row])
    patrol, public, council, colleagues = rates_of_channels(
        (stance - 1) // 2, 1 - stance % 2, world.offices[o], region, world.parameters[g])
    point = uniform(region.seed_low, region.seed_high, region.index, DRAW_CHANNEL, month, int(people.key[row]))
    point *= patrol + public + council + colleagues
    if point < patrol:
        channel = PATROL_CHANNEL
    elif point < patrol + public:
        channel = PUBLIC_CHANNEL
    elif point < patrol + public + council:
        channel = COUNCIL_CHANNEL
    else:
        channel = COLLEAGUES_CHANNEL
    open_case(g, o, row, month, stance, channel, False, world)
    p = world.parameters[g]
    world.tallies[g].provable[world.offices[o].in_reach] += proof_probability(p.evidence, p.proof_standard)


def open_false_case(g, o, row, month, world):
    """Open a case against a neutral person, for open support of a camp, reported by the public."""
    region = world.regions[g]
    side = uniform(region.seed_low, region.seed_high, region.index, DRAW_ALLEGED_CAMP, month, int(world.people.key[row]))
    open_case(g, o, row, month, OVERT_A if side < 0.5 else OVERT_B, PUBLIC_CHANNEL, True, world)
    world.tallies[g].false_reports[world.offices[o].in_reach] += 1.0


def open_case(g, o, row, month, act, channel, is_false, world):
    """Open a case against the person in ``row``."""
    people = world.people
    if people.marks[CASE_STATUS, row] == SHELVED_CASE:
        drop_from_docket(g, row, world)
    people.marks[CASE_STATUS, row] = QUEUED
    people.marks[CASE_ACT, row] = act
    people.marks[CASE_CHANNEL, row] = channel
    people.marks[CASE_FALSE, row] = 1 if is_false else 0
    people.months[CASE_MONTH, row] = month
    tally = world.tallies[g]
    count_case(tally.reported_role, tally.reported_channel, tally.reported_rank, world.offices[o].in_reach, row,
               world.regions[g].governing, people)


def count_case(by_role, by_channel, by_rank, where, row, governing, people):
    """Add the case of the person in ``row`` to the three counts of one kind of event."""
    by_role[where, role_of(people.marks[CASE_ACT, row], governing)] += 1.0
    by_channel[where, people.marks[CASE_CHANNEL, row]] += 1.0
    by_rank[where, people.marks[RANK, row]] += 1.0


def role_of(act, governing):
    """Return 0 if the act supports the governing camp, else 1."""
    return 0 if (act - 1) // 2 == governing else 1


def queue_reports(g, found, world, scratch):
    """Append this month's reports to the docket in the order of their draws, which is no order of rows."""
    region = world.regions[g]
    base = region.first_row
    places = scratch.draws[3]
    for k in range(found):
        row = int(scratch.posts[LISTED, k])
        place = region.docket_length + k
        while place > region.docket_length and later(world.docket[base + place - 1], row, base, places, world.people):
            world.docket[base + place] = world.docket[base + place - 1]
            place -= 1
        world.docket[base + place] = row
    region.docket_length += found


def later(row, other, base, places, people):
    """Return whether the report on ``row`` comes after that on ``other`` (keys decide between equal draws)."""
    if places[row - base] != places[other - base]:
        return places[row - base] > places[other - base]
    return people.key[row] > people.key[other]


def drop_from_docket(g, row, world):
    """Remove the person in ``row`` from the docket, keeping the order of the others."""
    region = world.regions[g]
    docket = world.docket[region.first_row:region.first_row + region.docket_length]
    kept = 0
    for k in range(len(docket)):
        if docket[k] != row:
            docket[kept] = docket[k]
            kept += 1
    region.docket_length = kept


def report_interventions(g, month, world):
    """Expose what the officials themselves do: like a covert act of the most prominent rank, at once adjudicated."""
    region = world.regions[g]
    p = world.parameters[g]
    if region.laboratory:
        return  # no vote, so nothing a scandal could cost
    for camp in range(2):
        role = 0 if camp == region.governing else 1
        willing = colleagues_willing(p.peer_reporting, region.share_neutral, region.follow_up_belief[role],
                                     p.reprisal_fear, p.whistleblower_protection)
        sight = (seen_by_patrol(p.patrol, p.patrol_sees_covert)
                 + seen_by_public(p.public_reporting, p.press_freedom, p.public_sees_covert)
                 + seen_by_council(p.council_oversight, p.opposition, role == 0, p.public_sees_covert)
                 + willing * p.peers_see_covert)
        activity = reach_of_officials(p.merit_protection, p.appointing_stake) * region.patronage[camp]
        chance = activity * exposure_probability(region.attention, p.prominence_executive, sight)
        seen = uniform(region.seed_low, region.seed_high, region.index, DRAW_INTERVENTION_SEEN, month, camp) < chance
        proven = uniform(region.seed_low, region.seed_high, region.index, DRAW_INTERVENTION_PROVEN, month, camp) \
            < proof_probability(p.evidence, p.proof_standard)
        if seen and proven:
            region.scandals[camp] += 1.0
            world.tallies[g].interventions += 1.0


# 5 Adjudication -----------------------------------------------------------------------------------------------


def adjudication(g, month, world):
    """Hear cases in the order of their reports as far as capacity goes; cases that wait too long lapse."""
    region = world.regions[g]
    p = world.parameters[g]
    people, tally = world.people, world.tallies[g]
    docket = world.docket[region.first_row:region.first_row + region.docket_length]
    region.hearing_credit += p.oversight_capacity * region.rows / 1000.0
    hearings = int(region.hearing_credit)
    region.hearing_credit -= hearings
    if_true = proof_probability(p.evidence, p.proof_standard)
    if_false = proof_probability(0.0, p.proof_standard)
    kept = 0
    for k in range(len(docket)):
        row = int(docket[k])
        if people.marks[CASE_STATUS, row] == QUEUED:
            where = world.offices[office_of(g, row, world)].in_reach
            if month - people.months[CASE_MONTH, row] >= p.deadline:
                count_case(tally.lapsed_role, tally.lapsed_channel, tally.lapsed_rank, where, row,
                           region.governing, people)
                people.marks[CASE_STATUS, row] = NO_CASE
                continue
            if hearings > 0:
                hearings -= 1
                tally.heard[where] += 1.0
                chance = if_false if people.marks[CASE_FALSE, row] == 1 else if_true
                if uniform(region.seed_low, region.seed_high, region.index, DRAW_PROOF, month, int(people.key[row])) >= chance:
                    tally.acquitted[where] += 1.0
                    people.marks[CASE_STATUS, row] = NO_CASE
                    continue
                recommend(g, row, world)
        docket[kept] = row
        kept += 1
    region.docket_length = kept


def recommend(g, row, world):
    """Recommend a sanction for the person in ``row``, whose case was found proven."""
    region = world.regions[g]
    people, tally = world.people, world.tallies[g]
    office = world.offices[office_of(g, row, world)]
    people.marks[CASE_STATUS, row] = RECOMMENDED
    region.recommended_now[role_of(people.marks[CASE_ACT, row], region.governing)] += 1.0
    count_case(tally.recommended_role, tally.recommended_channel, tally.recommended_rank, office.in_reach, row,
               region.governing, people)
    if people.marks[CASE_FALSE, row] == 0:
        office.proven_now += 1.0
        count_case(tally.proven_role, tally.proven_channel, tally.proven_rank, office.in_reach, row,
                   region.governing, people)


def office_of(g, row, world):
    """Return the office of a post. Posts are dealt like cards, so the first offices may have one post more."""
    region = world.regions[g]
    size, larger = region.rows // region.offices, region.rows % region.offices
    local = row - region.first_row
    if local < larger * (size + 1):
        return region.first_office + local // (size + 1)
    return region.first_office + larger + (local - larger * (size + 1)) // size


# 6 Execution of sanctions -------------------------------------------------------------------------------------


def execution_of_sanctions(g, month, world):
    """Let the governing official decide on recommendations; what he does not execute is shelved."""
    region = world.regions[g]
    p = world.parameters[g]
    people = world.people
    docket = world.docket[region.first_row:region.first_row + region.docket_length]
    low, high, index = region.seed_low, region.seed_high, region.index
    hazard = decision_hazard(p.execution_delay)
    kept = 0
    for k in range(len(docket)):
        row = int(docket[k])
        key = int(people.key[row])
        executed = False
        if people.marks[CASE_STATUS, row] == RECOMMENDED:
            if uniform(low, high, index, DRAW_DECISION_TIME, month, key) < hazard:
                in_reach = world.offices[office_of(g, row, world)].in_reach == 1
                governs = role_of(people.marks[CASE_ACT, row], region.governing) == 0
                chance = follow_up_probability(p.independence, p.follow_up, p.capture, p.appointing_stake, governs, in_reach)
                executed = uniform(low, high, index, DRAW_FOLLOW_UP, month, key) < chance
                if not executed:
                    people.marks[CASE_STATUS, row] = SHELVED_CASE
        elif people.marks[CASE_STATUS, row] == SHELVED_CASE:
            executed = uniform(low, high, index, DRAW_SHELVED, month, key) < p.central_pressure
        if executed:
            execute(g, row, month, world)
        else:
            docket[kept] = row
            kept += 1
    region.docket_length = kept


def execute(g, row, month, world):
    """Sanction the person in ``row`` for her case."""
    region = world.regions[g]
    p = world.parameters[g]
    people, tally = world.people, world.tallies[g]
    where = world.offices[office_of(g, row, world)].in_reach
    overt = people.marks[CASE_ACT, row] == OVERT_A or people.marks[CASE_ACT, row] == OVERT_B
    level = sanction_level(overt, people.marks[SANCTIONS, row] > 0, int(people.marks[RANK, row]))
    region.executed_now[role_of(people.marks[CASE_ACT, row], region.governing)] += 1.0
    count_case(tally.sanctioned_role, tally.sanctioned_channel, tally.sanctioned_rank, where, row,
               region.governing, people)
    if people.marks[CASE_FALSE, row] == 1:
        tally.wrongful[where] += 1.0
    if overt and people.marks[RANK, row] < FIRST_STRUCTURAL_RANK:
        tally.expression[where] += 1.0  # open support by those with no office to misuse
    people.marks[CASE_STATUS, row] = NO_CASE
    people.marks[SANCTIONS, row] = min(people.marks[SANCTIONS, row] + 1, 127)
    people.marks[SANCTION_LEVEL, row] = level
    people.months[BARRED_UNTIL, row] = max(people.months[BARRED_UNTIL, row], month + months_barred(level))
    if level == 3:
        people.marks[POST_LOST, row] = 1
    people.traits[PERCEIVED_RISK, row] = risk_after_own_sanction(people.traits[PERCEIVED_RISK, row], p.own_sanction_jump)


# 7 Learning ---------------------------------------------------------------------------------------------------


def learning(g, world):
    """Move beliefs towards what offices and region have seen, and loyalty records towards what camps have seen."""
    region = world.regions[g]
    p = world.parameters[g]
    proven, exposure = 0.0, 0.0
    for o in range(region.first_office, region.first_office + region.offices):
        office = world.offices[o]
        office.proven_memory = remembered(office.proven_memory, p.risk_memory, office.proven_now)
        office.exposure_memory = remembered(office.exposure_memory, p.risk_memory, office.exposure_now)
        proven += office.proven_now
        exposure += office.exposure_now
    region.proven_memory = remembered(region.proven_memory, p.risk_memory, proven)
    region.exposure_memory = remembered(region.exposure_memory, p.risk_memory, exposure)
    region.regional_risk = learned_ratio(region.proven_memory, region.exposure_memory, p.risk_prior, p.prior_weight)
    for role in range(2):
        region.executed_memory[role] = remembered(region.executed_memory[role], p.risk_memory, region.executed_now[role])
        region.recommended_memory[role] = remembered(
            region.recommended_memory[role], p.risk_memory, region.recommended_now[role])
        region.follow_up_belief[role] = learned_ratio(
            region.executed_memory[role], region.recommended_memory[role], region.follow_up_prior[role], p.prior_weight)
    for o in range(region.first_office, region.first_office + region.offices):
        office = world.offices[o]
        own = learned_ratio(office.proven_memory, office.exposure_memory, region.regional_risk, p.prior_weight)
        learn_in_office(office, risk_suggested(own, region.regional_risk, p.publicity), p, world.people)


def learn_in_office(office, suggested, p, people):
    """Update perceived risk and loyalty records of the people in one office."""
    first, last = office.first_row, office.first_row + office.rows
    risk, stance = people.traits[PERCEIVED_RISK, first:last], people.marks[STANCE, first:last]
    loyalty_a, loyalty_b = people.traits[LOYALTY_A, first:last], people.traits[LOYALTY_B, first:last]
    rate, memory, covert, overt = p.learning_rate, p.loyalty_memory, p.visibility_covert, p.visibility_overt
    for i in range(len(risk)):
        risk[i] = updated_risk(risk[i], suggested, rate)
    for i in range(len(stance)):
        seen = covert if stance[i] == COVERT_A else (overt if stance[i] == OVERT_A else 0.0)
        loyalty_a[i] = loyalty_record(loyalty_a[i], seen, memory)
    for i in range(len(stance)):
        seen = covert if stance[i] == COVERT_B else (overt if stance[i] == OVERT_B else 0.0)
        loyalty_b[i] = loyalty_record(loyalty_b[i], seen, memory)


# 8 Careers ----------------------------------------------------------------------------------------------------


def careers(g, month, world, scratch):
    """Let people leave, carry out severe sanctions, fill vacant posts from below, rotate before the ban."""
    region = world.regions[g]
    scratch.moved[:region.rows] = 0
    exits(g, month, world, scratch)
    demotions(g, month, world, scratch)
    for below in range(4):
        fill_vacancies(g, 4 - below, month, world, scratch)
    hire(g, month, world)
    if region.laboratory == 0 and region.frozen == 0 and month_of_rotation(
            region.months_to_vote, world.parameters[g].rotation_ban):
        reshuffle(g, month, world.parameters[g].rotation, DRAW_ROTATION, world, scratch)


def exits(g, month, world, scratch):
    """Let people retire, and contracts run out."""
    region = world.regions[g]
    p = world.parameters[g]
    people = world.people
    words = scratch.draws[2]
    base = region.first_row
    reach = reach_of_officials(p.merit_protection, p.appointing_stake)
    # Nobody's chance of leaving exceeds this, so most are passed over with one comparison.
    highest = (p.retirement + non_renewal_probability(reach, p.renewal_threat, p.tenure_security_contract, False, True)) / UNIT
    for o in range(region.first_office, region.first_office + region.offices):
        office = world.offices[o]
        for row in range(office.first_row, office.first_row + office.rows):
            if words[row - base] >= highest or people.marks[OCCUPIED, row] == 0:
                continue
            chance = p.retirement
            if people.marks[CONTRACT, row] == 1 and (month + people.key[row]) % 12 == 0 and office.in_reach == 1:
                own, other = loyalty_to(row, region.governing, people), loyalty_to(row, 1 - region.governing, people)
                chance += non_renewal_probability(
                    reach, p.renewal_threat, p.tenure_security_contract,
                    known_supporter(own, other, p.known_loyalty), known_supporter(other, own, p.known_loyalty))
            if words[row - base] * UNIT < chance:
                leave(g, row, office.in_reach, world)


def loyalty_to(row, camp, people):
    """Return the loyalty record of the person in ``row`` towards a camp."""
    return people.traits[LOYALTY_A + camp, row]


def leave(g, row, where, world):
    """Vacate the post ``row``; an open case ends with the person's service."""
    people = world.people
    world.tallies[g].exits[where, people.marks[RANK, row]] += 1.0
    if people.marks[CASE_STATUS, row] != NO_CASE:
        if people.marks[CASE_STATUS, row] == QUEUED:
            world.tallies[g].closed_by_exit[where] += 1.0
        drop_from_docket(g, row, world)
    people.marks[CASE_STATUS, row] = NO_CASE
    people.marks[OCCUPIED, row] = 0
    people.marks[STANCE, row] = NEUTRAL
    people.marks[CONTRACT, row] = 0
    people.marks[POST_LOST, row] = 0


def demotions(g, month, world, scratch):
    """Carry out severe sanctions: staff are dismissed, others exchange posts with the best candidate from below."""
    region = world.regions[g]
    people = world.people
    for row in range(region.first_row, region.first_row + region.rows):
        if people.marks[POST_LOST, row] == 0:
            continue
        in_reach = world.offices[office_of(g, row, world)].in_reach
        if people.marks[RANK, row] == 0:
            leave(g, row, in_reach, world)
            continue
        if post_is_frozen(int(people.marks[RANK, row]), in_reach, region.frozen):
            continue
        score_candidates(g, month, int(people.marks[RANK, row]) - 1, world, scratch)
        if best_candidates(g, month, int(people.marks[RANK, row]) - 1, in_reach, 1, world, scratch) == 1:
            promote(g, scratch.posts[BEST, 0], row, in_reach, world, scratch)


def post_is_frozen(rank, in_reach, frozen):
    """Return whether a post may not be filled now: the ban holds for officials that the region's head appoints."""
    return frozen == 1 and in_reach == 1 and rank >= FIRST_STRUCTURAL_RANK


def fill_vacancies(g, rank, month, world, scratch):
    """Fill the vacant posts of one rank with the best people of the rank below, those within reach first."""
    region = world.regions[g]
    scored = False
    for outside in range(2):
        in_reach = 1 - outside
        if post_is_frozen(rank, in_reach, region.frozen):
            continue
        count = list_vacancies(g, rank, in_reach, world, scratch)
        if count == 0:
            continue
        if not scored:
            score_candidates(g, month, rank - 1, world, scratch)
            scored = True
        found = best_candidates(g, month, rank - 1, in_reach, count, world, scratch)
        for k in range(found):
            promote(g, scratch.posts[BEST, k], scratch.posts[LISTED, k], in_reach, world, scratch)


def list_vacancies(g, rank, in_reach, world, scratch):
    """List the vacant posts of a rank, within or outside reach, in ``scratch.posts[LISTED]``; return their number."""
    region = world.regions[g]
    marks = world.people.marks
    count = 0
    for o in range(region.first_office, region.first_office + region.offices):
        office = world.offices[o]
        if office.in_reach != in_reach:
            continue
        first, last = posts_of_rank(office, rank, world.people)
        for row in range(first, last):
            if marks[OCCUPIED, row] == 0:
                scratch.posts[LISTED, count] = row
                count += 1
    return count


def posts_of_rank(office, rank, people):
    """Return the first post of a rank in an office, and the post after the last; posts are sorted by rank."""
    end = office.first_row + office.rows
    first = office.first_row
    while first < end and people.marks[RANK, first] > rank:
        first += 1
    if first == end or people.marks[RANK, first] != rank:
        return first, first
    return first, end_of_rank(first, end, people)


def score_candidates(g, month, rank, world, scratch):
    """Score everyone of ``rank`` for posts one rank up, outside and within reach, in ``scratch.scores``."""
    region = world.regions[g]
    people = world.people
    for o in range(region.first_office, region.first_office + region.offices):
        first, last = posts_of_rank(world.offices[o], rank, people)
        score_posts(g, month, first, last, world, scratch)


def score_posts(g, month, first, last, world, scratch):
    """Score the people in the posts ``first`` to ``last - 1``."""
    region = world.regions[g]
    p = world.parameters[g]
    people = world.people
    competence, loyalty = people.traits[COMPETENCE, first:last], people.traits[LOYALTY_A + region.governing, first:last]
    entry, key = people.months[ENTRY_MONTH, first:last], people.key[first:last]
    low, high, index = region.seed_low, region.seed_high, region.index
    patronage, protection = region.patronage[region.governing], p.merit_protection
    seniority_weight, loyalty_weight, noise = p.seniority_weight, p.loyalty_weight, p.score_noise
    outside = scratch.scores[0, first - region.first_row:last - region.first_row]
    within = scratch.scores[1, first - region.first_row:last - region.first_row]
    for i in range(len(key)):
        chance = bell_chance(low, high, index, DRAW_SCORE, month, key[i])
        deserved = merit(competence[i], month - entry[i], seniority_weight)
        outside[i] = promotion_score(deserved, loyalty[i], chance, protection, patronage, loyalty_weight, noise, False)
        within[i] = promotion_score(deserved, loyalty[i], chance, protection, patronage, loyalty_weight, noise, True)


def best_candidates(g, month, rank, in_reach, wanted, world, scratch):
    """Find the ``wanted`` people of ``rank`` with the highest scores, already given, for posts one rank up.

    Writes their posts to ``scratch.posts[BEST]``, best first, and returns how many there are. Ties go to the lower key.
    """
    region = world.regions[g]
    people = world.people
    base = region.first_row
    found, pool, pool_loyalty = 0, 0, 0.0
    loyalty, scores = people.traits[LOYALTY_A + region.governing], scratch.scores[in_reach]
    worst = NOT_ELIGIBLE  # of the best so far, once there are enough
    for o in range(region.first_office, region.first_office + region.offices):
        first, last = posts_of_rank(world.offices[o], rank, people)
        for row in range(first, last):
            pool += people.marks[OCCUPIED, row]
            pool_loyalty += people.marks[OCCUPIED, row] * loyalty[row]
            score = scores[row - base]
            if score < worst or scratch.moved[row - base] == 1 or not may_be_promoted(row, month, rank, people):
                continue
            if found == wanted and not beats(score, people.key[row], found - 1, people, scratch):
                continue
            place = found if found < wanted else wanted - 1
            while place > 0 and beats(score, people.key[row], place - 1, people, scratch):
                scratch.posts[BEST, place] = scratch.posts[BEST, place - 1]
                scratch.scores[BEST_SCORES, place] = scratch.scores[BEST_SCORES, place - 1]
                place -= 1
            scratch.posts[BEST, place] = row
            scratch.scores[BEST_SCORES, place] = score
            found = min(found + 1, wanted)
            worst = scratch.scores[BEST_SCORES, found - 1] if found == wanted else NOT_ELIGIBLE
    tally = world.tallies[g]
    for k in range(found):
        tally.loyalty_lead[in_reach, rank + 1] += loyalty[scratch.posts[BEST, k]] - pool_loyalty / pool
    return found


def may_be_promoted(row, month, rank, people):
    """Return whether the post is held, no sanction bars the holder, and her contract allows the post above ``rank``."""
    if people.marks[OCCUPIED, row] == 0:
        return False
    if people.months[BARRED_UNTIL, row] >= month or people.marks[POST_LOST, row] == 1:
        return False
    return people.marks[CONTRACT, row] == 0 or rank + 1 < FIRST_STRUCTURAL_RANK


def beats(score, key, place, people, scratch):
    """Return whether a candidate comes before the one in ``place`` of the list."""
    if score != scratch.scores[BEST_SCORES, place]:
        return score > scratch.scores[BEST_SCORES, place]
    return key < people.key[scratch.posts[BEST, place]]


def promote(g, row, post, in_reach, world, scratch):
    """Move the person in ``row`` to ``post``; whoever holds that post takes hers in exchange."""
    region = world.regions[g]
    people, tally = world.people, world.tallies[g]
    rank = int(people.marks[RANK, post])
    tally.promoted[in_reach, rank] += 1.0
    tally.promoted_competence[in_reach, rank] += people.traits[COMPETENCE, row]
    exchange(g, row, post, world)
    people.marks[POST_LOST, row] = 0  # whoever made room has lost the post now
    scratch.moved[row - region.first_row] = 1
    scratch.moved[post - region.first_row] = 1
    region.changes_now += 2.0 if people.marks[OCCUPIED, row] == 1 else 1.0


def exchange(g, row, other, world):
    """Exchange two posts' people (or the vacancy of one), with all their columns and their places in the docket."""
    people = world.people
    exchange_columns(people.marks, FIRST_PERSONAL_MARK, row, other)
    exchange_columns(people.traits, 0, row, other)
    exchange_columns(people.months, 0, row, other)
    people.key[row], people.key[other] = people.key[other], people.key[row]
    if people.marks[CASE_STATUS, row] == NO_CASE and people.marks[CASE_STATUS, other] == NO_CASE:
        return
    region = world.regions[g]
    docket = world.docket[region.first_row:region.first_row + region.docket_length]
    for k in range(len(docket)):
        if docket[k] == row:
            docket[k] = other
        elif docket[k] == other:
            docket[k] = row


def exchange_columns(block, first, row, other):
    """Exchange two posts' values in the columns of a block, from the column ``first`` on."""
    for column in range(first, len(block)):
        block[column, row], block[column, other] = block[column, other], block[column, row]


def hire(g, month, world):
    """Fill vacant staff posts with newcomers."""
    region = world.regions[g]
    share = world.parameters[g].contract_share
    for row in range(region.first_row, region.first_row + region.rows):
        if world.people.marks[OCCUPIED, row] == 0 and world.people.marks[RANK, row] == 0:
            enter(g, row, month, world)
            sign_contract(g, row, month, share, world)
            region.changes_now += 1.0


def reshuffle(g, month, share, decision, world, scratch):
    """Refill a share of the senior posts within reach: known opponents lose theirs first, the best scores get them."""
    region = world.regions[g]
    p = world.parameters[g]
    reach = reach_of_officials(p.merit_protection, p.appointing_stake)
    for below in range(2):
        rank = 4 - below
        held = holders(g, rank, world, scratch)
        draw = uniform(region.seed_low, region.seed_high, region.index, decision, month, rank)
        wanted = posts_to_refill(share, reach, held, draw)
        if wanted == 0:
            continue
        losing = scratch.posts[LOSING]
        for k in range(wanted):
            losing[k] = scratch.posts[LISTED, k]
        score_candidates(g, month, rank - 1, world, scratch)
        found = best_candidates(g, month, rank - 1, 1, wanted, world, scratch)
        for k in range(found):
            world.tallies[g].rotations[1, rank] += 1.0
            promote(g, scratch.posts[BEST, k], losing[k], 1, world, scratch)


def holders(g, rank, world, scratch):
    """List the holders of posts of ``rank`` within reach in ``scratch.posts[LISTED]``, known opponents first; return their number."""
    region = world.regions[g]
    people = world.people
    lead, rows = scratch.scores[BEST_SCORES], scratch.posts[LISTED]
    count = 0
    for o in range(region.first_office, region.first_office + region.offices):
        office = world.offices[o]
        if office.in_reach == 0:
            continue
        for row in range(office.first_row, office.first_row + office.rows):
            if people.marks[RANK, row] < rank:
                break
            if people.marks[RANK, row] > rank or people.marks[OCCUPIED, row] == 0 or scratch.moved[row - region.first_row] == 1:
                continue
            own = loyalty_to(row, region.governing, people) - loyalty_to(row, 1 - region.governing, people)
            place = count
            while place > 0 and (own < lead[place - 1] or (
                    own == lead[place - 1] and people.key[row] < people.key[rows[place - 1]])):
                rows[place], lead[place] = rows[place - 1], lead[place - 1]
                place -= 1
            rows[place], lead[place] = row, own
            count += 1
    return count


# 9 Election and handover --------------------------------------------------------------------------------------


def election_and_handover(g, month, world, scratch):
    """Hold the vote in its month; three months later the winner takes over, purges, and the loser's camp renews."""
    region = world.regions[g]
    if region.laboratory:
        return
    if region.months_to_vote == 0:
        observe(g, world, scratch)  # voters see this month's support
        vote(g, month, world)
    elif region.months_since_vote == HANDOVER:
        hand_over(g, month, world)
        reshuffle(g, month, world.parameters[g].purge, DRAW_PURGE, world, scratch)


def vote(g, month, world):
    """Decide the election."""
    region = world.regions[g]
    tally = world.tallies[g]
    noise = world.parameters[g].margin_noise * normal(
        region.seed_low, region.seed_high, region.index, DRAW_ELECTION_NOISE, month, 0)
    margin = foreseen_margin(g, world) + noise
    region.winner = region.governing if margin > 0.0 else 1 - region.governing
    region.winner_patronage = region.patronage[region.winner]
    tally.elections += 1.0
    tally.incumbent_wins += 1.0 if margin > 0.0 else 0.0
    tally.margin += margin
    tally.margin_squared += margin * margin


def hand_over(g, month, world):
    """Let the winner govern, and let camps whose candidate is spent field someone new."""
    region = world.regions[g]
    p = world.parameters[g]
    re_elected = region.winner == region.governing
    region.governing = region.winner
    region.terms_served = region.terms_served % LAST_TERM + 1 if re_elected else 1
    loser = 1 - region.winner
    field_candidate(g, month, loser, world)
    region.patronage[loser] = new_style(g, month, loser, world)
    if region.terms_served == LAST_TERM:
        field_candidate(g, month, region.winner, world)  # a successor: popularity is new, patronage is inherited
    for camp in range(2):
        region.scandals[camp] = 0.0
        # The record of follow-up is about roles; a new official starts from what his office makes likely.
        region.follow_up_prior[camp] = follow_up_probability(
            p.independence, p.follow_up, p.capture, p.appointing_stake, camp == 0, True)


def field_candidate(g, month, camp, world):
    """Draw the popularity of a camp's new candidate."""
    region = world.regions[g]
    region.popularity[camp] = world.parameters[g].popularity_sd * normal(
        region.seed_low, region.seed_high, region.index, DRAW_POPULARITY, month, camp)


def new_style(g, month, camp, world):
    """Return the patronage of a camp's new candidate, perhaps copied from a winner in another region of the run."""
    region = world.regions[g]
    p = world.parameters[g]
    low, high, index = region.seed_low, region.seed_high, region.index
    elsewhere = region.winner_patronage
    if region.run_regions > 1:
        step = 1 + int((region.run_regions - 1) * uniform(low, high, index, DRAW_IMITATED_REGION, month, camp))
        elsewhere = world.regions[region.run_first + (region.index + step) % region.run_regions].winner_patronage
    imitates = uniform(low, high, index, DRAW_IMITATES, month, camp) < p.imitation
    mutation = p.mutation_sd * normal(low, high, index, DRAW_MUTATION, month, camp)
    return copied_patronage(region.patronage[camp], elsewhere, imitates, mutation)


# 10 Service and welfare ---------------------------------------------------------------------------------------


def service_and_welfare(g, world, scratch):
    """Work out public service, the costs of oversight, and welfare."""
    region = world.regions[g]
    p = world.parameters[g]
    tally = world.tallies[g]
    observe(g, world, scratch)
    stake = scratch.tables[STAKE_TABLE]
    held, competent, vacant, siding, present = 0.0, 0.0, 0.0, 0.0, 0.0
    for where in range(2):
        for rank in range(5):
            filled = 0.0
            for stance in range(5):
                filled += tally.people[where, rank, stance]
            held += stake[rank] * filled
            vacant += stake[rank] * tally.vacant[where, rank]
            competent += stake[rank] * tally.competence[where, rank]
            siding += filled - tally.people[where, rank, 0]
            present += filled
    siding = siding / max(1.0, present)
    region.turnover = moving_average(region.turnover, MONTHS_RECENT * region.changes_now / region.rows, MONTHS_RECENT)
    service = service_of_region(competent / max(1e-9, held), p.diversion, region.salience, siding, p.disruption,
                                region.turnover, p.vacancy_cost, vacant / max(1e-9, held + vacant))
    if region.service_recent == 0.0 and region.service_usual == 0.0:
        region.service_recent = service
        region.service_usual = service
    region.service_recent = moving_average(region.service_recent, service, MONTHS_RECENT)
    region.service_usual = moving_average(region.service_usual, service, MONTHS_USUAL)
    per_thousand = 1000.0 / region.rows
    wrongful = per_thousand * (tally.wrongful[0] + tally.wrongful[1])
    expression = per_thousand * (tally.expression[0] + tally.expression[1])
    cost = cost_of_oversight(p.oversight_capacity, p.cost_capacity, p.patrol, p.cost_patrol, wrongful, p.cost_wrongful)
    rights = cost_to_rights(p.rights_cost, p.patrol, expression)
    tally.service = region.rows * service
    tally.oversight_cost = region.rows * cost
    tally.rights_cost = region.rows * rights
    tally.welfare = region.rows * welfare_of_region(
        service, p.neutrality_value, region.salience, siding, cost, rights)


# 11 Measurement -----------------------------------------------------------------------------------------------


def observe(g, world, scratch):
    """Count the people of region ``g`` by rank and stance, and note what each office will have seen next month.

    The counts are set, not added to, so it may be called again after people have moved.
    """
    region = world.regions[g]
    people, tally = world.people, world.tallies[g]
    prominence, lean, counts = scratch.tables[PROMINENCE_TABLE], scratch.tables[LEAN_TABLE], scratch.tables[COUNTS]
    tally.people[:] = 0.0
    tally.vacant[:] = 0.0
    tally.contract[:] = 0.0
    tally.competence[:] = 0.0
    tally.perceived_risk[:] = 0.0
    tally.perceived_risk_squared[:] = 0.0
    # Stances relative to the incumbent: the two camps' columns change places when camp B governs.
    shift = 0 if region.governing == 0 else 2
    support, weight, neutral, everyone = 0.0, 0.0, 0.0, 0
    for o in range(region.first_office, region.first_office + region.offices):
        office = world.offices[o]
        where = office.in_reach
        office.head = NOBODY
        counts[:5] = 0.0
        first, end = office.first_row, office.first_row + office.rows
        while first < end:
            rank = int(people.marks[RANK, first])
            last = end_of_rank(first, end, people)
            here, competence, risk, risk_squared, contracts = count_people(first, last, people)
            filled = here[0] + here[1] + here[2] + here[3] + here[4]
            for stance in range(5):
                counts[stance] += here[stance]
                tally.people[where, rank, stance if stance == NEUTRAL else (stance - 1 + shift) % 4 + 1] += here[stance]
                support += prominence[rank] * lean[stance] * here[stance]
            weight += prominence[rank] * filled
            tally.vacant[where, rank] += last - first - filled
            tally.competence[where, rank] += competence
            tally.perceived_risk[where, rank] += risk
            tally.perceived_risk_squared[where, rank] += risk_squared
            tally.contract[where] += contracts
            if office.head == NOBODY and filled > 0:
                office.head = first_holder(first, people)
            first = last
        office.occupied = int(counts[0] + counts[1] + counts[2] + counts[3] + counts[4])
        office.head_camp = NOBODY
        if office.occupied > 0:
            office.share_neutral = counts[0] / office.occupied
            office.share_side[0] = (counts[1] + counts[2]) / office.occupied
            office.share_side[1] = (counts[3] + counts[4]) / office.occupied
            if people.marks[STANCE, office.head] != NEUTRAL:
                office.head_camp = (people.marks[STANCE, office.head] - 1) // 2
        neutral += counts[0]
        everyone += office.occupied
    region.support = support / max(1e-9, weight)
    region.share_neutral = neutral / max(1, everyone)


def end_of_rank(first, end, people):
    """Return the post after the last one (before ``end``) that has the rank of post ``first``."""
    rank = people.marks[RANK, first]
    last = first
    while last < end and people.marks[RANK, last] == rank:
        last += 1
    return last


def first_holder(row, people):
    """Return the first post from ``row`` on that somebody holds."""
    while people.marks[OCCUPIED, row] == 0:
        row += 1
    return row


def count_people(first, last, people):
    """Return, for the posts ``first`` to ``last - 1``, people by stance, and sums of their competence and risk.

    Returns
    -------
    (int tuple of 5, float, float, float, int)
        People by stance; competence; perceived risk; its square; contracts.
    """
    occupied, stance = people.marks[OCCUPIED, first:last], people.marks[STANCE, first:last]
    contract = people.marks[CONTRACT, first:last]
    competence, risk = people.traits[COMPETENCE, first:last], people.traits[PERCEIVED_RISK, first:last]
    present, one, two, three, four, contracts = 0, 0, 0, 0, 0, 0
    for i in range(len(stance)):
        present += occupied[i]
        one += stance[i] == COVERT_A
        two += stance[i] == OVERT_A
        three += stance[i] == COVERT_B
        four += stance[i] == OVERT_B
        contracts += contract[i]
    competent, perceived, squared = 0.0, 0.0, 0.0
    for i in range(len(stance)):
        held = float(occupied[i])
        competent += held * competence[i]
        perceived += held * risk[i]
        squared += held * (risk[i] * risk[i])
    return (present - one - two - three - four, one, two, three, four), competent, perceived, squared, contracts


def measurement(g, world):
    """Take down what belongs to the region as a whole; the rest was counted where it happened."""
    region = world.regions[g]
    tally = world.tallies[g]
    queue = 0
    for k in range(region.docket_length):
        if world.people.marks[CASE_STATUS, world.docket[region.first_row + k]] == QUEUED:
            queue += 1
    patronage = region.patronage[region.governing]
    tally.queue = queue
    tally.regions = 1.0
    tally.attention = region.attention
    tally.salience = region.salience
    tally.patronage = patronage
    tally.patronage_squared = patronage * patronage
