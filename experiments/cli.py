"""The command line: ``netralitas run pilkada_2020`` and its sisters.

What is heavy (the model, tables, pictures) is imported by the command that uses it, so that help is quick.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import traceback
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from experiments.errors import InputError, OutsideError, unknown

if TYPE_CHECKING:
    from rich.console import Console

    from model.scenario import Scenario

BAD_INPUT, FAILED, INTERRUPTED = 2, 1, 130


class Role(StrEnum):
    """The roles of parameters, see ``model.parameters``."""

    LEVER = "lever"
    ASSUMPTION = "assumption"
    CONSTANT = "constant"


class Commands(TyperGroup):
    """The commands, with errors in one sentence and an exit status that says whose fault it was."""

    def invoke(self, ctx: typer.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _say("Interrupted; nothing was written")
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except MemoryError:
            _say("Error: this takes more memory than there is; try fewer staff or regions")
            raise typer.Exit(FAILED) from None
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise
            raise typer.Exit(_explained(error)) from None


def _say(sentence: str) -> None:
    print(f"{sentence.rstrip('.')}.", file=sys.stderr, flush=True)


def _explained(error: Exception) -> int:
    """Say what went wrong, and return the exit status."""
    if isinstance(error, _input_errors()):
        _say(f"Error: {error}")
        return BAD_INPUT
    if isinstance(error, OSError):
        _say(f"Error: {error.strerror or error}{f' ({error.filename})' if error.filename else ''}")
        return FAILED
    server = sys.modules.get("experiments.server")
    outside = (OutsideError, server.ServerError) if server else (OutsideError,)
    if not isinstance(error, outside):
        # A fault of the program: whoever mends it needs to know where it lies.
        traceback.print_exception(error)
        _say(f"Error: the model or the program failed ({type(error).__name__}: {error})")
    else:
        _say(f"Error: {error}")
    return FAILED


def _input_errors() -> tuple[type[Exception], ...]:
    """Return the errors that are about what was typed; the model's only where the model was loaded."""
    scenario = sys.modules.get("model.scenario")
    return (InputError, scenario.ScenarioError) if scenario else (InputError,)


app = typer.Typer(
    name="netralitas", cls=Commands, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Civil-service neutrality in Indonesia's elections, simulated: a stylised laboratory, not a forecast.",
)

Json = Annotated[bool, typer.Option("--json", help="Write JSON for a program to read, numbers not rounded.")]


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(
        metavar="SCENARIO", help="A ready scenario's name (see 'scenarios') or the path of a .toml file.")],
    settings: Annotated[list[str] | None, typer.Option(
        "--set", metavar="NAME=VALUE", help="Set a parameter (see 'parameters'); may be repeated.")] = None,
    months: Annotated[int | None, typer.Option(help="How long; votes fall in months 60, 120, …")] = None,
    regions: Annotated[int | None, typer.Option(help="How many regions.")] = None,
    staff: Annotated[int | None, typer.Option(help="Civil servants in each region.")] = None,
    replicates: Annotated[int | None, typer.Option(
        min=1, max=10_000, show_default="16, or fewer where they would take more than a few minutes",
        help="How often to run it with other luck: seed, seed + 1, seed + 2, …")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the first replicate; 0 is a seed.")] = None,
    as_json: Json = False,
    out: Annotated[Path | None, typer.Option(
        metavar="FILE", readable=False,
        help="Also write a table by month (.csv, .parquet) or a picture (.png, .svg).")] = None,
) -> None:
    """Run a scenario and say what happened, by year and electoral phase."""
    from experiments.files import check_target
    from experiments.runner import replicates_unasked

    if out is not None:
        check_target(out)
    chosen = _scenario(scenario, settings or [], months=months, regions=regions, staff=staff, seed=seed)
    _run(chosen, replicates or replicates_unasked(chosen), as_json, out)


def _scenario(name: str, settings: list[str], **sizes: int | None) -> Scenario:
    """Return the scenario that was asked for."""
    from model.scenario import load_scenario, parse_setting

    loaded = load_scenario(name)
    changes = {field: value for field, value in sizes.items() if value is not None}
    for setting in settings:
        parameter, value = parse_setting(setting, changes.get("regions", loaded.regions))
        if parameter in changes:
            raise InputError(f"--set {parameter} is given twice")
        changes[parameter] = value
    return loaded.replace(**changes) if changes else loaded


def _run(scenario: Scenario, replicates: int, as_json: bool, out: Path | None) -> None:
    """Run the replicates, print what they show and write the file that was asked for."""
    from contextlib import ExitStack

    from experiments.files import PICTURES, written_whole
    from experiments.progress import Progress
    from experiments.runner import run_replicates
    from experiments.summary import Summary

    summary, picture, table = Summary(scenario), None, None
    with ExitStack() as whole:
        if out is not None:
            partial = whole.enter_context(written_whole(out))
        with ExitStack() as open_files:
            if out is not None and out.suffix.lower() in PICTURES:
                from experiments.charts import RunSeries

                picture = RunSeries()
            elif out is not None:
                from experiments.monthly import MonthlyFile

                table = open_files.enter_context(MonthlyFile(partial, scenario))
            progress = open_files.enter_context(Progress(replicates * scenario.months, scenario.name))
            for seeds, counts in run_replicates(scenario, replicates, progress.advance):
                summary.add(counts)
                if picture:
                    picture.add(counts)
                if table:
                    table.add(seeds, counts)
        if as_json:
            from experiments.machine import run_as_json

            print(run_as_json(scenario, summary, replicates))
        else:
            from experiments.tables import print_run

            print_run(_console(), scenario, summary)
        if picture:
            from experiments.charts import picture_of_run, save

            save(picture_of_run(scenario, picture), partial)
    if out is not None:
        _say(f"Wrote {out}")


def _console() -> Console:
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


@app.command()
def scenarios(as_json: Json = False) -> None:
    """List the ready scenarios."""
    from model.scenario import load_scenario, scenario_names

    ready = [load_scenario(name) for name in scenario_names()]
    if as_json:
        from experiments.machine import as_text, scenario_facts

        print(as_text([scenario_facts(scenario) for scenario in ready]))
    else:
        from experiments.tables import print_scenarios

        print_scenarios(_console(), ready)


@app.command()
def parameters(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One parameter, to read all about it.")] = None,
    role: Annotated[Role | None, typer.Option(help="Only those of one role.")] = None,
    as_json: Json = False,
) -> None:
    """List the parameters, or tell everything about one."""
    from model.parameters import PARAMETERS

    if name is not None and name not in PARAMETERS:
        raise unknown("parameter", name, PARAMETERS)
    if name is not None and role is not None and PARAMETERS[name].role != role:
        raise InputError(f"The parameter {name} is no {role} but a {PARAMETERS[name].role}")
    chosen = [parameter for parameter in PARAMETERS.values()
              if name in (None, parameter.name) and role in (None, parameter.role)]
    if as_json:
        from experiments.machine import as_text, facts_of_parameter

        facts = [facts_of_parameter(parameter) for parameter in chosen]
        print(as_text(facts if name is None else facts[0]))
        return
    from experiments.tables import parameter_facts, print_facts, print_parameters

    if name is None:
        print_parameters(_console(), chosen)
    else:
        print_facts(_console(), name, parameter_facts(chosen[0]))


@app.command()
def measures(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One measure, to read all about it.")] = None,
    as_json: Json = False,
) -> None:
    """List the measures, or tell everything about one."""
    from model.measures import MEASURES

    if name is not None and name not in MEASURES:
        raise unknown("measure", name, MEASURES)
    chosen = [measure for measure in MEASURES.values() if name in (None, measure.name)]
    if as_json:
        from experiments.machine import as_text, facts_of_measure

        facts = [facts_of_measure(measure) for measure in chosen]
        print(as_text(facts if name is None else facts[0]))
        return
    from experiments.tables import measure_facts, print_facts, print_measures

    if name is None:
        print_measures(_console(), chosen)
    else:
        print_facts(_console(), name, measure_facts(chosen[0]))


@app.command()
def verification(
    out: Annotated[Path, typer.Option(
        metavar="FOLDER", help="Where to write verification.md and its pictures.")] = Path("docs"),
) -> None:
    """Hold the model against closed forms, and write docs/verification.md with a picture of each case."""
    from experiments.files import check_folder

    check_folder(out)
    from experiments.progress import Progress
    from experiments.verification.document import CASES, write_verification

    with Progress(len(CASES), "verification") as progress:
        failed = write_verification(out, progress.advance)
    for what in failed:
        _say(f"Does not hold: {what}")
    _say(f"Wrote {out / 'verification.md'} and {len(CASES)} pictures")
    if failed:
        raise typer.Exit(FAILED)


class LanguageName(StrEnum):
    """The languages of reports and pictures."""

    ENGLISH = "en"
    INDONESIAN = "id"


Language = Annotated[LanguageName, typer.Option(help="English or Indonesian.")]


@app.command("lessons")
def show_lessons(
    check: Annotated[Path | None, typer.Option(
        metavar="FILE", help="Run this lesson, and say whether the model says what it states.")] = None,
    worlds: Annotated[bool, typer.Option("--worlds", help="Ask in how many plausible worlds the lessons (or that of --check) hold, "
                                                          "and keep it beside them (ten minutes).")] = False,
    replicates: Annotated[int, typer.Option(min=1, max=10_000, help="Runs of each setting, for --check.")] = 16,
    points: Annotated[int, typer.Option(min=1, max=10_000, help="Plausible worlds, for --worlds.")] = 60,
    language: Language = LanguageName.ENGLISH,
) -> None:
    """List the lessons; check one that you have written."""
    from experiments.lessons.commands import ask_worlds, check_lesson, print_lessons

    if worlds:
        _say(f"Wrote {ask_worlds(points, [check] if check else [])}")
    if check is not None:
        check_lesson(_console(), check, replicates, language)
    elif not worlds:
        print_lessons(_console(), language)


@app.command("findings")
def ask_findings(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAMES]", help="Which findings; all by default.")] = None,
    replicates: Annotated[int, typer.Option(min=1, max=10_000, help="Runs of each setting.")] = 100,
    points: Annotated[int, typer.Option(min=1, max=10_000, help="Plausible worlds.")] = 60,
    language: Language = LanguageName.ENGLISH,
    out: Annotated[Path | None, typer.Option(
        metavar="FOLDER", help="Also write findings.md, findings.id.md, pictures and results; goes on where it stopped.")] = None,
) -> None:
    """Ask what the model says about the study it starts from, and in how many plausible worlds (half an hour)."""
    from experiments.findings.commands import print_findings, run_findings

    results, written = run_findings(names or [], replicates, points, out)
    print_findings(_console(), results, language, names or [])
    for path in written:
        _say(f"Wrote {path}")


@app.command("teaching")
def write_teaching(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where to write them; docs/teaching has those of this version.")],
    replicates: Annotated[int, typer.Option(min=1, max=10_000, help="Runs of each setting; the app makes 16.")] = 16,
) -> None:
    """Write the papers of a class in both languages: guide, slides, worksheet, and the answer key as the model gives it now."""
    from experiments.teaching.commands import run_teaching

    for path in run_teaching(out, replicates):
        _say(f"Wrote {path}")


@app.command()
def screening(
    trajectories: Annotated[int, typer.Option(min=1, max=1000, help="Of the screening; each changes every factor once.")] = 20,
    base: Annotated[int, typer.Option(min=1, max=65_536, help="Base points of the closer look, a power of two.")] = 128,
    replicates: Annotated[int, typer.Option(min=1, max=1000, help="Runs of each point.")] = 2,
    language: Language = LanguageName.ENGLISH,
    out: Annotated[Path | None, typer.Option(
        metavar="FOLDER", help="Also write sensitivity.md, sensitivity.id.md, pictures and results.")] = None,
) -> None:
    """Screen all levers and assumptions for what moves the main outcomes (a few minutes)."""
    from experiments.sensitivity.commands import print_sensitivity, run_sensitivity
    from experiments.sensitivity.results import Size

    table, written = run_sensitivity(Size(trajectories, base, replicates), out)
    print_sensitivity(_console(), table, language)
    for path in written:
        _say(f"Wrote {path}")


@app.command()
def discover(
    worlds: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many plausible worlds are drawn.")] = 1200,
    replicates: Annotated[int, typer.Option(min=1, max=1000, help="Runs of each.")] = 2,
    language: Language = LanguageName.ENGLISH,
    out: Annotated[Path | None, typer.Option(
        metavar="FOLDER", help="Also write discovery.md, discovery.id.md, pictures and results.")] = None,
) -> None:
    """Find in which combinations neutrality collapses, and where a policy fails (a few minutes)."""
    from experiments.discovery.commands import print_discovery, run_discovery

    table, written = run_discovery(worlds, replicates, out)
    print_discovery(_console(), table, language)
    for path in written:
        _say(f"Wrote {path}")


@app.command()
def optimise(
    generations: Annotated[int, typer.Option(min=1, max=10_000, help="Of 40 policies each.")] = 15,
    journal: Annotated[Path | None, typer.Option(
        metavar="FILE", help="Keep the search here; the same file resumes it, also with more generations.")] = None,
    language: Language = LanguageName.ENGLISH,
    out: Annotated[Path | None, typer.Option(
        metavar="FOLDER", help="Also write policy_search.md, policy_search.id.md, pictures and results.")] = None,
) -> None:
    """Search policies that are best for neutrality, service and cost at once (a few minutes)."""
    from experiments.optimisation.commands import print_search, run_search

    table, written = run_search(generations, journal, out)
    print_search(_console(), table, language)
    for path in written:
        _say(f"Wrote {path}")


@app.command()
def evidence(
    replicates: Annotated[int, typer.Option(min=1, max=10_000, help="Runs of each world.")] = 200,
    language: Language = LanguageName.ENGLISH,
    as_json: Json = False,
    out: Annotated[Path | None, typer.Option(
        metavar="FOLDER", help="Also write evidence.md, evidence.id.md and the results they come from.")] = None,
) -> None:
    """Hold the model against what is known: observed, simulated, verdict (about a minute)."""
    from experiments.evidence.commands import print_evidence, run_evidence

    results, written = run_evidence(replicates, out)
    if as_json:
        from experiments.machine import as_text

        print(as_text(results))
    else:
        print_evidence(_console(), results, language)
    for path in written:
        _say(f"Wrote {path}")


@app.command()
def calibrate(
    points: Annotated[int, typer.Option(min=1, max=4000, help="Points of parameter space to learn from.")] = 400,
    replicates: Annotated[int, typer.Option(min=1, max=1000, help="Runs of each of them.")] = 12,
    seed: Annotated[int, typer.Option(min=0, help="Seed of samples and runs.")] = 1,
    language: Language = LanguageName.ENGLISH,
    as_json: Json = False,
    out: Annotated[Path | None, typer.Option(
        metavar="FOLDER", help="Also write calibration.md, calibration.id.md, pictures and the results.")] = None,
) -> None:
    """Say which assumed parameters the observed levels narrow, and which they leave open (some minutes)."""
    from experiments.calibration.commands import print_calibration, run_calibration
    from experiments.calibration.results import Effort

    found, written = run_calibration(Effort(points=points, replicates=replicates), seed, out)
    if as_json:
        from experiments.machine import as_text

        print(as_text(found.summary))
    else:
        print_calibration(_console(), found, language)
    for path in written:
        _say(f"Wrote {path}")


class EngineName(StrEnum):
    """Who does the runs of a sweep."""

    THREADS = "threads"
    DASK = "dask"


Directory = Annotated[Path, typer.Argument(metavar="DIR", help="A directory of results that 'sweep' has made.")]


@app.command()
def sweep(
    design: Annotated[str, typer.Argument(
        metavar="DESIGN", help="A ready design's name (see 'designs') or the path of a .toml file.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where results go; a sweep that was cut short goes on there.")],
    engine: Annotated[EngineName, typer.Option(help="Threads of this process, or workers of Dask.")] = EngineName.THREADS,
    scheduler: Annotated[str | None, typer.Option(
        metavar="ADDRESS", help="A Dask scheduler, such as tcp://10.0.0.1:8786; without it workers start here.")] = None,
    workers: Annotated[int | None, typer.Option(
        min=1, max=4096, help="How many chunks at a time; by default one for each processor.")] = None,
    chunk_seconds: Annotated[float, typer.Option(
        min=0.001, max=3600.0, help="About how long a chunk of runs takes; no result depends on it.")] = 1.0,
    retry_failures: Annotated[bool, typer.Option("--retry-failures", help="Do failed runs again.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Run it however large it is.")] = False,
) -> None:
    """Run a design: what varies, how often, which outcomes. Ctrl-C is safe; the same command goes on."""
    from experiments.sweep import commands

    try:
        failed = commands.sweep(design, out, engine, scheduler, workers, yes, chunk_seconds, retry_failures, _say)
    except commands.InterruptedSweepError as error:
        _say(str(error))
        raise typer.Exit(INTERRUPTED) from None
    if failed:
        raise typer.Exit(FAILED)


@app.command()
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="A smoke run of a few minutes; its numbers mean little.")] = False,
    only: Annotated[list[str] | None, typer.Option(
        metavar="NAME", help="Only this group of measurements, such as engine or start; may be repeated.")] = None,
    as_json: Json = False,
    out: Annotated[Path | None, typer.Option(
        metavar="FILE", readable=False, help="Also write a page (.md), such as benchmarks/RESULTS.md.")] = None,
) -> None:
    """Measure how fast the model is here and how much memory it takes (about half an hour)."""
    from experiments.bench import run_benchmarks

    arguments = ["--quick"] if quick else []
    arguments += [word for name in only or [] for word in ("--only", name)]
    arguments += ["--json"] if as_json else []
    arguments += ["--out", str(out.absolute())] if out is not None else []
    raise typer.Exit(run_benchmarks(arguments))


@app.command()
def designs(as_json: Json = False) -> None:
    """List the ready designs."""
    from experiments.sweep.commands import ready_designs

    ready = ready_designs()
    if as_json:
        from experiments.machine import as_text

        print(as_text(ready))
    else:
        from experiments.tables import print_designs

        print_designs(_console(), ready)


@app.command()
def status(directory: Directory, as_json: Json = False) -> None:
    """Say how far a sweep has come, and of which versions it is."""
    from experiments.sweep.commands import facts_of_results

    facts = facts_of_results(directory)
    if as_json:
        from experiments.machine import as_text

        print(as_text(facts))
    else:
        from experiments.tables import print_status

        print_status(_console(), facts)


@app.command()
def export(
    directory: Directory,
    out: Annotated[Path, typer.Option(metavar="FILE", help="A table to write (.csv or .parquet).")],
    series: Annotated[bool, typer.Option("--series", help="One row for each run and period, instead of each run.")] = False,
) -> None:
    """Write the runs of a sweep into one table; the same runs give the same bytes."""
    from experiments.sweep.commands import export as export_results

    rows = export_results(directory, out, series)
    _say(f"Wrote {rows:,} rows to {out}")


PictureFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Also write a picture (.png, .svg).")]


@app.command()
def report(
    directory: Directory,
    language: Language = LanguageName.ENGLISH,
    out: Annotated[Path | None, typer.Option(
        metavar="FILE", help="Where to write it (.html); by default into the directory of results.")] = None,
) -> None:
    """Write one page that tells what a sweep found: words, pictures, numbers, limits, settings."""
    from experiments.analysis.commands import report as write_report

    _say(f"Wrote {write_report(directory, language, out)}")


@app.command()
def sensitivity(directory: Directory, language: Language = LanguageName.ENGLISH, out: PictureFile = None,
                as_json: Json = False) -> None:
    """Say which factors of a sampled design (morris, saltelli, sobol, latin_hypercube) outcomes depend on."""
    from experiments.analysis import commands

    _show(commands.sensitivity, directory, language, out, as_json)


@app.command()
def trial(directory: Directory, language: Language = LanguageName.ENGLISH, out: PictureFile = None,
          as_json: Json = False) -> None:
    """Say what a randomised trial of regions found, beside its true effect."""
    from experiments.analysis import commands

    _show(commands.trial, directory, language, out, as_json)


def _show(analysis: Callable, directory: Path, language: str, out: Path | None, as_json: bool) -> None:
    """Print what an analysis found, and write its picture."""
    from experiments.analysis.commands import (
        check_picture,
        print_findings,
        save_picture,
    )

    check_picture(out)
    results, findings, facts = analysis(directory, language)
    if as_json:
        from experiments.machine import as_text

        print(as_text(facts))
    else:
        print_findings(_console(), results, findings, language)
    if out is not None:
        save_picture(findings, out)
        _say(f"Wrote {out}")


@app.command("app")
def start_app(
    port: Annotated[int | None, typer.Option(
        min=1, max=65535,
        help="Where to serve it; by default PORT of the environment, or the first free from 8765.")] = None,
    browser: Annotated[bool, typer.Option(" /--no-browser", help="Do not open a browser.")] = True,
) -> None:
    """Start the app, to explore the model in a browser; Ctrl-C stops it."""
    from experiments.server import app_file, chosen_port, serve

    serve(app_file(), chosen_port(port), browser)


def main() -> None:
    """Run the command line."""
    try:
        app()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _end_at_once()
        raise


def _end_at_once() -> None:
    """End this process and its workers: who presses Ctrl-C does not wait seconds for Python to take down its libraries."""
    import psutil

    sys.stdout.flush()
    sys.stderr.flush()
    for worker in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if "resource_tracker" not in " ".join(worker.cmdline()):  # Python's own; it tidies up, and then ends
                worker.kill()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
