"""What the pages say, in English and Bahasa Indonesia: two files a page in ``texts/``."""

from __future__ import annotations

from pathlib import Path

from experiments import language
from experiments.language import Texts

FOLDER = Path(__file__).parent / "texts"


def texts_of(code: str) -> Texts:
    """Return the texts of a language."""
    return language.texts_of(code, FOLDER)
