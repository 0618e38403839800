"""What the command ``netralitas screening`` does; ``experiments/cli.py`` has its options."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from experiments.errors import InputError
from experiments.files import check_folder
from experiments.progress import Progress
from experiments.sensitivity import results as store
from experiments.sensitivity.document import document, write_documents


def run_sensitivity(size: store.Size, out: Path | None) -> tuple[dict, list[Path]]:
    """Screen and take apart; return the table and the files written, if a folder for them was given.

    Raises
    ------
    InputError
        If the samples are too small or of a wrong size, or the folder cannot be used.
    """
    if size.trajectories < 2:
        raise InputError(f"--trajectories {size.trajectories} is too few for an interval; the fewest is 2")
    if size.base < 8 or size.base & (size.base - 1):
        raise InputError(f"--base {size.base} must be a power of two, 8 or more")
    if out is not None:
        check_folder(out)
    with Progress(store.runs_of(size), "screening") as progress:
        table = store.ask(size, progress.advance)
    return table, [store.write_table(table, out), *write_documents(table, out)] if out is not None else []


def print_sensitivity(console: Console, table: dict, language: str) -> None:
    """Print the document."""
    console.print(Markdown(document(table, language)))
