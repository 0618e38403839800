"""What the outcomes depend on, in words."""

from __future__ import annotations

from pathlib import Path

from experiments.analysis.sensitivity import DUMMY, Sensitivity
from experiments.documents import markdown_table, write_in_languages
from experiments.language import Texts, decimals_for, scale_of, texts_of
from experiments.runner import people_of
from experiments.sensitivity.results import (
    COMMAND,
    MODES,
    MOST_CLOSER,
    OUTCOMES,
    RESULTS,
    Found,
    factors,
    found_of,
)
from model import MEASURES, PARAMETERS, load_scenario

FOLDER = Path(__file__).parent / "texts"
STEM = "sensitivity"
MOST_TOLD = 12


def texts(language: str) -> Texts:
    """Return the texts of this room."""
    return texts_of(language, FOLDER)


def picture_name(mode: str, language: str) -> Path:
    """Return where the picture of a mode is, from the document."""
    return Path("sensitivity") / f"{mode}.{language}.png"


def document(table: dict, language: str) -> str:
    """Return the document in a language."""
    words, manifest = texts(language), table["manifest"]
    size = manifest["size"]
    parts = [
        f"# {words('sensitivity.title')}",
        words("sensitivity.opening"),
        words("sensitivity.made", command=COMMAND, results=RESULTS.as_posix(), model=manifest["model"],
              trajectories=size["trajectories"], base=size["base"], replicates=size["replicates"],
              staff=words.number(people_of(load_scenario(MODES["election"])), 0)),
        words("sensitivity.screening"),
        words("sensitivity.closer", most=MOST_CLOSER),
        *(_mode(mode, found, words) for mode, found in found_of(table).items()),
    ]
    return "\n\n".join(parts) + "\n"


def _mode(mode: str, found: Found, words: Texts) -> str:
    points = next(iter(found.screened.values())).points
    picture = picture_name(mode, words.language).as_posix()
    parts = [f"## {words(f'sensitivity.{mode}')}",
             words("sensitivity.scenario", scenario=MODES[mode], factors=len(factors()), points=words.number(points, 0)),
             f"![{words('sensitivity.picture')}]({picture})"]
    for measure, months in OUTCOMES[mode]:
        parts.append(_screening(measure, months, found.screened[measure], words))
    parts += [f"### {words('sensitivity.siding_closer')}", _closer(found.closer, words)]
    return "\n\n".join(parts)


def _screening(measure: str, months: str, found: Sensitivity, words: Texts) -> str:
    unit = MEASURES[measure].unit
    scale = scale_of(unit)
    clear = {one.factor for one in found.clear}
    strongest = [one for one in found.indices if one.factor != DUMMY][:MOST_TOLD]
    rows = [[f"`{one.factor}`", _role(one.factor, words), _interval(scale * one.value, scale * one.low, scale * one.high, words),
             words.number(scale * one.floor, _decimals(scale * (one.high - one.low))),
             words(f"sensitivity_clear.{'yes' if one.factor in clear else 'no'}")] for one in strongest]
    told = words("sensitivity.matter", measure=words.measure(measure), months=words(f"sensitivity.{months}"),
                 unit=words.unit_of_difference(unit), number=len(clear), factors=len(factors()))
    head = [words(f"sensitivity_column.{name}") for name in ("factor", "role", "effect", "floor", "clear")]
    return f"{told}\n\n{markdown_table(head, rows)}"


def _closer(found: Sensitivity, words: Texts) -> str:
    rows = [[f"`{one.factor}`", _role(one.factor, words), _interval(one.value, one.low, one.high, words),
             words.number(one.second, 2), words.number(one.floor, 2)] for one in found.indices if one.factor != DUMMY]
    return markdown_table([words(f"sensitivity_column.{name}") for name in ("factor", "role", "total", "first", "floor")], rows)


def _role(name: str, words: Texts) -> str:
    return words(f"role.{PARAMETERS[name].role}")


def _decimals(width: float) -> int:
    return decimals_for(width / 2.0)


def _interval(value: float, low: float, high: float, words: Texts) -> str:
    decimals = _decimals(high - low)
    return f"{words.number(value, decimals)} [{words.number(low, decimals)}; {words.number(high, decimals)}]"


def write_documents(table: dict, folder: Path) -> list[Path]:
    """Write document and pictures in every language; return where they are."""
    from experiments.sensitivity.pictures import picture_of

    found = found_of(table)
    return write_in_languages(folder, STEM, lambda language: document(table, language), lambda language: (
        (picture_name(mode, language), picture_of(mode, one, texts(language))) for mode, one in found.items()))
