"""The same numbers to the last bit: whatever the threads, blocks, neighbours in a stack, and process.

``test_engine.py`` holds that threads, stacks and order change no result a model tells. Here every column of people, offices,
regions and counts is compared, over how the work is cut into blocks, and between processes.
"""

import hashlib
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import model.engine
from model import Reform, Scenario
from model.engine import Engine

ROOT = Path(__file__).parent.parent
MONTHS = 66  # past a vote and a handover
WHERE = {  # a row's place in the stack: the only columns that may differ between one stack and another
    "offices": {"region", "first_row", "rank_end", "head"},
    "regions": {"run", "run_first", "first_row", "first_office"},
}


def lively(**changes):
    """Eight regions of unequal size where much happens."""
    parameters = {"retirement": 0.01, "attention_floor": 0.4, "office_size": 20.0, "false_rate": 0.001, "rotation": 0.3}
    scenario = Scenario(title="lively", regions=8, staff=[150, 20, 70, 300, 2, 45, 200, 110], months=MONTHS, parameters=parameters)
    return scenario.replace(**changes)


LONE = lively(regions=1, staff=90)
RUNS = {
    "plain": (lively(), 1),
    "other seed": (lively(), 2**40 + 1),
    "laboratory": (LONE.replace(mode="laboratory"), 1),
    "reformed": (LONE.replace(reforms=(Reform(30, {"oversight_capacity": 30.0, "patrol": 0.25}),)), 1),
}


def state_of(engine, run):
    """Every column of one run, as bytes."""
    world, rows, offices, regions = engine.world, engine.rows_of(run), engine.offices_of(run), engine.regions_of(run)
    state = {"key": world.people.key[rows], "past": engine.counts(run)}
    for block in ("marks", "traits", "months"):
        state |= {f"{block} {number}": column[rows] for number, column in enumerate(getattr(world.people, block))}
    for table, own in (("offices", offices), ("regions", regions), ("parameters", regions), ("tallies", regions)):
        values = getattr(world, table)[own]
        state |= {f"{table} {name}": values[name] for name in values.dtype.names if name not in WHERE.get(table, ())}
    # Heads and cases that wait are known by their rows in the stack.
    heads = world.offices["head"][offices]
    state["heads"] = np.where(heads >= 0, heads - rows.start, heads)
    ends = [(region["first_row"], region["first_row"] + region["docket_length"]) for region in world.regions[regions]]
    state["docket"] = np.concatenate([world.docket[first:last] for first, last in ends]) - rows.start
    return {name: np.ascontiguousarray(values).tobytes() for name, values in state.items()}


def after(runs, months=MONTHS, **options):
    """The states of stacked runs after some months."""
    engine = Engine(runs, **options)
    for _ in range(months):
        engine.advance()
    return [state_of(engine, run) for run in range(len(runs))]


def differing(one, other):
    assert one.keys() == other.keys()
    return [name for name in one if one[name] != other[name]]


@pytest.fixture(scope="module")
def alone():
    """The state of each run when it is stepped alone, on one thread."""
    return {name: after([run], threads=1)[0] for name, run in RUNS.items()}


def test_the_states_compared_are_those_of_a_world_where_much_has_happened(alone):
    for state in alone.values():
        moved = [name for name, values in state.items() if any(values)]
        assert len(moved) > 0.75 * len(state)
    assert differing(alone["plain"], alone["other seed"])
    assert len(set(state["past"] for state in alone.values())) == len(alone)


# Threads and blocks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 3, 4])
@pytest.mark.parametrize("blocks", [1, 4, 100])
def test_threads_and_blocks_change_no_bit(alone, monkeypatch, threads, blocks):
    monkeypatch.setattr(model.engine, "PEOPLE_WORTH_A_THREAD", 10)
    monkeypatch.setattr(model.engine, "BLOCKS_PER_THREAD", blocks)
    passed = []
    in_block = Engine._pass_month_in_block

    def counted(engine, first, last, month):
        passed.append((first, last))
        in_block(engine, first, last, month)

    monkeypatch.setattr(Engine, "_pass_month_in_block", counted)
    [state] = after([RUNS["plain"]], threads=threads)
    assert differing(state, alone["plain"]) == []
    assert (len(set(passed)) > 1) == (threads > 1)


# Months at a time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("together", [1, 1_000, 20_000])
def test_going_through_several_months_at_a_time_changes_no_bit(alone, monkeypatch, threads, together):
    monkeypatch.setattr(model.engine, "PEOPLE_TOGETHER", together)
    monkeypatch.setattr(model.engine, "FEWEST_TOGETHER", 1)
    monkeypatch.setattr(model.engine, "GROUPS_PER_THREAD", 1)
    engine = Engine(list(RUNS.values()), threads=threads)
    passed = []
    for months in (1, 30, MONTHS - 31):
        engine.advance(months=months, tell=passed.append)
    assert sum(passed) == len(RUNS) * MONTHS
    assert (max(passed[1:]) < len(RUNS)) == (together < 20_000 or threads > 1)
    for run, name in enumerate(RUNS):
        assert differing(state_of(engine, run), alone[name]) == [], name


# Neighbours ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(itertools.permutations(RUNS)), ids=lambda order: " ".join(name[0] for name in order))
def test_neighbours_and_their_order_change_no_bit(alone, order):
    for name, state in zip(order, after([RUNS[name] for name in order]), strict=True):
        assert differing(state, alone[name]) == [], name


def test_a_stack_of_the_same_run_thrice_is_that_run_thrice(alone):
    assert all(differing(state, alone["plain"]) == [] for state in after([RUNS["plain"]] * 3))


# Processes -----------------------------------------------------------------------------------------------------

IN_A_PROCESS = """
import hashlib, json, sys
sys.path.insert(0, "tests")
from test_exactness import RUNS, after, digests
print(json.dumps(digests(after(list(RUNS.values())))))
"""


def digests(states):
    """Each column's fingerprint."""
    return [{name: hashlib.sha256(values).hexdigest() for name, values in state.items()} for state in states]


@pytest.mark.slow
@pytest.mark.parametrize(("hash_seed", "threads"), [("0", "1"), ("4242", "4")])
def test_another_process_gives_the_same_bits(alone, hash_seed, threads):
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "NETRALITAS_THREADS": threads, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", IN_A_PROCESS], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == digests(alone.values())
