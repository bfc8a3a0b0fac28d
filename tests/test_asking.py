"""A lesson's question on the page: answered in every form, and nothing of the answer is sent before."""

import json
import re
from dataclasses import replace

import pytest
import torch
from conftest import _headers, send, switch
from google.protobuf import text_format

from convlab import exercises
from convlab.exercises.form import REFUSED, Kind, Picture, Question, Wrong, written_cells
from convlab.exercises.results import is_right
from convlab.ui.guard import fields
from convlab.ui.lessons import text
from convlab.ui.lessons.asking import seed_of
from convlab.ui.lessons.settings import MOST_SEED, LessonSettings

SECRETS = ("SECRET RULE", "SECRET HINT", "FORGETS THE")  # what only a verdict or a hint may say
LESSON = """---
title: Trial
---

# One
Look.
picture: step_by_step
question: {kind}

# Two
Look again.
picture: step_by_step
question: {kind}
"""


def number(draw):
    """One of many numbers."""
    size = draw.randrange(10**8, 10**9)
    wrongs = [Wrong(str(size + 1), f"{size + 1} FORGETS THE one.", [Picture("SECRET WRONG", torch.ones(2, 2))])]
    shown, given = [Picture("SECRET MAP", torch.zeros(2, 2))], [Picture("Given", torch.eye(3))]
    text = f"What comes after {size - 1}?"
    rule, hint = f"SECRET RULE of {size}.", "SECRET HINT."
    address = "step_by_step?stride=2"
    return Question(text, "number", str(size), wrongs, rule, hint, {}, pictures=given, shown=shown, address=address)


def shape(draw):
    """A shape."""
    size = draw.randrange(10**8, 10**9)
    wrongs = [Wrong(f"3, {size}", "FORGETS THE order.")]
    return Question(f"Which shape has {size} maps?", "shape", f"{size}, 3", wrongs, "SECRET RULE", "SECRET HINT.", {})


def choice(draw):
    """A choice."""
    wrongs = [Wrong("the kernel", "FORGETS THE turn.")]
    options = ["the kernel", "the kernel, turned", REFUSED]
    draw.shuffle(options)
    text = f"What comes out, {draw.random()}?"
    return Question(text, "choice", "the kernel, turned", wrongs, "SECRET RULE", "SECRET HINT.", {}, options)


def cells(draw):
    """Some cells."""
    right = [(0, draw.randrange(3)), (2, 2)]
    wrongs = [Wrong("0,0 0,1 0,2", "FORGETS THE last row.")]
    board, text = torch.arange(9.0).reshape(3, 3), f"Which, {draw.random()}?"
    return Question(
        text, "cells", written_cells(right), wrongs, "SECRET RULE", "SECRET HINT.", {}, board=board, marked=[(1, 1)]
    )


KINDS = [*exercises.KINDS]
SEEN = ("maps_out", "which_kernel")  # as many as the kernels, of which the text speaks; of a map that is given
MAKES = {"number": number, "shape": shape, "choice": choice, "cells": cells}


@pytest.fixture
def asking(app, monkeypatch, tmp_path):
    """Open a step whose question is of a kind; the app."""

    def opened(kind, **query):
        if kind in MAKES:
            monkeypatch.setitem(exercises.KINDS, "trial", Kind("Trial", MAKES[kind]))
        monkeypatch.setattr(text, "_FOLDER", tmp_path)
        (tmp_path / "01-trial.md").write_text(LESSON.format(kind="trial" if kind in MAKES else kind))
        text.lessons.cache_clear()
        exercises.question.cache_clear()
        is_right.cache_clear()
        for name, value in ({"lesson": "trial"} | query).items():
            app.query_params[name] = str(value)
        switch(app, "lessons")
        assert not app.exception
        return app

    yield opened
    text.lessons.cache_clear()
    exercises.question.cache_clear()


def settings_of(app):
    """What the page's address says."""
    return app.session_state["visitor"].visits[LessonSettings].asked


def asked_of(app):
    """The question on the page."""
    return exercises.question("trial", seed_of(settings_of(app)))


def all_that_is_sent(app):
    """Every word that the browser gets: of all elements, and of the components' messages."""
    words = []
    for block in app._tree.children.values():
        words += [text_format.MessageToString(element.proto, as_utf8=True) for element in _elements(block)]
    words += [json.dumps(header, ensure_ascii=False, separators=(",", ":")) for _, header in _headers(app)]
    return "\n".join(words)


def _elements(block):
    """All elements below a block."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from _elements(child)
        yield child


def answer(app, said, kind="trial"):
    """Write or choose an answer, and commit it."""
    if app.text_input:
        app.text_input(key=f"lessons_answer_{kind}").set_value(said)
    elif app.radio:
        app.radio(key=f"lessons_answer_{kind}").set_value(said)
    else:
        return send(app, "lessons_marking", "commit", {"name": f"{kind} {seed_of(settings_of(app))}", "cells": said})
    return app.button(key=f"lessons_commit_{kind}").click().run()


def letters(said):
    """What is said, without the signs that a message writes otherwise."""
    return " ".join(re.findall(r"[^\W_]+", said.replace("\\n", " ")))


def told(one, other):
    """Whether two pictures have the same numbers."""
    return torch.equal(one.values, other.values)


def given_numbers(asked):
    """The numbers that stand in a question's words and pictures."""
    words = [asked.text, *(picture.title for picture in asked.pictures)]
    pictured = [each for picture in asked.pictures for each in picture.values.flatten().tolist()]
    return {*re.findall(r"\d+", " ".join(words).replace(",", "")), *(f"{number:g}" for number in pictured)}


@pytest.mark.parametrize("kind", MAKES)
def test_nothing_of_the_answer_is_sent_before_it_is_committed(asking, kind):
    app = asking(kind)
    asked, sent = asked_of(app), all_that_is_sent(app)
    assert asked.text in sent
    assert not [secret for secret in (*SECRETS, "SECRET MAP", "SECRET WRONG") if secret in sent]
    if kind in ("number", "shape"):
        assert asked.answer not in sent
        assert asked.wrongs[0].answer not in sent
    assert not re.search(r'"verdict":"[a-z]', sent)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_what_a_verdict_says_is_sent_before(asking, kind):
    app = asking(kind)
    asked, words = exercises.question(kind, seed_of(settings_of(app))), all_that_is_sent(app)
    sent = letters(words)
    after = [*asked.shown, *(picture for wrong in asked.wrongs for picture in wrong.shown)]
    titles = {picture.title for picture in after} - {picture.title for picture in asked.pictures}
    secrets = [asked.rule, asked.hint, asked.address, *(wrong.forgets for wrong in asked.wrongs)]
    assert letters(asked.text) in sent
    assert not [secret for secret in secrets if secret and letters(secret) in sent]
    assert not [title for title in titles if f" title {letters(title)} caption " in sent]
    assert not re.search(r'"verdict":"[a-z]', words)
    if asked.form == "choice":
        (choices,) = app.radio
        assert choices.value is None and len(choices.options) == len(asked.options)
    answer(app, asked.answer, kind)
    assert letters(asked.rule) in letters(all_that_is_sent(app))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_given_is_not_the_answer(kind):
    some = [exercises.question(kind, seed) for seed in range(40)]
    if some[0].options:
        assert len({each.options.index(each.answer) for each in some}) > 1
    if kind not in SEEN:
        assert not all(each.answer in given_numbers(each) for each in some)
        after = [each for each in some if each.shown]
        assert not after or not all(any(told(each.shown[-1], it) for it in each.pictures) for each in after)
    for each in some:
        assert each.board is None or written_cells(each.marked) != each.answer
        assert each.board is None or not torch.equal(each.board, each.shown[-1].values)


@pytest.mark.parametrize("kind", MAKES)
def test_right(asking, kind):
    app = asking(kind)
    asked = asked_of(app)
    answer(app, asked.answer)
    assert not app.exception
    assert "**Right:**" in app.success[0].value
    assert asked.rule in [each.value for each in app.markdown]
    assert settings_of(app).answer == asked.answer
    assert not app.text_input and not app.radio


@pytest.mark.parametrize("kind", MAKES)
def test_a_usual_mistake_is_named(asking, kind):
    app = asking(kind)
    wrong = asked_of(app).wrongs[0]
    answer(app, wrong.answer)
    assert not app.exception and not app.success
    assert "**Not right.**" in app.error[0].value and wrong.forgets in app.error[0].value


@pytest.mark.parametrize(
    ("kind", "said"), [("number", "4/9"), ("shape", "1 x 2"), ("choice", REFUSED), ("cells", "none")]
)
def test_an_unusual_answer_is_told_what_is_right(asking, kind, said):
    app = asking(kind)
    answer(app, said)
    assert not app.exception and not app.success
    assert "None of the usual mistakes" in app.error[0].value
    assert asked_of(app).rule in [each.value for each in app.markdown]


def test_of_marked_cells_it_is_said_how_many_were_found(asking):
    app = asking("cells")
    asked = asked_of(app)
    answer(app, "0,0 0,1 0,2 2,2")
    found, extra = asked.answer.count(" ") + 1, 2
    assert f"{found} of the {found} cells are marked and {extra} are too many." in app.error[0].value
    assert "usual mistakes" not in app.error[0].value


@pytest.mark.parametrize(
    ("kind", "said"),
    [("number", "many"), ("number", "1/0"), ("shape", "(a, b)"), ("choice", None), ("cells", "7,7"), ("cells", "<b>")],
)
def test_what_is_no_answer_is_refused_and_loses_nothing(asking, kind, said):
    app = asking(kind)
    answer(app, said)
    assert not app.exception and not app.error and not app.success
    assert app.warning[0].value.startswith("Answer must")
    assert settings_of(app).answer == ""
    if kind in ("number", "shape"):
        assert app.text_input(key="lessons_answer_trial").value == said
    answer(app, asked_of(app).answer)
    assert app.success and not app.warning


def test_both_pictures_stand_side_by_side(asking):
    app = asking("number")
    answer(app, asked_of(app).wrongs[0].answer)
    sent = all_that_is_sent(app)
    assert '"title":"SECRET MAP","caption":"What PyTorch gives"' in sent
    assert '"title":"SECRET WRONG","caption":"As you answered"' in sent


@pytest.mark.parametrize(
    ("ring", "given", "told"),
    [
        ((0, 1), False, '"title":"M","caption":"What PyTorch gives","alt":"M, ringed: row 0, column 1"'),
        (None, True, '"title":"M","caption":"","alt":"M"'),
    ],
)
def test_a_number_is_ringed_and_what_is_given_is_not_said_to_come_out(asking, monkeypatch, ring, given, told):
    shown = [Picture("M", torch.zeros(2, 2), ring, given)]
    monkeypatch.setitem(MAKES, "number", lambda draw: replace(number(draw), shown=shown))
    app = asking("number")
    answer(app, asked_of(app).answer)
    assert told in all_that_is_sent(app)


def test_a_reload_shows_the_same(asking):
    app = asking("number", question_seed=17, answer="12")
    assert "You answered 12;" in app.error[0].value
    assert f"it is {int(asked_of(app).answer):,}." in app.error[0].value


@pytest.mark.parametrize("nonsense", ["many", "<script>", "1/0", "9" * 300])
def test_a_link_with_no_answer_in_it_asks(asking, nonsense):
    app = asking("number", answer=nonsense)
    assert app.warning and app.text_input
    assert asked_of(app).rule not in all_that_is_sent(app)


@pytest.mark.parametrize("evil", ["[free](https://evil.example)", "![a](https://evil.example)", "`a` :red[b] $c$"])
def test_what_is_no_answer_is_told_as_text(asking, evil):
    app = asking("number", answer=evil)
    assert not re.search(r"(?<!\\)[\[\]()`$:!]", app.warning[0].value)


def test_behind_the_last_step_is_none(asking):
    app = asking("number", step=20)
    answer(app, "12")
    (done,) = app.session_state["visitor"].done.values()
    assert done.step == settings_of(app).step == 2
    app.button(key="lessons_all").click().run()
    assert "1 of 2 answered, 0 right" in app.button(key="lessons_to_trial").label
    assert app.button(key="lessons_start").label == "Go on with lesson 1"


def test_another_one_has_other_numbers_and_an_empty_field(asking):
    app = asking("number")
    before = asked_of(app)
    answer(app, before.answer)
    app.button(key="lessons_another").click().run()
    assert not app.exception
    assert asked_of(app).text != before.text
    assert settings_of(app).answer == "" and settings_of(app).question_seed
    assert app.text_input(key="lessons_answer_trial").value == ""
    assert asked_of(app).answer not in all_that_is_sent(app)


def test_every_number_of_a_link_draws_another_question():
    places = [LessonSettings(lesson="padding", question_seed=seed) for seed in range(MOST_SEED + 1)]
    assert len({seed_of(place) for place in places}) == MOST_SEED + 1


@pytest.mark.parametrize("kind", MAKES)
def test_two_steps_of_one_link_ask_with_other_numbers(asking, kind):
    app = asking(kind, question_seed=17)
    places = [LessonSettings(lesson="trial", step=step, question_seed=17) for step in (1, 2)]
    first, second = (exercises.question("trial", seed_of(place)) for place in places)
    assert first.text != second.text
    answer(app, first.answer)
    app.button(key="lessons_next").click().run()
    assert second.text in all_that_is_sent(app) and not app.success
    answer(app, second.answer)
    assert [each.right for each in app.session_state["visitor"].done.values()] == [True, True]


def test_a_hint_is_given_when_it_is_asked_for_and_remembered(asking):
    app = asking("number")
    assert "SECRET HINT" not in all_that_is_sent(app)
    app.session_state["lessons_hint_trial"] = True
    app.run()
    assert "SECRET HINT" in all_that_is_sent(app)
    answer(app, asked_of(app).answer)
    (done,) = app.session_state["visitor"].done.values()
    assert done.hint and done.right and done.answer == asked_of(app).answer


def test_the_first_answer_stays(asking):
    app = asking("number")
    answer(app, "12")
    app.button(key="lessons_next").click().run()
    app.button(key="lessons_back").click().run()
    assert "You answered 12;" in app.error[0].value
    (done,) = app.session_state["visitor"].done.values()
    assert done.answer == "12" and not done.right


def test_a_late_answer_to_another_question_is_not_taken(asking):
    app = asking("cells")
    send(app, "lessons_marking", "commit", {"name": "trial 12345", "cells": "0,0"})
    assert settings_of(app).answer == "" and not app.exception
    for hostile in (None, [], {"name": 3}, {"name": "trial 1", "cells": 4}):
        send(app, "lessons_marking", "commit", hostile)
        assert settings_of(app).answer == "" and not app.exception


def test_the_way_on_leads_to_the_same_layer(asking):
    app = asking("number")
    answer(app, "12")
    urls = [each.proto.url for each in app.get("link_button")]
    assert "./step_by_step?stride=2" in urls


@pytest.mark.parametrize("kind", ["number", "shape", "choice"])
def test_the_guard_knows_how_an_answer_travels(asking, kind):
    app = asking(kind)
    (widget,) = app.radio or app.text_input
    assert fields()[widget.key] == "string_value"
    assert fields()["lessons_hint_trial"] == "bool_value"
