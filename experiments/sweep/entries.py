"""Reads the entries of a TOML table one by one, each checked; what is wrong is said in one sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from experiments.errors import InputError

LANGUAGES = ("en", "id")


class DesignError(InputError):
    """Something in a design is wrong; the message is one sentence without a full stop."""


def nearest(name: object, known: Iterable[str]) -> str:
    """Name the entry that was probably meant, as the end of a sentence, or list what there is if that is little."""
    known = list(known)
    near = difflib.get_close_matches(str(name)[:100], known, n=1)
    if near:
        return f" (did you mean {near[0]}?)"
    return f" (known: {', '.join(known)})" if 0 < len(known) <= 30 else ""


def shown(value: object) -> str:
    """Write a value as its file would, and never at length."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, str):
        value = printable(value)
        return f'"{value if len(value) <= 60 else value[:40] + "…"}"'
    try:
        text = repr(value)
    except ValueError:  # Python refuses to print whole numbers of many thousand digits
        return "a number of too many digits"
    return text if len(text) <= 60 else f"{text[:40]}…"


def printable(text: str) -> str:
    """Escape line breaks and control characters, which would break the one line."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


class Entries:
    """A TOML table whose entries are taken one by one.

    Parameters
    ----------
    table : object
        What stands in the file.
    where : str
        Its name with dots, such as "vary.patrol"; empty for the whole file.
    """

    def __init__(self, table: object, where: str = ""):
        if not isinstance(table, Mapping):
            raise DesignError(f"{where} = {shown(table)} is not a table of names and values")
        self._table = table
        self.where = where

    def __contains__(self, name: str) -> bool:
        return name in self._table

    def __getitem__(self, name: str) -> object:
        return self._table[name]

    def names(self) -> list[str]:
        """Return the names of all entries, in the order of the file."""
        return list(self._table)

    def path(self, name: str) -> str:
        """Return an entry's name with those of the tables around it, on one line whatever it is."""
        return f"{self.where}.{printable(name)}" if self.where else printable(name)

    def only(self, known: Sequence[str]) -> None:
        """Refuse entries that nothing reads."""
        for name in self._table:
            if name not in known:
                place = f"[{self.where}]" if self.where else "a design"
                raise DesignError(f"{shown(name)[1:-1]} is not an entry of {place}{nearest(name, known)}")

    def text(self, name: str, default: str | None = None) -> str:
        """Return text; without a default it must be there."""
        value = self._table.get(name, default)
        if value is None:
            raise DesignError(f"{self.path(name)} is missing")
        if not isinstance(value, str) or default is None and not value.strip():
            raise DesignError(f"{self.path(name)} = {shown(value)} is not text, or empty")
        return "\n\n".join(" ".join(part.split()) for part in value.strip().split("\n\n"))

    def texts(self, name: str) -> dict[str, str]:
        """Return text by language: ``name`` is English, ``name_id`` Indonesian; those left out are not in it."""
        found = {"en": self.text(name, ""), "id": self.text(f"{name}_id", "")}
        return {language: text for language, text in found.items() if text}

    def one_of(self, name: str, known: Sequence[str], default: str | None = None) -> str:
        """Return one of some words; without a default it must be there."""
        value = self._table.get(name, default)
        if value is None:
            raise DesignError(f"{self.path(name)} is missing; it can be {', '.join(known)}")
        if not isinstance(value, str) or value not in known:
            near = difflib.get_close_matches(str(value), known, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            raise DesignError(f"{self.path(name)} = {shown(value)} is none of {', '.join(known)}{hint}")
        return value

    def switch(self, name: str, default: bool) -> bool:
        """Return true or false."""
        value = self._table.get(name, default)
        if not isinstance(value, bool):
            raise DesignError(f"{self.path(name)} = {shown(value)} is neither true nor false")
        return value

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number within limits; without a default it must be there."""
        value = self._table.get(name, default)
        if value is None:
            raise DesignError(f"{self.path(name)} is missing; it can be a whole number from {low:,} to {high:,}")
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise DesignError(f"{self.path(name)} = {shown(value)} is no whole number from {low:,} to {high:,}")
        return value

    def number(self, name: str, low: float, high: float, unit: str, default: float | None = None) -> float:
        """Return a number within limits; without a default it must be there."""
        value = self._table.get(name, default)
        if value is None:
            raise DesignError(f"{self.path(name)} is missing; it can be {low:g} to {high:g} ({unit})")
        return checked_number(self.path(name), value, low, high, unit)

    def numbers(self, name: str, low: float, high: float, unit: str) -> tuple[float, ...]:
        """Return a list of numbers within limits."""
        value = self._table.get(name)
        if not isinstance(value, list):
            raise DesignError(f"{self.path(name)} = {shown(value)} is not a list of numbers")
        if not value:
            raise DesignError(f"{self.path(name)} is an empty list; it can hold {low:g} to {high:g} ({unit})")
        return tuple(checked_number(self.path(name), number, low, high, unit) for number in value)

    def inner(self, name: str) -> Entries:
        """Return a table within this one, empty if it is not there."""
        return Entries(self._table.get(name, {}), self.path(name))


def checked_number(name: str, value: object, low: float, high: float, unit: str) -> float:
    """Return a number within limits, or say why it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DesignError(f"{name} = {shown(value)} is not a number; it can be {low:g} to {high:g} ({unit})")
    if not low <= value <= high:  # refuses nan, too
        raise DesignError(f"{name} = {shown(value)} is outside what is allowed, {low:g} to {high:g} ({unit})")
    return float(value)
