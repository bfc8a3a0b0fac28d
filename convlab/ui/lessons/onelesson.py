"""One step of a lesson: its words, its live picture with the controls that matter, and the way on."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from convlab.ui.address import link
from convlab.ui.controls import Controls
from convlab.ui.heading import heading as headline
from convlab.ui.lessons.asking import ask
from convlab.ui.lessons.inner import inner_of
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.lessons.text import Lesson, lessons
from convlab.ui.page_run import Onward, Page, last_good
from convlab.ui.session import Visit
from convlab.ui.way_out import refusal_of

_LessonVisit = Visit[LessonSettings]
_Pages = Mapping[str, Page[Any]]  # by their paths


def heading(controls: Controls[LessonSettings], lesson: Lesson) -> None:
    """The lesson's number and title, and at which step the student is."""
    number = [*lessons()].index(lesson.name) + 1
    step = min(controls.settings.step, len(lesson.steps))
    headline(controls, f"{number} · {lesson.title}", f"Step {step} of {len(lesson.steps)}")


def view(visit: _LessonVisit, lesson: Lesson, onward: Onward) -> None:
    """The step's words and controls, and its picture."""
    step = lesson.step(visit.asked.step)
    page = next(page for page in onward() if page.path == step.path)
    inner = inner_of(visit, step)
    inner.begin()
    refusal = refusal_of(inner.asked, page.parts.check)
    inner.good = last_good(inner, refusal, page.parts.check)
    controls = Controls(inner, page.prefix, refusal)
    above = st.container(key="lessons_above")
    page.parts.view(inner, inner.good, page.onward)
    with above:
        words, moved = st.columns([3, 2], gap="medium") if step.controls else (st.container(), None)
        with words:
            st.markdown(f"## {step.title}\n\n{step.words}")
        if moved:
            with moved:
                controls.draw(*step.controls)
        if refusal and not controls.told:
            controls.show_refusal("picture")
        if inner.word:
            st.info(inner.word)
    if step.question:
        ask(visit, step.question)
    st.link_button(f"Open in {page.title}", link(page.path, inner.asked.untasked()), icon=":material/open_in_new:")
    inner.word = ""
    inner.end()


def ways(visit: _LessonVisit, lesson: Lesson) -> None:
    """Back, to the list, and on."""
    places = [(each.name, step) for each in lessons().values() for step in range(1, len(each.steps) + 1)]
    here = places.index((lesson.name, min(visit.asked.step, len(lesson.steps))))
    with st.container(horizontal=True, vertical_alignment="center", key="lessons_ways"):
        before = places[here - 1] if here else ("", 1)
        st.button("Back", key="lessons_back", on_click=partial(go, visit, *before), icon=":material/arrow_back:")
        st.button("All lessons", key="lessons_all", on_click=partial(go, visit, ""), type="tertiary")
        after = places[here + 1] if here + 1 < len(places) else ("", 1)
        label = "Next" if after[0] == lesson.name else "Next lesson" if after[0] else "To the list"
        st.button(label, key="lessons_next", on_click=partial(go, visit, *after), type="primary")


def go(visit: _LessonVisit, lesson: str, step: int = 1) -> None:
    """Another step, as it first opens."""
    visit.restart(visit.asked.at_step(lesson, step))
