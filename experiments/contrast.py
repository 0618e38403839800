"""One question to the model: what changes if one thing is changed, by how much, and in how many plausible worlds.

A contrast compares two settings of one scenario on the same luck and takes one number from each. Findings and lessons
are made of contrasts; both are files, so whoever can write a scenario can ask a question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from experiments.analysis.effects import Effect, paired_effect
from experiments.comparison import WINDOWS, months_counted, place_of
from experiments.errors import InputError, unknown
from experiments.runner import measured_over, seeds_of
from model import PARAMETERS, Reform, Scenario, ScenarioError, load_scenario
from model.measures import column_names

DIRECTIONS = ("rises", "falls", "steady")
USUAL_REPLICATES = 100
USUAL_POINTS = 60
REPLICATES_OF_A_POINT = 6
SPACES = ("assumptions", "policies too")
SAMPLE_SEED = 0  # of the plausible worlds, so that all contrasts meet the same
KEYS = ("scenario", "both", "first", "second", "ends", "measure", "months", "expected", "small")


def _tell_nobody(runs: int) -> None:
    pass


@dataclass(frozen=True)
class Contrast:
    """Two settings of one scenario, and a number in which they are expected to differ, or not to.

    Attributes
    ----------
    scenario : str
        A ready scenario, or the path of a file.
    measure : str
        A measure or one of its splits, see ``model.measures.column_names``.
    expected : str
        One of ``DIRECTIONS``: what the number does from the first setting to the second.
    small : float
        The smallest difference that counts as one, in the unit of the measure; a judgement.
    first, second : mapping of str to float
        What each setting changes in the scenario.
    both : mapping of str to float
        What both change.
    months : str or (int, int)
        Which months are counted together: one of ``WINDOWS``, or the first and the last.
    ends : int or None
        The last month of what each setting changes; from the next on both are alike. None: it stays.
    """

    scenario: str
    measure: str
    expected: str
    small: float = 0.01
    first: Mapping[str, float] = field(default_factory=dict)
    second: Mapping[str, float] = field(default_factory=dict)
    both: Mapping[str, float] = field(default_factory=dict)
    months: str | tuple[int, int] = "campaign"
    ends: int | None = None

    def settings(self, elsewhere: Mapping[str, float] | None = None) -> tuple[Scenario, Scenario]:
        """Return the two scenarios.

        Parameters
        ----------
        elsewhere : mapping of str to float, optional
            Values of other parameters: another plausible world.

        Raises
        ------
        ScenarioError
            If a name or a value is not possible.
        """
        base = load_scenario(self.scenario)
        shared = base.replace(**{**(elsewhere or {}), **self.both})
        return self._until_the_end(shared, self.first), self._until_the_end(shared, self.second)

    def _until_the_end(self, shared: Scenario, changes: Mapping[str, float]) -> Scenario:
        if self.ends is None or not changes:
            return shared.replace(**changes)
        back = Reform(self.ends + 1, {name: shared.value(name) for name in changes})
        return shared.replace(**changes, reforms=[*shared.reforms, back])

    def counted(self, scenario: Scenario) -> np.ndarray:
        """Return the places of the months that are counted together."""
        if isinstance(self.months, str):
            return months_counted(scenario, self.months)
        first, last = self.months
        return np.arange(first - 1, last)

    @property
    def changed(self) -> set[str]:
        """The parameters that the contrast itself sets."""
        return {*self.both, *self.first, *self.second}

    def direction(self, effect: Effect) -> str:
        """Return one of ``DIRECTIONS``, or ``"unclear"`` where so few runs leave it open."""
        if effect.low > 0.0 and effect.difference >= self.small:
            return "rises"
        if effect.high < 0.0 and effect.difference <= -self.small:
            return "falls"
        return "steady" if max(abs(effect.difference), effect.half) < self.small else "unclear"


@dataclass(frozen=True)
class Robustness:
    """In how many plausible worlds a contrast comes out as expected.

    Attributes
    ----------
    points : int
        Worlds in which the number exists under both settings.
    rises, falls, neither : int
        In how many it clearly rises, clearly falls, or does neither: by less than ``small``, or by less than luck can.
    share, low, high : float
        The share of worlds in which it does as expected ("steady": neither), with a 95% interval (Wilson 1927,
        doi:10.1080/01621459.1927.10502953) that says how well the sample tells the share.
    """

    points: int
    rises: int
    falls: int
    neither: int
    share: float
    low: float
    high: float


def read_contrast(table: Mapping[str, object], where: str) -> Contrast:
    """Return a contrast from a table of a TOML file.

    Parameters
    ----------
    table : mapping
        With the keys of ``KEYS``; ``scenario``, ``measure`` and ``expected`` are needed.
    where : str
        How errors name the table.

    Raises
    ------
    InputError
        If a key, a name or a value cannot be used.
    """
    for key in table:
        if key not in KEYS:
            raise InputError(f"{where}: {unknown('key', str(key), KEYS)}; the keys are {', '.join(KEYS)}")
    for key in ("scenario", "measure", "expected"):
        if not isinstance(table.get(key), str):
            raise InputError(f"{where}: {key} must be given, as text")
    if table["measure"] not in column_names():
        raise InputError(f"{where}: {unknown('measure', str(table['measure']), column_names())}")
    if table["expected"] not in DIRECTIONS:
        raise InputError(f"{where}: expected = {table['expected']!r} is none of {', '.join(DIRECTIONS)}")
    contrast = Contrast(**{**table, "months": _checked_months(table.get("months", "campaign"), where)})
    if isinstance(contrast.small, bool) or not isinstance(contrast.small, int | float) or not contrast.small > 0:
        raise InputError(f"{where}: small = {contrast.small!r} must be a number above 0")
    for key in ("both", "first", "second"):
        if not isinstance(getattr(contrast, key), Mapping):
            raise InputError(f"{where}: {key} = {getattr(contrast, key)!r} must be a table of parameters and values")
    if contrast.ends is not None and type(contrast.ends) is not int:
        raise InputError(f"{where}: ends = {contrast.ends!r} must be a month, as a whole number")
    try:
        scenario, _ = contrast.settings()
    except (ScenarioError, TypeError) as error:
        raise InputError(f"{where}: {error}") from None
    if len(contrast.counted(scenario)) == 0 or contrast.counted(scenario).max() >= scenario.months:
        raise InputError(f"{where}: months = {contrast.months} is outside the {scenario.months} months of the scenario")
    return contrast


def _checked_months(months: object, where: str) -> str | tuple[int, int]:
    if isinstance(months, str) and months in WINDOWS:
        return months
    numbers = isinstance(months, Sequence) and len(months) == 2 and all(type(month) is int for month in months)
    if numbers and 1 <= months[0] <= months[1]:
        return tuple(months)
    raise InputError(f"{where}: months = {months!r} must be one of {', '.join(WINDOWS)}, or [first, last]")


def _values_of(contrast: Contrast, pairs: list[tuple[Scenario, int]], report: Callable[[int], None]) -> np.ndarray:
    """Return the contrast's number of each run, shape (runs,)."""
    return measured_over(pairs, [contrast.counted(pairs[0][0])], report)[:, 0, place_of(contrast.measure)]


def effect_of(contrast: Contrast, replicates: int = USUAL_REPLICATES,
              report: Callable[[int], None] = _tell_nobody) -> Effect:
    """Return by how much the number differs between the settings, with the same seeds for both.

    Parameters
    ----------
    contrast : Contrast
    replicates : int
        Runs of each setting.
    report : callable, optional
        Told how many runs have ended since it was last told.
    """
    first, second = contrast.settings()
    pairs = [(scenario, seed) for scenario in (first, second) for seed in seeds_of(first, replicates)]
    values = _values_of(contrast, pairs, report)
    return paired_effect(values[replicates:], values[:replicates])


def plausible_worlds(untouched: set[str], space: str, points: int = USUAL_POINTS) -> list[dict[str, float]]:
    """Return worlds spread evenly over what is thought plausible (a Latin hypercube).

    Parameters
    ----------
    untouched : set of str
        Parameters that are left out.
    space : str
        One of ``SPACES``: whether only what is assumed varies, each number over its plausible range, or levers do, too.
    points : int
        How many worlds.
    """
    from scipy.stats import qmc

    varied = [one for one in PARAMETERS.values() if one.role == "assumption" or (one.role, space) == ("lever", SPACES[1])]
    unit = qmc.LatinHypercube(len(varied), rng=SAMPLE_SEED).random(points)
    return [{one.name: low + (high - low) * share for one, share in zip(varied, row, strict=True)
             if one.name not in untouched for low, high in [one.plausible]} for row in unit.tolist()]


def robustness_of(contrast: Contrast, space: str = SPACES[0], points: int = USUAL_POINTS,
                  replicates: int = REPLICATES_OF_A_POINT, report: Callable[[int], None] = _tell_nobody) -> Robustness:
    """Return in how many plausible worlds the number does as expected.

    Parameters
    ----------
    contrast : Contrast
    space : str
        One of ``SPACES``.
    points : int
        How many worlds.
    replicates : int
        Pairs of runs in each.
    report : callable, optional
        Told how many runs have ended since it was last told.
    """
    worlds = plausible_worlds(contrast.changed, space, points)
    pairs = [(scenario, seed) for world in worlds for scenario in contrast.settings(world)
             for seed in seeds_of(scenario, replicates)]
    values = _values_of(contrast, pairs, report).reshape(points, 2, replicates)
    return robustness_from([paired_effect(second, first) for first, second in values], contrast)


def robustness_from(effects: Sequence[Effect], contrast: Contrast) -> Robustness:
    """Return the robustness of a contrast from its effects in plausible worlds."""
    from scipy.stats import binomtest

    directions = [contrast.direction(effect) for effect in effects if effect.replicates > 1]
    points, rises, falls = len(directions), directions.count("rises"), directions.count("falls")
    if points == 0:
        return Robustness(0, 0, 0, 0, np.nan, 0.0, 1.0)
    held = {"rises": rises, "falls": falls, "steady": points - rises - falls}[contrast.expected]
    interval = binomtest(held, points).proportion_ci(method="wilson")
    return Robustness(points, rises, falls, points - rises - falls, held / points, float(interval.low),
                      float(interval.high))
