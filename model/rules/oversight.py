"""Oversight: who sees an act, whether it is proven, and whether anybody acts on it.

Overloaded enforcement follows Lui (1986) and Andvig and Moene (1990); a sanctioner who gains from the act he
should punish follows Tirole (1986).
"""

from __future__ import annotations

from model.rules.mathematics import exponential, normal_probability


def seen_by_patrol(patrol, share_seen):
    """Return the rate at which the watchdog's own patrol finds an act (per month, full campaign, average person)."""
    return patrol * share_seen


def seen_by_public(public_reporting, press_freedom, share_seen):
    """Return the rate at which citizens and press report an act (per month)."""
    return public_reporting * press_freedom * share_seen


def seen_by_council(council_oversight, opposition, governing, share_seen):
    """Return the rate at which the council reports an act (per month): its majority looks at the other side's acts."""
    watching = opposition if governing else 1.0 - opposition
    return council_oversight * watching * share_seen


def colleagues_willing(peer_reporting, neutral_share, follow_up_belief, reprisal_fear, whistleblower_protection):
    """Return the rate at which colleagues want to report an act (per month).

    Only neutral colleagues report, they do so if they believe something will be done, and fear of reprisal
    holds them back as far as nobody protects them.
    """
    unafraid = 1.0 - reprisal_fear * (1.0 - whistleblower_protection)
    return peer_reporting * neutral_share * follow_up_belief * unafraid


def past_the_head(head_suppression, head_on_side, external_channel):
    """Return the share of colleagues' reports that get out: a head suppresses those against her own side."""
    return 1.0 - head_suppression * (1.0 - external_channel) if head_on_side else 1.0


def attention_of_enforcement(attention_floor, salience):
    """Return how attentive enforcement is (0 to 1): most election supervisors are hired for the campaign."""
    return attention_floor + (1.0 - attention_floor) * salience


def exposure_probability(attention, prominence, sight):
    """Return the probability that an act is exposed this month.

    Parameters
    ----------
    attention : float
        Of enforcement, 0 to 1.
    prominence : float
        How much attention this rank's acts draw.
    sight : float
        Sum of the rates at which the channels see this kind of act (per month).
    """
    return 1.0 - exponential(-attention * prominence * sight)


def detectability(sight, sight_of_open_act):
    """Return how well an act can be detected, relative to an open one; 0 where nobody looks."""
    return sight / sight_of_open_act if sight_of_open_act > 0.0 else 0.0


def receipt_hazard(reporting_delay):
    """Return the probability per month that what somebody noticed reaches the watchdog as a report."""
    return 1.0 / reporting_delay


def whole_hearings(credit):
    """Return the hearings that a credit pays for. What is missing by less than a billionth was lost in rounding."""
    return int(credit + 1e-9)


def proof_probability(evidence, proof_standard):
    """Return the probability that a case is found proven; for a false report ``evidence`` is 0."""
    return normal_probability(evidence - proof_standard)


def follow_up_probability(independence, follow_up, capture, appointing_stake, governing, in_reach):
    """Return the probability that a recommended sanction is executed.

    An independent body executes; otherwise the governing official does, who shelves a part of the cases against
    his own supporters. Where he does not appoint he has less to give and less to protect.
    """
    shielded = capture * appointing_stake if governing and in_reach else 0.0
    return independence + (1.0 - independence) * follow_up * (1.0 - shielded)


def sanction_level(overt, repeated, rank):
    """Return the level of sanction: 1 light, 2 moderate, 3 severe (PP 94/2021; support by high officials is misuse).

    Parameters
    ----------
    overt, repeated : bool
        Whether the act is open, and whether the person was sanctioned before.
    rank : int
        0 staff, 1 functional, 2 supervisor, 3 administrator, 4 senior executive.
    """
    level = 1
    if overt:
        level += 1
    if repeated:
        level += 1
    if rank >= 3:
        level += 1
    return min(3, level)


def weight_of_level(level, weight_light, weight_moderate, weight_severe):
    """Return what a sanction of this level costs, as a share of a moderate one."""
    if level == 1:
        return weight_light
    if level == 2:
        return weight_moderate
    return weight_severe


def months_barred(level):
    """Return for how many months a sanction bars from promotion: 12 from the moderate level on (PP 94/2021)."""
    return 12 if level >= 2 else 0


def decision_hazard(execution_delay):
    """Return the probability per month that a waiting recommendation is decided."""
    return 1.0 / execution_delay
