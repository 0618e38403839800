"""What the policy changes, and whether the difference is real; what happens beside what is reported."""

from __future__ import annotations

from dataclasses import dataclass

import solara
from solara.alias import rv

from dashboard.lab.desk import Shown
from dashboard.panel import Panel
from experiments.analysis.effects import Effect
from experiments.language import Texts, decimals_for, scale_of
from model import MEASURES


@dataclass(frozen=True)
class Tile:
    """One number that a policy may change.

    Attributes
    ----------
    measure, window : str
        What is compared, over which months.
    better : str
        "up" or "down": which direction is welcome; empty where that is a matter of judgement.
    """

    measure: str
    window: str
    better: str = ""


TILES = (Tile("neutral_share", "campaign", "up"), Tile("service_quality", "all", "up"), Tile("welfare", "all", "up"),
         Tile("oversight_cost", "all", "down"))
TRUE_AND_REPORTED = ("siding_share", "reported", "dark_figure")


@solara.component
def Tiles(texts: Texts, shown: Shown):
    """Show what the policy changes."""
    with Panel("tiles", texts("lab.tiles_heading")):
        rv.Html(tag="p", class_="intro", children=[texts("lab.tiles_note" if has_policy(shown) else "lab.tiles_none")])
        with rv.Html(tag="div", class_="tiles"):
            for tile in TILES:
                One(tile, texts, shown)


@solara.component
def One(tile: Tile, texts: Texts, shown: Shown):
    """Show one tile."""
    effect = effect_of(shown, tile.measure, tile.window)
    kind = judgement_of(effect, tile.better) if has_policy(shown) else "none"
    with rv.Html(tag="div", class_=f"tile {kind}"):
        rv.Html(tag="h3", children=[texts.measure(tile.measure), rv.Html(tag="small", children=[
            " " + texts(f"lab.window_{tile.window}")])])
        rv.Html(tag="p", class_="figure", children=[value_in_words(effect, tile.measure, texts)])
        if has_policy(shown):
            rv.Html(tag="p", class_="difference", children=[difference_in_words(effect, tile.measure, texts)])
            rv.Html(tag="p", class_="verdict", children=[texts(f"lab.verdict_{kind}")])


@solara.component
def TrueAndReported(texts: Texts, shown: Shown):
    """Show what happens beside what is reported."""
    reference, policy = shown.of(shown.comparison.reference), shown.of(shown.comparison.policy)
    rows = []
    for measure in TRUE_AND_REPORTED:
        cells = [rv.Html(tag="td", children=[written(runs.value(measure, "all").mean, measure, texts)])
                 for runs in ((reference, policy) if has_policy(shown) else (reference,))]
        rows.append(rv.Html(tag="tr", children=[rv.Html(tag="th", attributes={"scope": "row"}, children=[
            texts(f"lab.row_{measure}")]), *cells]))
    heads = [texts("lab.without"), texts("lab.with")] if has_policy(shown) else [texts("lab.baseline")]
    with Panel("true", texts("lab.true_heading")):
        rv.Html(tag="p", class_="intro", children=[texts("lab.true_note")])
        rv.Html(tag="table", class_="numbers", children=[
            rv.Html(tag="thead", children=[rv.Html(tag="tr", children=[
                rv.Html(tag="td"), *(rv.Html(tag="th", attributes={"scope": "col"}, children=[head]) for head in heads)])]),
            rv.Html(tag="tbody", children=rows)])


def has_policy(shown: Shown) -> bool:
    """Return whether any lever was moved."""
    return shown.comparison.policy is not shown.comparison.reference


def effect_of(shown: Shown, measure: str, window: str) -> Effect:
    """Return what the policy changes, pair by pair of runs with the same luck."""
    return shown.of(shown.comparison.policy).against(shown.of(shown.comparison.reference), measure, window)


def judgement_of(effect: Effect, better: str) -> str:
    """Return "better", "worse", "changed", "same" or "noise"."""
    if effect.direction == "same":
        return "same"
    if effect.direction == "unsure":
        return "noise"
    return "changed" if not better else "better" if effect.direction == better else "worse"


def value_in_words(effect: Effect, measure: str, texts: Texts) -> str:
    """Return the policy's value with its unit."""
    return written(effect.value, measure, texts)


def written(value: float, measure: str, texts: Texts) -> str:
    """Return a value with its unit."""
    unit = MEASURES[measure].unit
    scaled = scale_of(unit) * float(value)
    return texts.quantity(scaled, unit, decimals_for(float("nan"), scaled))


def difference_in_words(effect: Effect, measure: str, texts: Texts) -> str:
    """Return a difference with its interval and unit."""
    unit = MEASURES[measure].unit
    scale = scale_of(unit)
    decimals = decimals_for(scale * effect.half, scale * effect.difference)
    sign = "+" if effect.difference > 0.0 else ""
    return texts("lab.difference", value=sign + texts.number(scale * effect.difference, decimals),
                 low=texts.number(scale * effect.low, decimals), high=texts.number(scale * effect.high, decimals),
                 unit=texts.unit_of_difference(unit))
