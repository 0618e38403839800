"""Stages 1 and 2: the calendar, and what officials offer."""

from __future__ import annotations

from model.population import set_reach
from model.rules.choice import (
    promised_post,
    reach_of_officials,
    spot_favour,
    threat_to_contract,
    threat_to_permanent,
    win_chance,
)
from model.rules.elections import (
    TERM,
    appointments_frozen,
    expected_margin,
    incumbency_of_candidate,
    months_since_vote,
    months_to_vote,
    salience_of_vote,
)
from model.rules.oversight import attention_of_enforcement


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
