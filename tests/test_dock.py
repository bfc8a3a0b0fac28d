"""The dock at the bottom of a phone: what it says, what it sends, and what is in reach beside it."""

import pytest
from conftest import faults, send, tab_of, until
from playwright.sync_api import expect

from convlab.ui import session
from convlab.ui.dock import chips_of, take_moves
from convlab.ui.playground.page import AT_HAND
from convlab.ui.playground.settings import PlaygroundSettings
from convlab.ui.session import Visit
from convlab.ui.steps.page import AT_HAND as STEPS_AT_HAND
from convlab.ui.steps.settings import StepSettings

PHONE = {"width": 390, "height": 844, "touch": True}


def visit_of(settings):
    """A page with some settings."""
    visit = Visit(settings, settings)
    visit.show(settings)
    return visit


def moved(settings, *moves):
    """The settings after some moves, numbered from 1."""
    visit = visit_of(settings)
    take_moves(visit, "", AT_HAND, [{"number": at, **move} for at, move in enumerate(moves, start=1)])
    return visit


def test_a_chip_has_the_controls_that_the_sidebar_has():
    chips = {chip["name"]: chip for chip in chips_of(visit_of(PlaygroundSettings()), "", AT_HAND)}
    assert tuple(chips) == AT_HAND
    assert chips["stride"]["sliders"] == [{"key": "stride", "label": "Stride", "value": 1, "low": 1, "high": 6}]
    assert [choice["key"] for choice in chips["padding"]["choices"]] == ["padding_kind"]
    assert [slider["key"] for slider in chips["padding"]["sliders"]] == ["padding"]
    assert chips["pool"]["says"] == "Maximum"


def test_a_slider_without_a_say_is_left_out_and_rows_and_columns_have_one_each():
    chips = {
        c["name"]: c for c in chips_of(visit_of(PlaygroundSettings(padding_kind="same", stride=(2, 3))), "", AT_HAND)
    }
    assert (chips["padding"]["says"], chips["padding"]["sliders"]) == ("Same", [])
    assert [(slider["key"], slider["value"]) for slider in chips["stride"]["sliders"]] == [
        ("stride_rows", 2),
        ("stride_columns", 3),
    ]
    names = [chip["name"] for chip in chips_of(visit_of(StepSettings(operation="avg")), "step_by_step_", STEPS_AT_HAND)]
    assert "dilation" not in names and "padding" in names


def test_moves_change_the_settings_each_once_and_in_their_order():
    visit = moved(
        PlaygroundSettings(),
        {"key": "stride", "value": 2},
        {"key": "pool", "value": "avg"},
        {"key": "stride", "value": 3},
        {"key": "padding_columns", "value": 99},
    )
    assert visit.asked == PlaygroundSettings(stride=(3, 3), pool="avg", padding=(0, 10))
    take_moves(visit, "", AT_HAND, [{"number": 4, "key": "stride", "value": 1}])
    assert visit.asked.stride == (3, 3)


@pytest.mark.parametrize(
    "sent",
    [
        None, 3, "stride", [], [None], [{}], [{"number": True, "key": "stride", "value": 2}],
        [{"number": 2**60, "key": "stride", "value": 2}], [{"number": 1, "key": "bank", "value": "sobel"}],
        [{"number": 1, "key": ["stride"], "value": 2}], [{"number": 1, "key": "pool", "value": "none of these"}],
        [{"number": 1, "key": "stride"}], [{"number": 1, "key": "stride", "value": "two"}],
    ],
)  # fmt: skip
def test_nothing_else_is_taken(sent):
    visit = visit_of(PlaygroundSettings())
    take_moves(visit, "", AT_HAND, sent)
    assert visit.asked == PlaygroundSettings()


def chip(page, name):
    """A chip of the dock."""
    return page.locator(".chip", has_text=name)


def test_quick_keys_on_the_dock_are_all_heard(open_page):
    page = open_page(**PHONE)
    page.locator(".dock input[data-key=stride]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(chip(page, "Stride")).to_have_text("Stride 4")
    chip(page, "Pooling").tap()
    page.locator(".dock").get_by_role("button", name="Average").tap()
    chip(page, "Dilation").tap()
    page.locator(".dock input[data-key=dilation]").press("ArrowRight")
    page.wait_for_url("**/?stride=4&dilation=2&pool=avg")
    page.get_by_test_id("stExpandSidebarButton").tap()
    expect(page.locator(".st-key-stride input[type=range]")).to_have_value("4")
    expect(page.locator(".st-key-pool [aria-checked=true]")).to_have_text("Average")


def test_a_slider_of_the_dock_is_sent_when_it_is_let_go(open_page):
    page = open_page(**PHONE)
    box = page.locator(".dock input[data-key=stride]").bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2, steps=5)
    expect(chip(page, "Stride")).to_have_text("Stride 6")
    page.wait_for_timeout(300)
    assert "stride" not in page.url
    page.mouse.up()
    page.wait_for_url("**/?stride=6")


def test_a_refusal_from_the_dock_speaks_as_the_controls_do_and_mends(open_page):
    page = open_page("?stride=2", **PHONE)
    chip(page, "Padding").tap()
    page.locator(".dock").get_by_role("button", name="Same").tap()
    expect(chip(page, "Padding")).to_have_text("Padding Same")
    expect(page.locator(".dock input[data-key=padding]")).to_have_count(0)
    expect(page.get_by_test_id("stAlert").first).to_contain_text("Padding can be Same only with stride 1")
    mend = page.locator(".st-key-mend_page button")
    expect(mend).to_have_text("Set Padding to 2")
    mend.tap()
    expect(chip(page, "Padding")).to_have_text("Padding 2")
    expect(page.locator(".dock input[data-key=padding]")).to_have_value("2")


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_has_heading_names_and_dock_within_reach(open_page, dark):
    page = open_page(dark=dark, **PHONE)
    assert page.locator(".st-key-heading").bounding_box()["height"] <= 150
    until(page, "getComputedStyle(document.documentElement).getPropertyValue('--dock') !== ''")
    dock = page.locator(".dock").bounding_box()
    assert dock["y"] + dock["height"] == 844
    assert page.evaluate("document.documentElement.style.getPropertyValue('--dock')") == f"{dock['height']:.0f}px"
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 1e6)")
    assert page.locator(".st-key-code").bounding_box()["y"] < dock["y"] - 40
    assert not faults(page, small=True)
    page.evaluate("self.same = true")
    page.locator(".st-key-names").get_by_role("link", name="Step by step").tap()
    page.locator(".output .cell").first.wait_for()
    expect(chip(page, "Input size")).to_have_text("Input size 7")
    assert page.evaluate("self.same")


def test_a_wide_screen_has_no_dock_and_all_controls_in_sight(open_page):
    page = open_page("?operation=transposed")
    expect(page.locator(".dock")).to_be_hidden()
    expect(page.locator(".st-key-names")).to_be_hidden()
    assert page.get_by_test_id("stSidebarContent").evaluate("side => side.scrollHeight <= side.clientHeight")
    assert page.locator(".st-key-heading").bounding_box()["height"] <= 52
    assert page.locator(".st-key-maps").bounding_box()["y"] <= 64


def test_a_slider_that_is_built_late_does_not_take_a_move_of_the_dock_back(app, monkeypatch):
    monkeypatch.setattr(session, "_ARRIVES", 1000)
    app.run()
    send(app, "dock", "edit", [{"number": 1, "key": "stride", "value": 4}])
    assert app.slider(key="stride").value == 4
    app.slider(key="stride").set_value(1).run()  # what it said before: the browser built it just now
    assert app.slider(key="stride").value == 4
    assert tab_of(app)["address"] == "stride=4"
    send(app, "dock", "edit", [{"number": 2, "key": "stride", "value": 6}])
    for late in (1, 4):
        app.slider(key="stride").set_value(late).run()  # on its way before the sidebar had heard of the moves
        assert tab_of(app)["address"] == "stride=6"
    app.slider(key="stride").set_value(3).run()  # a finger
    assert tab_of(app)["address"] == "stride=3"


def test_a_slider_goes_back_to_what_it_said_before_a_move_of_the_dock(app, monkeypatch):
    monkeypatch.setattr(session, "_ARRIVES", 0)
    app.run()
    send(app, "dock", "edit", [{"number": 1, "key": "stride", "value": 4}])
    app.slider(key="stride").set_value(1).run()
    assert tab_of(app)["address"] == ""
