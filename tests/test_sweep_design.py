"""Designs are read whole, refused in one sentence, and become the points that they ask for."""

import math
import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from experiments.sweep.design import (
    KINDS,
    DesignError,
    Factor,
    design_names,
    load_design,
    load_design_text,
)
from experiments.sweep.plan import Plan, Round, chunks
from experiments.sweep.points import assigned_arms, points_of
from model.parameters import PARAMETERS

HEAD = 'title = "T"\nstaff = 40\nmonths = 24\n'
VARY = "[vary]\noversight_capacity = { low = 0, high = 16%s }\nindependence = { low = 0, high = 1%s }\n"
OUT = '[outcomes]\nsiding = "siding_share"\n'


def factorial(extra="", vary="[vary]\noversight_capacity = [0, 8]\n", out=OUT):
    return f'{HEAD}kind = "factorial"\n{extra}\n{vary}\n{out}'


def sampled(kind, size, extra=""):
    return f'{HEAD}kind = "{kind}"\nsize = {size}\n{extra}\n{VARY % ("", "")}{OUT}'


def read(text, **files):
    return load_design_text(text, "folder/mine.toml", files.__getitem__ if files else None)


def refusal(text, opened=None):
    with pytest.raises(DesignError) as refused:
        design = load_design_text(text, "folder/mine.toml", opened)
        points_of(design)
    sentence = str(refused.value)
    assert "\n" not in sentence and not sentence.endswith(".")
    return sentence


# Refused -------------------------------------------------------------------------------------------------------

TABLE = HEAD + 'kind = "table"\n%s\n' + OUT
TRIAL = 'title = "T"\nkind = "trial"\nregions = 8\nstaff = 20\nmonths = 72\n[trial]\nfrom_month = 61\n%s\n' + OUT
LOOP = 'title = "T"\nkind = "factorial"\nscenario = "laboratory"\nstaff = 20\n%s\n[path]\n%s\n' + OUT


@pytest.mark.parametrize(("text", "named"), [
    ("title =", "this is not TOML"),
    ("", "title is missing"),
    ('title = "T"', "kind is missing; it can be factorial, latin_hypercube"),
    ('title = "T"\nkind = "factorail"', 'kind = "factorail" is none of factorial'),
    ('title = "T"\nkind = "factorail"', "(did you mean factorial?)"),
    (factorial('sceanrio = "pilkada_2020"'), "sceanrio is not an entry of a design (did you mean scenario?)"),
    (factorial('scenario = "pilkada_2021"'), 'scenario = "pilkada_2021" is no ready scenario and no .toml file (did you mean pilkada_2024?)'),
    (factorial("seed = -1"), "seed = -1 is no whole number from 0 to"),
    (factorial("months = 0"), "Cannot overwrite a value"),
    (factorial("replicates = 0"), "replicates = 0 is no whole number from 1"),
    (factorial("replicates = 2.5"), "replicates = 2.5 is no whole number"),
    (factorial("size = 8"), 'size = 8 has no meaning for kind = "factorial", only for latin_hypercube'),
    (factorial("from_month = 25"), "from_month = 25 is no whole number from 1 to 24"),
    (factorial("[set]\npatorl = 1"), "set.patorl: patorl is not a parameter (did you mean patrol?)"),
    (factorial("[set]\npatrol = 200"), "patrol = 200"),
    (factorial(vary=""), "vary is missing or empty"),
    (factorial(vary="[vary]\noversight_capacty = [0, 1]"), "oversight_capacty is not a parameter (did you mean oversight_capacity?)"),
    (factorial(vary="[vary]\noversight_capacity = []"), "vary.oversight_capacity.values is an empty list"),
    (factorial(vary="[vary]\noversight_capacity = [0, -1]"), "vary.oversight_capacity.values = -1 is outside what is allowed, 0 to"),
    (factorial(vary="[vary]\noversight_capacity = [1, 1]"), "holds a number twice"),
    (factorial(vary="[vary]\noversight_capacity = 3"), "vary.oversight_capacity = 3 is not a table"),
    (factorial(vary='[vary]\noversight_capacity = ["a"]'), 'values = "a" is not a number'),
    (factorial(vary="[vary]\noversight_capacity = { low = 8, high = 4, levels = 3 }"), "low = 8 is above high = 4"),
    (factorial(vary="[vary]\noversight_capacity = { low = 8, high = 8, levels = 3 }"), "the range is empty, since low = high = 8"),
    (factorial(vary="[vary]\noversight_capacity = { low = 0, high = 4 }"), "needs values, or low, high and levels"),
    (factorial(vary="[vary]\noversight_capacity = { low = 0, high = 4, levels = 3, scale = 'log' }"), "must be above 0"),
    (factorial(vary="[vary]\noversight_capacity = { low = 0, high = nan, levels = 3 }"), "high = nan is outside"),
    (factorial(vary="[vary]\npatronage = [0, 1]\n", extra="from_month = 2"), "patronage is read only when the world is built"),
    (factorial(vary="[vary.both]\nlow = 0\nhigh = 1\nlevels = 2\nsets = {}"), "vary.both.sets is empty"),
    (factorial(vary="[vary.both]\nlow = 0\nhigh = 1\nlevels = 2\nsets = { patrol = [0.1] }"), "lists one number"),
    (factorial(vary="[vary.both]\nlow = 0\nhigh = 1\nlevels = 2\nsets = { patrol = [0, 999] }"), "patrol = 999 is outside"),
    (factorial(vary="[vary.both]\nvalues = [1, 2]\nsets = { patrol = [0, 0.1, 0.2] }"), "lists 3 numbers, but both has 2 values"),
    (factorial(vary="[vary]\npatrol = [0, 0.1]\n[vary.both]\nvalues = [1, 2]\nsets = { patrol = [0, 0.1] }"), "patrol is set twice"),
    (factorial(vary="[vary]\nshare_staff = [0, 1]"), "share_staff is not a parameter"),
    (factorial(vary="[vary]\nshare_functional = [0.4, 1.0]"), "at point 1, share_functional + "),
    (factorial("dummy = true"), "dummy = true has no meaning"),
    (factorial("baseline = 'today'"), "no point has a name"),
    (factorial("[baseline]\npatrol = 0.1"), "patrol is not an entry of [baseline]"),
    (factorial(out=""), "outcomes is missing"),
    (factorial(out='[outcomes]\na = "siding_shar"'), 'outcomes.a.measure = "siding_shar" is not a measure (did you mean siding_share?)'),
    (factorial(out='[outcomes]\n"a b" = "siding_share"'), "an outcome's name is a word"),
    (factorial(out='[outcomes]\nrun = "siding_share"'), "none that tables use themselves"),
    (factorial(out='[outcomes]\na = { measure = "welfare", rank = "staff" }'), "outcomes.a.rank: welfare cannot be split"),
    (factorial(out='[outcomes]\na = { measure = "siding_share", rank = "stff" }'), "did you mean staff?"),
    (factorial(out='[outcomes]\na = { measure = "siding_share", rank = "staff", camp = "incumbent" }'), "is split by rank and by camp"),
    (factorial(out='[outcomes]\na = { measure = "welfare", where = "reach" }'), "belongs to the region as a whole"),
    (factorial(out='[outcomes]\na = { measure = "siding_share", when = "sometimes" }'), 'when = "sometimes" is none of all, final'),
    (factorial(out='[outcomes]\na = { measure = "siding_share", when = "vote" }'), "means no month of this scenario, which has months 1 to 24"),
    (factorial(out='[outcomes]\na = { measure = "siding_share", when = [25] }'), "when = 25 is no whole number from 1 to 24"),
    (factorial(out='[outcomes]\na = { measure = "siding_share", when = "20-30" }'), 'when = "20-30" is outside what is allowed, months 1 to 24'),
    (factorial(out='[outcomes]\na = { measure = "siding_share", better = "more" }'), "is none of lower, higher"),
    (factorial("[series]\noutcomes = ['b']"), '"b" is no outcome of this design'),
    (factorial("[series]\nevery = 0"), "series.every = 0 is no whole number"),
    (factorial('[replicates]\noutcome = "sidng"\nhalf_width = 1'), 'replicates.outcome = "sidng" is none of siding (did you mean siding?)'),
    (factorial('[replicates]\noutcome = "siding"'), "replicates.half_width is missing"),
    (factorial('[replicates]\noutcome = "siding"\nhalf_width = 0'), "half_width = 0 is outside"),
    (factorial('[replicates]\nfirst = 9\nmost = 8\noutcome = "siding"\nhalf_width = 1'), "most = 8 is no whole number from 9"),
    (sampled("sobol", 12), "size = 12 is no power of two, which kind = \"sobol\" needs (near: 16)"),
    (sampled("latin_hypercube", 1), "size = 1 is no whole number from 2"),
    (f'{HEAD}kind = "morris"\n{VARY % ("", "")}{OUT}', "size is missing"),
    (f'{HEAD}kind = "morris"\nsize = 4\n[vary]\npatrol = [0, 0.1]\n{OUT}', "lists values, but kind = \"morris\" samples a range"),
    (f'{HEAD}kind = "morris"\nsize = 4\n{VARY % (", levels = 3", "")}{OUT}', "levels has no meaning"),
    (f'{HEAD}kind = "morris"\nsize = 4\n{OUT}', "needs at least one factor"),
    (TABLE % "", "needs either [[point]] blocks or file"),
    (TABLE % "point = []", "point is no list of points"),
    (TABLE % "[[point]]\npatorl = 1", "point 1: patorl is neither a parameter nor a factor of [vary] (did you mean patrol?)"),
    (TABLE % "[[point]]\npatrol = 99", "point 1: patrol = 99 is outside"),
    (TABLE % '[[point]]\nname = "a"\npatrol = 0.1\n[[point]]\nname = "a"', 'two points are called "a"'),
    (TABLE % 'baseline = "b"\n[[point]]\nname = "a"\npatrol = 0.1', 'baseline = "b" is none of a'),
    (factorial("[[point]]\npatrol = 0.1"), "point has no meaning"),
    (TRIAL % "", "trial.arms is missing"),
    (TRIAL % "[trial.arms.a]", "trial.arms.a changes no parameter"),
    (TRIAL % "[trial.arms.control]\npatrol = 0.2", "the arm control changes nothing"),
    (TRIAL % "[trial.arms.a]\npatronage = 0.2", "read only when the world is built"),
    ((TRIAL % "[trial.arms.a]\npatrol = 0.2").replace("regions = 8", "regions = 3"), "regions = 3 is too few for 2 arms"),
    ((TRIAL % "[trial.arms.a]\npatrol = 0.2").replace("from_month = 61", "from_month = 99"), "from_month = 99 is no whole number"),
    (factorial("[trial]\nfrom_month = 3"), "[trial] has no meaning"),
    (LOOP % ("", 'parameter = "patrol"'), "path.low is missing"),
    (LOOP % ("", 'parameter = "patronage"\nlow = 0\nhigh = 1\nlevels = 3'), "no path leads it"),
    (LOOP % ("", 'parameter = "patrol"\nvalues = [0.2, 0.1]'), "must rise"),
    (LOOP % ("months = 24", 'parameter = "patrol"\nvalues = [0.1, 0.2]'), "months follows from path"),
    ((LOOP % ("", 'parameter = "patrol"\nvalues = [0.1, 0.2]')).replace("laboratory", "pilkada_2020"), "holds elections"),
    (LOOP % ("[vary]\npatrol = [0, 0.1]", 'parameter = "patrol"\nvalues = [0.1, 0.2]'), "patrol is set twice"),
])
def test_a_wrong_design_is_refused_in_one_sentence(text, named):
    sentence = refusal(text)
    assert sentence.startswith(("folder/mine.toml: ", "mine: ")) and named in sentence


@pytest.mark.parametrize(("content", "named"), [
    ("", "has no rows"),
    ("patrol\n", "has no rows"),
    ("patrol,independence\n0.1\n", "line 2 has not as many cells as the header"),
    ("patorl\n0.1\n", "line 2: patorl is neither a parameter nor a factor"),
    ("patrol\nmuch\n", 'patrol = "much" is not a number'),
    ("patrol\n77\n", "patrol = 77.0 is outside what is allowed"),
    ('patrol\n"0.1\n', "this is not CSV"),
])
def test_a_wrong_table_is_refused(content, named):
    assert named in refusal(TABLE % 'file = "points.csv"', {"points.csv": content}.__getitem__)


def test_what_is_not_there_is_named(tmp_path):
    for name, words in {tmp_path / "none.toml": "there is no such file or ready design", tmp_path: "this is a directory",
                        "oversight_and_folow_up": "did you mean oversight_and_follow_up?"}.items():
        with pytest.raises(DesignError, match=re.escape(words)):
            load_design(name)
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(DesignError, match="cannot be read"):
        load_design(tmp_path / "latin.toml")
    (tmp_path / "table.toml").write_text(TABLE % 'file = "points.csv"', encoding="utf-8")
    with pytest.raises(DesignError, match=r"points.csv: this cannot be read \(No such file"):
        load_design(tmp_path / "table.toml")


@given(st.text(max_size=60) | st.sampled_from([factorial(), sampled("sobol", 4), TRIAL, LOOP]), st.data())
def test_any_text_is_read_or_refused_in_one_sentence(text, data):
    """Also where a good file is spoiled somewhere."""
    if len(text) > 60:
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(st.text(max_size=5)) + text[place + data.draw(st.integers(0, 10)):]
    try:
        load_design_text(text, "any.toml")
    except DesignError as error:
        assert "\n" not in str(error) and str(error).startswith("any.toml: ")


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.lists(st.floats(), max_size=3),
                   st.dictionaries(st.text(max_size=5), st.integers(), max_size=2))


@given(st.sampled_from(["title", "kind", "size", "seed", "staff", "regions", "months", "replicates", "vary", "outcomes", "series",
                        "baseline", "from_month", "path", "trial", "set", "references", "scenario", "dummy", "point", "file"]),
       VALUES.filter(lambda value: value is not None))
@example("vary", {"\n": 0})
def test_any_value_of_any_entry_is_read_or_refused_in_one_sentence(name, value):
    def toml(value):
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str):
            return '"' + "".join(f"\\U{ord(char):08x}" for char in value if not 0xD800 <= ord(char) < 0xE000) + '"'
        if isinstance(value, list):
            return "[" + ", ".join(map(toml, value)) + "]"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{toml(key)} = {toml(entry)}" for key, entry in value.items()) + "}"
        return repr(value)

    lines = {"title": '"T"', "kind": '"factorial"', "staff": "40", "months": "24", "vary": "{ patrol = [0, 0.1] }",
             "outcomes": '{ siding = "siding_share" }'} | {name: toml(value)}
    try:
        load_design_text("\n".join(f"{key} = {text}" for key, text in lines.items()), "any.toml")
    except DesignError as error:
        assert "\n" not in str(error) and str(error).startswith("any.toml: ")


# Read ----------------------------------------------------------------------------------------------------------


def test_what_is_left_out_has_a_default():
    design = read(factorial())
    assert (design.name, design.kind, design.seed, design.replicates, design.from_month) == ("mine", "factorial", 1, 16, 1)
    assert design.scenario.staff == 40 and design.scenario.months == 24 and design.scenario.name == "pilkada_2020"
    assert design.series_outcomes == ("siding",) and design.periods == tuple((month, month) for month in range(1, 25))
    assert design.outcome("siding").months == tuple(range(1, 25)) and design.outcome("siding").unit == "share of staff"
    assert design.text("title", "id") == "T" and design.references == ()


def test_seed_zero_is_a_seed():
    design = read(factorial("seed = 0"))
    plan = Plan(design)
    assert design.seed == 0 and plan.task(plan.first_round(), 0, 1).runs[0].seed == 0


def test_text_is_found_by_language():
    design = read(factorial('title_id = "J"\nquestion = "Q?"',
                            out='[outcomes.a]\nmeasure = "siding_share"\nlabel = "L"\nlabel_id = "M"\nrank = "staff"'))
    assert design.text("title", "id") == "J" and design.text("question", "id") == "Q?" and design.text("description") == ""
    assert design.outcome("a").label("id") == "M" and read(factorial()).outcome("siding").label() == "Taking sides"


@pytest.mark.parametrize(("when", "months"), [
    ('"all"', range(13, 64)), ('"final"', [63]), ('"last year"', range(52, 64)), ('"campaign"', [58, 59, 60]), ('"vote"', [60]),
    ("[60, 1, 1]", [1, 60]), ('"5-7"', [5, 6, 7]), ('" 5 - 5 "', [5]),
])
def test_when_says_which_months(when, months):
    text = factorial("from_month = 13", out=f'[outcomes]\na = {{ measure = "siding_share", when = {when} }}').replace(
        "months = 24", "months = 63")
    assert read(text).outcome("a").months == tuple(months)


def test_periods_of_a_series_cover_all_months():
    assert read(factorial("[series]\nevery = 10")).periods == ((1, 10), (11, 20), (21, 24))
    assert read(factorial("[series]\noutcomes = []")).series_outcomes == ()


@pytest.mark.parametrize("name", design_names())
def test_a_ready_design_is_whole(name):
    design = load_design(name)
    for language in ("en", "id"):
        assert all(language in design.texts[what] for what in ("title", "question", "description"))
    plan = Plan(design)
    assert 2 <= plan.most_runs <= 20_000 and design.name == name
    assert plan.points.sample.any()


# Points --------------------------------------------------------------------------------------------------------


def test_a_factorial_has_every_combination_in_order_and_a_baseline():
    design = read(factorial(vary="[vary]\noversight_capacity = [0, 4]\nindependence = { low = 0, high = 1, levels = 3 }"))
    points = points_of(design)
    assert points.values.tolist()[:-1] == [[0, 0], [0, 0.5], [0, 1], [4, 0], [4, 0.5], [4, 1]]
    assert points.baseline == 6 and not points.sample[6] and points.sample[:6].all()
    assert points.settings(6) == {"oversight_capacity": PARAMETERS["oversight_capacity"].default,
                                  "independence": PARAMETERS["independence"].default}


def test_a_baseline_among_the_points_is_found_there():
    text = factorial("[baseline]\noversight_capacity = 4", "[vary]\noversight_capacity = { low = 0, high = 8, levels = 5 }\n")
    points = points_of(read(text))
    assert len(points) == 5 and points.baseline == 2 and points.sample.all()


def test_levels_are_the_numbers_one_would_write():
    factor = read(factorial(vary="[vary]\nindependence = { low = 0, high = 1, levels = 11 }")).factors[0]
    assert factor.values == (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
    log = read(factorial(vary='[vary]\nseverity = { low = 1, high = 100, levels = 3, scale = "log" }')).factors[0]
    assert log.values == (1, 10, 100)


@pytest.mark.parametrize(("kind", "size", "points"), [("latin_hypercube", 10, 10), ("sobol", 8, 8), ("morris", 3, 12),
                                                      ("saltelli", 4, 20)])
def test_a_sample_lies_within_its_ranges_with_a_dummy(kind, size, points):
    found = points_of(read(sampled(kind, size)))
    assert [factor.name for factor in found.factors] == ["oversight_capacity", "independence", "dummy"]
    assert found.sample.sum() == points and len(found) == points + 1 and found.baseline == points
    inside = found.values[:points]
    assert (inside >= 0).all() and (inside <= [16, 1, 1]).all() and np.ptp(inside, axis=0).min() > 0
    assert found.settings(0).keys() == {"oversight_capacity", "independence"}
    assert np.array_equal(found.values, points_of(read(sampled(kind, size))).values, equal_nan=True)
    other = points_of(read(sampled(kind, size, "seed = 2"))).values
    assert not np.array_equal(found.values[:-1], other[:-1])
    assert len(points_of(read(sampled(kind, size, "dummy = false"))).factors) == 2


def test_a_latin_hypercube_has_one_point_in_each_stratum():
    values = points_of(read(sampled("latin_hypercube", 20))).values[:20] / [16, 1, 1]
    assert all(sorted((column * 20).astype(int)) == list(range(20)) for column in values.T)


def test_samples_have_the_order_that_their_analysis_wants():
    from SALib.analyze import morris, sobol

    design = read(sampled("saltelli", 256))
    points = points_of(design)
    sample = points.values[points.sample]
    result = sobol.analyze(design.problem(), sample[:, 0] * 2 + sample[:, 1], calc_second_order=False)
    assert result["S1"][0] > 0.9 and abs(result["ST"][2]) < 1e-6
    design = read(sampled("morris", 8))
    points = points_of(design)
    sample = points.values[points.sample]
    effects = morris.analyze(design.problem(), sample, sample[:, 0] + 8 * sample[:, 1], num_levels=4)
    assert list(effects["mu_star"]) == pytest.approx([16, 8, 0], abs=1e-9)


def test_one_number_can_set_several():
    vary = ('[vary.certainty]\nlow = 0\nhigh = 1\nlevels = 5\ntitle = "Certainty"\nunit = "share"\n'
            "sets = { oversight_capacity = [0, 24], severity = [50, 20, 5] }\n")
    points = points_of(read(factorial(vary=vary)))
    assert [points.settings(point) for point in range(5)] == [
        {"oversight_capacity": 0, "severity": 50}, {"oversight_capacity": 6, "severity": 35},
        {"oversight_capacity": 12, "severity": 20}, {"oversight_capacity": 18, "severity": 12.5},
        {"oversight_capacity": 24, "severity": 5}]
    assert points.baseline == 5 and points.settings(5) == {} and math.isnan(points.values[5, 0])
    assert points.factors[0].label() == "Certainty" and points.factors[0].unit == "share"


def test_values_can_set_others_one_by_one():
    vary = "[vary.package]\nvalues = [1, 2, 5]\nsets = { patrol = [0.1, 0.0, 0.2], severity = [10, 20, 30] }\n"
    points = points_of(read(factorial(vary=vary)))
    assert [tuple(points.settings(point).values()) for point in range(3)] == [(0.1, 10), (0, 20), (0.2, 30)]


def test_a_table_gives_its_points():
    text = TABLE % ('baseline = "now"\n[[point]]\nname = "now"\n[[point]]\nname = "new"\nname_id = "baru"\nindependence = 1\n'
                    "[[point]]\npatrol = 0.2\nindependence = 0.5\n")
    points = points_of(read(text))
    own = {"independence": PARAMETERS["independence"].default, "patrol": PARAMETERS["patrol"].default}
    assert [points.settings(point) for point in range(3)] == [own, own | {"independence": 1}, {"independence": 0.5, "patrol": 0.2}]
    assert points.baseline == 0 and points.name(1) == "new" and points.name(1, "id") == "baru" and points.name(2) == ""


def test_a_table_can_be_a_csv_file():
    csv = "\ufeffname,patrol, independence\nfirst,0.1,\n,0.2,1\n".removeprefix("\ufeff")
    design = load_design_text(TABLE % 'file = "points.csv"', "mine.toml", {"points.csv": csv}.__getitem__)
    points = points_of(design)
    own = PARAMETERS["independence"].default
    assert points.values[:2].tolist() == [[0.1, own], [0.2, 1]] and points.name(0) == "first"
    assert design.files == {"points.csv": csv}
    again = load_design_text(design.source, design.name, design.files.__getitem__)
    assert points_of(again).values.tolist() == points.values.tolist()


def test_another_scenario_can_be_the_base(tmp_path):
    (tmp_path / "mine.toml").write_text('title = "Mine"\nseed = 9\n[parameters]\npatrol = 0.2\n', encoding="utf-8")
    (tmp_path / "design.toml").write_text(factorial('scenario = "mine.toml"'), encoding="utf-8")
    design = load_design(tmp_path / "design.toml")
    assert design.scenario.value("patrol").tolist() == [0.2] and design.seed == 9
    (tmp_path / "mine.toml").write_text('title = "Mine"\n[parameters]\npatorl = 0.2\n', encoding="utf-8")
    with pytest.raises(DesignError, match="design.toml: mine.toml, line 3: patorl is not a parameter"):
        load_design(tmp_path / "design.toml")


def test_what_varies_must_not_be_set_by_a_reform_as_well(tmp_path):
    text = '%s\n[[reform]]\nmonth = 5\noversight_capacity = 2\n' % 'title = "Mine"'
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    (tmp_path / "design.toml").write_text(factorial('scenario = "mine.toml"'), encoding="utf-8")
    with pytest.raises(DesignError, match="oversight_capacity varies, but a reform of the scenario mine sets it, too"):
        load_design(tmp_path / "design.toml")


@given(st.integers(2, 60), st.integers(2, 5), st.integers(0, 2**64 - 1))
def test_a_trial_draws_arms_as_equal_in_number_as_can_be(regions, arms, seed):
    assigned = assigned_arms(regions, arms, seed)
    numbers = np.bincount(assigned, minlength=arms)
    assert len(assigned) == regions and np.ptp(numbers) <= 1
    assert np.array_equal(assigned, assigned_arms(regions, arms, seed))


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.lists(st.floats(0, 1), min_size=1, max_size=9), st.booleans())
def test_a_spread_stays_within_its_range(low, width, unit, logarithmic):
    low = abs(low) + 1e-3 if logarithmic else low
    factor = Factor("x", low, low + width, scale="log" if logarithmic else "linear")
    values = factor.spread(np.array(unit))
    slack = 1e-9 * (abs(low) + width)
    assert (values >= low - slack).all() and (values <= low + width + slack).all()


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 30)), max_size=4), st.integers(1, 9))
def test_chunks_cover_the_gaps_exactly(gaps, size):
    stretches, first = [], 0
    for skip, length in gaps:
        stretches.append((first + skip, first + skip + length))
        first += skip + length + 1
    cut = list(chunks(stretches, size))
    assert [run for start, end in cut for run in range(start, end + 1)] == [
        run for start, end in stretches for run in range(start, end + 1)]
    assert all(end - start < size for start, end in cut)


def test_runs_are_numbered_by_point_and_then_by_replicate():
    plan = Plan(read(factorial("replicates = 3")))
    round_ = plan.first_round()
    runs = plan.task(round_, 0, len(round_) - 1).runs
    assert [(run.point, run.replicate, run.seed) for run in runs[:4]] == [(0, 0, 1), (0, 1, 2), (0, 2, 3), (1, 0, 1)]
    later = Round(9, np.array([0, 1]), range(3, 5))
    assert [(run.number, run.point, run.replicate) for run in plan.task(later, 9, 12).runs] == [
        (9, 0, 3), (10, 0, 4), (11, 1, 3), (12, 1, 4)]


def test_chunks_are_sized_by_staff_months():
    small, large = Plan(read(factorial())), Plan(read(factorial().replace("staff = 40", "staff = 4000")))
    assert small.runs_in_chunk() > large.runs_in_chunk() >= 1
    assert large.runs_in_chunk(1.0) == pytest.approx(1 / large.seconds_per_run, abs=1)
    assert Plan(read(factorial().replace("staff = 40", "staff = 2000000"))).runs_in_chunk() == 1


def test_every_kind_is_tested_here():
    assert set(KINDS) == {"factorial", "latin_hypercube", "sobol", "morris", "saltelli", "table", "trial"}
