"""What the commands report, sensitivity and trial do; ``experiments/cli.py`` has their options."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from experiments.analysis.findings import (
    Findings,
    Table,
    sensitivities,
    sensitivity_findings,
    trial_findings,
    trials,
)
from experiments.analysis.language import texts_of
from experiments.analysis.report import check_any_runs, check_language, report_of
from experiments.analysis.sensitivity import Sensitivity
from experiments.analysis.trial import TrialEstimate, TrialReplicates
from experiments.charts import save
from experiments.errors import InputError
from experiments.files import PICTURES, check_target, written_whole
from experiments.sweep.design import SAMPLED
from experiments.sweep.results import Results, open_results

PAGE = ".html"


def report(directory: Path, language: str, out: Path | None) -> Path:
    """Write the report of a directory of results; return where it is."""
    check_language(language)
    results = open_results(directory)
    target = out or directory / f"report_{language}{PAGE}"
    check_target(target, (PAGE,))
    check_any_runs(results)
    with written_whole(target) as partial:
        partial.write_text(report_of(results, language), encoding="utf-8")
    return target


def sensitivity(directory: Path, language: str = "en") -> tuple[Results, Findings, dict]:
    """Return the results, what they say about sensitivity, and the same for a program.

    Raises
    ------
    InputError
        If the design is no sample of its factors' ranges, or no run is done.
    """
    check_language(language)
    results = open_results(directory)
    if results.design.kind not in SAMPLED or results.design.path:
        raise InputError(
            f"{directory} holds a {results.design.kind} design; sensitivity needs one of {', '.join(SAMPLED)}"
        )
    check_any_runs(results)
    facts = {outcome: _sensitivity_facts(found) for outcome, found in sensitivities(results).items()}
    return results, sensitivity_findings(results, texts_of(language)), facts


def trial(directory: Path, language: str = "en") -> tuple[Results, Findings, dict]:
    """Return the results, what they say about the trial, and the same for a program.

    Raises
    ------
    InputError
        If the design is no trial, or no run is done.
    """
    check_language(language)
    results = open_results(directory)
    if not results.design.trial:
        raise InputError(f'{directory} holds a {results.design.kind} design, not a trial (kind = "trial")')
    check_any_runs(results)
    facts: dict[str, dict] = {}
    for (outcome, arm), found in trials(results).items():
        facts.setdefault(outcome, {})[arm] = _trial_facts(found)
    return results, trial_findings(results, texts_of(language)), facts


def check_picture(out: Path | None) -> None:
    """Refuse a file that is no picture, or cannot be written."""
    if out is not None:
        check_target(out, PICTURES)


def save_picture(findings: Findings, out: Path) -> None:
    """Write the first picture of some findings."""
    with written_whole(out) as partial:
        save(findings.pictures[0].figure, partial)


# For programs ---------------------------------------------------------------------------------------------------


def _sensitivity_facts(found: Sensitivity | Exception) -> dict:
    if not isinstance(found, Sensitivity):
        return {"error": str(found)}
    return {
        "method": found.method,
        "luck_known": found.luck_known,
        "points": found.points,
        "dropped": found.dropped,
        "factors": {
            one.factor: {
                "value": _number(one.value),
                "low": _number(one.low),
                "high": _number(one.high),
                "second": _number(one.second),
                "floor": _number(one.floor),
                "clear": one in found.clear,
            }
            for one in found.indices
        },
    }


def _trial_facts(found: TrialReplicates) -> dict:
    return {
        "estimates": _estimates(found.estimates),
        "adjusted": _estimates(found.adjusted),
        "truths": [_number(truth) for truth in found.truths],
        "coverage": _number(found.coverage),
        "adjusted_coverage": _number(found.adjusted_coverage),
        "power": _number(found.power),
        "bias": _number(found.bias),
    }


def _estimates(estimates: Sequence[TrialEstimate]) -> list[dict]:
    return [
        {
            "effect": _number(one.effect),
            "error": _number(one.error),
            "low": _number(one.low),
            "high": _number(one.high),
            "treated": one.treated,
            "control": one.control,
        }
        for one in estimates
    ]


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


# For people -----------------------------------------------------------------------------------------------------


def print_findings(console: Console, results: Results, findings: Findings, language: str) -> None:
    """Print what was found, in words and tables."""
    console.print(Text(results.design.text("title", language), style="bold"))
    for sentence in findings.sentences:
        console.print()
        console.print(sentence)
    for table in findings.tables:
        console.print()
        console.print(_rich(table))


def _rich(table: Table) -> RichTable:
    shown = RichTable(
        box=box.SIMPLE_HEAD, title=Text(table.caption, style="bold"), title_justify="left", pad_edge=False
    )
    for number, head in enumerate(table.head):
        shown.add_column(Text(head), min_width=14 if number == 0 else None, justify="left" if number == 0 else "right")
    for number, row in enumerate(table.rows):
        shown.add_row(*map(Text, row), style="bold" if number in table.bold else None)
    return shown
