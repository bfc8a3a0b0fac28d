"""The page for teachers, put together: a page as it was left, a task, what is shown and locked; the link, its code."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from convlab.errors import ConvLabError
from convlab.ui import session
from convlab.ui.address import link
from convlab.ui.controls import Controls, changed
from convlab.ui.fields import Several, settings_of
from convlab.ui.heading import heading as headline
from convlab.ui.layer_settings import MOST_TASK, LayerSettings
from convlab.ui.page_run import Onward, Page
from convlab.ui.pictures import OWN
from convlab.ui.session import Visit
from convlab.ui.teach.classroom import results
from convlab.ui.teach.settings import Lesson, TeachSettings, code_of, lesson_of, parts_of, with_parts
from convlab.ui.way_out import changes, in_words, label_of, refusal_of

__all__ = ["AT_HAND", "below", "check", "heading", "sidebar", "view", "warm"]

AT_HAND = ()
_TeachVisit = Visit[TeachSettings]
_Pages = Mapping[str, Page[Any]]  # by their paths
_SHORT = 60  # characters of what is told of a setting: no row of layers
_OWN_PICTURE = "Your own picture is not in the link: who opens it is asked for theirs, and sees the panda until then."


def check(settings: TeachSettings) -> None:
    """Nothing is refused: what is wrong with a link stands beside it."""


def warm() -> None:
    """Nothing to make."""


def heading(controls: Controls[TeachSettings], good: TeachSettings) -> None:
    """Title, and what it is for."""
    sentence = (
        "A link for a class: it opens one page as you set it up, with a task, and with the controls that you leave."
    )
    headline(controls, "For teachers", sentence)


def sidebar(controls: Controls[TeachSettings]) -> None:
    """Nothing: the page is its controls."""


def below(visit: _TeachVisit, good: TeachSettings) -> None:
    """What a class answered."""
    results()


def view(visit: _TeachVisit, good: TeachSettings, onward: Onward) -> None:
    """What makes the link on the left, the link on the right."""
    pages: _Pages = {page.path: page for page in onward()}
    lesson, wrong = None, ""
    try:
        lesson = _lesson(good, pages)
    except ConvLabError as error:
        wrong = in_words(error, TeachSettings)
    left, right = st.columns(2, gap="large")
    with left:
        _begin_with(visit, pages)
        if wrong:
            st.warning(wrong)
    if lesson:
        with left:
            _compose(visit, lesson, pages)
        with right:
            _result(lesson, pages[lesson.path])


def _lesson(settings: TeachSettings, pages: _Pages) -> Lesson:
    """What the link says now; a ConvLabError where it is none."""
    return lesson_of(settings.of or _last(pages), {path: page.settings for path, page in pages.items()}.get)


def _last(pages: _Pages) -> str:
    """The page where the teacher was last, as they left it."""
    paths = {page.settings: path for path, page in pages.items()}
    been = [kind for kind in session.visitor().visits if kind in paths]
    return link(paths[been[-1]], _as_left(pages[paths[been[-1]]])) if been else ""


def _as_left(page: Page[Any]) -> LayerSettings:
    """A page as the teacher left it."""
    left = session.visitor().visits.get(page.settings)
    settings: LayerSettings = left.asked if left else page.settings()
    return settings


def _begin_with(visit: _TeachVisit, pages: _Pages) -> None:
    """Which page, in which state."""
    with st.container(horizontal=True, vertical_alignment="center", key="teach_pages"):
        st.markdown("Take as it is now", width="content")
        for path, page in pages.items():
            act = partial(_take, visit, pages, path)
            st.button(page.title, key=f"teach_take_{path}", on_click=act, icon=page.icon)
    key, link_now = "teach_of", visit.asked.of
    session.give(visit, key, link_now)
    label, takes = "Or paste a link of a page", (visit, key)
    st.text_input(label, link_now, key=key, on_change=_paste, args=takes, placeholder="https://…/step_by_step?stride=2")


def _compose(visit: _TeachVisit, lesson: Lesson, pages: _Pages) -> None:
    """The task, and what of the page is shown and locked."""
    settings, page = lesson.settings, pages[lesson.path]
    told = [change for change in changes(type(settings)(), settings.untasked()) if len(change) <= _SHORT]
    st.markdown(f"**{page.title}**, " + (", ".join(told) or "as it first opens"))
    if lesson.strange:
        names = ", ".join(label_of(name, page.settings).lower() for name in lesson.strange[:5])
        st.info(f"Left out, for it made no sense here: {names}.")
    key = "teach_task"
    session.give(visit, key, settings.task)
    about, takes = "One line of plain text. It stands above the page.", (visit, key, pages, lesson.path)
    st.text_input("Task", settings.task, MOST_TASK, key, help=about, on_change=_ask, args=takes)
    _choose_several(visit, lesson, pages)
    _choose(visit, lesson, pages, "shows", "Controls that are shown", "All")
    _choose(visit, lesson, pages, "locks", "Controls that are locked", "None")


def _choose(visit: _TeachVisit, lesson: Lesson, pages: _Pages, what: str, label: str, none: str) -> None:
    """Some parts of the page."""
    parts, names = parts_of(lesson.settings, cells=what == "locks"), {*getattr(lesson.settings, what)}
    chosen = [name for name in parts if names & {*with_parts(type(lesson.settings), [name])}]
    key = f"teach_{what}_{lesson.path}"
    session.give(visit, key, chosen)
    st.multiselect(
        label,
        list(parts),
        chosen,
        format_func=lambda name: parts.get(name, name),
        key=key,
        placeholder=none,
        on_change=_take_parts,
        args=(visit, key, pages, lesson.path, what),
    )


def _choose_several(visit: _TeachVisit, lesson: Lesson, pages: _Pages) -> None:
    """What of its own a page lets a link choose: which lessons are listed."""
    for name, known in settings_of(type(lesson.settings)).items():
        if isinstance(known.kind, Several):
            key, options, chosen = f"teach_{name}", known.kind.titles(), list(getattr(lesson.settings, name))
            session.give(visit, key, chosen)
            st.multiselect(
                "Lessons that are listed",
                list(options),
                chosen,
                format_func=partial(_title, options),
                key=key,
                placeholder="All",
                on_change=_take_several,
                args=(visit, key, pages, lesson.path, name),
            )


def _title(options: Mapping[str, str], name: str) -> str:
    """What an option is called."""
    return options.get(name, name)


def _take_several(visit: _TeachVisit, key: str, pages: _Pages, path: str, name: str) -> None:
    """Some of a page's own options were chosen."""
    if not session.touched(visit, key):
        return
    with suppress(ValueError):
        _set(visit, pages, path, **{name: pages[path].settings.kind(name).take(session.said(key))})


def _result(lesson: Lesson, page: Page[Any]) -> None:
    """The link, what is to be said of it, and its code."""
    base = (st.context.url or "").rstrip("/").rpartition("/")[0]
    try:
        address = lesson.link(f"{base}/" if base else "")
    except ConvLabError as error:
        st.warning(in_words(error, TeachSettings))
        return
    st.code(address, language=None, wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="center", key="teach_open"):
        st.link_button("Open it", address, icon=":material/open_in_new:")
        st.markdown(f"{len(address):,} characters", width="content")
    refusal = refusal_of(lesson.settings, page.parts.check)
    if refusal:
        st.info(f"The page opens with a message: {in_words(refusal.error, page.settings)}")
    if getattr(lesson.settings, "picture", "") == OWN:
        st.info(_OWN_PICTURE)
    if base:
        _code(address)


def _code(address: str) -> None:
    """The link as a code for the projector."""
    try:
        st.image(code_of(address), width=360, alt="The link as a QR code")
    except ConvLabError as error:
        st.info(in_words(error, TeachSettings))


def _take(visit: _TeachVisit, pages: _Pages, path: str) -> None:
    """A page as it is now, with the task; what is shown and locked stays if it is the same page."""
    new = _as_left(pages[path])
    with suppress(ConvLabError):
        before = _lesson(visit.asked, pages)
        new = replace(new.untasked(), task=before.settings.task)
        if before.path == path:
            new = replace(new, shows=before.settings.shows, locks=before.settings.locks)
    _write(visit, path, new)


def _paste(visit: _TeachVisit, key: str) -> None:
    """A link was pasted."""
    if session.touched(visit, key, typed=True):
        visit.show(changed(visit.asked, "of", session.said(key)))


def _ask(visit: _TeachVisit, key: str, pages: _Pages, path: str) -> None:
    """A task was written."""
    if not session.touched(visit, key, typed=True):
        return
    try:
        task = LayerSettings.kind("task").take(session.said(key))
    except ValueError:
        visit.word = "A task is one line of plain text, without signs that nobody sees."
        return
    _set(visit, pages, path, task=task)


def _take_parts(visit: _TeachVisit, key: str, pages: _Pages, path: str, what: str) -> None:
    """Some parts were chosen, to be shown or locked."""
    said = session.said(key)
    if session.touched(visit, key) and isinstance(said, list):
        _set(visit, pages, path, **{what: with_parts(pages[path].settings, said)})


def _set(visit: _TeachVisit, pages: _Pages, path: str, **what: Any) -> None:
    """Something of the link's page is set, if it is still that page: two widgets may speak in one message."""
    with suppress(ConvLabError):
        lesson = _lesson(visit.asked, pages)
        if lesson.path == path:
            _write(visit, path, replace(lesson.settings, **what))


def _write(visit: _TeachVisit, path: str, settings: LayerSettings) -> None:
    """The link is another one."""
    visit.show(replace(visit.asked, of=link(path, replace(settings, start=""))))
