"""The picture of a finding: the differences with their intervals, and in how many plausible worlds each holds."""

from __future__ import annotations

import textwrap

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.contrast import SPACES, Contrast
from experiments.findings.catalogue import Finding, measure_of
from experiments.findings.results import Answer, Answered
from experiments.language import Texts, scale_of
from model.measures import MEASURES, column_parts

COLOURS = {"rises": "#d55e00", "neither": "#c9d1d9", "falls": "#0072b2"}
LABEL_WIDTH = 44  # characters


def picture_of(finding: Finding, answered: Answered, words: Texts) -> Figure:
    """Return the picture of a finding; a row for each contrast, its difference on an axis of its own."""
    rows = list(finding.contrasts.items())
    figure = Figure(figsize=(9.0, 0.75 + 0.95 * len(rows)), layout="constrained")
    panels = figure.subplots(len(rows), 2, squeeze=False, width_ratios=(1.3, 1.0))
    for (name, contrast), (left, right) in zip(rows, panels, strict=True):
        answer = answered.contrasts[name]
        label = "\n".join(textwrap.wrap(words(f"{finding.name}.{name}"), LABEL_WIDTH))
        _draw_effect(left, label, measure_of(finding, name, words), contrast, answer, words)
        _draw_worlds(right, answer, words)
    panels[-1][1].set_xlabel(words("picture.worlds"), fontsize=8)
    handles = [panels[0][1].barh([0], [0], color=colour) for colour in COLOURS.values()]
    figure.legend(handles, [words(f"picture.{name}") for name in COLOURS], loc="outside lower right", ncols=3, fontsize=8)
    return figure


def _draw_effect(panel, label: str, measure: str, contrast: Contrast, answer: Answer, words: Texts) -> None:
    unit = MEASURES[column_parts(contrast.measure)[0]].unit
    scale, effect = scale_of(unit), answer.effect
    panel.axvline(0.0, color="#4a5563", linewidth=0.8)
    panel.errorbar([scale * effect.difference], [0.0], xerr=[[scale * effect.half], [scale * effect.half]], fmt="o",
                   color="#1c2733", capsize=4)
    reach = 1.15 * scale * max(abs(effect.low), abs(effect.high), contrast.small)
    panel.set_xlim(-reach, reach)
    panel.xaxis.set_major_locator(MaxNLocator(5))
    panel.set_yticks([0.0], [label], fontsize=8)
    panel.set_xlabel(words("picture.effect", measure=measure, unit=words.unit_of_difference(unit)), fontsize=8)
    panel.tick_params(axis="x", labelsize=8)
    panel.xaxis.set_major_formatter(words.tick)


def _draw_worlds(panel, answer: Answer, words: Texts) -> None:
    for place, space in enumerate(SPACES):
        found, start = answer.robustness[space], 0
        for kind, colour in COLOURS.items():
            panel.barh([place], [getattr(found, kind)], left=[start], color=colour)
            start += getattr(found, kind)
    panel.set_yticks(range(len(SPACES)), [words(f"findings_space.{space}") for space in SPACES], fontsize=8)
    panel.invert_yaxis()
    panel.tick_params(axis="x", labelsize=8)
