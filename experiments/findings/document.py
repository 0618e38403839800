"""The findings in words: for the document and the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from experiments.contrast import SPACES, Contrast, Robustness
from experiments.documents import markdown_table, write_in_languages
from experiments.evidence.observed import evidence
from experiments.findings.catalogue import Finding, findings
from experiments.findings.results import (
    COMMAND,
    RESULTS,
    Answer,
    Answered,
    Results,
)
from experiments.language import (
    PER_CENT,
    Texts,
    decimals_for,
    scale_of,
    texts_of,
)
from model.measures import MEASURES, column_parts

FOLDER = Path(__file__).parent / "texts"
STEM = "findings"


@dataclass(frozen=True)
class Line:
    """One contrast in words: what was compared, what was measured, both values, the difference, and what became of it.

    Attributes
    ----------
    compared, measure, months, first, second, difference : str
    expected, found : str
        Directions in words.
    worlds : tuple of str
        In how many plausible worlds it came out as expected, by space; empty for a check.
    """

    compared: str
    measure: str
    months: str
    first: str
    second: str
    difference: str
    expected: str
    found: str
    worlds: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A finding in the words of one language.

    Attributes
    ----------
    name, title, speaks_to, outcome, why, limits, mode : str
    sentences : tuple of str
        What came out; if it hangs on an input, the first says so.
    lines : tuple of Line
        All contrasts, then the checks.
    """

    name: str
    title: str
    speaks_to: str
    outcome: str
    why: str
    limits: str
    mode: str
    sentences: tuple[str, ...]
    lines: tuple[Line, ...]


def texts(language: str) -> Texts:
    """Return the texts of this room."""
    return texts_of(language, FOLDER)


def entries_of(results: Results, language: str) -> list[Entry]:
    """Return all findings that were asked, in words."""
    words = texts(language)
    return [_entry(finding, results.answered[name], results.manifest["replicates"], words)
            for name, finding in findings().items() if name in results.answered]


def _entry(finding: Finding, answered: Answered, replicates: int, words: Texts) -> Entry:
    scenarios = {one.scenario for one in finding.contrasts.values()}
    mode = words("findings.mode", mode=words(f"findings.{'laboratory' if scenarios == {'laboratory'} else 'election'}"),
                 scenarios=", ".join(f"`{name}`" for name in sorted(scenarios)), replicates=replicates)
    lines = [_line(words(f"{finding.name}.{name}"), contrast, answered.contrasts[name], words)
             for name, contrast in finding.contrasts.items()]
    lines += [_line(f"{words(f'{finding.name}.{name}')}, {words(f'{finding.name}.check_{name}')}", contrast,
                    answered.checks[name], words) for name, contrast in finding.checks.items()]
    return Entry(finding.name, words(f"{finding.name}.title"), words(f"speaks_to.{finding.speaks_to}"),
                 words(f"findings_outcome.{outcome_of(finding, answered)}"), words(f"{finding.name}.why"),
                 words(f"{finding.name}.limits"), mode, tuple(_sentences(finding, answered, words)), tuple(lines))


def outcome_of(finding: Finding, answered: Answered) -> str:
    """Return whether the first contrast of a finding came out as expected: "yes", "no", "opposite" or "open"."""
    name, contrast = next(iter(finding.contrasts.items()))
    found = answered.contrasts[name].direction
    if found == contrast.expected:
        return "yes"
    if found == "unclear":
        return "open"
    return "opposite" if {found, contrast.expected} == {"rises", "falls"} else "no"


def _sentences(finding: Finding, answered: Answered, words: Texts) -> list[str]:
    """Return what came out; that something hangs on an input comes first."""
    checked, plain = [], []
    for name, contrast in finding.checks.items():
        check, main = answered.checks[name], answered.contrasts[name]
        kind = "holds_without" if check.direction == main.direction else "holds_by_input"
        sentence = words(f"findings_sentence.{kind}", check=words(f"{finding.name}.check_{name}"),
                         measure=_measure(contrast, words).lower(), direction=words(f"direction.{check.direction}"),
                         difference=_difference(contrast, check, words))
        (checked if kind == "holds_by_input" else plain).append(sentence)
    told = []
    for name, contrast in finding.contrasts.items():
        answer = answered.contrasts[name]
        first, second = _values(contrast, answer, words)
        told.append(words("findings_sentence.result", compared=words(f"{finding.name}.{name}"),
                          measure=_measure(contrast, words).lower(), direction=words(f"direction.{answer.direction}"),
                          first=first, second=second, difference=_difference(contrast, answer, words))
                    + " " + _in_worlds(contrast, answer.robustness[SPACES[0]], words))
    return [*checked, *told, *plain]


def _in_worlds(contrast: Contrast, found: Robustness, words: Texts) -> str:
    held = round(found.share * found.points) if found.points else 0
    return words("findings_sentence.worlds", held=held, points=found.points, rises=found.rises, falls=found.falls,
                 neither=found.neither)


def _line(compared: str, contrast: Contrast, answer: Answer, words: Texts) -> Line:
    first, second = _values(contrast, answer, words)
    worlds = tuple(words.percent(answer.robustness[space].share) for space in SPACES if answer.robustness)
    return Line(compared, _measure(contrast, words), _months(contrast, words), first, second,
                _difference(contrast, answer, words), words(f"direction.{contrast.expected}"),
                words(f"direction.{answer.direction}"), worlds)


def _unit(contrast: Contrast) -> str:
    return MEASURES[column_parts(contrast.measure)[0]].unit


def _measure(contrast: Contrast, words: Texts) -> str:
    name, category = column_parts(contrast.measure)
    return f"{words.measure(name)} ({words.category(category)})" if category else words.measure(name)


def _months(contrast: Contrast, words: Texts) -> str:
    if isinstance(contrast.months, str):
        return words(f"findings_months.{contrast.months}")
    return words("findings_months.range", first=contrast.months[0], last=contrast.months[1])


def _values(contrast: Contrast, answer: Answer, words: Texts) -> tuple[str, str]:
    unit, effect = _unit(contrast), answer.effect
    scale = scale_of(unit)
    decimals = 1 if unit in PER_CENT else decimals_for(scale * effect.half)
    return (words.quantity(scale * effect.baseline, unit, decimals), words.quantity(scale * effect.value, unit, decimals))


def _difference(contrast: Contrast, answer: Answer, words: Texts) -> str:
    unit, effect = _unit(contrast), answer.effect
    scale = scale_of(unit)
    decimals = decimals_for(scale * effect.half)
    return words("findings_sentence.difference", value=words.number(scale * effect.difference, decimals),
                 low=words.number(scale * effect.low, decimals), high=words.number(scale * effect.high, decimals),
                 unit=words.unit_of_difference(unit))


# The document ----------------------------------------------------------------------------------------------------------


def picture_name(name: str, language: str) -> Path:
    """Return where a finding's picture is, from the document."""
    return Path("findings") / f"{name}.{language}.png"


def document(results: Results, language: str) -> str:
    """Return the document in a language."""
    words, manifest = texts(language), results.manifest
    found = entries_of(results, language)
    parts = [
        f"# {words('findings.title')}",
        words("findings.opening"),
        f"**{words('findings.scale')}** {evidence().scale[language]}",
        words("findings.caution"),
        words("findings.made", command=COMMAND, results=RESULTS.as_posix(), model=manifest["model"]),
        words("findings.how", replicates=manifest["replicates"], points=manifest["points"],
              each=manifest["replicates_of_a_point"], wide=round(98 / manifest["points"] ** 0.5)),
        f"## {words('findings.overview')}",
        markdown_table([words(f"findings_column.{name}") for name in ("finding", "speaks_to", "outcome", "worlds")],
               [[f"[{one.title}](#{_anchor(one.title)})", one.speaks_to, one.outcome, _first_world(one)] for one in found]),
        *(_section(one, words) for one in found),
    ]
    return "\n\n".join(parts) + "\n"


def _first_world(entry: Entry) -> str:
    return entry.lines[0].worlds[0] if entry.lines[0].worlds else "–"


def _section(entry: Entry, words: Texts) -> str:
    head = ("compared", "measure", "first", "second", "difference", "expected", "found", "assumptions", "policies")
    rows = [[line.compared, f"{line.measure}, {line.months}", line.first, line.second, line.difference, line.expected,
             f"**{line.found}**", *(line.worlds or ("–", "–"))] for line in entry.lines]
    picture = picture_name(entry.name, words.language).as_posix()
    return "\n\n".join([
        f"## {entry.title}",
        " ".join(entry.sentences),
        f"![{entry.title} {words('picture.findings')}]({picture})",
        markdown_table([words(f"findings_column.{name}") for name in head], rows),
        f"**{words('findings.why')}.** {entry.why}",
        f"**{words('findings.limits')}.** {entry.limits}",
        f"*{entry.mode}*",
    ])


def _anchor(heading: str) -> str:
    """Return what links to a heading are called where Markdown is shown."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def write_documents(results: Results, folder: Path) -> list[Path]:
    """Write document and pictures in every language; return where they are."""
    from experiments.findings.pictures import picture_of

    return write_in_languages(folder, STEM, lambda language: document(results, language), lambda language: (
        (picture_name(name, language), picture_of(findings()[name], one, texts(language)))
        for name, one in results.answered.items()))
