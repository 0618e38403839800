"""Runs the worlds and takes from them what the claims need, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from experiments.evidence.contrasts import (
    CONTRASTS,
    ENDS,
    Claim,
    Statistic,
    Totals,
    scenario_of,
)
from experiments.evidence.verdict import verdict_on_level, verdict_on_sign
from experiments.runner import run_replicates
from experiments.summary import CONFIDENCE
from model.scenario import Scenario

FEWEST = 20  # replicates, for an interval that means anything


@dataclass(frozen=True)
class Found:
    """What the model says to a claim.

    Attributes
    ----------
    value, low, high : float
        The number over all replicates, and its 95% interval.
    verdict : str or None
        See ``verdict.py``; None where nothing is asked.
    """

    value: float
    low: float
    high: float
    verdict: str | None


def pieces_of(scenario: Scenario, replicates: int, report: Callable[[int, str], None]) -> np.ndarray:
    """Return what was counted in each replicate and piece of time, shape (replicates, len(ENDS), TALLY_VALUES)."""
    starts = [0, *ENDS[:-1]]
    return np.concatenate([np.add.reduceat(counts, starts, axis=1)
                           for _, counts in run_replicates(scenario, replicates, report)])


def leave_one_out(pieces: np.ndarray) -> np.ndarray:
    """Return the sum over all replicates, then those without each of them; shape (replicates + 1, ...)."""
    total = pieces.sum(axis=0)
    return np.concatenate([total[None], total - pieces])


def with_interval(statistic: Statistic, totals: Totals) -> tuple[float, float, float]:
    """Return a number made from sums over replicates, and its interval by the jackknife.

    Sums are divided by sums, as whoever counts a country does, so the number is no mean of regional ratios and a
    region without cases does no harm. The jackknife (Efron and Stein 1981, doi:10.1214/aos/1176345462) sees how the
    number changes when a replicate is left out; worlds share their replicates, so differences are paired.

    Parameters
    ----------
    statistic : callable
    totals : Totals
        As :func:`leave_one_out` gives them.
    """
    values = statistic(totals)
    whole, others = float(values[0]), values[1:]
    number = len(others)
    error = np.sqrt((number - 1) / number * np.sum((others - others.mean()) ** 2))
    half = float(stdtrit(number - 1, 0.5 + CONFIDENCE / 2) * error)
    return whole, whole - half, whole + half


def found_by(claim: Claim, totals: Totals) -> Found:
    """Return what the model says to a claim."""
    value, low, high = with_interval(claim.statistic, totals)
    if claim.asked is None:
        return Found(value, low, high, None)
    verdict = verdict_on_level(value, low, high, claim.asked) if claim.level else verdict_on_sign(low, high, claim.asked)
    return Found(value, low, high, verdict)


def simulate(replicates: int, report: Callable[[int, str], None],
             names: Iterable[str] = tuple(CONTRASTS)) -> dict[str, dict[str, Found]]:
    """Run what patterns need, and return what the model says to each of their claims.

    Parameters
    ----------
    replicates : int
        Runs of each world, with the seeds of its scenario and the next.
    report : callable
        Told how many run-months have passed, and what is being done.
    names : iterable of str
        The patterns.
    """
    worlds = worlds_of(names)
    pieces = {world: leave_one_out(pieces_of(scenario_of(world), replicates,
                                             lambda months, doing, world=world: report(months, f"{world}, {doing}")))
              for world in worlds}
    totals = Totals(pieces)
    return {name: {claim.name: found_by(claim, totals) for claim in CONTRASTS[name].claims} for name in names}


def worlds_of(names: Iterable[str]) -> list[str]:
    """Return the worlds that patterns need, each once."""
    return list(dict.fromkeys(world for name in names for world in CONTRASTS[name].worlds))
