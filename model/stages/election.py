"""Stage 9: the vote, and what the winner does."""

from __future__ import annotations

from model.randomness import (
    DRAW_ELECTION_NOISE,
    DRAW_IMITATED_REGION,
    DRAW_IMITATES,
    DRAW_MUTATION,
    DRAW_POPULARITY,
    DRAW_PURGE,
    normal,
    uniform,
)
from model.rules.elections import (
    HANDOVER,
    LAST_TERM,
    copied_patronage,
    rotations_made_good,
    rotations_prevented,
)
from model.rules.oversight import follow_up_probability
from model.stages.accounts import observe
from model.stages.calendar import foreseen_margin
from model.stages.careers import reshuffle, score_everyone


def election_and_handover(g, month, world, scratch):
    """Hold the vote in its month; three months later the winner takes over, purges, and the loser's camp renews."""
    region = world.regions[g]
    if region.laboratory:
        return
    if region.months_to_vote == 0:
        observe(g, world, scratch)  # voters see this month's support
        vote(g, month, world)
    elif region.months_since_vote == HANDOVER:
        share = share_to_purge(g, world)
        hand_over(g, month, world)
        score_everyone(g, month, world, scratch)  # another camp's record of loyalty may count now
        reshuffle(g, month, share, DRAW_PURGE, world, scratch)


def share_to_purge(g, world):
    """Return the share of senior posts that the winner refills; if he governed already, also what he promised in the ban."""
    region = world.regions[g]
    p = world.parameters[g]
    if region.winner != region.governing:
        return p.purge
    prevented = rotations_prevented(p.rotation, p.rotation_ban, p.salience_floor, p.salience_scale)
    return p.purge + rotations_made_good(prevented, p.anticipation, p.deferral)


def vote(g, month, world):
    """Decide the election."""
    region = world.regions[g]
    tally = world.tallies[g]
    noise = world.parameters[g].margin_noise * normal(
        region.seed_low, region.seed_high, region.index, DRAW_ELECTION_NOISE, month, 0)
    margin = foreseen_margin(g, world) + noise
    region.winner = region.governing if margin > 0.0 else 1 - region.governing
    region.winner_patronage = region.patronage[region.winner]
    tally.elections += 1.0
    won = 1.0 if margin > 0.0 else 0.0
    tally.incumbent_wins += won
    if region.terms_served < LAST_TERM:  # else a successor runs
        tally.incumbents_ran += 1.0
        tally.incumbents_returned += won
    tally.margin += margin
    tally.margin_squared += margin * margin


def hand_over(g, month, world):
    """Let the winner govern, and let camps whose candidate is spent field someone new."""
    region = world.regions[g]
    p = world.parameters[g]
    re_elected = region.winner == region.governing
    region.governing = region.winner
    region.terms_served = region.terms_served % LAST_TERM + 1 if re_elected else 1
    loser = 1 - region.winner
    field_candidate(g, month, loser, world)
    region.patronage[loser] = new_style(g, month, loser, world)
    if region.terms_served == LAST_TERM:
        field_candidate(g, month, region.winner, world)  # a successor: popularity is new, patronage is inherited
    for camp in range(2):
        region.scandals[camp] = 0.0
        # The record of follow-up is about roles; a new official starts from what his office makes likely.
        region.follow_up_prior[camp] = follow_up_probability(
            p.independence, p.follow_up, p.capture, p.appointing_stake, camp == 0, True)


def field_candidate(g, month, camp, world):
    """Draw the popularity of a camp's new candidate."""
    region = world.regions[g]
    region.popularity[camp] = world.parameters[g].popularity_sd * normal(
        region.seed_low, region.seed_high, region.index, DRAW_POPULARITY, month, camp)


def new_style(g, month, camp, world):
    """Return the patronage of a camp's new candidate, perhaps copied from a winner in another region of the run."""
    region = world.regions[g]
    p = world.parameters[g]
    low, high, index = region.seed_low, region.seed_high, region.index
    elsewhere = region.winner_patronage
    if region.run_regions > 1:
        step = 1 + int((region.run_regions - 1) * uniform(low, high, index, DRAW_IMITATED_REGION, month, camp))
        elsewhere = world.regions[region.run_first + (region.index + step) % region.run_regions].winner_patronage
    imitates = uniform(low, high, index, DRAW_IMITATES, month, camp) < p.imitation
    mutation = p.mutation_sd * normal(low, high, index, DRAW_MUTATION, month, camp)
    return copied_patronage(region.patronage[camp], elsewhere, imitates, mutation)
