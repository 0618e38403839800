"""In how many plausible worlds the lessons hold: asked once, kept beside them with the manifest of the runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path

from experiments.contrast import (
    REPLICATES_OF_A_POINT,
    SAMPLE_SEED,
    SPACES,
    Contrast,
    Robustness,
    robustness_of,
)
from experiments.documents import keep_table, kept_table, origin
from experiments.lessons.catalogue import FOLDER, Lesson

FORMAT = 1
COMMAND = "netralitas lessons --worlds"
RESULTS = FOLDER / "results.json"
FEWEST_POINTS = 20


def asked_by(contrast: Contrast) -> dict:
    """Return what a contrast asks, as it is kept on disk beside the answer."""
    return json.loads(json.dumps(asdict(contrast)))


def ask(lessons: Iterable[Lesson], points: int, kept: dict, report: Callable[[int, str], None],
        keep: Callable[[dict], None]) -> dict:
    """Ask in how many plausible worlds lessons hold, and return the table that is kept on disk.

    Parameters
    ----------
    lessons : iterable of Lesson
    points : int
        Plausible worlds.
    kept : dict
        The table that is there already; answers that would come out the same are taken from it.
    report : callable
        Told how many runs have passed, and what is being done.
    keep : callable
        Given the table after each contrast, so that nothing is lost.
    """
    manifest = {"format": FORMAT, "command": COMMAND, "points": points, "sample_seed": SAMPLE_SEED, "space": SPACES[0],
                "replicates_of_a_point": REPLICATES_OF_A_POINT, "first_seed": "the scenario's", **origin()}
    same = kept.get("manifest", {}) == manifest
    table = {"manifest": manifest, "lessons": dict(kept["lessons"]) if same else {}}
    for lesson in lessons:
        earlier = table["lessons"].get(lesson.name, {})
        answers = table["lessons"][lesson.name] = {}
        for name, asked in lesson.contrasts.items():
            question = asked_by(asked.contrast)
            if earlier.get(name, {}).get("asked") == question:
                answers[name] = earlier[name]
                report(runs_of(points), f"{lesson.name}, {name} is there")
            else:
                found = robustness_of(asked.contrast, SPACES[0], points,
                                      report=lambda runs, doing=f"{lesson.name}, {name}": report(runs, doing))
                answers[name] = {"asked": question, "robustness": asdict(found)}
                keep({**table, "lessons": {**table["lessons"], lesson.name: {**earlier, **answers}}})
    table["lessons"] = dict(sorted(table["lessons"].items()))
    return table


def runs_of(points: int) -> int:
    """Return how many runs one contrast takes."""
    return 2 * points * REPLICATES_OF_A_POINT


def read_table(path: Path = RESULTS) -> dict:
    """Return the table that is kept on disk; an empty one where nothing was asked yet.

    Raises
    ------
    InputError
        If it is of another format or damaged.
    """
    return kept_table(path, FORMAT, COMMAND) if path.exists() else {}


def write_table(table: dict, path: Path = RESULTS) -> Path:
    """Write the table; return where."""
    return keep_table(table, path)


@cache
def _stored() -> dict:
    return read_table()


def stored_robustness(lesson: Lesson, contrast: str) -> Robustness | None:
    """Return in how many plausible worlds a contrast holds; None where it was not asked, or something else was asked."""
    found = _stored().get("lessons", {}).get(lesson.name, {}).get(contrast)
    if found is None or found["asked"] != asked_by(lesson.contrasts[contrast].contrast):
        return None
    return Robustness(**found["robustness"])


def manifest() -> dict:
    """Return where the stored answers come from; empty where nothing was asked."""
    return _stored().get("manifest", {})
