"""Texts of the project's own documents and lessons, written in Markdown."""

from __future__ import annotations

from functools import lru_cache

import solara
from markdown_it import MarkdownIt


@solara.component_vue("rendered.vue")
def Rendered(html: str):
    """Show HTML that was made from one of our own documents; see ``rendered.vue``."""


@lru_cache(512)
def as_html(markdown: str) -> str:
    """Return a text in Markdown as HTML; raw HTML in it stays text."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
