"""The whole country: its sizes and shares are those of the sources, and it runs within the memory of a small laptop."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

from experiments import runner
from model import Scenario, load_scenario
from model.population import CONTRACT, RANK, new_world

ROOT = Path(__file__).parent.parent

# BKN: civil servants in December 2024; structural posts among permanent staff in December 2021.
CIVIL_SERVANTS = 4_758_730
EXECUTIVES, ADMINISTRATORS, SUPERVISORS = 19_538, 95_225, 301_355 + 11_756
# BPS: permanent staff of regional governments in December 2020.
OF_PROVINCES, OF_DISTRICTS_AND_CITIES = 549_353, 2_657_136
PROVINCES, DISTRICTS_AND_CITIES = 38, 508
BYTES_ON_A_SMALL_LAPTOP = 4 * 2**30


@pytest.fixture(scope="module")
def country():
    return load_scenario("indonesia")


@pytest.fixture(scope="module")
def world(country):
    return new_world([(country, 0)])


def sizes_by_quantiles(governments, people, spread):
    """Sizes in proportion to the quantiles of a lognormal distribution."""
    sizes = np.exp(spread * ndtri((np.arange(governments) + 0.5) / governments))
    return np.round(people * sizes / sizes.sum())


# The scenario --------------------------------------------------------------------------------------------------


def test_staff_follow_the_formula_that_the_file_gives(country):
    of_regions = OF_PROVINCES + OF_DISTRICTS_AND_CITIES
    provinces = sizes_by_quantiles(PROVINCES, CIVIL_SERVANTS * OF_PROVINCES / of_regions, 0.68)
    others = sizes_by_quantiles(DISTRICTS_AND_CITIES, CIVIL_SERVANTS * OF_DISTRICTS_AND_CITIES / of_regions, 0.5)
    assert country.regions == len(country.staff) == 546
    assert country.staff.tolist() == [*provinces, *others]


def test_all_civil_servants_are_there(country):
    assert country.staff.sum() == pytest.approx(CIVIL_SERVANTS, abs=len(country.staff) / 2)


def test_34_provinces_of_that_spread_would_differ_as_the_territories_did():
    largest, smallest = 432_732, 22_478  # BPS, 2020: staff at work in East Java and in North Kalimantan
    assert np.log(largest / smallest) / (2 * ndtri(1 - 0.5 / 34)) == pytest.approx(0.68, abs=0.005)


# The population ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_ranks_are_as_many_as_counted(world):
    numbers = np.bincount(world.people.marks[RANK], minlength=5)
    # Each region rounds the number of each rank.
    assert numbers[4] == pytest.approx(EXECUTIVES, rel=0.01)
    assert numbers[3] == pytest.approx(ADMINISTRATORS, rel=0.01)
    assert numbers[2] == pytest.approx(SUPERVISORS, rel=0.01)
    assert numbers[1] / numbers[0] == pytest.approx(51 / 38, rel=0.01)


@pytest.mark.slow
def test_contracts_are_as_many_as_counted(world):
    # 0.23 within four standard errors of a draw for each.
    assert world.people.marks[CONTRACT].mean() == pytest.approx(0.23, abs=4 * np.sqrt(0.23 * 0.77 / CIVIL_SERVANTS))


@pytest.mark.slow
def test_the_centre_s_share_is_outside_the_reach_of_regional_officials(world):
    outside = world.offices["in_reach"] == 0
    assert world.offices["rows"][outside].sum() / world.offices["rows"].sum() == pytest.approx(0.22, abs=0.002)
    by_region = np.bincount(world.offices["region"], outside)
    assert np.abs(by_region - 0.22 * world.regions["offices"]).max() <= 0.5


# The run -------------------------------------------------------------------------------------------------------

MEMORY_OF_A_RUN = """
import re, resource, sys
from pathlib import Path
from experiments.runner import run_replicates
from model import load_scenario

country = load_scenario("indonesia").replace(months=2)
told = []
for _, counts in run_replicates(country, 1, lambda months, doing: told.append((months, doing))):
    print(counts.shape, counts.any(axis=-1).all())
print(told)
status = Path("/proc/self/status")
if status.exists():  # on Linux the other count begins with what the parent had
    print(1024 * int(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1]))
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no count of the memory used")
def test_a_run_fits_into_a_quarter_of_a_small_laptop():
    done = subprocess.run([sys.executable, "-c", MEMORY_OF_A_RUN], cwd=ROOT, capture_output=True, text=True, check=True)
    first, told, peak = done.stdout.splitlines()
    assert first.endswith("True")
    people = f"{load_scenario('indonesia').staff.sum():,}"
    assert f"replicate 1 of 1, building {people} people" in told and told.count("(1, 'replicate 1 of 1')") == 2
    assert int(peak) < BYTES_ON_A_SMALL_LAPTOP / 4


# How many replicates -------------------------------------------------------------------------------------------


def test_fewer_replicates_are_run_unasked_where_they_would_take_long(country):
    assert runner.replicates_unasked(Scenario(title="one region")) == 16
    assert runner.replicates_unasked(country) == 3
    assert runner.replicates_unasked(country.replace(months=12)) == 16
    assert runner.replicates_unasked(country.replace(months=1200)) == 1
