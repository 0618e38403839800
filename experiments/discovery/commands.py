"""What the command ``netralitas discover`` does; ``experiments/cli.py`` has its options."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from experiments.discovery import results as store
from experiments.discovery.document import document, write_documents
from experiments.errors import InputError
from experiments.files import check_folder
from experiments.progress import Progress


def run_discovery(worlds: int, replicates: int, out: Path | None) -> tuple[dict, list[Path]]:
    """Draw worlds and look for boxes; return the table and the files written, if a folder for them was given.

    Raises
    ------
    InputError
        If there are too few worlds, or the folder cannot be used.
    """
    if worlds < store.FEWEST_WORLDS:
        raise InputError(f"--worlds {worlds} is too few to find and to test boxes; the fewest is {store.FEWEST_WORLDS}")
    if out is not None:
        check_folder(out)
    with Progress(store.runs_of(worlds, replicates), "discover") as progress:
        table = store.ask(worlds, replicates, progress.advance)
    return table, [store.write_table(table, out), *write_documents(table, out)] if out is not None else []


def print_discovery(console: Console, table: dict, language: str) -> None:
    """Print the document."""
    console.print(Markdown(document(table, language)))
