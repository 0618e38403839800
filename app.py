"""The app: ``netralitas app``, or ``solara run app.py``."""

import gc

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

# What has been imported stays, so whoever looks for garbage need not walk through it while visitors wait.
gc.collect()
gc.freeze()

Layout = Frame


@solara.component
def Page():
    """Show the app."""
    Netralitas()
