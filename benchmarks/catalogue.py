"""The groups of measurements, by name, and about how long each takes."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType

from benchmarks.measurement import Quantity
from experiments.errors import InputError


@dataclass(frozen=True)
class Group:
    """Measurements that are made together, in one process.

    Attributes
    ----------
    name : str
        Of the group and of its module.
    title : str
    seconds, seconds_if_quick : float
        About how long it takes; only the bar of progress reads them.
    """

    name: str
    title: str
    seconds: float
    seconds_if_quick: float

    @property
    def module(self) -> ModuleType:
        """The module, which has ``QUANTITIES`` and ``measure(notebook)``."""
        return importlib.import_module(f"benchmarks.{self.name}")

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What the group measures."""
        return self.module.QUANTITIES


GROUPS = {group.name: group for group in (
    Group("limits", "The machine's own limits", 12, 6),
    Group("engine", "The engine at every size", 160, 20),
    Group("stages", "What each stage costs", 25, 10),
    Group("memory", "Memory", 40, 8),
    Group("national", "Ten years of the whole civil service", 90, 8),
    Group("reference", "Against the same model as Mesa objects", 85, 12),
    Group("others", "A part of the month in other ways", 30, 10),
    Group("views", "Questions about a million agents", 25, 12),
    Group("start", "Importing and starting", 130, 50),
    Group("app", "The app in a browser", 240, 60),
    Group("classroom", "Thirty visitors at once", 560, 75),
)}


def chosen_groups(names: Iterable[str]) -> list[Group]:
    """Return the groups of these names in their usual order, or all where none is named.

    Raises
    ------
    InputError
        If there is no group of a name.
    """
    wanted = list(names)
    for name in wanted:
        if name not in GROUPS:
            raise InputError(f"There is no group of benchmarks named {name[:60]!r}; there are {', '.join(GROUPS)}")
    return [group for group in GROUPS.values() if not wanted or group.name in wanted]
