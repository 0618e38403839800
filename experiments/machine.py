"""The same facts as the tables tell, as JSON for a program to read."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np

from experiments.runner import seeds_of
from experiments.summary import CONFIDENCE, PHASES, Summary
from experiments.tables import DISCLAIMER
from model.measures import MEASURES, Measure
from model.parameters import Parameter
from model.scenario import Scenario


def as_text(value: object) -> str:
    """Return JSON. Numbers are not rounded; what is no number is null."""
    return json.dumps(_plain(value), indent=1, ensure_ascii=False, allow_nan=False)


def _plain(value: object) -> object:
    """Return a value without anything JSON does not know."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value


def scenario_facts(scenario: Scenario) -> dict:
    """Return a scenario: what it says, and what differs from the defaults."""
    named = {field: getattr(scenario, field) for field in (
        "name", "title", "description", "references", "stylised", "mode", "regions", "staff", "months", "seed")}
    reforms = [{"month": reform.month, "changes": dict(reform.changes), "reference": reform.reference}
               for reform in scenario.reforms]
    return named | {"changed_parameters": dict(scenario.parameters), "reforms": reforms, "notes": scenario.notes()}


def run_as_json(scenario: Scenario, summary: Summary, replicates: int) -> str:
    """Return everything a run's table tells and more: all measures and splits of every period.

    Each is given as mean, low and high end of the interval, and number of replicates that have a value.
    """
    estimate = summary.estimate()
    low, high = estimate.mean - estimate.half, estimate.mean + estimate.half
    rows = []
    for row, period in enumerate(summary.periods):
        columns = zip(summary.columns, estimate.mean[row], low[row], high[row], estimate.number[row], strict=True)
        rows.append({
            "year": period.year, "phase": period.phase, "first_month": period.first, "last_month": period.last,
            "measures": {name: {"mean": mean, "low": least, "high": most, "replicates": number}
                         for name, mean, least, most, number in columns},
        })
    every = {name: _one_or_all(values) for name, values in scenario.values_by_parameter().items()}
    return as_text({
        "scenario": scenario_facts(scenario),
        "parameters_at_start": every,
        "replicates": replicates,
        "seeds": seeds_of(scenario, replicates),
        "interval": {"confidence": CONFIDENCE, "method": "Student's t, of the mean over replicates"},
        "phases": PHASES if scenario.mode == "election" else {},
        "units": {name: measure.unit for name, measure in MEASURES.items()},
        "rows": rows,
        "disclaimer": DISCLAIMER,
    })


def _one_or_all(values: np.ndarray) -> float | list[float]:
    """Return the number that all regions share, or one for each."""
    return values[0].item() if (values == values[0]).all() else values.tolist()


def facts_of_parameter(parameter: Parameter) -> dict:
    """Return everything about a parameter."""
    return dataclasses.asdict(parameter) | {"needs": dict(parameter.needs)}


def facts_of_measure(measure: Measure) -> dict:
    """Return everything about a measure but its formula."""
    return {field: getattr(measure, field) for field in (
        "name", "label", "unit", "definition", "source", "by", "by_place")}
