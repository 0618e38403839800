"""Nothing declared goes unused: every lever and assumption moves its measure, in the direction its text states."""

from __future__ import annotations

import numpy as np
import pytest

from model import PARAMETERS, BureaucracyModel, Scenario
from model.measures import MEASURES, column_names, measured_table

MONTHS = 123  # two votes and two handovers
COUNTRY = {"regions": 8, "staff": 300, "months": MONTHS}
# A style of patronage takes over by chance where regions are few and terms many.
FEW_REGIONS = {"regions": 4, "staff": 60, "months": 1200}
OTHER_COUNTRIES = {"imitation": FEW_REGIONS, "mutation_sd": FEW_REGIONS}
REPLICATES = 12
MOVING = [parameter for parameter in PARAMETERS.values() if parameter.role != "constant"]


@pytest.fixture(scope="module")
def effects() -> dict[str, np.ndarray]:
    """Return, by parameter, the paired differences of all columns from low to high, shape (replicates, columns)."""
    differences = {}
    for parameter in MOVING:
        base = Scenario(title="small country", **OTHER_COUNTRIES.get(parameter.name, COUNTRY))
        ends = [base.replace(**dict(parameter.needs), **{parameter.name: end}) for end in parameter.plausible]
        runs = [(scenario, seed) for scenario in ends for seed in range(REPLICATES)]
        stack = BureaucracyModel.stack(runs)
        stack.run_for(base.months)
        table = measured_table(stack.counts().sum(axis=1))
        differences[parameter.name] = table[REPLICATES:] - table[:REPLICATES]
    return differences


@pytest.mark.parametrize("parameter", MOVING, ids=lambda parameter: parameter.name)
def test_a_parameter_moves_its_measure_as_its_text_says(parameter, effects):
    column = parameter.raises or parameter.lowers
    difference = effects[parameter.name][:, column_names().index(column)]
    difference = difference[~np.isnan(difference)]
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(len(difference))
    sign = 1 if parameter.raises else -1
    assert len(difference) >= REPLICATES / 2
    # 2.2 is the 97.5% point of Student's t with 11 degrees of freedom.
    assert sign * mean > 2.2 * error, f"{column} moved by {mean:.5f} with standard error {error:.5f}"


def test_constants_say_so_and_the_others_name_one_known_column():
    for parameter in PARAMETERS.values():
        named = [name for name in (parameter.raises, parameter.lowers) if name]
        assert len(named) == (0 if parameter.role == "constant" else 1), parameter.name
        assert set(named) <= set(column_names()), parameter.name
    assert set(MEASURES) <= set(column_names())
