"""The lessons' numbers in words: what stands in the braces of a text, and answers as computed now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from experiments.analysis.effects import Effect
from experiments.contrast import Contrast
from experiments.language import (
    PER_CENT,
    Texts,
    decimals_for,
    scale_of,
    texts_of,
)
from experiments.lessons.answers import Amount, Outcome, unit_of
from experiments.lessons.catalogue import PLACEHOLDER
from experiments.summary import Estimate
from model.measures import column_parts

FOLDER = Path(__file__).parent / "texts"
MOST_DECIMALS = 5


def texts(language: str) -> Texts:
    """Return the texts of this room."""
    return texts_of(language, FOLDER)


def filled(text: str, outcomes: Mapping[str, Outcome], language: str) -> str:
    """Return a text of a lesson with what the model says in place of its braces."""
    def say(found) -> str:
        contrast, _, what = found.group(1).partition(".")
        return told(outcomes[contrast], what, language)

    return PLACEHOLDER.sub(say, text)


def told(outcome: Outcome, what: str, language: str) -> str:
    """Return one of ``experiments.lessons.catalogue.TOLD`` in words."""
    words = texts(language)
    if what in ("first", "second"):
        return level(outcome, what, language)
    if what == "difference":
        return difference(outcome, language)
    if what == "against":
        return words.number(outcome.against, 0)
    if what == "pairs":
        return words.number(len(outcome.pairs), 0)
    return worlds(outcome, language)


def level(outcome: Outcome, setting: str, language: str) -> str:
    """Return the number in the setting "first" or "second" with its unit."""
    unit = unit_of(outcome.asked.contrast.measure)
    return level_of(outcome.level(setting), unit, language)


def level_of(found: Estimate, unit: str, language: str) -> str:
    """Return a measure's mean with its unit."""
    scale = scale_of(unit)
    decimals = 1 if unit in PER_CENT else decimals_for(scale * float(found.half), scale * float(found.mean))
    return texts(language).quantity(scale * float(found.mean), unit, decimals)


def difference(outcome: Outcome, language: str) -> str:
    """Return the difference with sign, unit and interval."""
    return difference_of(outcome.effect, unit_of(outcome.asked.contrast.measure), language)


def difference_of(effect: Effect, unit: str, language: str) -> str:
    """Return a measure's difference with sign, unit and interval."""
    words, scale = texts(language), scale_of(unit)
    value, low, high = (scale * number for number in (effect.difference, effect.low, effect.high))
    usual = min(decimals_for(scale * effect.half, value), 1 if unit in PER_CENT else MOST_DECIMALS)
    decimals = next((number for number in range(usual, MOST_DECIMALS + 1) if _tells_ends_from_0(low, high, number)), usual)
    sign = "+" if round(value, decimals) > 0.0 else ""
    return words("lesson.difference", value=sign + words.number(value, decimals), unit=words.unit_of_difference(unit),
                 low=words.number(low, decimals), high=words.number(high, decimals))


def _tells_ends_from_0(low: float, high: float, decimals: int) -> bool:
    """Return whether no end of an interval is written as 0 with so many decimals that is not 0."""
    return all(round(end, decimals) != 0.0 or end == 0.0 for end in (low, high))


def worlds(outcome: Outcome, language: str) -> str:
    """Return in how many plausible worlds it comes out as stated."""
    words, found = texts(language), outcome.robustness
    if found is None or found.points == 0:
        return words("lesson.worlds_unknown")
    return words("lesson.worlds", held=words.number(round(found.share * found.points), 0), points=words.number(found.points, 0))


def direction(outcome: Outcome, language: str) -> str:
    """Return what the number does, in words; where it hardly changes, also which differences count as none."""
    words, contrast = texts(language), outcome.asked.contrast
    unit = unit_of(contrast.measure)
    if unit in PER_CENT:
        small = words("number.of", value=words.number(scale_of(unit) * contrast.small, 1), unit=words("number.points"))
    else:
        small = words.plain_quantity(contrast.small, unit)
    return words(f"lesson_direction.{outcome.direction}", small=small)


def measure(contrast: Contrast, language: str) -> str:
    """Return what a contrast's measure is called."""
    return name_of(contrast.measure, language)


def name_of(column: str, language: str) -> str:
    """Return what a measure or one of its splits is called."""
    words, (name, category) = texts(language), column_parts(column)
    return f"{words.measure(name)} ({words.category(category)})" if category else words.measure(name)


def months(contrast: Contrast, language: str) -> str:
    """Return which months a contrast counts."""
    return texts(language)(f"lesson_months.{contrast.months}")


def unit_in_words(amount: Amount, of: str, language: str) -> str:
    """Return the unit of an amount that was asked for."""
    words = texts(language)
    if amount.unit in ("pairs", "worlds"):
        return words("lesson.per_cent")
    if amount.unit == "times":
        return words("lesson.times")
    return words.unit_of_difference(amount.unit) if of == "difference" else words.unit(amount.unit)


def amount(found: Amount, of: str, language: str) -> str:
    """Return an amount in words, with its interval."""
    words = texts(language)
    if not np.isfinite(found.value):
        return words("number.none")
    low, high = (words.number(number, found.decimals) for number in (found.low, found.high))
    return words("lesson.within", value=with_unit(found.value, found, of, language), low=low, high=high)


def with_unit(value: float, found: Amount, of: str, language: str) -> str:
    """Return a number with the unit of an amount, and as many decimals."""
    words, unit = texts(language), unit_in_words(found, of, language)
    written = words.number(value, found.decimals)
    return f"{written}{unit}" if unit.startswith("%") else words("number.of", value=written, unit=unit)
