"""The directory of a sweep: resumed whatever happened to it, and never mixed with anything else."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments import cli
from experiments.errors import InputError
from experiments.sweep import chunk, commands, execute, store
from experiments.sweep.design import load_design_text
from experiments.sweep.execute import run_plan, thread_crew
from experiments.sweep.plan import Plan
from experiments.sweep.results import open_results
from experiments.sweep.store import FullDiskError, Store, StoreError

ROOT = Path(__file__).parent.parent
posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and mounts are POSIX")

DESIGN = """
title = "Small"
kind = "factorial"
staff = 40
months = 12
replicates = 4
[vary]
oversight_capacity = [0, 4, 8, 16]
[outcomes]
siding = "siding_share"
"""


def plan_of(text=DESIGN):
    return Plan(load_design_text(text, "small.toml"))


def swept(directory, plan=None, threads=1, chunk_seconds=0.002):
    plan = plan or plan_of()
    with Store(directory, plan) as written, thread_crew(threads) as crew:
        run_plan(plan, written, crew, chunk_seconds=chunk_seconds)
        return list(written.mended)


def exported(directory, ending=".parquet"):
    path = directory.with_suffix(ending)
    open_results(directory).export(path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished sweep; not to be changed."""
    directory = tmp_path_factory.mktemp("whole") / "out"
    swept(directory)
    return directory


@pytest.fixture
def copy(whole, tmp_path):
    """A finished sweep of the test's own."""
    shutil.copytree(whole, tmp_path / "copy")
    return tmp_path / "copy"


def segments(directory):
    return sorted((directory / "segments").iterdir())


@pytest.fixture
def invoke(tmp_path):
    """Run the command line in this process; returns exit status, what it printed and what it complained of."""
    def run(*words):
        result = CliRunner().invoke(cli.app, [str(word) for word in words])
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def design_file(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(DESIGN, encoding="utf-8")
    return path


# What is there -------------------------------------------------------------------------------------------------


def test_a_manifest_says_what_was_asked_of_what(whole):
    manifest = json.loads((whole / "manifest.json").read_bytes())
    assert manifest["design"]["source"] == DESIGN
    assert manifest["recipe"]["seed"] == 1 and manifest["recipe"]["parameters"]["patrol"] == 0.1
    assert {"python", "numpy", "numba", "SALib", "pyarrow"} <= manifest["versions"].keys()
    assert manifest["machine"]["cores"] > 0 and "commit" in manifest
    assert len(manifest["recipe"]["parameters"]) > 80


def test_segments_hold_neither_times_nor_facts_of_the_machine(whole, tmp_path):
    time.sleep(1.1)
    swept(tmp_path / "again")
    assert [path.name for path in segments(whole)] == [path.name for path in segments(tmp_path / "again")]
    for one, other in zip(segments(whole), segments(tmp_path / "again"), strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_the_journal_names_every_segment_with_its_checksum(whole):
    entries, damaged = store.read_journal(whole / "journal.jsonl")
    chunks = store.chunks_in(entries)
    assert damaged == 0 and len(chunks) == len(segments(whole)) > 4
    assert [store.faults(whole / "segments", one) for one in chunks] == [[]] * len(chunks)
    assert sum(one.rows for one in chunks) == 16 and store.has_ended(entries)


def test_a_run_is_known_by_all_that_determines_it(tmp_path):
    identities = {}
    for name, text in {"one": DESIGN, "same": DESIGN.replace("Small", "Other title"),
                       "seed": "seed = 2" + DESIGN, "set": DESIGN.replace("[vary]", "[set]\npatrol = 0.2\n[vary]"),
                       "months": DESIGN.replace("months = 12", "months = 13")}.items():
        swept(tmp_path / name, plan_of(text))
        table = next(open_results(tmp_path / name).segments(["identity"]))
        identities[name] = table["identity"].to_pylist()
        assert len(set(identities[name])) == len(identities[name])
    assert identities["one"] == identities["same"]
    assert identities["one"][1:] == identities["seed"][:-1]  # replicate 1 of seed 1 is replicate 0 of seed 2
    assert not set(identities["one"]) & set(identities["set"]) and not set(identities["one"]) & set(identities["months"])


# Resumed -------------------------------------------------------------------------------------------------------


def test_a_finished_sweep_does_nothing_again(copy, monkeypatch):
    monkeypatch.setattr(execute, "run_task", lambda *_: pytest.fail("a run was done again"))
    before = (copy / "journal.jsonl").read_bytes()
    assert swept(copy) == []
    assert (copy / "journal.jsonl").read_bytes() == before


@pytest.mark.parametrize("chunk_seconds", [0.0005, 0.004, 10.0])
def test_a_sweep_cut_short_goes_on_with_any_size_of_chunk(whole, tmp_path, chunk_seconds):
    directory, plan = tmp_path / "cut", plan_of()
    with Store(directory, plan) as written:
        for first, last in ((5, 6), (9, 9), (0, 1)):
            written.write(chunk.run_task(plan.task(plan.first_round(), first, last)))
    swept(directory, chunk_seconds=chunk_seconds)
    assert exported(directory) == exported(whole)


@pytest.mark.parametrize("spoil", [
    lambda path: path.write_bytes(path.read_bytes()[:-20]),
    lambda path: path.write_bytes(path.read_bytes().replace(b"PAR1", b"PAR2")),
    lambda path: path.write_bytes(b""),
    lambda path: path.unlink(),
], ids=["torn", "altered", "empty", "missing"])
def test_a_spoiled_segment_is_named_and_done_again(copy, whole, spoil):
    victim = segments(copy)[2]
    spoil(victim)
    with pytest.raises(StoreError, match=victim.name):
        open_results(copy).runs()
    mended = swept(copy)
    assert len(mended) == 1 and victim.name in mended[0] and ("torn or was altered" in mended[0] or "missing" in mended[0])
    assert exported(copy) == exported(whole)
    assert swept(copy) == []


def test_the_command_names_a_torn_segment(copy, invoke, design_file):
    victim = segments(copy)[0]
    victim.write_bytes(victim.read_bytes()[:100])
    status, _, said = invoke("sweep", design_file, "--out", copy)
    assert status == 0 and victim.name in said and "torn or was altered; its runs are done again" in said


@pytest.mark.parametrize("tail", [b'1234abcd {"what": "chunk", "first"', b"garbage\n", b"\0\0\0\n"])
def test_a_torn_or_altered_line_of_the_journal_costs_only_its_chunk(copy, whole, tail):
    journal = copy / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:2] + lines[3:]) + tail)
    swept(copy)
    entries, damaged = store.read_journal(journal)
    assert damaged == 0 and exported(copy) == exported(whole)


def test_what_a_killed_sweep_left_is_cleared_away(copy, whole):
    for name in ("000000000-000000099.parquet", "000000003-000000004.parquet.partial"):
        (copy / "segments" / name).write_bytes(b"left")
    swept(copy)
    assert [path.name for path in segments(copy)] == [path.name for path in segments(whole)]


def test_only_the_wording_of_a_design_may_change(copy):
    swept(copy, plan_of(DESIGN.replace("Small", "Other title")))
    assert open_results(copy).design.text("title") == "Other title"


# Refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after", "named"), [
    ("replicates = 4", "replicates = 5", "replicates was 4 and is 5"),
    ("months = 12", "months = 13", "months was 12 and is 13"),
    ("[0, 4, 8, 16]", "[0, 4, 8, 17]", "points"),
    ("siding_share", "covert_share", "outcomes"),
    ("[vary]", "[set]\npatrol = 0.25\n[vary]", "patrol was 0.1 and is 0.25"),
])
def test_results_of_another_design_are_refused(copy, before, after, named):
    with pytest.raises(StoreError, match="made by another design or version") as refused:
        swept(copy, plan_of(DESIGN.replace(before, after)))
    assert named in str(refused.value) and str(copy) in str(refused.value)


@pytest.mark.parametrize(("change", "named"), [
    (lambda manifest: manifest["versions"].update(numpy="1.0"), "numpy was 1.0 and is"),
    (lambda manifest: manifest["recipe"].update(model="0" * 16), "the model's code has changed"),
])
def test_results_of_another_version_are_refused(copy, change, named, invoke, design_file):
    path = copy / "manifest.json"
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    status, _, said = invoke("sweep", design_file, "--out", copy)
    assert status == 2 and named in said


@pytest.mark.parametrize("content", ["{", "[]", "null", '{"format": 99}'])
def test_a_damaged_manifest_is_named(copy, content):
    (copy / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match="damaged|format 99"):
        swept(copy)


def test_a_directory_of_something_else_is_refused_and_left_alone(tmp_path, invoke, design_file):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("words", encoding="utf-8")
    status, _, said = invoke("sweep", design_file, "--out", tmp_path / "thesis")
    assert status == 2 and "holds something else (chapter.tex)" in said
    assert os.listdir(tmp_path / "thesis") == ["chapter.tex"]
    status, _, said = invoke("sweep", design_file, "--out", design_file)
    assert status == 2 and "no directory" in said


@pytest.mark.parametrize("command", [("status",), ("export", "--out", "x.csv")])
def test_no_directory_of_results(tmp_path, invoke, command):
    status, _, said = invoke(command[0], tmp_path, *command[1:])
    assert status == 2 and "no directory of results" in said
    status, _, said = invoke(command[0], tmp_path / "none", *command[1:])
    assert status == 2 and "no such directory" in said


HOLD = """
import sys, time
from pathlib import Path
from experiments.sweep.design import load_design
from experiments.sweep.plan import Plan
from experiments.sweep.store import Store
with Store(Path(sys.argv[1]), Plan(load_design(sys.argv[2]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_sweep_of_one_directory_is_refused(tmp_path, invoke, design_file):
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "out"), str(design_file)], cwd=ROOT,
                             stdout=subprocess.PIPE)
    try:
        assert other.stdout.readline() == b"held\n"
        status, _, said = invoke("sweep", design_file, "--out", tmp_path / "out")
        assert status == 2 and "another sweep is writing there" in said
        assert json.loads(invoke("status", tmp_path / "out", "--json")[1])["running"] is True
    finally:
        other.kill()
        other.communicate()
    status, _, said = invoke("sweep", design_file, "--out", tmp_path / "out")
    assert status == 0, said
    assert json.loads(invoke("status", tmp_path / "out", "--json")[1])["running"] is False


# Failed runs ---------------------------------------------------------------------------------------------------


def broken_stack(monkeypatch, seeds, point_value):
    """Let the model fail for a seed at one point, in the middle of the run."""
    stack = chunk.BureaucracyModel.stack

    def failing(runs, *arguments, **named):
        for scenario, seed in runs:
            if seed in seeds and scenario.parameters.get("oversight_capacity") == point_value:
                raise ArithmeticError("the model broke")
        return stack(runs, *arguments, **named)

    monkeypatch.setattr(chunk.BureaucracyModel, "stack", failing)


def test_a_run_that_raises_is_a_row_and_the_others_are_kept(tmp_path, monkeypatch, invoke, design_file, whole):
    broken_stack(monkeypatch, {2, 3}, 4.0)
    status, _, said = invoke("sweep", design_file, "--out", tmp_path / "out", "--chunk-seconds", 60)
    assert status == 1 and "2 of them failed" in said
    results = open_results(tmp_path / "out")
    failures = results.failures()
    assert failures["run"].tolist() == [5, 6] and failures["seed"].tolist() == [2, 3]
    assert json.loads(failures["parameters"][0]) == {"oversight_capacity": 4.0}
    assert failures["error"][0] == "ArithmeticError: the model broke" and "Traceback" in failures["traceback"][0]
    assert (tmp_path / "out" / "failures.parquet").exists()
    right = open_results(whole).runs()
    assert results.runs().equals(right[~right["run"].isin([5, 6])].reset_index(drop=True))
    assert (results.done, results.failed, results.complete) == (16, 2, True)
    # Again, and it is known; with the fault mended and --retry-failures, nothing is missing.
    assert invoke("sweep", design_file, "--out", tmp_path / "out")[0] == 1
    monkeypatch.undo()
    status, _, said = invoke("sweep", design_file, "--out", tmp_path / "out", "--retry-failures")
    assert status == 0, said
    assert exported(tmp_path / "out") == exported(whole) and not (tmp_path / "out" / "failures.parquet").exists()


def test_failures_are_the_same_rows_whatever_the_chunks(tmp_path, monkeypatch):
    broken_stack(monkeypatch, {1, 4}, 16.0)
    for name, chunk_seconds in (("one", 0.001), ("other", 60)):
        swept(tmp_path / name, chunk_seconds=chunk_seconds)
    frames = [open_results(tmp_path / name).failures().drop(columns="traceback") for name in ("one", "other")]
    assert len(frames[0]) == 2 and frames[0].equals(frames[1])
    assert exported(tmp_path / "one") == exported(tmp_path / "other")


# A full disk ---------------------------------------------------------------------------------------------------


def test_a_disk_that_fills_up_costs_only_the_chunk_in_hand(tmp_path, monkeypatch, whole):
    directory, plan = tmp_path / "out", plan_of()
    write_whole, written_files = store.write_whole, []

    def full(path, content):
        if path.parent.name == "segments" and len(written_files) == 3:
            raise OSError(28, "No space left on device", str(path))
        written_files.append(path)
        write_whole(path, content)

    monkeypatch.setattr(store, "write_whole", full)
    with pytest.raises(FullDiskError, match="the disk is full; 1 runs are safe there"):
        swept(directory, plan, chunk_seconds=0.0001)
    monkeypatch.undo()
    assert open_results(directory).done == 1
    swept(directory, plan)
    assert exported(directory) == exported(whole)


WITHIN_A_SMALL_DISK = """
set -u
mount -t tmpfs -o size={small}k none "$DISK" || exit 77
{python} -m experiments.cli sweep {design} --out "$DISK/out" --chunk-seconds 0.01
echo "status $?"
{python} -m experiments.cli status "$DISK/out" --json
mount -o remount,size=50m none "$DISK"
{python} -m experiments.cli sweep {design} --out "$DISK/out" --chunk-seconds 0.01 && echo "went on"
{python} -m experiments.cli export "$DISK/out" --out {export}
"""


def can_mount():
    if sys.platform != "linux" or not shutil.which("unshare"):
        return False
    probe = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    return probe.returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not can_mount(), reason="this system lets nobody mount a small disk")
def test_a_full_tmpfs_is_a_sentence_and_loses_nothing(tmp_path):
    design, disk = tmp_path / "large.toml", tmp_path / "disk"
    text = DESIGN.replace("replicates = 4", "replicates = 200")
    design.write_text(text, encoding="utf-8")
    disk.mkdir()
    script = WITHIN_A_SMALL_DISK.format(small=100, python=sys.executable, design=design, export=tmp_path / "small.parquet")
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], cwd=ROOT, env=os.environ | {"DISK": str(disk)},
                          capture_output=True, text=True, timeout=300)
    assert "status 1" in done.stdout and "went on" in done.stdout, done
    facts = json.loads(done.stdout[done.stdout.index("{"):done.stdout.rindex("}") + 1])
    assert 0 < facts["done"] < 800
    assert f"the disk is full; {facts['done']:,} runs are safe there" in done.stderr and "Traceback" not in done.stderr
    swept(tmp_path / "undisturbed", plan_of(text), 2, 1.0)
    assert exported(tmp_path / "undisturbed") == (tmp_path / "small.parquet").read_bytes()


# Ctrl-C --------------------------------------------------------------------------------------------------------


def heed_ctrl_c():
    """Undo what a shell does to what it starts in the background, which is to let it ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def chunks_in_journal(directory):
    """Return how many chunks the journal of a sweep counts as done."""
    journal = directory / "journal.jsonl"
    return journal.read_text(encoding="utf-8").count('"what": "chunk"') if journal.exists() else 0


def seconds_to_end_on_ctrl_c(command, directory):
    """Start a sweep, press Ctrl-C once the journal has a new chunk; return how long it took to end, its status and words."""
    before = chunks_in_journal(directory)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               preexec_fn=heed_ctrl_c)
    try:
        while chunks_in_journal(directory) <= before:
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        pressed = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        return time.monotonic() - pressed, process.returncode, said
    finally:
        process.kill()


@posix_only
@pytest.mark.slow
def test_ctrl_c_ends_a_sweep_within_two_seconds_and_it_goes_on(tmp_path, invoke):
    design, out = tmp_path / "long.toml", tmp_path / "out"
    text = DESIGN.replace("replicates = 4", "replicates = 2000").replace("staff = 40", "staff = 400")
    design.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "experiments.cli", "sweep", design, "--out", out, "--chunk-seconds", "0.2"]
    seconds, status, said = seconds_to_end_on_ctrl_c(command, out)
    assert status == 130, said
    assert "of 8,000 runs are safe in" in said and "the same command goes on from there" in said and "Traceback" not in said
    assert seconds < 2.0
    before = open_results(out).done
    _, status, said = seconds_to_end_on_ctrl_c(command, out)
    assert status == 130 and open_results(out).done >= before > 0


# What a sweep is told beforehand -------------------------------------------------------------------------------


def test_a_large_design_must_be_agreed_to(tmp_path, invoke, design_file):
    design_file.write_text(DESIGN.replace("replicates = 4", "replicates = 100_000"), encoding="utf-8")
    status, _, said = invoke("sweep", design_file, "--out", tmp_path / "out")
    assert status == 2 and "400,000 runs, which take about" in said and "MB; add --yes" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("words", "named"), [
    (["--scheduler", "tcp://127.0.0.1:1"], "--scheduler needs --engine dask"),
    (["--engine", "dask", "--scheduler", "tcp://127.0.0.1:1", "--workers", "2"], "--workers has no meaning"),
    (["--engine", "dask", "--scheduler", "here"], "--scheduler here is no address; it looks like tcp://"),
])
def test_options_that_do_not_fit_are_refused(tmp_path, invoke, design_file, words, named):
    status, _, said = invoke("sweep", design_file, "--out", tmp_path / "out", *words)
    assert status == 2 and named in said


def test_status_in_words(whole, invoke):
    status, shown, _ = invoke("status", whole)
    assert status == 0 and "complete" in shown and "16 of 16 done, 0 of them failed" in shown
    assert commands.facts_of_results(whole)["complete"] is True


def test_an_export_is_one_of_two_kinds(whole, tmp_path, invoke):
    status, _, said = invoke("export", whole, "--out", tmp_path / "x.csv")
    assert status == 0 and "16 rows" in said
    header, first, *_ = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()
    assert header == "run,identity,point,name,oversight_capacity,replicate,seed,siding" and first.startswith("0,")
    status, _, said = invoke("export", whole, "--out", tmp_path / "y.parquet", "--series")
    assert status == 0 and f"{16 * 12} rows" in said
    status, _, said = invoke("export", whole, "--out", tmp_path / "x.png")
    assert status == 2 and ".csv or .parquet" in said


READ_WITHOUT_THREADS = """
import os, sys
from pathlib import Path
from pyarrow import csv
from experiments.sweep.results import open_results
before = len(os.listdir("/proc/self/task"))
results = open_results(Path(sys.argv[1]))
results.points, results.runs(), results.failures(), results.point_name(0)
for ending in (".csv", ".parquet"):
    results.export(Path(sys.argv[2] + ending))
print(len(os.listdir("/proc/self/task")) - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists a process's threads")
def test_reading_and_exporting_leave_no_thread_that_could_abort_the_end(whole, tmp_path):
    command = [sys.executable, "-c", READ_WITHOUT_THREADS, whole, tmp_path / "export"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout.strip()) == (0, "0"), done.stderr


def test_errors_of_a_store_are_errors_of_input():
    assert issubclass(StoreError, InputError)
