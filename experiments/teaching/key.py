"""The answer key and the worksheet, from the lessons and from what the model says to them now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from experiments.analysis.report import installed_version
from experiments.comparison import REPLICATES
from experiments.contrast import REPLICATES_OF_A_POINT
from experiments.errors import InputError
from experiments.language import Texts, texts_of
from experiments.lessons import results, telling
from experiments.lessons.answers import (
    Outcome,
    amount_of,
    faults_of,
    outcomes_of,
    right_options,
    unit_of,
)
from experiments.lessons.catalogue import Choice, Lesson, Number, Question, Words
from experiments.runner import seeds_of

FOLDER = Path(__file__).parent
LETTERS = "ABCDEF"


def texts(language: str) -> Texts:
    """Return the texts of this room."""
    return texts_of(language, FOLDER / "texts")


@dataclass(frozen=True, eq=False)
class Key:
    """The lessons, and what the model says to them.

    Attributes
    ----------
    lessons : tuple of Lesson
    replicates : int
        Runs of each setting; with the usual number the answers are those of the app.
    """

    lessons: tuple[Lesson, ...]
    replicates: int = REPLICATES

    @cached_property
    def outcomes(self) -> dict[str, dict[str, Outcome]]:
        """What the model says to each contrast, by lesson and name."""
        return {lesson.name: outcomes_of(lesson, self.replicates) for lesson in self.lessons}

    def check(self) -> None:
        """Make sure that every lesson states what the model says, and every question has one right answer.

        Raises
        ------
        InputError
            If not.
        """
        faults = [f"{lesson.name}, {fault}" for lesson in self.lessons for fault in faults_of(lesson, self.outcomes[lesson.name])]
        if faults:
            raise InputError(f"The lessons do not hold, so there is no answer key: {'; '.join(faults)}")

    def worksheet(self, language: str) -> str:
        """Return the worksheet in Markdown; it tells nothing but the number that comes before a prediction."""
        return self._written("worksheet.md.jinja", language, first_value=lambda lesson: self._first(lesson, language),
                             unit_of_guess=lambda lesson: _unit_of_guess(lesson, language))

    def answer_key(self, language: str) -> str:
        """Return the answer key in Markdown."""
        words = texts(language)
        return self._written(
            "answer_key.md.jinja", language, replicates=self.replicates, worlds_basis=worlds_basis(words), version=installed_version(),
            rows=lambda lesson: [_row(one, language) for one in self.outcomes[lesson.name].values()],
            said=lambda lesson, text: self._said(lesson, text, language),
            answer=lambda lesson, question: self._answer(lesson, question, language),
            bases=lambda lesson: _bases(self.outcomes[lesson.name].values(), language))

    def _written(self, template: str, language: str, **found: object) -> str:
        environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=False, undefined=StrictUndefined,
                                  trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
        return environment.get_template(template).render(lessons=self.lessons, language=language, words=texts(language),
                                                         letters=LETTERS, **found)

    def _first(self, lesson: Lesson, language: str) -> str:
        return telling.level(self.outcomes[lesson.name][lesson.prediction.contrast], "first", language)

    def _said(self, lesson: Lesson, text: Words, language: str) -> str:
        return telling.filled(text[language], self.outcomes[lesson.name], language)

    def _answer(self, lesson: Lesson, question: Question, language: str) -> str:
        """Return the right answer with its reason, and for a choice why the others are wrong."""
        if isinstance(question, Number):
            return self._number(lesson, question, language)
        return self._choice(lesson, question, language)

    def _number(self, lesson: Lesson, question: Number, language: str) -> str:
        amount, words = amount_of(self.outcomes[lesson.name][question.contrast], question.of), texts(language)
        value, low = (words.number(number, amount.decimals) for number in (amount.value, amount.low))
        accepted = words("key.accepted", low=low, high=telling.with_unit(amount.high, amount, question.of, language), value=value)
        return f"**{accepted}** {self._said(lesson, question.explains, language)}"

    def _choice(self, lesson: Lesson, question: Choice, language: str) -> str:
        words, right = texts(language), right_options(question, self.outcomes[lesson.name])
        told = {place: f"{LETTERS[place]}. {option.text[language]}" for place, option in enumerate(question.options)}
        why = {place: self._said(lesson, option.explains, language) for place, option in enumerate(question.options)}
        parts = [f"**{words('key.right')}: {told[place]}.** {why[place]}" for place in right]
        parts += [f"*{words('key.wrong')}*", *(f"- {told[place]}: {why[place]}" for place in told if place not in right)]
        return "\n\n".join(parts)


def worlds_basis(words: Texts) -> str:
    """Return what stands behind "plausible worlds"."""
    manifest = results.manifest()
    if not manifest:
        return words("key.worlds_unknown")
    return words("key.worlds_basis", points=manifest["points"], each=REPLICATES_OF_A_POINT)


def _row(outcome: Outcome, language: str) -> list[str]:
    """Return the cells of a contrast: what was compared, both settings, difference, direction, plausible worlds."""
    asked, contrast = outcome.asked, outcome.asked.contrast
    return [f"**{asked.name[language]}** ({telling.measure(contrast, language)})",
            f"{asked.first[language]}: {telling.level(outcome, 'first', language)}",
            f"{asked.second[language]}: {telling.level(outcome, 'second', language)}",
            telling.difference(outcome, language), telling.direction(outcome, language), telling.worlds(outcome, language)]


def _unit_of_guess(lesson: Lesson, language: str) -> str:
    return texts(language).unit(unit_of(lesson.contrasts[lesson.prediction.contrast].contrast.measure))


def _bases(outcomes: Iterable[Outcome], language: str) -> list[str]:
    """Return mode, scenario, seeds and months of a lesson's runs; one sentence for all contrasts that share them."""
    words = texts(language)
    found = []
    for outcome in outcomes:
        (scenario, _), replicates = outcome.asked.contrast.settings(), len(outcome.first.values)
        seeds = seeds_of(scenario, replicates)
        found.append(words("key.mode", mode=words(f"key.{scenario.mode}"), scenario=outcome.asked.contrast.scenario,
                           months=scenario.months, staff=words.number(int(np.sum(scenario.staff)), 0), replicates=replicates,
                           first=seeds[0], last=seeds[-1], window=telling.months(outcome.asked.contrast, language)))
    return list(dict.fromkeys(found))
