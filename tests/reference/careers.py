"""Careers: people leave, fall, rise and join, and officials reshuffle senior posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.population import FIRST_STRUCTURAL_RANK, RANKS
from model.randomness import DRAW_EXIT, DRAW_ROTATION, DRAW_SCORE
from tests.reference.civil_servants import CivilServant

if TYPE_CHECKING:
    from tests.reference.places import Post, Region

STAFF = RANKS.index("staff")
ADMINISTRATOR, EXECUTIVE = RANKS.index("administrator"), RANKS.index("executive")


def pass_a_month_of_careers(region: Region, month: int) -> None:
    """Let people leave, carry out severe sanctions, fill vacancies, hire, and rotate before the ban."""
    let_people_leave(region, month)
    carry_out_severe_sanctions(region, month)
    for rank in range(EXECUTIVE, STAFF, -1):
        fill_vacancies(region, rank, month)
    hire_newcomers(region, month)
    if not region.laboratory and not region.frozen:
        reshuffle(region, share_to_rotate(region), DRAW_ROTATION, month)


def share_to_rotate(region: Region) -> float:
    """Return the share of senior posts that the governing official refills this month."""
    p = region.parameters
    last_open = region.rules.last_open_month(region.months_to_vote, p.rotation_ban)
    return region.rules.rotations_due(p.rotation, region.salience, prevented_rotations(region), p.anticipation, last_open)


def prevented_rotations(region: Region) -> float:
    """Return the share of senior posts that only the ban keeps from being refilled before the vote."""
    p = region.parameters
    return region.rules.rotations_prevented(p.rotation, p.rotation_ban, p.salience_floor, p.salience_scale)


# Leaving -------------------------------------------------------------------------------------------------------


def let_people_leave(region: Region, month: int) -> None:
    """Let people retire, and contracts run out."""
    people = region.people
    luck = region.luck.draws(DRAW_EXIT, month, [person.key for person in people])
    for person, draw in zip(people, luck, strict=True):
        if draw < chance_of_leaving(person, month):
            person.leave()


def chance_of_leaving(person: CivilServant, month: int) -> float:
    """Return the chance that a person retires or, once a year, is not renewed."""
    region, p = person.region, person.region.parameters
    comes_up = person.contract and person.post.in_reach and (month + person.key) % 12 == 0
    if not comes_up:
        return p.retirement
    loyal, opponent = person.is_known_to_support(region.governing), person.is_known_to_support(1 - region.governing)
    return p.retirement + region.rules.non_renewal_probability(
        region.reach, p.renewal_threat, p.tenure_security_contract, loyal, opponent)


def carry_out_severe_sanctions(region: Region, month: int) -> None:
    """Dismiss staff, and let others exchange posts with the best of the rank below, one post after the other."""
    for post in region.posts:
        person = post.holder
        if person is None or not person.post_lost:
            continue
        if post.rank == STAFF:
            person.leave()
        elif not post.is_frozen:
            for successor in best_candidates(region, post.rank, post.in_reach, 1, month):
                promote(successor, post, month)


# Rising and joining --------------------------------------------------------------------------------------------


def fill_vacancies(region: Region, rank: int, month: int) -> None:
    """Fill the vacant posts of a rank, those within reach first: the best candidate gets the first post."""
    for in_reach in (True, False):
        vacant = [post for post in region.posts if post.rank == rank and post.in_reach == in_reach
                  and post.holder is None and not post.is_frozen]
        for person, post in zip(best_candidates(region, rank, in_reach, len(vacant), month), vacant, strict=False):
            promote(person, post, month)


def best_candidates(region: Region, rank: int, in_reach: bool, wanted: int, month: int) -> list[CivilServant]:
    """Return the best people of the rank below for posts of a rank, best first; equal scores go by key.

    Their lead in loyalty over everyone in the rank they come from is counted.
    """
    if not wanted:
        return []
    below = [person for person in region.people if person.rank == rank - 1]
    eligible = [person for person in below if person.may_rise(month, rank >= FIRST_STRUCTURAL_RANK)]
    if not eligible:
        return []
    luck = region.luck.bell_chances(DRAW_SCORE, month, [person.key for person in eligible])
    score = {person: promotion_score(person, chance, in_reach, month)
             for person, chance in zip(eligible, luck, strict=True)}
    chosen = sorted(eligible, key=lambda person: (-score[person], person.key))[:wanted]
    usual = sum(person.loyalty[region.governing] for person in below) / len(below)
    for person in chosen:
        region.tally["loyalty_lead"][int(in_reach), rank] += person.loyalty[region.governing] - usual
    return chosen


def promotion_score(person: CivilServant, chance: float, in_reach: bool, month: int) -> float:
    """Return the score of a candidate for a post within or outside the officials' reach."""
    region, rules, p = person.region, person.region.rules, person.region.parameters
    deserved = rules.merit(person.competence, month - person.entry_month, p.seniority_weight)
    return rules.promotion_score(
        deserved, person.loyalty[region.governing], chance, p.merit_protection,
        region.incumbent.patronage, p.loyalty_weight, p.score_noise, in_reach)


def promote(person: CivilServant, post: Post, month: int) -> None:
    """Move a person up to a post; whoever holds it takes hers in exchange, and has lost the post with that."""
    region, where = post.office.region, int(post.in_reach)
    region.tally["promoted"][where, post.rank] += 1
    region.tally["promoted_competence"][where, post.rank] += person.competence
    left, displaced = person.post, post.holder
    post.holder, person.post, person.moved_in = person, post, month
    left.holder = displaced
    region.changes_now += 1.0
    if displaced is not None:
        displaced.post, displaced.moved_in, displaced.post_lost = left, month, False
        region.changes_now += 1.0


def hire_newcomers(region: Region, month: int) -> None:
    """Fill vacant staff posts with newcomers."""
    for post in region.posts:
        if post.holder is None and post.rank == STAFF:
            newcomer = CivilServant(region.model, post, month)
            newcomer.sign_contract(month, region.parameters.contract_share)
            region.changes_now += 1.0


# Reshuffling ---------------------------------------------------------------------------------------------------


def reshuffle(region: Region, share: float, decision: int, month: int) -> None:
    """Let the governing official refill a share of the senior posts within reach, those least loyal to him first."""
    for rank in (EXECUTIVE, ADMINISTRATOR):
        holders = [person for person in region.people
                   if person.rank == rank and person.post.in_reach and person.moved_in != month]
        draw = region.luck.draw(decision, month, rank)
        wanted = region.rules.posts_to_refill(share, region.reach, len(holders), draw)
        losing = [person.post for person in sorted(holders, key=lambda person: (loyalty_lead(person), person.key))]
        for person, post in zip(best_candidates(region, rank, True, wanted, month), losing, strict=False):
            region.tally["rotations"][1, rank] += 1
            promote(person, post, month)


def loyalty_lead(person: CivilServant) -> float:
    """Return a person's loyalty to the governing camp less that to the other."""
    governing = person.region.governing
    return person.loyalty[governing] - person.loyalty[1 - governing]
