"""A scenario: what differs from the default world, and what is decided in which month.

A scenario is a short TOML file or a few keyword arguments. It lists only what differs from the defaults in
``model/parameters.py``. The ready ones stand in ``model/scenarios/``; the README there describes the format.

    scenario = load_scenario("pilkada_2020")
    scenario = scenario.replace(oversight_capacity=6.0, months=120)

Whatever is wrong with a scenario is said in one sentence, by a :class:`ScenarioError`.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import stat
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field, fields
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from model.parameters import PARAMETERS

READY_FOLDER = Path(__file__).parent / "scenarios"
LARGEST_FILE = 1_000_000
"""Bytes. A scenario is short; whatever is larger is another file given by mistake."""

MODES = ("election", "laboratory")
MOST_PEOPLE = 20_000_000

TOP_LEVEL = ("title", "description", "references", "stylised", "mode", "regions", "staff", "months", "seed")
RANK_SHARES = ("share_functional", "share_supervisor", "share_administrator", "share_executive")
CALENDAR_PARAMETERS = (
    "salience_floor", "salience_scale", "attention_floor", "rotation_ban", "deferral", "rotation", "anticipation",
    "purge", "imitation", "mutation_sd",
)  # fmt: skip
"""Read only while the electoral calendar runs, so never in laboratory mode, where salience is 1."""


# What a number may be ------------------------------------------------------------------------------------------


class Limits(NamedTuple):
    """What values one number may take.

    Attributes
    ----------
    name : str
        The number's name.
    low, high : float
        Smallest and largest value.
    unit : str
        Its unit.
    whole : bool
        Whether it counts something.
    """

    name: str
    low: float
    high: float
    unit: str
    whole: bool = False

    @property
    def text(self):
        """The limits in words, for an error."""
        return f"{_in_words(self.low)} to {_in_words(self.high)} ({self.unit})"

    @property
    def kind(self):
        """What the value has to be, for an error."""
        return "a whole number" if self.whole else "a number"


REGIONS = Limits("regions", 1, 100_000, "regions", whole=True)
STAFF = Limits("staff", 2, 2_000_000, "people in each region", whole=True)
MONTHS = Limits("months", 1, 1200, "months", whole=True)
SEED = Limits("seed", 0, 2**64 - 1, "a whole number", whole=True)


def limits_of(name):
    """Return what values a parameter may take.

    Parameters
    ----------
    name : str
        A parameter's name.

    Returns
    -------
    Limits
    """
    parameter = PARAMETERS[name]
    return Limits(name, *parameter.valid, parameter.unit)


# Errors and their wording --------------------------------------------------------------------------------------


class ScenarioError(ValueError):
    """Something in a scenario is wrong; the message is one sentence that says what and where.

    Parameters
    ----------
    sentence : str
        What is wrong, without a full stop.
    key : str
        The entry at fault.
    block : str
        Where it stands: "" at the top, "parameters", or "reform 1", "reform 2" and so on.
    """

    def __init__(self, sentence, key="", block=""):
        super().__init__(_printable(sentence))
        self.key = key
        self.block = block


def _printable(text):
    """Escape line breaks and control characters, which would break the one line or the reader's terminal."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _in_words(number):
    """Write a limit: 20,000,000 or 0.05."""
    return f"{number:,}" if isinstance(number, int) else f"{number:,.10g}"


def _shortened(text):
    return text if len(text) <= 60 else f"{text[:40]}… ({len(text):,} characters)"


def _shown(value):
    """Write a value as its file would, and never at length."""
    value = _plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{_shortened(value)}"'
    if isinstance(value, int):
        # Python refuses to print whole numbers of many thousand digits.
        digits = value.bit_length() * 3 // 10 + 1
        return str(value) if digits < 40 else f"a whole number of about {digits:,} digits"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple | np.ndarray):
        return "a list"
    return "nothing" if value is None else f"a {type(value).__name__}"


def _nearest(name, known):
    """Name the entry that was probably meant, as the end of a sentence."""
    near = difflib.get_close_matches(str(name)[:100], known, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def _unknown_parameter(name, block=""):
    """Return the error for a parameter that does not exist."""
    if name in TOP_LEVEL:
        end = " but stands at the top of the file, above [parameters] and every [[reform]]"
    else:
        end = _nearest(name, PARAMETERS) or " and is near none (model/parameters.py lists them all)"
    return ScenarioError(f"{_shortened(str(name))} is not a parameter{end}", name, block)


# Checks of one entry -------------------------------------------------------------------------------------------


def _plain(value):
    """Return a single value of NumPy's as Python's own, and anything else as it is."""
    for numpy_type, python_type in ((np.bool_, bool), (np.integer, int), (np.floating, float)):
        if isinstance(value, numpy_type):
            return python_type(value)
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _checked_number(limits, value, region=0):
    """Return a number, or say why it is none or lies outside its limits."""
    name = f"{limits.name} of region {region}" if region else limits.name
    value = _plain(value)
    if not _is_number(value) or limits.whole and not isinstance(value, int):
        raise ScenarioError(f"{name} = {_shown(value)} is not {limits.kind}; it can be {limits.text}", limits.name)
    # A comparison with nan is false, so this refuses it too.
    if not limits.low <= value <= limits.high:
        raise ScenarioError(f"{name} = {_shown(value)} is outside what is allowed, {limits.text}", limits.name)
    return int(value) if limits.whole else float(value)


def _checked_array(limits, values):
    """Return the numbers of a NumPy array, checked at once: a stacked design has thousands."""
    if values.ndim != 1 or values.dtype.kind not in ("iu" if limits.whole else "iuf"):
        return [_checked_number(limits, value, region) for region, value in enumerate(values.tolist(), start=1)]
    if not limits.whole:
        # Limits such as 1e6 do not fit into the smallest kinds of float.
        values = values.astype(np.float64)
    inside = (values >= limits.low) & (values <= limits.high)
    if not inside.all():
        region = int(np.argmin(inside))
        _checked_number(limits, values[region].item(), region + 1)
    return values


def _checked_value(limits, value):
    """Return one number, or a read-only copy of a list of numbers, one for each region."""
    value = _plain(value)
    if _is_number(value):
        return _checked_number(limits, value)
    if not isinstance(value, list | tuple | np.ndarray):
        raise ScenarioError(
            f"{limits.name} = {_shown(value)} is not {limits.kind} or a list of one for each region; "
            f"it can be {limits.text}",
            limits.name,
        )
    if len(value) == 0:
        raise ScenarioError(
            f"{limits.name} is an empty list; it can be {limits.text}, or a list of one for each region", limits.name
        )
    if isinstance(value, np.ndarray):
        numbers = _checked_array(limits, value)
    else:
        numbers = [_checked_number(limits, number, region) for region, number in enumerate(value, start=1)]
    column = np.array(numbers, dtype=np.int64 if limits.whole else np.float64)
    column.setflags(write=False)
    return column


def _checked_parameters(values):
    """Return the parameters of a scenario or reform, each checked, in the order of the table of parameters."""
    if not isinstance(values, Mapping):
        raise ScenarioError(f"parameters = {_shown(values)} is not a table of names and values", "parameters")
    for name in values:
        if name not in PARAMETERS:
            raise _unknown_parameter(name)
    return {name: _checked_value(limits_of(name), values[name]) for name in PARAMETERS if name in values}


def _check_length(name, value, regions):
    """Refuse a list that has not one number for each region."""
    if isinstance(value, np.ndarray) and len(value) != regions:
        numbers = "1 number" if len(value) == 1 else f"{len(value):,} numbers"
        raise ScenarioError(
            f"{name} is a list of {numbers}, but regions = {regions}; give one number, or one for each region", name
        )


def _checked_text(name, value, lines=False):
    """Return text without blank ends; ``lines`` says whether it may have several, which are joined to paragraphs."""
    if not isinstance(value, str):
        raise ScenarioError(f"{name} = {_shown(value)} is not text", name)
    for char in value.strip():
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and not (lines and char in "\n\r\t"):
            raise ScenarioError(
                f"{name} = {_shown(value)} holds {char!r}, which is a line break or not printable text", name
            )
    return _in_paragraphs(value) if lines else value.strip()


def _in_paragraphs(text):
    """Join the lines of each paragraph, since they break where the file's do and not where the reader's should."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))


def _checked_references(value):
    """Return the references as a tuple of text."""
    if not isinstance(value, list | tuple):
        raise ScenarioError(f"references = {_shown(value)} is not a list of text", "references")
    for text in value:
        if not isinstance(text, str) or not text.strip():
            raise ScenarioError(f"references is a list of text, and {_shown(text)} in it is none", "references")
    return tuple(_checked_text("references", text, lines=True) for text in value)


def _checked_mode(value):
    if not isinstance(value, str) or value not in MODES:
        raise ScenarioError(f'mode = {_shown(value)} is neither "election" nor "laboratory"', "mode")
    return value


def _checked_switch(name, value):
    value = _plain(value)
    if not isinstance(value, bool):
        raise ScenarioError(f"{name} = {_shown(value)} is neither true nor false", name)
    return value


def _differs(name, value):
    """Whether a value differs from the default anywhere."""
    return bool(np.any(np.asarray(value) != PARAMETERS[name].default))


# Reform --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Reform:
    """What is changed from the start of one month on.

    Attributes
    ----------
    month : int
        The month, counted from 1.
    changes : mapping of str to (float or numpy.ndarray)
        The new value of each parameter that is changed, or one for each region.
    reference : str
        Where the reform comes from.
    """

    month: int
    changes: Mapping[str, float | np.ndarray]
    reference: str = ""

    def __post_init__(self):
        month = _checked_month(self.month)
        try:
            changes = _checked_parameters(self.changes)
            for name in changes:
                if PARAMETERS[name].at_start:
                    raise ScenarioError(
                        f"{name} is read only when the world is built, so no reform can change it", name
                    )
            if not changes:
                raise ScenarioError("it changes no parameter", "month")
            reference = _checked_text("reference", self.reference, lines=True)
        except ScenarioError as error:
            raise ScenarioError(f"in the reform of month {month}, {error}", error.key) from None
        object.__setattr__(self, "month", month)
        object.__setattr__(self, "changes", MappingProxyType(changes))
        object.__setattr__(self, "reference", reference)

    def __reduce__(self):
        # A read-only mapping cannot be pickled itself.
        return Reform, (self.month, dict(self.changes), self.reference)


def _checked_month(month):
    """Return the month of a reform, or say that there is no such month."""
    month = _plain(month)
    if not isinstance(month, int) or isinstance(month, bool) or not 1 <= month <= MONTHS.high:
        raise ScenarioError(
            f"month = {_shown(month)} puts a reform in a month that is not there; "
            f"it can be a whole number from 1 to the scenario's months, {_in_words(MONTHS.high)} at most",
            "month",
        )
    return month


def _check_month_is_there(reform, months):
    if reform.month > months:
        raise ScenarioError(
            f"month = {reform.month} puts a reform in a month that is not there; the scenario has months 1 to {months}",
            "month",
        )


def _check_agreement(reform, earlier):
    """Refuse a second value for one parameter in one month; ``earlier`` holds the first ones, and gets these."""
    for name, value in reform.changes.items():
        first = earlier.setdefault((reform.month, name), value)
        if np.any(np.asarray(first) != value):
            raise ScenarioError(f"two reforms of month {reform.month} set {name} to different values", name)


# Scenario ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Scenario:
    """A world to be simulated: where it differs from the defaults, and its dated reforms.

    Attributes
    ----------
    title : str
        One line for people to read.
    name : str
        Short name; that of a file without its ending.
    description : str
        What the scenario is about, and in which month what happens.
    references : tuple of str
        The sources.
    stylised : bool
        Whether it is a sketch of something real, with assumed numbers.
    mode : str
        "election": the calendar runs. "laboratory": salience is 1, no elections, officials stay.
    regions : int
        Number of regions.
    staff : int or numpy.ndarray
        Civil servants in each region.
    months : int
        How long the run lasts.
    seed : int
        Where its luck comes from; 0 is a seed like any other.
    parameters : mapping of str to (float or numpy.ndarray)
        Parameters that differ from their defaults; an array has one value for each region.
    reforms : tuple of Reform
        In the order of their months.
    kept_reforms : tuple of Reform, not stored
        Those of ``reforms`` that may come after the last month, since a run was cut short before them.
    """

    title: str
    name: str = "scenario"
    description: str = ""
    references: tuple[str, ...] = ()
    stylised: bool = False
    mode: str = "election"
    regions: int = 1
    staff: int | np.ndarray = 1000
    months: int = 120
    seed: int = 1
    parameters: Mapping[str, float | np.ndarray] = field(default_factory=dict)
    reforms: tuple[Reform, ...] = ()
    kept_reforms: InitVar[tuple[Reform, ...]] = ()

    def __post_init__(self, kept_reforms):
        self._set(
            title=_checked_text("title", self.title),
            name=_checked_text("name", self.name),
            description=_checked_text("description", self.description, lines=True),
            references=_checked_references(self.references),
            stylised=_checked_switch("stylised", self.stylised),
            mode=_checked_mode(self.mode),
            regions=_checked_number(REGIONS, self.regions),
            staff=_checked_value(STAFF, self.staff),
            months=_checked_number(MONTHS, self.months),
            seed=_checked_number(SEED, self.seed),
        )
        if not self.title:
            raise ScenarioError("the title is missing or empty", "title")
        self._check_people()
        self._take_parameters()
        self._take_reforms(kept_reforms)

    def _set(self, **values):
        """Set fields while the scenario is being made; afterwards it is frozen."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _check_people(self):
        _check_length("staff", self.staff, self.regions)
        people = self.staff * self.regions if isinstance(self.staff, int) else int(self.staff.sum())
        if people > MOST_PEOPLE:
            raise ScenarioError(
                f"staff and regions make {people:,} people, and all regions together can have {MOST_PEOPLE:,} at most",
                "staff",
            )

    def _take_parameters(self):
        """Check the parameters and keep those that differ from their defaults."""
        try:
            checked = _checked_parameters(self.parameters)
            for name, value in checked.items():
                _check_length(name, value, self.regions)
            differing = {name: value for name, value in checked.items() if _differs(name, value)}
            self._set(parameters=MappingProxyType(differing))
            self._check_rank_shares()
        except ScenarioError as error:
            error.block = "parameters"
            raise

    def _check_rank_shares(self):
        total = sum(self.value(name) for name in RANK_SHARES).max()
        # Decimal fractions that add to 1 may miss it by a rounding error.
        if total > 1 + 1e-9:
            given = [name for name in RANK_SHARES if name in self.parameters]
            names = " + ".join(RANK_SHARES)
            raise ScenarioError(f"{names} = {total:.10g} is outside what is allowed, 0 to 1 (share of posts)", given[0])

    def _take_reforms(self, kept_reforms):
        """Check the reforms against the regions, the months and each other, and sort them by month."""
        if not isinstance(self.reforms, list | tuple) or not all(isinstance(reform, Reform) for reform in self.reforms):
            raise ScenarioError("reforms is not a list of reforms", "reforms")
        kept = {id(reform) for reform in kept_reforms}
        earlier = {}
        for number, reform in enumerate(self.reforms, start=1):
            try:
                for name, value in reform.changes.items():
                    _check_length(name, value, self.regions)
                if id(reform) not in kept:
                    _check_month_is_there(reform, self.months)
                _check_agreement(reform, earlier)
            except ScenarioError as error:
                error.block = f"reform {number}"
                raise
        self._set(reforms=tuple(sorted(self.reforms, key=lambda reform: reform.month)))

    def __reduce__(self):
        return _made_again, (self._fields(),)

    def _fields(self):
        """Return the fields as the constructor takes them."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return values | {"parameters": dict(self.parameters)}

    def replace(self, **changes):
        """Return a scenario that differs in some parameters or fields.

        Reforms that a shorter ``months`` cuts off are kept: they do not happen, and do again if the months
        are given back. A reform handed in here must lie within the months.

        Parameters
        ----------
        **changes
            Any parameter or field by its name.

        Returns
        -------
        Scenario
        """
        values = self._fields()
        for name in changes:
            if name not in PARAMETERS and name not in values:
                near = _nearest(name, [*PARAMETERS, *values])
                raise ScenarioError(f"{name} is neither a parameter nor a field of a scenario{near}", name)
        values |= {name: value for name, value in changes.items() if name not in PARAMETERS}
        new_parameters = {name: value for name, value in changes.items() if name in PARAMETERS}
        if new_parameters and isinstance(values["parameters"], Mapping):
            values["parameters"] = {**values["parameters"], **new_parameters}
        return Scenario(**values, kept_reforms=self.reforms)

    def value(self, name):
        """Return a parameter as it is at the start, in every region.

        Parameters
        ----------
        name : str
            A parameter's name.

        Returns
        -------
        numpy.ndarray
            float64, one value for each region, the caller's own to change.
        """
        if name not in PARAMETERS:
            raise _unknown_parameter(name)
        return np.full(self.regions, self.parameters.get(name, PARAMETERS[name].default), dtype=np.float64)

    def values_by_parameter(self):
        """Return every parameter as it is at the start.

        Returns
        -------
        dict of str to numpy.ndarray
            Each as :meth:`value` gives it, in the order of the table of parameters.
        """
        return {name: self.value(name) for name in PARAMETERS}

    def notes(self):
        """Say what is allowed but worth knowing: implausible values, and what will have no effect.

        Returns
        -------
        list of str
            Sentences.
        """
        notes = _implausible(self.parameters, "")
        for reform in self.reforms:
            notes += _implausible(reform.changes, f"In the reform of month {reform.month}, ")
            if reform.month > self.months:
                notes.append(f"The reform of month {reform.month} does not happen in a run of {self.months} months.")
        if self.mode == "laboratory":
            notes += [
                f"{name} has no effect in laboratory mode, where no electoral calendar runs."
                for name in CALENDAR_PARAMETERS
                if name in self.parameters or any(name in reform.changes for reform in self.reforms)
            ]
        return notes

    def to_toml(self):
        """Write the scenario as a file that :func:`load_scenario` reads.

        The name is not in it: a file's scenario is named by the file. Reforms after the last month are left
        out, since a file may not hold them.

        Returns
        -------
        str
            TOML.
        """
        lines = [f"{name} = {_toml(getattr(self, name))}" for name in TOP_LEVEL]
        if self.parameters:
            lines += ["", "[parameters]", *_parameter_lines(self.parameters)]
        for reform in self.reforms:
            if reform.month > self.months:
                lines += ["", f"# A reform of month {reform.month} is left out: the run ends with month {self.months}."]
                continue
            lines += ["", "[[reform]]", f"month = {reform.month}", f"reference = {_toml(reform.reference)}"]
            lines += _parameter_lines(reform.changes)
        return "\n".join(lines) + "\n"


def _made_again(values):
    """Rebuild a pickled or copied scenario, which may have been cut short before its last reform."""
    return Scenario(**values, kept_reforms=values["reforms"])


def _implausible(values, where):
    """Return a sentence for each value outside the plausible range."""
    notes = []
    for name, value in values.items():
        low, high = PARAMETERS[name].plausible
        outside = (np.atleast_1d(value) < low) | (np.atleast_1d(value) > high)
        if not outside.any():
            continue
        regions = f" in {outside.sum()} of {outside.size} regions"
        shown = f"{name} = {value!r}" if isinstance(value, float) else name + regions
        if low == high:
            usual = f"differs from the value that the design fixes, {low:g}"
        else:
            usual = f"is outside what is thought plausible, {low:g} to {high:g}"
        notes.append(f"{where}{shown} {usual} ({PARAMETERS[name].unit}).")
    return notes


# Writing -------------------------------------------------------------------------------------------------------


def _toml(value):
    """Write one value of a scenario as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON writes text as TOML does, except for the one control character that it leaves bare.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, tuple):
        return "[" + "".join(f"\n    {_toml(text)}," for text in value) + ("\n]" if value else "]")
    if isinstance(value, np.ndarray):
        return "[" + ", ".join(repr(number) for number in value.tolist()) + "]"
    return repr(value)


def _parameter_lines(values):
    """Write parameters, each with its unit and default beside it."""
    return [
        f"{name} = {_toml(value)}  # {PARAMETERS[name].unit}; default {PARAMETERS[name].default:g}"
        for name, value in values.items()
    ]


# Reading -------------------------------------------------------------------------------------------------------


def scenario_names():
    """Return the names of the ready scenarios.

    Returns
    -------
    list of str
        In alphabetical order.
    """
    return sorted(path.stem for path in READY_FOLDER.glob("*.toml"))


def load_scenario(name_or_path):
    """Read a ready scenario or a scenario file.

    Parameters
    ----------
    name_or_path : str or pathlib.Path
        A ready scenario's name, or the path of a file.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        If it is not there, cannot be read, or is wrong in any way.
    """
    if not isinstance(name_or_path, str | os.PathLike) or not os.fspath(name_or_path):
        raise ScenarioError(f"{_shown(name_or_path)} is neither the name of a ready scenario nor the path of a file")
    ready = isinstance(name_or_path, str) and name_or_path in scenario_names()
    path = READY_FOLDER / f"{name_or_path}.toml" if ready else Path(os.fsdecode(name_or_path))
    return load_scenario_text(_text_of(path), source=str(path))


def load_scenario_text(text, source="scenario"):
    """Read a scenario from the text of a file.

    Parameters
    ----------
    text : str
        TOML.
    source : str
        The file's name, for errors and as the scenario's name.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        If it is wrong in any way.
    """
    # Some editors begin a file with a mark that TOML does not know.
    text = text.removeprefix("\ufeff")
    try:
        return Scenario(name=PurePath(source).name.removesuffix(".toml"), **_constructor_arguments(_parsed(text)))
    except ScenarioError as error:
        line = _line_of(error, text)
        where = f"{source}, line {line}" if line else source
        raise ScenarioError(f"{where}: {error}", error.key, error.block) from None


def _text_of(path):
    """Return the text of a file, or say why it has none."""
    try:
        return _decoded(_bytes_of(path))
    except FileNotFoundError:
        sentence = "there is no such file or ready scenario"
        near = _nearest(path.name.removesuffix(".toml"), scenario_names())
        sentence += near or f" (ready are {', '.join(scenario_names())})"
    except ScenarioError as error:
        sentence = str(error)
    except (OSError, ValueError) as error:
        sentence = f"this cannot be read ({getattr(error, 'strerror', None) or error})"
    raise ScenarioError(f"{path}: {sentence}")


def _bytes_of(path):
    """Return what a file holds; its size is looked at before it is read."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise ScenarioError("this is a directory, not a scenario file")
    if not stat.S_ISREG(status.st_mode):
        raise ScenarioError("this is not an ordinary file")
    if status.st_size > LARGEST_FILE:
        raise ScenarioError(f"this file has {status.st_size:,} bytes, and a scenario has at most {LARGEST_FILE:,}")
    with path.open("rb") as file:
        return file.read(LARGEST_FILE)


def _decoded(content):
    """Return bytes as text."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = error.start + 1
        raise ScenarioError(f"byte {byte:,}, in line {line:,}, is not UTF-8; save the file as UTF-8 text") from None


# Each further dot of a name costs the TOML reader memory, so that a small file could fill the computer's.
_STRING = re.compile(r"""["](?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?""")
_DEEP_NAME = re.compile(r"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){50}")
_LONG_NUMBER = re.compile(r"(?<![0-9_])[0-9_]{4000}")


def _parsed(text):
    """Return TOML as a dictionary, or say in which line and column it is none."""
    if not text.strip():
        raise ScenarioError("this file is empty; a scenario has at least a title")
    bare = _STRING.sub("text", text)
    deep = _DEEP_NAME.search(bare)
    if deep:
        raise ScenarioError(f"line {_line_at(bare, deep.start())} nests names too deeply for a scenario")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        last = text.count("\n") + 1
        sentence = str(error).replace("at end of document", f"at the end of the file, line {last}")
        raise ScenarioError(f"this is not TOML: {_shortened_middle(sentence)}") from None
    except RecursionError:
        raise ScenarioError("this file nests lists or tables too deeply for a scenario") from None
    except ValueError:
        # The only other complaint of the TOML reader is Python's, about whole numbers of many thousand digits.
        long = _LONG_NUMBER.search(text)
        where = f"line {_line_at(text, long.start())}" if long else "this file"
        raise ScenarioError(f"{where} has a number of too many digits") from None


def _line_at(text, position):
    return text.count("\n", 0, position) + 1


def _shortened_middle(text):
    """Shorten a sentence that quotes the file at length, keeping its end, where line and column stand."""
    return text if len(text) <= 200 else f"{text[:100]} … {text[-80:]}"


def _constructor_arguments(table):
    """Turn a file's content into keyword arguments of Scenario."""
    for key in table:
        if key not in TOP_LEVEL and key not in ("parameters", "reform"):
            raise _unknown_key(key)
    if "title" not in table:
        raise ScenarioError("the title is missing, and a scenario has at least that")
    values = {key: table[key] for key in TOP_LEVEL if key in table}
    return values | {"parameters": table.get("parameters", {}), "reforms": _read_reforms(table.get("reform", []))}


def _unknown_key(key):
    """Return the error for an unknown entry at the top of a file."""
    if key in PARAMETERS:
        return ScenarioError(f"{key} is a parameter and belongs under [parameters] or a [[reform]]", key)
    near = _nearest(key, [*TOP_LEVEL, "parameters", "reform", *PARAMETERS])
    end = near or f" (known are {', '.join(TOP_LEVEL)}, [parameters] and [[reform]])"
    return ScenarioError(f"{_shortened(key)} is not an entry of a scenario{end}", key)


def _read_reforms(blocks):
    """Turn the [[reform]] blocks of a file into reforms."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise ScenarioError(
            f"reform = {_shown(blocks)} is no list of reforms; begin each with a line [[reform]], in double brackets",
            "reform",
        )
    return [_read_reform(block, number) for number, block in enumerate(blocks, start=1)]


def _read_reform(block, number):
    """Turn one [[reform]] block into a reform."""
    entries = ("month", "reference")
    try:
        changes = {key: value for key, value in block.items() if key not in entries}
        for key in (key for key in changes if key not in PARAMETERS and key not in TOP_LEVEL):
            near = _nearest(key, [*entries, *PARAMETERS])
            if any(entry in near for entry in entries):
                raise ScenarioError(f"{_shortened(key)} is not an entry of a reform{near}", key)
        if "month" not in block:
            raise ScenarioError(
                "the month of this reform is missing; it can be a whole number from 1 to the scenario's months"
            )
        return Reform(block["month"], changes, block.get("reference", ""))
    except ScenarioError as error:
        error.block = f"reform {number}"
        raise


# Lines of a file -----------------------------------------------------------------------------------------------


def _line_of(error, text):
    """Return the line of the entry an error is about, or None."""
    if not error.key and not error.block:
        return None
    lines = _lines(text)
    kind = error.block.partition(" ")[0]
    for place in ((error.block, error.key), (error.block, ""), ("", kind)):
        if place in lines:
            return lines[place]
    return None


def _lines(text):
    """Return the line of each entry by block and key, found by reading the lines simply.

    TOML's reader does not tell them. Entries written in unusual ways may be missing.
    """
    lines, block, reforms, inside = {}, "", 0, None
    for number, line in enumerate(text.split("\n"), start=1):
        if inside:
            inside = None if inside in line else inside
            continue
        key = _key_of(line)
        if line.lstrip().startswith("["):
            block, _, key = _header_of(line).partition(".")
            lines.setdefault(("", block), number)
            if block == "reform":
                reforms += 1
                block = f"reform {reforms}"
            lines.setdefault((block, ""), number)
        elif key and not block:
            # At the top, parameters.patrol = 0.2 means the same as patrol = 0.2 under [parameters].
            table, _, name = key.partition(".")
            lines.setdefault(("", table.strip()), number)
            lines.setdefault((table.strip(), name.strip()), number)
        if key:
            lines.setdefault((block, key), number)
        inside = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), None)
    return lines


def _key_of(line):
    """Return what stands before the first equals sign, without quotation marks."""
    before, equals, _ = line.partition("=")
    return before.strip().strip("\"'") if equals else ""


def _header_of(line):
    """Return what stands between the brackets that begin a table."""
    return line.strip().lstrip("[").partition("]")[0].strip()


# The command line ----------------------------------------------------------------------------------------------


def parse_setting(setting, regions):
    """Read one ``--set name=value`` of the command line.

    Parameters
    ----------
    setting : str
        ``name=value``; the value is a number, or ``[a, b]`` with one for each region.
    regions : int
        Number of regions.

    Returns
    -------
    tuple of (str, float or numpy.ndarray)
        The parameter's name and its value.

    Raises
    ------
    ScenarioError
        If it cannot be set so.
    """
    name, equals, text = setting.partition("=")
    name, text = name.strip(), text.strip()
    try:
        if name in ("regions", "staff", "months", "seed", "mode"):
            raise ScenarioError(f"{name} is not a parameter; use the option --{name}")
        if name in TOP_LEVEL:
            raise ScenarioError(f"{name} is not a parameter; write it into a scenario file")
        if name not in PARAMETERS:
            raise _unknown_parameter(name)
        if not equals or not text:
            raise ScenarioError(f"{name} is given no value; it can be {limits_of(name).text}")
        value = _checked_value(limits_of(name), _typed(text))
        _check_length(name, value, regions)
    except ScenarioError as error:
        raise ScenarioError(f"--set {_shortened(setting)}: {error}", name) from None
    return name, value


def _typed(text):
    """Return what was typed as a number or list of numbers; anything else stays text, and is refused as such."""
    if not text.startswith("[") or not text.endswith("]"):
        return _typed_number(text)
    entries = text[1:-1].strip().removesuffix(",")
    return [_typed_number(entry.strip()) for entry in entries.split(",")] if entries else []


def _typed_number(text):
    try:
        return float(text)
    except ValueError:
        return text
