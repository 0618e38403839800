"""What the model says to a lesson, computed once for all visitors of this process."""

from __future__ import annotations

import threading

from dashboard.lab.desk import laboratory
from experiments.lessons.answers import Outcome, outcome_from
from experiments.lessons.catalogue import Lesson

_kept: dict[str, dict[str, Outcome]] = {}
_locks: dict[str, threading.Lock] = {}


def outcomes_here(lesson: Lesson) -> dict[str, Outcome]:
    """Return what the model says to each contrast of a lesson; whoever comes later waits for the first."""
    with _locks.setdefault(lesson.name, threading.Lock()):
        if lesson.name not in _kept:
            _kept[lesson.name] = {name: outcome_from(lesson, name, list(laboratory().compare(asked.contrast.settings()))[-1])
                                  for name, asked in lesson.contrasts.items()}
        return _kept[lesson.name]
