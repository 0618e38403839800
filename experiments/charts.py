"""Pictures for files, reports and the app. Each function draws one on a Figure of its own, with no global state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.summary import Estimate, estimate, phases_of, votes_of
from experiments.tables import DISCLAIMER, about_run
from model.measures import CATEGORIES, MEASURES, measured
from model.scenario import Scenario

BLUE, ORANGE, GREEN, BLACK = "#0072B2", "#D55E00", "#009E73", "#000000"  # told apart by the colour-blind too
SHADES = {"ban": "0.93", "campaign": "0.82"}
WINDOW = 12  # months
STYLE = {
    "font.size": 9.0, "axes.titlesize": 10.0, "axes.spines.top": False, "axes.spines.right": False,
    "legend.fontsize": 8.0, "legend.frameon": False, "svg.fonttype": "none", "svg.hashsalt": "netralitas",
}


def of_month(counts: np.ndarray) -> np.ndarray:
    """Return counts as they are."""
    return counts


def of_past_year(counts: np.ndarray) -> np.ndarray:
    """Return the counts of each month and the eleven before it, summed.

    So that a mean over rare events, such as promotions, exists in every month.
    """
    sums = np.cumsum(counts, axis=-2)
    sums[..., WINDOW:, :] -= sums[..., :-WINDOW, :].copy()
    return sums


@dataclass(frozen=True)
class Line:
    """One line of a picture.

    Attributes
    ----------
    measure : str
        A measure.
    label : str
        What the legend calls it.
    colour, style : str
        How it is drawn; lines of one panel differ in both, so that black and white will do.
    camp : str or None
        Which camp's part of the measure.
    over : callable
        Which months' counts a point is made from.
    """

    measure: str
    label: str
    colour: str
    style: str
    camp: str | None = None
    over: Callable[[np.ndarray], np.ndarray] = of_month

    def values(self, counts: np.ndarray) -> np.ndarray:
        """Return the line's values from counts of shape (..., months, TALLY_VALUES)."""
        if self.camp is None:
            return measured(self.measure, self.over(counts))
        return measured(self.measure, self.over(counts), by="camp")[..., CATEGORIES["camp"].index(self.camp)]


@dataclass(frozen=True)
class Panel:
    """One set of axes.

    Attributes
    ----------
    title, unit : str
        What stands above and beside it.
    lines : tuple of Line
        What is drawn in it.
    scale : float
        What measures are multiplied by: 100 for per cent.
    from_zero : bool
        Whether the axis begins at 0, since nothing can lie below.
    """

    title: str
    unit: str
    lines: tuple[Line, ...]
    scale: float = 1.0
    from_zero: bool = False


STANCES = Panel("Taking sides (all others are neutral)", "% of staff", (
    Line("overt_share", "Overt for the incumbent", BLUE, "-", "incumbent"),
    Line("covert_share", "Covert for the incumbent", BLUE, "--", "incumbent"),
    Line("overt_share", "Overt for the challenger", ORANGE, "-.", "challenger"),
    Line("covert_share", "Covert for the challenger", ORANGE, ":", "challenger"),
), scale=100.0, from_zero=True)
FUNNEL = Panel("From report to sanction", "per 1,000 staff and month", (
    Line("reported", MEASURES["reported"].label, BLACK, "-"),
    Line("recommended", MEASURES["recommended"].label, BLUE, "--"),
    Line("sanctioned", MEASURES["sanctioned"].label, ORANGE, ":"),
), from_zero=True)
CAREERS = Panel("Merit", "competence, standard deviations (SD)", (
    Line("promoted_competence", "Promoted in the past 12 months", BLUE, "-", over=of_past_year),
    Line("senior_competence", MEASURES["senior_competence"].label, ORANGE, "--"),
))
SERVICE = Panel("Public service and welfare", "standard deviations (SD)", (
    Line("service_quality", MEASURES["service_quality"].label, BLUE, "-"),
    Line("welfare", MEASURES["welfare"].label, GREEN, "--"),
))
PANELS = (STANCES, FUNNEL, CAREERS, SERVICE)


class RunSeries:
    """What the picture of a run shows, gathered from the counts of replicates as they come."""

    def __init__(self) -> None:
        self._values: dict[Line, list[np.ndarray]] = {line: [] for panel in PANELS for line in panel.lines}

    def add(self, counts: np.ndarray) -> None:
        """Take the counts of some replicates, shape (replicates, months, TALLY_VALUES)."""
        for line, values in self._values.items():
            values.append(line.values(counts))

    def estimate(self, line: Line) -> Estimate:
        """Return a line's mean and interval, shape (months,)."""
        return estimate(np.concatenate(self._values[line]))

    @property
    def replicates(self) -> int:
        """How many replicates were taken."""
        return sum(len(values) for values in next(iter(self._values.values())))


def picture_of_run(scenario: Scenario, series: RunSeries) -> Figure:
    """Draw a run in four panels: stances, the funnel of enforcement, merit, service and welfare.

    Parameters
    ----------
    scenario : Scenario
        What was run.
    series : RunSeries
        What its replicates showed.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(10.0, 7.6), layout="constrained")
        figure.get_layout_engine().set(rect=(0.0, 0.085, 1.0, 0.915), h_pad=0.08, w_pad=0.08)
        figure.suptitle(scenario.title, fontsize=13.0, fontweight="bold")
        axes = figure.subplots(2, 2, sharex=True)
        for ax, panel in zip(axes.flat, PANELS, strict=True):
            _draw_panel(ax, panel, scenario, series)
        for ax in axes[1]:
            ax.set_xlabel("Years passed" if scenario.months >= 12 else "Month")
        _draw_key(figure, scenario)
        figure.text(0.01, 0.012, f"{about_run(scenario, series.replicates)}\n{DISCLAIMER}", fontsize=7.5, color="0.25",
                    va="bottom", linespacing=1.4)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write a picture to a file; the same picture gives the same bytes."""
    ending = path.suffix.lower().removeprefix(".")
    with matplotlib.rc_context(STYLE):
        figure.savefig(path, format=ending, dpi=150, metadata={"Date": None} if ending == "svg" else None)


def _draw_panel(ax: Axes, panel: Panel, scenario: Scenario, series: RunSeries) -> None:
    months = np.arange(1, scenario.months + 1)
    _mark_calendar(ax, scenario)
    for line in panel.lines:
        found = series.estimate(line)
        mean, half = panel.scale * found.mean, panel.scale * found.half
        ax.fill_between(months, mean - half, mean + half, color=line.colour, alpha=0.15, linewidth=0)
        alone = {"marker": "o", "markersize": 4} if scenario.months == 1 else {}
        ax.plot(months, mean, line.style, color=line.colour, linewidth=1.6, label=line.label, **alone)
    ax.set_ylabel(panel.unit)
    ax.set_xlim(0.0, scenario.months + 0.5)
    ax.set_ylim(_limits(panel, [series.estimate(line) for line in panel.lines]))
    # The legend stands above the axes, where it hides nothing, and the title above the legend.
    ax.legend(loc="lower left", bbox_to_anchor=(-0.02, 0.99), ncols=2, borderaxespad=0.0)
    ax.set_title(panel.title, loc="left", pad=6.0 + 14.0 * np.ceil(len(panel.lines) / 2))
    every = next(years for years in (1, 2, 5, 10, 20, 50) if scenario.months / 12 / years <= 12)
    if scenario.months >= 12:
        ends = np.arange(0, scenario.months + 1, 12 * every)
        ax.set_xticks(ends, [f"{end // 12}" for end in ends])
    else:
        ax.set_xticks(months)


def _limits(panel: Panel, found: list[Estimate]) -> tuple[float, float]:
    """Return the ends of the upright axis; where intervals are very wide, the lines decide and not the intervals."""
    means = np.concatenate([line.mean for line in found])
    halves = np.nan_to_num(np.concatenate([line.half for line in found]))
    if not np.isfinite(means).any():
        return 0.0, 1.0
    low, high = np.nanmin(means), np.nanmax(means)
    span = max(high - low, 2.0 * float(np.median(halves)), 1e-9)
    low = 0.0 if panel.from_zero else max(np.nanmin(means - halves), low - span) - 0.05 * span
    high = min(np.nanmax(means + halves), high + span) + 0.05 * span
    return panel.scale * low, panel.scale * high


def _mark_calendar(ax: Axes, scenario: Scenario) -> None:
    """Shade ban and campaign, and mark votes and reforms."""
    for month, phase in enumerate(phases_of(scenario), start=1):
        if phase in SHADES:
            ax.axvspan(month - 0.5, month + 0.5, color=SHADES[phase], linewidth=0, zorder=0)
    for month in votes_of(scenario):
        ax.axvline(month, color="0.35", linewidth=0.9, zorder=1)
    for reform in scenario.reforms:
        if reform.month <= scenario.months:
            ax.axvline(reform.month, color="0.1", linewidth=1.0, linestyle=(0, (1, 2)), zorder=1)


def _draw_key(figure: Figure, scenario: Scenario) -> None:
    """Say once for all panels what shades and upright lines mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    names = {"ban": "Ban on replacing officials", "campaign": "Campaign"}
    phases = set(phases_of(scenario))
    handles = [Patch(color=shade, label=names[phase]) for phase, shade in SHADES.items() if phase in phases]
    if votes_of(scenario):
        handles.append(Line2D([], [], color="0.35", linewidth=0.9, label="Vote"))
    if any(reform.month <= scenario.months for reform in scenario.reforms):
        handles.append(Line2D([], [], color="0.1", linewidth=1.0, linestyle=(0, (1, 2)), label="Reform"))
    if handles:
        figure.legend(handles=handles, loc="lower right", bbox_to_anchor=(0.995, 0.055), ncols=len(handles))
