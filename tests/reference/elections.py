"""Elections: the vote, the handover three months later, and who stands next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.randomness import (
    DRAW_ELECTION_NOISE,
    DRAW_IMITATED_REGION,
    DRAW_IMITATES,
    DRAW_MUTATION,
    DRAW_PURGE,
)
from model.rules.elections import HANDOVER, LAST_TERM
from tests.reference.accounts import observe
from tests.reference.careers import prevented_rotations, reshuffle
from tests.reference.officials import foreseen_margin

if TYPE_CHECKING:
    from tests.reference.officials import PoliticalOfficial
    from tests.reference.places import Region


def vote_or_hand_over(region: Region, month: int) -> None:
    """Hold the vote in its month; three months later let the winner take over and purge."""
    if region.laboratory:
        return
    if region.months_to_vote == 0:
        observe(region)  # voters see this month's support
        vote(region, month)
    elif region.months_since_vote == HANDOVER:
        share = share_to_purge(region)
        hand_over(region, month)
        reshuffle(region, share, DRAW_PURGE, month)


def share_to_purge(region: Region) -> float:
    """Return the share of senior posts that the winner refills; a re-elected official also keeps what he deferred."""
    p = region.parameters
    if region.winner != region.governing:
        return p.purge
    return p.purge + region.rules.rotations_made_good(prevented_rotations(region), p.anticipation, p.deferral)


def vote(region: Region, month: int) -> None:
    """Decide the election."""
    surprise = region.parameters.margin_noise * region.luck.normal(DRAW_ELECTION_NOISE, month, 0)
    margin = foreseen_margin(region) + surprise
    region.winner = region.governing if margin > 0.0 else 1 - region.governing
    region.winner_patronage = region.officials[region.winner].patronage
    region.tally["elections"] += 1
    region.tally["incumbent_wins"] += margin > 0.0
    if region.terms_served < LAST_TERM:
        region.tally["incumbents_ran"] += 1
        region.tally["incumbents_returned"] += margin > 0.0
    region.tally["margin"] += margin
    region.tally["margin_squared"] += margin * margin


def hand_over(region: Region, month: int) -> None:
    """Let the winner govern, and let camps whose candidate is spent field someone new."""
    re_elected = region.winner == region.governing
    region.governing = region.winner
    region.terms_served = region.terms_served % LAST_TERM + 1 if re_elected else 1
    winner, loser = region.officials[region.winner], region.officials[1 - region.winner]
    loser.stand_as_candidate(month)
    loser.patronage = style_of_newcomer(loser, month)
    if region.terms_served == LAST_TERM:
        winner.stand_as_candidate(month)  # a successor, who inherits the style
    for official in region.officials:
        official.scandals = 0.0
    region.follow_up_prior = region.likely_follow_up()


def style_of_newcomer(official: PoliticalOfficial, month: int) -> float:
    """Return the patronage of a camp's new candidate: the camp's, or that of a winner elsewhere, changed a bit."""
    region, luck, camp = official.region, official.region.luck, official.camp
    regions = region.model.regions
    elsewhere = region
    if len(regions) > 1:
        step = 1 + int((len(regions) - 1) * luck.draw(DRAW_IMITATED_REGION, month, camp))
        elsewhere = regions[(region.index + step) % len(regions)]
    imitates = luck.draw(DRAW_IMITATES, month, camp) < region.parameters.imitation
    mutation = region.parameters.mutation_sd * luck.normal(DRAW_MUTATION, month, camp)
    return region.rules.copied_patronage(official.patronage, elsewhere.winner_patronage, imitates, mutation)
