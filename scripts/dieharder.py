"""Tests the random words of the model, in the order in which the model counts them, with the dieharder battery.

    python scripts/dieharder.py run persons months    # some directions, or all; takes a while, so may run in the background
    python scripts/dieharder.py show                  # the table from docs/dieharder/

Needs the program dieharder (Debian: apt-get install dieharder). Every test reads a stream from its first word on, so
each p-value can be had again to the last digit, by itself.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import numba
import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from scipy.stats import kstest

from model.compiler import compiled
from model.randomness import block_of_words

RESULTS = Path(__file__).parent.parent / "docs" / "dieharder"
"""A file for each stream."""
COLUMNS = ("direction", "test", "ntuple", "samples", "p_samples", "p")
WORDS_AT_ONCE = 2**16
PRINTED = str(8 + 16 + 32 + 64 + 128 + 65536)
"""dieharder's flags for what it prints: test, ntuple, samples, number of p-values, their joint p, and each of them."""

SEED, REGION, DECISION, MONTH, PERSON = range(5)
START = (1, 0, 0, 60, 0)
"""Seed, region, decision, month and person of a stream's first word."""
WEAK = 0.005
"""A test is called weak, as by dieharder, if its p is nearer than this to 0 or 1."""


class Direction(NamedTuple):
    """The order of a stream: ``length`` words with one number running, then the same of the next person.

    Attributes
    ----------
    running : int
        Which number changes from word to word.
    length : int
        After how many words it starts anew.
    meaning : str
        What neighbouring words are.
    reversed : bool
        Whether the bits of a word are turned round, so that tests that mind the highest bits mind the lowest.
    """

    running: int
    length: int
    meaning: str
    reversed: bool = False


DIRECTIONS = {
    "persons": Direction(PERSON, 2**32, "one decision in one month, person after person"),
    "months": Direction(MONTH, 120, "one decision of a person in months 60 to 179, then of the next person"),
    "decisions": Direction(DECISION, 56, "all decisions of a person in one month, then of the next person"),
    "regions": Direction(REGION, 546, "one decision of the same person in 546 regions, then of the next person"),
    "seeds": Direction(SEED, 2**32, "one decision of one person under seed 1, 2, 3, …"),
    "low_bits": Direction(PERSON, 2**32, "as persons, with the 32 bits of each word in reverse order", True),
}
CONTROL = "control"
"""dieharder's own AES generator, which shows what its tests make of good words."""
STREAMS = (*DIRECTIONS, CONTROL)


class Test(NamedTuple):
    """A test of dieharder: its number, the tuple length it takes, and how many p-values it makes one of."""

    number: int
    ntuple: int = 0
    p_samples: int = 25


BATTERY = (
    *(Test(number) for number in (0, 1, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 15, 16)),  # Marsaglia's "Diehard"
    Test(2, p_samples=10), Test(7, p_samples=10),  # the long ones of them: rank of 32 x 32 bits, DNA
    Test(17, p_samples=4),  # greatest common divisors
    *(Test(number) for number in (100, 101, 102)),  # monobit, runs and serial, of the test suite of NIST
    *(Test(200, length) for length in (1, 2, 4, 8)),  # distribution of bit patterns
    *(Test(201, dimension, 10) for dimension in (2, 5)),  # least distance of points
    *(Test(202, length) for length in (2, 3, 4, 5)),  # order of neighbouring words
    *(Test(203, lag, 10) for lag in (0, 1, 3, 7)),  # sums of every (lag + 1)th word
    Test(204, p_samples=10),  # uniform numbers
    Test(205, p_samples=1), Test(206, 256, 1),  # bytes, cosine transform
    Test(207, 32, 1), Test(208, 0, 1), Test(209, 12, 1),  # filling trees, monobit of blocks
)
"""All tests of dieharder but its number 14, which its author asks not to use; with fewer p-values than its own 100."""


# Words ---------------------------------------------------------------------------------------------------------

_block_of_words = compiled(block_of_words)


@numba.njit(error_model="numpy")
def _fill(words, first, start, running, length, turned):
    """Write the words ``first``, ``first + 1``, … of a stream."""
    at = np.empty(5, np.int64)
    for place in range(len(words)):
        at[:] = start
        at[PERSON] += (first + place) // length
        at[running] += (first + place) % length
        block = _block_of_words(at[SEED] & 0xFFFFFFFF, at[SEED] >> 32, at[REGION], at[DECISION] // 4, at[MONTH], at[PERSON])
        word = block[at[DECISION] % 4]
        if turned:
            original, word = word, np.uint64(0)
            for bit in range(32):
                word |= ((original >> np.uint64(bit)) & np.uint64(1)) << np.uint64(31 - bit)
        words[place] = word


def words_of(direction: Direction, first: int, number: int) -> np.ndarray:
    """Return ``number`` words of a stream, uint32, from the one with index ``first`` on."""
    words = np.empty(number, np.uint32)
    _fill(words, first, np.array(START), direction.running, direction.length, direction.reversed)
    return words


# dieharder -----------------------------------------------------------------------------------------------------


class Result(NamedTuple):
    """What a test says of a stream, by one statistic.

    Attributes
    ----------
    test, ntuple, samples : str
        As dieharder prints them.
    p_values : list of float
        One for each sample of the stream.
    """

    test: str
    ntuple: str
    samples: str
    p_values: list[float]


def output_of(test: Test, direction: Direction | None) -> str:
    """Run a test on a stream, or on dieharder's AES generator if ``direction`` is None; return what it prints."""
    command = ["dieharder", "-d", str(test.number), "-n", str(test.ntuple), "-p", str(test.p_samples), "-c", ",", "-D", PRINTED]
    command += ["-g", "205", "-S", "1"] if direction is None else ["-g", "200"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        first = 0
        try:
            while direction is not None:
                process.stdin.write(words_of(direction, first, WORDS_AT_ONCE).tobytes())
                first += WORDS_AT_ONCE
        except BrokenPipeError:
            pass  # the test has all it needs
        said, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"dieharder ended with status {process.returncode}")
    return said.decode()


def results_in(output: str) -> list[Result]:
    """Return the results in what dieharder prints: a line for each statistic, and below it one for each p-value."""
    results = []
    for line in output.splitlines():
        entries = [entry.strip() for entry in line.split(",")]
        if line.startswith("#") or len(entries) < 3:
            continue
        if entries[0]:
            results.append(Result(*entries[:3], []))
        else:
            results[-1].p_values.append(float(entries[1]))
    return results


def joint_p(p_values: list[float]) -> float:
    """Return the p-value of several together: the exact Kolmogorov-Smirnov test of whether they are uniform.

    dieharder's own takes the largest distance from i / (n + 1), which is less than that from the steps of the sample, so of few
    good p-values it makes one near 1 too often (0.055 instead of 0.005 are above 0.995 for n = 25).
    """
    return p_values[0] if len(p_values) == 1 else float(kstest(p_values, "uniform", method="exact").pvalue)


def measure(name: str) -> Iterator[list[dict[str, str]]]:
    """Run the battery on a stream; yield the results of each test, one for each statistic."""
    for test in BATTERY:
        yield [dict(zip(COLUMNS, (name, found.test, found.ntuple, found.samples, len(found.p_values),
                                  f"{joint_p(found.p_values):.8f}"), strict=True))
               for found in results_in(output_of(test, DIRECTIONS.get(name)))]


# What the p-values say -----------------------------------------------------------------------------------------


def two_sided(p: np.ndarray) -> np.ndarray:
    """Return p-values that are small where those given, which are suspect near 0 and near 1, are near either."""
    return np.minimum(1.0, 2.0 * np.minimum(p, 1.0 - p))


def least_after_holm(p: np.ndarray) -> float:
    """Return the smallest of some p-values after Holm's correction, which allows for their number."""
    return min(1.0, len(p) * float(np.min(p)))


def table_of(rows: list[dict[str, str]]) -> str:
    """Return what the results show, as a table in Markdown."""
    lines = ["| words in the order of | p-values | weak | expected weak | smallest p (two-sided) | after Holm |",
             "|---|---|---|---|---|---|"]
    for name in dict.fromkeys(row["direction"] for row in rows):
        p = two_sided(np.array([float(row["p"]) for row in rows if row["direction"] == name]))
        lines.append(f"| {name} | {len(p)} | {np.sum(p < 2 * WEAK)} | {2 * WEAK * len(p):.1f} | {p.min():.2g} | "
                     f"{least_after_holm(p):.2g} |")
    return "\n".join(lines)


def weak_ones(rows: list[dict[str, str]]) -> str:
    """Return the weak tests, one a line."""
    return "\n".join(f"{row['direction']}: {row['test']}, n = {row['ntuple']}, p = {row['p']}" for row in rows
                     if two_sided(np.float64(row["p"])) < 2 * WEAK)


def known_results() -> list[dict[str, str]]:
    """Return the rows of the files of results, as they stand in them."""
    rows = []
    for name in STREAMS:
        if file_of(name).exists():
            with file_of(name).open(encoding="utf-8", newline="") as file:
                rows += csv.DictReader(file)
    return rows


def file_of(name: str) -> Path:
    """Return where the results of a stream are kept."""
    return RESULTS / f"{name}.csv"


# Commands ------------------------------------------------------------------------------------------------------

app = typer.Typer(add_completion=False, help="Test the words of the model with the dieharder battery.")


@app.command()
def run(
    streams: Annotated[list[str] | None, typer.Argument(help=f"Some of: {', '.join(STREAMS)}; all if none is named.")] = None,
) -> None:
    """Run the battery on streams, each some minutes, and write the p-values to docs/dieharder/."""
    if shutil.which("dieharder") is None:
        raise typer.BadParameter("the program dieharder is not installed (Debian: apt-get install dieharder)")
    for name in streams or STREAMS:
        if name not in STREAMS:
            raise typer.BadParameter(f"there is no stream {name!r}; there are {', '.join(STREAMS)}")
    for name in streams or STREAMS:
        RESULTS.mkdir(exist_ok=True)
        with file_of(name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            for rows in track(measure(name), description=name, total=len(BATTERY), console=Console(stderr=True)):
                writer.writerows(rows)
                file.flush()


@app.command()
def show() -> None:
    """Print what docs/dieharder/ shows."""
    rows = known_results()
    print(f"{table_of(rows)}\n\nWeak:\n{weak_ones(rows)}")


if __name__ == "__main__":
    app()
