"""What the page says, in English and Bahasa Indonesia: one file a language in ``texts/``."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}


class Texts:
    """The texts of one language.

    Parameters
    ----------
    language : str
        One of ``LANGUAGES``.
    """

    def __init__(self, language: str):
        self.language = language
        self.sections: dict[str, dict[str, str]] = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))

    def __call__(self, key: str, **values: object) -> str:
        """Return a text, its words in braces filled in: ``texts("now.count", month=3, months=120)``."""
        section, _, name = key.partition(".")
        text = self.sections[section][name]
        return text.format(**values) if values else text

    def of_model(self, english: str) -> str:
        """Return what the model says in English (a title, a unit, a meaning) in this language."""
        return self.sections.get("model", {}).get(english, english)

    def number(self, value: float, decimals: int = 2) -> str:
        """Return a number as it is written in this language."""
        if not math.isfinite(value):
            return self("now.unknown")
        written = f"{abs(value):,.{decimals}f}"
        marks = {",": self("number.thousands"), ".": self("number.decimal")}
        sign = "−" if value < 0 and float(f"{value:.{decimals}f}") else ""
        return sign + "".join(marks.get(character, character) for character in written)

    def percent(self, share: float, decimals: int = 0) -> str:
        """Return a share (0 to 1) as a percentage."""
        return f"{self.number(100.0 * share, decimals)}%" if math.isfinite(share) else self("now.unknown")

    def plain(self, value: float) -> str:
        """Return a number with as few decimals as it needs, six digits at most."""
        written = f"{value:.6g}"
        return self.number(value, len(written.partition(".")[2])) if "e" not in written else written


@cache
def texts_of(language: str) -> Texts:
    """Return the texts of a language, read once."""
    return Texts(language)
