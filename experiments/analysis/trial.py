"""A randomised trial of regions, estimated as a field experiment would, beside the truth that only a model knows.

Difference in means with the standard error of Neyman (1923), which for one binary treatment is the
heteroskedasticity-consistent HC2; adjusted for a covariate as in Lin (2013, doi:10.1214/12-AOAS583).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from experiments.summary import CONFIDENCE


@dataclass(frozen=True)
class TrialEstimate:
    """What a field experiment reports.

    Attributes
    ----------
    effect, error : float
        Estimated effect and its standard error.
    half : float
        Half the width of its 95% interval.
    treated, control : int
        Regions in each arm that have a value.
    """

    effect: float
    error: float
    half: float
    treated: int
    control: int

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return self.effect - self.half

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return self.effect + self.half

    def holds(self, truth: float) -> bool:
        """Say whether the interval holds the truth."""
        return self.low <= truth <= self.high


def difference_in_means(outcome: np.ndarray, treated: np.ndarray) -> TrialEstimate:
    """Return the difference between arms, with Neyman's standard error and Welch's degrees of freedom.

    Parameters
    ----------
    outcome : float array, shape (regions,)
        What was seen in each region; regions without a value are left out.
    treated : bool array, shape (regions,)
        Which regions were treated.
    """
    known = np.isfinite(outcome)
    arms = outcome[known & treated], outcome[known & ~treated]
    if min(map(len, arms)) < 2:
        return TrialEstimate(np.nan, np.nan, np.nan, len(arms[0]), len(arms[1]))
    shares = [arm.var(ddof=1) / len(arm) for arm in arms]
    variance = sum(shares)
    below = sum(share**2 / (len(arm) - 1) for share, arm in zip(shares, arms, strict=True))
    freedom = variance**2 / below if below > 0.0 else sum(map(len, arms)) - 2
    return _estimate(arms[0].mean() - arms[1].mean(), np.sqrt(variance), freedom, arms)


def adjusted_difference(outcome: np.ndarray, treated: np.ndarray, covariate: np.ndarray) -> TrialEstimate:
    """Return the effect by regression on treatment, the centred covariate and their product, with HC2 errors.

    Parameters
    ----------
    outcome, treated
        As in :func:`difference_in_means`.
    covariate : float array, shape (regions,)
        What was known about each region before the trial.
    """
    known = np.isfinite(outcome) & np.isfinite(covariate)
    y, arm, x = outcome[known], treated[known].astype(float), covariate[known]
    arms = y[arm == 1.0], y[arm == 0.0]
    if min(map(len, arms)) < 3:
        return TrialEstimate(np.nan, np.nan, np.nan, len(arms[0]), len(arms[1]))
    centred = x - x.mean()
    if not centred.any():
        return difference_in_means(outcome, treated)
    design = np.column_stack([np.ones(len(y)), arm, centred, arm * centred])
    inverse = np.linalg.pinv(design.T @ design)
    coefficients = inverse @ design.T @ y
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    residual = y - design @ coefficients
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(leverage < 1.0 - 1e-9, residual**2 / (1.0 - leverage), 0.0)
    covariance = inverse @ (design.T * weight) @ design @ inverse
    return _estimate(coefficients[1], np.sqrt(covariance[1, 1]), len(y) - design.shape[1], arms)


def _estimate(effect: float, error: float, freedom: float, arms: tuple[np.ndarray, np.ndarray]) -> TrialEstimate:
    half = float(stdtrit(freedom, 0.5 + CONFIDENCE / 2) * error)
    return TrialEstimate(float(effect), float(error), half, len(arms[0]), len(arms[1]))


@dataclass(frozen=True)
class TrialReplicates:
    """What a trial finds when it is held again and again with other luck, beside the truth of each time.

    Attributes
    ----------
    estimates, adjusted : list of TrialEstimate
        One a replicate; ``adjusted`` is empty where no covariate is known.
    truths : float array, shape (replicates,)
        The outcome with all regions treated less that with none, with the same luck.
    """

    estimates: list[TrialEstimate]
    adjusted: list[TrialEstimate]
    truths: np.ndarray

    @property
    def coverage(self) -> float:
        """Share of replicates whose interval holds the truth."""
        return _share_holding(self.estimates, self.truths)

    @property
    def adjusted_coverage(self) -> float:
        """The same for the adjusted estimates; not a number where there are none."""
        return _share_holding(self.adjusted, self.truths)

    @property
    def power(self) -> float:
        """Share of replicates whose interval leaves out 0."""
        known = [not one.holds(0.0) for one in self.estimates if np.isfinite(one.half)]
        return float(np.mean(known)) if known else float("nan")

    @property
    def bias(self) -> float:
        """Mean of estimate less truth."""
        return float(np.nanmean([one.effect for one in self.estimates] - self.truths))


def _share_holding(estimates: list[TrialEstimate], truths: np.ndarray) -> float:
    known = [one.holds(truth) for one, truth in zip(estimates, truths, strict=False)
             if np.isfinite(one.half) and np.isfinite(truth)]
    return float(np.mean(known)) if known else float("nan")


def trial_replicates(outcome: np.ndarray, treated: np.ndarray, truths: np.ndarray,
                     covariate: np.ndarray | None = None) -> TrialReplicates:
    """Return what the trial finds and what is true, replicate by replicate.

    Parameters
    ----------
    outcome : float array, shape (replicates, regions)
        What the experiment sees: regions without a value, or of another arm, are not a number.
    treated : bool array, shape (replicates, regions)
        Which regions the lot chose.
    truths : float array, shape (replicates,)
        The outcome with all regions treated less that with none, with the same luck.
    covariate : float array, shape (replicates, regions), optional
        What was known before.
    """
    runs = range(len(outcome))
    return TrialReplicates(
        estimates=[difference_in_means(outcome[run], treated[run]) for run in runs],
        adjusted=[] if covariate is None else
        [adjusted_difference(outcome[run], treated[run], covariate[run]) for run in runs],
        truths=np.asarray(truths, float),
    )
