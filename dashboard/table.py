"""A table of words and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import solara


@solara.component_vue("table.vue")
def Table(label: str, heads: list[str], rows: list[dict[str, Any]], captioned: bool = False, kind: str = ""):
    """Show a table; see ``table.vue``.

    Parameters
    ----------
    label : str
        What it is called.
    heads : list of str
        Of all columns; the first stands above the rows' labels and may be empty.
    rows : list of dict
        See :func:`row`.
    captioned : bool
        Whether its label stands above it; where a heading says the same, it is for screen readers only.
    kind : str
        Its classes in the style sheet, beside ``numbers``; "stacked" for a table too wide for a phone.
    """


def row(label: str, cells: Sequence[str], name: str = "") -> dict[str, Any]:
    """Return a row of :func:`Table`: its label, its cells, and the name by which the page can be searched for it."""
    return {"label": label, "cells": list(cells), "name": name}
