"""One of several things to choose from."""

from __future__ import annotations

from collections.abc import Callable

import solara


@solara.component_vue("choice.vue")
def Choice(label: str, options: dict[str, str], chosen: str, event_choose: Callable[[str], None]):
    """Show a list of choices: names and the words for them; see ``choice.vue``."""


@solara.component_vue("choices.vue")
def Choices(label: str, options: dict[str, str], chosen: str, event_choose: Callable[[str], None]):
    """Show buttons of which one is pressed: names and the words for them; see ``choices.vue``."""
