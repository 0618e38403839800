"""What is known about the world, as ``evidence.toml`` has it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from experiments.language import LANGUAGES

FILE = Path(__file__).parent / "evidence.toml"
COMPARE = ("level", "sign", "context")
USE = ("input", "form", "open")
STATUS = ("read", "to be verified")

Words = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True)
class Pattern:
    """Something observed that the model is held against.

    Attributes
    ----------
    name : str
        What the code calls it.
    title, what, shown, note : mapping of str to str
        By language: its name, what was observed, the observed value in short, what to mind.
    compare : str
        One of ``COMPARE``: whether levels, only sign, order or ratio, or nothing at all may be compared.
    use : str
        One of ``USE``: whether a parameter was set from it, the equations push this way by themselves, or neither.
    source : mapping of str to str
        By language: where it comes from.
    url, status : str
        The page it was read at ("" where none was kept), one of ``STATUS``.
    observed : tuple of float, or None
        Lowest and highest value over the dates that were read, where there is a number.
    """

    name: str
    title: Words
    what: Words
    shown: Words
    note: Words
    compare: str
    use: str
    source: Words
    status: str
    url: str = ""
    observed: tuple[float, float] | None = None


@dataclass(frozen=True)
class Fact:
    """Something known that no simulated number is compared with; see :class:`Pattern` for the fields."""

    what: Words
    source: Words | None = None
    status: str = ""
    name: str = ""
    url: str = ""


@dataclass(frozen=True)
class Evidence:
    """Everything in the file, in its order; ``scale`` is the caveat that belongs beside every comparison."""

    scale: Words
    patterns: Mapping[str, Pattern]
    facts: tuple[Fact, ...]
    counter_evidence: tuple[Fact, ...]
    limits: tuple[Fact, ...]


@cache
def evidence() -> Evidence:
    """Return what is known, read once."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    patterns = [Pattern(**{**_with_source(entry), "observed": tuple(entry["observed"]) if "observed" in entry else None})
                for entry in told["pattern"]]
    facts, against, limits = (tuple(Fact(**_with_source(entry)) for entry in told[kind])
                              for kind in ("fact", "counter_evidence", "limit"))
    return Evidence(told["scale"], {pattern.name: pattern for pattern in patterns}, facts, against, limits)


def _with_source(entry: dict) -> dict:
    """Return an entry whose source is given by language, also where it reads the same in all."""
    source = entry.get("source")
    return entry | {"source": dict.fromkeys(LANGUAGES, source)} if isinstance(source, str) else entry
