"""Agents: views of rows that behave as Mesa's agents and sets do, and say why where they do not."""

import mesa
import numpy as np
import pytest

from model import (
    BureaucracyModel,
    CivilServant,
    PoliticalOfficial,
    Rank,
    Reform,
    Scenario,
    Stance,
    Supervisor,
)
from model.population import COLUMNS
from model.randomness import DRAW_CHOICE, uniform
from model.rules.choice import chosen_option, odds_of

SCENARIO = Scenario(title="agents", mode="laboratory", regions=2, staff=[90, 60], months=60,
                    parameters={"retirement": 0.03, "office_size": 15.0, "separated_offices": 0.3})  # fmt: skip

IN_THE_BAN = SCENARIO.replace(mode="election", attention_floor=0.5)


@pytest.fixture(scope="module")
def model():
    # Shortly before the vote posts are vacant and people take sides.
    model = BureaucracyModel(IN_THE_BAN, rng=3)
    model.run_for(58)
    return model


@pytest.fixture
def own_model():
    model = BureaucracyModel(SCENARIO, rng=3)
    model.run_for(2)
    return model


@pytest.fixture
def people(model):
    return model.agents_by_type[CivilServant]


# Mesa ----------------------------------------------------------------------------------------------------------


def test_the_model_and_everyone_in_it_are_mesa_s(model):
    assert isinstance(model, mesa.Model)
    assert all(isinstance(agent, mesa.Agent) and agent.model is model for agent in model.agents)


def test_agents_are_those_in_office_and_four_more_a_region(model):
    occupied = int(model.people.column("occupied").sum())
    assert {kind: len(agents) for kind, agents in model.agents_by_type.items()} == {
        CivilServant: occupied, PoliticalOfficial: 4, Supervisor: 4}  # fmt: skip
    assert model.agent_types == [CivilServant, PoliticalOfficial, Supervisor]
    assert len(model.agents) == len(list(model.agents)) == occupied + 8
    assert 0 < occupied < 150


def test_everyone_has_an_identifier_of_her_own(model):
    identifiers = [agent.unique_id for agent in model.agents]
    assert len(set(identifiers)) == len(identifiers) and min(identifiers) >= 1


def test_views_of_the_same_row_are_equal_and_hash_alike(model, people):
    one, other = people[5], people[5]
    assert one is not other and one == other and hash(one) == hash(other)
    assert one != people[6]
    assert PoliticalOfficial(model, 0) != Supervisor(model, 0)
    assert one in people and one in model.agents
    assert one not in model.agents_by_type[Supervisor]
    assert one != BureaucracyModel(SCENARIO, rng=3).agents[5]


def test_a_view_cannot_be_removed_nor_an_agent_added(people):
    with pytest.raises(TypeError, match="cannot be removed by hand"):
        people[0].remove()
    with pytest.raises(TypeError, match="rows of the model's columns"):
        people.add(people[0])


def test_mesa_s_data_collector_can_ask_the_model_and_its_agents(own_model):
    collector = mesa.DataCollector(
        model_reporters={"neutral": lambda one: one.measure("neutral_share"), "month": "month"},
        agent_reporters={"region": "region"},
        agenttype_reporters={CivilServant: {"stance": "stance"}, PoliticalOfficial: {"patronage": "patronage"}},
    )
    for _ in range(2):
        own_model.step()
        collector.collect(own_model)
    assert collector.get_model_vars_dataframe()["month"].tolist() == [3, 4]
    assert collector.get_model_vars_dataframe()["neutral"].iloc[-1] == own_model.measure("neutral_share")
    assert len(collector.get_agent_vars_dataframe().loc[4.0]) == len(own_model.agents)
    stances = collector.get_agenttype_vars_dataframe(CivilServant).loc[4.0]["stance"]
    assert stances.tolist() == own_model.agents_by_type[CivilServant].get("stance")
    styles = collector.get_agenttype_vars_dataframe(PoliticalOfficial).loc[4.0]["patronage"]
    assert styles.tolist() == own_model.region_rows["patronage"].ravel().tolist()


# Sets ----------------------------------------------------------------------------------------------------------


def posts(agents):
    return [agent.row for agent in agents]


def test_select_by_a_function_of_an_agent_or_by_columns(model, people):
    by_function = people.select(lambda person: person.rank == 1 and person.integrity < 1.0)
    by_columns = people.select(rank=1, integrity=lambda integrity: integrity < 1.0)
    assert posts(by_function) == posts(by_columns)
    assert 5 < len(by_columns) < len(people)
    assert posts(people.select(lambda person: person.rank == 1, integrity=lambda x: x < 1.0)) == posts(by_columns)
    assert len(people.select(rank=Rank.STAFF)) + len(people.select(rank=lambda rank: rank > 0)) == len(people)
    assert len(people.select(is_head=True)) == len(model.engine.world.offices)


@pytest.mark.parametrize(
    ("at_most", "number"), [(7, 7), (0, 0), (1, 1), (0.0, 0), (10_000, None), (float("inf"), None), (1.0, None)]
)
def test_select_takes_the_first_so_many(at_most, number, people):
    wanted = posts(people)[:number]
    assert posts(people.select(at_most=at_most)) == wanted


def test_select_takes_a_share_of_the_set_as_mesa_does(people):
    assert len(people.select(at_most=0.25)) == int(len(people) * 0.25)
    assert posts(people.select(rank=1, at_most=3)) == posts(people.select(rank=1))[:3]


def test_select_by_kind(model):
    assert posts(model.agents.select(agent_type=Supervisor)) == [0, 1, 2, 3]
    assert len(model.agents.select(agent_type=mesa.Agent)) == len(model.agents)
    assert len(model.agents.select(agent_type=Supervisor).select(agent_type=CivilServant)) == 0


def test_select_of_a_column_that_only_some_kinds_have_takes_of_those(model):
    chosen = model.agents.select(governs=True)
    assert [type(agent) for agent in chosen] == [PoliticalOfficial] * 2
    with pytest.raises(AttributeError, match="'nonsense'"):
        model.agents.select(nonsense=1)


def test_select_in_place_changes_the_set_and_otherwise_does_not(model):
    agents = model.agents
    agents.select(agent_type=Supervisor)
    assert len(agents) > 100
    assert agents.select(agent_type=Supervisor, inplace=True) is agents
    assert len(agents) == 4


def test_agg_takes_one_function_or_several(model, people):
    competence = model.people.column("competence")[model.people.column("occupied") == 1]
    assert people.agg("competence", np.mean) == pytest.approx(competence.mean())
    assert people.agg("competence", [min, max]) == [competence.min(), competence.max()]
    assert model.agents.agg("patronage", len) == 4
    assert people.agg("tenure", np.mean) == pytest.approx(np.mean([person.tenure for person in people]))
    with pytest.raises(AttributeError, match="No CivilServant has an attribute 'salary'"):
        people.agg("salary", np.mean)


def test_get_gives_a_list_or_lists(people):
    assert people.get("competence") == [person.competence for person in people]
    assert people.get(["rank", "office"]) == [[person.rank, person.office] for person in people]
    assert people.select(rank=2).get("key") == [person.key for person in people.select(rank=2)]


def test_get_of_what_is_missing_is_an_error_or_a_default(model, people):
    with pytest.raises(AttributeError, match="'salary'"):
        people.get("salary")
    with pytest.raises(AttributeError, match="CivilServant has no attribute 'patronage'"):
        model.agents.get("patronage")
    assert people.get("salary", handle_missing="default", default_value=7) == [7] * len(people)
    values = model.agents.get("patronage", handle_missing="default")
    assert values[: len(people)] == [None] * len(people) and None not in values[len(people) : len(people) + 4]
    with pytest.raises(ValueError, match="handle_missing"):
        people.get("rank", handle_missing="ignore")


@pytest.mark.parametrize("name", ["unique_id", "row"])
def test_get_and_agg_know_what_every_mesa_agent_has(name, people):
    assert people.get(name) == [getattr(person, name) for person in people]
    assert people.agg(name, max) == max(getattr(person, name) for person in people)


def test_set_writes_one_value_or_one_for_each(own_model):
    people = own_model.agents_by_type[CivilServant]
    staff = people.select(rank=0)
    assert staff.set("integrity", 0.25) is staff
    assert {person.integrity for person in staff} == {0.25}
    assert own_model.people.column("integrity")[people[0].row] != 0.25
    values = np.linspace(0.0, 1.0, len(people))
    people.set("perceived_risk", values)
    assert people.get("perceived_risk") == pytest.approx(values, abs=1e-6)
    own_model.agents.set("patronage", 0.5)
    assert own_model.region_rows["patronage"].tolist() == [[0.5, 0.5]] * 2
    for name in ("rank", "key"):
        with pytest.raises(AttributeError, match="cannot be written"):
            people.set(name, 1)
    with pytest.raises(ValueError, match="perceived_risk"):
        people.set("perceived_risk", 1.5)


def test_groupby_a_column_or_a_function(people):
    groups = people.groupby("rank")
    assert groups.count() == {rank: len(people.select(rank=rank)) for rank in range(5) if len(people.select(rank=rank))}
    means = people.groupby("rank").agg("competence", np.mean)
    assert means[1] == pytest.approx(people.select(rank=1).agg("competence", np.mean))
    halves = people.groupby(lambda person: person.integrity < 1.0, result_type="list").groups
    assert isinstance(halves[True], list) and len(halves[True]) + len(halves[False]) == len(people)
    assert dict(people.groupby("office").map(len)) == people.groupby("office").count()


def test_sort_by_a_column_or_a_function(people):
    values = people.get("competence")
    assert people.sort("competence").get("competence") == sorted(values, reverse=True)
    assert people.sort("competence", ascending=True).get("competence") == sorted(values)
    assert posts(people.sort(lambda person: -person.row)) == posts(people)
    assert people.get("competence") == values
    ordered = people.copy()
    assert ordered.sort("competence", inplace=True) is ordered
    assert ordered[0].competence == max(values) and ordered[-1].competence == min(values)


def test_shuffle_keeps_everyone_and_follows_the_seed(people):
    shuffled = people.shuffle()
    assert sorted(posts(shuffled)) == posts(people) != posts(shuffled)
    orders = []
    for _ in range(2):
        model = BureaucracyModel(SCENARIO, rng=3)
        orders.append(posts(model.agents_by_type[CivilServant].shuffle()))
    assert orders[0] == orders[1]


@pytest.mark.parametrize(
    "order", [lambda people: people.sort("competence"), lambda people: people.shuffle()], ids=["sort", "shuffle"]
)
def test_a_set_of_all_posts_keeps_its_order_where_all_are_filled(order):
    ordered = order(BureaucracyModel(SCENARIO, rng=3).agents_by_type[CivilServant])
    assert len(ordered) == 150
    assert ordered.get("competence") == [person.competence for person in ordered]


def test_select_and_groupby_after_sort_take_the_right_people_where_all_posts_are_filled():
    people = BureaucracyModel(SCENARIO, rng=3).agents_by_type[CivilServant].sort("competence")
    assert all(person.integrity < 1.0 for person in people.select(integrity=lambda integrity: integrity < 1.0))
    assert all(person.rank == rank for rank, group in people.groupby("rank") for person in group)


def test_do_and_map_call_a_method_or_a_function_on_everyone(model, people):
    assert people.map(lambda person, more: person.row + more, 10) == [row + 10 for row in posts(people)]
    assert len(people.select(at_most=2).map("explain")) == 2
    seen = []
    assert people.do(lambda person: seen.append(person.row)) is people
    assert seen == posts(people)
    seen.clear()
    people.shuffle_do(lambda person: seen.append(person.row))
    assert sorted(seen) == posts(people) != seen
    assert model.agents.map(lambda agent: type(agent).__name__).count("Supervisor") == 4


def test_iteration_indexing_and_slices_agree(model):
    agents = model.agents
    everyone = list(agents)
    assert [agents[i] for i in range(len(agents))] == everyone
    assert agents[-1] == everyone[-1] and agents[3:6] == everyone[3:6]
    with pytest.raises(IndexError):
        agents[len(agents)]


def test_taking_agents_out_of_a_set_leaves_the_model(model):
    agents = model.agents
    first = agents[0]
    agents.remove(first)
    assert first not in agents and first in model.agents
    agents.discard(first)
    with pytest.raises(KeyError):
        agents.remove(first)


# Civil servants ------------------------------------------------------------------------------------------------


def test_attributes_are_the_columns(model, people):
    for person in list(people)[::17]:
        for name in COLUMNS:
            assert getattr(person, name) == model.people.column(name)[person.row], name
        assert isinstance(person.stance, Stance) and isinstance(person.rank, Rank)
        assert person.tenure == model.month - person.entry_month >= 0


def test_region_and_office_are_those_of_the_post(model, people):
    offices = model.engine.world.offices
    office = np.repeat(np.arange(len(offices)), offices["rows"])
    for person in people:
        assert person.office == office[person.row]
        assert person.region == (person.row >= 90)
        assert person.in_reach == (offices["in_reach"][office[person.row]] == 1)
        assert person.is_head == (offices["head"][office[person.row]] == person.row)


def test_region_and_office_are_counted_within_the_run_of_a_stack():
    stack = BureaucracyModel.stack([(SCENARIO, 1), (SCENARIO, 3)])
    stack.run_for(12)
    alone = BureaucracyModel(SCENARIO, rng=3)
    alone.run_for(12)
    names = ["region", "office", "in_reach", "is_head", "key", "tenure"]
    assert stack[1].agents_by_type[CivilServant].get(names) == alone.agents_by_type[CivilServant].get(names)
    assert stack[1].civil_servant(100).explain() == alone.civil_servant(100).explain()


def test_who_is_within_reach_is_known_before_the_first_month():
    model = BureaucracyModel(SCENARIO, rng=3)
    before = model.agents_by_type[CivilServant].get("in_reach")
    model.step()
    offices = model.engine.world.offices
    assert before == (np.repeat(offices["in_reach"], offices["rows"]) == 1).tolist()


def test_a_view_writes_its_column_and_the_next_month_reads_it(own_model):
    person = own_model.civil_servant(40)
    person.integrity = 0.0
    person.perceived_risk = 0.0
    person.affinity = 500.0
    assert own_model.people.column("integrity")[40] == 0.0 and own_model.people.column("affinity")[40] == 500.0
    key = person.key
    own_model.step()
    assert next(one for one in own_model.agents_by_type[CivilServant] if one.key == key and one.region == 0).stance in (1, 2)


@pytest.mark.parametrize("name", ["rank", "key", "occupied", "sanctions", "case_status", "entry_month", "barred_until"])
def test_what_follows_from_the_run_cannot_be_written_and_it_says_why(name, own_model):
    person = own_model.civil_servant(3)
    before = getattr(person, name)
    with pytest.raises(AttributeError, match=f"{name} of a civil servant follows from the run.*what can be is stance"):
        setattr(person, name, 1)
    assert getattr(person, name) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [("perceived_risk", 1.1), ("perceived_risk", -0.1), ("stance", 5), ("stance", -1), ("integrity", float("nan")),
     ("loyalty_a", 2.0), ("contract", 2), ("stance", "overt"), ("competence", None)],
)  # fmt: skip
def test_a_value_out_of_range_is_refused_and_not_written(name, value, own_model):
    person = own_model.civil_servant(3)
    before = getattr(person, name)
    with pytest.raises(ValueError, match=f"{name} of a civil servant must be"):
        setattr(person, name, value)
    assert getattr(person, name) == before


def test_a_stance_between_two_is_refused(own_model):
    with pytest.raises(ValueError):
        own_model.civil_servant(3).stance = 1.5


def test_a_list_for_one_person_is_refused_in_our_words(own_model):
    with pytest.raises(ValueError, match="competence of a civil servant must be"):
        own_model.civil_servant(3).competence = [1.0, 2.0]


def test_no_such_post_and_nobody_in_it_are_said_in_a_sentence(model):
    with pytest.raises(LookupError, match="There is no post 150; posts go from 0 to 149"):
        model.civil_servant(150)
    with pytest.raises(LookupError, match="There is no post -1"):
        model.civil_servant(-1)
    vacant = int(np.flatnonzero(model.people.column("occupied") == 0)[0])
    with pytest.raises(LookupError, match=f"Nobody holds post {vacant} in month 58"):
        model.civil_servant(vacant)
    assert vacant not in posts(model.agents_by_type[CivilServant])


def test_a_view_follows_its_post_and_not_the_person(own_model):
    before = {person.row: person.key for person in own_model.agents_by_type[CivilServant]}
    views = {row: own_model.civil_servant(row) for row in before}
    own_model.run_for(10)
    promoted = 0
    for row, view in views.items():
        assert view.key == own_model.people.column("key")[row]
        if view.occupied and view.key != before[row] and view.key in before.values() and view.rank > 0:
            promoted += 1
            assert view.competence == own_model.people.column("competence")[row]
    assert promoted > 3


# Explanations --------------------------------------------------------------------------------------------------


def test_terms_add_up_to_the_utility_and_probabilities_to_one(people):
    for person in list(people)[::7]:
        options = person.explain()
        assert [option.stance for option in options] == [
            "neutral", "covert for camp A", "overt for camp A", "covert for camp B", "overt for camp B"]  # fmt: skip
        assert options[0].utility == 0.0 and not any(options[0].terms.values())
        for option in options[1:]:
            assert set(option.terms) == {"prospects", "favour", "affinity", "head", "conscience", "peers", "sanction"}
            assert sum(option.terms.values()) == pytest.approx(option.utility)
            assert option.terms["conscience"] <= 0.0 and option.terms["sanction"] <= 0.0 and option.terms["favour"] >= 0.0
            assert option.probability / options[0].probability == pytest.approx(np.exp(option.utility / 0.28), rel=1e-8)
        assert sum(option.probability for option in options) == pytest.approx(1.0)


def test_explaining_changes_nothing(own_model):
    other = BureaucracyModel(SCENARIO, rng=3)
    other.run_for(2)
    for person in list(own_model.agents_by_type[CivilServant])[::10]:
        person.explain()
    own_model.run_for(5)
    other.run_for(5)
    assert np.array_equal(own_model.counts(), other.counts())


def test_explanation_looks_ahead_to_the_reform_of_next_month():
    reformed = SCENARIO.replace(reforms=(Reform(3, {"promotion_prize": 0.0, "spot_reward": 0.0}),))
    for scenario, favours in ((SCENARIO, True), (reformed, False)):
        model = BureaucracyModel(scenario, rng=3)
        model.run_for(2)
        inside = model.agents_by_type[CivilServant].select(in_reach=True)
        assert (inside[0].explain()[1].terms["favour"] > 0.0) is favours


def test_explanation_of_the_first_month_is_what_then_happens():
    model = BureaucracyModel(SCENARIO, rng=3)
    wanted = {}
    for person in model.agents_by_type[CivilServant]:
        odds = [odds_of(option.utility, 1.0 / 0.28) for option in person.explain()[1:]]
        draw = float(uniform(3, 0, person.region, DRAW_CHOICE, 1, person.key))
        wanted[person.region, person.key] = chosen_option(draw, *odds)
    model.step()
    stances = {(person.region, person.key): person.stance for person in model.agents_by_type[CivilServant]}
    stayed = stances.keys() & wanted.keys()
    assert len(stayed) > 130 and any(wanted.values())
    assert all(stances[who] == wanted[who] for who in stayed)


# Officials and supervisors -------------------------------------------------------------------------------------


def test_officials_show_their_region_s_row(model):
    officials = list(model.agents_by_type[PoliticalOfficial])
    assert [(one.region, one.camp, one.governs) for one in officials] == [
        (0, 0, True), (0, 1, False), (1, 0, True), (1, 1, False)]  # fmt: skip
    for official in officials:
        row = model.region_rows[official.region]
        assert official.popularity == row["popularity"][official.camp]
        assert official.patronage == row["patronage"][official.camp]
        assert official.scandals == row["scandals"][official.camp]
        assert official.terms_served == (row["terms_served"] if official.governs else 0)
    for governing, challenger in (officials[:2], officials[2:]):
        assert governing.win_chance + challenger.win_chance == pytest.approx(1.0)


def test_an_official_s_style_can_be_written_within_its_range(own_model):
    official = own_model.agents_by_type[PoliticalOfficial][3]
    official.patronage = 0.25
    official.popularity = -1.0
    assert own_model.region_rows[1]["patronage"][1] == 0.25 and own_model.region_rows[1]["popularity"][1] == -1.0
    with pytest.raises(ValueError, match="patronage of a political official must be a number from 0 to 1"):
        official.patronage = 1.5
    for name in ("governs", "terms_served", "win_chance", "scandals"):
        with pytest.raises(AttributeError):
            setattr(official, name, 1)
    before = own_model.agents_by_type[PoliticalOfficial][2].win_chance
    own_model.step()
    assert own_model.agents_by_type[PoliticalOfficial][2].win_chance > before + 0.1


def test_supervisors_show_what_each_kind_does():
    scenario = SCENARIO.replace(patrol=[0.1, 0.9], oversight_capacity=[0.0, 3.0], attention_floor=0.5)
    model = BureaucracyModel(scenario, rng=3)
    model.run_for(4)
    watchdog, adjudicator, other_watchdog, other_adjudicator = model.agents_by_type[Supervisor]
    assert [watchdog.kind, adjudicator.kind] == ["watchdog", "adjudicator"]
    assert (watchdog.patrol, other_watchdog.patrol, adjudicator.patrol) == (0.1, 0.9, 0.0)
    assert (adjudicator.capacity, other_adjudicator.capacity, watchdog.capacity) == (0.0, 3.0, 0.0)
    assert watchdog.attention == adjudicator.attention == 1.0
    waiting = (model.people.column("case_status")[:90] == 1).sum()
    assert adjudicator.queue_length == waiting > 0
    assert watchdog.queue_length == 0
    assert other_watchdog.region == 1


def test_a_case_is_named_by_its_state(model, people):
    names = {0: "none", 1: "queued", 2: "recommended", 3: "shelved", 4: "noticed"}
    assert all(person.case == names[person.case_status] for person in people)
    assert len({person.case for person in people}) > 1
