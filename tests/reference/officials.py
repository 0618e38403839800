"""Political officials: what they offer, and what the governing one does with recommended sanctions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from model.population import FIRST_STRUCTURAL_RANK
from model.randomness import (
    DRAW_DECISION_TIME,
    DRAW_FOLLOW_UP,
    DRAW_INTERVENTION_PROVEN,
    DRAW_INTERVENTION_SEEN,
    DRAW_POPULARITY,
    DRAW_SHELVED,
    DRAW_STYLE,
)
from tests.reference.accounts import count_case
from tests.reference.stances import GOVERNING, OVERT, manner_of

if TYPE_CHECKING:
    from tests.reference.places import Region
    from tests.reference.supervisors import Case


class PoliticalOfficial(mesa.Agent):
    """The official, or candidate, of one camp in one region.

    Attributes
    ----------
    popularity : float
        Margin.
    patronage : float
        How much of the prize goes by loyalty (0 to 1).
    scandals : float
        Proven interventions this term.
    promise, favour, deferred : float
        What one month of seen support is offered: if the camp wins; at once; later, as nothing may be given in the ban.
    threat_to_permanent, threat_to_contract : float
        What those can lose whom a winner did not see on his side.
    win_chance : float
        As staff judge it.
    """

    def __init__(self, model: mesa.Model, region: Region, camp: int):
        super().__init__(model)
        self.region = region
        self.camp = camp
        self.popularity = 0.0
        self.patronage = 0.0
        self.scandals = 0.0
        self.promise = self.favour = self.deferred = 0.0
        self.threat_to_permanent = self.threat_to_contract = 0.0
        self.win_chance = 0.0
        self.stand_as_candidate(0)
        self.patronage = self._style_at_start()

    def _style_at_start(self) -> float:
        p = self.region.parameters
        spread = p.patronage_sd * self.region.luck.normal(DRAW_STYLE, 0, self.camp)
        return self.region.rules.clipped(p.patronage + spread, 0.0, 1.0)

    def stand_as_candidate(self, month: int) -> None:
        """Stand for the camp for the first time: popularity is drawn."""
        luck = self.region.luck.normal(DRAW_POPULARITY, month, self.camp)
        self.popularity = self.region.parameters.popularity_sd * luck

    @property
    def governs(self) -> bool:
        """Whether the camp holds the appointing power."""
        return self.region.governing == self.camp

    @property
    def opponent(self) -> PoliticalOfficial:
        """The other camp's official."""
        return self.region.officials[1 - self.camp]

    # Stage 2

    def make_offers(self) -> None:
        """Set promise, favour and threat."""
        region, rules, p = self.region, self.region.rules, self.region.parameters
        chance = rules.win_chance(region.margin, p.margin_noise)
        self.win_chance = chance if self.governs else 1.0 - chance
        self.promise = rules.promised_post(region.reach, p.promotion_prize, self.patronage)
        favour = rules.spot_favour(region.reach, p.spot_reward, self.patronage) if self.governs else 0.0
        self.favour = 0.0 if region.frozen else favour
        self.deferred = p.deferral * favour if region.frozen else 0.0
        self.threat_to_permanent = rules.threat_to_permanent(region.reach, p.removal_threat, p.tenure_security)
        self.threat_to_contract = rules.threat_to_contract(region.reach, p.renewal_threat, p.tenure_security_contract)

    # Stage 4

    def intervene(self, month: int) -> None:
        """Work on the civil service; this may be seen and proven, which is a scandal.

        It is exposed like a covert act of the most prominent rank, with nobody in the way, and adjudicated at once.
        """
        region, rules, p = self.region, self.region.rules, self.region.parameters
        willing = rules.colleagues_willing(p.peer_reporting, region.share_neutral,
                                           region.follow_up_belief[region.role_of(self.camp)],
                                           p.reprisal_fear, p.whistleblower_protection)
        sight = (rules.seen_by_patrol(p.patrol, p.patrol_sees_covert)
                 + rules.seen_by_public(p.public_reporting, p.press_freedom, p.public_sees_covert)
                 + rules.seen_by_council(p.council_oversight, p.opposition, self.governs, p.public_sees_covert)
                 + willing * p.peers_see_covert)
        exposure = rules.exposure_probability(region.attention, p.prominence_executive, sight)
        seen = region.luck.draw(DRAW_INTERVENTION_SEEN, month, self.camp) < region.reach * self.patronage * exposure
        proven = (region.luck.draw(DRAW_INTERVENTION_PROVEN, month, self.camp)
                  < rules.proof_probability(p.evidence, p.proof_standard))
        if seen and proven:
            self.scandals += 1.0
            region.tally["interventions"] += 1

    # Stage 6: the governing official only

    def decide_on_sanctions(self, month: int) -> None:
        """Decide on recommendations whose time has come, and on shelved cases as far as the centre presses."""
        for case in list(self.region.adjudicator.docket):
            if case.is_recommended and self._comes_to_decide(case, month):
                if self._follows_up(case, month):
                    self.execute(case, month)
                else:
                    case.shelve()
                    count_case(self.region.tally, "shelved", case)
            elif case.is_shelved and self._gives_way_to_the_centre(case, month):
                self.execute(case, month)

    def _comes_to_decide(self, case: Case, month: int) -> bool:
        hazard = self.region.rules.decision_hazard(self.region.parameters.execution_delay)
        return self.region.luck.draw(DRAW_DECISION_TIME, month, case.person.key) < hazard

    def _follows_up(self, case: Case, month: int) -> bool:
        p = self.region.parameters
        chance = self.region.rules.follow_up_probability(
            p.independence, p.follow_up, p.capture, p.appointing_stake,
            case.role == GOVERNING, case.person.post.in_reach)
        return self.region.luck.draw(DRAW_FOLLOW_UP, month, case.person.key) < chance

    def _gives_way_to_the_centre(self, case: Case, month: int) -> bool:
        return self.region.luck.draw(DRAW_SHELVED, month, case.person.key) < self.region.parameters.central_pressure

    def execute(self, case: Case, month: int) -> None:
        """Sanction the person of a case."""
        region, person = self.region, case.person
        tally, where = region.tally, int(person.post.in_reach)
        overt = manner_of(case.act) == OVERT
        count_case(tally, "sanctioned", case)
        region.executed_now[case.role] += 1.0
        if case.is_false:
            tally["wrongful"][where] += 1
        if overt and person.rank < FIRST_STRUCTURAL_RANK:
            tally["expression"][where] += 1  # open support by those with no office to misuse
        level = region.rules.sanction_level(overt, person.sanctions > 0, person.rank)
        region.adjudicator.close(case)
        person.suffer_sanction(level, month)


def foreseen_margin(region: Region) -> float:
    """Return the margin of the governing camp that the present state suggests."""
    rules, p = region.rules, region.parameters
    own, other = region.incumbent, region.incumbent.opponent
    return rules.expected_margin(
        rules.incumbency_of_candidate(p.incumbency, p.inherited_incumbency, region.terms_served),
        own.popularity - other.popularity,
        p.mobilisation, region.support if region.governing == 0 else -region.support,
        p.service_voting, region.service_recent - region.service_usual,
        p.scandal, p.press_freedom, own.scandals - other.scandals)


def make_offers(region: Region) -> None:
    """Let both officials make their offers, in view of the margin that can be foreseen."""
    region.margin = foreseen_margin(region)
    for official in region.officials:
        official.make_offers()

