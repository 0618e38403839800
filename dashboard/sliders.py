"""Sliders for parameters, in groups that can be folded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from dashboard.steps import step_of
from experiments.language import Texts, unit_of_parameter
from model import PARAMETERS, ScenarioError
from model.parameters import ASSUMED, Parameter


@solara.component_vue("sliders.vue")
def Sliders(groups: list[dict[str, Any]], words: dict[str, str], event_change: Callable[[dict], None]):
    """Show a slider for each parameter; see ``sliders.vue``."""


def read_change(message: Any) -> tuple[str, float | None, bool]:
    """Return parameter, value (None: as in the preset) and whether the slider has come to rest, as a browser sends them.

    Raises
    ------
    ScenarioError
        If the message holds no parameter and number.
    """
    name = message.get("name") if isinstance(message, dict) else None
    if not isinstance(name, str) or name not in PARAMETERS:
        raise ScenarioError("A slider needs a parameter")
    value = message.get("value", "")  # none is sent to restore; one that is missing is an error
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ScenarioError("A slider needs a number")
    try:
        number = None if value is None else float(value)
    except OverflowError:
        raise ScenarioError("A slider needs a number") from None
    return name, number, message.get("settled") is not False


def slider_in_words(parameter: Parameter, value: float, usual: float, texts: Texts) -> dict[str, Any]:
    """Return what a slider shows; it has the plausible range, or more if the value lies outside."""
    low, high = min(parameter.plausible[0], value), max(parameter.plausible[1], value)
    kind = kind_of_source(parameter)
    source = texts("badge.assumed") if kind == "assumed" else texts.source(parameter.name)
    return {
        "name": parameter.name, "label": texts.parameter(parameter.name), "unit": texts.unit(unit_of_parameter(parameter.name)),
        "meaning": texts.meaning(parameter.name), "value": value, "low": low, "high": high,
        "step": step_of(parameter.plausible), "usual": usual, "changed": value != usual,
        "kind": kind, "badge": texts(f"badge.{kind}"), "source": texts("badge.source", source=source),
    }


def kind_of_source(parameter: Parameter) -> str:
    """Return where a default comes from: "sourced", "partly" (its source ends in what is assumed), "calibrated" or "assumed"."""
    if parameter.calibrated:
        return "calibrated"
    if parameter.source == ASSUMED:
        return "assumed"
    return "partly" if parameter.source.endswith(ASSUMED) else "sourced"
