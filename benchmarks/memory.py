"""What a person takes in memory: the bytes of the arrays, and what the process grows by."""

from __future__ import annotations

import gc

import psutil

from benchmarks.measurement import Notebook, Quantity
from benchmarks.subjects import (
    SIZES,
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
    """Build each size, let two months pass, and see by how much the process grew."""
    compile_everything()
    gc.collect()
    book.add("interpreter", resident() / 1e6)
    chosen = [size for size in SIZES if size.name in MEASURED]
    for place, size in enumerate(chosen):
        if book.quick and not size.terms_if_quick:
            book.skip([f"arrays_{size.name}", f"resident_{size.name}"], f"A quick run leaves out {size.label}")
            continue
        for _ in range(1 if book.quick else 3):
            gc.collect()
            before = resident()
            stack = built(size, 2, threads=None)
            for _ in range(2):
                stack.step()
            gc.collect()
            book.add(f"resident_{size.name}", (resident() - before) / people_in(stack))
            book.add(f"arrays_{size.name}", bytes_of_state(stack) / people_in(stack))
            del stack
        book.tell((place + 1) / len(chosen))


def resident() -> int:
    """Return the resident memory of this process (bytes)."""
    return psutil.Process().memory_info().rss
