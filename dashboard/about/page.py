"""The page "About the model"."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import solara
from solara.alias import rv

import model
from dashboard.address import SECTIONS
from dashboard.choice import Choices
from dashboard.panel import Panel
from dashboard.rendered import Rendered, as_html
from dashboard.sliders import kind_of_source
from dashboard.visit import Visit
from experiments.analysis.language import texts_of as texts_of_findings
from experiments.analysis.report import citation, installed_version
from experiments.errors import InputError
from experiments.evidence import document
from experiments.evidence.observed import evidence
from experiments.language import Texts, unit_of_parameter
from model import MEASURES, PARAMETERS
from model.parameters import Parameter

ODD = Path(model.__file__).parent / "ODD.md"


@solara.component
def About(visit: Visit, texts: Texts):
    """Show one section of what there is to know about the model."""
    section = visit.address.value.section
    with rv.Html(tag="div", class_="page about"):
        Choices(label=texts("about.sections"), options={name: texts(f"about.{name}") for name in SECTIONS}, chosen=section,
                on_choose=lambda name: visit.change(section=name))
        SHOWN[section](texts)


@solara.component
def What(texts: Texts):
    """Say what the model is, and what it is not."""
    with Panel("what", texts("about.what")):
        for key in ("purpose", "month", "study", "uses"):
            rv.Html(tag="p", children=[texts(f"about.{key}")])
        rv.Html(tag="h3", children=[texts("about.ethics_heading")])
        rv.Html(tag="p", class_="notice", children=[texts("about.ethics")])
        rv.Html(tag="h3", children=[texts("about.out_heading")])
        rv.Html(tag="ul", children=[rv.Html(tag="li", children=[limit.what[texts.language]]) for limit in evidence().limits])
        rv.Html(tag="h3", children=[texts("about.cite_heading")])
        rv.Html(tag="p", children=[citation(texts.language, installed_version())])


@solara.component
def Parameters(texts: Texts):
    """Show every parameter in a table that can be searched."""
    sought, set_sought = solara.use_state("")
    found = [one for one in PARAMETERS.values() if matches(one, sought, texts)]
    with Panel("parameters", texts("about.parameters")):
        rv.Html(tag="p", class_="intro", children=[texts("about.parameters_note")])
        solara.InputText(texts("about.search"), sought, on_value=set_sought, continuous_update=True)
        rv.Html(tag="p", class_="intro", attributes={"role": "status"}, children=[
            texts("about.found", found=len(found), all=len(PARAMETERS))])
        heads = ("name", "meaning", "value", "range", "role", "source")
        RichTable([texts(f"about.head_{name}") for name in heads], [row_of(one, texts) for one in found], texts("about.parameters"))


def matches(parameter: Parameter, sought: str, texts: Texts) -> bool:
    """Return whether a parameter has all words sought in its name, meaning, group or role."""
    words = " ".join((parameter.name, texts.parameter(parameter.name), texts.meaning(parameter.name),
                      texts.group(parameter.group), texts(f"about.role_{parameter.role}"))).lower()
    return all(word in words for word in sought.lower().split())


def row_of(parameter: Parameter, texts: Texts) -> list:
    """Return the cells of a parameter."""
    low, high = (texts.plain(end) for end in parameter.plausible)
    unit = texts.unit(unit_of_parameter(parameter.name))
    kind = kind_of_source(parameter)
    return [
        [texts.parameter(parameter.name), rv.Html(tag="code", children=[parameter.name])],
        [texts.meaning(parameter.name)],
        [texts.plain(parameter.default), rv.Html(tag="small", children=[f" {unit}"])],
        [texts("about.fixed") if low == high else f"{low} – {high}"],
        [texts(f"about.role_{parameter.role}")],
        [rv.Html(tag="span", class_=f"badge {kind}", children=[texts(f"badge.{kind}")]),
         "" if kind == "assumed" else " " + texts.source(parameter.name).removeprefix(texts("badge.calibrated")).strip()],
    ]


@solara.component
def Measures(texts: Texts):
    """Show every measure."""
    with Panel("measures", texts("about.measures")):
        RichTable([texts(f"about.head_{name}") for name in ("name", "meaning", "unit")],
                  [[[texts.measure(name), rv.Html(tag="code", children=[name])], [texts.definition(name)],
                    [texts.unit(measure.unit)]] for name, measure in MEASURES.items()], texts("about.measures"))


def _told(number: document.Number) -> str:
    return f"{number.what}: {number.value}" + (f" ({number.verdict})" if number.verdict else "")


@solara.component
def Evidence(texts: Texts):
    """Show what is known beside what the model makes of it."""
    try:
        found = document.stored_comparisons(texts.language)
    except InputError:
        found = []
    with Panel("evidence", texts("about.evidence")):
        rv.Html(tag="p", class_="notice", children=[evidence().scale[texts.language]])
        if not found:
            rv.Html(tag="p", children=[texts("about.no_evidence")])
            return
        rv.Html(tag="p", class_="intro", children=[
            document.summary(found, document.texts(texts.language)), " ", texts_of_findings(texts.language)("effect.rounded")])
        RichTable([texts(f"about.head_{name}") for name in ("pattern", "observed", "simulated", "verdict", "used")],
                  [[[rv.Html(tag="strong", children=[one.title]), rv.Html(tag="small", children=[f" {one.what}"])],
                    [one.observed, rv.Html(tag="small", children=[f" {one.source}"])],
                    [*(rv.Html(tag="div", children=[_told(number)]) for number in one.simulated),
                     rv.Html(tag="small", children=[f"{document.plain(one.setting)} {one.compared} {one.caveat}".strip()])],
                    [rv.Html(tag="strong", class_=f"verdict {one.verdict}", children=[one.judged])], [one.used]] for one in found],
                  texts("about.evidence"))


@solara.component
def Glossary(texts: Texts):
    """Show the field's words and the Indonesian terms."""
    with Panel("glossary", texts("about.glossary")):
        rv.Html(tag="dl", children=[part for term in texts.sections["term_name"] for part in (
            rv.Html(tag="dt", children=[texts(f"term_name.{term}")]), rv.Html(tag="dd", children=[texts(f"term_text.{term}")]))])


@solara.component
def Odd(texts: Texts):
    """Show the model's description after the ODD protocol."""
    with Panel("odd", texts("about.odd")):
        rv.Html(tag="p", class_="intro", children=[texts("about.odd_note")])
        rv.Html(tag="div", attributes={"lang": "en"}, children=[Rendered(html=as_html(ODD.read_text("utf-8")))])


@solara.component
def RichTable(heads: list[str], rows: list[list[list]], label: str):
    """Show a table whose cells hold more than words.

    On a phone its cells stand below each other, and the roles still say what they are.
    """
    with rv.Html(tag="div", class_="wide", attributes={"tabindex": "0", "role": "region", "aria-label": label}):
        rv.Html(tag="table", class_="numbers stacked", attributes={"role": "table"}, children=[
            rv.Html(tag="thead", attributes={"role": "rowgroup"}, children=[rv.Html(tag="tr", attributes={"role": "row"}, children=[
                rv.Html(tag="th", attributes={"scope": "col", "role": "columnheader"}, children=[head]) for head in heads])]),
            rv.Html(tag="tbody", attributes={"role": "rowgroup"}, children=[rv.Html(tag="tr", attributes={"role": "row"}, children=[
                rv.Html(tag="th", attributes={"scope": "row", "role": "rowheader"}, children=cell) if place == 0 else
                rv.Html(tag="td", attributes={"role": "cell", "data-head": heads[place]}, children=cell)
                for place, cell in enumerate(row)]) for row in rows])])


SHOWN: dict[str, Callable] = {"what": What, "parameters": Parameters, "measures": Measures, "evidence": Evidence,
                              "glossary": Glossary, "odd": Odd}
"""The component of each section."""
