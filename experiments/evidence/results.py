"""The results on disk, with the manifest that says where they come from; the documents are written from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from experiments.documents import keep_table, kept_table, origin
from experiments.evidence.contrasts import CONTRASTS, WORLDS, scenario_of
from experiments.evidence.observed import evidence
from experiments.evidence.simulated import Found, simulate, worlds_of
from experiments.evidence.verdict import verdict_on_pattern
from model.parameters import PARAMETERS

FORMAT = 1
COMMAND = "netralitas evidence --out docs"
RESULTS = Path("evidence") / "results.json"
USUAL_REPLICATES = 200
DOCUMENTS = Path(__file__).parents[2] / "docs"


def evidence_results(replicates: int, report: Callable[[int, str], None]) -> dict:
    """Run every contrast, and return what the model says, with its manifest.

    Parameters
    ----------
    replicates : int
        Runs of each world.
    report : callable
        Told how many run-months have passed, and what is being done.
    """
    found = simulate(replicates, report)
    return {"manifest": manifest_of(replicates),
            "patterns": {name: _told(name, claims) for name, claims in found.items()}}


def run_months(replicates: int) -> int:
    """Return how many months :func:`evidence_results` runs in all."""
    return replicates * sum(scenario_of(world).months for world in worlds_of(CONTRASTS))


def _told(name: str, claims: dict[str, Found]) -> dict:
    contrast = CONTRASTS[name]
    return {
        "verdict": verdict_on_pattern(found.verdict for found in claims.values() if found.verdict),
        "mode": scenario_of(contrast.worlds[0]).mode,
        "worlds": list(contrast.worlds),
        "months": list(contrast.months),
        "compare": evidence().patterns[name].compare,
        "use": evidence().patterns[name].use,
        "claims": {claim: asdict(found) for claim, found in claims.items()},
    }


def manifest_of(replicates: int) -> dict:
    """Return what results depend on: seeds, replicates, worlds, parameters, versions."""
    base = scenario_of("baseline")
    return {
        "format": FORMAT,
        "command": COMMAND,
        "replicates": replicates,
        "seed": base.seed,
        "staff": int(base.staff),
        "regions": base.regions,
        "months": base.months,
        "worlds": {world: {"scenario": ready, "changes": changes} for world, (ready, changes) in WORLDS.items()},
        "defaults": {name: parameter.default for name, parameter in PARAMETERS.items()},
        **origin(),
    }


def write_results(results: dict, folder: Path) -> Path:
    """Write results beside the documents in a folder; return where."""
    return keep_table(results, folder / RESULTS)


def read_results(folder: Path = DOCUMENTS) -> dict:
    """Return the results that lie beside the documents in a folder.

    Raises
    ------
    InputError
        If there are none, or they are of another format or damaged.
    """
    return kept_table(folder / RESULTS, FORMAT, COMMAND)
