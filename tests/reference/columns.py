"""Everything, read out as arrays under the names that ``model/population.py`` gives the same quantities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tests.reference.world import ReferenceModel

# Of the holder of a post. A vacant post has 0 in all of them.
HOLDERS: dict[str, Callable[[Any], float]] = {
    "occupied": lambda person: 1,
    "key": lambda person: person.key,
    "stance": lambda person: person.stance,
    "contract": lambda person: person.contract,
    "sanctions": lambda person: person.sanctions,
    "sanction_level": lambda person: person.sanction_level,
    "post_lost": lambda person: person.post_lost,
    "entry_month": lambda person: person.entry_month,
    "barred_until": lambda person: person.barred_until,
    "competence": lambda person: person.competence,
    "ambition": lambda person: person.ambition,
    "integrity": lambda person: person.integrity,
    "affinity": lambda person: person.affinity,
    "perceived_risk": lambda person: person.perceived_risk,
    "loyalty_a": lambda person: person.loyalty[0],
    "loyalty_b": lambda person: person.loyalty[1],
    "case_status": lambda person: person.case.status if person.case else 0,
}

# Of a case. A post whose holder has none has 0 in all of them.
CASES: dict[str, Callable[[Any], float]] = {
    "case_act": lambda case: case.act,
    "case_channel": lambda case: case.channel,
    "case_false": lambda case: case.is_false,
    "case_month": lambda case: case.month,
}

OFFICES: dict[str, Callable[[Any], Any]] = {
    "separation_order": lambda office: office.separation_order,
    "in_reach": lambda office: office.in_reach,
    "rows": lambda office: len(office.posts),
    "occupied": lambda office: len(office.people),
    "head_post": lambda office: office.head.post.index if office.head else -1,
    "head_camp": lambda office: -1 if office.head_camp is None else office.head_camp,
    "share_neutral": lambda office: office.share_neutral,
    "share_side": lambda office: office.share_side,
    "sight": lambda office: office.sight,
    "detectability_covert": lambda office: [covert for covert, _ in office.detectability],
    "proven_memory": lambda office: office.proven_memory,
    "exposure_memory": lambda office: office.exposure_memory,
    "proven_now": lambda office: office.proven_now,
    "exposure_now": lambda office: office.exposure_now,
}

REGIONS: dict[str, Callable[[Any], Any]] = {
    "months_to_vote": lambda region: region.months_to_vote,
    "months_since_vote": lambda region: region.months_since_vote,
    "salience": lambda region: region.salience,
    "attention": lambda region: region.attention,
    "frozen": lambda region: region.frozen,
    "governing": lambda region: region.governing,
    "winner": lambda region: -1 if region.winner is None else region.winner,
    "terms_served": lambda region: region.terms_served,
    "winner_patronage": lambda region: region.winner_patronage,
    "popularity": lambda region: [official.popularity for official in region.officials],
    "patronage": lambda region: [official.patronage for official in region.officials],
    "scandals": lambda region: [official.scandals for official in region.officials],
    "promise": lambda region: [official.promise for official in region.officials],
    "deferred": lambda region: [official.deferred for official in region.officials],
    "favour": lambda region: [official.favour for official in region.officials],
    "win_chance": lambda region: [official.win_chance for official in region.officials],
    "threat_permanent": lambda region: region.incumbent.threat_to_permanent,
    "threat_contract": lambda region: region.incumbent.threat_to_contract,
    "margin": lambda region: region.margin,
    "hearing_credit": lambda region: region.adjudicator.hearing_credit,
    "docket_length": lambda region: len(region.adjudicator.docket),
    "support": lambda region: region.support,
    "share_neutral": lambda region: region.share_neutral,
    "proven_memory": lambda region: region.proven_memory,
    "exposure_memory": lambda region: region.exposure_memory,
    "regional_risk": lambda region: region.regional_risk,
    "executed_memory": lambda region: region.executed_memory,
    "recommended_memory": lambda region: region.recommended_memory,
    "executed_now": lambda region: region.executed_now,
    "recommended_now": lambda region: region.recommended_now,
    "follow_up_prior": lambda region: region.follow_up_prior,
    "follow_up_belief": lambda region: region.follow_up_belief,
    "turnover": lambda region: region.turnover,
    "changes_now": lambda region: region.changes_now,
    "service_recent": lambda region: region.service_recent,
    "service_usual": lambda region: region.service_usual,
}


def read_out(things: list, readers: Mapping[str, Callable]) -> dict[str, np.ndarray]:
    """Return one array for each reader; None and False read as 0, True as 1."""
    read = {name: np.array([0 if thing is None else reader(thing) for thing in things])
            for name, reader in readers.items()}
    return {name: values.astype(np.int64) if values.dtype == bool else values for name, values in read.items()}


def of_posts(model: ReferenceModel) -> dict[str, np.ndarray]:
    """Return the columns over posts."""
    posts = [post for region in model.regions for post in region.posts]
    holders = [post.holder for post in posts]
    cases = [holder.case if holder else None for holder in holders]
    return read_out(posts, {"rank": lambda post: post.rank}) | read_out(holders, HOLDERS) | read_out(cases, CASES)


def of_offices(model: ReferenceModel) -> dict[str, np.ndarray]:
    """Return the columns over offices."""
    return read_out([office for region in model.regions for office in region.offices], OFFICES)


def of_regions(model: ReferenceModel) -> dict[str, np.ndarray]:
    """Return the columns over regions."""
    return read_out(model.regions, REGIONS)
