"""A lesson's file: what is read of it, and where it says what is wrong."""

import pytest

from convlab import ConvLabError, exercises
from convlab.ui.lessons.text import PICTURES, lessons, named, read_lesson
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.playground.settings import PlaygroundSettings
from convlab.ui.registry import PAGES
from convlab.ui.steps.settings import StepSettings

KIND = next(iter(exercises.KINDS))
TEXT = f"""---
title: Padding
---

# The edge

The map is {{output}}.

It is smaller.

picture: step_by_step?input_size=8&kernel_size=3x5
controls: padding_kind, padding
question: {KIND}
answers: 1, 12

# On a picture
The same.
picture: ./?pool=none
"""


def read(text=TEXT, file="02-padding.md"):
    """The lesson of a text."""
    return read_lesson(file, text)


def test_what_a_file_says():
    lesson = read()
    assert (lesson.name, lesson.title) == ("padding", "Padding")
    first, second = lesson.steps
    assert (first.title, first.words) == ("The edge", "The map is {output}.\n\nIt is smaller.")
    assert (first.path, first.settings) == ("step_by_step", StepSettings(input_size=(8, 8), kernel_size=(3, 5)))
    assert (first.controls, first.question, first.answers) == (("padding_kind", "padding"), KIND, (1, 12))
    assert (second.words, second.path, second.settings) == ("The same.", "", PlaygroundSettings(pool="none"))
    assert (second.controls, second.question, second.puzzle, second.answers) == ((), "", "", ())
    assert [lesson.step(number) for number in (1, 2)] == [first, second]


def test_a_page_of_many_parts_has_the_controls_of_the_part_that_is_shown():
    step = read("---\ntitle: Cost\n---\n# One\nWords.\npicture: network?part=cost\ncontrols: through").step(1)
    assert step.settings == NetworkSettings(part="cost")
    with pytest.raises(ConvLabError, match="no control 'factor'"):
        read("---\ntitle: Cost\n---\n# One\nWords.\npicture: network?part=cost\ncontrols: factor")


@pytest.mark.parametrize(
    ("old", "new", "line", "match"),
    [
        ("title: Padding", "called: Padding", 1, "must begin with its title"),
        ("---\n\n# The edge", "\n\n# The edge", 1, "must begin with its title"),
        ("---\n\n# The edge", "---\nHello.\n# The edge", 4, "must have steps"),
        ("# ", "## ", 5, "must have steps"),
        ("picture: ./?pool=none\n", "", 16, "must have words and a picture"),
        ("The same.\n", "", 16, "must have words and a picture"),
        ("answers: 1, 12", "answer: 1, 12", 14, "no line 'answer'"),
        ("answers: 1, 12", "question: spike", 14, "no line 'question'"),
        ("answers: 1, 12", "answers: one", 14, "must be numbers"),
        ("picture: step_by_step?", "picture: step?", 11, "no page 'step'"),
        ("picture: step_by_step?", "picture: teach?", 11, "no page 'teach'"),
        ("kernel_size=3x5", "kernel_size=99", 11, "kernel_size makes no sense"),
        ("kernel_size=3x5", "kernel_size=11", 11, "a picture must work"),
        ("kernel_size=3x5", "kernel=3", 11, "kernel makes no sense"),
        ("padding_kind, padding", "padding, pad", 12, "no control 'pad'"),
        ("padding_kind, padding", "output_padding", 12, "no control 'output_padding'"),
        ("padding_kind, padding", "cells", 12, "no control 'cells'"),
        (f"question: {KIND}", "question: why", 13, "no kind of question 'why'"),
        (f"question: {KIND}", "puzzle: why", 13, "no puzzle 'why'"),
        ("answers: 1, 12", "puzzle: reach", 14, "no puzzle 'reach' here"),
        ("{output}", "{puffins}", 7, "no figure 'puffins'"),
    ],
)
def test_what_is_no_lesson_says_where_and_what_is_wrong(old, new, line, match):
    assert old in TEXT
    with pytest.raises(ConvLabError, match=match) as refused:
        read(TEXT.replace(old, new))
    assert refused.value.value == f"02-padding.md, line {line}"
    assert refused.value.advice


@pytest.mark.parametrize("file", ["padding.md", "2-padding.md", "02-Padding.md", "02-padding.txt", "02-.md"])
def test_a_file_has_a_number_and_a_name(file):
    with pytest.raises(ConvLabError, match="a number and a name"):
        read(file=file)


def test_there_are_lessons_and_a_number_stands_for_a_name():
    names = [*lessons()]
    assert [named(str(number)) for number in range(1, len(names) + 1)] == names
    assert [named(text) for text in ("0", str(len(names) + 1), "nothing", "")] == [
        "0",
        str(len(names) + 1),
        "nothing",
        "",
    ]
    with pytest.raises(ValueError, match="A B"):
        named("A B")


def test_a_picture_can_be_of_every_page_that_has_one():
    pages = {page.path: page.settings for page in PAGES.values() if page.path not in ("lessons", "teach")}
    assert pages == PICTURES
