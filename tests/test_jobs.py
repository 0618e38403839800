"""Experiments in the background: queued, cancelled, bounded, found again by another server."""

import shutil
import time

import pytest

from experiments import jobs as module
from experiments.errors import InputError
from experiments.jobs import (
    CANCELLED,
    DONE,
    FAILED,
    RUNNING,
    WAITING,
    Jobs,
    checked_plan,
)

DESIGN = """
title = "A small question"
scenario = "laboratory"
kind = "factorial"
months = 6
staff = 60
replicates = {replicates}
[vary]
patrol = [0.05, 0.2]
[outcomes]
siding = "siding_share"
"""
SMALL = DESIGN.format(replicates=2)
LONG = DESIGN.format(replicates=3000).replace("months = 6", "months = 120").replace("staff = 60", "staff = 1500")
"""As much as may be asked for, so that it is still at work when a test cancels it, on whatever machine."""


@pytest.fixture
def jobs(tmp_path):
    """Jobs in a folder of their own; at the end none is at work."""
    made = Jobs(tmp_path / "jobs")
    yield made
    for name in list(made._jobs):
        made.cancel(name)
    for job in made._jobs.values():
        wait_for(job, DONE, CANCELLED, FAILED)


def wait_for(job, *states, seconds=120):
    """Wait until a job is in one of some states."""
    end = time.monotonic() + seconds
    while job.state not in states:
        assert time.monotonic() < end, job.state
        time.sleep(0.02)
    return job


def test_a_job_is_done_and_shows_its_results(jobs):
    job = wait_for(jobs.submit(SMALL), DONE, FAILED)
    assert (job.state, job.error, job.done, job.total) == (DONE, "", 6, 6)  # the baseline is a point of its own
    assert len(job.results().runs()) == 6
    assert jobs.find(job.name) is job


def test_pressing_run_ten_times_starts_one_job(jobs):
    job = jobs.submit(LONG)
    assert all(jobs.submit(LONG, job.name) is job for _ in range(10))
    assert len(jobs._jobs) == 1


def test_another_design_of_the_same_visitor_replaces_the_first(jobs):
    first = jobs.submit(LONG)
    second = jobs.submit(SMALL, first.name)
    wait_for(first, CANCELLED)
    assert wait_for(second, DONE).done == 6


def test_a_cancelled_job_keeps_what_it_did(jobs):
    job = jobs.submit(LONG)
    wait_for(job, RUNNING)
    while job.done == 0 and job.state == RUNNING:
        time.sleep(0.01)
    assert job.seconds_left is None or job.seconds_left >= 0.0
    jobs.cancel(job.name)
    wait_for(job, CANCELLED)
    assert 0 < job.done < job.total
    assert job.results().done == job.done


def test_a_job_that_waits_can_be_cancelled(jobs):
    first, second = jobs.submit(LONG), jobs.submit(SMALL)
    assert second.state == WAITING
    jobs.cancel(second.name)
    assert second.state == CANCELLED
    jobs.cancel(first.name)


def test_another_server_goes_on_where_the_first_stopped(jobs):
    job = jobs.submit(LONG)
    while job.done == 0:
        time.sleep(0.01)
    jobs.cancel(job.name)
    wait_for(job, CANCELLED)
    other = Jobs(jobs.folder)
    again = other.find(job.name)
    wait_for(again, RUNNING, DONE)
    assert again.done >= job.done
    other.cancel(job.name)
    wait_for(again, CANCELLED, DONE)


@pytest.mark.parametrize("name", ["", "x", "../../etc/passwd", "a" * 16, "é" * 16, "a/b" * 5])
def test_a_name_that_is_no_job_finds_none(jobs, name):
    assert jobs.find(name) is None


@pytest.mark.parametrize("text", [
    "", "title = ", "title = 'x'\nkind = 'factorial'", SMALL.replace("patrol", "patrl"), SMALL.replace("0.2", "-1"), "a = " + "[" * 3000,
    SMALL.replace("staff = 60", "staff = 60\nfile = '/etc/passwd'"), SMALL.replace('"laboratory"', '"/etc/passwd"')])
def test_what_is_no_design_is_refused_in_one_sentence(jobs, text):
    with pytest.raises(InputError) as refused:
        jobs.submit(text)
    assert str(refused.value) and "\n" not in str(refused.value)
    assert not jobs.folder.exists()


def test_too_large_a_design_is_refused_with_the_command_that_runs_it():
    with pytest.raises(InputError, match="netralitas sweep"):
        checked_plan(DESIGN.format(replicates=50_000))
    with pytest.raises(InputError, match="characters"):
        checked_plan("#" * 50_000)


def test_only_so_many_may_wait(jobs, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    wait_for(jobs.submit(LONG), RUNNING)
    jobs.submit(SMALL)
    jobs.submit(SMALL)
    with pytest.raises(InputError, match="waiting"):
        jobs.submit(SMALL)


def test_old_results_are_removed(jobs, monkeypatch):
    monkeypatch.setattr(module, "MOST_KEPT", 2)
    made = [wait_for(jobs.submit(SMALL), DONE) for _ in range(4)]
    last = wait_for(jobs.submit(SMALL), DONE)
    assert len(list(jobs.folder.iterdir())) <= 3
    assert last.directory.exists() and not made[0].directory.exists()


def test_a_job_that_fails_says_why_and_the_next_one_runs(jobs, monkeypatch):
    monkeypatch.setattr(module, "run_plan", lambda *_, **__: (_ for _ in ()).throw(OSError("the disk is full")))
    assert wait_for(jobs.submit(SMALL), FAILED).error == "the disk is full"
    monkeypatch.undo()
    assert wait_for(jobs.submit(SMALL), DONE).done == 6


def test_a_folder_that_is_gone_does_not_stop_the_worker(jobs):
    wait_for(jobs.submit(SMALL), DONE)
    shutil.rmtree(jobs.folder)
    assert wait_for(jobs.submit(SMALL), DONE).done == 6
