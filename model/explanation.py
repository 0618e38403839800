"""Why somebody chooses as she does: the terms of her utility, by the rules the engine itself uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from model.compiler import interpreted
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
    discount_for_delay,
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
from model.stages.calendar import calendar, offers
from model.stages.choice import look_around, watch
from model.stages.oversight import office_of
from model.stages.room import (
    FELT_TABLE,
    PROMINENCE_TABLE,
    STAKE_TABLE,
    fill_tables,
    new_scratch,
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


def choice_faced(world: World, g: int, row: int, month: int, parameters: np.ndarray,
                 rules: Mapping[str, Callable] | None = None) -> list[StanceExplained]:
    """Return the five options that the person in post ``row`` of region ``g`` will face in ``month``.

    Parameters
    ----------
    world : World
        State at the end of the month before.
    g, row, month : int
    parameters : PARAMETER_ROW array, shape (regions,)
        What will hold in that month.
    rules : mapping of str to function, optional
        Rules that were swapped in this run.

    Notes
    -----
    Calendar, offers and what the office sees are worked out by the stages themselves, in plain Python on a copy.
    """
    copy = World(world.people, world.docket, world.offices.copy().view(np.recarray),
                 world.regions.copy().view(np.recarray), parameters.view(np.recarray), world.tallies)
    terms, utilities, odds = interpreted(_options, rules)(g, row, month, copy)
    return [StanceExplained(stance, of_stance, float(utility), float(odd / sum(odds)))
            for stance, of_stance, utility, odd in zip(STANCES, terms, utilities, odds, strict=True)]


def _options(g: int, row: int, month: int, world: World):
    """Return the terms, the utilities and the odds of the five stances."""
    o = office_of(g, row, world)
    scratch = new_scratch(1, 1)
    fill_tables(g, world, scratch)
    calendar(g, month, world)
    offers(g, world)
    watch(g, world)
    look_around(o, g, world)
    terms = [_option(camp, overt, o, g, row, world, scratch.tables) for camp in range(2) for overt in range(2)]
    utilities = [sum(of_stance.values()) for of_stance in terms]
    precision = 1.0 / world.parameters[g].decision_noise
    return [dict.fromkeys(terms[0], 0.0), *terms], [0.0, *utilities], [1.0] + [odds_of(utility, precision) for utility in utilities]


def _option(camp: int, overt: int, o: int, g: int, row: int, world: World, tables: np.ndarray) -> dict[str, float]:
    """Return the terms of one way to take sides."""
    people, office, region, p = world.people, world.offices[o], world.regions[g], world.parameters[g]
    rank = int(people.marks[RANK, row])
    stake = float(tables[STAKE_TABLE, rank])
    prominence = float(tables[PROMINENCE_TABLE, rank])
    repeated = people.marks[SANCTIONS, row] > 0
    felt = float(tables[FELT_TABLE + 2 * repeated + overt, rank])
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
        "sanction": expected_sanction(risk, belief, discount_for_delay(p.patience, p.execution_delay), felt),
    }
    return {name: float(_alone(name, whole, region.salience, visibility)) for name in whole}


def _alone(name: str, whole: dict[str, float], salience: float, visibility: float) -> float:
    """Return what one term adds to the utility: the utility were all others 0."""
    only = [whole[term] if term == name else 0.0 for term in whole]
    return utility_of_siding(salience, visibility, *only)
