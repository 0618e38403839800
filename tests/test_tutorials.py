"""Who follows a tutorial gets what it promises: the notebook runs, and the lever of one's own is a lever."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
TUTORIALS = ROOT / "docs" / "tutorials"
NOTEBOOK = TUTORIALS / "first_run.ipynb"

# The notebook -----------------------------------------------------------------------------------------------------


@pytest.fixture
def notebook():
    return nbformat.read(NOTEBOOK, as_version=4)


def cell_with(notebook, words):
    """The only code cell that contains these words."""
    [cell] = [cell for cell in notebook.cells if cell.cell_type == "code" and words in cell.source]
    return cell


def printed_by(cell):
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_the_notebook_is_kept_without_outputs(notebook):
    nbformat.validate(notebook)
    kept = [cell for cell in notebook.cells if cell.cell_type == "code" and (cell.outputs or cell.execution_count)]
    assert kept == []


@pytest.mark.slow
def test_the_notebook_runs_from_first_run_to_own_rule_and_own_sweep(notebook):
    strictly = nbformat.v4.new_code_cell("import warnings\nwarnings.simplefilter('error')")
    as_before = nbformat.v4.new_code_cell("warnings.simplefilter('default')")  # the kernel's own shutdown warns
    notebook.cells = [strictly, *notebook.cells, as_before]
    where = {"metadata": {"path": str(TUTORIALS)}}
    NotebookClient(notebook, timeout=400, kernel_name="python3", resources=where).execute()

    pictures = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
                if "image/png" in output.get("data", {})]  # fmt: skip
    assert len(pictures) == notebook_text(notebook).count("plt.show()")
    change = r"percentage points \(95% interval [+-]\d+\.\d to [+-]\d+\.\d\)"
    policy = re.search(rf"by (-\d+\.\d) {change}", printed_by(cell_with(notebook, 'print(PARAMETERS["independence"]')))
    assert policy and float(policy[1]) < 0
    rule = re.search(rf"by (\+\d+\.\d) {change}", printed_by(cell_with(notebook, "def neglected_risk")))
    assert rule and float(rule[1]) > 0
    [table] = cell_with(notebook, "half_interval = ").outputs
    rows = re.findall(r"^(\d+\.\d)\s", table.data["text/plain"], re.MULTILINE)
    assert rows == ["0.0", "2.0", "4.0", "8.0", "16.0"]


def notebook_text(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


# The lever --------------------------------------------------------------------------------------------------------

LEVER = TUTORIALS / "own_lever.md"
MOST_LINES = 30
SOURCES = ("model", "experiments", "dashboard", "tests", "docs", "scripts", "benchmarks")


def edits_of(document):
    """The edits of a tutorial: the file that was named last before each block, its lines before and after."""
    text = document.read_text("utf-8")
    edits = []
    for block in re.finditer(r"^```diff\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        file = re.findall(r"`([\w./-]+\.\w+)`", text[:block.start()])[-1]
        edits.append((file, block[1].splitlines(keepends=True)))
    return edits


def side_of(lines, left_out):
    """The lines of a block without those that are added ("+"), or without those that go ("-")."""
    return "".join(line[1:] for line in lines if not line.startswith(left_out))


@pytest.fixture(scope="module")
def changed_copy(tmp_path_factory):
    """A copy of the sources, changed as the tutorial says."""
    copy = tmp_path_factory.mktemp("copy")
    for folder in SOURCES:
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.is_file() and not file.name.startswith("."):
            shutil.copy(file, copy)
    for file, lines in edits_of(LEVER):
        path = copy / file
        text, before, after = path.read_text("utf-8"), side_of(lines, "+"), side_of(lines, "-")
        assert text.count(before) == 1, f"{file} has this {text.count(before)} times:\n{before}"
        path.write_text(text.replace(before, after), "utf-8")
    return copy


def run_in(copy, *arguments):
    """What a program prints there, run with the sources of the copy and a cache of its own."""
    environment = os.environ | {"PYTHONPATH": str(copy), "NETRALITAS_CACHE": str(copy / "cache"), "COLUMNS": "160"}
    done = subprocess.run([sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True,
                          timeout=500)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_lever_takes_fewer_than_thirty_lines():
    changed = [line for _, lines in edits_of(LEVER) for line in lines if line[0] in "+-"]
    assert 0 < len(changed) < MOST_LINES


@pytest.mark.slow
def test_the_lever_of_the_tutorial_moves_what_it_should(changed_copy):
    [program] = re.findall(r"^```python\n(.*?)^```$", LEVER.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    printed = run_in(changed_copy, "-W", "error", "-c", program)
    change = r"in month 120: ([+-]\d+\.\d) percentage points \(95% interval ([+-]\d+\.\d) to ([+-]\d+\.\d)\)"
    found = {name: tuple(map(float, numbers)) for name, *numbers in re.findall(rf"(\w+) {change}", printed)}
    mean, low, high = found["incumbent_share"]
    assert low < mean < high < -1  # fewer side with the incumbent, by more than luck
    assert found["challenger_share"][2] > 0  # and the other camp does not lose by it


@pytest.mark.slow
def test_the_other_commands_of_the_tutorial_work_and_its_tests_pass(changed_copy):
    blocks = re.findall(r"^```sh\n(.*?)^```$", LEVER.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    commands = [shlex.split(line) for block in blocks for line in block.splitlines()]
    programs = {"python": [], "netralitas": ["-m", "experiments.cli"]}
    assert len(commands) == 4
    printed = [run_in(changed_copy, *programs[program], *arguments) for program, *arguments in commands]
    assert "Wrote docs/reference/parameters.id.md" in printed[0]
    assert "Share of the spot favours that open budgets prevent." in printed[1]
    assert re.search(r"\d+ passed", printed[3]) and "failed" not in printed[3]
