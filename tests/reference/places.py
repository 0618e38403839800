"""Posts, offices and regions: who sits where, what is seen there, and what is believed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from model.population import FIRST_STRUCTURAL_RANK, NEUTRAL, RANKS
from model.rules.elections import TERM
from tests.reference.accounts import new_tally
from tests.reference.luck import Luck
from tests.reference.stances import (
    CAMPS,
    GOVERNING,
    MANNERS,
    OPPOSING,
    OVERT,
    ROLES,
    camp_of,
    stance_for,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.reference.civil_servants import CivilServant
    from tests.reference.officials import PoliticalOfficial
    from tests.reference.supervisors import Adjudicator, Watchdog
    from tests.reference.world import ReferenceModel


class Post:
    """A post. Its rank stays, whoever holds it.

    Attributes
    ----------
    index : int
        Place among the posts of the region, which are sorted by office and, within it, by rank, highest first.
    office : Office
    rank : int
        Index into ``RANKS``.
    holder : CivilServant or None
    """

    def __init__(self, index: int, office: Office, rank: int):
        self.index = index
        self.office = office
        self.rank = rank
        self.holder: CivilServant | None = None

    @property
    def in_reach(self) -> bool:
        """Whether the region's officials decide on careers here."""
        return self.office.in_reach

    @property
    def is_structural(self) -> bool:
        """Whether it is a supervisor's, administrator's or senior executive's post."""
        return self.rank >= FIRST_STRUCTURAL_RANK

    @property
    def is_frozen(self) -> bool:
        """Whether the ban on replacing officials holds for it now."""
        return self.office.region.frozen and self.in_reach and self.is_structural


class Office:
    """An office: a fixed set of posts, and what its people have seen of each other.

    Attributes
    ----------
    share_neutral, share_side : float, list of float by camp
        Of its people, at the end of last month.
    head, head_camp : CivilServant or None, int or None
        The highest-ranked person in it at the end of last month, and whose side she was on.
    sight : list of list of float, by camp and manner
        Rate at which acts are seen this month (per month).
    proven_memory, exposure_memory : float
        What is remembered of acts proven, and of acts weighted by how well they could be seen.
    """

    def __init__(self, region: Region):
        self.region = region
        self.posts: list[Post] = []
        self.separation_order = 0
        self.in_reach = True
        self.head: CivilServant | None = None
        self.head_camp: int | None = None
        self.share_neutral = 1.0
        self.share_side = [0.0, 0.0]
        self.sight = [[0.0, 0.0], [0.0, 0.0]]
        self.detectability = [[0.0, 1.0], [0.0, 1.0]]
        self.proven_memory = self.exposure_memory = 0.0
        self.proven_now = self.exposure_now = 0.0

    @property
    def people(self) -> list[CivilServant]:
        """Those who hold its posts, highest rank first."""
        return [post.holder for post in self.posts if post.holder is not None]

    def channel_rates(self, camp: int, manner: int) -> tuple[float, float, float, float]:
        """Return the rates (per month) at which patrol, public, council and colleagues see an act for a camp."""
        rules, p, region = self.region.rules, self.region.parameters, self.region
        overt = manner == OVERT
        public_sees = 1.0 if overt else p.public_sees_covert
        willing = rules.colleagues_willing(p.peer_reporting, self.share_neutral,
                                           region.follow_up_belief[region.role_of(camp)],
                                           p.reprisal_fear, p.whistleblower_protection)
        passed_on = rules.past_the_head(p.head_suppression, self.head_camp == camp, p.external_channel)
        return (
            rules.seen_by_patrol(p.patrol, 1.0 if overt else p.patrol_sees_covert),
            rules.seen_by_public(p.public_reporting, p.press_freedom, public_sees),
            rules.seen_by_council(p.council_oversight, p.opposition, camp == region.governing, public_sees),
            willing * passed_on * (1.0 if overt else p.peers_see_covert),
        )

    def look_around(self) -> None:
        """See how well acts are seen here, given what colleagues and head did last month."""
        for camp in CAMPS:
            for manner in MANNERS:
                patrol, public, council, colleagues = self.channel_rates(camp, manner)
                self.sight[camp][manner] = patrol + public + council + colleagues
            # An open act is the measure of how well an act can be detected.
            self.detectability[camp] = [self.region.rules.detectability(*self.sight[camp]), 1.0]

    def take_note(self) -> None:
        """Note the shares of stances, the head, and the head's side, for people to see next month."""
        people = self.people
        self.head, self.head_camp = None, None
        if not people:
            return
        stances = [person.stance for person in people]
        self.share_neutral = stances.count(NEUTRAL) / len(people)
        for camp in CAMPS:
            siding = sum(stances.count(stance_for(camp, manner)) for manner in MANNERS)
            self.share_side[camp] = siding / len(people)
        self.head = people[0]
        self.head_camp = camp_of(self.head.stance)


class Region:
    """A region: its offices, officials and supervisors, the calendar, and what is publicly known.

    Attributes
    ----------
    parameters : SimpleNamespace
        What holds here for every parameter. ``stake``, ``prominence`` (by rank) and ``visibility`` (by manner)
        are the same numbers as lists.
    officials : list of PoliticalOfficial
        By camp.
    governing : int
        The camp that governs.
    follow_up_belief : list of float, by role
        Believed share of recommended sanctions that are executed.
    support : float
        Visible support for camp A less that for camp B, weighted by prominence (-1 to 1).
    tally : numpy record of dtype TALLY
        What was counted this month.
    """

    def __init__(self, model: ReferenceModel, index: int, parameters: Mapping[str, float]):
        self.model = model
        self.rules = model.rules
        self.index = index
        self.luck = Luck(model.seed, index)
        self.laboratory = model.setup.mode == "laboratory"
        self.parameters = SimpleNamespace()
        self.enact(parameters)
        self.offices: list[Office] = []
        self.posts: list[Post] = []
        self.watchdog: Watchdog | None = None
        self.adjudicator: Adjudicator | None = None
        self.tally = new_tally()
        # calendar
        self.months_to_vote = self.months_since_vote = TERM
        self.salience = self.attention = 0.0
        self.frozen = False
        # officials
        self.officials: list[PoliticalOfficial] = []
        self.governing = 0
        self.winner: int | None = None
        self.winner_patronage = 0.0
        self.terms_served = 1
        self.margin = 0.0
        # what people see and believe
        self.support = 0.0
        self.share_neutral = 1.0
        self.regional_risk = self.parameters.risk_prior
        self.proven_memory = self.exposure_memory = 0.0
        self.executed_memory, self.recommended_memory = [0.0, 0.0], [0.0, 0.0]
        self.executed_now, self.recommended_now = [0.0, 0.0], [0.0, 0.0]
        self.follow_up_prior = self.likely_follow_up()
        self.follow_up_belief = self.likely_follow_up()
        # service
        self.turnover = self.changes_now = 0.0
        self.service_recent = self.service_usual = 0.0

    def enact(self, changes: Mapping[str, float]) -> None:
        """Let parameters hold from now on."""
        vars(self.parameters).update(changes)
        p = vars(self.parameters)
        self.stake = [p[f"stake_{rank}"] for rank in RANKS]
        self.prominence = [p[f"prominence_{rank}"] for rank in RANKS]
        self.visibility = [p["visibility_covert"], p["visibility_overt"]]

    @property
    def people(self) -> list[CivilServant]:
        """Everyone in office, in the order of posts."""
        return [post.holder for post in self.posts if post.holder is not None]

    @property
    def reach(self) -> float:
        """How far officials can decide careers in the offices within their reach."""
        return self.rules.reach_of_officials(self.parameters.merit_protection, self.parameters.appointing_stake)

    @property
    def incumbent(self) -> PoliticalOfficial:
        """The official who governs."""
        return self.officials[self.governing]

    def role_of(self, camp: int) -> int:
        """Return ``GOVERNING`` or ``OPPOSING``."""
        return GOVERNING if camp == self.governing else OPPOSING

    def likely_follow_up(self) -> list[float]:
        """Return, by role, which share of recommendations the governing office makes likely to be executed."""
        p = self.parameters
        return [self.rules.follow_up_probability(p.independence, p.follow_up, p.capture, p.appointing_stake,
                                                 role == GOVERNING, True) for role in ROLES]

    # Stage 1

    def turn_calendar(self, month: int) -> None:
        """Set how near the vote is, how attentive enforcement is, what is frozen, and which offices are in reach."""
        rules, p = self.rules, self.parameters
        if self.laboratory:
            self.months_to_vote = self.months_since_vote = TERM
            self.salience, self.frozen = 1.0, False
        else:
            self.months_to_vote = rules.months_to_vote(month)
            self.months_since_vote = rules.months_since_vote(month)
            self.salience = rules.salience_of_vote(self.months_to_vote, p.salience_floor, p.salience_scale)
            self.frozen = bool(rules.appointments_frozen(self.months_to_vote, self.months_since_vote, p.rotation_ban))
        self.attention = rules.attention_of_enforcement(p.attention_floor, self.salience)
        outside = int(p.separated_offices * len(self.offices) + 0.5)
        for office in self.offices:
            office.in_reach = office.separation_order >= outside
        self.changes_now = 0.0
        self.executed_now, self.recommended_now = [0.0, 0.0], [0.0, 0.0]
        self.tally = new_tally()

    # Stage 7

    def learn(self) -> None:
        """Move beliefs towards what offices and region have seen, and loyalty records towards what camps have seen."""
        rules, p = self.rules, self.parameters
        proven, exposure = 0.0, 0.0
        for office in self.offices:
            office.proven_memory = rules.remembered(office.proven_memory, p.risk_memory, office.proven_now)
            office.exposure_memory = rules.remembered(office.exposure_memory, p.risk_memory, office.exposure_now)
            proven += office.proven_now
            exposure += office.exposure_now
        self.proven_memory = rules.remembered(self.proven_memory, p.risk_memory, proven)
        self.exposure_memory = rules.remembered(self.exposure_memory, p.risk_memory, exposure)
        self.regional_risk = rules.learned_ratio(self.proven_memory, self.exposure_memory, p.risk_prior, p.prior_weight)
        for role in ROLES:
            self.executed_memory[role] = rules.remembered(
                self.executed_memory[role], p.risk_memory, self.executed_now[role])
            self.recommended_memory[role] = rules.remembered(
                self.recommended_memory[role], p.risk_memory, self.recommended_now[role])
            self.follow_up_belief[role] = rules.learned_ratio(
                self.executed_memory[role], self.recommended_memory[role], self.follow_up_prior[role], p.prior_weight)
        for office in self.offices:
            own = rules.learned_ratio(office.proven_memory, office.exposure_memory, self.regional_risk, p.prior_weight)
            suggested = rules.risk_suggested(own, self.regional_risk, p.publicity)
            for person in office.people:
                person.learn(suggested)
                person.be_remembered()
