"""What is counted, and stages 10 and 11: public service, welfare, and what belongs to the region as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.population import NEUTRAL, RANKS, TALLY
from model.rules.service import MONTHS_RECENT, MONTHS_USUAL
from tests.reference.stances import camp_of, manner_of

if TYPE_CHECKING:
    from tests.reference.places import Region
    from tests.reference.supervisors import Case

PLACES = (0, 1)  # outside and within the officials' reach


def new_tally() -> np.void:
    """Return a month's counts, all 0: a record with the fields of ``TALLY``."""
    return np.zeros(1, TALLY)[0]


def count_case(tally: np.void, kind: str, case: Case) -> None:
    """Add a case to those that were "reported", "proven", "recommended", "sanctioned", "shelved" or "lapsed"."""
    where = int(case.person.post.in_reach)
    tally[f"{kind}_role"][where, case.role] += 1
    tally[f"{kind}_channel"][where, case.channel] += 1
    tally[f"{kind}_rank"][where, case.person.rank] += 1


def count_people(region: Region) -> None:
    """Count the people in office by reach, rank and stance, with their competence and perceived risk."""
    for name in ("people", "vacant", "contract", "competence", "perceived_risk", "perceived_risk_squared"):
        region.tally[name][...] = 0.0
    for office in region.offices:
        for rank in range(len(RANKS)):
            _count_people_of_rank(region, office, rank)


def _count_people_of_rank(region: Region, office, rank: int) -> None:
    posts = [post for post in office.posts if post.rank == rank]
    people = [post.holder for post in posts if post.holder is not None]
    tally, where = region.tally, int(office.in_reach)
    for person in people:
        tally["people"][where, rank, stance_seen_from_the_incumbent(person.stance, region.governing)] += 1
    tally["vacant"][where, rank] += len(posts) - len(people)
    tally["contract"][where] += sum(person.contract for person in people)
    tally["competence"][where, rank] += added_up(person.competence for person in people)
    tally["perceived_risk"][where, rank] += added_up(person.perceived_risk for person in people)
    tally["perceived_risk_squared"][where, rank] += added_up(person.perceived_risk**2 for person in people)


def stance_seen_from_the_incumbent(stance: int, governing: int) -> int:
    """Return a stance with the camps in the order governing, opposing instead of A, B."""
    if stance == NEUTRAL or governing == 0:
        return stance
    return stance + 2 if stance <= 2 else stance - 2


def added_up(values) -> float:
    """Return the sum of numbers added one after the other, as the engine does.

    Python's own ``sum`` is more exact, which would make the last bits differ.
    """
    total = 0.0
    for value in values:
        total += value
    return total


def observe(region: Region) -> None:
    """Count the people, and note what offices and region will have seen of stances next month."""
    count_people(region)
    for office in region.offices:
        office.take_note()
    people = region.people
    support = 0.0
    for person in people:
        if person.stance != NEUTRAL:
            sign = 1.0 if camp_of(person.stance) == 0 else -1.0
            support += sign * person.prominence * region.visibility[manner_of(person.stance)]
    weight = added_up(person.prominence for person in people)
    region.support = support / weight if weight else 0.0
    region.share_neutral = sum(person.stance == NEUTRAL for person in people) / len(people) if people else 0.0


def note_service_and_welfare(region: Region) -> None:
    """Work out public service, the costs of oversight, and welfare."""
    rules, p, tally, posts = region.rules, region.parameters, region.tally, len(region.posts)
    observe(region)
    people = region.people
    siding = sum(person.stance != NEUTRAL for person in people) / max(1, len(people))
    held = added_up(region.stake[person.rank] for person in people)
    vacant = added_up(region.stake[post.rank] for post in region.posts if post.holder is None)
    competent = added_up(region.stake[person.rank] * person.competence for person in people)
    region.turnover = rules.moving_average(region.turnover, MONTHS_RECENT * region.changes_now / posts, MONTHS_RECENT)
    service = rules.service_of_region(
        competent / held if held else 0.0, p.diversion, region.salience, siding, p.disruption, region.turnover,
        p.vacancy_cost, vacant / (held + vacant) if held + vacant else 0.0)
    if region.service_recent == 0.0 and region.service_usual == 0.0:
        region.service_recent = region.service_usual = service  # nobody is used to anything yet
    region.service_recent = rules.moving_average(region.service_recent, service, MONTHS_RECENT)
    region.service_usual = rules.moving_average(region.service_usual, service, MONTHS_USUAL)
    wrongful = 1000.0 / posts * tally["wrongful"].sum()
    expression = 1000.0 / posts * tally["expression"].sum()
    cost = rules.cost_of_oversight(
        p.oversight_capacity, p.cost_capacity, p.patrol, p.cost_patrol, wrongful, p.cost_wrongful)
    rights = rules.cost_to_rights(p.rights_cost, p.patrol, expression)
    welfare = rules.welfare_of_region(service, p.neutrality_value, region.salience, siding, cost, rights)
    # Qualities of a region are counted once for each of its posts, so that regions can be added up.
    tally["service"], tally["welfare"] = posts * service, posts * welfare
    tally["oversight_cost"], tally["rights_cost"] = posts * cost, posts * rights


def take_down(region: Region) -> None:
    """Take down what belongs to the region as a whole."""
    tally, patronage = region.tally, region.incumbent.patronage
    tally["queue"] = sum(case.is_queued for case in region.adjudicator.docket)
    tally["regions"] = 1
    tally["attention"] = region.attention
    tally["salience"] = region.salience
    tally["patronage"] = patronage
    tally["patronage_squared"] = patronage * patronage
