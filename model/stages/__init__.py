"""The month, stage by stage, for one region at a time.

The loop in :func:`months_of` is the month as a list. Each stage reads the state it finds, applies rules to rows and
writes. What people see of each other (``accounts.observe``) is taken down at the end of a month and read in the next, so the
order of rows cannot matter. Everything here is compiled (see ``model/compiler.py``); it also runs, slowly, as
ordinary Python. Draws happen here, never in a rule.

``g`` is the row of a region, ``camp`` 0 (A) or 1 (B), ``role`` 0 for the governing camp and 1 for the other,
``where`` 1 for offices within the officials' reach and 0 outside it.
"""

from __future__ import annotations

from model.stages.accounts import measurement, service_and_welfare
from model.stages.calendar import calendar, offers
from model.stages.careers import careers
from model.stages.choice import choice_of_stance
from model.stages.election import election_and_handover
from model.stages.learning import learning
from model.stages.oversight import (
    adjudication,
    execution_of_sanctions,
    exposure_and_reports,
)
from model.stages.room import fill_tables


def months_of(first, last, month, world, scratch):
    """Let one month pass in the regions ``first`` to ``last - 1``."""
    for g in range(first, last):
        fill_tables(g, world, scratch)
        calendar(g, month, world)                           # 1
        offers(g, world)                                    # 2
        choice_of_stance(g, month, world, scratch)          # 3
        exposure_and_reports(g, month, world, scratch)      # 4
        adjudication(g, month, world)                       # 5
        execution_of_sanctions(g, month, world)             # 6
        learning(g, world)                                  # 7
        careers(g, month, world, scratch)                   # 8
        election_and_handover(g, month, world, scratch)     # 9
        service_and_welfare(g, world, scratch)              # 10
        measurement(g, world)                               # 11
