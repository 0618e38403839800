"""What the command ``netralitas evidence`` does; ``experiments/cli.py`` has its options."""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.errors import InputError
from experiments.evidence.document import (
    Comparison,
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
    """Print the caveat, the tally and a table."""
    words = texts(language)
    found = comparisons(results, language)
    console.print(Text(words("evidence.title"), style="bold"))
    console.print(f"{words('evidence.scale')} {evidence().scale[language]}\n\n{summary(found, words)}")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("pattern", "observed", "simulated", "verdict", "used"):
        table.add_column(words(f"column.{column}"))
    for one in found:
        table.add_row(one.title, one.observed, _numbers(one), one.judged, one.used)
    console.print(table)


def _numbers(one: Comparison) -> str:
    return "\n".join(f"{number.what}: {number.value}" for number in one.simulated if number.verdict) or "–"
