"""Supervisors: the watchdog that takes reports, the body that hears cases, and the cases between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa

from model.population import (
    CHANNELS,
    NEUTRAL,
    NOTICED,
    OVERT_A,
    OVERT_B,
    QUEUED,
    RECOMMENDED,
    SHELVED_CASE,
)
from model.randomness import (
    DRAW_ALLEGED_CAMP,
    DRAW_CHANNEL,
    DRAW_EXPOSURE,
    DRAW_PROOF,
    DRAW_QUEUE_ORDER,
    DRAW_RECEIPT,
)
from tests.reference.accounts import count_case
from tests.reference.stances import camp_of, manner_of

if TYPE_CHECKING:
    from tests.reference.civil_servants import CivilServant
    from tests.reference.places import Region

PUBLIC = CHANNELS.index("public")


@dataclass(eq=False)
class Case:
    """What one civil servant is reported for.

    Attributes
    ----------
    act : int
        The stance that is alleged.
    channel : int
        Who reported it: index into ``CHANNELS``.
    is_false : bool
        Whether there was no such act.
    month : int
        Month of the report; before it arrives, the month in which the act was noticed.
    status : int
        ``NOTICED``, ``QUEUED``, ``RECOMMENDED`` (a sanction) or ``SHELVED_CASE``.
    """

    person: CivilServant
    act: int
    channel: int
    is_false: bool
    month: int
    status: int = NOTICED

    @property
    def role(self) -> int:
        """Whether the alleged act supports the governing or the opposing camp, as things stand now."""
        return self.person.region.role_of(camp_of(self.act))

    @property
    def is_noticed(self) -> bool:
        """Whether somebody knows of it and nobody has reported it yet."""
        return self.status == NOTICED

    @property
    def is_queued(self) -> bool:
        """Whether it waits to be heard."""
        return self.status == QUEUED

    @property
    def is_recommended(self) -> bool:
        """Whether a sanction was recommended on which nobody has decided."""
        return self.status == RECOMMENDED

    @property
    def is_shelved(self) -> bool:
        """Whether it was decided not to execute the sanction."""
        return self.status == SHELVED_CASE

    def arrive(self, month: int) -> None:
        """Come in as a report."""
        self.status, self.month = QUEUED, month

    def recommend(self) -> None:
        """Recommend a sanction."""
        self.status = RECOMMENDED

    def shelve(self) -> None:
        """Do not execute the sanction."""
        self.status = SHELVED_CASE


class Supervisor(mesa.Agent):
    """A body that supervises the civil servants of one region."""

    def __init__(self, model: mesa.Model, region: Region):
        super().__init__(model)
        self.region = region


class Watchdog(Supervisor):
    """The election watchdog: it patrols, and takes the reports of public, council and colleagues."""

    def take_reports(self, month: int) -> None:
        """Let acts be exposed and the innocent now and then be reported, and hand the reports on."""
        region = self.region
        keys = [person.key for person in region.people]
        exposed = dict(zip(keys, region.luck.draws(DRAW_EXPOSURE, month, keys), strict=True))
        reports = []
        for office in region.offices:
            office.proven_now = office.exposure_now = 0.0
            for person in office.people:
                draw = exposed[person.key]
                if person.stance == NEUTRAL:
                    case = self._false_report(person, draw, month)
                else:
                    office.exposure_now += self._exposure_of(person)
                    case = self._true_report(person, draw, month)
                if case is not None:
                    reports.append(case)
            region.tally["exposure"][int(office.in_reach)] += office.exposure_now
        region.adjudicator.take_note(reports, month)
        region.adjudicator.receive_reports(month)

    def _exposure_of(self, person: CivilServant) -> float:
        """Return how well the person's act can be detected this month."""
        seen = person.office.detectability[camp_of(person.stance)][manner_of(person.stance)]
        return seen * person.prominence * self.region.attention

    def _true_report(self, person: CivilServant, draw: float, month: int) -> Case | None:
        """Return a case for what a person does, if it is exposed and no case against her is open."""
        region, rules, p = self.region, self.region.rules, self.region.parameters
        sight = person.office.sight[camp_of(person.stance)][manner_of(person.stance)]
        if draw >= rules.exposure_probability(region.attention, person.prominence, sight):
            return None
        if not self._may_be_reported(person):
            return None
        region.tally["provable"][int(person.post.in_reach)] += rules.proof_probability(p.evidence, p.proof_standard)
        return self._open_case(person, person.stance, self._channel_of(person, month), False, month)

    def _false_report(self, person: CivilServant, draw: float, month: int) -> Case | None:
        """Return a case against a neutral person, for open support of a camp, reported by the public; or none."""
        if draw >= self.region.parameters.false_rate or not self._may_be_reported(person):
            return None
        alleged = OVERT_A if self.region.luck.draw(DRAW_ALLEGED_CAMP, month, person.key) < 0.5 else OVERT_B
        return self._open_case(person, alleged, PUBLIC, True, month)

    def _may_be_reported(self, person: CivilServant) -> bool:
        """Whether she has no open case; a shelved one does not protect her from the next."""
        return person.case is None or person.case.is_shelved

    def _channel_of(self, person: CivilServant, month: int) -> int:
        """Return who reported an act, drawn in proportion to the rates at which the channels see it."""
        rates = person.office.channel_rates(camp_of(person.stance), manner_of(person.stance))
        point = self.region.luck.draw(DRAW_CHANNEL, month, person.key) * (rates[0] + rates[1] + rates[2] + rates[3])
        reached = 0.0
        for channel, rate in enumerate(rates):
            reached += rate
            if point < reached:
                return channel
        return len(rates) - 1

    def _open_case(self, person: CivilServant, act: int, channel: int, is_false: bool, month: int) -> Case:
        if person.case is not None:
            self.region.adjudicator.close(person.case)  # a shelved one, which the new report replaces
        person.case = Case(person, act, channel, is_false, month)
        return person.case


class Adjudicator(Supervisor):
    """The body that hears cases, first in, first out, and recommends sanctions.

    Attributes
    ----------
    docket : list of Case
        All cases that are not closed, the oldest report first.
    hearing_credit : float
        Fraction of a hearing carried over to the next month.
    """

    def __init__(self, model: mesa.Model, region: Region):
        super().__init__(model, region)
        self.docket: list[Case] = []
        self.hearing_credit = 0.0

    def receive_reports(self, month: int) -> None:
        """Let reports of what was noticed arrive, and put them at the end of the queue."""
        region = self.region
        hazard = region.rules.receipt_hazard(region.parameters.reporting_delay)
        arriving = [case for case in self.docket
                    if case.is_noticed and region.luck.draw(DRAW_RECEIPT, month, case.person.key) < hazard]
        for case in arriving:
            self.docket.remove(case)
            case.arrive(month)
            count_case(region.tally, "reported", case)
            region.tally["false_reports"][int(case.person.post.in_reach)] += case.is_false
        self.take_note(arriving, month)

    def take_note(self, reports: list[Case], month: int) -> None:
        """Put cases at the end of the docket, in the order of a draw."""
        luck = self.region.luck
        places = {case: (luck.draw(DRAW_QUEUE_ORDER, month, case.person.key), case.person.key) for case in reports}
        self.docket += sorted(reports, key=places.__getitem__)

    def close(self, case: Case) -> None:
        """Take a case off the docket."""
        self.docket.remove(case)
        case.person.case = None

    def hear_cases(self, month: int) -> None:
        """Hear cases as far as capacity goes; those that have waited too long lapse."""
        region, p = self.region, self.region.parameters
        self.hearing_credit += p.oversight_capacity * len(region.posts) / 1000.0
        hearings = region.rules.whole_hearings(self.hearing_credit)
        self.hearing_credit -= hearings
        for case in [case for case in self.docket if case.is_queued]:
            if month - case.month >= p.deadline:
                count_case(region.tally, "lapsed", case)
                self.close(case)
            elif hearings > 0:
                hearings -= 1
                self._hear(case, month)

    def _hear(self, case: Case, month: int) -> None:
        region, p = self.region, self.region.parameters
        where = int(case.person.post.in_reach)
        region.tally["heard"][where] += 1
        evidence = 0.0 if case.is_false else p.evidence
        chance = region.rules.proof_probability(evidence, p.proof_standard)
        if region.luck.draw(DRAW_PROOF, month, case.person.key) >= chance:
            region.tally["acquitted"][where] += 1
            self.close(case)
            return
        case.recommend()
        count_case(region.tally, "recommended", case)
        region.recommended_now[case.role] += 1.0
        if not case.is_false:
            case.person.office.proven_now += 1.0
            count_case(region.tally, "proven", case)


def expose_acts(region: Region, month: int) -> None:
    """Let what civil servants and officials do be exposed."""
    region.watchdog.take_reports(month)
    if not region.laboratory:  # no vote that a scandal could cost
        for official in region.officials:
            official.intervene(month)
