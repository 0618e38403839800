"""How quick, how light and how frugal sweeps are: ``python -m benchmarks.sweeps [--quick] [--json]``.

Runs are 500 people over 120 months. What is compared runs in turns, and medians of the turns are given with the
smallest and largest: on a busy machine a single time means little.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from unittest import mock

import mesa
import numpy as np
from scipy.special import stdtrit

from experiments.sweep import chunk
from experiments.sweep.chunk import warm_up
from experiments.sweep.design import load_design_text
from experiments.sweep.execute import run_plan, thread_crew
from experiments.sweep.plan import Plan
from experiments.sweep.results import open_results
from experiments.sweep.store import Store
from model.bureaucracy import BureaucracyModel, Stack
from model.measures import measured

try:
    from tests.reference import ReferenceModel
except ImportError:
    ReferenceModel = None

GOALS = {
    "mesa": 300.0,  # times as many runs per second as mesa.batch_run with two processes on plain Mesa objects
    "joblib": 4.0,  # times as many as joblib with two processes on single engine runs
    "overhead": 0.05,  # of the computing
    "dask": 0.15,  # of the time on threads
    "memory": 0.10,  # growth from few to many runs
}
HALF_WIDTH = 0.002  # share of staff, at 95%
DESIGN = """
title = "A sweep of 500 people over 120 months"
kind = "factorial"
staff = 500
months = 120
replicates = {replicates}
[vary]
oversight_capacity = [0, 4, 8, 16]
independence = [0.05, 1.0]
[outcomes]
siding = {{ measure = "siding_share", when = "campaign" }}
covert = "covert_share"
service = "service_quality"
welfare = "welfare"
"""
TINY = """
title = "Many tiny runs"
kind = "factorial"
staff = 10
months = 3
replicates = {replicates}
[vary]
oversight_capacity = [0, 8]
[outcomes]
siding = "siding_share"
"""


def plan_of(text: str) -> Plan:
    """Return the plan of a design."""
    return Plan(load_design_text(text, "benchmark"))


def seconds_to_sweep(plan: Plan, crew) -> float:
    """Return how long a whole sweep takes, its files included (seconds)."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "out", plan) as store:
        begun = time.perf_counter()
        run_plan(plan, store, crew)
        return time.perf_counter() - begun


def in_turns(actions: dict[str, Callable[[], float]], turns: int) -> dict[str, list[float]]:
    """Return what each action measured in each turn."""
    found: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(turns):
        for name in sorted(actions, reverse=bool(turn % 2)):
            found[name].append(actions[name]())
    return found


def summary(values: Iterable[float]) -> dict[str, float]:
    """Return the median of some values, the smallest and the largest."""
    several = list(values)
    return {"median": statistics.median(several), "least": min(several), "most": max(several)}


def ratios(over: list[float], under: list[float]) -> dict[str, float]:
    """Return the ratios of values measured in the same turns."""
    return summary(a / b for a, b in zip(over, under, strict=True))


# Runs per second -------------------------------------------------------------------------------------------------


def speed(quick: bool) -> dict:
    """Measure runs per second: a sweep, joblib on single runs, Mesa's batch_run on plain objects."""
    plan = plan_of(DESIGN.format(replicates=8 if quick else 32))
    singles, objects = (16, 2) if quick else (96, 4)
    scenario = plan.design.scenario
    found = {}

    def sweep() -> float:
        with thread_crew(2) as crew:
            return plan.most_runs / seconds_to_sweep(plan, crew)

    actions: dict[str, Callable[[], float]] = {"sweep": sweep}
    try:
        import joblib

        pool = joblib.Parallel(n_jobs=2)
        pool(joblib.delayed(_run_of)(scenario, seed) for seed in range(4))  # starts the processes

        def with_joblib() -> float:
            begun = time.perf_counter()
            pool(joblib.delayed(_run_of)(scenario, seed) for seed in range(singles))
            return singles / (time.perf_counter() - begun)

        actions["joblib"] = with_joblib
    except ImportError:
        found["joblib_skipped"] = "joblib is not installed"
    rates = in_turns(actions, 2 if quick else 7)
    for name, values in rates.items():
        found[f"{name}_runs_per_second"] = summary(values)
    if "joblib" in rates:
        found["times_joblib"] = ratios(rates["sweep"], rates["joblib"]) | {"goal": GOALS["joblib"]}
    try:
        rate = rate_of_mesa(scenario, objects)
        found["mesa_runs_per_second"] = rate
        found["times_mesa"] = summary(value / rate for value in (*rates["sweep"], sweep())) | {"goal": GOALS["mesa"]}
    except ImportError:
        found["mesa_skipped"] = "tests.reference is not there"
    return found


def _run_of(scenario, seed: int) -> float:
    model = BureaucracyModel(scenario, rng=seed, threads=1)
    model.run_for(scenario.months)
    return float(measured("siding_share", model.counts()[-3:].sum(axis=0)))


class Reported(ReferenceModel or object):
    """The model as plain Mesa objects, with the data collector that batch_run wants."""

    def __init__(self, scenario, rng=None):
        super().__init__(scenario, rng=rng)
        self.datacollector = mesa.DataCollector()


def rate_of_mesa(scenario, runs: int) -> float:
    """Return the runs per second of mesa.batch_run with two processes on plain Mesa objects."""
    if ReferenceModel is None:
        raise ImportError("tests.reference")
    begun = time.perf_counter()
    mesa.batch_run(Reported, {"scenario": [scenario]}, number_processes=2, rng=list(range(runs)), max_steps=scenario.months,
                   data_collection_period=-1, display_progress=False)
    return runs / (time.perf_counter() - begun)


# Overhead --------------------------------------------------------------------------------------------------------


class Stopwatch:
    """Adds up the processor time that functions take within a sweep."""

    def __init__(self):
        self.seconds = 0.0

    def timed(self, function: Callable) -> Callable:
        """Return the function, timed by its thread's processor time."""
        def and_timed(*arguments, **named):
            begun = time.thread_time()
            try:
                return function(*arguments, **named)
            finally:
                self.seconds += time.thread_time() - begun

        return and_timed


def overhead(quick: bool) -> dict:
    """Measure what a sweep costs beyond its runs: plan, scenarios, tables, files, journal; processor time, one thread.

    Computing is to build, step and measure the runs. It is timed within the sweep, so that whatever slows the machine
    slows both.
    """
    plan, shares, measured_shares, milliseconds = plan_of(DESIGN.format(replicates=16)), [], [], []
    for _ in range(3 if quick else 9):
        watch, measuring = Stopwatch(), Stopwatch()
        with (mock.patch.object(BureaucracyModel, "stack", watch.timed(BureaucracyModel.stack)),
              mock.patch.object(Stack, "run_for", watch.timed(Stack.run_for)),
              mock.patch.object(chunk, "_measured_runs", measuring.timed(chunk._measured_runs)),
              tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "out", plan) as store, thread_crew(1) as crew):
            begun = time.process_time()
            run_plan(plan, store, crew)
            whole = time.process_time() - begun
        computing = watch.seconds + measuring.seconds
        shares.append(whole / computing - 1)
        measured_shares.append(measuring.seconds / computing)
        milliseconds.append(1000 * whole / plan.most_runs)
    return {"overhead_share": summary(shares) | {"goal": GOALS["overhead"]},
            "share_of_computing_that_measures_outcomes": summary(measured_shares),
            "milliseconds_per_run": summary(milliseconds)}


def dask(quick: bool) -> dict:
    """Measure how much longer two workers of Dask take than two threads, at chunks of a second."""
    try:
        from experiments.sweep.cluster import dask_crew
    except ImportError:
        return {"dask_skipped": "Dask is not installed"}
    plan = plan_of(DESIGN.format(replicates=16 if quick else 96))
    with dask_crew(2) as distant, thread_crew(2) as near:
        seconds_to_sweep(plan_of(DESIGN.format(replicates=2)), distant)  # loads the model in the workers
        times = in_turns({"dask": lambda: seconds_to_sweep(plan, distant), "threads": lambda: seconds_to_sweep(plan, near)},
                         2 if quick else 5)
    extra = [a / b - 1 for a, b in zip(times["dask"], times["threads"], strict=True)]
    return {"dask_extra_share": summary(extra) | {"goal": GOALS["dask"]}}


# What is needed and what is kept -----------------------------------------------------------------------------------


def replicates_needed(quick: bool) -> dict:
    """Return how many replicates a difference to +-0.002 needs, with shared luck and with luck of one's own."""
    replicates = 64 if quick else 256
    plan = plan_of(DESIGN.format(replicates=replicates))
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "out", plan) as store, thread_crew() as crew:
        run_plan(plan, store, crew)
        runs = open_results(Path(folder) / "out").runs()
        size = store.bytes / store.done
    table = runs.pivot(index="replicate", columns="point", values="siding")
    # A doubling of capacity, where follow-up is the official's: points 2 and 4 of the factorial.
    base, policy = table[2], table[4]
    return {
        "difference": float((policy - base).mean()),
        "replicates_paired": needed(float((policy - base).var())),
        "replicates_independent": needed(float(policy.var() + base.var())),
        "bytes_per_run": size,
        "bytes_per_run_are_of": "4 outcomes and their 120 months",
    }


def needed(variance: float) -> int:
    """Return how many replicates bring half the width of the 95% interval of a mean below ``HALF_WIDTH``."""
    numbers = np.arange(2, 100_000)
    return int(numbers[np.argmax(stdtrit(numbers - 1, 0.975) * np.sqrt(variance / numbers) < HALF_WIDTH)])


def memory(quick: bool) -> dict:
    """Return the peak memory of a process that does few tiny runs, and of one that does many."""
    few, many = (2_000, 6_000) if quick else (2_000, 50_000)
    peaks = {runs: _peak_of(runs) for runs in (few, many)}
    return {"runs": [few, many], "peak_megabytes": [peaks[few], peaks[many]],
            "growth_share": {"median": peaks[many] / peaks[few] - 1, "goal": GOALS["memory"]}}


def _peak_of(runs: int) -> float:
    """Return the peak memory of a process of its own (MB)."""
    command = [sys.executable, "-m", "benchmarks.sweeps", "--tiny-runs", str(runs)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def do_tiny_runs(runs: int) -> None:
    """Do many tiny runs and print the peak memory of this process (MB)."""
    plan = plan_of(TINY.format(replicates=runs // 2))
    with thread_crew(2) as crew:
        seconds_to_sweep(plan, crew)
    print(peak_memory())


def peak_memory() -> float:
    """Return the peak memory of this process (MB)."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells on Linux begins with the peak of the process that started this one
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii")).group(1)) / 1e3
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


GROUPS = {"speed": speed, "overhead": overhead, "dask": dask, "replicates": replicates_needed, "memory": memory}


def shown(value: object) -> str:
    """Write a result for people."""
    if isinstance(value, dict) and "median" in value:
        spread = f" ({value['least']:.3g} to {value['most']:.3g})" if "least" in value else ""
        goal = f", goal {value['goal']:g}" if "goal" in value else ""
        return f"{value['median']:.3g}{spread}{goal}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="How quick, light and frugal sweeps are.")
    parser.add_argument("--quick", action="store_true", help="few repeats: to see that it works")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.add_argument("--only", choices=GROUPS, action="append", help="one group; may be repeated")
    parser.add_argument("--tiny-runs", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tiny_runs:
        do_tiny_runs(options.tiny_runs)
        return
    warm_up()
    results = {}
    for name in options.only or GROUPS:
        results[name] = GROUPS[name](options.quick)
        if not options.json:
            print(name)
            for quantity, value in results[name].items():
                print(f"  {quantity}: {shown(value)}", flush=True)
    if options.json:
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
