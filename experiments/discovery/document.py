"""Where things fail, in sentences."""

from __future__ import annotations

from math import isinf
from pathlib import Path

from experiments.discovery.prim import Box, Restriction
from experiments.discovery.results import COMMAND, QUESTIONS, RESULTS, Found, found_of
from experiments.documents import write_in_languages
from experiments.language import Texts, texts_of, unit_of_parameter

FOLDER = Path(__file__).parent / "texts"
STEM = "discovery"


def texts(language: str) -> Texts:
    """Return the texts of this room."""
    return texts_of(language, FOLDER)


def picture_name(question: str, language: str) -> Path:
    """Return where the picture of a question is, from the document."""
    return Path("discovery") / f"{question}.{language}.png"


def document(table: dict, language: str) -> str:
    """Return the document in a language."""
    words, manifest = texts(language), table["manifest"]
    parts = [
        f"# {words('discovery.title')}",
        words("discovery.opening"),
        words("discovery.made", command=COMMAND, results=RESULTS.as_posix(), model=manifest["model"],
              scenario=manifest["scenario"], worlds=words.number(manifest["worlds"], 0), replicates=manifest["replicates"]),
        words("discovery.how"),
    ]
    for name, found in found_of(table).items():
        parts += [f"## {words(f'{name}.title')}", *sentences_of(name, found, words)]
        if found.boxes:
            parts.append(f"![{words('discovery.picture')}]({picture_name(name, language).as_posix()})")
        parts.append(words(f"{name}.meaning"))
    return "\n\n".join(parts) + "\n"


def sentences_of(name: str, found: Found, words: Texts) -> list[str]:
    """Return what was found for a question: how many worlds fail, and a sentence for each box."""
    told = [words(f"{name}.asked", limit=words.percent(QUESTIONS[name].fails_from), failing=words.percent(found.failing),
                  worlds=words.number(found.worlds, 0))]
    if not found.boxes:
        return [*told, words("discovery.no_box")]
    return told + [_box_in_words(place, box, found, words) for place, box in enumerate(found.boxes, 1)]


def _box_in_words(place: int, box: Box, found: Found, words: Texts) -> str:
    limits = words("discovery.and").join(_restriction_in_words(one, found.factors[one.factor], words)
                                         for one in box.restrictions)
    return words("discovery.box", place=place, limits=limits, density=words.percent(box.density), base=words.percent(box.base),
                 coverage=words.percent(box.coverage), points=box.points)


def _restriction_in_words(one: Restriction, name: str, words: Texts) -> str:
    kind = "above" if isinf(one.high) else "below" if isinf(one.low) else "between"
    chance = words("discovery.hardly") if one.chance < 0.001 else words.number(one.chance, 3)
    low, high = (words.plain(float(f"{end:.2g}")) if not isinf(end) else "" for end in (one.low, one.high))
    if kind == "above":
        low = words.with_unit(low, unit_of_parameter(name))
    else:
        high = words.with_unit(high, unit_of_parameter(name))
    return words(f"discovery.{kind}", name=f"`{name}`", low=low, high=high, chance=chance)


def write_documents(table: dict, folder: Path) -> list[Path]:
    """Write document and pictures in every language; return where they are."""
    from experiments.discovery.pictures import picture_of

    found = found_of(table)
    return write_in_languages(folder, STEM, lambda language: document(table, language), lambda language: (
        (picture_name(name, language), picture_of(QUESTIONS[name], one, texts(language))) for name, one in found.items() if one.boxes))
