"""The lessons as their files have them: read, and refused in a sentence where something cannot be used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from experiments.comparison import WINDOWS, within_limits
from experiments.contrast import DIRECTIONS, Contrast, read_contrast
from experiments.contrast import KEYS as CONTRAST_KEYS
from experiments.errors import InputError, unknown
from experiments.evidence.observed import Fact, Pattern, evidence
from experiments.language import LANGUAGES, texts_of
from model import MEASURES, PARAMETERS, ScenarioError

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
TEMPLATE = FOLDER / "template.toml"
FILES = "[0-9][0-9]_*.toml"
NAME = re.compile(r"\d\d_[a-z0-9]+(_[a-z0-9]+)*")
INPUT = {"en": "; input:", "id": "; masukan:"}  # what the source of a fact says beyond its source
MOST_QUESTIONS = 5
KINDS = ("choice", "number")
AMOUNTS = ("first", "second", "difference", "times", "worlds", "against")
"""What a question can ask for of a contrast; ``experiments.lessons.answers.amount_of`` says what each is."""
TOLD = ("first", "second", "difference", "worlds", "against", "pairs")
"""What a text can say of a contrast, as ``{contrast.first}``; ``experiments.lessons.telling.filled`` fills it in."""
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

Words = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True)
class Asked:
    """A contrast of a lesson, and what it is called.

    Attributes
    ----------
    contrast : Contrast
        Its ``expected`` is what the lesson states.
    name, first, second : mapping of str to str
        By language: what is compared, and what its two settings are called.
    """

    contrast: Contrast
    name: Words
    first: Words
    second: Words


@dataclass(frozen=True)
class Prediction:
    """What students predict before they see anything.

    Attributes
    ----------
    contrast : str
    text : mapping of str to str
    guess : (float, float)
        The lowest and highest guess at the second setting that is offered, in the unit that is shown (per cent for shares).
    """

    contrast: str
    text: Words
    guess: tuple[float, float]


@dataclass(frozen=True)
class Experiment:
    """What students try: the levers begin as in the first setting of a contrast; ``text`` says what to do."""

    contrast: str
    text: Words


@dataclass(frozen=True)
class Debrief:
    """What to make of it: the explanation, what it hangs on and leaves out, and questions to talk about."""

    text: Words
    limits: Words
    discuss: tuple[Words, ...]


@dataclass(frozen=True)
class Condition:
    """When an option is right: one of these, looked up in what the model said.

    Attributes
    ----------
    contrast : str
        Of which contrast; "" where the condition is about the model's own lists.
    found : str
        One of ``experiments.contrast.DIRECTIONS``: this is what the number does.
    smaller_than : str
        Another contrast: this one's difference is clearly smaller, whatever its sign.
    worlds, against : (float, float) or None
        The share of plausible worlds in which it comes out as stated, or of single pairs of runs that go against the
        mean, is at least the first and below the second (or 1).
    has : str
        The model has a parameter or a measure of this name.
    """

    contrast: str = ""
    found: str = ""
    smaller_than: str = ""
    worlds: tuple[float, float] | None = None
    against: tuple[float, float] | None = None
    has: str = ""


@dataclass(frozen=True)
class Option:
    """One answer to choose; without a condition it is never right."""

    text: Words
    explains: Words
    right: Condition | None


@dataclass(frozen=True)
class Choice:
    """A question with answers to choose from; exactly one must come out right."""

    text: Words
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Number:
    """A question for a number, which is accepted within the model's own interval.

    Attributes
    ----------
    text, explains : mapping of str to str
    contrast : str
    of : str
        One of ``AMOUNTS``.
    """

    text: Words
    explains: Words
    contrast: str
    of: str


Question = Choice | Number


@dataclass(frozen=True)
class Reading:
    """Further reading: something known with its source, or one of the project's documents.

    Attributes
    ----------
    text : mapping of str to str
    source : mapping of str to str
        By language; empty where there is none.
    url : str
        "" where there is none.
    document : str
        Path from the root of the project; "" for a source.
    """

    text: Words
    source: Words = field(default_factory=dict)
    url: str = ""
    document: str = ""


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes
    ----------
    name : str
        Of its file, which begins with its number.
    minutes : int
        How long a student needs, discussion left out.
    title, asks, story : mapping of str to str
        By language; empty lines divide the paragraphs of a longer text.
    words : tuple of str
        Entries of the glossary that are explained beside it.
    levers : tuple of str
        Parameters that students may move; assumptions are none.
    contrasts : mapping of str to Asked
        By name.
    prediction : Prediction
    experiment : Experiment
    reveal : mapping of str to str
        What is said beside the model's answer.
    debrief : Debrief
    questions : tuple of Choice or Number
    reading : tuple of Reading
    """

    name: str
    minutes: int
    title: Words
    asks: Words
    story: Words
    words: tuple[str, ...]
    levers: tuple[str, ...]
    contrasts: Mapping[str, Asked]
    prediction: Prediction
    experiment: Experiment
    reveal: Words
    debrief: Debrief
    questions: tuple[Question, ...]
    reading: tuple[Reading, ...]

    @property
    def number(self) -> int:
        """Its number, with which its name begins."""
        return int(self.name[:2])


# The shelf -------------------------------------------------------------------------------------------------------------


@cache
def lessons() -> dict[str, Lesson]:
    """Return all lessons that can be used, by name, in their order."""
    return {name: found for name, found in _shelf().items() if isinstance(found, Lesson)}


@cache
def broken_lessons() -> dict[str, str]:
    """Return what is wrong with each lesson that cannot be used, by name."""
    return {name: str(found) for name, found in _shelf().items() if isinstance(found, InputError)}


@cache
def _shelf() -> dict[str, Lesson | InputError]:
    found: dict[str, Lesson | InputError] = {}
    for path in sorted(FOLDER.glob(FILES)):
        try:
            found[path.stem] = load_lesson(path)
        except InputError as error:
            found[path.stem] = error
    return found


def load_lesson(path: Path) -> Lesson:
    """Return the lesson of a file.

    Raises
    ------
    InputError
        If it cannot be read or used; the message names file, place and value, and what would be allowed.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise InputError(f"There is no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as text ({error.__class__.__name__})") from None
    return read_lesson(text, path.name)


def read_lesson(text: str, source: str) -> Lesson:
    """Return the lesson that a text describes.

    Parameters
    ----------
    text : str
        In TOML, see ``README.md`` beside this module.
    source : str
        The file's name, for its own name and for errors.

    Raises
    ------
    InputError
        If it cannot be used.
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{source} is no TOML: {error}") from None
    return _Reader(source).lesson(table)


# Reading ---------------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads the tables of one file; every error begins with the file's name and the place in it."""

    def __init__(self, source: str):
        self.source = source
        self.contrasts: dict[str, Asked] = {}

    def wrong(self, place: str, what: object) -> InputError:
        where = f"{self.source}, {place}" if place else self.source
        return InputError(f"{where}: {what}")

    # Values

    def keys(self, table: Mapping, allowed: Iterable[str], needed: Iterable[str], place: str) -> None:
        allowed = tuple(allowed)
        for key in table:
            if key not in allowed:
                near = str(unknown("key", str(key), allowed)).replace("; 'netralitas keys' lists them all", "")
                raise self.wrong(place, f"{near}; the keys are {', '.join(allowed)}")
        for key in needed:
            if key not in table:
                raise self.wrong(place, f"{key} is missing")

    def table(self, found: object, place: str) -> Mapping:
        if not isinstance(found, Mapping):
            raise self.wrong(place, f"must be a table, and is {found!r:.60}")
        return found

    def list(self, found: object, place: str, fewest: int = 1, most: int = 20) -> list:
        if not isinstance(found, list) or not fewest <= len(found) <= most:
            raise self.wrong(place, f"must be a list of {fewest} to {most} entries")
        return found

    def words(self, found: object, place: str, told: bool = False) -> Words:
        """Return a text in all languages; only where ``told`` may it say what the model said."""
        table = self.table(found, place)
        self.keys(table, LANGUAGES, LANGUAGES, place)
        for language, text in table.items():
            if not isinstance(text, str) or not text.strip():
                raise self.wrong(f"{place}.{language}", "must be a text that is not empty")
            for placeholder in PLACEHOLDER.findall(text):
                self.placeholder(placeholder, f"{place}.{language}", told)
        by_language = [sorted(PLACEHOLDER.findall(table[language])) for language in LANGUAGES]
        if any(one != by_language[0] for one in by_language):
            raise self.wrong(place, "the languages do not say the same numbers in braces")
        return {language: table[language].strip() for language in LANGUAGES}

    def placeholder(self, text: str, place: str, told: bool) -> None:
        if not told:
            raise self.wrong(place, f"{{{text}}} would tell what the model says too early; only reveal, debrief and explains may")
        contrast, _, what = text.partition(".")
        self.contrast_name(contrast, f"{place}, {{{text}}}")
        if what not in TOLD:
            raise self.wrong(place, f"{{{text}}} must end in one of {', '.join(TOLD)}")

    def contrast_name(self, found: object, place: str) -> str:
        if not isinstance(found, str) or found not in self.contrasts:
            raise self.wrong(place, f"there is no contrast named {found!r} here; there are {', '.join(self.contrasts)}")
        return found

    def one_of(self, found: object, known: Iterable[str], place: str) -> str:
        if found not in tuple(known):
            raise self.wrong(place, f"{found!r} is none of {', '.join(known)}")
        return str(found)

    def limits(self, found: object, place: str) -> tuple[float, float]:
        numbers = isinstance(found, list) and len(found) == 2 and all(
            isinstance(one, int | float) and not isinstance(one, bool) for one in found)
        if not numbers or not found[0] < found[1]:
            raise self.wrong(place, f"must be two numbers, the lower first, and is {found!r:.60}")
        return float(found[0]), float(found[1])

    # Parts

    def lesson(self, table: Mapping) -> Lesson:
        name = self.source.removesuffix(".toml")
        if not NAME.fullmatch(name):
            raise self.wrong("", "the file's name must be two digits and small letters, as 13_my_lesson.toml")
        parts = ("minutes", "title", "asks", "story", "words", "levers", "contrast", "prediction", "experiment",
                 "reveal", "debrief", "question", "reading")
        self.keys(table, parts, parts, "")
        if type(table["minutes"]) is not int or not 5 <= table["minutes"] <= 240:
            raise self.wrong("minutes", f"must be a whole number from 5 to 240, and is {table['minutes']!r:.60}")
        for one, contrast in self.table(table["contrast"], "contrast").items():
            self.contrasts[one] = self.asked(contrast, f"contrast.{one}")
        if not self.contrasts:
            raise self.wrong("contrast", "there must be one at least")
        return Lesson(
            name, table["minutes"], self.words(table["title"], "title"), self.words(table["asks"], "asks"),
            self.words(table["story"], "story"),
            tuple(self.term(one) for one in self.list(table["words"], "words", 0)),
            tuple(self.lever(one) for one in self.list(table["levers"], "levers", 1, 8)),
            self.contrasts, self.prediction(table["prediction"]), self.experiment(table["experiment"]),
            self.words(table["reveal"], "reveal", told=True), self.debrief(table["debrief"]),
            tuple(self.question(one, f"question {number}") for number, one in enumerate(
                self.list(table["question"], "question", 2, MOST_QUESTIONS), 1)),
            tuple(self.reading(one, f"reading {number}") for number, one in enumerate(self.list(table["reading"], "reading"), 1)))

    def asked(self, found: object, place: str) -> Asked:
        table = self.table(found, place)
        own = ("name", "first_name", "second_name")
        self.keys(table, (*own, *CONTRAST_KEYS), own, place)
        contrast = read_contrast({key: value for key, value in table.items() if key not in own}, f"{self.source}, {place}")
        if contrast.months not in WINDOWS:
            raise self.wrong(place, f"months must be one of {', '.join(WINDOWS)} in a lesson")
        try:
            scenarios = contrast.settings()
            small = within_limits(scenarios[0]) is scenarios[0]
        except ScenarioError as error:
            raise self.wrong(place, error) from None
        if not small:
            raise self.wrong(place, f"the scenario {contrast.scenario} is too large to answer at once; take one of a single region")
        return Asked(contrast, *(self.words(table[key], f"{place}.{key}") for key in own))

    def term(self, found: object) -> str:
        known = texts_of("en", FOLDER / "texts").sections["term_name"]
        if not isinstance(found, str) or found not in known:
            raise self.wrong("words", f"{found!r} is not in the glossary; there are {', '.join(known)}")
        return found

    def lever(self, found: object) -> str:
        if not isinstance(found, str) or found not in PARAMETERS:
            raise self.wrong("levers", unknown("parameter", str(found), PARAMETERS))
        if PARAMETERS[found].role != "lever":
            raise self.wrong("levers", f"{found} is no lever that a government could decide; "
                                       "'netralitas parameters --role lever' lists those")
        return found

    def prediction(self, found: object) -> Prediction:
        table = self.table(found, "prediction")
        self.keys(table, ("contrast", "text", "guess"), ("contrast", "text", "guess"), "prediction")
        return Prediction(self.contrast_name(table["contrast"], "prediction.contrast"), self.words(table["text"], "prediction.text"),
                          self.limits(table["guess"], "prediction.guess"))

    def experiment(self, found: object) -> Experiment:
        table = self.table(found, "experiment")
        self.keys(table, ("contrast", "text"), ("contrast", "text"), "experiment")
        return Experiment(self.contrast_name(table["contrast"], "experiment.contrast"), self.words(table["text"], "experiment.text"))

    def debrief(self, found: object) -> Debrief:
        table = self.table(found, "debrief")
        self.keys(table, ("text", "limits", "discuss"), ("text", "limits", "discuss"), "debrief")
        discuss = self.list(table["discuss"], "debrief.discuss")
        return Debrief(self.words(table["text"], "debrief.text", told=True), self.words(table["limits"], "debrief.limits", told=True),
                       tuple(self.words(one, f"debrief.discuss {number}", told=True) for number, one in enumerate(discuss, 1)))

    def question(self, found: object, place: str) -> Question:
        table = self.table(found, place)
        kind = self.one_of(table.get("kind"), KINDS, f"{place}.kind")
        if kind == "number":
            keys = ("kind", "text", "explains", "contrast", "of")
            self.keys(table, keys, keys, place)
            return Number(self.words(table["text"], f"{place}.text"), self.words(table["explains"], f"{place}.explains", told=True),
                          self.contrast_name(table["contrast"], f"{place}.contrast"), self.one_of(table["of"], AMOUNTS, f"{place}.of"))
        self.keys(table, ("kind", "text", "option"), ("kind", "text", "option"), place)
        options = tuple(self.option(one, f"{place}, option {number}") for number, one in enumerate(
            self.list(table["option"], f"{place}.option", 2, 6), 1))
        if not any(option.right for option in options):
            raise self.wrong(place, "no option says when it is right; one at least needs right = { … }")
        return Choice(self.words(table["text"], f"{place}.text"), options)

    def option(self, found: object, place: str) -> Option:
        table = self.table(found, place)
        self.keys(table, ("text", "explains", "right"), ("text", "explains"), place)
        right = self.condition(table["right"], f"{place}.right") if "right" in table else None
        return Option(self.words(table["text"], f"{place}.text"), self.words(table["explains"], f"{place}.explains", told=True), right)

    def condition(self, found: object, place: str) -> Condition:
        table = self.table(found, place)
        if set(table) == {"has"}:
            if table["has"] not in PARAMETERS and table["has"] not in MEASURES:
                raise self.wrong(place, unknown("parameter", str(table["has"]), [*PARAMETERS, *MEASURES]))
            return Condition(has=table["has"])
        kinds = ("found", "smaller_than", "worlds", "against")
        self.keys(table, ("contrast", *kinds, "has"), ("contrast",), place)
        if len(table) != 2:
            raise self.wrong(place, f"must have contrast and one of {', '.join(kinds)}, or has alone")
        contrast = self.contrast_name(table["contrast"], f"{place}.contrast")
        kind = next(key for key in kinds if key in table)
        if kind == "found":
            return Condition(contrast, found=self.one_of(table["found"], DIRECTIONS, f"{place}.found"))
        if kind == "smaller_than":
            return Condition(contrast, smaller_than=self.contrast_name(table["smaller_than"], f"{place}.smaller_than"))
        return Condition(contrast, **{kind: self.limits(table[kind], f"{place}.{kind}")})

    def reading(self, found: object, place: str) -> Reading:
        table = self.table(found, place)
        self.keys(table, ("evidence", "document", "text"), (), place)
        if set(table) == {"document", "text"}:
            path = str(table["document"])
            if Path(path).is_absolute() or ".." in Path(path).parts or not (ROOT / path).is_file():
                raise self.wrong(f"{place}.document", f"there is no document {path!r:.80} in the project")
            return Reading(self.words(table["text"], f"{place}.text"), document=path)
        if set(table) != {"evidence"}:
            raise self.wrong(place, "must have evidence alone, or document and text")
        known = sources()
        if table["evidence"] not in known:
            raise self.wrong(f"{place}.evidence", f"{table['evidence']!r} is not in evidence.toml; there are {', '.join(known)}")
        entry = known[table["evidence"]]
        return Reading(entry.what, {language: source.partition(INPUT[language])[0] for language, source in entry.source.items()},
                       entry.url)


@cache
def sources() -> dict[str, Pattern | Fact]:
    """Return what further reading can name: patterns and facts by name, evidence to the contrary by its source."""
    known = evidence()
    return {**known.patterns, **{one.name: one for one in known.facts}, **{one.source["en"]: one for one in known.counter_evidence}}
