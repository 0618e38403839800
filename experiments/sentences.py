"""Says in another language what is wrong with a scenario or a design; the model and the command line say it in English.

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
GAP = re.compile(r"\{(\d)(?::(\w+))?\}")
"""What is put in, by its place; behind a colon its kind, one of ``KINDS``."""
KINDS = {"": ".*?", "number": r"-?[\d,]+(?:\.\d+)?(?:e[-+]?\d+)?", "unit": ".*?", "hint": r"(?: \(.*\)|; .*)?"}
"""What is recognised as each kind: anything, a number of the program (a file's own is left as it is written there), a unit,
and the end of a sentence that may be missing."""
DEEPEST = 5  # sentences within sentences


class Sentence:
    """One sentence or phrase in two languages.

    Parameters
    ----------
    english, other : str
        With gaps.
    """

    def __init__(self, english: str, other: str):
        self.other = other
        self.kinds = {place: kind or "" for place, kind in GAP.findall(english)}
        self.length = len(GAP.sub("", english))
        pieces = [re.escape(piece) for piece in GAP.split(english)[::3]]
        groups = [f"(?P<gap{place}>{KINDS[kind]})" for place, kind in self.kinds.items()]
        self._recognising = re.compile("".join(part for pair in zip(pieces, [*groups, ""], strict=True) for part in pair), re.DOTALL)

    def gaps(self, sentence: str) -> dict[str, str] | None:
        """Return what fills the gaps in a sentence, by place; None where it is another sentence."""
        found = self._recognising.fullmatch(sentence)
        return found and {name.removeprefix("gap"): text for name, text in found.groupdict().items()}


@cache
def sentences_of(language: str) -> tuple[tuple[Sentence, ...], dict[str, str]]:
    """Return the sentences of a language, the longest first, and its words for units that measures do not have."""
    path = FOLDER / FILE.format(language=language)
    if not path.exists():
        return (), {}
    tables = tomllib.loads(path.read_text("utf-8"))
    pairs = [Sentence(english, other) for english, other in tables["sentence"].items()]
    return tuple(sorted(pairs, key=lambda pair: -pair.length)), tables["unit_in_sentence"]


def in_language(sentence: str, texts: Texts, depth: int = 0) -> str:
    """Return what an error says, in the language of the texts.

    Parameters
    ----------
    sentence : str
        An error's message, in English.
    texts : Texts
        Of the language that is wanted.
    """
    sentences, units = sentences_of(texts.language)

    def filled(text: str, kind: str) -> str:
        if kind == "number":
            return texts.rewritten(text)
        if kind == "unit":
            return units.get(text) or texts.unit(text)
        return in_language(text, texts, depth + 1)

    if depth <= DEEPEST:
        for one in sentences:
            if (gaps := one.gaps(sentence)) is not None:
                return GAP.sub(lambda gap, one=one, gaps=gaps: filled(gaps[gap[1]], one.kinds[gap[1]]), one.other)
    return sentence
