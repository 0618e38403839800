"""Runs groups one after another, each in a process of its own, and collects what they found."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.catalogue import Group
from benchmarks.goals import GOALS, Verdict
from benchmarks.machine import date_now, facts_of_machine, load_now
from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent
LAST_WORDS = 300  # letters
SECONDS_TO_END = 10.0
BUSY = 25.0  # % of the processors that other work may take (assumed)


@dataclass
class Results:
    """What a run of the benchmarks found.

    Attributes
    ----------
    quick : bool
    date : str
        When it began.
    machine : dict of str to str
    groups : list of Group
        In the order they ran.
    measured : dict of str to Measurement
        By name of quantity.
    skipped : dict of str to str
        Why a quantity was not measured, by its name.
    seconds : dict of str to float
        How long each group took.
    load : dict of str to dict
        Load and how busy the machine was before each group, and at the end.
    """

    quick: bool
    groups: list[Group]
    date: str
    machine: dict[str, str]
    measured: dict[str, Measurement] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    load: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def verdicts(self) -> list[Verdict]:
        """How the goals stand of which something was measured."""
        found = [goal.verdict(self.measured) for goal in GOALS]
        return [verdict for verdict in found if verdict is not None]

    @property
    def disturbed(self) -> bool:
        """Whether other work kept the processors busy before a group or at the end."""
        return any(one["busy"] > BUSY for one in self.load.values())


def run_groups(groups: Sequence[Group], quick: bool,
               tell: Callable[[float, str], None] = lambda share, title: None) -> Results:
    """Run groups and return what they found.

    Parameters
    ----------
    groups : sequence of Group
        What to measure.
    quick : bool
        Whether a smoke run is enough.
    tell : callable, optional
        Told how far it all has come, 0 to 1, and the title of the group under way.
    """
    results = Results(quick, list(groups), date_now(), facts_of_machine())
    shares = [group.seconds_if_quick if quick else group.seconds for group in groups]
    for place, group in enumerate(groups):
        before, own = sum(shares[:place]), shares[place]
        tell(before / sum(shares), group.title)
        results.load[group.name] = load_now()
        started = time.monotonic()
        values, skipped = _run_group(group, quick, lambda share, before=before, own=own, title=group.title: tell(
            (before + share * own) / sum(shares), title))
        results.seconds[group.name] = time.monotonic() - started
        for quantity in group.quantities:
            if quantity.name in values:
                results.measured[quantity.name] = Measurement(quantity, tuple(values[quantity.name]))
            else:
                results.skipped[quantity.name] = skipped[quantity.name]
        tell((before + own) / sum(shares), group.title)
    results.load["at the end"] = load_now()
    return results


def end(process: subprocess.Popen) -> None:
    """End a group's process; it has some seconds to end what it started."""
    process.terminate()
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()


def _run_group(group: Group, quick: bool, tell: Callable[[float], None]) -> tuple[dict, dict]:
    """Return the values and the reasons for skips of a group; where its process fails, the reason is what it said."""
    command = [sys.executable, "-m", "benchmarks.child", group.name, "quick" if quick else "full"]
    values, skipped, ended = {}, {}, False
    with tempfile.TemporaryFile("w+", errors="replace") as errors:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                                   text=True)
        with process:
            try:
                for line in process.stdout:
                    message = json.loads(line)
                    if "share" in message:
                        tell(message["share"])
                    else:
                        values, skipped, ended = message["values"], message["skipped"], True
            except BaseException:
                end(process)
                raise
        errors.seek(0)
        said = errors.read().strip().splitlines()
    if process.returncode or not ended:
        words = said[-1][:LAST_WORDS] if said else "it said nothing"
        reason = f"The group failed (status {process.returncode}): {words}"
        return {}, {quantity.name: reason for quantity in group.quantities}
    return values, skipped
