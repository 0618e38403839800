"""The benchmarks: their catalogue, how goals are judged, what is reported, that every group runs. No time is judged."""

import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

import benchmarks.__main__ as command
from benchmarks import (
    app,
    catalogue,
    classroom,
    engine,
    machine,
    measurement,
    national,
    others,
    report,
    runner,
    stages,
    start,
    subjects,
)
from benchmarks.catalogue import GROUPS
from benchmarks.goals import GOALS, Goal
from benchmarks.measurement import Measurement, Notebook
from benchmarks.visitor import Visitor
from experiments import bench, cli
from experiments.errors import InputError
from model import PARAMETERS
from model import stages as stages_of_model

ROOT = Path(__file__).parent.parent
QUANTITIES = {quantity.name: quantity for group in GROUPS.values() for quantity in group.quantities}


def measured(name="month_1e4_1_thread", *values):
    return Measurement(QUANTITIES[name], values)


def results(**measurements):
    """Results of the group ``limits``, without asking the machine anything."""
    group = GROUPS["limits"]
    found = {name: measured(name, *values) for name, values in measurements.items()}
    return runner.Results(
        quick=False, groups=[group], date="2026-01-01 00:00 UTC", machine={"Processor": "a | b"}, measured=found,
        skipped={one.name: "It was not tried" for one in group.quantities if one.name not in found},
        seconds={"limits": 1.0}, load={"limits": {"load": 0.5, "busy": 3.0}, "at the end": {"load": 1.0, "busy": 4.0}})


# Catalogue -----------------------------------------------------------------------------------------------------


def test_names_of_quantities_are_unique_and_each_has_a_label_and_a_unit():
    names = [quantity.name for group in GROUPS.values() for quantity in group.quantities]
    assert len(names) == len(set(names))
    assert all(quantity.label.strip() and quantity.unit.strip() for quantity in QUANTITIES.values())


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_a_goal_refers_to_quantities_that_exist_and_share_a_unit(goal):
    assert goal.quantities and set(goal.quantities) <= set(QUANTITIES)
    assert len({QUANTITIES[name].unit for name in goal.quantities}) == 1
    assert goal.limit > 0.0


def test_notes_are_about_goals():
    assert len({goal.name for goal in GOALS}) == len(GOALS)
    assert set(report.notes_on_goals()) <= {goal.name for goal in GOALS}


def test_groups_are_chosen_by_name_in_their_own_order():
    assert [group.name for group in catalogue.chosen_groups([])] == list(GROUPS)
    assert [group.name for group in catalogue.chosen_groups(["start", "limits"])] == ["limits", "start"]
    with pytest.raises(InputError, match="no group of benchmarks named 'engin'; there are limits, engine"):
        catalogue.chosen_groups(["engin"])


def test_every_module_that_measures_is_a_group():
    files = (ROOT / "benchmarks").glob("*.py")
    measuring = {path.stem for path in files if "\ndef measure(" in path.read_text(encoding="utf-8")}
    assert measuring == set(GROUPS)


def test_the_stages_are_those_of_the_month():
    assert set(stages.names_of_stages()) > {"choice_of_stance", "careers", "measurement"}
    assert all(hasattr(stages_of_model, name) for name in stages.names_of_stages())


# Measuring -----------------------------------------------------------------------------------------------------


def test_actions_are_called_in_turn_and_each_is_first_now_and_then():
    called, told = [], []
    actions = {name: lambda name=name: called.append(name) for name in "abc"}
    seconds = measurement.seconds_in_turns(actions, 4, told.append)
    assert called == [*"abc", *"bca", *"cab", *"abc"]
    assert {name: len(times) for name, times in seconds.items()} == {"a": 4, "b": 4, "c": 4}
    assert all(one >= 0.0 for times in seconds.values() for one in times)
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_months_are_passed_in_turn():
    called = []
    seconds = measurement.seconds_of_months({name: lambda name=name: called.append(name) for name in "ab"}, 3)
    assert called == [*"ab", *"ba", *"ab"] and set(seconds) == {"a", "b"}


def test_ratios_are_of_neighbours():
    assert measurement.ratios([2.0, 9.0], [1.0, 3.0]) == [2.0, 3.0]
    with pytest.raises(ValueError):
        measurement.ratios([1.0], [1.0, 2.0])


def test_a_measurement_is_its_median_and_spread():
    one = measured("draw", 3.0, 1.0, 10.0, 2.0)
    assert one.median == 2.5 and one.spread == (1.0, 10.0)


def test_the_notebook_keeps_values_and_reasons():
    book = Notebook(quick=True)
    book.add("a", 1)
    book.add("a", [2.0, np.float64(3.0)])
    book.skip(["b", "c"], "no time")
    book.skip("d", "none")
    assert book.values == {"a": [1.0, 2.0, 3.0]} and json.dumps(book.values)
    assert book.skipped == {"b": "no time", "c": "no time", "d": "none"}


def test_all_bytes_of_the_world_are_counted():
    stack = subjects.built(subjects.Size("few", "few", 100, regions=2, runs=3), months=1, threads=1)
    world = stack.engine.world
    assert subjects.people_in(stack) == 600 == len(world.docket)
    people = sum(block.nbytes for block in world.people)
    tables = [world.docket, world.offices, world.regions, world.parameters, world.tallies]
    assert subjects.bytes_of_state(stack) == people + sum(table.nbytes for table in tables)


def test_the_national_size_is_the_whole_civil_service():
    scenario = subjects.national_scenario(months=12)
    people = int(np.broadcast_to(scenario.staff, scenario.regions).sum())
    assert scenario.months == 12 and 4.3e6 < people < 4.9e6


def test_a_fresh_process_fails_aloud():
    start.fresh("-c", "import sys")()
    with pytest.raises(subprocess.CalledProcessError):
        start.fresh("-c", "import no_such_module")()


def test_the_engine_is_measured_at_every_size_in_turn(monkeypatch):
    tiny = subjects.Size("national", "tiny", 60, regions=6, terms=3)
    small = [subjects.Size(size.name, size.label, 20, runs=2, terms=3) for size in subjects.SIZES[:-1]]
    monkeypatch.setattr(subjects, "national_scenario", tiny.scenario)
    monkeypatch.setattr(engine, "SIZES", (*small, tiny))
    monkeypatch.setattr(engine, "threads_available", lambda: 2)
    monkeypatch.setattr(engine, "MONTHS_OF_A_TERM", 3)
    told = []
    book = Notebook(quick=False, tell=told.append)
    engine.measure(book)
    assert set(book.values) == {quantity.name for quantity in engine.QUANTITIES} and book.skipped == {}
    assert all(np.isfinite(values).all() for values in book.values.values())
    assert len(book.values["growth"]) == len(book.values["speedup_national"]) == 3
    assert told == sorted(told) and told[-1] == pytest.approx(1.0)


def test_growth_is_the_slope_between_sizes():
    book = Notebook(quick=False)
    sizes = {"1e4": 10_000, "1e5": 100_000, "national": 1_000_000}
    for name, people in sizes.items():
        book.add(f"month_{name}_1_thread", [7.0, people**0.1])
    engine._write_down_growth(book, sizes)
    assert book.values["growth"] == pytest.approx([1.0, 1.1])
    assert book.values["growth_most"] == pytest.approx([1.0, 100.0**0.1])


def test_ten_years_are_measured_against_the_state():
    book = Notebook(quick=True)
    national.run_ten_years(book, subjects.Size("few", "few", 50, regions=2), repeats=2)
    assert set(book.values) == {quantity.name for quantity in national.QUANTITIES}
    assert book.values["national_people"] == [100.0, 100.0]
    years, state = book.values["national_ten_years"], book.values["national_state"]
    assert book.values["national_ratio"] == measurement.ratios(years, state)


@pytest.mark.slow
def test_the_timed_month_gives_the_engines_own_numbers():
    size = subjects.Size("few", "few", 300, regions=3)
    timed = stages.TimedMonth()
    by_stage, whole = stages.stack_with(timed, size, 63), subjects.built(size, 63, threads=1)
    by_stage.run_for(63)
    whole.run_for(63)
    assert np.array_equal(by_stage.counts(), whole.counts())
    assert set(timed.seconds) == set(stages.names_of_stages()) and all(timed.seconds.values())


# The app -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moves", [3, 40])
def test_a_slider_never_comes_to_the_same_value_twice(moves):
    found = [pair for repeat in range(moves) for pair in app.new_values(repeat, moves)]
    assert len(set(found)) == len(found) == moves * len(app.SLIDERS)
    assert all(PARAMETERS[app.SLIDERS[kind][0].removeprefix("slider-")].plausible[0] <= value for kind, value in found)


def test_the_95th_percentile_is_between_the_values():
    assert app.percentile_95([float(value) for value in range(101)]) == pytest.approx(95.0)
    assert app.percentile_95([1.0, 2.0]) == pytest.approx(1.95)


def test_without_a_browser_the_reason_is_written_down(monkeypatch):
    monkeypatch.setattr(app, "find_browser", lambda: None)
    book = Notebook(quick=True)
    app.measure(book)
    assert book.values == {} and set(book.skipped) == {quantity.name for quantity in app.QUANTITIES}


def test_a_visitor_knows_when_all_replicates_are_there():
    visitor = Visitor("http://127.0.0.1:1")
    assert not classroom.complete(visitor)

    def send(kind, widget, **data):
        message = json.dumps({"header": {"msg_type": kind}, "content": {"comm_id": widget, "data": data}}).encode()
        visitor._take(b"".join(number.to_bytes(4, "big") for number in (2, 12, 12 + len(message))) + message + b"buffer")

    send("comm_open", "a", state={"replicates": 16})
    send("comm_open", "b", state={"replicates": 2, "lines": []})
    assert not classroom.complete(visitor)
    send("comm_msg", "b", method="update", state={"replicates": 16})
    assert classroom.complete(visitor) and visitor.widget("lines")[0] == "b"


def test_the_answer_to_a_move_is_a_first_line_and_then_a_full_band():
    late, first, words, band = (1.0, {"replicates": 16}), (2.0, {"replicates": 2}), (2.5, {"children": []}), (3.0, {"replicates": 16})
    assert classroom.answer_in([late]) is classroom.answer_in([late, first, words]) is None
    assert classroom.answer_in([late, first, words, band, (3.1, {"replicates": 16})]) == (2.0, 3.0)


# The same part in other ways -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def part():
    rng = np.random.default_rng(3)
    passing, states = others.ways_to_pass(500, [rng.random((2, 500)) for _ in range(6)], with_agentpy=False)
    for let_pass in passing.values():
        let_pass()
    return states


def test_all_ways_come_to_the_same_people(part):
    assert set(part) == {"mesa", "numpy", "compiled"}
    others.check_same(part)
    stance, risk = part["compiled"]()
    assert set(stance) == {0, 1, 2, 3, 4} and len(set(risk.tolist())) > 5


@pytest.mark.parametrize("changed", ["stance", "risk"])
def test_ways_that_differ_are_not_compared(part, changed):
    stance, risk = (column.copy() for column in part["numpy"]())
    if changed == "stance":
        stance[7] = (stance[7] + 1) % 5
    else:
        risk[7] += 0.001
    with pytest.raises(others.DifferentResult, match="numpy columns and compiled loops"):
        others.check_same(part | {"numpy": lambda: (stance, risk)})


# Judging -------------------------------------------------------------------------------------------------------


def verdict(*values, limit=20.0, at_least=False, more=()):
    goal = Goal("some", "Some", ("month_1e4_1_thread", "month_1e5_1_thread"), limit, at_least)
    found = {"month_1e4_1_thread": measured("month_1e4_1_thread", *values)}
    return goal.verdict(found | ({"month_1e5_1_thread": measured("month_1e5_1_thread", *more)} if more else {}))


def test_a_goal_is_judged_by_the_worst_median():
    assert verdict(10.0, 15.0, 16.0, more=(18.0,)).worst.median == 18.0
    assert verdict(30.0, more=(40.0,), at_least=True).worst.median == 30.0
    assert Goal("some", "Some", ("draw",), 1.0).verdict({}) is None


def test_a_verdict_says_by_how_much():
    assert verdict(15.0, more=(5.0,)).sentence == "holds by 25%"
    assert verdict(25.0, more=(5.0,)).sentence == "missed by 25%"
    assert verdict(25.0, more=(50.0,), at_least=True).sentence == "holds by 25%"
    assert verdict(10.0, more=(50.0,), at_least=True).sentence == "missed by 50%"
    assert verdict(15.0).sentence == "holds by 25%; 1 of 2 not measured"
    assert verdict(15.0, 16.0, 24.0, more=(5.0,)).sentence == "holds by 20%, limit within the spread"


# Reporting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "text"), [
    (0.0, "0"), (0.01234, "0.0123"), (1.234, "1.23"), (12.34, "12.3"), (123.4, "123"), (4_760_028.0, "4,760,028"),
])
def test_numbers_are_short(value, text):
    assert report.number(value) == text


def test_the_page_tells_everything():
    page = report.as_markdown(results(draw=(1.0, 3.0, 2.0)))
    assert f"| {QUANTITIES['draw'].label} | ns | 2.00 | 1.00 to 3.00 | 3 |" in page
    assert "It was not tried." in page and "| Processor | a \\| b |" in page and "limits 0.5 (3% busy)" in page
    assert "Not judged" in page and report.QUICK not in page
    tables = [line for line in page.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in tables) and "\n\n\n" not in page


def test_it_is_said_when_the_machine_was_busy(capsys):
    found = results(draw=(2.0,))
    assert not found.disturbed and report.DISTURBED not in report.as_markdown(found)
    found.load["limits"]["busy"] = 60.0
    assert report.DISTURBED in report.as_markdown(found) and json.loads(report.as_json(found))["disturbed"]
    report.print_results(Console(width=200), found)
    assert report.DISTURBED in capsys.readouterr().out


def test_the_page_says_why_a_goal_is_missed(monkeypatch):
    monkeypatch.setattr(report, "notes_on_goals", lambda: {"draws": "Philox has ten rounds."})
    missed = (Goal("draws", "A draw", ("draw",), 1.0), Goal("block", "A block", ("draw_block",), 1.0))
    monkeypatch.setattr(runner, "GOALS", missed)
    page = report.as_markdown(results(draw=(5.0,), draw_block=(6.0,)))
    assert "- **A draw.** Philox has ten rounds." in page and f"- **A block.** {report.NO_NOTE}" in page
    assert "missed by 400%" in page


def test_json_has_every_field():
    found = json.loads(report.as_json(results(draw=(1.0, 3.0, 2.0))))
    assert set(found) == {"date", "quick", "machine", "load_at_end", "disturbed", "goals", "groups"}
    (group,) = found["groups"]
    assert group["measurements"] == [{
        "name": "draw", "label": QUANTITIES["draw"].label, "unit": "ns", "median": 2.0, "low": 1.0, "high": 3.0,
        "values": [1.0, 3.0, 2.0]}]
    names = {one["name"] for one in group["measurements"] + group["skipped"]}
    assert names == {one.name for one in GROUPS["limits"].quantities}
    assert all(one["reason"] for one in group["skipped"])


def test_the_terminal_shows_tables_and_reasons(monkeypatch):
    monkeypatch.setattr(runner, "GOALS", (Goal("draws", "A draw", ("draw",), 1.0),))
    console = Console(width=140)
    with console.capture() as capture:
        report.print_results(console, results(draw=(2.0,)))
    text = capture.get()
    assert "2.00" in text and "missed by 100%" in text and "9 not measured. It was not tried." in text


def test_the_machine_is_described_without_names():
    facts = machine.facts_of_machine()
    assert set(facts) == {"Processor", "Cores", "Memory", "System", "Model", "Python", *machine.PACKAGES}
    told = " ".join(facts.values())
    assert platform.node() not in told.split() and "/" not in told.replace("GNU/Linux", "")


# Running -------------------------------------------------------------------------------------------------------


def pretend(folder, monkeypatch, program):
    """Let the groups' process run another program."""
    (folder / "benchmarks").mkdir()
    (folder / "benchmarks" / "__init__.py").touch()
    (folder / "benchmarks" / "child.py").write_text(program, encoding="utf-8")
    monkeypatch.setattr(runner, "ROOT", folder)
    monkeypatch.setattr(runner, "load_now", lambda: {"load": 0.0, "busy": 0.0})
    monkeypatch.setattr(runner, "facts_of_machine", dict)


def test_what_a_group_writes_is_collected(tmp_path, monkeypatch):
    pretend(tmp_path, monkeypatch, """
import json, sys
print(json.dumps({"share": 0.5}))
skipped = {name: "no" for name in %r if name != "draw"}
print(json.dumps({"values": {"draw": [1.0, 2.0]}, "skipped": skipped}))
assert sys.argv[1:] == ["limits", "quick"]
""" % [one.name for one in GROUPS["limits"].quantities])
    told = []
    found = runner.run_groups([GROUPS["limits"]], True, lambda share, what: told.append((share, what)))
    assert found.measured["draw"].values == (1.0, 2.0) and found.skipped["draw_block"] == "no"
    assert told == [(0.0, GROUPS["limits"].title), (0.5, GROUPS["limits"].title), (1.0, GROUPS["limits"].title)]
    assert set(found.load) == {"limits", "at the end"}


@pytest.mark.parametrize("program", [
    "raise RuntimeError('it broke')", "import sys\nprint('it broke', file=sys.stderr)"])
def test_a_group_that_fails_is_reported_and_the_others_go_on(tmp_path, monkeypatch, program):
    pretend(tmp_path, monkeypatch, program)
    found = runner.run_groups([GROUPS["limits"], GROUPS["views"]], True)
    assert found.measured == {} and set(found.seconds) == {"limits", "views"}
    assert all("The group failed" in reason and "it broke" in reason for reason in found.skipped.values())


def benched(*arguments):
    return subprocess.run([sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(("arguments", "sentence"), [
    (("--only", "engines"), "There is no group of benchmarks named 'engines'"),
    (("--out", "results.txt"), "must end in .md, not 'results.txt'"),
    (("--out", "no_such_folder/results.md"), "a folder that does not exist: no_such_folder"),
])
def test_what_cannot_be_used_is_refused_in_a_sentence(arguments, sentence):
    done = benched(*arguments)
    assert done.returncode == 2 and done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: ") and line.endswith(".") and sentence in line


def test_the_command_line_says_where_the_benchmarks_are_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    done = CliRunner().invoke(cli.app, ["bench"])
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: The benchmarks are not installed;") and done.stderr.count("\n") == 1


def test_the_command_line_hands_over_what_was_asked(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(bench, "run_benchmarks", lambda arguments: asked.append(arguments) or 3)
    monkeypatch.chdir(tmp_path)
    words = ["--quick", "--only", "limits", "--only", "views", "--json", "--out"]
    done = CliRunner().invoke(cli.app, ["bench", *words, "a.md"])
    assert done.exit_code == 3
    assert asked == [[*words, str(tmp_path / "a.md")]]


def test_what_is_not_installed_is_named():
    program = ("import sys; sys.modules['psutil'] = None; sys.argv = ['benchmarks', '--only', 'limits']; "
               "from benchmarks.__main__ import main; main()")
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: the benchmarks need the package psutil; ") and "'.[bench]'" in line


@pytest.mark.skipif(os.name != "posix", reason="signals differ on Windows")
def test_ctrl_c_ends_all_processes(tmp_path):
    command = [sys.executable, "-m", "experiments.cli", "bench", "--quick", "--only", "engine",
               "--out", tmp_path / "a.md"]
    started = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # a shell may have it ignored
    while GROUPS["engine"].title not in started.stderr.readline():  # the group is under way
        assert started.poll() is None
    time.sleep(2.0)
    os.killpg(started.pid, signal.SIGINT)
    said, complaint = started.communicate(timeout=60)  # which waits for whatever holds the pipes
    assert (started.returncode, said) == (130, "")
    assert complaint.splitlines()[-1] == "Interrupted; nothing was written."
    assert list(tmp_path.iterdir()) == [] and session_of(started.pid) == []


def session_of(leader):
    """The processes of a session that still run."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() != psutil.STATUS_ZOMBIE and os.getsid(process.pid) == leader:
                found.append(process.pid)
    return found


def test_both_commands_have_the_same_options():
    ours = typer.main.get_command(cli.app).commands["bench"]
    app = typer.Typer(add_completion=False)
    app.command()(command.bench)
    theirs = typer.main.get_command(app)
    assert sorted(option for one in ours.params for option in one.opts) == sorted(
        option for one in theirs.params for option in one.opts)


@pytest.mark.slow
@pytest.mark.parametrize("groups", [
    ("limits", "memory", "views"), ("engine", "stages"), ("reference", "others"), ("app", "classroom")], ids="+".join)
def test_a_quick_run_measures_or_says_why_not(groups, tmp_path):
    page = tmp_path / "page.md"
    done = benched("--quick", "--json", "--out", str(page), *(word for name in groups for word in ("--only", name)))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["quick"] and {group["name"] for group in found["groups"]} == set(groups)
    for group in found["groups"]:
        quantities = {one.name for one in GROUPS[group["name"]].quantities}
        assert {one["name"] for one in group["measurements"] + group["skipped"]} == quantities
        assert [one for one in group["skipped"] if "failed" in one["reason"]] == []
        for one in group["measurements"]:
            assert one["low"] <= one["median"] <= one["high"] and all(np.isfinite(one["values"])) and one["high"] > 0.0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Benchmarks\n") and report.QUICK in text
    measured_here = {one["name"] for group in found["groups"] for one in group["measurements"]}
    assert {goal["name"] for goal in found["goals"]} == {
        goal.name for goal in GOALS if measured_here.intersection(goal.quantities)}
