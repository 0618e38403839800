"""What the command ``netralitas teaching`` does; ``experiments/cli.py`` has its options."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from experiments.errors import InputError
from experiments.files import check_folder
from experiments.teaching.papers import write_papers

FEWEST_REPLICATES = 4


def run_teaching(folder: Path, replicates: int) -> Iterator[Path]:
    """Write the papers of a class; yield each file.

    Raises
    ------
    InputError
        If there are too few replicates for an interval, the folder cannot be used, or pandoc is missing.
    """
    if replicates < FEWEST_REPLICATES:
        raise InputError(f"--replicates {replicates} is too few for an interval; the fewest is {FEWEST_REPLICATES}")
    check_folder(folder)
    yield from write_papers(folder, replicates)
