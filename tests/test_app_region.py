"""The page "Inside a region": what a visitor's session does, what panels say, and the page in a browser."""

import threading
import time

import pytest

from dashboard.language import texts_of
from dashboard.region import levers, now, person
from dashboard.region.charts import MONTHS_IN_A_YEAR, STACK, shares_option
from dashboard.region.session import (
    LEVERS,
    MOST_STAFF,
    SEEN_FROM,
    SMALLEST_CHANGE,
    STAFF_OF_ONE_REGION,
    STANCES,
    TERMS,
    VACANT,
    Player,
    RegionSession,
    SeedError,
    parse_seed,
    pyramid,
)
from dashboard.steps import steps_to
from experiments.language import LANGUAGES
from model import PARAMETERS, ScenarioError, load_scenario
from model.population import CASE_STATES
from tests.conftest import FIRST_VISIT


def region(name="pilkada_2020", seed=1, **changes):
    """A region of a ready scenario at its start."""
    return RegionSession(load_scenario(name).replace(seed=seed), **changes)


@pytest.fixture
def session():
    """A region at its start."""
    return region()


def kinds(session):
    """What happened, in short."""
    return [(news.month, news.kind) for news in session.news]


# Session: time ------------------------------------------------------------------------------------------------------


def test_months_pass_until_the_scenario_ends(session):
    while session.step():
        pass
    assert session.month == session.scenario.months == 120
    assert session.finished
    assert not session.step()
    assert session.month == 120
    assert kinds(session)[-1] == (120, "end")


def test_the_calendar_is_announced(session):
    for _ in range(64):
        session.step()
    told = kinds(session)
    assert told[:3] == [(0, "start"), (52, "ban_begins"), (58, "candidates")]
    assert [month for month, kind in told if kind.startswith("vote_")] == [60]
    assert [month for month, kind in told if kind.startswith("handover_")] == [63]
    assert (64, "ban_ends") in told


def test_who_won_is_who_governs():
    winners = set()
    for seed in range(12):
        session = region(seed=seed)
        for _ in range(63):
            session.step()
        vote, handover = [kind.partition("_") for _, kind in kinds(session) if kind.startswith(("vote_", "handover_"))]
        assert vote[2] == handover[2]
        assert (session.model.region_rows[0]["governing"] == 0) == (vote[2] == "incumbent")
        winners.add(vote[2])
    assert winners == {"incumbent", "challenger"}


def test_after_a_challenger_took_over_stances_are_told_from_the_new_side():
    for seed in range(40):
        session = region(seed=seed)
        for _ in range(63):
            session.step()
        if session.model.region_rows[0]["governing"] == 1:
            break
    for _ in range(56):
        session.step()
    assert session.month == 119
    share = [session.picture()["people"].count(str(place)) / (session.posts - session.picture()["people"].count(VACANT))
             for place in range(len(STANCES))]
    assert 100.0 * share[2] == pytest.approx(session.shares()["overt_incumbent"][-1], abs=0.01)
    assert share[2] == pytest.approx(session.model.measure("overt_share", by="camp")[0])
    chosen = session.picture()["people"].index("2")
    session.select(chosen)
    assert session.person().stance == "overt_incumbent"
    assert session.person().options[2].terms["favour"] == 0.0  # the ban
    assert session.model.civil_servant(chosen).stance == 4  # overt for camp B


def test_a_laboratory_has_no_vote():
    session = region("laboratory")
    for _ in range(70):
        session.step()
    assert kinds(session) == [(0, "start")]
    assert session.votes() == []
    assert session.situation().to_vote is None


def test_dated_reforms_are_told_and_levers_follow_them():
    session = region("pilkada_2024")
    for _ in range(47):
        session.step()
    told = {news.values["name"]: news.values["value"] for news in session.news if news.kind == "reform"}
    assert told["oversight_capacity"] == session.value("oversight_capacity") == 3.0


# Session: seed and levers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "seed"), [("0", 0), (" 7 ", 7), (str(2**64 - 1), 2**64 - 1), ("007", 7)])
def test_seeds_that_can_be_used(text, seed):
    assert parse_seed(text) == seed


@pytest.mark.parametrize("text", [
    "", "-1", "1.5", "abc", str(2**64), "1e3", "9" * 10_000, "٣", "__import__('os')", "<b>1</b>"])
def test_seeds_that_cannot(text):
    with pytest.raises(SeedError):
        parse_seed(text)


def test_a_seed_decides_the_history_and_zero_is_a_seed():
    def history(seed):
        session = region(seed=seed)
        for _ in range(59):
            session.step()
        return session.picture()["people"]

    assert history(0) == history(0)
    assert history(0) != history(1)


def test_a_lever_acts_from_the_next_month(session):
    for _ in range(4):
        session.step()
    session.set_lever("oversight_capacity", 20)
    session.set_lever("oversight_capacity", 21)
    session.set_lever("oversight_capacity", 20)
    assert kinds(session) == [(0, "start"), (5, "lever")]
    assert now.sentence_of(session.news[-1], texts_of("en")) == (
        "From month 5: Oversight capacity 20 cases per 1,000 staff and month.")
    assert session.model.parameter("oversight_capacity")[0] == 20
    assert session.moves == [(5, "oversight_capacity", 20.0)]
    session.restore_levers()
    assert session.value("oversight_capacity") == PARAMETERS["oversight_capacity"].default
    assert session.chosen == {}
    session.reset()
    assert (session.month, session.moves) == (0, [])


def test_a_link_restores_the_same_people_in_mid_run(session):
    for month in range(58):
        if month == 20:
            session.set_lever("merit_protection", 0.9)
        if month == 40:
            session.set_lever("patrol", 0.2)
        session.step()
    session.set_lever("severity", 50.0)
    session.select(17)
    again = RegionSession(session.scenario, session.moves, session.month, session.selected)
    assert again.picture() == session.picture()
    assert (again.month, again.moves, again.selected) == (58, session.moves, 17)
    assert again.person().options == session.person().options
    session.step()
    again.step()
    assert again.picture() == session.picture()


def test_moves_in_a_link_that_never_come_are_left_out(session):
    again = RegionSession(session.scenario, [(100, "patrol", 0.2)], 10, 99_999)
    assert (again.month, again.moves, again.selected) == (10, [], None)


def test_a_country_and_a_large_region_become_one_that_can_be_drawn():
    assert region("indonesia").posts == STAFF_OF_ONE_REGION
    assert RegionSession(load_scenario("pilkada_2020").replace(staff=MOST_STAFF + 1)).posts == STAFF_OF_ONE_REGION


def test_levers_change_what_happens():
    def neutral(severity):
        session = region(seed=0)
        session.set_lever("severity", severity)
        for _ in range(60):
            session.step()
        return session.situation().neutral

    assert neutral(60) > neutral(5)


def test_restoring_levers_heeds_reforms_that_have_come():
    session = region("pilkada_2024")
    session.set_lever("oversight_capacity", 20)
    for _ in range(50):
        session.step()
    session.set_lever("oversight_capacity", 10)
    session.restore_levers()
    assert session.value("oversight_capacity") == 3.0


@pytest.mark.parametrize(("name", "value"), [
    ("oversight_capacity", -1.0), ("oversight_capacity", float("nan")), ("patronage", 0.5), ("no_such", 1.0)])
def test_a_lever_that_cannot_be_set_changes_nothing(session, name, value):
    with pytest.raises(ScenarioError):
        session.set_lever(name, value)
    assert session.chosen == {}
    assert session.value("oversight_capacity") == PARAMETERS["oversight_capacity"].default


@pytest.mark.parametrize("message", [None, 3, {}, {"name": "severity"}, {"name": "severity", "value": "20"},
                                     {"name": ["severity"], "value": 20}, {"name": "severity", "value": True}])
def test_a_message_from_the_browser_that_makes_no_sense_is_refused(message):
    with pytest.raises(ScenarioError):
        levers.read_change(message)


def test_sessions_share_nothing():
    one, other = region(), region()
    one.set_lever("severity", 60)
    one.step()
    assert other.month == 0
    assert other.value("severity") == PARAMETERS["severity"].default


@pytest.mark.parametrize("name", LEVERS)
def test_levers_are_levers_and_their_slider_reaches_the_value(session, name):
    parameter = PARAMETERS[name]
    assert parameter.role == "lever"
    assert not parameter.at_start
    lever = levers.lever_in_words(name, session, texts_of("en"))
    assert lever["low"] <= parameter.default <= lever["high"]
    steps = (parameter.default - lever["low"]) / lever["step"]
    assert steps == pytest.approx(round(steps))
    assert (lever["high"] - lever["low"]) / lever["step"] >= 10


# Session: people ----------------------------------------------------------------------------------------------------


def test_the_picture_holds_everyone(session):
    for _ in range(60):
        session.step()
    picture = session.picture()
    assert len(picture["people"]) == len(session.ranks()) == session.posts == sum(map(sum, session.offices()))
    assert set(picture["people"]) <= set("01234" + VACANT)
    assert picture["people"].count(VACANT) == session.posts - session.model.people.column("occupied").sum()
    neutral = picture["people"].count("0") / session.model.people.column("occupied").sum()
    assert neutral == pytest.approx(session.situation().neutral)


def test_before_the_first_month_offices_are_where_they_will_be(session):
    first = session.picture()["reach"]
    assert first.count("0") == round(PARAMETERS["separated_offices"].default * len(first))
    session.step()
    assert session.picture()["reach"] == first


@pytest.mark.parametrize("ranks", [[4], [2, 0], [4, 3, 2, 2] + [1] * 24 + [0] * 22, [3] + [1] * 500 + [0] * 499])
def test_pyramids_keep_ranks_in_rows_of_their_own(ranks):
    rows = pyramid(ranks)
    assert sum(rows) == len(ranks)
    assert rows[0] == 1
    assert all(rows)
    ends = {sum(rows[:i + 1]) for i in range(len(rows))}
    assert all(place in ends for place in range(1, len(ranks)) if ranks[place] != ranks[place - 1])


def test_a_person_is_explained(session):
    for _ in range(57):
        session.step()
    session.select(105)
    seen = session.person()
    assert [option.stance for option in seen.options] == list(STANCES)
    assert sum(option.probability for option in seen.options) == pytest.approx(1.0)
    for option in seen.options:
        assert tuple(option.terms) == TERMS
        assert sum(option.terms.values()) == pytest.approx(option.utility)
    assert all(value == 0.0 for value in seen.options[0].terms.values())


def test_a_new_holder_of_the_post_is_noticed(session):
    before = session.model.people.column("key").copy()
    for _ in range(30):
        session.step()
    is_other = session.model.people.column("key") != before
    changed = is_other & (session.model.people.column("occupied") == 1)
    session.reset()
    session.select(int(changed.argmax()))
    assert not session.person().newly_held
    for _ in range(30):
        session.step()
    assert session.person().newly_held


def test_what_would_change_a_mind_does_change_it(session):
    for _ in range(57):
        session.step()
    turned = 0
    for post in range(0, session.posts, 40):
        session.select(post)
        if (seen := session.person()) is None:
            continue
        likeliest = max(seen.options, key=lambda option: option.probability).stance
        for way in session.ways():
            assert way.before == pytest.approx(seen.options[0].probability)
            then = session.model.civil_servant(post).explain(**{way.lever: way.value})
            assert then[0].probability == pytest.approx(way.after)
            assert abs(way.after - way.before) >= SMALLEST_CHANGE or way.stance
            low, high = PARAMETERS[way.lever].plausible
            assert low <= way.value <= high
            most = max(range(5), key=lambda place: then[place].probability)
            stance = STANCES[SEEN_FROM[session._region["governing"]][most]]
            assert way.stance == (stance if stance != likeliest else "")
            steps = steps_to(low if way.value < session.value(way.lever) else high, session.value(way.lever), (low, high))
            for nearer in steps[:steps.index(way.value)] if way.stance else ():
                then = session.model.civil_servant(post).explain(**{way.lever: nearer})
                assert STANCES[SEEN_FROM[session._region["governing"]][
                    max(range(5), key=lambda place: then[place].probability)]] == likeliest
            turned += bool(way.stance)
    assert turned > 0


@pytest.mark.parametrize(("end", "here", "plausible", "expected"), [
    (5.0, 0.5, (0.0, 50.0), [1.0, 2.0, 3.0, 4.0, 5.0]), (0.0, 3.0, (0.0, 50.0), [2.0, 1.0, 0.0]),
    (1.0, 0.973, (0.0, 1.0), [0.98, 0.99, 1.0]), (0.105, 0.1, (0.005, 0.105), [0.101, 0.102, 0.103, 0.104, 0.105]),
    (50.3, 49.0, (0.0, 50.3), [50.0, 50.3])])
def test_a_lever_is_moved_in_round_steps(end, here, plausible, expected):
    assert steps_to(end, here, plausible) == expected


def test_officials_stand_beside_the_people(session):
    session.step()
    incumbent, challenger = session.officials()
    assert (incumbent.role, challenger.role) == ("incumbent", "challenger")
    assert incumbent.win_chance + challenger.win_chance == pytest.approx(1.0)
    assert incumbent.terms_served >= 1 and challenger.terms_served == 0


def test_nobody_and_no_such_post(session):
    assert session.person() is None
    for post in (-1, session.posts):
        with pytest.raises(LookupError):
            session.select(post)
    for _ in range(60):
        session.step()
    vacant = session.picture()["people"].find(VACANT)
    if vacant >= 0:
        session.select(vacant)
        assert session.person() is None


def test_cases_add_up_and_narrow(session):
    for _ in range(120):
        session.step()
    funnel = session.funnel()
    assert len(funnel["reported"]) == 120
    assert funnel["reported"][-1] >= funnel["recommended"][-1] >= funnel["sanctioned"][-1] > 0
    assert sum(column[-1] for column in session.shares().values()) == pytest.approx(100, abs=0.05)


def test_votes_are_marked_on_the_charts(session):
    option = shares_option(120, session.votes(), texts_of("en"))
    assert [mark["xAxis"] for mark in option["series"][len(STACK)]["markLine"]["data"]] == [60, 120]
    assert option["xAxis"]["data"][MONTHS_IN_A_YEAR] == "12"


# Session: playing ---------------------------------------------------------------------------------------------------


def test_playing_goes_on_until_paused(session):
    third = threading.Event()
    player = Player(session, lambda: session.month >= 3 and third.set(), lambda: None)
    player.play()
    assert third.wait(120)
    assert player.playing
    player.pause()
    assert not player.playing


def test_after_a_pause_no_month_passes(session):
    for _ in range(20):
        player = Player(session, lambda: None, lambda: None)
        player.play()
        time.sleep(0.01)
        player.pause()
        session.reset()
        time.sleep(0.02)
        assert session.month == 0


def test_playing_stops_at_the_end(session):
    ended = threading.Event()
    player = Player(session, lambda: None, ended.set)
    player.play()
    assert ended.wait(300)
    assert session.finished
    assert not player.playing


# Texts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_said(language):
    texts = texts_of(language)
    session = region("pilkada_2024")
    session.set_lever("severity", 30)
    while session.step():
        now.facts_of(session.situation(), texts)
    for news in session.news:
        assert "{" not in now.sentence_of(news, texts)
    for post in range(0, session.posts, 25):
        session.select(post)
        if (seen := session.person()) is not None:
            told = person.in_words(seen, session.month, texts)
            assert [row["kind"] for row in told["rows"]] == ["term"] * len(TERMS) + ["sum", "probability"]
            assert all(-1 <= cell["bar"] <= 1 for row in told["rows"] for cell in row["cells"])
    for state in CASE_STATES:
        assert texts(f"person.case_{state}")
    for name in LEVERS:
        assert texts.parameter(name) and texts.meaning(name)


# The page -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def visit(open_app):
    """A function that opens the page as a new visitor."""
    def open_page(**options):
        page = open_app("page=region", **options)
        page.locator("main canvas[data-month='0']").wait_for(timeout=FIRST_VISIT)
        return page

    return open_page


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def step(page, months):
    """Press "One month" so often."""
    month = shown_month(page)
    for passed in range(1, months + 1):
        button(page, "One month").click()
        wait_for_month(page, month + passed)


def shown_month(page):
    return int(page.locator(".people canvas").get_attribute("data-month"))


def wait_for_month(page, month):
    page.locator(f".people canvas[data-month='{month}']").wait_for()


def colours(page, canvas):
    """How many different colours a canvas shows."""
    return page.locator(canvas).first.evaluate("""canvas => {
        const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
        return new Set(pixels).size;
    }""")


def choose(page, label, option):
    page.get_by_label(label).select_option(label=option)


def test_the_page_draws_people_and_charts(visit):
    page = visit()
    assert page.title() == "Inside a region – Netralitas"
    step(page, 3)
    assert colours(page, ".people canvas") > 10
    for chart in (".panel-shares", ".panel-funnel"):
        page.wait_for_function("chart => document.querySelector(chart + ' canvas')", arg=chart)
        page.wait_for_timeout(200)
        assert colours(page, f"{chart} canvas") > 10
    assert "month 3 of 120" in page.locator(".panel-now").inner_text()
    assert "57 months to go" in page.locator(".panel-now").inner_text()
    assert "no forecast" in page.locator("header").inner_text()
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_table_behind_a_chart(visit):
    page = visit()
    step(page, 2)
    page.locator(".panel-shares summary").click()
    page.locator(".panel-shares tbody tr").nth(1).wait_for()
    assert page.locator(".panel-shares tbody tr").count() == 2
    first = page.locator(".panel-shares tbody tr").first.locator("td").all_inner_texts()
    assert sum(map(float, first)) == pytest.approx(100, abs=0.3)


def test_play_and_pause(visit):
    page = visit()
    button(page, "Play").click()
    page.wait_for_function("() => document.querySelector('.people canvas').dataset.month >= 2")
    button(page, "Pause").click()
    button(page, "Play").wait_for()
    page.wait_for_timeout(300)
    paused = shown_month(page)
    page.wait_for_timeout(1000)
    assert shown_month(page) == paused < 120


def test_the_seed_can_be_edited(visit):
    page = visit()
    step(page, 2)
    page.get_by_label("Seed").fill("<b>seven</b>")
    button(page, "Reset").click()
    page.get_by_text("The seed must be a whole number").wait_for()
    assert shown_month(page) == 2
    page.get_by_label("Seed").fill("0")
    button(page, "Reset").click()
    wait_for_month(page, 0)
    page.get_by_text("The run begins, with seed 0.").first.wait_for()
    assert page.get_by_text("The seed must be a whole number").count() == 0


def test_a_lever_reaches_the_model(visit):
    page = visit()
    step(page, 4)
    slider = page.get_by_label("Oversight capacity")
    slider.fill("20")
    page.get_by_text("From month 5: Oversight capacity 20 cases per 1,000 staff and month.").first.wait_for()
    assert "from month 5" in page.locator(".lever.changed").inner_text()
    button(page, "Reset").click()
    wait_for_month(page, 0)
    page.wait_for_function("location.search.includes('values=oversight_capacity:20')")
    assert page.get_by_label("Oversight capacity").input_value() == "20"
    button(page, "Back to the scenario's values").click()
    page.wait_for_function("() => document.querySelector('#slider-oversight_capacity')?.value === '8'")
    assert page.locator(".lever.changed").count() == 0


def test_a_link_opened_elsewhere_shows_the_same_people(visit, open_app):
    page = visit()
    step(page, 3)
    page.get_by_label("Severity", exact=True).fill("50")
    page.locator(".lever.changed").wait_for()
    step(page, 2)
    page.wait_for_function("location.search.includes('month=5') && location.search.includes('moves=4:severity:50.0')")
    other = open_app(page.url.partition("?")[2])
    wait_for_month(other, 5)
    wait_for_month(page, 5)
    people = page.evaluate("() => document.querySelector('.people canvas').toDataURL()")
    assert len(people) > 10_000
    other.wait_for_function("people => document.querySelector('.people canvas').toDataURL() === people", arg=people)
    assert other.get_by_label("Severity", exact=True).input_value() == "50"


def test_a_click_on_a_person_explains_her(visit):
    page = visit()
    step(page, 2)
    x, y = page.evaluate("() => document.querySelector('.people').__vue__.places[105]")
    page.locator(".people canvas").click(position={"x": x, "y": y})
    page.get_by_role("heading", name="Post 105: supervisor in office 2").wait_for()
    chances = page.locator(".reasons .probability td").all_inner_texts()
    assert len(chances) == len(STANCES)
    assert sum(float(chance.strip().rstrip("%")) for chance in chances) == pytest.approx(100, abs=0.3)
    assert page.locator(".reasons tr.term").count() == len(TERMS)
    page.locator(".people canvas").press("ArrowRight")
    page.get_by_role("heading", name="Post 106: ").wait_for()
    button(page, "Previous post").click()
    page.get_by_role("heading", name="Post 105: ").wait_for()
    page.get_by_label("Post number").fill("5000")
    page.get_by_label("Post number").press("Enter")
    page.get_by_text("There is no such post").wait_for()
    page.get_by_label("Post number").fill("0")
    page.get_by_label("Post number").press("Enter")
    page.get_by_role("heading", name="Post 0: senior executive and head of office 0").wait_for()


def test_the_end_of_the_scenario(visit):
    page = visit()
    choose(page, "Speed", "As fast as it goes")
    button(page, "Play").click()
    page.get_by_text("The scenario ends here, after month 120.").wait_for(timeout=120_000)
    wait_for_month(page, 120)
    assert button(page, "Play").is_disabled()
    assert button(page, "One month").is_disabled()
    for news in ("rotation ban begins", "Candidates are determined", "wins the vote", "the handover the", "The scenario ends."):
        page.locator(".panel-news", has_text=news).wait_for()
    button(page, "Reset").click()
    wait_for_month(page, 0)


def test_another_scenario(visit):
    page = visit()
    step(page, 1)
    choose(page, "Scenario", "A country with strong merit protection")
    wait_for_month(page, 0)
    expected = str(load_scenario("strong_merit").value("merit_protection")[0])
    page.wait_for_function("value => document.querySelector('#slider-merit_protection').value === value", arg=expected)


def test_visitors_do_not_meet(visit):
    one, other = visit(), visit()
    one.get_by_label("Severity", exact=True).fill("50")
    one.get_by_text("From month 1: Severity 50").first.wait_for()
    step(one, 3)
    assert shown_month(other) == 0
    assert other.get_by_label("Severity", exact=True).input_value() == "25"
    step(other, 1)
    assert (shown_month(one), shown_month(other)) == (3, 1)


def test_in_bahasa_indonesia(visit):
    page = visit()
    button(page, "Bahasa Indonesia").click()
    button(page, "Satu bulan").click()
    wait_for_month(page, 1)
    page.get_by_role("heading", name="Apa yang ia pertimbangkan untuk bulan depan?").wait_for()
    page.get_by_text("Tahun 1, bulan 1").wait_for()
    assert page.locator("select option:checked", has_text="Pilkada 2020").count() == 1
    assert page.locator("html").get_attribute("lang") == "id"


@pytest.mark.parametrize("width", [390, 1920])
def test_it_fits_the_width(visit, width):
    page = visit(viewport={"width": width, "height": 844})
    step(page, 1)
    page.get_by_label("Post number").fill("105")
    page.get_by_label("Post number").press("Enter")
    page.get_by_role("heading", name="Post 105").wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    wide = page.locator(".reasons").evaluate("box => box.scrollWidth - box.clientWidth")
    assert wide <= 0
