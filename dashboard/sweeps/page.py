"""The page "Experiments"."""

from __future__ import annotations

import asyncio
import base64
import io
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import solara
from solara.alias import rv

from dashboard.choice import Choice
from dashboard.panel import Panel
from dashboard.table import Table, row
from dashboard.visit import Visit
from experiments.errors import InputError
from experiments.jobs import (
    CANCELLED,
    DONE,
    FAILED,
    RUNNING,
    WAITING,
    Job,
    Jobs,
    checked_plan,
)
from experiments.language import Texts
from experiments.sentences import in_language
from experiments.sweep.design import READY_FOLDER, design_names, load_design

SECONDS_BETWEEN_LOOKS = 0.4
DOTS_PER_INCH = 110


@cache
def jobs() -> Jobs:
    """Return the jobs of this server."""
    return Jobs()


@cache
def ready_text(name: str) -> str:
    """Return the text of a ready design."""
    return (READY_FOLDER / f"{name}.toml").read_text("utf-8")


@solara.component
def Experiments(visit: Visit, texts: Texts):
    """Show the choice of a design, the run, and what came of it."""
    with rv.Html(tag="div", class_="page experiments"):
        Question(visit, texts)
        name = visit.address.value.job
        if name:
            Run(visit, texts, name).key(name)


@solara.component
def Question(visit: Visit, texts: Texts):
    """Show the design, which can be edited."""
    address = visit.address.value
    text = address.question or ready_text(address.design)
    wrong, set_wrong = solara.use_state("")
    plan, unusable = solara.use_memo(lambda: plan_or_wrong(text), [text])
    titles = {name: load_design(name).text("title", texts.language) for name in design_names()}

    def choose(name: str) -> None:
        set_wrong("")
        visit.change(design=name, question="", job="")

    def edit(edited: str) -> None:
        set_wrong("")
        usual = ready_text(address.design)
        visit.change(question="" if edited.strip() == usual.strip() else edited)

    def run() -> None:
        try:
            visit.change(job=jobs().submit(text, visit.address.value.job).name)
            set_wrong("")
        except (InputError, OSError) as error:
            set_wrong(str(error))

    with Panel("question", texts("sweeps.heading")):
        rv.Html(tag="p", class_="intro", children=[texts("sweeps.intro")])
        Choice(label=texts("sweeps.design"), options=titles, chosen=address.design, on_choose=choose)
        with rv.Html(tag="div"):  # always there, so that the editor below is not made anew while somebody types
            if plan is not None:
                design = plan.design
                rv.Html(tag="p", class_="asked", children=[design.text("question", texts.language)])
                rv.Html(tag="p", class_="intro", children=[design.text("description", texts.language)])
                rv.Html(tag="p", children=[texts("sweeps.size", points=texts.number(len(plan.points), 0),
                                                 runs=texts.number(plan.most_runs, 0), seconds=texts.number(max(1.0, plan.seconds(1)), 0))])
        with rv.Html(tag="details", class_="edit"):
            rv.Html(tag="summary", children=[texts("sweeps.edit")])
            rv.Html(tag="p", class_="intro", children=[texts("sweeps.edit_note")])
            Editor(text=text, label=texts("sweeps.edit"), event_edit=lambda edited: edit(str(edited)[:100_000]))
            solara.Button(texts("sweeps.as_it_was"), on_click=lambda: edit(""), text=True, disabled=not address.question)
        with rv.Html(tag="div", attributes={"role": "alert"}):
            if unusable or wrong:
                rv.Html(tag="p", class_="notice", children=[texts("sweeps.wrong", error=in_language(unusable or wrong, texts))])
        solara.Button(texts("sweeps.run"), on_click=run, color="primary", icon_name="mdi-play", disabled=plan is None)


@solara.component_vue("editor.vue")
def Editor(text: str, label: str, event_edit):
    """Show a field for a longer text; see ``editor.vue``."""


def plan_or_wrong(text: str):
    """Return the plan of a design, and what is wrong with it."""
    try:
        return checked_plan(text), ""
    except InputError as error:
        return None, str(error)


@solara.component
def Run(visit: Visit, texts: Texts, name: str):
    """Show how far a job has come, and at its end what it shows."""
    job = solara.use_memo(lambda: jobs().find(name), [name])
    seen, set_seen = solara.use_state(("", 0))

    async def watch() -> None:
        while job is not None:
            set_seen((job.state, job.done))
            if job.state in (DONE, CANCELLED, FAILED):
                return
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    solara.lab.use_task(watch, dependencies=[name])
    with Panel("run", texts("sweeps.run_heading")):
        if job is None:
            rv.Html(tag="p", class_="notice", attributes={"role": "status"}, children=[texts("sweeps.gone")])
            return
        rv.Html(tag="p", attributes={"role": "status", "data-state": job.state}, class_="job", children=[state_in_words(job, texts)])
        if job.state in (WAITING, RUNNING):
            rv.Html(tag="progress", attributes={"max": str(job.total), "value": str(job.done), "aria-label": texts("sweeps.run_heading")})
            solara.Button(texts("sweeps.cancel"), on_click=lambda: jobs().cancel(name), icon_name="mdi-stop", outlined=True)
        elif job.done:
            Shown(job, texts).key(f"{seen[0]}-{texts.language}")


def state_in_words(job: Job, texts: Texts) -> str:
    """Return how far a job has come."""
    left = job.seconds_left
    return texts(f"sweeps.state_{job.state}", done=texts.number(job.done, 0), total=texts.number(job.total, 0),
                 error=in_language(job.error, texts),
                 left=texts("sweeps.left", seconds=texts.number(left, 0)) if left is not None else "")


@dataclass(frozen=True)
class Told:
    """What a job shows, ready for the page."""

    sentences: list[str]
    pictures: list[tuple[str, str, bytes, bytes]]
    tables: list


def told_of(job: Job, texts: Texts) -> Told:
    """Return what a job shows: sentences, pictures (name, alt, PNG, SVG) and tables."""
    import matplotlib

    from experiments.analysis.findings import findings_of
    from experiments.analysis.language import texts_of
    from experiments.charts import STYLE

    with matplotlib.rc_context(STYLE):
        found = findings_of(job.results(), texts_of(texts.language))
        pictures = [(one.name, one.alt, _drawn(one.figure, "png"), _drawn(one.figure, "svg")) for one in found.pictures]
    return Told(found.sentences, pictures, found.tables)


def _drawn(figure, kind: str) -> bytes:
    drawn = io.BytesIO()
    figure.savefig(drawn, format=kind, dpi=DOTS_PER_INCH)
    return drawn.getvalue()


@solara.component
def Shown(job: Job, texts: Texts):
    """Show sentences, pictures, tables and downloads."""
    async def tell() -> Told:
        return await asyncio.to_thread(told_of, job, texts)

    task = solara.lab.use_task(tell, dependencies=[job.name, texts.language])
    if task.error:
        rv.Html(tag="p", class_="notice", children=[texts("sweeps.nothing", error=in_language(str(task.exception), texts))])
        return
    if not task.finished:
        rv.Html(tag="p", attributes={"role": "status", "data-busy": "true"}, children=[texts("sweeps.drawing")])
        return
    told = task.value
    rv.Html(tag="ul", class_="told", children=[rv.Html(tag="li", children=[one]) for one in told.sentences])
    for name, alt, png, svg in told.pictures:
        with rv.Html(tag="figure", class_="chart"):
            with rv.Html(tag="div", class_="wide", attributes={"tabindex": "0", "role": "region", "aria-label": texts("sweeps.run_heading")}):
                rv.Html(tag="img", attributes={"alt": alt, "src": "data:image/png;base64," + base64.b64encode(png).decode("ascii")})
            with rv.Html(tag="div", class_="controls"):
                solara.FileDownload(png, f"{name}.png", label=texts("lab.download_png"))
                solara.FileDownload(svg, f"{name}.svg", label=texts("lab.download_svg"))
    for table in told.tables:
        Found(table)
    with rv.Html(tag="div", class_="controls"):
        solara.FileDownload(lambda: exported(job, "csv"), "runs.csv", label=texts("sweeps.download_csv"))
        solara.FileDownload(lambda: exported(job, "parquet"), "runs.parquet", label=texts("sweeps.download_parquet"))
        solara.FileDownload(lambda: report(job, texts.language), "report.html", label=texts("sweeps.download_report"))


@solara.component
def Found(table):
    """Show a table of findings."""
    with rv.Html(tag="details"):
        rv.Html(tag="summary", children=[table.caption])
        Table(label=table.caption, heads=list(table.head), rows=[row(label, cells) for label, *cells in table.rows])
        if table.note:
            rv.Html(tag="p", class_="intro", children=[table.note])


def exported(job: Job, kind: str) -> bytes:
    """Return all runs of a job as a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"runs.{kind}"
        job.results().export(path, False)
        return path.read_bytes()


def report(job: Job, language: str) -> bytes:
    """Return the report of a job."""
    from experiments.analysis.report import report_of

    return report_of(job.results(), language).encode("utf-8")
