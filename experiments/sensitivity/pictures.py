"""The picture of a mode: the strongest factors of each outcome."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.sensitivity import DUMMY, Sensitivity
from experiments.language import Texts, scale_of
from experiments.sensitivity.results import OUTCOMES, Found
from model import MEASURES, PARAMETERS

MOST_DRAWN = 10
COLOURS = {"lever": "#0072b2", "assumption": "#999999"}


def picture_of(mode: str, found: Found, words: Texts) -> Figure:
    """Return the factors that move each outcome most, and the closer look at siding; a panel each."""
    panels = [(words.measure(measure), words.unit_of_difference(MEASURES[measure].unit), scale_of(MEASURES[measure].unit),
               found.screened[measure]) for measure, _ in OUTCOMES[mode]]
    panels.append((words("sensitivity.siding_closer"), words("sensitivity.closer_picture"), 1.0, found.closer))
    rows = -(-len(panels) // 2)
    figure = Figure(figsize=(10.0, 3.1 * rows), layout="constrained")
    axes = list(figure.subplots(rows, 2, squeeze=False).flat)
    for unused in axes[len(panels):]:
        unused.set_axis_off()
    for panel, told in zip(axes, panels, strict=False):
        _draw(panel, *told, words)
    handles = [axes[0].barh([0], [0], color=colour) for colour in COLOURS.values()]
    figure.legend(handles, [words(f"role.{role}") for role in COLOURS], loc="outside lower center", ncols=2)
    return figure


def _draw(panel: Axes, title: str, unit: str, scale: float, found: Sensitivity, words: Texts) -> None:
    strongest = [one for one in found.indices if one.factor != DUMMY][:MOST_DRAWN]
    values, lows, highs, floors = (scale * np.array([getattr(one, name) for one in strongest])
                                   for name in ("value", "low", "high", "floor"))
    places = np.arange(len(strongest))
    panel.barh(places, values, color=[COLOURS[PARAMETERS[one.factor].role] for one in strongest],
               xerr=[np.maximum(values - lows, 0.0), np.maximum(highs - values, 0.0)], error_kw={"linewidth": 0.8})
    panel.plot(floors, places, "|", color="#d55e00", markersize=11, markeredgewidth=2)
    panel.set_yticks(places, [one.factor for one in strongest], fontsize=8)
    panel.invert_yaxis()
    panel.set_title(title, fontsize=10)
    panel.set_xlabel(unit, fontsize=8)
    panel.tick_params(axis="x", labelsize=8)
    panel.xaxis.set_major_formatter(words.tick)
