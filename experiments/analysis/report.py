"""One self-contained page about a sweep: question, design, findings, pictures, numbers, limits, settings, citation.

It loads nothing from anywhere, and prints well. ``report.html`` beside this file is its shape, ``texts/`` its words.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import matplotlib
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure

from experiments.analysis.findings import Findings, Table, findings_of
from experiments.analysis.language import texts_of
from experiments.analysis.reading import (
    baseline_of,
    factor_axis,
    outcome_axis,
    parameter_axis,
    point_words,
)
from experiments.charts import STYLE
from experiments.errors import InputError
from experiments.language import LANGUAGES, Texts, within
from experiments.sweep.design import DUMMY, Factor, Sequential
from experiments.sweep.results import Results

GENERAL_LIMITS = ("laboratory", "assumed", "intervals")
LAST_LIMITS = ("reports", "ethics")
DOTS_PER_INCH = 130
YEAR = 2026  # of the version, as CITATION.cff has it


def check_language(language: str) -> None:
    """Refuse a language that reports are not written in."""
    if language not in LANGUAGES:
        raise InputError(f"--language {language} is none of {', '.join(LANGUAGES)}")


def check_any_runs(results: Results) -> None:
    """Refuse results in which nothing is done yet."""
    if results.done <= results.failed:
        raise InputError(f"{results.directory} holds no run that was done yet, so there is nothing to tell")


def report_of(results: Results, language: str = "en") -> str:
    """Return the report of a sweep as HTML.

    Parameters
    ----------
    results : Results
    language : str
        One of ``LANGUAGES``.

    Raises
    ------
    InputError
        If the language is unknown, or no run is done.
    """
    check_language(language)
    check_any_runs(results)
    texts = texts_of(language)
    findings = findings_of(results, texts)
    design = results.design
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html").render(
        t=texts, language=texts("report.lang"), title=design.text("title", language),
        question=design.text("question", language), made=texts("report.made", name=design.name),
        notices=list(_notices(results, texts)), description=design.text("description", language).split("\n\n"),
        design=list(_design_lines(results, texts)), design_tables=list(_design_tables(results, texts)),
        sentences=findings.sentences, tables=findings.tables, limits=list(_limits(findings, texts)),
        pictures=[{"data": data_address(picture.figure), "alt": picture.alt} for picture in findings.pictures],
        settings=list(_settings(results, texts)), references=design.references, citation=citation(language, version_of(results)),
    )  # fmt: skip


def data_address(figure: Figure) -> str:
    """Return a picture as an address that holds the picture itself; the same picture gives the same address."""
    buffer = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def citation(language: str, version_used: str) -> str:
    """Return how to cite a version; ``CITATION.cff`` says the same."""
    texts = texts_of(language)
    return texts("report.cite", year=YEAR, title=texts("report.title"), version=version_used)


def version_of(results: Results) -> str:
    """Return the version of Netralitas that made the results."""
    return results.manifest["versions"].get("netralitas") or installed_version()


def installed_version() -> str:
    """Return the version of Netralitas that is installed."""
    try:
        return version("netralitas")
    except PackageNotFoundError:
        return texts_of("en")("number.none")


def _notices(results: Results, texts: Texts) -> Iterator[str]:
    if not results.complete and (results.done < results.planned or isinstance(results.design.replicates, Sequential)):
        yield texts("report.incomplete", done=texts.number(results.done, 0), planned=texts.number(results.planned, 0))
    if results.failed:
        yield texts(
            "report.failed_one" if results.failed == 1 else "report.failed", failed=texts.number(results.failed, 0)
        )


def _limits(findings: Findings, texts: Texts) -> Iterator[str]:
    for limit in (*GENERAL_LIMITS, *findings.limits, *LAST_LIMITS):
        yield texts(f"limits.{limit}")


# Design ---------------------------------------------------------------------------------------------------------


def _design_lines(results: Results, texts: Texts) -> Iterator[str]:
    design = results.design
    yield texts(
        f"report.kind_{design.kind}",
        points=texts.number(int(results.points["sample"].sum()), 0),
        size=design.size,
        regions=design.scenario.regions,
    )
    if design.trial:
        yield texts("report.trial_months", month=design.trial.from_month, before=design.trial.before)
        return
    if design.path:
        top = len(design.path.values) // 2
        yield texts(
            "report.path",
            parameter=parameter_axis(design.path.parameter, texts).text(texts),
            hold=design.path.hold,
            measured=design.path.measured,
            values="; ".join(map(texts.plain, design.path.values[: top + 1])),
        )
    if design.from_month > 1:
        yield texts("report.from_month", month=design.from_month)
    if design.kind in ("factorial", "table") and not design.path:
        yield texts("report.baseline_is", baseline=point_words(results, baseline_of(results), texts))


def _design_tables(results: Results, texts: Texts) -> Iterator[Table]:
    design = results.design
    if design.trial:
        rows = [[arm.labels.get(texts.language) or arm.label() if number else texts("report.arm_control"),
                 _settings_in_words(arm.settings, texts) or texts("report.neither")]
                for number, arm in enumerate(design.trial.arms)]
        yield Table("", [texts("report.arm"), texts("report.values")], rows)
    elif design.factors:
        rows = [[factor_axis(factor, texts).label, _names_of(factor, texts), _values_of(factor, texts),
                 texts.unit(factor_axis(factor, texts).unit)] for factor in design.factors]
        yield Table(
            texts("report.varied"), [texts(f"report.{key}") for key in ("factor", "name", "values", "unit")], rows
        )
    rows = [
        [
            outcome_axis(outcome, texts).label,
            _measure_of(outcome),
            texts.unit(outcome.unit),
            _months_in_words(outcome.months),
            texts(f"report.{outcome.better or 'neither'}"),
        ]
        for outcome in design.outcomes
    ]
    if design.path:
        rows = [[*row[:3], *row[4:]] for row in rows]
    keys = ("outcome", "measure", "unit", *(() if design.path else ("months",)), "better")
    yield Table(texts("report.kept"), [texts(f"report.{key}") for key in keys], rows)


def _names_of(factor: Factor, texts: Texts) -> str:
    """Return a factor's name in files, or which parameters it sets and how far."""
    if not factor.sets:
        return factor.name
    parts = [f"{name} {' → '.join(texts.plain(number) for number in numbers)}" for name, numbers in factor.sets.items()]
    return texts("report.sets", parameters="; ".join(parts))


def _values_of(factor: Factor, texts: Texts) -> str:
    if factor.values:
        return "; ".join(texts.plain(value) for value in factor.values)
    key = "spread_log" if factor.scale == "log" else "sampled"
    return texts(f"report.{key}", low=texts.plain(factor.low), high=texts.plain(factor.high))


def _measure_of(outcome) -> str:
    return " ".join([outcome.measure, *(part for part in (outcome.category, outcome.where) if part)])


def _months_in_words(months: tuple[int, ...]) -> str:
    """Return months as stretches: "60, 118–120"."""
    stretches: list[list[int]] = []
    for month in months:
        if stretches and month == stretches[-1][1] + 1:
            stretches[-1][1] = month
        else:
            stretches.append([month, month])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in stretches)


def _settings_in_words(settings, texts: Texts) -> str:
    return "; ".join(
        f"{texts.parameter(name)} ({name}) {texts.plain(float(value))}" for name, value in settings.items()
    )


# Settings -------------------------------------------------------------------------------------------------------


def _settings(results: Results, texts: Texts) -> Iterator[tuple[str, str]]:
    design, manifest = results.design, results.manifest
    scenario = design.scenario
    yield texts("report.scenario"), manifest["design"]["scenario_name"]
    yield texts("report.mode"), texts(f"report.mode_{scenario.mode}")
    yield texts("report.size"), texts(f"report.size_{'one' if scenario.regions == 1 else 'many'}",
                                      staff=_staff(scenario.staff, texts), months=texts.number(scenario.months, 0),
                                      regions=texts.number(scenario.regions, 0))
    own = {name: value for name, value in scenario.parameters.items() if name != DUMMY}
    yield texts("report.set"), _settings_in_words(own, texts) or texts("report.set_none")
    yield texts("report.replicates"), _replicates(results, texts)
    yield texts("report.runs"), texts("report.runs_done", done=texts.number(results.done - results.failed, 0),
                                      failed=texts.number(results.failed, 0), planned=texts.number(results.planned, 0))
    yield texts("report.versions"), ", ".join(f"{name} {number}" for name, number in manifest["versions"].items())
    yield texts("report.commit"), _commit(manifest["commit"], texts)


def _staff(staff, texts: Texts) -> str:
    low, high = (
        int(min(staff)) if hasattr(staff, "__len__") else staff,
        int(max(staff)) if hasattr(staff, "__len__") else staff,
    )
    return texts.number(low, 0) if low == high else f"{texts.number(low, 0)}–{texts.number(high, 0)}"


def _replicates(results: Results, texts: Texts) -> str:
    design, rule = results.design, results.design.replicates
    if isinstance(rule, Sequential):
        outcome = outcome_axis(design.outcome(rule.outcome), texts)
        return texts(
            "report.replicates_sequential",
            first=rule.first,
            most=rule.most,
            outcome=within(outcome.label),
            half=texts.plain(rule.half_width),
            confidence=texts.plain(100.0 * rule.confidence),
            seed=design.seed,
        )
    return texts("report.replicates_fixed", replicates=rule, first=design.seed, last=design.seed + rule - 1)


def _commit(commit: dict | None, texts: Texts) -> str:
    if not commit:
        return texts("report.commit_none")
    return texts(f"report.commit_{'clean' if commit['clean'] else 'changed'}", commit=commit["id"][:12])
