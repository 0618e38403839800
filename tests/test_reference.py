"""The engine and the reference (``tests/reference``) are the same model: person by person, month by month.

What is a whole number (stance, rank, key, case, sanctions, months, docket, counts) must be equal. What is a fraction
may differ by rounding: the engine adds and multiplies in another order than the reference, so about the last of 16
digits is not the same. Two tolerances follow.

- ``TRAITS``: the engine keeps traits in single precision, in steps of about 1e-7 of the value, and the reference
  rounds where it writes one. The two agree to the last bit unless a number lies within the last of its 16 digits from
  the middle between two steps, which befalls about one write in a hundred million. Two steps are allowed.
- ``STATE``: double precision; a memory of hundreds of months can gather hundreds of such last digits.
"""

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model import BureaucracyModel, load_scenario, scenario_names
from model.measures import column_names, measured_table
from model.parameters import PARAMETERS
from model.population import COLUMNS, OFFICE, REGION, TALLY, TALLY_VALUES
from model.scenario import Reform, Scenario
from tests.reference import (
    CivilServant,
    PoliticalOfficial,
    ReferenceModel,
    Supervisor,
    columns,
    world,
)

TRAITS = {"rtol": 2e-7, "atol": 1e-12}
STATE = {"rtol": 1e-9, "atol": 1e-9}
MEASURES = {"rtol": 1e-9, "atol": 1e-7}  # a spread is the root of a difference of sums, which halves the digits
SINGLE = ("competence", "ambition", "integrity", "affinity", "perceived_risk", "loyalty_a", "loyalty_b")
TWO_YEARS = 24
HANDED_OVER = 64  # the vote is in month 60, the handover in month 63
SIZES = [(100, 130, 171), (140, 100, 100)]

RANK_SHARES = ("share_functional", "share_supervisor", "share_administrator", "share_executive")


# How they are compared -----------------------------------------------------------------------------------------


def tolerance_of(name, values):
    """Return the tolerance for a column: none for whole numbers."""
    if name in SINGLE:
        return TRAITS
    return STATE if values.dtype.kind == "f" else {"rtol": 0, "atol": 0}


def assert_equal(month, place, engine, reference):
    """Compare columns by name.

    ``place`` tells in words where a row lies, or gives None where the row does not count.
    """
    for name, theirs in engine.items():
        ours = reference[name]
        assert ours.shape == theirs.shape, f"{name}: shapes {theirs.shape} and {ours.shape}"
        differs = ~np.isclose(theirs.astype(float), ours.astype(float), **tolerance_of(name, ours), equal_nan=True)
        for row in np.flatnonzero(differs.reshape(len(differs), -1).any(axis=1)):
            where = place(row, name)
            if where is not None:
                told = f"month {month}, {where}, {name}: engine {theirs[row]}, reference {ours[row]}"
                pytest.fail(told, pytrace=False)


def assert_posts_equal(model, reference):
    """Compare everything about posts and their holders."""
    ours = reference.columns()
    starts = model.first_rows

    def place(row, name):
        if name not in ("rank", "occupied") and not ours["occupied"][row]:
            return None  # the columns of a vacant post hold no meaning
        if name in columns.CASES and not ours["case_status"][row]:
            return None
        region = int(np.searchsorted(starts, row, side="right")) - 1
        return f"region {region}, post {row - starts[region]}"

    assert_equal(model.month, place, {name: model.people.column(name) for name in COLUMNS}, ours)


def assert_places_equal(model, reference):
    """Compare offices, regions, dockets."""
    world_of_engine, rows = model.engine.world, model.region_rows
    offices = world_of_engine.offices[model.engine.offices_of(model.run_index)]
    theirs = {name: offices[name] for name in columns.OFFICES if name != "head_post"}
    first_rows = world_of_engine.regions["first_row"][offices["region"]]
    theirs["head_post"] = np.where(offices["head"] >= 0, offices["head"] - first_rows, -1)
    assert_equal(model.month, lambda row, name: f"office {row}", theirs, reference.office_columns())
    theirs = {name: rows[name] for name in columns.REGIONS}
    assert_equal(model.month, lambda row, name: f"region {row}", theirs, reference.region_columns())
    for region, docket in enumerate(reference.dockets()):
        first, length = rows["first_row"][region], rows["docket_length"][region]
        waiting = (world_of_engine.docket[first:first + length] - first).tolist()
        assert waiting == docket, f"month {model.month}, region {region}, docket: engine {waiting}, reference {docket}"


def assert_counts_equal(model, reference):
    """Compare all that was counted this month, by region, and every measure of all regions together."""
    ours = reference.tallies()
    theirs = model.engine.world.tallies[model.engine.regions_of(model.run_index)]
    assert_equal(model.month, lambda row, name: f"region {row}",
                 {name: theirs[name] for name in TALLY.names}, {name: ours[name] for name in TALLY.names})
    counted = measured_table(ours.view(np.float64).reshape(len(ours), TALLY_VALUES).sum(axis=0))
    measured = measured_table(model.counts()[-1])
    for column in np.flatnonzero(~np.isclose(measured, counted, **MEASURES, equal_nan=True)):
        told = f"engine {measured[column]}, reference {counted[column]}"
        pytest.fail(f"month {model.month}, measure {column_names()[column]}: {told}", pytrace=False)


def assert_same(model, reference):
    """Compare everything, in the order in which a difference is easiest to understand."""
    assert_posts_equal(model, reference)
    if model.month > 0:
        assert_places_equal(model, reference)
        assert_counts_equal(model, reference)


def assert_same_runs(runs, months, rules=None):
    """Step engine and reference through ``months`` months, run by run of (scenario, seed), and compare every month.

    Returns all that was counted, added up: a record with the fields of ``TALLY``.
    """
    stack = BureaucracyModel.stack(runs, rules)
    for run, (scenario, seed) in enumerate(runs):
        model, reference = stack[run], ReferenceModel(scenario, rng=seed, rules=rules)
        assert_same(model, reference)
        for _ in range(months):
            model.step()
            reference.step()
            assert_same(model, reference)
    return stack.counts().sum(axis=(0, 1)).view(TALLY)[0]


def assert_much_happened(counts):
    """Assert that the runs had something to disagree about."""
    for name in ("reported_role", "recommended_role", "sanctioned_role", "exits", "promoted", "rotations"):
        assert counts[name].sum() > 0, name
    assert counts["people"][..., 1:].sum() > 0


# Scenarios -----------------------------------------------------------------------------------------------------


def cut(name, sizes, months=TWO_YEARS):
    """Return a ready scenario with small regions and few months, its reforms brought forward in proportion."""
    scenario = load_scenario(name)
    share = months / (scenario.months + 1)
    reforms = tuple(Reform(1 + int(reform.month * share), reform.changes) for reform in scenario.reforms)
    return scenario.replace(regions=len(sizes), staff=np.array(sizes), months=months, reforms=reforms)


def values_of(parameter):
    """Return a strategy for values of a parameter: plausible ones, and allowed ones."""
    if parameter.name in RANK_SHARES:
        return st.floats(0, 0.17).map(lambda value: round(value, 3))  # three of them fit beside the default of the fourth
    low, high = parameter.valid
    # Six decimals: nobody writes smaller numbers, and the engine takes sums below 1e-9 for nothing.
    return st.one_of(st.floats(*parameter.plausible), st.floats(low, min(high, 1000.0)),
                     st.sampled_from([low, min(high, 1000.0)])).map(lambda value: round(value, 6))


REFORMABLE = {name: values_of(parameter) for name, parameter in PARAMETERS.items() if not parameter.at_start}
SETTABLE = {name: values_of(parameter) for name, parameter in PARAMETERS.items()}


@st.composite
def scenarios(draw, months):
    """Draw a scenario: both modes, regions of unequal size, any parameters, some by region, and dated reforms."""
    staff = draw(st.lists(st.integers(2, 120), min_size=1, max_size=3))
    parameters = draw(st.fixed_dictionaries({}, optional=SETTABLE))
    by_region = draw(st.sampled_from(sorted(REFORMABLE)))
    parameters[by_region] = np.array([draw(REFORMABLE[by_region]) for _ in staff])
    changes = st.dictionaries(st.sampled_from(sorted(REFORMABLE)), st.none(), min_size=1, max_size=4)
    reforms = [Reform(month, {name: draw(REFORMABLE[name]) for name in draw(changes)})
               for month in sorted(draw(st.sets(st.integers(1, months), max_size=3)))]
    return Scenario(title="drawn", mode=draw(st.sampled_from(["election", "laboratory"])), regions=len(staff),
                    staff=np.array(staff), months=months, parameters=parameters, reforms=tuple(reforms))


SEEDS = st.one_of(st.just(0), st.integers(0, 2**64 - 1))
LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large]  # a hundred parameters are large data


# Rules to swap -------------------------------------------------------------------------------------------------

# Terms of 16 months, so that rotation, ban, vote, handover and purge all fall within two years.


def months_to_vote(month):
    return (16 - month % 16) % 16


def months_since_vote(month):
    return month % 16 if month >= 16 else 16


# What people do and how they are watched.


def exponential(x, times=1.0):
    return (1.0 + min(max(times * x, -60.0), 60.0) / 64.0) ** 64


def normal_probability(x):
    return 1.0 / (1.0 + exponential(-1.7 * x))


def peer_pull(peer_influence, share_on_side, share_neutral):
    return peer_influence * (share_on_side * share_on_side - share_neutral)


def value_of_siding(win_chance, promise, protection, retaliation):
    return win_chance * max(promise, protection) - retaliation * protection


def exposure_probability(attention, prominence, sight):
    return min(1.0, attention * prominence * sight)


def sanction_level(overt, repeated, rank):
    return 3 if repeated else (2 if rank >= 2 or overt else 1)


def months_barred(level):
    return 3 * level


def expected_sanction(risk, follow_up_belief, discount, felt_severity):
    return 2.0 * risk * follow_up_belief * discount * felt_severity


# What institutions do.


def promotion_score(merit, loyalty, chance, merit_protection, patronage, loyalty_weight, score_noise, in_reach):
    return loyalty + 0.01 * chance if in_reach else chance


def posts_to_refill(share, reach, posts, draw):
    return posts // 2 if draw < 0.9 else 0


def non_renewal_probability(reach, renewal_threat, tenure_security_contract, loyal, opponent):
    return 0.4 if loyal else 0.1


def learned_ratio(successes, trials, prior, prior_weight):
    return prior if trials < 1.0 else min(1.0, successes / trials)


def incumbency_of_candidate(incumbency, inherited_incumbency, terms_served):
    return 0.1 * terms_served - incumbency


def copied_patronage(own_style, winner_elsewhere, imitates, mutation):
    return 0.5 * (own_style + winner_elsewhere) if imitates else own_style


def moving_average(average, new, months):
    return 0.5 * (average + new)


SHORT_TERMS = {"months_to_vote": months_to_vote, "months_since_vote": months_since_vote}
BEHAVIOUR = {rule.__name__: rule for rule in (
    exponential, normal_probability, peer_pull, value_of_siding, exposure_probability, sanction_level, months_barred,
    expected_sanction)}
INSTITUTIONS = {rule.__name__: rule for rule in (
    promotion_score, posts_to_refill, non_renewal_probability, learned_ratio, incumbency_of_candidate, copied_patronage,
    moving_average)}


# Agreement -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "name"), list(enumerate(scenario_names())), ids=scenario_names())
def test_a_ready_scenario_is_the_same_for_two_years(place, name):
    assert_same_runs([(cut(name, SIZES[place % 2]), (0, 2**40 + 3)[place % 2])], TWO_YEARS)


@pytest.mark.parametrize(("name", "seed"), [("pilkada_2020", 0), ("high_patronage", 3)])
def test_a_ready_scenario_is_the_same_beyond_a_handover(name, seed):
    happened = assert_same_runs([(cut(name, SIZES[1], HANDED_OVER), seed)], HANDED_OVER)
    assert happened["elections"] == 3
    assert_much_happened(happened)


@settings(max_examples=12, suppress_health_check=LARGE)
@given(scenarios(TWO_YEARS), SEEDS)
def test_any_scenario_is_the_same_for_two_years(scenario, seed):
    assert_same_runs([(scenario, seed)], TWO_YEARS)


TIED_IN_SINGLE_PRECISION = {
    "oversight_capacity": 0.0, "patrol": 0.02, "patrol_sees_covert": 0.0, "public_reporting": 0.01,
    "public_sees_covert": 0.0, "false_rate": 1e-06, "attention_floor": 0.05, "curvature": 0.4, "patience": 0.0125,
    "independence": 0.0, "follow_up": 0.6, "capture": 0.466627, "merit_protection": 0.0, "rotation_ban": 0.0,
    "rotation": 0.078546, "anticipation": 0.0, "purge": 0.0, "loyalty_weight": 1.0, "tenure_security": 0.128226,
    "peer_reporting": 0.02, "peers_see_covert": 0.4, "whistleblower_protection": 0.0, "reprisal_fear": 0.0,
    "head_suppression": 0.0, "promotion_prize": 1.0, "spot_reward": 0.407157, "patronage_sd": 0.0, "removal_threat":
    0.3, "retaliation": 0.92106, "head_pressure": 0.0, "stake_staff": 0.0, "stake_functional": 0.3,
    "stake_supervisor": 70.429134, "stake_executive": 6.493531, "prominence_staff": 0.4, "prominence_administrator":
    2.0, "prominence_executive": 3.0, "visibility_covert": 0.2, "moral_covert": 1.1, "integrity_mean": 0.0,
    "integrity_sd": 0.467747, "affinity_share": 0.1, "affinity_size": 0.951953, "affinity_weight": 0.8,
    "peer_influence": 0.484914, "learning_rate": 0.05, "publicity": 0.879501, "risk_memory": 0.9, "risk_prior": 0.02,
    "salience_floor": 0.625499, "salience_scale": 1.729587, "inherited_incumbency": 0.0, "margin_noise": 0.478416,
    "scandal": 0.0, "imitation": 0.0, "mutation_sd": 0.0, "diversion": 0.25, "disruption": 0.25, "vacancy_cost": 0.5,
    "neutrality_value": 0.15, "cost_wrongful": 0.0125, "rights_cost": 0.0025, "loyalty_memory": 0.061275,
    "share_functional": 0.0, "share_administrator": 0.159,
}
"""Hypothesis drew this: two people's lags in loyalty differ in the ninth decimal only, and one of them is reshuffled."""


def test_a_tie_that_is_none_in_double_precision_is_broken_by_it():
    scenario = Scenario(title="tied", staff=111, months=TWO_YEARS, parameters=TIED_IN_SINGLE_PRECISION)
    assert_same_runs([(scenario, 0)], TWO_YEARS)


@pytest.mark.slow
@settings(max_examples=8, suppress_health_check=LARGE)
@given(scenarios(HANDED_OVER), SEEDS)
def test_any_scenario_is_the_same_beyond_a_handover(scenario, seed):
    assert_same_runs([(scenario, seed)], HANDED_OVER)


@pytest.mark.slow
def test_a_ready_scenario_is_the_same_for_two_terms():
    assert_same_runs([(cut("pilkada_2024", SIZES[0], 126), 1)], 126)


@pytest.mark.slow
def test_other_rules_are_the_same_over_a_whole_term():
    runs = [(cut(name, SIZES[0]), 5) for name in scenario_names()]
    happened = assert_same_runs(runs, TWO_YEARS, SHORT_TERMS | BEHAVIOUR | INSTITUTIONS)
    assert happened["elections"] == 3 * (len(runs) - 1)  # one in each region, none in the laboratory
    assert_much_happened(happened)


# The comparison itself -----------------------------------------------------------------------------------------


@pytest.fixture
def pair():
    """An engine and a reference that have passed three months together."""
    scenario = cut("pilkada_2020", SIZES[0])
    model, reference = BureaucracyModel(scenario, rng=1), ReferenceModel(scenario, rng=1)
    model.run_for(3)
    reference.run_for(3)
    return model, reference


def test_a_difference_is_named_by_month_region_post_column_and_values(pair):
    model, reference = pair
    reference.regions[1].posts[5].holder.stance = 4
    with pytest.raises(pytest.fail.Exception, match="^month 3, region 1, post 5, stance: engine 0, reference 4$"):
        assert_same(model, reference)


@pytest.mark.parametrize("name", SINGLE)
def test_the_third_step_of_single_precision_is_a_difference(pair, name):
    model, reference = pair
    holder = reference.regions[2].posts[0].holder
    value = holder.loyalty[name == "loyalty_b"] if name.startswith("loyalty") else getattr(holder, name)
    model.people.column(name)[model.first_rows[2]] = np.float32(value + max(abs(value) * 4e-7, 1e-11))
    with pytest.raises(pytest.fail.Exception, match=f"region 2, post 0, {name}"):
        assert_same(model, reference)


def test_everything_the_engine_keeps_is_compared():
    assert set(COLUMNS) == {"rank", *columns.HOLDERS, *columns.CASES}
    where_it_lies = {"region", "first_row", "rows", "rank_end", "head"}
    assert set(OFFICE.names) - set(columns.OFFICES) <= where_it_lies
    where_it_lies = {"run", "index", "run_first", "run_regions", "seed_low", "seed_high", "laboratory",
                     "first_row", "rows", "first_office", "offices"}
    within_the_offices = {"sight"}
    assert set(REGION.names) - set(columns.REGIONS) == where_it_lies | within_the_offices


# The reference itself ------------------------------------------------------------------------------------------

SOURCES = sorted(Path(inspect.getfile(world)).parent.glob("*.py"))
SHARED = {"model.compiler", "model.parameters", "model.population", "model.randomness", "model.rules",
          "model.rules.elections", "model.rules.service", "model.scenario"}


def imports_from_the_model(path):
    """Yield (module, name) for all that a module of the reference takes from the model."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "model":
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            assert not any(alias.name.startswith("model") for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_reference_shares_names_rules_and_draws_only(path):
    for module, name in imports_from_the_model(path):
        if module == "model":
            assert name == "randomness"
            continue
        assert module in SHARED
        assert name.isupper() or (module, name) in {("model.compiler", "interpreted"), ("model.scenario", "Scenario")}


def test_the_month_of_the_reference_lists_the_stages_of_the_odd():
    listed = re.findall(r"# (\d+) (\w+)$", inspect.getsource(ReferenceModel.step), re.MULTILINE)
    odd = (Path(__file__).parent.parent / "model" / "ODD.md").read_text(encoding="utf-8")
    assert listed == re.findall(r"^\| (\d+) \| `(\w+)` \|", odd, re.MULTILINE)


def test_the_agents_of_the_reference_are_registered_with_mesa(pair):
    _, reference = pair
    people = reference.agents_by_type[CivilServant]
    assert len(people) == reference.columns()["occupied"].sum()
    assert len(reference.agents_by_type[PoliticalOfficial]) == 2 * len(reference.regions)
    assert len(reference.agents.select(agent_type=Supervisor)) == 2 * len(reference.regions)
    siding = people.select(lambda person: person.stance != 0)
    assert len(siding) == np.count_nonzero(reference.columns()["stance"])
