"""Closed forms against independent computation, the simulation against them, and the document against both."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from typer.testing import CliRunner

from experiments import cli
from experiments.verification import document as verification
from experiments.verification.checks import (
    FALSE_ALARM,
    PER_STUDY,
    Check,
    Study,
    check_of,
    exact,
)
from experiments.verification.document import (
    CASES,
    COMMAND,
    OPENING,
    Case,
    statement_of,
)
from model import PARAMETERS, BureaucracyModel, Scenario, theory

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "verification.md"
DEFAULTS = {name: parameter.default for name, parameter in PARAMETERS.items()}
GRID = np.linspace(0.0, 1.0, 20_001)

couplings, fields = st.floats(0.1, 4.0), st.floats(-2.0, 2.0)
gains, sanctions, noises = st.floats(-1.0, 3.0), st.floats(0.5, 6.0), st.floats(0.2, 2.0)


def roots_on_grid(values):
    """How often a function changes its sign on a grid."""
    signs = np.sign(values[values != 0.0])
    return int(np.sum(signs[1:] != signs[:-1]))


# One person's choice -------------------------------------------------------------------------------------------


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=5), st.floats(0.05, 5))
def test_logit_shares_sum_to_one_and_their_ratios_are_odds(utilities, noise):
    shares = theory.logit_shares(np.array(utilities), noise)
    assert shares.sum() == pytest.approx(1.0)
    assert np.log(shares[0] / shares[1]) == pytest.approx((utilities[0] - utilities[1]) / noise, abs=1e-9)


def test_the_logit_is_the_choice_of_the_best_option_under_extreme_value_noise():
    utilities, noise, draws = np.array([0.0, 0.3, -0.4]), 0.28, 400_000
    luck = np.random.default_rng(0).gumbel(size=(draws, 3))
    found = np.bincount(np.argmax(utilities + noise * luck, axis=1), minlength=3)
    chance = theory.logit_shares(utilities, noise)
    assert np.all(np.abs(found - draws * chance) <= theory.bernstein_tolerance(draws * chance * (1 - chance), 1e-9))


def test_quadrature_gives_moments_of_a_normal_and_of_one_that_is_cut():
    for kink in (0.0, -2.857, 3.0, -12.0, 12.0):
        z, w = theory.normal_quadrature(40, kink)
        assert [w @ z**power for power in range(5)] == pytest.approx([1, 0, 1, 0, 3], abs=1e-7)
        wanted = stats.norm.pdf(kink) - kink * stats.norm.sf(kink)
        assert w @ np.maximum(0.0, z - kink) == pytest.approx(wanted, abs=1e-8)


def test_shares_of_a_population_are_those_of_a_dense_grid():
    spread, z = np.sqrt(np.log(1.25)), np.linspace(-8.0, 8.0, 801)
    ambition, integrity = np.exp(spread * z - spread**2 / 2)[:, None], np.maximum(0.0, 1 + 0.35 * z)
    weight = stats.norm.pdf(z) * (z[1] - z[0])
    found, wanted = theory.population_shares(DEFAULTS), np.zeros((2, 5, 5))
    for rank in range(5):
        for affinity, share in ((0.6, 0.15), (-0.6, 0.15), (0.0, 0.7)):
            utilities = theory.utilities_without_peers(DEFAULTS, np.array(rank), ambition, integrity, np.array(affinity))
            chances = theory.logit_shares(utilities, 0.28)
            wanted[:, rank] += [share * np.einsum("abo,a,b->o", chances**power, weight, weight) for power in (1, 2)]
    assert np.array(found) == pytest.approx(wanted, abs=1e-5)


def test_utilities_without_peers_are_those_that_people_explain():
    settings = {
        "peer_influence": 0.0, "head_pressure": 0.0, "peer_reporting": 0.0, "popularity_sd": 0.0, "patronage_sd": 0.0,
        "separated_offices": 0.0, "contract_share": 0.0, "inherited_incumbency": 1.0, "solidarity": 0.0,
    }  # fmt: skip
    model = BureaucracyModel(Scenario(title="one", mode="laboratory", staff=300, months=2, parameters=settings), rng=4)
    trait = {name: model.people.column(name).astype(float) for name in ("ambition", "integrity", "affinity")}
    wanted = theory.utilities_without_peers(DEFAULTS | settings, model.people.column("rank"), **trait)
    for post in range(0, 300, 10):
        found = [option.utility for option in model.civil_servant(post).explain()]
        assert found == pytest.approx(wanted[post].tolist(), abs=2e-6)  # traits are kept in single precision


# Peers ---------------------------------------------------------------------------------------------------------


@given(fields, couplings)
def test_means_with_peers_are_all_the_roots(field, coupling):
    means = theory.means_with_peers(field, coupling)
    m = 2 * GRID - 1
    excess = np.tanh(field + coupling * m) - m
    nearly_touching = coupling > 1 and abs(abs(field) - theory.tipping_field(coupling)) < 1e-3
    assert nearly_touching or len(means) == max(1, roots_on_grid(excess))
    assert all(np.tanh(field + coupling * one) == pytest.approx(one, abs=1e-12) for one in means)
    assert means == sorted(means)


@given(fields, couplings)
def test_two_states_are_stable_exactly_below_the_tipping_field(field, coupling):
    threshold = theory.tipping_field(coupling)
    three = len(theory.means_with_peers(field, coupling)) == 3
    if coupling <= 1:
        assert np.isnan(threshold) and not three
    elif abs(abs(field) - threshold) > 1e-9:
        assert three == (abs(field) < threshold)


@given(st.floats(0, 1), st.floats(-2, 2), st.floats(0, 3), st.floats(0.1, 2), st.integers(1, 4))
def test_the_map_of_peers_is_the_logit_and_the_hyperbolic_tangent(share, utility, pull, noise, options):
    mapped = theory.share_after_peers(share, utility, pull, noise, options)
    neutral = theory.logit_shares(np.array([0.0, *[utility + pull * (2 * share - 1)] * options]), noise)[0]
    assert mapped == pytest.approx(1 - neutral, abs=1e-12)
    field, coupling = theory.peers_of(utility, pull, noise, options)
    assert 2 * mapped - 1 == pytest.approx(np.tanh(field + coupling * (2 * share - 1)), abs=1e-9)


@given(st.integers(1, 40), st.floats(0.01, 0.99))
def test_the_chain_of_an_office_is_binomial(size, share):
    chain = theory.chain_of_office(size, lambda shares: 0.5 * share + 0.5 * shares)
    count = np.arange(size + 1)
    wanted = stats.binom.pmf(count, size, (0.5 * share + 0.5 * count / size)[:, None])
    assert chain == pytest.approx(wanted, abs=1e-11)
    assert theory.chain_of_office(size, lambda shares: 0.5 * share + 0.5 * shares, slice(1, None)) == pytest.approx(
        wanted[1:, 1:]
    )


# Overload ------------------------------------------------------------------------------------------------------


def test_folds_of_the_textbook_numbers():
    folds = theory.overload_folds(1.0, 3.0, 0.8)
    assert folds[:3] == pytest.approx((0.3984, 0.1766, 0.0759), abs=5e-5)
    assert folds.bistable
    assert not theory.overload_folds(1.0, 1.2, 0.8).bistable


@given(gains, sanctions, noises, st.floats(0.2, 1.0))
def test_the_upper_fold_is_the_largest_capacity_that_the_upper_state_bears(gain, sanction, noise, follow_up):
    folds = theory.overload_folds(gain, sanction, noise, follow_up)
    inside = GRID[1:-1]
    capacity = theory.capacity_of_share(inside, gain, sanction, noise, follow_up)
    assert folds.up == pytest.approx(capacity.max(), abs=1e-6)
    assert folds.up >= capacity.max() - 1e-12


@given(gains, sanctions, noises, st.floats(0.001, 1.0))
def test_shares_under_overload_are_all_the_roots(gain, sanction, noise, capacity):
    folds = theory.overload_folds(gain, sanction, noise)
    if min(abs(capacity - folds.up), abs(capacity - folds.low)) < 1e-3:
        return
    found = theory.shares_under_overload(capacity, gain, sanction, noise)
    excess = theory.share_under_overload(GRID, capacity, gain, sanction, noise) - GRID
    assert len(found) == roots_on_grid(excess)
    assert theory.share_under_overload(np.array(found), capacity, gain, sanction, noise) == pytest.approx(
        found, abs=1e-9
    )
    assert (len(found) == 3) == (folds.bistable and folds.low < capacity < folds.up)


def test_without_sanctions_or_with_enough_hearings_one_logit_remains():
    assert theory.share_under_overload(0.4, 1.0, 1.0, 3.0, 0.8) == pytest.approx(1 / (1 + np.exp(2 / 0.8)))
    assert theory.share_under_overload(0.4, 0.0, 1.0, 3.0, 0.8) == pytest.approx(1 / (1 + np.exp(-1 / 0.8)))


# Queue ---------------------------------------------------------------------------------------------------------


def queue_case_by_case(arrivals, capacity, deadline):
    """The same queue, one case after another."""
    waiting, rows, credit = [], [], 0.0
    for month, joined in enumerate(arrivals):
        waiting += [month] * int(joined)
        lapsed = [since for since in waiting if month - since >= deadline]
        waiting = waiting[len(lapsed) :]
        credit += capacity
        hearings, credit = int(credit), credit - int(credit)
        heard, waiting = waiting[:hearings], waiting[hearings:]
        rows.append((len(heard), len(lapsed), len(waiting), sum(month - since for since in heard)))
    return np.array(rows).T


queues = (st.lists(st.integers(0, 12), min_size=1, max_size=40), st.floats(0, 10), st.floats(1, 8))


@given(*queues)
def test_the_queue_is_that_of_one_case_after_another_and_loses_none(arrivals, capacity, deadline):
    course = theory.queue_with_deadline(np.array(arrivals), capacity, deadline)
    assert np.array_equal(course, queue_case_by_case(arrivals, capacity, deadline))
    assert np.array_equal(np.cumsum(arrivals), np.cumsum(course.heard) + np.cumsum(course.lapsed) + course.waiting)


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 8))
def test_a_queue_with_steady_reports_comes_to_its_long_run(arrivals, capacity, deadline):
    months = 2 * deadline * (2 + arrivals // max(1, abs(arrivals - capacity)))
    course = theory.queue_with_deadline(np.full(months, arrivals), capacity, deadline)
    heard, lapsed, wait = theory.queue_in_the_long_run(arrivals, capacity, deadline)
    assert (course.heard[-1], course.lapsed[-1]) == (heard, lapsed)
    assert course.waited[-1] == wait * heard


# Careers -------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=60), st.randoms(use_true_random=False)
)
def test_promotion_by_merit_fills_each_post_with_the_best_below(people, random):
    rank, left = (np.array(column) for column in zip(*people, strict=True))
    merit = np.array(random.sample(range(len(people)), len(people)), float)
    moves = theory.promoted_by_merit(rank, merit, left)
    assert not np.any(moves & left) and not np.any(moves & (rank == 4))
    for above in range(1, 5):
        vacant = np.sum((rank == above) & (left | moves))
        candidates = (rank == above - 1) & ~left
        assert np.sum(moves & candidates) == min(vacant, candidates.sum())
        for riser, stayer in itertools.product(merit[candidates & moves], merit[candidates & ~moves]):
            assert riser > stayer


# How far chance may go -----------------------------------------------------------------------------------------


@given(st.integers(1, 400), st.floats(0.001, 0.999), st.floats(1e-9, 0.5))
def test_a_binomial_is_beyond_the_bernstein_tolerance_no_oftener_than_allowed(number, chance, false_alarm):
    allowed = theory.bernstein_tolerance(number * chance * (1 - chance), false_alarm)
    count = np.arange(number + 1)
    beyond = np.abs(count - number * chance) >= allowed
    assert stats.binom.pmf(count[beyond], number, chance).sum() <= false_alarm


def test_a_settled_tolerance_holds_in_the_exact_chain():
    def mapped(share):
        return theory.share_after_peers(share, 0.08, 1.2, 0.4)

    size, months, false_alarm = 400, 20, 1e-6
    share = 0.5 + 0.5 * theory.means_with_peers(*theory.peers_of(0.08, 1.2, 0.4))[-1]
    allowed = theory.settled_tolerance(share, mapped, size, false_alarm)
    within = np.flatnonzero(np.abs(np.arange(size + 1) / size - share) <= allowed)
    chain = theory.chain_of_office(size, mapped, slice(within[0], within[-1] + 1))
    assert chain.sum(axis=1).min() >= 1 - false_alarm  # from anywhere within, one month leads out this rarely
    assert np.linalg.matrix_power(chain, months).sum(axis=1).min() >= 1 - months * false_alarm
    assert theory.settled_tolerance(0.397, mapped, size, false_alarm) == float("inf")


def test_a_check_fails_where_it_should():
    assert exact("equal", np.arange(3), np.arange(3)).holds
    assert not exact("not equal", np.arange(3), np.array([0, 1, 3])).holds
    far = check_of("far", [0.1, -0.3], [0.2, 0.2], "given")
    assert not far.holds and (far.difference, far.allowed, far.comparisons) == (0.3, 0.2, 2)
    assert not Check("no number", 1, float("nan"), 1.0, "given").holds
    assert len(CASES) * PER_STUDY == pytest.approx(FALSE_ALARM)


# The simulation against the closed forms -----------------------------------------------------------------------

QUICK = ("leverage", "posts", "deterrence")


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.name, marks=() if case.name in QUICK else pytest.mark.slow) for case in CASES]
)
def test_the_simulation_agrees_with_theory(case):
    study = case.study(lambda what: None)
    assert [check for check in study.checks if not check.holds] == []
    assert study.found and all(check.comparisons > 0 and check.allowed < 1 for check in study.checks)


# The document --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document():
    return DOCUMENT.read_text(encoding="utf-8")


def test_the_document_says_of_every_case_what_the_catalogue_says(document):
    assert document.startswith(OPENING)
    assert [f"{number} {case.title}" for number, case in enumerate(CASES, 1)] == re.findall(
        r"^## (.+)$", document, re.MULTILINE
    )
    for number, case in enumerate(CASES, 1):
        assert statement_of(number, case) in document, case.name


def test_the_document_reports_that_everything_holds(document):
    parts = document.split("\n## ")[1:]
    for case, part in zip(CASES, parts, strict=True):
        rows = re.findall(r"^\| .+ \| ([\d,]+) \| (\S+) \| (\S+) \| .+ \| (.+) \|$", part, re.MULTILINE)
        assert len(rows) >= 2, case.name
        for _, difference, allowed, holds in rows:
            assert holds == "yes" and float(difference) <= float(allowed), case.name


def test_every_picture_of_the_document_is_there_and_no_other(document):
    linked = re.findall(r"!\[.+\]\((.+)\)", document)
    assert [Path(link).stem for link in linked] == [case.name for case in CASES]
    pictures = {
        path.relative_to(DOCUMENT.parent).as_posix() for path in (DOCUMENT.parent / verification.PICTURES).iterdir()
    }
    assert pictures == set(linked)
    assert sum((DOCUMENT.parent / link).stat().st_size for link in linked) < 1_000_000


def test_settings_of_the_catalogue_are_parameters_with_values_allowed():
    for case in CASES:
        for settings in case.settings.values():
            for name, value in settings.items():
                low, high = PARAMETERS[name].valid
                assert low <= np.min(value) and np.max(value) <= high, (case.name, name)


def test_links_of_the_document_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)\s]+)\)", document):
        assert re.match(r"https://", target) or (DOCUMENT.parent / target.partition("#")[0]).exists(), target


# The command ---------------------------------------------------------------------------------------------------


def test_the_command_refuses_a_folder_that_is_a_file_before_it_runs(tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("")
    result = CliRunner().invoke(cli.app, [COMMAND.split()[-1], "--out", str(taken)])
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: --out ") and "is a file" in result.stderr


def test_the_command_writes_document_and_pictures_and_says_what_does_not_hold(tmp_path, monkeypatch):
    quick = next(case for case in CASES if case.name == "leverage")
    monkeypatch.setattr(verification, "CASES", (quick,))
    result = CliRunner().invoke(cli.app, ["verification", "--out", str(tmp_path / "new")])
    assert result.exit_code == 0, result.output
    assert statement_of(1, quick) in (tmp_path / "new" / "verification.md").read_text(encoding="utf-8")
    assert [path.name for path in (tmp_path / "new" / "verification").iterdir()] == ["leverage.png"]

    real = quick.study(lambda what: None)
    failing = Study((exact("one is two", 1, 2),), real.found, real.draw)
    broken = Case(**{**vars(quick), "study": lambda report: failing})
    monkeypatch.setattr(verification, "CASES", (broken,))
    result = CliRunner().invoke(cli.app, ["verification", "--out", str(tmp_path / "new")])
    assert result.exit_code == 1
    assert "Does not hold: leverage: one is two." in result.stderr
    assert "**no**" in (tmp_path / "new" / "verification.md").read_text(encoding="utf-8")
