"""Results on disk are those of the present model: a part of each is run again and compared.

Every file of results names the sources that made it, but that digest also changes with a comment. What has to stay is
what the model says. If one of these fails, the document has to be written anew, with the command that it names.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from experiments.calibration import results as calibration
from experiments.contrast import effect_of
from experiments.discovery import results as discovery
from experiments.evidence import results as evidence
from experiments.evidence.simulated import simulate
from experiments.findings import results as findings
from experiments.findings.catalogue import findings as asked
from experiments.optimisation import results as optimisation
from experiments.optimisation.search import fresh_seeds, outcomes_of
from experiments.sensitivity import results as sensitivity

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


def same(again, kept):
    """The same numbers, but for the last digits of sums that another machine may add otherwise."""
    np.testing.assert_allclose(again, kept, rtol=1e-6, atol=1e-6)


def nobody(*_):
    pass


@pytest.mark.parametrize(("name", "contrast"), [("who_sanctions", "siding"), ("tipping_and_big_push", "laboratory")])
def test_findings(name, contrast):
    table = findings.read_table()
    again = effect_of(asked()[name].contrasts[contrast], table["manifest"]["replicates"])
    kept = table["findings"][name]["contrasts"][contrast]["effect"]
    same(list(asdict(again).values()), list(kept.values()))


def test_evidence():
    kept = evidence.read_results()
    names = ["follow_up_path", "certainty_over_severity"]
    for name, claims in simulate(kept["manifest"]["replicates"], nobody, names).items():
        for claim, found in claims.items():
            stored = kept["patterns"][name]["claims"][claim]
            same([found.value, found.low, found.high], [stored[end] for end in ("value", "low", "high")])


@pytest.mark.parametrize("mode", sensitivity.MODES)
def test_sensitivity(mode):
    table = sensitivity.read_table()
    same(sensitivity.first_points(mode, sensitivity.Size(**table["manifest"]["size"])),
         sensitivity.found_of(table)[mode].first_points)


@pytest.mark.parametrize("question", discovery.QUESTIONS)
def test_discovery(question):
    table = discovery.read_table()
    worlds, replicates = table["manifest"]["worlds"], table["manifest"]["replicates"]
    again = discovery.siding_in(discovery.QUESTIONS[question], worlds, replicates, most=30)
    same(np.round(again, 5), discovery.found_of(table)[question].siding[:30])


@pytest.mark.parametrize("lever_set", optimisation.LEVER_SETS)
def test_policy_search(lever_set):
    found = optimisation.found_of(optimisation.read_table())[lever_set]
    policies = [found.today, found.front[0]]
    again = outcomes_of([policy.levers for policy in policies], fresh_seeds(optimisation.FRESH_REPLICATES)).mean(axis=1)
    same(again, [[*policy.tested, policy.lost] for policy in policies])


def test_calibration():
    kept = calibration.read_calibration().summary
    effort = calibration.Effort(**kept["manifest"]["effort"])
    again = calibration.shown_by_defaults(effort, kept["manifest"]["seed"], nobody)
    assert again.keys() == kept["default"].keys()
    same(list(again.values()), list(kept["default"].values()))


def test_weak_levers():
    spec = importlib.util.spec_from_file_location("weak_levers", ROOT / "scripts" / "weak_levers.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    kept = json.loads(script.RESULTS.read_text("utf-8"))["capacity"]
    again = [list(row) for row in itertools.islice(script.capacity(kept["manifest"]["pairs"]), 2)]
    assert again == kept["rows"][:2]
