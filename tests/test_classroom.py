"""The benchmark's class: what its students send takes effect, what goes wrong is counted, nobody else is played at."""

import argparse
import asyncio
import json
import os
import random
import zlib
from concurrent.futures import ThreadPoolExecutor

import classroom
import pytest
from classroom import Student, at_most, lesson, loopback, rows, spread, use_of
from conftest import free_port
from player import Tab, Tally, photo


def played(work):
    """What some work gives, in a thread with a loop of its own: Playwright has one in this."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(work)).result()


def header(tab, name):
    """What a component was told last."""
    (message,) = (message for key, message in tab.told.items() if key.endswith(f"-{name}"))
    return json.loads(zlib.decompress(message[4 : 4 + int.from_bytes(message[:4], "little")], -zlib.MAX_WBITS))


def test_what_a_student_sends_is_what_a_browser_would(address):
    student, addresses = Student(0, "", Tally()), []

    async def plays():
        tab = Tab(address + "?layers=two", Tally())
        await tab.open(new=False)
        await tab.slide("stride", 3)
        addresses.append(header(tab, "tab_")["address"])
        await tab.event("maps", "edit", student._cell)
        addresses.append(header(tab, "tab_")["address"])
        sent = {"name": "a.jpg", "data": photo(random.Random(0)), "kept": False}
        await tab.event("own_picture", "picture", lambda number: {**sent, "number": number})
        addresses.append(header(tab, "tab_")["address"])
        await tab.close()
        return header(tab, "own_picture")

    assert played(plays())["name"] == "a.jpg"
    assert addresses[0] == "stride=3&layers=two"
    assert "edits=" in addresses[1]
    assert "picture=own" in addresses[2]


def test_a_class_plays_every_part_without_an_error(address, monkeypatch):
    monkeypatch.setattr(classroom, "ARRIVE", 0.5)
    monkeypatch.setattr(classroom, "EVERY", 0.2)
    monkeypatch.setattr(classroom, "PHOTO", 3)
    monkeypatch.setattr(classroom, "MIX", {"seen": 1, "never seen": 1, "reload": 1})
    tally = played(lesson([address + "?layers=two"], 3, 6))
    assert not tally.errors
    assert set(tally.times) == set(classroom.ABOUT)
    assert len(tally.times[classroom.OPENING]) == 3
    assert min(tally.received, tally.sent, tally.files) > 10_000
    assert any("a change never seen before" in row.what for row in rows(tally, 3, 6))


def test_who_vanishes_is_gone_and_no_error(address, monkeypatch):
    monkeypatch.setattr(classroom, "ARRIVE", 0)
    monkeypatch.setattr(classroom, "EVERY", 0)
    monkeypatch.setattr(classroom, "MIX", {"vanish": 1})
    tally = played(lesson([address], 1, 60))
    assert not tally.errors and len(tally.times[classroom.OPENING]) == 1


def test_a_server_that_is_not_there_is_an_error_for_each(monkeypatch):
    monkeypatch.setattr(classroom, "ARRIVE", 0)
    tally = played(lesson([f"http://127.0.0.1:{free_port()}/"], 2, 5))
    assert tally.errors.total() == 2 and not any(tally.times.values())


@pytest.mark.parametrize("there", ["http://192.168.0.1:80", "https://example.org/", "http://localhost.example/", "x"])
def test_no_other_machine_is_played_at(there):
    with pytest.raises(argparse.ArgumentTypeError, match="must be on this machine"):
        loopback(there)


@pytest.mark.parametrize("here", ["http://127.0.0.1:8501", "http://localhost:8501/", "http://[::1]:8501"])
def test_this_machine_has_more_than_one_name(here):
    assert loopback(here) == here.rstrip("/") + "/"


def test_students_are_counted_and_times_ranked():
    assert at_most(400)("400") == 400
    with pytest.raises(argparse.ArgumentTypeError, match="from 1 to 400: got 401"):
        at_most(400)("401")
    assert " ".join(spread([float(value) for value in range(1, 101)]).split()) == "p50 51 ms p95 95 ms p99 99 ms n 100"


def test_a_process_is_weighed():
    use = use_of(os.getpid())
    assert use.cpu > 0 and 10_000_000 < use.peak < 100_000_000_000
