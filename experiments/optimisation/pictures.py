"""The picture of a search: its front, today's policy, and the knees."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from experiments.language import Texts
from experiments.optimisation.results import Found

MARKS = {"neutral": "s", "cheap": "v", "balanced": "*"}


def picture_of(found: Found, words: Texts) -> Figure:
    """Return siding over cost, coloured by service, tested with fresh luck."""
    tested = np.array([policy.tested for policy in found.front])
    figure = Figure(figsize=(6.6, 4.4), layout="constrained")
    panel = figure.subplots()
    points = panel.scatter(tested[:, 2], 100.0 * tested[:, 0], c=tested[:, 1], cmap="viridis", s=26)
    bar = figure.colorbar(points, ax=panel, label=words("optimisation.service_axis"))
    bar.ax.yaxis.set_major_formatter(words.tick)
    for name, mark in MARKS.items():
        siding, _, cost = found.front[found.knees[name]].tested
        panel.plot([cost], [100.0 * siding], mark, markersize=13, markerfacecolor="none", markeredgecolor="#d55e00",
                   markeredgewidth=1.8, label=words(f"optimisation.{name}"))
    siding, _, cost = found.today.tested
    panel.plot([cost], [100.0 * siding], "X", color="#1c2733", markersize=10, label=words("optimisation.today"))
    panel.set_xlabel(words("optimisation.cost_axis"))
    panel.set_ylabel(words("optimisation.siding_axis"))
    panel.xaxis.set_major_formatter(words.tick)
    panel.set_yscale("log")
    panel.yaxis.set_major_formatter(words.tick)
    panel.yaxis.set_minor_formatter(NullFormatter())
    panel.legend(fontsize=8)
    return figure
