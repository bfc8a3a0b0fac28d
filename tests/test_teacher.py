"""A teacher's link: it opens one page as it was set up, with a task, and leaves alone what it locks."""

import re
from dataclasses import replace
from functools import partial
from urllib.parse import quote, urlencode

import pytest
import segno
from conftest import faults, send, switch, tab_of
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect
from test_settings import every_control, value_of

from convlab import ConvLabError
from convlab.ui.address import begun, from_query, start_of, to_address, to_query
from convlab.ui.controls import changed, slider_values
from convlab.ui.dock import chips_of, take_moves
from convlab.ui.fields import keys_of, settings_of
from convlab.ui.layer_settings import MOST_TASK, TASK, LayerSettings
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.lessons.text import lessons as texts
from convlab.ui.network.presets import PRESETS
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.playground.settings import PlaygroundSettings, check, from_address, pin_of
from convlab.ui.registry import PAGES
from convlab.ui.session import Visit
from convlab.ui.steps.settings import StepSettings
from convlab.ui.tab import restore, wish
from convlab.ui.teach.settings import (
    MOST_CODE,
    MOST_LINK,
    Lesson,
    TeachSettings,
    code_of,
    lesson_of,
    parts_of,
    with_parts,
)
from convlab.ui.way_out import difference, refusal_of

OTHERS = {page.path: page for page in PAGES.values() if page.settings is not TeachSettings}
KINDS = {path: page.settings for path, page in OTHERS.items()}
often = settings(max_examples=250, deadline=None, derandomize=True)  # on each of four pages: a thousand
TASK_TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=60).map(lambda text: " ".join(text.split()))


def states(kind):
    """States of a page that its controls can reach; of the network, with the rows that it offers."""
    if kind is not NetworkSettings:
        return every_control(kind)
    drawn = {name: known.kind for name, known in settings_of(kind).items() if known.label and name != "layers"}
    rows = st.sampled_from([preset.layers for preset in PRESETS.values()])
    return st.builds(kind, layers=rows, **{name: value_of(each) for name, each in drawn.items()})


def lessons(kind):
    """A page as a teacher's link opens it."""
    some = st.lists(st.sampled_from(kind.lockable()), max_size=4, unique=True).map(tuple)
    return st.builds(
        lambda state, task, shows, locks: replace(state, task=task, shows=shows, locks=locks),
        states(kind),
        TASK_TEXTS,
        some,
        some,
    )


@pytest.mark.parametrize("path", KINDS)
def test_a_link_opens_what_was_composed(path):
    @often
    @given(lessons(KINDS[path]))
    def drawn(lesson):
        for base in ("", "https://example.org/lab/"):
            assert lesson_of(Lesson(path, lesson, []).link(base), KINDS.get) == Lesson(path, lesson, [])
        opened = begun(lesson)
        assert opened.tasked == bool(opened.start) == any(getattr(lesson, name) for name in TASK)
        assert from_query(to_query(opened), KINDS[path]) == (opened, [])
        assert start_of(opened) == (opened if opened.tasked else opened.at_start())

    drawn()


@pytest.mark.parametrize("path", KINDS)
def test_back_to_the_task_leads_to_where_it_began_whatever_was_set_since(path):
    @often
    @given(lessons(KINDS[path]), states(KINDS[path]))
    def drawn(lesson, other):
        visit = Visit(KINDS[path](), KINDS[path]())
        visit.open(replace(lesson, task="Find out"))
        visit.show(other)
        own = {*lesson.locks} & {*settings_of(type(lesson))}  # the others are of a lesson's pictures
        assert all(getattr(visit.asked, name) == getattr(lesson, name) for name in own)
        assert (visit.asked.task, visit.asked.shows, visit.asked.locks) == ("Find out", lesson.shows, lesson.locks)
        again = Visit(KINDS[path](), KINDS[path]())  # after a reload
        again.open(from_query(to_query(visit.asked), KINDS[path])[0])
        assert again.asked == visit.asked
        assert start_of(again.asked).untasked() == lesson.untasked()

    drawn()


@pytest.mark.parametrize("kind", KINDS.values())
def test_no_control_no_dock_and_no_key_changes_what_is_locked(kind):
    page = next(page for page in OTHERS.values() if page.settings is kind)
    visit = Visit(kind(), kind())
    visit.open(kind(locks=kind.lockable()))
    before = visit.asked
    assert slider_values(before, page.prefix) == {} and chips_of(visit, page.prefix, page.parts.AT_HAND) == []
    for name in {*kind.lockable()} & {*settings_of(kind)}:
        for key in keys_of(name, kind.kind(name)):
            axis = key.removeprefix(name)[1:]
            assert changed(before, name, 3, axis) == changed(before, name, None, axis) == before
            take_moves(
                visit, page.prefix, [name], [{"number": visit.seen_move + 1, "key": page.prefix + key, "value": 3}]
            )
            wish(visit, [(visit, page.prefix)], {"number": visit.heard + 1, "key": page.prefix + key, "value": 3})
            assert visit.asked == before
    restore(visit, page.path, {"path": page.path, "number": 1, "address": to_address(before)})
    assert visit.asked == before


def test_what_is_tried_all_the_same_is_said():
    visit = Visit(StepSettings(), StepSettings())
    visit.open(StepSettings(locks=("edits", "stride", "padding_kind", "padding")))
    visit.show(visit.asked.with_cell(LayerSettings.kind("edits").edit(0, 0, 0, 0, "5")))
    assert (visit.asked.edits, visit.word) == ((), "Locked in this task: Numbers of kernels.")
    visit.word = ""
    visit.show(replace(visit.asked, stride=(2, 2), padding=(1, 1), dilation=(2, 2)))
    assert (visit.asked.dilation, visit.word) == ((2, 2), "Locked in this task: Stride, Padding.")


def test_a_way_out_leaves_alone_what_is_locked():
    state = PlaygroundSettings(padding_kind="same", stride=(2, 2))
    fits = partial(check, full_size=(64, 64))
    assert difference(state, refusal_of(state, fits).way_out) == "Set Padding to 2"
    state = replace(state, locks=("padding_kind", "padding"))
    refusal = refusal_of(state, fits)
    assert (difference(state, refusal.way_out), refusal.error.advice) == ("Set Stride to 1", "Set Stride to 1.")
    assert refusal_of(replace(state, locks=(*state.locks, "stride")), fits).way_out is None


def test_unknown_names_are_left_out_and_named():
    read, bad = from_query({"shows": "stride,foo,__class__,task", "locks": "edits,pixel,stride"}, PlaygroundSettings)
    assert (read.shows, read.locks, bad) == (("stride",), ("edits", "stride"), ["foo", "__class__", "task", "pixel"])


def test_a_start_within_a_start_goes_no_deeper():
    hostile = begun(PlaygroundSettings(start="stride=2&foo=1&task=Other&locks=stride&start=stride%3D3"))
    back = start_of(hostile)
    assert (back.stride, back.task, back.locks, back.start) == ((2, 2), "", (), hostile.start)


@pytest.mark.parametrize("start", ["", "stride=2"])
def test_back_to_the_task_leaves_what_it_locks_whatever_its_start_says(start):
    said = {"padding": "3", "locks": "padding", "start": start}
    back = start_of(from_query(said, LayerSettings)[0])
    assert (back.padding, back.locks) == ((3, 3), ("padding",))


def test_what_is_pinned_and_what_is_drawn_know_no_task():
    tasked = PlaygroundSettings(stride=(2, 2), task="Why?", locks=("stride",), start="stride=2")
    assert from_address(pin_of(tasked)) == from_address(to_address(tasked)) == PlaygroundSettings(stride=(2, 2))
    assert tasked.drawn() == PlaygroundSettings(stride=(2, 2)).drawn()
    assert StepSettings(task="Why?", at="0,1,1").without_place() == StepSettings()


HOSTILE = {
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "**bold** [link](javascript:alert(1)) $x^2$ :red[no] `code`": None,
    "two\nlines\r\nand\u2028more\ttabs": "two lines and more tabs",
    "&lt;b&gt; %3Cb%3E {{7*7}} ${7*7}": None,
    "שלום עולם": None,
    "نمی\u200cدانم": None,
    "👩\u200d🏫 + é + e\u0301": None,
    "x" * MOST_TASK: None,
}
REFUSED = [
    "\u202egnp.exe",
    "a\u2066b",
    "bell\x07",
    "nul\x00",
    "\ud800",
    "x" * (MOST_TASK + 1),
    "y" * 10_000,
    "\ufeffbom",
]


@pytest.mark.parametrize(("text", "then"), HOSTILE.items())
def test_a_hostile_task_is_text_and_nothing_else(app, text, then):
    app.query_params["task"] = text
    app.run()
    assert not app.exception
    assert [shown.value for shown in app.text] == [then or text]
    assert not any("alert(1)" in each.value for each in (*app.markdown, *app.caption, *app.info))


@pytest.mark.parametrize("text", REFUSED)
def test_a_task_that_is_no_line_of_text_is_left_out_and_said(text):
    read, bad = from_query({"task": text}, PlaygroundSettings)
    assert (read, bad) == (PlaygroundSettings(), ["task"])


# --- the pages -------------------------------------------------------------------------------------------------------

OPENED = {
    "": ({"stride": "2", "locks": "stride,edits", "shows": "stride,padding_kind,padding"}, {"Stride"}, {"Padding"}),
    "step_by_step": ({"stride": "2", "locks": "stride", "shows": "stride,dilation"}, {"Stride"}, {"Dilation"}),
    "there_and_back": (
        {"kernel_size": "3", "stride": "2", "locks": "stride", "shows": "stride,dilation"},
        {"Stride"},
        {"Dilation"},
    ),
    "network": (
        {"part": "shrink", "locks": "factor", "shows": "factor,kernel_size"},
        {"Times smaller"},
        {"Kernel size"},
    ),
}


def opened(app, path, query):
    """A page as a link opens it."""
    for name, text in query.items():
        app.query_params[name] = text
    return switch(app, path) if path else app.run()


def visit_of(app, kind):
    """The page as the visitor has it."""
    return app.session_state["visitor"].visits[kind]


@pytest.mark.parametrize("path", OPENED)
def test_every_page_opens_a_link_with_a_task(app, path):
    query, locked, free = OPENED[path]
    opened(app, path, query | {"task": "What happens?"})
    assert not app.exception and not app.info
    assert [text.value for text in app.text] == ["What happens?"]
    sliders = {slider.label: slider for slider in app.slider}
    assert set(sliders) == locked | free
    assert {name for name, slider in sliders.items() if slider.disabled} == locked
    assert not app.selectbox and not app.number_input
    kind = KINDS[path]
    before = visit_of(app, kind).asked
    (label,) = free
    sliders[label].set_value(5).run()
    assert visit_of(app, kind).asked != before
    back = next(button for button in app.button if button.label == "Back to the task")
    back.click().run()
    assert not app.exception and visit_of(app, kind).asked == before


def test_a_page_without_a_task_has_nothing_of_it(app):
    app.run()
    assert not app.text and "Reset" in [button.label for button in app.button]


def test_a_locked_kernel_stays_and_the_page_says_why(app):
    opened(app, "step_by_step", {"locks": "edits"})
    cell = {"number": 1, "what": "kernel", "kernel": 0, "channel": 0, "row": 0, "column": 0, "value": "7"}
    send(app, "grid", "edit", [cell])
    assert not app.exception and visit_of(app, StepSettings).asked.edits == ()
    assert [info.value for info in app.info] == ["Locked in this task: Numbers of kernels."]
    assert not app.run().info  # said once


@pytest.mark.parametrize(
    ("path", "query", "key", "event", "sent"),
    [
        (
            *("", {"locks": "edits"}, "maps", "edit"),
            [{"number": 1, "kernel": 0, "channel": -1, "row": 0, "column": 0, "value": "7"}],
        ),
        ("", {"edits": "0,-1,0,0:7", "locks": "edits"}, "maps", "edit", [{"number": 1, "undo": True}]),
        ("", {"stride": "2", "locks": "stride"}, "maps", "ask", {"key": "stride", "value": 4}),
        ("", {"stride": "2", "locks": "stride"}, "dock", "edit", [{"number": 1, "key": "stride", "value": 4}]),
        ("", {"stride": "2", "locks": "stride"}, "tab_", "wish", {"number": 1, "key": "stride", "value": 4}),
        ("there_and_back", {"part": "larger", "locks": "scale_factor,up_kernel_size"}, "larger_table", "choose", "3,4"),
        ("network", {"locks": "layers"}, "network_table", "edit", [{"number": 1, "act": "up"}]),
        ("step_by_step", {"locks": "cells", "cells": "0,0,0,0:9"}, "grid", "edit", [{"number": 1, "undo": True}]),
    ],
)
def test_no_component_changes_what_is_locked(app, path, query, key, event, sent):
    opened(app, path, query)
    before = visit_of(app, KINDS[path]).asked
    send(app, key, event, sent)
    assert not app.exception
    tried = key not in ("dock", "tab_") and event != "ask"  # those ask for nothing that is locked
    assert [info.value.partition(":")[0] for info in app.info] == ["Locked in this task"] * tried
    after = visit_of(app, KINDS[path]).asked
    assert all(getattr(after, name) == getattr(before, name) for name in (*TASK, *before.locks))


def test_a_tab_gives_the_task_back_after_the_server_has_forgotten_it(app):
    app.run()
    address = "stride=3&task=Why%3F&locks=stride&start=stride%3D2"
    send(app, "tab_", "restore", {"path": "", "number": 1, "address": address})
    assert [text.value for text in app.text] == ["Why?"] and tab_of(app)["address"] == address
    assert app.slider(key="stride").disabled and app.slider(key="stride").value == 3


def test_a_locked_row_is_no_row_to_edit(app):
    opened(app, "network", {"locks": "layers"})
    assert app.selectbox(key="network_preset").disabled
    assert all(slider.disabled for slider in app.slider if slider.key.startswith("network_"))
    assert "Paste your PyTorch" not in [box.label for box in app.expander]
    before = visit_of(app, NetworkSettings).asked
    send(app, "network_table", "edit", [{"number": 1, "act": "remove"}])
    assert not app.exception and visit_of(app, NetworkSettings).asked.layers == before.layers


def test_a_row_that_is_not_shown_has_no_controls(app):
    opened(app, "network", {"shows": "picture"})
    assert not app.exception and not app.slider and [box.label for box in app.selectbox] == ["Picture"]


# --- the page for teachers -------------------------------------------------------------------------------------------


def composed(app):
    """The link that the page shows."""
    return app.code[0].value


def test_a_teacher_makes_a_link_of_the_page_they_come_from(app):
    opened(app, "step_by_step", {"stride": "2"})
    app.query_params.clear()
    switch(app, "teach")
    assert composed(app) == "./step_by_step?stride=2"
    app.text_input(key="teach_task").set_value("Why  is it *smaller*?").run()
    app.multiselect(key="teach_shows_step_by_step").set_value(["padding_kind", "stride"]).run()
    app.multiselect(key="teach_locks_step_by_step").set_value(["stride", "edits"]).run()
    assert not app.exception
    lesson = lesson_of(composed(app), KINDS.get)
    assert lesson.settings == StepSettings(
        stride=(2, 2),
        task="Why is it *smaller*?",
        shows=("padding_kind", "padding", "stride"),
        locks=("stride", "edits"),
    )
    assert app.text_input(key="teach_task").value == "Why is it *smaller*?"
    app.button(key="teach_take_network").click().run()
    assert composed(app) == "./network?task=Why+is+it+%2Asmaller%2A%3F"
    app.text_input(key="teach_of").set_value("https://example.org/lab/there_and_back?stride=3&task=Old&foo=1").run()
    assert composed(app) == "./there_and_back?stride=3&task=Old"
    assert app.info[0].value == "Left out, for it made no sense here: foo."
    app.button(key="teach_reset").click().run()
    assert composed(app) == "./step_by_step?stride=2"


@pytest.mark.parametrize(
    "text", ["nonsense", "https://example.org/teach", "http://[", "javascript:alert(1)", "/etc/passwd"]
)
def test_what_is_no_link_to_a_page_is_refused(app, text):
    switch(app, "teach")
    app.text_input(key="teach_of").set_value(text).run()
    assert not app.exception and not app.code
    said = "Link must lead to one of the pages: this one does not. Copy it from the address bar of one of the pages."
    assert [warning.value for warning in app.warning] == [said]


def test_half_of_a_pair_in_a_link_is_seen_as_the_pair(app):
    opened(app, "teach", {"of": "?shows=padding&locks=padding_kind"})
    assert app.multiselect(key="teach_shows_").value == app.multiselect(key="teach_locks_").value == ["padding_kind"]


def test_two_widgets_in_one_message_are_both_heard(app):
    opened(app, "step_by_step", {})
    switch(app, "teach")
    app.text_input(key="teach_task").set_value("Why?")
    app.multiselect(key="teach_shows_step_by_step").set_value(["stride"])
    app.multiselect(key="teach_locks_step_by_step").set_value(["dilation"]).run()
    assert composed(app) == "./step_by_step?task=Why%3F&shows=stride&locks=dilation"
    app.text_input(key="teach_of").set_value("nonsense")
    app.multiselect(key="teach_locks_step_by_step").set_value([]).run()
    assert not app.exception and app.warning


@often
@given(st.text() | TASK_TEXTS.map(lambda text: f"?task={text}&shows={text}&locks={text}&start={text}"))
def test_whatever_is_pasted_is_a_link_or_refused(text):
    try:
        lesson = lesson_of(text, KINDS.get)
    except ConvLabError as error:
        assert error.parameter == "link"
    else:
        assert lesson_of(lesson.link(), KINDS.get).settings == replace(lesson.settings, start="")


def test_a_task_with_signs_that_nobody_sees_is_refused(app):
    switch(app, "teach")
    app.text_input(key="teach_task").set_value("\u202egnp.exe").run()
    assert app.info[0].value == "A task is one line of plain text, without signs that nobody sees."
    assert app.text_input(key="teach_task").value == ""


def test_what_is_typed_is_said_again_where_a_value_given_before_may_still_arrive(app):
    switch(app, "teach")
    app.text_input(key="teach_of").set_value("?stride=2").run()
    assert not app.text_input(key="teach_of").proto.set_value
    app.text_input(key="teach_task").set_value("Why?").run()
    assert app.text_input(key="teach_of").value == "./?stride=2&task=Why%3F"  # given
    app.text_input(key="teach_of").set_value("?stride=3").run()
    assert app.text_input(key="teach_of").proto.set_value
    assert app.text_input(key="teach_of").proto.value == "?stride=3"


def test_a_state_that_is_refused_and_an_own_picture_are_told(app):
    switch(app, "teach")
    app.text_input(key="teach_of").set_value("?padding_kind=same&stride=2&picture=own").run()
    assert app.info[0].value.startswith("The page opens with a message: Padding can be Same only")
    assert "Your own picture is not in the link" in app.info[1].value


@pytest.mark.parametrize("kind", KINDS.values())
def test_parts_have_names_of_their_own(kind):
    for cells in (False, True):
        parts = parts_of(kind(), cells=cells)
        assert len(set(parts.values())) == len(parts) > 3
        assert {*with_parts(kind, parts)} <= {*kind.lockable()}


def test_of_the_lessons_every_control_of_a_step_can_be_chosen(app):
    opened(app, "lessons", {"lesson": "pooling", "step": "3"})
    app.query_params.clear()
    switch(app, "teach")
    shows, locks = (app.multiselect(key=f"teach_{what}_lessons") for what in ("shows", "locks"))
    assert shows.options == locks.options == ["Pooling", "Pooling size"]
    shows.set_value(["pool"]).run()
    assert composed(app) == "./lessons?shows=pool&lesson=pooling&step=3"
    every = {name for lesson in texts().values() for step in lesson.steps for name in step.controls}
    assert every <= {*with_parts(LessonSettings, parts_of(LessonSettings()))}


@pytest.mark.parametrize(
    "query",
    [{"lesson": "padding", "step": "2", "answer": "3"}, {"lesson": "dilation", "step": "4", "found": "3,1,0,1"}],
)
def test_what_the_teacher_answered_is_not_in_the_link(app, query):
    opened(app, "lessons", query)
    app.query_params.clear()
    switch(app, "teach")
    assert composed(app) == "./lessons?lesson={lesson}&step={step}".format(**query)


def test_a_link_is_bounded():
    edits = tuple(LayerSettings.kind("edits").edit(i % 8, -1, i // 8 % 11, i // 88, "0.123456") for i in range(400))
    with pytest.raises(ConvLabError, match="`link` must have at most 4,000 characters: this one has"):
        Lesson("", PlaygroundSettings(edits=edits), []).link()
    few = Lesson("", PlaygroundSettings(edits=edits[:100], task="x" * MOST_TASK), []).link("https://example.org/")
    assert MOST_CODE < len(few) < MOST_LINK
    with pytest.raises(ConvLabError, match="`link` must have at most 1,000 characters for a code"):
        code_of(few)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/", "https://example.org/?" + urlencode({"task": "Wieso ½?"} | {"start": "a" * 900})]
)
def test_the_code_is_that_of_the_link(address):
    drawn = code_of(address)
    matrix = [list(row) for row in segno.make(address, error="l", micro=False).matrix_iter(border=4)]
    seen = [[0] * len(matrix) for _ in matrix]
    (path,) = re.findall(r'stroke="#000"[^>]* d="([^"]+)"|d="([^"]+)"[^>]*stroke="#000"', drawn)
    x = y = 0.0
    for order, numbers in re.findall(r"([Mmh])([-0-9. ]+)", "".join(path)):
        first, *rest = map(float, re.findall(r"-?[0-9.]+", numbers))
        if order == "M":
            x, y = first, rest[0]
        elif order == "m":
            x, y = x + first, y + rest[0]
        else:
            for column in range(int(first)):
                seen[int(y)][int(x) + column] = 1
            x += first
    assert seen == [[int(bool(cell)) for cell in row] for row in matrix]
    assert drawn.startswith("<svg ") and "script" not in drawn and "http://www.w3.org/2000/svg" in drawn


# --- in a browser ----------------------------------------------------------------------------------------------------


def test_a_teacher_composes_and_a_student_opens(open_page):
    page = open_page("step_by_step?stride=2", ready=".output .cell")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="For teachers").click()
    page.get_by_label("Task", exact=True).fill("Which <b>stride</b> keeps every number?")
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Controls that are locked").click()
    page.keyboard.type("Padding mo")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    address = (
        page.url.partition("teach")[0]
        + "step_by_step?stride=2&task=Which+%3Cb%3Estride%3C%2Fb%3E+keeps+every+number%3F"
    )
    expect(page.get_by_test_id("stCode")).to_have_text(address + "&locks=padding_mode")
    expect(page.get_by_role("img", name="The link as a QR code")).to_be_visible()
    assert page.get_by_role("img", name="The link as a QR code").evaluate("image => image.naturalWidth") > 200
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open it").click()
    student = opened.value
    expect(student.locator(".st-key-task")).to_have_text("Which <b>stride</b> keeps every number?")
    slider = student.locator(".st-key-step_by_step_stride input[type=range]")
    slider.focus()
    slider.press("ArrowRight")
    student.wait_for_url("**/step_by_step?stride=3&**")
    student.reload()
    student.get_by_role("button", name="Back to the task").click()
    student.wait_for_url("**/step_by_step?stride=2&**")
    expect(slider).to_have_value("2")
    student.close()


@pytest.mark.parametrize(("width", "height", "dark"), [(1280, 800, False), (390, 844, True)])
def test_axe_finds_no_serious_fault(open_page, width, height, dark):
    task = "task=Why+is+the+output+smaller%3F&locks=stride,padding_kind&shows=stride,padding_kind,padding"
    page = open_page(f"?{task}", width, height, dark)
    expect(page.locator(".st-key-task")).to_have_text("Why is the output smaller?")
    assert faults(page) == []
    page.goto(page.url.partition("?")[0] + "teach?of=" + quote(f"step_by_step?{task}"))
    expect(page.get_by_role("img", name="The link as a QR code")).to_be_visible()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_locked_slider_moves_with_no_key_and_fetches_nothing_ahead(open_page):
    page = open_page("?stride=2&locks=stride")
    slider = page.locator(".st-key-stride input[type=range]")
    expect(slider).to_be_disabled()
    page.locator(".st-key-dilation input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**&dilation=2&**")
    expect(slider).to_have_value("2")
