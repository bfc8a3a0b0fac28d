"""The page of lessons: every step opens with its picture, its controls change it, and a link says it all."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from conftest import SHOWN, faults, header_of, send, switch, tab_of, until
from playwright.sync_api import expect

from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.lessons.text import lessons
from convlab.ui.playground.settings import PlaygroundSettings

STEPS = [(name, number) for name, lesson in lessons().items() for number in range(1, len(lesson.steps) + 1)]
FIRST, SECOND, *_ = lessons()
SAME = ("padding", next(n for n, step in enumerate(lessons()["padding"].steps, 1) if "padding_kind" in step.controls))
BAR = next(number for number, step in enumerate(lessons()["negatives"].steps, 1) if "cells=" in step.picture)
ON_MAPS = next((name, number) for name, number in STEPS if lessons()[name].step(number).picture.startswith("?"))


def opened(app, lesson="", step=1, **query):
    """The page, opened by a link."""
    for name, value in {"lesson": lesson, "step": str(step), **query}.items():
        app.query_params[name] = value
    switch(app, "lessons")
    assert not app.exception
    return app


def visit_of(app):
    """The page as the student has it."""
    return app.session_state["visitor"].visits[LessonSettings]


def inner_of(app):
    """The settings of the picture."""
    return visit_of(app).part.asked.untasked()


def address_of(app):
    """What the address says."""
    return dict(parse_qsl(tab_of(app)["address"]))


def components_of(app):
    """The names of the components on the page."""
    return {each.proto.component_name.rpartition(".")[2] for each in app.get("bidi_component")}


def said(app):
    """All words of the page."""
    return "\n".join(each.value for each in app.markdown)


def press(app, key):
    """A click on a button."""
    app.button(key=f"lessons_{key}").click().run()
    assert not app.exception


@pytest.mark.parametrize(("lesson", "step"), STEPS)
def test_every_step_opens_with_its_picture_and_its_controls(app, lesson, step):
    opened(app, lesson, step)
    told = lessons()[lesson].step(step)
    assert {*SHOWN} & components_of(app) or app.get("plotly_chart")
    assert f"## {told.title}" in said(app) and not re.search(r"[{}]", said(app).partition(f"## {told.title}")[2][:300])
    assert inner_of(app) == told.settings and not app.warning
    prefix = visit_of(app).part.prefix
    keys = {each.key for kind in (app.slider, app.selectbox, app.toggle, app.number_input) for each in kind}
    keys |= {each.key for each in app.get("button_group")}
    for name in told.controls:
        assert {prefix + name, f"{prefix}{name}_rows"} & keys


def test_the_list_leads_to_every_lesson(app):
    opened(app)
    press(app, "start")
    assert visit_of(app).asked == LessonSettings(lesson=FIRST)
    press(app, "all")
    assert address_of(app) == {}
    for name, lesson in lessons().items():
        assert lesson.title in app.button(key=f"lessons_to_{name}").label
    press(app, f"to_{SECOND}")
    assert address_of(app) == {"lesson": SECOND}


def test_next_and_back_lead_through_all_lessons(app):
    opened(app, FIRST)
    steps = len(lessons()[FIRST].steps)
    for number in range(2, steps + 1):
        press(app, "next")
        assert address_of(app) == {"lesson": FIRST, "step": str(number)}
    assert app.button(key="lessons_next").label == "Next lesson"
    press(app, "next")
    assert address_of(app) == {"lesson": SECOND}
    press(app, "back")
    assert address_of(app) == {"lesson": FIRST, "step": str(steps)}


def test_behind_the_last_step_is_the_list(app):
    opened(app, *STEPS[-1])
    assert app.button(key="lessons_next").label == "To the end"
    press(app, "next")
    assert address_of(app) == {}


def test_a_control_changes_the_picture_the_words_and_the_address(app):
    opened(app, "padding")
    before = said(app)
    app.slider(key="step_by_step_padding").set_value(2).run()
    assert not app.exception and inner_of(app).padding == (2, 2)
    assert dict(parse_qsl(address_of(app)["state"]))["padding"] == "2"
    assert said(app) != before and "12×12" not in before
    app.slider(key="step_by_step_padding").set_value(0).run()
    assert address_of(app) == {"lesson": "padding"} and said(app) == before


def test_a_link_and_a_reload_hold_what_was_changed(app):
    state = "input_size=8&padding=2&at=0,1,2"
    opened(app, "padding", state=state)
    assert (inner_of(app).padding, inner_of(app).at) == ((2, 2), "0,1,2")
    assert address_of(app) == {"lesson": "padding", "state": state}
    assert header_of(app)["at"] == [0, 1, 2]


def test_what_a_link_says_of_the_picture_that_makes_no_sense_is_left(app):
    opened(app, "padding", state="input_size=8&padding=many&nonsense")
    assert inner_of(app).input_size == (8, 8) and inner_of(app).padding == (0, 0)


def test_a_picture_that_is_changed_to_its_pages_own_beginning_stays_so(app):
    opened(app, "padding")
    send(app, "grid", "at", {"at": "0,1,1", "fresh": visit_of(app).part.fresh})
    assert inner_of(app).at == "0,1,1"
    inner = visit_of(app).part
    inner.show(type(inner.asked)())
    app.run()
    assert inner_of(app) == type(inner.asked)() and address_of(app)["state"] == "stride=1"


def test_what_is_refused_is_told_and_mended_and_the_last_picture_stays(app):
    opened(app, *SAME)
    app.get("button_group")[0].set_value("same").run()
    app.slider(key="step_by_step_stride").set_value(2).run()
    assert not app.exception and "only with stride 1" in app.warning[0].value
    assert visit_of(app).part.good.stride == (1, 1)
    assert [each.value for each in app.caption] == ["What is shown is still the last picture that worked."]
    mend = next(each for each in app.button if "mend" in each.key)
    mend.click().run()
    assert not app.exception and not app.warning and visit_of(app).part.good == visit_of(app).part.asked
    assert not app.caption


def test_another_step_begins_as_its_text_says(app):
    opened(app, "padding")
    app.slider(key="step_by_step_padding").set_value(2).run()
    late = visit_of(app).part
    press(app, "next")
    late.show(late.asked)  # what the student did last on the step before, and comes after it
    app.run()
    assert address_of(app) == {"lesson": "padding", "step": "2"}
    press(app, "back")
    assert inner_of(app) == lessons()["padding"].step(1).settings


def test_what_the_lesson_wrote_is_there_again_when_edits_are_undone(app):
    opened(app, "negatives", BAR)
    first = inner_of(app)
    assert first.cells and first.edits
    send(app, "grid", "edit", [{"number": 1, "what": "input", "channel": 0, "row": 0, "column": 0, "value": "7"}])
    assert len(inner_of(app).cells) == len(first.cells) + 1
    send(app, "grid", "edit", [{"number": 2, "undo": True}])
    assert inner_of(app) == first


def test_reset_leads_to_the_beginning_of_the_step(app):
    opened(app, "padding", 2, state="input_size=8&padding=3", answer="5")
    press(app, "reset")
    assert address_of(app) == {"lesson": "padding", "step": "2"}
    assert inner_of(app) == lessons()["padding"].step(2).settings


def test_a_lesson_that_there_is_not_leads_to_the_list(app):
    opened(app, "nothing")
    assert "no such lesson" in app.info[0].value and app.button(key="lessons_start")


def test_a_step_that_there_is_not_is_the_last_one(app):
    opened(app, FIRST, 20)
    assert f"## {lessons()[FIRST].steps[-1].title}" in said(app)


def test_a_task_shows_and_locks_what_a_step_lets_move(app):
    opened(app, "padding", 2, task="Find the size", shows="padding", locks="padding")
    assert [each.key for each in app.slider] == ["step_by_step_padding"] and app.slider[0].disabled
    visit_of(app).part.show(lessons()["padding"].step(1).settings)
    app.run()
    assert inner_of(app).padding == lessons()["padding"].step(2).settings.padding


@pytest.mark.parametrize(("lesson", "step"), STEPS)
def test_a_task_reaches_every_control_of_a_step(app, lesson, step):
    controls = lessons()[lesson].step(step).controls
    opened(app, lesson, step, shows=",".join(controls[:1]), locks=",".join(controls))
    assert not app.info and visit_of(app).asked.locks == controls
    assert inner_of(app) == lessons()[lesson].step(step).settings
    assert visit_of(app).part.controls == controls[:1] and visit_of(app).part.asked.locks == controls


# --- the front door --------------------------------------------------------------------------------------------------


def door_of(app):
    """The line that a first visit is offered."""
    return [link for link in app.get("page_link") if "New here" in link.proto.label]


def test_a_first_visit_is_offered_the_first_lesson(app):
    app.run()
    (link,) = door_of(app)
    assert (link.proto.page, link.proto.query_string) == ("lessons", "lesson=1")
    app.slider(key="stride").set_value(2).run()
    assert not door_of(app)
    app.slider(key="stride").set_value(1).run()
    assert app.session_state["visitor"].visits[PlaygroundSettings].asked == PlaygroundSettings()
    assert not door_of(app)  # not any more


@pytest.mark.parametrize("query", [{"stride": "2"}, {"task": "Why?"}])
def test_whoever_comes_by_a_link_is_not(app, query):
    for name, value in query.items():
        app.query_params[name] = value
    assert not door_of(app.run())


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wide", [True, False])
def test_a_student_goes_through_a_lesson(open_page, wide):
    size = {} if wide else {"width": 390, "height": 844, "touch": True}
    page = open_page("lessons?lesson=2", ready=".output .cell", dark=not wide, **size)
    expect(page).to_have_title("Padding · ConvLab")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 · Padding")
    expect(page.get_by_role("heading", level=2).first).to_have_text(lessons()["padding"].step(1).title)
    slider = page.locator(".st-key-step_by_step_padding input" if wide else ".dock input")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.get_by_text("Output 1×8×8")).to_be_visible()
    until(page, "new URL(location).searchParams.get('state')?.includes('padding=1')")
    if wide:
        assert page.locator(".output .cell").first.bounding_box()["y"] < 400
    assert not faults(page, small=True)
    main = page.get_by_test_id("stMain")
    page.get_by_role("button", name="Next", exact=True).click()
    until(page, "new URL(location).searchParams.get('step') === '2'")
    assert main.evaluate("main => main.scrollTop") == 0
    expect(page.locator(".tab [aria-live]")).to_have_text(re.compile(r"^\d+ · .+\. Step 2 of \d+$"))
    assert "state" not in urlsplit(page.url).query
    page.get_by_role("button", name="All lessons").click()
    page.get_by_role("button", name="Pooling").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Pooling"))
    assert not faults(page, small=True)


def test_the_maps_of_a_lesson_follow_its_sliders_at_once(open_page):
    lesson, step = ON_MAPS
    page = open_page(f"lessons?lesson={lesson}&step={step}")
    slider = page.locator(".st-key-lessons_controls [data-testid=stSlider] input").first
    before = page.locator(".chain .shape").all_inner_texts()
    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator(".chain .shape").nth(1)).not_to_have_text(before[1])


@pytest.mark.parametrize("dark", [True, False])
def test_the_list_is_read_in_both_themes(open_page, dark):
    page = open_page("lessons", ready=".st-key-lessons_start button", dark=dark)
    assert not faults(page, small=True)


def test_the_front_door_leads_to_the_first_lesson(open_page):
    page = open_page()
    top = page.locator(".maps canvas").first.bounding_box()["y"]
    page.get_by_role("link", name="New here? Start with lesson 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"1 · {lessons()[FIRST].title}")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Playground").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ConvLab")
    page.locator(".maps canvas").first.wait_for()
    expect(page.get_by_role("link", name="New here?")).to_have_count(0)
    assert abs(page.locator(".maps canvas").first.bounding_box()["y"] - top) <= 2


def test_the_next_step_begins_at_its_top(open_page):
    page = open_page("lessons?lesson=negatives", width=390, height=844, touch=True)
    step_two = page.locator(".st-key-sentence").get_by_text("Step 2 of")
    page.get_by_role("button", name="Next").click()
    expect(step_two).to_be_in_viewport()


def test_a_slider_moved_while_the_line_was_cut_is_one_of_the_picture(app):
    opened(app, "stride")
    send(app, "tab_lessons", "wish", {"number": 1, "key": f"{visit_of(app).part.prefix}stride", "value": 4})
    assert not app.exception
    assert inner_of(app).stride == (4, 4) and "stride=4" in address_of(app)["state"]
    assert tab_of(app)["heard"] == 1


# Whether stacked pictures become large: they are fitted once they are on the page.
LARGE = """async tiles => {
    const small = frame => frame.getBoundingClientRect().height < 150;
    for (let tries = 0; tries < 100; tries++) {
        if (![...tiles.querySelectorAll(".tall .frame")].some(small)) return true;
        await new Promise(done => setTimeout(done, 50));
    }
    return false;
}"""


def test_what_a_step_shows_can_be_read_on_its_first_screen(open_page):
    font = "cells => Math.min(...cells.map(cell => parseFloat(getComputedStyle(cell).fontSize)))"
    page = open_page("lessons?lesson=rows-and-columns&step=2", ready=".boards .cell")
    assert page.locator(".boards .cell").evaluate_all(font) >= 12
    page.goto(f"{page.url.partition('?')[0]}?lesson=output-padding&step=5")
    assert page.locator(".tiles:has(.tall canvas)").evaluate(LARGE)
    page = open_page("lessons?lesson=padding&step=2", 390, 844, touch=True, ready=".boards .cell")
    assert page.locator(".boards .cell").evaluate_all(font) >= 12


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("negatives", "Row 91, column 99"),
        ("negatives&step=2", "Row 95, column 80"),
        ("two-layers", "Layer 2, row 38, column 27"),
        ("two-layers&step=3", "Layer 2, row 11, column 8"),
        ("two-layers&step=4", "Layer 2, row 93, column 91"),
    ],
)
def test_a_step_with_a_pinned_number_opens_at_its_title_on_a_phone(open_page, step, told):
    page = open_page(f"lessons?lesson={step}", 390, 844, touch=True)
    expect(page.locator(".tray h2")).to_contain_text(told)
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0
    expect(page.locator("h1")).to_be_in_viewport()


def test_the_pinned_number_of_lesson_6_has_the_other_sign_in_the_opposite_map(open_page):
    page = open_page("lessons?lesson=negatives&step=2", 1280, 800)
    expect(page.locator(".tray")).to_contain_text(re.compile(r"Row 95, column\s80.*Σ = −19\.63", re.DOTALL))
    page.locator(".card").nth(1).click()
    expect(page.locator(".tray")).to_contain_text(re.compile(r"Row 95, column\s80.*Σ = 19\.63", re.DOTALL))
