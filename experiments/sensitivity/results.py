"""Screens all levers and assumptions (Morris), then takes apart the few that matter (Sobol); keeps both on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from experiments.analysis.sensitivity import (
    DUMMY,
    FactorIndex,
    Sensitivity,
    morris,
    sobol,
)
from experiments.comparison import campaign_months, place_of
from experiments.documents import keep_table, kept_table, origin
from experiments.runner import measured_over, seeds_of
from model import PARAMETERS, load_scenario

FORMAT = 2
COMMAND = "netralitas screening --out docs"
RESULTS = Path("sensitivity") / "results.json"
DOCUMENTS = Path(__file__).parents[2] / "docs"
MODES = {"election": "pilkada_2020", "laboratory": "laboratory"}
"""By mode, the scenario that is screened."""
OUTCOMES = {
    "election": (("siding_share", "campaign"), ("overt_share", "campaign"), ("reported", "all"),
                 ("sanctioned", "all"), ("service_quality", "all"), ("welfare", "all")),
    "laboratory": (("siding_share", "all"), ("service_quality", "all"), ("welfare", "all")),
}
"""By mode, measures that every point has, and the months in which they are counted together."""
CLOSER = "siding_share"
MOST_CLOSER = 12
SAMPLE_SEED = 0
LEVELS = 4
FIRST_POINTS = 20

Report = Callable[[int, str], None]


@dataclass(frozen=True)
class Size:
    """How large the samples are.

    Attributes
    ----------
    trajectories : int
        Of the screening; each changes every factor once.
    base : int
        Base points of the Sobol sample, a power of two.
    replicates : int
        Runs of each point; all points share their seeds.
    """

    trajectories: int = 20
    base: int = 128
    replicates: int = 2


@dataclass(frozen=True)
class Found:
    """What was found in a mode.

    Attributes
    ----------
    screened : dict of str to Sensitivity
        By outcome.
    closer : Sensitivity
        Of siding, for the few factors that move it most.
    first_points : list of list of float
        Outcomes at the first points of the screening, means over replicates: what a later version of the model is held to.
    """

    screened: dict[str, Sensitivity]
    closer: Sensitivity
    first_points: list[list[float]]


def factors() -> list[str]:
    """Return everything that varies: all levers and assumptions."""
    return [one.name for one in PARAMETERS.values() if one.role != "constant"]


def runs_of(size: Size) -> int:
    """Return how many runs both modes take."""
    screening = size.trajectories * (len(factors()) + 2)
    closer = size.base * (MOST_CLOSER + 3)
    return len(MODES) * size.replicates * (screening + closer)


def found_in(mode: str, size: Size, report: Report) -> Found:
    """Return what the outcomes of a mode depend on."""
    names = [*factors(), DUMMY]
    unit = _morris_sample(len(names), size.trajectories)
    values = _outcomes_at(mode, names, unit, size.replicates, lambda runs: report(runs, f"{mode}, screening"))
    screened = {measure: morris(names, unit, values[..., place]) for place, (measure, _) in enumerate(OUTCOMES[mode])}
    first = values[:FIRST_POINTS].mean(axis=1).tolist()
    few = [one.factor for one in screened[CLOSER].indices if one.factor != DUMMY][:MOST_CLOSER] + [DUMMY]
    unit = _sobol_sample(len(few), size.base)
    values = _outcomes_at(mode, few, unit, size.replicates, lambda runs: report(runs, f"{mode}, closer look"))
    return Found(screened, sobol(few, size.base, values[..., 0]), first)


def first_points(mode: str, size: Size) -> list[list[float]]:
    """Return what is kept of a screening as ``Found.first_points``, run anew."""
    names = [*factors(), DUMMY]
    unit = _morris_sample(len(names), size.trajectories)[:FIRST_POINTS]
    return _outcomes_at(mode, names, unit, size.replicates, lambda runs: None).mean(axis=1).tolist()


def _morris_sample(count: int, trajectories: int) -> np.ndarray:
    from SALib.sample import morris as salib

    return salib.sample(_problem(count), trajectories, num_levels=LEVELS, seed=SAMPLE_SEED)


def _sobol_sample(count: int, base: int) -> np.ndarray:
    from SALib.sample import sobol as salib

    return salib.sample(_problem(count), base, calc_second_order=False, seed=SAMPLE_SEED)


def _problem(count: int) -> dict:
    return {"num_vars": count, "names": [str(place) for place in range(count)], "bounds": [[0.0, 1.0]] * count}


def _outcomes_at(mode: str, names: list[str], unit: np.ndarray, replicates: int, report: Callable[[int], None]) -> np.ndarray:
    """Return the outcomes of a mode at points of the unit cube, shape (points, replicates, outcomes)."""
    base = load_scenario(MODES[mode])
    worlds = [base.replace(**_plausible(names, point)) for point in unit.tolist()]
    windows = {"all": np.arange(base.months), "campaign": np.array(campaign_months(base)) - 1}
    pairs = [(world, seed) for world in worlds for seed in seeds_of(base, replicates)]
    found = measured_over(pairs, list(windows.values()), report)
    columns = [found[:, list(windows).index(window), place_of(measure)] for measure, window in OUTCOMES[mode]]
    return np.stack(columns, axis=-1).reshape(len(unit), replicates, -1)


def _plausible(names: list[str], point: list[float]) -> dict[str, float]:
    return {name: low + share * (high - low) for name, share in zip(names, point, strict=True) if name != DUMMY
            for low, high in [PARAMETERS[name].plausible]}


# On disk ---------------------------------------------------------------------------------------------------------------


def ask(size: Size, report: Report) -> dict:
    """Return the table that is kept on disk: both modes, with the manifest that says where they come from."""
    return {"manifest": manifest_of(size), "modes": {mode: asdict(found_in(mode, size, report)) for mode in MODES}}


def manifest_of(size: Size) -> dict:
    """Return what results depend on."""
    return {"format": FORMAT, "command": COMMAND, "scenarios": MODES, "size": asdict(size), "sample_seed": SAMPLE_SEED,
            "plausible": plausible(), **origin(),
            "seeds": {mode: seeds_of(load_scenario(name), size.replicates) for mode, name in MODES.items()}}


def plausible() -> dict[str, list[float]]:
    """Return the ranges that were swept, by parameter."""
    return {name: list(map(float, PARAMETERS[name].plausible)) for name in factors()}


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
    """Return what a table on disk holds, by mode."""
    return {mode: Found({measure: _sensitivity(one) for measure, one in found["screened"].items()},
                        _sensitivity(found["closer"]), found["first_points"]) for mode, found in table["modes"].items()}


def _sensitivity(table: dict) -> Sensitivity:
    return Sensitivity(**{**table, "indices": tuple(FactorIndex(**one) for one in table["indices"])})
