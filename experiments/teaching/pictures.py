"""The pictures of the slides: a simulated term, and one run beside many."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.figure import Figure

from experiments.analysis.effects import Effect
from experiments.charts import BLACK, BLUE, ORANGE, STYLE
from experiments.comparison import REPLICATES, Runs, run_side_by_side
from experiments.contrast import Contrast, read_contrast
from experiments.language import Texts
from experiments.lessons import telling
from experiments.runner import seeds_of
from experiments.summary import votes_of

SCENARIO = "pilkada_2020"
TRIED = {"scenario": SCENARIO, "second": {"socialisation": 1.0}, "measure": "siding_share", "expected": "falls"}
"""A policy whose effect is small enough for single runs to disagree: training teaches all the rest of the rules."""


def contrast() -> Contrast:
    """Return what the slides compare."""
    return read_contrast(dict(TRIED), "the slides")


@cache
def runs() -> tuple[Runs, Runs]:
    """Return the runs of both settings, made once."""
    first, second = run_side_by_side(contrast().settings(), 0, REPLICATES)
    return first, second


def differences() -> np.ndarray:
    """Return the difference in each pair of runs, in percentage points, sorted."""
    first, second = runs()
    return np.sort(100.0 * (second.values("siding_share", "campaign") - first.values("siding_share", "campaign")))


def effect() -> Effect:
    """Return the difference of both settings over the pairs of runs."""
    first, second = runs()
    return second.against(first, "siding_share", "campaign")


def captions(words: Texts) -> dict[str, str]:
    """Return what stands below each picture, by its name."""
    first, _ = runs()
    seeds, found, single = seeds_of(first.scenario, REPLICATES), effect(), differences()
    basis = {"scenario": SCENARIO, "first": seeds[0], "last": seeds[-1]}
    told = telling.difference_of(found, "share of staff", words.language)
    against = int(np.sum(single * np.sign(found.difference) <= 0.0))
    return {"months": words("slides.months", replicates=REPLICATES, **basis),
            "runs": words("slides.runs", against=against, pairs=len(single), difference=told, **basis)}


def pictures(words: Texts) -> dict[str, Figure]:
    """Return the pictures by name."""
    import matplotlib

    with matplotlib.rc_context(STYLE | {"font.size": 13.0}):
        return {"months": _months(words), "runs": _runs(words)}


def _months(words: Texts) -> Figure:
    """Return who takes sides, and what is reported, month by month: not the same curve."""
    first, _ = runs()
    months = np.arange(1, first.scenario.months + 1)
    figure = Figure(figsize=(9.0, 4.4), layout="constrained")
    panels = figure.subplots(2, 1, sharex=True)
    for panel, name, scale, colour in zip(panels, ("siding_share", "reported"), (100.0, 1.0), (BLUE, ORANGE), strict=True):
        line = first.line(name)
        panel.fill_between(months, scale * (line.mean - line.half), scale * (line.mean + line.half), color=colour, alpha=0.25, lw=0)
        panel.plot(months, scale * line.mean, color=colour)
        panel.set_title(words("picture.siding" if name == "siding_share" else "picture.reported"), loc="left", fontsize=13)
        panel.set_ylim(bottom=0.0)
        panel.yaxis.set_major_formatter(words.tick)
        for vote in votes_of(first.scenario):
            panel.axvline(vote, color="0.5", linestyle=":", linewidth=1.2)
    for vote in votes_of(first.scenario):
        panels[0].annotate(words("picture.vote"), (vote, 0.98), xycoords=("data", "axes fraction"), xytext=(-4, 0),
                           textcoords="offset points", ha="right", va="top", fontsize=11, color="0.35")
    panels[1].set_xlabel(words("picture.month"))
    return figure


def _runs(words: Texts) -> Figure:
    """Return single runs, sorted, and the mean of all with its interval."""
    single, found = differences(), effect()
    figure = Figure(figsize=(9.0, 4.0), layout="constrained")
    panel = figure.subplots()
    places = np.arange(1, len(single) + 1)
    panel.axhline(0.0, color="0.5", linewidth=1.0)
    panel.bar(places, single, color=[BLUE if value * found.difference > 0.0 else ORANGE for value in single], width=0.7)
    panel.errorbar([len(single) + 2], [100.0 * found.difference], yerr=[100.0 * found.half], fmt="o", color=BLACK, capsize=6, markersize=8)
    panel.set_xticks([0.5 * (1 + len(single)), len(single) + 2], [words("picture.run"), words("picture.mean")])
    panel.set_xlim(0.0, len(single) + 4)
    panel.tick_params(axis="x", length=0)
    panel.set_ylabel(words("picture.difference"))
    panel.yaxis.set_major_formatter(words.tick)
    return figure
