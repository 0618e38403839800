"""The app: ``netralitas app``, or ``solara run app.py``."""

import solara
import solara.server.settings

from dashboard.memory import give_back_after_visits
from dashboard.messages import hear_events_only
from dashboard.page import Frame, Netralitas

# Nothing leaves this computer.
solara.server.settings.telemetry.mixpanel_enable = False
solara.server.settings.theme.show_banner = False

hear_events_only()
give_back_after_visits()

Layout = Frame


@solara.component
def Page():
    """Show the app."""
    Netralitas()
