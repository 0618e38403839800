"""The engine against the same model as plain Mesa objects, which lives with the tests as their reference.

Both run the same scenario with the same seed through the same months, a month of each in turn. At 1,000 people the
engine steps 200 stacked runs, and its time is per person, as the objects' is. Both use one thread, so processor time is
compared.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from benchmarks.measurement import (
    PROCESSOR,
    Notebook,
    Quantity,
    ratios,
    seconds_of_months,
)
from benchmarks.subjects import (
    MONTHS_OF_A_TERM,
    SEED,
    SIZES,
    built,
    compile_everything,
    people_in,
)

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "reference"
# size of the engine; months of both, repeats; the same of a quick run (no repeats: left out)
COMPARED = {
    "1e3": ("1e3_stacked", (MONTHS_OF_A_TERM, 3), (12, 1)),
    "1e4": ("1e4", (MONTHS_OF_A_TERM, 2), (2, 1)),
    "1e5": ("1e5", (2, 2), (1, 0)),
}

QUANTITIES = tuple(
    quantity for name, (size, (months, _), _) in COMPARED.items() for quantity in (
        Quantity(f"objects_{name}", f"A month of Mesa objects, {name} people (months 1 to {months}; fewer if quick)",
                 "ns/person"),
        Quantity(f"engine_{name}", f"The engine in the same months, in turn ({size.replace('_', ' ')}), 1 thread",
                 "ns/person"),
        Quantity(f"objects_ratio_{name}", f"Mesa objects against the engine, {name} people", "times"),
    ))


def measure(book: Notebook) -> None:
    """Step both through the same months."""
    if not (FOLDER / "__init__.py").is_file():
        book.skip([quantity.name for quantity in QUANTITIES],
                  "The model as plain Mesa objects (tests/reference) is not here")
        return
    compile_everything()
    sizes = {size.name: size for size in SIZES}
    for place, (name, (size, full, quick)) in enumerate(COMPARED.items()):
        months, repeats = quick if book.quick else full
        if not repeats:
            book.skip([f"{kind}_{name}" for kind in ("objects", "engine", "objects_ratio")],
                      f"A quick run leaves out Mesa objects at {name} people")
        for repeat in range(repeats):
            _compare(book, name, sizes[size], months, SEED + repeat)
            book.tell((place + (repeat + 1) / repeats) / len(COMPARED))
        if repeats:
            book.add(f"objects_ratio_{name}", ratios(book.values[f"objects_{name}"], book.values[f"engine_{name}"]))


def _compare(book: Notebook, name: str, size, months: int, seed: int) -> None:
    """Write down what a month of each takes per person."""
    scenario = size.scenario(months)
    objects, stack = reference_model()(scenario, rng=seed), built(size, months, threads=1)
    seconds = seconds_of_months({"objects": objects.step, "engine": stack.step}, months, PROCESSOR)
    people = {"objects": people_in(stack) / size.runs, "engine": people_in(stack)}
    for kind, spent in seconds.items():
        book.add(f"{kind}_{name}", 1e9 * spent / months / people[kind])


def reference_model() -> type:
    """Return the class of the model as plain Mesa objects."""
    return importlib.import_module("tests.reference").ReferenceModel
