"""What the parameters are fitted to, and what is held out of the fit to be looked at afterwards."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.evidence.contrasts import CONTRASTS, Statistic
from experiments.evidence.observed import evidence
from model.parameters import ASSUMED, PARAMETERS

FITTED = ("proven_share", "citizen_share")
"""Levels, so their values may be compared; nothing was set from them when the first defaults were chosen."""
HELD_OUT = {
    "incumbents_win": "incumbents_win",
    "campaign_share": "campaign_concentration",
    "multiple_executive": "rank_gradient",
    "multiple_administrator": "rank_gradient",
    "multiple_supervisor": "rank_gradient",
    "multiple_functional": "rank_gradient",
    "multiple_staff": "rank_gradient",
}
"""By claim: the pattern it belongs to. Looked at after the fit and never used in it."""


def _statistic(pattern: str, claim: str) -> Statistic:
    return next(one.statistic for one in CONTRASTS[pattern].claims if one.name == claim)


STATISTICS: Mapping[str, Statistic] = (
    {name: _statistic(name, name) for name in FITTED}
    | {claim: _statistic(pattern, claim) for claim, pattern in HELD_OUT.items()})


def observed_range(target: str) -> tuple[float, float]:
    """Return the lowest and highest observed value of a target of the fit."""
    low, high = evidence().patterns[target].observed
    return low, high


def free_parameters() -> list[str]:
    """Return the parameters that could be calibrated: no constants, and no source but an assumption or a calibration."""
    return [name for name, parameter in PARAMETERS.items()
            if parameter.role != "constant" and (parameter.source == ASSUMED or parameter.calibrated)]
