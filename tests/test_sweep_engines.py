"""The same bytes whoever does the work, however it is cut, and whatever dies on the way."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from experiments.errors import OutsideError
from experiments.sweep import cluster
from experiments.sweep.cluster import SchedulerError, dask_crew
from experiments.sweep.design import load_design, load_design_text
from experiments.sweep.execute import VersionError, run_plan, thread_crew
from experiments.sweep.plan import Plan
from experiments.sweep.results import open_results
from experiments.sweep.store import Store
from model.bureaucracy import BureaucracyModel
from model.measures import measured

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "how-to" / "two_machines.md"
posix_only = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")

FACTORIAL = """
title = "Every kind of column"
kind = "factorial"
staff = 30
months = 63
from_month = 13
replicates = 3
[vary]
oversight_capacity = [0, 8]
independence = [0, 1]
[outcomes]
siding = "siding_share"
margin = { measure = "incumbent_margin", when = [60] }
executives = { measure = "siding_share", rank = "executive", when = "campaign", where = "reach" }
[series]
every = 12
"""
SEQUENTIAL = """
title = "Until enough is known"
kind = "latin_hypercube"
size = 5
staff = 100
months = 60
[replicates]
first = 3
most = 24
outcome = "siding"
half_width = 0.003
[vary]
oversight_capacity = { low = 0, high = 16 }
[outcomes]
siding = "siding_share"
"""
LOOP = """
title = "Loop"
kind = "factorial"
scenario = "laboratory"
staff = 30
replicates = 4
[vary]
peer_influence = [0.1, 0.7]
[path]
parameter = "oversight_capacity"
values = [0, 4, 8]
hold = 6
measured = 3
[outcomes]
siding = "siding_share"
"""
TRIAL = """
title = "Trial"
kind = "trial"
staff = 30
regions = 6
months = 72
replicates = 3
[trial]
from_month = 61
[trial.arms.capacity]
oversight_capacity = 24
[outcomes]
siding = "siding_share"
"""
DESIGNS = {"factorial": FACTORIAL, "sequential": SEQUENTIAL, "loop": LOOP, "trial": TRIAL}


def plan_of(text):
    return Plan(load_design_text(text, "small.toml"))


def swept(directory, plan, crew, chunk_seconds):
    with Store(directory, plan) as store, crew as at_work:
        run_plan(plan, store, at_work, chunk_seconds=chunk_seconds)


def exports(directory):
    """Return the bytes of every kind of export."""
    found = []
    for ending, series in ((".parquet", False), (".csv", False), (".parquet", True)):
        path = directory.with_suffix(ending)
        open_results(directory).export(path, series)
        found.append(path.read_bytes())
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The exports of each design, run by one thread in one go."""
    folder = tmp_path_factory.mktemp("undisturbed")
    for name, text in DESIGNS.items():
        swept(folder / name, plan_of(text), thread_crew(1), 60)
    return {name: exports(folder / name) for name in DESIGNS}


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize(("threads", "chunk_seconds"), [(1, 0.0001), (2, 0.003), (2, 60), (5, 0.001)])
def test_threads_and_chunks_change_no_byte(tmp_path, undisturbed, name, threads, chunk_seconds):
    swept(tmp_path / "out", plan_of(DESIGNS[name]), thread_crew(threads), chunk_seconds)
    assert exports(tmp_path / "out") == undisturbed[name]


class Enough(Exception):
    """The test has seen enough of a sweep."""


@pytest.mark.parametrize("name", DESIGNS)
def test_stopping_and_going_on_changes_no_byte(tmp_path, undisturbed, name):
    plan, lives = plan_of(DESIGNS[name]), 0

    def stop_soon(_):
        nonlocal written
        written += 1
        if written == 2:
            raise Enough

    while True:
        written, lives = 0, lives + 1
        try:
            with Store(tmp_path / "out", plan) as store, thread_crew(2) as crew:
                run_plan(plan, store, crew, stop_soon, chunk_seconds=0.003)
            break
        except Enough:
            pass
    assert lives > 2 and exports(tmp_path / "out") == undisturbed[name]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_workers_of_dask_change_no_byte(tmp_path, undisturbed, workers):
    with dask_crew(workers) as crew:
        assert crew.width == workers
        for name, text in DESIGNS.items():
            plan = plan_of(text)
            with Store(tmp_path / name, plan) as store:
                run_plan(plan, store, crew, chunk_seconds=0.003)
            assert exports(tmp_path / name) == undisturbed[name]


# What the numbers are ------------------------------------------------------------------------------------------


def test_a_sweep_gives_what_the_model_gives_run_by_run(tmp_path):
    plan = plan_of(FACTORIAL)
    swept(tmp_path / "out", plan, thread_crew(2), 0.003)
    results = open_results(tmp_path / "out")
    runs, series = results.runs(), results.series()
    for row in runs[runs["replicate"] == 1].itertuples():
        changes = results.settings(row.point)
        model = BureaucracyModel(plan.design.scenario, rng=row.seed)
        model.run_for(12)
        model.reform(**changes)
        model.run_for(51)
        counts = model.counts()
        assert row.siding == measured("siding_share", counts[12:].sum(axis=0))
        assert row.margin == measured("incumbent_margin", counts[59])
        campaign = measured("siding_share", counts[57:60].sum(axis=0), "rank", "reach")[4]
        assert row.executives == campaign or (campaign != campaign and row.executives != row.executives)
        own = series[(series["run"] == row.run)]["siding"].to_numpy()
        years = [float(measured("siding_share", counts[first:first + 12].sum(axis=0))) for first in range(0, 63, 12)]
        assert own.tolist() == pytest.approx(years, rel=1e-6)
    assert results.periods.loc[5].tolist() == [61, 63]


def test_a_trial_measures_each_region_before_and_after(tmp_path):
    plan = plan_of(TRIAL)
    swept(tmp_path / "out", plan, thread_crew(2), 60)
    results = open_results(tmp_path / "out")
    assert results.points["name"].tolist() == ["control", "capacity", "trial"]
    regional, runs = results.regional(), results.runs()
    assert len(regional) == 3 * 6 and (regional.groupby("replicate")["arm"].sum() == 3).all()
    assert regional.groupby("replicate")["arm"].apply(tuple).nunique() > 1  # lots are drawn anew in each replicate
    mine = regional[regional["replicate"] == 2]
    model = BureaucracyModel(plan.design.scenario, rng=3)
    sums = {"siding": 0.0, "siding_before": 0.0}
    for month in range(1, 73):
        if month == 61:
            capacity = model.parameter("oversight_capacity")
            capacity[mine["arm"].to_numpy() == 1] = 24
            model.reform(oversight_capacity=capacity)
        model.step()
        if month >= 49:
            sums["siding" if month >= 61 else "siding_before"] += model.engine.counts_now(0)
    for name, counts in sums.items():
        assert mine[name].tolist() == measured("siding_share", counts).tolist()
    everywhere = runs[(runs["point"] == 1) & (runs["replicate"] == 0)]["siding"].item()
    alone = BureaucracyModel(plan.design.scenario, rng=1)
    alone.run_for(60)
    alone.reform(oversight_capacity=24)
    alone.run_for(12)
    assert everywhere == measured("siding_share", alone.counts()[60:].sum(axis=0))


def test_a_loop_leads_its_parameter_up_and_down(tmp_path):
    plan = plan_of(LOOP)
    swept(tmp_path / "out", plan, thread_crew(1), 60)
    results = open_results(tmp_path / "out")
    assert results.periods["value"].tolist() == [0, 4, 8, 4, 0]
    assert results.periods["direction"].tolist() == ["up", "up", "up", "down", "down"]
    assert results.periods["last_month"].tolist() == [6, 12, 18, 24, 30]
    model = BureaucracyModel(plan.design.scenario.replace(peer_influence=0.7, oversight_capacity=0.0), rng=2)
    for value in (0, 4, 8, 4, 0):
        if value or model.month:
            model.reform(oversight_capacity=value)
        model.run_for(6)
    steps = [float(measured("siding_share", model.counts()[last - 3:last].sum(axis=0))) for last in (6, 12, 18, 24, 30)]
    series = results.series()
    own = series[(series["point"] == 1) & (series["replicate"] == 1)]["siding"]
    assert own.tolist() == pytest.approx(steps, rel=1e-6)


def test_sequential_replicates_stop_when_enough_is_known(tmp_path):
    plan = plan_of(SEQUENTIAL)
    swept(tmp_path / "out", plan, thread_crew(2), 0.01)
    runs = open_results(tmp_path / "out").runs()
    counts = runs.groupby("point").size()
    baseline = plan.points.baseline
    assert counts[baseline] == counts.max() and counts.min() < counts.max() <= 24
    table = runs.pivot(index="replicate", columns="point", values="siding")
    for point in counts.index.drop(baseline):
        from scipy.stats import t

        difference = (table[point] - table[baseline]).dropna()
        have = len(difference)
        half = t.ppf(0.975, have - 1) * difference.std() / have**0.5
        assert half < 0.003 or have == 24
        before = difference[:{3: 0, 6: 3, 12: 6, 24: 12}[have]]
        if len(before):
            assert t.ppf(0.975, len(before) - 1) * before.std() / len(before)**0.5 >= 0.003


def test_threads_that_come_first_wait_for_the_compiler(tmp_path):
    design = tmp_path / "small.toml"
    design.write_text(FACTORIAL, encoding="utf-8")
    command = [sys.executable, "-m", "experiments.cli", "sweep", design, "--out", tmp_path / "out", "--workers", "4",
               "--chunk-seconds", "0.001"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and open_results(tmp_path / "out").failed == 0, done.stderr


# Killed --------------------------------------------------------------------------------------------------------

KILLED = """
title = "Killed"
kind = "factorial"
staff = 60
months = 24
replicates = 40
[vary]
oversight_capacity = [0, 4, 8, 16]
independence = { low = 0, high = 1, levels = 5 }
[outcomes]
siding = "siding_share"
"""


@posix_only
@pytest.mark.slow
def test_killed_at_fifty_instants_and_resumed_each_time(tmp_path, capsys):
    design, kills = tmp_path / "killed.toml", 50
    design.write_text(KILLED, encoding="utf-8")
    (tmp_path / "lives").mkdir()
    script = [sys.executable, ROOT / "tests" / "sweep_killed.py", design, tmp_path / "lives", str(kills), "2024"]
    done = subprocess.run(script, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
                          timeout=550)
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    with capsys.disabled():
        print(f"\n{counts['killed']} kills: {counts['during a chunk or a write']} during a chunk or a write "
              f"({counts['during a write']} during a write)")
    assert counts["killed"] == kills and counts["during a chunk or a write"] >= 40 and counts["during a write"] >= 5
    swept(tmp_path / "undisturbed", Plan(load_design(design)), thread_crew(2), 60)
    right = exports(tmp_path / "undisturbed")[0]
    assert counts["exports"] and all(Path(path).read_bytes() == right for path in counts["exports"])


@pytest.fixture
def faults(monkeypatch, tmp_path):
    """The module of faults, which workers can import too."""
    monkeypatch.syspath_prepend(ROOT / "tests")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "tests")]))
    monkeypatch.setenv("NETRALITAS_TEST_MARKER", str(tmp_path / "killed"))
    import sweep_faults

    return sweep_faults


@posix_only
@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_chunk_costs_nothing(tmp_path, undisturbed, faults):
    plan = plan_of(FACTORIAL)
    with Store(tmp_path / "out", plan) as store, dask_crew(2) as crew:
        run_plan(plan, store, replace(crew, work=faults.killed_once), chunk_seconds=0.01)
        assert store.failed == 0
    assert (tmp_path / "killed").exists() and exports(tmp_path / "out") == undisturbed["factorial"]


@posix_only
@pytest.mark.slow
def test_a_run_that_always_kills_its_worker_is_isolated_and_reported(tmp_path, faults):
    plan = plan_of(FACTORIAL)
    with Store(tmp_path / "out", plan) as store, dask_crew(2) as crew:
        run_plan(plan, store, replace(crew, work=faults.killed_always), chunk_seconds=0.01)
    results = open_results(tmp_path / "out")
    failures = results.failures()
    assert failures["run"].tolist() == [5] and results.complete
    assert failures["error"].item() == "The worker's process ended"
    assert sorted({*results.runs()["run"], 5}) == list(range(len(plan.points) * 3))


# Schedulers elsewhere ------------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.mark.slow
def test_an_unreachable_scheduler_is_named_within_ten_seconds():
    address = f"tcp://127.0.0.1:{free_port()}"
    begun = time.monotonic()
    with pytest.raises(SchedulerError, match=f"{address} did not answer within 10 s"), dask_crew(scheduler=address):
        pass
    assert time.monotonic() - begun < 15


def test_a_port_of_something_else_is_no_scheduler():
    with socket.create_server(("127.0.0.1", 0)) as other:
        import threading

        def answer():
            with other.accept()[0] as connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20)

        threading.Thread(target=answer, daemon=True).start()
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(SchedulerError, match="answers, but not as|did not answer"), dask_crew(scheduler=address):
            pass


@pytest.mark.parametrize("address", ["10.0.0.1:8786", "nonsense", "tcp://a:b:c"])
def test_what_is_no_address_is_named(address):
    with pytest.raises(SchedulerError, match="it looks like tcp://10.0.0.1:8786"), dask_crew(scheduler=address):
        pass


def test_a_worker_with_another_model_is_refused(tmp_path):
    plan = plan_of(FACTORIAL)
    plan.job = replace(plan.job, model="0" * 16)
    with pytest.raises(VersionError, match="another version of the model"):
        swept(tmp_path / "out", plan, thread_crew(1), 60)
    assert open_results(tmp_path / "out").done == 0


# Two machines --------------------------------------------------------------------------------------------------


def commands_of_the_guide():
    """Return the command lines of the walk-through, in order."""
    return re.findall(r"^    ((?:dask|netralitas) .+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)


def started(line, cwd):
    """Start a line of the guide as a process of its own."""
    words = shlex.split(line)
    module = {"dask": ["-m", "dask"], "netralitas": ["-m", "experiments.cli"]}[words[0]]
    return subprocess.Popen([sys.executable, *module, *words[1:]], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})


def wait_for_port(port):
    """Wait until somebody listens on a port of this machine."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


@pytest.mark.slow
def test_the_walk_through_with_two_machines(tmp_path, undisturbed):
    port = free_port()
    design = tmp_path / "small.toml"
    design.write_text(FACTORIAL, encoding="utf-8")
    lines = [line.replace("10.0.0.1:8786", f"127.0.0.1:{port}").replace("--host 10.0.0.1 --port 8786",
             f"--host 127.0.0.1 --port {port}").replace("oversight_and_follow_up", str(design)) for line in commands_of_the_guide()]
    assert [line.split()[1] for line in lines] == ["scheduler", "worker", "sweep", "sweep", "status", "export"]
    running = []
    try:
        for line in (lines[0], lines[1], lines[1]):  # workers on both machines
            running.append(started(line, tmp_path))
        wait_for_port(port)
        for line in lines[2:]:
            process = started(line, tmp_path)
            said, _ = process.communicate(timeout=240)
            assert process.returncode == 0, said
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.communicate(timeout=60)
    assert (tmp_path / "results.parquet").read_bytes() == undisturbed["factorial"][0]


@pytest.mark.slow
def test_a_scheduler_that_is_lost_is_a_sentence_and_loses_nothing(tmp_path, undisturbed):
    port, plan = free_port(), plan_of(FACTORIAL)
    scheduler = started(f"dask scheduler --host 127.0.0.1 --port {port} --no-dashboard", tmp_path)
    worker = started(f"dask worker tcp://127.0.0.1:{port} --nworkers 1 --nthreads 1 --no-dashboard", tmp_path)
    try:
        wait_for_port(port)
        with pytest.raises(OutsideError, match=f"The scheduler tcp://127.0.0.1:{port} was lost"):
            with Store(tmp_path / "out", plan) as store, dask_crew(scheduler=f"tcp://127.0.0.1:{port}") as crew:
                run_plan(plan, store, crew, lambda _: scheduler.kill(), chunk_seconds=0.0001)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.communicate(timeout=60)
    assert 0 < open_results(tmp_path / "out").done < 15
    swept(tmp_path / "out", plan, thread_crew(2), 60)
    assert exports(tmp_path / "out") == undisturbed["factorial"]


def test_a_cluster_without_workers_is_noticed(monkeypatch):
    class Empty:
        scheduler = SimpleNamespace(address="tcp://10.0.0.1:8786")

        def nthreads(self):
            return {}

    monkeypatch.setattr(cluster, "SECONDS_BETWEEN_LOOKS", 0)
    attendance = cluster.Attendance(Empty())
    attendance.check()
    monkeypatch.setattr(cluster, "SECONDS_WITHOUT_WORKERS", 0)
    with pytest.raises(OutsideError, match="tcp://10.0.0.1:8786 has had no worker for 0 s"):
        attendance.check()
