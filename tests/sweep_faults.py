"""What goes wrong in tests of sweeps; a module of its own, so that workers in other processes can import it."""

import os
import signal
from pathlib import Path

from experiments.sweep.chunk import run_task


def holds(task, number):
    """Whether a task has the run of this number."""
    return any(run.number == number for run in task.runs)


def killed_once(task):
    """Work, but end the process the first time that run 5 is to be done."""
    marker = Path(os.environ["NETRALITAS_TEST_MARKER"])
    if holds(task, 5) and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return run_task(task)


def killed_always(task):
    """Work, but end the process whenever run 5 is to be done."""
    if holds(task, 5):
        os.kill(os.getpid(), signal.SIGKILL)
    return run_task(task)
