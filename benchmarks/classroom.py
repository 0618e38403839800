"""Thirty visitors at once: each opens the policy lab and moves a slider every five seconds, on one server.

The visitors speak to the server as browsers do but draw nothing: in a class each has a computer of its own. The first round lasts five minutes
(``NETRALITAS_LOAD_MINUTES`` sets another number), two more a fifth of that; between rounds all close. Memory is what the server's
process keeps resident. What it is compared with is the same process before the first round: the model was compiled by another, and one
visitor has come, moved a slider until the server kept as many results as it ever will, and gone.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from dataclasses import dataclass, field
from typing import Any

import psutil

from benchmarks.app import SLIDERS, SOLARAVIZ, percentile_95
from benchmarks.browser import APP, Served, served
from benchmarks.measurement import Notebook, Quantity
from benchmarks.visitor import Visitor
from experiments.comparison import MOST_KEPT, REPLICATES
from experiments.server import environment

QUANTITIES = (
    Quantity("class_answered", "Visitors whose every move was answered and whose line held", "% of visitors"),
    Quantity("class_first", "Slider moved to first line received, median of a round", "s"),
    Quantity("class_first_95", "Slider moved to first line received, 95th percentile of a round", "s"),
    Quantity("class_band", "Slider moved to full band received, median of a round", "s"),
    Quantity("class_open", "Page received after it was asked for, all at once, median of a round", "s"),
    Quantity("class_memory", "Server's memory for each open visitor, at the end of a round", "MB"),
    Quantity("class_memory_after", "Server's memory after all have closed, against before the first round", "times"),
    Quantity("solaraviz_memory", "SolaraViz: server's memory for each open visitor", "MB"),
    Quantity("solaraviz_memory_ratio", "Memory for each open visitor, SolaraViz against the app", "times"),
)
VISITORS, VISITORS_IF_QUICK = 30, 3
MINUTES, MINUTES_IF_QUICK = 5.0, 0.2
ROUNDS = 3
SHARE_OF_LATER_ROUNDS = 0.2
SECONDS_BETWEEN_MOVES = 5.0
SECONDS_TO_ANSWER = 30.0
SECONDS_TO_SETTLE = 10.0
SECONDS_TO_COMPILE = 300.0
MEGABYTE = 1e6


@dataclass
class Round:
    """What a round of visitors saw.

    Attributes
    ----------
    opened, first, band : list of float
        Seconds until a page was there, a first line, a full band.
    failed : set of int
        Visitors who got no answer or lost the line.
    memory : float
        Of the server at the end, before they close (MB).
    """

    opened: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    band: list[float] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)
    memory: float = 0.0


def measure(book: Notebook) -> None:
    """Let rounds of visitors come and go, then let as many open SolaraViz."""
    quick = book.quick
    minutes = MINUTES_IF_QUICK if quick else float(os.environ.get("NETRALITAS_LOAD_MINUTES", MINUTES))
    visitors = VISITORS_IF_QUICK if quick else VISITORS
    with served(APP) as server:  # a server that compiles keeps some 200 MB that others never take
        asyncio.run(warm_up(server, 0))
    with served(APP) as server:
        asyncio.run(warm_up(server, 3 if quick else MOST_KEPT + 10))
        before = memory_at_rest(server)
        for turn in range(ROUNDS):
            book.tell((turn + 0.2) / (ROUNDS + 1))
            seen = asyncio.run(one_round(server, visitors, 60.0 * minutes * (SHARE_OF_LATER_ROUNDS if turn else 1.0), turn))
            book.add("class_answered", 100.0 * (1.0 - len(seen.failed) / visitors))
            book.add("class_open", statistics.median(seen.opened))
            book.add("class_first", statistics.median(seen.first))
            book.add("class_first_95", percentile_95(seen.first))
            book.add("class_band", statistics.median(seen.band))
            book.add("class_memory", (seen.memory - before) / visitors)  # what an earlier round left behind counts, too
            book.add("class_memory_after", memory_at_rest(server) / before)
    with served(SOLARAVIZ, environment()) as server:
        book.add("solaraviz_memory", asyncio.run(memory_of_each(server, visitors)))
    book.add("solaraviz_memory_ratio", book.values["solaraviz_memory"][0] / statistics.median(book.values["class_memory"]))


async def warm_up(server: Served, moves: int) -> None:
    """Let one visitor move a slider until the server keeps as many results as it ever will."""
    visitor = Visitor(server.url)
    await visitor.open()
    await visitor.until(lambda: complete(visitor), SECONDS_TO_COMPILE)
    await moving(visitor, 0, moves, 0.0, 0, Round())
    await visitor.close()


async def one_round(server: Served, visitors: int, seconds: float, luck: int) -> Round:
    """Let visitors open the app at once, move a slider again and again, and close it."""
    seen = Round()
    people = [Visitor(server.url) for _ in range(visitors)]

    async def come(visitor: Visitor) -> None:
        begun = time.perf_counter()
        await visitor.open()
        await visitor.until(lambda: complete(visitor), SECONDS_TO_COMPILE)
        seen.opened.append(time.perf_counter() - begun)

    await asyncio.gather(*map(come, people))
    moves = max(1, round(seconds / SECONDS_BETWEEN_MOVES))
    await asyncio.gather(*(moving(one, place, moves, SECONDS_BETWEEN_MOVES, luck, seen) for place, one in enumerate(people)))
    seen.memory = memory_of(server)
    await asyncio.gather(*(visitor.close() for visitor in people))
    return seen


async def moving(visitor: Visitor, place: int, moves: int, pause: float, luck: int, seen: Round) -> None:
    """Move one visitor's slider again and again, at moments of the visitor's own."""
    hand = random.Random(1_000 * luck + place)
    _, low, high = SLIDERS["lever"]
    await asyncio.sleep(pause * hand.random())
    try:
        for _ in range(moves):
            sliders, _ = visitor.widget("groups")
            visitor.updates.clear()
            begun = time.perf_counter()
            await visitor.tell(sliders, "change", {"name": "patrol", "value": round(hand.uniform(low, high), 6), "settled": True})
            await visitor.until(lambda: answer_in(visitor.updates) is not None, SECONDS_TO_ANSWER)
            first, band = answer_in(visitor.updates)
            seen.first.append(first - begun)
            seen.band.append(band - begun)
            await asyncio.sleep(max(0.0, begun + pause - time.perf_counter()))
    except TimeoutError:
        seen.failed.add(place)


def answer_in(updates: list[tuple[float, dict[str, Any]]]) -> tuple[float, float] | None:
    """Return when the first line came, which has few replicates, and when the first full band after it; None before that."""
    first = next((moment for moment, state in updates if state.get("replicates", REPLICATES) < REPLICATES), None)
    if first is None:
        return None
    band = next((moment for moment, state in updates if moment > first and state.get("replicates", 0) >= REPLICATES), None)
    return None if band is None else (first, band)


def complete(visitor: Visitor) -> bool:
    """Return whether both charts show all replicates."""
    charts = [state["replicates"] for state in visitor.widgets.values() if "replicates" in state]
    return len(charts) == 2 and min(charts) >= REPLICATES


async def memory_of_each(server: Served, visitors: int) -> float:
    """Return how much memory (MB) a server takes for each open page, beyond the first."""
    people = [Visitor(server.url) for _ in range(visitors + 1)]
    await people[0].open()
    before = memory_of(server)
    for visitor in people[1:]:
        await visitor.open()
    memory = (memory_of(server) - before) / visitors
    await asyncio.gather(*(visitor.close() for visitor in people))
    return memory


def memory_at_rest(server: Served) -> float:
    """Return a server's memory (MB) some seconds after its visitors have left."""
    time.sleep(SECONDS_TO_SETTLE)
    return memory_of(server)


def memory_of(server: Served) -> float:
    """Return what the process that serves keeps resident (MB)."""
    started = psutil.Process(server.pid)
    return sum(process.memory_info().rss for process in started.children(recursive=True) or [started]) / MEGABYTE
