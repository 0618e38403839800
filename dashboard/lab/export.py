"""A comparison as files: CSV, pictures, and a report that prints well and needs no network."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard.lab.desk import Shown
from dashboard.lab.lines import lines_of, name_of, summary_of
from dashboard.lab.tiles import (
    TILES,
    difference_in_words,
    effect_of,
    has_policy,
    judgement_of,
    written,
)
from dashboard.visit import Visit
from experiments.analysis.report import citation, installed_version
from experiments.language import Texts, unit_of_parameter
from experiments.summary import votes_of
from model import MEASURES, PARAMETERS
from model.measures import column_names

DRAWN = {"solid": {"linestyle": "-", "linewidth": 2.4, "zorder": 2.0}, "dashed": {"linestyle": "--", "linewidth": 1.3, "zorder": 2.1},
         "dotted": {"linestyle": ":", "linewidth": 1.5, "zorder": 2.2}}
"""How a line of a style is drawn; one with gaps lies above one without, so that both are seen where they agree."""
DOTS_PER_INCH = 150


def table_of(shown: Shown, visit: Visit, texts: Texts) -> bytes:
    """Return all measures of all scenarios month by month: mean, low and high end of the interval, replicates."""
    written_ = io.StringIO()
    writer = csv.writer(written_, lineterminator="\n")
    writer.writerow(["scenario", "seed", "replicates", "month", "measure", "mean", "low", "high"])
    for arm, runs in zip(shown.comparison.arms, shown.runs, strict=True):
        for column in column_names():
            line = runs.line(column)
            for month, (mean, half) in enumerate(zip(line.mean.tolist(), line.half.tolist(), strict=True), start=1):
                if np.isfinite(mean):
                    ends = [f"{mean - half:.6g}", f"{mean + half:.6g}"] if np.isfinite(half) else ["", ""]
                    writer.writerow([_plain_name(name_of(arm, texts)), arm.scenario.seed, runs.replicates, month, column,
                                     f"{mean:.6g}", *ends])
    return written_.getvalue().encode("utf-8")


def _plain_name(name: str) -> str:
    """Return a name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in "=+-@\t\r" else name


def figure_of(shown: Shown, visit: Visit, texts: Texts):
    """Return both charts as a figure."""
    import matplotlib
    from matplotlib.figure import Figure

    from experiments.charts import STYLE

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.0, 6.4), layout="constrained")
        panels = figure.subplots(2, 1, sharex=True)
        votes = votes_of(shown.comparison.arms[0].scenario)
        for ax, measure in zip(panels, visit.address.value.charts, strict=True):
            for line in lines_of(shown, measure, texts):
                months = np.arange(1, len(line["mean"]) + 1)
                ax.fill_between(months, line["low"], line["high"], color=line["colour"], alpha=0.16, linewidth=0)
                ax.plot(months, line["mean"], color=line["colour"], label=line["name"], **DRAWN[line["style"]])
            for number, month in enumerate(votes):
                ax.axvline(month, color="0.6", linewidth=0.8, zorder=1.0, label="" if number else texts("charts.vote"))
            ax.set_title(texts.measure(measure), loc="left")
            ax.set_ylabel(texts.unit(MEASURES[measure].unit))
            ax.yaxis.set_major_formatter(texts.tick)
        panels[0].legend(ncols=2)
        panels[1].set_xlabel(texts("charts.month"))
        figure.text(0.005, -0.03, texts("lab.picture_note", seed=shown.comparison.arms[0].scenario.seed,
                                        replicates=min(one.replicates for one in shown.runs)), fontsize=7.5, color="0.35")
    return figure


def png_of(shown: Shown, visit: Visit, texts: Texts) -> bytes:
    """Return both charts as a PNG."""
    return _drawn(shown, visit, texts, "png")


def svg_of(shown: Shown, visit: Visit, texts: Texts) -> bytes:
    """Return both charts as an SVG."""
    return _drawn(shown, visit, texts, "svg")


def _drawn(shown: Shown, visit: Visit, texts: Texts, kind: str) -> bytes:
    drawn = io.BytesIO()
    figure_of(shown, visit, texts).savefig(drawn, format=kind, dpi=DOTS_PER_INCH, bbox_inches="tight",
                                           metadata={"Date": None} if kind == "svg" else None)
    return drawn.getvalue()


def report_of(shown: Shown, visit: Visit, texts: Texts) -> bytes:
    """Return a self-contained page: settings, charts, what changed, limits, citation."""
    svg = svg_of(shown, visit, texts).decode("utf-8")
    comparison = shown.comparison
    settings = [(name_of(arm, texts), [
        (texts.parameter(name), texts.plain_quantity(value, unit_of_parameter(name)))
        for name, value in changes_of(arm.scenario, comparison.arms[0].scenario)]) for arm in comparison.arms[1:]]
    results = []
    for tile in TILES:
        effect = effect_of(shown, tile.measure, tile.window)
        told = [texts.measure(tile.measure), texts(f"lab.window_{tile.window}"), written(effect.value, tile.measure, texts)]
        if has_policy(shown):
            told += [difference_in_words(effect, tile.measure, texts),
                     texts(f"lab.verdict_{judgement_of(effect, tile.better)}")]
        results.append(told)
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    base = comparison.arms[0].scenario
    page = environment.get_template("report.html").render(
        texts=texts, preset=texts.scenario(visit.address.value.scenario, base.title) if not visit.address.value.upload else base.title,
        svg=svg[svg.index("<svg"):], settings=settings, results=results, seed=base.seed, months=base.months,
        replicates=min(one.replicates for one in shown.runs), query=visit.query, citation=citation(texts.language, installed_version()),
        summaries=[summary_of(shown, measure, texts) for measure in visit.address.value.charts])
    return page.encode("utf-8")


def changes_of(scenario, base) -> list[tuple[str, float]]:
    """Return the parameters in which a scenario differs from another, with its values."""
    return [(name, float(scenario.value(name)[0])) for name in PARAMETERS
            if float(scenario.value(name)[0]) != float(base.value(name)[0])]
