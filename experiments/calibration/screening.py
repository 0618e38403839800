"""Which of the assumed parameters the targets depend on at all: a Morris screening."""

from __future__ import annotations

from experiments.analysis.sensitivity import DUMMY, Sensitivity, morris
from experiments.calibration.runs import (
    Report,
    on_plausible_range,
    pieces_of_points,
    shared_seeds,
    statistics_of,
)
from experiments.calibration.targets import FITTED, free_parameters
from model.parameters import PARAMETERS

LEVELS = 4
MOST_PER_TARGET = 5


def screened(trajectories: int, replicates: int, seed: int, report: Report) -> dict[str, Sensitivity]:
    """Return how much each target of the fit depends on each free parameter over its plausible range.

    Parameters
    ----------
    trajectories : int
        Each changes every parameter once, one at a time.
    replicates : int
        Runs of each point; all points share their seeds.
    seed : int
        Of the sample, and the first of the runs.
    report : callable
        Told how many runs were done.
    """
    from SALib.sample import morris as salib

    names = free_parameters()
    factors = [*names, DUMMY]
    problem = {"num_vars": len(factors), "names": factors, "bounds": [[0.0, 1.0]] * len(factors)}
    unit = salib.sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    values = on_plausible_range(names, unit[:, :-1])
    pieces = pieces_of_points(names, values, shared_seeds(len(unit), replicates, seed), report, "screening")
    answers = statistics_of(pieces, FITTED)
    return {target: morris(factors, unit, answers[..., place]) for place, target in enumerate(FITTED)}


def runs_of_screening(trajectories: int, replicates: int) -> int:
    """Return how many runs :func:`screened` does."""
    return trajectories * (len(free_parameters()) + 2) * replicates


def chosen(sensitivities: dict[str, Sensitivity]) -> list[str]:
    """Return the parameters to calibrate: a few strongest of each target, above what chance looks like.

    Those whose default was calibrated before are among them, however strong they are.
    """
    names: list[str] = []
    for found in sensitivities.values():
        strong = [one.factor for one in found.indices if one.factor != DUMMY and one.value > one.floor]
        names += [name for name in strong[:MOST_PER_TARGET] if name not in names]
    return names + [name for name, parameter in PARAMETERS.items() if parameter.calibrated and name not in names]
