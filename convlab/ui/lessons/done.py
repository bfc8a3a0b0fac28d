"""What was done in the lessons: kept in the tab over reloads, ticked on the list, handed in as a code."""

from dataclasses import replace
from functools import partial

import streamlit as st

from convlab.errors import ConvLabError
from convlab.exercises.results import MOST_ANSWERS, Answer, Place, coded, decoded
from convlab.ui import session
from convlab.ui.components.notes import notes
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.session import Visit

_LessonVisit = Visit[LessonSettings]
_KEY = "lessons_notes"
_ABOUT_CODE = (
    "It says what you answered and which hints you took, for whoever asked you for it. It is your own report: nothing "
    "here proves who answered."
)


def answered(place: Place) -> str:
    """What was answered to a question; "" for nothing yet."""
    known = session.visitor().done.get(place)
    return known.answer if known else ""


def note(new: Answer) -> None:
    """An answer was given, ways were found, or a hint was asked for."""
    done = session.visitor().done
    done[new.place] = done[new.place].then(new) if new.place in done else new
    while len(done) > MOST_ANSWERS:
        del done[next(iter(done))]


def ticks() -> dict[str, dict[int, bool]]:
    """By lesson: the steps whose question was answered, and whether ever rightly."""
    told: dict[str, dict[int, bool]] = {}
    for each in session.visitor().done.values():
        if each.answer:
            steps = told.setdefault(each.lesson, {})
            steps[each.step] = steps.get(each.step, False) or each.right
    return told


def keep() -> None:
    """Keep what was done in the tab, and take back what the server has forgotten."""
    visitor = session.visitor()
    text = coded(visitor.done.values()) if visitor.done else ""
    notes(_KEY, {"session": visitor.token, "text": text, "heard": visitor.notes_heard}, on_kept=_take)


def hand_in(visit: _LessonVisit) -> None:
    """How much was done, as a code and as a page for print."""
    done = [each for each in session.visitor().done.values() if each.answer]
    if not done:
        return
    right = sum(each.right for each in done)
    box = st.expander(f"Your answers: {len(done)}, right: {right}", key="lessons_done", on_change="rerun")
    if box.open:
        with box:
            st.markdown(f"**Your code.** {_ABOUT_CODE}")
            st.code(coded(done), language=None, wrap_lines=True)
            with st.container(horizontal=True, key="lessons_hand_in"):
                act = partial(_print, visit)
                st.button("A page for print", key="lessons_to_print", on_click=act, icon=":material/print:")
                st.button("Forget all of it", key="lessons_forget", on_click=_forget, icon=":material/delete:")


def _print(visit: _LessonVisit) -> None:
    """The page for print."""
    visit.show(replace(visit.asked, view="print"))


def _take() -> None:
    """The tab had kept what was done before; what was done since then stays as well."""
    visitor, sent = session.visitor(), session.sent(_KEY, "kept")
    if visitor.notes_heard or not isinstance(sent, dict):
        return
    visitor.notes_heard = True
    since = [*visitor.done.values()]
    try:
        visitor.done = {each.place: each for each in decoded(str(sent.get("text")))}
    except ConvLabError:
        return  # what somebody else wrote there
    for each in since:
        note(each)


def _forget() -> None:
    """Begin anew."""
    visitor = session.visitor()
    visitor.done, visitor.notes_heard = {}, True
