"""What a person takes in memory: the bytes of the arrays, and what the process grows by."""

from __future__ import annotations

import gc
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import psutil

from benchmarks.measurement import Notebook, Quantity
from benchmarks.subjects import (
    SIZES,
    Size,
    built,
    bytes_of_state,
    compile_everything,
    people_in,
)

MEASURED = ("1e5", "1e6", "national")
LABELS = {size.name: size.label for size in SIZES if size.name in MEASURED}

QUANTITIES = (
    *(Quantity(f"arrays_{name}", f"All arrays of the world, {label}", "bytes/person")
      for name, label in LABELS.items()),
    *(Quantity(f"resident_{name}", f"Resident memory beyond what the process held before, {label}", "bytes/person")
      for name, label in LABELS.items()),
    Quantity("interpreter", "Resident memory of Python with the model compiled, before any of these", "MB"),
)


def measure(book: Notebook) -> None:
    """Build each size in a fresh process, let two months pass, and see by how much the process grew.

    In a process that has held another population before, what the system's allocator kept would be counted too low.
    """
    chosen = [size for size in SIZES if size.name in MEASURED]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as fresh:
        for place, size in enumerate(chosen):
            if book.quick and not size.terms_if_quick:
                book.skip([f"arrays_{size.name}", f"resident_{size.name}"], f"A quick run leaves out {size.label}")
                continue
            for _ in range(1 if book.quick else 3):
                before, grown, arrays = fresh.submit(bytes_taken, size).result()
                book.add("interpreter", before / 1e6)
                book.add(f"resident_{size.name}", grown)
                book.add(f"arrays_{size.name}", arrays)
            book.tell((place + 1) / len(chosen))


def bytes_taken(size: Size) -> tuple[int, float, float]:
    """Return what this process holds before a population is built, and what a person adds.

    Returns
    -------
    (int, float, float)
        Resident memory before; by how much it is larger after two months, per person; all arrays, per person (bytes).
    """
    compile_everything()
    gc.collect()
    before = resident()
    stack = built(size, 2, threads=None)
    for _ in range(2):
        stack.step()
    gc.collect()
    people = people_in(stack)
    return before, (resident() - before) / people, bytes_of_state(stack) / people


def resident() -> int:
    """Return the resident memory of this process (bytes)."""
    return psutil.Process().memory_info().rss
