"""Ten years of the whole civil service, against reading and writing its state once a month."""

from __future__ import annotations

import gc
import time

from benchmarks.limits import memory_speeds
from benchmarks.measurement import Notebook, Quantity, ratios
from benchmarks.subjects import (
    SIZES,
    Size,
    built,
    bytes_of_state,
    compile_everything,
    people_in,
)
from model.engine import threads_available

MONTHS = 120
SIZE_IF_QUICK = next(size for size in SIZES if size.name == "1e5")

QUANTITIES = (
    Quantity("national_people", "People", "people"),
    Quantity("national_ten_years", "Building it and 120 months, all threads", "s"),
    Quantity("national_build", "Of that the build", "s"),
    Quantity("national_state", "Reading and writing the state 120 times at the triad's speed, all threads", "s"),
    Quantity("national_ratio", "Ten years, build included, against reading and writing the state once a month",
             "times"),
)


def measure(book: Notebook) -> None:
    """Run ten years again and again; a quick run only tries it on a smaller size and reports nothing."""
    compile_everything()
    if book.quick:
        run_ten_years(Notebook(quick=True, tell=book.tell), SIZE_IF_QUICK, repeats=1)
        book.skip([quantity.name for quantity in QUANTITIES],
                  f"A quick run only tries it on {SIZE_IF_QUICK.label}, which says nothing about the nation")
    else:
        run_ten_years(book, SIZES[-1], repeats=3)


def run_ten_years(book: Notebook, size: Size, repeats: int) -> None:
    """Build a size and let ten years pass, with memory's speed measured before and after."""
    for repeat in range(repeats):
        speed = _memory_speed(book.quick)
        started = time.perf_counter()
        stack = built(size, MONTHS, threads=None)
        book.add("national_build", time.perf_counter() - started)
        for month in range(MONTHS):
            stack.step()
            book.tell((repeat + (month + 1) / MONTHS) / repeats)
        book.add("national_ten_years", time.perf_counter() - started)
        book.add("national_people", people_in(stack))
        state = bytes_of_state(stack)
        del stack
        gc.collect()
        speed = (speed + _memory_speed(book.quick)) / 2.0
        book.add("national_state", MONTHS * 2 * state / (1e9 * speed))
    book.add("national_ratio", ratios(book.values["national_ten_years"], book.values["national_state"]))


def _memory_speed(quick: bool) -> float:
    """Return the best speed of memory on all threads (GB/s), from arrays that are given back at once."""
    speeds = memory_speeds(2 if quick else 5, 10_000_000 if quick else 40_000_000)
    return max(speeds[threads_available()])
