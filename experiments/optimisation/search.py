"""Searches policies for several outcomes at once (NSGA-II, Deb et al. 2002, doi:10.1109/4235.996017, by Optuna).

A generation is asked for, run in one stack and told at once. Everything random in it follows from its number, so a
search that was cut short at any instant and resumed from its journal ends where it would have ended: a generation that was
not told to its end is left out, and run again.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from experiments.comparison import campaign_months, place_of
from experiments.errors import InputError
from experiments.runner import measured_over, seeds_of
from model import PARAMETERS, Scenario, load_scenario

SCENARIO = "pilkada_2020"
OUTCOMES = {"siding": "minimize", "service": "maximize", "cost": "minimize"}
"""Siding in the campaigns (share of staff), quality of service (SD), cost of oversight and of rights (SD of service)."""
LOST = len(OUTCOMES)
"""Where what lost neutrality costs (SD of service) stands, behind the outcomes that are searched for."""
GENERATION = 40
REPLICATES = 4
LEVER_SETS = {
    "supervision": ("oversight", "enforcement", "protection and voice"),
    "all": ("oversight", "enforcement", "protection and voice", "careers", "rewards and pressure"),
}
"""By name, the groups whose levers a search may move."""

LIFE = ", life "
"""Stands in a journal between the name of a set and how often its search was begun: Optuna takes no trial back."""

Report = Callable[[int, str], None]


def levers_of(name: str) -> list[str]:
    """Return the levers of a set."""
    return [one.name for one in PARAMETERS.values() if one.role == "lever" and one.group in LEVER_SETS[name]]


def outcomes_of(policies: Sequence[dict[str, float]], seeds: Sequence[int],
                report: Callable[[int], None] = lambda runs: None) -> np.ndarray:
    """Return the outcomes of policies, shape (policies, replicates, outcomes and one), all with the same seeds.

    The last number is what lost neutrality costs, the rest of what welfare is made of.

    Parameters
    ----------
    policies : sequence of dict
        Parameters and their values.
    seeds : sequence of int
    report : callable, optional
        Told how many runs have ended.
    """
    base = load_scenario(SCENARIO)
    pairs = [(base.replace(**policy), seed) for policy in policies for seed in seeds]
    windows = [np.array(campaign_months(base)) - 1, np.arange(base.months)]
    found = measured_over(pairs, windows, report)
    cost = found[:, 1, place_of("oversight_cost")] + found[:, 1, place_of("rights_cost_incurred")]
    service = found[:, 1, place_of("service_quality")]
    lost = service - cost - found[:, 1, place_of("welfare")]
    columns = [found[:, 0, place_of("siding_share")], service, cost, lost]
    return np.stack(columns, axis=-1).reshape(len(policies), len(seeds), len(columns))


def today(levers: Sequence[str]) -> dict[str, float]:
    """Return the values that the scenario gives to levers."""
    base = load_scenario(SCENARIO)
    return {name: float(base.value(name)[0]) for name in levers}


def search_seeds() -> list[int]:
    """Return the seeds with which policies are searched."""
    return seeds_of(load_scenario(SCENARIO), REPLICATES)


def fresh_seeds(replicates: int) -> list[int]:
    """Return seeds that no policy was searched with."""
    base: Scenario = load_scenario(SCENARIO)
    return seeds_of(base.replace(seed=base.seed + 1_000_000), replicates)


def searched(lever_set: str, generations: int, journal: Path | None, report: Report) -> list[dict[str, float]]:
    """Return the policies of the Pareto front after some generations.

    Parameters
    ----------
    lever_set : str
        One of ``LEVER_SETS``.
    generations : int
        How many in all, those in the journal included.
    journal : pathlib.Path or None
        Where the search is kept, so that it can be resumed.
    report : callable
        Told how many runs have ended, and what is being done.

    Raises
    ------
    InputError
        If the journal is of another search, or damaged.
    """
    levers = levers_of(lever_set)
    with _quiet_optuna() as optuna:
        study = _study(optuna, lever_set, levers, journal)
        done = len(_told_generations(study))
        report(min(done, generations) * GENERATION * REPLICATES, f"{lever_set}, from the journal")
        for number in range(done, generations):
            study.sampler = optuna.samplers.NSGAIISampler(population_size=GENERATION, seed=number)
            _pass_generation(study, number, levers, lambda runs, number=number: report(runs, f"{lever_set}, generation {number + 1}"))
        return [dict(trial.params) for trial in sorted(study.best_trials, key=lambda trial: trial.number)]


def _study(optuna, lever_set: str, levers: list[str], journal: Path | None):
    """Return the study of a set, begun or from its journal, with whole generations only."""
    if journal is None:
        return optuna.create_study(directions=list(OUTCOMES.values()))
    storage = _storage(optuna, journal)
    asked = {"levers": {name: list(map(float, PARAMETERS[name].plausible)) for name in levers}, "model": _digest(),
             "scenario": SCENARIO, "replicates": REPLICATES, "generation": GENERATION}
    lives = [optuna.load_study(study_name=name, storage=storage) for name in optuna.get_all_study_names(storage)
             if name.partition(LIFE)[0] == lever_set]
    if any(study.user_attrs.get("asked", asked) != asked for study in lives):
        raise InputError(f"{journal} is of another search: the model, its levers or their ranges have changed since; "
                         "choose another file")
    furthest = max(lives, key=lambda study: (len(_told_generations(study)), -len(study.trials)), default=None)
    told = [] if furthest is None else [trial for trials in _told_generations(furthest) for trial in trials]
    if furthest is not None and len(told) == len(furthest.trials):
        return furthest
    study = optuna.create_study(study_name=f"{lever_set}{LIFE}{len(lives) + 1}", directions=list(OUTCOMES.values()), storage=storage)
    study.set_user_attr("asked", asked)
    study.add_trials(told)
    return study


def _storage(optuna, journal: Path):
    """Return the storage that a journal is."""
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    try:
        return JournalStorage(JournalFileBackend(str(journal)))
    except (ValueError, KeyError) as error:
        raise InputError(f"{journal} is no journal of a search, or damaged ({error})") from None


def _digest() -> str:
    from model.compiler import sources_digest

    return sources_digest()


def _told_generations(study) -> list[list]:
    """Return the trials of each generation that was told to its end, in order."""
    trials = study.get_trials(deepcopy=False)
    whole = []
    for begin in range(0, len(trials), GENERATION):
        generation = trials[begin:begin + GENERATION]
        if len(generation) < GENERATION or not all(trial.state.is_finished() for trial in generation):
            break
        whole.append(generation)
    return whole


def _pass_generation(study, number: int, levers: list[str], report: Callable[[int], None]) -> None:
    """Ask for a generation, run it, and tell its outcomes; the first has today's policy in it."""
    if number == 0:
        study.enqueue_trial(today(levers), skip_if_exists=True)
    trials = [study.ask() for _ in range(GENERATION)]
    policies = [{name: trial.suggest_float(name, *PARAMETERS[name].plausible) for name in levers} for trial in trials]
    values = outcomes_of(policies, search_seeds(), report).mean(axis=1)[:, :LOST]
    for trial, outcome in zip(trials, values.tolist(), strict=True):
        study.tell(trial, outcome)


@contextmanager
def _quiet_optuna():
    """Give Optuna without its log lines, which go between those of the progress."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # "experimental" marks of its journal
        import optuna

        before = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        try:
            yield optuna
        finally:
            optuna.logging.set_verbosity(before)
