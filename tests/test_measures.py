"""Measures: each against a count of the columns or tallies themselves, splits against totals, tables and errors."""

import inspect

import numpy as np
import pandas as pd
import pytest

from model import MEASURES, BureaucracyModel, CivilServant, MeasureError, Scenario
from model.measures import (
    CATEGORIES,
    Counts,
    column_names,
    column_parts,
    measured,
    measured_table,
)
from model.population import CHANNELS, RANKS, TALLY, TALLY_VALUES

MONTHS = 64
MUCH_HAPPENS = {
    "retirement": 0.02, "attention_floor": 0.7, "execution_delay": 1.0, "false_rate": 0.02, "oversight_capacity": 15.0,
    "rotation": 0.3, "independence": 0.3, "deadline": 2.0, "salience_floor": 0.5, "merit_protection": 0.1, "incumbency": 0.0,
    "capture": 0.3, "separated_offices": 0.3, "contract_share": 0.3, "office_size": 25.0,
}  # fmt: skip
PROOF = 0.7881446014166034  # of a true case: evidence 2, proof standard 1.2
REQUIRED = (
    "neutral_share covert_share overt_share incumbent_share challenger_share reported proven recommended sanctioned lapsed "
    "dark_figure follow_up_rate selective_enforcement wrongful_sanctions perceived_risk true_risk queue_length "
    "promoted_competence senior_competence loyalty_premium vacant_posts turnover realised_rotations service_quality "
    "oversight_cost welfare incumbent_win_rate patronage"
).split()


@pytest.fixture(scope="module")
def model():
    scenario = Scenario(title="much happens", regions=6, staff=[300, 250, 200, 150, 100, 400], months=MONTHS,
                        parameters=MUCH_HAPPENS)  # fmt: skip
    model = BureaucracyModel(scenario, rng=12)
    model.run_for(58)
    return model


@pytest.fixture(scope="module")
def whole_run(model):
    scenario = model.setup
    run = BureaucracyModel(scenario, rng=12)
    run.run_for(MONTHS)
    return run


@pytest.fixture(scope="module")
def columns(model):
    table = pd.DataFrame({name: model.people.column(name) for name in (
        "rank", "stance", "occupied", "contract", "competence", "perceived_risk", "case_status")})  # fmt: skip
    offices = model.engine.world.offices
    table["reach"] = np.repeat(offices["in_reach"] == 1, offices["rows"])
    table["region"] = np.repeat(np.arange(6), model.region_rows["rows"])
    return table.astype({"competence": float, "perceived_risk": float})


@pytest.fixture(scope="module")
def tally(model):
    return np.ascontiguousarray(model.engine.counts_now(0)).view(TALLY)[:, 0]


# Against the columns -------------------------------------------------------------------------------------------

# Nobody but camp A has governed before month 63.
STANCES = {
    "neutral_share": (0,), "siding_share": (1, 2, 3, 4), "covert_share": (1, 3), "overt_share": (2, 4),
    "incumbent_share": (1, 2), "challenger_share": (3, 4),
}  # fmt: skip


@pytest.mark.parametrize("name", STANCES)
@pytest.mark.parametrize("where", [None, "reach", "outside"])
def test_shares_of_stances_are_those_of_the_columns(name, where, model, columns):
    people = columns[columns["occupied"] == 1]
    if where:
        people = people[people["reach"] == (where == "reach")]
    chosen = people["stance"].isin(STANCES[name])
    assert model.measure(name, where=where) == pytest.approx(chosen.mean())
    by_rank = [chosen[people["rank"] == rank].mean() for rank in range(5)]
    assert model.measure(name, by="rank", where=where) == pytest.approx(by_rank, nan_ok=True)
    if where != "outside":
        assert chosen.any()


@pytest.mark.parametrize("name", ["siding_share", "covert_share", "overt_share"])
def test_shares_by_camp_are_those_of_the_columns(name, model, columns):
    people = columns[columns["occupied"] == 1]
    sides = [[s for s in STANCES[name] if s in camp] for camp in ((1, 2), (3, 4))]
    assert model.measure(name, by="camp") == pytest.approx([people["stance"].isin(side).mean() for side in sides])


@pytest.mark.parametrize("where", [None, "reach", "outside"])
def test_beliefs_posts_and_contracts_are_those_of_the_columns(where, model, columns):
    posts = columns if where is None else columns[columns["reach"] == (where == "reach")]
    people = posts[posts["occupied"] == 1]
    assert model.measure("perceived_risk", where=where) == pytest.approx(people["perceived_risk"].mean())
    assert model.measure("perceived_risk_spread", where=where) == pytest.approx(people["perceived_risk"].std(ddof=0), rel=1e-4)
    assert model.measure("contract_staff_share", where=where) == pytest.approx(people["contract"].mean())
    assert model.measure("vacant_posts", where=where) == pytest.approx((posts["occupied"] == 0).mean())
    assert model.measure("senior_competence", where=where) == pytest.approx(people[people["rank"] >= 3]["competence"].mean())
    by_rank = people.groupby("rank")["perceived_risk"].mean().reindex(range(5))
    assert model.measure("perceived_risk", by="rank", where=where) == pytest.approx(by_rank.tolist(), nan_ok=True)
    vacant = [(posts[posts["rank"] == rank]["occupied"] == 0).mean() for rank in range(5)]
    assert model.measure("vacant_posts", by="rank", where=where) == pytest.approx(vacant, nan_ok=True)
    assert people["contract"].any() and (columns["occupied"] == 0).any()


def test_the_queue_is_that_of_the_columns(model, columns):
    waiting = (columns["case_status"] == 1).sum()
    assert model.measure("queue_length") == pytest.approx(1000.0 * waiting / len(columns))
    assert waiting > 0


def test_patronage_is_that_of_those_who_govern(model):
    styles = model.region_rows["patronage"][np.arange(6), model.region_rows["governing"]]
    assert model.measure("patronage") == pytest.approx(styles.mean())
    assert model.measure("patronage_spread") == pytest.approx(styles.std())
    assert model.measure("salience") == pytest.approx(model.region_rows["salience"].mean())


def test_incumbent_share_follows_who_governs(whole_run):
    people = whole_run.agents_by_type[CivilServant]
    governing = {region: int(row["governing"]) for region, row in enumerate(whole_run.region_rows)}
    assert set(governing.values()) == {0, 1}
    stances, regions = np.array(people.get("stance")), np.array(people.get("region"))
    camps = np.where(stances == 0, -1, (stances - 1) // 2)
    own = np.array([governing[region] for region in regions])
    assert whole_run.measure("incumbent_share") == pytest.approx((camps == own).mean())
    assert whole_run.measure("challenger_share") == pytest.approx(((camps >= 0) & (camps != own)).mean())
    by_camp = whole_run.measure("siding_share", by="camp")
    assert by_camp == pytest.approx([whole_run.measure("incumbent_share"), whole_run.measure("challenger_share")])


# Against the tallies -------------------------------------------------------------------------------------------

FUNNEL = ("reported", "proven", "recommended", "sanctioned", "lapsed")


def places(where):
    return [0, 1] if where is None else [{"outside": 0, "reach": 1}[where]]


@pytest.mark.parametrize("name", FUNNEL)
@pytest.mark.parametrize("where", [None, "reach", "outside"])
def test_rates_of_the_funnel_are_cases_per_thousand_staff(name, where, whole_run):
    counts = whole_run.counts()
    run = counts.view(TALLY)[:, 0].copy()
    staff = run["people"][:, places(where)].sum(axis=(0, 1))
    cases = {split: run[f"{name}_{split}"][:, places(where)].sum(axis=(0, 1)) for split in ("role", "channel", "rank")}
    total = counts.sum(axis=0)
    assert cases["role"].sum() > 0
    assert measured(name, total, where=where) == pytest.approx(1000.0 * cases["role"].sum() / staff.sum())
    assert measured(name, total, "camp", where) == pytest.approx(1000.0 * cases["role"] / staff.sum())
    assert measured(name, total, "channel", where) == pytest.approx(1000.0 * cases["channel"] / staff.sum())
    assert measured(name, total, "rank", where) == pytest.approx(1000.0 * cases["rank"] / staff.sum(axis=1))


def test_other_measures_are_their_ratios_of_counts(whole_run):
    total = whole_run.counts().sum(axis=0)
    t = total.view(TALLY)[0]
    staff, siding = t["people"].sum(), t["people"][..., 1:].sum()
    posts = staff + t["vacant"].sum()
    roles = {name: t[f"{name}_role"].sum(axis=0) for name in FUNNEL}
    decided = roles["sanctioned"] + t["shelved_role"].sum(axis=0)
    expected = {
        "proven_share": roles["recommended"].sum() / roles["reported"].sum(),
        "dark_figure": 1.0 - (roles["reported"].sum() - t["false_reports"].sum()) / siding,
        "follow_up_rate": roles["sanctioned"].sum() / decided.sum(),
        "selective_enforcement": np.divide(*(roles["sanctioned"] / decided)),
        "wrongful_sanctions": 1000.0 * t["wrongful"].sum() / staff,
        "true_risk": t["provable"].sum() / t["exposure"].sum(),
        "promoted_competence": t["promoted_competence"][:, 2:].sum() / t["promoted"][:, 2:].sum(),
        "loyalty_premium": t["loyalty_lead"][:, 2:].sum() / t["promoted"][:, 2:].sum(),
        "promotions": 1000.0 * t["promoted"].sum() / staff,
        "turnover": 1000.0 * t["exits"].sum() / staff,
        "realised_rotations": 1000.0 * t["rotations"].sum() / staff,
        "interventions_proven": t["interventions"] / t["regions"],
        "service_quality": t["service"] / posts,
        "oversight_cost": t["oversight_cost"] / posts,
        "rights_cost_incurred": t["rights_cost"] / posts,
        "welfare": t["welfare"] / posts,
        "incumbent_win_rate": t["incumbent_wins"] / t["elections"],
        "incumbent_return_rate": t["incumbents_returned"] / t["incumbents_ran"],
        "incumbent_margin": t["margin"] / t["elections"],
        "margin_spread": np.sqrt(t["margin_squared"] / t["elections"] - (t["margin"] / t["elections"]) ** 2),
    }  # fmt: skip
    for name, value in expected.items():
        assert measured(name, total) == pytest.approx(value), name
        assert value != 0.0 and np.isfinite(value), name
    assert t["provable"].sum() > (roles["reported"].sum() - t["false_reports"].sum()) * PROOF  # not all have arrived yet
    covered = {*expected, *STANCES, *FUNNEL, "perceived_risk", "perceived_risk_spread", "contract_staff_share",
               "vacant_posts", "senior_competence", "queue_length", "patronage", "patronage_spread", "salience"}  # fmt: skip
    assert covered == set(MEASURES)


@pytest.mark.parametrize(
    ("name", "field"),
    [("promoted_competence", "promoted_competence"), ("loyalty_premium", "loyalty_lead")],
)
def test_means_over_the_promoted_by_rank_are_over_those_promoted_to_it(name, field, whole_run):
    total = whole_run.counts().sum(axis=0)
    t = total.view(TALLY)[0]
    with np.errstate(invalid="ignore"):
        by_rank = t[field].sum(axis=0) / t["promoted"].sum(axis=0)
    assert measured(name, total, "rank") == pytest.approx(by_rank, nan_ok=True)
    assert np.isfinite(by_rank[1:4]).all() and np.isnan(by_rank[0])


def test_outcomes_of_elections_are_those_of_the_officials(whole_run):
    wins = (whole_run.region_rows["winner"] == 0).mean()
    assert measured("incumbent_win_rate", whole_run.counts().sum(axis=0)) == pytest.approx(wins)
    assert 0.0 < wins < 1.0


def test_follow_up_is_a_share_in_any_period_even_one_that_begins_just_after_a_vote():
    parameters = {"reporting_delay": 1.0, "central_pressure": 0.05}
    run = BureaucracyModel(Scenario(title="two votes", regions=6, staff=400, months=130, parameters=parameters), rng=1)
    run.run_for(130)
    counts = run.counts()
    periods = [counts[first:last].sum(axis=0) for first in range(58, 66) for last in (first + 3, first + 12, 119)]
    follow_up = np.array([measured("follow_up_rate", period) for period in periods])
    assert np.all((follow_up >= 0.0) & (follow_up <= 1.0))
    raw = np.array([measured("sanctioned", period) / measured("recommended", period) for period in periods])
    assert raw.max() > 1.0  # so it matters


# Splits --------------------------------------------------------------------------------------------------------


RATIOS_OF_CASES = {"proven_share": "reported", "follow_up_rate": "recommended"}
SPLITS = [(name, by) for name, measure in MEASURES.items() for by in measure.by if by != "rank"]


@pytest.mark.parametrize(("name", "by"), SPLITS)
def test_parts_by_camp_and_channel_make_up_the_total(name, by, whole_run):
    total = whole_run.counts().sum(axis=0)
    parts = measured(name, total, by)
    if name in RATIOS_OF_CASES:
        weights = measured(RATIOS_OF_CASES[name], total, by)
        there = weights > 0
        parts = parts[there] * weights[there] / weights.sum()
    assert parts.sum() == pytest.approx(measured(name, total))


@pytest.mark.parametrize("name", [*STANCES, *FUNNEL, "perceived_risk", "promotions", "turnover", "realised_rotations"])
def test_parts_by_rank_weighted_by_staff_are_the_total(name, whole_run):
    total = whole_run.counts().sum(axis=0)
    staff = Counts(total, "rank").staff()
    assert np.sum(measured(name, total, "rank") * staff) / staff.sum() == pytest.approx(measured(name, total))


@pytest.mark.parametrize("name", [*STANCES, *FUNNEL, "perceived_risk", "turnover", "wrongful_sanctions"])
def test_inside_and_outside_reach_weighted_by_staff_are_the_total(name, whole_run):
    total = whole_run.counts().sum(axis=0)
    staff = [Counts(total, None, where).staff()[0] for where in ("reach", "outside")]
    values = [measured(name, total, where=where) for where in ("reach", "outside")]
    assert np.dot(staff, values) / sum(staff) == pytest.approx(measured(name, total))


# Regions, months, tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["neutral_share", "reported", "perceived_risk", "contract_staff_share"])
def test_measures_of_regions_weighted_by_staff_are_the_measure(name, model, tally):
    staff = tally["people"].sum(axis=(1, 2, 3))
    by_region = model.measure_by_region(name)
    assert by_region.shape == (6,)
    assert np.dot(by_region, staff) / staff.sum() == pytest.approx(model.measure(name))


@pytest.mark.parametrize("name", ["service_quality", "welfare", "oversight_cost", "queue_length", "vacant_posts"])
def test_measures_of_regions_weighted_by_posts_are_the_measure(name, model):
    posts = model.region_rows["rows"]
    assert np.dot(model.measure_by_region(name), posts) / posts.sum() == pytest.approx(model.measure(name))


def test_measures_of_regions_can_be_split_and_placed(model, columns):
    split = model.measure_by_region("siding_share", by="rank", where="reach")
    assert split.shape == (6, 5)
    people = columns[(columns["occupied"] == 1) & columns["reach"] & (columns["region"] == 4) & (columns["rank"] == 1)]
    assert split[4, 1] == pytest.approx((people["stance"] > 0).mean())


def test_the_table_of_the_data_collector_has_a_row_a_month_and_a_column_a_measure(model):
    table = model.datacollector.get_model_vars_dataframe()
    assert list(table.columns) == column_names()
    assert table.index.tolist() == list(range(1, 59)) and table.index.name == "month"
    latest = table.loc[58]
    for name, measure in MEASURES.items():
        assert latest[name] == pytest.approx(model.measure(name), nan_ok=True), name
        for by in measure.by:
            parts = [latest[f"{name}_{category}"] for category in CATEGORIES[by]]
            assert parts == pytest.approx(model.measure(name, by=by).tolist(), nan_ok=True), (name, by)


def test_the_table_is_that_of_every_month_as_it_passed(model):
    again = BureaucracyModel(model.setup, rng=12)
    table = model.datacollector.get_model_vars_dataframe()
    for month in range(1, 6):
        again.step()
        for name in ("neutral_share", "reported", "welfare", "queue_length"):
            assert table.loc[month, name] == pytest.approx(again.measure(name), rel=1e-12)


def test_columns_have_different_names():
    assert len(set(column_names())) == len(column_names())


def test_a_table_of_many_runs_is_that_of_each(whole_run, model):
    counts = np.stack([whole_run.counts().sum(axis=0), model.counts().sum(axis=0)])
    both = measured_table(counts)
    assert np.array_equal(both[1], measured_table(counts[1]), equal_nan=True)
    assert both.shape == (2, len(column_names()))


def test_a_table_holds_what_is_measured_one_by_one(whole_run):
    counts = whole_run.counts()
    for column, values in zip(column_names(), measured_table(counts).T, strict=True):
        name, category = column_parts(column)
        by = next((split for split, known in CATEGORIES.items() if category in known), None)
        alone = measured(name, counts, by)
        assert np.array_equal(values, alone if by is None else alone[..., CATEGORIES[by].index(category)], equal_nan=True), column


def test_a_rate_of_a_period_is_that_of_its_sums_and_not_a_mean_of_rates(whole_run):
    counts = whole_run.counts()
    monthly = measured("follow_up_rate", counts)
    assert measured("follow_up_rate", counts.sum(axis=0)) != pytest.approx(np.nanmean(monthly), rel=1e-6)


def test_before_the_first_month_there_is_nothing_to_measure():
    model = BureaucracyModel(Scenario(title="not begun", staff=50), rng=1)
    assert np.isnan(model.measure("neutral_share"))
    assert np.isnan(model.measure("reported", by="channel")).all()
    assert model.counts().shape == (0, TALLY_VALUES)
    assert len(model.datacollector.get_model_vars_dataframe()) == 0


def test_what_divides_by_nothing_is_not_a_number(model):
    assert np.isnan(model.measure("incumbent_win_rate"))
    assert np.isnan(measured("neutral_share", np.zeros(TALLY_VALUES)))


# Errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("neutral_shar",), "no measure named 'neutral_shar'; did you mean 'neutral_share'"),
        (("zzz",), "no measure named 'zzz'$"),
        (("neutral_share", "camp"), "'neutral_share' can be split by 'rank', not by 'camp'"),
        (("reported", "region"), "'reported' can be split by 'rank', 'camp', 'channel', not by 'region'"),
        (("welfare", "rank"), "can be split by nothing, not by 'rank'"),
        (("neutral_share", None, "inside"), "where must be 'reach' or 'outside', not 'inside'"),
        (("welfare", None, "reach"), "'welfare' belongs to the region as a whole"),
    ],
)
def test_a_measure_that_cannot_be_taken_is_refused_in_one_sentence(arguments, sentence, model):
    for take in (model.measure, model.measure_by_region):
        with pytest.raises(MeasureError, match=sentence):
            take(*arguments)


# The list ------------------------------------------------------------------------------------------------------


def test_all_outcomes_that_were_asked_for_are_there():
    assert set(REQUIRED) <= set(MEASURES)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda measure: measure.name)
def test_a_measure_says_what_it_is(measure):
    for text in (measure.label, measure.unit, measure.definition, measure.source):
        assert text.strip() == text != ""
    assert measure.definition.endswith(".") and measure.label[0].isupper()
    assert set(measure.by) <= set(CATEGORIES)
    assert list(inspect.signature(measure.formula).parameters) == ["c"]


def test_labels_differ():
    assert len({measure.label for measure in MEASURES.values()}) == len(MEASURES)


def test_categories_are_those_of_the_population():
    assert CATEGORIES == {"rank": RANKS, "camp": ("incumbent", "challenger"), "channel": CHANNELS}
