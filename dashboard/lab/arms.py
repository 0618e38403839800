"""Which scenarios are compared: the preset, the preset under other assumptions, the policy, and those put aside."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.address import Address
from experiments.comparison import within_limits
from experiments.runner import people_of
from model import PARAMETERS, Scenario


@dataclass(frozen=True)
class Arm:
    """One scenario of a comparison.

    Attributes
    ----------
    kind : str
        "baseline", "assumed", "policy" or "saved".
    name : str
        As the visitor calls it, for those put aside.
    scenario : Scenario
    """

    kind: str
    name: str
    scenario: Scenario


@dataclass(frozen=True)
class Comparison:
    """What is to be compared.

    Attributes
    ----------
    arms : tuple of Arm
        The baseline first.
    reduced : int
        People of the preset, where it was too large and became one region; else 0.
    """

    arms: tuple[Arm, ...]
    reduced: int = 0

    @property
    def reference(self) -> Arm:
        """What the policy is compared with: the same assumptions without it."""
        return next((arm for arm in self.arms if arm.kind == "assumed"), self.arms[0])

    @property
    def policy(self) -> Arm:
        """What the visitor tries; without any lever moved it is the reference."""
        return next((arm for arm in self.arms if arm.kind == "policy"), self.reference)


def is_lever(name: str) -> bool:
    """Return whether a parameter is a lever."""
    return PARAMETERS[name].role == "lever"


def comparison_of(address: Address) -> Comparison:
    """Return what is compared.

    Raises
    ------
    ScenarioError
        If the scenario cannot be run here.
    """
    preset = address.preset()
    small = within_limits(preset)
    values = dict(address.values)
    assumptions = {name: value for name, value in values.items() if not is_lever(name)}
    arms = [Arm("baseline", "", small)]
    if assumptions:
        arms.append(Arm("assumed", "", small.replace(**assumptions)))
    if len(assumptions) < len(values):
        arms.append(Arm("policy", "", small.replace(**values)))
    arms += [Arm("saved", saved.name, small.replace(**dict(saved.values))) for saved in address.saved]
    return Comparison(tuple(arms), people_of(preset) if small is not preset else 0)
