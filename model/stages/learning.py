"""Stage 7: beliefs and loyalty records move."""

from __future__ import annotations

from model.population import (
    COVERT_A,
    COVERT_B,
    LOYALTY_A,
    LOYALTY_B,
    OCCUPIED,
    OVERT_A,
    OVERT_B,
    PERCEIVED_RISK,
    STANCE,
)
from model.rules.careers import loyalty_record
from model.rules.learning import learned_ratio, remembered, risk_suggested, updated_risk


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
    remember_stances(region, p, world.people)


def learn_in_office(office, suggested, p, people):
    """Update the perceived risk of the people in one office."""
    first, last = office.first_row, office.first_row + office.rows
    risk, occupied, rate = people.traits[PERCEIVED_RISK, first:last], people.marks[OCCUPIED, first:last], p.learning_rate
    for i in range(len(risk)):
        risk[i] = occupied[i] * updated_risk(risk[i], suggested, rate)


def remember_stances(region, p, people):
    """Update the loyalty records of a region's people, whatever their office: long loops are quick."""
    first, last = region.first_row, region.first_row + region.rows
    stance, memory, covert, overt = people.marks[STANCE, first:last], p.loyalty_memory, p.visibility_covert, p.visibility_overt
    loyalty_a, loyalty_b = people.traits[LOYALTY_A, first:last], people.traits[LOYALTY_B, first:last]
    for i in range(len(stance)):
        seen = covert if stance[i] == COVERT_A else (overt if stance[i] == OVERT_A else 0.0)
        loyalty_a[i] = loyalty_record(loyalty_a[i], seen, memory)
    for i in range(len(stance)):
        seen = covert if stance[i] == COVERT_B else (overt if stance[i] == OVERT_B else 0.0)
        loyalty_b[i] = loyalty_record(loyalty_b[i], seen, memory)
