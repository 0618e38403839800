"""Presets, seed, undo, reset, scenarios put aside, upload and downloads."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

import solara
from solara.alias import rv

from dashboard.address import (
    LONGEST,
    LONGEST_NAME,
    LONGEST_UPLOAD,
    MOST_SAVED,
    Address,
    Saved,
    query_of,
)
from dashboard.choice import Choice
from dashboard.lab import export
from dashboard.lab.desk import Desk
from dashboard.panel import Panel
from dashboard.region.session import SeedError, parse_seed
from dashboard.visit import Visit
from experiments.language import Texts
from experiments.sentences import in_language
from model import Scenario, ScenarioError, load_scenario, scenario_names
from model.scenario import load_scenario_text


class UploadError(ValueError):
    """A file cannot be used as a scenario.

    Attributes
    ----------
    kind : str
        Key of its sentence in the texts, section ``upload``.
    error : str
        What is wrong with the scenario in it.
    """

    def __init__(self, kind: str, error: str = ""):
        super().__init__(kind, error)
        self.kind = kind
        self.error = error


def read_upload(size: int, read: Callable[[], bytes]) -> str:
    """Return the text of an uploaded scenario that can be run.

    Parameters
    ----------
    size : int
        Bytes that the browser announces; a file that is too large is not read.
    read : callable
        Reads them.

    Raises
    ------
    UploadError
        If it is too large, no text, no scenario, or its link would be too long.
    """
    if size > LONGEST_UPLOAD:
        raise UploadError("large")
    try:
        text = read().decode("utf-8")
    except UnicodeDecodeError:
        raise UploadError("text") from None
    try:
        load_scenario_text(text, "upload")
    except (ScenarioError, RecursionError) as error:
        raise UploadError("scenario", str(error)) from error
    if len(query_of(Address(upload=text))) > LONGEST:
        raise UploadError("long")
    return text


def content_of(message: Any) -> tuple[int, bytes]:
    """Return size and content of a file as a browser sends it.

    Raises
    ------
    UploadError
        If the message is none.
    """
    try:
        return int(message["size"]), base64.b64decode(message["content"], validate=True)
    except (TypeError, KeyError, ValueError, OverflowError, binascii.Error):
        raise UploadError("text") from None


@solara.component_vue("file.vue")
def File(label: str, endings: str, most: int, event_file: Callable[[dict], None]):
    """Show the choice of a file; see ``file.vue``."""


@solara.component
def Bench(visit: Visit, texts: Texts, scenario: str, preset: Scenario, uploaded: bool, changed: bool):
    """Show what a scenario is started from, and the way back."""
    names = {name: texts.scenario(name, load_scenario(name).title) for name in scenario_names()}
    wrong_seed, set_wrong_seed = solara.use_state(False)
    custom = uploaded or changed
    with Panel("bench", texts("lab.bench_heading")):
        with rv.Html(tag="div", class_="controls"):
            Choice(label=texts("lab.preset"), options=names, chosen=scenario,
                   on_choose=visit.choose_preset)
            Seed(visit, texts, preset.seed, wrong_seed, set_wrong_seed)
            solara.Button(texts("lab.undo"), on_click=visit.undo, icon_name="mdi-undo", outlined=True,
                          disabled=not visit.can_undo)
            solara.Button(texts("lab.reset"), on_click=visit.reset, icon_name="mdi-restart", outlined=True,
                          disabled=not changed)
            Upload(visit, texts)
        if wrong_seed:
            rv.Html(tag="p", class_="notice", attributes={"role": "alert"}, children=[texts("controls.seed_wrong")])
        about = texts("lab.custom") if custom else texts.description(scenario, preset.description)
        if uploaded:
            about = texts("lab.uploaded", title=preset.title)
        rv.Html(tag="p", class_="intro custom" if custom else "intro", children=[about])


@solara.component
def Seed(visit: Visit, texts: Texts, seed: int, wrong: bool, set_wrong: Callable[[bool], None]):
    """Show the seed, which can be edited, and hear whether what was typed is none."""
    def change(text: str) -> None:
        try:
            number = parse_seed(text)
        except SeedError:
            set_wrong(True)
            return
        set_wrong(False)
        visit.change(seed=number)

    solara.InputText(texts("lab.seed"), str(seed), on_value=change, error=wrong, classes=["seed"])


@solara.component
def Upload(visit: Visit, texts: Texts):
    """Show the way to bring a scenario file."""
    open_, set_open = solara.use_state(False)
    wrong, set_wrong = solara.use_state("")

    def take(message: Any) -> None:
        try:
            size, content = content_of(message)
            text = read_upload(size, lambda: content)
            if visit.change(upload=text, values=(), seed=None):
                set_wrong("")
                set_open(False)
        except UploadError as error:
            set_wrong(texts(f"upload.{error.kind}", error=in_language(error.error, texts), most=texts.number(LONGEST_UPLOAD / 1000, 0)))

    with rv.Html(tag="div"):
        solara.Button(texts("upload.button"), on_click=lambda: set_open(not open_), icon_name="mdi-upload", text=True,
                      attributes={"aria-expanded": str(open_).lower()})
        if open_:
            with rv.Html(tag="div", class_="upload"):
                File(label=texts("upload.choose"), endings=".toml,text/plain", most=LONGEST_UPLOAD, event_file=take)
                rv.Html(tag="p", attributes={"role": "alert"}, class_="notice" if wrong else "", children=[wrong])


@solara.component
def PutAside(visit: Visit, texts: Texts, saved: tuple[Saved, ...]):
    """Show the scenarios put aside, and how to put this one aside."""
    name, set_name = solara.use_state("")

    def save() -> None:
        address = visit.address.value
        label = " ".join(name.split())[:LONGEST_NAME] or texts("lab.saved_name", number=len(address.saved) + 1)
        if visit.change(saved=(*address.saved, Saved(label, address.values))):
            set_name("")

    def drop(place: int) -> None:
        visit.change(saved=saved[:place] + saved[place + 1:])

    with Panel("saved", texts("lab.saved_heading")):
        rv.Html(tag="p", class_="intro", children=[texts("lab.saved_note", most=MOST_SAVED)])
        with rv.Html(tag="div", class_="controls"):
            solara.InputText(texts("lab.saved_label"), name, on_value=set_name, continuous_update=True, classes=["name"])
            solara.Button(texts("lab.save"), on_click=save, icon_name="mdi-content-save-outline", outlined=True,
                          disabled=len(saved) >= MOST_SAVED)
        with rv.Html(tag="ul", class_="saved"):
            for place, one in enumerate(saved):
                with rv.Html(tag="li", key=f"{place}-{one.name}"):
                    rv.Html(tag="span", children=[one.name])
                    solara.Button(texts("lab.take"), outlined=True, small=True, on_click=lambda one=one: visit.change(values=one.values))
                    solara.Button(texts("lab.drop"), outlined=True, small=True, on_click=lambda place=place: drop(place),
                                  attributes={"aria-label": f"{texts('lab.drop')}: {one.name}"})


@solara.component
def Downloads(visit: Visit, texts: Texts, desk: Desk):
    """Show what can be taken away: what is shown when it is asked for."""
    files = {"csv": export.table_of, "png": export.png_of, "svg": export.svg_of, "html": export.report_of}
    with Panel("downloads", texts("lab.downloads_heading")):
        rv.Html(tag="p", class_="intro", children=[texts("lab.downloads_note")])
        with rv.Html(tag="div", class_="controls"):
            for kind, make in files.items():
                solara.FileDownload(lambda make=make: make(desk.settled.peek(), visit, texts), f"netralitas.{kind}",
                                    label=texts(f"lab.download_{kind}"))
