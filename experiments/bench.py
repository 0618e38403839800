"""Starts the benchmarks as a process of their own; they lie beside this package in the project's folder."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from experiments.errors import InputError

ROOT = Path(__file__).resolve().parent.parent


def run_benchmarks(arguments: Sequence[str]) -> int:
    """Run the benchmarks, and return their exit status.

    Parameters
    ----------
    arguments : sequence of str
        For ``python -m benchmarks``.

    Raises
    ------
    InputError
        If the benchmarks are not there, as where only the packages were installed.
    """
    if not (ROOT / "benchmarks" / "__main__.py").is_file():
        raise InputError("The benchmarks are not installed; they are in the folder benchmarks of the project's sources")
    # Ctrl-C reaches both processes; that one ends and says so, and this one waits for it.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run([sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
