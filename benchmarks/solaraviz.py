"""What the app is measured against: Mesa's own page, SolaraViz, showing as many people of a Mesa model as our region has.

``solara run benchmarks/solaraviz.py`` serves it. The model does next to nothing, so the page is what takes the time.
"""

from __future__ import annotations

import mesa
from mesa.discrete_space import FixedAgent, OrthogonalMooreGrid
from mesa.visualization import SolaraViz, make_plot_component, make_space_component
from mesa.visualization.components import AgentPortrayalStyle

WIDTH, HEIGHT = 40, 25  # 1,000 people, one a cell
COLOURS = ("#8d98a5", "#0072b2", "#d55e00")


class Person(FixedAgent):
    """A civil servant with a stance: 0 neutral, 1 or 2 taking sides."""

    def __init__(self, model: Region, cell):
        super().__init__(model)
        self.cell = cell
        self.stance = 0

    def choose(self) -> None:
        """Take a stance by chance."""
        chance = self.random.random()
        self.stance = 0 if chance < self.model.neutral else 1 if chance < 0.5 * (1.0 + self.model.neutral) else 2


class Region(mesa.Model):
    """A region of civil servants, each in a cell of a grid."""

    def __init__(self, neutral: float = 0.8, rng: int | None = 1):
        super().__init__(rng=rng)
        self.neutral = neutral
        self.grid = OrthogonalMooreGrid((WIDTH, HEIGHT), random=self.random)
        for cell in self.grid.all_cells:
            Person(self, cell)
        self.datacollector = mesa.DataCollector({"siding": lambda model: sum(
            person.stance != 0 for person in model.agents)})
        self.datacollector.collect(self)

    def step(self) -> None:
        """Let a month pass."""
        self.agents.do("choose")
        self.datacollector.collect(self)


def portrayal(person: Person) -> AgentPortrayalStyle:
    """Return how a person is drawn."""
    return AgentPortrayalStyle(color=COLOURS[person.stance], size=20)


page = SolaraViz(Region(), components=[make_space_component(portrayal), make_plot_component("siding")],
                 model_params={"neutral": 0.8}, name="Region")
