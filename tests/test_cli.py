"""The command line: what it prints, the files it writes, how it refuses, and how it starts and ends the app."""

import csv
import errno
import http.client
import json
import math
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import charts, cli, monthly, runner, server, summary, tables
from experiments.files import partial_path
from model import MEASURES, PARAMETERS, BureaucracyModel, load_scenario, scenario_names
from model.measures import column_names, measured, measured_table
from model.parameters import ROLES
from model.rules.elections import CANDIDACY, HANDOVER, TERM

ROOT = Path(__file__).parent.parent
SMALL = ("--staff", "60", "--months", "63")
T_OF_TWO_DEGREES = 4.302652729696142  # 97.5% quantile

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals differ on Windows")


def netralitas(*arguments, columns=80, **environment):
    """Run a command in this process."""
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments],
                              env={"COLUMNS": str(columns), **environment})


def done(*arguments, **options):
    """Run a command that must succeed; return what it printed."""
    result = netralitas(*arguments, **options)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments, status=2, **options):
    """Run a command that must fail in one sentence; return the sentence."""
    result = netralitas(*arguments, **options)
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert line.endswith(".") and not line.endswith("..")
    return line


def as_json(*arguments):
    """Run a command with --json; return what it printed, which must be JSON without NaN."""
    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(done(*arguments, "--json"), parse_constant=refuse)


def by_hand(seeds, name, first, last, **changes):
    """Return a measure of some months in single runs, one by one."""
    values = []
    for seed in seeds:
        model = BureaucracyModel(load_scenario("pilkada_2020").replace(**changes), rng=seed)
        model.run_for(model.setup.months)
        values.append(float(measured(name, model.counts()[first - 1:last].sum(axis=0))))
    return values


# Phases ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("to_vote", "since_vote", "frozen", "phase"), [
    (0, 0, True, "campaign"),
    (0, TERM, False, "campaign"),
    (CANDIDACY, TERM, True, "campaign"),
    (CANDIDACY, TERM, False, "campaign"),
    (CANDIDACY + 1, TERM, True, "ban"),
    (CANDIDACY + 1, TERM, False, "mid-term"),
    (TERM - 1, 1, True, "after vote"),
    (TERM - HANDOVER, HANDOVER, False, "after vote"),
    (TERM - HANDOVER - 1, HANDOVER + 1, False, "mid-term"),
    (TERM - HANDOVER - 1, HANDOVER + 1, True, "ban"),
    (TERM - 1, TERM, False, "mid-term"),
])
def test_phase_of_a_month(to_vote, since_vote, frozen, phase):
    assert summary.phase_of(to_vote, since_vote, frozen) == phase


def phases(**changes):
    found = summary.periods_of(load_scenario("pilkada_2020").replace(**changes))
    assert [period.first for period in found[1:]] == [period.last + 1 for period in found[:-1]]
    assert all((period.first - 1) // 12 + 1 == period.year == (period.last - 1) // 12 + 1 for period in found)
    return [(period.year, period.phase, period.first, period.last) for period in found]


def test_periods_of_a_term():
    assert phases(months=72)[4:] == [
        (5, "mid-term", 49, 51), (5, "ban", 52, 57), (5, "campaign", 58, 60),
        (6, "after vote", 61, 63), (6, "mid-term", 64, 72),
    ]


def test_without_a_ban_there_is_none():
    assert phases(months=60, rotation_ban=0.0)[4:] == [(5, "mid-term", 49, 57), (5, "campaign", 58, 60)]


def test_the_ban_is_the_one_that_binds_half_the_regions():
    few = {"regions": 3, "rotation_ban": [0.0, 0.0, 6.0]}
    most = {"regions": 2, "rotation_ban": [0.0, 6.0]}
    assert "ban" not in [phase for _, phase, _, _ in phases(**few)]
    assert (5, "ban", 52, 57) in phases(**most)


def test_a_reform_moves_the_ban(tmp_path):
    path = tmp_path / "later.toml"
    path.write_text('title = "Later"\nmonths = 60\n[[reform]]\nmonth = 55\nrotation_ban = 0.0\n')
    found = summary.periods_of(load_scenario(path))
    assert [(period.phase, period.first) for period in found[4:]] == [
        ("mid-term", 49), ("ban", 52), ("mid-term", 55), ("campaign", 58)]


def test_the_laboratory_has_years_only():
    assert {phase for _, phase, _, _ in phases(mode="laboratory", months=30)} == {None}
    assert len(phases(mode="laboratory", months=30)) == 3
    shown = done("run", "laboratory", "--staff", 40, "--months", 14, "--replicates", 2)
    assert "Phase" not in shown and "campaign" not in shown and "laboratory mode" in shown


# Estimates -------------------------------------------------------------------------------------------------------


def test_estimate_leaves_out_what_is_not_known():
    found = summary.estimate(np.array([[1.0, np.nan, np.nan], [2.0, 5.0, np.nan], [6.0, np.inf, np.nan]]))
    half = T_OF_TWO_DEGREES * statistics.stdev([1.0, 2.0, 6.0]) / math.sqrt(3)
    np.testing.assert_allclose(found.mean, [3.0, 5.0, np.nan])
    np.testing.assert_allclose(found.half, [half, np.nan, np.nan])
    assert found.number.tolist() == [3, 1, 0]


@pytest.mark.parametrize(("arguments", "cell"), [
    ((0.5, 0.25, 3, 3, 2), "0.50±0.25"), ((0.5, np.nan, 1, 3, 2), "0.50*"), ((np.nan, np.nan, 0, 3, 2), "–"),
    ((12.345, 1.0, 3, 3, 2), "12.3±1.0"), ((-0.001, np.nan, 1, 1, 2), "0.00"), ((0.5, 0.1, 2, 3, 1), "0.5±0.1*"),
])
def test_cell(arguments, cell):
    assert tables.shown(*arguments) == cell


# run: what it prints ---------------------------------------------------------------------------------------------


def test_table_shows_what_single_runs_give():
    shown = done("run", "pilkada_2020", *SMALL, "--seed", 5, "--replicates", 3)
    row = next(line for line in shown.splitlines() if "campaign" in line and "58-60" in line)
    for name, cell in zip(("neutral_share", "covert_share", "overt_share", "incumbent_share", "challenger_share"),
                          row.split()[-5:], strict=True):
        values = [100 * value for value in by_hand((5, 6, 7), name, 58, 60, staff=60, months=63)]
        half = T_OF_TWO_DEGREES * statistics.stdev(values) / math.sqrt(3)
        assert cell == f"{statistics.mean(values):.1f}±{half:.1f}"


def test_table_says_what_it_shows():
    shown = " ".join(done("run", "pilkada_2020", *SMALL, "--replicates", 3, "--set", "patrol=3").split())
    for words in ("Year Phase Months", "Choices, % of staff", "per 1,000 staff and month", "standard deviations (SD)",
                  "Regional elections 2020: election mode, 1 region x 60 staff, 63 months, seed 1, 3 replicates",
                  "95% interval", "not a forecast", "patrol = 3.0 is outside what is thought plausible"):
        assert words in shown
    for name in ("reported", "proven", "sanctioned", "promoted_competence", "service_quality", "welfare"):
        assert set(MEASURES[name].label.split()) <= set(shown.split())


@pytest.mark.parametrize("columns", [80, 100, 120, 200])
def test_tables_fit_the_terminal(columns):
    shown = done("run", "pilkada_2020", *SMALL, "--replicates", 3, columns=columns)
    assert max(map(len, shown.splitlines())) <= columns
    assert "…" not in shown
    assert len(re.findall("1 +mid-term +1-12 ", shown)) == 1
    by_camp = " ".join(shown.split()).count("Covert")
    assert by_camp == (3 if columns >= 120 else 1)


def test_one_replicate_has_no_interval():
    shown = done("run", "pilkada_2020", *SMALL, "--replicates", 1)
    assert "±" not in shown and "1 replicate, so without" in " ".join(shown.split())


def test_seed_0_is_a_seed():
    shown = [done("run", "pilkada_2020", *SMALL, "--replicates", 1, "--seed", seed) for seed in (0, 1, 0)]
    assert shown[0] == shown[2] != shown[1]
    assert "seed 0" in shown[0]


def test_months_are_named_where_there_are_fewer_than_a_year():
    assert re.search("1 +mid-term +1-3 ", done("run", "pilkada_2020", "--months", 3, "--staff", 40))


# run: JSON -------------------------------------------------------------------------------------------------------


def test_json_is_what_single_runs_give():
    found = as_json("run", "pilkada_2020", *SMALL, "--seed", 5, "--replicates", 3)
    assert found["seeds"] == [5, 6, 7]
    row = found["rows"][-2]
    assert (row["year"], row["phase"], row["first_month"], row["last_month"]) == (5, "campaign", 58, 60)
    assert list(row["measures"]) == column_names()
    for name in ("neutral_share", "reported", "welfare", "perceived_risk"):
        values = by_hand((5, 6, 7), name, 58, 60, staff=60, months=63)
        half = T_OF_TWO_DEGREES * statistics.stdev(values) / math.sqrt(3)
        cell = row["measures"][name]
        assert cell["mean"] == pytest.approx(statistics.mean(values), rel=1e-12)
        assert cell["high"] - cell["low"] == pytest.approx(2 * half, rel=1e-9)
        assert cell["replicates"] == 3


def test_json_of_one_replicate_is_that_run():
    found = as_json("run", "pilkada_2020", *SMALL, "--seed", 42, "--replicates", 1)
    for row in found["rows"]:
        for name in ("neutral_share", "service_quality", "sanctioned"):
            cell = row["measures"][name]
            (value,) = by_hand((42,), name, row["first_month"], row["last_month"], staff=60, months=63)
            assert cell == {"mean": pytest.approx(value, rel=1e-12), "low": None, "high": None, "replicates": 1}


def test_json_tells_the_scenario():
    found = as_json("run", "pilkada_2024", "--staff", 50, "--months", 48, "--replicates", 1, "--set", "patrol=0.2")
    assert found["scenario"]["changed_parameters"]["patrol"] == found["parameters_at_start"]["patrol"] == 0.2
    assert set(found["parameters_at_start"]) == set(PARAMETERS)
    assert found["scenario"]["reforms"][0]["month"] == 47
    assert (found["scenario"]["staff"], found["scenario"]["months"], found["replicates"]) == (50, 48, 1)
    assert set(found["units"]) == set(MEASURES)


def test_lists_by_region_are_told(tmp_path):
    sizes = ("--regions", 2, "--staff", 40, "--months", 3, "--replicates", 2)
    found = as_json("run", "pilkada_2020", *sizes, "--set", "patrol=[0.1, 0.2]", "--set", "severity = 10")
    assert found["parameters_at_start"]["patrol"] == [0.1, 0.2]
    assert found["parameters_at_start"]["severity"] == 10.0
    assert "2 regions x 40 staff" in done("run", "pilkada_2020", *sizes)


def test_the_last_seed_is_followed_by_the_first():
    last = 2**64 - 1
    found = as_json("run", "pilkada_2020", "--staff", 40, "--months", 2, "--replicates", 2, "--seed", last)
    assert found["seeds"] == [last, 0]


def test_chunks_change_nothing(monkeypatch):
    arguments = ("run", "pilkada_2020", *SMALL, "--replicates", 3)
    whole = as_json(*arguments)
    monkeypatch.setattr(runner, "PEOPLE_AT_ONCE", 120)
    assert runner.replicates_at_once(load_scenario("pilkada_2020").replace(staff=60)) == 2
    assert as_json(*arguments) == whole


# run: files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".CSV"])
def test_table_by_month(tmp_path, ending):
    import pandas as pd

    path = tmp_path / f"run{ending}"
    result = netralitas("run", "pilkada_2020", *SMALL, "--seed", 0, "--replicates", 2, "--out", path)
    assert result.exit_code == 0 and f"Wrote {path}." in result.stderr
    table = pd.read_parquet(path) if ending == ".parquet" else pd.read_csv(path)
    assert list(table.columns) == ["replicate", "seed", "month", "year", "phase", *column_names()]
    assert table["replicate"].tolist() == [1] * 63 + [2] * 63
    assert table["seed"].tolist() == [0] * 63 + [1] * 63
    assert table["month"].tolist() == [*range(1, 64), *range(1, 64)]
    assert table["year"].tolist()[:13] == [1] * 12 + [2]
    assert table["phase"].tolist()[57:63] == ["campaign"] * 3 + ["after vote"] * 3
    model = BureaucracyModel(load_scenario("pilkada_2020").replace(staff=60, months=63), rng=1)
    model.run_for(63)
    wanted = measured_table(model.counts())
    wanted[~np.isfinite(wanted)] = np.nan
    np.testing.assert_array_equal(table[column_names()].to_numpy(np.float64)[63:], wanted)
    assert os.listdir(tmp_path) == [path.name]


def test_parquet_keeps_the_scenario(tmp_path):
    from pyarrow import parquet

    path = tmp_path / "run.parquet"
    done("run", "pilkada_2020", "--staff", 40, "--months", 2, "--replicates", 2, "--set", "patrol=0.2", "--out", path)
    metadata = parquet.read_schema(path).metadata
    assert b"patrol = 0.2" in metadata[b"netralitas_scenario"]


def test_csv_has_plain_headings(tmp_path):
    path = tmp_path / "run.csv"
    done("run", "laboratory", "--staff", 40, "--months", 2, "--replicates", 2, "--out", path)
    assert path.read_text().startswith("replicate,seed,month,year,phase,neutral_share,")
    with path.open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 4


def test_picture_png(tmp_path):
    path = tmp_path / "run.png"
    done("run", "pilkada_2020", *SMALL, "--replicates", 2, "--out", path)
    assert path.read_bytes().startswith(b"\x89PNG\r\n")
    assert path.stat().st_size > 20_000
    assert os.listdir(tmp_path) == [path.name]


def test_picture_svg_says_what_it_shows(tmp_path):
    paths = [tmp_path / name for name in ("a.svg", "b.svg")]
    for path in paths:
        done("run", "pilkada_2020_central_pressure", *SMALL, "--seed", 3, "--replicates", 2, "--out", path)
    text = paths[0].read_text(encoding="utf-8")
    for words in ("Taking sides", "% of staff", "per 1,000 staff and month", "standard deviations (SD)", "Vote",
                  "Reform", "Campaign", "Years passed", "election mode", "seed 3", "2 replicates", "95% interval",
                  "not a forecast"):
        assert words in text
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize(("months", "replicates"), [(1, 1), (5, 2), (1200, 1)])
def test_pictures_of_all_lengths(tmp_path, months, replicates):
    path = tmp_path / "run.svg"
    done("run", "laboratory", "--staff", 20, "--months", months, "--replicates", replicates, "--out", path)
    assert ("Month" if months < 12 else "Years passed") in path.read_text(encoding="utf-8")


def test_lines_of_a_panel_differ_in_black_and_white():
    for panel in charts.PANELS:
        styles = [line.style for line in panel.lines]
        assert len(set(styles)) == len(styles)


def test_past_year_sums_twelve_months():
    counts = np.arange(40.0).reshape(1, 20, 2)
    found = charts.of_past_year(counts)
    np.testing.assert_array_equal(found[0, 4], counts[0, :5].sum(axis=0))
    np.testing.assert_array_equal(found[0, 19], counts[0, 8:20].sum(axis=0))


def test_a_file_that_is_there_is_replaced(tmp_path):
    path = tmp_path / "run.csv"
    path.write_text("old")
    path.chmod(0o640)
    done("run", "pilkada_2020", "--staff", 40, "--months", 2, "--replicates", 1, "--out", path)
    assert path.read_text().startswith("replicate,")
    assert os.name != "posix" or path.stat().st_mode & 0o777 == 0o640


@posix_only
def test_a_link_is_followed(tmp_path):
    (tmp_path / "far").mkdir()
    link = tmp_path / "run.csv"
    link.symlink_to(tmp_path / "far" / "real.csv")
    done("run", "pilkada_2020", "--staff", 40, "--months", 2, "--replicates", 1, "--out", link)
    assert link.is_symlink() and link.read_text().startswith("replicate,")


# run: what it refuses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "words"), [
    (["pilkada_2021"], ["no such file or ready scenario", "did you mean pilkada_20"]),
    (["nowhere/mine.toml"], ["nowhere", "no such file"]),
    (["pilkada_2020", "--set", "patroll=1"], ["patroll", "did you mean patrol?"]),
    (["pilkada_2020", "--set", "patrol=lots"], ["patrol", "lots"]),
    (["pilkada_2020", "--set", "patrol=-1"], ["patrol", "0 to 10"]),
    (["pilkada_2020", "--set", "months=3"], ["--months"]),
    (["pilkada_2020", "--set", "patrol=0.1", "--set", "patrol=0.2"], ["patrol is given twice"]),
    (["pilkada_2020", "--set", "patrol=[0.1,0.2]"], ["2 numbers", "regions = 1"]),
    (["pilkada_2020", "--months", "0"], ["months = 0", "1 to 1,200"]),
    (["pilkada_2020", "--staff", "1"], ["staff = 1"]),
    (["pilkada_2020", "--regions", "-3"], ["regions = -3"]),
    (["pilkada_2020", "--seed", "-1"], ["seed = -1"]),
    (["pilkada_2020", "--seed", str(2**64)], ["seed"]),
])
def test_run_refuses(arguments, words):
    sentence = refused("run", *arguments)
    for word in words:
        assert word in sentence


@pytest.mark.parametrize("arguments", [
    ["run"], ["run", "pilkada_2020", "--frob"], ["run", "pilkada_2020", "--replicates", "0"],
    ["run", "pilkada_2020", "--replicates", "10001"], ["run", "pilkada_2020", "--months", "x"], ["frob"],
    ["parameters", "--role", "levr"], ["app", "--port", "0"], ["app", "--port", "65536"],
])
def test_options_are_checked(arguments):
    result = netralitas(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output and "╭" not in result.output and "Error" in result.stderr


def test_a_broken_scenario_file_is_named(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\npatrol = 2\n')
    sentence = refused("run", path)
    assert f"{path}, line 2" in sentence and "[parameters]" in sentence


def test_a_scenario_file_of_ones_own_runs(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "My [bold]region[/bold]"\nstaff = 40\nmonths = 2\n')
    assert done("run", path, "--replicates", 1).startswith("My [bold]region[/bold]\n")


@pytest.fixture
def no_run(monkeypatch):
    """Nothing may be run."""
    def stack(*_):
        raise AssertionError("a run was begun")

    monkeypatch.setattr(BureaucracyModel, "stack", stack)


@pytest.mark.parametrize(("name", "words"), [
    ("run.xlsx", "ends in '.xlsx'; it can be .csv, .parquet, .png or .svg"),
    ("run", "has no ending"),
    ("folder.csv", "is a folder"),
    ("missing/run.csv", "there is no folder"),
])
def test_out_is_checked_first(tmp_path, no_run, name, words):
    (tmp_path / "folder.csv").mkdir()
    assert words in refused("run", "pilkada_2020", "--out", tmp_path / name)
    assert os.listdir(tmp_path) == ["folder.csv"]


@posix_only
def test_out_is_no_device(tmp_path, no_run):
    os.mkfifo(tmp_path / "run.csv")
    assert "no ordinary file" in refused("run", "pilkada_2020", "--out", tmp_path / "run.csv")


def test_out_may_be_closed(tmp_path, no_run, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    path = tmp_path / "run.csv"
    monkeypatch.setattr(Path, "open", refuse)
    assert "no file can be made in" in refused("run", "pilkada_2020", "--out", path)
    monkeypatch.undo()
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "may not be changed" in refused("run", "pilkada_2020", "--out", path)
    assert path.read_text() == "old"


# run: what goes wrong on the way ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("error", "status", "words"), [
    (RuntimeError("the month is out of joint"), 1, "Error: the model or the program failed (RuntimeError: the month"),
    (MemoryError(), 1, "more memory than there is"),
    (OSError(errno.ENOSPC, "No space left on device"), 1, "Error: No space left on device."),
    (KeyboardInterrupt(), 130, "Interrupted"),
])
@pytest.mark.parametrize("ending", [".csv", ".parquet", ".png"])
def test_nothing_is_left_half_written(tmp_path, monkeypatch, error, status, words, ending):
    def fail(*_):
        raise error

    old, new = tmp_path / f"old{ending}", tmp_path / f"new{ending}"
    old.write_text("old")
    where = (charts.RunSeries, "add") if ending == ".png" else (monthly.MonthlyFile, "add")
    monkeypatch.setattr(*where, fail)
    for path in (old, new):
        result = netralitas("run", "pilkada_2020", "--staff", 40, "--months", 2, "--replicates", 2, "--out", path)
        assert result.exit_code == status
        assert words in result.stderr.splitlines()[-1]
        assert result.stdout == ""
    assert os.listdir(tmp_path) == [old.name]
    assert old.read_text() == "old"


def test_partial_files_are_hidden_and_new(tmp_path):
    names = {partial_path(tmp_path / "run.csv").name for _ in range(20)}
    assert len(names) == 20 and all(re.fullmatch(r"\.run-\w{8}\.partial\.csv", name) for name in names)


def test_progress_is_told_in_lines_where_there_is_no_terminal(monkeypatch, capsys):
    from experiments import progress

    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    monkeypatch.setattr(progress, "BETWEEN_LINES", 0.05)
    with progress.Progress(8, "pilkada_2020") as shown:
        time.sleep(0.2)
        shown.advance(2)
        time.sleep(0.2)
    said = capsys.readouterr()
    assert said.out == ""
    assert "preparing" in said.err and "pilkada_2020: 25% done" in said.err


def test_progress_is_a_bar_on_a_terminal(monkeypatch, capsys):
    from experiments import progress

    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress.Progress(8, "pilkada_2020") as shown:
        time.sleep(0.3)
        shown.advance(8)
        time.sleep(0.3)
    said = capsys.readouterr()
    assert said.out == "" and "pilkada_2020" in said.err and "100%" in said.err


def test_short_work_shows_no_progress(capsys):
    from experiments.progress import Progress

    with Progress(1, "pilkada_2020") as shown:
        shown.advance(1)
    assert capsys.readouterr() == ("", "")


def heed_ctrl_c():
    """Undo what a shell does to what it starts in the background, which is to let it ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@posix_only
def test_ctrl_c_ends_a_run(tmp_path):
    command = [sys.executable, "-m", "experiments.cli", "run", "pilkada_2020", "--replicates", "10000",
               "--months", "1200", "--out", tmp_path / "run.csv"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               preexec_fn=heed_ctrl_c)
    while not os.listdir(tmp_path):  # the run has begun
        time.sleep(0.1)
    time.sleep(2.0)
    process.send_signal(signal.SIGINT)
    said, complaint = process.communicate(timeout=300)
    assert (process.returncode, said) == (130, "")
    assert complaint.splitlines()[-1] == "Interrupted; nothing was written."
    assert os.listdir(tmp_path) == []


# Catalogues ------------------------------------------------------------------------------------------------------


def test_scenarios():
    shown = " ".join(done("scenarios", columns=200).split())
    for name in scenario_names():
        scenario = load_scenario(name)
        assert name in shown and scenario.title in shown and scenario.mode in shown
        for reform in scenario.reforms:
            assert f"Reform from month {reform.month}: " in shown
    assert "which recommends sanctions that the same official has to carry out." in shown
    assert [entry["name"] for entry in as_json("scenarios")] == scenario_names()


def test_parameters():
    shown = done("parameters")
    assert max(map(len, shown.splitlines())) <= 80
    words = shown.split()
    for name in PARAMETERS:
        assert name in words
    assert [entry["name"] for entry in as_json("parameters")] == list(PARAMETERS)


@pytest.mark.parametrize("role", ROLES)
def test_parameters_of_one_role(role):
    assert {entry["role"] for entry in as_json("parameters", "--role", role)} == {role}
    shown = re.findall(r"^  (\w+)", done("parameters", "--role", role), re.MULTILINE)
    assert all((name in shown) == (parameter.role == role) for name, parameter in PARAMETERS.items())


def test_roles_are_the_models():
    assert tuple(cli.Role) == ROLES


@pytest.mark.parametrize("name", ["patrol", "patronage", "stake_executive", "severity_ref", "deadline"])
def test_one_parameter(name):
    parameter = PARAMETERS[name]
    shown = " ".join(done("parameters", name).split())
    for text in (name, parameter.meaning, parameter.unit, parameter.source, parameter.role, parameter.group):
        assert text in shown
    assert (parameter.raises or parameter.lowers) in shown
    assert ("so no reform can change it" in shown) == parameter.at_start
    found = as_json("parameters", name)
    assert (found["default"], tuple(found["valid"]), found["meaning"]) == (
        parameter.default, parameter.valid, parameter.meaning)


def test_measures():
    shown = done("measures")
    assert max(map(len, shown.splitlines())) <= 80
    assert set(MEASURES) <= set(shown.split())
    assert [entry["name"] for entry in as_json("measures")] == list(MEASURES)


@pytest.mark.parametrize("name", ["overt_share", "promoted_competence", "welfare"])
def test_one_measure(name):
    measure = MEASURES[name]
    shown = " ".join(done("measures", name).split())
    for text in (name, measure.label, measure.definition, measure.unit, measure.source):
        assert text in shown
    assert as_json("measures", name)["definition"] == measure.definition


def test_unknown_names_get_the_nearest():
    assert "no parameter named 'patrool' (did you mean patrol?)" in refused("parameters", "patrool")
    assert "no measure named 'welfair' (did you mean welfare?)" in refused("measures", "welfair")
    assert "'netralitas measures' lists them all" in refused("measures", "zzz")
    assert "is no constant but a lever" in refused("parameters", "patrol", "--role", "constant")


# Start-up --------------------------------------------------------------------------------------------------------


def modules_after(*arguments):
    """Return the modules that a command has imported in a process of its own."""
    code = ("import sys; from experiments import cli\n"
            "try: cli.main()\nexcept SystemExit: pass\n"
            "print('MODULES', *sys.modules)")
    command = [sys.executable, "-c", code, *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(result.stdout.rpartition("MODULES ")[2].split())


def test_help_imports_little():
    heavy = {"mesa", "model", "numba", "numpy", "pandas", "pyarrow", "matplotlib", "scipy", "rich", "solara"}
    assert not heavy & modules_after("--help")
    assert not heavy & modules_after("run", "--help")


def test_a_run_imports_no_more_than_it_needs():
    loaded = modules_after("run", "pilkada_2020", "--staff", "40", "--months", "2")
    assert "numba" in loaded
    assert not {"matplotlib", "scipy.stats", "solara", "dashboard"} & loaded


# The app ---------------------------------------------------------------------------------------------------------


PAGE = """
import solara

@solara.component
def Page():
    solara.Text("It works")
"""


@pytest.fixture
def start(tmp_path):
    """A function that starts ``netralitas app`` on another app than the project's."""
    shutil.copytree(ROOT / "experiments", tmp_path / "experiments", ignore=shutil.ignore_patterns("__pycache__"))
    processes = []

    def begin(page, *arguments, **environment):
        (tmp_path / "app.py").write_text(page)
        process = subprocess.Popen(
            [sys.executable, "-m", "experiments.cli", "app", "--no-browser", *map(str, arguments)], cwd=tmp_path,
            env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def free():
    """A port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind((server.HOST, 0))
        return listener.getsockname()[1]


@pytest.fixture
def busy():
    """A port on which something listens."""
    with socket.socket() as listener:
        listener.bind((server.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def first_page(port):
    connection = http.client.HTTPConnection(server.HOST, port, timeout=10)
    connection.request("GET", "/")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


@posix_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_app_runs_until_it_is_told_to_stop(start, free, number):
    process = start(PAGE, "--port", free)
    assert process.stdout.readline() == f"Netralitas runs at http://127.0.0.1:{free} (stop it with Ctrl-C)\n"
    status, text = first_page(free)
    assert status == 200
    for asset in re.findall(r'(?:src|href)="(/_solara/cdn/[^"]+)"', text):
        connection = http.client.HTTPConnection(server.HOST, free, timeout=10)
        connection.request("GET", asset)
        assert connection.getresponse().status == 200
        connection.close()
    assert not re.search(r'<(?:script|link)[^>]+(?:src|href)="(?:https?:)?//', text)
    process.send_signal(number)
    said, complaint = process.communicate(timeout=30)
    assert (process.returncode, said, complaint) == (0, "", "")
    assert server.is_free(free)


def test_app_takes_its_port_from_the_environment(start, free):
    process = start(PAGE, PORT=str(free))
    assert f":{free} " in process.stdout.readline()


def test_app_that_fails_is_told(start, free):
    process = start("raise ValueError('broken')", "--port", free)
    said, complaint = process.communicate(timeout=120)
    assert (process.returncode, said) == (1, "")
    (line,) = complaint.splitlines()
    assert "ended with status" in line and "ValueError: broken" in line


def test_a_busy_port_is_refused(busy, monkeypatch):
    monkeypatch.setattr(server, "app_file", lambda: Path("app.py"))
    assert f"Port {busy}, given as --port, is in use" in refused("app", "--port", busy)
    assert f"Port {busy}, named by PORT in the environment" in refused("app", PORT=str(busy))


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1", "8" * 30, "٣"])
def test_a_port_of_the_environment_is_checked(port, monkeypatch):
    monkeypatch.setattr(server, "app_file", lambda: Path("app.py"))
    assert "a port is a whole number from 1 to 65535" in refused("app", PORT=port)


def test_the_next_port_is_taken_where_the_usual_is_busy(busy, monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setattr(server, "USUAL_PORT", busy)
    assert busy < server.chosen_port(None) < busy + server.PORTS_TO_TRY
    monkeypatch.setattr(server, "PORTS_TO_TRY", 1)
    with pytest.raises(server.ServerError, match="is free; choose one with --port"):
        server.chosen_port(None)


def test_a_missing_app_is_told(monkeypatch):
    monkeypatch.setattr(server, "__file__", str(ROOT / "tests" / "nowhere" / "server.py"))
    assert "there is no file" in refused("app", status=1)


def test_the_server_is_kept_to_this_machine(monkeypatch):
    monkeypatch.setenv("SOLARA_TELEMETRY_MIXPANEL_ENABLE", "True")
    monkeypatch.setenv("SOLARA_KERNEL_CULL_TIMEOUT", "2h")
    found = server.environment()
    assert found["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "False"
    assert found["SOLARA_KERNEL_CULL_TIMEOUT"] == "2h"
    assert found["SOLARA_ASSETS_PROXY"] == "True"
    assert server.HOST in found["SOLARA_ASSETS_CDN"]


@pytest.mark.parametrize(("platform", "display", "shown"), [
    ("linux", "", False), ("linux", ":0", True), ("darwin", "", True), ("win32", "", True)])
def test_a_browser_needs_a_display(monkeypatch, platform, display, shown):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", display)
    assert server.has_display() is shown
