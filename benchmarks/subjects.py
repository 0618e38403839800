"""What is measured: one model at several sizes, the months it runs through, and the bytes it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from model import (
    BureaucracyModel,
    Scenario,
    load_scenario,
    scenario_names,
)
from model.bureaucracy import Stack
from model.rules.elections import HANDOVER, TERM

SCENARIO = "pilkada_2020"
NATIONAL_SCENARIO = "indonesia"
GOVERNMENTS, STAFF_OF_A_GOVERNMENT = 546, 8_718  # where there is no national scenario: 4.76 million people
FIRST_MONTHS = HANDOVER  # until the winner of the vote before the start would have taken over
MONTHS_OF_A_TERM = TERM  # from there on, sixty months hold each phase once: mid-term, ban, campaign, vote, handover
SEED = 1


@dataclass(frozen=True)
class Size:
    """A number of people, and how they lie in runs and regions."""

    name: str
    label: str
    staff: int  # people in each region
    regions: int = 1
    runs: int = 1
    terms: int = 3  # how many terms are measured
    terms_if_quick: int = 1  # 0: none

    def scenario(self, months: int) -> Scenario:
        """Return the scenario of each run."""
        return load_scenario(SCENARIO).replace(staff=self.staff, regions=self.regions, months=months)


SIZES = (
    Size("1e3_alone", "1,000 people, one run alone", 1_000, terms=15, terms_if_quick=3),
    Size("1e3_stacked", "200 stacked runs of 1,000 people", 1_000, runs=200, terms=9),
    Size("1e4", "10,000 people, one region", 10_000, terms=15, terms_if_quick=3),
    Size("1e5", "100,000 people, 10 regions", 10_000, regions=10, terms=9),
    Size("1e6", "1 million people, 100 regions", 10_000, regions=100, terms=6),
    Size("national", "the national civil service, 4.76 million people, 546 governments",
         STAFF_OF_A_GOVERNMENT, regions=GOVERNMENTS, terms=3, terms_if_quick=0),
)


def national_scenario(months: int) -> Scenario:
    """Return the whole civil service: the ready scenario where there is one, else regions of equal size."""
    if NATIONAL_SCENARIO in scenario_names():
        return load_scenario(NATIONAL_SCENARIO).replace(months=months)
    return SIZES[-1].scenario(months)


def built(size: Size, months: int, threads: int | None) -> Stack:
    """Return a new population of a size, before its first month."""
    scenario = national_scenario(months) if size.name == "national" else size.scenario(months)
    return BureaucracyModel.stack([(scenario, SEED + run) for run in range(size.runs)], threads=threads)


def people_in(stack: Stack) -> int:
    """Return how many posts all runs have together."""
    return sum(int(np.broadcast_to(one.staff, one.regions).sum()) for one in stack.engine.scenarios)


def bytes_of_state(stack: Stack) -> int:
    """Return how many bytes the arrays of the world take: everything a stage may read or write."""
    return sum(array.nbytes for array in _arrays_in(stack.engine.world))


def _arrays_in(value: object) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple):
        for entry in value:
            yield from _arrays_in(entry)


def compile_everything() -> None:
    """Have the model compiled, and its machine code loaded."""
    BureaucracyModel("laboratory").step()
