"""Measures what it is worth that policies compared on the same seeds share their luck.

    python scripts/common_luck.py                # two tables in Markdown, in under a minute
    python scripts/common_luck.py --pairs 256    # surer

The first table compares people: of those who side under a strict policy, how many side under the lax one, too? The second
compares siding in month 60, that of the vote. Each policy is run on the same seeds, in one region of 1,000 civil servants.
The variance of a difference is then that of the pairs; with other seeds for each policy it would be the sum of both.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
import typer
from rich.console import Console
from scipy import stats

from model import BureaucracyModel, load_scenario
from model.bureaucracy import Stack

VOTE = 60
HALF_WIDTH = 0.002  # of siding, so 0.2 percentage points
CONFIDENCE = 0.95
CONTRASTS = {
    "oversight capacity 8 or 24": ({"oversight_capacity": 8.0}, {"oversight_capacity": 24.0}),
    "independence 0.05 or 0.8": ({"independence": 0.05}, {"independence": 0.8}),
    "rotation ban 0 or 6 months": ({"rotation_ban": 0.0}, {"rotation_ban": 6.0}),
}


STRICTER = {
    "severity 25 or 50": ({"severity": 25.0}, {"severity": 50.0}),
    "follow-up 0.7 or 0.95": ({"follow_up": 0.7}, {"follow_up": 0.95}),
    "independence 0.05 or 0.8": ({"independence": 0.05}, {"independence": 0.8}),
    "oversight capacity 8 or 24": ({"oversight_capacity": 8.0}, {"oversight_capacity": 24.0}),
}
"""Lax and strict policies: in month 1 nobody has weaker reasons to stay neutral under the strict one."""


class Worth(NamedTuple):
    """What pairing is worth for one contrast.

    Attributes
    ----------
    difference, half : float
        Mean difference of siding, and half its 95% interval from the pairs.
    correlation : float
        Of the two policies' siding over seeds; ``correlation_ends`` is its 95% interval.
    saved : float
        How many times as many replicates independent seeds would need; ``saved_ends`` is its 95% interval.
    paired, independent : int
        Replicates of each policy for an interval of the difference of ±HALF_WIDTH.
    """

    difference: float
    half: float
    correlation: float
    correlation_ends: tuple[float, float]
    saved: float
    saved_ends: tuple[float, float]
    paired: int
    independent: int


def runs_of(months: int, changes: dict[str, float], seeds: range) -> Stack:
    """Return a run for each seed, under the changed parameters, after some months."""
    scenario = load_scenario("pilkada_2020").replace(regions=1, staff=1000, months=months, **changes)
    stack = BureaucracyModel.stack([(scenario, seed) for seed in seeds])
    stack.run_for(months)
    return stack


def siders(months: int, changes: dict[str, float], seeds: range) -> list[set[int]]:
    """Return for each seed the keys of those who side in the last of some months, under the changed parameters."""
    runs = runs_of(months, changes, seeds)
    return [set(run.people.column("key")[run.people.column("stance") > 0].tolist()) for run in runs]


def share_nested(lax: list[set[int]], strict: list[set[int]]) -> float:
    """Return the share of those who side under the strict policy who side under the lax one, too."""
    return sum(len(one & other) for one, other in zip(lax, strict, strict=True)) / sum(map(len, strict))


def siding_at_vote(changes: dict[str, float], seeds: range) -> np.ndarray:
    """Return siding in month 60 for each seed, under the changed parameters."""
    return np.array([run.measure("siding_share") for run in runs_of(VOTE, changes, seeds)])


def replicates_saved(one: np.ndarray, other: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return the variance of a difference between independent seeds over that between pairs."""
    independent = np.var(one, axis=axis, ddof=1) + np.var(other, axis=axis, ddof=1)
    return independent / np.var(one - other, axis=axis, ddof=1)


def replicates_needed(variance: float) -> int:
    """Return the fewest replicates whose mean has a 95% interval (Student's t) of at most ±HALF_WIDTH."""
    # Student's t is wider than the normal distribution, so this many are never too many.
    number = max(2, int(variance * (stats.norm.ppf(0.5 + CONFIDENCE / 2) / HALF_WIDTH) ** 2))
    while stats.t.ppf(0.5 + CONFIDENCE / 2, number - 1) * np.sqrt(variance / number) > HALF_WIDTH:
        number += 1
    return number


def worth_of_pairing(one: np.ndarray, other: np.ndarray) -> Worth:
    """Return what pairing is worth, from siding under two policies on the same seeds."""
    difference = stats.ttest_rel(one, other)
    low, high = difference.confidence_interval(CONFIDENCE)
    correlation = stats.pearsonr(one, other)
    saved = stats.bootstrap((one, other), replicates_saved, paired=True, vectorized=True, confidence_level=CONFIDENCE,
                            rng=np.random.default_rng(0)).confidence_interval
    return Worth(
        float(np.mean(one - other)), (high - low) / 2,
        float(correlation.statistic), tuple(correlation.confidence_interval(CONFIDENCE)),
        float(replicates_saved(one, other)), (saved.low, saved.high),
        replicates_needed(np.var(one - other, ddof=1)), replicates_needed(np.var(one, ddof=1) + np.var(other, ddof=1)),
    )


def print_nested(seeds: range) -> None:
    """Print, for each strict policy, how many of those who side under it side under the lax one, too."""
    others = range(seeds.stop, 2 * seeds.stop)
    print("| lax or strict | month 1 | month 60 | month 60, other seeds |\n|---|---|---|---|")
    for name, (lax, strict) in STRICTER.items():
        at_vote = siders(VOTE, lax, seeds)
        shares = (share_nested(siders(1, lax, seeds), siders(1, strict, seeds)),
                  share_nested(at_vote, siders(VOTE, strict, seeds)), share_nested(at_vote, siders(VOTE, strict, others)))
        print(f"| {name} | {' | '.join(f'{share:.3f}' for share in shares)} |", flush=True)


def print_worth(seeds: range) -> None:
    """Print what pairing is worth for each contrast."""
    print(f"| policies | difference of siding | correlation | times the replicates saved | for ±{HALF_WIDTH}: paired | "
          "independent |\n|---|---|---|---|---|---|")
    for name, policies in CONTRASTS.items():
        worth = worth_of_pairing(*(siding_at_vote(policy, seeds) for policy in policies))
        low, high = worth.correlation_ends
        least, most = worth.saved_ends
        print(f"| {name} | {worth.difference:.4f} ± {worth.half:.4f} | {worth.correlation:.3f} ({low:.3f} to {high:.3f}) | "
              f"{worth.saved:.0f} ({least:.0f} to {most:.0f}) | {worth.paired:,} | {worth.independent:,} |", flush=True)


def main(pairs: Annotated[int, typer.Option(min=8, help="Seeds, from 0 on, each run under both policies.")] = 64) -> None:
    """Print what common luck does person by person, and what it is worth."""
    with Console(stderr=True).status(f"{pairs} pairs of runs for each line"):
        print_nested(range(pairs))
        print()
        print_worth(range(pairs))


if __name__ == "__main__":
    typer.run(main)
