"""What the command ``netralitas evidence`` does; ``experiments/cli.py`` has its options."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from experiments.errors import InputError
from experiments.evidence.document import (
    comparisons,
    summary,
    texts,
    write_documents,
)
from experiments.evidence.observed import evidence
from experiments.evidence.results import (
    evidence_results,
    run_months,
    write_results,
)
from experiments.evidence.simulated import FEWEST
from experiments.files import check_folder
from experiments.progress import Progress


def run_evidence(replicates: int, out: Path | None) -> tuple[dict, list[Path]]:
    """Run every contrast; return the results and the files written, if a folder for them was given."""
    if replicates < FEWEST:
        raise InputError(f"--replicates {replicates} is too few for an interval; the fewest is {FEWEST}")
    if out is not None:
        check_folder(out)
    with Progress(run_months(replicates), "evidence") as progress:
        results = evidence_results(replicates, progress.advance)
    return results, [write_results(results, out), *write_documents(results, out)] if out is not None else []


def print_evidence(console: Console, results: dict, language: str) -> None:
    """Print the caveat, the tally, and each pattern with its verdict."""
    words = texts(language)
    found = comparisons(results, language)
    console.print(Text(words("evidence.title"), style="bold"))
    console.print(f"{words('evidence.scale')} {evidence().scale[language]}\n\n{summary(found, words)}")
    for one in found:
        console.print(Text(f"\n{one.judged.upper()}: {one.title}", style="bold"))
        console.print(f"{words('column.observed')}: {one.observed}. {words('column.used')}: {one.used}. {one.compared}")
        for number in one.simulated:
            console.print(f"  {number.what}: {number.value}{number.verdict and f' ({number.verdict})'}")
