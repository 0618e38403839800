"""A part of the page with a heading of its own."""

from __future__ import annotations

import solara
from solara.alias import rv


@solara.component
def Panel(name: str, heading: str, children: list | None = None):
    """Show a part of the page.

    Parameters
    ----------
    name : str
        Its class in the style sheet, ``panel-name``.
    heading : str
    children : list
        What is in it.
    """
    title = rv.Html(tag="h2", children=[heading])
    rv.Html(tag="section", class_=f"panel panel-{name}", attributes={"aria-label": heading},
            children=[title, *(children or [])])
