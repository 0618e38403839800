"""The picture of a question: the worlds over the two most telling factors of the first box, and the box."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.discovery.results import Found, Question
from experiments.language import Texts, unit_of_parameter

AXIS_WIDTH = 40  # characters
FAILS, HOLDS, BOX = "#d55e00", "#b8c4ce", "#1c2733"


def picture_of(question: Question, found: Found, words: Texts) -> Figure:
    """Return the worlds that fail and those that do not, with the first box."""
    figure = Figure(figsize=(6.0, 4.6), layout="constrained")
    panel = figure.subplots()
    fails = np.array(found.siding) >= question.fails_from
    names = list(found.places)
    across = np.array(found.places[names[0]])
    up = np.array(found.places[names[1]]) if len(names) > 1 else np.array(found.siding)
    for chosen, colour, label in ((~fails, HOLDS, "holds"), (fails, FAILS, "fails")):
        panel.scatter(across[chosen], up[chosen], s=7, color=colour, label=words(f"discovery.{label}"))
    _draw_box(panel, found, names)
    panel.set_xlabel(_axis(names[0], words))
    panel.set_ylabel(_axis(names[1], words) if len(names) > 1 else words("discovery.siding"))
    panel.xaxis.set_major_formatter(words.tick)
    panel.yaxis.set_major_formatter(words.tick)
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)
    return figure


def _axis(name: str, words: Texts) -> str:
    return "\n".join(textwrap.wrap(f"{words.parameter(name)} ({words.unit(unit_of_parameter(name))})", AXIS_WIDTH))


def _draw_box(panel: Axes, found: Found, names: list[str]) -> None:
    ends = []
    for name, (first, last) in zip(names, (panel.get_xlim(), panel.get_ylim()), strict=False):
        one = next(one for one in found.boxes[0].restrictions if found.factors[one.factor] == name)
        ends.append((max(one.low, first), min(one.high, last)))
    if len(ends) == 1:
        ends.append(panel.get_ylim())
    (left, right), (low, high) = ends
    panel.add_patch(Rectangle((left, low), right - left, high - low, fill=False, edgecolor=BOX, linewidth=2))
