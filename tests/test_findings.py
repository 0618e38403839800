"""Findings: the questions are whole, the answers are kept and found again, the document says what they say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from experiments.analysis.effects import Effect
from experiments.cli import app
from experiments.contrast import SPACES, Robustness, effect_of
from experiments.documents import document_name
from experiments.errors import InputError
from experiments.findings import document as telling
from experiments.findings import results as store
from experiments.findings.catalogue import SPEAKS_TO, findings
from experiments.language import LANGUAGES
from model import PARAMETERS

DOCUMENTS = store.DOCUMENTS


@pytest.fixture(scope="module")
def kept():
    return store.results_of(store.read_table())


def test_every_cause_and_the_remedies_are_spoken_to():
    assert {finding.speaks_to for finding in findings().values()} == set(SPEAKS_TO)
    assert len(findings()) >= 14


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_its_words(language):
    words = telling.texts(language)
    for finding in findings().values():
        assert words(f"{finding.name}.title") and words(f"{finding.name}.why") and words(f"{finding.name}.limits")
        for name in finding.contrasts:
            assert words(f"{finding.name}.{name}")
        for name in finding.checks:
            assert words(f"{finding.name}.check_{name}")


def test_contrasts_stay_within_what_is_plausible_or_say_why():
    beyond = {(finding.name, name) for finding in findings().values()
              for one in (*finding.contrasts.values(), *finding.checks.values())
              for setting in (one.both, one.first, one.second) for name, value in setting.items()
              if name in PARAMETERS and not PARAMETERS[name].plausible[0] <= value <= PARAMETERS[name].plausible[1]}
    # Doubled like the other three ways in which an act is seen; plausible is up to 0.15.
    assert beyond == {("certainty_severity_speed", "peer_reporting")}


def test_the_stored_answers_are_to_the_present_questions():
    table = store.read_table()
    assert list(table["findings"]) == list(findings())
    for name, finding in findings().items():
        assert table["findings"][name]["asked"] == store.asked_by(finding), f"{name}: '{store.COMMAND}' asks anew"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_written_from_the_answers_beside_it(kept, language):
    assert (DOCUMENTS / document_name(telling.STEM, language)).read_text("utf-8") == telling.document(kept, language)
    for name in findings():
        assert (DOCUMENTS / telling.picture_name(name, language)).stat().st_size > 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_expected_and_what_was_found_stand_side_by_side(kept, language):
    words = telling.texts(language)
    for entry in telling.entries_of(kept, language):
        asked, found = findings()[entry.name], kept.answered[entry.name]
        pairs = zip(entry.lines, [*asked.contrasts.items(), *asked.checks.items()], strict=True)
        for line, (name, contrast) in pairs:
            answers = found.contrasts if line.worlds else found.checks
            assert line.expected == words(f"direction.{contrast.expected}")
            assert line.found == words(f"direction.{answers[name].direction}")
            assert answers[name].direction == contrast.direction(answers[name].effect)


@pytest.mark.parametrize(("difference", "held", "by_input"), [(-0.1, 4, 1), (0.1, 3, 0), (0.0, 3, 0)])
def test_the_outcome_follows_the_answers_and_not_the_expectations(kept, difference, held, by_input):
    finding = findings()["certainty_severity_speed"]
    found, contrast = kept.answered[finding.name], finding.contrasts["which"]
    effect = Effect(0.2, 0.2 + difference, difference, 0.001, 100)
    answer = replace(found.contrasts["which"], effect=effect, direction=contrast.direction(effect))
    check = replace(found.checks["which"], direction="steady")
    answered = store.Answered({**found.contrasts, "which": answer}, {"which": check})
    assert telling.as_expected(finding, answered) == (held, by_input)


def test_the_overview_counts_every_comparison_and_spans_their_shares(kept):
    entry = next(one for one in telling.entries_of(kept, "en") if one.name == "who_sanctions")
    shares = [answer.robustness[SPACES[0]].share for answer in kept.answered["who_sanctions"].contrasts.values()]
    assert entry.outcome.split()[-1] == str(len(shares))
    assert entry.worlds == f"{100 * min(shares):.0f}% to {100 * max(shares):.0f}%"


def test_a_finding_of_both_modes_names_each_with_its_scenario(kept):
    entry = next(one for one in telling.entries_of(kept, "en") if one.name == "tipping_and_big_push")
    assert "Laboratory mode, scenario `laboratory`" in entry.mode and "Election mode, scenario `pilkada_2020`" in entry.mode


def test_what_hangs_on_an_input_says_so_first(kept):
    finding = findings()["certainty_severity_speed"]
    found = kept.answered[finding.name]
    for direction in ("falls", "steady"):
        turned = store.Answered(found.contrasts, {"which": replace(found.checks["which"], direction=direction)})
        results = store.Results(kept.manifest, {finding.name: turned})
        sentences = telling.entries_of(results, "en")[0].sentences
        hangs = direction != found.contrasts["which"].direction
        assert sentences[0].startswith("This hangs on an input") == hangs
        assert sentences[-1].startswith("It does not hang on that") == (not hangs)


def test_what_was_asked_is_not_asked_again(monkeypatch, tmp_path):
    asked = []
    answer = store.Answer(Effect(0.2, 0.1, -0.1, 0.01, 20), "falls",
                          {space: Robustness(20, 0, 20, 0, 1.0, 0.8, 1.0) for space in SPACES})

    def answered(finding, replicates, points, report):
        asked.append(finding.name)
        return store.Answered(dict.fromkeys(finding.contrasts, answer), dict.fromkeys(finding.checks, answer))

    monkeypatch.setattr(store, "answered", answered)
    names = list(findings())[:3]

    def keep(table):
        store.write_table(table, tmp_path)
        if len(asked) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.ask(names, 20, 20, {}, lambda *_: None, keep)
    store.ask(names, 20, 20, store.read_table(tmp_path), lambda *_: None, keep=lambda table: store.write_table(table, tmp_path))
    assert asked == names
    found = store.results_of(store.read_table(tmp_path))
    assert list(found.answered) == names and found.answered[names[1]].contrasts["which"] == answer
    store.ask(names, 21, 20, store.read_table(tmp_path), lambda *_: None, lambda table: None)
    assert asked == names * 2


def test_damage_is_said_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="makes it"):
        store.read_table(tmp_path)
    path = store.write_table({"manifest": {"format": 0}, "findings": {}}, tmp_path)
    with pytest.raises(InputError, match="has format 0"):
        store.read_table(tmp_path)
    path.write_text("{")
    with pytest.raises(InputError, match="damaged"):
        store.read_table(tmp_path)
    with pytest.raises(InputError, match="damaged"):
        store.results_of({"manifest": {}, "findings": {"who_sanctions": {"contrasts": 3}}})


@pytest.mark.parametrize(("options", "said"), [
    (["who_sanction"], "did you mean who_sanctions"), (["--replicates", "5"], "too few for an interval"),
    (["--points", "3"], "too few for a share")])
def test_the_command_refuses_what_makes_no_sense(options, said):
    result = CliRunner().invoke(app, ["findings", *options])
    assert result.exit_code != 0
    assert said in " ".join(str(result.exception or result.output).split()) + " ".join(result.output.split())


@pytest.mark.slow
def test_large_effects_come_out_again(kept):
    for name, finding in findings().items():
        for one, contrast in finding.contrasts.items():
            stored = kept.answered[name].contrasts[one]
            effect = stored.effect
            if abs(effect.difference) > max(8 * effect.half, 4 * contrast.small) and contrast.scenario == "pilkada_2020":
                again = effect_of(contrast, 20)
                assert contrast.direction(again) == stored.direction, (name, one, again, json.dumps(str(effect)))
