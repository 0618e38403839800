"""The policy search: it repeats, is resumed, is tested with fresh luck, and says what was found."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.documents import document_name
from experiments.errors import InputError
from experiments.language import LANGUAGES
from experiments.optimisation import document as telling
from experiments.optimisation import results as store
from experiments.optimisation import search
from model import PARAMETERS, BureaucracyModel, load_scenario
from model.measures import measured

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def kept():
    return store.read_table()


@pytest.fixture
def quick(monkeypatch):
    """Let a smooth function stand for the model: siding and cost pull apart on one lever, the rest is noise."""
    def outcomes(policies, seeds, report=lambda runs: None):
        report(len(policies) * len(seeds))
        values = np.array([[policy["patrol"], policy["severity"] / 60.0, policy["independence"]] for policy in policies])
        siding = (values[:, 0] - 0.25) ** 2 + 0.1 * (1.0 - values[:, 2])
        found = np.stack([siding, 0.2 - 0.1 * values[:, 1], 0.3 * values[:, 0], 0.1 * siding], axis=-1)
        return np.repeat(found[:, None], len(seeds), axis=1)

    monkeypatch.setattr(search, "outcomes_of", outcomes)
    monkeypatch.setattr(store, "outcomes_of", outcomes)


def nobody(runs, doing):
    pass


def test_the_levers_of_a_set_are_levers_and_all_has_all():
    every = {one.name for one in PARAMETERS.values() if one.role == "lever"}
    assert set(search.levers_of("all")) == every
    assert set(search.levers_of("supervision")) < every
    assert not {"merit_protection", "appointing_stake"} & set(search.levers_of("supervision"))


def test_a_resumed_search_ends_where_it_would_have(quick, tmp_path):
    whole = search.searched("supervision", 4, None, nobody)
    for generations in (1, 3, 4):
        resumed = search.searched("supervision", generations, tmp_path / "journal.log", nobody)
    assert resumed == whole
    told = []
    search.searched("supervision", 4, tmp_path / "journal.log", lambda runs, doing: told.append(runs))
    assert told == [4 * search.GENERATION * search.REPLICATES]


def test_the_search_moves_towards_the_front(quick):
    front = search.searched("supervision", 12, None, nobody)
    assert np.median([policy["independence"] for policy in front]) > 0.8
    assert np.median([policy["severity"] for policy in front]) < 25


def test_a_journal_of_another_search_is_refused(quick, tmp_path, monkeypatch):
    search.searched("supervision", 1, tmp_path / "journal.log", nobody)
    monkeypatch.setattr(search, "_digest", lambda: "another model")
    with pytest.raises(InputError, match="is of another search"):
        search.searched("supervision", 2, tmp_path / "journal.log", nobody)


def test_knees_are_what_they_are_called():
    outcomes = np.array([[0.01, 0.2, 0.30], [0.02, 0.2, 0.10], [0.20, 0.1, 0.00]])
    assert store.knees_of(outcomes) == {"neutral": 0, "cheap": 2, "balanced": 1}


def test_what_lost_neutrality_costs_is_the_rest_of_welfare():
    outcomes = search.outcomes_of([{"patrol": 0.2}], [5])[0, 0]
    model = BureaucracyModel(load_scenario(search.SCENARIO).replace(patrol=0.2), rng=5)
    model.run_for(120)
    counts = model.counts().sum(axis=0)
    _, service, cost, lost = outcomes
    assert lost > 0.0
    assert service - cost - lost == pytest.approx(float(np.squeeze(measured("welfare", counts))))


def test_levers_put_back_are_told_in_the_order_of_what_they_move(quick):
    policy = store.Policy({"patrol": 0.05, "severity": 25.0, "independence": 1.0}, [], [0.04, 0.15833333, 0.015], [], 0.0)
    found = store._put_back(policy, np.array([1.0, 1.0, 1.0]), lambda runs: None)
    assert [one.lever for one in found] == ["independence", "patrol", "severity"]
    assert found[0].change == pytest.approx([0.095, 0.0, 0.0], abs=1e-6) and found[2].change == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)


def test_the_best_by_weight_is_best_on_the_stored_front(kept):
    for found in store.found_of(kept).values():
        for (value, price), place in zip(store.WEIGHTS, found.best_by_weight, strict=True):
            worth = [policy.tested[1] - value * policy.lost - price * policy.tested[2] for policy in found.front]
            assert place == int(np.argmax(worth))
        for hangs_on in found.hangs_on.values():
            assert {one.lever for one in hangs_on} == set(found.today.levers)


def test_the_stored_results_are_of_the_present_levers(kept):
    assert kept["manifest"]["levers"] == store.asked()
    assert not set(kept["manifest"]["seeds"]) & set(kept["manifest"]["fresh_seeds"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_written_from_the_results_beside_it(kept, language):
    assert (store.DOCUMENTS / document_name(telling.STEM, language)).read_text("utf-8") == telling.document(kept, language)
    for name in search.LEVER_SETS:
        assert (store.DOCUMENTS / telling.picture_name(name, language)).stat().st_size > 1000


def test_no_policy_of_the_front_is_beaten_in_every_outcome(kept):
    signs = np.array([1.0 if direction == "minimize" else -1.0 for direction in search.OUTCOMES.values()])
    for found in store.found_of(kept).values():
        outcomes = np.array([policy.searched for policy in found.front]) * signs
        for one in outcomes:
            assert not ((outcomes < one - 1e-5).all(axis=1)).any()


def test_damage_and_nonsense_are_said_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="makes it"):
        store.read_table(tmp_path)
    path = store.write_table({"manifest": {"format": 0}}, tmp_path)
    with pytest.raises(InputError, match="has format 0"):
        store.read_table(tmp_path)
    path.write_text("7")
    with pytest.raises(InputError, match="damaged"):
        store.read_table(tmp_path)
    for options, said in ((["--generations", "1"], "too few"), (["--journal", str(tmp_path)], "is a directory")):
        result = CliRunner().invoke(app, ["optimise", *options])
        assert result.exit_code != 0 and said in str(result.exception or "") + " ".join(result.output.split())


@pytest.mark.slow
@pytest.mark.parametrize("told", [1, search.GENERATION], ids=["while a generation is told", "between generations"])
def test_a_killed_search_is_resumed(tmp_path, told):
    journal = tmp_path / "journal.log"
    command = [sys.executable, "-c", "from pathlib import Path; from experiments.optimisation.search import searched; "
               f"searched('supervision', 3, Path({str(journal)!r}), lambda runs, doing: None)"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    end = time.monotonic() + 300
    while not (journal.exists() and journal.read_text().count('"values":[') >= told):
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait(30)
    assert search.searched("supervision", 3, journal, nobody) == search.searched("supervision", 3, None, nobody)


@pytest.mark.parametrize("lost", [1, 7, 150])
def test_a_search_is_resumed_from_any_part_of_its_journal(quick, tmp_path, lost):
    whole, part = tmp_path / "whole.log", tmp_path / "part.log"
    found = search.searched("supervision", 2, whole, nobody)
    lines = whole.read_text("utf-8").splitlines(keepends=True)
    part.write_text("".join(lines[:-lost]), "utf-8")
    assert search.searched("supervision", 2, part, nobody) == found
    assert search.searched("supervision", 2, part, nobody) == found
