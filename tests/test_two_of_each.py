"""Two of each component on one page: each is pointed at, stepped and edited by itself."""

import pytest
from conftest import served
from playwright.sync_api import expect
from test_browser import large, thumb


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of the page with two of each."""
    with served("tests/pages/two_of_each.py", tmp_path_factory.mktemp("two") / "log") as address:
        yield address


@pytest.fixture
def boxes(open_page):
    """The two sets of grids, and what the page says below each."""
    page = open_page(ready=".st-key-box_other .output .cell")
    one, other = (page.locator(f".st-key-box_{key}") for key in ("one", "other"))
    expect(other.locator(".arithmetic h2")).to_be_visible()
    return page, one, other


def heading(box):
    """Which number a set of grids takes apart."""
    return box.locator(".arithmetic h2")


def said(box):
    """What Python knows of it."""
    return box.locator("[data-testid=stText]")


def cell(box, side, place):
    """One cell of a side."""
    return box.locator(f".side.{side} .cell").nth(place)


def changes_of(page, box):
    """Count what changes in the grids from now on: a function that says how often."""
    grids = box.locator(".boards").element_handle()
    grids.evaluate(
        """grids => {
            grids.changes = 0;
            const watch = { subtree: true, childList: true, attributes: true, characterData: true };
            new MutationObserver(all => (grids.changes += all.length)).observe(grids, watch);
        }"""
    )
    return lambda: grids.evaluate("grids => grids.changes")


def test_each_is_pointed_at_by_itself(boxes):
    _, one, other = boxes
    cell(one, "output", 8).hover()
    expect(heading(one)).to_have_text("Output row 2, column 2")
    expect(heading(other)).to_have_text("Output map 1, row 1, column 1")
    cell(other, "output", 13).hover()
    expect(heading(other)).to_have_text("Output map 2, row 1, column 1")
    assert one.locator(".side.weight .cell.on").count() == 9
    assert other.locator(".side.input .cell.on").count() == 4


def test_each_is_stepped_and_played_by_itself(boxes):
    _, one, other = boxes
    one.get_by_role("button", name="Next number").click()
    expect(one.locator(".count")).to_have_text("6 of 9")
    other.get_by_label("Speed").select_option("10")
    other.get_by_role("button", name="Play").click()
    expect(other.locator(".count")).not_to_have_text("5 of 18")
    other.get_by_role("button", name="Pause").click()
    expect(one.locator(".count")).to_have_text("6 of 9")
    expect(said(one)).to_have_text("one: 0 written, at 0,1,2")
    assert "at 0,1,2" not in said(other).inner_text()


def test_each_is_written_by_itself(boxes):
    page, one, other = boxes
    before = cell(one, "input", 0).inner_text()
    cell(other, "input", 0).dblclick()
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    expect(said(other)).to_contain_text("other: 1 written")
    expect(cell(other, "output", 0)).to_have_text("13.5")  # (40 + 1 + 6 + 7) / 4
    expect(said(one)).to_contain_text("one: 0 written")
    assert cell(one, "input", 0).inner_text() == before
    expect(cell(one, "output", 0)).to_have_text("8")


def test_the_same_picture_once_more_rebuilds_nothing(boxes):
    page, one, other = boxes
    cell(one, "output", 4).click()
    expect(said(one)).to_have_text("one: 0 written, at 0,1,1")  # a run of the page has answered
    page.mouse.move(0, 0)
    changes = [changes_of(page, box) for box in (one, other)]
    page.get_by_role("button", name="Run").click()
    cell(other, "input", 35).click()
    expect(said(other)).to_contain_text("at nothing")
    page.wait_for_timeout(700)
    assert changes[0]() == 0
    expect(heading(one)).to_have_text("Output row 1, column 1")


def test_python_pins_a_number_and_lets_it_go(boxes):
    page, one, other = boxes
    page.locator(".st-key-last_one button").click()
    expect(heading(one)).to_have_text("Output row 2, column 2")  # 9,99,99 is beyond: the nearest one
    expect(said(one)).to_have_text("one: 0 written, at 9,99,99")  # and stays what Python said, for a larger output
    cell(one, "output", 0).hover()
    expect(heading(one)).to_have_text("Output row 2, column 2")
    expect(heading(other)).to_have_text("Output map 1, row 1, column 1")
    page.locator(".st-key-none_one button").click()
    expect(said(one)).to_have_text("one: 0 written, at nothing")
    expect(heading(one)).to_have_text("Output row 1, column 1")


def test_a_place_is_told_once_it_rests(boxes):
    page, one, _ = boxes
    page.locator(".st-key-box_one .side.output .cells").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(said(one)).to_have_text("one: 0 written, at 0,2,2")
    page.keyboard.press("Escape")
    expect(said(one)).to_have_text("one: 0 written, at nothing")


def test_one_shows_another_layer_and_the_other_stays(boxes):
    page, one, other = boxes
    cell(one, "input", 3).click()
    page.locator(".st-key-back_other button").click()
    expect(other.locator(".side.output h2")).to_have_text("Output 2×6×6")
    expect(heading(one)).to_have_text("Output row 1, column 1")
    assert one.locator(".side.input .cell.now").count() == 1


@pytest.fixture
def rows(open_page):
    """The two rows of maps."""
    page = open_page(ready=".st-key-place-of-lower .maps canvas")
    return page, *(page.locator(f".st-key-place-of-{name}") for name in ("upper", "lower"))


def shapes(part):
    """A row's chain of shapes."""
    return part.locator(".chain .shape").all_inner_texts()


def test_two_rows_of_maps_show_different_settings(rows):
    _, upper, lower = rows
    assert shapes(upper) == ["3×64×49", "4×62×47", "4×62×47"]
    assert shapes(lower) == ["3×43×64", "2×43×64", "2×43×64", "2×21×32"]


def test_each_row_of_maps_is_pointed_at_by_itself(rows):
    _, upper, lower = rows
    before = lower.locator(".look").inner_text()
    large(upper, "Before ReLU").click()
    expect(upper.get_by_role("button", name="Unpin")).to_be_visible()
    expect(lower.get_by_role("button", name="Unpin")).to_be_hidden()
    assert lower.locator(".look").inner_text() == before
    lower.locator(".card").nth(1).click()
    expect(lower.locator(".kernel figcaption b")).to_have_text("Kernel 2")
    expect(upper.locator(".kernel figcaption b")).to_have_text("Kernel 1")


def test_the_kernels_of_each_row_are_edited_by_themselves(rows):
    _, upper, lower = rows
    for part, number in ((upper, "7"), (lower, "-3")):
        first = part.locator(".cells .cell").first
        first.fill(number)
        first.press("Enter")
    expect(upper.locator(".cells .cell").first).to_have_value("7")
    expect(lower.locator(".cells .cell").first).to_have_value("−3")
    for part in (upper, lower):
        part.locator(".card").nth(1).click()
        expect(part.locator(".kernel figcaption b")).to_have_text("Kernel 2")
    expect(lower.locator(".cells .cell").first).to_have_value("1")


def test_each_row_follows_its_own_slider(rows):
    page, upper, lower = rows
    thumb(page, "upper-stride").focus()
    page.keyboard.press("ArrowRight")
    expect(upper.locator(".chain .shape").nth(1)).to_have_text("4×31×24")
    thumb(page, "lower-dilation").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(lower.locator(".kernel figcaption b")).to_have_text("Kernel 1")
    assert shapes(upper)[1] == "4×31×24"
    assert shapes(lower)[1] == "2×43×64"


def test_each_set_of_tiles_is_pointed_at_chosen_and_written_by_itself(open_page):
    page = open_page(ready=".st-key-tiles_right .tiles canvas")
    left, right = (page.locator(f".st-key-tiles_{key}") for key in ("left", "right"))
    left.locator("canvas").first.hover()
    expect(left.locator(".ring:visible")).to_have_count(3)  # the picture, its map, and the half of it as far down
    expect(right.locator(".ring:visible")).to_have_count(0)
    right.get_by_role("button", name="Choose b").click()
    expect(said(right)).to_have_text("right: b, 0 written, at (0, 0)")
    expect(right.get_by_role("button", name="Choose b")).to_have_attribute("aria-pressed", "true")
    expect(said(left)).to_have_text("left: a, 0 written, at (0, 0)")
    left.locator(".cell").first.fill("3")
    page.keyboard.press("Enter")
    expect(said(left)).to_have_text("left: a, 1 written, at (0, 0)")
    expect(left.locator(".cell").first).to_have_value("3")
    expect(right.locator(".cell").first).to_have_value("0")
    page.mouse.move(0, 0)
    changes = changes_of_tiles(right)
    page.get_by_role("button", name="Run").click()
    page.wait_for_timeout(700)
    assert changes() == 0  # the same tiles once more


def test_a_number_is_picked_by_pointer_and_by_keys_and_only_the_mark_moves(open_page):
    page = open_page(ready=".st-key-tiles_right .tiles canvas")
    left, right = (page.locator(f".st-key-tiles_{key}") for key in ("left", "right"))
    picture = right.locator("canvas").first
    box = picture.bounding_box()
    picture.evaluate("it => { it.getContext('2d').putImageData = () => { it.title = 'painted'; }; }")
    for column in (2.5, 4.5, 8.5):  # in quick succession: the last holds
        picture.click(position={"x": box["width"] * column / 9, "y": box["height"] * 3.5 / 6})
    expect(said(right)).to_have_text("right: a, 0 written, at (3, 8)")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(said(right)).to_have_text("right: a, 0 written, at (2, 7)")
    mark = right.locator(".mark:visible")
    expect(mark).to_have_count(1)
    assert mark.evaluate("it => [it.style.left, it.style.top]") == ["83.333%", "41.667%"]
    assert picture.evaluate("it => it.title") == ""
    expect(said(left)).to_have_text("left: a, 0 written, at (0, 0)")


def changes_of_tiles(part):
    """Count what changes in a set of tiles from now on: a function that says how often."""
    rows = part.locator(".rows").element_handle()
    rows.evaluate(
        """rows => {
            rows.changes = 0;
            const watch = { subtree: true, childList: true, attributes: true, characterData: true };
            new MutationObserver(all => (rows.changes += all.length)).observe(rows, watch);
        }"""
    )
    return lambda: rows.evaluate("rows => rows.changes")


def test_each_table_is_chosen_in_and_one_is_edited(open_page):
    page = open_page(ready=".st-key-stages_second .line")
    first, second = (page.locator(f".st-key-stages_{key}") for key in ("first", "second"))
    second.get_by_role("button", name="conv 3×3").press("Enter")
    first.locator(".live .number", has_text="2").click()
    expect(said(first)).to_have_text("first: 2 of conv 5×5, ReLU, max pool 2×2")
    expect(said(second)).to_have_text("second: 1 of conv 3×3, ReLU")
    expect(second.locator(".tools")).to_be_hidden()
    first.get_by_role("button", name="Move the layer up").click()
    expect(said(first)).to_have_text("first: 1 of ReLU, conv 5×5, max pool 2×2")
    expect(first.get_by_role("button", name="Move the layer up")).to_be_disabled()
    first.get_by_label("Add a layer").select_option("ReLU")
    expect(said(first)).to_have_text("first: 1 of ReLU, ReLU, conv 5×5, max pool 2×2")
    first.get_by_role("button", name="Remove the layer").click()
    expect(said(first)).to_have_text("first: 1 of ReLU, conv 5×5, max pool 2×2")
    second.get_by_role("button", name="Set Stride to 1").click()
    expect(said(second)).to_have_text("second: 1 of conv 3×3, mended")
