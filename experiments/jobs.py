"""Sweeps in the background, one at a time, for the app: queued, watched, cancelled, found again after a restart.

Each job has a directory of its own with the design's text and the sweep's store; its name is a secret that only its
visitor knows. A server that is started again finds the directory and can go on from there.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from experiments.errors import InputError
from experiments.sweep.design import load_design_text
from experiments.sweep.execute import run_plan, thread_crew
from experiments.sweep.plan import Plan
from experiments.sweep.results import Results, open_results
from experiments.sweep.store import Store

MOST_RUNS = 10_000
MOST_SECONDS = 300.0  # on one core, as far as can be told beforehand
MOST_WAITING = 8
MOST_KEPT = 24
LONGEST_DESIGN = 40_000
CHUNK_SECONDS = 0.4  # so that a visitor who moves a slider meanwhile does not wait long
DESIGN = "asked.toml"
NAME = re.compile(r"[A-Za-z0-9_-]{12,24}")
WAITING, RUNNING, DONE, CANCELLED, FAILED = "waiting", "running", "done", "cancelled", "failed"


class Cancelled(Exception):
    """The visitor no longer wants the job."""


@dataclass
class Job:
    """One sweep.

    Attributes
    ----------
    name : str
        The secret by which it is found.
    directory : pathlib.Path
    text : str
        The design.
    plan : Plan
    state : str
        "waiting", "running", "done", "cancelled" or "failed".
    done : int
        Runs on disk.
    error : str
        What went wrong.
    """

    name: str
    directory: Path
    text: str
    plan: Plan
    state: str = WAITING
    done: int = 0
    error: str = ""
    _begun: float = 0.0
    _begun_with: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def total(self) -> int:
        """Runs in all, at most."""
        return self.plan.most_runs

    @property
    def seconds_left(self) -> float | None:
        """About how long it will take; None as long as that cannot be told."""
        made = self.done - self._begun_with
        if self.state != RUNNING or made <= 0:
            return None
        return (self.total - self.done) * (time.monotonic() - self._begun) / made

    def begin(self, done: int) -> None:
        """Note that the work begins, with so many runs there already."""
        self.done = self._begun_with = done
        self._begun = time.monotonic()
        self.state = RUNNING

    def results(self) -> Results:
        """Return what is on disk so far."""
        return open_results(self.directory / "results")


def checked_plan(text: str) -> Plan:
    """Return the plan of a design that may be run here.

    Raises
    ------
    InputError
        If it is no design, or too large.
    """
    if len(text) > LONGEST_DESIGN:
        raise InputError(f"a design has at most {LONGEST_DESIGN:,} characters here, and this one has {len(text):,}")
    plan = Plan(load_design_text(text, "design"))
    if plan.most_runs > MOST_RUNS or plan.seconds(1) > MOST_SECONDS:
        raise InputError(f"this design has {plan.most_runs:,} runs, which take about {plan.seconds(1):,.0f} s on one core; here "
                         f"{MOST_RUNS:,} runs and {MOST_SECONDS:,.0f} s are the most. Save it as a file and use "
                         "'netralitas sweep FILE --out DIR'")
    return plan


class Jobs:
    """The jobs of a server.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where their directories are; by default in the system's place for temporary files.
    """

    def __init__(self, folder: Path | None = None):
        self.folder = folder or Path(tempfile.gettempdir()) / f"netralitas-experiments-{getattr(os, 'getuid', int)()}"
        self._jobs: dict[str, Job] = {}
        self._queue: deque[Job] = deque()
        self._change = threading.Condition()
        self._worker: threading.Thread | None = None

    def submit(self, text: str, before: str = "") -> Job:
        """Queue a design; the same text by the visitor whose job is still under way is that job.

        Parameters
        ----------
        text : str
        before : str
            Name of the visitor's job before, which is cancelled if it is another design.

        Raises
        ------
        InputError
            If it is no design, too large, or too many wait.
        """
        earlier = self.find(before) if before else None
        if earlier is not None and earlier.state in (WAITING, RUNNING):
            if earlier.text == text:
                return earlier
            self.cancel(before)
        plan = checked_plan(text)
        with self._change:
            if len(self._queue) >= MOST_WAITING:
                raise InputError(f"{MOST_WAITING} experiments are waiting already; try again in a few minutes")
            name = secrets.token_urlsafe(12)
            directory = self.folder / name
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            directory.mkdir(mode=0o700)
            (directory / DESIGN).write_text(text, "utf-8")
            return self._enqueue(Job(name, directory, text, plan))

    def find(self, name: str) -> Job | None:
        """Return a job by its name; one that an earlier server left is queued again, and goes on from there."""
        if not NAME.fullmatch(name):
            return None
        with self._change:
            if name in self._jobs:
                return self._jobs[name]
            path = self.folder / name / DESIGN
            if not path.is_file():
                return None
            text = path.read_text("utf-8")
            try:
                return self._enqueue(Job(name, path.parent, text, checked_plan(text)))
            except InputError:
                return None

    def cancel(self, name: str) -> None:
        """Stop a job; what it has done so far stays to be seen."""
        with self._change:
            job = self._jobs.get(name)
            if job is None or job.state not in (WAITING, RUNNING):
                return
            job.stop.set()
            if job in self._queue:
                self._queue.remove(job)
                job.state = CANCELLED

    def _enqueue(self, job: Job) -> Job:
        self._jobs[job.name] = job
        self._queue.append(job)
        if self._worker is None:
            self._worker = threading.Thread(target=self._work, name="experiments", daemon=True)
            self._worker.start()
        self._change.notify_all()
        return job

    def _work(self) -> None:
        while True:
            with self._change:
                while not self._queue:
                    self._change.wait()
                job = self._queue.popleft()
            self._tidy()
            self._do(job)

    def _do(self, job: Job) -> None:
        def advance(runs: int) -> None:
            job.done += runs
            if job.stop.is_set():
                raise Cancelled

        try:
            with Store(job.directory / "results", job.plan) as store, thread_crew(1) as crew:
                job.begin(store.done)
                if job.stop.is_set():
                    raise Cancelled
                run_plan(job.plan, store, crew, advance, chunk_seconds=CHUNK_SECONDS)
            job.state = DONE
        except Cancelled:
            job.state = CANCELLED
        except Exception as error:  # told to the visitor; the worker goes on with the next
            job.error = str(error) or type(error).__name__
            job.state = FAILED

    def _tidy(self) -> None:
        """Remove the oldest directories beyond ``MOST_KEPT``, but none that is at work or waits."""
        directories = [path for path in self.folder.iterdir() if NAME.fullmatch(path.name)]
        directories.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in directories[MOST_KEPT:]:
            job = self._jobs.get(path.name)
            if job is None or job.state in (DONE, CANCELLED, FAILED):
                self._jobs.pop(path.name, None)
                shutil.rmtree(path, ignore_errors=True)
