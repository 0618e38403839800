"""The calibration from screening to check, and its results on disk with their manifest."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import expit
from scipy.stats import qmc

from experiments.analysis.sensitivity import Sensitivity
from experiments.calibration.emulator import Emulator, learned
from experiments.calibration.posterior import (
    Posterior,
    Prior,
    alone,
    posterior_of,
    prior_of,
    recovered,
)
from experiments.calibration.runs import (
    SCENARIO,
    Report,
    on_plausible_range,
    own_seeds,
    pieces_of_points,
    statistics_of,
)
from experiments.calibration.screening import chosen, runs_of_screening, screened
from experiments.calibration.targets import FITTED, STATISTICS, observed_range
from experiments.documents import origin
from experiments.errors import InputError
from model.parameters import PARAMETERS

FORMAT = 2
COMMAND = "netralitas calibrate --out docs"
FOLDER = Path("calibration")
RESULTS, DRAWS, CHECKS = "results.json", "posterior.csv", "check.csv"
DOCUMENTS = Path(__file__).parents[2] / "docs"
SHOWN_OF_SCREENING = 12
STORED_DRAWS = 200
SEED_OF_RUNS, SEED_OF_CHECK, SEED_OF_TRUTHS, SEED_OF_SECOND_WAVE = 100_000, 1_000_000, 2_000_000, 3_000_000


@dataclass(frozen=True)
class Effort:
    """How much is run.

    Attributes
    ----------
    trajectories, screening_replicates : int
        Of the screening.
    points, replicates : int
        From which the emulators learn first.
    near : int
        Points where the first fit lies, from which they learn in a second wave.
    checked, checked_replicates : int
        Points of the posterior, and known truths, that are run themselves.
    default_replicates : int
        Of the defaults.
    """

    trajectories: int = 12
    screening_replicates: int = 8
    points: int = 400
    replicates: int = 12
    near: int = 200
    checked: int = 40
    checked_replicates: int = 60
    default_replicates: int = 200

    def runs(self) -> int:
        """Return how many runs that is in all."""
        return (runs_of_screening(self.trajectories, self.screening_replicates) + (self.points + self.near) * self.replicates
                + 2 * self.checked * self.checked_replicates + self.default_replicates)


@dataclass(frozen=True)
class Calibration:
    """Results as they lie on disk.

    Attributes
    ----------
    summary : dict
        Manifest and numbers, see ``results.json``.
    draws : list of dict
        Values of the parameters at points of the posterior.
    checks : list of dict
        What the model itself shows at some of them.
    """

    summary: dict
    draws: list[dict[str, float]]
    checks: list[dict[str, float]]


def calibrate(effort: Effort, seed: int, report: Report) -> Calibration:
    """Screen, learn, set against the observations, check.

    Parameters
    ----------
    effort : Effort
    seed : int
        Of all samples; runs have seeds of their own from it on.
    report : callable
        Told how many runs were done, and what is being done.
    """
    sensitivities = screened(effort.trajectories, effort.screening_replicates, seed, report)
    names = chosen(sensitivities)
    emulators = _emulators(names, effort, seed, report)
    prior = prior_of(names, emulators, seed)
    posterior = posterior_of(prior, _ranges(), seed)
    draws = [_values(names, row) for row in posterior.unit[:STORED_DRAWS]]
    checks = _checked(names, posterior.unit[:effort.checked], effort, seed, report)
    summary = {
        "manifest": _manifest(effort, seed, names),
        "screening": {target: _told(found) for target, found in sensitivities.items()},
        "emulators": {target: {"explained": emulator.explained, "noise": emulator.noise,
                               "at_defaults": _at_defaults(emulator, names)} for target, emulator in emulators.items()},
        "posterior": _posterior_told(posterior, names),
        "alone": {target: {name: _alone(emulators[target], target, names, name) for name in names}
                  for target in FITTED},
        "default": shown_by_defaults(effort, seed, report),
        "recovery": _recovery(prior, effort, seed, report),
    }
    return Calibration(summary, draws, checks)


def _ranges() -> dict[str, tuple[float, float]]:
    return {target: observed_range(target) for target in FITTED}


def _emulators(names: list[str], effort: Effort, seed: int, report: Report) -> dict[str, Emulator]:
    """Learn from points all over the plausible ranges, and then, in a second wave, from points where the fit lies.

    Little of the space fits, so few of the first points lie near it, and the emulators are worst where they matter most.
    """
    unit = qmc.LatinHypercube(len(names), rng=seed).random(effort.points)
    seeds = own_seeds(effort.points, effort.replicates, seed + SEED_OF_RUNS)
    shares = _pooled(names, unit, seeds, report, "learning", FITTED)
    first = {target: learned(unit, shares[:, place]) for place, target in enumerate(FITTED)}
    near = posterior_of(prior_of(names, first, seed), _ranges(), seed).unit[:effort.near]
    seeds = own_seeds(effort.near, effort.replicates, seed + SEED_OF_SECOND_WAVE)
    shares = np.concatenate([shares, _pooled(names, near, seeds, report, "learning, second wave", FITTED)])
    return {target: learned(np.concatenate([unit, near]), shares[:, place]) for place, target in enumerate(FITTED)}


def _pooled(names: list[str], unit: np.ndarray, seeds: np.ndarray, report: Report, doing: str,
            statistics: tuple[str, ...] = tuple(STATISTICS)) -> np.ndarray:
    """Return statistics of points, all replicates of a point counted together."""
    pieces = pieces_of_points(names, on_plausible_range(names, unit), seeds, report, doing)
    return statistics_of(pieces.sum(axis=1), statistics)


def _checked(names: list[str], unit: np.ndarray, effort: Effort, seed: int, report: Report) -> list[dict[str, float]]:
    seeds = own_seeds(len(unit), effort.checked_replicates, seed + SEED_OF_CHECK)
    shown = _pooled(names, unit, seeds, report, "checking")
    return [_values(names, row) | dict(zip(STATISTICS, map(_rounded, found), strict=True))
            for row, found in zip(unit, shown, strict=True)]


def shown_by_defaults(effort: Effort, seed: int, report: Report) -> dict[str, float]:
    """Return what the defaults show."""
    seeds = own_seeds(1, effort.default_replicates, seed)
    pieces = pieces_of_points([], np.zeros((1, 0)), seeds, report, "the defaults")
    return dict(zip(STATISTICS, map(_rounded, statistics_of(pieces.sum(axis=1))[0]), strict=True))


def _recovery(prior: Prior, effort: Effort, seed: int, report: Report) -> dict:
    """Take parameters that are known, let the model show what it shows with them, and look whether they are found."""
    truths = qmc.LatinHypercube(len(prior.names), rng=seed + 1).random(effort.checked)
    seeds = own_seeds(effort.checked, effort.checked_replicates, seed + SEED_OF_TRUTHS)
    shares = _pooled(list(prior.names), truths, seeds, report, "known truths", FITTED)
    halves = {target: 0.5 * float(np.diff(observed_range(target))[0]) for target in FITTED}
    found = recovered(prior, truths, dict(zip(FITTED, shares.T, strict=True)), halves, seed)
    return {"truths": effort.checked, "skipped": found.skipped, "coverage": found.coverage,
            "by_parameter": dict(zip(prior.names, found.inside.mean(axis=0).tolist(), strict=True))
            if len(found.inside) else {}}


def _manifest(effort: Effort, seed: int, names: list[str]) -> dict:
    from model.scenario import load_scenario

    scenario = load_scenario(SCENARIO)
    return {
        "format": FORMAT, "command": COMMAND, "scenario": SCENARIO, "mode": scenario.mode, "seed": seed,
        "staff": int(scenario.staff), "months": scenario.months, "effort": vars(effort), "runs": effort.runs(),
        "fitted": {target: list(observed_range(target)) for target in FITTED},
        "prior": {name: list(PARAMETERS[name].plausible) for name in names},
        "defaults": {name: parameter.default for name, parameter in PARAMETERS.items()},
        **origin(),
    }


def _told(found: Sensitivity) -> list[dict]:
    return [{"factor": one.factor, "value": _rounded(one.value), "low": _rounded(one.low), "high": _rounded(one.high),
             "floor": _rounded(one.floor)} for one in found.indices[:SHOWN_OF_SCREENING]]


def _posterior_told(posterior: Posterior, names: list[str]) -> dict:
    quantiles = [on_plausible_range(names, row).tolist() for row in posterior.quantiles()]
    ranges = {name: {"low": low, "middle": middle, "high": high, "relative_width": float(width)}
              for name, low, middle, high, width in zip(names, *quantiles, posterior.relative_width(), strict=True)}
    return {"ranges": ranges, "ties": [list(tie) for tie in posterior.ties()], "effective": posterior.effective,
            "prior_mass": posterior.prior_mass}


def _defaults_on_unit_scale(names: list[str]) -> np.ndarray:
    low, high = np.array([PARAMETERS[one].plausible for one in names], float).T
    return (np.array([PARAMETERS[one].default for one in names]) - low) / (high - low)


def _at_defaults(emulator: Emulator, names: list[str]) -> list[float]:
    """Return what an emulator says at the defaults, and two of its standard errors to either side."""
    middle, error = emulator.predict(_defaults_on_unit_scale(names)[None])
    return [_rounded(expit(middle[0] + errors * error[0])) for errors in (0.0, -2.0, 2.0)]


def _alone(emulator: Emulator, target: str, names: list[str], name: str) -> list[float] | None:
    low, high = PARAMETERS[name].plausible
    found = alone(emulator, observed_range(target), _defaults_on_unit_scale(names), names.index(name))
    return None if found is None else [float(low + share * (high - low)) for share in found]


def _values(names: list[str], unit: np.ndarray) -> dict[str, float]:
    return dict(zip(names, map(_rounded, on_plausible_range(names, unit)), strict=True))


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


# On disk -------------------------------------------------------------------------------------------------------------


def write_calibration(found: Calibration, folder: Path) -> list[Path]:
    """Write results beside the documents in a folder; return where."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    texts = {RESULTS: json.dumps(found.summary, indent=1, ensure_ascii=False) + "\n",
             DRAWS: _as_csv(found.draws), CHECKS: _as_csv(found.checks)}
    for name, text in texts.items():
        _write(target / name, lambda path, text=text: path.write_text(text, encoding="utf-8", newline="\n"))
    return [target / name for name in texts]


def _write(path: Path, write: Callable[[Path], object]) -> None:
    from experiments.files import written_whole

    with written_whole(path) as partial:
        write(partial)


def _as_csv(rows: list[dict[str, float]]) -> str:
    lines = [",".join(rows[0]), *(",".join(f"{value:.4g}" for value in row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


def read_calibration(folder: Path = DOCUMENTS) -> Calibration:
    """Return the results that lie beside the documents in a folder.

    Raises
    ------
    InputError
        If they are missing, damaged, or of another format.
    """
    source = folder / FOLDER
    try:
        summary = json.loads((source / RESULTS).read_text("utf-8"))
        if summary["manifest"]["format"] == FORMAT:
            return Calibration(summary, _rows(source / DRAWS), _rows(source / CHECKS))
    except FileNotFoundError as error:
        raise InputError(f"{error.filename} is not there; '{COMMAND}' makes it") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"The results in {source} are damaged; '{COMMAND}' makes them anew") from None
    raise InputError(f"The results in {source} have format {summary['manifest']['format']}, and this version reads {FORMAT}")


def _rows(path: Path) -> list[dict[str, float]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
