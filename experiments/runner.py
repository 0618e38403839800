"""Runs the replicates of a scenario, so many at once that it is quick and memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from model.bureaucracy import BureaucracyModel
from model.measures import measured_table
from model.scenario import Scenario

MOST_SEEDS = 2**64
PEOPLE_AT_ONCE = 500_000  # each takes about 60 bytes
RUN_MONTHS_AT_ONCE = 20_000  # each leaves counts of about 2.3 kB
USUAL_REPLICATES = 16
PERSON_MONTHS_UNASKED = 2_000_000_000  # a minute or two on a laptop


def seeds_of(scenario: Scenario, replicates: int) -> list[int]:
    """Return the seed of each replicate: the scenario's own, then the next whole numbers."""
    return [(scenario.seed + replicate) % MOST_SEEDS for replicate in range(replicates)]


def people_of(scenario: Scenario) -> int:
    """Return how many civil servants a scenario has in all its regions."""
    return int(np.broadcast_to(scenario.staff, scenario.regions).sum())


def replicates_unasked(scenario: Scenario) -> int:
    """Return how many replicates are run if nobody says how many: fewer than usual where they would take long."""
    affordable = PERSON_MONTHS_UNASKED // (people_of(scenario) * scenario.months)
    return max(1, min(USUAL_REPLICATES, affordable))


def replicates_at_once(scenario: Scenario) -> int:
    """Return how many replicates of a scenario are stepped together."""
    return max(1, min(PEOPLE_AT_ONCE // people_of(scenario), RUN_MONTHS_AT_ONCE // scenario.months))


def _tell_nobody(run_months: int, doing: str) -> None:
    pass


def run_replicates(scenario: Scenario, replicates: int,
                   report: Callable[[int, str], None] = _tell_nobody) -> Iterator[tuple[list[int], np.ndarray]]:
    """Run a scenario again and again with other luck.

    Parameters
    ----------
    scenario : Scenario
        What to run; its seed is the first replicate's.
    replicates : int
        How many runs.
    report : callable, optional
        Told before a population is built and after each month of some runs: how many run-months have passed since it was
        last told, and what is being done, in words.

    Yields
    ------
    seeds : list of int
        The seeds of some replicates, in order.
    counts : float array, shape (replicates in ``seeds``, months, TALLY_VALUES)
        What was counted in each, see ``model.measures``.
    """
    seeds = seeds_of(scenario, replicates)
    size = replicates_at_once(scenario)
    for first in range(0, replicates, size):
        chunk = seeds[first:first + size]
        doing = f"replicates {first + 1:,} to {first + len(chunk):,} of {replicates:,}"
        if len(chunk) == 1:
            doing = f"replicate {first + 1:,} of {replicates:,}"
        report(0, f"{doing}, building {len(chunk) * people_of(scenario):,} people")
        stack = BureaucracyModel.stack([(scenario, seed) for seed in chunk])
        stack.run_for(scenario.months, partial(report, doing=doing))
        counts = stack.counts()
        del stack  # before the caller works on the counts and the next chunk is built
        yield chunk, counts


def _tell_no_one(runs: int) -> None:
    pass


def measured_over(pairs: Sequence[tuple[Scenario, int]], windows: Sequence[np.ndarray],
                  report: Callable[[int], None] = _tell_no_one) -> np.ndarray:
    """Run scenarios of one length with seeds, and return all measures over some windows of months.

    Parameters
    ----------
    pairs : sequence of (Scenario, int)
        What to run, and with which seed.
    windows : sequence of int arrays
        The places of the months that are counted together, in each.
    report : callable, optional
        Told how many runs have ended since it was last told.

    Returns
    -------
    float array, shape (runs, windows, columns)
        In the order of ``model.measures.column_names``.
    """
    one, found = pairs[0][0], []
    size = max(1, min(PEOPLE_AT_ONCE // people_of(one), RUN_MONTHS_AT_ONCE // one.months))
    for first in range(0, len(pairs), size):
        stack = BureaucracyModel.stack(pairs[first:first + size])
        stack.run_for(one.months)
        counts = stack.counts()
        del stack  # before the next one is built
        found.append(measured_table(np.stack([counts[:, months].sum(axis=1) for months in windows], axis=1)))
        report(len(found[-1]))
    return np.concatenate(found)
