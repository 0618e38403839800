"""Netralitas: when do civil servants stay neutral, and when do they take sides?

The model as a library. ``BureaucracyModel`` is a ``mesa.Model``; ``load_scenario`` reads a ready or own scenario;
``PARAMETERS`` and ``MEASURES`` list what goes in and what comes out.
"""

from model.agents import CivilServant, PoliticalOfficial, Rank, Stance, Supervisor
from model.bureaucracy import BureaucracyModel, Stack
from model.compiler import RuleError
from model.engine import HorizonError
from model.measures import MEASURES, MeasureError
from model.parameters import PARAMETERS
from model.rules import RULES
from model.scenario import (
    Reform,
    Scenario,
    ScenarioError,
    load_scenario,
    scenario_names,
)

__all__ = [
    "MEASURES", "PARAMETERS", "RULES", "BureaucracyModel", "CivilServant", "HorizonError", "MeasureError",
    "PoliticalOfficial", "Rank", "Reform", "RuleError", "Scenario", "ScenarioError", "Stack", "Stance", "Supervisor",
    "load_scenario", "scenario_names",
]
