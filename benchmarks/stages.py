"""What each stage of the month costs: the month's own list of stages runs in Python, each stage as compiled code.

So no stage is listed here, and a stage that is added to the month is measured too. Around each call stands a clock;
with the call from Python it adds under a microsecond a stage and region, which ``clock`` states per person. Between
its own stages a region's rows stay in the cache as they do in the engine. The sum stands beside the whole month as
the engine runs it, measured in turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import FunctionType
from unittest.mock import patch

from benchmarks.measurement import Notebook, Quantity, ratios, seconds_of_months
from benchmarks.subjects import (
    FIRST_MONTHS,
    MONTHS_OF_A_TERM,
    STAFF_OF_A_GOVERNMENT,
    Size,
    built,
    people_in,
)
from model import engine, stages
from model.compiler import compiled, entry_point

SIZE = Size("stages", "20 regions of the national average", STAFF_OF_A_GOVERNMENT, regions=20, terms=6)


def names_of_stages() -> tuple[str, ...]:
    """Return the functions that the month calls, in its order."""
    names = stages.months_of.__globals__
    return tuple(name for name in stages.months_of.__code__.co_names if isinstance(names.get(name), FunctionType))


QUANTITIES = (
    *(Quantity(f"stage_{name}", f"`{name}`", "ns/person") for name in names_of_stages()),
    Quantity("stages_together", "All stages, timed one by one", "ns/person"),
    Quantity("stages_month", "The whole month as the engine runs it, same regions, in turn", "ns/person"),
    Quantity("stages_ratio", "All stages timed one by one, against the whole month", "times"),
    Quantity("stages_clock", "Of each stage's time, what the clock and the call from Python take", "ns/person"),
)


class TimedMonth:
    """The month, with a clock around each stage.

    Attributes
    ----------
    seconds : dict of str to float
        Time spent in each stage so far.
    """

    def __init__(self):
        names = dict(stages.months_of.__globals__)
        for name in names_of_stages():
            names[name] = self._timed(name, names[name])
        self.seconds = dict.fromkeys(names_of_stages(), 0.0)
        self._pass = FunctionType(stages.months_of.__code__, names)

    def __call__(self, *arguments: object) -> None:
        self._pass(*arguments)

    def compile(self, _types: tuple) -> TimedMonth:
        """Return what lets months pass, whatever their arguments: the stages are compiled one by one as they are met."""
        return self

    def _timed(self, name: str, stage: FunctionType) -> Callable:
        code = None

        def call(*arguments):
            nonlocal code
            if code is None:
                code = entry_point(stage, *arguments)
            started = time.perf_counter()
            code(*arguments)
            self.seconds[name] += time.perf_counter() - started

        return call


def stack_with(month: Callable, size: Size, months: int):
    """Return a population on one thread whose engine lets months pass with another function."""
    def chosen(function: FunctionType, rules=None) -> Callable:
        return month if function is stages.months_of else compiled(function, rules)

    with patch.object(engine, "compiled", chosen):
        return built(size, months, threads=1)


def measure(book: Notebook) -> None:
    """Time the stages of the same months as the engine's."""
    terms = 1 if book.quick else SIZE.terms
    months = FIRST_MONTHS + terms * MONTHS_OF_A_TERM
    timed = TimedMonth()
    by_stage = stack_with(timed, SIZE, months)
    by_stage.step()  # compiles them with entries for Python, before the engine's month compiles them without
    book.tell(0.3)
    whole = built(SIZE, months, threads=1)
    whole.step()
    steps = {"by_stage": by_stage.step, "whole": whole.step}
    seconds_of_months(steps, FIRST_MONTHS - 1)
    unit = 1e9 / MONTHS_OF_A_TERM / people_in(whole)
    clock = 1e9 * SIZE.regions / people_in(whole) * seconds_of_clock(by_stage)
    for term in range(terms):
        timed.seconds = dict.fromkeys(timed.seconds, 0.0)
        seconds = seconds_of_months(steps, MONTHS_OF_A_TERM)
        for name, spent in timed.seconds.items():
            book.add(f"stage_{name}", unit * spent)
        book.add("stages_together", unit * sum(timed.seconds.values()))
        book.add("stages_month", unit * seconds["whole"])
        book.tell(0.3 + 0.7 * (term + 1) / terms)
    book.add("stages_ratio", ratios(book.values["stages_together"], book.values["stages_month"]))
    book.add("stages_clock", clock)


def nothing(g, month, world):
    """Do nothing, as a stage."""


def seconds_of_clock(stack) -> float:
    """Return what a clock shows around a stage that does nothing."""
    arguments = (0, 1, stack.engine.world)
    code, calls, spent = entry_point(nothing, *arguments), 1000, 0.0
    for _ in range(calls):
        started = time.perf_counter()
        code(*arguments)
        spent += time.perf_counter() - started
    return spent / calls
