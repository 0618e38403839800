"""Who follows a tutorial gets what it promises: the notebook runs, and the lever of one's own is a lever."""

import re
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
    NotebookClient(notebook, timeout=400, kernel_name="python3", resources={"metadata": {"path": str(TUTORIALS)}}).execute()

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
