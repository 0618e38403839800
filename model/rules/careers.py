"""Careers: who is promoted, who must leave."""

from __future__ import annotations

MEAN_TENURE = 180.0  # months; tenure at the start is uniform to 30 years
SD_TENURE = 103.9  # months


def merit(competence, tenure, seniority_weight):
    """Return merit as the law names it, in SD of competence: competence and seniority (tenure in months)."""
    return competence + seniority_weight / SD_TENURE * (tenure - MEAN_TENURE)


def promotion_score(merit, loyalty, chance, merit_protection, patronage, loyalty_weight, score_noise, in_reach):
    """Return the score by which candidates for a post are ranked (SD of merit).

    Parameters
    ----------
    merit : float
        See :func:`merit`.
    loyalty : float
        Record of support for the governing camp, 0 to 1.
    chance : float
        Standardised noise.
    in_reach : bool
        Outside the officials' reach merit alone decides (and chance).
    """
    if not in_reach:
        return merit + score_noise * chance
    return (merit_protection * merit + (1.0 - merit_protection) * patronage * loyalty_weight * loyalty
            + score_noise * chance)


def non_renewal_probability(reach, renewal_threat, tenure_security_contract, loyal, opponent):
    """Return the probability that a contract is not renewed at its yearly term.

    Threats that are believed are also carried out: 5% for the neutral, 10% for known opponents of the governing
    camp, none for its known supporters (assumed), where the officials reach.
    """
    rate = 0.0 if loyal else (0.10 if opponent else 0.05)
    return min(1.0, reach * renewal_threat * (1.0 - tenure_security_contract) * rate)


def known_supporter(loyalty_to_camp, loyalty_to_other, known_loyalty):
    """Return whether a person counts as a known supporter of a camp."""
    return loyalty_to_camp >= known_loyalty and loyalty_to_camp > loyalty_to_other


def posts_to_refill(share, reach, posts, draw):
    """Return how many senior posts an official refills: ``share * reach * posts``, rounded up or down by a draw."""
    wanted = share * reach * posts
    whole = int(wanted)
    return whole + 1 if draw < wanted - whole else whole


def loyalty_record(record, seen, loyalty_memory):
    """Return the loyalty record (0 to 1) after a month in which a camp saw ``seen`` of a person's support."""
    return loyalty_memory * record + (1.0 - loyalty_memory) * seen
