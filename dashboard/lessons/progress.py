"""How far a student has come: kept in the browser, which hands it over when a page is opened.

The server keeps nothing when the page is closed. A lesson's progress is one entry in the browser's own store, so that
lessons open in two windows do not disturb each other.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import solara

from experiments.contrast import DIRECTIONS
from experiments.lessons.catalogue import Choice, Lesson, lessons
from model import PARAMETERS, ScenarioError, load_scenario

LONGEST = 20_000  # characters of what a browser hands over for one lesson
LONGEST_ANSWER = 30


@dataclass(frozen=True)
class Progress:
    """What a student has done in one lesson.

    Attributes
    ----------
    direction : str
        What was predicted: one of ``experiments.contrast.DIRECTIONS``; empty before.
    guess : float or None
        The guess at the number.
    levers : mapping of str to float
        Where the levers of the experiment stand, if they were moved.
    answers : tuple of str
        One for each question, empty before: the place of an option, or the number as it was typed.
    """

    direction: str = ""
    guess: float | None = None
    levers: Mapping[str, float] = ()
    answers: tuple[str, ...] = ()

    @property
    def predicted(self) -> bool:
        """Whether the prediction was made."""
        return bool(self.direction)

    def answer(self, place: int) -> str:
        """Return the answer to a question, empty where there is none yet."""
        return self.answers[place] if place < len(self.answers) else ""

    def answered(self, place: int, text: str) -> Progress:
        """Return this progress with a question answered."""
        answers = [*self.answers, *[""] * (place + 1 - len(self.answers))]
        answers[place] = text
        return replace(self, answers=tuple(answers))

    def done(self, lesson: Lesson) -> bool:
        """Return whether a lesson was gone through: predicted, and all questions answered."""
        return self.predicted and all(self.answer(place) for place in range(len(lesson.questions)))


def number_in(text: str) -> float | None:
    """Return the number that somebody typed, with a point or a comma; None where it is none."""
    plain = text.strip().replace("−", "-").replace("%", "").replace(" ", "").replace(",", ".")
    try:
        number = float(plain) if len(plain) <= LONGEST_ANSWER and "_" not in plain else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def read_progress(lesson: Lesson, found: Any) -> Progress:
    """Return the progress in a lesson that a browser or a file holds; what cannot be used counts as not done."""
    if isinstance(found, str):
        try:
            found = json.loads(found) if len(found) <= LONGEST else None
        except (ValueError, RecursionError):
            found = None
    if not isinstance(found, dict):
        return Progress()
    direction = found.get("direction") if found.get("direction") in DIRECTIONS else ""
    guess = found.get("guess")
    given = found.get("answers") if isinstance(found.get("answers"), list) else []
    answers = [_usable(lesson, place, text) for place, text in enumerate(given[:len(lesson.questions)])]
    return Progress(direction, float(guess) if direction and _is_number(guess) else None, _levers(lesson, found.get("levers")),
                    tuple(answers))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _usable(lesson: Lesson, place: int, text: Any) -> str:
    question = lesson.questions[place]
    if not isinstance(text, str):
        return ""
    if isinstance(question, Choice):
        return text if text in [str(option) for option in range(len(question.options))] else ""
    return text if number_in(text) is not None else ""


def _levers(lesson: Lesson, found: Any) -> dict[str, float]:
    if not isinstance(found, dict):
        return {}
    scenario, usable = load_scenario(lesson.contrasts[lesson.experiment.contrast].contrast.scenario), {}
    for name in lesson.levers:
        if _is_number(found.get(name)) and name in PARAMETERS:
            try:
                scenario.replace(**{name: float(found[name])})
            except ScenarioError:
                continue
            usable[name] = float(found[name])
    return usable


class Notebook:
    """The progress of one visitor in all lessons.

    Attributes
    ----------
    pages : Reactive of dict of str to Progress, or None
        By lesson; None until the browser has said what it keeps.
    """

    def __init__(self):
        self.pages: solara.Reactive[dict[str, Progress] | None] = solara.reactive(None)

    def found(self, message: Any) -> None:
        """Take over what the browser, or a file, holds; lessons that are not there any more are left alone."""
        entries = message if isinstance(message, dict) else {}
        self.pages.value = {name: read_progress(lesson, entries[name]) for name, lesson in lessons().items() if name in entries}

    def of(self, lesson: Lesson) -> Progress:
        """Return the progress in a lesson."""
        return (self.pages.value or {}).get(lesson.name, Progress())

    def write(self, lesson: Lesson, progress: Progress) -> None:
        """Keep the progress in a lesson."""
        self.pages.value = {**(self.pages.value or {}), lesson.name: progress}

    def forget(self) -> None:
        """Begin all lessons anew."""
        self.pages.value = dict.fromkeys(self.pages.value or {}, Progress())

    def entries(self) -> dict[str, str] | None:
        """Return what the browser is to keep, by lesson."""
        if self.pages.value is None:
            return None
        return {name: json.dumps({**asdict(one), "levers": dict(one.levers)}) for name, one in self.pages.value.items()}

    def as_file(self) -> bytes:
        """Return the progress as a file that can be taken to another computer."""
        kept = {name: json.loads(text) for name, text in (self.entries() or {}).items()}
        return (json.dumps({"netralitas_lessons": 1, "lessons": kept}, indent=1) + "\n").encode("utf-8")

    def read_file(self, content: bytes) -> bool:
        """Take over the progress of a file; return False, and change nothing, if it is none."""
        try:
            table = json.loads(content.decode("utf-8"))
        except (ValueError, RecursionError):
            return False
        if not isinstance(table, dict) or table.get("netralitas_lessons") != 1 or not isinstance(table.get("lessons"), dict):
            return False
        self.found({**(self.entries() or {}), **table["lessons"]})
        return True
