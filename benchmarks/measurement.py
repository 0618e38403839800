"""What a group measures: quantities, their values, and how two things are timed in turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Quantity:
    """Something to measure: ``name`` for programs, ``label`` for people, and the unit."""

    name: str
    label: str
    unit: str


@dataclass(frozen=True)
class Measurement:
    """The repeated values of a quantity."""

    quantity: Quantity
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median of the values."""
        return statistics.median(self.values)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest value."""
        return min(self.values), max(self.values)


@dataclass
class Notebook:
    """What a group writes its values into while it measures.

    Attributes
    ----------
    quick : bool
        Whether a smoke run was asked for: few repeats, nothing large.
    tell : callable
        Told how far the group has come, 0 to 1.
    values : dict of str to list of float
        Values by name of quantity, in the order of measurement.
    skipped : dict of str to str
        For a quantity that was not measured, a sentence that says why.
    """

    quick: bool
    tell: Callable[[float], None] = lambda share: None
    values: dict[str, list[float]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, values: float | Iterable[float]) -> None:
        """Write down one value of a quantity, or several."""
        several = values if isinstance(values, Iterable) else [values]
        self.values.setdefault(name, []).extend(float(value) for value in several)

    def skip(self, names: str | Iterable[str], reason: str) -> None:
        """Write down why quantities were not measured."""
        self.skipped.update(dict.fromkeys([names] if isinstance(names, str) else names, reason))


WALL, PROCESSOR = time.perf_counter, time.process_time
"""The clock on the wall; and the time that the processors spent on this process. By the latter, ways that use one
thread can be compared fairly on a busy machine: on the wall, other work lengthens long calls and spares short ones."""


def seconds_of(action: Callable[[], object], clock: Callable[[], float] = WALL) -> float:
    """Return how long a call takes (seconds)."""
    started = clock()
    action()
    return clock() - started


def seconds_in_turns(actions: Mapping[str, Callable[[], object]], repeats: int,
                     tell: Callable[[float], None] = lambda share: None,
                     clock: Callable[[], float] = WALL) -> dict[str, list[float]]:
    """Return how long each action takes, all called in turn, again and again.

    Parameters
    ----------
    actions : mapping of str to callable
        What to time.
    repeats : int
        How often each is called; which goes first changes from one repeat to the next.
    tell : callable, optional
        Told how far it has come, 0 to 1.
    clock : callable
        ``WALL`` or ``PROCESSOR``.

    Returns
    -------
    dict of str to list of float
        Seconds by name, shape (repeats,) each.
    """
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for repeat in range(repeats):
        for name in rotated(list(actions), repeat):
            seconds[name].append(seconds_of(actions[name], clock))
        tell((repeat + 1) / repeats)
    return seconds


def seconds_of_months(steps: Mapping[str, Callable[[], object]], months: int,
                      clock: Callable[[], float] = WALL) -> dict[str, float]:
    """Return how long so many months take in each of several models, a month of each in turn."""
    seconds = dict.fromkeys(steps, 0.0)
    for month in range(months):
        for name in rotated(list(steps), month):
            seconds[name] += seconds_of(steps[name], clock)
    return seconds


def rotated(names: Sequence[str], by: int) -> list[str]:
    """Return the names in the same circle, begun at another place."""
    start = by % len(names)
    return [*names[start:], *names[:start]]


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Return the ratios of values that were measured in turns: the first to the first, and so on."""
    return [one / other for one, other in zip(above, below, strict=True)]
