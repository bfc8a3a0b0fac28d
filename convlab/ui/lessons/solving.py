"""A lesson's puzzle: settings are tried, and each way that is found is ticked off."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from convlab.errors import ConvLabError
from convlab.exercises.puzzles import BOUNDS, PUZZLES, Reach, Sizes
from convlab.exercises.results import Answer, reached, written_ways
from convlab.ui import session
from convlab.ui.address import link
from convlab.ui.fields import settings_of
from convlab.ui.lessons import done
from convlab.ui.lessons.asking import anew, seed_of
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.session import Visit
from convlab.ui.steps.settings import StepSettings
from convlab.ui.way_out import in_words

_LessonVisit = Visit[LessonSettings]
_KEY = "lessons_puzzle_"


def solve(visit: _LessonVisit, puzzle: str) -> None:
    """A puzzle: what can be set, and what was found.

    Parameters
    ----------
    visit : Visit
        Of the lessons; what was found is in its settings.
    puzzle : str
        A key of `convlab.exercises.puzzles.PUZZLES`.
    """
    reach = puzzle_of(visit.asked, puzzle)
    found = _found(visit, puzzle, reach)
    with st.container(border=True, key="question"):
        st.markdown(f"**Find.** {reach.text}")
        form = st.form("lessons_puzzle", border=False)
        with form.container(horizontal=True, vertical_alignment="bottom", key="puzzle_sliders"):
            for name, (low, high) in BOUNDS.items():
                label = settings_of(LessonSettings)[name].label
                st.slider(label, low, high, key=_KEY + name, width=150)
            act = partial(_try, visit, puzzle)
            st.form_submit_button("Try", on_click=act, type="primary", key="lessons_try")
        note = visit.take_note()
        if note:
            st.info(note)
        st.markdown(told(reach, found))
        with st.container(horizontal=True, key="question_onward"):
            act = partial(_another, visit, puzzle)
            st.button("Another one", key="lessons_another", on_click=act, icon=":material/casino:")
            st.link_button("Open in Step by step", _address(reach, found), icon=":material/open_in_new:")


def puzzle_of(settings: LessonSettings, puzzle: str) -> Reach:
    """A step's puzzle."""
    return PUZZLES[puzzle].make(_seed_of(settings))


def _seed_of(settings: LessonSettings) -> int:
    """What draws it: without a number in the link it is the first one."""
    return seed_of(settings) if settings.question_seed else 0


def _found(visit: _LessonVisit, puzzle: str, reach: Reach) -> list[Sizes]:
    """What was found: as the link says, and what was found before."""
    return reached(reach, f"{visit.asked.found} {done.answered(_place(visit.asked, puzzle))}")


def _place(settings: LessonSettings, puzzle: str) -> tuple[str, int, str, int]:
    """Which puzzle it is."""
    return settings.lesson, settings.step, puzzle, _seed_of(settings)


def _try(visit: _LessonVisit, puzzle: str) -> None:
    """Some settings were tried: they are one more way, or it is said what they give."""
    reach = puzzle_of(visit.asked, puzzle)
    found = _found(visit, puzzle, reach)
    numbers = [session.said(_KEY + name) for name in BOUNDS]
    if not all(isinstance(number, int) for number in numbers):
        return
    try:
        way = reach.check(Sizes(*numbers))
    except ConvLabError as error:
        visit.note = in_words(error)
        return
    if way in found:
        visit.note = "You have found that one already."
        return
    found = sorted([*found, way])
    visit.note = f"Found: {_words(way)}."
    written = written_ways(found)
    done.note(Answer(*_place(visit.asked, puzzle), written))
    visit.show(replace(visit.asked, found=written))


def _another(visit: _LessonVisit, puzzle: str) -> None:
    """The same with other sizes."""
    visit.show(anew(visit.asked, lambda settings: puzzle_of(settings, puzzle).text))


def told(reach: Reach, found: Collection[Sizes]) -> str:
    """How many of all were found, and which."""
    return f"**{len(found)} of {len(reach.answers())} found.**\n\n{listed(found)}"


def listed(ways: Iterable[Sizes]) -> str:
    """Ways, a line each."""
    return "\n".join(f"- :material/check: {_words(way)}" for way in ways)


def _words(way: Sizes) -> str:
    """One way, as a sentence says it."""
    said = (f"{name} {number}" for name, number in way._asdict().items())
    return ", ".join(said).replace("_", " ")


def _address(reach: Reach, found: list[Sizes]) -> str:
    """The page Step by step with such an input, and with the last way if there is one."""
    way: dict[str, Any] = {name: (side, side) for name, side in found[-1]._asdict().items()} if found else {}
    return link("step_by_step", StepSettings(input_size=reach.input_size, **way))
