"""What the calibration says, in words, from the results on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from experiments.calibration.pictures import picture_of_fit, picture_of_parameters
from experiments.calibration.posterior import NARROWED
from experiments.calibration.results import (
    CHECKS,
    COMMAND,
    DRAWS,
    FOLDER,
    RESULTS,
    Calibration,
)
from experiments.calibration.targets import HELD_OUT
from experiments.documents import markdown_table, write_in_languages
from experiments.evidence.observed import evidence
from experiments.language import Texts, texts_of
from model.parameters import PARAMETERS

TEXTS = Path(__file__).parent / "texts"
STEM = "calibration"
PICTURES = {"parameters": picture_of_parameters, "fit": picture_of_fit}


def texts(language: str) -> Texts:
    """Return the texts of this room."""
    return texts_of(language, TEXTS)


def picture_name(picture: str, language: str) -> Path:
    """Return where a picture lies beside the documents."""
    return FOLDER / f"{picture}.{language}.png"


def document(found: Calibration, language: str) -> str:
    """Return the document in Markdown."""
    words = texts(language)
    manifest = found.summary["manifest"]
    effort = manifest["effort"]
    head, *ranges = rows_of_ranges(found, words)
    parts = [
        f"# {words('calibration.title')}",
        words("calibration.opening"),
        words("calibration.made", command=COMMAND, runs=words.number(manifest["runs"], 0), seed=manifest["seed"],
              scenario=manifest["scenario"], mode=words(f"mode.{manifest['mode']}"), model=manifest["model"],
              staff=words.number(manifest["staff"], 0), months=manifest["months"],
              files=", ".join(f"[{name}]({(FOLDER / name).as_posix()})" for name in (RESULTS, DRAWS, CHECKS))),
        f"## {words('calibration.short')}", in_short(found, words),
        f"## {words('calibration.fitted')}", words("calibration.fitted_why"), _fitted(found, words),
        f"## {words('calibration.screening')}",
        words("calibration.screening_how", trajectories=effort["trajectories"], replicates=effort["screening_replicates"]),
        _screening(found, words),
        f"## {words('calibration.learned')}",
        words("calibration.learned_how", points=effort["points"], near=effort["near"], replicates=effort["replicates"],
              explained="; ".join(f"{words(f'statistic.{target}')} {words.percent(told['explained'])}"
                                  for target, told in found.summary["emulators"].items()),
              mass=words.percent(found.summary["posterior"]["prior_mass"], 2)),
        words("calibration.at_defaults", told="; ".join(_at_defaults(target, found, words) for target in found.summary["emulators"])),
        markdown_table(head, ranges), _picture("parameters", words),
        words("calibration.alone"), _alone(found, words),
        f"## {words('calibration.cannot')}", *what_is_open(found, words),
        f"## {words('calibration.check')}",
        words("calibration.check_how", points=effort["checked"], replicates=effort["checked_replicates"]),
        _checks(found, words), _picture("fit", words),
        f"## {words('calibration.recovery')}", _recovery(found, words),
        f"## {words('calibration.defaults')}", *_defaults(words),
    ]
    return "\n\n".join(parts) + "\n"


def in_short(found: Calibration, words: Texts) -> str:
    """Return in a sentence or two how much was learned."""
    ranges = found.summary["posterior"]["ranges"]
    narrowed = [name for name, told in ranges.items() if told["relative_width"] < NARROWED]
    return words("calibration.in_short", targets=len(found.summary["manifest"]["fitted"]), chosen=len(ranges),
                 narrowed=len(narrowed), names=_names(narrowed) or words("calibration.none"))


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _fitted(found: Calibration, words: Texts) -> str:
    rows = [[words(f"statistic.{target}"), f"{words.number(low)} – {words.number(high)}",
             words.number(found.summary["default"][target])]
            for target, (low, high) in found.summary["manifest"]["fitted"].items()]
    return markdown_table([words("column.target"), words("column.observed"), words("column.default")], rows)


def _screening(found: Calibration, words: Texts) -> str:
    rows = [[words(f"statistic.{target}"),
             ", ".join(f"`{one['factor']}` {words.number(one['value'])}" for one in told if one["value"] > one["floor"])]
            for target, told in found.summary["screening"].items()]
    return markdown_table([words("column.target"), words("column.matters")], rows)


def rows_of_ranges(found: Calibration, words: Texts) -> list[list[str]]:
    """Return a table of the calibrated parameters before and after the fit, its head first."""
    manifest = found.summary["manifest"]
    rows = [[words(f"column.{name}") for name in
             ("parameter", "default", "prior", "posterior", "middle", "width", "learned")]]
    for name, told in found.summary["posterior"]["ranges"].items():
        low, high = manifest["prior"][name]
        verdict = "narrowed" if told["relative_width"] < NARROWED else "open"
        rows.append([f"`{name}`", words.plain(manifest["defaults"][name]), f"{words.plain(low)} – {words.plain(high)}",
                     f"{_short(told['low'], words)} – {_short(told['high'], words)}", _short(told["middle"], words),
                     words.percent(told["relative_width"]), words(f"learned.{verdict}")])
    return rows


def _at_defaults(target: str, found: Calibration, words: Texts) -> str:
    middle, low, high = (words.number(value) for value in found.summary["emulators"][target]["at_defaults"])
    return words("calibration.at_default", target=words(f"statistic.{target}"), middle=middle, low=low, high=high,
                 model=words.number(found.summary["default"][target]))


def _short(value: float, words: Texts) -> str:
    return words.plain(float(f"{value:.2g}"))


def _alone(found: Calibration, words: Texts) -> str:
    targets = list(found.summary["alone"])
    rows = []
    for name in found.summary["posterior"]["ranges"]:
        spans = [found.summary["alone"][target][name] for target in targets]
        rows.append([f"`{name}`", *(f"{_short(span[0], words)} – {_short(span[1], words)}" if span else
                                    words("calibration.no_value") for span in spans)])
    return markdown_table([words("column.parameter"), *(words(f"statistic.{target}") for target in targets)], rows)


def what_is_open(found: Calibration, words: Texts) -> list[str]:
    """Return in paragraphs what the data cannot identify."""
    ranges = found.summary["posterior"]["ranges"]
    left_open = [name for name, told in ranges.items() if told["relative_width"] >= NARROWED]
    ties = [words("calibration.tie", one=one, other=other, size=words.number(size))
            for one, other, size in found.summary["posterior"]["ties"]]
    told = [words("calibration.open", names=_names(left_open) or words("calibration.none"))]
    told += [words("calibration.ties", ties="; ".join(ties))] if ties else []
    return [*told, words("calibration.never")]


def _checks(found: Calibration, words: Texts) -> str:
    patterns = evidence().patterns
    rows = []
    for name in found.summary["default"]:
        low, middle, high = np.nanquantile([row[name] for row in found.checks], [0.05, 0.5, 0.95])
        pattern = patterns[HELD_OUT.get(name, name)]
        rows.append([words(f"statistic.{name}"), words(f"calibration.{'held_out' if name in HELD_OUT else 'was_fitted'}"),
                     words(f"observed.{name}"), f"{words.number(middle)} [{words.number(low)}; {words.number(high)}]",
                     words.number(found.summary["default"][name]), words(f"may.{pattern.compare}")])
    return markdown_table([words(f"column.{name}") for name in ("number", "used", "observed", "posterior_shows", "default", "may")],
                          rows)


def _recovery(found: Calibration, words: Texts) -> str:
    told = found.summary["recovery"]
    each = ", ".join(f"`{name}` {words.percent(share)}" for name, share in told["by_parameter"].items())
    return words("calibration.recovered", truths=told["truths"], skipped=told["skipped"],
                 coverage=words.percent(told["coverage"]), each=each)


def _defaults(words: Texts) -> list[str]:
    moved = [parameter for parameter in PARAMETERS.values() if parameter.calibrated]
    lines = [f"- `{one.name}` = {words.plain(one.default)}: {words.source(one.name)}." for one in moved]
    return [words("calibration.moved"), "\n".join(lines)] if lines else [words("calibration.unmoved")]


def _picture(name: str, words: Texts) -> str:
    return f"![{words(f'picture.{name}')}]({picture_name(name, words.language).as_posix()})"


def write_documents(found: Calibration, folder: Path) -> list[Path]:
    """Write document and pictures in every language; return where they are."""
    return write_in_languages(folder, STEM, lambda language: document(found, language), lambda language: (
        (picture_name(name, language), draw(found, texts(language))) for name, draw in PICTURES.items()))
