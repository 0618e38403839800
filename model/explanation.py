"""Why somebody chooses as she does: the terms of her utility, by the rules the engine itself uses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model import stages
from model.population import (
    AFFINITY,
    AMBITION,
    CONTRACT,
    INTEGRITY,
    PERCEIVED_RISK,
    RANK,
    SANCTIONS,
    STANCES,
    World,
)
from model.rules.choice import (
    closeness,
    expected_risk,
    expected_sanction,
    known_rules,
    moral_cost,
    odds_of,
    peer_pull,
    shielded_by_colleagues,
    utility_of_siding,
    value_of_siding,
)


@dataclass(frozen=True)
class StanceExplained:
    """One of the five options a person faces.

    Attributes
    ----------
    stance : str
        One of ``STANCES``.
    terms : dict of str to float
        What each reason adds to the utility, neutral being 0: prospects (promise, protection, retaliation),
        favour (what can be had at once), affinity, head, conscience, peers, sanction.
    utility : float
        Their sum.
    probability : float
        Of choosing this option.
    """

    stance: str
    terms: dict[str, float]
    utility: float
    probability: float


def choice_faced(world: World, g: int, row: int, month: int, parameters: np.ndarray) -> list[StanceExplained]:
    """Return the five options that the person in post ``row`` of region ``g`` will face in ``month``.

    Parameters
    ----------
    world : World
        State at the end of the month before.
    g, row, month : int
    parameters : PARAMETER_ROW array, shape (regions,)
        What will hold in that month.

    Notes
    -----
    Calendar, offers and what the office sees are worked out by the stages themselves, in plain Python on a copy.
    """
    copy = World(world.people, world.docket, world.offices.copy().view(np.recarray),
                 world.regions.copy().view(np.recarray), parameters.view(np.recarray), world.tallies)
    o = stages.office_of(g, row, copy)
    scratch = stages.new_scratch(1, 1)
    stages.fill_tables(g, copy, scratch)
    stages.calendar(g, month, copy)
    stages.offers(g, copy)
    stages.look_around(o, g, copy)
    options = [_option(camp, overt, o, g, row, copy, scratch.tables) for camp in range(2) for overt in range(2)]
    utilities = [sum(terms.values()) for terms in options]
    odds = [1.0] + [odds_of(utility, 1.0 / copy.parameters[g].decision_noise) for utility in utilities]
    return [StanceExplained(stance, terms, float(utility), float(odd / sum(odds)))
            for stance, terms, utility, odd in zip(STANCES, [{}, *options], [0.0, *utilities], odds, strict=True)]


def _option(camp: int, overt: int, o: int, g: int, row: int, world: World, tables: np.ndarray) -> dict[str, float]:
    """Return the terms of one way to take sides."""
    people, office, region, p = world.people, world.offices[o], world.regions[g], world.parameters[g]
    rank = int(people.marks[RANK, row])
    stake = float(tables[stages.STAKE_TABLE, rank])
    prominence = float(tables[stages.PROMINENCE_TABLE, rank])
    felt = float(tables[stages.FELT_TABLE + overt, 2 * rank + (people.marks[SANCTIONS, row] > 0)])
    inside = 1.0 if office.in_reach else 0.0
    shield = inside * shielded_by_colleagues(p.solidarity, office.share_neutral)
    promise = inside * stake * (region.promise[camp] * float(people.traits[AMBITION, row]) + region.deferred[camp])
    protection = shield * (region.threat_contract if people.marks[CONTRACT, row] else region.threat_permanent * stake)
    visibility = p.visibility_overt if overt else p.visibility_covert
    seen = 1.0 if overt else office.detectability_covert[camp]
    risk = expected_risk(float(people.traits[PERCEIVED_RISK, row]), seen, prominence, region.attention)
    belief = region.follow_up_belief[0 if camp == region.governing else 1]
    pressed = office.head_camp == camp and office.head != row
    whole = {
        "prospects": value_of_siding(region.win_chance[camp], promise, protection, p.retaliation),
        "favour": inside * stake * region.favour[camp],
        "affinity": p.affinity_weight * closeness(float(people.traits[AFFINITY, row]), camp),
        "head": p.head_pressure if pressed else 0.0,
        "conscience": moral_cost(p.moral_overt if overt else p.moral_covert, float(people.traits[INTEGRITY, row]),
                                 known_rules(p.understanding, p.socialisation)),
        "peers": peer_pull(p.peer_influence, office.share_side[camp], office.share_neutral),
        "sanction": expected_sanction(risk, belief, 1.0, felt),
    }
    return {name: float(_alone(name, whole, region.salience, visibility)) for name in whole}


def _alone(name: str, whole: dict[str, float], salience: float, visibility: float) -> float:
    """Return what one term adds to the utility: the utility were all others 0."""
    only = [whole[term] if term == name else 0.0 for term in whole]
    return utility_of_siding(salience, visibility, *only)
