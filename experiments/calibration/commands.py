"""What the command ``netralitas calibrate`` does; ``experiments/cli.py`` has its options."""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.calibration.document import (
    in_short,
    rows_of_ranges,
    texts,
    what_is_open,
    write_documents,
)
from experiments.calibration.emulator import FEWEST_POINTS
from experiments.calibration.results import (
    Calibration,
    Effort,
    calibrate,
    write_calibration,
)
from experiments.errors import InputError
from experiments.files import check_folder
from experiments.progress import Progress


def run_calibration(effort: Effort, seed: int, out: Path | None) -> tuple[Calibration, list[Path]]:
    """Calibrate; return the results and the files written, if a folder for them was given."""
    if effort.points < 2 * FEWEST_POINTS:
        raise InputError(f"--points {effort.points} is too few to learn from; the fewest is {2 * FEWEST_POINTS}")
    if out is not None:
        check_folder(out)
    with Progress(effort.runs(), "calibration") as progress:
        try:
            found = calibrate(effort, seed, progress.advance)
        except ValueError as error:
            raise InputError(f"{error}; try more --points or --replicates") from None
    return found, [*write_calibration(found, out), *write_documents(found, out)] if out is not None else []


def print_calibration(console: Console, found: Calibration, language: str) -> None:
    """Print what was learned, and what was not."""
    words = texts(language)
    console.print(Text(words("calibration.title"), style="bold"))
    console.print(f"{words('calibration.opening')}\n\n{in_short(found, words)}")
    head, *rows = rows_of_ranges(found, words)
    table = Table(*head, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print("\n\n".join(what_is_open(found, words)))
