"""What the commands sweep, designs, status and export do; ``experiments/cli.py`` has their options."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from experiments.errors import InputError
from experiments.files import TABLES, check_target, written_whole
from experiments.progress import Progress
from experiments.sweep.design import Design, Sequential, design_names, load_design
from experiments.sweep.execute import Crew, run_plan, thread_crew
from experiments.sweep.plan import CHUNK_SECONDS, Plan
from experiments.sweep.results import Results, open_results
from experiments.sweep.store import Store, is_locked
from model.engine import threads_available

MOST_RUNS_UNASKED = 20_000
ENGINES = ("threads", "dask")


class InterruptedSweepError(Exception):
    """Ctrl-C was pressed; the message is one sentence."""


def sweep(name: str, out: Path, engine: str = "threads", scheduler: str | None = None, workers: int | None = None,
          yes: bool = False, chunk_seconds: float = CHUNK_SECONDS, retry: bool = False,
          say: Callable[[str], None] = print) -> int:
    """Run a design, or what a directory of results still lacks of it.

    Parameters
    ----------
    name : str
        A ready design's name, or the path of a file.
    out : pathlib.Path
        The directory of results.
    engine : {"threads", "dask"}
    scheduler : str, optional
        Address of a Dask cluster.
    workers : int, optional
        How many chunks are done side by side on this machine.
    yes : bool
        Run it however large it is.
    chunk_seconds : float
        About how long a chunk takes.
    retry : bool
        Do failed runs again.
    say : callable
        Told sentences for people.

    Returns
    -------
    int
        How many runs failed.

    Raises
    ------
    InputError, OutsideError
        In one sentence.
    InterruptedSweepError
        If Ctrl-C was pressed.
    """
    _check_engine(engine, scheduler, workers)
    plan = Plan(load_design(name))
    _check_size(plan, workers, yes)
    with Store(out, plan) as store:
        for fault in store.mended:
            say(f"{fault}; its runs are done again")
        if retry:
            store.forget_failures()
        try:
            _run(plan, store, _crew(engine, scheduler, workers), chunk_seconds)
        except KeyboardInterrupt:
            raise InterruptedSweepError(f"Interrupted; {_safe(store, plan)}, and the same command goes on from there") from None
        say(f"{store.done:,} runs are in {out}" + (f", and {store.failed:,} of them failed; failures.parquet there says how"
                                                   if store.failed else ""))
        return store.failed


def _safe(store: Store, plan: Plan) -> str:
    most = "at most " if isinstance(plan.design.replicates, Sequential) else ""
    return f"{store.done:,} of {most}{plan.most_runs:,} runs are safe in {store.directory}"


def _check_engine(engine: str, scheduler: str | None, workers: int | None) -> None:
    if engine not in ENGINES:
        raise InputError(f"--engine {engine} is none of {', '.join(ENGINES)}")
    if scheduler and engine != "dask":
        raise InputError("--scheduler needs --engine dask")
    if scheduler and workers:
        raise InputError("--workers has no meaning beside --scheduler, whose cluster has the workers it has")


def _crew(engine: str, scheduler: str | None, workers: int | None) -> contextlib.AbstractContextManager[Crew]:
    if engine == "threads":
        return thread_crew(workers)
    from experiments.sweep.cluster import dask_crew

    return dask_crew(workers, scheduler)


def _check_size(plan: Plan, workers: int | None, yes: bool) -> None:
    """Refuse a design of very many runs unless it was agreed to."""
    if plan.most_runs > MOST_RUNS_UNASKED and not yes:
        most = "up to " if isinstance(plan.design.replicates, Sequential) else ""
        raise InputError(f"{plan.design.name} has {most}{_size(plan, workers)}; add --yes to run more than "
                         f"{MOST_RUNS_UNASKED:,} runs")


def _size(plan: Plan, workers: int | None) -> str:
    """Say how many runs a plan has, how long they take and how large they are."""
    width = workers or threads_available()
    beside = "alone" if width == 1 else f"{width} at a time"
    return (f"{plan.most_runs:,} runs, which take about {_duration(plan.seconds(width))} ({beside}) and about "
            f"{plan.most_runs * plan.bytes_per_run / 1e6:,.1f} MB")


def _duration(seconds: float) -> str:
    for limit, size, unit in ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{max(1, round(seconds / size))} {unit}"
    return f"{round(seconds / 86_400):,} days"


def _run(plan: Plan, store: Store, crew: contextlib.AbstractContextManager[Crew], chunk_seconds: float) -> None:
    with Progress(plan.most_runs, plan.design.name, "runs", store.done) as progress, crew as at_work:
        run_plan(plan, store, at_work, progress.advance, progress.aim, chunk_seconds)


# Looking at results --------------------------------------------------------------------------------------------


def facts_of_design(design: Design) -> dict:
    """Return what a list of designs tells of one."""
    plan = Plan(design)
    return {"name": design.name, "title": design.text("title"), "title_id": design.text("title", "id"),
            "question": design.text("question"), "kind": design.kind, "points": len(plan.points),
            "runs_at_most": plan.most_runs, "seconds_on_one_core": round(plan.seconds(1))}


def ready_designs() -> list[dict]:
    """Return the facts of all ready designs."""
    return [facts_of_design(load_design(name)) for name in design_names()]


def facts_of_results(directory: Path) -> dict:
    """Return how far a sweep has come, and what it is."""
    results: Results = open_results(directory)
    return {
        "directory": str(directory), "design": results.manifest["design"]["name"], "title": results.design.text("title"),
        "complete": results.complete, "running": is_locked(directory), "planned": results.planned, "done": results.done,
        "failed": results.failed, "bytes": results.bytes, "points": len(results.points),
        "seed": results.design.seed, "versions": results.manifest["versions"], "commit": results.manifest["commit"],
    }  # fmt: skip


def export(directory: Path, out: Path, series: bool) -> int:
    """Write a directory's runs into one file; return how many rows it has."""
    if out.suffix.lower() not in TABLES:
        raise InputError(f"--out {out} ends in {out.suffix!r}; it can be {' or '.join(TABLES)}")
    check_target(out)
    results = open_results(directory)
    with written_whole(out) as partial:
        return results.export(partial, series)
