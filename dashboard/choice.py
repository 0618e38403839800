"""One of several things to choose from."""

from __future__ import annotations

from collections.abc import Callable

import solara

from dashboard.messages import one_of


@solara.component
def Choice(label: str, options: dict[str, str], chosen: str, on_choose: Callable[[str], None]):
    """Show a list of choices: names and the words for them."""
    List(label=label, options=options, chosen=chosen, event_choose=one_of(options, on_choose))


@solara.component
def Choices(label: str, options: dict[str, str], chosen: str, on_choose: Callable[[str], None]):
    """Show buttons of which one is pressed: names and the words for them."""
    Buttons(label=label, options=options, chosen=chosen, event_choose=one_of(options, on_choose))


@solara.component_vue("choice.vue")
def List(label: str, options: dict[str, str], chosen: str, event_choose: Callable[[str], None]):
    """Show a list of choices; see ``choice.vue``."""


@solara.component_vue("choices.vue")
def Buttons(label: str, options: dict[str, str], chosen: str, event_choose: Callable[[str], None]):
    """Show buttons of which one is pressed; see ``choices.vue``."""
