"""What the command ``netralitas findings`` does; ``experiments/cli.py`` has its options."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from experiments.errors import InputError, unknown
from experiments.files import check_folder
from experiments.findings import results as store
from experiments.findings.catalogue import findings
from experiments.findings.document import entries_of, write_documents
from experiments.progress import Progress


def run_findings(names: list[str], replicates: int, points: int, out: Path | None) -> tuple[store.Results, list[Path]]:
    """Ask the model for findings; return the answers and the files written, if a folder for them was given.

    Raises
    ------
    InputError
        If a finding is not there, numbers are too small, or the folder cannot be used.
    """
    for name in names:
        if name not in findings():
            raise unknown("finding", name, findings())
    if replicates < store.FEWEST_REPLICATES:
        raise InputError(f"--replicates {replicates} is too few for an interval; the fewest is {store.FEWEST_REPLICATES}")
    if points < store.FEWEST_POINTS:
        raise InputError(f"--points {points} is too few for a share; the fewest is {store.FEWEST_POINTS}")
    if out is not None:
        check_folder(out)
    kept = store.read_table(out) if out is not None and (out / store.RESULTS).exists() else {}
    asked = names or list(findings())
    runs = sum(store.runs_of(findings()[name], replicates, points) for name in asked)
    with Progress(runs, "findings") as progress:
        table = store.ask(asked, replicates, points, kept, progress.advance,
                          lambda found: store.write_table(found, out) if out is not None else None)
    found = store.results_of(table)
    return found, [store.write_table(table, out), *write_documents(found, out)] if out is not None else []


def print_findings(console: Console, results: store.Results, language: str, names: list[str]) -> None:
    """Print each finding: question, what came out, and in how many plausible worlds."""
    for entry in entries_of(results, language):
        if not names or entry.name in names:
            console.print(Text(f"\n{entry.title}", style="bold"))
            for sentence in entry.sentences:
                console.print(Text(f"  {sentence}"))
