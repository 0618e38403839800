"""English and Bahasa Indonesia: words of the model, numbers, and the texts of each room.

Words of the model stand in ``experiments/texts/``, the texts of a room in a folder of its own; a file is called
``name.language.toml``, so that both languages lie side by side. No section may stand in two files of a language.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path

from model.measures import MEASURES
from model.parameters import PARAMETERS

MODEL_WORDS = Path(__file__).parent / "texts"
LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}
PER_CENT = ("share of staff", "share of reports", "share of acts", "share of decisions", "share of posts",
            "share of elections")
"""Units of measures that are shown in per cent."""
OF_ONE = "{unit}, 0 to 1"
"""Such a unit where it is not shown in per cent: a parameter's, which is written as in a file."""
UNSAID = ("ratio", "probability", "share", "exponent", "loyalty, 0 to 1", *(OF_ONE.format(unit=unit) for unit in PER_CENT))
"""Units that stand on axes but not behind numbers in a sentence."""


class Texts:
    """The words of the model and the texts of one room in one language.

    Parameters
    ----------
    language : str
        One of ``LANGUAGES``.
    folder : pathlib.Path
        Where the room's texts are.
    """

    def __init__(self, language: str, folder: Path):
        self.language = language
        self.sections: dict[str, dict[str, str]] = {}
        for path in files_of(language, folder):
            sections = tomllib.loads(path.read_text("utf-8"))
            if twice := self.sections.keys() & sections.keys():
                raise ValueError(f"{path} repeats the section {', '.join(sorted(twice))}")
            self.sections |= sections

    def __call__(self, key: str, **values: object) -> str:
        """Return a text, its words in braces filled in: ``texts("effect.up", size="3.1")``."""
        section, _, name = key.partition(".")
        text = self.sections[section][name]
        return text.format(**values) if values else text

    # Names of the model's own quantities ---------------------------------------------------------------------

    def parameter(self, name: str) -> str:
        """Return what a parameter is called; one that is not in the texts, by its name."""
        return self.sections.get("parameter", {}).get(name) or _as_words(name)

    def meaning(self, name: str) -> str:
        """Return what a parameter means, in one sentence."""
        return self.sections.get("meaning", {}).get(name) or PARAMETERS[name].meaning

    def source(self, name: str) -> str:
        """Return where a parameter's default comes from."""
        return self.sections.get("source", {}).get(name) or PARAMETERS[name].source

    def measure(self, name: str) -> str:
        """Return what a measure is called."""
        return self.sections.get("measure", {}).get(name) or _capital(MEASURES[name].label)

    def definition(self, name: str) -> str:
        """Return what a measure means, in one sentence."""
        return self.sections.get("definition", {}).get(name) or MEASURES[name].definition

    def scenario(self, name: str, title: str) -> str:
        """Return what a ready scenario is called, ``title`` being its own word, or that of one that is not ready-made."""
        return self.sections.get("scenario", {}).get(name, title)

    def group(self, name: str) -> str:
        """Return what a group of parameters is called."""
        return self.sections.get("group", {}).get(name) or _capital(name)

    def category(self, name: str) -> str:
        """Return what a rank, camp, channel or place is called."""
        return self.sections.get("category", {}).get(name, name)

    def description(self, name: str, described: str) -> str:
        """Return what a ready scenario is about, ``described`` being its own words."""
        return self.sections.get("description", {}).get(name, described)

    def unit(self, unit: str) -> str:
        """Return a unit as it stands on an axis or in a table."""
        return self.sections["unit"].get(unit, unit)

    def unit_of_difference(self, unit: str) -> str:
        """Return a unit as it stands behind a difference."""
        return self("number.points") if unit in PER_CENT else self.unit(unit)

    # Numbers ---------------------------------------------------------------------------------------------------

    def number(self, value: float, decimals: int = 2) -> str:
        """Return a number as it is written in this language."""
        if not math.isfinite(value):
            return self("number.none")
        sign = "−" if value < 0 and float(f"{value:.{decimals}f}") else ""
        return sign + self.rewritten(f"{abs(value):,.{decimals}f}")

    def whole(self, value: int) -> str:
        """Return a whole number, however large, as it is written in this language."""
        return self.rewritten(f"{value:,}")

    def rewritten(self, number: str) -> str:
        """Return a number that the program wrote, with the marks of this language."""
        marks = {",": self("number.thousands"), ".": self("number.decimal")}
        return "".join(marks.get(character, character) for character in number)

    def plain(self, value: float) -> str:
        """Return a number with as few decimals as it needs, four digits at most."""
        if not math.isfinite(value):
            return self("number.none")
        rounded = float(f"{value:.4g}")
        written = f"{rounded:.10f}".rstrip("0").rstrip(".")
        return self.number(rounded, len(written.partition(".")[2]))

    def quantity(self, value: float, unit: str, decimals: int) -> str:
        """Return a number with its unit."""
        return self.with_unit(self.number(value, decimals), unit)

    def plain_quantity(self, value: float, unit: str) -> str:
        """Return a number with as few decimals as it needs and its unit."""
        return self.with_unit(self.plain(value), unit)

    def with_unit(self, written: str, unit: str) -> str:
        """Return a written number with its unit, unless that goes without saying; no space stands before the sign of per cent."""
        behind = self.unit(unit)
        if unit in UNSAID or not behind:
            return written
        return f"{written}{behind}" if behind.startswith("%") else self("number.of", value=written, unit=behind)

    def percent(self, share: float, decimals: int = 0) -> str:
        """Return a share (0 to 1) as a percentage."""
        return f"{self.number(100.0 * share, decimals)}%" if math.isfinite(share) else self("number.none")

    def tick(self, value: float, _: object = None) -> str:
        """Return a number on an axis, in the way that matplotlib asks for it."""
        return self.plain(0.0 if abs(value) < 1e-12 else value)


def unscaled(unit: str) -> str:
    """Return, for :meth:`Texts.unit`, the unit of a number that is shown as it is where a measure would be in per cent."""
    return OF_ONE.format(unit=unit) if unit in PER_CENT else unit


def unit_of_parameter(name: str) -> str:
    """Return the unit of a parameter for :meth:`Texts.unit`."""
    return unscaled(PARAMETERS[name].unit)


def scale_of(unit: str) -> float:
    """Return what a measure of a unit is multiplied by to be shown."""
    return 100.0 if unit in PER_CENT else 1.0


def decimals_for(half: float, value: float = float("nan")) -> int:
    """Return how many decimals a number deserves.

    Half the width of its interval is shown with one digit, or two where the first is below 5; without an interval the
    number itself has three.
    """
    known = math.isfinite(half) and half > 0.0
    size = half if known else abs(value)
    if not math.isfinite(size) or size == 0.0:
        return 2
    first = math.floor(math.log10(size))
    digits = 3 if not known else 2 if size < 5.0 * 10.0**first else 1
    return min(5, max(0, digits - 1 - first))


def within(label: str) -> str:
    """Return a label as it stands inside a sentence: without its capital, unless it is an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _as_words(name: str) -> str:
    return _capital(name.replace("_", " "))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def files_of(language: str, folder: Path) -> list[Path]:
    """Return the files that a room's texts in a language are made of, the model's words first."""
    return [*sorted(MODEL_WORDS.glob(f"*.{language}.toml")), *sorted(folder.glob(f"*.{language}.toml"))]


@cache
def texts_of(language: str, folder: Path) -> Texts:
    """Return the texts of a language and a room, read once."""
    return Texts(language, folder)
