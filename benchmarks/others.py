"""The same part of a month in other ways: Mesa objects, AgentPy objects, numpy columns, the engine's compiled loops.

The part: everyone chooses among five stances (logit), acts are exposed, offices and people learn, and offices note
what will be seen next month. All ways get the same people and the same draws, and must end with the same stances
and beliefs, or nothing is reported. Objects call the model's own rules, in Python; the compiled loops call the same
rules. It is a part only, so its times are no times of a month. All ways use one thread, so processor time is compared.

mesa-frames is not among them: its release 0.1.0a0 asks for numpy 1.26 and cannot be installed beside numpy 2.
"""

from __future__ import annotations

import importlib.util
from typing import NamedTuple

import mesa
import numpy as np

from benchmarks.measurement import (
    PROCESSOR,
    Notebook,
    Quantity,
    ratios,
    seconds_in_turns,
)
from model.compiler import entry_point
from model.rules.choice import (
    chosen_option,
    closeness,
    expected_risk,
    expected_sanction,
    moral_cost,
    odds_of,
    peer_pull,
    utility_of_siding,
    value_of_siding,
)
from model.rules.learning import (
    learned_ratio,
    remembered,
    risk_suggested,
    updated_risk,
)
from model.rules.oversight import exposure_probability

WAYS = {"mesa": "Mesa objects", "agentpy": "AgentPy objects", "numpy": "numpy columns", "compiled": "compiled loops"}
MONTHS = {1_000: 20, 10_000: 4, 100_000: 1}
OFFICE = 50  # people
QUANTITIES = tuple(quantity for people in MONTHS for quantity in (
    *(Quantity(f"part_{way}_{people}", f"{label}, {people:,} people", "ns/person") for way, label in WAYS.items()),
    *(Quantity(f"part_ratio_{way}_{people}", f"{label} against compiled loops, {people:,} people", "times")
      for way, label in WAYS.items() if way != "compiled"),
))

# What all people face, by camp where there are two values; about what the campaign of the default scenario brings.
SALIENCE, ATTENTION, PRECISION, RETALIATION, PROTECTION, PEERS = 0.7, 0.8, 1.0 / 0.28, 0.5, 0.2, 0.35
CHANCE, PROMISE, FAVOUR, BELIEF, SIGHT = (0.6, 0.4), (3.0, 2.0), (0.8, 0.0), (0.5, 0.9), (0.2, 0.15)
MORAL_COVERT, MORAL_OVERT, AFFINITY_WEIGHT, SEES_COVERT, VISIBILITY_COVERT = 1.45, 1.85, 1.4, 0.3, 0.5
FELT_COVERT, FELT_OVERT, KNOWN = 6.0, 9.0, 0.97
LEARNING_RATE, MEMORY, PRIOR, PRIOR_WEIGHT, PUBLICITY = 0.15, 0.98, 0.05, 2.0, 0.4


class Columns(NamedTuple):
    """People as columns, shape (people,) each; offices of ``OFFICE`` people lie one after another."""

    stake: np.ndarray
    prominence: np.ndarray
    ambition: np.ndarray
    integrity: np.ndarray
    affinity: np.ndarray
    risk: np.ndarray
    stance: np.ndarray
    offices: np.ndarray  # shape (offices, 5): neutral share, share on each side, remembered exposures, remembered acts
    odds: np.ndarray  # room for the loops, shape (4, OFFICE)


def new_columns(people: int) -> Columns:
    """Return people with drawn traits."""
    rng = np.random.default_rng(1)
    rank = rng.choice(5, people, p=(0.4, 0.485, 0.08, 0.03, 0.005))
    offices = np.zeros((people // OFFICE, 5))
    offices[:, 0] = 1.0
    return Columns(
        np.array([0.4, 0.5, 1.0, 1.8, 3.0])[rank], np.array([0.7, 0.8, 2.0, 5.0, 10.0])[rank],
        rng.lognormal(-0.11, 0.47, people), rng.normal(1.0, 0.35, people).clip(0.0),
        np.where(rng.random(people) < 0.3, np.where(rng.random(people) < 0.5, 0.6, -0.6), 0.0),
        np.full(people, PRIOR), np.zeros(people, np.int8), offices, np.zeros((4, OFFICE)))


def odds_of_siding(camp, overt, stake, prominence, ambition, integrity, affinity, risk, share_side, share_neutral):
    """Return the odds of one way to side against neutrality."""
    visibility = 1.0 if overt else VISIBILITY_COVERT
    prospect = value_of_siding(CHANCE[camp], PROMISE[camp] * stake * ambition, PROTECTION * stake, RETALIATION)
    detected = expected_risk(risk, 1.0 if overt else SEES_COVERT, prominence, ATTENTION)
    sanction = expected_sanction(detected, BELIEF[camp], 1.0, FELT_OVERT if overt else FELT_COVERT)
    return odds_of(utility_of_siding(
        SALIENCE, visibility, prospect, FAVOUR[camp] * stake, AFFINITY_WEIGHT * closeness(affinity, camp), 0.0,
        moral_cost(MORAL_OVERT if overt else MORAL_COVERT, integrity, KNOWN),
        peer_pull(PEERS, share_side, share_neutral), sanction), PRECISION)


def sees(stance):
    """Return how visible an act is, relative to an open one."""
    return 1.0 if stance % 2 == 0 else SEES_COVERT


def chance_of_exposure(stance, prominence):
    """Return the probability that an act is exposed this month."""
    return exposure_probability(ATTENTION, prominence, sees(stance) * SIGHT[(stance - 1) // 2])


def office_suggests(exposed, acts):
    """Return the risk that an office's record suggests."""
    return risk_suggested(learned_ratio(exposed, acts, PRIOR, PRIOR_WEIGHT), PRIOR, PUBLICITY)


# Objects -------------------------------------------------------------------------------------------------------


class Office:
    """An office of objects: its people, what was seen in it, what it remembers."""

    def __init__(self):
        self.people, self.neutral, self.sides = [], 1.0, [0.0, 0.0]
        self.exposed_now = self.acts_now = self.exposed = self.acts = 0.0

    def learn(self):
        """Remember this month, and note what will be seen in the next."""
        self.exposed = remembered(self.exposed, MEMORY, self.exposed_now)
        self.acts = remembered(self.acts, MEMORY, self.acts_now)
        self.suggested = office_suggests(self.exposed, self.acts)
        self.exposed_now = self.acts_now = 0.0
        counts = [0, 0, 0, 0, 0]
        for person in self.people:
            counts[person.stance] += 1
        self.neutral = counts[0] / len(self.people)
        self.sides = [(counts[1] + counts[2]) / len(self.people), (counts[3] + counts[4]) / len(self.people)]


class Behaviour:
    """What a person does, whatever library keeps her."""

    def choose(self):
        """Choose a stance."""
        office = self.office
        self.stance = chosen_option(self.model.draws[0, self.place], *[
            odds_of_siding(camp, overt, self.stake, self.prominence, self.ambition, self.integrity, self.affinity,
                           self.risk, office.sides[camp], office.neutral)
            for camp in (0, 1) for overt in (False, True)])

    def act(self):
        """Act on the stance, and perhaps be exposed."""
        if self.stance != 0:
            self.office.acts_now += sees(self.stance) * self.prominence * ATTENTION
            if self.model.draws[1, self.place] < chance_of_exposure(self.stance, self.prominence):
                self.office.exposed_now += 1.0

    def learn(self):
        """Move perceived risk."""
        self.risk = updated_risk(self.risk, self.office.suggested, LEARNING_RATE)


def seat(people, columns: Columns) -> list[Office]:
    """Give objects their traits and offices."""
    offices = [Office() for _ in columns.offices]
    names = ("stake", "prominence", "ambition", "integrity", "affinity", "risk", "stance")
    for place, person in enumerate(people):
        person.place, person.office = place, offices[place // OFFICE]
        person.office.people.append(person)
        for name in names:
            setattr(person, name, getattr(columns, name)[place].item())
    return offices


class MesaPerson(Behaviour, mesa.Agent):
    """A person of Mesa's."""


class MesaModel(mesa.Model):
    """The part as a Mesa model."""

    def __init__(self, columns: Columns):
        super().__init__(rng=1)
        MesaPerson.create_agents(self, len(columns.stake))
        self.offices = seat(self.agents, columns)

    def step(self):
        """Let the part of a month pass."""
        self.agents.do("choose").do("act")
        for office in self.offices:
            office.learn()
        self.agents.do("learn")


def agentpy_model(columns: Columns):
    """Return the part as an AgentPy model."""
    import agentpy

    class Person(Behaviour, agentpy.Agent):
        pass

    class Model(agentpy.Model):
        def setup(self):
            self.people = agentpy.AgentList(self, len(columns.stake), Person)
            self.offices = seat(self.people, columns)

        def step(self):
            self.people.choose()
            self.people.act()
            for office in self.offices:
                office.learn()
            self.people.learn()

    model = Model()
    model.sim_setup(steps=10**9)
    return model


# Columns -------------------------------------------------------------------------------------------------------


def month_in_numpy(columns: Columns, draws: np.ndarray) -> None:
    """Let the part of a month pass, column by column."""
    c, offices = columns, columns.offices
    of_person = np.repeat(offices, OFFICE, axis=0)
    upto = np.empty((4, len(c.stake)))
    total = np.ones(len(c.stake))
    for camp in (0, 1):
        prospect = (CHANCE[camp] * (PROMISE[camp] * c.stake * c.ambition + PROTECTION * c.stake)
                    - (1.0 - CHANCE[camp]) * RETALIATION * (PROTECTION * c.stake))
        gain = prospect + FAVOUR[camp] * c.stake
        close = AFFINITY_WEIGHT * (c.affinity if camp == 0 else -c.affinity)
        peers = PEERS * (of_person[:, 1 + camp] - of_person[:, 0])
        for place, (visible, seen, moral, felt) in enumerate((
                (VISIBILITY_COVERT, SEES_COVERT, MORAL_COVERT, FELT_COVERT), (1.0, 1.0, MORAL_OVERT, FELT_OVERT))):
            sanction = np.minimum(1.0, c.risk * seen * c.prominence * ATTENTION) * BELIEF[camp] * felt
            utility = SALIENCE * (visible * gain + close) - moral * c.integrity * KNOWN + peers - sanction
            upto[2 * camp + place] = total
            total = total + np.exp(PRECISION * utility)
    c.stance[:] = (draws[0] * total >= upto).sum(axis=0)
    seen = np.where(c.stance % 2 == 0, 1.0, SEES_COVERT)
    rate = seen * np.where(c.stance <= 2, SIGHT[0], SIGHT[1])
    siding = c.stance != 0
    exposed = siding & (draws[1] < 1.0 - np.exp(-ATTENTION * c.prominence * rate))
    by_office = (len(offices), OFFICE)
    offices[:, 3] = MEMORY * offices[:, 3] + exposed.reshape(by_office).sum(axis=1)
    offices[:, 4] = MEMORY * offices[:, 4] + (siding * seen * c.prominence * ATTENTION).reshape(by_office).sum(axis=1)
    own = np.minimum(1.0, (offices[:, 3] + PRIOR_WEIGHT * PRIOR) / (offices[:, 4] + PRIOR_WEIGHT))
    suggested = (1.0 - PUBLICITY) * own + PUBLICITY * PRIOR
    c.risk[:] += LEARNING_RATE * (np.repeat(suggested, OFFICE) - c.risk)
    stance = c.stance.reshape(by_office)
    offices[:, 0] = (stance == 0).mean(axis=1)
    offices[:, 1] = ((stance == 1) | (stance == 2)).mean(axis=1)
    offices[:, 2] = (stance >= 3).mean(axis=1)


def month_in_loops(columns, draws):
    """Let the part of a month pass, office by office; compiled."""
    c = columns
    odds = c.odds
    for o in range(len(c.offices)):
        office, first = c.offices[o], o * OFFICE
        neutral = office[0]
        for camp in range(2):
            side = office[1 + camp]
            covert, overt = odds[2 * camp], odds[2 * camp + 1]
            for i in range(OFFICE):
                k = first + i
                covert[i] = odds_of_siding(camp, False, c.stake[k], c.prominence[k], c.ambition[k], c.integrity[k],
                                           c.affinity[k], c.risk[k], side, neutral)
                overt[i] = odds_of_siding(camp, True, c.stake[k], c.prominence[k], c.ambition[k], c.integrity[k],
                                          c.affinity[k], c.risk[k], side, neutral)
        exposed, acts, on_a, on_b = 0.0, 0.0, 0, 0
        for i in range(OFFICE):
            k = first + i
            stance = chosen_option(draws[0, k], odds[0, i], odds[1, i], odds[2, i], odds[3, i])
            c.stance[k] = stance
            if stance != 0:
                on_a += 1 if stance <= 2 else 0
                on_b += 1 if stance > 2 else 0
                acts += sees(stance) * c.prominence[k] * ATTENTION
                if draws[1, k] < chance_of_exposure(stance, c.prominence[k]):
                    exposed += 1.0
        office[3] = remembered(office[3], MEMORY, exposed)
        office[4] = remembered(office[4], MEMORY, acts)
        suggested = office_suggests(office[3], office[4])
        for i in range(OFFICE):
            c.risk[first + i] = updated_risk(c.risk[first + i], suggested, LEARNING_RATE)
        office[0] = (OFFICE - on_a - on_b) / OFFICE
        office[1], office[2] = on_a / OFFICE, on_b / OFFICE


# All of them ---------------------------------------------------------------------------------------------------


class DifferentResult(RuntimeError):
    """Two ways did not come to the same state, so their times must not be compared."""


def ways_to_pass(people: int, draws_of_month: list[np.ndarray], with_agentpy: bool):
    """Return, by way, a call that lets the months of these draws pass, and one that returns stances and risk."""
    by_column = {"numpy": new_columns(people), "compiled": new_columns(people)}
    code = entry_point(month_in_loops, by_column["compiled"], draws_of_month[0])
    months = {"numpy": month_in_numpy, "compiled": code}
    objects = {"mesa": MesaModel(new_columns(people))}
    if with_agentpy:
        objects["agentpy"] = agentpy_model(new_columns(people))

    def pass_columns(way):
        for draws in draws_of_month:
            months[way](by_column[way], draws)

    def pass_objects(way):
        step = objects[way].sim_step if way == "agentpy" else objects[way].step
        for draws in draws_of_month:
            objects[way].draws = draws
            step()

    def of_objects(way):
        persons = objects[way].people if way == "agentpy" else objects[way].agents
        return np.array([one.stance for one in persons]), np.array([one.risk for one in persons])

    passing = {way: lambda way=way: pass_columns(way) for way in by_column}
    passing |= {way: lambda way=way: pass_objects(way) for way in objects}
    states = {way: lambda way=way: (by_column[way].stance, by_column[way].risk) for way in by_column}
    states |= {way: lambda way=way: of_objects(way) for way in objects}
    return passing, states


def check_same(states) -> None:
    """Raise where not all ways came to the same state."""
    stance, risk = states["compiled"]()
    for way in states:
        other_stance, other_risk = states[way]()
        if not np.array_equal(stance, other_stance) or not np.allclose(risk, other_risk, rtol=1e-6):
            raise DifferentResult(f"{WAYS[way]} and compiled loops came to different results")


def measure(book: Notebook) -> None:
    """Time the part in turns at each size."""
    with_agentpy = importlib.util.find_spec("agentpy") is not None
    if not with_agentpy:
        book.skip([quantity.name for quantity in QUANTITIES if "agentpy" in quantity.name],
                  "AgentPy is not installed; pip install -c constraints.txt -e '.[bench]' installs it")
    rng = np.random.default_rng(2)
    for place, (people, months) in enumerate(MONTHS.items()):
        if book.quick and people > 10_000:
            book.skip([quantity.name for quantity in QUANTITIES if quantity.name.endswith(f"_{people}")],
                      f"A quick run leaves out objects at {people:,} people")
            continue
        months = min(months, 2) if book.quick else months
        passing, states = ways_to_pass(people, [rng.random((2, people)) for _ in range(months)], with_agentpy)
        seconds = seconds_in_turns(passing, 2 if book.quick else 5, clock=PROCESSOR)
        check_same(states)
        for way, times in seconds.items():
            book.add(f"part_{way}_{people}", [1e9 * one / months / people for one in times])
            if way != "compiled":
                book.add(f"part_ratio_{way}_{people}", ratios(times, seconds["compiled"]))
        book.tell((place + 1) / len(MONTHS))
