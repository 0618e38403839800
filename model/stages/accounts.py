"""Stages 10 and 11: public service and welfare, and what is taken down."""

from __future__ import annotations

from model.population import (
    CASE_STATUS,
    COMPETENCE,
    CONTRACT,
    NEUTRAL,
    NOBODY,
    OCCUPIED,
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
from model.stages.room import COUNTS, HERE, LEAN_TABLE, PROMINENCE_TABLE, STAKE_TABLE
from model.stages.sums import total, total_of_squares

ON_CONTRACT, HELD = 5, 6  # places in a count of people; before them come the five stances


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
    prominence, lean = scratch.tables[PROMINENCE_TABLE], scratch.tables[LEAN_TABLE]
    counts, here = scratch.tables[COUNTS], scratch.tables[HERE]
    competence, risk = people.traits[COMPETENCE], people.traits[PERCEIVED_RISK]
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
        for below in range(5):
            rank = 4 - below
            first, last = posts_of_rank(office, rank)
            if first == last:
                continue
            count_people(first, last, people, here)
            filled = here[HELD]
            for stance in range(5):
                counts[stance] += here[stance]
                tally.people[where, rank, stance if stance == NEUTRAL else (stance - 1 + shift) % 4 + 1] += here[stance]
                support += prominence[rank] * lean[stance] * here[stance]
            weight += prominence[rank] * filled
            tally.vacant[where, rank] += last - first - filled
            tally.competence[where, rank] += total(competence[first:last])
            tally.perceived_risk[where, rank] += total(risk[first:last])
            tally.perceived_risk_squared[where, rank] += total_of_squares(risk[first:last])
            tally.contract[where] += here[ON_CONTRACT]
            if office.head == NOBODY and filled > 0:
                office.head = first_holder(first, people)
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


def first_holder(row, people):
    """Return the first post from ``row`` on that somebody holds."""
    while people.marks[OCCUPIED, row] == 0:
        row += 1
    return row


def count_people(first, last, people, counts):
    """Set ``counts`` for the posts ``first`` to ``last - 1``: people by stance, then ON_CONTRACT, and posts HELD.

    One integer holds all seven counts, nine bits each, so that a person takes a few additions and no branch.
    """
    counts[:HELD + 1] = 0.0
    for start in range(first, last, 511):
        end = min(start + 511, last)
        stance, contract, occupied = (people.marks[STANCE, start:end], people.marks[CONTRACT, start:end],
                                      people.marks[OCCUPIED, start:end])
        packed = 0
        for i in range(len(stance)):
            packed += (1 << (9 * int(stance[i]))) + (int(contract[i]) << 9 * ON_CONTRACT) + (int(occupied[i]) << 9 * HELD)
        for kind in range(HELD + 1):
            counts[kind] += (packed >> (9 * kind)) & 511
    counts[NEUTRAL] -= last - first - counts[HELD]  # a vacant post shows no stance


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
