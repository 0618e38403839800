"""Pictures of the calibration, drawn from the results on disk."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.calibration.results import Calibration
from experiments.language import Texts, unit_of_parameter

BINS = 16
PRIOR, POSTERIOR, DEFAULT = "#9a9a9a", "#1f77b4", "#d62728"


def picture_of_parameters(found: Calibration, words: Texts) -> Figure:
    """Return prior and posterior of every calibrated parameter, with its default."""
    prior = found.summary["manifest"]["prior"]
    columns = 3
    rows = -(-len(prior) // columns)
    figure = Figure(figsize=(3.4 * columns, 2.5 * rows), layout="constrained")
    panels = list(np.atleast_2d(figure.subplots(rows, columns)).flat)
    for panel in panels[len(prior):]:
        panel.set_axis_off()
    for panel, (name, (low, high)) in zip(panels, prior.items(), strict=False):
        panel.hist([row[name] for row in found.draws], BINS, range=(low, high), density=True, color=POSTERIOR, alpha=0.6)
        panel.plot([low, low, high, high], [0, 1 / (high - low), 1 / (high - low), 0], color=PRIOR)
        panel.axvline(found.summary["manifest"]["defaults"][name], color=DEFAULT, linestyle="--")
        panel.set_title(name, fontsize=10)
        panel.set_xlabel(words.unit(unit_of_parameter(name)), fontsize=8)
        panel.set_yticks([])
        panel.xaxis.set_major_formatter(words.tick)
    handles = [(words("picture.prior"), PRIOR), (words("picture.posterior"), POSTERIOR), (words("picture.default"), DEFAULT)]
    figure.legend([Rectangle((0, 0), 1, 1, color=color) for _, color in handles], [label for label, _ in handles],
                  loc="outside lower center", ncols=len(handles))
    return figure


def picture_of_fit(found: Calibration, words: Texts) -> Figure:
    """Return what the model itself shows at points of the posterior, beside the observed ranges."""
    (across, (left, right)), (up, (low, high)) = found.summary["manifest"]["fitted"].items()
    figure = Figure(figsize=(5.2, 4.4), layout="constrained")
    panel = figure.subplots()
    panel.add_patch(Rectangle((left, low), right - left, high - low, color=PRIOR, alpha=0.35, label=words("picture.observed")))
    panel.scatter([row[across] for row in found.checks], [row[up] for row in found.checks], s=16, color=POSTERIOR,
                  label=words("picture.checks"))
    panel.scatter([found.summary["default"][across]], [found.summary["default"][up]], marker="x", s=60, color=DEFAULT,
                  label=words("picture.default"))
    panel.set_xlabel(words(f"axis.{across}"))
    panel.set_ylabel(words(f"axis.{up}"))
    panel.xaxis.set_major_formatter(words.tick)
    panel.yaxis.set_major_formatter(words.tick)
    panel.legend(fontsize=8)
    return figure
