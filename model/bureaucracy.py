"""The model: a region, or a country of regions, of civil servants through months and elections."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence

import mesa
import numpy as np
import pandas as pd

from model.agents import (
    CivilServant,
    ColumnAgentSet,
    PoliticalOfficial,
    Supervisor,
    View,
)
from model.engine import Engine
from model.measures import column_names, measured, measured_table
from model.parameters import PARAMETERS
from model.population import CASE_STATES, TALLY_VALUES, People
from model.scenario import Scenario, ScenarioError, load_scenario


class MeasureCollector(mesa.DataCollector):
    """Mesa's data collector, filled from what the engine counted: no reporter is called month by month."""

    def __init__(self, model: BureaucracyModel):
        super().__init__()
        self._model = model

    def collect(self, model: mesa.Model) -> None:
        """Do nothing: the engine keeps the counts of every month."""

    def get_model_vars_dataframe(self) -> pd.DataFrame:
        """Return all measures and their splits: one row a month, one column a measure (see ``MEASURES``)."""
        counts = self._model.counts()
        index = pd.RangeIndex(1, len(counts) + 1, name="month")
        return pd.DataFrame(measured_table(counts), columns=column_names(), index=index)


class BureaucracyModel(mesa.Model):
    """Civil servants who each month stay neutral or take sides.

    Parameters
    ----------
    scenario : Scenario or str, optional
        What to simulate; a name is loaded. By default the scenario ``pilkada_2020``.
    rng : int, optional
        Seed, 0 to 2**64 - 1; None takes the scenario's own. Seed 0 is a seed.
    rules : mapping of str to function, optional
        Rules to use instead of the built-in ones of these names (see ``model.rules.RULES``), each an ordinary
        Python function with the same parameters.
    threads : int, optional
        Threads at most; results do not depend on it.

    Raises
    ------
    ScenarioError, RuleError
        In one sentence, where something handed over cannot be used.

    Attributes
    ----------
    setup : Scenario
        The scenario it was built from.
    month : int
        Months that have passed.
    people : People
        The columns of this run's posts, see ``model.population``.
    """

    def __init__(self, scenario: Scenario | str | None = None, rng: int | None = None,
                 rules: Mapping[str, Callable] | None = None, threads: int | None = None):
        setup = load_scenario(scenario or "pilkada_2020") if scenario is None or isinstance(scenario, str) else scenario
        if not isinstance(setup, Scenario):
            raise ScenarioError(f"A model is built from a Scenario or the name of one, not from {setup!r}")
        seed = _checked_seed(setup.seed if rng is None else rng)
        self._attach(Engine([(setup, seed)], rules, threads), 0)

    @classmethod
    def stack(cls, runs: Sequence[tuple[Scenario, int | None]], rules: Mapping[str, Callable] | None = None,
              threads: int | None = None) -> Stack:
        """Return many runs that step together and give the same numbers as one by one.

        Parameters
        ----------
        runs : sequence of (Scenario, int or None)
            Scenario and seed of each; None takes the scenario's own.
        """
        pairs = [(scenario, _checked_seed(scenario.seed if seed is None else seed)) for scenario, seed in runs]
        return Stack(Engine(pairs, rules, threads))

    @classmethod
    def _of_run(cls, engine: Engine, run: int) -> BureaucracyModel:
        """Return the model of one run of an engine that exists already."""
        model = cls.__new__(cls)
        model._attach(engine, run)
        return model

    def _attach(self, engine: Engine, run: int) -> None:
        super().__init__(rng=engine.seeds[run])
        self.engine = engine
        self.run_index = run
        self.setup: Scenario = engine.scenarios[run]
        rows = engine.rows_of(run)
        self.people = People(*(block[..., rows] for block in engine.world.people))
        self.region_rows = engine.world.regions[engine.regions_of(run)]
        self.regions = len(self.region_rows)
        self.posts = rows.stop - rows.start
        self.first_post = rows.start
        self.first_region = engine.regions_of(run).start
        self.first_office = engine.offices_of(run).start
        self.first_rows = self.region_rows["first_row"] - rows.start
        self.datacollector = MeasureCollector(self)
        # Mesa puts its own step in front of ours; ours to refuse a month too many stands in front of that, so that
        # Mesa's clock does not move either.
        self._step_of_mesa = self.step
        self.step = self._step_within_horizon

    # Time

    @property
    def month(self) -> int:
        """Months that have passed."""
        return int(self.engine.months[self.run_index])

    def step(self) -> None:
        """Let one month pass."""
        if self.steps > self.month:  # a stack may have stepped this run already
            self.engine.advance([self.run_index])
        self.running = self.month < self.setup.months

    def _step_within_horizon(self) -> None:
        self.engine.refuse_beyond_horizon(1, [self.run_index])
        self._step_of_mesa()

    def run_for(self, duration: int) -> None:
        """Let ``duration`` months pass.

        Raises
        ------
        HorizonError
            If that is more than the scenario has left; then none passes.
        """
        months = _checked_months(duration)
        self.engine.refuse_beyond_horizon(months, [self.run_index])
        if months:
            super().run_for(months)

    def catch_up(self) -> None:
        """Bring Mesa's clock to the month that a stack has reached."""
        if self.steps < self.month:
            super().run_for(self.month - self.steps)

    # Parameters

    def parameter(self, name: str) -> np.ndarray:
        """Return what holds now for a parameter, shape (regions,).

        Raises
        ------
        ScenarioError
            If there is no parameter of that name.
        """
        self.setup.value(name)
        return self.engine.world.parameters[name][self.engine.regions_of(self.run_index)].copy()

    def reform(self, **changes: float | np.ndarray) -> None:
        """Change parameters from the next month on: ``model.reform(oversight_capacity=12.0)``.

        Raises
        ------
        ScenarioError
            In one sentence, where a name or value cannot be used; then nothing changes.
        """
        unknown = [name for name in changes if name not in PARAMETERS]
        for name in unknown:
            self.setup.value(name)
        self.engine.change_parameters(self.run_index, changes)

    def parameters_next_month(self) -> np.ndarray:
        """Return the parameters of all regions of the engine as dated reforms will leave them next month."""
        rows = self.engine.world.parameters.copy()
        for reform in self.setup.reforms:
            if reform.month == self.month + 1:
                for name in reform.changes:
                    rows[name][self.engine.regions_of(self.run_index)] = self.setup.replace(**reform.changes).value(name)
        return rows

    # Measures

    def counts(self) -> np.ndarray:
        """Return what was counted, shape (months, TALLY_VALUES), summed over regions; see ``model.measures``."""
        return self.engine.counts(self.run_index)

    def measure(self, name: str, by: str | None = None, where: str | None = None) -> float | np.ndarray:
        """Return a measure of the latest month over all regions.

        Parameters
        ----------
        name : str
            See ``MEASURES``.
        by : {"rank", "camp", "channel"}, optional
            How to split; then an array with one value per category.
        where : {"reach", "outside"}, optional
            Offices within or outside the officials' reach only.
        """
        value = measured(name, self._counts_now().sum(axis=0), by, where)
        return float(value) if by is None else value

    def measure_by_region(self, name: str, by: str | None = None, where: str | None = None) -> np.ndarray:
        """Return a measure of the latest month, shape (regions,) or, split, (regions, categories)."""
        return measured(name, self._counts_now(), by, where)

    def _counts_now(self) -> np.ndarray:
        if self.month == 0:
            return np.full((self.regions, TALLY_VALUES), np.nan)
        return self.engine.counts_now(self.run_index)

    def cases_waiting(self, region: int) -> int:
        """Return how many cases wait to be heard in a region."""
        row = self.region_rows[region]
        docket = self.engine.world.docket[row["first_row"]:row["first_row"] + row["docket_length"]]
        return int(np.sum(self.engine.world.people.column("case_status")[docket] == CASE_STATES.index("queued")))

    # Agents

    def civil_servant(self, post: int) -> CivilServant:
        """Return the present holder of a post (0 to ``posts - 1``).

        Raises
        ------
        LookupError
            If there is no such post, or nobody holds it now.
        """
        if not 0 <= post < self.posts:
            raise LookupError(f"There is no post {post}; posts go from 0 to {self.posts - 1}")
        if not self.people.column("occupied")[post]:
            raise LookupError(f"Nobody holds post {post} in month {self.month}")
        return CivilServant(self, int(post))

    def _rows(self, kind: type[View]) -> np.ndarray:
        if kind is CivilServant:
            return self.people.column("occupied").astype(np.bool_)  # of now: who is in the set stays in it
        return np.arange(2 * self.regions)

    @property
    def agents(self) -> ColumnAgentSet:
        """Everyone: civil servants in office, political officials, supervisors."""
        return ColumnAgentSet(self, [(kind, self._rows(kind)) for kind in self.agent_types])

    @property
    def agent_types(self) -> list[type[View]]:
        """The kinds of agents."""
        return [CivilServant, PoliticalOfficial, Supervisor]

    @property
    def agents_by_type(self) -> dict[type[View], ColumnAgentSet]:
        """The agents of each kind."""
        return {kind: ColumnAgentSet(self, [(kind, self._rows(kind))]) for kind in self.agent_types}


class Stack(Sequence):
    """Runs that lie in one engine. Indexing gives each as a :class:`BureaucracyModel`."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self._models: dict[int, BureaucracyModel] = {}

    def __len__(self) -> int:
        return len(self.engine.scenarios)

    def __getitem__(self, run: int) -> BureaucracyModel:
        if isinstance(run, slice):
            return [self[i] for i in range(*run.indices(len(self)))]
        run = run + len(self) if run < 0 else run
        if not 0 <= run < len(self):
            raise IndexError(f"There is no run {run} in a stack of {len(self)}")
        if run not in self._models:
            self._models[run] = BureaucracyModel._of_run(self.engine, run)
        self._models[run].catch_up()
        return self._models[run]

    def __iter__(self) -> Iterator[BureaucracyModel]:
        return (self[run] for run in range(len(self)))

    def step(self) -> None:
        """Let one month pass in every run."""
        self.engine.advance()

    def run_for(self, months: int, tell: Callable[[int], None] | None = None) -> None:
        """Let ``months`` months pass in every run, which takes less time than as many steps.

        Parameters
        ----------
        months : int
        tell : callable, optional
            Told after each month of some runs how many runs these are. What it raises ends the work early.

        Raises
        ------
        HorizonError
            If that is more than one of the scenarios has left; then none passes.
        """
        whole = _checked_months(months)
        if whole:
            self.engine.advance(months=whole, tell=tell)

    def counts(self) -> np.ndarray:
        """Return what was counted, shape (runs, months, TALLY_VALUES); all runs must have come to the same month."""
        return np.stack([self.engine.counts(run) for run in range(len(self))])


def _checked_months(duration: int) -> int:
    whole = int(duration) if isinstance(duration, (int, float, np.number)) and float(duration).is_integer() else -1
    if whole < 0:
        raise ValueError(f"The number of months must be a whole number from 0, not {duration!r}")
    return whole


def _checked_seed(seed: int) -> int:
    try:
        whole = operator.index(seed)
    except TypeError:
        raise ScenarioError(f"The seed must be a whole number from 0 to 2**64 - 1, not {seed!r}") from None
    if not 0 <= whole < 2**64 or isinstance(seed, bool):
        raise ScenarioError(f"The seed must be a whole number from 0 to 2**64 - 1, not {seed!r}")
    return whole
