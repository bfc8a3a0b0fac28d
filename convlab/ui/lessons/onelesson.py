"""One step of a lesson: its words, its live picture with the controls that matter, and the way on."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from convlab.ui import own_pictures
from convlab.ui.address import link
from convlab.ui.controls import Controls
from convlab.ui.fields import Choice, Sides, Whole
from convlab.ui.heading import heading as headline
from convlab.ui.lessons.asking import ask
from convlab.ui.lessons.figures import figures_of
from convlab.ui.lessons.inner import Inner, inner_of
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.lessons.solving import solve
from convlab.ui.lessons.text import FIGURE, Lesson, Step, lessons
from convlab.ui.page_run import AtHand, Onward, Page, last_good
from convlab.ui.session import Visit
from convlab.ui.way_out import refusal_of

_LessonVisit = Visit[LessonSettings]


def heading(controls: Controls[LessonSettings], lesson: Lesson) -> None:
    """The lesson's number and title, and at which step the student is."""
    number = [*lessons()].index(lesson.name) + 1
    st.set_page_config(page_title=f"{lesson.title} · ConvLab")
    headline(controls, f"{number} · {lesson.title}", f"Step {controls.settings.step} of {len(lesson.steps)}")


def view(visit: _LessonVisit, lesson: Lesson, onward: Onward) -> None:
    """The step's words and controls, and its picture."""
    step = lesson.step(visit.asked.step)
    page = next(page for page in onward() if page.path == step.path)
    inner = inner_of(visit, step, page.prefix)
    inner.begin()
    refusal = refusal_of(inner.asked, page.parts.check)
    inner.good = last_good(inner, refusal, page.parts.check)
    above = st.container(key="lessons_above")
    page.parts.view(inner, inner.good, page.onward)
    with above:
        _words(step, inner, Controls(inner, page.prefix, refusal))
    if step.asks:
        st.markdown(f"## {step.asks}")
    if step.question:
        ask(visit, step.question)
    elif step.puzzle:
        solve(visit, step.puzzle)
    _ways(visit, lesson, page, inner)
    inner.word = ""
    inner.end()


def _words(step: Step, inner: Inner, controls: Controls[Any]) -> None:
    """What the step says, of the picture as it is shown, and beside it what can be moved."""
    figures = figures_of(step.path, inner.good)
    words = FIGURE.sub(lambda found: figures[found[1]], step.words)
    with st.container(horizontal=True, key="lessons_words"):
        st.markdown(f"## {step.title}\n\n{words}", width="stretch")
        if inner.controls:
            with st.container(key="lessons_controls", width=340):
                _controls(inner.controls, controls)
    if not controls.told:
        controls.show_refusal("picture")
    if controls.refusal:
        st.caption("What is shown is still the last picture that worked.")
    if inner.word:
        st.info(inner.word)


def _controls(names: Sequence[str], controls: Controls[Any]) -> None:
    """What can be moved; on a phone the dock has most of it, and page.css hides that here."""
    docked = [name for name in names if _is_docked(controls.settings, name)]
    with st.container(key="lessons_docked"):
        for name in docked:
            controls.draw(name)
    for name in names:
        if name not in docked:
            controls.draw(name)
        if name == "picture":
            own_pictures.chooser(controls.visit, controls.prefix)
    controls.problem("work", "max_side")


def at_hand(visit: _LessonVisit) -> AtHand | None:
    """What a phone's dock has of the picture."""
    inner = visit.part
    if not isinstance(inner, Inner):
        return None
    return inner, inner.prefix, tuple(name for name in inner.controls if _is_docked(inner.asked, name))


def _is_docked(settings: Any, name: str) -> bool:
    """Whether a phone's dock has a setting: a slider, or a few options."""
    kind = settings.kind(name)
    return isinstance(kind, Sides | Whole) or (isinstance(kind, Choice) and kind.beside)


def _ways(visit: _LessonVisit, lesson: Lesson, page: Page[Any], inner: Inner) -> None:
    """Back, to the list, to the picture's own page, and on."""
    listed = visit.asked.listed().values()
    places = [(each.name, step) for each in listed for step in range(1, len(each.steps) + 1)]
    here = places.index((lesson.name, visit.asked.step))
    before = places[here - 1] if here else ("", 1)
    after = places[here + 1] if here + 1 < len(places) else ("", 1)
    on = "Next" if after[0] == lesson.name else "Next lesson" if after[0] else "To the end"
    with st.container(horizontal=True, vertical_alignment="center", key="lessons_ways"):
        st.button("Back", key="lessons_back", on_click=partial(go, visit, *before), icon=":material/arrow_back:")
        st.button("All lessons", key="lessons_all", on_click=partial(go, visit, ""), type="tertiary")
        address = link(page.path, inner.asked.untasked())
        st.link_button(f"Open in {page.title}", address, icon=":material/open_in_new:", type="tertiary")
        asks = lesson.step(visit.asked.step).asks
        if asks:
            st.markdown(f"[{asks}](#{asks.lower()})", width="content")
        st.space("stretch")
        act = partial(go, visit, *after)
        st.button(on, key="lessons_next", on_click=act, type="primary", icon=":material/arrow_forward:")


def go(visit: _LessonVisit, lesson: str, step: int = 1) -> None:
    """Another step, as it first opens."""
    visit.restart(visit.asked.at_step(lesson, step))
