"""Which messages from a browser are heard: the events that a component names, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

from ipyvue.VueTemplateWidget import Events

_hear = Events._handle_event


def hear_events_only() -> None:
    """Let every component of this process hear its own events only.

    ipyvue would also let a browser name any class of any Python module to be called with arguments of its choice, and any
    attribute to be set. No page of ours needs that, and whoever reaches the server could run code with it.
    """
    Events._handle_event = _hear_event


def one_of(names: Container[str], choose: Callable[[str], Any]) -> Callable[[Any], None]:
    """Return a handler that hears the names a page offers, and nothing else that a browser may send in their place."""
    def hear(name: Any) -> None:
        if isinstance(name, str) and name in names:
            choose(name)

    return hear


def _hear_event(component: Events, sender: Any, content: Any, buffers: list) -> None:
    if isinstance(content, dict) and content.keys() <= {"event", "data"} and content.get("event") in component.events:
        _hear(component, sender, content, buffers)
