"""The findings: which contrasts each rests on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from experiments.contrast import Contrast, read_contrast
from experiments.errors import InputError
from experiments.language import Texts
from model.measures import column_parts

FILE = Path(__file__).parent / "findings.toml"
SPEAKS_TO = ("rules", "supervision", "solidarity", "careers", "remedies", "open")


@dataclass(frozen=True)
class Finding:
    """One question to the model, and the contrasts that answer it.

    Attributes
    ----------
    name : str
    speaks_to : str
        One of ``SPEAKS_TO``.
    contrasts : dict of str to Contrast
        By name.
    checks : dict of str to Contrast
        Some of these contrasts again, with an input changed on which the answer may hang.
    """

    name: str
    speaks_to: str
    contrasts: dict[str, Contrast]
    checks: dict[str, Contrast]


@cache
def findings() -> dict[str, Finding]:
    """Return all findings by name, in their order.

    Raises
    ------
    InputError
        If the file asks for what is not there.
    """
    tables = tomllib.loads(FILE.read_text("utf-8"))["finding"]
    return {table["name"]: _finding(table) for table in tables}


def measure_of(finding: Finding, name: str, words: Texts) -> str:
    """Return what a contrast measures: in words of its own where those of the model would mislead."""
    own = words.sections[finding.name].get(f"{name}_measure")
    measure, category = column_parts(finding.contrasts[name].measure)
    return own or (f"{words.measure(measure)} ({words.category(category)})" if category else words.measure(measure))


def _finding(table: dict) -> Finding:
    where = f"{FILE.name}, {table['name']}"
    if table["speaks_to"] not in SPEAKS_TO:
        raise InputError(f"{where}: speaks_to = {table['speaks_to']!r} is none of {', '.join(SPEAKS_TO)}")
    contrasts, checks = ({name: read_contrast(one, f"{where}, {kind} {name}") for name, one in table.get(kind, {}).items()}
                         for kind in ("contrast", "check"))
    if stray := checks.keys() - contrasts.keys():
        raise InputError(f"{where}: the check {min(stray)} has no contrast of its name")
    return Finding(table["name"], table["speaks_to"], contrasts, checks)
