"""Kills a sweep at random instants until it was killed often enough, and says what it was doing each time.

    python sweep_killed.py DESIGN FOLDER KILLS SEED

Everything is loaded and compiled once; each life of the sweep is a fork of that, resumed in the same directory. Sweeps
that end are begun anew in another one. Every fifth life is killed at some instant from its very start, when it reads
back what is there; every second waits for a write, since writes are short; the others are killed at some instant after
their first chunk has begun. Prints one JSON object.
"""

import json
import mmap
import os
import random
import signal
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

from experiments.sweep import chunk, execute, store
from experiments.sweep.design import load_design
from experiments.sweep.plan import Plan
from experiments.sweep.results import open_results

CHUNKS, WRITES = 0, 1  # bytes of what parent and child share
LONGEST = 0.3  # seconds until a life is killed
CHUNK_SECONDS = 0.03


def watched(function, byte, seen):
    """Return a function that notes in shared memory while it works; a wrong count between threads would only be lower."""

    def noted(*arguments, **named):
        seen[byte] = seen[byte] + 1
        try:
            return function(*arguments, **named)
        finally:
            seen[byte] = max(0, seen[byte] - 1)

    return noted


def live(plan, directory, seen):
    """Be a sweep."""
    execute.run_task = watched(chunk.run_task, CHUNKS, seen)
    store.Store.write = watched(store.Store.write, WRITES, seen)
    with store.Store(directory, plan) as written, execute.thread_crew(2) as crew:
        execute.run_plan(plan, written, crew, chunk_seconds=CHUNK_SECONDS)


def born(plan, directory, seen):
    """Return the process of a new life of the sweep."""
    seen[:] = bytes(len(seen))
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        live(plan, directory, seen)
        os._exit(0)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)


def status_of(child, options=0):
    """Return how a process ended, None while it lives; fails if it failed by itself."""
    ended, status = os.waitpid(child, options)
    if ended and os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a sweep failed by itself")
    return status if ended else None


def wait_until(child, condition):
    """Wait until something is seen; return how the process ended if it ended before."""
    while not condition():
        status = status_of(child, os.WNOHANG)
        if status is not None:
            return status
        time.sleep(0)
    return None


def killed_life(child, luck, seen, number):
    """Kill a process at some instant; return whether it had ended by itself."""
    begun = time.monotonic()
    if number % 5:
        begun = None
        if wait_until(child, lambda: seen[CHUNKS]) is not None:
            return True
    end = (begun or time.monotonic()) + luck.uniform(0, LONGEST)
    if wait_until(child, lambda: time.monotonic() > end) is not None:
        return True
    if number % 2:
        if wait_until(child, lambda: seen[WRITES]) is not None:
            return True
        time.sleep(luck.uniform(0, 0.002))
    os.kill(child, signal.SIGKILL)
    return not os.WIFSIGNALED(status_of(child))


def main():
    """Kill and resume; export each time a sweep gets through."""
    design, folder, kills, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    plan, luck, seen = Plan(load_design(design)), random.Random(seed), mmap.mmap(-1, 4096)
    chunk.warm_up()
    counts, exports, directory, ended = Counter(), [], folder / "0", False
    while counts["killed"] < kills or not ended:
        child = born(plan, directory, seen)
        if counts["killed"] < kills:
            ended = killed_life(child, luck, seen, counts["killed"])
        else:
            ended = status_of(child) is not None
        if ended:
            exports.append(str(directory.with_suffix(".parquet")))
            open_results(directory).export(Path(exports[-1]))
            directory = folder / str(len(exports))
        else:
            counts["killed"] += 1
            counts["during a chunk"] += seen[CHUNKS] > 0
            counts["during a write"] += seen[WRITES] > 0
            counts["during a chunk or a write"] += seen[CHUNKS] > 0 or seen[WRITES] > 0
    print(json.dumps({**counts, "exports": exports}))


if __name__ == "__main__":
    # Libraries keep idle threads, which a fork does not take along and the sweep does not use.
    warnings.filterwarnings("ignore", message=".*use of fork", category=DeprecationWarning)
    main()
