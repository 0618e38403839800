"""The engine at every size, on one thread and two: time of a month, of the build, and how time grows with size."""

from __future__ import annotations

import gc
from functools import partial

import numpy as np

from benchmarks.measurement import (
    Notebook,
    Quantity,
    ratios,
    seconds_of,
    seconds_of_months,
)
from benchmarks.subjects import (
    FIRST_MONTHS,
    MONTHS_OF_A_TERM,
    SIZES,
    Size,
    built,
    compile_everything,
    people_in,
)
from model.engine import threads_available

THREADED = ("1e3_stacked", "1e5", "1e6", "national")  # one region cannot be shared between threads
GROWN = ("1e4", "1e5", "1e6", "national")
ROUNDS = 3  # in each, every size runs a part of its terms

QUANTITIES = (
    *(Quantity(f"month_{size.name}_1_thread", f"A month of {size.label}, 1 thread", "ns/person") for size in SIZES),
    *(Quantity(f"month_{size.name}_2_threads", f"A month of {size.label}, 2 threads", "ns/person")
      for size in SIZES if size.name in THREADED),
    *(Quantity(f"speedup_{size.name}", f"Two threads against one, {size.label}", "times")
      for size in SIZES if size.name in THREADED),
    *(Quantity(f"build_{size.name}", f"Building {size.label}", "ns/person") for size in SIZES),
    Quantity("growth", "Growth of a month's time with people from 10,000 on, 1 thread (exponent; 1 is linear)",
             "exponent"),
    Quantity("growth_most", "Time per person at 4.76 million against the least at any smaller size from 10,000 on",
             "times"),
)


def measure(book: Notebook) -> None:
    """Let every size run through whole terms, on one thread and two in turn."""
    compile_everything()
    terms_of = {size: size.terms_if_quick if book.quick else size.terms for size in SIZES}
    subjects = {size: _Subject(size, terms, book) for size, terms in terms_of.items() if terms}
    for size in set(SIZES) - set(subjects):
        book.skip([quantity.name for quantity in QUANTITIES if quantity.name.endswith(f"_{size.name}")
                   or f"_{size.name}_" in quantity.name], f"A quick run leaves out {size.label}")
    work, done = sum(subject.work for subject in subjects.values()), 0.0
    for part in range(ROUNDS):
        for size, subject in subjects.items():
            for _ in range(part * terms_of[size] // ROUNDS, (part + 1) * terms_of[size] // ROUNDS):
                subject.pass_term()
                done += subject.work / terms_of[size]
                book.tell(done / work)
    for subject in subjects.values():
        subject.write_down()
    _write_down_growth(book, {size.name: subject.people for size, subject in subjects.items() if size.name in GROWN})


class _Subject:
    """One size: a stack for each number of threads, what they took, and how many ``people`` each holds."""

    def __init__(self, size: Size, terms: int, book: Notebook):
        self._name, self._book = size.name, book
        months = FIRST_MONTHS + terms * MONTHS_OF_A_TERM
        counts = (1, 2) if size.name in THREADED and threads_available() > 1 else (1,)
        self._stacks = {}
        for threads in counts:
            gc.collect()
            seconds = seconds_of(lambda threads=threads: self._stacks.update({threads: built(size, months, threads)}))
            self.people = people_in(self._stacks[threads])
            book.add(f"build_{size.name}", 1e9 * seconds / self.people)
        self._steps = {str(threads): stack.step for threads, stack in self._stacks.items()}
        self._whole_terms = {str(threads): partial(stack.run_for, MONTHS_OF_A_TERM) for threads, stack in self._stacks.items()}
        self._stacked = size.runs > 1
        self._terms: list[dict[str, float]] = []
        self.work = terms * self.people
        seconds_of_months(self._steps, FIRST_MONTHS)

    def pass_term(self) -> None:
        """Let a term pass, and keep how long it took (ns a person and month, by number of threads).

        One run takes a month on one thread and a month on two in turn; stacked runs go through the whole term, as in a sweep.
        """
        if self._stacked:
            seconds = {threads: seconds_of(run) for threads, run in self._whole_terms.items()}
        else:
            seconds = seconds_of_months(self._steps, MONTHS_OF_A_TERM)
        self._terms.append({threads: 1e9 * one / MONTHS_OF_A_TERM / self.people for threads, one in seconds.items()})

    def write_down(self) -> None:
        """Write down the times of the terms."""
        one = [term["1"] for term in self._terms]
        self._book.add(f"month_{self._name}_1_thread", one)
        if "2" in self._steps:
            two = [term["2"] for term in self._terms]
            self._book.add(f"month_{self._name}_2_threads", two)
            self._book.add(f"speedup_{self._name}", ratios(one, two))
        elif self._name in THREADED:
            self._book.skip([f"month_{self._name}_2_threads", f"speedup_{self._name}"],
                            "This process may use one processor only")


def _write_down_growth(book: Notebook, people: dict[str, int]) -> None:
    """Write down how time grows over sizes, one value for each repeat that every size has."""
    logs = np.log(list(people.values()))
    for times in zip(*(book.values[f"month_{name}_1_thread"] for name in people), strict=False):
        book.add("growth", np.polyfit(logs, logs + np.log(times), 1)[0])
        if "national" in people:
            book.add("growth_most", times[-1] / min(times[:-1]))
    if "national" not in people:
        book.skip("growth_most", "A quick run leaves out the national size")
