"""The findings in words: for the document and the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from experiments.contrast import SPACES, Contrast, Robustness
from experiments.documents import markdown_table, write_in_languages
from experiments.evidence.observed import evidence
from experiments.findings.catalogue import Finding, findings, measure_of
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
from model import load_scenario
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
        ``outcome``: how many contrasts came out as expected.
    worlds : str
        The share of plausible worlds with the expected outcome, from the contrast with the lowest to that with the highest.
    sentences : tuple of str
        What came out; if it hangs on an input, the first says so.
    lines : tuple of Line
        All contrasts, then the checks.
    """

    name: str
    title: str
    speaks_to: str
    outcome: str
    worlds: str
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
    lines = [_line(words(f"{finding.name}.{name}"), measure_of(finding, name, words), contrast, answered.contrasts[name], words)
             for name, contrast in finding.contrasts.items()]
    lines += [_line(f"{words(f'{finding.name}.{name}')}, {words(f'{finding.name}.check_{name}')}",
                    measure_of(finding, name, words), contrast, answered.checks[name], words)
              for name, contrast in finding.checks.items()]
    held, by_input = as_expected(finding, answered)
    outcome = words("findings_outcome.held", held=held, asked=len(finding.contrasts))
    outcome += words("findings_outcome.by_input", by_input=by_input) if by_input else ""
    return Entry(finding.name, words(f"{finding.name}.title"), words(f"speaks_to.{finding.speaks_to}"), outcome,
                 _worlds(answered, words), words(f"{finding.name}.why"), words(f"{finding.name}.limits"),
                 _mode(finding, replicates, words), tuple(_sentences(finding, answered, words)), tuple(lines))


def as_expected(finding: Finding, answered: Answered) -> tuple[int, int]:
    """Return how many contrasts came out as expected, and for how many of these a change of an input undoes it."""
    held = [name for name, contrast in finding.contrasts.items() if answered.contrasts[name].direction == contrast.expected]
    return len(held), sum(name in answered.checks and hangs_on_input(answered, name) for name in held)


def hangs_on_input(answered: Answered, name: str) -> bool:
    """Return whether a contrast comes out otherwise once the input is changed that its check changes."""
    return answered.checks[name].direction != answered.contrasts[name].direction


def _worlds(answered: Answered, words: Texts) -> str:
    shares = [words.percent(share) for share in sorted(answer.robustness[SPACES[0]].share for answer in answered.contrasts.values())]
    return shares[0] if shares[0] == shares[-1] else words("findings_outcome.from_to", low=shares[0], high=shares[-1])


def _mode(finding: Finding, replicates: int, words: Texts) -> str:
    """Return in which mode, with which scenarios and how many replicates it was asked."""
    scenarios: dict[str, list[str]] = {}
    for name in sorted({one.scenario for one in finding.contrasts.values()}):
        scenarios.setdefault(load_scenario(name).mode, []).append(f"`{name}`")
    modes = [words("findings.mode", mode=words(f"findings.{mode}"), scenarios=", ".join(names)) for mode, names in scenarios.items()]
    return words("findings.modes", modes="; ".join(modes), replicates=replicates)


def _sentences(finding: Finding, answered: Answered, words: Texts) -> list[str]:
    """Return what came out; that something hangs on an input comes first."""
    checked, plain = [], []
    for name, contrast in finding.checks.items():
        check = answered.checks[name]
        kind = "holds_by_input" if hangs_on_input(answered, name) else "holds_without"
        sentence = words(f"findings_sentence.{kind}", compared=words(f"{finding.name}.{name}"),
                         check=words(f"{finding.name}.check_{name}"), measure=_in_sentence(finding, name, words),
                         direction=words(f"direction.{check.direction}"), difference=_difference(contrast, check, words))
        (checked if kind == "holds_by_input" else plain).append(sentence)
    told = []
    for name, contrast in finding.contrasts.items():
        answer = answered.contrasts[name]
        first, second = _values(contrast, answer, words)
        told.append(words("findings_sentence.result", compared=words(f"{finding.name}.{name}"),
                          measure=_in_sentence(finding, name, words),
                          direction=words(f"direction.{answer.direction}"),
                          first=first, second=second, difference=_difference(contrast, answer, words))
                    + " " + _in_worlds(answer.direction, answer.robustness[SPACES[0]], words))
    return [*checked, *told, *plain]


def _in_worlds(direction: str, found: Robustness, words: Texts) -> str:
    """Return in how many plausible worlds it comes out as it did with the defaults."""
    held = {"rises": found.rises, "falls": found.falls}.get(direction, found.neither)
    return words("findings_sentence.worlds", held=held, points=found.points, rises=found.rises, falls=found.falls,
                 neither=found.neither)


def _in_sentence(finding: Finding, name: str, words: Texts) -> str:
    """Return what a contrast measures as the subject of a sentence; the names of measures are words of their own."""
    measure, category = column_parts(finding.contrasts[name].measure)
    subject = words.sections["in_sentence"].get(measure)
    if subject and not category:
        return subject
    named = measure_of(finding, name, words)
    return named[:1].lower() + named[1:]


def _line(compared: str, measure: str, contrast: Contrast, answer: Answer, words: Texts) -> Line:
    first, second = _values(contrast, answer, words)
    worlds = tuple(words.percent(answer.robustness[space].share) for space in SPACES if answer.robustness)
    return Line(compared, measure, _months(contrast, words), first, second,
                _difference(contrast, answer, words), words(f"direction.{contrast.expected}"),
                words(f"direction.{answer.direction}"), worlds)


def _unit(contrast: Contrast) -> str:
    return MEASURES[column_parts(contrast.measure)[0]].unit


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
    value = words.number(scale * effect.difference, decimals)
    points = words("number.of", value=value, unit=words.unit_of_difference(unit))
    return words("findings_sentence.difference", value=points if unit in PER_CENT else words.with_unit(value, unit),
                 low=words.number(scale * effect.low, decimals), high=words.number(scale * effect.high, decimals))


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
               [[f"[{one.title}](#{_anchor(one.title)})", one.speaks_to, one.outcome, one.worlds] for one in found]),
        *(_section(one, words) for one in found),
    ]
    return "\n\n".join(parts) + "\n"


def _section(entry: Entry, words: Texts) -> str:
    head = ("compared", "measure", "first", "second", "difference", "expected", "found", "assumptions", "policies")
    rows = [[line.compared, f"{line.measure}, {line.months}", line.first, line.second, line.difference, line.expected,
             f"**{line.found}**", *(line.worlds or ("–", "–"))] for line in entry.lines]
    picture = picture_name(entry.name, words.language).as_posix()
    return "\n\n".join([
        f"## {entry.title}",
        " ".join(entry.sentences),
        f"![{words('picture.findings', title=entry.title)}]({picture})",
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
