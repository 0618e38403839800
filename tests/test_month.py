"""The month: what must hold in every world and month, and cases whose answer is known beforehand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from model import PARAMETERS, BureaucracyModel, CivilServant, Scenario, stages
from model.measures import measured
from model.population import NOBODY, TALLY, World, new_world
from model.randomness import DRAW_CHOICE, uniform
from model.rules.choice import chosen_option, odds_of
from model.stages import oversight, room
from model.stages.room import new_scratch

QUEUED, RECOMMENDED, SHELVED = 1, 2, 3
RANKS = ("staff", "functional", "supervisor", "administrator", "executive")


# What can be seen of a model -----------------------------------------------------------------------------------


def column(model, name):
    return model.people.column(name).copy()


def region_of_posts(model):
    return np.repeat(np.arange(model.regions), model.region_rows["rows"])


def office_rows(model):
    return model.engine.world.offices[model.engine.offices_of(model.run_index)]


def office_of_posts(model):
    return np.repeat(np.arange(len(office_rows(model))), office_rows(model)["rows"])


def in_reach_of_posts(model):
    return office_rows(model)["in_reach"][office_of_posts(model)] == 1


def parameter_of_posts(model, name):
    return model.parameter(name)[region_of_posts(model)]


def counts_by_region(model):
    return np.ascontiguousarray(model.engine.counts_now(model.run_index)).view(TALLY)[:, 0].copy()


def docket_of(model, region):
    row = model.region_rows[region]
    first = row["first_row"]
    return model.engine.world.docket[first : first + row["docket_length"]] - model.first_post


def people_of(model):
    region, key = region_of_posts(model), column(model, "key")
    occupied = column(model, "occupied") == 1
    names = ("rank", "contract", "barred_until", "post_lost", "case_status", "case_month", "stance")
    columns = {name: column(model, name) for name in names}
    posts = np.flatnonzero(occupied)
    return {
        (int(region[post]), int(key[post])): {"post": int(post), **{name: int(columns[name][post]) for name in names}}
        for post in posts
    }


# What holds in every world and month ---------------------------------------------------------------------------


class Chronicle:
    """Steps a model and checks each month against the one before and against all that passed."""

    def __init__(self, model):
        self.model = model
        self.ranks = column(model, "rank")
        self.people = people_of(model)
        self.keys = column(model, "key")
        self.occupied = column(model, "occupied")
        self.total = np.zeros(model.regions, TALLY)
        self.vacancies_in_ban = 0
        self.promotions = 0
        self.barred = 0

    def step(self):
        model = self.model
        model.step()
        self.counts = counts_by_region(model)
        for name in TALLY.names:
            self.total[name] += self.counts[name]
        self.now = people_of(model)
        self.check_posts()
        self.check_bounds()
        self.check_docket()
        self.check_cases_by_cohort()
        self.check_careers()
        self.check_offices()
        self.people = self.now
        self.keys, self.occupied = column(model, "key"), column(model, "occupied")

    def check_posts(self):
        model = self.model
        assert np.array_equal(column(model, "rank"), self.ranks)
        occupied, region, reach = column(model, "occupied") == 1, region_of_posts(model), in_reach_of_posts(model)
        for g in range(model.regions):
            for where in range(2):
                for rank in range(5):
                    posts = (region == g) & (reach == where) & (self.ranks == rank)
                    people = self.counts["people"][g, where, rank].sum()
                    assert people == (posts & occupied).sum()
                    assert people + self.counts["vacant"][g, where, rank] == posts.sum()
        assert len(self.now) == occupied.sum(), "two people of a region share a key"

    def check_bounds(self):
        model = self.model
        occupied = column(model, "occupied") == 1
        for name in ("loyalty_a", "loyalty_b", "perceived_risk"):
            values = column(model, name)[occupied]
            assert np.all((values >= 0.0) & (values <= 1.0)), name
        assert np.all(self.ranks[occupied & (column(model, "contract") == 1)] < 2)
        assert set(np.unique(column(model, "stance"))) <= set(range(5))
        assert np.all(column(model, "stance")[~occupied] == 0)

    def check_docket(self):
        model = self.model
        has_case = (column(model, "occupied") == 1) & (column(model, "case_status") > 0)
        months = column(model, "case_month")
        for g in range(model.regions):
            docket = docket_of(model, g)
            assert sorted(docket) == sorted(np.flatnonzero(has_case & (region_of_posts(model) == g)))
            assert np.all(np.diff(months[docket]) >= 0), "not in the order of reports"
            total = self.total[g]
            waiting = (column(model, "case_status")[docket] == QUEUED).sum()
            assert self.counts["queue"][g] == waiting == model.cases_waiting(g)
            ends = [total["lapsed_role"], total["acquitted"], total["closed_by_exit"], total["recommended_role"]]
            assert total["reported_role"].sum() == sum(end.sum() for end in ends) + waiting
            assert total["heard"].sum() == total["acquitted"].sum() + total["recommended_role"].sum()
            assert total["proven_role"].sum() <= total["recommended_role"].sum()
            assert total["sanctioned_role"].sum() <= total["recommended_role"].sum()
            assert total["wrongful"].sum() <= total["sanctioned_role"].sum()
            for kind in ("reported", "proven", "recommended", "sanctioned", "lapsed"):
                sums = {float(total[f"{kind}_{split}"].sum()) for split in ("role", "channel", "rank")}
                assert len(sums) == 1, kind

    def check_cases_by_cohort(self):
        for who, before in self.people.items():
            after = self.now.get(who)
            if after and before["case_status"] and after["case_status"]:
                if after["case_month"] == before["case_month"]:
                    assert after["case_status"] >= before["case_status"], "a case went backwards"
                else:
                    assert after["case_month"] == self.model.month
                    # A queued or recommended case may close and another open in one month; never the other way round.
                    assert before["case_month"] < after["case_month"]
        opened = self.counts["reported_role"].sum()
        assert sum(one["case_status"] == QUEUED and one["case_month"] == self.model.month for one in self.now.values()) <= opened

    def check_careers(self):
        for who, before in self.people.items():
            after = self.now.get(who)
            self.barred += bool(after and after["barred_until"] >= self.model.month)
            if after and after["rank"] > before["rank"]:
                self.promotions += 1
                assert after["barred_until"] < self.model.month, "a person under sanction was promoted"
                assert not after["post_lost"]
                assert after["rank"] < 2 or not after["contract"]

    def check_offices(self):
        model = self.model
        offices, office = office_rows(model), office_of_posts(model)
        occupied, stance = column(model, "occupied") == 1, column(model, "stance")
        heads = np.array([int(row["head"]) - model.first_post if row["head"] != NOBODY else NOBODY for row in offices])
        for o in range(len(offices)):
            here = np.flatnonzero((office == o) & occupied)
            assert offices[o]["occupied"] == len(here)
            if len(here) == 0:
                assert heads[o] == NOBODY
                continue
            assert heads[o] in here and self.ranks[heads[o]] == self.ranks[here].max()
            for camp in range(2):
                assert offices[o]["share_side"][camp] == np.isin(stance[here], (1 + 2 * camp, 2 + 2 * camp)).sum() / len(here)
            assert offices[o]["share_neutral"] == (stance[here] == 0).sum() / len(here)
            side = (stance[heads[o]] - 1) // 2 if stance[heads[o]] else NOBODY
            assert offices[o]["head_camp"] == side


def plausible(name):
    return st.floats(*PARAMETERS[name].plausible)


VARIED = (
    "oversight_capacity", "patrol", "deadline", "proof_standard", "execution_delay", "independence", "merit_protection",
    "separated_offices", "rotation_ban", "tenure_security_contract", "promotion_prize", "false_rate", "central_pressure",
    "contract_share", "learning_rate", "attention_floor", "peer_influence",
)  # fmt: skip
WORLDS = st.builds(
    lambda mode, staff, retirement, values: Scenario(
        title="any world", mode=mode, regions=len(staff), staff=staff, months=70,
        parameters=values | {"retirement": retirement, "office_size": 20.0},
    ),
    st.sampled_from(["election", "laboratory"]),
    st.lists(st.integers(2, 130), min_size=1, max_size=4),
    st.sampled_from([0.003, 0.05]),
    st.fixed_dictionaries({name: plausible(name) for name in VARIED}),
)  # fmt: skip


@settings(max_examples=8)
@given(WORLDS, st.integers(0, 2**64 - 1))
def test_every_month_of_any_world_keeps_its_posts_people_and_cases(scenario, seed):
    chronicle = Chronicle(BureaucracyModel(scenario, rng=seed))
    for _ in range(scenario.months):
        chronicle.step()


BUSY = {
    "retirement": 0.02, "office_size": 20.0, "attention_floor": 0.6, "execution_delay": 1.5, "false_rate": 0.001,
    "rotation": 0.3, "oversight_capacity": 20.0, "central_pressure": 0.05, "salience_floor": 0.3,
}  # fmt: skip


@pytest.fixture(scope="module")
def busy_run():
    scenario = Scenario(title="busy", regions=4, staff=[90, 250, 160, 30], months=66, parameters=BUSY)
    chronicle = Chronicle(BureaucracyModel(scenario, rng=5))
    for _ in range(scenario.months):
        chronicle.step()
    return chronicle


def test_a_busy_world_has_all_that_the_invariants_are_about(busy_run):
    total = busy_run.total
    for name in ("acquitted", "recommended_role", "sanctioned_role", "wrongful", "rotations"):
        assert total[name].sum() > 0, name
    assert busy_run.promotions > 50
    assert busy_run.barred > 50


@pytest.fixture(scope="module")
def overloaded_run():
    scenario = Scenario(title="overload", mode="laboratory", regions=3, staff=200, months=40,
                        parameters={"oversight_capacity": 2.0, "deadline": 4.0, "patrol": 0.25})  # fmt: skip
    chronicle = Chronicle(BureaucracyModel(scenario, rng=8))
    for _ in range(scenario.months):
        chronicle.step()
    return chronicle


def test_an_overloaded_body_lets_cases_lapse_and_hears_no_more_than_it_can(overloaded_run):
    total = overloaded_run.total
    assert total["lapsed_role"].sum() > 100
    assert total["closed_by_exit"].sum() > 0
    assert np.all(total["heard"].sum(axis=1) <= 2.0 * 0.2 * 40)
    assert np.all(total["heard"].sum(axis=1) >= 2.0 * 0.2 * 40 - 2)


def test_no_case_waits_past_the_deadline(overloaded_run):
    model = overloaded_run.model
    waiting = column(model, "case_status") == QUEUED
    assert waiting.any()
    assert np.all(model.month - column(model, "case_month")[waiting] < 4)


# Calendar ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def through_an_election():
    scenario = Scenario(title="vote", regions=12, staff=150, months=66,
                        parameters={"retirement": 0.01, "incumbency": -0.3, "rotation": 0.4, "separated_offices": 0.4})  # fmt: skip
    model = BureaucracyModel(scenario, rng=3)
    months = []
    for _ in range(66):
        model.step()
        governing = [int(region["governing"]) for region in model.region_rows]
        months.append({
            "keys": column(model, "key"), "occupied": column(model, "occupied") == 1, "governing": governing,
            "counts": counts_by_region(model), "winner": model.region_rows["winner"].copy(),
        })  # fmt: skip
    return model, dict(enumerate(months, start=1))


def test_structural_posts_within_reach_are_not_filled_in_the_ban(through_an_election):
    model, months = through_an_election
    appointed = in_reach_of_posts(model) & (column(model, "rank") >= 2)
    vacant_seen = 0
    for month in range(52, 63):
        before, after = months[month - 1], months[month]
        stays = ~after["occupied"] | (before["occupied"] & (before["keys"] == after["keys"]))
        assert np.all(stays[appointed]), month
        vacant_seen += (appointed & ~after["occupied"]).sum()
    assert vacant_seen > 0
    filled_before = appointed & months[50]["occupied"] & months[51]["occupied"] & (months[50]["keys"] != months[51]["keys"])
    assert filled_before.any(), "no rotation in the last open month"


def test_posts_outside_reach_are_filled_in_the_ban_too(through_an_election):
    model, months = through_an_election
    others = ~in_reach_of_posts(model) & (column(model, "rank") >= 2)
    filled = [np.any(others & months[m]["occupied"] & (months[m - 1]["keys"] != months[m]["keys"])) for m in range(52, 63)]
    assert any(filled)


def rotations_by_month(**parameters):
    """Rotations of each of 70 months, summed over regions; month 60 is that of the vote."""
    scenario = Scenario(title="ban", regions=40, staff=300, months=70, parameters={"salience_floor": 0.0, **parameters})
    model = BureaucracyModel(scenario, rng=3)
    model.run_for(70)
    return np.concatenate([[0], model.counts().view(TALLY)[:, 0]["rotations"].sum(axis=(1, 2))])


@pytest.mark.parametrize(("ban", "last_open"), [(1.0, 56), (6.0, 51), (12.5, 45), (53.0, 4)])
def test_a_ban_brings_rotations_forward_to_the_last_open_month_and_lets_none_fall_into_it(ban, last_open):
    rotations = rotations_by_month(rotation_ban=ban, rotation=0.05, anticipation=1.0)
    assert not rotations[last_open + 1:63].any()
    assert rotations[last_open] > 2 * rotations[:last_open].sum()
    assert rotations[63] > 0


def test_without_a_ban_rotations_grow_towards_the_vote():
    rotations = rotations_by_month(rotation_ban=0.0, rotation=0.05)
    assert rotations[:40].sum() < rotations[49:55].sum() < rotations[55:61].sum()


def test_what_a_ban_prevents_comes_before_it_after_it_or_never():
    without = rotations_by_month(rotation_ban=0.0, rotation=0.05)[:61].sum()
    gone = rotations_by_month(rotation=0.05, anticipation=0.0, deferral=0.0)
    earlier = rotations_by_month(rotation=0.05, anticipation=1.0, deferral=0.0)
    later = rotations_by_month(rotation=0.05, anticipation=0.0, deferral=1.0)
    assert gone[:61].sum() < 0.2 * without
    assert 0.8 * without < earlier[:61].sum() < 1.2 * without
    assert later[:61].sum() == gone[:61].sum()
    assert later[63] > 1.2 * gone[63]


def test_the_vote_is_in_month_60_and_the_winner_governs_from_month_64(through_an_election):
    _, months = through_an_election
    assert [month for month, seen in months.items() if seen["counts"]["elections"].sum() > 0] == [60]
    lost = months[60]["counts"]["incumbent_wins"] == 0
    assert lost.any() and not lost.all()
    for month in range(1, 63):
        assert months[month]["governing"] == [0] * 12
    for month in range(63, 67):
        assert months[month]["governing"] == lost.astype(int).tolist() == months[60]["winner"].tolist()


def test_the_vote_repeats_each_term():
    model = BureaucracyModel(Scenario(title="two terms", regions=2, staff=30, months=130), rng=1)
    model.run_for(130)
    counts = model.counts().view(TALLY)[:, 0]
    assert (np.flatnonzero(counts["elections"]) + 1).tolist() == [60, 120]


def test_a_laboratory_has_no_elections_and_its_officials_stay():
    scenario = Scenario(title="laboratory", mode="laboratory", regions=3, staff=80, months=130)
    model = BureaucracyModel(scenario, rng=2)
    names = ("governing", "terms_served", "popularity", "patronage")
    before = {name: model.region_rows[name].copy() for name in names}
    model.run_for(130)
    counts = model.counts().view(TALLY)[:, 0]
    for name in names:
        assert np.array_equal(before[name], model.region_rows[name]), name
    assert counts["elections"].sum() == 0 and counts["rotations"].sum() == 0
    assert np.all(counts["salience"] == 3.0) and np.all(counts["attention"] == 3.0)


# Offers and reach ----------------------------------------------------------------------------------------------


def test_nobody_outside_reach_is_offered_or_threatened_with_anything():
    model = BureaucracyModel(Scenario(title="reach", staff=200, months=60, parameters={"separated_offices": 0.5}), rng=1)
    model.run_for(56)
    outside = model.agents.select(agent_type=CivilServant, in_reach=False)
    inside = model.agents.select(agent_type=CivilServant, in_reach=True)
    assert 60 <= len(outside) <= 140 and len(outside) + len(inside) == len(model.agents_by_type[CivilServant])
    for agents, offered in ((outside, False), (inside, True)):
        for person in list(agents)[::20]:
            for option in person.explain()[1:]:
                assert (option.terms["prospects"] != 0.0) is offered


def test_where_every_office_is_separated_prizes_and_threats_change_no_stance():
    base = Scenario(title="separated", mode="laboratory", staff=300, months=12, parameters={"separated_offices": 1.0})
    other = base.replace(promotion_prize=1.0, spot_reward=0.3, removal_threat=0.3, renewal_threat=0.3)
    stances = []
    for scenario in (base, other):
        model = BureaucracyModel(scenario, rng=4)
        model.run_for(12)
        stances.append(column(model, "stance"))
    assert np.array_equal(*stances)
    assert stances[0].any()


# Choice --------------------------------------------------------------------------------------------------------


def logit_of_everyone(model):
    """The utilities of the five stances next month, shape (posts, 5), written down anew from the equations."""
    region, month = region_of_posts(model), model.month + 1

    def p(name):
        return parameter_of_posts(model, name)

    def c(name):
        return column(model, name).astype(float)

    def r(name):
        return model.region_rows[name][region]

    def o(name):
        return office_rows(model)[name][office_of_posts(model)]

    rank, post = column(model, "rank"), np.arange(model.posts) + model.first_post
    stake = np.choose(rank, [p(f"stake_{name}") for name in RANKS])
    prominence = np.choose(rank, [p(f"prominence_{name}") for name in RANKS])
    laboratory = model.setup.mode == "laboratory"
    to_vote, since_vote = (60, 60) if laboratory else (-month % 60, month % 60 if month >= 60 else 60)
    salience = 1.0 if laboratory else p("salience_floor") + (1 - p("salience_floor")) * np.exp(-to_vote / p("salience_scale"))
    frozen = not laboratory and (to_vote <= 2 + p("rotation_ban")[0] or since_vote <= 3) and p("rotation_ban")[0] > 0
    attention = p("attention_floor") + (1 - p("attention_floor")) * salience
    in_reach = o("in_reach")
    reach = in_reach * (1 - p("merit_protection")) * p("appointing_stake")
    neutral = o("share_neutral")
    shield = 1 - p("solidarity") * neutral
    protection = np.where(
        column(model, "contract") == 1,
        reach * p("renewal_threat") * (1 - p("tenure_security_contract")) * shield,
        reach * p("removal_threat") * stake * (1 - p("tenure_security")) * shield,
    )
    governing = r("governing")
    sign = np.where(governing == 0, 1.0, -1.0)
    lead = r("popularity")[:, 0] - r("popularity")[:, 1]
    scandals = r("scandals")[:, 0] - r("scandals")[:, 1]
    incumbency = p("incumbency") * np.where(r("terms_served") < 2, 1.0, p("inherited_incumbency"))
    margin = (incumbency + sign * (lead + p("mobilisation") * r("support") - p("scandal") * p("press_freedom") * scandals)
              + p("service_voting") * (r("service_recent") - r("service_usual")))  # fmt: skip
    known = p("understanding") + (1 - p("understanding")) * p("socialisation")
    utilities = [np.zeros(model.posts)]
    for camp in range(2):
        governs = governing == camp
        wins = ndtr(np.where(governs, 1, -1) * margin / (1.2 * p("margin_noise")))
        patronage = r("patronage")[:, camp]
        spot = reach * p("spot_reward") * stake * patronage * governs
        promise = reach * p("promotion_prize") * stake * c("ambition") * patronage + (p("deferral") * spot if frozen else 0.0)
        prospect = wins * (promise + protection) - (1 - wins) * p("retaliation") * protection
        affinity = p("affinity_weight") * c("affinity") * (1 if camp == 0 else -1)
        head = p("head_pressure") * ((o("head_camp") == camp) & (o("head") != post))
        peers = p("peer_influence") * (o("share_side")[:, camp] - neutral)
        belief = np.where(governs, r("follow_up_belief")[:, 0], r("follow_up_belief")[:, 1])
        watching = np.where(governs, p("opposition"), 1 - p("opposition"))
        willing = (p("peer_reporting") * neutral * belief * (1 - p("reprisal_fear") * (1 - p("whistleblower_protection")))
                   * np.where(o("head_camp") == camp, 1 - p("head_suppression") * (1 - p("external_channel")), 1.0))  # fmt: skip
        rates = [p("patrol"), p("public_reporting") * p("press_freedom") + p("council_oversight") * watching, willing]
        sees = [p("patrol_sees_covert"), p("public_sees_covert"), p("peers_see_covert")]
        covert_seen = sum(rate * share for rate, share in zip(rates, sees, strict=True))
        for overt in (0, 1):
            name = "overt" if overt else "covert"
            level = np.minimum(3, 1 + overt + (column(model, "sanctions") > 0) + (rank >= 3))
            weight = np.choose(level - 1, [p("weight_light"), p("weight_moderate"), p("weight_severe")])
            felt = p("severity_ref") * (weight * p("severity") / p("severity_ref")) ** p("curvature")
            detectable = 1.0 if overt else covert_seen / sum(rates)
            risk = np.minimum(1.0, c("perceived_risk") * detectable * prominence * attention)
            utilities.append(
                salience * (p(f"visibility_{name}") * (prospect + (0.0 if frozen else spot)) + affinity + head)
                - p(f"moral_{name}") * c("integrity") * known
                + peers
                - risk * belief * p("patience") ** p("execution_delay") * felt
            )
    return np.stack(utilities, axis=1)


def explained(model, posts):
    return [model.civil_servant(int(post)).explain() for post in posts]


SPREAD = {
    "solidarity": 0.4, "council_oversight": 0.1, "separated_offices": 0.3, "head_pressure": 0.5, "mobilisation": 0.8,
    "understanding": 0.85, "socialisation": 0.3, "external_channel": 0.4, "retirement": 0.01, "attention_floor": 0.5,
    "severity": [25.0, 10.0], "rotation_ban": 6.0, "peer_influence": [0.2, 0.6],
}  # fmt: skip


@pytest.mark.parametrize("mode", ["election", "laboratory"])
def test_utilities_are_those_of_the_equations_and_everyone_takes_what_her_draw_picks(mode):
    scenario = Scenario(title="choice", mode=mode, regions=2, staff=[240, 160], months=123, parameters=SPREAD)
    model = BureaucracyModel(scenario, rng=11)
    noise = parameter_of_posts(model, "decision_noise")
    sides_taken = 0
    for month in (2, 3, 51, 52, 58, 60, 61, 64, 123):
        model.run_for(month - 1 - model.month)
        occupied = column(model, "occupied") == 1
        utilities = logit_of_everyone(model)
        for post in np.flatnonzero(occupied)[::25]:
            options = explained(model, [post])[0]
            assert [option.utility for option in options] == pytest.approx(utilities[post].tolist(), abs=1e-8)
        draws = uniform(11, 0, region_of_posts(model), DRAW_CHOICE, month, column(model, "key"))
        bounds = np.cumsum(np.exp(utilities / noise[:, None]), axis=1)
        point = draws * bounds[:, -1]
        wanted = (point[:, None] >= bounds[:, :-1]).sum(axis=1)
        # Where a draw falls on a boundary, the last digits of a library's exponential decide; nobody is that close.
        assert np.abs(point[:, None] / bounds - 1.0)[occupied].min() > 1e-8
        keys = column(model, "key")
        model.step()
        stance_of = {who: one["stance"] for who, one in people_of(model).items()}
        region = region_of_posts(model)
        for post in np.flatnonzero(occupied):
            stance = stance_of.get((int(region[post]), int(keys[post])))
            assert stance is None or stance == wanted[post]
            sides_taken += bool(stance)
    assert sides_taken > 100


def test_the_stance_drawn_is_the_option_that_explained_odds_and_the_own_draw_pick():
    model = BureaucracyModel(Scenario(title="own draw", mode="laboratory", staff=150, months=20), rng=2**40 + 3)
    for _ in range(4):
        model.run_for(4)
        people = model.agents_by_type[CivilServant]
        wanted = {}
        for person in people:
            odds = [odds_of(option.utility, 1.0 / 0.28) for option in person.explain()[1:]]
            draw = uniform(3, 2**8, 0, DRAW_CHOICE, model.month + 1, person.key)
            wanted[person.key] = chosen_option(float(draw), *odds)
        model.step()
        stances = {person.key: int(person.stance) for person in model.agents_by_type[CivilServant]}
        assert {stances[key] for key in stances if key in wanted} != {0}
        assert all(stances[key] == wanted[key] for key in stances if key in wanted)
        assert len(set(stances) & set(wanted)) > 140


NOBODY_LEAVES = {
    "peer_influence": 0.0, "head_pressure": 0.0, "learning_rate": 0.0, "retirement": 0.0, "oversight_capacity": 0.0,
    "tenure_security_contract": 1.0,
}  # fmt: skip


def choices_against_logit(staff, months):
    """Return how often each person took each stance, how often she should have, and the variance of that."""
    scenario = Scenario(title="logit", mode="laboratory", staff=staff, months=months + 1, parameters=NOBODY_LEAVES)
    model = BureaucracyModel(scenario, rng=6)
    model.step()
    keys = column(model, "key")
    counts, chances, variance = np.zeros((3, staff, 5))
    for _ in range(months):
        odds = np.exp(logit_of_everyone(model) / 0.28)
        chance = odds / odds.sum(axis=1, keepdims=True)
        model.step()
        counts[np.arange(staff), column(model, "stance")] += 1
        chances += chance
        variance += chance * (1 - chance)
    assert np.array_equal(keys, column(model, "key"))
    return counts, chances, variance


def test_stances_of_a_population_are_as_frequent_as_the_logit_says():
    counts, chances, variance = (table.sum(axis=0) for table in choices_against_logit(staff=4000, months=12))
    assert chances.min() > 50
    assert np.all(np.abs(counts - chances) < 4 * np.sqrt(variance))


def test_stances_of_each_person_are_as_frequent_as_her_logit_says():
    counts, chances, variance = choices_against_logit(staff=100, months=400)
    usual = variance > 5
    z = (counts - chances)[usual] / np.sqrt(variance[usual])
    assert usual.sum() > 150
    assert np.abs(z).max() < 4.5
    assert np.mean(z**2) == pytest.approx(1.0, abs=4 * np.sqrt(2 / len(z)))


def test_peers_react_to_what_colleagues_did_last_month_and_not_before():
    model = BureaucracyModel(Scenario(title="peers", mode="laboratory", staff=120, months=6), rng=1)
    assert all(option.terms["peers"] == pytest.approx(-0.35) for option in model.civil_servant(5).explain()[1:])
    model.run_for(5)
    office, stance, occupied = office_of_posts(model), column(model, "stance"), column(model, "occupied") == 1
    assert stance.any()
    for post in np.flatnonzero(occupied)[::10]:
        here = stance[occupied & (office == office[post])]
        for camp, option in ((0, 1), (0, 2), (1, 3), (1, 4)):
            side = np.isin(here, (1 + 2 * camp, 2 + 2 * camp)).mean()
            pull = model.civil_servant(int(post)).explain()[option].terms["peers"]
            assert pull == pytest.approx(0.35 * (side - (here == 0).mean()))


# Cases whose answer is known -----------------------------------------------------------------------------------


def stances_over_time(scenarios, months=66, seed=4):
    stack = BureaucracyModel.stack([(scenario, seed) for scenario in scenarios])
    past = []
    for _ in range(months):
        stack.step()
        past.append([column(model, "stance") for model in stack])
    return np.array(past).swapaxes(0, 1)


@pytest.mark.parametrize("mode", ["election", "laboratory"])
def test_patrons_have_no_effect_where_merit_is_fully_protected(mode):
    base = Scenario(title="merit", mode=mode, regions=3, staff=150, months=66, parameters={
        "merit_protection": 1.0, "capture": 0.0, "head_pressure": 0.0, "mobilisation": 0.0})  # fmt: skip
    none, full, scandalous, prized = stances_over_time([
        base.replace(patronage=0.0), base.replace(patronage=1.0), base.replace(patronage=1.0, scandal=0.3, patrol=0.1),
        base.replace(promotion_prize=1.0, spot_reward=0.3, removal_threat=0.3, renewal_threat=1.5),
    ])  # fmt: skip
    assert none.any()
    assert np.array_equal(none, full)
    assert np.array_equal(none, scandalous)
    assert np.array_equal(none, prized)


def test_patrons_do_have_an_effect_where_merit_is_not_fully_protected():
    base = Scenario(title="patrons", mode="laboratory", staff=150, months=5, parameters={"merit_protection": 0.5})
    none, full = stances_over_time([base.replace(patronage=0.0), base.replace(patronage=1.0)], months=5)
    assert not np.array_equal(none, full)


OVERSIGHT = ({"oversight_capacity": 0.0}, {"oversight_capacity": 32.0}, {"severity": 60.0}, {"execution_delay": 12.0})
DETECTION = ({"patrol": 0.25}, {"press_freedom": 1.0}, {"council_oversight": 0.3}, {"whistleblower_protection": 1.0})


@pytest.mark.parametrize("mode", ["election", "laboratory"])
def test_enforcement_has_no_effect_where_nothing_is_followed_up(mode):
    base = Scenario(title="no follow-up", mode=mode, regions=2, staff=150, months=66,
                    parameters={"follow_up": 0.0, "independence": 0.0, "central_pressure": 0.0})  # fmt: skip
    first, *others = stances_over_time([base, *(base.replace(**change) for change in OVERSIGHT)])
    assert first.any()
    for change, other in zip(OVERSIGHT, others, strict=True):
        assert np.array_equal(first, other), change


@pytest.mark.parametrize("mode", ["election", "laboratory"])
def test_detection_has_no_effect_either_where_nothing_is_followed_up_and_no_scandal_costs_votes(mode):
    base = Scenario(title="no follow-up", mode=mode, regions=2, staff=150, months=66,
                    parameters={"follow_up": 0.0, "independence": 0.0, "scandal": 0.0})  # fmt: skip
    first, *others = stances_over_time([base, *(base.replace(**change) for change in DETECTION)])
    assert first.any()
    for change, other in zip(DETECTION, others, strict=True):
        assert np.array_equal(first, other), change


def plain_stances(scenario, seed, months):
    world = new_world([(scenario, seed)])
    world = World(world.people, world.docket, world.offices.view(np.recarray), world.regions.view(np.recarray),
                  world.parameters.view(np.recarray), world.tallies.view(np.recarray))  # fmt: skip
    scratch = new_scratch(int(world.regions.rows.max()), int(world.offices.rows.max()))
    past = []
    for month in range(1, months + 1):
        stages.months_of(0, len(world.regions), month, world, scratch)
        past.append(world.people.column("stance").copy())
    return np.array(past), world


def test_enforcement_has_no_effect_where_sanctions_are_light_cost_nothing_and_teach_nothing(monkeypatch):
    # Level 1 neither bars from promotion nor takes a post; severity 0 and no jump take away the rest.
    for module in (room, oversight):
        monkeypatch.setattr(module, "sanction_level", lambda overt, repeated, rank: 1)
    base = Scenario(title="severity 0", mode="laboratory", staff=60, months=10, parameters={
        "severity": 0.0, "own_sanction_jump": 0.0, "scandal": 0.0, "execution_delay": 1.0, "office_size": 20.0})  # fmt: skip
    past, sanctions = [], []
    for change in ({"oversight_capacity": 0.0}, {"oversight_capacity": 1000.0, "patrol": 1.0, "independence": 1.0}):
        stances, world = plain_stances(base.replace(**change), 4, 10)
        past.append(stances)
        sanctions.append(world.people.column("sanctions").sum())
    assert past[0].any()
    assert sanctions[0] == 0 < sanctions[1]
    assert np.array_equal(*past)


SYMMETRIC = {
    "spot_reward": 0.0, "capture": 0.0, "council_oversight": 0.0, "incumbency": 0.0, "patronage_sd": 0.0,
    "popularity_sd": 0.0,
}  # fmt: skip


def lead_of_incumbent(months, replicates=48, **changes):
    """Siding for the incumbent less siding for the challenger: mean over replicates and its standard error."""
    scenario = Scenario(title="symmetric", mode="laboratory", regions=8, staff=250, months=months,
                        parameters=SYMMETRIC | {"merit_protection": 0.0} | changes)  # fmt: skip
    stack = BureaucracyModel.stack([(scenario, seed) for seed in range(replicates)])
    stack.run_for(months)
    camps = measured("siding_share", stack.counts()[:, -12:].sum(axis=1), by="camp")
    lead = camps[:, 0] - camps[:, 1]
    assert camps.min() > 0.01
    return lead.mean(), lead.std(ddof=1) / np.sqrt(replicates)


def test_symmetric_camps_have_equal_support_in_the_first_month():
    mean, error = lead_of_incumbent(months=1)
    assert abs(mean) < 4 * error


def test_symmetric_camps_have_equal_support_where_careers_and_service_do_not_favour_the_governing_one():
    mean, error = lead_of_incumbent(months=240, service_voting=0.0, loyalty_weight=0.0, renewal_threat=0.0)
    assert abs(mean) < 4 * error


ALIKE = {
    "visibility_covert": 1.0, "moral_covert": 1.85, "patrol_sees_covert": 1.0, "public_sees_covert": 1.0,
    "peers_see_covert": 1.0, "weight_light": 1.0, "weight_moderate": 1.0, "weight_severe": 1.0, "council_oversight": 0.1,
}  # fmt: skip


def test_covert_and_overt_support_are_the_same_where_their_parameters_agree():
    scenario = Scenario(title="alike", mode="laboratory", regions=4, staff=1000, months=30, parameters=ALIKE)
    model = BureaucracyModel(scenario, rng=1)
    model.run_for(29)
    for person in list(model.agents_by_type[CivilServant])[::200]:
        _, covert_a, overt_a, covert_b, overt_b = person.explain()
        assert covert_a.terms == overt_a.terms and covert_b.terms == overt_b.terms
        assert covert_a.probability == overt_a.probability
    counts = model.counts().view(TALLY)["people"].sum(axis=(0, 1, 2, 3))
    covert, overt = counts[1] + counts[3], counts[2] + counts[4]
    assert overt > 1000
    assert abs(covert - overt) < 4 * np.sqrt(covert + overt)
