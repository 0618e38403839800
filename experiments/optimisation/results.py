"""Tests with fresh luck what a search found, names the knees, and keeps all of it on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from experiments.documents import keep_table, kept_table, origin
from experiments.optimisation.search import (
    GENERATION,
    LEVER_SETS,
    LOST,
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

FORMAT = 2
COMMAND = "netralitas optimise --out docs"
RESULTS = Path("policy_search") / "results.json"
DOCUMENTS = Path(__file__).parents[2] / "docs"
FRESH_REPLICATES = 16
KNEES = ("neutral", "cheap", "balanced")
WEIGHTS = ((1.0, 1.0), (0.5, 1.0), (2.0, 1.0), (1.0, 0.25), (1.0, 4.0))
"""By how much the assumed value of neutrality and the assumed costs are multiplied, to see whether the best policy moves."""
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
    lost : float
        What lost neutrality costs, with fresh luck.
    """

    levers: dict[str, float]
    searched: list[float]
    tested: list[float]
    error: list[float]
    lost: float


@dataclass(frozen=True)
class PutBack:
    """What becomes of a policy if one lever goes back to where it stands today.

    Attributes
    ----------
    lever : str
    change : list of float
        Of each outcome, on the same fresh luck.
    """

    lever: str
    change: list[float]


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
    hangs_on : dict of str to list of PutBack
        By name of the knee, its levers, that on which it hangs most first.
    best_by_weight : list of int
        For each of ``WEIGHTS`` the place of the policy with the highest welfare.
    """

    front: list[Policy]
    today: Policy
    knees: dict[str, int]
    hangs_on: dict[str, list[PutBack]]
    best_by_weight: list[int]


def found_by(lever_set: str, generations: int, journal: Path | None, report: Report) -> Found:
    """Search, and test what was found with fresh luck."""
    policies = searched(lever_set, generations, journal, report)
    everyone = [*policies, today(levers_of(lever_set))]
    earlier = outcomes_of(everyone, search_seeds()).mean(axis=1)[:, :LOST]
    fresh = outcomes_of(everyone, fresh_seeds(FRESH_REPLICATES), lambda runs: report(0, f"{lever_set}, with fresh luck"))
    mean, error = fresh.mean(axis=1), fresh.std(axis=1, ddof=1) / np.sqrt(FRESH_REPLICATES)
    tested, error, lost = mean[:, :LOST], error[:, :LOST], np.round(mean[:, LOST], 6).tolist()
    told = [Policy(levers, *(np.round(row, 6).tolist() for row in rows), loss)
            for levers, *rows, loss in zip(everyone, earlier, tested, error, lost, strict=True)]
    knees = knees_of(tested[:-1])
    spans = np.ptp(tested, axis=0)
    hangs_on = {knee: _put_back(told[place], spans, lambda runs: report(0, f"{lever_set}, lever by lever"))
                for knee, place in knees.items()}
    best = [int(np.argmax(_welfare(told[:-1], *weights))) for weights in WEIGHTS]
    return Found(told[:-1], told[-1], knees, hangs_on, best)


def _put_back(policy: Policy, spans: np.ndarray, report: Callable[[int], None]) -> list[PutBack]:
    """Put the levers of a policy back one by one; those first that move some outcome by the largest share of its span."""
    now = today(list(policy.levers))
    changed = [policy.levers | {name: now[name]} for name in policy.levers]
    found = outcomes_of(changed, fresh_seeds(FRESH_REPLICATES), report).mean(axis=1)[:, :LOST] - np.array(policy.tested)
    order = np.argsort(-np.abs(found / np.maximum(spans, SMALLEST_COST)).max(axis=1), kind="stable")
    names = list(policy.levers)
    return [PutBack(names[place], np.round(found[place], 6).tolist()) for place in order]


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


def _welfare(policies: list[Policy], value: float, price: float) -> np.ndarray:
    """Return service less what lost neutrality and oversight cost, the value of neutrality and the prices multiplied."""
    return np.array([policy.tested[1] - value * policy.lost - price * policy.tested[2] for policy in policies])


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
                        {knee: [PutBack(**one) for one in levers] for knee, levers in found["hangs_on"].items()},
                        found["best_by_weight"]) for name, found in table["sets"].items()}
