"""The choice of stance: what siding is worth to one civil servant, and which stance she takes.

Utilities are relative to staying neutral, which is worth 0. A *camp* is a political side; *governing* says
whether that camp holds the appointing power now. Sources: McFadden's discrete choice with the social
interaction of Brock and Durlauf (2001), doi:10.1111/1467-937X.00168; deterrence after Becker (1968).
"""

from __future__ import annotations

from model.rules.mathematics import exponential, normal_probability


def win_chance(expected_margin, margin_noise):
    """Return the chance (0 to 1) that the governing camp wins, as staff judge it.

    Parameters
    ----------
    expected_margin : float
        Margin that last month's support, popularity and service suggest.
    margin_noise : float
        Standard deviation of what nobody can foresee; staff see the margin itself with some error, hence 1.2.
    """
    return normal_probability(expected_margin / (1.2 * margin_noise))


def reach_of_officials(merit_protection, appointing_stake):
    """Return how far officials can decide careers (0 to 1): what merit protection leaves, if their post appoints."""
    return (1.0 - merit_protection) * appointing_stake


def promised_post(reach, promotion_prize, patronage):
    """Return what a camp promises its supporters, per unit of stake and ambition (utility)."""
    return reach * promotion_prize * patronage


def spot_favour(reach, spot_reward, patronage):
    """Return what the governing official can hand out at once, per unit of stake (utility)."""
    return reach * spot_reward * patronage


def threat_to_permanent(reach, removal_threat, tenure_security):
    """Return what permanent staff can lose through a hostile official, per unit of stake (utility)."""
    return reach * removal_threat * (1.0 - tenure_security)


def threat_to_contract(reach, renewal_threat, tenure_security_contract):
    """Return what contract staff can lose through a hostile official (utility)."""
    return reach * renewal_threat * (1.0 - tenure_security_contract)


def shielded_by_colleagues(solidarity, neutral_share):
    """Return the share of a threat that stays when neutral colleagues stand together: they are harder to punish."""
    return 1.0 - solidarity * neutral_share


def value_of_siding(win_chance, promise, protection, retaliation):
    """Return what being seen on a camp's side is worth, win or lose (utility).

    If the camp wins, it keeps its promise and spares her; if it loses, the other camp carries out a part
    (``retaliation``) of the threat.
    """
    return win_chance * (promise + protection) - (1.0 - win_chance) * retaliation * protection


def closeness(affinity, camp):
    """Return how close a person is to ``camp`` (0 or 1); ``affinity`` is positive towards camp 0, negative towards 1.

    Closeness to one camp is distance to the other, so the value may be negative.
    """
    return affinity if camp == 0 else -affinity


def moral_cost(moral, integrity, known_rules):
    """Return what taking a side costs the conscience (utility): only rules that are known can weigh on it."""
    return moral * known_rules * integrity


def known_rules(understanding, socialisation):
    """Return the share of the rules that people know (0 to 1); training closes a part of the gap."""
    return understanding + (1.0 - understanding) * socialisation


def peer_pull(peer_influence, share_on_side, share_neutral):
    """Return the pull of colleagues (utility): towards a side that many take, back where most are neutral."""
    return peer_influence * (share_on_side - share_neutral)


def expected_risk(perceived_risk, detectability, prominence, attention):
    """Return the probability, as she sees it, that her act this month is exposed and proven."""
    return min(1.0, perceived_risk * prominence * attention * detectability)


def perceived_severity(severity, weight, severity_ref, curvature):
    """Return how heavy a sanction feels (utility): with ``curvature`` below 1 each further step deters less."""
    return severity_ref * (weight * severity / severity_ref) ** curvature


def expected_sanction(risk, follow_up_belief, discount, felt_severity):
    """Return the sanction she expects (utility): exposed and proven, then executed, then only after a delay."""
    return risk * felt_severity * (follow_up_belief * discount)


def discount_for_delay(patience, execution_delay):
    """Return the weight of a sanction that comes after ``execution_delay`` months."""
    return patience**execution_delay


def utility_of_siding(salience, visibility, prospect, favour, affinity, head, conscience, peers, sanction):
    """Return the utility of siding, neutral being 0: what the camp sees and gives, less conscience and sanction."""
    return salience * visibility * (prospect + favour) + salience * (affinity + head) - conscience + peers - sanction


def odds_of(utility, precision):
    """Return the odds of an option against staying neutral (logit); ``precision`` is one over the decision noise."""
    return exponential(utility, precision)


def chosen_option(draw, odds_1, odds_2, odds_3, odds_4):
    """Return which of five options a uniform draw picks: 0 is neutral, whose odds are 1.

    Parameters
    ----------
    draw : float
        Uniform on [0, 1).
    odds_1, odds_2, odds_3, odds_4 : float
        Odds of the options 1 to 4 against option 0.
    """
    upto_1 = 1.0 + odds_1
    upto_2 = upto_1 + odds_2
    upto_3 = upto_2 + odds_3
    point = draw * (upto_3 + odds_4)
    option = 0
    if point >= 1.0:
        option = 1
    if point >= upto_1:
        option = 2
    if point >= upto_2:
        option = 3
    if point >= upto_3:
        option = 4
    return option
