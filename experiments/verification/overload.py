"""The study of overloaded enforcement (Lui 1986; Andvig and Moene 1990)."""

from __future__ import annotations

from functools import partial

import numpy as np

from experiments.verification import pictures
from experiments.verification.checks import (
    PER_STUDY,
    SEED,
    Check,
    Report,
    Study,
    check_of,
    exact,
    laboratory,
    siding_by_region,
    tally_of,
)
from experiments.verification.peers import CONSCIENCE, ONE_WAY, steps_against_map
from model import BureaucracyModel, theory

GAIN, SANCTION, OVERLOAD_NOISE = 1.0, 3.0, 0.8
OVERLOAD = ONE_WAY | {
    "promotion_prize": CONSCIENCE + GAIN, "severity": SANCTION, "curvature": 1, "patience": 1, "weight_light": 1,
    "weight_moderate": 1, "decision_noise": OVERLOAD_NOISE, "peer_influence": 0, "share_executive": 0,
    "share_administrator": 0,
    "patrol": 10, "patrol_sees_covert": 1, "public_reporting": 10, "public_sees_covert": 1, "press_freedom": 1,
    "evidence": 10, "proof_standard": -6, "reporting_delay": 1, "deadline": 1, "execution_delay": 1, "independence": 1, "follow_up": 1,
    "learning_rate": 1, "publicity": 1, "risk_memory": 0, "prior_weight": 1e-6, "risk_prior": 1, "own_sanction_jump": 0,
    "office_size": 100_000,
}  # fmt: skip
SIZES, WALKS, HOLD, STEP = (200, 800, 3200), (80, 24, 8), 30, 0.005  # hearings K are whole at every step
UP_FROM, UP_TO, DOWN_FROM, DOWN_TO = 0.12, 0.195, 0.12, 0.06
HELD, HELD_MONTHS, HELD_SIZE = (0.04, 0.06, 0.09, 0.12, 0.14, 0.2, 0.24), 60, 5000


def walk(capacities: np.ndarray, size: int, regions: int, **changes: float) -> np.ndarray:
    """Walk capacity slowly along ``capacities``; return the share that sides, shape (steps, months, regions).

    Upward it starts from the upper state: a month without severity.
    """
    rising = capacities[-1] > capacities[0]
    start = OVERLOAD | changes | {"oversight_capacity": 1000 * capacities[0]} | ({"severity": 0} if rising else {})
    model = BureaucracyModel(laboratory(start, regions=regions, staff=size, months=HOLD * len(capacities)), rng=SEED)
    shares = np.empty((len(capacities), HOLD, regions))
    for step, capacity in enumerate(capacities):
        if step:
            model.reform(oversight_capacity=1000 * capacity)
        for month in range(HOLD):
            model.step()
            shares[step, month] = siding_by_region(model) / size
            if step == month == 0:
                model.reform(severity=changes.get("severity", SANCTION))
    return shares


def overload_study(report: Report) -> Study:
    """Hold an overloaded body against the two folds of Lui (1986) and Andvig and Moene (1990)."""
    folds = theory.overload_folds(GAIN, SANCTION, OVERLOAD_NOISE)
    part = PER_STUDY / 5
    report("both states at fixed capacity")
    held, held_wanted, held_allowed, queue, map_check = held_capacity(part)
    states = check_of(
        "the state at fixed capacity, last 20 months",
        held - held_wanted,
        held_allowed,
        f"contraction, {HELD_SIZE:,} people",
    )

    up, down = np.arange(UP_FROM, UP_TO + STEP / 2, STEP), np.arange(DOWN_FROM, DOWN_TO - STEP / 2, -STEP)
    endless = jump_of_endless_walk(up, folds)
    shifts, loops = [], None
    for size, regions in zip(SIZES, WALKS, strict=True):
        report(f"walks with {size:,} people")
        rising, falling = walk(up, size, regions), walk(down, size, regions)
        shifts.append(
            (endless - jump_at(up, rising < between(folds)), jump_at(down, falling > folds.share) - folds.low)
        )
        loops = (up, rising, down, falling)
    report("exact chains")
    chain = [chain_of_walk(size, up) for size in SIZES[:2]]
    wanted = np.array([endless - mean for mean, _ in chain])
    walks = np.array(WALKS[:2])
    allowed = (
        theory.bernstein_tolerance(walks * [variance for _, variance in chain], part / 2, largest=UP_TO - UP_FROM)
        / walks
    )
    exact_shift = check_of(
        "where upward walks leave the upper state, against the exact chain",
        [shift[0].mean() for shift in shifts[:2]] - wanted,
        allowed,
        f"Bernstein, {walks[0]} and {walks[1]} walks",
    )
    shrinks = shrinkage(shifts, part)

    report("a set without two states")
    flat = np.arange(0.3, 0.56, 0.02)
    there, back = walk(flat, SIZES[1], 4, severity=1.2), walk(flat[::-1], SIZES[1], 4, severity=1.2)[::-1]
    no_loop = single_state(flat, np.stack([there, back]), part)
    return Study(
        (states, queue, map_check, exact_shift, shrinks, no_loop),
        (
            f"(G, S, s, phi) = (1, 3, 0.8, 1): x* = {folds.share:.4f}, up = {folds.up:.4f}, low = {folds.low:.4f}.",
            f"An endlessly large system, walked up as slowly ({STEP:g} in {HOLD} months), leaves the upper state "
            f"{endless - folds.up:.4f} past its fold. Finite ones leave it earlier than that by "
            + ", ".join(
                f"{shift[0].mean():.4f} with {size:,} people" for shift, size in zip(shifts, SIZES, strict=True)
            )
            + f" (exact chain: {wanted[0]:.4f} and {wanted[1]:.4f} for the first two). "
            "Walked down, they leave the lower state "
            + ", ".join(f"{shift[1].mean():.4f} with {size:,}" for shift, size in zip(shifts, SIZES, strict=True))
            + " before its fold.",
            "(1, 1.2, 0.8, 1) has one state at every capacity: up and down the walk is the same line.",
        ),
        partial(
            pictures.overload,
            (GAIN, SANCTION, OVERLOAD_NOISE),
            folds,
            loops,
            held,
            np.repeat(HELD, 2),
            np.array(SIZES),
            shifts,
            wanted,
            flat,
            there,
            back,
        ),
    )


def held_capacity(false_alarm: float):
    """Hold capacity fixed, from a high and a low start; return final shares, theory, tolerance, and two more checks."""
    size, capacity = HELD_SIZE, np.repeat(HELD, 2)
    from_high = np.tile([False, True], len(HELD))
    start = np.where(from_high, CONSCIENCE + SANCTION + GAIN, CONSCIENCE + GAIN)  # the prior is a risk of 1
    model = BureaucracyModel(
        laboratory(
            OVERLOAD | {"promotion_prize": start, "oversight_capacity": 1000 * capacity},
            regions=len(capacity),
            staff=size,
            months=HELD_MONTHS,
        ),
        rng=SEED,
    )
    shares, proven = np.empty((2, HELD_MONTHS, len(capacity)))
    for month in range(HELD_MONTHS):
        model.step()
        shares[month], proven[month] = siding_by_region(model), tally_of(model)["proven_role"].sum(axis=(1, 2))
        if month == 0:
            model.reform(promotion_prize=CONSCIENCE + GAIN)
    settled = slice(-20, None)
    queue = exact(
        "cases proven are min(hearings, siders), last 20 months",
        proven[settled],
        np.minimum(np.round(capacity * size), shares[settled]),
    )
    mapped = theory.share_under_overload(np.ones(()), proven / shares, GAIN, SANCTION, OVERLOAD_NOISE)
    check, _ = steps_against_map(
        "next month's share, given this month's proofs",
        shares[1:-1] / size,
        shares[2:] / size,
        mapped[1:-1],
        size,
        false_alarm,
    )
    wanted, allowed = np.transpose(
        [
            overload_theory(k, high, size, false_alarm / (20 * len(capacity)))
            for k, high in zip(capacity, from_high, strict=True)
        ]
    )
    return shares[settled] / size, wanted, allowed, queue, check


def overload_theory(capacity: float, from_high: bool, size: int, false_alarm: float) -> tuple[float, float]:
    """Return the share in which a region that starts high or low ends, and how far from it chance may take it."""
    share = theory.shares_under_overload(capacity, GAIN, SANCTION, OVERLOAD_NOISE)[-1 if from_high else 0]
    return share, theory.settled_tolerance(
        share,
        partial(theory.share_under_overload, capacity=capacity, gain=GAIN, sanction=SANCTION, noise=OVERLOAD_NOISE),
        size,
        false_alarm,
    )


def between(folds: theory.Folds) -> float:
    """Return the share below which the upper state counts as left."""
    return (folds.share + folds.low) / 2


def walked(capacities: np.ndarray) -> np.ndarray:
    """Return capacity as it would be were it changed evenly within each step, shape (steps * HOLD,)."""
    step = capacities[1] - capacities[0]
    return (capacities[:, None] + step * (np.arange(HOLD) / HOLD)).ravel()


def jump_at(capacities: np.ndarray, jumped: np.ndarray) -> np.ndarray:
    """Return the capacity at which each walk first meets a condition; ``jumped`` has the shape of a :func:`walk`."""
    months = jumped.reshape(-1, jumped.shape[-1])
    assert months.any(axis=0).all(), "a walk did not leave its state"
    return walked(capacities)[np.argmax(months, axis=0)]


def jump_of_endless_walk(capacities: np.ndarray, folds: theory.Folds) -> float:
    """Return the capacity at which an upward walk of an endlessly large system leaves the upper state."""
    share, path = 0.75, []
    for capacity in capacities:
        for _ in range(HOLD):
            share = theory.share_under_overload(share, capacity, GAIN, SANCTION, OVERLOAD_NOISE)
            path.append(share)
    return float(walked(capacities)[np.argmax(np.array(path) < between(folds))])


def chain_of_walk(size: int, capacities: np.ndarray) -> tuple[float, float]:
    """Return mean and variance of the capacity at which an upward walk leaves the upper state, from the exact chain."""
    folds = theory.overload_folds(GAIN, SANCTION, OVERLOAD_NOISE)
    # States that have left need not be followed, nor those above any that the upper state comes to.
    followed = slice(int(np.ceil(size * between(folds))), int(0.9 * size))
    # The walk's first month is one without sanctions.
    state = theory.chain_of_office(
        size, lambda share: theory.share_under_overload(share, 0.0, GAIN, SANCTION, OVERLOAD_NOISE)
    )[0]
    state, remain = state[followed], []
    for step, capacity in enumerate(capacities):
        chain = theory.chain_of_office(
            size,
            lambda share, k=capacity: theory.share_under_overload(share, k, GAIN, SANCTION, OVERLOAD_NOISE),
            followed,
        )
        for month in range(HOLD):
            state = state @ chain if step or month else state
            remain.append(state.sum())
    chances = -np.diff(remain, prepend=1.0)
    chances /= chances.sum()
    mean = float(chances @ walked(capacities))
    return mean, float(chances @ (walked(capacities) - mean) ** 2)


def shrinkage(shifts: list[tuple[np.ndarray, np.ndarray]], false_alarm: float) -> Check:
    """Check that both folds are met more closely by the largest system than by the smallest.

    The tolerance of a difference of means over walks is Student's (Welch).
    """
    from scipy.special import stdtrit

    ends = []
    for small, large in zip(shifts[0], shifts[-1], strict=True):
        parts = np.array([small.var(ddof=1) / len(small), large.var(ddof=1) / len(large)])
        freedom = parts.sum() ** 2 / np.sum(parts**2 / [len(small) - 1, len(large) - 1])
        ends.append(large.mean() - small.mean() + stdtrit(freedom, 1 - false_alarm / 4) * np.sqrt(parts.sum()))
    return Check(
        f"both folds are met more closely with {SIZES[-1]:,} than with {SIZES[0]:,} people: upper end of the change",
        len(ends),
        float(max(ends)),
        0.0,
        f"Student's t over {WALKS[0]} and {WALKS[-1]} walks (Welch)",
    )


def single_state(capacities: np.ndarray, shares: np.ndarray, false_alarm: float) -> Check:
    """Check that walks up and down rest at the one state; ``shares`` has shape (2, steps, months, regions)."""
    last = shares[:, :, -3:]
    wanted, allowed = [], []
    for capacity in capacities:
        (share,) = theory.shares_under_overload(capacity, GAIN, 1.2, OVERLOAD_NOISE)
        wanted.append(share)
        allowed.append(
            theory.settled_tolerance(
                share,
                partial(theory.share_under_overload, capacity=capacity, gain=GAIN, sanction=1.2, noise=OVERLOAD_NOISE),
                SIZES[1],
                false_alarm / last.size,
            )
        )
    return check_of(
        "one state where the theory says one, walked up and down",
        last - np.array(wanted)[:, None, None],
        np.array(allowed)[:, None, None],
        f"contraction, {SIZES[1]:,} people",
    )
