"""Studies of what must not matter: which camp governs, covert or overt, patrons and enforcement without a hold."""

from __future__ import annotations

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
)
from experiments.verification.choice import stances_of_runs
from model import BureaucracyModel, theory

# Symmetry ------------------------------------------------------------------------------------------------------------

SYMMETRIC = {
    "spot_reward": 0, "capture": 0, "council_oversight": 0, "incumbency": 0, "patronage_sd": 0, "popularity_sd": 0,
    "loyalty_weight": 0, "renewal_threat": 0, "service_voting": 0,
}  # fmt: skip
BROKEN = {"spot_reward": 0.3, "capture": 0.55, "council_oversight": 0.3, "incumbency": 0.1, "loyalty_weight": 3.0,
          "renewal_threat": 1.0, "service_voting": 0.5}  # fmt: skip
"""Each condition of symmetry, lifted alone."""
SYMMETRY_REGIONS, SYMMETRY_STAFF, SYMMETRY_MONTHS = 400, 100, 120
ALIKE = {
    "visibility_covert": 1, "moral_covert": 1.85, "patrol_sees_covert": 1, "public_sees_covert": 1,
    "peers_see_covert": 1, "weight_light": 1, "weight_moderate": 1, "weight_severe": 1,
}  # fmt: skip
ALIKE_REGIONS, ALIKE_MONTHS = 20, 60


def symmetry_study(report: Report) -> Study:
    """Hold that camps, and ways to side, that do not differ are chosen equally often."""
    from scipy.special import stdtrit

    leads = []
    variants = {"symmetric": {}} | {name: {name: value} for name, value in BROKEN.items()}
    for name, change in variants.items():
        report(f"camps: {name}")
        model = BureaucracyModel(
            laboratory(SYMMETRIC | change, regions=SYMMETRY_REGIONS, staff=SYMMETRY_STAFF, months=SYMMETRY_MONTHS),
            rng=SEED,
        )
        people = np.zeros((SYMMETRY_REGIONS, 5))
        for _ in range(SYMMETRY_MONTHS):
            model.step()
            people += tally_of(model)["people"].sum(axis=(1, 2))
        leads.append((people[:, 1:3].sum(axis=1) - people[:, 3:].sum(axis=1)) / people.sum(axis=1))
    leads = np.array(leads)
    quantile = stdtrit(SYMMETRY_REGIONS - 1, 1 - PER_STUDY / 4)
    half = quantile * leads.std(axis=1, ddof=1) / np.sqrt(SYMMETRY_REGIONS)
    camps = check_of(
        "lead of camp A over camp B", leads[:1].mean(axis=1), half[:1], f"Student's t, {SYMMETRY_REGIONS} regions"
    )

    report("covert and overt")
    model = BureaucracyModel(laboratory(ALIKE, regions=ALIKE_REGIONS, staff=1000, months=ALIKE_MONTHS), rng=SEED)
    people = np.zeros((ALIKE_MONTHS, 5))
    for month in range(ALIKE_MONTHS):
        model.step()
        people[month] = tally_of(model)["people"].sum(axis=(0, 1, 2))
    covert, siding = people[:, [1, 3]], people[:, 1:].reshape(-1, 2, 2).sum(axis=-1)
    allowed = theory.bernstein_tolerance(siding / 4, PER_STUDY / 4 / siding.size, largest=0.5)
    coins = check_of(
        "covert among those who side, by camp and month",
        (covert - siding / 2) / siding,
        allowed / siding,
        f"Bernstein for coins, {int(siding.min()):,} or more of them a month",
    )
    together = check_of(
        "covert among all who sided",
        (covert.sum() - siding.sum() / 2) / siding.sum(),
        theory.bernstein_tolerance(siding.sum() / 4, PER_STUDY / 4, 0.5) / siding.sum(),
        f"Bernstein for coins, {int(siding.sum()):,} of them",
    )
    apart = [
        name
        for name, lead, width in zip(list(variants)[1:], leads[1:].mean(axis=1), half[1:], strict=True)
        if abs(lead) > width
    ]
    return Study(
        (camps, coins, together),
        (
            f"Lead of camp A under symmetry: {leads[0].mean():+.5f} (tolerance {half[0]:.5f}). Lifted alone, these "
            f"show a lead beyond the tolerance: {', '.join(apart)}. Of the others this many people and months cannot "
            "tell.",
            f"Of {int(siding.sum()):,} acts {covert.sum() / siding.sum():.4f} were covert.",
        ),
        partial(
            pictures.symmetry,
            ["symmetric", *(f"{name} {value:g}" for name, value in BROKEN.items())],
            leads.mean(axis=1),
            half,
            covert / siding,
            allowed / siding,
        ),
    )


# No leverage ---------------------------------------------------------------------------------------------------------

NO_PATRON = {"capture": 0, "head_pressure": 0, "mobilisation": 0, "patronage_sd": 0}
PROTECTION = (0.0, 0.25, 0.5, 0.75, 1.0)
PATRONS = (
    {"patronage": 0},
    {"patronage": 1},
    {"patronage": 1, "promotion_prize": 7, "spot_reward": 2.5, "removal_threat": 1.5},
)
NO_FOLLOW_UP = {"independence": 0, "central_pressure": 0}
FOLLOW_UPS = (0.0, 0.25, 0.5, 0.75, 0.9)
REGIMES = (
    {"oversight_capacity": 0, "patrol": 0.02},
    {"oversight_capacity": 32, "patrol": 0.25, "press_freedom": 1, "severity": 60, "peer_reporting": 0.15},
)
HARMLESS = {
    "severity": 0, "own_sanction_jump": 0, "retirement": 0, "renewal_threat": 0, "moral_overt": 100, "integrity_sd": 0,
    "visibility_overt": 0, "share_executive": 0, "share_administrator": 0, "false_rate": 0, "follow_up": 0.9,
}  # fmt: skip
LEVERAGE_STAFF, LEVERAGE_MONTHS = 3000, 36


def leverage_study(report: Report) -> Study:
    """Hold that patrons without reach, and enforcement that nobody carries out or feels, change nobody's stance."""
    report("patrons")
    patrons = np.stack(
        [
            stances_of_runs(
                [NO_PATRON | {"merit_protection": merit} | change for merit in PROTECTION],
                LEVERAGE_STAFF,
                LEVERAGE_MONTHS,
            )
            for change in PATRONS
        ]
    )
    report("enforcement")
    enforced = np.stack(
        [
            stances_of_runs(
                [NO_FOLLOW_UP | {"follow_up": share} | regime for share in FOLLOW_UPS], LEVERAGE_STAFF, LEVERAGE_MONTHS
            )
            for regime in REGIMES
        ]
    )
    report("sanctions nobody feels")
    harmless = stances_of_runs(
        [HARMLESS | regime | {"severity": 0} for regime in REGIMES], LEVERAGE_STAFF, LEVERAGE_MONTHS
    )
    checks = (
        exact("everyone's stance whatever patrons offer, merit_protection 1", patrons[1:, -1], patrons[0, -1]),
        exact(
            "everyone's stance whatever enforcement does, follow_up and independence 0", enforced[1:, 0], enforced[0, 0]
        ),
        exact("everyone's stance whatever enforcement does, severity 0", harmless[1], harmless[0]),
    )
    siding = [1 - (one == 0).mean(axis=(2, 3)) for one in (patrons, enforced)]
    gaps = [one[1] - one[0] for one in siding]
    return Study(
        checks,
        (
            f"Patronage 1 instead of 0 adds {gaps[0][0]:.4f} to siding at merit_protection 0, and {gaps[0][-1]:g} at "
            "1.",
            f"The strict regime adds {gaps[1][-1]:.4f} to siding at follow_up 0.9, and {gaps[1][0]:g} at 0. "
            f"With severity 0 both regimes see {1 - (harmless[0] == 0).mean():.4f} siding.",
        ),
        partial(pictures.leverage, PROTECTION, siding[0], FOLLOW_UPS, siding[1]),
    )
