"""The page "Policy lab": what is compared and computed, what can be brought and taken away, and the page in a browser."""

import csv
import io
import re
import threading
import time
from dataclasses import astuple

import numpy as np
import pytest
import solara
from playwright.sync_api import expect

from benchmarks.browser import at_rest
from dashboard.address import Address, Saved, in_order
from dashboard.lab import export
from dashboard.lab.arms import comparison_of
from dashboard.lab.bench import Bench, UploadError, content_of, read_upload
from dashboard.lab.desk import Desk, Shown
from dashboard.lab.lines import lines_of, sendable, summary_of
from dashboard.lab.page import (
    Assumptions,
    Charts,
    Details,
    Judged,
    Levers,
    PolicyLab,
)
from dashboard.lab.tabs import (
    ROWS,
    Row,
    cell,
    heading_of,
    measure_of,
    parts_in_words,
    scales_of,
    unit_of,
)
from dashboard.lab.tiles import TILES, effect_of, has_policy, judgement_of
from dashboard.language import texts_of
from dashboard.sliders import kind_of_source, read_change, slider_in_words
from dashboard.visit import Visit
from experiments.analysis.effects import Effect
from experiments.comparison import (
    FIRST_REPLICATES,
    MOST_KEPT,
    MOST_MONTHS,
    REPLICATES,
    Laboratory,
    Superseded,
    Turns,
    key_of,
    place_of,
    run_side_by_side,
    within_limits,
)
from experiments.language import LANGUAGES
from experiments.runner import run_replicates
from model import PARAMETERS, ScenarioError, load_scenario
from model.measures import column_names, measured_table
from tests.conftest import FIRST_VISIT

SMALL = load_scenario("pilkada_2020").replace(staff=120, months=62)


# What is computed -------------------------------------------------------------------------------------------------------


def test_a_comparison_shows_what_the_runner_shows():
    (runs,) = run_side_by_side([SMALL], 0, 3)
    (_, counts), = run_replicates(SMALL, 3)
    assert np.array_equal(runs.monthly, measured_table(counts).astype(np.float32), equal_nan=True)


def test_a_first_look_comes_before_the_whole():
    looks = [[runs.replicates for runs in found] for found in Laboratory().compare([SMALL, SMALL.replace(patrol=0.2)])]
    assert looks == [[FIRST_REPLICATES] * 2, [REPLICATES] * 2]


def test_replicates_in_two_goes_are_those_in_one():
    *_, (runs,) = Laboratory().compare([SMALL])
    (once,) = run_side_by_side([SMALL], 0, REPLICATES)
    assert runs.replicates == once.replicates
    for column in column_names():
        for found, expected in zip(astuple(runs.line(column)), astuple(once.line(column)), strict=True):
            assert np.array_equal(found, expected, equal_nan=True)
    assert np.array_equal(runs.windows, once.windows, equal_nan=True)


def test_what_is_kept_is_small():
    *_, (runs,) = Laboratory().compare([SMALL])
    (once,) = run_side_by_side([SMALL], 0, REPLICATES)
    assert runs.monthly is None
    assert 3 * sum(part.nbytes for part in runs.moments) < once.monthly.nbytes


def test_what_was_run_is_not_run_again(monkeypatch):
    laboratory = Laboratory()
    list(laboratory.compare([SMALL]))
    asked = []
    monkeypatch.setattr("experiments.comparison.run_side_by_side",
                        lambda scenarios, *rest: asked.append(len(scenarios)) or run_side_by_side(scenarios, *rest))
    assert [[one.replicates for one in found] for found in laboratory.compare([SMALL, SMALL])] == [[16, 16]]
    assert asked == []
    list(laboratory.compare([SMALL, SMALL.replace(severity=40.0)]))
    assert asked == [1, 1]


def test_visitors_who_ask_the_same_at_once_all_get_it():
    laboratory, looks = Laboratory(places=1), []

    def visit():
        looks.append([[runs.replicates for runs in found] for found in laboratory.compare([SMALL])])

    visitors = [threading.Thread(target=visit) for _ in range(3)]
    with laboratory._turns.turn(0, lambda: True):  # so that all wait before the first of them begins
        for visitor in visitors:
            visitor.start()
        while len(laboratory._turns._waiting) < len(visitors):
            time.sleep(0.01)
    for visitor in visitors:
        visitor.join()
    assert [found[-1] for found in looks] == [[REPLICATES]] * 3


def test_results_are_kept_in_bounded_number():
    laboratory = Laboratory()
    tiny = SMALL.replace(months=2, staff=60)
    for seed in range(MOST_KEPT + 5):
        list(laboratory.compare([tiny.replace(seed=seed)]))
    assert len(laboratory._kept) == MOST_KEPT


@pytest.mark.parametrize("change", [{"patrol": 0.11}, {"seed": 0}, {"months": 61}, {"staff": 121}])
def test_whatever_changes_results_changes_the_key(change):
    assert key_of(SMALL) == key_of(SMALL.replace(title="Other words"))
    assert key_of(SMALL) != key_of(SMALL.replace(**change))
    assert key_of(load_scenario("pilkada_2024")) != key_of(load_scenario("pilkada_2024").replace(reforms=()))


def test_nobody_waits_for_a_comparison_that_was_superseded():
    months = []
    with pytest.raises(Superseded):
        run_side_by_side([SMALL], 0, 1, lambda: months.append(1) or len(months) < 5)
    assert len(months) == 5


def test_first_looks_go_before_the_rest():
    turns, order, begin = Turns(1), [], threading.Event()

    def work(rank, name):
        with turns.turn(rank, lambda: True):
            order.append(name)

    with turns.turn(0, lambda: True):
        threads = []
        for rank, name in ((1, "rest"), (0, "first"), (1, "rest 2"), (0, "first 2")):
            thread = threading.Thread(target=work, args=(rank, name))
            thread.start()
            while len(turns._waiting) < len(threads) + 1:
                begin.wait(0.01)
            threads.append(thread)
    for thread in threads:
        thread.join(10)
    assert order == ["first", "first 2", "rest", "rest 2"]


def test_a_place_in_the_line_is_given_up_when_nobody_waits():
    turns = Turns(1)
    with turns.turn(0, lambda: True), pytest.raises(Superseded), turns.turn(0, lambda: False):
        pass
    with turns.turn(0, lambda: True):
        assert turns._waiting == []


def test_a_country_becomes_a_region_and_too_many_months_are_refused():
    assert within_limits(load_scenario("indonesia")).regions == 1
    assert within_limits(SMALL) is SMALL
    with pytest.raises(ScenarioError, match="months"):
        within_limits(SMALL.replace(months=MOST_MONTHS + 1))


# What is compared -------------------------------------------------------------------------------------------------------


def kinds(**changes):
    return [arm.kind for arm in comparison_of(Address(**changes)).arms]


def test_levers_and_assumptions_are_told_apart():
    assert kinds() == ["baseline"]
    assert kinds(values=in_order({"patrol": 0.2})) == ["baseline", "policy"]
    assert kinds(values=in_order({"peer_influence": 0.5})) == ["baseline", "assumed"]
    both = comparison_of(Address(values=in_order({"patrol": 0.2, "peer_influence": 0.5}), saved=(Saved("x"),)))
    assert [arm.kind for arm in both.arms] == ["baseline", "assumed", "policy", "saved"]
    baseline, assumed, policy, _ = (arm.scenario for arm in both.arms)
    assert [float(one.value("patrol")[0]) for one in (baseline, assumed, policy)] == [0.1, 0.1, 0.2]
    assert [float(one.value("peer_influence")[0]) for one in (baseline, assumed, policy)] == [0.35, 0.5, 0.5]
    assert both.reference.kind == "assumed" and both.policy.kind == "policy"


def test_a_country_is_told_to_be_reduced():
    comparison = comparison_of(Address(scenario="indonesia"))
    assert comparison.reduced == 4_758_732 and comparison.arms[0].scenario.regions == 1


@pytest.fixture(scope="module")
def shown():
    """A policy that changes much, beside a scenario put aside."""
    address = Address(values=in_order({"merit_protection": 0.95}), saved=(Saved("=Merit; half", (("merit_protection", 0.5),)),))
    comparison = comparison_of(address)
    arms = tuple(type(arm)(arm.kind, arm.name, arm.scenario.replace(staff=300, months=62)) for arm in comparison.arms)
    comparison = type(comparison)(arms)
    *_, runs = Laboratory().compare([arm.scenario for arm in arms])
    return Shown(comparison, tuple(runs), 1)


def test_a_lever_reaches_the_model_and_the_tiles(shown):
    assert has_policy(shown)
    effect = effect_of(shown, "neutral_share", "campaign")
    assert effect.difference > 0.05 and effect.low > 0.0
    assert judgement_of(effect, "up") == "better" and judgement_of(effect, "down") == "worse"


@pytest.mark.parametrize(("effect", "judged"), [
    (Effect(1, 1, 0.0, 0.0, 16), "same"), (Effect(1, 2, 1.0, 2.0, 16), "noise"), (Effect(1, 2, 1.0, 0.5, 16), "better"),
    (Effect(2, 1, -1.0, 0.5, 16), "worse"), (Effect(1, 2, 1.0, float("nan"), 1), "noise")])
def test_differences_within_noise_are_called_so(effect, judged):
    assert judgement_of(effect, "up") == judged


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_and_every_tab_can_be_told(shown, language):
    texts = texts_of(language)
    for measure in ("siding_share", "promoted_competence", "incumbent_win_rate"):
        lines = lines_of(shown, measure, texts)
        assert [len(line[key]) for line in lines for key in ("mean", "low", "high")] == [62] * 9
        assert "{" not in summary_of(shown, measure, texts)
    at_vote = shown.runs[0].line("siding_share").mean[59]
    assert lines_of(shown, "siding_share", texts)[0]["mean"][59] == pytest.approx(100.0 * at_vote, rel=1e-3)
    for rows in ROWS.values():
        for row in rows:
            assert np.isfinite(shown.runs[0].value(row.column, row.window).mean) or row.category
    assert all(texts(f"lab.window_{tile.window}") for tile in TILES)


def test_bars_that_share_a_scale_hold_0():
    rates = {Row("reported", "incumbent"): [0.8, 0.2], Row("sanctioned", "incumbent"): [0.1, float("nan")]}
    assert scales_of({**rates, Row("welfare"): [-0.5, -0.1]}, unit_of) == {
        "per 1,000 staff and month": (0.0, 0.8), "SD of service": (-0.5, 0.0)}
    assert scales_of(rates, measure_of) == {"reported": (0.0, 0.8), "sanctioned": (0.0, 0.1)}
    assert scales_of({Row("loyalty_premium"): [-0.0004, 0.02]}, unit_of) == {"loyalty, 0 to 1": (pytest.approx(-0.001), 0.02)}


@pytest.mark.parametrize(("tab", "narrows"), [("funnel", True), ("service", False)])
def test_a_funnel_narrows_and_what_is_rare_beside_other_things_is_still_seen(shown, tab, narrows):
    longest = [max(one["share"] or 0.0 for line in part["rows"] for one in line["cells"])
               for part in parts_in_words(tab, texts_of("en"), shown)]
    assert longest[0] >= 99.0
    assert (min(longest[:3]) < 90.0) == narrows
    assert narrows or min(longest) in (0.0, pytest.approx(100.0, abs=1.0))


def test_a_bar_below_0_goes_the_other_way():
    texts = texts_of("en")
    above, below, none = (cell(value, Row("welfare"), (-1.0, 3.0), texts) for value in (3.0, -0.5, float("nan")))
    assert (above["share"], above["zero"], above["below"]) == (75.0, 25.0, False)
    assert (below["share"], below["zero"], below["below"]) == (12.5, 25.0, True)
    assert none["share"] is None and none["text"] == texts("number.none")


@pytest.mark.parametrize(("language", "told"), [("en", "32.5% of this rank"), ("id", "32,5% pegawai pada jenjang itu")])
def test_a_share_of_a_rank_says_so(language, told):
    assert cell(0.325, Row("covert_share", "executive"), (0.0, 1.0), texts_of(language))["text"] == told


def test_a_unit_that_goes_unsaid_behind_numbers_stands_above_them():
    assert heading_of("selective_enforcement", texts_of("en")).endswith("(ratio)")
    assert heading_of("reported", texts_of("en")) == texts_of("en").measure("reported")


def test_lines_reach_the_browser_as_numbers_or_none(shown):
    line = lines_of(shown, "incumbent_win_rate", texts_of("en"))[1]
    (sent,) = sendable([line])
    for key in ("mean", "low", "high"):
        assert np.array_equal(np.frombuffer(sent[key], "<f4"), line[key].astype(np.float32), equal_nan=True)
    assert np.isnan(line["mean"]).any() and np.isfinite(line["mean"]).any()  # months without a vote have none


def test_a_page_is_busy_until_all_replicates_of_what_it_compares_are_there(shown):
    desk = Desk()
    assert desk.is_busy_with(shown.comparison) and not desk.is_busy_with(None)
    desk.settled.value = shown
    assert not desk.is_busy_with(shown.comparison) and desk.is_busy_with(comparison_of(Address()))
    desk.failed.value = "went wrong"
    assert not desk.is_busy_with(comparison_of(Address()))


def test_a_moved_lever_draws_only_what_shows_it(monkeypatch):
    wanted = []
    monkeypatch.setattr(Desk, "want", lambda desk, comparison: wanted.append([arm.kind for arm in comparison.arms]))
    visit = Visit("values=patrol:0.2")
    _, context = solara.render(PolicyLab(visit, texts_of("en")), handle_error=False)
    parts = (Bench, Levers, Assumptions, Charts, Judged, Details)
    before = [part.render_count for part in parts]

    def drawn_anew():
        return [part.f.__name__ for part, count in zip(parts, before, strict=True) if part.render_count > count]

    visit.set_value("patrol", 0.15, settled=False)
    assert drawn_anew() == ["Levers"]
    visit.set_value("peer_influence", 0.5, settled=False)
    assert drawn_anew() == ["Levers", "Assumptions"]
    assert wanted == [["baseline", "policy"]] * 2 + [["baseline", "assumed", "policy"]]
    context.close()


# What can be taken away -------------------------------------------------------------------------------------------------


def test_the_table_holds_every_measure_of_every_scenario(shown):
    rows = list(csv.DictReader(io.StringIO(export.table_of(shown, Visit(), texts_of("en")).decode())))
    assert {row["scenario"] for row in rows} == {"Preset", "Policy", "'=Merit; half"}
    assert {row["measure"] for row in rows} <= set(column_names())
    one = next(row for row in rows if (row["scenario"], row["month"], row["measure"]) == ("Policy", "60", "siding_share"))
    assert float(one["mean"]) == pytest.approx(shown.runs[1].line("siding_share").mean[59], rel=1e-5)
    assert float(one["low"]) < float(one["mean"]) < float(one["high"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_and_the_report_can_be_made(shown, language):
    texts, visit = texts_of(language), Visit("values=merit_protection:0.95")
    assert export.png_of(shown, visit, texts).startswith(b"\x89PNG")
    assert texts.measure("siding_share") in export.svg_of(shown, visit, texts).decode()
    report = export.report_of(shown, visit, texts).decode()
    assert texts("page.laboratory") in report and texts.parameter("merit_protection") in report
    assert "=Merit; half" in report and "merit_protection:0.95" in report
    assert not re.search(r'(src|href)="http', report)


def test_a_name_is_no_html_in_the_report(shown):
    arms = list(shown.comparison.arms)
    arms[2] = type(arms[2])("saved", "<script>alert(1)</script>", arms[2].scenario)
    hostile = Shown(type(shown.comparison)(tuple(arms)), shown.runs, 1)
    report = export.report_of(hostile, Visit(), texts_of("en")).decode()
    assert "<script" not in report


# What can be brought ----------------------------------------------------------------------------------------------------


def test_a_scenario_file_can_be_brought():
    text = load_scenario("pilkada_2024").to_toml()
    assert read_upload(len(text), lambda: text.encode()) == text


@pytest.mark.parametrize(("content", "kind"), [
    (b"\xff\xfe\x00binary", "text"), (b"title = ", "scenario"), (b"", "scenario"),
    (b"title = 'x'\nmonths = 'many'", "scenario"), (b"a = " + b"[" * 5000 + b"]" * 5000, "scenario"),
    (b"title = 'x'\n[parameters]\npatrol = -1", "scenario"), (b"title = 'x'\n[parameters]\npatrl = 1", "scenario"),
    (b"title = 'x'\nstaff = 999999999999", "scenario")])
def test_a_file_that_is_no_scenario_is_refused(content, kind):
    with pytest.raises(UploadError) as refused:
        read_upload(len(content), lambda: content)
    assert refused.value.kind == kind
    assert "{" not in texts_of("id")(f"upload.{kind}", error=refused.value.error, most="200")


def test_a_file_that_is_too_large_is_not_even_read():
    with pytest.raises(UploadError) as refused:
        read_upload(100_000_000, lambda: pytest.fail("was read"))
    assert refused.value.kind == "large"


@pytest.mark.parametrize("message", [None, {}, {"size": "x", "content": ""}, {"size": 1, "content": "§"}, {"size": 1},
                                     {"size": float("inf"), "content": ""}])
def test_a_message_that_is_no_file_is_refused(message):
    with pytest.raises(UploadError):
        content_of(message)


@pytest.mark.parametrize("message", [None, 3, {}, {"name": "patrl", "value": 1}, {"name": "patrol", "value": "1"},
                                     {"name": "patrol", "value": True}, {"name": ["patrol"], "value": 1}, {"name": "patrol", "value": 10**400}])
def test_a_message_that_makes_no_sense_is_refused(message):
    with pytest.raises(ScenarioError):
        read_change(message)


def test_a_drag_is_one_step_back():
    visit = Visit()
    for value in (0.11, 0.15, 0.2):
        visit.set_value("patrol", value, settled=False)
    visit.set_value("patrol", 0.2)
    assert dict(visit.address.value.values) == {"patrol": 0.2}
    visit.undo()
    assert visit.address.value.values == () and not visit.can_undo


def test_badges_say_where_a_default_comes_from():
    kinds_ = {name: kind_of_source(parameter) for name, parameter in PARAMETERS.items()}
    assert set(kinds_.values()) == {"sourced", "partly", "calibrated", "assumed"}
    assert (kinds_["rotation_ban"], kinds_["weight_severe"], kinds_["public_reporting"], kinds_["patrol"]) == (
        "sourced", "partly", "calibrated", "assumed")


@pytest.mark.parametrize("name", [name for name, one in PARAMETERS.items() if kind_of_source(one) == "sourced"])
def test_no_badge_calls_sourced_what_its_source_says_is_assumed(name):
    assert "assumed" not in PARAMETERS[name].source


def test_a_slider_says_in_indonesian_that_its_usual_value_is_assumed():
    for parameter in (one for one in PARAMETERS.values() if one.role != "constant"):
        told = slider_in_words(parameter, parameter.default, parameter.default, texts_of("id"))["source"]
        assert "assumed" not in told and (told == "Sumber nilai biasanya: asumsi.") == (kind_of_source(parameter) == "assumed")


def test_columns_have_places():
    assert [place_of(column) for column in column_names()] == list(range(len(column_names())))


# In a browser -----------------------------------------------------------------------------------------------------------


def full_chart(page, replicates=REPLICATES, beyond=0):
    """Wait for a chart of all replicates that is newer than one seen; return its number."""
    page.wait_for_function(
        """([replicates, beyond]) => { const chart = document.querySelector('.panel-chart [data-run]');
        return chart && +chart.dataset.replicates >= replicates && +chart.dataset.run > beyond; }""",
        arg=[replicates, beyond], timeout=FIRST_VISIT)
    return int(page.locator(".panel-chart [data-run]").first.get_attribute("data-run"))


def colours(page, place=0):
    """How many different colours a chart shows."""
    return page.locator(".panel-chart canvas").nth(place).evaluate("""canvas => new Set(new Uint32Array(
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size""")


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_are_drawn(open_app, language):
    page = open_app(f"language={language}")
    full_chart(page)
    assert colours(page, 0) > 10 and colours(page, 1) > 10
    texts = texts_of(language)
    assert texts("lab.tiles_none") in page.locator(".panel-tiles").inner_text()


def test_a_lever_changes_the_line_and_can_be_taken_back(open_app):
    page = open_app()
    before = full_chart(page)
    said = page.locator(".summary").first.inner_text()
    assert "Policy" not in said
    page.get_by_text("Careers", exact=True).first.click()
    page.get_by_label("Merit protection", exact=True).fill("0.9")
    full_chart(page, beyond=before)
    page.wait_for_function("document.querySelector('.summary').innerText.includes('Policy')")
    page.locator(".panel-tiles").get_by_text("for the better").first.wait_for()
    page.wait_for_function("location.search.includes('merit_protection:0.9')")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("!document.querySelector('.summary').innerText.includes('Policy')")


def test_a_link_opened_elsewhere_shows_the_same(open_app):
    link = "scenario=pilkada_2024&seed=7&values=patrol:0.2,peer_influence:0.5&saved=severity:40.0;Mine&tab=funnel&language=id"
    one = open_app(link)
    full_chart(one)
    at_rest(one, FIRST_VISIT)  # what is said comes behind what is drawn
    told = one.locator(".summary").all_inner_texts()
    other = open_app(one.url.partition("?")[2])
    full_chart(other)
    at_rest(other, FIRST_VISIT)
    assert other.locator(".summary").all_inner_texts() == told
    assert other.get_by_label("Patroli pengawas pemilu", exact=True).input_value() == "0.2"
    assert "Mine" in other.locator(".panel-saved").inner_text()


def test_files_can_be_taken_away(open_app):
    page = open_app("values=patrol:0.2")
    full_chart(page)
    for label, beginning in (("Numbers (CSV)", b"scenario,seed"), ("Picture (PNG)", b"\x89PNG"), ("Report to print", b"<!doctype")):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        assert download.value.path().read_bytes().startswith(beginning)


def test_scenarios_are_brought_and_put_aside(open_app, tmp_path):
    page = open_app()
    before = full_chart(page)
    page.get_by_role("button", name="Upload a scenario").click()
    files = page.locator("input[type=file]")
    files.set_input_files({"name": "x.toml", "mimeType": "text/plain", "buffer": b"\xff\xfe"})
    page.get_by_text("not a text in UTF-8").wait_for()
    with (tmp_path / "large.toml").open("wb") as large:
        large.truncate(100_000_000)
    files.set_input_files(tmp_path / "large.toml")
    page.get_by_text("larger than 200").wait_for()
    files.set_input_files({"name": "z.toml", "mimeType": "text/plain", "buffer": b"title = 'Long'\nmonths = 1000\n"})
    page.get_by_text("months = 1000 is more than the app runs, 240").first.wait_for()
    files.set_input_files({"name": "y.toml", "mimeType": "text/plain", "buffer": b"title = 'Brought along'\nstaff = 200\n"})
    page.get_by_text("Brought along").wait_for()
    before = full_chart(page, beyond=before)
    page.get_by_label("Name", exact=True).fill("Kept <b>")
    page.get_by_role("button", name="Put aside").click()
    full_chart(page, beyond=before)
    page.locator(".panel-saved").get_by_text("Kept <b>").first.wait_for()
    page.wait_for_function("location.search.includes('upload=')")


def test_reset_after_editing_the_seed(open_app):
    page = open_app()
    before = full_chart(page)
    seed = page.get_by_label("Seed (luck)")
    for wrong in ("-1", "1e3", "9" * 30, "<b>"):
        seed.fill(wrong)
        seed.press("Enter")
        page.get_by_text("The seed must be a whole number").first.wait_for()
    seed.fill("7")
    seed.press("Enter")
    before = full_chart(page, beyond=before)
    page.wait_for_function("location.search.includes('seed=7')")
    page.get_by_role("button", name="Reset").click()
    full_chart(page, beyond=before)
    expect(seed).to_have_value("1")


def test_ten_clicks_at_once_break_nothing(open_app):
    page = open_app("values=patrol:0.2")
    full_chart(page)
    page.evaluate("""() => { const press = (name) => [...document.querySelectorAll('button')].find(
        (button) => button.innerText.trim() === name)?.click();
        for (const name of ['Undo', 'Reset', 'Reset', 'Put aside', 'Reset', 'Undo', 'Undo', 'Put aside', 'Undo', 'Reset']) press(name); }""")
    page.wait_for_function("document.querySelector('.state').dataset.busy === 'false'", timeout=60_000)
    full_chart(page)


@pytest.mark.parametrize("width", [390, 1920])
def test_it_fits_the_width(open_app, width):
    page = open_app("values=patrol:0.2,peer_influence:0.5&saved=severity:40.0;Mine&language=id", viewport={"width": width, "height": 844})
    full_chart(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
