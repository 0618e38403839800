"""What visits leave behind: collected soon after visitors have gone, and given back to the system now and then."""

from __future__ import annotations

import ctypes
import gc
import queue
import sys
import threading
import time
from collections.abc import Callable

import solara
import solara.lab

SECONDS_TO_WAIT = 2.0
"""After a page is closed, so that a class that leaves is tidied up after once."""
SECONDS_BETWEEN = 10.0
"""If nobody leaves: what comparisons took is given back this often."""


def give_back_after_visits(seconds: float = SECONDS_TO_WAIT) -> Callable[[], None]:
    """Give back memory when pages of this process have been closed, and now and then; return what ends the former.

    A comparison leaves room that nobody uses until the next. A closed page is some thousands of objects that refer to each
    other, which Python would find only after its number of objects has grown by a quarter; for want of visitors it does not.

    Parameters
    ----------
    seconds : float
        How long to wait for others who leave, too.
    """
    left: queue.SimpleQueue[threading.Event] = queue.SimpleQueue()

    def arrive() -> Callable[[], None]:
        closed = solara.kernel_closed_event()
        return lambda: left.put(closed)

    def tidy_up() -> None:
        while True:
            try:
                left.get(timeout=SECONDS_BETWEEN).wait()
            except queue.Empty:
                trim()
                continue
            time.sleep(seconds)
            while not left.empty():
                left.get().wait()
            gc.collect()
            trim()

    threading.Thread(target=tidy_up, name="memory", daemon=True).start()
    return solara.lab.on_kernel_start(arrive)


def trim() -> None:
    """Give unused memory back to the system where it takes any back (Linux)."""
    if sys.platform == "linux" and (malloc_trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):  # not in every C library
        malloc_trim(0)
