"""Asks the model, and keeps its answers on disk with the manifest that says where they come from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from experiments.analysis.effects import Effect
from experiments.contrast import (
    REPLICATES_OF_A_POINT,
    SPACES,
    Contrast,
    Robustness,
    effect_of,
    robustness_of,
)
from experiments.documents import keep_table, kept_table, origin
from experiments.errors import InputError
from experiments.findings.catalogue import Finding, findings

FORMAT = 1
COMMAND = "netralitas findings --out docs"
RESULTS = Path("findings") / "results.json"
DOCUMENTS = Path(__file__).parents[2] / "docs"
FEWEST_REPLICATES, FEWEST_POINTS = 20, 20


@dataclass(frozen=True)
class Answer:
    """What the model says to a contrast.

    Attributes
    ----------
    effect : Effect
        Over replicates, in the world of the defaults.
    direction : str
        "rises", "falls", "steady" or "unclear".
    robustness : dict of str to Robustness
        By space of plausible worlds, see ``experiments.contrast.SPACES``; empty for a check.
    """

    effect: Effect
    direction: str
    robustness: dict[str, Robustness]


@dataclass(frozen=True)
class Answered:
    """The answers to all contrasts and checks of a finding, by name."""

    contrasts: dict[str, Answer]
    checks: dict[str, Answer]


@dataclass(frozen=True)
class Results:
    """Answers to findings, and the manifest of the runs they come from."""

    manifest: dict
    answered: dict[str, Answered]


def runs_of(finding: Finding, replicates: int, points: int) -> int:
    """Return how many runs a finding takes."""
    worlds = 2 * len(SPACES) * points * REPLICATES_OF_A_POINT
    return (len(finding.contrasts) + len(finding.checks)) * 2 * replicates + len(finding.contrasts) * worlds


def answered(finding: Finding, replicates: int, points: int, report: Callable[[int], None]) -> Answered:
    """Ask the model all that a finding asks."""
    return Answered(
        {name: _answer(contrast, replicates, points, report) for name, contrast in finding.contrasts.items()},
        {name: _answer(contrast, replicates, 0, report) for name, contrast in finding.checks.items()})


def _answer(contrast: Contrast, replicates: int, points: int, report: Callable[[int], None]) -> Answer:
    effect = effect_of(contrast, replicates, report)
    spaces = SPACES if points else ()
    return Answer(effect, contrast.direction(effect),
                  {space: robustness_of(contrast, space, points, report=report) for space in spaces})


def asked_by(finding: Finding) -> list[dict]:
    """Return all that a finding asks, as it is kept on disk beside the answers."""
    asked = [asdict(one) for one in (*finding.contrasts.values(), *finding.checks.values())]
    return json.loads(json.dumps(asked))


def key_of(finding: Finding, replicates: int, points: int) -> str:
    """Return what decides the answers of a finding; while it is the same, they need not be asked for again."""
    from experiments.contrast import plausible_worlds
    from model.compiler import sources_digest

    worlds = [plausible_worlds(set(), space, points)[-1:] for space in SPACES]
    text = json.dumps([asked_by(finding), worlds, replicates, points, REPLICATES_OF_A_POINT, sources_digest()], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def ask(names: Iterable[str], replicates: int, points: int, kept: dict, report: Callable[[int, str], None],
        keep: Callable[[dict], None]) -> dict:
    """Ask the model for findings, and return the table that is kept on disk.

    Parameters
    ----------
    names : iterable of str
        Which findings.
    replicates, points : int
        Runs of each setting; plausible worlds.
    kept : dict
        What is there already; answers that would come out the same are taken from it.
    report : callable
        Told how many runs have passed, and what is being done.
    keep : callable
        Given the table after each finding, so that nothing is lost.
    """
    table = {"manifest": _manifest(replicates, points), "findings": dict(kept.get("findings", {}))}
    for name in names:
        finding, key = findings()[name], key_of(findings()[name], replicates, points)
        if table["findings"].get(name, {}).get("key") == key:
            report(runs_of(finding, replicates, points), f"{name} is there")
            continue
        found = answered(finding, replicates, points, lambda runs, name=name: report(runs, name))
        table["findings"][name] = {"key": key, "asked": asked_by(finding), **asdict(found)}
        table["findings"] = {one: table["findings"][one] for one in findings() if one in table["findings"]}
        keep(table)
    return table


def _manifest(replicates: int, points: int) -> dict:
    return {"format": FORMAT, "command": COMMAND, "replicates": replicates, "first_seed": "the scenario's",
            "points": points, "replicates_of_a_point": REPLICATES_OF_A_POINT, "spaces": list(SPACES),
            **origin()}


def read_table(folder: Path = DOCUMENTS) -> dict:
    """Return the table that lies beside the documents in a folder.

    Raises
    ------
    InputError
        If there is none, or it is of another format or damaged.
    """
    return kept_table(folder / RESULTS, FORMAT, COMMAND)


def write_table(table: dict, folder: Path) -> Path:
    """Write the table beside the documents in a folder; return where."""
    return keep_table(table, folder / RESULTS)


def results_of(table: dict) -> Results:
    """Return what a table on disk holds.

    Raises
    ------
    InputError
        If it does not hold what it should.
    """
    try:
        return Results(table["manifest"], {
            name: Answered(*({one: _answer_of(found[kind][one], contrast) for one, contrast in asked.items()}
                             for kind, asked in (("contrasts", findings()[name].contrasts), ("checks", findings()[name].checks))))
            for name, found in table["findings"].items() if name in findings()})
    except (KeyError, TypeError, AttributeError):
        raise InputError(f"{RESULTS} is damaged; remove it, and '{COMMAND}' makes it anew") from None


def _answer_of(table: dict, contrast: Contrast) -> Answer:
    effect = Effect(**table["effect"])
    return Answer(effect, contrast.direction(effect),
                  {space: Robustness(**found) for space, found in table["robustness"].items()})
