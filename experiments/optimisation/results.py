"""Tests with fresh luck what a search found, names the knees, and keeps all of it on disk."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from experiments.documents import keep_table, kept_table, origin
from experiments.optimisation.search import (
    GENERATION,
    LEVER_SETS,
    OUTCOMES,
    REPLICATES,
    SCENARIO,
    Report,
    fresh_seeds,
    levers_of,
    outcomes_of,
    search_seeds,
    searched,
    today,
)
from model import PARAMETERS

FORMAT = 1
COMMAND = "netralitas optimise --out docs"
RESULTS = Path("policy_search") / "results.json"
DOCUMENTS = Path(__file__).parents[2] / "docs"
FRESH_REPLICATES = 16
KNEES = ("neutral", "cheap", "balanced")
WEIGHTS = (0.5, 1.0, 2.0)
"""By how much the assumed value of neutrality is multiplied, to see whether the best policy moves."""
SMALLEST_COST = 1e-9


@dataclass(frozen=True)
class Policy:
    """A policy of the front, or today's.

    Attributes
    ----------
    levers : dict of str to float
    searched, tested : list of float
        Its outcomes in the search, and with fresh luck.
    error : list of float
        Standard errors of ``tested``.
    """

    levers: dict[str, float]
    searched: list[float]
    tested: list[float]
    error: list[float]


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes
    ----------
    front : list of Policy
        Those that no other policy of the search beats in every outcome.
    today : Policy
    knees : dict of str to int
        By name, places in the front.
    best_by_weight : list of int
        For each of ``WEIGHTS`` the place of the policy with the highest welfare.
    """

    front: list[Policy]
    today: Policy
    knees: dict[str, int]
    best_by_weight: list[int]


def found_by(lever_set: str, generations: int, journal: Path | None, report: Report) -> Found:
    """Search, and test what was found with fresh luck."""
    policies = searched(lever_set, generations, journal, report)
    everyone = [*policies, today(levers_of(lever_set))]
    earlier = outcomes_of(everyone, search_seeds()).mean(axis=1)
    fresh = outcomes_of(everyone, fresh_seeds(FRESH_REPLICATES), lambda runs: report(0, f"{lever_set}, with fresh luck"))
    tested, error = fresh.mean(axis=1), fresh.std(axis=1, ddof=1) / np.sqrt(FRESH_REPLICATES)
    told = [Policy(levers, *(np.round(row, 6).tolist() for row in rows))
            for levers, *rows in zip(everyone, earlier, tested, error, strict=True)]
    return Found(told[:-1], told[-1], knees_of(tested[:-1]), [int(np.argmax(_welfare(tested[:-1], weight))) for weight in WEIGHTS])


def knees_of(outcomes: np.ndarray) -> dict[str, int]:
    """Return the policies of a front that are worth a name, shape of ``outcomes`` (policies, outcomes).

    "neutral": the fewest take sides. "cheap": the lowest cost. "balanced": nearest to the best of every outcome, each
    measured from its best to its worst on the front.
    """
    signs = np.array([1.0 if direction == "minimize" else -1.0 for direction in OUTCOMES.values()])
    costs = outcomes * signs
    low, high = costs.min(axis=0), costs.max(axis=0)
    scaled = (costs - low) / np.maximum(high - low, SMALLEST_COST)
    return {"neutral": int(costs[:, 0].argmin()), "cheap": int(costs[:, 2].argmin()),
            "balanced": int(np.linalg.norm(scaled, axis=1).argmin())}


def _welfare(outcomes: np.ndarray, weight: float) -> np.ndarray:
    """Return service less what lost neutrality and oversight cost, by the assumed value of neutrality times a weight."""
    siding, service, cost = outcomes.T
    return service - weight * PARAMETERS["neutrality_value"].default * siding - cost


def telling_levers(policy: Policy, most: int) -> list[str]:
    """Return the levers that differ most from today's, as shares of their plausible ranges."""
    now = today(list(policy.levers))
    moved = {name: abs(value - now[name]) / (PARAMETERS[name].plausible[1] - PARAMETERS[name].plausible[0])
             for name, value in policy.levers.items()}
    return sorted(moved, key=lambda name: -moved[name])[:most]


# On disk ---------------------------------------------------------------------------------------------------------------


def runs_of(generations: int) -> int:
    """Return how many runs the searches of all sets take."""
    return len(LEVER_SETS) * generations * GENERATION * REPLICATES


def ask(generations: int, journal: Path | None, report: Report) -> dict:
    """Return the table that is kept on disk, with the manifest that says where it comes from."""
    return {"manifest": _manifest(generations),
            "sets": {name: asdict(found_by(name, generations, journal, report)) for name in LEVER_SETS}}


def _manifest(generations: int) -> dict:
    return {"format": FORMAT, "command": COMMAND, "scenario": SCENARIO, "generations": generations, "generation": GENERATION,
            "replicates": REPLICATES, "fresh_replicates": FRESH_REPLICATES, "seeds": search_seeds(),
            "fresh_seeds": fresh_seeds(FRESH_REPLICATES), "outcomes": OUTCOMES, "levers": asked(), **origin()}


def asked() -> dict:
    """Return what may be moved, as it is kept on disk: by set, the levers and their ranges."""
    return {name: {lever: list(map(float, PARAMETERS[lever].plausible)) for lever in levers_of(name)} for name in LEVER_SETS}


def write_table(table: dict, folder: Path) -> Path:
    """Write the table beside the documents in a folder; return where."""
    return keep_table(table, folder / RESULTS)


def read_table(folder: Path = DOCUMENTS) -> dict:
    """Return the table that lies beside the documents in a folder.

    Raises
    ------
    InputError
        If there is none, or it is of another format or damaged.
    """
    return kept_table(folder / RESULTS, FORMAT, COMMAND)


def found_of(table: dict) -> dict[str, Found]:
    """Return what a table on disk holds, by set of levers."""
    return {name: Found([Policy(**one) for one in found["front"]], Policy(**found["today"]), found["knees"],
                        found["best_by_weight"]) for name, found in table["sets"].items()}
