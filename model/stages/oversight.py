"""Stages 4 to 6: acts are exposed and reported, cases are heard, sanctions are executed."""

from __future__ import annotations

from model.population import (
    BARRED_UNTIL,
    CASE_ACT,
    CASE_CHANNEL,
    CASE_FALSE,
    CASE_MONTH,
    CASE_STATUS,
    FIRST_STRUCTURAL_RANK,
    NEUTRAL,
    NO_CASE,
    NOTICED,
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
)
from model.randomness import (
    DRAW_ALLEGED_CAMP,
    DRAW_CHANNEL,
    DRAW_DECISION_TIME,
    DRAW_FOLLOW_UP,
    DRAW_INTERVENTION_PROVEN,
    DRAW_INTERVENTION_SEEN,
    DRAW_PROOF,
    DRAW_RECEIPT,
    DRAW_SHELVED,
    UNIT,
    uniform,
    words_below,
)
from model.rules.choice import reach_of_officials
from model.rules.learning import risk_after_own_sanction
from model.rules.oversight import (
    colleagues_willing,
    decision_hazard,
    exposure_probability,
    follow_up_probability,
    months_barred,
    proof_probability,
    receipt_hazard,
    sanction_level,
    seen_by_council,
    seen_by_patrol,
    seen_by_public,
    whole_hearings,
)
from model.stages.choice import rate_of_colleagues, rates_of_outsiders
from model.stages.order import sort_posts
from model.stages.room import (
    CHANCES,
    LISTED,
    PROMINENCE_TABLE,
    PROMINENCES_OF_ACTS,
    REPORT_ORDER,
    SIDING,
    SIGHTS,
)

PATROL_CHANNEL, PUBLIC_CHANNEL, COUNCIL_CHANNEL, COLLEAGUES_CHANNEL = range(4)


def exposure_and_reports(g, month, world, scratch):
    """Let acts and alleged acts be noticed, and put what is reported this month at the end of the queue."""
    region = world.regions[g]
    p = world.parameters[g]
    people = world.people
    prominence = scratch.tables[PROMINENCE_TABLE]
    words, noticeable, siding = scratch.draws[1], scratch.posts[LISTED], scratch.posts[SIDING]
    prominences, sights, chances = scratch.scores[PROMINENCES_OF_ACTS], scratch.scores[SIGHTS], scratch.scores[CHANCES]
    base, attention = region.first_row, region.attention
    false_below = words_below(p.false_rate)
    acts = 0
    for o in range(region.first_office, region.first_office + region.offices):
        office = world.offices[o]
        exposure = 0.0
        for k in range(list_noticeable(office, base, false_below, people, words, noticeable)):
            row = int(noticeable[k])
            stance = int(people.marks[STANCE, row])
            siding[acts] = row
            if stance == NEUTRAL:
                if people.marks[OCCUPIED, row] == 1:
                    prominences[acts], sights[acts] = 0.0, 0.0
                    acts += 1
                continue
            camp, overt = (stance - 1) // 2, 1 - stance % 2
            prominences[acts] = prominence[people.marks[RANK, row]]
            sights[acts] = office.sight[camp, overt]
            seen = 1.0 if overt else office.detectability_covert[camp]
            exposure += seen * prominences[acts] * attention
            acts += 1
        office.exposure_now, office.proven_now = exposure, 0.0
        world.tallies[g].exposure[office.in_reach] += exposure
    for k in range(acts):
        chances[k] = exposure_probability(attention, prominences[k], sights[k])
    found = 0
    for k in range(acts):
        row = int(siding[k])
        if people.marks[STANCE, row] == NEUTRAL:
            if not may_be_reported(row, people):
                continue
            open_false_case(g, row, month, world)
        elif words[row - base] * UNIT < chances[k] and may_be_reported(row, people):
            open_true_case(g, office_of(g, row, world), row, month, world)
        else:
            continue
        scratch.posts[LISTED, found] = row
        found += 1
    append_to_docket(g, found, world, scratch)
    append_to_docket(g, take_received(g, month, world, scratch), world, scratch)
    report_interventions(g, month, world)


def list_noticeable(office, base, false_below, people, words, noticeable):
    """List in ``noticeable`` the posts of those who side or whose draw is low enough for a false report; return their number.

    Without a branch: each row is listed, and overwritten by the next unless it counts.
    """
    first, last = office.first_row, office.first_row + office.rows
    stance, in_office = people.marks[STANCE, first:last], words[first - base:last - base]
    count = 0
    for k in range(len(stance)):
        noticeable[count] = first + k
        count += 1 if stance[k] != NEUTRAL or in_office[k] < false_below else 0
    return count


def may_be_reported(row, people):
    """Return whether the person has no open case; a shelved one does not protect her from the next."""
    return people.marks[CASE_STATUS, row] == NO_CASE or people.marks[CASE_STATUS, row] == SHELVED_CASE


def open_true_case(g, o, row, month, world):
    """Open a case for what the person in ``row`` does; the channel is drawn in proportion to the rates."""
    region = world.regions[g]
    people = world.people
    stance = int(people.marks[STANCE, row])
    camp, overt = (stance - 1) // 2, 1 - stance % 2
    patrol, public, council = rates_of_outsiders(camp, overt, region, world.parameters[g])
    colleagues = rate_of_colleagues(camp, overt, world.offices[o], region, world.parameters[g])
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
    open_case(g, row, month, stance, channel, False, world)
    p = world.parameters[g]
    world.tallies[g].provable[world.offices[o].in_reach] += proof_probability(p.evidence, p.proof_standard)


def open_false_case(g, row, month, world):
    """Open a case against a neutral person, for open support of a camp, reported by the public."""
    region = world.regions[g]
    side = uniform(region.seed_low, region.seed_high, region.index, DRAW_ALLEGED_CAMP, month, int(world.people.key[row]))
    open_case(g, row, month, OVERT_A if side < 0.5 else OVERT_B, PUBLIC_CHANNEL, True, world)


def open_case(g, row, month, act, channel, is_false, world):
    """Open a case against the person in ``row``: somebody has noticed it, and nobody reported it yet."""
    people = world.people
    if people.marks[CASE_STATUS, row] == SHELVED_CASE:
        drop_from_docket(g, row, world)
    people.marks[CASE_STATUS, row] = NOTICED
    people.marks[CASE_ACT, row] = act
    people.marks[CASE_CHANNEL, row] = channel
    people.marks[CASE_FALSE, row] = 1 if is_false else 0
    people.months[CASE_MONTH, row] = month


def take_received(g, month, world, scratch):
    """Take from the docket what was noticed and reaches the watchdog this month; list it and return its number."""
    region = world.regions[g]
    people, tally = world.people, world.tallies[g]
    docket = world.docket[region.first_row:region.first_row + region.docket_length]
    hazard = receipt_hazard(world.parameters[g].reporting_delay)
    kept, received = 0, 0
    for k in range(len(docket)):
        row = int(docket[k])
        if people.marks[CASE_STATUS, row] == NOTICED and uniform(
                region.seed_low, region.seed_high, region.index, DRAW_RECEIPT, month, int(people.key[row])) < hazard:
            where = world.offices[office_of(g, row, world)].in_reach
            people.marks[CASE_STATUS, row] = QUEUED
            people.months[CASE_MONTH, row] = month
            count_case(tally.reported_role, tally.reported_channel, tally.reported_rank, where, row, region.governing, people)
            if people.marks[CASE_FALSE, row] == 1:
                tally.false_reports[where] += 1.0
            scratch.posts[LISTED, received] = row
            received += 1
        else:
            docket[kept] = row
            kept += 1
    region.docket_length = kept
    return received


def count_case(by_role, by_channel, by_rank, where, row, governing, people):
    """Add the case of the person in ``row`` to the three counts of one kind of event."""
    by_role[where, role_of(people.marks[CASE_ACT, row], governing)] += 1.0
    by_channel[where, people.marks[CASE_CHANNEL, row]] += 1.0
    by_rank[where, people.marks[RANK, row]] += 1.0


def role_of(act, governing):
    """Return 0 if the act supports the governing camp, else 1."""
    return 0 if (act - 1) // 2 == governing else 1


def append_to_docket(g, found, world, scratch):
    """Append the cases listed to the docket in the order of their draws, which is no order of rows."""
    region = world.regions[g]
    base = region.first_row
    reported, order = scratch.posts[LISTED], scratch.scores[REPORT_ORDER]
    for k in range(found):
        order[k] = -float(scratch.draws[3, reported[k] - base])
    sort_posts(reported, order, found, world.people.key)
    for k in range(found):
        world.docket[base + region.docket_length + k] = reported[k]
    region.docket_length += found


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


def adjudication(g, month, world):
    """Hear cases in the order of their reports as far as capacity goes; cases that wait too long lapse."""
    region = world.regions[g]
    p = world.parameters[g]
    people, tally = world.people, world.tallies[g]
    docket = world.docket[region.first_row:region.first_row + region.docket_length]
    region.hearing_credit += p.oversight_capacity * region.rows / 1000.0
    hearings = whole_hearings(region.hearing_credit)
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
                    shelve(g, row, world)
        elif people.marks[CASE_STATUS, row] == SHELVED_CASE:
            executed = uniform(low, high, index, DRAW_SHELVED, month, key) < p.central_pressure
        if executed:
            execute(g, row, month, world)
        else:
            docket[kept] = row
            kept += 1
    region.docket_length = kept


def shelve(g, row, world):
    """Note that the official decided not to execute the sanction of the person in ``row``."""
    tally = world.tallies[g]
    world.people.marks[CASE_STATUS, row] = SHELVED_CASE
    count_case(tally.shelved_role, tally.shelved_channel, tally.shelved_rank,
               world.offices[office_of(g, row, world)].in_reach, row, world.regions[g].governing, world.people)


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
    barred_until = month - 1 + months_barred(level)  # this month counts
    people.months[BARRED_UNTIL, row] = max(people.months[BARRED_UNTIL, row], barred_until)
    if level == 3:
        people.marks[POST_LOST, row] = 1
    people.traits[PERCEIVED_RISK, row] = risk_after_own_sanction(people.traits[PERCEIVED_RISK, row], p.own_sanction_jump)
