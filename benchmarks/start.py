"""Importing, the first result of a new installation, and later starts: each a fresh process, in turns."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measurement import Notebook, Quantity, ratios, seconds_in_turns

ROOT = Path(__file__).resolve().parent.parent
RUN = ("-m", "experiments.cli", "run", "pilkada_2020")

QUANTITIES = (
    Quantity("start_python", "Python itself, with nothing imported", "s"),
    Quantity("import_mesa", "`import mesa`, process included", "s"),
    Quantity("import_model", "`import model`, process included", "s"),
    Quantity("import_ratio", "`import model` against `import mesa`, processes included", "times"),
    Quantity("import_ratio_beyond_python", "`import model` against `import mesa`, without Python's own start", "times"),
    Quantity("later_start", "`netralitas run pilkada_2020` when compiled (16 runs of 120 months)", "s"),
    Quantity("later_start_ratio", "`netralitas run pilkada_2020` when compiled, against `import mesa`", "times"),
    Quantity("first_result", "`netralitas run pilkada_2020` with no machine code kept: compilation included", "s"),
)


def measure(book: Notebook) -> None:
    """Start each in turn; first once unmeasured, so that files are in the system's cache."""
    with tempfile.TemporaryDirectory() as folder:
        compiled_here = fresh(*RUN, cache=Path(folder) / "kept")
        imports = {"start_python": fresh("-c", "pass"), "import_mesa": fresh("-c", "import mesa"),
                   "import_model": fresh("-c", "import model"), "later_start": compiled_here}
        for start in imports.values():
            start()
        book.tell(0.3)
        seconds = seconds_in_turns(imports, 3 if book.quick else 11, lambda share: book.tell(0.3 + 0.3 * share))
        for name, times in seconds.items():
            book.add(name, times)
        for repeat in range(1 if book.quick else 3):
            new = fresh(*RUN, cache=Path(folder) / f"new_{repeat}")
            book.add("first_result", seconds_in_turns({"first_result": new}, 1)["first_result"])
            book.tell(0.6 + 0.4 * (repeat + 1) / 3)
    mesa, model = book.values["import_mesa"], book.values["import_model"]
    python = book.values["start_python"]
    book.add("import_ratio", ratios(model, mesa))
    book.add("import_ratio_beyond_python",
             [(one - bare) / (other - bare) for one, other, bare in zip(model, mesa, python, strict=True)])
    book.add("later_start_ratio", ratios(book.values["later_start"], mesa))


def fresh(*arguments: str, cache: Path | None = None) -> Callable[[], None]:
    """Return a call that runs Python in a new process, with its own folder for machine code if one is named."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if cache is not None:
        environment["NETRALITAS_CACHE"] = str(cache)

    def start() -> None:
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    return start
