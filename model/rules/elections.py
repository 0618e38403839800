"""Elections: how near the vote is, what decides it, and what a new candidate brings."""

from __future__ import annotations

from model.rules.mathematics import clipped, exponential

TERM = 60  # months of an electoral term; votes fall in its multiples
HANDOVER = 3  # months from the vote to the handover
CANDIDACY = 2  # months from the determination of candidates to the vote
LAST_TERM = 2  # terms an official may serve


def months_to_vote(month):
    """Return the months left to the next vote; 0 in the month of the vote. Months count from 1."""
    return (TERM - month % TERM) % TERM


def months_since_vote(month):
    """Return the months since the last vote, or a whole term where there was none yet."""
    return month % TERM if month >= TERM else TERM


def salience_of_vote(months_to_vote, salience_floor, salience_scale):
    """Return how present the vote is (0 to 1): it grows exponentially as the prize comes near."""
    return salience_floor + (1.0 - salience_floor) * exponential(-months_to_vote / salience_scale)


def appointments_frozen(months_to_vote, months_since_vote, rotation_ban):
    """Return whether officials may not replace office holders: from the ban's begin until the handover."""
    if rotation_ban <= 0.0:
        return False
    return months_to_vote <= CANDIDACY + rotation_ban or months_since_vote <= HANDOVER


def last_open_month(months_to_vote, rotation_ban):
    """Return whether this is the last month before the ban; without a ban there is none."""
    if rotation_ban <= 0.0:
        return False
    first_closed = CANDIDACY + rotation_ban
    return first_closed < months_to_vote <= first_closed + 1.0


def rotations_prevented(rotation, rotation_ban, salience_floor, salience_scale):
    """Return the share of senior posts that would be refilled in the months of the ban up to the vote, were there none."""
    if rotation_ban <= 0.0:
        return 0.0
    prevented = 0.0
    for months_to_vote in range(int(CANDIDACY + rotation_ban) + 1):
        prevented += rotation * salience_of_vote(months_to_vote, salience_floor, salience_scale)
    return prevented


def rotations_due(rotation, salience, prevented, anticipation, last_open):
    """Return the share of senior posts that the governing official refills this month.

    Rotations pay for support, so they come as the vote comes near. Of those that the ban will prevent, a part is
    brought forward to the last open month.
    """
    return rotation * salience + (anticipation * prevented if last_open else 0.0)


def rotations_made_good(prevented, anticipation, deferral):
    """Return the share of senior posts refilled after the handover by a re-elected official, as promised in the ban."""
    return deferral * (1.0 - anticipation) * prevented


def incumbency_of_candidate(incumbency, inherited_incumbency, terms_served):
    """Return the advantage of the governing camp's candidate: a successor inherits only a part of it."""
    return incumbency if terms_served < LAST_TERM else incumbency * inherited_incumbency


def expected_margin(incumbency, popularity_lead, mobilisation, support, service_voting, service_change,
                    scandal, press_freedom, scandal_lead):
    """Return the margin of the governing camp that can be foreseen.

    Parameters
    ----------
    popularity_lead : float
        Popularity of the governing camp's candidate less the other's.
    support : float
        Visible support among civil servants, weighted by prominence, governing less opposing (-1 to 1).
    service_change : float
        Recent service less what people are used to (SD).
    scandal_lead : float
        Proven interventions of the governing camp less the other's, this term.
    """
    return (incumbency + popularity_lead + mobilisation * support + service_voting * service_change
            - scandal * press_freedom * scandal_lead)


def copied_patronage(own_style, winner_elsewhere, imitates, mutation):
    """Return the patronage (0 to 1) of a new candidate: her camp's style or a winner's from elsewhere, changed a bit."""
    return clipped((winner_elsewhere if imitates else own_style) + mutation, 0.0, 1.0)
