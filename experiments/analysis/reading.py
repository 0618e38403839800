"""What analysis takes from a sweep's results: arrays by point and replicate, and the names of things in print."""

from __future__ import annotations

import numpy as np

from experiments.analysis.language import Texts, decimals_for, scale_of
from experiments.analysis.pictures import Axis
from experiments.sweep.design import DUMMY, Factor, Outcome
from experiments.sweep.results import Results
from model.parameters import PARAMETERS

# Arrays ----------------------------------------------------------------------------------------------------------


def by_replicate(results: Results, outcome: str) -> np.ndarray:
    """Return an outcome, shape (points, replicates); not a number where a run is not done, failed or has no value."""
    runs = results.runs()
    return _placed(results, runs["point"], runs["replicate"], runs[outcome])


def by_replicate_and_period(results: Results, outcome: str) -> np.ndarray:
    """Return an outcome of the series, shape (points, replicates, periods)."""
    series = results.series([outcome])
    periods = len(results.periods)
    return np.stack([_placed(results, part["point"], part["replicate"], part[outcome])
                     for part in (series[series["period"] == period] for period in range(periods))], axis=-1)


def _placed(results: Results, point, replicate, value) -> np.ndarray:
    replicates = int(replicate.max()) + 1 if len(replicate) else 0
    table = np.full((len(results.points), replicates), np.nan)
    table[point.to_numpy(), replicate.to_numpy()] = value.to_numpy(np.float64, na_value=np.nan)
    return table


def replicates_of(results: Results) -> int:
    """Return the largest number of replicates that any point has."""
    runs = results.runs()
    return int(runs["replicate"].max()) + 1 if len(runs) else 0


def baseline_of(results: Results) -> int:
    """Return the point that others are compared with."""
    return int(np.argmax(results.points["baseline"].to_numpy()))


# Names -----------------------------------------------------------------------------------------------------------


def factor_axis(factor: Factor, texts: Texts) -> Axis:
    """Return what a factor is called, with its unit."""
    if factor.name == DUMMY:
        return Axis(texts("sensitivity.dummy"), "")
    if factor.name in PARAMETERS and not factor.labels.get(texts.language):
        return Axis(texts.parameter(factor.name), factor.unit or PARAMETERS[factor.name].unit)
    return Axis(factor.label(texts.language), factor.unit)


def parameter_axis(name: str, texts: Texts) -> Axis:
    """Return what a parameter is called, with its unit."""
    return Axis(texts.parameter(name), PARAMETERS[name].unit)


def outcome_axis(outcome: Outcome, texts: Texts) -> Axis:
    """Return what an outcome is called, with its unit."""
    own = outcome.labels.get(texts.language)
    if own or texts.language == "en":
        return Axis(own or outcome.label("en"), outcome.unit)
    parts = [texts.category(part) for part in (outcome.category, outcome.where) if part]
    label = texts.measure(outcome.measure, outcome.label("en"))
    return Axis(label + (f" ({', '.join(parts)})" if parts else ""), outcome.unit)


def point_words(results: Results, point: int, texts: Texts) -> str:
    """Return what a point is called: its name in a table, else the values of its factors."""
    design = results.design
    if design.given and results.point_name(point, texts.language):
        return results.point_name(point, texts.language)
    row = results.points.loc[point]
    known = [factor for factor in design.factors if factor.name != DUMMY and np.isfinite(row[factor.name])]
    if not known:
        return texts("report.as_it_is")
    return ", ".join(f"{within(factor_axis(factor, texts).label)} {texts.plain(row[factor.name])}" for factor in known)


def within(label: str) -> str:
    """Return a label as it stands inside a sentence: without its capital, unless it is an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


# Numbers ---------------------------------------------------------------------------------------------------------


def amount(value: float, unit: str, texts: Texts, half: float = float("nan")) -> str:
    """Return a value of a measure with its unit: "21.4% of staff"."""
    scale = scale_of(unit)
    shown = texts.number(scale * value, decimals_for(scale * half, scale * value))
    return _joined(shown, texts.unit(unit), texts)


def difference(value: float, unit: str, texts: Texts, half: float = float("nan"), signed: bool = True) -> str:
    """Return a difference between two values of a measure with its unit: "−3.1 percentage points"."""
    return _joined(bare_difference(value, unit, texts, half, signed), texts.unit_of_difference(unit), texts)


def bare_difference(value: float, unit: str, texts: Texts, half: float = float("nan"), signed: bool = True) -> str:
    """Return a difference without its unit."""
    scale = scale_of(unit)
    shown = texts.number(abs(scale * value), decimals_for(scale * half, scale * value))
    negative = value < 0.0 and shown.strip("0,.") != ""
    return f"{'−' if negative else '+'}{shown}" if signed else shown


def _joined(shown: str, unit: str, texts: Texts) -> str:
    if unit.startswith("%"):
        return f"{shown}{unit}"
    return texts("number.of", value=shown, unit=unit) if unit else shown
