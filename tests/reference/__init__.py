"""The model without the engine: the same world as ordinary Mesa agents and plain Python objects.

It is a second, independent reading of ``model/ODD.md``, written to be read. Civil servants, political officials and
supervisors are ``mesa.Agent`` objects; posts, offices and regions are plain objects; the month is a list of eleven
stages in :mod:`tests.reference.world`. It shares with the engine what is meant to be the same: the rules
(``model.rules``, uncompiled), the keyed draws (``model.randomness``), and the names and formulas of what is measured.
It shares no stage, no way to store people, no order of work. ``tests/test_reference.py`` holds the two against each
other, person by person and month by month.

    model = ReferenceModel(load_scenario("pilkada_2020"), rng=1)
    model.run_for(12)
    model.agents_by_type[CivilServant].select(lambda person: person.stance != NEUTRAL)

=====================  ======================================================================
module                 concern
=====================  ======================================================================
``world``              ``ReferenceModel``: the month as a list of stages
``places``             posts, offices, regions: what colleagues see and believe
``civil_servants``     who they are, how they choose a stance, how they learn
``officials``          what camps offer, how the governing one handles sanctions
``supervisors``        watchdog and adjudicating body, and the cases between them
``careers``            leaving, falling, rising, joining, reshuffling
``elections``          vote, handover, new candidates
``accounts``           what is counted; public service and welfare
``start``              the first people, posts and officials
``stances``            camps, roles, and the five stances
``luck``               keyed draws
``columns``            everything, read out as arrays in the order of posts
=====================  ======================================================================
"""

from __future__ import annotations

from tests.reference.civil_servants import CivilServant
from tests.reference.officials import PoliticalOfficial
from tests.reference.supervisors import Adjudicator, Supervisor, Watchdog
from tests.reference.world import ReferenceModel

__all__ = ["Adjudicator", "CivilServant", "PoliticalOfficial", "ReferenceModel", "Supervisor", "Watchdog"]
