"""Studies of single choices: the logit, and the expected sanction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from experiments.verification import pictures
from experiments.verification.checks import (
    PER_STUDY,
    SEED,
    Report,
    Study,
    check_of,
    exact,
    laboratory,
    tally_of,
    values_of,
)
from model import PARAMETERS, BureaucracyModel, theory

# Logit ---------------------------------------------------------------------------------------------------------------

FIXED_BELIEFS = {
    "peer_influence": 0, "head_pressure": 0, "peer_reporting": 0, "learning_rate": 0, "oversight_capacity": 0,
    "mobilisation": 0, "service_voting": 0, "inherited_incumbency": 1, "popularity_sd": 0, "patronage_sd": 0,
    "separated_offices": 0, "contract_share": 0, "retirement": 0,
}  # fmt: skip
PERSONS, PERSON_MONTHS = 500, 1000
PRIZES = np.arange(0.0, 9.0)
POPULATION, POPULATION_MONTHS = 20_000, 10


def logit_study(report: Report) -> Study:
    """Hold shares of stances against the logit: each person's over many months, and a population's."""
    report("each person's shares")
    model = BureaucracyModel(laboratory(FIXED_BELIEFS, staff=PERSONS, months=PERSON_MONTHS), rng=SEED)
    counts = np.zeros((PERSONS, 5))
    for _ in range(PERSON_MONTHS):
        model.step()
        counts[np.arange(PERSONS), model.people.column("stance")] += 1
    trait = {name: model.people.column(name).astype(float) for name in ("ambition", "integrity", "affinity")}
    chances = theory.logit_shares(
        theory.utilities_without_peers(values_of(FIXED_BELIEFS), model.people.column("rank"), **trait),
        PARAMETERS["decision_noise"].default,
    )
    allowed = (
        theory.bernstein_tolerance(PERSON_MONTHS * chances * (1 - chances), PER_STUDY / 2 / counts.size) / PERSON_MONTHS
    )
    persons = check_of(
        "each person's share of each stance",
        counts / PERSON_MONTHS - chances,
        allowed,
        f"Bernstein, {PERSON_MONTHS:,} months of one person",
    )

    report("shares of populations")
    settings = FIXED_BELIEFS | {"promotion_prize": PRIZES}
    model = BureaucracyModel(
        laboratory(settings, regions=len(PRIZES), staff=POPULATION, months=POPULATION_MONTHS), rng=SEED
    )
    people = np.zeros((len(PRIZES), 5, 5))
    for _ in range(POPULATION_MONTHS):
        model.step()
        people += tally_of(model)["people"].sum(axis=1)
    of_rank = people[0].sum(axis=1) / people[0].sum()
    wanted, tolerance = np.transpose(
        [
            population_theory(
                values_of(FIXED_BELIEFS, promotion_prize=prize), of_rank, PER_STUDY / 2 / (5 * len(PRIZES))
            )
            for prize in PRIZES
        ],
        (1, 0, 2),
    )
    shares = people.sum(axis=1) / (POPULATION * POPULATION_MONTHS)
    population = check_of(
        "a population's share of each stance",
        shares - wanted,
        tolerance,
        f"Bernstein, {POPULATION:,} people of random traits, {POPULATION_MONTHS} months each",
    )
    fine = np.linspace(PRIZES[0], PRIZES[-1], 41)
    line = np.array(
        [population_theory(values_of(FIXED_BELIEFS, promotion_prize=prize), of_rank, 0.5)[0] for prize in fine]
    )
    return Study(
        (persons, population),
        (
            f"At the default prize of {PARAMETERS['promotion_prize'].default:g} the integral gives "
            f"{1 - wanted[6, 0]:.4f} siding, the simulation {1 - shares[6, 0]:.4f}.",
        ),
        partial(pictures.logit, chances, counts / PERSON_MONTHS, allowed, fine, line, PRIZES, shares, tolerance),
    )


def population_theory(p: Mapping[str, float], of_rank: np.ndarray, false_alarm: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of each stance in a population, and how far a simulated one may be from it, shape (5,) each."""
    mean, square = theory.population_shares(p)
    months, staff = POPULATION_MONTHS, POPULATION
    variance = staff * of_rank @ (months**2 * (square - mean**2) + months * (mean - square))
    return of_rank @ mean, theory.bernstein_tolerance(variance, false_alarm, largest=months) / (staff * months)


# Deterrence ----------------------------------------------------------------------------------------------------------

HALVINGS = np.array([1.0, 0.5, 0.25, 0.125, 0.0625])
DETERRENCE = FIXED_BELIEFS | {
    "curvature": 1, "risk_prior": 0.0625, "independence": 0, "follow_up": 1, "execution_delay": 1, "patience": 1,
}  # fmt: skip
DETERRENCE_STAFF, DETERRENCE_MONTHS = 20_000, 10
WAYS: dict[str, Callable[[float], dict[str, float]]] = {
    "follow-up": lambda c: {"follow_up": c},
    "severity": lambda c: {"severity": c * PARAMETERS["severity"].default},
    "weights of sanctions": lambda c: {
        name: c * PARAMETERS[name].default for name in ("weight_light", "weight_moderate", "weight_severe")
    },
    "perceived risk": lambda c: {"risk_prior": c * DETERRENCE["risk_prior"]},
    "discount for delay": lambda c: {"patience": c},
}
"""Ways to multiply the expected sanction by c."""
CURVED = {"follow-up": WAYS["follow-up"], "severity": lambda c: {"severity": c**2 * PARAMETERS["severity"].default}}
"""With curvature 1/2 severity counts by its root."""


def stances_of_runs(settings: list[Mapping[str, float]], staff: int, months: int) -> np.ndarray:
    """Return everyone's stance, shape (runs, months, posts), of runs with the same luck."""
    stack = BureaucracyModel.stack([(laboratory(one, staff=staff, months=months), SEED) for one in settings])
    stances = np.empty((len(settings), months, staff), np.int8)
    for month in range(months):
        stack.step()
        for run, model in enumerate(stack):
            stances[run, month] = model.people.column("stance")
    return stances


def deterrence_study(report: Report) -> Study:
    """Hold that only the product of risk, follow-up, discount and severity counts (Becker 1968)."""
    shape = (len(HALVINGS), DETERRENCE_MONTHS, DETERRENCE_STAFF)
    stances = {}
    for way, change in WAYS.items():
        report(f"multiplying {way}")
        stances[way] = stances_of_runs([DETERRENCE | change(c) for c in HALVINGS], *shape[:0:-1])
    first = stances["follow-up"]
    product = exact(
        "stances of everyone in every month, the expected sanction scaled in five ways",
        np.stack(list(stances.values())[1:]),
        first,
    )
    report("with curvature one half")
    curved = [
        stances_of_runs([DETERRENCE | {"curvature": 0.5} | change(c) for c in HALVINGS], *shape[:0:-1])
        for change in CURVED.values()
    ]
    root = exact("stances, follow-up times c against severity times c squared at curvature 1/2", *curved)
    shares = np.stack([(first == stance).mean(axis=(1, 2)) for stance in range(5)], axis=-1)
    ranks = BureaucracyModel(laboratory(DETERRENCE, staff=DETERRENCE_STAFF, months=1), rng=SEED).people.column("rank")
    of_rank = np.bincount(ranks, minlength=5) / DETERRENCE_STAFF
    wanted, allowed = np.empty((2, len(HALVINGS), 5))
    for i, c in enumerate(HALVINGS):
        mean, square = theory.population_shares(values_of(DETERRENCE, follow_up=c), 30)
        months = DETERRENCE_MONTHS
        variance = DETERRENCE_STAFF * of_rank @ (months**2 * (square - mean**2) + months * (mean - square))
        wanted[i] = of_rank @ mean
        allowed[i] = theory.bernstein_tolerance(variance, PER_STUDY / wanted.size, months) / (DETERRENCE_STAFF * months)
    level = check_of(
        "a population's share of each stance",
        shares - wanted,
        allowed,
        f"Bernstein, {DETERRENCE_STAFF:,} people, {DETERRENCE_MONTHS} months each",
    )
    fine = np.geomspace(0.05, 1.1, 25)
    line = np.array(
        [
            1
            - of_rank
            @ theory.population_shares(
                values_of(DETERRENCE | {"severity": PARAMETERS["severity"].default * c}), 30
            ).mean[:, 0]
            for c in fine
        ]
    )
    by_way = {way: 1 - (one == 0).mean(axis=(1, 2)) for way, one in stances.items()}
    return Study(
        (product, root, level),
        (
            "Siding by multiplier: "
            + ", ".join(
                f"{1 - share[0]:.4f} at {c:g} (theory {1 - want[0]:.4f})"
                for c, share, want in zip(HALVINGS, shares, wanted, strict=True)
            )
            + ".",
        ),
        partial(pictures.deterrence, HALVINGS, by_way, allowed[:, 0], fine, line),
    )
