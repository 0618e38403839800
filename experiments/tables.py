"""Tables for the terminal: what a run shows, and the catalogues of scenarios, parameters and measures."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.summary import CONFIDENCE, PHASES, Period, Summary
from model.measures import MEASURES, Measure
from model.parameters import GROUPS, PARAMETERS, Parameter
from model.scenario import Reform, Scenario

DISCLAIMER = "A stylised laboratory for thinking about neutrality: not a forecast, and no verdict on any real region."
NOTHING = "–"
MARKS_EXPLAINED = 4

# A run -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """One measure in the table of a run.

    Attributes
    ----------
    measure : str
        A column of ``model.measures.column_names``.
    heading : str
        What stands above it.
    scale : float
        What the measure is multiplied by: 100 for per cent.
    decimals : int
        Digits after the point.
    """

    measure: str
    heading: str
    scale: float
    decimals: int


@dataclass(frozen=True)
class Panel:
    """Columns that belong together, under a title that gives their unit."""

    title: str
    columns: tuple[Column, ...]


def _columns(names: Iterable[str], scale: float, decimals: int) -> tuple[Column, ...]:
    return tuple(Column(name, MEASURES[name].label, scale, decimals) for name in names)


CHOICES = Panel("Choices, % of staff", _columns(
    ("neutral_share", "covert_share", "overt_share", "incumbent_share", "challenger_share"), 100, 1))
BY_CAMP = Panel("", tuple(
    Column(f"{way}_share_{camp}", f"{MEASURES[f'{way}_share'].label} for the {camp}", 100, 1)
    for way in ("covert", "overt") for camp in ("incumbent", "challenger")))
ENFORCEMENT = Panel("Enforcement, per 1,000 staff and month", _columns(("reported", "proven", "sanctioned"), 1, 2))
OUTCOMES = Panel("outcomes, in standard deviations (SD)", _columns(
    ("promoted_competence", "service_quality", "welfare"), 1, 2))

LAYOUTS = (
    (1, ((CHOICES, BY_CAMP), (ENFORCEMENT, OUTCOMES))),
    (0, ((CHOICES, BY_CAMP), (ENFORCEMENT, OUTCOMES))),
    (1, ((CHOICES,), (ENFORCEMENT, OUTCOMES))),
    (0, ((CHOICES,), (ENFORCEMENT, OUTCOMES))),
    (0, ((CHOICES,), (ENFORCEMENT,), (OUTCOMES,))),
)
"""Extra space between columns, and which panels share a table; the first that fits the terminal is taken."""


def shown(mean: float, half: float, number: int, replicates: int, decimals: int) -> str:
    """Return a cell: the mean, its interval, and a mark where some replicates have no value.

    From 10 on one digit after the point less is shown, so that columns stay narrow.
    """
    if number == 0:
        return NOTHING
    digits = max(1, decimals - 1) if abs(mean) >= 10 else decimals
    interval = "" if np.isnan(half) else f"±{half:.{digits}f}"
    return f"{mean:z.{digits}f}{interval}{'*' if number < replicates else ''}"


def print_run(console: Console, scenario: Scenario, summary: Summary) -> None:
    """Print what the replicates of a scenario show."""
    replicates = len(summary.values())
    cells = _cells(summary, replicates)
    for space, tables in LAYOUTS:
        made = [_table_of_run(summary, cells, panels, space) for panels in tables]
        if all(table.__rich_measure__(console, console.options.update(max_width=10_000)).maximum <= console.width
               for table in made):
            break
    console.print(Text(scenario.title, style="bold"))
    for table in made:
        console.print()
        console.print(table)
    console.print()
    for line in _below(scenario, summary, cells, replicates):
        console.print(line, highlight=False, markup=False)


def _cells(summary: Summary, replicates: int) -> dict[str, list[str]]:
    """Return the text of every cell by measure."""
    estimate = summary.estimate()
    cells = {}
    for panel in (CHOICES, BY_CAMP, ENFORCEMENT, OUTCOMES):
        for column in panel.columns:
            at = summary.columns.index(column.measure)
            rows = zip(estimate.mean[:, at], estimate.half[:, at], estimate.number[:, at], strict=True)
            scale, decimals = column.scale, column.decimals
            cells[column.measure] = [shown(scale * mean, scale * half, number, replicates, decimals)
                                     for mean, half, number in rows]
    return cells


def _table_of_run(summary: Summary, cells: dict[str, list[str]], panels: Sequence[Panel], space: int) -> Table:
    electoral = any(period.phase for period in summary.periods)
    title = "; ".join(panel.title for panel in panels if panel.title)
    title = title[0].upper() + title[1:]
    table = Table(title=title, title_justify="left", title_style="", box=box.SIMPLE_HEAD, pad_edge=False,
                  padding=(0, space, 0, 0), collapse_padding=False, show_edge=False)
    table.add_column("Year", justify="right", no_wrap=True)
    if electoral:
        table.add_column("Phase", no_wrap=True)
    if panels[0] is CHOICES:
        table.add_column("Months", no_wrap=True)
    for panel in panels:
        for column in panel.columns:
            widest = max(map(len, [*cells[column.measure], *column.heading.split()]))
            heading = "\n".join(textwrap.wrap(column.heading, widest))
            table.add_column(heading, justify="right", no_wrap=True, vertical="bottom")
    before = 0
    for row, period in enumerate(summary.periods):
        first = [str(period.year) if period.year != before else ""]
        if electoral:
            first.append(period.phase)
        if panels[0] is CHOICES:
            first.append(str(period.first) if period.first == period.last else f"{period.first}-{period.last}")
        table.add_row(*first, *(cells[column.measure][row] for panel in panels for column in panel.columns),
                      style="bold" if period.phase == "campaign" else None)
        before = period.year
    return table


def _below(scenario: Scenario, summary: Summary, cells: dict[str, list[str]], replicates: int) -> list[str]:
    """Return what stands under the tables."""
    lines = [about_run(scenario, replicates) + "."]
    phases = {period.phase for period in summary.periods}
    lines += [f"{name}: {meaning}." for name, meaning in PHASES.items() if name in phases]
    shown_cells = "".join("".join(column) for column in cells.values())
    if NOTHING in shown_cells:
        lines.append(f"{NOTHING}: nothing happened there to divide by.")
    if "*" in shown_cells:
        lines.append(f"*: some replicates had nothing there to divide by: {_fewer(summary, replicates)}.")
    lines += [f"Note: {note}" for note in scenario.notes()]
    lines.append(DISCLAIMER)
    return lines


def _fewer(summary: Summary, replicates: int) -> str:
    """Say how many replicates stand behind each marked cell, or behind the first few of many."""
    number = summary.estimate().number
    parts = []
    for column in (*CHOICES.columns, *ENFORCEMENT.columns, *OUTCOMES.columns):
        counts = number[:, summary.columns.index(column.measure)]
        parts += [f"{column.heading.lower()} in {_months(period)} is from {count} of {replicates}"
                  for count, period in zip(counts, summary.periods, strict=True) if 0 < count < replicates]
    more = "; --json gives the number of each" if len(parts) > MARKS_EXPLAINED else ""
    return "; ".join(parts[:MARKS_EXPLAINED]) + more


def _months(period: Period) -> str:
    return f"month {period.first}" if period.first == period.last else f"months {period.first}-{period.last}"


def about_run(scenario: Scenario, replicates: int) -> str:
    """Return one line that says what was run: scenario, mode, size, months, seed, replicates and interval."""
    least, most = int(np.min(scenario.staff)), int(np.max(scenario.staff))
    staff = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    regions = "1 region" if scenario.regions == 1 else f"{scenario.regions:,} regions"
    if replicates == 1:
        interval = "1 replicate, so without an interval"
    else:
        interval = f"{replicates:,} replicates, their mean with its {CONFIDENCE:.0%} interval (Student's t)"
    months = "1 month" if scenario.months == 1 else f"{scenario.months} months"
    size = f"{regions} x {staff} staff, {months}"
    return f"{scenario.title}: {scenario.mode} mode, {size}, seed {scenario.seed}, {interval}"


# Catalogues ------------------------------------------------------------------------------------------------------


def _plain_table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def first_sentence(text: str) -> str:
    """Return the first sentence of a description."""
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", text, maxsplit=1)[0]


def reform_in_words(reform: Reform) -> str:
    """Return what a reform changes, and when."""
    changes = ", ".join(f"{name} = {_value_in_words(value)}" for name, value in reform.changes.items())
    return f"from month {reform.month}: {changes}"


def _value_in_words(value: float | np.ndarray) -> str:
    return f"{value:g}" if np.ndim(value) == 0 else f"{np.min(value):g} to {np.max(value):g} by region"


def print_scenarios(console: Console, scenarios: Sequence[Scenario]) -> None:
    """Print the ready scenarios."""
    table = _plain_table("Name", "Mode", "What it is about")
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    for number, scenario in enumerate(scenarios):
        about = Text(scenario.title, style="bold")
        about.append(f"\n{first_sentence(scenario.description)}", style="not bold")
        for reform in scenario.reforms:
            about.append(f"\nReform {reform_in_words(reform)}", style="not bold")
        if number:
            table.add_row()
        table.add_row(Text(scenario.name), Text(scenario.mode), about)
    console.print(table)
    console.print("\nRun one with: netralitas run NAME", markup=False, highlight=False)


def print_designs(console: Console, designs: Sequence[dict]) -> None:
    """Print the ready designs, see ``experiments.sweep.commands.facts_of_design``."""
    table = _plain_table("Name", "Kind", "What it asks")
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    for number, design in enumerate(designs):
        about = Text(design["title"], style="bold")
        about.append(f"\n{design['question']}" if design["question"] else "", style="not bold")
        about.append(f"\n{design['runs_at_most']:,} runs at most, about {design['seconds_on_one_core']:,} s on one processor",
                     style="dim not bold")
        if number:
            table.add_row()
        table.add_row(Text(design["name"]), Text(design["kind"]), about)
    console.print(table)
    console.print("\nRun one with: netralitas sweep NAME --out DIR", markup=False, highlight=False)


def print_status(console: Console, facts: dict) -> None:
    """Print how far a sweep has come, see ``experiments.sweep.commands.facts_of_results``."""
    state = "complete" if facts["complete"] else "under way" if facts["running"] else "cut short; the same command goes on"
    commit = facts["commit"]
    print_facts(console, facts["title"], [
        ("Design", facts["design"]),
        ("State", state),
        ("Runs", f"{facts['done']:,} of {facts['planned']:,} done, {facts['failed']:,} of them failed"),
        ("Points", f"{facts['points']:,}"),
        ("Size", f"{facts['bytes'] / 1e6:,.2f} MB"),
        ("Seed", str(facts["seed"])),
        ("Versions", ", ".join(f"{name} {version}" for name, version in facts["versions"].items())),
        ("Commit", f"{commit['id']}{'' if commit['clean'] else ', with changes'}" if commit else NOTHING),
    ])


def range_in_words(ends: tuple[float, float]) -> str:
    """Return a range: "0 to 1"."""
    return f"{ends[0]:g} to {ends[1]:g}"


def print_parameters(console: Console, parameters: Sequence[Parameter]) -> None:
    """Print parameters by group."""
    table = _plain_table("Parameter", "Default", "Role", "Plausible range and unit")
    for column in table.columns[:3]:
        column.no_wrap = True
    table.columns[1].justify = "right"
    for group in GROUPS:
        members = [parameter for parameter in parameters if parameter.group == group]
        if members:
            if table.row_count:
                table.add_row()
            table.add_row(Text(group.capitalize(), style="bold"))
        for parameter in members:
            low, high = parameter.plausible
            span = "fixed" if low == high else range_in_words(parameter.plausible)
            table.add_row(f"  {parameter.name}", f"{parameter.default:g}", parameter.role,
                          Text(f"{span}; {parameter.unit}"))
    console.print(table)
    console.print("\nAll about one: netralitas parameters NAME. Set one: netralitas run SCENARIO --set NAME=VALUE",
                  markup=False, highlight=False)


def measure_label(column: str) -> str:
    """Return a column's name with the label of its measure: "siding_share_executive (Taking sides, executive)"."""
    name = max((name for name in MEASURES if column == name or column.startswith(f"{name}_")), key=len)
    category = column.removeprefix(name).removeprefix("_")
    return f"{column} ({MEASURES[name].label}{f', {category}' if category else ''})"


def parameter_facts(parameter: Parameter) -> list[tuple[str, str]]:
    """Return everything about a parameter as headings and text."""
    facts = [
        ("Meaning", parameter.meaning),
        ("Default", f"{parameter.default:g}"),
        ("Unit", parameter.unit),
        ("Plausible", f"{range_in_words(parameter.plausible)}; values outside are noted"),
        ("Valid", f"{range_in_words(parameter.valid)}; values outside are refused"),
        ("Role", parameter.role),
        ("Group", parameter.group),
        ("Source", parameter.source),
    ]
    if parameter.raises or parameter.lowers:
        direction = "Raises" if parameter.raises else "Lowers"
        needs = ", ".join(f"{name} = {value:g}" for name, value in parameter.needs)
        moved = measure_label(parameter.raises or parameter.lowers)
        facts.append((direction, f"{moved}, seen best with {needs}" if needs else moved))
    if parameter.at_start:
        facts.append(("Read", "at the start only, so no reform can change it"))
    return facts


def print_facts(console: Console, name: str, facts: Sequence[tuple[str, str]]) -> None:
    """Print everything about one parameter or measure."""
    console.print(Text(name, style="bold"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for heading, text in facts:
        table.add_row(heading, Text(text))
    console.print(table)


def print_measures(console: Console, measures: Iterable[Measure]) -> None:
    """Print the measures."""
    table = _plain_table("Measure", "Label", "Unit", "Split by")
    table.columns[0].no_wrap = True
    for measure in measures:
        table.add_row(measure.name, Text(measure.label), Text(measure.unit), ", ".join(measure.by) or NOTHING)
    console.print(table)
    console.print("\nAll about one: netralitas measures NAME", markup=False, highlight=False)


def measure_facts(measure: Measure) -> list[tuple[str, str]]:
    """Return everything about a measure as headings and text."""
    moved = [name for name, parameter in PARAMETERS.items() if measure.name in (parameter.raises, parameter.lowers)]
    facts = [
        ("Label", measure.label),
        ("Meaning", measure.definition),
        ("Unit", measure.unit),
        ("Source", measure.source),
        ("Split by", ", ".join(measure.by) or "nothing"),
        ("Place", "within or outside the officials' reach" if measure.by_place else "the region as a whole only"),
    ]
    return facts + ([("Moved by", ", ".join(moved))] if moved else [])
