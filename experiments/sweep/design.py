"""A design: what is asked of the model, with which scenario, what varies and how, and which outcomes are kept.

The format of the file is described in ``experiments/sweep/__init__.py``. A design is checked whole when it is read.
"""

from __future__ import annotations

import csv
import io
import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from experiments.errors import InputError
from experiments.summary import phases_of, votes_of
from experiments.sweep.entries import (
    DesignError,
    Entries,
    checked_number,
    nearest,
    printable,
    shown,
)
from model.measures import CATEGORIES, MEASURES, PLACES
from model.parameters import PARAMETERS
from model.scenario import (
    LARGEST_FILE,
    MONTHS,
    REGIONS,
    STAFF,
    Scenario,
    ScenarioError,
    limits_of,
    load_scenario,
    load_scenario_text,
    scenario_names,
)

READY_FOLDER = Path(__file__).parent.parent / "designs"
SAMPLED = ("latin_hypercube", "sobol", "morris", "saltelli")
KINDS = ("factorial", *SAMPLED, "table", "trial")
POWERS_OF_TWO_ONLY = ("sobol", "saltelli")
MOST_POINTS = 1_000_000
MOST_REPLICATES = 1_000_000
DUMMY = "dummy"
WHEN_IN_WORDS = "all, final, last year, campaign, vote, a list of months, or first-last such as 49-60"

TEXTS = ("title", "question", "description")
TOP_LEVEL = (
    *TEXTS, *(f"{name}_id" for name in TEXTS), "references", "scenario", "kind", "size", "seed", "regions", "staff",
    "months", "from_month", "dummy", "replicates", "set", "vary", "baseline", "point", "file", "outcomes", "series",
    "path", "trial",
)  # fmt: skip


@dataclass(frozen=True)
class Factor:
    """One number that varies from point to point.

    Attributes
    ----------
    name : str
        A parameter's name, or a name of its own where ``sets`` is given.
    values : tuple of float
        The levels of a factorial; empty where a range is sampled.
    low, high : float
        The range; of values, the smallest and largest.
    scale : str
        "linear" or "log": how levels and samples are spread.
    sets : mapping of str to tuple of float
        Parameters that follow it, each with its numbers at ``knots``, joined by straight lines. Empty for a
        parameter, which sets itself, and for the dummy, which sets nothing.
    unit : str
        Unit of its values.
    labels : mapping of str to str
        What it is called in print, by language.
    """

    name: str
    low: float
    high: float
    values: tuple[float, ...] = ()
    scale: str = "linear"
    sets: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    unit: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters it sets."""
        return tuple(self.sets) or ((self.name,) if self.name in PARAMETERS else ())

    def label(self, language: str = "en") -> str:
        """Return what it is called in print."""
        return self.labels.get(language) or self.labels.get("en") or self.name.replace("_", " ")

    def settings(self, value: float) -> dict[str, float]:
        """Return the parameters that a value sets; none where the value is not a number."""
        if math.isnan(value):
            return {}
        if not self.sets:
            return {name: value for name in self.parameters}
        return {name: float(np.interp(value, self.knots(len(numbers)), numbers)) for name, numbers in self.sets.items()}

    def knots(self, count: int) -> np.ndarray:
        """Return where ``count`` numbers of ``sets`` stand: at the values, or evenly from low to high."""
        return np.array(self.values) if len(self.values) == count else np.linspace(self.low, self.high, count)

    def spread(self, unit: np.ndarray) -> np.ndarray:
        """Return values for numbers from 0 to 1."""
        if self.scale == "log":
            return np.exp(np.log(self.low) + unit * (np.log(self.high) - np.log(self.low)))
        return self.low + unit * (self.high - self.low)


@dataclass(frozen=True)
class Outcome:
    """One number kept of each run.

    Attributes
    ----------
    name : str
        Column in the tables.
    measure : str
        One of ``model.measures.MEASURES``.
    by, category, where : str or None
        How it is split and which part is taken; offices within or outside the officials' reach.
    months : tuple of int
        The months over which it is taken; a rate is that of the whole period.
    better : str
        "lower", "higher", or empty where it is neither.
    labels : mapping of str to str
        What it is called in print, by language.
    """

    name: str
    measure: str
    by: str | None
    category: str | None
    where: str | None
    months: tuple[int, ...]
    better: str
    labels: Mapping[str, str]

    @property
    def unit(self) -> str:
        """Unit of its values."""
        return MEASURES[self.measure].unit

    def label(self, language: str = "en") -> str:
        """Return what it is called in print."""
        own = self.labels.get(language) or self.labels.get("en")
        parts = [part for part in (self.category, self.where) if part]
        return own or MEASURES[self.measure].label + (f" ({', '.join(parts)})" if parts else "")


@dataclass(frozen=True)
class Sequential:
    """Replicates are added until the paired difference to the baseline is known well enough.

    Attributes
    ----------
    first, most : int
        Replicates at every point, and at the point that needs most.
    outcome : str
        Whose difference.
    half_width : float
        Half the width of the interval asked for, in the outcome's unit.
    confidence : float
        Of the interval, by Student's t.
    """

    first: int
    most: int
    outcome: str
    half_width: float
    confidence: float


@dataclass(frozen=True)
class Walk:
    """One parameter led up and down again within each run.

    Attributes
    ----------
    parameter : str
        Which.
    values : tuple of float
        Its value at each step, up and down; the top comes once.
    hold, measured : int
        Months at each step, and how many of the last of them are measured.
    """

    parameter: str
    values: tuple[float, ...]
    hold: int
    measured: int

    @property
    def months(self) -> int:
        """Months of a run."""
        return self.hold * len(self.values)


@dataclass(frozen=True)
class Arm:
    """One treatment of a trial.

    Attributes
    ----------
    name : str
        "control" changes nothing.
    settings : mapping of str to float
        Parameters of treated regions from the trial's first month on.
    labels : mapping of str to str
        What it is called in print, by language.
    """

    name: str
    settings: Mapping[str, float]
    labels: Mapping[str, str]

    def label(self, language: str = "en") -> str:
        """Return what it is called in print."""
        return self.labels.get(language) or self.labels.get("en") or self.name.replace("_", " ")


@dataclass(frozen=True)
class Trial:
    """Regions of one country are randomised to arms.

    Attributes
    ----------
    from_month : int
        First month of the treatment.
    before : int
        Months before it that are the baseline survey.
    arms : tuple of Arm
        The first is the control.
    """

    from_month: int
    before: int
    arms: tuple[Arm, ...]


@dataclass(frozen=True)
class GivenPoint:
    """One point of a table: what it is called, by language, and the values of its factors."""

    names: Mapping[str, str]
    values: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Design:
    """A question to the model; see the module and ``experiments/sweep/__init__.py``.

    Attributes
    ----------
    name : str
        That of its file.
    texts : mapping of str to (mapping of str to str)
        Title, question and description, each by language.
    references : tuple of str
    scenario : Scenario
        What all points share: the scenario named, with sizes and ``[set]`` applied; its seed is the design's.
    kind : str
        One of ``KINDS``.
    size : int
        How large the sample is; 0 where the kind has no such number.
    factors : tuple of Factor
    given : tuple of GivenPoint
        The points of a table.
    baseline : mapping of str to float, or str
        Values of factors, or the name of a point of a table.
    from_month : int
        From which month on the point's values hold.
    replicates : int or Sequential
    outcomes : tuple of Outcome
    series_outcomes : tuple of str
        Outcomes kept over time.
    periods : tuple of (int, int)
        First and last month of each period of the series.
    path : Walk or None
    trial : Trial or None
    source : str
        The text of the file.
    files : mapping of str to str
        The texts of other files that it names.
    """

    name: str
    texts: Mapping[str, Mapping[str, str]]
    references: tuple[str, ...]
    scenario: Scenario
    kind: str
    size: int
    factors: tuple[Factor, ...]
    given: tuple[GivenPoint, ...]
    baseline: Mapping[str, float] | str
    from_month: int
    replicates: int | Sequential
    outcomes: tuple[Outcome, ...]
    series_outcomes: tuple[str, ...]
    periods: tuple[tuple[int, int], ...]
    path: Walk | None
    trial: Trial | None
    source: str
    files: Mapping[str, str]

    @property
    def seed(self) -> int:
        """Seed of the first replicate."""
        return self.scenario.seed

    def text(self, what: str, language: str = "en") -> str:
        """Return the title, question or description; in English where it is not in the language."""
        return self.texts[what].get(language) or self.texts[what].get("en", "")

    def factor(self, name: str) -> Factor:
        """Return a factor by name."""
        return next(factor for factor in self.factors if factor.name == name)

    def outcome(self, name: str) -> Outcome:
        """Return an outcome by name."""
        return next(outcome for outcome in self.outcomes if outcome.name == name)

    def problem(self) -> dict:
        """Return the factors as SALib wants them."""
        return {"num_vars": len(self.factors), "names": [factor.name for factor in self.factors],
                "bounds": [[factor.low, factor.high] for factor in self.factors]}


# Reading -------------------------------------------------------------------------------------------------------


def design_names() -> list[str]:
    """Return the names of the ready designs, in alphabetical order."""
    return sorted(path.stem for path in READY_FOLDER.glob("*.toml"))


def load_design(name_or_path: str | Path) -> Design:
    """Read a ready design or a design file.

    Raises
    ------
    DesignError
        If it is not there, cannot be read, or is wrong in any way.
    """
    ready = isinstance(name_or_path, str) and name_or_path in design_names()
    path = READY_FOLDER / f"{name_or_path}.toml" if ready else Path(name_or_path)
    if not path.is_file():
        what = "this is a directory, not a design file" if path.is_dir() else "there is no such file or ready design"
        hint = "" if path.is_dir() else nearest(path.name.removesuffix(".toml"), design_names())
        raise DesignError(f"{path}: {what}{hint}")
    return load_design_text(_text_of(path), str(path), lambda name: _text_of(path.parent / name))


def load_design_text(text: str, source: str = "design", open_file: Callable[[str], str] | None = None) -> Design:
    """Read a design from the text of a file.

    Parameters
    ----------
    text : str
        TOML.
    source : str
        The file's name, for errors and as the design's name.
    open_file : callable, optional
        Returns the text of a file that the design names.

    Raises
    ------
    DesignError
        If it is wrong in any way.
    """
    files: dict[str, str] = {}

    def opened(name: str) -> str:
        if name not in files:
            if open_file is None:
                raise DesignError(f"there is no file {name}")
            files[name] = open_file(name)
        return files[name]

    try:
        return _design_of(Entries(_parsed(text)), Path(source).name.removesuffix(".toml"), text, opened, files)
    except (InputError, ScenarioError) as error:
        raise DesignError(f"{source}: {error}") from None
    except RecursionError:
        raise DesignError(f"{source}: this nests lists or tables too deeply for a design") from None


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE * 100:
            raise DesignError(f"{path}: this file is too large for a design or its table")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DesignError(f"{path}: this cannot be read ({getattr(error, 'strerror', None) or error})") from None


def _parsed(text: str) -> dict:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = printable(str(error))
        raise DesignError(f"this is not TOML: {what if len(what) <= 200 else f'{what[:100]} … {what[-80:]}'}") from None
    except ValueError:  # Python's, about whole numbers of many thousand digits
        raise DesignError("this has a number of too many digits") from None


def _design_of(top: Entries, name: str, text: str, opened: Callable[[str], str], files: Mapping[str, str]) -> Design:
    """Return the design that a file describes."""
    top.only(TOP_LEVEL)
    top.text("title")
    kind = top.one_of("kind", KINDS)
    base = _base_scenario(top, opened)
    path = _walk(top, base) if "path" in top else None
    scenario = base.replace(months=path.months) if path else base
    trial = _trial(top, scenario) if kind == "trial" else None
    from_month = trial.from_month if trial else top.whole("from_month", 1, scenario.months, 1)
    factors, given = _factors_and_points(top, kind, scenario, opened)
    outcomes = _outcomes(top.inner("outcomes"), scenario, from_month)
    series_outcomes, periods = _series(top.inner("series"), outcomes, scenario, path)
    design = Design(
        name=name, texts={what: top.texts(what) for what in TEXTS}, references=_references(top), scenario=scenario,
        kind=kind, size=_size(top, kind), factors=factors, given=given, baseline=_baseline(top, kind, factors, given),
        from_month=from_month, replicates=_replicates(top, kind, outcomes), outcomes=outcomes,
        series_outcomes=series_outcomes, periods=periods, path=path, trial=trial, source=text, files=files,
    )  # fmt: skip
    _check_combination(top, design)
    return design


def _references(top: Entries) -> tuple[str, ...]:
    references = top["references"] if "references" in top else []
    if not isinstance(references, list) or not all(isinstance(one, str) for one in references):
        raise DesignError("references is not a list of text")
    return tuple(references)


def _base_scenario(top: Entries, opened: Callable[[str], str]) -> Scenario:
    """Return the scenario that all points share."""
    named = top.text("scenario", "pilkada_2020")
    if named in scenario_names():
        scenario = load_scenario(named)
    elif named.endswith(".toml"):
        scenario = load_scenario_text(opened(named), named)
    else:
        raise DesignError(f"scenario = {shown(named)} is no ready scenario and no .toml file"
                          f"{nearest(named, scenario_names())}")
    changes: dict = {}
    for name, limits in (("regions", REGIONS), ("months", MONTHS)):
        if name in top:
            changes[name] = top.whole(name, limits.low, limits.high)
    if "staff" in top:
        changes["staff"] = top["staff"]
    if "seed" in top:
        changes["seed"] = top.whole("seed", 0, 2**64 - 1)
    settings = top.inner("set")
    for name in settings.names():
        _check_is_parameter(settings.path(name), name)
        changes[name] = settings[name]
    if np.ndim(scenario.staff) and "staff" not in changes and changes.get("regions", scenario.regions) != scenario.regions:
        raise DesignError(f"regions = {changes['regions']} differs from the scenario's, so staff must be given, too "
                          f"({STAFF.text})")
    return scenario.replace(**changes) if changes else scenario


def _check_is_parameter(where: str, name: str) -> None:
    if name not in PARAMETERS:
        near = nearest(name, PARAMETERS) or "; 'netralitas parameters' lists them all"
        raise DesignError(f"{where}: {shown(name)[1:-1]} is not a parameter{near}")


def _size(top: Entries, kind: str) -> int:
    if kind not in SAMPLED:
        if "size" in top:
            raise DesignError(f'size = {shown(top["size"])} has no meaning for kind = "{kind}", only for {", ".join(SAMPLED)}')
        return 0
    size = top.whole("size", 2, MOST_POINTS)
    if kind in POWERS_OF_TWO_ONLY and size & (size - 1):
        near = 2 ** round(math.log2(size))
        raise DesignError(f'size = {size} is no power of two, which kind = "{kind}" needs (near: {near})')
    return size


def _replicates(top: Entries, kind: str, outcomes: tuple[Outcome, ...]) -> int | Sequential:
    if "replicates" not in top or not isinstance(top["replicates"], Mapping):
        return top.whole("replicates", 1, MOST_REPLICATES, 1 if kind in SAMPLED else 16)
    rule = top.inner("replicates")
    rule.only(("first", "most", "outcome", "half_width", "confidence"))
    if kind == "trial":
        raise DesignError("a trial has a fixed number of replicates, so replicates must be a whole number")
    first = rule.whole("first", 2, MOST_REPLICATES, 8)
    return Sequential(
        first=first, most=rule.whole("most", first, MOST_REPLICATES, max(first, 256)),
        outcome=rule.one_of("outcome", [outcome.name for outcome in outcomes]),
        half_width=rule.number("half_width", 1e-12, 1e12, "the outcome's unit"),
        confidence=rule.number("confidence", 0.5, 0.9999, "probability", 0.95),
    )  # fmt: skip


# What varies ---------------------------------------------------------------------------------------------------


def _factors_and_points(top: Entries, kind: str, scenario: Scenario,
                        opened: Callable[[str], str]) -> tuple[tuple[Factor, ...], tuple[GivenPoint, ...]]:
    vary = top.inner("vary")
    factors = [_factor(vary, name, kind) for name in vary.names()]
    given: tuple[GivenPoint, ...] = ()
    if kind == "table":
        given = _given_points(top, {factor.name: factor for factor in factors}, opened)
        used = dict.fromkeys(name for point in given for name in point.values)
        known = {factor.name for factor in factors}
        factors += [_factor_of_table(name, given) for name in used if name not in known]
    if top.switch("dummy", kind in SAMPLED):
        if kind not in SAMPLED:
            raise DesignError(f'dummy = true has no meaning for kind = "{kind}", only for {", ".join(SAMPLED)}')
        factors.append(Factor(DUMMY, 0.0, 1.0, unit="none", labels={"en": "Dummy (noise floor)", "id": "Semu (batas derau)"}))
    return tuple(factors), given


def _factor(vary: Entries, name: str, kind: str) -> Factor:
    """Return one factor of ``[vary]``."""
    if isinstance(vary[name], list):
        entries = Entries({"values": vary[name]}, vary.path(name))
    else:
        entries = Entries(vary[name], vary.path(name))
    entries.only(("low", "high", "levels", "values", "scale", "title", "title_id", "unit", "unit_id", "sets"))
    if "sets" not in entries:
        _check_is_parameter(entries.where, name)
        limits = limits_of(name)
        low, high, unit = limits.low, limits.high, limits.unit
    elif name in PARAMETERS or name == DUMMY:
        raise DesignError(f"{entries.where} sets other parameters, so it needs a name that no parameter has")
    else:
        low, high, unit = -1e12, 1e12, entries.text("unit", "")
    scale = entries.one_of("scale", ("linear", "log"), "linear")
    values = _levels(entries, kind, scale, low, high, unit)
    ends = (min(values), max(values)) if values else (entries.number("low", low, high, unit),
                                                      entries.number("high", low, high, unit))
    if scale == "log" and ends[0] <= 0:
        raise DesignError(f"{entries.path('low')} = {ends[0]:g} must be above 0 for scale = \"log\"")
    if not values:
        _check_range(entries, *ends)
    factor = Factor(name, *ends, values, scale, {}, unit, entries.texts("title"))
    return factor if "sets" not in entries else _coupled(factor, entries)


def _check_range(entries: Entries, low: float, high: float) -> None:
    if low > high:
        raise DesignError(f"{entries.where}: low = {low:g} is above high = {high:g}")
    if low == high:
        raise DesignError(f"{entries.where}: the range is empty, since low = high = {low:g}")


def _levels(entries: Entries, kind: str, scale: str, low: float, high: float, unit: str) -> tuple[float, ...]:
    """Return the levels of a factorial's factor; none where a range is sampled."""
    if "values" in entries:
        if kind in SAMPLED:
            raise DesignError(f'{entries.where} lists values, but kind = "{kind}" samples a range: give low and high')
        for other in ("low", "high", "levels"):
            if other in entries:
                raise DesignError(f"{entries.where} gives both values and {other}")
        values = entries.numbers("values", low, high, unit)
        if len(set(values)) < len(values):
            raise DesignError(f"{entries.path('values')} holds a number twice")
        return values
    if kind != "factorial":
        if "levels" in entries:
            raise DesignError(f'{entries.path("levels")} has no meaning for kind = "{kind}", only for factorial')
        return ()
    if "levels" not in entries:
        raise DesignError(f"{entries.where} needs values, or low, high and levels, for kind = \"factorial\"")
    first, last = entries.number("low", low, high, unit), entries.number("high", low, high, unit)
    _check_range(entries, first, last)
    return _spaced(entries, first, last, entries.whole("levels", 2, 10_000), scale)


def _spaced(entries: Entries, low: float, high: float, levels: int, scale: str = "linear") -> tuple[float, ...]:
    """Return evenly spaced numbers, without the dust of rounding that 0.1 + 0.2 leaves."""
    if scale == "log" and low <= 0:
        raise DesignError(f"{entries.path('low')} = {low:g} must be above 0 for scale = \"log\"")
    numbers = np.geomspace(low, high, levels) if scale == "log" else np.linspace(low, high, levels)
    return (low, *(float(f"{number:.12g}") for number in numbers[1:-1]), high)


def _coupled(factor: Factor, entries: Entries) -> Factor:
    """Return a factor with the parameters that follow it."""
    sets = entries.inner("sets")
    if not sets.names():
        raise DesignError(f"{sets.where} is empty; it names the parameters that follow {factor.name}")
    followers = {}
    for name in sets.names():
        _check_is_parameter(sets.where, name)
        limits = limits_of(name)
        numbers = sets.numbers(name, limits.low, limits.high, limits.unit)
        if factor.values and "values" in entries and len(numbers) != len(factor.values):
            raise DesignError(f"{sets.path(name)} lists {len(numbers)} numbers, but {factor.name} has "
                              f"{len(factor.values)} values; give one for each")
        if len(numbers) < 2:
            raise DesignError(f"{sets.path(name)} lists one number; give at least those at low and at high")
        followers[name] = numbers
    if "values" in entries and list(factor.values) != sorted(factor.values):
        raise DesignError(f"{entries.path('values')} must rise from one number to the next, since parameters follow them")
    if "values" not in entries:
        # Levels of a factorial are no knots: the numbers stand evenly from low to high.
        followers = {name: _at_levels(factor, numbers) for name, numbers in followers.items()}
    return Factor(factor.name, factor.low, factor.high, factor.values, factor.scale, followers, factor.unit, factor.labels)


def _at_levels(factor: Factor, numbers: tuple[float, ...]) -> tuple[float, ...]:
    """Return evenly spread numbers at the levels of a factorial, or as they are where a range is sampled."""
    if not factor.values:
        return numbers
    knots = np.linspace(factor.low, factor.high, len(numbers))
    return tuple(float(f"{number:.12g}") for number in np.interp(factor.values, knots, numbers))


# Tables --------------------------------------------------------------------------------------------------------


def _given_points(top: Entries, declared: Mapping[str, Factor], opened: Callable[[str], str]) -> tuple[GivenPoint, ...]:
    """Return the points of a table, from ``[[point]]`` or a CSV file."""
    if ("point" in top) == ("file" in top):
        raise DesignError('kind = "table" needs either [[point]] blocks or file = "….csv"')
    if "point" in top:
        blocks = top["point"]
        if not isinstance(blocks, list) or not blocks:
            raise DesignError("point is no list of points; begin each with a line [[point]], in double brackets")
        rows = [(f"point {number}", block) for number, block in enumerate(blocks, start=1)]
    else:
        rows = _rows_of_csv(top.text("file"), opened)
    points = tuple(_given_point(Entries(row, where), declared) for where, row in rows)
    names = [point.names["en"] for point in points if "en" in point.names]
    if len(set(names)) < len(names):
        raise DesignError(f"two points are called {shown(max(names, key=names.count))}")
    return points


def _rows_of_csv(file: str, opened: Callable[[str], str]) -> list[tuple[str, dict]]:
    reader = csv.DictReader(io.StringIO(opened(file)), strict=True)
    try:
        rows = []
        for row in reader:
            where = f"{file}, line {reader.line_num}"
            if None in row or None in row.values():
                raise DesignError(f"{where} has not as many cells as the header")
            rows.append((where, {name.strip(): _cell(name, cell) for name, cell in row.items() if cell.strip()}))
    except csv.Error as error:
        raise DesignError(f"{file}: this is not CSV ({error})") from None
    if not rows:
        raise DesignError(f"{file} has no rows; its first line names factors, each further line is a point")
    return rows


def _cell(column: str, cell: str) -> str | float:
    if column.strip() in ("name", "name_id"):
        return cell
    try:
        return float(cell)
    except ValueError:
        return cell


def _given_point(row: Entries, declared: Mapping[str, Factor]) -> GivenPoint:
    values = {}
    for name in row.names():
        if name in ("name", "name_id"):
            continue
        if name in declared:
            factor = declared[name]
            values[name] = row.number(name, factor.low, factor.high, factor.unit)
            continue
        if name not in PARAMETERS:
            raise DesignError(f"{row.where}: {shown(name)[1:-1]} is neither a parameter nor a factor of [vary]"
                              f"{nearest(name, [*PARAMETERS, *declared])}")
        limits = limits_of(name)
        values[name] = checked_number(f"{row.where}: {name}", row[name], limits.low, limits.high, limits.unit)
    return GivenPoint(row.texts("name"), values)


def _factor_of_table(name: str, given: tuple[GivenPoint, ...]) -> Factor:
    values = tuple(sorted({point.values[name] for point in given if name in point.values}))
    return Factor(name, values[0], values[-1], values, unit=PARAMETERS[name].unit)


# Baseline, walk, trial -----------------------------------------------------------------------------------------


def _baseline(top: Entries, kind: str, factors: tuple[Factor, ...],
              given: tuple[GivenPoint, ...]) -> Mapping[str, float] | str:
    if "baseline" in top and isinstance(top["baseline"], str):
        names = [point.names["en"] for point in given if "en" in point.names]
        if not names:
            raise DesignError(f'baseline = {shown(top["baseline"])} names a point, but no point has a name; '
                              "[baseline] can be a table of factors")
        return top.one_of("baseline", names)
    entries = top.inner("baseline")
    if kind == "trial" and entries.names():
        raise DesignError("a trial's baseline is its control arm, so [baseline] has no meaning")
    known = {factor.name: factor for factor in factors if factor.name != DUMMY}
    entries.only(tuple(known))
    values = {}
    for name in entries.names():
        low, high = (known[name].low, known[name].high) if known[name].sets else PARAMETERS[name].valid
        values[name] = entries.number(name, low, high, known[name].unit)
    return values


def _walk(top: Entries, scenario: Scenario) -> Walk:
    entries = top.inner("path")
    entries.only(("parameter", "values", "low", "high", "levels", "hold", "measured"))
    if scenario.mode != "laboratory":
        raise DesignError(f'path needs a scenario with mode = "laboratory", and {scenario.name} holds elections')
    if "months" in top:
        raise DesignError("months follows from path, which says how long each step is held")
    name = entries.text("parameter")
    _check_is_parameter(entries.path("parameter"), name)
    if PARAMETERS[name].at_start:
        raise DesignError(f"{entries.path('parameter')}: {name} is read only when the world is built, so no path leads it")
    limits = limits_of(name)
    if "values" in entries:
        up = entries.numbers("values", limits.low, limits.high, limits.unit)
        if list(up) != sorted(set(up)):
            raise DesignError(f"{entries.path('values')} must rise from one number to the next; the way down mirrors it")
    else:
        low = entries.number("low", limits.low, limits.high, limits.unit)
        high = entries.number("high", limits.low, limits.high, limits.unit)
        _check_range(entries, low, high)
        up = _spaced(entries, low, high, entries.whole("levels", 2, 1000))
    if len(up) < 2:
        raise DesignError(f"{entries.path('values')} lists one number; a path has at least two")
    values = up + up[-2::-1]
    hold = entries.whole("hold", 1, MONTHS.high // len(values), 12)
    return Walk(name, values, hold, entries.whole("measured", 1, hold, min(12, hold)))


def _trial(top: Entries, scenario: Scenario) -> Trial:
    entries = top.inner("trial")
    entries.only(("from_month", "before", "arms"))
    for other in ("vary", "path", "from_month"):
        if other in top:
            raise DesignError(f'{other} has no meaning for kind = "trial"; its arms say what changes, and [trial] from when on')
    from_month = entries.whole("from_month", 2, scenario.months)
    before = entries.whole("before", 1, from_month - 1, min(12, from_month - 1))
    arms = [Arm("control", {}, {"en": "Control", "id": "Kontrol"})]
    tables = entries.inner("arms")
    for name in tables.names():
        arm = tables.inner(name)
        if name == "control":
            raise DesignError(f"{arm.where} cannot be given: the arm control changes nothing")
        settings = {}
        for parameter in arm.names():
            if parameter in ("label", "label_id"):
                continue
            _check_is_parameter(arm.where, parameter)
            if PARAMETERS[parameter].at_start:
                raise DesignError(f"{arm.path(parameter)} is read only when the world is built, so no trial can change it")
            limits = limits_of(parameter)
            settings[parameter] = arm.number(parameter, limits.low, limits.high, limits.unit)
        if not settings:
            raise DesignError(f"{arm.where} changes no parameter")
        arms.append(Arm(name, settings, arm.texts("label")))
    if len(arms) == 1:
        raise DesignError("trial.arms is missing; name at least one arm, such as [trial.arms.capacity]")
    if scenario.regions < 2 * len(arms):
        raise DesignError(f"regions = {scenario.regions} is too few for {len(arms)} arms; a trial needs two or more for each")
    return Trial(from_month, before, tuple(arms))


# Outcomes ------------------------------------------------------------------------------------------------------


def _outcomes(table: Entries, scenario: Scenario, from_month: int) -> tuple[Outcome, ...]:
    if not table.names():
        raise DesignError("outcomes is missing; name at least one, such as siding = \"siding_share\" under [outcomes]")
    return tuple(_outcome(table, name, scenario, from_month) for name in table.names())


def _outcome(table: Entries, name: str, scenario: Scenario, from_month: int) -> Outcome:
    value = table[name]
    entries = Entries({"measure": value} if isinstance(value, str) else value, table.path(name))
    entries.only(("measure", *CATEGORIES, "where", "when", "label", "label_id", "better"))
    if not name.isidentifier() or name in ("run", "point", "replicate", "seed", "period", "region", "arm"):
        raise DesignError(f"{table.path(name)}: an outcome's name is a word without spaces, and none that tables use themselves")
    measure = entries.text("measure")
    if measure not in MEASURES:
        near = nearest(measure, MEASURES) or "; 'netralitas measures' lists them all"
        raise DesignError(f"{entries.path('measure')} = {shown(measure)} is not a measure{near}")
    splits = [by for by in CATEGORIES if by in entries]
    if len(splits) > 1:
        raise DesignError(f"{entries.where} is split by {' and by '.join(splits)}; a measure is split one way at a time")
    by = splits[0] if splits else None
    if by and not MEASURES[measure].by:
        raise DesignError(f"{entries.path(by)}: {measure} cannot be split")
    if by and by not in MEASURES[measure].by:
        raise DesignError(f"{entries.path(by)}: {measure} can be split by {', '.join(MEASURES[measure].by)}, not by {by}")
    where = entries.one_of("where", tuple(PLACES)) if "where" in entries else None
    if where and not MEASURES[measure].by_place:
        raise DesignError(f"{entries.path('where')}: {measure} belongs to the region as a whole")
    return Outcome(
        name, measure, by, entries.one_of(by, CATEGORIES[by]) if by else None, where,
        _months(entries, scenario, from_month),
        entries.one_of("better", ("lower", "higher")) if "better" in entries else "", entries.texts("label"),
    )  # fmt: skip


def _months(entries: Entries, scenario: Scenario, from_month: int) -> tuple[int, ...]:
    """Return the months over which an outcome is taken."""
    when, last = entries["when"] if "when" in entries else "all", scenario.months
    if isinstance(when, list):
        months = sorted({Entries({"when": month}, entries.where).whole("when", 1, last) for month in when})
    elif when == "campaign":
        months = [month for month, phase in enumerate(phases_of(scenario), start=1) if phase == "campaign"]
    elif when == "vote":
        months = votes_of(scenario)
    elif when in ("all", "final", "last year"):
        first = {"all": from_month, "final": last, "last year": max(1, last - 11)}[when]
        months = list(range(first, last + 1))
    else:
        first, dash, end = when.partition("-") if isinstance(when, str) else ("", "", "")
        if not (dash and first.strip().isdecimal() and end.strip().isdecimal()):
            raise DesignError(f"{entries.path('when')} = {shown(when)} is none of {WHEN_IN_WORDS}")
        if not 1 <= int(first) <= int(end) <= last:
            raise DesignError(f"{entries.path('when')} = {shown(when)} is outside what is allowed, months 1 to {last}")
        months = list(range(int(first), int(end) + 1))
    if not months:
        raise DesignError(f"{entries.path('when')} = {shown(when)} means no month of this scenario, which has months 1 to {last}"
                          f" and {'no vote' if not votes_of(scenario) else 'votes in ' + ', '.join(map(str, votes_of(scenario)))}")
    return tuple(months)


def _series(entries: Entries, outcomes: tuple[Outcome, ...], scenario: Scenario,
            path: Walk | None) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """Return which outcomes are kept over time, and the periods."""
    entries.only(("outcomes", "every"))
    known = [outcome.name for outcome in outcomes]
    chosen = entries["outcomes"] if "outcomes" in entries else known
    if not isinstance(chosen, list):
        raise DesignError(f"{entries.path('outcomes')} = {shown(chosen)} is not a list of outcomes")
    for name in chosen:
        if name not in known:
            raise DesignError(f"{entries.path('outcomes')}: {shown(name)} is no outcome of this design{nearest(name, known)}")
    if path:
        if "every" in entries:
            raise DesignError(f"{entries.path('every')} has no meaning beside path, whose steps are the periods")
        ends = [path.hold * step for step in range(1, len(path.values) + 1)]
        return tuple(chosen), tuple((end - path.measured + 1, end) for end in ends)
    every = entries.whole("every", 1, scenario.months, 1)
    return tuple(chosen), tuple((first, min(first + every - 1, scenario.months))
                                for first in range(1, scenario.months + 1, every))


# The whole -----------------------------------------------------------------------------------------------------


def _check_combination(top: Entries, design: Design) -> None:
    """Refuse entries that contradict each other."""
    if not design.factors and design.kind not in ("table", "trial") and design.path is None:
        raise DesignError("vary is missing or empty; it names what differs from point to point")
    if design.kind in SAMPLED and all(factor.name == DUMMY for factor in design.factors):
        raise DesignError(f'kind = "{design.kind}" needs at least one factor in [vary] besides the dummy')
    for entry in ("point", "file"):
        if entry in top and design.kind != "table":
            raise DesignError(f'{entry} has no meaning for kind = "{design.kind}", only for table')
    if "trial" in top and design.kind != "trial":
        raise DesignError(f'[trial] has no meaning for kind = "{design.kind}", only for trial')
    setters: dict[str, str] = {}
    for factor in design.factors:
        for parameter in factor.parameters:
            if parameter in setters or design.path and parameter == design.path.parameter:
                raise DesignError(f"{parameter} is set twice, by {factor.name} and by {setters.get(parameter, 'path')}")
            setters[parameter] = factor.name
            if design.from_month > 1 and PARAMETERS[parameter].at_start:
                raise DesignError(f"{parameter} is read only when the world is built, so it cannot change from_month = "
                                  f"{design.from_month} on")
            clash = any(parameter in reform.changes for reform in design.scenario.reforms)
            if clash:
                raise DesignError(f"{parameter} varies, but a reform of the scenario {design.scenario.name} sets it, too")
