"""What is right in a lesson, computed from the model: nothing here is read from the lesson's file but what to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.analysis.effects import Effect, paired_effect
from experiments.comparison import REPLICATES, Runs, run_side_by_side
from experiments.contrast import Robustness
from experiments.language import decimals_for, scale_of
from experiments.lessons.catalogue import (
    Asked,
    Choice,
    Condition,
    Lesson,
    Number,
    Question,
)
from experiments.lessons.results import stored_robustness
from experiments.summary import Estimate, estimate
from model import MEASURES, PARAMETERS
from model.measures import column_parts


@dataclass(frozen=True, eq=False)
class Setting:
    """What runs in one setting of a contrast showed.

    Attributes
    ----------
    values : float array, shape (replicates,)
        The contrast's number in each run.
    line : Estimate
        Mean and interval of its measure month by month.
    """

    values: np.ndarray
    line: Estimate


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the model says to one contrast of a lesson.

    Attributes
    ----------
    asked : Asked
    first, second : Setting
        With the same seeds in both.
    effect : Effect
        Over the pairs of runs.
    robustness : Robustness or None
        In how many plausible worlds it comes out as stated; None until that was asked.
    """

    asked: Asked
    first: Setting
    second: Setting
    effect: Effect
    robustness: Robustness | None

    @property
    def direction(self) -> str:
        """One of ``experiments.contrast.DIRECTIONS``, or "unclear"."""
        return self.asked.contrast.direction(self.effect)

    @property
    def holds(self) -> bool:
        """Whether the lesson states what the model says."""
        return self.direction == self.asked.contrast.expected

    @property
    def pairs(self) -> np.ndarray:
        """The difference in each pair of runs that has one."""
        differences = self.second.values - self.first.values
        return differences[np.isfinite(differences)]

    @property
    def against(self) -> int:
        """In how many pairs of runs the difference has the other sign than the mean, or there is none."""
        return int(np.sum(self.pairs * np.sign(self.effect.difference) <= 0.0))

    def level(self, setting: str) -> Estimate:
        """Return the number in the setting "first" or "second", with its interval."""
        return estimate((self.first if setting == "first" else self.second).values)


@dataclass(frozen=True)
class Amount:
    """A number that was asked for, in the unit in which it is shown.

    Attributes
    ----------
    value, low, high : float
        What the model says, and its own interval.
    unit : str
        Of a measure; "pairs", "worlds" or "times".
    """

    value: float
    low: float
    high: float
    unit: str

    @property
    def decimals(self) -> int:
        """How many decimals the number deserves."""
        return 0 if self.unit in ("pairs", "worlds") else decimals_for(0.5 * (self.high - self.low), self.value)

    def accepts(self, given: float) -> bool:
        """Return whether a number lies in the interval, once it is rounded as far as the number deserves."""
        rounding = 0.5 * 10.0**-self.decimals
        return self.low - rounding <= given <= self.high + rounding


# Asking ----------------------------------------------------------------------------------------------------------------


def outcomes_of(lesson: Lesson, replicates: int = REPLICATES) -> dict[str, Outcome]:
    """Return what the model says to each contrast of a lesson, by name.

    Parameters
    ----------
    lesson : Lesson
    replicates : int
        Pairs of runs; the usual number is that of the app.
    """
    return {name: outcome_from(lesson, name, run_side_by_side(asked.contrast.settings(), 0, replicates))
            for name, asked in lesson.contrasts.items()}


def outcome_from(lesson: Lesson, name: str, runs: Sequence[Runs]) -> Outcome:
    """Return what the model says to a contrast, from the runs of its two settings."""
    asked = lesson.contrasts[name]
    measure, months = asked.contrast.measure, asked.contrast.months
    first, second = (Setting(one.values(measure, months), one.line(measure)) for one in runs)
    return Outcome(asked, first, second, paired_effect(second.values, first.values), stored_robustness(lesson, name))


def unit_of(measure: str) -> str:
    """Return the unit of a measure or of one of its splits."""
    return MEASURES[column_parts(measure)[0]].unit


def amount_of(outcome: Outcome, of: str) -> Amount:
    """Return what a question asks for.

    Parameters
    ----------
    outcome : Outcome
    of : str
        One of ``experiments.lessons.catalogue.AMOUNTS``: "first" and "second" are the number in that setting,
        "difference" is the second less the first, "times" the second divided by the first; "worlds" the percentage of
        plausible worlds in which it comes out as stated, "against" the percentage of pairs of runs that go against the mean.
    """
    unit = unit_of(outcome.asked.contrast.measure)
    scale = scale_of(unit)
    if of in ("first", "second"):
        found = outcome.level(of)
        return _amount(float(found.mean), float(found.half), scale, unit)
    if of == "difference":
        return _amount(outcome.effect.difference, outcome.effect.half, scale, unit)
    if of == "times":
        ratio = outcome.effect.value / outcome.effect.baseline
        spread = estimate((outcome.second.values - ratio * outcome.first.values) / outcome.effect.baseline)
        return _amount(ratio, float(spread.half), 1.0, "times")
    if of == "against":
        low, high = _wilson(outcome.against, len(outcome.pairs))
        return Amount(100.0 * outcome.against / len(outcome.pairs), 100.0 * low, 100.0 * high, "pairs")
    if outcome.robustness is None:
        return Amount(np.nan, np.nan, np.nan, "worlds")
    found = outcome.robustness
    return Amount(100.0 * found.share, 100.0 * found.low, 100.0 * found.high, "worlds")


def _amount(value: float, half: float, scale: float, unit: str) -> Amount:
    return Amount(scale * value, scale * (value - half), scale * (value + half), unit)


def _wilson(number: int, of: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    interval = binomtest(number, of).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


# Right and wrong -------------------------------------------------------------------------------------------------------


def holds(condition: Condition, outcomes: Mapping[str, Outcome]) -> bool:
    """Return whether a condition holds in what the model says."""
    if condition.has:
        return condition.has in PARAMETERS or condition.has in MEASURES
    outcome = outcomes[condition.contrast]
    if condition.found:
        return outcome.direction == condition.found
    if condition.smaller_than:
        other = outcomes[condition.smaller_than].effect
        gap = abs(other.difference) - abs(outcome.effect.difference)
        return bool(gap > np.hypot(other.half, outcome.effect.half))
    low, high = condition.worlds or condition.against
    if condition.against:
        share = outcome.against / len(outcome.pairs)
    elif outcome.robustness is None:
        return False
    else:
        share = outcome.robustness.share
    return low <= share < high or share == high == 1.0


def right_options(question: Choice, outcomes: Mapping[str, Outcome]) -> list[int]:
    """Return the places of the options that are right; in a sound lesson there is exactly one."""
    return [place for place, option in enumerate(question.options) if option.right and holds(option.right, outcomes)]


def is_right(question: Question, given: float | int, outcomes: Mapping[str, Outcome]) -> bool:
    """Return whether an answer is right: the place of an option, or a number in the unit that is shown."""
    if isinstance(question, Number):
        return amount_of(outcomes[question.contrast], question.of).accepts(float(given))
    return given in right_options(question, outcomes)


def faults_of(lesson: Lesson, outcomes: Mapping[str, Outcome]) -> list[str]:
    """Return where a lesson does not agree with the model, one sentence each; none where it holds."""
    return [*_contrasts_that_fail(outcomes), *_questions_that_fail(lesson, outcomes)]


def _contrasts_that_fail(outcomes: Mapping[str, Outcome]) -> Iterator[str]:
    for name, outcome in outcomes.items():
        if not outcome.holds:
            effect, expected = outcome.effect, outcome.asked.contrast.expected
            yield (f"contrast {name}: the lesson states {expected!r} and the model says {outcome.direction!r} "
                   f"(from {effect.baseline:.4g} to {effect.value:.4g}, difference {effect.difference:.3g} "
                   f"[{effect.low:.3g}; {effect.high:.3g}], small = {outcome.asked.contrast.small:g})")


def _questions_that_fail(lesson: Lesson, outcomes: Mapping[str, Outcome]) -> Iterator[str]:
    for number, question in enumerate(lesson.questions, 1):
        if isinstance(question, Number):
            if not np.isfinite(amount_of(outcomes[question.contrast], question.of).value):
                yield f"question {number}: the model has no number for it"
            continue
        right = right_options(question, outcomes)
        if len(right) != 1:
            named = ", ".join(str(place + 1) for place in right) or "none"
            yield f"question {number}: exactly one option must be right, and by the model it is {named}"
