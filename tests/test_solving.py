"""A lesson's puzzle on the page: ways are tried, found ones are ticked off and kept."""

from dataclasses import replace

import pytest
from conftest import send, switch
from test_asking import settings_of

from convlab.exercises.puzzles import BOUNDS, PUZZLES, Sizes
from convlab.exercises.results import Answer, coded, is_right, reached, written_ways
from convlab.ui.guard import fields
from convlab.ui.lessons import text
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.lessons.solving import puzzle_of

LESSON = """---
title: Trial
---

# One
Look.
picture: step_by_step
puzzle: reach

# Two
Look again.
picture: step_by_step
"""
REACH = PUZZLES["reach"].make(0)
WAYS = sorted(REACH.answers())


@pytest.fixture
def solving(app, monkeypatch, tmp_path):
    """Open a step with the puzzle; the app."""

    def opened(**query):
        monkeypatch.setattr(text, "_FOLDER", tmp_path)
        (tmp_path / "01-trial.md").write_text(LESSON)
        text.lessons.cache_clear()
        for name, value in ({"lesson": "trial"} | query).items():
            app.query_params[name] = str(value)
        switch(app, "lessons")
        assert not app.exception
        return app

    yield opened
    text.lessons.cache_clear()


def tries(app, way):
    """Try some settings."""
    for name, value in zip(BOUNDS, way, strict=True):
        app.slider(key=f"lessons_puzzle_{name}").set_value(value)
    app.button(key="lessons_try").click().run()
    assert not app.exception


def count_of(app):
    """What is said of how many were found."""
    return next(each.value.partition("\n")[0] for each in app.markdown if "found.**" in each.value)


def test_what_is_found_is_ticked_off_and_in_the_link(solving):
    app = solving()
    assert count_of(app) == f"**0 of {len(WAYS)} found.**"
    for number, way in enumerate(WAYS[:3], 1):
        tries(app, way)
        assert app.info[0].value.startswith("Found: kernel size")
        assert count_of(app) == f"**{number} of {len(WAYS)} found.**"
    assert reached(REACH, settings_of(app).found) == WAYS[:3]
    tries(app, WAYS[1])
    assert app.info[0].value == "You have found that one already."
    assert count_of(app) == f"**3 of {len(WAYS)} found.**"


def test_what_does_not_reach_it_says_what_it_gives(solving):
    app = solving()
    tries(app, (1, 1, 0, 1))
    assert "these make 7×7" in app.info[0].value
    tries(app, (7, 1, 0, 3))
    assert app.info and settings_of(app).found == ""


def test_it_is_the_same_after_a_reload_and_when_one_comes_back(solving):
    app = solving(found=f"{','.join(map(str, WAYS[0]))} 9,9,9,9 nonsense 1,2")
    assert count_of(app) == f"**1 of {len(WAYS)} found.**"
    tries(app, WAYS[1])
    app.button(key="lessons_next").click().run()
    app.button(key="lessons_back").click().run()
    assert settings_of(app).found == ""
    assert count_of(app) == f"**2 of {len(WAYS)} found.**"


def test_what_was_found_before_stays_beside_what_a_link_says(solving):
    app = solving()
    tries(app, WAYS[0])
    visit = app.session_state["visitor"].visits[LessonSettings]
    visit.open(replace(visit.asked, found=written_ways(WAYS[1:2])))
    app.run()
    assert count_of(app) == f"**2 of {len(WAYS)} found.**"
    tries(app, WAYS[2])
    (done,) = app.session_state["visitor"].done.values()
    assert reached(REACH, done.answer) == WAYS[:3]


def test_what_the_tab_kept_stays_beside_what_was_found_since(solving):
    app = solving()
    tries(app, WAYS[0])
    send(app, "lessons_notes", "kept", {"text": coded([Answer("trial", 1, "reach", 0, written_ways(WAYS[1:3]))])})
    assert not app.exception
    (done,) = app.session_state["visitor"].done.values()
    assert reached(REACH, done.answer) == WAYS[:3]


def test_another_one_has_other_sizes(solving):
    app = solving()
    tries(app, WAYS[0])
    app.button(key="lessons_another").click().run()
    assert not app.exception and settings_of(app).question_seed
    reach = puzzle_of(settings_of(app), "reach")
    assert reach.text != REACH.text
    assert count_of(app) == f"**0 of {len(reach.answers())} found.**"


def test_two_steps_of_one_link_have_other_sizes():
    texts = [puzzle_of(LessonSettings(lesson="trial", step=step, question_seed=17), "reach").text for step in (1, 2)]
    assert len({*texts, REACH.text}) == 3


def test_it_is_printed_with_what_was_found_and_keyed_with_all(solving):
    app = solving()
    tries(app, WAYS[0])
    app.button(key="lessons_all").click().run()
    app.session_state["lessons_done"] = True
    app.run()
    app.button(key="lessons_to_print").click().run()
    assert f"**1 of {len(WAYS)} found.**" in "\n".join(each.value for each in app.markdown)


def test_the_key_has_all_ways(solving):
    app = solving(view="key", lesson="")
    words = "\n".join(each.value for each in app.markdown)
    assert REACH.text in words and words.count(":material/check:") == len(WAYS)


def test_a_puzzle_is_right_when_all_is_found():
    written = [",".join(map(str, way)) for way in WAYS]
    assert is_right("reach", 0, " ".join(written))
    assert not is_right("reach", 0, " ".join(written[1:]))
    assert reached(REACH, "1,1,1,1,1 x 3,,1,1") == []
    assert all(isinstance(way, Sizes) for way in reached(REACH, written[0]))


def test_the_guard_knows_how_what_is_set_travels():
    assert {fields()[f"lessons_puzzle_{name}"] for name in BOUNDS} == {"double_array_value"}
