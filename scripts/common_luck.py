"""Measures what it is worth that policies compared on the same seeds share their luck.

    python scripts/common_luck.py                # a table in Markdown, in about a minute
    python scripts/common_luck.py --pairs 256    # surer

The quantity is siding in month 60, that of the vote, in one region of 1,000 civil servants. Each policy is run on the same
seeds. The variance of a difference is then that of the pairs; with other seeds for each policy it would be the sum of both.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
import typer
from rich.console import Console
from scipy import stats

from model import BureaucracyModel, load_scenario

VOTE = 60
HALF_WIDTH = 0.002  # of siding, so 0.2 percentage points
CONFIDENCE = 0.95
CONTRASTS = {
    "oversight capacity 8 or 24": ({"oversight_capacity": 8.0}, {"oversight_capacity": 24.0}),
    "independence 0.05 or 0.8": ({"independence": 0.05}, {"independence": 0.8}),
    "rotation ban 0 or 6 months": ({"rotation_ban": 0.0}, {"rotation_ban": 6.0}),
}


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


def siding_at_vote(changes: dict[str, float], seeds: range) -> np.ndarray:
    """Return siding in month 60 for each seed, under the changed parameters."""
    scenario = load_scenario("pilkada_2020").replace(regions=1, staff=1000, months=VOTE, **changes)
    stack = BureaucracyModel.stack([(scenario, seed) for seed in seeds])
    stack.run_for(VOTE)
    return np.array([run.measure("siding_share") for run in stack])


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


def main(pairs: Annotated[int, typer.Option(min=8, help="Seeds, from 0 on, each run under both policies.")] = 64) -> None:
    """Print a table of what pairing is worth."""
    print(f"| policies | difference of siding | correlation | times the replicates saved | for ±{HALF_WIDTH}: paired | "
          "independent |\n|---|---|---|---|---|---|")
    with Console(stderr=True).status("running") as status:
        for name, (one, other) in CONTRASTS.items():
            status.update(name)
            worth = worth_of_pairing(siding_at_vote(one, range(pairs)), siding_at_vote(other, range(pairs)))
            print(f"| {name} | {worth.difference:.4f} ± {worth.half:.4f} | "
                  f"{worth.correlation:.2f} ({worth.correlation_ends[0]:.2f} to {worth.correlation_ends[1]:.2f}) | "
                  f"{worth.saved:.1f} ({worth.saved_ends[0]:.1f} to {worth.saved_ends[1]:.1f}) | "
                  f"{worth.paired:,} | {worth.independent:,} |", flush=True)


if __name__ == "__main__":
    typer.run(main)
