"""The engine: stacked as alone, threads, reforms, swapped rules, plain Python as compiled, and the cache of machine code."""

import gc
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest

import model.engine
from model import (
    BureaucracyModel,
    HorizonError,
    Reform,
    RuleError,
    Scenario,
    ScenarioError,
    compiler,
    stages,
)
from model.population import (
    COLUMNS,
    COUNTS_FOR_A_POST,
    TALLY,
    TALLY_COUNTS,
    World,
    new_world,
)
from model.randomness import normal, uniform
from model.rules import RULES
from model.rules.choice import moral_cost
from model.rules.mathematics import exponential
from model.stages import choice
from model.stages.room import new_scratch

LIVELY = {"retirement": 0.01, "attention_floor": 0.4, "execution_delay": 1.5, "office_size": 20.0, "false_rate": 0.001}


def lively(**changes):
    return Scenario(title="lively", regions=2, staff=[60, 90], months=70, parameters=LIVELY).replace(**changes)


def columns_of(model):
    return {name: model.people.column(name).copy() for name in COLUMNS}


def assert_same_state(one, other):
    for name in COLUMNS:
        assert np.array_equal(one.people.column(name), other.people.column(name)), name
    for name in one.region_rows.dtype.names:
        if name not in ("run", "run_first", "first_row", "first_office"):
            assert np.array_equal(one.region_rows[name], other.region_rows[name]), name
    assert np.array_equal(one.counts(), other.counts())


def run_alone(scenario, seed, months=None, **options):
    result = BureaucracyModel(scenario, rng=seed, **options)
    result.run_for(scenario.months if months is None else months)
    return result


def rows_of_region(result, region):
    row = result.region_rows[region]
    return slice(row["first_row"] - result.first_post, row["first_row"] - result.first_post + row["rows"])


def history_by_region(scenario, seed=1, months=30, rules=None):
    result = BureaucracyModel(scenario, rng=seed, rules=rules)
    past = []
    for _ in range(months):
        result.step()
        past.append(result.engine.counts_now(0).copy())
    return result, np.array(past)


# Stacks, seeds, threads ----------------------------------------------------------------------------------------

STACKED = [
    (lively(), 1),
    (lively(regions=1, staff=40, mode="laboratory"), 1),
    (lively(patrol=0.25, reforms=(Reform(20, {"oversight_capacity": 30.0}),)), 2**63 + 5),
    (lively(), 2),
]


def test_stacked_runs_give_the_numbers_they_give_alone():
    stack = BureaucracyModel.stack(STACKED)
    stack.run_for(70)
    for stacked, (scenario, seed) in zip(stack, STACKED, strict=True):
        assert_same_state(stacked, run_alone(scenario, seed))
        assert stacked.counts().sum() > 0


def test_order_in_a_stack_does_not_matter():
    forward, backward = BureaucracyModel.stack(STACKED), BureaucracyModel.stack(STACKED[::-1])
    forward.run_for(65)
    backward.run_for(65)
    assert np.array_equal(forward.counts(), backward.counts()[::-1])


def test_a_run_of_a_stack_may_go_ahead_of_the_others():
    stack = BureaucracyModel.stack(STACKED)
    stack[2].run_for(30)
    stack.run_for(10)
    for run, months in enumerate((10, 10, 40, 10)):
        assert stack[run].month == stack[run].steps == months
        assert_same_state(stack[run], run_alone(*STACKED[run], months))


def test_the_same_seed_gives_the_same_run_and_another_another():
    assert_same_state(run_alone(lively(), 7), run_alone(lively(), 7))
    assert not np.array_equal(run_alone(lively(), 7).counts(), run_alone(lively(), 8).counts())


def test_seed_0_is_a_seed_like_any_other():
    zero, one = run_alone(lively(seed=1), 0), run_alone(lively(seed=1), 1)
    assert not np.array_equal(zero.counts(), one.counts())
    assert_same_state(zero, run_alone(lively(seed=0), None))
    assert_same_state(one, run_alone(lively(seed=1), None))


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, "1", True])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(ScenarioError, match="whole number from 0"):
        BureaucracyModel(lively(), rng=seed)


def test_number_of_threads_does_not_matter(monkeypatch):
    monkeypatch.setattr(model.engine, "PEOPLE_WORTH_A_THREAD", 100)
    scenario = lively(regions=9, staff=[150, 20, 70, 300, 90, 60, 45, 200, 110])
    passed, caller, helped = [], threading.current_thread(), threading.Event()
    pass_block = model.engine.Engine._pass_month_in_block

    def noted(engine, first, last, month):
        passed.append((first, last))
        if threading.current_thread() is not caller:
            helped.set()
        elif (first, last) != (0, 9):
            assert helped.wait(60), "no other thread took a block"
        pass_block(engine, first, last, month)

    monkeypatch.setattr(model.engine.Engine, "_pass_month_in_block", noted)
    one = run_alone(scenario, 5, 66, threads=1)
    assert set(passed) == {(0, 9)}
    for threads in (2, 3, 8):
        passed.clear()
        helped.clear()
        several = run_alone(scenario, 5, 66, threads=threads)
        assert len(set(passed)) > 2, "no blocks were used"
        assert_same_state(one, several)


def test_number_of_threads_follows_the_environment(monkeypatch):
    monkeypatch.setenv("NETRALITAS_THREADS", "3")
    assert model.engine.threads_available() == 3
    monkeypatch.setenv("NETRALITAS_THREADS", "0")
    assert model.engine.threads_available() >= 1


# Time ----------------------------------------------------------------------------------------------------------


def test_stepping_month_by_month_is_running_for_all_months():
    scenario = lively(months=120)
    stepped = BureaucracyModel(scenario, rng=3)
    for _ in range(120):
        stepped.step()
    assert_same_state(stepped, run_alone(scenario, 3))
    assert stepped.month == stepped.steps == 120
    assert not stepped.running


def test_running_past_the_months_is_refused_and_moves_nothing():
    result = run_alone(lively(months=12), 1, 10)
    before = columns_of(result)
    with pytest.raises(HorizonError, match="ends after month 12"):
        result.run_for(3)
    assert result.month == 10 and len(result.counts()) == 10
    assert all(np.array_equal(before[name], result.people.column(name)) for name in COLUMNS)
    result.run_for(2)
    assert result.month == 12


def test_stepping_past_the_months_is_refused_and_moves_nobody():
    result = run_alone(lively(months=12), 1)
    before = columns_of(result)
    with pytest.raises(HorizonError, match="ends after month 12"):
        result.step()
    assert result.month == 12 and len(result.counts()) == 12
    assert all(np.array_equal(before[name], result.people.column(name)) for name in COLUMNS)


def test_stepping_past_the_months_does_not_move_mesa_s_clock_either():
    result = run_alone(lively(months=12), 1)
    with pytest.raises(HorizonError):
        result.step()
    assert result.steps == result.time == result.month == 12


def test_running_a_stack_past_the_months_is_refused_and_moves_nothing():
    stack = BureaucracyModel.stack([(lively(months=12), 1)])
    with pytest.raises(HorizonError):
        stack.run_for(13)
    assert stack[0].month == 0


def test_a_stack_moves_no_run_where_one_has_come_to_its_end():
    stack = BureaucracyModel.stack([(lively(months=12), 1), (lively(months=6), 1)])
    stack.run_for(6)
    with pytest.raises(HorizonError):
        stack.step()
    assert [one.month for one in stack] == [6, 6]


@pytest.mark.parametrize("threads", [1, 2])
def test_runs_of_a_stack_go_on_from_the_month_where_each_was_stopped(monkeypatch, threads):
    """By what ``tell`` raises, on any thread; nobody then begins other runs."""
    monkeypatch.setattr(model.engine, "FEWEST_TOGETHER", 100)
    monkeypatch.setattr(model.engine, "PEOPLE_TOGETHER", 100)
    pairs = [(lively(months=24), seed) for seed in range(12)]
    stack, undisturbed = BureaucracyModel.stack(pairs, threads=threads), BureaucracyModel.stack(pairs, threads=threads)
    told = []

    def stop_at_the_thirtieth(runs):
        told.append(runs)
        if len(told) == 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stack.run_for(20, stop_at_the_thirtieth)
    reached = [one.month for one in stack]
    assert 30 <= sum(reached) < 12 * 20 and 0 in reached
    for run, months in enumerate(reached):
        for _ in range(24 - months):
            stack[run].step()
    undisturbed.run_for(24)
    for one, other in zip(stack, undisturbed, strict=True):
        assert_same_state(one, other)


@pytest.mark.parametrize("months", [-1, 1.5])
def test_what_is_no_number_of_months_is_refused(months):
    with pytest.raises(ValueError, match="whole number"):
        BureaucracyModel(lively(), rng=1).run_for(months)


# What is kept of the past --------------------------------------------------------------------------------------


CROWDED = {"retirement": 0.2, "false_rate": 0.5, "patrol": 0.5, "proof_standard": 0.0, "severity": 90.0, "rotation": 1.0,
           "oversight_capacity": 1000.0, "attention_floor": 1.0}


@pytest.mark.parametrize("staff", [2, 3, 60])
def test_counts_said_to_be_whole_are_and_none_exceeds_a_few_for_each_post(staff):
    model = BureaucracyModel(Scenario(title="crowded", regions=3, staff=staff, months=66, parameters=CROWDED), rng=5)
    most = 0.0
    for _ in range(66):
        model.step()
        now = model.engine.counts_now(0)[:, :TALLY_COUNTS]
        assert np.array_equal(now, np.round(now)) and now.min() >= 0.0
        most = max(most, now.max() / staff)
        assert np.array_equal(model.counts()[-1, :TALLY_COUNTS], now.sum(axis=0))
        np.testing.assert_allclose(model.counts()[-1], model.engine.counts_now(0).sum(axis=0), rtol=1e-12, atol=1e-12)
    assert 0.4 < most <= COUNTS_FOR_A_POST


# Draws ---------------------------------------------------------------------------------------------------------


def test_draws_of_others_change_nothing():
    undisturbed, disturbed = BureaucracyModel(lively(), rng=1), BureaucracyModel(lively(), rng=1)
    for _ in range(20):
        undisturbed.step()
        disturbed.step()
        disturbed.random.random()
        disturbed.rng.normal(size=3)
        disturbed.agents.shuffle()
        uniform(1, 0, 0, 0, disturbed.month, 3)
    assert_same_state(undisturbed, disturbed)


def test_another_region_changes_nothing_where_nobody_imitates():
    few, many = lively(imitation=0.0), lively(imitation=0.0, regions=3, staff=[60, 90, 50])
    one, past = history_by_region(few, months=70)
    other, past_of_many = history_by_region(many, months=70)
    assert np.array_equal(past, past_of_many[:, :2])
    for name in COLUMNS:
        assert np.array_equal(one.people.column(name), other.people.column(name)[: one.posts]), name


# Plain Python --------------------------------------------------------------------------------------------------


class PlainRun:
    """The stages as ordinary Python on a world of their own."""

    def __init__(self, scenario, seed):
        world = new_world([(scenario, seed)])
        self.world = World(
            world.people, world.docket, world.offices.view(np.recarray), world.regions.view(np.recarray),
            world.parameters.view(np.recarray), world.tallies.view(np.recarray),
        )  # fmt: skip
        self.scratch = new_scratch(int(self.world.regions.rows.max()), int(self.world.offices.rows.max()))
        self.month = 0

    def step(self):
        self.month += 1
        self.world.tallies.view(np.float64)[:] = 0.0
        stages.months_of(0, len(self.world.regions), self.month, self.world, self.scratch)

    def skip_to(self, result):
        for mine, theirs in ((self.world.people, result.engine.world.people), (self.world[1:], result.engine.world[1:])):
            for to, start in zip(mine, theirs, strict=True):
                to[...] = start
        self.month = result.month


def assert_plain_equals(plain, result):
    for name in COLUMNS:
        assert np.array_equal(plain.world.people.column(name), result.people.column(name)), (plain.month, name)
    assert np.array_equal(plain.world.docket, result.engine.world.docket)
    for part in ("offices", "regions", "tallies"):
        one, other = getattr(plain.world, part), getattr(result.engine.world, part)
        for name in other.dtype.names:
            assert np.array_equal(one[name], other[name]), (plain.month, part, name)


@pytest.mark.parametrize(("mode", "start"), [("election", 0), ("election", 50), ("laboratory", 10)])
def test_compiled_stages_give_the_columns_of_plain_python_to_the_last_bit(mode, start):
    scenario = lively(mode=mode, staff=60, rotation=0.5, purge=0.5)
    result = run_alone(scenario, 4, start)
    plain = PlainRun(scenario, 4)
    plain.skip_to(result)
    for _ in range(14):
        plain.step()
        result.step()
        assert_plain_equals(plain, result)
    assert result.people.column("stance").any()


def test_an_additional_draw_in_a_stage_changes_nothing(monkeypatch):
    def with_more_draws(stage):
        def busier(g, *rest):
            for decision in (61, 62, 63):
                uniform(4, 0, g, decision, 1, 0)
            normal(4, 0, g, 60, 1, 0)
            return stage(g, *rest)

        return busier

    plain, busier = PlainRun(lively(), 4), PlainRun(lively(), 4)
    for _ in range(3):
        plain.step()
    for name in ("offers", "adjudication", "careers", "measurement"):
        monkeypatch.setattr(stages, name, with_more_draws(getattr(stages, name)))
    for _ in range(3):
        busier.step()
    for name in COLUMNS:
        assert np.array_equal(plain.world.people.column(name), busier.world.people.column(name)), name


# Parameters and reforms ----------------------------------------------------------------------------------------


def test_a_reform_acts_from_its_month_and_only_in_its_region():
    reformed = lively(reforms=(Reform(10, {"severity": [25.0, 60.0], "patrol": [0.1, 0.9]}),))
    _, before = history_by_region(lively())
    changed, after = history_by_region(reformed)
    assert np.array_equal(before[:, 0], after[:, 0])
    assert np.array_equal(before[:9, 1], after[:9, 1])
    assert not np.array_equal(before[9, 1], after[9, 1])
    assert changed.parameter("patrol").tolist() == [0.1, 0.9]


def test_parameters_of_a_dated_reform_hold_from_its_month():
    result = BureaucracyModel(lively(reforms=(Reform(3, {"patrol": 0.2}), Reform(5, {"patrol": 0.05}))), rng=1)
    seen = []
    for _ in range(6):
        result.step()
        seen.append(result.parameter("patrol")[0])
    assert seen == [0.1, 0.1, 0.2, 0.2, 0.05, 0.05]


def test_a_reform_made_by_hand_is_that_of_the_scenario():
    dated = run_alone(lively(reforms=(Reform(11, {"oversight_capacity": 1.0, "patrol": 0.25}),)), 1, 40)
    by_hand = BureaucracyModel(lively(), rng=1)
    by_hand.run_for(10)
    by_hand.reform(oversight_capacity=1.0, patrol=0.25)
    by_hand.run_for(30)
    assert_same_state(dated, by_hand)


def test_a_reform_with_one_wrong_value_changes_nothing():
    result = BureaucracyModel(lively(), rng=1)
    for wrong in ({"severity": -1.0}, {"patronage": 0.5}, {"sevrity": 1.0}, {"severity": [1.0, 2.0, 3.0]}):
        with pytest.raises(ScenarioError):
            result.reform(**({"patrol": 0.2} | wrong))
        assert result.parameter("patrol").tolist() == [0.1, 0.1]


def test_a_reform_of_one_run_leaves_the_others_of_the_stack():
    stack = BureaucracyModel.stack([(lively(), 1), (lively(), 1), (lively(), 1)])
    stack[1].reform(patrol=0.9)
    stack.run_for(20)
    assert np.array_equal(stack.counts()[0], stack.counts()[2])
    assert not np.array_equal(stack.counts()[0], stack.counts()[1])


def test_regions_have_their_own_parameters_and_do_not_feel_each_other_s():
    low, high = 0.02, 0.9
    _, mixed = history_by_region(lively(patrol=[low, high]))
    _, exchanged = history_by_region(lively(patrol=[high, low]))
    _, all_low = history_by_region(lively(patrol=low))
    _, all_high = history_by_region(lively(patrol=[high, high]))
    for region, (mine, other) in enumerate(((all_low, all_high), (all_high, all_low))):
        assert np.array_equal(mixed[:, region], mine[:, region])
        assert np.array_equal(exchanged[:, region], other[:, region])
        assert not np.array_equal(mixed[:, region], exchanged[:, region])


# Rules handed over ---------------------------------------------------------------------------------------------


def cost_only_for_the_unprincipled(moral, integrity, known_rules):
    if moral == 1.0:
        return 0.3 * integrity * integrity
    return moral * known_rules * integrity


SAME = lively(mode="laboratory", staff=60)
OTHER = SAME.replace(moral_covert=1.0, moral_overt=1.0)


@pytest.fixture(scope="module")
def swapped():
    stack = BureaucracyModel.stack([(SAME, 1), (OTHER, 1)], rules={"moral_cost": cost_only_for_the_unprincipled})
    stack.run_for(8)
    return stack


def test_a_rule_handed_over_that_says_the_same_changes_nothing(swapped):
    assert_same_state(swapped[0], run_alone(SAME, 1, 8))


def test_a_rule_handed_over_that_says_otherwise_changes_the_run(swapped):
    built_in = run_alone(OTHER, 1, 8)
    neutral = [one.counts().view(TALLY)["people"][..., 0].sum() for one in (swapped[1], built_in)]
    assert neutral[0] < 0.7 * neutral[1]


def test_a_rule_handed_over_does_what_it_does_in_plain_python(swapped, monkeypatch):
    monkeypatch.setattr(choice, "moral_cost", cost_only_for_the_unprincipled)
    plain = PlainRun(OTHER, 1)
    for _ in range(8):
        plain.step()
    for name in COLUMNS:
        assert np.array_equal(plain.world.people.column(name), swapped[1].people.column(name)), name


def test_a_swapped_rule_does_not_stay_for_the_next_run():
    before = run_alone(lively(), 1, 5)
    with pytest.raises(RuleError):
        BureaucracyModel(lively(), rules={"moral_cost": lambda moral: 0.0})
    assert_same_state(before, run_alone(lively(), 1, 5))


def wrong_parameters(moral, integrity):
    return moral * integrity


def text(moral, integrity, known_rules):
    return "high"


def nothing(moral, integrity, known_rules):
    pass


def reads_a_file(moral, integrity, known_rules):
    return float(open("cost.txt").read())


def unknown_name(moral, integrity, known_rules):
    return moral * integritas  # noqa: F821


def recursive(moral, integrity, known_rules):
    return moral if moral < 1.0 else recursive(moral - 1.0, integrity, known_rules)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"moral_costs": moral_cost}, "no rule named 'moral_costs'; did you mean 'moral_cost'"),
        ({"exponential": lambda x, times: times * x}, r"def exponential\(x, times=1.0\), but .* takes \(x, times\)"),
        ({"zzz": moral_cost}, "no rule named 'zzz'$"),
        ({"moral_cost": wrong_parameters}, r"def moral_cost\(moral, integrity, known_rules\).*takes \(moral, integrity\)"),
        ({"moral_cost": 3.0}, "ordinary Python function, not 3.0"),
        ({"moral_cost": "moral_cost"}, "ordinary Python function"),
        ({"moral_cost": abs}, "ordinary Python function"),
        ({"moral_cost": text}, "must return a number"),
        ({"moral_cost": nothing}, "must return a number"),
        ({"moral_cost": reads_a_file}, "cannot be compiled"),
        ({"moral_cost": unknown_name}, "cannot be compiled.*integritas"),
        ({"moral_cost": recursive}, "calls itself"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_in_one_sentence(rules, sentence):
    with pytest.raises(RuleError, match=sentence) as error:
        BureaucracyModel(lively(), rules=rules)
    assert "\n" not in str(error.value)


def test_a_rule_may_call_the_built_in_one_it_replaces():
    def dearer(moral, integrity, known_rules):
        return 2.0 * built_in(moral, integrity, known_rules)  # noqa: F821

    names = {"built_in": moral_cost, "__builtins__": __builtins__}
    model.engine.check_rules({"moral_cost": FunctionType(dearer.__code__, names, "dearer")}, RULES)


# Machine code kept on disk -------------------------------------------------------------------------------------

PROGRAM = """
from model import BureaucracyModel, Scenario
model = BureaucracyModel(Scenario(title="cache", mode="laboratory", staff=300, months=3), rng=1)
model.run_for(3)
print(model.measure("neutral_share"))
"""


@pytest.mark.slow
def test_editing_a_rule_on_disk_changes_the_next_run(tmp_path):
    package = tmp_path / "model"
    shutil.copytree(Path(model.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    rule = package / "rules" / "choice.py"
    original = rule.read_text(encoding="utf-8")
    edited = original.replace("return moral * known_rules * integrity", "return 0.0 * integrity")
    assert edited != original

    def neutral_share(source):
        rule.write_text(source, encoding="utf-8")
        environment = os.environ | {"NETRALITAS_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return float(done.stdout)

    first = neutral_share(original)
    second = neutral_share(edited)
    third = neutral_share(original)
    assert second < first - 0.1
    assert third == first
    assert len(list((tmp_path / "cache" / "compiled").iterdir())) == 2


def test_entry_point_of_a_rule_gives_what_plain_python_gives():
    compiled_exponential = compiler.entry_point(exponential, 1.0, 1.0)
    assert [compiled_exponential(x, 0.7) for x in (-3.0, 0.0, 0.1, 5.0)] == [exponential(x, 0.7) for x in (-3.0, 0.0, 0.1, 5.0)]
    with pytest.raises(TypeError):
        compiled_exponential("one", 1.0)


def says_when_it_is_high(share):
    if share > 1.0:
        print("share", share)
    if share > 2.0:
        raise ValueError("a share above two")
    return share


def twice_the_share(share):
    return 2.0 * says_when_it_is_high(share)


def test_a_function_called_by_machine_code_may_print_and_raise(capfd):
    machine_code = compiler.compiled(twice_the_share, RULES)
    assert machine_code(0.5) == 1.0
    assert machine_code(1.5) == 3.0
    with pytest.raises(ValueError, match="a share above two"):
        machine_code(2.5)
    assert capfd.readouterr().out.split() == ["share", "1.5", "share", "2.5"]


def test_compiling_leaves_the_search_for_garbage_as_it_was():
    assert gc.isenabled()
    machine_code = compiler.compiled(twice_the_share, RULES)
    assert machine_code(0.5) == 1.0 and gc.isenabled()
    gc.disable()
    try:
        assert machine_code(1) == 2.0 and not gc.isenabled()
    finally:
        gc.enable()


def test_clearing_old_machine_code_leaves_what_is_not_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("NETRALITAS_CACHE", str(tmp_path))
    monkeypatch.setattr(compiler, "FOLDERS_KEPT", 2)
    (tmp_path / "thesis").mkdir()
    old = [tmp_path / "compiled" / f"{number:016x}" for number in range(5)]
    for age, folder in enumerate(old):
        folder.mkdir(parents=True)
        os.utime(folder, (1000 + age, 1000 + age))
    (tmp_path / "compiled" / "notes").mkdir()
    newest = compiler.cache_folder()
    assert newest.is_dir() and [folder.exists() for folder in old] == [False, False, False, True, True]
    assert (tmp_path / "thesis").is_dir() and (tmp_path / "compiled" / "notes").is_dir()


def test_a_rule_hardest_on_the_neutral_ends_all_their_contracts(monkeypatch):
    def none_but_supporters_stay(reach, renewal_threat, tenure_security_contract, loyal, opponent):
        return 0.0 if loyal or opponent else 1.0

    # The package's own name "careers" is the stage; the module of that name is meant here.
    monkeypatch.setattr(sys.modules["model.stages.careers"], "non_renewal_probability", none_but_supporters_stay)
    plain = PlainRun(lively(staff=60, separated_offices=0.0, contract_share=0.4, known_loyalty=1.0), 1)
    for _ in range(13):
        plain.step()
    on_contract = plain.world.people.column("contract") == 1
    assert on_contract.any()
    assert (plain.world.people.column("entry_month")[on_contract] > 0).all()
