"""Heavy work takes turns: a few at once, the others wait, and a plain word for who waits too long."""

from threading import Event, Thread

import pytest
from conftest import switch

from convlab.ui.kept import Kept
from convlab.ui.network import weights
from convlab.ui.steps import animation
from convlab.ui.turns import BusyError, Turns


def test_no_more_than_so_many_work_at_once():
    turns, go, at_work, most = Turns(2), Event(), [], []

    def work():
        with turns.turn("file"):
            at_work.append(1)
            most.append(len(at_work))
            go.wait(10)
            at_work.pop()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join(10)
    assert len(most) == 6 and max(most) <= 2


def test_who_waits_too_long_is_told_so_and_the_turn_comes_again():
    turns = Turns(1, 0.01)
    words = "must wait for its turn: others came first. Try again in a moment"
    with turns.turn("file"), pytest.raises(BusyError, match=words), turns.turn("file"):
        raise AssertionError("two at once")
    with pytest.raises(ZeroDivisionError), turns.turn("file"):
        raise ZeroDivisionError
    with turns.turn("file"):
        pass


def test_an_animation_that_must_wait_says_so(app, monkeypatch):
    full = Turns(1, 0.01)
    monkeypatch.setattr(animation, "FILES", full)
    app.session_state["animation"] = True
    switch(app, "step_by_step")
    with full.turn("file"):
        app.button(key="make_animation").click().run()
    assert not app.exception
    assert "must wait for its turn" in " ".join(word.value for word in app.warning)
    app.button(key="make_animation").click().run()
    assert app.get("download_button")


def test_a_real_network_that_others_use_says_so(app, monkeypatch):
    shelf = weights.Shelf()
    monkeypatch.setattr(shelf, "_turns", Turns(1, 0.01))
    monkeypatch.setattr("convlab.ui.network.seen.SHELF", shelf)
    monkeypatch.setattr("convlab.ui.network.seen._kept", Kept(0, lambda seen: seen.weight))
    app.query_params["part"], app.query_params["network"] = "real", "squeezenet1_1"
    with shelf.lent("squeezenet1_1", "random"):
        switch(app, "network")
    assert not app.exception
    assert "must wait for its turn" in " ".join(word.value for word in app.warning)
