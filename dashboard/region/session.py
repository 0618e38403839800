"""What one visitor does with one region: steps it, moves its levers, looks at its people.

Nothing here knows of a page, so all of it can be tested and used without a browser. Sides are told as incumbent and
challenger throughout: stance 0 is neutral, 1 and 2 covert and overt for the incumbent, 3 and 4 for the challenger.
"""

from __future__ import annotations

import math
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from dashboard.steps import steps_to
from experiments.runner import people_of
from model import PARAMETERS, BureaucracyModel, Scenario, ScenarioError
from model.measures import measured
from model.population import RANKS
from model.rules.elections import (
    CANDIDACY,
    HANDOVER,
    TERM,
    months_since_vote,
    months_to_vote,
)

LEVERS = (
    "oversight_capacity", "patrol", "whistleblower_protection",
    "independence", "severity", "execution_delay",
    "merit_protection", "rotation_ban", "tenure_security", "separated_offices",
)
"""The parameters that the page offers as levers, in its order."""

STANCES = ("neutral", "covert_incumbent", "overt_incumbent", "covert_challenger", "overt_challenger")
TERMS = ("prospects", "favour", "affinity", "head", "conscience", "peers", "sanction")
FUNNEL = ("reported", "recommended", "sanctioned")
VACANT = "."

# A model's stance (camp A, camp B) as seen from the camp that governs: from A's side, from B's side.
SEEN_FROM = ((0, 1, 2, 3, 4), (0, 3, 4, 1, 2))

MOST_STAFF = 2000  # of a region that is drawn person by person
STAFF_OF_ONE_REGION = 1000  # where the scenario is a country or a larger region
SMALLEST_CHANGE = 0.01  # of a probability, that is told
MOST_WAYS = 3
SEED_LIMIT = 2**64


class SeedError(ValueError):
    """What was typed as a seed is not a whole number from 0 to 2**64 - 1."""


@dataclass(frozen=True)
class News:
    """Something that happened.

    Attributes
    ----------
    month : int
        When.
    kind : str
        Key of its sentence in the texts.
    values : dict of str to (str or float)
        What stands in the sentence.
    """

    month: int
    kind: str
    values: dict[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """One of the five stances a person can take next month.

    Attributes
    ----------
    stance : str
        One of ``STANCES``.
    terms : dict of str to float
        What each reason in ``TERMS`` adds; neutral is 0 throughout.
    utility : float
        Their sum.
    probability : float
        Of choosing it.
    """

    stance: str
    terms: dict[str, float]
    utility: float
    probability: float


@dataclass(frozen=True)
class Person:
    """The holder of a post, and the choice she faces next month.

    Attributes
    ----------
    post, office : int
        As the model numbers them.
    rank, stance, case : str
        Of ``RANKS``, ``STANCES`` and the model's states of a case.
    affinity : float
        Positive towards the incumbent's camp.
    loyalty_incumbent, loyalty_challenger : float
        What each camp has seen of her support, 0 to 1.
    tenure, barred : int
        Months in service, and months left without promotion.
    newly_held : bool
        Whether somebody else held the post when it was selected.
    options : tuple of Option
        In the order of ``STANCES``.
    """

    post: int
    office: int
    rank: str
    stance: str
    is_head: bool
    in_reach: bool
    contract: bool
    competence: float
    ambition: float
    integrity: float
    affinity: float
    perceived_risk: float
    loyalty_incumbent: float
    loyalty_challenger: float
    tenure: int
    sanctions: int
    sanction_level: int
    barred: int
    case: str
    newly_held: bool
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Way:
    """What would change somebody's mind next month.

    Attributes
    ----------
    lever : str
        The parameter; "perceived_risk" is her own belief.
    value : float
        Where it would have to be; for a lever the nearest of the round values in its plausible range that does it.
    before, after : float
        Her probability to stay neutral as things are, and then.
    stance : str
        Which of ``STANCES`` becomes the likeliest instead; empty where the likeliest stays the same.
    """

    lever: str
    value: float
    before: float
    after: float
    stance: str


@dataclass(frozen=True)
class Official:
    """An official, or the watchdog's year, in numbers.

    Attributes
    ----------
    role : str
        "incumbent" or "challenger".
    popularity, patronage, win_chance : float
        As the model has them; shares 0 to 1 but for popularity, a margin.
    terms_served : int
    """

    role: str
    popularity: float
    patronage: float
    win_chance: float
    terms_served: int


@dataclass(frozen=True)
class Situation:
    """Where the region stands now. Shares are 0 to 1, and not a number before the first month.

    Attributes
    ----------
    month, months : int
        Months that have passed, and months in all.
    to_vote : int or None
        Months left to the vote, 0 in its month; None where nobody votes.
    phase : str
        "start", "calm", "ban", "campaign", "vote", "transition" or "laboratory".
    frozen : bool
        Whether officials may not be replaced now.
    neutral, covert, overt : float
        Shares of staff.
    terms_served : int
        Terms the incumbent has begun.
    win_chance : float
        Of the incumbent, as staff judge it.
    waiting : int
        Cases that wait to be heard.
    """

    month: int
    months: int
    to_vote: int | None
    phase: str
    frozen: bool
    neutral: float
    covert: float
    overt: float
    terms_served: int
    win_chance: float
    waiting: int


def parse_seed(text: str) -> int:
    """Return the seed somebody typed.

    Raises
    ------
    SeedError
        If it is not a whole number from 0 to 2**64 - 1.
    """
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 40 or int(digits) >= SEED_LIMIT:
        raise SeedError(text)
    return int(digits)


def pyramid(ranks: list[int]) -> list[int]:
    """Return how many people stand in each row of an office, the head alone on top and ranks in rows of their own.

    Parameters
    ----------
    ranks : list of int
        Of the office's posts, highest first.
    """
    widest = math.ceil(math.sqrt(2 * len(ranks))) + 1
    rows = [1]
    for rank in range(len(RANKS) - 1, -1, -1):
        posts = ranks[1:].count(rank)
        lines = 1
        while posts / lines + (lines - 1) / 2 > widest:
            lines += 1
        # Each line one wider than the one above, as far as the number allows.
        first = posts / lines - (lines - 1) / 2
        ends = [round(line * first + line * (line - 1) / 2) for line in range(lines + 1)]
        rows += [end - begin for begin, end in zip(ends[:-1], ends[1:], strict=True) if end > begin]
    return rows


class RegionSession:
    """One region, its seed, its levers and what has happened.

    All methods may be called from several threads.

    Parameters
    ----------
    scenario : Scenario
        With its seed. A country, or a region too large to be drawn, becomes one region of usual size.
    moves : sequence of (int, str, float)
        Levers moved in mid-run: from which month on, which, to what value.
    month : int
        How many months have passed already.
    post : int, optional
        The post looked at.

    Attributes
    ----------
    scenario : Scenario
        As it is without the moves.
    moves : list of (int, str, float)
        Levers the visitor has moved in this run, in the order of time.
    news : list of News
        What happened, oldest first.
    selected : int or None
        The post looked at.
    """

    def __init__(self, scenario: Scenario, moves: Sequence[tuple[int, str, float]] = (), month: int = 0,
                 post: int | None = None):
        self._lock = threading.RLock()
        self.selected: int | None = None
        self._holder = -1
        self.scenario = one_region(scenario)
        self.reset()
        self._go_on(sorted(moves, key=lambda move: move[0]), min(month, self.scenario.months))
        if post is not None and 0 <= post < self.posts:
            self.select(post)

    def _go_on(self, moves: Sequence[tuple[int, str, float]], month: int) -> None:
        """Let months pass with the moves that were made on the way."""
        for from_month, name, value in moves:
            while self.month < min(from_month - 1, month):
                self.step()
            if self.month == from_month - 1:
                self.set_lever(name, value)
        while self.month < month:
            self.step()

    # Time

    def reset(self) -> None:
        """Go back to the start, without the moves."""
        with self._lock:
            self.model = BureaucracyModel(self.scenario, rng=self.scenario.seed)
            self.moves: list[tuple[int, str, float]] = []
            self.news = [News(0, "start", {"seed": str(self.scenario.seed)})]
            self._hold()

    @property
    def month(self) -> int:
        """Months that have passed."""
        return self.model.month

    @property
    def finished(self) -> bool:
        """Whether the scenario has come to its end."""
        return self.model.month >= self.scenario.months

    def step(self) -> bool:
        """Let one month pass and note what happened; return whether there is another one to come."""
        with self._lock:
            if self.finished:
                return False
            was_frozen, governed = bool(self._region["frozen"]), int(self._region["governing"])
            self.model.step()
            self.news += self._news_of_month(was_frozen, governed)
            if self.finished:
                self.news.append(News(self.month, "end"))
            return not self.finished

    def _news_of_month(self, was_frozen: bool, governed: int) -> list[News]:
        month, region = self.month, self._region
        news = [News(month, "reform", {"name": name, "value": float(np.ravel(value)[0])})
                for reform in self.model.setup.reforms if reform.month == month
                for name, value in reform.changes.items()]
        if region["frozen"] != was_frozen:
            news.append(News(month, "ban_begins" if region["frozen"] else "ban_ends"))
        if region["laboratory"]:
            return news
        if months_to_vote(month) == CANDIDACY:
            news.append(News(month, "candidates"))
        if months_to_vote(month) == 0:
            news.append(News(month, "vote_incumbent" if region["winner"] == governed else "vote_challenger"))
        if month > TERM and months_since_vote(month) == HANDOVER:
            news.append(News(month, "handover_incumbent" if region["governing"] == governed else "handover_challenger"))
        return news

    @property
    def _region(self):
        return self.model.region_rows[0]

    def situation(self) -> Situation:
        """Return where the region stands now."""
        with self._lock:
            month, region = self.month, self._region
            laboratory = bool(region["laboratory"])
            return Situation(
                month=month,
                months=self.scenario.months,
                to_vote=None if laboratory else TERM if month == 0 else months_to_vote(month),
                phase=_phase(month, laboratory, bool(region["frozen"])),
                frozen=bool(region["frozen"]),
                neutral=self.model.measure("neutral_share"),
                covert=self.model.measure("covert_share"),
                overt=self.model.measure("overt_share"),
                terms_served=int(region["terms_served"]),
                win_chance=float(region["win_chance"][region["governing"]]) if month else math.nan,
                waiting=self.model.cases_waiting(0),
            )

    def votes(self) -> list[int]:
        """Return the months in which votes fall."""
        if self.scenario.mode == "laboratory":
            return []
        return [month for month in range(1, self.scenario.months + 1) if months_to_vote(month) == 0]

    # Levers

    def value(self, name: str) -> float:
        """Return what holds for a lever from the next month on."""
        with self._lock:
            return float(self.model.parameter(name)[0])

    def set_lever(self, name: str, value: float) -> None:
        """Set a lever from the next month on.

        Raises
        ------
        ScenarioError
            If it is no lever of this page or the value cannot be used; then nothing changes.
        """
        if name not in LEVERS:
            raise ScenarioError(f"{name!r} is not a lever of this page")
        with self._lock:
            self.model.reform(**{name: value})
            from_month = self.month + 1
            self.moves = [move for move in self.moves if move[:2] != (from_month, name)] + [(from_month, name, float(value))]
            self._note_lever(name)

    @property
    def chosen(self) -> dict[str, float]:
        """The levers that were moved in this run and stand elsewhere than in the scenario, with their values."""
        latest = {name: value for _, name, value in self.moves}
        return {name: value for name, value in latest.items() if value != self._value_in_scenario(name)}

    def _value_in_scenario(self, name: str) -> float:
        """Return the value that the scenario has for a parameter by now."""
        value = self.scenario.value(name)[0]
        for reform in self.scenario.reforms:
            if reform.month <= self.month and name in reform.changes:
                value = np.ravel(reform.changes[name])[0]
        return float(value)

    def restore_levers(self) -> None:
        """Give all levers that were moved back the values that the scenario has for them by now."""
        with self._lock:
            for name in self.chosen:
                self.set_lever(name, self._value_in_scenario(name))

    def _note_lever(self, name: str) -> None:
        """Note a lever's new value, once a lever and month however often it was moved."""
        note = News(self.month + 1, "lever", {"name": name, "value": self.value(name)})
        self.news = [old for old in self.news if (old.month, old.kind, old.values.get("name")) != (
            note.month, note.kind, name)] + [note]

    # People

    @property
    def posts(self) -> int:
        """Number of posts."""
        return self.model.posts

    def offices(self) -> list[list[int]]:
        """Return for each office how many posts stand in each of its rows, highest first."""
        with self._lock:
            ranks = self.model.people.column("rank").tolist()
            offices = self.model.engine.world.offices[:]
            return [pyramid(ranks[int(office["first_row"]):int(office["first_row"] + office["rows"])])
                    for office in offices]

    def ranks(self) -> str:
        """Return one digit for each post: the rank it has, an index into ``RANKS``."""
        return "".join(map(str, self.model.people.column("rank").tolist()))

    def picture(self) -> dict[str, int | str | list[int]]:
        """Return what the picture of the people shows this month, compact enough to be sent every month.

        Returns
        -------
        dict
            "month"; "people", one character a post, an index into ``STANCES`` or ``VACANT``; "reach", one character
            an office, "1" within the officials' reach; "heads", the post of each office's head or -1.
        """
        with self._lock:
            offices = self.model.engine.world.offices
            symbols = np.frombuffer("".join(map(str, SEEN_FROM[self._region["governing"]])).encode(), np.uint8)
            people = np.where(self.model.people.column("occupied"), symbols[self.model.people.column("stance")], ord(VACANT))
            return {
                "month": self.month,
                "people": people.astype(np.uint8).tobytes().decode(),
                "reach": "".join(map(str, self._reach())),
                "heads": offices["head"].tolist(),
            }

    def _reach(self) -> list[int]:
        """Return 1 for each office within the officials' reach."""
        return self.model.engine.world.offices["in_reach"].tolist()

    def select(self, post: int | None) -> None:
        """Look at a post, or with None at nobody.

        Raises
        ------
        LookupError
            If there is no such post.
        """
        if post is not None and not 0 <= post < self.posts:
            raise LookupError(post)
        with self._lock:
            self.selected = post
            self._hold()

    def _hold(self) -> None:
        """Remember who holds the selected post now."""
        self._holder = -1 if self.selected is None else int(self.model.people.column("key")[self.selected])

    def person(self) -> Person | None:
        """Return the holder of the selected post; None where it is vacant or nothing is selected."""
        with self._lock:
            if self.selected is None or not self.model.people.column("occupied")[self.selected]:
                return None
            servant = self.model.civil_servant(self.selected)
            governing = int(self._region["governing"])
            loyalties = (servant.loyalty_a, servant.loyalty_b)
            return Person(
                post=self.selected,
                office=int(servant.office),
                rank=RANKS[servant.rank],
                stance=STANCES[SEEN_FROM[governing][servant.stance]],
                is_head=servant.is_head,
                in_reach=servant.in_reach,
                contract=bool(servant.contract),
                competence=servant.competence,
                ambition=servant.ambition,
                integrity=servant.integrity,
                affinity=-servant.affinity if governing else servant.affinity,
                perceived_risk=servant.perceived_risk,
                loyalty_incumbent=loyalties[governing],
                loyalty_challenger=loyalties[1 - governing],
                tenure=servant.tenure,
                sanctions=servant.sanctions,
                sanction_level=servant.sanction_level,
                barred=max(0, servant.barred_until - self.month),
                case=servant.case,
                newly_held=servant.key != self._holder,
                options=_options(servant.explain(), governing),
            )

    def ways(self) -> list[Way]:
        """Return what would change the mind of the person looked at next month, strongest first.

        Levers act here at once and with beliefs as they are: what she would learn from them later is not in it.
        """
        with self._lock:
            if self.selected is None or not self.model.people.column("occupied")[self.selected]:
                return []
            servant = self.model.civil_servant(self.selected)
            now = _neutral_and_likeliest(servant.explain())
            ways = [way for name in LEVERS if (way := self._way(servant, name, now)) is not None]
            ways.sort(key=lambda way: (not way.stance, -abs(way.after - way.before)))
            return ways[:MOST_WAYS]

    def _way(self, servant, name: str, now: tuple[float, int]) -> Way | None:
        """Return what a lever could do: at the nearest value that turns her, else at the end that moves her most."""
        here = self.value(name)
        ends = [(end, _neutral_and_likeliest(servant.explain(**{name: end}))) for end in PARAMETERS[name].plausible
                if end != here]
        if not ends:
            return None
        end, then = max(ends, key=lambda one: (one[1][1] != now[1], abs(one[1][0] - now[0])))
        if then[1] == now[1]:
            moved = abs(then[0] - now[0])
            return Way(name, float(end), now[0], then[0], "") if moved >= SMALLEST_CHANGE else None
        values = steps_to(float(end), here, PARAMETERS[name].plausible)
        value = values[bisect_left(values, True, key=lambda value: _neutral_and_likeliest(servant.explain(**{name: value}))[1] != now[1])]
        neutral, likeliest = _neutral_and_likeliest(servant.explain(**{name: value}))
        return Way(name, value, now[0], neutral, STANCES[SEEN_FROM[int(self._region["governing"])][likeliest]])

    def officials(self) -> list[Official]:
        """Return the incumbent and the challenger."""
        with self._lock:
            region, governing = self._region, int(self._region["governing"])
            return [Official(role, float(region["popularity"][camp]), float(region["patronage"][camp]),
                             float(region["win_chance"][camp]) if self.month else math.nan,
                             int(region["terms_served"]) if camp == governing else 0)
                    for role, camp in (("incumbent", governing), ("challenger", 1 - governing))]

    # What the charts show

    def shares(self) -> dict[str, list[float]]:
        """Return the percentage of staff in each of ``STANCES``, month by month."""
        with self._lock:
            counts = self.model.counts()
        covert, overt = measured("covert_share", counts, "camp"), measured("overt_share", counts, "camp")
        columns = (measured("neutral_share", counts), covert[:, 0], overt[:, 0], covert[:, 1], overt[:, 1])
        return {stance: _rounded(100.0 * column) for stance, column in zip(STANCES, columns, strict=True)}

    def funnel(self) -> dict[str, list[float]]:
        """Return the cases so far at each step of ``FUNNEL`` per 1,000 staff, month by month."""
        with self._lock:
            counts = self.model.counts()
        return {step: _rounded(np.cumsum(measured(step, counts))) for step in FUNNEL}


def one_region(scenario: Scenario) -> Scenario:
    """Return a scenario of one region that can be drawn person by person."""
    small = scenario.regions == 1 and people_of(scenario) <= MOST_STAFF
    return scenario if small else scenario.replace(regions=1, staff=STAFF_OF_ONE_REGION)


def _neutral_and_likeliest(options: list) -> tuple[float, int]:
    """Return the probability to stay neutral, and which option is the likeliest."""
    chances = [option.probability for option in options]
    return chances[0], chances.index(max(chances))


def _phase(month: int, laboratory: bool, frozen: bool) -> str:
    if month == 0:
        return "start"
    if laboratory:
        return "laboratory"
    if months_to_vote(month) == 0:
        return "vote"
    if months_to_vote(month) <= CANDIDACY:
        return "campaign"
    if months_since_vote(month) <= HANDOVER:
        return "transition"
    return "ban" if frozen else "calm"


def _options(explained: list, governing: int) -> tuple[Option, ...]:
    """Return what the model explains camp by camp in the order of ``STANCES``."""
    options = [explained[place] for place in SEEN_FROM[governing]]
    return tuple(
        Option(stance, {term: float(option.terms.get(term, 0.0)) for term in TERMS}, float(option.utility),
               float(option.probability))
        for stance, option in zip(STANCES, options, strict=True))


def _rounded(values: np.ndarray) -> list[float]:
    return np.round(values, 2).tolist()


def ready_session(scenario: Scenario, moves: Sequence[tuple[int, str, float]] = (), month: int = 0,
                  post: int | None = None) -> RegionSession:
    """Return a session that answers at once: what the first month must compile has been compiled."""
    RegionSession(scenario).step()
    return RegionSession(scenario, moves, month, post)


class Player:
    """Lets the months of a session pass in the background.

    Parameters
    ----------
    session : RegionSession
    after_month : callable
        Called after each month.
    at_end : callable
        Called when the scenario has come to its end.
    """

    def __init__(self, session: RegionSession, after_month: Callable[[], None], at_end: Callable[[], None]):
        self._session = session
        self._after_month = after_month
        self._at_end = at_end
        self._month_passes = threading.Lock()
        self._stop = threading.Event()
        self._stop.set()
        self.pace = 0.0

    @property
    def playing(self) -> bool:
        """Whether months pass by themselves."""
        return not self._stop.is_set()

    def play(self) -> None:
        """Begin to let months pass: ``pace`` a second, or with 0 as many as can be drawn."""
        if not self.playing:
            self._stop = threading.Event()
            threading.Thread(target=self._run, args=(self._stop,), daemon=True).start()

    def pause(self) -> None:
        """Stop; afterwards no month passes, though the latest may still have to be shown."""
        with self._month_passes:
            self._stop.set()

    def _run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            begun = time.monotonic()
            with self._month_passes:
                if stop.is_set():
                    return
                more = self._session.step()
            if not more:
                stop.set()
                self._at_end()
                return
            if not stop.is_set():
                self._after_month()
            left = begun + 1.0 / self.pace - time.monotonic() if self.pace else 0.0
            stop.wait(max(left, 0.001))
