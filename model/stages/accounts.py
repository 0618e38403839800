"""Stages 10 and 11: public service and welfare, and what is taken down."""

from __future__ import annotations

import numpy as np

from model.population import (
    CASE_STATUS,
    COMPETENCE,
    CONTRACT,
    COVERT_A,
    COVERT_B,
    NEUTRAL,
    NOBODY,
    OCCUPIED,
    OVERT_A,
    OVERT_B,
    PERCEIVED_RISK,
    QUEUED,
    STANCE,
    posts_of_rank,
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
from model.stages.room import COUNTS, LEAN_TABLE, PROMINENCE_TABLE, STAKE_TABLE

# One integer counts people by stance, who is ON_CONTRACT, and posts HELD: seven numbers of nine bits each.
ON_CONTRACT, HELD = 5, 6  # their places; before them come the five stances
BITS, COUNTED_TOGETHER = 9, 511
ANY_STANCE = (1 << 5 * BITS) - (1 << BITS)  # where the stances but neutral stand


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
    support, weight, neutral, everyone = 0.0, 0.0, 0, 0
    for o in range(region.first_office, region.first_office + region.offices):
        office = world.offices[o]
        where = office.in_reach
        office.head = NOBODY
        counts[:5] = 0.0
        occupied, siding_here = 0, 0
        for below in range(5):
            rank = 4 - below
            first, last = posts_of_rank(office, rank)
            if first == last:
                continue
            filled, siding, contracts = 0, 0, 0
            for start in range(first, last, COUNTED_TOGETHER):
                packed, of_competence, of_risk, of_squares = count_people(start, min(start + COUNTED_TOGETHER, last), people)
                tally.competence[where, rank] += of_competence
                tally.perceived_risk[where, rank] += of_risk
                tally.perceived_risk_squared[where, rank] += of_squares
                filled += unpacked(packed, HELD)
                contracts += unpacked(packed, ON_CONTRACT)
                if packed & ANY_STANCE == 0:
                    continue  # as often among the few of a high rank
                for stance in range(1, 5):
                    number = unpacked(packed, stance)
                    siding += number
                    counts[stance] += number
                    tally.people[where, rank, (stance - 1 + shift) % 4 + 1] += number
                    support += prominence[rank] * lean[stance] * number
            tally.people[where, rank, NEUTRAL] += filled - siding
            weight += prominence[rank] * filled
            tally.vacant[where, rank] += last - first - filled
            tally.contract[where] += contracts
            if office.head == NOBODY and filled > 0:
                office.head = first_holder(first, people)
            occupied += filled
            siding_here += siding
        office.occupied = occupied
        office.head_camp = NOBODY
        if occupied > 0:
            office.share_neutral = (occupied - siding_here) / occupied
            office.share_side[0] = (counts[COVERT_A] + counts[OVERT_A]) / occupied
            office.share_side[1] = (counts[COVERT_B] + counts[OVERT_B]) / occupied
            if people.marks[STANCE, office.head] != NEUTRAL:
                office.head_camp = (people.marks[STANCE, office.head] - 1) // 2
        neutral += occupied - siding_here
        everyone += occupied
    region.support = support / max(1e-9, weight)
    region.share_neutral = neutral / max(1, everyone)


def first_holder(row, people):
    """Return the first post from ``row`` on that somebody holds."""
    while people.marks[OCCUPIED, row] == 0:
        row += 1
    return row


def count_people(first, last, people):
    """Return counts of people in the posts ``first`` to ``last - 1``, at most COUNTED_TOGETHER, in one integer; and sums.

    The sums are of competence, of perceived risk and of its square. So a person takes a few additions and no branch.
    Vacant posts count as neutral.
    """
    stance, contract, occupied = (people.marks[STANCE, first:last], people.marks[CONTRACT, first:last],
                                  people.marks[OCCUPIED, first:last])
    competence, risk = people.traits[COMPETENCE, first:last], people.traits[PERCEIVED_RISK, first:last]
    packed, of_competence, of_risk, of_squares = 0, 0.0, 0.0, 0.0
    for i in range(len(stance)):
        packed += (1 << BITS * int(stance[i])) + (int(contract[i]) << BITS * ON_CONTRACT) + (int(occupied[i]) << BITS * HELD)
        of_competence += float(competence[i])
        of_risk += float(risk[i])
        of_squares += np.float64(risk[i]) * np.float64(risk[i])
    return packed, of_competence, of_risk, of_squares


def unpacked(packed, place):
    """Return one of the counts in the integer made by :func:`count_people`."""
    return (packed >> BITS * place) & COUNTED_TOGETHER


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
