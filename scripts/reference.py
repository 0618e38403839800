"""Writes the reference pages in ``docs/reference/`` from the sources, in English and Bahasa Indonesia.

    python scripts/reference.py            # write the pages
    python scripts/reference.py --check    # say which are out of date, and fail if any is
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from experiments import cli
from experiments.language import LANGUAGES, Texts, unit_of_parameter
from model import MEASURES, PARAMETERS, load_scenario, scenario_names
from model.measures import Measure
from model.parameters import ASSUMED, GROUPS, Parameter
from model.scenario import Scenario

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
TEXTS = Path(__file__).resolve().parent / "texts"
ENGLISH = "en"


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown."""
    headings = list(headings)
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '\\|') for cell in line)} |" for line in lines)


def file_name(page: str, language: str) -> str:
    """Return what the file of a page is called: ``parameters.md``, ``parameters.id.md``."""
    return f"{page}.md" if language == ENGLISH else f"{page}.{language}.md"


def head(page: str, texts: Texts, count: int) -> str:
    """Return what stands at the top of a page."""
    others = [texts("page.other", path=file_name(page, other)) for other in LANGUAGES if other != texts.language]
    return "\n\n".join([f"# {texts(f'{page}.title')}", *others, texts(f"{page}.intro", count=count).strip(),
                        texts("page.written")])  # fmt: skip


# Parameters ----------------------------------------------------------------------------------------------------


def interval(low: float, high: float, texts: Texts) -> str:
    """Return a range in words."""
    return texts("page.fixed") if low == high else texts("page.to", low=texts.plain(low), high=texts.plain(high))


def said_of(parameter: Parameter, texts: Texts) -> str:
    """Return name, meaning, source and restriction of a parameter."""
    assumed = parameter.source == ASSUMED
    source = texts("page.assumed") if assumed else texts("page.source", source=texts.source(parameter.name))
    return " ".join([f"**{texts.parameter(parameter.name)}.**", texts.meaning(parameter.name), source, *[texts("page.at_start")] * parameter.at_start])


def row_of_parameter(parameter: Parameter, texts: Texts) -> Iterator[str]:
    """Yield the cells of a parameter's row."""
    yield f"`{parameter.name}`"
    yield said_of(parameter, texts)
    yield texts.plain(parameter.default)
    yield texts.unit(unit_of_parameter(parameter.name))
    yield interval(*parameter.plausible, texts)
    yield interval(*parameter.valid, texts)
    yield texts(f"role.{parameter.role}")


def parameters_page(texts: Texts) -> str:
    """Return the page of all parameters, by group."""
    headings = [texts(f"page.{key}") for key in ("name", "called", "default", "unit", "plausible", "allowed", "role")]
    parts = [head("parameters", texts, len(PARAMETERS))]
    for group in GROUPS:
        rows = [row_of_parameter(one, texts) for one in PARAMETERS.values() if one.group == group]
        parts += [f"## {texts.group(group)}", table(headings, rows)]
    return "\n\n".join(parts)


# Measures ------------------------------------------------------------------------------------------------------


def row_of_measure(measure: Measure, texts: Texts) -> Iterator[str]:
    """Yield the cells of a measure's row; where it comes from is known in English only."""
    splits = [*measure.by, *["where"] * measure.by_place]
    yield f"`{measure.name}`"
    yield texts.measure(measure.name)
    yield texts.definition(measure.name)
    yield texts.unit(measure.unit)
    yield ", ".join(texts(f"measures.by_{split}") for split in splits)
    if texts.language == ENGLISH:
        yield measure.source


def measures_page(texts: Texts) -> str:
    """Return the page of all measures."""
    headings = [texts("page.name"), "", texts("page.called"), texts("page.unit"), texts("measures.split")]
    headings += ["source"] * (texts.language == ENGLISH)
    rows = [row_of_measure(measure, texts) for measure in MEASURES.values()]
    return f"{head('measures', texts, len(MEASURES))}\n\n{table(headings, rows)}"


# Scenarios -----------------------------------------------------------------------------------------------------


def written_value(value: float | np.ndarray, texts: Texts) -> str:
    """Return the value of a parameter in a scenario."""
    return texts("scenarios.differs") if np.ndim(value) else texts.plain(float(value))


def changes_of(scenario: Scenario, texts: Texts) -> list[list[str]]:
    """Return a row for each value that differs from its default: name, value, since when."""
    rows = [[f"`{name}`", written_value(value, texts), texts("scenarios.from_start")]
            for name, value in scenario.parameters.items()]
    rows += [[f"`{name}`", written_value(value, texts), texts("scenarios.from_month", month=reform.month)]
             for reform in scenario.reforms for name, value in reform.changes.items()]
    return rows


def section_of_scenario(scenario: Scenario, texts: Texts) -> str:
    """Return what is said of one scenario."""
    staff = int(np.sum(np.broadcast_to(scenario.staff, scenario.regions)))
    size = texts("scenarios.size", regions=texts.number(scenario.regions, 0), staff=texts.number(staff, 0),
                 months=scenario.months)  # fmt: skip
    changes = changes_of(scenario, texts)
    headings = [texts("page.name"), texts("scenarios.value"), texts("scenarios.since")]
    return "\n\n".join([
        f"## `{scenario.name}`",
        f"**{texts.scenario(scenario.name, scenario.title)}.** "
        + " ".join(texts.description(scenario.name, scenario.description).split()),
        size + (" " + texts("scenarios.laboratory") if scenario.mode == "laboratory" else ""),
        table(headings, changes) if changes else texts("scenarios.none"),
        f"{texts('scenarios.references')}:",
        "\n".join(f"- {reference}" for reference in scenario.references),
    ])  # fmt: skip


def scenarios_page(texts: Texts) -> str:
    """Return the page of the ready scenarios."""
    scenarios = [load_scenario(name) for name in scenario_names()]
    sections = [section_of_scenario(scenario, texts) for scenario in scenarios]
    return "\n\n".join([head("scenarios", texts, len(scenarios)), *sections])


# Words ---------------------------------------------------------------------------------------------------------


def words_page(texts: Texts) -> str:
    """Return the page of words: those of the glossary, and others that only readers of documents meet."""
    headings = [texts("words.word"), texts("words.meaning")]
    field = [(f"**{name}**", texts(f"term_text.{term}")) for term, name in texts.sections["term_name"].items()]
    others = {kind: [(f"**{word}**", said) for word, said in texts.sections[f"words_{kind}"].items()]
              for kind in ("model", "computer")}  # fmt: skip
    parts = [head("words", texts, len(field))]
    for kind, rows in (("model", others["model"]), ("field", field), ("computer", others["computer"])):
        parts += [f"## {texts(f'words.{kind}')}", table(headings, rows)]
    return "\n\n".join(parts)


# Commands ------------------------------------------------------------------------------------------------------


def row_of_option(option: object, context: object) -> list[str]:
    """Return the row of an argument or option: how it is written, and what the command's own help says of it."""
    written, said = option.get_help_record(context)
    if getattr(option, "is_flag", False):
        said = said.partition("  [default:")[0]
    return [f"`{written.removeprefix(' / ')}`", said.replace("<", "&lt;")]


def section_of_command(name: str, command: object) -> str:
    """Return what is said of one command."""
    context = typer.Context(command, info_name=f"netralitas {name}")
    rows = [row_of_option(option, context) for option in command.params]
    usage = " ".join(piece.strip("{}") for piece in command.collect_usage_pieces(context))
    parts = [f"## `netralitas {name}`", command.help, f"```text\nnetralitas {name} {usage}\n```"]
    return "\n\n".join([*parts, *([table(["", "what it does"], rows)] if rows else [])])


def commands_page() -> str:
    """Return the page of the command line."""
    commands = typer.main.get_command(cli.app).commands
    intro = (
        f"The {len(commands)} commands of `netralitas`. `--help` behind any of them says the same. A command ends with "
        f"status 0 when all went well, {cli.BAD_INPUT} when what was typed cannot be done, {cli.FAILED} when something "
        f"failed on the way, and {cli.INTERRUPTED} after Ctrl-C. Errors are one sentence on the error stream; tables "
        "go to the output, so they can be piped."
    )
    written = Texts(ENGLISH, TEXTS)("page.written")
    sections = [section_of_command(name, command) for name, command in commands.items()]
    return "\n\n".join(["# Commands", intro, written, *sections])


# All pages -----------------------------------------------------------------------------------------------------


def pages() -> dict[Path, str]:
    """Return the text of every page by its file."""
    written = {FOLDER / "commands.md": commands_page()}
    for language in LANGUAGES:
        texts = Texts(language, TEXTS)
        for page, text in (("parameters", parameters_page), ("measures", measures_page), ("scenarios", scenarios_page),
                           ("words", words_page)):  # fmt: skip
            written[FOLDER / file_name(page, language)] = text(texts)
    return {path: f"{text}\n" for path, text in written.items()}


def out_of_date() -> dict[Path, str]:
    """Return what should stand in the pages that are missing or say something else."""
    return {path: text for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text}


Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail if a page is out of date.")]


def main(check: Check = False) -> None:
    """Write the reference pages from the sources."""
    stale = out_of_date()
    if check and stale:
        names = ", ".join(path.relative_to(ROOT).as_posix() for path in stale)
        print(f"Out of date: {names}. Run python scripts/reference.py.", file=sys.stderr)
        raise typer.Exit(1)
    for path, text in stale.items():
        path.write_text(text, "utf-8", newline="\n")
        print(f"Wrote {path.relative_to(ROOT).as_posix()}")


if __name__ == "__main__":
    typer.run(main)
