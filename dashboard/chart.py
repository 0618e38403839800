"""A chart that moves, and the table behind it."""

from __future__ import annotations

from typing import Any

import solara


@solara.component_vue("chart.vue")
def Chart(option: dict[str, Any], drawn: list[int], names: list[str], table: list[list[float]], words: dict[str, str]):
    """Draw a chart and the table behind it; see ``chart.vue``."""
