"""What the outcomes depend on, in words."""

from __future__ import annotations

from pathlib import Path

from experiments.analysis.sensitivity import DUMMY, Sensitivity
from experiments.language import LANGUAGES, Texts, decimals_for, scale_of, texts_of
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
MOST_TOLD = 12


def texts(language: str) -> Texts:
    """Return the texts of this room."""
    return texts_of(language, FOLDER)


def document_name(language: str) -> Path:
    """Return what the document of a language is called."""
    return Path("sensitivity.md" if language == "en" else f"sensitivity.{language}.md")


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
    return f"{told}\n\n{_table(head, rows)}"


def _closer(found: Sensitivity, words: Texts) -> str:
    rows = [[f"`{one.factor}`", _role(one.factor, words), _interval(one.value, one.low, one.high, words),
             words.number(one.second, 2), words.number(one.floor, 2)] for one in found.indices if one.factor != DUMMY]
    return _table([words(f"sensitivity_column.{name}") for name in ("factor", "role", "total", "first", "floor")], rows)


def _role(name: str, words: Texts) -> str:
    return words(f"role.{PARAMETERS[name].role}")


def _decimals(width: float) -> int:
    return decimals_for(width / 2.0)


def _interval(value: float, low: float, high: float, words: Texts) -> str:
    decimals = _decimals(high - low)
    return f"{words.number(value, decimals)} [{words.number(low, decimals)}; {words.number(high, decimals)}]"


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows))


def write_documents(table: dict, folder: Path) -> list[Path]:
    """Write document and pictures in every language; return where they are."""
    from experiments.files import written_whole
    from experiments.sensitivity.pictures import picture_of

    paths = []
    for language in LANGUAGES:
        words = texts(language)
        for mode, found in found_of(table).items():
            paths.append(folder / picture_name(mode, language))
            paths[-1].parent.mkdir(parents=True, exist_ok=True)
            with written_whole(paths[-1]) as partial:
                picture_of(mode, found, words).savefig(partial, format="png", dpi=80)
        paths.append(folder / document_name(language))
        with written_whole(paths[-1]) as partial:
            partial.write_text(document(table, language), encoding="utf-8")
    return paths
