"""Says in another language what is wrong with a scenario; the model itself says it in English.

An error is recognised by its words, and what stands between them is put into the same sentence of the other language;
where that is a sentence or a known phrase itself, it is translated, too. What is not recognised stays English.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from experiments.language import Texts

FILE = "sentences.{language}.toml"
FOLDER = Path(__file__).parent / "texts"
_GAP = re.compile(r"\{\d\}")
DEEPEST = 4  # sentences within sentences
_GAP_OF_A_UNIT = {"{0} to {1} ({2})": "2"}  # "months" is a unit there, and elsewhere a name


@cache
def sentences_of(language: str) -> tuple[tuple[re.Pattern, str, str], ...]:
    """Return what recognises an English sentence, the same in a language, and its gap for a unit; the longest first."""
    path = FOLDER / FILE.format(language=language)
    if not path.exists():
        return ()
    pairs = tomllib.loads(path.read_text("utf-8"))["sentence"].items()
    longest_first = sorted(pairs, key=lambda pair: -len(_GAP.sub("", pair[0])))
    return tuple((_recognising(english), other, _GAP_OF_A_UNIT.get(english, "")) for english, other in longest_first)


def _recognising(english: str) -> re.Pattern:
    pieces = [re.escape(piece) for piece in _GAP.split(english)]
    groups = [f"(?P<gap{gap[1]}>.*?)" for gap in _GAP.findall(english)]
    return re.compile("".join(piece + group for piece, group in zip(pieces, [*groups, ""], strict=True)), re.DOTALL)


def in_language(sentence: str, texts: Texts, depth: int = 0) -> str:
    """Return what an error says, in the language of the texts.

    Parameters
    ----------
    sentence : str
        An error's message, in English.
    texts : Texts
        Of the language that is wanted.
    """
    if depth <= DEEPEST:
        for recognising, other, unit in sentences_of(texts.language):
            if found := recognising.fullmatch(sentence):
                gaps = {name.removeprefix("gap"): text for name, text in found.groupdict().items()}
                filled = {place: texts.unit(text) if place == unit else in_language(text, texts, depth + 1)
                          for place, text in gaps.items()}
                return _GAP.sub(lambda gap: filled[gap[0][1]], other)
    return sentence
