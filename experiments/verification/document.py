"""The catalogue of cases, and the document that says what the simulation makes of them.

What is stated here stands in ``docs/verification.md`` word for word; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.verification import bookkeeping, choice, invariance, overload, peers
from experiments.verification.checks import FALSE_ALARM, SEED, Study

DOCUMENT, PICTURES = "verification.md", "verification"
COMMAND = "netralitas verification"


@dataclass(frozen=True)
class Case:
    """A limit case in which the mathematics can be done.

    Attributes
    ----------
    name : str
        Short; also the name of its picture.
    title, statement, conditions : str
        What holds, and when.
    formula : str
        The closed form.
    source : str
        Where it comes from.
    size : str
        People, months, replicates.
    settings : dict of str to (mapping of str to number)
        The parameters that differ from their defaults, by what they are for.
    study : callable
        Runs the simulation; it is told how to report what it is doing.
    """

    name: str
    title: str
    statement: str
    conditions: str
    formula: str
    source: str
    size: str
    settings: Mapping[str, Mapping[str, object]]
    study: Callable[[Callable[[str], None]], Study]


def listed(values: Iterable[float]) -> str:
    """Return numbers as they stand in a sentence."""
    return ", ".join(f"{value:,g}" for value in values)


CASES = (
    Case(
        "logit",
        "Shares of stances are those of the logit",
        "Each person takes each stance as often as the logit of her utilities says; a population does so as often as "
        "the integral of the logit over its traits says.",
        "No peers, no head pressure, and beliefs that stay: nothing is learned, heard, voted on or inherited, nobody "
        "leaves. Traits differ as by default. `promotion_prize` is 6 for persons and 0 to 8 for populations.",
        "P(i) = exp(U_i / s) / sum_j exp(U_j / s), U_neutral = 0; population: E P over lognormal ambition, normal "
        "integrity (cut at 0), three values of affinity and five ranks, by Gauss-Legendre quadrature.",
        "McFadden (1974), and Becker (1968) for the expected sanction; `theory.logit_shares`, "
        "`theory.population_shares`.",
        f"{choice.PERSONS} people over {choice.PERSON_MONTHS:,} months; {len(choice.PRIZES)} populations of "
        f"{choice.POPULATION:,} over {choice.POPULATION_MONTHS} months.",
        {"settings": choice.FIXED_BELIEFS},
        choice.logit_study,
    ),
    Case(
        "peers",
        "Peers: two stable states and a tipping threshold",
        "In an office where all are alike and look only at each other, next month's share follows the map of Brock "
        "and Durlauf. It has two stable states if and only if beta J > 1 and |beta h| < beta J m* - artanh m*; the "
        "start decides which is reached. Small offices flip from one to the other by chance.",
        "One camp and one way to side: conscience costs 50 whatever one does, and only the promise of camp A to "
        "covert supporters, 50 plus the utility h' of siding, makes up for it. The other three ways then have odds "
        "below 1e-26, which no draw can hit, so the choice is binary without approximation. Where overt support is "
        "opened as well, n = 2. The first month's promise brings about the start; a reform sets it to 50 + h' from "
        "month 2 on.",
        "m' = tanh(beta h + beta J m), m = 2 x - 1, beta J = peer_influence / (2 decision_noise), beta h = (h' / "
        "decision_noise + ln n) / 2 for n equal ways to side; m* = sqrt(1 - 1 / (beta J)). An office of N is a "
        "Markov chain with binomial steps.",
        "Brock and Durlauf (2001); `theory.share_after_peers`, `theory.means_with_peers`, `theory.tipping_field`, "
        "`theory.chain_of_office`.",
        f"{len(peers.STARTS)} offices of {peers.OFFICE:,} over {peers.PEER_MONTHS} months (h' = "
        f"{peers.PEER_UTILITY:g}); {4 * len(peers.COUPLINGS) * len(peers.FIELDS)} offices of "
        f"{peers.TIPPING_OFFICE:,} over {peers.TIPPING_MONTHS} months at {listed(peers.FIELDS)} of the "
        f"threshold (of 0.1 where there is none); {peers.SMALL_NUMBER:,} offices each of "
        f"{listed(peers.SMALL_OFFICES)} over {peers.SMALL_MONTHS} months (h' = "
        f"{-peers.PEER_UTILITY / 2:g}).",
        {"settings": peers.PEERS},
        peers.peers_study,
    ),
    Case(
        "overload",
        "Overloaded enforcement: two folds and a loop",
        "Where hearings are few, many violations protect each one: there are two stable states for capacities "
        "between low and up, and one elsewhere. Capacity walked up and down slowly draws a loop, whose corners come "
        "closer to the folds the larger the system is. With S = 1.2 there is no loop.",
        "Every sider is exposed and proven, and all believe the present probability: reports are certain (patrol and "
        "public see all), proof is certain, cases not heard lapse next month (`deadline` 1), every sanction is "
        "carried out at once, people learn at once (`learning_rate` 1, `publicity` 1, `risk_memory` 0, "
        "`prior_weight` 1e-6), so perceived risk is last month's proofs over acts. No rule is swapped. All are alike "
        "and of ranks whose sanctions do not cost the post; there is one office a region. Net gain is G = "
        "promotion_prize - 50, sanction S = severity. One difference stays: a sider whose case still waits cannot be "
        "reported again, so fewer than min(K, N x) are proven in the months after a sudden fall of x, and now and then "
        "near the lower fold. It does not touch the states themselves.",
        "x' = logistic((G - p phi S) / s), p = min(1, K / (N x)); ln(x*/(1 - x*)) + 1/(1 - x*) = G/s; up = s x* / "
        "(phi S (1 - x*)), low = 1 / (1 + exp((phi S - G) / s)); two states between them iff low < up and phi S > s "
        "/ (1 - x*).",
        "Lui (1986), Andvig and Moene (1990); `theory.overload_folds`, `theory.shares_under_overload`, "
        "`theory.chain_of_office`.",
        f"Capacity held: {2 * len(overload.HELD)} regions of {overload.HELD_SIZE:,} over "
        f"{overload.HELD_MONTHS} months. "
        f"Walks of {overload.STEP:g} every {overload.HOLD} months with {listed(overload.SIZES)} people, "
        f"{listed(overload.WALKS)} of them, up from {overload.UP_FROM:g} to {overload.UP_TO:g} "
        f"and down from {overload.DOWN_FROM:g} to {overload.DOWN_TO:g}.",
        {"settings": overload.OVERLOAD},
        overload.overload_study,
    ),
    Case(
        "deterrence",
        "Only the product of risk, follow-up, discount and severity deters",
        "Multiplying follow-up by c changes what everybody does exactly as multiplying severity by c does, or the "
        "weights of sanctions, or perceived risk, or the discount for delay. With curvature 1/2, severity times c "
        "squared does it.",
        "As in the first case, with `curvature` 1. Factors are powers of one half, so that products of numbers in a "
        "computer are exact. Nobody's risk is cut at 1, and no colleague reports (they heed follow-up, too). All runs "
        "have the same people and the same luck, so their distances from the integral are nearly one and the same.",
        "expected sanction = risk * follow_up * patience^delay * severity_ref (weight severity / "
        "severity_ref)^curvature.",
        "Becker (1968); `theory.utilities_without_peers`, `theory.population_shares`.",
        f"{len(choice.WAYS) + len(choice.CURVED)} ways, {len(choice.HALVINGS)} factors, "
        f"{choice.DETERRENCE_STAFF:,} people, {choice.DETERRENCE_MONTHS} months, the same luck in all.",
        {"settings": choice.DETERRENCE},
        choice.deterrence_study,
    ),
    Case(
        "symmetry",
        "Camps, and ways to side, that do not differ are chosen equally often",
        "The governing camp has no lead where governing gives no advantage. Covert and overt support are equally "
        "frequent where their parameters agree: each act is a fair coin.",
        "Camps: no spot reward, capture, council oversight or incumbency, equal patronage and popularity, and also "
        "no loyalty in promotion, no threat of non-renewal and no voting on service, which favour or burden whoever "
        "governs. Each condition is lifted alone to show whether it matters. Covert and overt: equal visibility, "
        "moral cost, sight and weight of sanctions; all else at its default.",
        "E(share_A - share_B) = 0; covert | siding ~ Binomial(siding, 1/2).",
        "Symmetry of the equations of choice (model/ODD.md, 7.3).",
        f"Camps: {invariance.SYMMETRY_REGIONS} regions of {invariance.SYMMETRY_STAFF} over "
        f"{invariance.SYMMETRY_MONTHS} "
        f"months. Covert and overt: {invariance.ALIKE_REGIONS} regions of 1,000 over {invariance.ALIKE_MONTHS} months.",
        {"camps": invariance.SYMMETRIC, "lifted alone": invariance.BROKEN, "covert and overt": invariance.ALIKE},
        invariance.symmetry_study,
    ),
    Case(
        "leverage",
        "Where nobody has a hold, nothing changes",
        "What patrons offer changes nobody's stance where merit is fully protected. What enforcement does changes "
        "nobody's stance where nothing is followed up, or where sanctions cost nothing.",
        "Patrons: `merit_protection` 1, no capture, head pressure or mobilisation. Enforcement: `follow_up`, "
        "`independence` and `central_pressure` 0. Or: `severity` 0, no jump of perceived risk after a sanction, and "
        "sanctions that cost no post and bar nobody: covert acts below the rank of administrator only, and no exits, "
        "so that no promotion is missed. Scandals cost votes only in election mode.",
        "reach = (1 - merit_protection) appointing_stake = 0; expected sanction = risk * 0 * severity = risk * "
        "follow_up * 0.",
        "The equations of offers and choice (model/ODD.md, 7.2 and 7.3).",
        f"{invariance.LEVERAGE_STAFF:,} people over {invariance.LEVERAGE_MONTHS} months, the same luck "
        "in all runs of a "
        "panel.",
        {"patrons": invariance.NO_PATRON, "enforcement": invariance.NO_FOLLOW_UP, "severity 0": invariance.HARMLESS},
        invariance.leverage_study,
    ),
    Case(
        "queue",
        "The docket is a queue with a deadline, and its funnel never widens",
        "Given the reports, all that happens to the docket follows: first in, first out, and lapse at the deadline. "
        "With steady reports a and hearings c a month, min(a, c) are heard; a heard case has not waited where a < c, "
        "and deadline - 1 months where a > c. No cohort has more cases at a later stage, and no case is lost.",
        "Queue: everybody sides covertly in every month and is exposed with a small chance, so reports are nearly "
        "steady; proof and execution are certain and at once, severity is 0. A load counts as below or above 1 where "
        "no month's reports come near the hearings. Funnel: defaults, but nobody leaves and nobody's sanction costs "
        "the post, so that a case can be followed by its person.",
        "heard = min(a, c), lapsed = max(0, a - c), wait = 0 or deadline - 1; reported = recommended + acquitted + "
        "lapsed + closed by exit + waiting, every month; reported >= heard >= proven >= executed, by month of report.",
        "Queue D/D/1 with impatient customers, in whole months; `theory.queue_with_deadline`, "
        "`theory.queue_in_the_long_run`.",
        f"{len(bookkeeping.LOADS)} regions of {bookkeeping.QUEUE_STAFF:,} over {bookkeeping.QUEUE_MONTHS} months, "
        f"rates from month "
        f"{bookkeeping.WARM_UP + 1} on; funnel {bookkeeping.FUNNEL_STAFF:,} people over "
        f"{bookkeeping.FUNNEL_MONTHS} months.",
        {"queue": bookkeeping.QUEUE, "funnel": bookkeeping.FUNNEL},
        bookkeeping.queue_study,
    ),
    Case(
        "posts",
        "Posts are conserved, merit is a sort, and peers see last month",
        "Posts filled plus vacant are the posts there are, by rank and month. Where merit alone decides, those "
        "promoted are the first of an exact sort. This month's colleagues are last month's stances.",
        "Posts: all newcomers are on contract, and contract staff may not hold structural posts, so those empty for "
        "good. Merit: `merit_protection` 1, `score_noise` 0, nobody barred or on contract. Peers: as in the second "
        f"case, with a prize in one month (month {bookkeeping.PULSE_AT}).",
        "filled(t) / posts = (1 - retirement)^t; promoted = the best of the rank below who stay, vacancies running "
        "down the ranks; x(t + 1) = f(x(t)).",
        "Bookkeeping; `theory.promoted_by_merit`, `theory.share_after_peers`.",
        f"Posts: {bookkeeping.DRAIN_REGIONS} regions of 1,000 over {bookkeeping.DRAIN_MONTHS} months. Merit: "
        f"{bookkeeping.MERIT_STAFF:,} people over {bookkeeping.MERIT_MONTHS} months. Peers: "
        f"{bookkeeping.PULSE_OFFICE:,} people "
        f"over {bookkeeping.PULSE_MONTHS} months.",
        {"posts": bookkeeping.DRAIN, "merit": bookkeeping.MERIT, "against": bookkeeping.BY_LOYALTY},
        bookkeeping.posts_study,
    ),
)

OPENING = f"""# Verification: the model against closed forms

Where the mathematics of the model can be done, the simulation must agree with it. This document is made by
`{COMMAND}`, which runs all cases below again and draws their pictures. The cases stand in
`experiments/verification/`, the closed forms in `model/theory.py`. Do not edit this file; change those and run the
command.

All of it is in **laboratory mode**: salience is 1 in every month, there are no elections, and officials stay. That the
model agrees with its mathematics says that it is programmed as [described](../model/ODD.md). It says nothing about
whether the description is true of anybody.

**Seeds and tolerances.** Every run has seed {SEED}; regions of one run are its replicates. No tolerance is picked.
What must be equal is compared to the last bit. What depends on chance may differ as far as would be exceeded, in any
of all comparisons together, with a chance of at most {FALSE_ALARM:g} were the model right (each of the {len(CASES)}
cases may use an equal part of that):

- *Bernstein*: for sums of independent draws, or of draws independent given the past (Freedman 1975,
  [doi:10.1214/aop/1176996452](https://doi.org/10.1214/aop/1176996452)). A bound that needs no large numbers.
- *Contraction*: for one month's share near a stable state, where the map shrinks distances by a factor L: a month's
  chance (Bernstein) divided by 1 - L.
- *Student's t*: for means over regions or walks whose variance only the simulation knows.

The tables show the one comparison that used most of its tolerance. Points in pictures carry the tolerance as interval,
unless the picture says otherwise; lines are theory.
"""


def shown(value: object) -> str:
    """Return a setting as text; of many values the first and the last."""
    if isinstance(value, np.ndarray):
        return f"{value[0]:g} to {value[-1]:g}"
    return f"{value:g}"


def statement_of(number: int, case: Case) -> str:
    """Return what the document says of a case before anything is run."""
    lists = [
        f"- {purpose}: " + ", ".join(f"`{name} = {shown(value)}`" for name, value in settings.items())
        for purpose, settings in case.settings.items()
    ]
    return "\n".join(
        [
            f"## {number} {case.title}",
            "",
            case.statement,
            "",
            f"**Conditions.** {case.conditions}",
            "",
            "Parameters that differ from their defaults:",
            "",
            *lists,
            "",
            f"**Formula.** {case.formula}",
            "",
            f"**Source.** {case.source}",
            "",
            f"**Size.** {case.size} Seed {SEED}.",
            "",
            f"![{case.title}]({PICTURES}/{case.name}.png)",
            "",
        ]
    )


def findings_of(study: Study) -> str:
    """Return what the document says a study found."""
    rows = [
        "| checked | comparisons | largest difference | allowed | tolerance from | holds |",
        "|---|---|---|---|---|---|",
    ]
    for check in study.checks:
        allowed = "0" if check.allowed == 0 else f"{check.allowed:.3g}"
        difference = "0" if check.difference == 0 else f"{check.difference:.3g}"
        rows.append(
            f"| {check.what} | {check.comparisons:,} | {difference} | {allowed} | {check.source} | "
            f"{'yes' if check.holds else '**no**'} |"
        )
    return "\n".join(["**Found.**", "", *rows, "", *(sentence + "\n" for sentence in study.found)])


def write_verification(folder: Path, report: Callable[[int, str], None]) -> list[str]:
    """Run every case and write the document and its pictures.

    Parameters
    ----------
    folder : pathlib.Path
        Where ``verification.md`` goes, and the folder ``verification`` with the pictures.
    report : callable
        Told how many cases were finished since it was last told, and what is being done.

    Returns
    -------
    list of str
        What did not hold.
    """
    from experiments.files import written_whole

    (folder / PICTURES).mkdir(parents=True, exist_ok=True)
    parts, failed = [OPENING], []
    for number, case in enumerate(CASES, start=1):
        study = case.study(lambda what, name=case.name: report(0, f"{name}: {what}"))
        failed += [f"{case.name}: {check.what}" for check in study.checks if not check.holds]
        with written_whole(folder / PICTURES / f"{case.name}.png") as partial:
            study.draw().savefig(partial, format="png", dpi=115)
        parts.append(statement_of(number, case) + "\n" + findings_of(study))
        report(1, "")
    with written_whole(folder / DOCUMENT) as partial:
        partial.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
    return failed
