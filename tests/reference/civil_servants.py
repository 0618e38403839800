"""Civil servants: who they are, how they choose a stance, what they learn."""

from __future__ import annotations

from math import log, sqrt
from typing import TYPE_CHECKING

import mesa
import numpy as np

from model.population import NEUTRAL
from model.randomness import (
    DRAW_AFFINITY,
    DRAW_AFFINITY_SIDE,
    DRAW_AMBITION,
    DRAW_CHOICE,
    DRAW_COMPETENCE,
    DRAW_CONTRACT,
    DRAW_INTEGRITY,
    DRAW_TENURE,
)
from tests.reference.stances import CAMPS, MANNERS, OVERT, camp_of, manner_of

if TYPE_CHECKING:
    from tests.reference.places import Office, Post, Region
    from tests.reference.supervisors import Case

MONTHS_AT_MOST = 360  # of service at the start
SEVERE = 3  # level of sanction at which the post is lost


def stored(trait: float) -> float:
    """Return a trait as the engine stores it, in single precision.

    This is the only place where the reference follows the engine's way of storing numbers: competence, ambition,
    integrity, affinity, perceived risk and both loyalty records pass through here whenever they are written. All else
    is an ordinary Python number.
    """
    return float(np.float32(trait))


class CivilServant(mesa.Agent):
    """A civil servant.

    Parameters
    ----------
    post : Post
        The vacant post she enters.
    month : int
        Month of entry; 0 is the start of the run, where people have years of service behind them.

    Attributes
    ----------
    key : int
        Names the entry by post and month; every draw about her uses it.
    competence, ambition, integrity, affinity : float
        Traits; affinity is positive towards camp A, negative towards camp B.
    perceived_risk : float
        Belief that an act that can fully be seen gets exposed and proven.
    loyalty : list of float, by camp
        What each camp has seen of her support (0 to 1).
    sanctions, sanction_level, barred_until, post_lost
        Number of sanctions, the latest level, last month without promotion, a severe sanction not yet carried out.
    case : Case or None
    """

    def __init__(self, model: mesa.Model, post: Post, month: int):
        super().__init__(model)
        region = post.office.region
        self.post = post
        post.holder = self
        self.key = post.index + len(region.posts) * month
        self.stance = NEUTRAL
        self.contract = False
        self.case: Case | None = None
        self.sanctions = self.sanction_level = self.barred_until = 0
        self.post_lost = False
        self.moved_in = -1  # month of the latest change of post
        self.loyalty = [0.0, 0.0]
        self._draw_traits(region, month)

    def _draw_traits(self, region: Region, month: int) -> None:
        p, rules, luck, key = region.parameters, region.rules, region.luck, self.key
        self.competence = stored(luck.normal(DRAW_COMPETENCE, month, key))
        spread = sqrt(log(1.0 + p.ambition_sd * p.ambition_sd))  # lognormal with mean 1 and this SD
        ambition = rules.exponential(spread * luck.normal(DRAW_AMBITION, month, key) - 0.5 * spread * spread)
        self.ambition = stored(ambition)
        self.integrity = stored(max(0.0, p.integrity_mean + p.integrity_sd * luck.normal(DRAW_INTEGRITY, month, key)))
        close = luck.draw(DRAW_AFFINITY, month, key) < p.affinity_share
        side = 1.0 if luck.draw(DRAW_AFFINITY_SIDE, month, key) < 0.5 else -1.0
        self.affinity = stored(side * p.affinity_size if close else 0.0)
        self.perceived_risk = stored(p.risk_prior)
        served = int(MONTHS_AT_MOST * luck.draw(DRAW_TENURE, month, key)) if month == 0 else 0
        self.entry_month = month - served

    def sign_contract(self, month: int, chance: float) -> None:
        """Enter on a fixed-term contract with this chance, if the post is not structural."""
        signs = self.region.luck.draw(DRAW_CONTRACT, month, self.key) < chance
        self.contract = signs and not self.post.is_structural

    # Where she stands

    @property
    def office(self) -> Office:
        """Her office."""
        return self.post.office

    @property
    def region(self) -> Region:
        """Her region."""
        return self.post.office.region

    @property
    def rank(self) -> int:
        """The rank of her post."""
        return self.post.rank

    @property
    def prominence(self) -> float:
        """How much attention her acts draw."""
        return self.region.prominence[self.rank]

    # Stage 3: the choice of stance

    def choose_stance(self, draw: float) -> None:
        """Choose one of five stances, the better the likelier."""
        rules, precision = self.region.rules, 1.0 / self.region.parameters.decision_noise
        odds = [rules.odds_of(self.utility_of_siding(camp, manner), precision) for camp in CAMPS for manner in MANNERS]
        self.stance = int(rules.chosen_option(draw, *odds))

    def utility_of_siding(self, camp: int, manner: int) -> float:
        """Return what taking a camp's side in this manner is worth to her; staying neutral is worth 0."""
        region, office = self.region, self.office
        rules, p = region.rules, region.parameters
        presses = office.head_camp == camp and office.head is not self
        moral = p.moral_overt if manner == OVERT else p.moral_covert
        return rules.utility_of_siding(
            region.salience,
            region.visibility[manner],
            self.prospect_with(camp),
            self.favour_from(camp),
            p.affinity_weight * rules.closeness(self.affinity, camp),
            p.head_pressure if presses else 0.0,
            rules.moral_cost(moral, self.integrity, rules.known_rules(p.understanding, p.socialisation)),
            rules.peer_pull(p.peer_influence, office.share_side[camp], office.share_neutral),
            self.sanction_expected(camp, manner),
        )

    def prospect_with(self, camp: int) -> float:
        """Return what being seen on a camp's side is worth, win or lose."""
        region, p, official = self.region, self.region.parameters, self.region.officials[camp]
        if not self.post.in_reach:
            return region.rules.value_of_siding(official.win_chance, 0.0, 0.0, p.retaliation)
        stake = region.stake[self.rank]
        offered = stake * (official.promise * self.ambition + official.deferred)
        threat = official.threat_to_contract if self.contract else official.threat_to_permanent * stake
        protection = threat * region.rules.shielded_by_colleagues(p.solidarity, self.office.share_neutral)
        return region.rules.value_of_siding(official.win_chance, offered, protection, p.retaliation)

    def favour_from(self, camp: int) -> float:
        """Return what a camp gives at once."""
        return self.region.stake[self.rank] * self.region.officials[camp].favour if self.post.in_reach else 0.0

    def sanction_expected(self, camp: int, manner: int) -> float:
        """Return the sanction she expects for siding with a camp in this manner."""
        region, office = self.region, self.office
        rules, p = region.rules, region.parameters
        risk = rules.expected_risk(
            self.perceived_risk, office.detectability[camp][manner], self.prominence, region.attention)
        level = rules.sanction_level(manner == OVERT, self.sanctions > 0, self.rank)
        weight = rules.weight_of_level(level, p.weight_light, p.weight_moderate, p.weight_severe)
        felt = rules.perceived_severity(p.severity, weight, p.severity_ref, p.curvature)
        belief = region.follow_up_belief[region.role_of(camp)]
        return rules.expected_sanction(risk, belief, rules.discount_for_delay(p.patience, p.execution_delay), felt)

    # Stage 6

    def suffer_sanction(self, level: int, month: int) -> None:
        """Bear the consequences of a sanction."""
        rules, p = self.region.rules, self.region.parameters
        self.sanctions = min(self.sanctions + 1, 127)
        self.sanction_level = level
        self.barred_until = max(self.barred_until, month - 1 + rules.months_barred(level))
        if level == SEVERE:
            self.post_lost = True
        self.perceived_risk = stored(rules.risk_after_own_sanction(self.perceived_risk, p.own_sanction_jump))

    # Stage 7

    def learn(self, suggested: float) -> None:
        """Move perceived risk towards what office and region have shown."""
        rules, p = self.region.rules, self.region.parameters
        self.perceived_risk = stored(rules.updated_risk(self.perceived_risk, suggested, p.learning_rate))

    def be_remembered(self) -> None:
        """Let both camps remember what they have seen of her this month."""
        rules, p = self.region.rules, self.region.parameters
        for camp in CAMPS:
            seen = self.region.visibility[manner_of(self.stance)] if camp_of(self.stance) == camp else 0.0
            self.loyalty[camp] = stored(rules.loyalty_record(self.loyalty[camp], seen, p.loyalty_memory))

    # Stage 8

    def is_known_to_support(self, camp: int) -> bool:
        """Whether she counts as a known supporter of a camp."""
        return self.region.rules.known_supporter(
            self.loyalty[camp], self.loyalty[1 - camp], self.region.parameters.known_loyalty)

    def may_rise(self, month: int, to_structural: bool) -> bool:
        """Whether nothing bars her from promotion this month."""
        barred = self.barred_until >= month or self.post_lost or self.moved_in == month
        return not barred and not (self.contract and to_structural)

    def leave(self) -> None:
        """Leave the service; an open case ends with it."""
        where, tally = int(self.post.in_reach), self.region.tally
        tally["exits"][where, self.rank] += 1
        if self.case is not None:
            if self.case.is_queued:
                tally["closed_by_exit"][where] += 1
            self.region.adjudicator.close(self.case)
        self.post.holder = None
        self.remove()


def let_everyone_choose(region: Region, month: int) -> None:
    """Let every civil servant of a region choose a stance, each seeing what colleagues did last month."""
    for office in region.offices:
        office.look_around()
    people = region.people
    luck = region.luck.draws(DRAW_CHOICE, month, [person.key for person in people])
    for person, draw in zip(people, luck, strict=True):
        person.choose_stance(draw)
