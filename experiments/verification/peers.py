"""The study of people who look at each other (Brock and Durlauf 2001), and how such an office is made here."""

from __future__ import annotations

from collections.abc import Mapping
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
    laboratory,
    siding_by_region,
)
from model import BureaucracyModel, theory

CONSCIENCE = 50.0
"""Moral cost that closes every way to side but the one that a promise of the same size opens."""
ONE_WAY = {
    **{f"stake_{rank}": 1 for rank in theory.RANKS}, **{f"prominence_{rank}": 1 for rank in theory.RANKS},
    "ambition_sd": 0, "integrity_sd": 0, "affinity_share": 0, "patronage": 1, "patronage_sd": 0, "popularity_sd": 0,
    "merit_protection": 0, "separated_offices": 0, "understanding": 1, "retirement": 0, "contract_share": 0,
    "removal_threat": 0, "renewal_threat": 0, "spot_reward": 0, "head_pressure": 0, "incumbency": 10,
    "inherited_incumbency": 1, "mobilisation": 0, "service_voting": 0, "peer_reporting": 0, "false_rate": 0,
    "moral_covert": CONSCIENCE, "moral_overt": CONSCIENCE, "visibility_covert": 1, "visibility_overt": 0,
}  # fmt: skip
"""All alike, and one way to side: covertly for camp A, which wins; utility = promotion_prize - CONSCIENCE."""
PEERS = ONE_WAY | {"patrol": 0, "public_reporting": 0, "severity": 0, "peer_influence": 1.2, "decision_noise": 0.4}
PEER_UTILITY = 0.08
OFFICE, STARTS, PEER_MONTHS = 10_000, np.linspace(0.02, 0.98, 25), 60
COUPLINGS, FIELDS = (0.8, 1.2, 1.4, 1.7, 2.0), (0.6, 1.5)
TIPPING_OFFICE, TIPPING_MONTHS = 10_000, 100
SMALL_OFFICES, SMALL_NUMBER, SMALL_MONTHS = (10, 20, 40, 80), 1000, 120


def prize_to_start(share: np.ndarray, peer_influence: np.ndarray, noise: float) -> np.ndarray:
    """Return the prize with which, where all were neutral, a ``share`` takes sides in the first month."""
    return CONSCIENCE + peer_influence + noise * np.log(share / (1 - share))


def paths_of_offices(
    settings: Mapping[str, object], start: np.ndarray, utility: np.ndarray, size: int, months: int
) -> np.ndarray:
    """Return the share that sides in regions of one office each, shape (months, offices).

    The first month's prize brings about the ``start``; from the second on the prize is that of ``utility``.
    """
    noise, pull = settings["decision_noise"], np.asarray(settings["peer_influence"])
    model = BureaucracyModel(
        laboratory(
            settings | {"promotion_prize": prize_to_start(start, pull, noise), "office_size": size},
            regions=len(start),
            staff=size,
            months=months,
        ),
        rng=SEED,
    )
    shares = np.empty((months, len(start)))
    for month in range(months):
        model.step()
        shares[month] = siding_by_region(model) / size
        if month == 0:
            model.reform(promotion_prize=CONSCIENCE + utility)
    return shares


def steps_against_map(
    what: str, now: np.ndarray, then: np.ndarray, mapped: np.ndarray, size: int, false_alarm: float, bins: int = 20
) -> tuple[Check, np.ndarray]:
    """Hold steps from ``now`` to ``then`` against the map, in bins of ``now``; also return means and tolerance.

    Given the share now, the number that sides then is binomial, so the deviations are steps of a martingale.
    """
    bin_of = np.minimum((now * bins).astype(int), bins - 1).ravel()
    number = np.bincount(bin_of, minlength=bins)
    kept = number > 0
    mean_now, mean_then, mean_map = (
        np.bincount(bin_of, values.ravel(), bins)[kept] / number[kept] for values in (now, then, mapped)
    )
    variance = np.bincount(bin_of, (mapped * (1 - mapped)).ravel(), bins)[kept] * size
    allowed = theory.bernstein_tolerance(variance, false_alarm / kept.sum()) / (size * number[kept])
    check = check_of(
        what, mean_then - mean_map, allowed, f"Bernstein for martingales, {size:,} people in each of {now.size:,} steps"
    )
    return check, np.stack([mean_now, mean_then, allowed])


def peers_study(report: Report) -> Study:
    """Hold offices of people who look at each other against Brock and Durlauf (2001)."""
    pull, noise = PEERS["peer_influence"], PEERS["decision_noise"]
    one_way = partial(theory.share_after_peers, utility=PEER_UTILITY, peer_influence=pull, noise=noise)
    report("where large offices go")
    paths = paths_of_offices(PEERS, STARTS, np.full(len(STARTS), PEER_UTILITY), OFFICE, PEER_MONTHS)
    part = PER_STUDY / 6
    steps, points = steps_against_map(
        "next month's share, one way to side", paths[:-1], paths[1:], one_way(paths[:-1]), OFFICE, part
    )
    report("two ways to side")
    both = paths_of_offices(PEERS | {"visibility_overt": 1}, STARTS, np.full(len(STARTS), PEER_UTILITY), OFFICE, 8)
    two_ways = partial(one_way, options=2)
    steps_two, points_two = steps_against_map(
        "next month's share, two equal ways to side", both[1:-1], both[2:], two_ways(both[1:-1]), OFFICE, part
    )
    low, middle, high = (0.5 + 0.5 * m for m in theory.means_with_peers(*theory.peers_of(PEER_UTILITY, pull, noise)))
    # Nobody crosses the threshold who is further from it than one month's chance, as the map enlarges distances.
    chance = theory.bernstein_tolerance(OFFICE * 0.25, part / OFFICE) / OFFICE
    enlarges = one_way(np.array([middle - 0.1, middle + 0.1]))
    grey = chance / (np.min(np.abs(enlarges - middle)) / 0.1 - 1)
    sure = np.abs(paths[0] - middle) > grey
    goes = np.where(paths[0] > middle, high, low)
    settled = {
        share: theory.settled_tolerance(share, one_way, OFFICE, part / (20 * len(STARTS))) for share in (low, high)
    }
    ends = check_of(
        "the state in which each office ends, last 20 months",
        (paths[-20:] - goes)[:, sure],
        np.where(goes == high, settled[high], settled[low])[sure],
        f"contraction, {OFFICE:,} people an office",
    )

    report("which fields tip")
    coupling, utility, from_high = tipping_grid(noise)
    settings = PEERS | {"peer_influence": 2 * noise * coupling}
    final = paths_of_offices(settings, np.where(from_high, 0.995, 0.005), utility, TIPPING_OFFICE, TIPPING_MONTHS)[-20:]
    wanted, allowed = np.transpose(
        [tipping_theory(*case, noise, part / final.size) for case in zip(coupling, utility, from_high, strict=True)]
    )
    tipping = check_of(
        "upper and lower state on both sides of the tipping threshold",
        final - wanted,
        allowed,
        f"contraction, {TIPPING_OFFICE:,} people an office",
    )
    gap = final.mean(axis=0)[1::2] - final.mean(axis=0)[::2]

    report("small offices")
    above, exact_above = small_offices(middle)
    variance = SMALL_NUMBER * exact_above * (1 - exact_above)
    small_allowed = theory.bernstein_tolerance(variance, part / above.size) / SMALL_NUMBER
    small = check_of(
        "share of small offices still in the upper half",
        above - exact_above,
        small_allowed,
        f"Bernstein, {SMALL_NUMBER:,} offices of each size",
    )
    iterated = [paths[0]]
    for _ in range(PEER_MONTHS - 1):
        iterated.append(one_way(iterated[-1]))
    field_and_coupling = theory.peers_of(PEER_UTILITY, pull, noise)
    return Study(
        (steps, steps_two, ends, tipping, small),
        (
            f"beta J = {field_and_coupling.coupling:g} and beta h = {field_and_coupling.field:g} (threshold "
            f"{theory.tipping_field(field_and_coupling.coupling):.4f}): stable at {low:.4f} and {high:.4f}, threshold "
            f"at {middle:.4f}.",
            f"Means of the last 20 months: {paths[-20:][:, paths[0] < middle - grey].mean():.4f} and "
            f"{paths[-20:][:, paths[0] > middle + grey].mean():.4f}. Starts closer than {grey:.3f} to the threshold "
            "may go either way.",
            f"Of {len(gap)} pairs of field and coupling, {int(np.sum(gap > 0.2))} keep two states and "
            f"{int(np.sum(gap <= 0.2))} keep one, as the threshold says.",
            "After ten years the share of small offices still in the upper half is "
            + ", ".join(
                f"{above[-1, i]:.3f} (theory {exact_above[-1, i]:.3f}) for {size}"
                for i, size in enumerate(SMALL_OFFICES)
            )
            + " people an office.",
        ),
        partial(
            pictures.peers,
            one_way,
            two_ways,
            points,
            points_two,
            (low, middle, high),
            paths,
            np.array(iterated),
            np.stack([coupling, utility / (2 * noise)])[:, ::2],
            gap,
            SMALL_OFFICES,
            above,
            exact_above,
            small_allowed,
        ),
    )


def tipping_grid(noise: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return coupling, utility and whether the start is high, shape (offices,), in pairs of a low and a high start."""
    pairs = [
        (coupling, sign * part * (theory.tipping_field(coupling) if coupling > 1 else 0.1))
        for coupling in COUPLINGS
        for part in FIELDS
        for sign in (-1, 1)
    ]
    coupling, fields = np.repeat(np.array(pairs), 2, axis=0).T
    return coupling, 2 * noise * fields, np.tile([False, True], len(pairs))


def tipping_theory(
    coupling: float, utility: float, from_high: bool, noise: float, false_alarm: float
) -> tuple[float, float]:
    """Return the share in which an office that starts high or low ends, and how far from it chance may take it."""
    means = theory.means_with_peers(utility / (2 * noise), coupling)
    share = 0.5 + 0.5 * means[-1 if from_high else 0]
    return share, theory.settled_tolerance(
        share,
        partial(theory.share_after_peers, utility=utility, peer_influence=2 * noise * coupling, noise=noise),
        TIPPING_OFFICE,
        false_alarm,
    )


def small_offices(upper_from: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of small offices with more siding than ``upper_from``, found and exact, shape (months, sizes).

    They start high with the field against them.
    """
    pull, noise, sizes = PEERS["peer_influence"], PEERS["decision_noise"], np.array(SMALL_OFFICES)
    start, utility = 0.9, -PEER_UTILITY / 2
    model = BureaucracyModel(
        laboratory(
            PEERS | {"promotion_prize": prize_to_start(start, pull, noise), "office_size": sizes.astype(float)},
            regions=len(sizes),
            staff=[int(size) * SMALL_NUMBER for size in sizes],
            months=SMALL_MONTHS,
        ),
        rng=SEED,
    )
    ends = np.cumsum(sizes * SMALL_NUMBER)
    found, wanted = np.empty((2, SMALL_MONTHS, len(sizes)))
    chains = [
        theory.chain_of_office(
            size, partial(theory.share_after_peers, utility=utility, peer_influence=pull, noise=noise)
        )
        for size in sizes
    ]
    states = [theory.chain_of_office(size, lambda share: np.full(len(share), start))[0] for size in sizes]
    for month in range(SMALL_MONTHS):
        model.step()
        if month == 0:
            model.reform(promotion_prize=CONSCIENCE + utility)
        siding = model.people.column("stance") > 0
        for i, size in enumerate(sizes):
            shares = siding[ends[i] - size * SMALL_NUMBER : ends[i]].reshape(SMALL_NUMBER, size).mean(axis=1)
            found[month, i] = np.mean(shares > upper_from)
            states[i] = states[i] @ chains[i] if month else states[i]
            wanted[month, i] = states[i][np.arange(size + 1) / size > upper_from].sum()
    return found, wanted
