"""A lesson's question in a browser: answered by hand, the same after a reload, kept in the tab, no fault for axe."""

import re

import pytest
from conftest import faults, until
from playwright.sync_api import expect

from convlab.exercises import question
from convlab.ui.lessons.asking import seed_of
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.lessons.text import lessons

STEPS = [(name, number, step) for name, each in lessons().items() for number, step in enumerate(each.steps, 1)]


def asked_at(form):
    """A step with a question that is answered in a form, and the question."""
    for name, number, step in STEPS:
        if step.question:
            asked = question(step.question, seed_of(LessonSettings(lesson=name, step=number)))
            if asked.form == form:
                return f"lessons?lesson={name}&step={number}", asked
    raise LookupError(form)


def shown(page):
    """Where the question stands."""
    return page.locator(".st-key-question")


def test_a_number_is_written_and_committed_by_enter_and_stays(open_page):
    link, asked = asked_at("number")
    page = open_page(link, ready=".st-key-question input")
    field = shown(page).get_by_label("Your answer")
    field.fill("many")
    field.press("Enter")
    expect(shown(page).get_by_text("Answer must be a number")).to_be_visible()
    expect(field).to_have_value("many")
    wrong = asked.wrongs[0]
    field.fill(wrong.answer)
    field.press("Enter")
    expect(shown(page).get_by_text("Not right.")).to_be_visible()
    page.wait_for_url("**answer=**")
    page.reload()
    expect(shown(page).get_by_text("Not right.")).to_be_visible()
    shown(page).get_by_role("button", name="Another one").click()
    page.wait_for_url("**question_seed=**")
    expect(field).to_have_value("")


def test_a_choice_is_clicked_and_committed(open_page):
    link, asked = asked_at("choice")
    page = open_page(link, ready=".st-key-question [role=radiogroup]")
    shown(page).get_by_role("button", name="Commit").click()
    expect(shown(page).get_by_text("Choose one.")).to_be_visible()
    place = asked.options.index(asked.answer)
    shown(page).locator("[role=radiogroup] label").nth(place).click()
    shown(page).get_by_role("button", name="Commit").click()
    expect(shown(page).get_by_text("Right:")).to_be_visible()


def test_the_keyboard_goes_through_a_lesson_and_keeps_its_place(open_page):
    inside = "document.activeElement.closest('.st-key-question') !== null"
    page = open_page("lessons", ready=".st-key-lessons_list button")
    page.get_by_role("button", name="12 · Correlation").press("Enter")
    expect(shown(page)).to_be_visible()
    until(page, "document.activeElement !== document.body")
    shown(page).get_by_role("radio").first.press("Space")
    page.get_by_role("button", name="Commit").press("Enter")
    another = page.get_by_role("button", name="Another one")
    expect(another).to_be_visible()
    until(page, inside)
    page.keyboard.press("Tab")
    assert page.evaluate(inside)
    another.press("Enter")
    expect(another).to_have_count(0)
    until(page, inside)
    page.get_by_role("button", name="Next", exact=True).press("Enter")
    expect(page.get_by_text("Step 2 of 2", exact=True)).to_be_visible()
    until(page, "document.activeElement !== document.body")


def test_marked_cells_are_committed_by_the_keyboard_which_stays_on_the_board(open_page):
    link, _ = asked_at("cells")
    page = open_page(link, ready=".marking .board button")
    cell = page.locator(".marking .board button").first
    cell.press("Space")
    page.locator(".marking .commit").press("Enter")
    expect(shown(page).get_by_role("alert")).to_be_visible()
    expect(cell).to_be_focused()


def test_what_was_done_is_ticked_after_a_reload_and_in_a_code(open_page):
    link, asked = asked_at("number")
    page = open_page(link, ready=".st-key-question input")
    shown(page).get_by_label("Your answer").fill(asked.answer)
    shown(page).get_by_role("button", name="Commit").click()
    expect(shown(page).get_by_text("Right:")).to_be_visible()
    until(page, "Object.values({...sessionStorage}).some((kept) => kept.startsWith('CL1.'))")  # the tab has heard of it
    page.goto(page.url.partition("?")[0])
    done = page.locator(".st-key-lessons_done")
    expect(done).to_contain_text("Your answers: 1, right: 1")
    expect(page.locator(".st-key-lessons_list")).to_contain_text(re.compile("1 of . answered"))
    done.locator("summary").click()
    expect(done.get_by_test_id("stCode")).to_contain_text("CL1.")
    done.get_by_role("button", name="Forget all of it").click()
    expect(done).to_have_count(0)
    until(page, "!Object.values({...sessionStorage}).some((kept) => kept.startsWith('CL1.'))")  # the tab has forgotten
    page.reload()
    expect(page.locator(".st-key-lessons_list")).to_be_visible()
    page.locator(".tab").first.wait_for(state="attached")
    expect(page.locator(".st-key-lessons_list")).not_to_contain_text("answered")


def test_help_beside_a_switch_leaves_the_switch_alone(open_page):
    page = open_page("lessons?lesson=negatives&step=3", 390, 844, touch=True, ready=".st-key-lessons_controls")
    switch = page.get_by_role("switch", name="Flip")
    page.locator(".st-key-lessons_controls .stCheckbox p").tap()
    expect(switch).to_be_checked()
    page.get_by_role("button", name="Help for Flip").tap()
    expect(page.get_by_test_id("stTooltipContent")).to_be_visible()
    expect(switch).to_be_checked()


@pytest.mark.parametrize(("width", "height", "dark"), [(1280, 800, False), (390, 844, True)])
@pytest.mark.parametrize("form", ["number", "choice", "cells"])
def test_axe_finds_no_serious_fault(open_page, width, height, dark, form):
    link, asked = asked_at(form)
    page = open_page(link, width, height, dark, ready=".st-key-question :is(.board, .stFormSubmitButton) button")
    assert faults(page) == []
    page.goto(f"{page.url}&answer={asked.wrongs[0].answer}")
    expect(shown(page).get_by_text("Not right.")).to_be_visible()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "height", "dark"), [(1280, 800, False), (390, 844, True)])
def test_axe_finds_none_in_a_puzzle_and_on_what_is_printed(open_page, width, height, dark):
    link = next(f"lessons?lesson={name}&step={number}" for name, number, step in STEPS if step.puzzle)
    page = open_page(link, width, height, dark, ready=".st-key-question button")
    shown(page).get_by_role("button", name="Try").click()
    expect(shown(page).get_by_role("alert").or_(shown(page).get_by_role("status"))).to_be_visible()
    assert faults(page) == []
    link, asked = asked_at("number")
    page.goto(f"{page.url.partition('?')[0]}{link.removeprefix('lessons')}")
    shown(page).get_by_label("Your answer").fill(asked.answer)
    shown(page).get_by_role("button", name="Commit").click()
    expect(shown(page).get_by_text("Right:")).to_be_visible()
    for view, words in (("print", "1 answered, 1 right."), ("key", "For teachers:")):
        until(page, "Object.values({...sessionStorage}).some((kept) => kept.startsWith('CL1.'))")
        page.goto(f"{page.url.partition('?')[0]}?view={view}")
        expect(page.get_by_text(words)).to_be_visible()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
