"""What was found, in words: for the documents, the command line and the app's page about the model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from experiments.documents import markdown_table, write_in_languages
from experiments.evidence.contrasts import CONTRASTS
from experiments.evidence.observed import Fact, Pattern, evidence
from experiments.evidence.results import COMMAND, RESULTS, read_results
from experiments.evidence.verdict import NOT_COMPARED, VERDICTS
from experiments.language import Texts, texts_of, within
from model.scenario import load_scenario

FOLDER = Path(__file__).parent / "texts"
STEM = "evidence"


@dataclass(frozen=True)
class Number:
    """One simulated number: what it is, its value with interval, its verdict ("" where nothing is asked of it)."""

    what: str
    value: str
    verdict: str


@dataclass(frozen=True)
class Comparison:
    """A pattern beside what the model makes of it, in the words of one language.

    Attributes
    ----------
    name : str
        The pattern's, as the code calls it.
    title, what, observed, source, note : str
        What is known.
    url : str
        Where it was read; "" where the address was not kept.
    compared, caveat : str
        What may be compared, and what never.
    simulated : tuple of Number
        What the model says; empty where nothing is compared.
    setting : str
        Mode, scenario, policies and months; "" where nothing is compared.
    verdict, judged : str
        One of ``VERDICTS``, and the same in words.
    used, input : str, bool
        Whether it went into the model, in words; whether a parameter was set from it.
    """

    name: str
    title: str
    what: str
    observed: str
    source: str
    note: str
    url: str
    compared: str
    caveat: str
    simulated: tuple[Number, ...]
    setting: str
    verdict: str
    judged: str
    used: str
    input: bool


def texts(language: str) -> Texts:
    """Return the texts of this room."""
    return texts_of(language, FOLDER)


def comparisons(results: dict, language: str = "en") -> list[Comparison]:
    """Return every pattern beside what the model makes of it, in the order of the file."""
    words = texts(language)
    return [_comparison(pattern, results, words) for pattern in evidence().patterns.values()]


def stored_comparisons(language: str = "en") -> list[Comparison]:
    """Return the comparisons from the results beside the project's documents: what the app's page shows.

    Raises
    ------
    InputError
        If the results are not there, as in an installation without documents.
    """
    return comparisons(read_results(), language)


def tally_of(found: list[Comparison]) -> dict[str, int]:
    """Return how many patterns there are of each verdict, those apart that went in as input."""
    judged = [one for one in found if not one.input]
    return {verdict: sum(one.verdict == verdict for one in judged) for verdict in VERDICTS}


def _comparison(pattern: Pattern, results: dict, words: Texts) -> Comparison:
    code = words.language
    told = results["patterns"].get(pattern.name)
    verdict = told["verdict"] if told else NOT_COMPARED
    return Comparison(
        pattern.name, pattern.title[code], pattern.what[code], pattern.shown[code], _source(pattern, words),
        pattern.note[code], pattern.url, words(f"compare.{pattern.compare}"), words(f"caveat.{pattern.compare}"),
        tuple(_number(pattern.name, claim, found, words) for claim, found in told["claims"].items()) if told else (),
        _setting(told, results["manifest"], words) if told else "", verdict,
        words(f"verdict.{verdict.replace(' ', '_')}"), words(f"use.{pattern.use}"), pattern.use == "input")


def plain(told: str) -> str:
    """Return a text without the marks that Markdown has around names of the code."""
    return told.replace("`", "")


def _source(known: Pattern | Fact, words: Texts) -> str:
    source = known.source[words.language]
    return source if known.status in ("", "read") else f"{source} ({words('status.unverified')})"


def _number(pattern: str, claim: str, found: Mapping[str, object], words: Texts) -> Number:
    unit = next(one.unit for one in CONTRASTS[pattern].claims if one.name == claim)
    scale, decimals = (100.0, 1) if unit else (1.0, 3)
    numbers = {end: words.number(scale * found[end], decimals) for end in ("value", "low", "high")}
    verdict = words(f"verdict.{found['verdict']}") if found["verdict"] else ""
    return Number(words(f"claim.{claim}"), words(f"evidence.{unit or 'interval'}", **numbers), verdict)


def _setting(told: dict, manifest: dict, words: Texts) -> str:
    worlds = "; ".join(_world(world, manifest, words) for world in told["worlds"])
    return words("evidence.setting", mode=words(f"mode.{told['mode']}"), worlds=worlds,
                 first=told["months"][0], last=told["months"][1], replicates=manifest["replicates"])


def _world(name: str, manifest: dict, words: Texts) -> str:
    world = manifest["worlds"][name]
    scenario = words.scenario(world["scenario"], load_scenario(world["scenario"]).title)
    changes = ", ".join(f"{within(words.parameter(parameter))} {words.plain(value)}" for parameter, value in world["changes"].items())
    return words("evidence.changed", scenario=scenario, changes=changes) if changes else scenario


# The document --------------------------------------------------------------------------------------------------------


def document(results: dict, language: str) -> str:
    """Return the document in Markdown."""
    words, known = texts(language), evidence()
    found = comparisons(results, language)
    manifest = results["manifest"]
    parts = [
        f"# {words('evidence.title')}",
        words("evidence.opening"),
        f"**{words('evidence.scale')}** {known.scale[language]}",
        words("evidence.made", command=COMMAND, results=RESULTS.as_posix(), replicates=manifest["replicates"],
              staff=words.number(manifest["staff"], 0), seed=manifest["seed"],
              last=manifest["seed"] + manifest["replicates"] - 1, model=manifest["model"]),
        f"## {words('evidence.overview')}",
        summary(found, words),
        markdown_table([words(f"column.{name}") for name in ("pattern", "observed", "simulated", "verdict", "used")],
               [[f"[{one.title}](#{_anchor(one.title)})", one.observed, _telling(one), f"**{one.judged}**", one.used]
                for one in found]),
        words("evidence.rules"),
        *(_section(one, words) for one in found),
        f"## {words('evidence.facts')}", _list(known.facts, words),
        f"## {words('evidence.against')}", words("evidence.against_why"), _list(known.counter_evidence, words),
        f"## {words('evidence.limits')}", _list(known.limits, words),
    ]
    return "\n\n".join(parts) + "\n"


def summary(found: list[Comparison], words: Texts) -> str:
    """Return the tally in a sentence: agreement and disagreement alike, what was input apart."""
    tally = tally_of(found)
    open_ones = [one for one in found if one.used == words("use.open") and one.verdict != NOT_COMPARED]
    agreeing = sum(one.verdict == "agrees" for one in open_ones)
    return words("evidence.summary", patterns=len(found), agrees=tally["agrees"], disagrees=tally["disagrees"],
                 undecided=tally["undecided"], none=tally["not compared"], input=sum(one.input for one in found),
                 open=len(open_ones), open_agree=agreeing)


def _telling(one: Comparison) -> str:
    """Return the number on which the verdict on a pattern rests; the first where several do."""
    told = [*(number for number in one.simulated if number.verdict == one.judged), *one.simulated]
    return f"{told[0].what}: {told[0].value}" if told else "–"


def _anchor(heading: str) -> str:
    """Return what links to a heading are called where Markdown is shown."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _section(one: Comparison, words: Texts) -> str:
    source = f"[{one.source}]({one.url})" if one.url else one.source
    lines = [f"### {one.title}", one.what,
             f"{words('column.observed')}: {one.observed}. {words('column.source')}: {source}."]
    if one.simulated:
        lines.append(markdown_table([words("column.number"), words("column.simulated"), words("column.verdict")],
                            [[number.what, number.value, number.verdict or "–"] for number in one.simulated]))
        lines.append(one.setting)
    lines.append(f"**{one.judged}.** {one.compared} {one.caveat} {words('column.used')}: {one.used}. {one.note}")
    return "\n\n".join(lines)


def _list(known: tuple[Fact, ...], words: Texts) -> str:
    return "\n".join(f"- {fact.what[words.language]}{_where(fact, words)}" for fact in known)


def _where(fact: Fact, words: Texts) -> str:
    if fact.source is None:
        return ""
    source = _source(fact, words)
    return f" ({f'[{source}]({fact.url})' if fact.url else source})"


def write_documents(results: dict, folder: Path) -> list[Path]:
    """Write the document in every language; return where they are."""
    return write_in_languages(folder, STEM, lambda language: document(results, language), lambda language: ())
