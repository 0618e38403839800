"""What analysis takes from a sweep's results: arrays by point and replicate, and the names of things in print."""

from __future__ import annotations

import numpy as np

from experiments.analysis.pictures import Axis
from experiments.language import (
    PER_CENT,
    UNSAID,
    Texts,
    decimals_for,
    scale_of,
    unit_of_parameter,
    unscaled,
    within,
)
from experiments.sweep.design import DUMMY, Factor, Outcome
from experiments.sweep.results import Results
from model.parameters import PARAMETERS

# Arrays ---------------------------------------------------------------------------------------------------------


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


# Names ----------------------------------------------------------------------------------------------------------


def factor_axis(factor: Factor, texts: Texts) -> Axis:
    """Return what a factor is called, with its unit."""
    if factor.name == DUMMY:
        return Axis(texts("sensitivity.dummy"), "")
    if factor.name in PARAMETERS and not factor.labels.get(texts.language):
        return parameter_axis(factor.name, texts)
    return Axis(factor.label(texts.language), unscaled(factor.unit))


def parameter_axis(name: str, texts: Texts) -> Axis:
    """Return what a parameter is called, with its unit."""
    return Axis(texts.parameter(name), unit_of_parameter(name))


def outcome_axis(outcome: Outcome, texts: Texts) -> Axis:
    """Return what an outcome is called, with its unit."""
    if own := outcome.labels.get(texts.language):
        return Axis(own, outcome.unit)
    parts = [texts.category(part) for part in (outcome.category, outcome.where) if part]
    return Axis(texts.measure(outcome.measure) + (f" ({', '.join(parts)})" if parts else ""), outcome.unit)


def point_words(results: Results, point: int, texts: Texts) -> str:
    """Return what a point is called: its name in a table, else the values of its factors."""
    design = results.design
    if design.given and results.point_name(point, texts.language):
        return results.point_name(point, texts.language)
    row = results.points.loc[point]
    known = [factor for factor in design.factors if factor.name != DUMMY and np.isfinite(row[factor.name])]
    if not known:
        return texts("report.as_it_is")
    return ", ".join(f"{within(factor_axis(factor, texts).label)} = {texts.plain(row[factor.name])}" for factor in known)


# Numbers --------------------------------------------------------------------------------------------------------


def amount(value: float, unit: str, texts: Texts, half: float = float("nan")) -> str:
    """Return a value of a measure with its unit: "21.4%", "0.12 SD"."""
    scale = scale_of(unit)
    shown = texts.number(scale * value, decimals_for(scale * half, scale * value))
    return f"{shown}%" if unit in PER_CENT else _joined(shown, unit, texts.unit(unit), texts)


def difference(value: float, unit: str, texts: Texts, half: float = float("nan"), signed: bool = True) -> str:
    """Return a difference between two values of a measure with its unit: "−3.1 percentage points"."""
    scale = scale_of(unit)
    return _with_unit(_written(scale * value, decimals_for(scale * half, scale * value), texts, signed), unit, texts)


def interval(value: float, half: float, unit: str, texts: Texts, signed: bool = True) -> dict[str, str]:
    """Return a difference with its unit (``size``) and the ends of its interval without (``low``, ``high``).

    All three have as many decimals as keep an end that is not 0 from looking like 0.
    """
    value, half = scale_of(unit) * value, scale_of(unit) * half
    decimals = decimals_for(half, value)
    ends = (value - half, value + half)
    while decimals < 5 and any(end != 0.0 and float(f"{end:.{decimals}f}") == 0.0 for end in ends):
        decimals += 1
    return {"size": _with_unit(_written(value, decimals, texts, signed), unit, texts),
            "low": _written(ends[0], decimals, texts), "high": _written(ends[1], decimals, texts)}


def _written(shown: float, decimals: int, texts: Texts, signed: bool = True) -> str:
    """Return a difference, with its sign or without."""
    if not np.isfinite(shown):
        return texts("number.none")
    sign = "" if not signed else "−" if float(f"{shown:.{decimals}f}") < 0.0 else "+"
    return sign + texts.number(abs(shown), decimals)


def _with_unit(shown: str, unit: str, texts: Texts) -> str:
    return _joined(shown, unit, texts.unit_of_difference(unit), texts)


def _joined(shown: str, unit: str, words: str, texts: Texts) -> str:
    return shown if not words or unit in UNSAID else texts("number.of", value=shown, unit=words)
