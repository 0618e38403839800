"""Civil servants, political officials and supervisors as Mesa agents: views of rows, made when asked for.

The state lives in columns (``model/population.py``). A view reads and writes its row; :class:`ColumnAgentSet`
answers Mesa's questions (``select``, ``agg``, ``get``, ``groupby``, …) on whole columns.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterable, Iterator
from enum import IntEnum
from random import Random
from typing import Any

import mesa
import numpy as np
from mesa.agentset import AbstractAgentSet, AgentSet, GroupBy

from model.explanation import StanceExplained, choice_faced
from model.population import CASE_STATES, COLUMNS, MARKS, RANKS, STANCES
from model.stages.oversight import office_of

Rank = IntEnum("Rank", {name.upper(): value for value, name in enumerate(RANKS)})
Stance = IntEnum("Stance", {name: value for value, name in enumerate(
    ("NEUTRAL", "COVERT_A", "OVERT_A", "COVERT_B", "OVERT_B"))})

# Columns that a view may write, with the values allowed; the others follow from the run.
WRITABLE = {
    "stance": (0, len(STANCES) - 1), "competence": (-10, 10), "ambition": (0, 1000), "integrity": (0, 1000),
    "affinity": (-1000, 1000), "perceived_risk": (0, 1), "loyalty_a": (0, 1), "loyalty_b": (0, 1), "contract": (0, 1),
}
OFFICIAL_WRITABLE = {"popularity": (-10, 10), "patronage": (0, 1)}


class View(mesa.Agent):
    """A Mesa agent whose state is a row of columns; it is not registered, so making one costs next to nothing."""

    def __init__(self, model, row: int):
        # Mesa would register every agent it constructs; the columns are the register here.
        self.model = model
        self.row = row
        self.unique_id = self._first_id() + row
        self.pos = None

    def _first_id(self) -> int:
        raise TypeError("A View is made as CivilServant, PoliticalOfficial or Supervisor")

    def __eq__(self, other) -> bool:
        return type(self) is type(other) and self.model is other.model and self.row == other.row

    def __hash__(self) -> int:
        return hash((type(self), self.row))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}>"

    def remove(self) -> None:
        """Refuse: who leaves is decided by the careers stage."""
        raise TypeError(f"A {type(self).__name__} is a view of the model's columns and cannot be removed by hand")


def _checked(name: str, value: Any, allowed: dict[str, tuple[float, float]], kind: str, agents: int | None = None) -> np.ndarray:
    """Return a value that may be written to a column: one number, or one for each of so many ``agents``.

    Raises
    ------
    AttributeError
        If the column follows from the run.
    ValueError
        If the value is not a number in the allowed range.
    """
    if name not in allowed:
        raise AttributeError(f"{name} of a {kind} follows from the run and cannot be written; "
                             f"what can be is {', '.join(allowed)}")
    low, high = allowed[name]
    wanted = f"{name} of a {kind} must be a {'whole ' if name in MARKS else ''}number from {low} to {high}"
    try:
        number = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{wanted}, not {value!r}") from None
    if number.shape != () and number.shape != (agents,):
        raise ValueError(f"{wanted}, not {value!r}")
    if not np.all((number >= low) & (number <= high)) or (name in MARKS and np.any(number != np.floor(number))):
        raise ValueError(f"{wanted}, not {value!r}")
    return number


class CivilServant(View):
    """The present holder of a post.

    Every column (``model.population.COLUMNS``) is an attribute of this name; ``stance`` and ``rank`` are given as
    the enumerations :class:`Stance` and :class:`Rank`. A view follows the post: after a promotion it shows whoever
    holds the post then.
    """

    def _first_id(self) -> int:
        return 1

    @property
    def _index(self) -> int:
        return self.model.first_post + self.row

    @property
    def region(self) -> int:
        """Index of the region in the run."""
        return int(np.searchsorted(self.model.first_rows, self.row, side="right") - 1)

    @property
    def office(self) -> int:
        """Index of the office in the run."""
        engine = self.model.engine
        g = self.model.first_region + self.region
        return int(office_of(g, self._index, _Regions(engine.world.regions))) - self.model.first_office

    @property
    def in_reach(self) -> bool:
        """Whether the office lies within the officials' reach."""
        return bool(self.model.engine.world.offices[self.model.first_office + self.office]["in_reach"])

    @property
    def is_head(self) -> bool:
        """Whether she is the highest-ranked person of her office."""
        return int(self.model.engine.world.offices[self.model.first_office + self.office]["head"]) == self._index

    @property
    def tenure(self) -> int:
        """Months in service."""
        return self.model.month - int(self.model.people.column("entry_month")[self.row])

    @property
    def case(self) -> str:
        """State of the case against her, one of ``CASE_STATES``."""
        return CASE_STATES[int(self.model.people.column("case_status")[self.row])]

    def explain(self, **parameters: float) -> list[StanceExplained]:
        """Return the choice she faces next: for each of the five stances the terms, their sum, the probability.

        Parameters
        ----------
        **parameters
            What would hold instead: ``explain(merit_protection=0.9)`` is the choice she would face if the lever moved
            now, with her beliefs as they are.

        Raises
        ------
        ScenarioError
            If there is no such parameter, or it cannot have that value.
        """
        holding = self.model.parameters_next_month()
        changed = self.model.setup.replace(**parameters)
        for name in parameters:
            holding[name][self.model.first_region:self.model.first_region + self.model.regions] = changed.value(name)
        return choice_faced(self.model.engine.world, self.model.first_region + self.region, self._index,
                            self.model.month + 1, holding, self.model.engine.rules)


class _Regions:
    """Just enough of a world to ask for the office of a post."""

    def __init__(self, regions: np.ndarray):
        self.regions = regions.view(np.recarray)


def _person_property(name: str) -> property:
    wrap = {"stance": Stance, "rank": Rank}.get(name)

    def read(self):
        value = self.model.people.column(name)[self.row].item()
        return wrap(value) if wrap else value

    def write(self, value):
        self.model.people.column(name)[self.row] = _checked(name, value, WRITABLE, "civil servant")

    return property(read, write, doc=f"Column {name!r} of the post's holder, see ``model.population``.")


for _name in COLUMNS:
    setattr(CivilServant, _name, _person_property(_name))


class PoliticalOfficial(View):
    """An official: the governing one or the challenger of a region. ``row`` is ``2 * region + camp``."""

    def _first_id(self) -> int:
        return 1 + self.model.posts

    @property
    def region(self) -> int:
        """Index of the region in the run."""
        return self.row // 2

    @property
    def camp(self) -> int:
        """0 for camp A, 1 for camp B."""
        return self.row % 2

    @property
    def _region(self) -> np.ndarray:
        return self.model.region_rows[self.region]

    @property
    def governs(self) -> bool:
        """Whether this official holds the appointing power now."""
        return int(self._region["governing"]) == self.camp

    @property
    def terms_served(self) -> int:
        """Terms the governing official has begun; 0 for the challenger."""
        return int(self._region["terms_served"]) if self.governs else 0

    @property
    def popularity(self) -> float:
        """Popularity of the camp's candidate (margin)."""
        return float(self._region["popularity"][self.camp])

    @popularity.setter
    def popularity(self, value: float) -> None:
        self._region["popularity"][self.camp] = _checked("popularity", value, OFFICIAL_WRITABLE, "political official")

    @property
    def patronage(self) -> float:
        """How much of the prize the official hands out by loyalty, 0 to 1."""
        return float(self._region["patronage"][self.camp])

    @patronage.setter
    def patronage(self, value: float) -> None:
        self._region["patronage"][self.camp] = _checked("patronage", value, OFFICIAL_WRITABLE, "political official")

    @property
    def win_chance(self) -> float:
        """Chance to win as staff judged it last month."""
        return float(self._region["win_chance"][self.camp])

    @property
    def scandals(self) -> int:
        """Proven interventions this term."""
        return int(self._region["scandals"][self.camp])


class Supervisor(View):
    """A supervisor of a region: the election watchdog or the adjudicating body. ``row`` is ``2 * region + kind``."""

    def _first_id(self) -> int:
        return 1 + self.model.posts + 2 * self.model.regions

    @property
    def region(self) -> int:
        """Index of the region in the run."""
        return self.row // 2

    @property
    def kind(self) -> str:
        """Either "watchdog", which patrols, takes reports and investigates, or "adjudicator", which recommends."""
        return ("watchdog", "adjudicator")[self.row % 2]

    @property
    def attention(self) -> float:
        """How attentive enforcement was last month, 0 to 1."""
        return float(self.model.region_rows[self.region]["attention"])

    @property
    def patrol(self) -> float:
        """Rate of the watchdog's own finds (per month, open act, full campaign); 0 for the adjudicator."""
        return float(self.model.parameter("patrol")[self.region]) if self.kind == "watchdog" else 0.0

    @property
    def capacity(self) -> float:
        """Cases the adjudicator can hear per 1,000 staff and month; 0 for the watchdog."""
        return float(self.model.parameter("oversight_capacity")[self.region]) if self.kind == "adjudicator" else 0.0

    @property
    def queue_length(self) -> int:
        """Cases that wait to be heard; 0 for the watchdog."""
        return self.model.cases_waiting(self.region) if self.kind == "adjudicator" else 0




class ColumnAgentSet(AbstractAgentSet):
    """An ordered set of views. Questions about columns are answered on columns, not view by view.

    Parameters
    ----------
    model : BureaucracyModel
    parts : sequence of (type, int or bool array)
        For each kind of agent, the rows in the set; or for each row, whether it is in the set.
    random : random.Random, optional
        For ``shuffle``; the model's by default.
    """

    def __init__(self, model, parts: Iterable[tuple[type[View], np.ndarray]], random: Random | None = None):
        self.model = model
        self.parts = parts
        self.random = random or model.random

    @property
    def parts(self) -> list[tuple[type[View], np.ndarray]]:
        """For each kind of agent, the rows in the set."""
        self._parts = [(kind, _numbers(rows)) for kind, rows in self._parts]
        return self._parts

    @parts.setter
    def parts(self, parts: Iterable[tuple[type[View], np.ndarray]]) -> None:
        self._parts = [(kind, np.asarray(rows)) for kind, rows in parts]

    def __len__(self) -> int:
        return sum(len(rows) for _, rows in self.parts)

    def __iter__(self) -> Iterator[View]:
        for kind, rows in self.parts:
            for row in rows.tolist():
                yield kind(self.model, row)

    def __contains__(self, agent: object) -> bool:
        return isinstance(agent, View) and agent.model is self.model and any(
            kind is type(agent) and bool(np.any(rows == agent.row)) for kind, rows in self.parts)

    def __getitem__(self, item: int | slice) -> View | list[View]:
        if isinstance(item, slice):
            return list(self)[item]
        item = item + len(self) if item < 0 else item
        for kind, rows in self.parts:
            if 0 <= item < len(rows):
                return kind(self.model, int(rows[item]))
            item -= len(rows)
        raise IndexError("There are not so many agents in this set")

    def _of(self, parts) -> ColumnAgentSet:
        return ColumnAgentSet(self.model, parts, self.random)

    def _update(self, agents: Iterable[View]) -> ColumnAgentSet:
        self.parts = _parts_of(agents)
        return self

    def column(self, name: str, kind: type[View], rows: np.ndarray) -> np.ndarray:
        """Return an attribute of the agents in ``rows`` as an array, shape (agents,).

        Raises
        ------
        AttributeError
            If agents of this kind have no such attribute.
        """
        if kind is CivilServant and name in COLUMNS:
            whole = self.model.people.column(name)
            # The quickest ways; no row is out of bounds.
            return whole[rows] if rows.dtype == np.bool_ else whole.take(rows, mode="clip")
        rows = _numbers(rows)
        if name == "row":
            return rows.copy()
        return np.array([getattr(kind(self.model, row), name) for row in rows.tolist()])

    def _parts_with(self, name: str) -> list[tuple[type[View], np.ndarray]]:
        """Return the parts whose agents have an attribute: in a mixed set, those kinds that have it."""
        parts = [(kind, rows) for kind, rows in self._parts if _any(rows) and _has(kind, name)]
        if not parts and len(self):
            kinds = " or ".join(kind.__name__ for kind, rows in self.parts if len(rows))
            raise AttributeError(f"No {kinds} has an attribute {name!r}")
        return parts

    def _values(self, name: str) -> np.ndarray:
        columns = [self.column(name, kind, rows) for kind, rows in self._parts_with(name)]
        if not columns:
            return np.array([])
        return columns[0] if len(columns) == 1 else np.concatenate(columns)

    def select(self, filter_func: Callable[[View], bool] | None = None, at_most: int | float = float("inf"),
               inplace: bool = False, agent_type: type[View] | None = None, **columns: Any) -> ColumnAgentSet:
        """Return the agents that meet all conditions.

        Parameters
        ----------
        filter_func : callable, optional
            Of one agent, as in Mesa (slow for many people).
        at_most : int or float
            The first so many; a float up to 1 means a share.
        inplace : bool
            Change this set instead of returning another.
        agent_type : type, optional
        **columns
            ``name=value`` or ``name=function of the column``: ``select(rank=4, integrity=lambda x: x < 0.5)``.
        """
        parts = [(kind, rows) for kind, rows in self.parts if agent_type is None or issubclass(kind, agent_type)]
        for name, wanted in columns.items():
            known = [kind for kind, _ in self._parts_with(name)]
            parts = [(kind, rows[_meets(self.column(name, kind, rows), wanted)]) for kind, rows in parts if kind in known]
        if filter_func is not None:
            parts = [(kind, np.array([r for r in rows.tolist() if filter_func(kind(self.model, r))], np.int64))
                     for kind, rows in parts]
        chosen = self._of(_first_of(parts, at_most, len(self)))
        if inplace:
            self.parts = chosen.parts
            return self
        return chosen

    def agg(self, attribute: str, func: Callable | Iterable[Callable]) -> Any | list[Any]:
        """Return a function (or several) of the attribute's values, of those kinds of agents that have it."""
        values = self._values(attribute)
        return func(values) if callable(func) else [one(values) for one in func]

    def get(self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """Return the values of an attribute (or lists of several) for every agent, as in Mesa."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing must be 'error' or 'default', not {handle_missing!r}")
        names = [attr_names] if isinstance(attr_names, str) else attr_names
        lists = [self._list(name, handle_missing, default_value) for name in names]
        return lists[0] if isinstance(attr_names, str) else [list(row) for row in zip(*lists, strict=True)]

    def _list(self, name: str, handle_missing: str, default_value: Any) -> list[Any]:
        values: list[Any] = []
        for kind, rows in self.parts:
            if not _has(kind, name):
                if handle_missing == "error" and len(rows):
                    raise AttributeError(f"A {kind.__name__} has no attribute {name!r}")
                values += [default_value] * len(rows)
            else:
                values += self.column(name, kind, rows).tolist()
        return values

    def set(self, attr_name: str, value: Any) -> ColumnAgentSet:
        """Write one value (or one for each agent) to a column of civil servants, or to views one by one."""
        for kind, rows in [(kind, _numbers(rows)) for kind, rows in self._parts_with(attr_name)]:
            if kind is CivilServant and attr_name in COLUMNS:
                self.model.people.column(attr_name)[rows] = _checked(
                    attr_name, value, WRITABLE, "civil servant", len(rows))
            else:
                for agent in self._of([(kind, rows)]):
                    setattr(agent, attr_name, value)
        return self

    def groupby(self, by: Callable[[View], Hashable] | str, result_type: str = "agentset") -> GroupBy:
        """Return the agents grouped by a column's values or a function of an agent, as Mesa's GroupBy."""
        groups: dict[Any, list] = {}
        for kind, rows in self.parts:
            keys = self.column(by, kind, rows) if isinstance(by, str) else [by(kind(self.model, r)) for r in rows.tolist()]
            keys = np.asarray(keys)
            for key in np.unique(keys).tolist() if len(keys) else []:
                groups.setdefault(key, []).append((kind, rows[keys == key]))
        sets = {key: self._of(parts) for key, parts in groups.items()}
        return GroupBy(sets if result_type == "agentset" else {key: list(agents) for key, agents in sets.items()})

    def shuffle(self, inplace: bool = False) -> ColumnAgentSet | AgentSet:
        """Return the agents of each kind in random order (kinds stay together)."""
        parts = []
        for kind, rows in self.parts:
            order = rows.tolist()
            self.random.shuffle(order)
            parts.append((kind, np.array(order, np.int64)))
        return self._replaced(parts, inplace)

    def sort(self, key: Callable[[View], Any] | str, ascending: bool = False, inplace: bool = False) -> ColumnAgentSet:
        """Return the agents of each kind sorted by a column or a function of an agent, as in Mesa."""
        parts = []
        for kind, rows in self.parts:
            keys = self.column(key, kind, rows) if isinstance(key, str) else np.array([key(kind(self.model, r)) for r in rows.tolist()])
            order = np.argsort(keys if ascending else -np.asarray(keys, np.float64), kind="stable")
            parts.append((kind, rows[order]))
        return self._replaced(parts, inplace)

    def _replaced(self, parts, inplace: bool) -> ColumnAgentSet:
        if inplace:
            self.parts = parts
            return self
        return self._of(parts)

    def do(self, method: str | Callable, *args, **kwargs) -> ColumnAgentSet:
        """Call a method (by name) or a function on every agent, one by one."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable, *args, **kwargs) -> ColumnAgentSet:
        """Call a method or function on every agent in random order."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable, *args, **kwargs) -> list[Any]:
        """Return what a method (by name) or a function gives for every agent."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def copy(self) -> ColumnAgentSet:
        """Return a set with the same agents."""
        return copy.copy(self)

    def __copy__(self) -> ColumnAgentSet:
        return self._of([(kind, rows.copy()) for kind, rows in self.parts])

    def add(self, agent: View) -> None:
        """Refuse: agents are rows."""
        raise TypeError("Agents are rows of the model's columns; select the ones you want instead of adding them")

    def discard(self, agent: View) -> None:
        """Take an agent out of this set; the model keeps it."""
        self.parts = [(kind, rows[rows != agent.row] if kind is type(agent) else rows) for kind, rows in self.parts]

    def remove(self, agent: View) -> None:
        """Take an agent out of this set; the model keeps it."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)


def _numbers(rows: np.ndarray) -> np.ndarray:
    """Return rows as numbers, be they given so or as a mark for each row there is."""
    return np.flatnonzero(rows) if rows.dtype == np.bool_ else rows.astype(np.int64, copy=False)


def _any(rows: np.ndarray) -> bool:
    """Return whether there is any row, be they numbers or marks."""
    return bool(rows.any()) if rows.dtype == np.bool_ else len(rows) > 0


def _has(kind: type[View], name: str) -> bool:
    """Return whether agents of a kind have an attribute, be it their own or their class's."""
    return hasattr(kind, name) or name in ("unique_id", "row", "pos", "model")


def _meets(values: np.ndarray, wanted: Any) -> np.ndarray:
    """Return which values equal ``wanted``, or for which the function ``wanted`` says so; shape (values,)."""
    return np.asarray(wanted(values), bool) if callable(wanted) else values == wanted


def _first_of(parts, at_most: int | float, total: int):
    """Return the parts cut to the first ``at_most`` agents."""
    left = int(total * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
    cut = []
    for kind, rows in parts:
        rows = rows if left >= len(rows) else rows[:max(0, int(left))]
        left -= len(rows)
        cut.append((kind, rows))
    return cut


def _parts_of(agents: Iterable[View]):
    rows: dict[type[View], list[int]] = {}
    for agent in agents:
        rows.setdefault(type(agent), []).append(agent.row)
    return [(kind, np.array(of_kind, np.int64)) for kind, of_kind in rows.items()]


