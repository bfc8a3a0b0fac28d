"""The board whose cells are marked: by clicks and keys, each board for itself, nothing sent before."""

import re

import pytest
from conftest import served
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of the page with two of each."""
    with served("tests/pages/two_of_each.py", tmp_path_factory.mktemp("two") / "log") as address:
        yield address


@pytest.fixture
def boards(open_page):
    """The page, and the two boards."""
    page = open_page(ready=".st-key-marking_far .board button")
    return page, page.locator(".st-key-marking_near"), page.locator(".st-key-marking_far")


def cell(box, index):
    """One cell of a board."""
    return box.locator(".board button").nth(index)


def pressed(box):
    """Which cells are marked."""
    return box.locator(".board").evaluate(
        "board => [...board.children].flatMap((cell, i) => cell.ariaPressed === 'true' ? [i] : [])"
    )


def said(box):
    """What Python knows."""
    return box.locator("[data-testid=stText]")


def test_clicks_mark_and_unmark_and_the_whole_is_committed(boards):
    page, near, far = boards
    for index in (0, 2, 9, 2):
        cell(near, index).click()
    assert pressed(near) == [0, 9]
    assert pressed(far) == []
    expect(near.locator(".foot p")).to_have_text("2 marked")
    expect(said(near)).to_have_text("near: nothing")
    page.get_by_role("button", name="Run").click()
    expect(said(near)).to_have_text("near: nothing")
    assert pressed(near) == [0, 9]
    near.get_by_role("button", name="Commit").click()
    expect(said(near)).to_have_text("near: 0,0 2,1")
    expect(said(far)).to_have_text("far: nothing")


def test_after_the_commitment_signs_and_words_say_what_was_right(boards):
    _, near, _ = boards
    cell(near, 0).click()
    cell(near, 9).click()
    assert near.locator(":is(.right, .missed, .extra)").count() == 0
    near.get_by_role("button", name="Commit").click()
    expect(near.locator(".foot p")).to_have_text("✓ 1 right · ○ 1 missed · ✗ 1 too many")
    expect(near.get_by_role("button", name="Commit")).to_be_hidden()
    for index, sign, words in ((0, "✓", "right"), (5, "○", "missed"), (9, "✗", "too many")):
        expect(cell(near, index).locator("i")).to_have_text(sign)
        expect(cell(near, index)).to_have_attribute("aria-label", re.compile(f", {words}$"))
    cell(near, 3).click(force=True)  # it is disabled
    assert pressed(near) == [0, 9]


def test_keys_move_and_mark(boards):
    page, near, far = boards
    cell(near, 0).focus()
    for key in ("ArrowRight", "ArrowRight", "Space", "ArrowDown", "Enter", "ArrowUp", "ArrowUp", "Home"):
        page.keyboard.press(key)
    assert pressed(near) == [2, 6]
    expect(cell(near, 0)).to_be_focused()
    page.keyboard.press("Tab")
    expect(near.get_by_role("button", name="Commit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(said(near)).to_have_text("near: 0,2 1,2")
    assert pressed(far) == []


def test_no_cell_is_an_answer_too(boards):
    _, _, far = boards
    far.get_by_role("button", name="Commit").click()
    expect(said(far)).to_have_text("far: none")
    expect(far.locator(".foot p")).to_have_text("○ 2 missed")


@pytest.mark.parametrize("width", [1280, 390])
def test_cells_are_large_enough_for_a_finger_and_say_what_they_are(open_page, width):
    page = open_page(width=width, touch=width < 600, ready=".st-key-marking_far .board button")
    near = page.locator(".st-key-marking_near")
    expect(cell(near, 1)).to_have_attribute("aria-label", "row 0, column 1: 1, asked about")
    box = cell(near, 7).bounding_box()
    assert box["width"] >= 24
    assert box["height"] >= 24
