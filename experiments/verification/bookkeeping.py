"""Studies of what must be conserved, queued and sorted: cases, posts, promotions, and last month's stances."""

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
    exact,
    laboratory,
    siding_by_region,
    tally_of,
)
from experiments.verification.peers import CONSCIENCE, ONE_WAY, PEERS
from model import PARAMETERS, BureaucracyModel, theory

# Funnel and queue ----------------------------------------------------------------------------------------------------

QUEUE = ONE_WAY | {
    "promotion_prize": 100, "severity": 0, "decision_noise": 0.5, "peer_influence": 0, "share_executive": 0,
    "share_administrator": 0, "patrol": 0.03, "patrol_sees_covert": 1, "public_reporting": 0, "evidence": 10,
    "proof_standard": -6, "reporting_delay": 1, "deadline": 6, "execution_delay": 1, "independence": 1, "follow_up": 1,
}  # fmt: skip
"""Everybody sides covertly in every month, so reports come in steadily; what is heard is at once executed."""
LOADS = np.array([0.2, 0.4, 0.6, 0.8, 0.95, 1.05, 1.2, 1.5, 1.8, 2.3])
QUEUE_STAFF, QUEUE_MONTHS, WARM_UP, DEADLINE = 30_000, 84, 48, 6
FUNNEL_MONTHS, FUNNEL_STAFF = 60, 20_000
FUNNEL = {
    "retirement": 0, "renewal_threat": 0, "moral_overt": 100, "integrity_sd": 0, "visibility_overt": 0,
    "share_executive": 0, "share_administrator": 0, "false_rate": 0, "reporting_delay": 1, "oversight_capacity": 4,
}  # fmt: skip


def queue_study(report: Report) -> Study:
    """Hold the docket against the queue with a deadline, and follow cohorts of cases down the funnel."""
    report("queues at ten loads")
    rate = 1 - np.exp(-QUEUE["patrol"])
    capacity = np.maximum(1, np.round(QUEUE_STAFF * rate / LOADS))
    model = BureaucracyModel(
        laboratory(
            QUEUE | {"oversight_capacity": capacity * 1000 / QUEUE_STAFF},
            regions=len(LOADS),
            staff=QUEUE_STAFF,
            months=QUEUE_MONTHS,
        ),
        rng=SEED,
    )
    seen = np.empty((QUEUE_MONTHS, 5, len(LOADS)))
    for month in range(QUEUE_MONTHS):
        before = model.people.column("sanctions").copy()
        model.step()
        tally = tally_of(model)
        heard_now = model.people.column("sanctions") > before
        waited = np.where(heard_now, model.month - model.people.column("case_month").astype(int), 0)
        seen[month] = [
            tally["reported_role"].sum(axis=(1, 2)),
            tally["heard"].sum(axis=1),
            tally["lapsed_role"].sum(axis=(1, 2)),
            tally["queue"],
            waited.reshape(len(LOADS), -1).sum(axis=1),
        ]
    arrivals = seen[:, 0]
    courses = np.array([theory.queue_with_deadline(arrivals[:, i], capacity[i], DEADLINE) for i in range(len(LOADS))])
    course = exact(
        "heard, lapsed, waiting and months waited in every month, given the arrivals",
        seen[:, 1:],
        courses.transpose(2, 1, 0),
    )
    late = seen[WARM_UP:]
    mean_arrivals = late[:, 0].mean(axis=0)
    # A load counts as below or above 1 if no single month is likely to be on the other side.
    per_month = theory.bernstein_tolerance(mean_arrivals, PER_STUDY / late[:, 0].size)
    clear = np.abs(mean_arrivals - capacity) > per_month
    rates = np.array(
        [theory.queue_in_the_long_run(a, c, DEADLINE) for a, c in zip(mean_arrivals, capacity, strict=True)]
    ).T
    throughput = late[:, 1].mean(axis=0)
    # Cases that waited through the warm-up shift counts between its months and the later ones: at most a queue.
    allowed = np.where(mean_arrivals > capacity, 0.0, 1e-9)
    through = check_of(
        "throughput min(a, c) where the load is clearly not 1",
        (throughput - rates[0])[clear],
        allowed[clear],
        "exact, given the mean arrivals",
    )
    wait = late[:, 4].sum(axis=0) / late[:, 1].sum(axis=0)
    waits = check_of(
        "months waited: 0 below load 1, deadline - 1 above", (wait - rates[2])[clear], np.zeros(clear.sum()), "exact"
    )

    report("the funnel by cohort")
    funnel, identity = cohorts_of_cases()
    narrowing = exact(
        "no stage of a cohort holds more cases than the one before it", np.diff(funnel, axis=0) > 0, False
    )
    return Study(
        (course, through, waits, identity, narrowing),
        (
            f"Loads a / c from {mean_arrivals[0] / capacity[0]:.2f} to {mean_arrivals[-1] / capacity[-1]:.2f}; "
            f"{int(clear.sum())} of {len(LOADS)} are clearly not 1. Heard cases waited {wait[clear].min():g} months "
            f"below and {wait[clear].max():g} above, with a deadline of {DEADLINE}.",
            f"Of {int(funnel[0].sum()):,} cases reported {funnel[1].sum() / funnel[0].sum():.3f} were heard, "
            f"{funnel[2].sum() / funnel[0].sum():.3f} proven, {funnel[3].sum() / funnel[0].sum():.3f} executed within "
            f"{FUNNEL_MONTHS} months.",
        ),
        partial(pictures.queue, mean_arrivals / capacity, throughput / capacity, wait, clear, DEADLINE, funnel),
    )


def cohorts_of_cases() -> tuple[np.ndarray, Check]:
    """Return cases by month of report, shape (4 stages, months): reported, heard, proven, executed; and the identity.

    Nobody leaves, so a case is followed by its person. A person has one open case, and at most one step of it a month.
    """
    model = BureaucracyModel(laboratory(FUNNEL, staff=FUNNEL_STAFF, months=FUNNEL_MONTHS), rng=SEED)
    funnel = np.zeros((4, FUNNEL_MONTHS + 1))
    column, kept, booked = model.people.column, [], np.zeros(5)
    for month in range(1, FUNNEL_MONTHS + 1):
        status, since, sanctions = (column(name).copy() for name in ("case_status", "case_month", "sanctions"))
        model.step()
        now, tally = column("case_status"), tally_of(model)
        sanctioned = column("sanctions") > sanctions
        fresh = (column("case_month") == month) & (since != month)
        funnel[0, month] += tally["reported_role"].sum()
        proven = (np.isin(now, (2, 3)) | sanctioned) & (fresh | (status == 1))
        np.add.at(funnel[2], column("case_month")[proven], 1)
        np.add.at(funnel[3], column("case_month")[sanctioned], 1)
        # Heard and not proven: queued before or reported now, without a case now, and not lapsed of age.
        acquitted = (
            (now == 0) & ~sanctioned & (fresh | ((status == 1) & (month - since < PARAMETERS["deadline"].default)))
        )
        np.add.at(funnel[1], column("case_month")[proven | acquitted], 1)
        booked += [
            tally[name].sum()
            for name in ("reported_role", "recommended_role", "acquitted", "lapsed_role", "closed_by_exit")
        ]
        kept.append((booked[0], booked[1:].sum() + (now == 1).sum(), tally["heard"].sum(), (proven | acquitted).sum()))
    kept = np.array(kept)
    identity = exact(
        "reported = recommended + acquitted + lapsed + closed by exit + waiting; heard by count = heard by person",
        kept[:, [0, 2]],
        kept[:, [1, 3]],
    )
    return funnel[:, 1:], identity


# Posts and peers -----------------------------------------------------------------------------------------------------

DRAIN = {"retirement": 0.02, "contract_share": 1, "oversight_capacity": 0, "renewal_threat": 0}
DRAIN_REGIONS, DRAIN_MONTHS = 40, 96
MERIT = {"merit_protection": 1, "score_noise": 0, "contract_share": 0, "oversight_capacity": 0, "retirement": 0.01}
MERIT_STAFF, MERIT_MONTHS = 2000, 60
BY_LOYALTY = MERIT | {"merit_protection": 0.25, "score_noise": 0.3}
PULSE_OFFICE, PULSE_MONTHS, PULSE_AT = 50_000, 24, 8


def posts_study(report: Report) -> Study:
    """Hold that posts are conserved, that merit alone is an exact sort, and that peers see last month's stances."""
    report("posts that nobody may fill")
    model = BureaucracyModel(laboratory(DRAIN, regions=DRAIN_REGIONS, staff=1000, months=DRAIN_MONTHS), rng=SEED)
    posts = np.bincount(model.people.column("rank"), minlength=5)
    filled, vacant = np.empty((2, DRAIN_MONTHS, 5))
    for month in range(DRAIN_MONTHS):
        model.step()
        tally = tally_of(model)
        filled[month], vacant[month] = tally["people"].sum(axis=(0, 1, 3)), tally["vacant"].sum(axis=(0, 1))
    conserved = exact("posts filled plus vacant, by rank and month", filled + vacant, posts)
    structural = posts[2:].sum()
    stays = (1 - DRAIN["retirement"]) ** np.arange(1, DRAIN_MONTHS + 1)
    allowed = theory.bernstein_tolerance(structural * stays * (1 - stays), PER_STUDY / 3 / DRAIN_MONTHS)
    drained = check_of(
        "share of structural posts still held, of which none can be refilled",
        filled[:, 2:].sum(axis=1) / structural - stays,
        allowed / structural,
        f"Bernstein, {structural:,} posts",
    )

    report("promotion by merit")
    strict, by_merit = promotions(MERIT)
    sorted_exactly = exact("who is promoted, against a sort by merit", strict[0], strict[1])
    _, by_loyalty = promotions(BY_LOYALTY)

    report("what peers see")
    shares, wanted, pulse = pulse_of_stances()
    return Study(
        (conserved, drained, sorted_exactly, pulse),
        (
            f"After {DRAIN_MONTHS // 12} years {filled[-1, 2:].sum() / structural:.4f} of {structural:,} structural "
            f"posts are held (theory {stays[-1]:.4f}); filled plus vacant never differ from the posts there are.",
            f"{int(strict[0].sum()):,} promotions over {MERIT_MONTHS} months are the sort's; with merit_protection "
            f"0.25 and score_noise 0.3, {by_loyalty[0]:.2f} of the posts go to those whose merit comes first.",
        ),
        partial(
            pictures.posts,
            stays,
            filled[:, 2:].sum(axis=1) / structural,
            vacant[:, 2:].sum(axis=1) / structural,
            by_merit,
            by_loyalty,
            shares,
            wanted,
            PULSE_AT,
        ),
    )


def promotions(settings: Mapping[str, float]) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Follow promotions; return who rose and who would by merit, and by how far down the order of merit people rose.

    Returns
    -------
    (bool array, bool array)
        Rose, and would by an exact sort; shape (months, people).
    float array, shape (10,)
        Of those whose place in the order of merit is 0 to 1, 1 to 2, ... times the vacancies, the share that rose.
    """
    model = BureaucracyModel(laboratory(settings, staff=MERIT_STAFF, months=MERIT_MONTHS), rng=SEED)
    column, months = model.people.column, []
    rose_at, were_at = np.zeros(10), np.zeros(10)
    for month in range(1, MERIT_MONTHS + 1):
        key, rank = column("key").copy(), column("rank").copy()
        merit = (
            column("competence").astype(float)
            + PARAMETERS["seniority_weight"].default * (month - column("entry_month").astype(float) - 180.0) / 103.9
        )
        model.step()
        rank_of = dict(zip(column("key").tolist(), column("rank").tolist(), strict=True))
        left = np.array([one not in rank_of for one in key.tolist()])
        rose = np.array([rank_of.get(one, -1) > old for one, old in zip(key.tolist(), rank.tolist(), strict=True)])
        months.append((rose, theory.promoted_by_merit(rank, merit, left)))
        for below in range(4):
            vacancies = rose[rank == below].sum()
            if vacancies:
                here = np.flatnonzero((rank == below) & ~left)
                place = np.empty(len(here), int)
                place[np.argsort(-merit[here], kind="stable")] = np.arange(len(here)) // vacancies
                near = place < 10
                were_at += np.bincount(place[near], minlength=10)
                rose_at += np.bincount(place[near], rose[here][near], 10)
    return tuple(np.array(months).swapaxes(0, 1)), rose_at / were_at


def pulse_of_stances() -> tuple[np.ndarray, np.ndarray, Check]:
    """Return the share that sides before and after one month's prize, what the map says of it, and a check."""
    pull, noise = PEERS["peer_influence"], PEERS["decision_noise"]
    calm, spur = CONSCIENCE - 0.3, CONSCIENCE + 2.0
    model = BureaucracyModel(
        laboratory(
            PEERS | {"promotion_prize": calm, "office_size": PULSE_OFFICE}, staff=PULSE_OFFICE, months=PULSE_MONTHS
        ),
        rng=SEED,
    )
    shares, wanted = np.empty((2, PULSE_MONTHS))
    last = 0.0
    for month in range(PULSE_MONTHS):
        prize = spur if month + 1 == PULSE_AT else calm
        model.reform(promotion_prize=prize)
        model.step()
        shares[month] = siding_by_region(model)[0] / PULSE_OFFICE
        wanted[month] = theory.share_after_peers(last, prize - CONSCIENCE, pull, noise)
        last = shares[month]
    allowed = (
        theory.bernstein_tolerance(PULSE_OFFICE * wanted * (1 - wanted), PER_STUDY / 3 / PULSE_MONTHS) / PULSE_OFFICE
    )
    return (
        shares,
        wanted,
        check_of(
            "each month's share, given last month's", shares - wanted, allowed, f"Bernstein, {PULSE_OFFICE:,} people"
        ),
    )
