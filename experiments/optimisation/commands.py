"""What the command ``netralitas optimise`` does; ``experiments/cli.py`` has its options."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from experiments.errors import InputError
from experiments.files import check_folder
from experiments.optimisation import results as store
from experiments.optimisation.document import document, write_documents
from experiments.progress import Progress


def run_search(generations: int, journal: Path | None, out: Path | None) -> tuple[dict, list[Path]]:
    """Search policies; return the table and the files written, if a folder for them was given.

    Raises
    ------
    InputError
        If there are too few generations, the journal is of another search, or the folder cannot be used.
    """
    if generations < 2:
        raise InputError(f"--generations {generations} is too few for a search; the fewest is 2")
    if journal is not None and journal.is_dir():
        raise InputError(f"--journal {journal} is a directory; name a file")
    for folder in (out, journal.parent if journal is not None else None):
        if folder is not None:
            check_folder(folder)
    if journal is not None:
        journal.parent.mkdir(parents=True, exist_ok=True)
    with Progress(store.runs_of(generations), "optimise") as progress:
        table = store.ask(generations, journal, progress.advance)
    return table, [store.write_table(table, out), *write_documents(table, out)] if out is not None else []


def print_search(console: Console, table: dict, language: str) -> None:
    """Print the document."""
    console.print(Markdown(document(table, language)))
