"""Closed forms: what the model must do where the mathematics can be done, and how far chance may take it from there.

Nothing here calls a rule or a stage. Each function is written from its source, so that ``experiments/verification.py``
can hold the simulation against it. SciPy is imported where it is used: importing the model stays light.

Sources: Becker (1968) for the expected sanction; McFadden (1974) for the logit; Brock and Durlauf (2001) for peers;
Lui (1986) and Andvig and Moene (1990) for overload. Full titles stand at the end of ``model/ODD.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

RANKS = ("staff", "functional", "supervisor", "administrator", "executive")

# One person's choice ---------------------------------------------------------------------------------------------


def logit_shares(utilities: np.ndarray, noise: float) -> np.ndarray:
    """Return how often each option is chosen: ``exp(U_i / noise) / sum_j exp(U_j / noise)`` (McFadden 1974).

    Parameters
    ----------
    utilities : float array, shape (..., options)
        Utility of each option.
    noise : float
        Scale of the logit, above 0, in the unit of utility.

    Returns
    -------
    float array, shape (..., options)
    """
    from scipy.special import softmax

    return softmax(np.asarray(utilities) / noise, axis=-1)


def utilities_without_peers(
    p: Mapping[str, float], rank: np.ndarray, ambition: np.ndarray, integrity: np.ndarray, affinity: np.ndarray
) -> np.ndarray:
    """Return the utilities of the five stances where neither peers nor heads nor the past have a say.

    ``U(d, k) = visibility_k (q_d (promise_d + threat) - (1 - q_d) retaliation threat + spot [d governs])
    + affinity_weight affinity_d - moral_k integrity known - risk_k follow_up_d patience^delay felt_k``, the
    expected sanction being Becker's (1968) where ``curvature`` and ``patience`` are 1. It holds for permanent staff
    within reach in laboratory mode, where camp A governs and beliefs are those of the start.

    Parameters
    ----------
    p : mapping of str to float
        Parameters by name.
    rank : int array
        0 staff to 4 senior executive.
    ambition, integrity, affinity : float arrays
        Traits; affinity is positive towards camp A. All four arrays broadcast.

    Returns
    -------
    float array, shape (..., 5)
        Neutral (0), covert and overt for A, covert and overt for B; in the unit of utility.
    """
    from scipy.special import ndtr

    stake = np.array([p[f"stake_{name}"] for name in RANKS])[rank]
    prominence = np.array([p[f"prominence_{name}"] for name in RANKS])[rank]
    reach = (1 - p["merit_protection"]) * p["appointing_stake"]
    promise = reach * p["promotion_prize"] * p["patronage"] * stake * ambition
    spot = reach * p["spot_reward"] * p["patronage"] * stake
    threat = reach * p["removal_threat"] * (1 - p["tenure_security"]) * stake
    known = p["understanding"] + (1 - p["understanding"]) * p["socialisation"]
    open_sight = p["patrol"] + p["public_reporting"] * p["press_freedom"]
    covert_sight = (
        p["patrol"] * p["patrol_sees_covert"] + p["public_reporting"] * p["press_freedom"] * p["public_sees_covert"]
    )
    weights = np.array([p["weight_light"], p["weight_moderate"], p["weight_severe"]])
    options = [np.zeros(np.broadcast(rank, ambition, integrity, affinity).shape)]
    for wins, sign, favour, shielded in (
        (ndtr(p["incumbency"] / (1.2 * p["margin_noise"])), 1, spot, p["capture"] * p["appointing_stake"]),
        (ndtr(-p["incumbency"] / (1.2 * p["margin_noise"])), -1, 0.0, 0.0),
    ):
        gain = wins * (promise + threat) - (1 - wins) * p["retaliation"] * threat + favour
        follow_up = p["independence"] + (1 - p["independence"]) * p["follow_up"] * (1 - shielded)
        for overt, name, detected in (
            (0, "covert", covert_sight / open_sight if open_sight else 0.0),
            (1, "overt", 1.0),
        ):
            weight = weights[overt + (np.asarray(rank) >= 3)]
            felt = p["severity_ref"] * (weight * p["severity"] / p["severity_ref"]) ** p["curvature"]
            risk = np.minimum(1.0, p["risk_prior"] * detected * prominence)
            sanction = risk * follow_up * p["patience"] ** p["execution_delay"] * felt
            options.append(
                p[f"visibility_{name}"] * gain
                + sign * p["affinity_weight"] * affinity
                - p[f"moral_{name}"] * integrity * known
                - sanction
            )
    return np.stack(np.broadcast_arrays(*options), axis=-1)


def normal_quadrature(points: int, kink: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and weights with ``sum(w f(z)) = E f(Z)`` for a standard normal Z.

    Gauss-Legendre on both sides of a point where ``f`` may have a kink, out to 9 standard deviations.

    Parameters
    ----------
    points : int
        Nodes on each side.
    kink : float
        Where the two sides meet (standard deviations).

    Returns
    -------
    nodes, weights : float arrays, shape (2 * points,)
    """
    node, weight = np.polynomial.legendre.leggauss(points)
    middle = min(max(kink, -9.0), 9.0)
    ends = ((-9.0, middle), (middle, 9.0))
    nodes = np.concatenate([0.5 * (b - a) * node + 0.5 * (a + b) for a, b in ends])
    weights = np.concatenate([0.5 * (b - a) * weight for a, b in ends]) * np.exp(-0.5 * nodes**2) / np.sqrt(2 * np.pi)
    return nodes, weights


class Moments(NamedTuple):
    """Mean and mean square of choice probabilities over people, each of shape (5 ranks, 5 stances)."""

    mean: np.ndarray
    square: np.ndarray


def population_shares(p: Mapping[str, float], points: int = 40) -> Moments:
    """Return the integral of the logit over a population: ``E P(stance | traits)`` by rank (McFadden 1974).

    Ambition is lognormal with mean 1, integrity normal and cut at 0, affinity one of three values.

    Parameters
    ----------
    p : mapping of str to float
        Parameters by name, see :func:`utilities_without_peers`.
    points : int
        Nodes of the quadrature on each side.
    """
    spread = np.sqrt(np.log(1 + p["ambition_sd"] ** 2))
    z_ambition, w_ambition = normal_quadrature(points)
    kink = -p["integrity_mean"] / p["integrity_sd"] if p["integrity_sd"] > 0 else 0.0
    z_integrity, w_integrity = normal_quadrature(points, kink)
    close = np.array([1.0, -1.0, 0.0]) * p["affinity_size"]
    w_close = np.array([0.5, 0.5, 0.0]) * p["affinity_share"] + np.array([0.0, 0.0, 1.0 - p["affinity_share"]])
    shares = logit_shares(
        utilities_without_peers(
            p,
            np.arange(5)[:, None, None, None],
            np.exp(spread * z_ambition - spread**2 / 2)[:, None, None],
            np.maximum(0.0, p["integrity_mean"] + p["integrity_sd"] * z_integrity)[:, None],
            close,
        ),
        p["decision_noise"],
    )
    weights = w_ambition[:, None, None] * w_integrity[:, None] * w_close
    return Moments(np.einsum("rabco,abc->ro", shares, weights), np.einsum("rabco,abc->ro", shares**2, weights))


# Peers -----------------------------------------------------------------------------------------------------------


def share_after_peers(
    share: np.ndarray, utility: float, peer_influence: float, noise: float, options: int = 1
) -> np.ndarray:
    """Return the share that sides next month in a large office where ``share`` sides now.

    ``x' = n e^v / (1 + n e^v)`` with ``v = (utility + peer_influence (x - (1 - x))) / noise``: the binary choice of
    Brock and Durlauf (2001), where ``n`` equally good ways to side shift the utility by ``noise ln n``.

    Parameters
    ----------
    share : float array
        Share that sides now, 0 to 1.
    utility : float
        Of siding, colleagues apart; staying neutral is worth 0.
    peer_influence, noise : float
        Pull of colleagues and scale of the logit, in the unit of utility.
    options : int
        Equally good ways to side.
    """
    from scipy.special import expit

    return expit((utility + peer_influence * (2 * np.asarray(share) - 1)) / noise + np.log(options))


class Peers(NamedTuple):
    """The two numbers that decide whether an office tips: ``beta h`` and ``beta J`` of Brock and Durlauf (2001)."""

    field: float
    coupling: float


def peers_of(utility: float, peer_influence: float, noise: float, options: int = 1) -> Peers:
    """Return ``beta h = (utility / noise + ln options) / 2`` and ``beta J = peer_influence / (2 noise)``.

    With ``m = 2 x - 1`` the map of :func:`share_after_peers` is then ``m' = tanh(beta h + beta J m)``.
    """
    return Peers(0.5 * (utility / noise + np.log(options)), 0.5 * peer_influence / noise)


def tipping_field(coupling: float) -> float:
    """Return the largest field with two stable states: ``beta J m* - artanh m*``, ``m* = sqrt(1 - 1 / (beta J))``.

    Not a number where the coupling is 1 or less: there is one state then, whatever the field (Brock and Durlauf
    2001, proposition 2).
    """
    if coupling <= 1.0:
        return float("nan")
    turning = np.sqrt(1.0 - 1.0 / coupling)
    return float(coupling * turning - np.arctanh(turning))


def means_with_peers(field: float, coupling: float) -> list[float]:
    """Return all m with ``m = tanh(field + coupling m)``, rising: one, or three of which the middle one is unstable.

    The excess ``tanh(field + coupling m) - m`` turns where ``tanh(...) = +-sqrt(1 - 1 / coupling)``; between its
    turning points it is monotone, so each stretch holds one root at most (Brock and Durlauf 2001).
    """
    from scipy.optimize import brentq

    def excess(m):
        return np.tanh(field + coupling * m) - m

    ends = [-1.0, 1.0]
    if coupling > 1.0:
        turning = np.sqrt(1.0 - 1.0 / coupling)
        ends += [(side * np.arctanh(turning) - field) / coupling for side in (-1, 1)]
    ends = sorted(end for end in ends if -1.0 <= end <= 1.0)
    return [
        float(brentq(excess, a, b, xtol=1e-15, rtol=1e-14))
        for a, b in zip(ends[:-1], ends[1:], strict=True)
        if excess(a) * excess(b) < 0
    ]


def chain_of_office(
    size: int, next_share: Callable[[np.ndarray], np.ndarray], states: slice = slice(None)
) -> np.ndarray:
    """Return the Markov chain of an office of so many: ``P(X' = j | X = i)`` is binomial(size, next_share(i / size)).

    Exact at any size, where the closed forms above are those of a large office.

    Parameters
    ----------
    size : int
        People in the office.
    next_share : callable
        Each one's chance to side next month, from the share that sides now.
    states : slice, optional
        Only these numbers of siders, of 0 to ``size``; the chance to leave them is then what rows lack to 1.

    Returns
    -------
    float array, shape (states, states)
    """
    from scipy.special import gammaln, xlog1py, xlogy

    count = np.arange(size + 1)[states]
    chance = np.asarray(next_share(count / size))[:, None]
    ways = gammaln(size + 1) - gammaln(count + 1) - gammaln(size - count + 1)
    return np.exp(ways + xlogy(count, chance) + xlog1py(size - count, -chance))


# Overloaded enforcement ------------------------------------------------------------------------------------------


def share_under_overload(
    share: np.ndarray, capacity: float, gain: float, sanction: float, noise: float, follow_up: float = 1.0
) -> np.ndarray:
    """Return the share that sides next month where ``share`` sides now and so many can be heard.

    ``x' = logistic((G - p phi S) / s)`` with ``p = min(1, K / (N x))``: many violations protect each one (Lui 1986;
    Andvig and Moene 1990).

    Parameters
    ----------
    share : float array
        Share that sides now, 0 to 1.
    capacity : float
        Cases that can be heard, K / N, per person and month.
    gain, sanction, noise : float
        G, S and s, in the unit of utility.
    follow_up : float
        phi, share of proven cases that are followed up.
    """
    from scipy.special import expit

    risk = np.minimum(1.0, capacity / np.maximum(share, 1e-300))
    return expit((gain - risk * follow_up * sanction) / noise)


class Folds(NamedTuple):
    """Where the upper state ends and where the lower one does, as capacity K / N.

    Attributes
    ----------
    share : float
        Share that sides where the upper state ends, x*.
    up, low : float
        Capacity above which the upper state is gone, and below which the lower one is.
    bistable : bool
        Whether there is a capacity with two stable states: those between ``low`` and ``up``.
    """

    share: float
    up: float
    low: float
    bistable: bool


def overload_folds(gain: float, sanction: float, noise: float, follow_up: float = 1.0) -> Folds:
    """Return the folds of overloaded enforcement.

    The upper state is ``K / N = x (G - s logit x) / (phi S)``, whose largest value lies where
    ``logit x + 1 / (1 - x) = G / s``; there ``K / N = s x / (phi S (1 - x))``. The lower state has p = 1 and ends at
    its own share ``1 / (1 + exp((phi S - G) / s))``. Both exist somewhere if ``low < up`` and ``phi S > s / (1 - x*)``.
    """
    from scipy.optimize import brentq
    from scipy.special import expit, logit

    # As a function of y = logit x the condition is y + 1 + e^y = G / s, which rises.
    share = float(expit(brentq(lambda y: y + 1 + np.exp(y) - gain / noise, -700, 700, xtol=1e-13)))
    felt = follow_up * sanction
    up = noise * share / (felt * (1 - share))
    low = float(expit((gain - felt) / noise))
    assert abs(logit(share) + 1 / (1 - share) - gain / noise) < 1e-9
    return Folds(share, up, low, bool(low < up and felt > noise / (1 - share)))


def capacity_of_share(
    share: np.ndarray, gain: float, sanction: float, noise: float, follow_up: float = 1.0
) -> np.ndarray:
    """Return the capacity K / N at which a body leaves ``share`` as it is: ``x (G - s logit x) / (phi S)``."""
    from scipy.special import logit

    share = np.asarray(share)
    return share * (gain - noise * logit(share)) / (follow_up * sanction)


def shares_under_overload(
    capacity: float, gain: float, sanction: float, noise: float, follow_up: float = 1.0
) -> list[float]:
    """Return all x with ``x = logistic((G - min(1, K / (N x)) phi S) / s)``, rising; a middle one is unstable."""
    from scipy.optimize import brentq
    from scipy.special import expit

    folds = overload_folds(gain, sanction, noise, follow_up)

    def excess(x):
        return capacity_of_share(x, gain, sanction, noise, follow_up) - capacity

    found = [folds.low] if folds.low <= capacity else []
    lowest, highest = max(capacity, folds.low), float(expit(gain / noise))  # where p is between 0 and 1
    ends = sorted({lowest, min(max(folds.share, lowest), highest), highest})
    for a, b in zip(ends[:-1], ends[1:], strict=True):
        if excess(a) * excess(b) < 0:
            found.append(float(brentq(excess, a, b, xtol=1e-15, rtol=1e-14)))
        elif excess(b) == 0.0:
            found.append(float(b))
    return sorted(found)


# Queue -----------------------------------------------------------------------------------------------------------


class QueueCourse(NamedTuple):
    """A queue month by month; all arrays have shape (months,) and count cases, but ``waited`` counts months of waiting.

    Attributes
    ----------
    heard, lapsed, waiting : int arrays
        Cases heard and lapsed in the month, and waiting at its end.
    waited : int array
        Months that the cases heard in the month had waited, summed.
    """

    heard: np.ndarray
    lapsed: np.ndarray
    waiting: np.ndarray
    waited: np.ndarray


def queue_with_deadline(arrivals: np.ndarray, capacity: float, deadline: float) -> QueueCourse:
    """Return the course of a first-in-first-out queue with a deadline (D/D/1 with impatient customers), exactly.

    In a month arrivals join, cases aged ``deadline`` months or more lapse, and the oldest others are heard as far as
    the capacity goes; a fraction of a hearing is carried to the next month, a whole one that is not used is lost.

    Parameters
    ----------
    arrivals : int array, shape (months,)
        Cases that join each month.
    capacity : float
        Hearings a month.
    deadline : float
        Months.
    """
    queue: list[list[int]] = []  # [month of arrival, cases], oldest first
    course = np.zeros((4, len(arrivals)), np.int64)
    credit = 0.0
    for month, joined in enumerate(arrivals):
        queue.append([month, int(joined)])
        course[1, month] = sum(cases for since, cases in queue if month - since >= deadline)
        queue = [[since, cases] for since, cases in queue if month - since < deadline]
        credit += capacity
        hearings = int(credit)
        credit -= hearings
        for cohort in queue:
            heard = min(hearings, cohort[1])
            hearings -= heard
            cohort[1] -= heard
            course[0, month] += heard
            course[3, month] += heard * (month - cohort[0])
        course[2, month] = sum(cases for _, cases in queue)
    return QueueCourse(*course)


class QueueRates(NamedTuple):
    """A queue in the long run: cases heard and lapsed a month, and months that a heard case has waited."""

    heard: float
    lapsed: float
    wait: float


def queue_in_the_long_run(arrivals: float, capacity: float, deadline: int) -> QueueRates:
    """Return throughput and waiting of a queue with steady arrivals: ``min(a, c)`` heard, ``a - c`` lapsed if positive.

    A case is heard in its own month if ``a <= c``. If ``a > c`` cases lapse every month, and where the oldest lapse
    nobody younger is heard: each month's hearings go to cases of the last age before the deadline, so all wait
    ``deadline - 1`` whole months.
    """
    over = arrivals > capacity
    return QueueRates(min(arrivals, capacity), max(0.0, arrivals - capacity), float(deadline - 1) if over else 0.0)


# Careers ---------------------------------------------------------------------------------------------------------


def promoted_by_merit(rank: np.ndarray, merit: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Return who moves up where merit alone decides and vacancies run down the ranks: an exact sort.

    From the highest rank down, the posts of those who left or moved up go to the best of those below who stayed.

    Parameters
    ----------
    rank : int array, shape (people,)
        0 to 4, before anyone moves.
    merit : float array, shape (people,)
        No two alike.
    left : bool array, shape (people,)
        Who leaves.

    Returns
    -------
    bool array, shape (people,)
    """
    moves = np.zeros(len(rank), bool)
    for below in (3, 2, 1, 0):
        vacant = np.sum((rank == below + 1) & (left | moves))
        candidates = np.flatnonzero((rank == below) & ~left)
        moves[candidates[np.argsort(-merit[candidates], kind="stable")[:vacant]]] = True
    return moves


# How far chance may go -------------------------------------------------------------------------------------------


def bernstein_tolerance(variance: np.ndarray, false_alarm: float, largest: float = 1.0) -> np.ndarray:
    """Return t with ``P(|S| >= t) <= false_alarm`` for a sum S of independent terms, or steps of a martingale.

    ``t = L M / 3 + sqrt((L M / 3)^2 + 2 L V)``, ``L = ln(2 / false_alarm)`` (Bernstein 1927; for martingales Freedman
    1975, doi:10.1214/aop/1176996452). A bound, not an approximation: it needs no large numbers.

    Parameters
    ----------
    variance : float array
        V, the sum of the variances of the terms.
    false_alarm : float
        Chance of a false alarm, 0 to 1.
    largest : float
        M, the most a term can lie from its mean.
    """
    odds = np.log(2.0 / false_alarm)
    half = odds * largest / 3.0
    return half + np.sqrt(half**2 + 2.0 * odds * np.asarray(variance))


def settled_tolerance(
    share: float, next_share: Callable[[np.ndarray], np.ndarray], size: int, false_alarm: float
) -> float:
    """Return how far from its stable ``share`` an office of ``size`` may be in any one of many months.

    Where every month's chance is at most e and the map shrinks distances from ``share`` by at least the factor L
    within t, an office within t stays within ``t = e / (1 - L)``. The smallest such t; infinite where there is none.

    Parameters
    ----------
    share : float
        A fixed point of ``next_share``.
    next_share : callable
        The map.
    size : int
        People who choose independently.
    false_alarm : float
        For each month and office.
    """
    for t in np.geomspace(1.0 / size, 1.0, 2000):
        near = np.clip(share + t * np.linspace(-1.0, 1.0, 401), 0.0, 1.0)
        near = near[np.abs(near - share) > 1e-12]
        chance = next_share(near)
        shrinks = np.max(np.abs(chance - share) / np.abs(near - share))
        error = bernstein_tolerance(size * np.max(chance * (1 - chance)), false_alarm) / size
        if shrinks < 1.0 and error / (1.0 - shrinks) <= t:
            return float(t)
    return float("inf")
