"""Draws plausible worlds, asks in which of them something fails, and keeps the boxes on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from experiments.comparison import campaign_months, place_of
from experiments.contrast import SPACES, plausible_worlds
from experiments.discovery.prim import Box, Restriction, boxes
from experiments.documents import keep_table, kept_table, origin
from experiments.runner import measured_over, seeds_of
from model import PARAMETERS, load_scenario

FORMAT = 1
COMMAND = "netralitas discover --out docs"
RESULTS = Path("discovery") / "results.json"
DOCUMENTS = Path(__file__).parents[2] / "docs"
SCENARIO = "pilkada_2020"
MEASURE = "siding_share"
FEWEST_WORLDS = 300

Report = Callable[[int, str], None]


@dataclass(frozen=True)
class Question:
    """Where does something fail?

    Attributes
    ----------
    fails_from : float
        From which share of staff taking sides in the campaigns on a world counts as failing; a convention.
    policy : dict of str to float
        What is the same in all worlds.
    space : str
        One of ``experiments.contrast.SPACES``: what varies.
    """

    fails_from: float
    policy: dict[str, float] = field(default_factory=dict)
    space: str = SPACES[0]


QUESTIONS = {
    "collapse": Question(0.3),
    "independent_body": Question(0.2, {"independence": 1.0, "oversight_capacity": 16.0}),
}


@dataclass(frozen=True)
class Found:
    """What was found for a question.

    Attributes
    ----------
    worlds : int
    failing : float
        The share of worlds that fail.
    factors : list of str
        What varied.
    boxes : list of Box
        Their restrictions count the factors.
    siding : list of float
        Siding in each world, for the picture.
    places : dict of str to list of float
        By factor of the first box, its value in each world, for the picture.
    """

    worlds: int
    failing: float
    factors: list[str]
    boxes: list[Box]
    siding: list[float]
    places: dict[str, list[float]]


def found_for(question: Question, worlds: int, replicates: int, report: Callable[[int], None]) -> Found:
    """Return in which worlds a question's failure gathers."""
    drawn = plausible_worlds(set(question.policy), question.space, worlds)
    siding = siding_in(question, worlds, replicates, report=report)
    factors = list(drawn[0])
    values = np.array([list(world.values()) for world in drawn])
    found = boxes(values, siding >= question.fails_from)
    drawn_of = {factors[one.factor]: np.round(values[:, one.factor], 6).tolist()
                for box in found[:1] for one in box.restrictions[:2]}
    return Found(worlds, float((siding >= question.fails_from).mean()), factors, found, np.round(siding, 5).tolist(), drawn_of)


def siding_in(question: Question, worlds: int, replicates: int, most: int | None = None,
              report: Callable[[int], None] = lambda runs: None) -> np.ndarray:
    """Return the share that takes sides in the campaigns of each world, or of the first ``most`` of them."""
    base = load_scenario(SCENARIO)
    drawn = plausible_worlds(set(question.policy), question.space, worlds)[:most]
    pairs = [(base.replace(**world, **question.policy), seed) for world in drawn for seed in seeds_of(base, replicates)]
    months = np.array(campaign_months(base)) - 1
    return measured_over(pairs, [months], report)[:, 0, place_of(MEASURE)].reshape(len(drawn), replicates).mean(axis=1)


def runs_of(worlds: int, replicates: int) -> int:
    """Return how many runs all questions take."""
    return len(QUESTIONS) * worlds * replicates


def ask(worlds: int, replicates: int, report: Report) -> dict:
    """Return the table that is kept on disk, with the manifest that says where it comes from."""
    found = {name: found_for(question, worlds, replicates, lambda runs, name=name: report(runs, name))
             for name, question in QUESTIONS.items()}
    return {"manifest": _manifest(worlds, replicates), "questions": {name: asdict(one) for name, one in found.items()}}


def _manifest(worlds: int, replicates: int) -> dict:
    return {"format": FORMAT, "command": COMMAND, "scenario": SCENARIO, "worlds": worlds, "replicates": replicates,
            "seeds": seeds_of(load_scenario(SCENARIO), replicates), "asked": asked(),
            "plausible": {one.name: list(map(float, one.plausible)) for one in PARAMETERS.values() if one.role != "constant"},
            **origin()}


def asked() -> dict:
    """Return the questions as they are kept on disk."""
    return {name: asdict(question) for name, question in QUESTIONS.items()}


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
    """Return what a table on disk holds, by question."""
    return {name: Found(**{**found, "boxes": [_box(box) for box in found["boxes"]]})
            for name, found in table["questions"].items()}


def _box(table: dict) -> Box:
    return Box(**{**table, "restrictions": tuple(Restriction(**one) for one in table["restrictions"])})
