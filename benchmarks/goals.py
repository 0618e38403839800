"""What was promised, each as a limit on measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.measurement import Measurement


@dataclass(frozen=True)
class Goal:
    """A limit that the medians of all named quantities must keep; the worst of them is the one that is judged.

    Attributes
    ----------
    name, text : str
        For programs, and for people.
    quantities : tuple of str
        Names of quantities.
    limit : float
        In the unit of the quantities.
    at_least : bool
        Whether more is better.
    """

    name: str
    text: str
    quantities: tuple[str, ...]
    limit: float
    at_least: bool = False

    def verdict(self, measured: Mapping[str, Measurement]) -> Verdict | None:
        """Return how the goal stands, or None where none of its quantities was measured."""
        found = [measured[name] for name in self.quantities if name in measured]
        if not found:
            return None
        worst = (min if self.at_least else max)(found, key=lambda one: one.median)
        return Verdict(self, worst, missing=tuple(name for name in self.quantities if name not in measured))


@dataclass(frozen=True)
class Verdict:
    """How a goal stands: ``worst`` is the measurement it is judged by, ``missing`` names quantities not measured."""

    goal: Goal
    worst: Measurement
    missing: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the median keeps the limit."""
        median, limit = self.worst.median, self.goal.limit
        return median >= limit if self.goal.at_least else median <= limit

    @property
    def margin(self) -> float:
        """How far the median is from the limit, as a share of the limit."""
        return abs(self.worst.median - self.goal.limit) / self.goal.limit

    @property
    def doubtful(self) -> bool:
        """Whether the limit lies within the spread, so another run may judge otherwise."""
        low, high = self.worst.spread
        return low < self.goal.limit < high

    @property
    def sentence(self) -> str:
        """The verdict in words: holds or missed, and by how much."""
        words = f"{'holds' if self.holds else 'missed'} by {100 * self.margin:.0f}%"
        if self.doubtful:
            words += ", limit within the spread"
        return words + (f"; {len(self.missing)} of {len(self.goal.quantities)} not measured" if self.missing else "")


_LARGE = ("1e4", "1e5", "1e6", "national")

GOALS = (
    Goal("one_thread", "A person's month on one thread, 10,000 to 4.76 million people",
         tuple(f"month_{size}_1_thread" for size in _LARGE), 25.0),
    Goal("one_thread_stacked", "A person's month on one thread, stacked runs of 1,000",
         ("month_1e3_stacked_1_thread",), 25.0),
    Goal("one_thread_aim", "Aimed at: a person's month on one thread at every one of these sizes",
         ("month_1e3_stacked_1_thread", *(f"month_{size}_1_thread" for size in _LARGE)), 15.0),
    Goal("two_threads", "Two threads against one, from a million people on",
         ("speedup_1e6", "speedup_national"), 1.7, True),
    Goal("objects_small", "Against Mesa objects, 1,000 (stacked) and 10,000 people",
         ("objects_ratio_1e3", "objects_ratio_1e4"), 300.0, True),
    Goal("objects_large", "Against Mesa objects, 100,000 people", ("objects_ratio_1e5",), 600.0, True),
    Goal("memory", "Resident memory of a person", ("resident_1e6", "resident_national"), 64.0),
    Goal("national", "Ten years of the nation, build included, against reading and writing its state once a month",
         ("national_ratio",), 10.0),
    Goal("import", "`import model` against `import mesa`", ("import_ratio",), 1.4),
    Goal("first_result", "First result, compilation included", ("first_result",), 20.0),
    Goal("later_start", "A later start with its result, against `import mesa`", ("later_start_ratio",), 2.5),
    Goal("agg", "`agg` over a million agents", ("views_agg_anew",), 2.0),
    Goal("select", "`select` by a column over a million agents", ("views_select_anew", "views_select_function"), 50.0),
    Goal("app_start", "The app's server is ready", ("app_start",), 6.0),
    Goal("app_open", "The app's page is usable", ("app_open",), 3.0),
    Goal("app_first", "Slider to first changed line", ("app_first_lever", "app_first_assumption"), 150.0),
    Goal("app_band", "Slider to full band: 16 replicates, 1,000 people, 120 months",
         ("app_band_lever", "app_band_assumption"), 1000.0),
    Goal("app_months", "Live region of 1,000 people, months drawn", ("app_months",), 15.0, True),
    Goal("class_answered", "Thirty visitors for five minutes: none fails", ("class_answered",), 100.0, True),
    Goal("class_first", "Thirty visitors: 95% of first lines", ("class_first_95",), 1.0),
    Goal("class_memory", "Thirty visitors: memory for each", ("class_memory",), 3.0),
    Goal("class_memory_after", "Memory after three rounds of thirty visitors have closed", ("class_memory_after",), 1.1),
)
