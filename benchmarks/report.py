"""The results as Markdown, as JSON, and as tables for the terminal."""

from __future__ import annotations

import inspect
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.goals import GOALS, Verdict
from benchmarks.measurement import Measurement
from benchmarks.runner import Results
from benchmarks.subjects import FIRST_MONTHS, MONTHS_OF_A_TERM

NOTES = Path(__file__).with_name("notes.toml")
QUICK = "A quick run: it shows that everything works. Judge nothing by its numbers."
DISTURBED = "Other work kept the machine busy, so times are too long and ratios uncertain; run it again alone."
NO_NOTE = "Not examined yet."
METHOD = f"""\
Every number is the median of repeats; beside it stand the smallest and the largest. What is compared was measured in
the same process, in turns, and a ratio is the median of the ratios of neighbours. Each group has a process of its own.
Time is that of the clock on the wall, unless the group says otherwise.
Months are those of whole terms in election mode ({MONTHS_OF_A_TERM} months from month {FIRST_MONTHS + 1} on: mid-term,
ban, campaign, vote, handover), unless the row says otherwise; stacked runs go through a
term in one call, as in a sweep. Made anew with
`netralitas bench --out benchmarks/RESULTS.md` on a machine that does nothing else."""


def number(value: float) -> str:
    """Return a number with three digits that count, without an exponent."""
    if value == 0.0:
        return "0"
    if abs(value) >= 100.0:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10.0 else f"{value:.2f}" if abs(value) >= 1.0 else f"{value:.3g}"


def spread(measurement: Measurement) -> str:
    """Return the smallest and the largest value."""
    low, high = measurement.spread
    return f"{number(low)} to {number(high)}" if len(measurement.values) > 1 else "one value"


def notes_on_goals() -> dict[str, str]:
    """Return the texts on missed goals, by name of goal."""
    return tomllib.loads(NOTES.read_text(encoding="utf-8"))


def _limit(verdict: Verdict) -> str:
    unit = verdict.worst.quantity.unit
    return f"{'at least' if verdict.goal.at_least else 'at most'} {number(verdict.goal.limit)} {unit}"


def _goal_cells(verdict: Verdict) -> tuple[str, ...]:
    worst = verdict.worst
    return (verdict.goal.text, _limit(verdict), f"{number(worst.median)} ({spread(worst)})", verdict.sentence)


def _quantity_cells(measurement: Measurement) -> tuple[str, ...]:
    quantity = measurement.quantity
    median, values = number(measurement.median), str(len(measurement.values))
    return (quantity.label, quantity.unit, median, spread(measurement), values)


GOAL_HEADS = ("goal", "limit", "measured, the worst", "verdict")
QUANTITY_HEADS = ("what", "unit", "median", "smallest to largest", "values")


def _reasons(results: Results, group) -> dict[str, list[str]]:
    """Return why quantities of a group were not measured: for each reason their labels."""
    reasons: dict[str, list[str]] = {}
    for quantity in group.quantities:
        if quantity.name in results.skipped:
            reasons.setdefault(results.skipped[quantity.name], []).append(quantity.label)
    return reasons


def _unjudged(results: Results) -> list[str]:
    judged = {verdict.goal.name for verdict in results.verdicts}
    return [goal.text for goal in GOALS if goal.name not in judged]


# Markdown ------------------------------------------------------------------------------------------------------


def as_markdown(results: Results) -> str:
    """Return everything as one page."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    yield from ("# Benchmarks", "", QUICK if results.quick else METHOD, "", "## Machine", "")
    load = " · ".join(f"{name} {one['load']:.1f} ({one['busy']:.0f}% busy)" for name, one in results.load.items())
    facts = {"Date": results.date, **results.machine, "Load before each group": load,
             "Time taken": f"{sum(results.seconds.values()):.0f} s"}
    yield from _table(("", ""), facts.items())
    if results.disturbed:
        yield from ("", f"**{DISTURBED}**")
    yield from ("", "## Goals")
    if results.verdicts:
        yield from ("", *_table(GOAL_HEADS, map(_goal_cells, results.verdicts)))
    if unjudged := _unjudged(results):
        yield from ("", f"Not judged, because nothing was measured: {'; '.join(unjudged)}.")
    notes = notes_on_goals()
    missed = [verdict for verdict in results.verdicts if not verdict.holds]
    if missed and not results.quick:
        yield from ("", "### Why a goal is missed, and what it would take", "")
        for verdict in missed:
            yield f"- **{verdict.goal.text}.** {notes.get(verdict.goal.name, NO_NOTE).strip()}"
    for group in results.groups:
        yield from ("", f"## {group.title}", "", inspect.getdoc(group.module))
        measured = [results.measured[one.name] for one in group.quantities if one.name in results.measured]
        if measured:
            yield from ("", *_table(QUANTITY_HEADS, map(_quantity_cells, measured), numbers=2))
        for reason, labels in _reasons(results, group).items():
            yield from ("", f"Not measured: {'; '.join(labels)}. {reason.rstrip('.')}.")


def _table(heads, rows, numbers: int | None = None) -> Iterator[str]:
    rule = ["---:" if numbers is not None and place >= numbers else "---" for place in range(len(heads))]
    for cells in (heads, rule, *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


# JSON ----------------------------------------------------------------------------------------------------------


def as_json(results: Results) -> str:
    """Return everything for a program to read, numbers not rounded."""
    groups = [{
        "name": group.name, "title": group.title, "seconds": results.seconds[group.name],
        "load_before": results.load[group.name],
        "measurements": [_facts(results.measured[one.name]) for one in group.quantities
                         if one.name in results.measured],
        "skipped": [{"name": one.name, "reason": results.skipped[one.name]} for one in group.quantities
                    if one.name in results.skipped],
    } for group in results.groups]
    return json.dumps({
        "date": results.date, "quick": results.quick, "machine": results.machine,
        "load_at_end": results.load["at the end"], "disturbed": results.disturbed,
        "goals": [_verdict_facts(verdict) for verdict in results.verdicts], "groups": groups,
    }, indent=1, ensure_ascii=False, allow_nan=False)


def _facts(measurement: Measurement) -> dict:
    low, high = measurement.spread
    quantity = measurement.quantity
    return {"name": quantity.name, "label": quantity.label, "unit": quantity.unit, "median": measurement.median,
            "low": low, "high": high, "values": list(measurement.values)}


def _verdict_facts(verdict: Verdict) -> dict:
    goal = verdict.goal
    return {"name": goal.name, "text": goal.text, "quantities": list(goal.quantities), "limit": goal.limit,
            "at_least": goal.at_least, "judged_by": verdict.worst.quantity.name, "median": verdict.worst.median,
            "holds": verdict.holds, "margin": verdict.margin, "doubtful": verdict.doubtful,
            "missing": list(verdict.missing)}


# Terminal ------------------------------------------------------------------------------------------------------


def print_results(console: Console, results: Results) -> None:
    """Print the measurements of each group, and how the goals stand."""
    for group in results.groups:
        table = Table(*QUANTITY_HEADS, title=group.title, title_justify="left")
        for quantity in group.quantities:
            if quantity.name in results.measured:
                table.add_row(*_quantity_cells(results.measured[quantity.name]))
        if table.row_count:
            console.print(table)
        for reason, labels in _reasons(results, group).items():
            console.print(f"{group.title}: {len(labels)} not measured. {reason.rstrip('.')}.")
    if results.verdicts:
        table = Table(*GOAL_HEADS, title="Goals", title_justify="left")
        for verdict in results.verdicts:
            table.add_row(*_goal_cells(verdict))
        console.print(table)
    if results.disturbed:
        console.print(DISTURBED)
    if results.quick:
        console.print(QUICK)
