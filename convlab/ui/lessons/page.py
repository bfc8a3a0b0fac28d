"""The lessons, put together: the list of all, or one step of one."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from convlab.ui.controls import Controls
from convlab.ui.heading import heading as headline
from convlab.ui.lessons import done, onelesson, printing
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.lessons.text import Lesson, lessons
from convlab.ui.page_run import AtHand, Onward
from convlab.ui.session import Visit

__all__ = ["AT_HAND", "at_hand", "below", "check", "heading", "sidebar", "view", "warm"]

AT_HAND = ()
_LessonVisit = Visit[LessonSettings]
_SENTENCE = "What a convolution does, from the first number on: look, predict, then see."

_PRINTED = {"print": ("Results", "What you answered in the lessons."), "key": ("Key", "The lessons' answers.")}


def check(settings: LessonSettings) -> None:
    """Nothing is refused: what is wrong with a picture stands beside it."""


def warm() -> None:
    """Read the lessons."""
    lessons()


def heading(controls: Controls[LessonSettings], good: LessonSettings) -> None:
    """Title, and where the student is."""
    if good.view:
        headline(controls, *_PRINTED[good.view], resets=False)
        return
    lesson = lessons().get(good.lesson)
    if lesson:
        onelesson.heading(controls, lesson)
        return
    headline(controls, "Lessons", _SENTENCE, resets=good.tasked)
    if good.lesson:
        st.info("There is no such lesson here. These are all of them.")


def view(visit: _LessonVisit, good: LessonSettings, onward: Onward) -> None:
    """One step, or the list, or a page for print."""
    if good.view:
        printing.view(visit)
        return
    lesson = lessons().get(good.lesson)
    if lesson:
        onelesson.view(visit, lesson, onward)
    else:
        _list(visit)
        done.hand_in(visit)


def below(visit: _LessonVisit, good: LessonSettings) -> None:
    """What was done stays in the tab."""
    done.keep()


def sidebar(controls: Controls[LessonSettings]) -> None:
    """Nothing: a step's controls stand beside its words."""


def at_hand(visit: _LessonVisit, prefix: str) -> AtHand | None:
    """What a phone has at hand: what the step lets move."""
    return None if visit.asked.view or visit.asked.lesson not in lessons() else onelesson.at_hand(visit)


def _list(visit: _LessonVisit) -> None:
    """Every lesson, and the first of them to begin with, or to go on with."""
    listed, numbers = visit.asked.listed(), {name: number for number, name in enumerate(lessons(), 1)}
    ticks = done.ticks()
    left = [name for name, lesson in listed.items() if len(ticks.get(name, {})) < _questions(lesson)]
    first = next(iter(left or listed))
    start = f"{'Go on' if left and not ticks.keys().isdisjoint(listed) else 'Start'} with lesson {numbers[first]}"
    go = partial(onelesson.go, visit, first)
    st.button(start, key="lessons_start", type="primary", on_click=go, icon=":material/play_arrow:")
    with st.container(key="lessons_list"):
        for lesson in listed.values():
            _line(visit, numbers[lesson.name], lesson, ticks.get(lesson.name, {}))


def _questions(lesson: Lesson) -> int:
    """How many of a lesson's steps ask something."""
    return sum(bool(step.asks) for step in lesson.steps)


def _line(visit: _LessonVisit, number: int, lesson: Lesson, ticks: Mapping[int, bool]) -> None:
    """One lesson of the list: how many of its questions were answered, and a tick where all are answered rightly."""
    asked, right = _questions(lesson), sum(ticks.values())
    steps = "1 step" if len(lesson.steps) == 1 else f"{len(lesson.steps)} steps"
    answered = f", {len(ticks)} of {asked} answered, {right} right" if ticks else ""
    tick = " &ensp; :material/check: done" if asked and right >= asked else ""
    label = f"{number} · **{lesson.title}** &ensp; :small[{steps}{answered}{tick}]"
    go = partial(onelesson.go, visit, lesson.name)
    st.button(label, key=f"lessons_to_{lesson.name}", on_click=go, width="stretch")
