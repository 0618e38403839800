"""Which messages from a browser are heard: the events that a component names, and nothing else."""

from __future__ import annotations

from typing import Any

from ipyvue.VueTemplateWidget import Events

_hear = Events._handle_event


def hear_events_only() -> None:
    """Let every component of this process hear its own events only.

    ipyvue would also let a browser name any class of any Python module to be called with arguments of its choice, and any
    attribute to be set. No page of ours needs that, and whoever reaches the server could run code with it.
    """
    Events._handle_event = _hear_event


def _hear_event(component: Events, sender: Any, content: Any, buffers: list) -> None:
    if isinstance(content, dict) and content.keys() <= {"event", "data"} and content.get("event") in component.events:
        _hear(component, sender, content, buffers)
