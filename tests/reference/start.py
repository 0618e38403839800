"""How a region starts: posts are dealt to offices, people enter, and the best of them get the highest posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.population import FIRST_STRUCTURAL_RANK, RANKS
from model.randomness import DRAW_SCORE, DRAW_SEPARATION, DRAW_TERMS_SERVED
from tests.reference.careers import promotion_score
from tests.reference.civil_servants import CivilServant
from tests.reference.officials import PoliticalOfficial
from tests.reference.places import Office, Post, Region
from tests.reference.stances import CAMPS
from tests.reference.supervisors import Adjudicator, Watchdog

if TYPE_CHECKING:
    from tests.reference.world import ReferenceModel


def rounded(number: float) -> int:
    """Return the nearest whole number; halves go up."""
    return int(number + 0.5)


def new_region(model: ReferenceModel, index: int, staff: int, parameters: dict[str, float]) -> Region:
    """Return a region as it is before the first month; camp A governs."""
    region = Region(model, index, parameters)
    offices = min(staff, max(1, rounded(staff / region.parameters.office_size)))
    deal_posts(region, offices, posts_by_rank(region, staff, offices))
    draw_order_of_separation(region)
    settle_officials(region)
    region.watchdog, region.adjudicator = Watchdog(model, region), Adjudicator(model, region)
    for post in region.posts:
        CivilServant(model, post, 0)
    give_highest_posts_to_the_best(region)
    sign_first_contracts(region)
    return region


def posts_by_rank(region: Region, staff: int, offices: int) -> list[int]:
    """Return how many posts of each rank there are, lowest rank first; every office gets a structural post."""
    p, left = region.parameters, staff
    executives = min(rounded(p.share_executive * staff), left)
    left -= executives
    administrators = min(rounded(p.share_administrator * staff), left)
    left -= administrators
    heads_missing = offices - executives - administrators
    supervisors = min(max(rounded(p.share_supervisor * staff), heads_missing), left)
    left -= supervisors
    functional = min(rounded(p.share_functional * staff), left)
    return [left - functional, functional, supervisors, administrators, executives]


def deal_posts(region: Region, offices: int, numbers: list[int]) -> None:
    """Deal posts to offices like cards, highest rank first."""
    cards = [rank for rank in reversed(range(len(RANKS))) for _ in range(numbers[rank])]
    for first in range(offices):
        office = Office(region)
        region.offices.append(office)
        for rank in cards[first::offices]:
            post = Post(len(region.posts), office, rank)
            office.posts.append(post)
            region.posts.append(post)


def draw_order_of_separation(region: Region) -> None:
    """Draw the order in which offices would leave the officials' reach."""
    luck = region.luck.draws(DRAW_SEPARATION, 0, list(range(len(region.offices))))
    by_draw = sorted(range(len(region.offices)), key=lambda place: (luck[place], place))
    for order, place in enumerate(by_draw):
        region.offices[place].separation_order = order


def settle_officials(region: Region) -> None:
    """Give the region its two officials; the governing one is in his first or second term."""
    region.officials = [PoliticalOfficial(region.model, region, camp) for camp in CAMPS]
    region.winner_patronage = region.incumbent.patronage
    region.terms_served = 1 + int(2.0 * region.luck.draw(DRAW_TERMS_SERVED, 0, 0))


def give_highest_posts_to_the_best(region: Region) -> None:
    """Let people hold posts as past promotions would have left them, whatever reach the offices are in."""
    people = region.people
    luck = region.luck.bell_chances(DRAW_SCORE, 0, [person.key for person in people])
    score = {person: promotion_score(person, chance, True, 0) for person, chance in zip(people, luck, strict=True)}
    best_first = sorted(people, key=lambda person: (-score[person], person.key))
    highest_first = sorted(region.posts, key=lambda post: (-post.rank, post.index))
    for person, post in zip(best_first, highest_first, strict=True):
        person.post, post.holder = post, person


def sign_first_contracts(region: Region) -> None:
    """Draw who is on contract.

    Not all posts allow one; those that do get so many that contracts make ``contract_share`` of all staff.
    """
    open_to_contract = sum(post.rank < FIRST_STRUCTURAL_RANK for post in region.posts)
    wanted = region.parameters.contract_share * len(region.posts)
    chance = min(1.0, wanted / open_to_contract) if open_to_contract else 0.0
    for person in region.people:
        person.sign_contract(0, chance)
