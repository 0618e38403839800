"""What the command ``netralitas calibrate`` does; ``experiments/cli.py`` has its options."""

from __future__ import annotations

from pathlib import Path

from experiments.calibration.document import write_documents
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
