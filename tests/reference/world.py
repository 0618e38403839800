"""The model: regions that pass through the month stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace

import mesa
import numpy as np

from model.compiler import interpreted
from model.rules import RULES
from model.scenario import Scenario
from tests.reference import columns
from tests.reference.accounts import note_service_and_welfare, take_down
from tests.reference.careers import pass_a_month_of_careers
from tests.reference.civil_servants import let_everyone_choose
from tests.reference.elections import vote_or_hand_over
from tests.reference.officials import make_offers
from tests.reference.start import new_region
from tests.reference.supervisors import expose_acts


class ReferenceModel(mesa.Model):
    """Civil servants who each month stay neutral or take sides, one Mesa agent each.

    Parameters
    ----------
    scenario : Scenario
        What to simulate.
    rng : int, optional
        Seed, 0 to 2**64 - 1; None takes the scenario's own.
    rules : mapping of str to function, optional
        Rules to use instead of the built-in ones of these names.

    Attributes
    ----------
    setup : Scenario
        The scenario it was built from (Mesa has its own ``scenario``).
    rules : SimpleNamespace
        Every rule by its name, as ordinary Python.
    regions : list of Region
    """

    def __init__(self, scenario: Scenario, rng: int | None = None, rules: Mapping[str, Callable] | None = None):
        self.seed = scenario.seed if rng is None else rng
        super().__init__(rng=self.seed)
        self.setup = scenario
        replaced = dict(rules or {})
        # A rule that calls another must call the replacement of that one.
        self.rules = SimpleNamespace(**{
            name: interpreted(replaced.get(name, rule), replaced) for name, rule in RULES.items()})
        staff = np.broadcast_to(scenario.staff, scenario.regions)
        parameters = scenario.values_by_parameter()
        self.regions = []
        for index in range(scenario.regions):
            own = {name: float(values[index]) for name, values in parameters.items()}
            self.regions.append(new_region(self, index, int(staff[index]), own))

    @property
    def month(self) -> int:
        """Months that have passed."""
        return self.steps

    def step(self) -> None:
        """Let one month pass."""
        month = self.month
        self.enact_reforms(month)
        for region in self.regions:
            region.turn_calendar(month)                             # 1 calendar
            make_offers(region)                                     # 2 offers
            let_everyone_choose(region, month)                      # 3 choice_of_stance
            expose_acts(region, month)                              # 4 exposure_and_reports
            region.adjudicator.hear_cases(month)                    # 5 adjudication
            region.incumbent.decide_on_sanctions(month)             # 6 execution_of_sanctions
            region.learn()                                          # 7 learning
            pass_a_month_of_careers(region, month)                  # 8 careers
            vote_or_hand_over(region, month)                        # 9 election_and_handover
            note_service_and_welfare(region)                        # 10 service_and_welfare
            take_down(region)                                       # 11 measurement

    def enact_reforms(self, month: int) -> None:
        """Let the reforms of this month take effect."""
        for reform in self.setup.reforms:
            if reform.month == month:
                for region in self.regions:
                    region.enact({name: float(np.broadcast_to(value, len(self.regions))[region.index])
                                  for name, value in reform.changes.items()})

    # Reading out

    def columns(self) -> dict[str, np.ndarray]:
        """Return what holds for every post, as arrays in the order of posts; see ``columns.POSTS``."""
        return columns.of_posts(self)

    def office_columns(self) -> dict[str, np.ndarray]:
        """Return the state of every office, as arrays in the order of offices; see ``columns.OFFICES``."""
        return columns.of_offices(self)

    def region_columns(self) -> dict[str, np.ndarray]:
        """Return the state of every region, as arrays in the order of regions; see ``columns.REGIONS``."""
        return columns.of_regions(self)

    def dockets(self) -> list[list[int]]:
        """Return, by region, the posts (index in the region) of people with a case, the oldest report first."""
        return [[case.person.post.index for case in region.adjudicator.docket] for region in self.regions]

    def tallies(self) -> np.ndarray:
        """Return what was counted this month: a record array with the fields of ``TALLY``, shape (regions,)."""
        return np.array([region.tally for region in self.regions], dtype=self.regions[0].tally.dtype)
