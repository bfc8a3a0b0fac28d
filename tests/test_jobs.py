"""Runs that learn: steps when asked, one a visitor, two at a time, and what ends them."""

from functools import partial
from threading import Event, Thread
from weakref import ref

import pytest
import torch

from convlab.learning import Progress
from convlab.ui import jobs
from convlab.ui.jobs import FORGOTTEN, MOST, NOBODY, PACE, SILENT, STOPPED, Runs, Task

STEPS = 100


class Clock:
    """Time that passes when it is told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def runs(clock):
    return Runs(clock)


def halving(steps=STEPS):
    """A run whose loss halves."""
    return (Progress(step, 0.5**step, ()) for step in range(steps + 1))


def task(what="what", learn=halving, steps=STEPS):
    return Task("part", what, learn, steps)


def test_a_run_makes_its_steps_when_it_is_asked_and_ends_at_its_last(runs):
    run = runs.begin("a", task())
    assert (run.step, run.losses, run.progress) == (0, [], None)
    runs.ask(run)
    assert (run.step, run.losses) == (PACE - 1, [0.5**step for step in range(PACE)])
    for _ in range(STEPS):
        runs.ask(run)
    assert (run.state, run.word, run.step, run.progress.step, len(run.losses)) == ("ended", "", STEPS, STEPS, STEPS + 1)


def test_a_question_takes_no_longer_than_it_may(runs, clock):
    def slow():
        for progress in halving():
            clock.now += 2 * jobs.WORK
            yield progress

    run = runs.begin("a", task(learn=slow))
    runs.ask(run)
    assert len(run.losses) == 1


def test_nothing_is_made_before_it_is_its_turn(runs):
    begun = []
    for name in "abc":
        runs.ask(runs.begin(name, task(learn=lambda name=name: begun.append(name) or halving())))
    assert begun == ["a", "b"]


def test_two_learn_at_once_and_the_third_begins_when_one_ends(runs):
    one, two, three = (runs.begin(name, task(name)) for name in "abc")
    for run in (one, two, three):
        runs.ask(run)
    assert [run.waits for run in (one, two, three)] == [False, False, True]
    assert one.step and two.step and not three.step
    runs.stop(one)
    runs.ask(three)
    assert not three.waits and three.step


@pytest.mark.parametrize("how", ["pause", "silence"])
def test_one_that_rests_gives_its_place_away_and_queues_anew(runs, clock, how):
    one, two, three = (runs.begin(name, task(name)) for name in "abc")
    for run in (one, two, three):
        runs.ask(run)
    if how == "pause":
        runs.pause(one)
    clock.now += SILENT + 0.1 if how == "silence" else 0.1
    for run in (two, three):
        runs.ask(run)
    assert not three.waits
    if how == "pause":
        runs.go_on(one)
    for run in (two, three, one):
        runs.ask(run)
    assert [run.waits for run in (one, two, three)] == [True, False, False]


def test_a_visitor_has_one_run_and_a_new_one_ends_the_old(runs):
    old = runs.begin("a", task("old"))
    new = runs.begin("a", task("new"), word="Anew.")
    assert old.state == "ended" and runs.of("a") is new and new.word == "Anew."
    runs.ask(old)
    assert not old.losses


def test_pause_go_on_and_stop(runs):
    run = runs.begin("a", task())
    runs.ask(run)
    runs.pause(run)
    runs.ask(run)
    assert (run.state, run.step) == ("paused", PACE - 1)
    runs.go_on(run)
    runs.ask(run)
    assert (run.state, run.step) == ("on", 2 * PACE - 1)
    runs.stop(run)
    runs.ask(run)
    assert (run.state, run.word, run.step) == ("ended", STOPPED, 2 * PACE - 1)
    runs.go_on(run)
    assert run.state == "ended" and run.progress


def test_one_that_nobody_asks_for_ends_after_a_minute_and_says_so(runs, clock):
    run = runs.begin("a", task())
    runs.ask(run)
    clock.now += FORGOTTEN - 1
    assert runs.of("a") is run and run.state == "on"
    clock.now += 2
    assert runs.of("a") is run and (run.state, run.word) == ("ended", NOBODY)
    assert run.progress  # what it had learnt is still there


def test_an_ended_run_lets_go_of_what_it_learnt_from(runs):
    class Picture:
        pass

    def learn(picture):
        yield from halving()
        assert picture

    picture = Picture()
    gone = ref(picture)
    run = runs.begin("a", task(learn=partial(learn, picture)))
    runs.ask(run)
    del picture
    assert gone()
    runs.stop(run)
    assert not gone()


def test_only_so_many_are_remembered_and_the_longest_silent_goes_first(runs, clock):
    first = runs.begin("first", task())
    for number in range(MOST):
        clock.now += 0.01
        runs.begin(str(number), task())
    assert runs.of("first") is None and first.state == "ended"
    assert runs.of("0") and runs.of(str(MOST - 1))


def test_time_left_goes_by_how_fast_it_went(runs, clock):
    run = runs.begin("a", task())
    runs.ask(run)
    for _ in range(5):
        clock.now += 0.5
        runs.ask(run)
    assert run.spent == pytest.approx(2.5)
    assert run.left == pytest.approx((STEPS - run.step) * 2.5 / run.step)


def test_one_that_fails_ends(runs):
    def fails():
        yield Progress(0, 1.0, ())
        raise ZeroDivisionError

    run = runs.begin("a", task(learn=fails))
    with pytest.raises(ZeroDivisionError):
        runs.ask(run)
    assert run.state == "ended" and len(run.losses) == 1


def test_a_run_takes_one_thread_and_the_rest_of_the_process_as_many_as_before(runs):
    threads, seen = torch.get_num_threads(), []

    def counting():
        for progress in halving():
            seen.append(torch.get_num_threads())
            yield progress

    torch.set_num_threads(3)
    try:
        runs.ask(runs.begin("a", task(learn=counting)))
        assert set(seen) == {1} and torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(threads)


def test_two_questions_at_once_make_each_step_once_and_stop_is_heard_within_one(runs):
    in_step, may_end = Event(), Event()

    def held():
        yield Progress(0, 1.0, ())
        in_step.set()
        assert may_end.wait(10)
        yield Progress(1, 1.0, ())
        raise AssertionError("a step after Stop")

    run = runs.begin("a", task(learn=held))
    first = Thread(target=runs.ask, args=(run,))
    first.start()
    assert in_step.wait(10)
    runs.ask(run)  # does not wait, makes none
    runs.stop(run)
    may_end.set()
    first.join(10)
    assert (run.state, run.word, run.losses) == ("ended", STOPPED, [1.0])
