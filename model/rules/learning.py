"""Learning: how perceived risk and the belief in follow-up move with what people see (Sah 1991, doi:10.1086/261801)."""

from __future__ import annotations


def remembered(memory, risk_memory, new):
    """Return a decaying sum after another month: what is kept of it, and what this month adds."""
    return risk_memory * memory + new


def learned_ratio(successes, trials, prior, prior_weight):
    """Return successes over trials, at most 1, where ``prior`` counts for ``prior_weight`` imagined trials.

    Successes may come in after the trials they belong to were half forgotten, so the ratio alone could pass 1.
    """
    return min(1.0, (successes + prior_weight * prior) / (trials + prior_weight))


def risk_suggested(own_office, whole_region, publicity):
    """Return the risk that evidence suggests: the own office's and, as far as published, the region's."""
    return (1.0 - publicity) * own_office + publicity * whole_region


def updated_risk(perceived_risk, suggested, learning_rate):
    """Return perceived risk after moving a part of the way to what evidence suggests."""
    return perceived_risk + learning_rate * (suggested - perceived_risk)


def risk_after_own_sanction(perceived_risk, own_sanction_jump):
    """Return perceived risk after one's own sanction."""
    return min(1.0, perceived_risk + own_sanction_jump)
