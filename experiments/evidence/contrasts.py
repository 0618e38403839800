"""How each pattern is looked for in the model: which worlds are run, what is taken from them, what is asked of it.

A *world* is a ready scenario with some parameters changed. All worlds have the same luck, so what differs between two
of them is the change and nothing else. A *claim* is one number made from the worlds' counts, and the range in which
it has to lie for the pattern to be there. Levers go from the low to the high end of their plausible range, unless the
observation itself says how far.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from experiments.evidence.observed import evidence
from model.measures import Counts, measured
from model.parameters import PARAMETERS
from model.population import CHANNELS, RANKS
from model.scenario import Scenario, load_scenario

INFINITY = float("inf")
ABOVE, BELOW = (0.0, INFINITY), (-INFINITY, 0.0)
CYCLE, CAMPAIGN = (61, 120), (118, 120)
VOTES = (1, 120)
SINCE_HANDOVER = (64, 120)
COUNT_BEGINS, PRESSURE_BEGINS, FIRST_VOTE, COUNT_ENDS = 49, 58, 60, 98
DATES = (54, 55, 56, 57, 59, 60, 72, 98)
"""June, July, August, September, November and December 2020, December 2021 and February 2024, where the vote of
December 2020 is month 60."""
ENDS = tuple(sorted({48, *DATES, 57, 60, 63, 117, 120}))
"""The last months of the pieces that counts are kept in."""


def _low(name: str) -> dict[str, float]:
    return {name: PARAMETERS[name].plausible[0]}


def _high(name: str) -> dict[str, float]:
    return {name: PARAMETERS[name].plausible[1]}


def _twice(*names: str) -> dict[str, float]:
    return {name: 2.0 * PARAMETERS[name].default for name in names}


WORLDS: dict[str, tuple[str, dict[str, float]]] = {
    "baseline": ("pilkada_2020", {}),
    "pressed": ("pilkada_2020_central_pressure", {}),
    "general election": ("pemilu_2019", {}),
    "twice as certain": ("pilkada_2020", _twice("patrol", "public_reporting", "peer_reporting")),
    "twice as severe": ("pilkada_2020", _twice("severity")),
    "merit only": ("pilkada_2020", {"merit_protection": 1.0}),
    "little patrol": ("pilkada_2020", _low("patrol")),
    "much patrol": ("pilkada_2020", _high("patrol")),
    "few citizens": ("pilkada_2020", _low("public_reporting")),
    "many citizens": ("pilkada_2020", _high("public_reporting")),
    "no tenure": ("pilkada_2020", _low("tenure_security") | _low("tenure_security_contract")),
    "full tenure": ("pilkada_2020", _high("tenure_security") | _high("tenure_security_contract")),
    "weak threats": ("pilkada_2020", _low("removal_threat")),
    "strong threats": ("pilkada_2020", _high("removal_threat")),
    "always carried out": ("pilkada_2020", {"independence": 1.0}),
    "always protected": ("pilkada_2020", {"whistleblower_protection": 1.0}),
}
"""By name: a ready scenario and what is changed in it."""


def scenario_of(world: str) -> Scenario:
    """Return what is run for a world."""
    ready, changes = WORLDS[world]
    return load_scenario(ready).replace(**changes) if changes else load_scenario(ready)


class Totals:
    """Counts of every world, added up over replicates.

    Parameters
    ----------
    pieces : mapping of str to float array, shape (..., len(ENDS), TALLY_VALUES)
        By world, what was counted in each piece of time.
    """

    def __init__(self, pieces: Mapping[str, np.ndarray]):
        self._pieces = pieces

    def during(self, world: str, months: tuple[int, int]) -> np.ndarray:
        """Return what was counted in a world from a first to a last month, shape (..., TALLY_VALUES)."""
        first = ENDS.index(months[0] - 1) + 1 if months[0] > 1 else 0
        return self._pieces[world][..., first:ENDS.index(months[1]) + 1, :].sum(axis=-2)

    def measure(self, name: str, months: tuple[int, int], world: str = "baseline", by: str | None = None) -> np.ndarray:
        """Return a measure of a period of a world; see ``model.measures.measured``."""
        return measured(name, self.during(world, months), by)


Statistic = Callable[[Totals], np.ndarray]


@dataclass(frozen=True)
class Claim:
    """One number, and where it has to lie.

    Attributes
    ----------
    name : str
        What the texts call it.
    statistic : callable
        From :class:`Totals` to the number.
    asked : (float, float), or None
        The range; None where the number is told and nothing is asked of it.
    level : bool
        Whether the range is an observed level, not a sign.
    unit : str
        "points": a difference of shares, told in percentage points; "per_cent": a relative change; "": told as it is.
    """

    name: str
    statistic: Statistic
    asked: tuple[float, float] | None = None
    level: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Contrast:
    """How a pattern is looked for: all its claims with a range have to hold.

    Attributes
    ----------
    worlds : tuple of str
        The worlds it needs, see ``WORLDS``.
    months : (int, int)
        The months it is about.
    claims : tuple of Claim
    """

    worlds: tuple[str, ...]
    months: tuple[int, int]
    claims: tuple[Claim, ...]


# Numbers made from counts --------------------------------------------------------------------------------------------


def _measure(name: str, months: tuple[int, int], world: str = "baseline") -> Statistic:
    return lambda totals: totals.measure(name, months, world)


def _difference(name: str, months: tuple[int, int], world: str, other: str = "baseline") -> Statistic:
    """Return a measure in one world less the same in another."""
    return lambda totals: totals.measure(name, months, world) - totals.measure(name, months, other)


def _less(one: Statistic, other: Statistic) -> Statistic:
    return lambda totals: one(totals) - other(totals)


def _citizen_share(totals: Totals) -> np.ndarray:
    by_channel = totals.measure("reported", CYCLE, by="channel")
    citizens, watchdog = by_channel[..., CHANNELS.index("public")], by_channel[..., CHANNELS.index("patrol")]
    return citizens / (citizens + watchdog)


def _campaign_share(totals: Totals) -> np.ndarray:
    campaign, cycle = (Counts(totals.during("baseline", months)).cases("reported")[..., 0]
                       for months in (CAMPAIGN, CYCLE))
    return campaign / cycle


def _multiple_of_rank(rank: str) -> Statistic:
    """Return reports per head of a rank over those of everybody."""
    return lambda totals: (totals.measure("reported", CYCLE, by="rank")[..., RANKS.index(rank)]
                           / totals.measure("reported", CYCLE))


def _carried_out(world: str, last: int) -> Statistic:
    """Return sanctions carried out of those recommended, counted from the first month of the count to a last one."""
    def share(totals: Totals) -> np.ndarray:
        counts = Counts(totals.during(world, (COUNT_BEGINS, last)))
        return (counts.cases("sanctioned") / counts.cases("recommended"))[..., 0]

    return share


def _rise_of_follow_up(world: str) -> Statistic:
    return _less(_carried_out(world, COUNT_ENDS), _carried_out(world, PRESSURE_BEGINS - 1))


def _colleagues_per_act(world: str) -> Statistic:
    """Return reports by colleagues per person-month of siding."""
    def rate(totals: Totals) -> np.ndarray:
        cycle = totals.during(world, CYCLE)
        reports = measured("reported", cycle, "channel")[..., CHANNELS.index("colleagues")]
        return reports / measured("siding_share", cycle)

    return rate


def _times(one: Statistic, other: Statistic) -> Statistic:
    return lambda totals: one(totals) / other(totals)


def _more_than_once(statistic: Statistic) -> Statistic:
    """Return a ratio less 1, so that above 0 means more."""
    return lambda totals: statistic(totals) - 1.0


def _level(pattern: str, statistic: Statistic) -> tuple[Claim, ...]:
    return (Claim(pattern, statistic, evidence().patterns[pattern].observed, level=True),)


_patrol = _difference("siding_share", CAMPAIGN, "much patrol", "little patrol")
_citizens = _difference("siding_share", CAMPAIGN, "many citizens", "few citizens")
_certain = _difference("siding_share", CAMPAIGN, "twice as certain")
_severe = _difference("siding_share", CAMPAIGN, "twice as severe")
_acted, _safe, _usual = (_colleagues_per_act(world) for world in ("always carried out", "always protected", "baseline"))

CONTRASTS: dict[str, Contrast] = {
    "proven_share": Contrast(("baseline",), CYCLE, _level("proven_share", _measure("proven_share", CYCLE))),
    "citizen_share": Contrast(("baseline",), CYCLE, _level("citizen_share", _citizen_share)),
    "incumbents_win": Contrast(
        ("baseline",), VOTES, _level("incumbents_win", _measure("incumbent_return_rate", VOTES))),
    "campaign_concentration": Contrast(("baseline",), CYCLE, (
        Claim("campaign_share", _campaign_share, ((CAMPAIGN[1] - CAMPAIGN[0] + 1) / 60, INFINITY)),)),
    "follow_up_path": Contrast(("baseline", "pressed"), (COUNT_BEGINS, COUNT_ENDS), (
        Claim("rise_pressed", _rise_of_follow_up("pressed"), ABOVE, unit="points"),
        Claim("rise_beyond", _less(_rise_of_follow_up("pressed"), _rise_of_follow_up("baseline")), ABOVE, unit="points"),
        Claim("rise_soon", _less(_carried_out("pressed", FIRST_VOTE), _carried_out("pressed", PRESSURE_BEGINS - 1)), ABOVE,
              unit="points"),
        *(Claim(f"carried_out_{month}", _carried_out("pressed", month)) for month in DATES))),
    "rank_gradient": Contrast(("baseline",), CYCLE, (
        *(Claim(f"{higher}_over_{lower}", _less(_multiple_of_rank(higher), _multiple_of_rank(lower)), ABOVE)
          for higher, lower in itertools.pairwise(reversed(RANKS))),
        *(Claim(f"multiple_{rank}", _multiple_of_rank(rank)) for rank in reversed(RANKS)))),
    "general_election": Contrast(("baseline", "general election"), CYCLE, (
        Claim("proven_general", _difference("proven_share", CYCLE, "general election"), BELOW, unit="points"),
        Claim("proven_share_general", _measure("proven_share", CYCLE, "general election")),
        Claim("proven_share", _measure("proven_share", CYCLE)))),
    "certainty_over_severity": Contrast(("baseline", "twice as certain", "twice as severe"), CAMPAIGN, (
        Claim("certain", _certain, BELOW, unit="points"),
        Claim("certain_over_severe", _less(_certain, _severe), BELOW, unit="points"), Claim("severe", _severe, unit="points"))),
    "winner_supporters_promoted": Contrast(("baseline", "merit only"), SINCE_HANDOVER, (
        Claim("loyalty_premium", _measure("loyalty_premium", SINCE_HANDOVER), ABOVE),
        Claim("less_competent", _difference("promoted_competence", SINCE_HANDOVER, "baseline", "merit only"), BELOW))),
    "audit_elasticity": Contrast(("little patrol", "much patrol", "few citizens", "many citizens"), CAMPAIGN, (
        Claim("audits", _patrol, BELOW, unit="points"),
        Claim("audits_over_citizens", _less(_patrol, _citizens), BELOW, unit="points"),
        Claim("citizens", _citizens, unit="points"))),
    "tenure_protects": Contrast(("no tenure", "full tenure"), CAMPAIGN, (
        Claim("tenure", _difference("siding_share", CAMPAIGN, "full tenure", "no tenure"), BELOW, unit="points"),)),
    "transfer_threats": Contrast(("weak threats", "strong threats"), CAMPAIGN, (
        Claim("threats", _difference("siding_share", CAMPAIGN, "strong threats", "weak threats"), ABOVE, unit="points"),)),
    "reprisal": Contrast(("baseline", "always carried out", "always protected"), CYCLE, (
        Claim("acted_over_safe", _less(_times(_acted, _usual), _times(_safe, _usual)), ABOVE, unit="points"),
        Claim("acted", _more_than_once(_times(_acted, _usual)), unit="per_cent"),
        Claim("safe", _more_than_once(_times(_safe, _usual)), unit="per_cent"))),
    "displacement": Contrast(("little patrol", "much patrol"), CAMPAIGN, (
        Claim("overt", _difference("overt_share", CAMPAIGN, "much patrol", "little patrol"), BELOW, unit="points"),
        Claim("covert", _difference("covert_share", CAMPAIGN, "much patrol", "little patrol"), ABOVE, unit="points"))),
}
"""How each pattern that can be compared is looked for; the others are told without a comparison."""
