"""What a link to the app says: every choice a visitor has made, so that a link opened elsewhere restores it exactly.

``FIELDS`` lists what stands in a link. To keep another choice in it, add an attribute to :class:`Address` and a row there.
A link is versioned; one that cannot be read is refused whole, for half a scenario would be another scenario.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from experiments.comparison import MOST_MONTHS, within_limits
from experiments.jobs import NAME
from experiments.language import LANGUAGES
from experiments.lessons.catalogue import lessons
from experiments.sweep.design import design_names
from model import (
    MEASURES,
    PARAMETERS,
    Scenario,
    ScenarioError,
    load_scenario,
    scenario_names,
)
from model.scenario import load_scenario_text

VERSION = 1
PAGES = ("lab", "region", "experiments", "lessons", "about")
FIRST_SCENARIO = "pilkada_2020"
FIRST_DESIGN = "oversight_and_follow_up"
LONGEST = 16_000
"""Characters of a link that are read at most; servers and chat programs cut longer ones."""
LONGEST_UPLOAD = 200_000
"""Characters of a scenario file at most."""
LONGEST_TOLD = 300
"""Characters that are repeated of what was wrong in a link."""
MOST_SAVED = 4
MOST_READ = 40
"""Scenarios that stay read, those used last; none can be changed, so visitors can share them."""
SECTIONS = ("what", "parameters", "measures", "evidence", "glossary", "odd")
STEPS = ("question", "prediction", "experiment", "reveal", "debrief", "check", "reading")
VIEWS = ("student", "lecturer")
TABS = ("ranks", "funnel", "promotion", "service")
LONGEST_NAME = 60


class AddressError(ValueError):
    """A link cannot be read.

    Attributes
    ----------
    kind : str
        Key of its sentence in the texts, section ``link``.
    values : dict of str to (str or int)
        What stands in the sentence.
    """

    def __init__(self, kind: str, **values: str | int):
        super().__init__(kind, values)
        self.kind = kind
        self.values = {name: f"{value[:LONGEST_TOLD]}…" if isinstance(value, str) and len(value) > LONGEST_TOLD else value
                       for name, value in values.items()}


@dataclass(frozen=True)
class Saved:
    """A scenario put aside for comparison.

    Attributes
    ----------
    name : str
        As the visitor calls it.
    values : tuple of (str, float)
        Parameters that differ from the preset, in the order of ``PARAMETERS``.
    """

    name: str
    values: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Address:
    """All choices of a visitor.

    Attributes
    ----------
    language, page : str
        One of ``LANGUAGES`` and ``PAGES``.
    scenario : str
        Name of the preset.
    upload : str
        Text of a scenario file that is used instead of a preset; empty where there is none.
    seed : int or None
        None is the scenario's own.
    values : tuple of (str, float)
        Parameters that the visitor has changed, in the order of ``PARAMETERS``: levers and assumptions.
    saved : tuple of Saved
        Scenarios put aside, ``MOST_SAVED`` at most.
    charts : (str, str)
        The measures of the policy lab's two charts.
    tab : str
        One of ``TABS``: what the policy lab shows in detail.
    month : int
        How far the live region has come.
    moves : tuple of (int, str, float)
        Levers moved in the live region in mid-run: from which month on, which, to what value.
    post : int or None
        The post looked at there.
    section : str
        One of ``SECTIONS``: what the page about the model shows.
    design : str
        Name of a ready design of an experiment.
    question : str
        Text of a design that is used instead; empty where there is none.
    job : str
        The experiment that was begun.
    lesson : str
        The lesson that is open; empty for the list of them.
    step : str
        One of ``STEPS``.
    view : str
        One of ``VIEWS``: a lesson step by step, or all of it at once.
    """

    language: str = "en"
    page: str = "lab"
    scenario: str = FIRST_SCENARIO
    upload: str = ""
    seed: int | None = None
    values: tuple[tuple[str, float], ...] = ()
    saved: tuple[Saved, ...] = ()
    charts: tuple[str, str] = ("siding_share", "service_quality")
    tab: str = "ranks"
    month: int = 0
    moves: tuple[tuple[int, str, float], ...] = ()
    post: int | None = None
    section: str = "what"
    design: str = FIRST_DESIGN
    question: str = ""
    job: str = ""
    lesson: str = ""
    step: str = STEPS[0]
    view: str = VIEWS[0]

    def preset(self) -> Scenario:
        """Return the scenario as it is without the visitor's changes."""
        scenario = _read(self.scenario, self.upload)
        return scenario if self.seed is None else scenario.replace(seed=self.seed)

    def with_value(self, name: str, value: float | None) -> Address:
        """Return this address with one parameter changed, or with None left to the preset."""
        values = {**dict(self.values), name: value}
        return replace(self, values=in_order(values))


@lru_cache(maxsize=MOST_READ)
def _read(scenario: str, upload: str) -> Scenario:
    return load_scenario_text(upload, "upload") if upload else load_scenario(scenario)


def in_order(values: dict[str, float | None]) -> tuple[tuple[str, float], ...]:
    """Return the values that are not None in the order of ``PARAMETERS``."""
    return tuple((name, values[name]) for name in PARAMETERS if values.get(name) is not None)


# What stands in a link -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """One choice as it stands in a link.

    Attributes
    ----------
    name : str
        Of the attribute of :class:`Address`.
    read : callable
        From the texts in the link, one for each time the key stands there, to the attribute.
    write : callable
        From the attribute to the texts in the link; the default is not written.
    """

    name: str
    read: Callable[[list[str]], Any]
    write: Callable[[Any], list[str]] = lambda value: [str(value)]


def one_of(name: str, known: tuple[str, ...] | list[str] | dict[str, str]) -> Field:
    """Return a field whose value is one of some words."""
    def read(texts: list[str]) -> str:
        if texts[-1] not in known:
            raise AddressError("unknown", name=name, value=texts[-1], known=", ".join(known))
        return texts[-1]

    return Field(name, read)


def whole_number(name: str, most: int) -> Field:
    """Return a field whose value is a whole number from 0 to ``most``."""
    def read(texts: list[str]) -> int:
        digits = texts[-1]
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 20 or int(digits) > most:
            raise AddressError("number", name=name, value=digits, most=most)
        return int(digits)

    return Field(name, read)


def _read_number(name: str, text: str) -> float:
    try:
        if len(text) > 40 or "_" in text:
            raise ValueError
        return float(text)
    except ValueError:
        raise AddressError("value", name=name, value=text) from None


def _read_values(texts: list[str]) -> tuple[tuple[str, float], ...]:
    values: dict[str, float | None] = {}
    for part in ",".join(texts).split(","):
        name, colon, number = part.partition(":")
        if name not in PARAMETERS or not colon:
            raise AddressError("parameter", name=name)
        values[name] = _read_number(name, number)
    return in_order(values)


def _write_values(values: tuple[tuple[str, float], ...]) -> list[str]:
    return [",".join(f"{name}:{value!r}" for name, value in values)]


def _read_saved(texts: list[str]) -> tuple[Saved, ...]:
    if len(texts) > MOST_SAVED:
        raise AddressError("saved", most=MOST_SAVED)
    saved = []
    for text in texts:
        values, _, name = text.partition(";")
        saved.append(Saved(" ".join(name.split())[:LONGEST_NAME], _read_values([values]) if values else ()))
    return tuple(saved)


def _write_saved(saved: tuple[Saved, ...]) -> list[str]:
    return [f"{_write_values(one.values)[0]};{one.name}" for one in saved]


def _read_upload(texts: list[str]) -> str:
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(base64.urlsafe_b64decode(texts[-1].encode("ascii")), LONGEST_UPLOAD)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise ValueError
        return content.decode("utf-8")
    except (ValueError, zlib.error):
        raise AddressError("upload") from None


def _read_job(texts: list[str]) -> str:
    if not NAME.fullmatch(texts[-1]):
        raise AddressError("job", value=texts[-1])
    return texts[-1]


def _read_moves(texts: list[str]) -> tuple[tuple[int, str, float], ...]:
    moves = []
    for part in texts[-1].split(","):
        month, _, rest = part.partition(":")
        name, colon, number = rest.partition(":")
        if name not in PARAMETERS or not colon:
            raise AddressError("parameter", name=name)
        moves.append((whole_number("moves", MOST_MONTHS + 1).read([month]), name, _read_number(name, number)))
    return tuple(moves)


def _write_moves(moves: tuple[tuple[int, str, float], ...]) -> list[str]:
    return [",".join(f"{month}:{name}:{value!r}" for month, name, value in moves)]


def _read_charts(texts: list[str]) -> tuple[str, str]:
    names = tuple(texts[-1].split(","))
    if len(names) != 2 or not set(names) <= MEASURES.keys():
        raise AddressError("charts", value=texts[-1])
    return names


def _write_upload(text: str) -> list[str]:
    return [base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")]


FIELDS = (
    one_of("language", LANGUAGES),
    one_of("page", PAGES),
    one_of("scenario", tuple(scenario_names())),
    Field("upload", _read_upload, _write_upload),
    whole_number("seed", 2**64 - 1),
    Field("values", _read_values, _write_values),
    Field("saved", _read_saved, _write_saved),
    Field("charts", _read_charts, lambda names: [",".join(names)]),
    one_of("tab", TABS),
    whole_number("month", MOST_MONTHS),
    Field("moves", _read_moves, _write_moves),
    whole_number("post", 10_000),
    one_of("section", SECTIONS),
    one_of("design", tuple(design_names())),
    Field("question", _read_upload, _write_upload),
    Field("job", _read_job),
    one_of("lesson", tuple(lessons())),
    one_of("step", STEPS),
    one_of("view", VIEWS),
)
_FIELD = {field.name: field for field in FIELDS}
_DEFAULTS = {field.name: field.default for field in fields(Address)}


# Links -----------------------------------------------------------------------------------------------------------------


def query_of(address: Address) -> str:
    """Return a link's part behind the question mark; what is as usual is left out."""
    pairs = [("v", str(VERSION))]
    for field in FIELDS:
        value = getattr(address, field.name)
        if value != _DEFAULTS[field.name]:
            pairs += [(field.name, text) for text in field.write(value)]
    return urlencode(pairs, safe=":,")


def address_of(query: str | None) -> Address:
    """Return what a link says.

    Parameters
    ----------
    query : str or None
        The part behind the question mark; empty or None is the first visit.

    Raises
    ------
    AddressError
        If any of it cannot be read or used.
    """
    if not query:
        return Address()
    if len(query) > LONGEST:
        raise AddressError("long", most=LONGEST)
    try:
        pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError:
        raise AddressError("broken") from None
    texts: dict[str, list[str]] = {}
    for key, text in pairs:
        texts.setdefault(key, []).append(text)
    version = texts.pop("v", [str(VERSION)])[-1]
    if version != str(VERSION):
        raise AddressError("version", version=version)
    if unknown := texts.keys() - _FIELD.keys():
        raise AddressError("key", name=min(unknown))
    address = Address(**{name: _FIELD[name].read(found) for name, found in texts.items()})
    check(address)
    return address


def check(address: Address) -> None:
    """Make sure that the scenario of an address, and each one it has saved, can be run.

    Raises
    ------
    AddressError
        If not.
    """
    try:
        preset = address.preset()
        within_limits(preset)
        for values in (address.values, *(saved.values for saved in address.saved)):
            preset.replace(**dict(values))
        for _, name, value in address.moves:
            preset.replace(**{name: value})
    except ScenarioError as error:
        raise AddressError("scenario", error=str(error)) from error


def language_of(query: str | None) -> str:
    """Return the language that a link asks for, even one that cannot be read otherwise."""
    for language in LANGUAGES:
        if query and f"language={language}" in query[:LONGEST].removeprefix("?").split("&"):
            return language
    return Address.language
