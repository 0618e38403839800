"""Lessons: the files can be used, what is wrong is said in a sentence, and what they state is what the model says."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.analysis.effects import Effect, paired_effect
from experiments.cli import app
from experiments.comparison import REPLICATES
from experiments.contrast import Robustness
from experiments.errors import InputError
from experiments.language import LANGUAGES
from experiments.lessons import results as store
from experiments.lessons import telling
from experiments.lessons.answers import (
    Outcome,
    Setting,
    amount_of,
    faults_of,
    holds,
    is_right,
    outcomes_of,
    right_options,
)
from experiments.lessons.catalogue import (
    AMOUNTS,
    FOLDER,
    TEMPLATE,
    TOLD,
    Choice,
    Condition,
    Number,
    broken_lessons,
    lessons,
    load_lesson,
    read_lesson,
)
from experiments.summary import Estimate
from model import PARAMETERS

TEXT = TEMPLATE.read_text("utf-8")
HOW_TO = FOLDER.parents[1] / "docs" / "how-to"
BEYOND_PLAUSIBLE = {("02_certainty", "peer_reporting")}  # doubled like the other ways in which an act is seen

# The files ---------------------------------------------------------------------------------------------------------------


def test_all_lessons_can_be_used_and_are_numbered_in_their_order():
    assert broken_lessons() == {}
    assert [lesson.number for lesson in lessons().values()] == list(range(1, len(lessons()) + 1))
    assert len(lessons()) >= 12


def test_lessons_stay_within_what_is_plausible_or_say_why():
    beyond = {(lesson.name, name) for lesson in lessons().values() for asked in lesson.contrasts.values()
              for setting in (asked.contrast.both, asked.contrast.first, asked.contrast.second) for name, value in setting.items()
              if name in PARAMETERS and not PARAMETERS[name].plausible[0] <= value <= PARAMETERS[name].plausible[1]}
    assert beyond <= BEYOND_PLAUSIBLE


def test_the_two_languages_differ():
    for lesson in lessons().values():
        texts = [lesson.title, lesson.asks, lesson.story, lesson.prediction.text, lesson.experiment.text, lesson.reveal,
                 lesson.debrief.text, lesson.debrief.limits, *lesson.debrief.discuss, *(question.text for question in lesson.questions)]
        assert all(text["en"] != text["id"] for text in texts)


def test_lessons_have_questions_of_both_kinds_and_something_to_read():
    for lesson in lessons().values():
        assert {type(question) for question in lesson.questions} == {Choice, Number}, lesson.name
        assert 2 <= len(lesson.questions) <= 3 and any(one.source for one in lesson.reading), lesson.name


def test_texts_that_are_not_shown_as_markdown_hold_none():
    for lesson in lessons().values():
        options = [option.text for question in lesson.questions if isinstance(question, Choice) for option in question.options]
        names = [words for asked in lesson.contrasts.values() for words in (asked.name, asked.first, asked.second)]
        plain = [lesson.title, lesson.asks, *names, *options, *lesson.debrief.discuss, *(question.text for question in lesson.questions)]
        assert [text for words in plain for text in words.values() if "*" in text or "`" in text or "\n\n" in text] == []


def test_no_text_of_a_lesson_types_a_share_that_the_model_gives():
    # Numbers with a percent sign are allowed where they come from a survey or the lesson's own settings.
    known = {"78%", "72.3%", "72,3%", "96.5%", "96,5%", "80%", "32%", "0.13%", "0,13%", "95%"}
    for path in sorted(FOLDER.glob("[0-9]*.toml")):
        assert set(re.findall(r"\d+(?:[.,]\d+)?%", path.read_text("utf-8"))) <= known, path.name


def test_the_template_is_a_lesson():
    lesson = read_lesson(TEXT, "13_template.toml")
    assert faults_of(lesson, outcomes_of(lesson, REPLICATES)) == []


@pytest.mark.parametrize("document", ["write_a_lesson.md", "write_a_lesson.id.md"])
def test_the_contrast_of_the_guide_can_be_used(document):
    [block] = re.findall(r"^```toml\n(.*?)^```$", (HOW_TO / document).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    before, _, after = TEXT.partition("[prediction]")
    text = before[:before.index("[contrast.offices]")] + block + "[prediction]" + after
    lesson = read_lesson(text.replace('"offices"', '"longer"').replace("{offices.", "{longer."), "13_guide.toml")
    assert lesson.contrasts["longer"].contrast == lessons()["08_rotation_ban"].contrasts["longer"].contrast


BROKEN = [
    ("minutes = 20", "minutes = 2", "minutes: must be a whole number from 5 to 240, and is 2"),
    ("minutes = 20", "minuts = 20", "no key named 'minuts' (did you mean minutes?)"),
    ("minutes = 20", "", "minutes is missing"),
    ("title.id =", "title.de =", "title: There is no key named 'de'; the keys are en, id"),
    ('title.id = "Apakah berada di luar jangkauan membantu?"', 'title.id = " "', "title.id: must be a text that is not empty"),
    ('title.id = "Apakah berada di luar jangkauan membantu?"', "", "title: id is missing"),
    ('["separated_offices"]', '["separated_office"]', "levers: There is no parameter named 'separated_office' (did you mean separated_offices?)"),
    ('["separated_offices"]', '["contract_share"]', "levers: contract_share is no lever that a government could decide"),
    ('["separated_offices"]', "[]", "levers: must be a list of 1 to 8 entries"),
    ('words = ["reach"', 'words = ["reech"', "words: 'reech' is not in the glossary; there are asn, pns"),
    ('scenario = "pilkada_2020"', 'scenario = "pilkada_2002"', "contrast.offices: "),
    ('scenario = "pilkada_2020"', 'scenario = "indonesia"', "too large to answer at once"),
    ('measure = "siding_share"', 'measure = "siding_shar"', "contrast.offices: There is no measure named 'siding_shar' (did you mean siding_share?)"),
    ('expected = "falls"', 'expected = "up"', "expected = 'up' is none of rises, falls, steady"),
    ('months = "campaign"', "months = [1, 5]", "contrast.offices: months must be one of all, campaign, last campaign in a lesson"),
    ("second = { separated_offices = 0.5 }", "second = { separated_offices = 4.0 }", "contrast.offices: separated_offices = 4"),
    ("small = 0.01", "small = 0", "small = 0 must be a number above 0"),
    ("first_name.id =", "first_nam.id =", "no key named 'first_nam' (did you mean first_name?)"),
    ('[prediction]\ncontrast = "offices"', '[prediction]\ncontrast = "office"', "prediction.contrast: there is no contrast named 'office' here; there are offices"),
    ("guess = [0, 60]", "guess = [60, 0]", "prediction.guess: must be two numbers, the lower first, and is [60, 0]"),
    ("An agency of the centre", "{offices.first} of it", "story.en: {offices.first} would tell what the model says too early"),
    ("goes from {offices.first}", "goes from {offices.frist}", "reveal.en: {offices.frist} must end in one of first, second, difference"),
    ("goes from {offices.first}", "goes from {office.first}", "there is no contrast named 'office' here"),
    ("goes from {offices.first} to", "goes from here to", "reveal: the languages do not say the same numbers in braces"),
    ("[debrief]", "[debrif]", "no key named 'debrif' (did you mean debrief?)"),
    ('kind = "choice"', 'kind = "chioce"', "question 1.kind: 'chioce' is none of choice, number"),
    ('right = { contrast = "offices", found = "falls" }', "", "question 1: no option says when it is right"),
    ('found = "falls" }', 'found = "up" }', "question 1, option 1.right.found: 'up' is none of rises, falls, steady"),
    ('found = "falls" }', 'founds = "rises" }', "no key named 'founds' (did you mean found?)"),
    ('found = "falls" }', 'found = "falls", worlds = [0.0, 0.5] }', "must have contrast and one of found, smaller_than, worlds, against"),
    ('{ contrast = "offices", found = "falls" }', '{ contrast = "offices", worlds = [0.5] }', "option 1.right.worlds: must be two numbers"),
    ('{ contrast = "offices", found = "falls" }', '{ has = "pres_freedom" }', "did you mean press_freedom?"),
    ('of = "difference"', 'of = "differences"', "question 2.of: 'differences' is none of first, second, difference"),
    ('evidence = "winner_supporters_promoted"', 'evidence = "tenure"', "reading 1.evidence: 'tenure' is not in evidence.toml; there are proven_share"),
    ('document = "docs/findings.md"', 'document = "../secret.md"', "reading 2.document: there is no document '../secret.md'"),
    ("[reveal]", "[reveal", "is no TOML"),
    ('title.en = "Does it help to be out of reach?"', "title.en = 5", "title.en: must be a text"),
]


@pytest.mark.parametrize(("before", "after", "said"), BROKEN, ids=[f"{number}: {said[:40]}" for number, (*_, said) in enumerate(BROKEN)])
def test_a_broken_lesson_says_where_and_what(before, after, said):
    assert before in TEXT
    with pytest.raises(InputError) as refused:
        read_lesson(TEXT.replace(before, after, 1), "13_broken.toml")
    assert str(refused.value).startswith("13_broken.toml") and said in str(refused.value)


@pytest.mark.parametrize("name", ["lesson.toml", "1_law.toml", "01_Law.toml", "01-law.toml"])
def test_a_file_must_be_named_so_that_it_has_a_place(name):
    with pytest.raises(InputError, match="two digits and small letters"):
        read_lesson(TEXT, name)


def test_a_file_that_is_not_there_or_no_text_is_said(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        load_lesson(tmp_path / "13_gone.toml")
    (tmp_path / "13_bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="cannot be read as text"):
        load_lesson(tmp_path / "13_bytes.toml")


# What is right -----------------------------------------------------------------------------------------------------------


def outcome_with(first, second, robustness=None, expected="rises"):
    """An outcome of the template's contrast with given numbers in each pair of runs."""
    asked = read_lesson(TEXT, "13_template.toml").contrasts["offices"]
    asked = replace(asked, contrast=replace(asked.contrast, expected=expected))
    settings = [Setting(np.array(values, float), Estimate(np.array([0.2]), np.array([0.1]), np.array([len(values)])))
                for values in (first, second)]
    return Outcome(asked, *settings, paired_effect(settings[1].values, settings[0].values), robustness)


UP = outcome_with([0.20, 0.22, 0.21, 0.23], [0.30, 0.31, 0.33, 0.32], Robustness(60, 24, 0, 36, 0.4, 0.29, 0.53))
SAME = outcome_with([0.20, 0.22, 0.21, 0.23], [0.201, 0.219, 0.211, 0.229], expected="steady")
DOWN = outcome_with([0.30, 0.31, 0.33, 0.32], [0.20, 0.22, 0.21, 0.23], expected="falls")
OPEN = outcome_with([0.20, 0.40, 0.10, 0.30], [0.40, 0.21, 0.32, 0.05])


@pytest.mark.parametrize(("condition", "right"), [
    (Condition("up", found="rises"), True), (Condition("up", found="falls"), False), (Condition("same", found="steady"), True),
    (Condition("open", found="steady"), False), (Condition("same", smaller_than="up"), True), (Condition("up", smaller_than="same"), False),
    (Condition("open", smaller_than="up"), False), (Condition("up", worlds=(0.0, 0.5)), True), (Condition("up", worlds=(0.4, 0.5)), True),
    (Condition("up", worlds=(0.0, 0.4)), False), (Condition("same", worlds=(0.0, 1.0)), False), (Condition("up", against=(0.0, 0.1)), True),
    (Condition("open", against=(0.4, 0.6)), True), (Condition(has="press_freedom"), True), (Condition(has="siding_share"), True)])
def test_a_condition_is_looked_up_in_what_the_model_says(condition, right):
    assert holds(condition, {"up": UP, "same": SAME, "open": OPEN}) == right


def test_a_share_of_one_belongs_to_an_interval_that_ends_there():
    all_worlds = replace(UP, robustness=Robustness(60, 60, 0, 0, 1.0, 0.94, 1.0))
    assert holds(Condition("up", worlds=(0.5, 1.0)), {"up": all_worlds})


def test_an_amount_is_what_was_asked_for_with_its_interval():
    assert amount_of(UP, "first").value == pytest.approx(21.5) and amount_of(UP, "second").value == pytest.approx(31.5)
    difference = amount_of(UP, "difference")
    assert difference.value == pytest.approx(10.0) and difference.low < 9.0 < 11.0 < difference.high
    times = amount_of(UP, "times")
    assert times.value == pytest.approx(0.315 / 0.215) and times.low < times.value < times.high
    assert (amount_of(UP, "worlds").value, amount_of(UP, "worlds").low) == pytest.approx((40.0, 29.0))
    assert amount_of(UP, "against").value == 0.0 and amount_of(OPEN, "against").value == 50.0
    assert np.isnan(amount_of(OPEN, "worlds").value)


def test_a_number_is_accepted_within_the_interval_and_not_beyond():
    number = Number({}, {}, "up", "difference")
    amount = amount_of(UP, "difference")
    rounding = 10.0**-amount.decimals
    for given, right in ((amount.value, True), (amount.low, True), (amount.high, True), (amount.low - rounding, False),
                         (amount.high + rounding, False), (-amount.value, False)):
        assert is_right(number, given, {"up": UP}) == right


def test_exactly_one_option_must_be_right():
    lesson = read_lesson(TEXT, "13_template.toml")
    assert faults_of(lesson, {"offices": DOWN}) == []
    [contrast, question] = faults_of(lesson, {"offices": replace(SAME, asked=DOWN.asked)})
    assert "the lesson states 'falls' and the model says 'steady'" in contrast
    assert question == "question 1: exactly one option must be right, and by the model it is none"


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_texts_can_say_can_be_said(language):
    text = " ".join(f"{{offices.{what}}}" for what in TOLD)
    for outcome in (UP, SAME, OPEN):
        filled = telling.filled(text, {"offices": outcome}, language)
        assert "{" not in filled and "nan" not in filled
        for of in AMOUNTS:
            assert telling.amount(amount_of(outcome, of), of, language)
    assert telling.filled("{offices.first} {offices.worlds}", {"offices": UP}, language) == {
        "en": "21.5% of staff 24 of 60", "id": "21,5% pegawai 24 dari 60"}[language]


@pytest.mark.parametrize(("low", "high", "unit", "said"), [
    (-0.0020, -0.0002, "share of staff", "−0.11 percentage points (95% interval −0.20 to −0.02)"),
    (0.0004, 0.0016, "share of staff", "+0.10 percentage points (95% interval 0.04 to 0.16)"),
    (-0.0204, 0.0, "share of staff", "−1.0 percentage points (95% interval −2.0 to 0.0)"),
    (-0.0420, -0.0380, "share of staff", "−4.0 percentage points (95% interval −4.2 to −3.8)"),
    (-0.0003, 0.61, "ratio", "+0.3049 ratio (95% interval −0.0003 to 0.6100)")])
def test_no_end_of_an_interval_is_written_as_0_that_is_not_0(low, high, unit, said):
    middle = (low + high) / 2
    effect = Effect(0.3, 0.3 + middle, middle, (high - low) / 2, 30)
    assert telling.difference_of(effect, unit, "en") == said


def test_hardly_says_which_differences_count_as_none():
    assert telling.direction(SAME, "en") == "hardly changes (by less than 1.0 percentage points)"
    assert telling.direction(SAME, "id") == "hampir tidak berubah (kurang dari 1,0 poin persentase)"
    [colleagues] = [one for one in lessons()["12_left_out"].contrasts.values() if one.contrast.expected == "steady"]
    same = replace(SAME, asked=colleagues)
    assert telling.direction(same, "en") == "hardly changes (by less than 0.1 per 1,000 staff and month)"


# The model -----------------------------------------------------------------------------------------------------------------


def assert_holds(lesson, replicates):
    outcomes = outcomes_of(lesson, replicates)
    assert faults_of(lesson, outcomes) == []
    for question in lesson.questions:
        if isinstance(question, Number):
            amount = amount_of(outcomes[question.contrast], question.of)
            assert amount.accepts(amount.value) and np.isfinite(amount.high - amount.low)
        else:
            assert len(right_options(question, outcomes)) == 1
    for language in LANGUAGES:
        for text in (lesson.reveal, lesson.debrief.text, lesson.debrief.limits, *lesson.debrief.discuss):
            filled = telling.filled(text[language], outcomes, language)
            assert not re.search(r"[{}]|\bnan\b", filled)


def test_the_first_lesson_states_what_the_model_says():
    assert_holds(lessons()["01_law"], REPLICATES)


@pytest.mark.slow
@pytest.mark.parametrize("replicates", [REPLICATES, 32])
@pytest.mark.parametrize("name", lessons())
def test_every_lesson_states_what_the_model_says(name, replicates):
    assert_holds(lessons()[name], replicates)


def test_the_stored_shares_of_worlds_are_of_the_present_questions():
    table = store.read_table()
    assert set(table["lessons"]) >= set(lessons())
    for lesson in lessons().values():
        for name in lesson.contrasts:
            assert store.stored_robustness(lesson, name) is not None, f"{lesson.name}, {name}: '{store.COMMAND}' asks anew"
    assert table["manifest"]["points"] >= 60 and table["manifest"]["replicates_of_a_point"] >= 6


def test_what_was_asked_is_not_asked_again(monkeypatch):
    asked, found = [], Robustness(20, 0, 20, 0, 1.0, 0.8, 1.0)

    def robustness_of(contrast, *_, **__):
        asked.append(contrast.measure)
        return found

    monkeypatch.setattr(store, "robustness_of", robustness_of)
    some = list(lessons().values())[:2]
    kept = []
    table = store.ask(some[:1], 20, {}, lambda *_: None, kept.append)
    first = len(asked)
    assert first == len(some[0].contrasts) == len(kept)
    table = store.ask(some, 20, table, lambda *_: None, kept.append)
    assert len(asked) == first + len(some[1].contrasts) and list(table["lessons"]) == [one.name for one in some]
    assert set(store.ask(some[1:], 20, table, lambda *_: None, kept.append)["lessons"]) == {one.name for one in some}
    store.ask(some, 21, table, lambda *_: None, kept.append)
    assert len(asked) == 2 * (first + len(some[1].contrasts))


def test_damaged_results_are_said_in_a_sentence(tmp_path):
    assert store.read_table(tmp_path / "results.json") == {}
    path = store.write_table({"manifest": {"format": 0}}, tmp_path / "results.json")
    with pytest.raises(InputError, match="has format 0"):
        store.read_table(path)
    path.write_text("{")
    with pytest.raises(InputError, match="damaged"):
        store.read_table(path)


# The command -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_lists_the_lessons(language):
    result = CliRunner().invoke(app, ["lessons", "--language", language], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert all(lesson.title[language] in result.output for lesson in lessons().values())


def test_the_command_checks_a_file(tmp_path):
    path = tmp_path / "13_mine.toml"
    path.write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(app, ["lessons", "--check", str(path)], env={"COLUMNS": "200"})
    assert result.exit_code == 0 and "The lesson holds" in result.output and "Question 1: It falls" in result.output
    path.write_text(TEXT.replace('expected = "falls"', 'expected = "rises"'), encoding="utf-8")
    result = CliRunner().invoke(app, ["lessons", "--check", str(path)], env={"COLUMNS": "200"})
    assert result.exit_code == 2 and "the lesson states 'rises' and the model says 'falls'" in result.stderr


@pytest.mark.parametrize(("options", "said"), [
    (["--check", "13_gone.toml"], "There is no file"), (["--worlds", "--points", "3"], "too few for a share"),
    (["--check", str(FOLDER / "01_law.toml"), "--replicates", "3"], "fewer than the app runs")])
def test_the_command_refuses_what_makes_no_sense(options, said):
    result = CliRunner().invoke(app, ["lessons", *options])
    assert result.exit_code == 2 and said in result.stderr
