"""Pictures of what sweeps show, one function a picture: for the command line, the report and the app.

Each draws on a Figure of its own. Lines differ in colour, dash and mark, so that black and white will do.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.analysis.curves import Curve
from experiments.analysis.effects import Effect
from experiments.analysis.hysteresis import Loop
from experiments.analysis.phase import PhaseMap
from experiments.analysis.sensitivity import DUMMY, Sensitivity
from experiments.analysis.trial import TrialReplicates
from experiments.charts import BLACK, BLUE, GREEN, ORANGE, STYLE
from experiments.language import Texts, decimals_for, scale_of

PURPLE, GREY = "#7B3F98", "0.45"
LINES = ((BLUE, "-", "o"), (ORANGE, "--", "s"), (GREEN, "-.", "^"), (PURPLE, ":", "D"), (BLACK, (0, (5, 1)), "v"),
         (GREY, (0, (1, 1)), "x"))
MOST_LINES = len(LINES)
WIDTH = 10.0  # inches
SHOWN_TRIALS = 40
CAN_BE_NEGATIVE = ("SD", "SD of service", "margin", "loyalty, 0 to 1")
"""Units of measures whose axis need not begin at 0."""


@dataclass(frozen=True)
class Axis:
    """What an axis shows.

    Attributes
    ----------
    label : str
        What it is called in print.
    unit : str
        The model's word for the unit.
    """

    label: str
    unit: str

    @property
    def scale(self) -> float:
        """What values are multiplied by to be shown."""
        return scale_of(self.unit)

    def text(self, texts: Texts) -> str:
        """Return label and unit."""
        unit = texts.unit(self.unit)
        return f"{self.label} ({unit})" if unit else self.label


@dataclass(frozen=True)
class CurvePanel:
    """One outcome along a lever: one line, or one for each value of a second lever.

    Attributes
    ----------
    outcome : Axis
    lines : sequence of (str, Curve)
        What the legend calls each (empty where there is one only), and the curve.
    baseline : float or None
        The baseline's mean, drawn as a level line.
    """

    outcome: Axis
    lines: Sequence[tuple[str, Curve]]
    baseline: float | None = None


def picture_of_curves(title: str, lever: Axis, panels: Sequence[CurvePanel], texts: Texts, note: str = "",
                      legend: str = "") -> Figure:
    """Draw outcomes along a lever, with bands of 95%.

    Parameters
    ----------
    title, note : str
        What stands above and below.
    lever : Axis
    panels : sequence of CurvePanel
        One set of axes each.
    texts : Texts
    legend : str
        What the lines differ in.
    """
    with matplotlib.rc_context(STYLE):
        sheet = _sheet(title, len(panels), texts, note)
        for ax, panel in zip(sheet.axes, panels, strict=True):
            scale = panel.outcome.scale
            for (label, curve), (colour, dash, mark) in zip(panel.lines, LINES, strict=False):
                mean, half = scale * curve.mean, scale * np.nan_to_num(curve.half)
                ax.fill_between(curve.lever, mean - half, mean + half, color=colour, alpha=0.15, linewidth=0)
                ax.plot(curve.lever, mean, linestyle=dash, marker=mark, markersize=4.5, color=colour, linewidth=1.6,
                        label=label or None)
            if panel.baseline is not None and np.isfinite(panel.baseline):
                ax.axhline(scale * panel.baseline, color="0.3", linewidth=1.0, linestyle=(0, (2, 3)), zorder=1,
                           label=texts("picture.baseline"))
            sheet.label(ax, panel.outcome.label, lever.text(texts), texts.unit(panel.outcome.unit), texts)
            _mark_values(ax, panel.lines[0][1].lever, texts)
            if panel.outcome.unit not in CAN_BE_NEGATIVE:
                ax.set_ylim(bottom=0.0)
        if any(ax.get_legend_handles_labels()[0] for ax in sheet.axes):
            sheet.draw_legend(legend)
    return sheet.figure


def picture_of_phases(title: str, across: Axis, up: Axis, outcome: Axis, phases: PhaseMap, texts: Texts,
                      note: str = "") -> Figure:
    """Draw a map of an outcome over two levers, a number in each cell, and the half-way line.

    Parameters
    ----------
    title, note : str
        What stands above and below.
    across, up, outcome : Axis
    phases : PhaseMap
    texts : Texts
    """
    scale, (rows, columns) = outcome.scale, phases.mean.shape
    shown = scale * phases.mean
    with matplotlib.rc_context(STYLE):
        sheet = _sheet(title, 1, texts, note, height=1.6 + 0.62 * rows, width=min(WIDTH, 3.2 + 0.85 * columns))
        ax = sheet.axes[0]
        known = shown[np.isfinite(shown)] if np.isfinite(shown).any() else np.zeros(1)
        # The scale goes on beyond the highest value, so that black numbers can be read on most cells.
        image = ax.imshow(shown, origin="lower", aspect="auto", cmap="Greys", vmin=known.min() - 1e-12,
                          vmax=known.max() + 0.35 * np.ptp(known) + 1e-9)
        decimals = max(0, min(3, decimals_for(float(np.abs(known).max()) / 25.0) - 1))
        for (row, column), value in np.ndenumerate(shown):
            dark = image.norm(value) > 0.62 if np.isfinite(value) else False
            ax.text(column, row + 0.28, texts.number(value, decimals), ha="center", va="center", fontsize=8.5,
                    color="white" if dark else "black", zorder=6,  # above the line, which would cross it
                    path_effects=[withStroke(linewidth=2.5, foreground=image.cmap(image.norm(value)))])
        _draw_half_way(ax, phases, outcome, texts)
        ax.set_xticks(range(columns), [texts.plain(value) for value in phases.across])
        ax.set_yticks(range(rows), [texts.plain(value) for value in phases.up])
        ax.set_xlabel(across.text(texts))
        ax.set_ylabel(_filled(up.text(texts), 14 * rows))
        ax.set_title(outcome.text(texts), loc="left")
        ax.spines[:].set(visible=True, color="0.85")  # cells may be as white as the paper
        if ax.get_legend_handles_labels()[0]:
            sheet.draw_legend()
    return sheet.figure


def _draw_half_way(ax: Axes, phases: PhaseMap, outcome: Axis, texts: Texts) -> None:
    """Draw where each row crosses the half-way level; bars are intervals, filled marks rows that tip."""
    rows = np.flatnonzero(np.isfinite(phases.crossing))
    if not len(rows):
        return
    x, tips = phases.crossing[rows], phases.tips[rows]
    ax.plot(x, rows, color="white", linewidth=4.5, zorder=3)
    level = f"{texts.plain(float(f'{outcome.scale * phases.level:.3g}'))} {texts.unit(outcome.unit)}".replace(" %", "%")
    ax.plot(x, rows, color=ORANGE, linewidth=2.2, zorder=4, label=texts("picture.half_way", level=level))
    low = np.where(np.isfinite(phases.crossing_low[rows]), np.maximum(0.0, x - phases.crossing_low[rows]), 0.0)
    high = np.where(np.isfinite(phases.crossing_high[rows]), np.maximum(0.0, phases.crossing_high[rows] - x), 0.0)
    ax.errorbar(x, rows, xerr=(low, high), fmt="none", ecolor=ORANGE, elinewidth=1.4, capsize=3, zorder=4)
    for chosen, face, key in ((tips, ORANGE, "picture.tips"), (~tips, "white", "picture.slope")):
        if chosen.any():
            ax.plot(x[chosen], rows[chosen], "o", markersize=7, markerfacecolor=face, markeredgecolor=ORANGE,
                    markeredgewidth=1.5, zorder=5, label=texts(key))


def picture_of_loops(title: str, lever: Axis, outcome: Axis, loops: Sequence[tuple[str, Loop]], texts: Texts,
                     note: str = "") -> Figure:
    """Draw an outcome on the way up and on the way down, one set of axes for each loop.

    Parameters
    ----------
    title, note : str
        What stands above and below.
    lever, outcome : Axis
    loops : sequence of (str, Loop)
        What each set of axes is called, and its loop.
    texts : Texts
    """
    scale = outcome.scale
    with matplotlib.rc_context(STYLE):
        sheet = _sheet(title, len(loops), texts, note, sharey=True)
        for ax, (label, loop) in zip(sheet.axes, loops, strict=True):
            ax.fill_between(loop.lever, scale * loop.up, scale * loop.down, color="0.88", linewidth=0,
                            label=texts("picture.gap"))
            ways = ((loop.up, loop.up_half, BLUE, "-", "^", "picture.up"),
                    (loop.down, loop.down_half, ORANGE, "--", "v", "picture.down"))
            for mean, half, colour, dash, mark, key in ways:
                ax.errorbar(loop.lever, scale * mean, yerr=scale * np.nan_to_num(half), linestyle=dash, marker=mark,
                            markersize=6, color=colour, linewidth=1.7, capsize=2.5, elinewidth=1.0, label=texts(key))
            sheet.label(ax, label, lever.text(texts), outcome.text(texts) if ax is sheet.axes[0] else "", texts)
            _mark_values(ax, loop.lever, texts)
            ax.set_ylim(bottom=None if outcome.unit in CAN_BE_NEGATIVE else 0.0)
        sheet.draw_legend()
    return sheet.figure


def picture_of_sensitivity(title: str, panels: Sequence[tuple[Axis, Sensitivity]], names: dict[str, str], texts: Texts,
                           note: str = "", most: int = 20) -> Figure:
    """Draw the indices of factors as bars, the largest on top, with intervals and the noise floor.

    Parameters
    ----------
    title, note : str
        What stands above and below.
    panels : sequence of (Axis, Sensitivity)
        One set of axes for each outcome.
    names : dict of str to str
        What factors are called in print.
    texts : Texts
    most : int
        Factors shown at most; the dummy always is.
    """
    with matplotlib.rc_context(STYLE):
        longest = min(most, max(len(found.indices) for _, found in panels))
        sheet = _sheet(title, len(panels), texts, note, height=1.5 + 0.27 * longest, columns=2)
        for ax, (outcome, found) in zip(sheet.axes, panels, strict=True):
            in_unit = found.method == "morris"
            scale = outcome.scale if in_unit else 1.0
            shown = list(found.indices[:most])
            shown += [one for one in found.indices[most:] if one.factor == DUMMY]
            places = np.arange(len(shown))[::-1]
            clear = {one.factor for one in found.clear}
            values = scale * np.array([one.value for one in shown])
            ends = scale * np.array([[one.value - one.low for one in shown], [one.high - one.value for one in shown]])
            bars = ax.barh(
                places,
                values,
                height=0.66,
                color=[BLUE if one.factor in clear else "white" for one in shown],
                edgecolor=[BLUE if one.factor in clear else GREY for one in shown],
                linewidth=1.0,
            )
            for bar, one in zip(bars, shown, strict=True):
                if one.factor == DUMMY:
                    bar.set_hatch("///")
            ax.errorbar(values, places, xerr=np.maximum(0.0, np.nan_to_num(ends)), fmt="none", ecolor="black",
                        elinewidth=1.0, capsize=2.0)
            floors = scale * np.array([one.floor for one in shown])
            ax.barh(places, floors, height=0.95, color="0.82", linewidth=0, zorder=0, label=texts("picture.floor"))
            ax.vlines(floors, places - 0.475, places + 0.475, color="0.3", linewidth=1.0)
            ax.set_yticks(places, [textwrap.fill(names.get(one.factor, one.factor), 34) for one in shown], fontsize=8.0)
            ax.set_ylim(-0.7, len(shown) - 0.3)
            ax.set_xlim(left=0.0)
            unit = texts.unit_of_difference(outcome.unit) if in_unit else ""
            ax.set_xlabel(textwrap.fill(texts(f"picture.{found.method}", unit=unit), 40))
            ax.set_title(textwrap.fill(outcome.label, 30), loc="left")
            ax.xaxis.set_major_locator(MaxNLocator(4))
            ax.xaxis.set_major_formatter(FuncFormatter(texts.tick))
        sheet.draw_legend()
    return sheet.figure


def picture_of_trial(
    title: str, panels: Sequence[tuple[Axis, TrialReplicates]], texts: Texts, note: str = ""
) -> Figure:
    """Draw what the trial finds each time it is held, with its interval, beside what is true.

    Parameters
    ----------
    title, note : str
        What stands above and below.
    panels : sequence of (Axis, TrialReplicates)
        One set of axes for each outcome and arm.
    texts : Texts
    """
    with matplotlib.rc_context(STYLE):
        sheet = _sheet(title, len(panels), texts, note, columns=2, height=4.6)
        for ax, (outcome, found) in zip(sheet.axes, panels, strict=True):
            number = min(SHOWN_TRIALS, len(found.estimates))
            places, scale = np.arange(1, number + 1), outcome.scale
            ways = [(found.estimates, -0.16 if found.adjusted else 0.0, BLUE, "o", "picture.estimate")]
            if found.adjusted:
                ways.append((found.adjusted, 0.16, ORANGE, "s", "picture.adjusted"))
            for estimates, shift, colour, mark, key in ways:
                values = scale * np.array([one.effect for one in estimates[:number]])
                halves = scale * np.nan_to_num([one.half for one in estimates[:number]])
                ax.errorbar(places + shift, values, yerr=halves, fmt=mark, markersize=3.6, color=colour, elinewidth=1.0,
                            label=texts(key), markerfacecolor="white" if mark == "s" else colour)
            ax.plot(places, scale * found.truths[:number], linestyle="none", marker="_", markersize=11,
                    markeredgewidth=2.2, color=BLACK, label=texts("picture.truth"), zorder=5)
            ax.axhline(0.0, color="0.4", linewidth=0.9)
            sheet.label(ax, outcome.label, texts("picture.trial_number"), texts.unit_of_difference(outcome.unit), texts)
            ax.set_xlim(0.3, number + 0.7)
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        sheet.draw_legend()
    return sheet.figure


def picture_of_effects(title: str, panels: Sequence[tuple[Axis, Sequence[tuple[str, Effect]]]], texts: Texts,
                       note: str = "") -> Figure:
    """Draw differences from the baseline with their intervals, one row a point.

    Parameters
    ----------
    title, note : str
        What stands above and below.
    panels : sequence of (Axis, sequence of (str, Effect))
        For each outcome the points' names and effects.
    texts : Texts
    """
    rows = max(len(effects) for _, effects in panels)
    with matplotlib.rc_context(STYLE):
        sheet = _sheet(title, len(panels), texts, note, height=1.6 + 0.34 * rows, columns=2)
        for ax, (outcome, effects) in zip(sheet.axes, panels, strict=True):
            places, scale = np.arange(len(effects))[::-1], outcome.scale
            values = scale * np.array([effect.difference for _, effect in effects])
            halves = scale * np.nan_to_num([effect.half for _, effect in effects])
            ax.axvline(0.0, color="0.3", linewidth=1.0)
            for place, value, half, (_, effect) in zip(places, values, halves, effects, strict=True):
                clear = effect.direction in ("up", "down")
                ax.errorbar(value, place, xerr=half, fmt="o", color=BLUE, markersize=5.5, elinewidth=1.4, capsize=2.5,
                            markerfacecolor=BLUE if clear else "white")
            ax.set_yticks(places, [textwrap.fill(name, 36) for name, _ in effects], fontsize=8.0)
            ax.set_ylim(-0.7, len(effects) - 0.3)
            ax.grid(axis="y", color="0.9", linewidth=0.7)
            ax.set_xlabel(texts("picture.difference", unit=texts.unit_of_difference(outcome.unit)))
            ax.set_title(textwrap.fill(outcome.label, 30), loc="left")
            ax.xaxis.set_major_locator(MaxNLocator(4))
            ax.xaxis.set_major_formatter(FuncFormatter(texts.tick))
    return sheet.figure


# What pictures share --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """A figure with title and foot, its axes, and room for one legend.

    Attributes
    ----------
    figure : Figure
    axes : list of Axes
    legend_at : float
        How high the legend stands, as a share of the figure's height.
    letters : int
        How many letters stand side by side above one set of axes.
    """

    figure: Figure
    axes: list[Axes]
    legend_at: float
    letters: int

    def label(self, ax: Axes, title: str, across: str, up: str, texts: Texts) -> None:
        """Title a set of axes, label it, and write its numbers as the language does."""
        ax.set_title(textwrap.fill(title, self.letters), loc="left")
        ax.set_xlabel(_filled(across, self.letters))
        ax.set_ylabel(textwrap.fill(up, 34))
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(6, steps=(1, 2, 2.5, 5, 10)))
            axis.set_major_formatter(FuncFormatter(texts.tick))

    def draw_legend(self, title: str = "") -> None:
        """Draw one legend for all axes, in the foot, in as many rows as its width asks for."""
        handles: dict[str, Artist] = {f"{title}:": Line2D([], [], linestyle="none")} if title else {}
        for ax in self.axes:
            for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
                handles.setdefault(label, handle)
        if not handles:
            return
        room = 0.97 * self.figure.bbox.width  # letters are a little wider or narrower in a picture of other dots per inch
        for columns in range(len(handles), 0, -1):
            legend = self.figure.legend(handles.values(), handles.keys(), ncols=columns, loc="lower left", handlelength=2.6,
                                        columnspacing=1.6, bbox_to_anchor=(0.005, self.legend_at))
            drawn = legend.get_window_extent()
            if columns == 1 or drawn.x1 <= room:
                break
            legend.remove()
        layout = self.figure.get_layout_engine()
        left, bottom, width, height = layout.get()["rect"]
        more = max(0.0, self.legend_at + drawn.height / self.figure.bbox.height - bottom)
        layout.set(rect=(left, bottom + more, width, height - more))


def _sheet(title: str, number: int, texts: Texts, note: str, *, height: float = 3.5, width: float = WIDTH,
           columns: int | None = None, sharey: bool = False) -> Sheet:
    """Return a sheet with ``number`` sets of axes, each ``height`` inches high."""
    across = min(number, columns or (2 if number in (2, 4) else 3))
    rows = -(-number // across)
    if number == 1:
        width = min(width, 7.6)
    heading = textwrap.fill(title, int(7.5 * width))
    foot = textwrap.fill(f"{note} {texts('picture.disclaimer')}".strip(), int(17.0 * width))
    top, bottom = 0.32 * (heading.count("\n") + 1), 0.17 * (foot.count("\n") + 1) + 0.12
    legend = 0.34
    total = height * rows + top + bottom + legend
    figure = Figure(figsize=(width, total), layout="constrained")
    figure.get_layout_engine().set(rect=(0.0, (bottom + legend) / total, 1.0, 1.0 - (bottom + legend) / total),
                                   h_pad=0.09, w_pad=0.09)
    figure.suptitle(heading, fontsize=13.0, fontweight="bold")
    figure.text(0.012, 0.08 / total, foot, fontsize=7.5, color="0.25", va="bottom", linespacing=1.35)
    axes = list(figure.subplots(rows, across, sharey=sharey, squeeze=False).flat)
    for spare in axes[number:]:
        spare.remove()
    return Sheet(figure, axes[:number], (bottom + 0.04) / total, int(12.0 * (width / across - 0.6)))


def _filled(label: str, letters: int) -> str:
    """Break a label into lines, before its unit rather than within it."""
    name, bracket, unit = label.rpartition(" (")
    if bracket and len(unit) < letters < len(label):
        return f"{textwrap.fill(name, letters)}\n({unit}"
    return textwrap.fill(label, letters)


def _mark_values(ax: Axes, values: np.ndarray, texts: Texts) -> None:
    """Put the marks of the level axis at the lever's values where they are few and do not crowd."""
    gaps = np.diff(values) / np.ptp(values) if len(values) > 1 else np.array([])
    if 1 < len(values) <= 7 and gaps.min() > 0.07:
        ax.set_xticks(values, [texts.tick(value) for value in values])
