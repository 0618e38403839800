"""What the policy changes, and whether the difference is real; what happens beside what is reported."""

from __future__ import annotations

from dataclasses import dataclass

import solara
from solara.alias import rv

from dashboard.lab.desk import Shown
from dashboard.panel import Panel
from dashboard.table import Table, row
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
        TileRow(tiles=[tile_in_words(tile, texts, shown) for tile in TILES])


@solara.component_vue("tiles.vue")
def TileRow(tiles: list[dict[str, str]]):
    """Show tiles beside each other; see ``tiles.vue``."""


def tile_in_words(tile: Tile, texts: Texts, shown: Shown) -> dict[str, str]:
    """Return what a tile shows; without a policy it tells of no difference."""
    effect = effect_of(shown, tile.measure, tile.window)
    told = {"name": texts.measure(tile.measure), "window": texts(f"lab.window_{tile.window}"),
            "figure": value_in_words(effect, tile.measure, texts)}
    if not has_policy(shown):
        return told | {"kind": "none", "difference": "", "verdict": ""}
    kind = judgement_of(effect, tile.better)
    return told | {"kind": kind, "difference": difference_in_words(effect, tile.measure, texts), "verdict": texts(f"lab.verdict_{kind}")}


@solara.component
def TrueAndReported(texts: Texts, shown: Shown):
    """Show what happens beside what is reported."""
    reference, policy = shown.of(shown.comparison.reference), shown.of(shown.comparison.policy)
    compared = (reference, policy) if has_policy(shown) else (reference,)
    heads = [texts("lab.without"), texts("lab.with")] if has_policy(shown) else [texts("lab.baseline")]
    with Panel("true", texts("lab.true_heading")):
        rv.Html(tag="p", class_="intro", children=[texts("lab.true_note")])
        Table(label=texts("lab.true_heading"), heads=["", *heads], rows=[
            row(texts(f"lab.row_{measure}"), [written(runs.value(measure, "all").mean, measure, texts) for runs in compared])
            for measure in TRUE_AND_REPORTED])


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


def written(value: float, measure: str, texts: Texts, unit: str = "") -> str:
    """Return a value with its unit, or with another that says more of what it is a share of."""
    scaled = scale_of(MEASURES[measure].unit) * float(value)
    return texts.quantity(scaled, unit or MEASURES[measure].unit, decimals_for(float("nan"), scaled))


def difference_in_words(effect: Effect, measure: str, texts: Texts) -> str:
    """Return a difference with its interval and unit."""
    unit = MEASURES[measure].unit
    scale = scale_of(unit)
    decimals = decimals_for(scale * effect.half, scale * effect.difference)
    sign = "+" if effect.difference > 0.0 else ""
    return texts("lab.difference", value=sign + texts.number(scale * effect.difference, decimals),
                 low=texts.number(scale * effect.low, decimals), high=texts.number(scale * effect.high, decimals),
                 unit=texts.unit_of_difference(unit))
