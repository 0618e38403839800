"""The machine's own limits: how fast memory is, and what one exponential and one draw cost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from math import exp

import numpy as np

from benchmarks.measurement import Notebook, Quantity, seconds_in_turns
from benchmarks.subjects import SIZES, built, bytes_of_state, people_in
from model.compiler import entry_point
from model.engine import threads_available
from model.randomness import block_of_words, uniform
from model.rules.mathematics import exponential

NUMBERS_IN_MEMORY = 40_000_000  # of 8 bytes, in each of three arrays: 960 MB, more than any cache holds
NUMBERS_IN_CACHE = 20_000
CALLS_OF_A_LOOP = 20  # a value is the best of so many calls, each of which takes less than a millisecond

QUANTITIES = (
    Quantity("triad_1_thread", "Memory triad a = b + s c, 1 thread (24 bytes a number)", "GB/s"),
    Quantity("triad_all_threads", "Memory triad, all threads", "GB/s"),
    Quantity("state_once", "Reading and writing a person's bytes once, at the triad's speed, 1 thread", "ns/person"),
    Quantity("exponential", "One `exponential` of the model, in a compiled loop", "ns"),
    Quantity("exponential_library", "One `math.exp`, in a compiled loop", "ns"),
    Quantity("exponential_numpy", "One `numpy.exp`, float64", "ns"),
    Quantity("draw", "One `uniform` of the model (10 rounds of Philox), in a compiled loop", "ns"),
    Quantity("draw_block", "One block of four words of the model, in a compiled loop", "ns"),
    Quantity("draw_numpy_philox", "One draw of numpy's Philox generator", "ns"),
    Quantity("draw_numpy_pcg", "One draw of numpy's default generator", "ns"),
)


def measure(book: Notebook) -> None:
    """Measure them all in turns."""
    repeats = 5 if book.quick else 15
    speeds = memory_speeds(repeats, 10_000_000 if book.quick else NUMBERS_IN_MEMORY)
    book.tell(0.4)
    book.add("triad_1_thread", speeds[1])
    if threads_available() > 1:
        book.add("triad_all_threads", speeds[threads_available()])
    else:
        book.skip("triad_all_threads", "This process may use one processor only")
    size = SIZES[2]
    stack = built(size, months=1, threads=1)
    book.add("state_once", [2.0 * bytes_of_state(stack) / people_in(stack) / speed for speed in speeds[1]])
    loops = seconds_in_turns(loops_in_cache(), repeats * CALLS_OF_A_LOOP, lambda share: book.tell(0.5 + 0.5 * share))
    for name, seconds in loops.items():
        best = [min(seconds[first:first + CALLS_OF_A_LOOP]) for first in range(0, len(seconds), CALLS_OF_A_LOOP)]
        book.add(name, [1e9 * one / NUMBERS_IN_CACHE for one in best])


def memory_speeds(repeats: int, numbers: int = NUMBERS_IN_MEMORY) -> dict[int, list[float]]:
    """Return the speed of memory by number of threads, 1 and all (GB/s), each with one value a repeat.

    It is that of the STREAM triad (McCalpin): two arrays are read and one is written, and what the processor reads
    before it writes is not counted.
    """
    from numba import njit

    @njit(nogil=True)
    def triad(a, b, c, scale):
        for i in range(len(a)):
            a[i] = b[i] + scale * c[i]

    a, b, c = np.zeros(numbers), np.ones(numbers), np.ones(numbers)
    triad(a[:8], b[:8], c[:8], 3.0)
    counts = sorted({1, threads_available()})

    def on(threads: int) -> None:
        cuts = np.linspace(0, numbers, threads + 1).astype(int)
        parts = [(a[first:last], b[first:last], c[first:last]) for first, last in zip(cuts[:-1], cuts[1:], strict=True)]
        if threads == 1:
            triad(*parts[0], 3.0)
        else:
            list(pool.map(lambda part: triad(*part, 3.0), parts))

    with ThreadPoolExecutor(counts[-1]) as pool:
        for threads in counts:
            on(threads)
        seconds = seconds_in_turns({str(threads): lambda threads=threads: on(threads) for threads in counts}, repeats)
    return {threads: [24e-9 * numbers / one for one in seconds[str(threads)]] for threads in counts}


def loops_in_cache() -> dict:
    """Return calls that fill an array that lies in the cache, by name of quantity."""
    into = np.empty(NUMBERS_IN_CACHE)
    values = np.linspace(-20.0, 20.0, NUMBERS_IN_CACHE)
    philox, pcg = np.random.Generator(np.random.Philox(1)), np.random.default_rng(1)
    of_values = {"exponential": exponentials, "exponential_library": library_exponentials}
    calls = {name: _call(function, values, into) for name, function in of_values.items()}
    calls |= {name: _call(function, 60, into) for name, function in {"draw": draws, "draw_block": blocks}.items()}
    return calls | {
        "exponential_numpy": lambda: np.exp(values, out=into),
        "draw_numpy_philox": lambda: philox.random(out=into),
        "draw_numpy_pcg": lambda: pcg.random(out=into),
    }


def _call(function, *arguments):
    code = entry_point(function, *arguments)
    return lambda: code(*arguments)


# What follows is compiled.


def exponentials(values, into):
    """Take the model's exponential of each value."""
    for i in range(len(values)):
        into[i] = exponential(values[i])


def library_exponentials(values, into):
    """Take the mathematical library's exponential of each value."""
    for i in range(len(values)):
        into[i] = exp(values[i])


def draws(month, into):
    """Draw one number for each of so many people."""
    for i in range(len(into)):
        into[i] = uniform(1, 0, 0, 0, month, i)


def blocks(month, into):
    """Draw four words for each of so many people, and use them all."""
    for i in range(len(into)):
        w0, w1, w2, w3 = block_of_words(1, 0, 0, 0, month, i)
        into[i] = (w0 ^ w1) + (w2 ^ w3)
