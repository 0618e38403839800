"""Questions about a million agents: the engine's column sets, and Mesa's own set of objects."""

from __future__ import annotations

import mesa
import numpy as np

from benchmarks.measurement import Notebook, Quantity, ratios, seconds_in_turns
from model import BureaucracyModel, load_scenario

QUANTITIES = (
    Quantity("views_agents", "`model.agents`, made anew", "ms"),
    Quantity("views_agg", "`agents.agg('integrity', numpy.mean)` of a million, on a set that is there", "ms"),
    Quantity("views_agg_anew", "`model.agents.agg('integrity', numpy.mean)` of a million", "ms"),
    Quantity("views_select", "`agents.select(rank=4)` of a million, on a set that is there", "ms"),
    Quantity("views_select_anew", "`model.agents.select(rank=4)` of a million", "ms"),
    Quantity("views_select_function", "`model.agents.select(integrity=lambda values: values < 0.5)` of a million",
             "ms"),
    Quantity("mesa_agg", "Mesa's own `agg('integrity', numpy.mean)` of 100,000 objects, times ten", "ms"),
    Quantity("mesa_select", "Mesa's own `select(lambda agent: agent.rank == 4)` of 100,000 objects, times ten", "ms"),
    Quantity("views_agg_times", "Mesa's own `agg` against `model.agents.agg`", "times"),
    Quantity("views_select_times", "Mesa's own `select` against `model.agents.select`", "times"),
)
PEOPLE, MESA_OBJECTS = 1_000_000, 100_000


class Person(mesa.Agent):
    """A civil servant as Mesa has them: an object with attributes."""

    def __init__(self, model, integrity, rank):
        super().__init__(model)
        self.integrity, self.rank = integrity, rank


def measure(book: Notebook) -> None:
    """Ask both in turns; Mesa's set holds a tenth as many objects, and its times are multiplied by ten."""
    scenario = load_scenario("pilkada_2020").replace(regions=100, staff=PEOPLE // 100)
    model = BureaucracyModel(scenario, rng=1)
    model.step()
    book.tell(0.3)
    objects = mesa.Model(rng=1)
    people = model.people
    Person.create_agents(objects, MESA_OBJECTS, integrity=people.column("integrity")[:MESA_OBJECTS].tolist(),
                         rank=people.column("rank")[:MESA_OBJECTS].tolist())
    book.tell(0.5)
    agents = model.agents
    seconds = seconds_in_turns({
        "views_agents": lambda: model.agents,
        "views_agg": lambda: agents.agg("integrity", np.mean),
        "views_agg_anew": lambda: model.agents.agg("integrity", np.mean),
        "views_select": lambda: agents.select(rank=4),
        "views_select_anew": lambda: model.agents.select(rank=4),
        "views_select_function": lambda: model.agents.select(integrity=lambda values: values < 0.5),
        "mesa_agg": lambda: objects.agents.agg("integrity", np.mean),
        "mesa_select": lambda: objects.agents.select(lambda agent: agent.rank == 4),
    }, 5 if book.quick else 25, lambda share: book.tell(0.5 + 0.5 * share))
    for name, times in seconds.items():
        book.add(name, [1e3 * one * (PEOPLE / MESA_OBJECTS if name.startswith("mesa") else 1.0) for one in times])
    for question in ("agg", "select"):
        ours, of_mesa = book.values[f"views_{question}_anew"], book.values[f"mesa_{question}"]
        book.add(f"views_{question}_times", ratios(of_mesa, ours))
