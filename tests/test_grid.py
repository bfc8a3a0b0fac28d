"""The step page in a real browser: pointer, keyboard, touch, editing, pinning, phone, dark, accessibility."""

import re

import pytest
import torch
from conftest import faults, until
from playwright.sync_api import expect

from convlab import Conv2d, kernels
from convlab.ui.steps.settings import StepSettings, image_of, step_of


@pytest.fixture
def open_steps(open_page):
    """Open the step page: open_steps("stride=2", width=390)."""
    return lambda query="", **how: open_page(f"step_by_step?{query}", ready=".output .cell", **how)


def cells(page, side):
    """All cells of one side: input, weight, output."""
    return page.locator(f".side.{side} .cell")


def numbers(locator):
    """The numbers that some elements show."""
    return [float(text.replace("−", "-")) for text in locator.all_inner_texts()]


def at(page, side, row, column, width):
    """One cell of a grid of that width."""
    return cells(page, side).nth(row * width + column)


def lit(page, side):
    """Which cells of a side are lit."""
    flags = cells(page, side).evaluate_all("cells => cells.map(cell => cell.classList.contains('on'))")
    return [place for place, on in enumerate(flags) if on]


def products(page):
    """The products that stand in the arithmetic."""
    return numbers(page.locator(".products b"))


def test_the_grids_show_torchs_numbers(open_steps):
    page = open_steps()
    step, image = step_of(StepSettings()), image_of(StepSettings())
    assert numbers(cells(page, "input")) == image.flatten().tolist()
    assert numbers(cells(page, "weight")) == step.weight.flatten().tolist()
    assert numbers(cells(page, "output")) == step.layer(image, step.weight).flatten().tolist()


def test_pointing_at_an_output_lights_its_window_and_shows_the_arithmetic(open_steps):
    page = open_steps("dilation=2")  # 7×7 -> 3×3
    at(page, "output", 1, 2, 3).hover()
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 1, column 2")
    assert lit(page, "input") == [row * 7 + column for row in (1, 3, 5) for column in (2, 4, 6)]
    image, weight = image_of(StepSettings()), kernels.bank("sobel", 3)[:1]
    expected = image[0, 1:6:2, 2:7:2] * weight[0, 0]
    assert products(page) == expected.flatten().tolist()
    total = float(expected.sum())
    assert numbers(page.locator(".total strong")) == [total, max(0.0, total)]
    assert "nine products over rows 1, 3 and 5" in page.locator(".said").inner_text()


def test_pointing_at_an_input_lights_every_output_that_it_feeds(open_steps):
    page = open_steps()
    at(page, "input", 1, 2, 7).hover()
    expect(page.locator(".said")).to_contain_text("feeds 6 numbers of the output")
    assert lit(page, "output") == [row * 5 + column for row in (0, 1) for column in (0, 1, 2)]


def test_pointing_at_a_weight_lights_every_input_that_it_meets_and_every_output(open_steps):
    page = open_steps("stride=2")  # 7×7 -> 3×3
    at(page, "weight", 0, 1, 3).hover()
    expect(page.locator(".said")).to_contain_text("meets 9 cells")
    assert lit(page, "input") == [row * 7 + column for row in (0, 2, 4) for column in (1, 3, 5)]
    assert lit(page, "output") == lit(page, "relu") == list(range(9))


def test_a_weight_of_a_transposed_layer_lights_where_it_falls(open_steps):
    page = open_steps("operation=transposed&input_size=2&stride=2")  # 2×2 -> 5×5
    at(page, "weight", 0, 0, 3).hover()
    expect(page.locator(".said")).to_contain_text("meets 4 cells")
    assert lit(page, "input") == [0, 1, 2, 3]
    assert lit(page, "output") == [0, 2, 10, 12]


def test_after_relu_stands_beside_the_output_and_points_to_it(open_steps):
    page = open_steps()
    output = numbers(cells(page, "output"))
    assert numbers(cells(page, "relu")) == [max(number, 0) for number in output]
    at(page, "relu", 1, 3, 5).hover()
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 1, column 3")
    assert page.locator(".side.output .cell.now, .side.relu .cell.now").count() == 2
    page.locator(".side.relu .cells").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 1, column 4")


def test_pooling_has_no_relu(open_steps):
    page = open_steps("operation=max")
    expect(page.locator(".side.relu")).to_be_hidden()


def test_a_weight_and_its_taps_wear_one_hue_and_pattern(open_steps):
    page = open_steps()
    at(page, "output", 2, 2, 5).hover()
    look = "cell => getComputedStyle(cell).getPropertyValue('--h') + getComputedStyle(cell).outlineStyle"
    weights, taps, products = (
        page.locator(each).evaluate_all(f"cells => cells.map({look})")
        for each in (".side.weight .cell", ".side.input .cell.on", ".products i")
    )
    assert weights == taps == products
    assert len(set(weights)) == 9


def test_what_padding_crops_is_shown_around_the_output(open_steps):
    page = open_steps("operation=transposed&input_size=3&stride=2&padding=1")
    settings = StepSettings(operation="transposed", input_size=(3, 3), stride=(2, 2))
    whole = step_of(settings).layer(image_of(settings), step_of(settings).weight)
    assert numbers(cells(page, "output")) == whole.flatten().tolist()
    assert page.locator(".side.output .cell.cut").count() == 49 - 25
    expect(page.locator(".legend")).to_have_text("The grey ring around the output is cropped by padding.")


def test_the_legend_is_there_when_there_is_something_to_say(open_steps):
    page = open_steps()
    expect(page.locator(".legend")).to_be_hidden()
    page.get_by_role("button", name="Colour every cell by how often it is used").click()
    expect(page.locator(".legend")).to_contain_text("how many output numbers read each cell")


SCREENS = {  # and the smallest type in its cells
    "first": ("", 16),
    "padding": ("input_size=8&padding=1", 16),
    "twelve": ("input_size=12&view=matrix", 14.6),
    "transposed": ("operation=transposed&input_size=4&stride=2&padding=1", 0),
    "spread": ("operation=transposed&input_size=4&stride=2&view=spread", 0),
    "channels": ("input_size=8&in_channels=3&out_channels=2&bank=random&input=patch", 0),
    "largest": ("input_size=16&in_channels=3&kernel_size=5&input=patch", 0),
    "wide kernel": ("input_size=16&kernel_size=11&bank=random", 0),
    "max": ("operation=max&kernel_size=2&stride=2&input_size=8", 0),
}


@pytest.mark.parametrize(("query", "least"), SCREENS.values(), ids=SCREENS)
def test_all_of_it_is_on_one_screen_in_numbers_large_enough_to_read(open_steps, query, least):
    page = open_steps(query)
    for part in (".boards .side:not([hidden])", ".arithmetic", ".views"):
        for box in [part.bounding_box() for part in page.locator(part).all()]:
            assert box["x"] >= 280 and box["x"] + box["width"] <= 1280 and box["y"] + box["height"] <= 800
    boards = page.locator(".boards").evaluate(
        "boards => [boards.scrollWidth - boards.clientWidth, boards.scrollHeight - boards.clientHeight]"
    )
    assert boards == [0, 0]
    sizes = page.locator(".boards .cell").evaluate_all(
        "cells => [...new Set(cells.map(cell => cell.offsetWidth + 'x' + cell.offsetHeight))]"
    )
    assert len(sizes) == 1  # all in one size
    font = "cells => Math.min(...cells.map(cell => parseFloat(getComputedStyle(cell).fontSize)))"
    assert page.locator(".boards .cell").evaluate_all(font) >= least


def test_where_cells_are_small_the_window_shows_its_numbers(open_steps):
    page = open_steps("input_size=16&in_channels=3&kernel_size=5&input=patch&at=0,2,3")
    assert page.locator(".side.input.mute").count() == 1
    image = image_of(StepSettings(input_size=(16, 16), in_channels=3, input="patch"))
    shown = numbers(page.locator(".close .nums:first-child .num"))
    assert shown == pytest.approx(image[:, 2:7, 3:8].flatten().tolist(), abs=5e-3)
    font = page.locator(".close .num").first.evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
    assert font >= 12


def test_the_views_are_chosen_by_keyboard_and_kept(open_steps):
    page = open_steps("operation=transposed&input_size=3&stride=2")
    expect(page.locator(".close .piece")).to_have_count(4)
    page.get_by_role("radio", name="Stamps").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".view.spread")).to_be_visible()
    page.wait_for_url("**view=spread")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".view.matrix")).to_be_visible()
    expect(page.locator(".view.spread")).to_be_hidden()
    page.wait_for_url("**view=matrix")
    thumb = page.locator(".st-key-step_by_step_stride input[type=range]")
    thumb.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".side.output h2")).to_have_text("Output 1×5×5")
    expect(page.locator(".view.matrix")).to_be_visible()


def test_the_stamps_that_overlap_add_up_to_the_number(open_steps):
    page = open_steps("operation=transposed&input_size=3&stride=2&at=0,2,2")
    ringed = numbers(page.locator(".close .num.won"))
    settings = StepSettings(operation="transposed", input_size=(3, 3), stride=(2, 2))
    output = step_of(settings).layer(image_of(settings), step_of(settings).weight)
    assert len(ringed) == 4 and sum(ringed) == output[0, 2, 2].item()
    at(page, "input", 0, 1, 3).hover()
    expect(page.locator(".close .piece")).to_have_count(4)  # pinned: it stays


def test_it_opens_where_it_tells_something_and_stays_there(open_steps):
    page = open_steps("input=spike")
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 2, column 2")
    at(page, "output", 1, 3, 5).hover()
    at(page, "input", 1, 1, 7).dblclick()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    page.wait_for_url("**cells=0,0,1,1:8**")
    page.locator(".st-key-step_by_step_padding input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".side.output h2")).to_have_text("Output 1×7×7")
    expect(page.locator(".count")).to_have_text("11 of 49")  # row 1, column 3


def test_no_word_in_the_component_is_a_programs(open_steps):
    page = open_steps("operation=transposed&input_size=3&stride=2&padding=1&output_padding=1")
    words = page.locator(".grids").evaluate("grids => grids.textContent")
    assert "`" not in words and not re.search(r"output_padding(?!=)", words.replace("output_padding=", ""))


def test_padding_cells_are_marked_and_read_zero(open_steps):
    page = open_steps("padding=1")
    assert page.locator(".side.input .cell.pad").count() == 81 - 49
    at(page, "output", 0, 0, 7).hover()
    assert page.locator(".side.input .cell.pad.on").count() == 5
    assert page.locator(".products .pad").count() == 5
    assert set(numbers(page.locator(".products .pad b"))) == {0}


def test_copying_padding_shows_the_number_it_copies(open_steps):
    page = open_steps("padding=1&padding_mode=circular")
    image = image_of(StepSettings())
    padded = torch.nn.functional.pad(image, (1, 1, 1, 1), mode="circular")
    assert numbers(cells(page, "input")) == padded.flatten().tolist()


def test_left_over_cells_are_hatched_and_counted(open_steps):
    page = open_steps("input_size=8&stride=2")
    assert page.locator(".side.input .cell.left").count() == 15
    page.get_by_role("button", name="Colour every cell by how often it is used").click()
    use = torch.tensor(numbers(cells(page, "input"))).reshape(8, 8)
    counts = torch.nn.functional.conv_transpose2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 3, 3), stride=2)
    assert torch.equal(use[:7, :7], counts[0, 0])
    assert (use[7] == 0).all()


def test_arrow_keys_step_and_pin(open_steps):
    page = open_steps()
    page.locator(".side.output .cells").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 1, column 1")
    expect(page.locator(".grids > .live")).to_contain_text("Output row 1, column 1: nine products")
    page.wait_for_url("**/step_by_step?at=0,1,1")
    at(page, "output", 4, 4, 5).hover()
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 1, column 1")
    page.keyboard.press("Escape")
    at(page, "output", 4, 3, 5).hover()
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 4, column 3")
    page.wait_for_url("**/step_by_step")


def test_a_click_pins_and_a_second_one_frees(open_steps):
    page = open_steps()
    at(page, "output", 2, 3, 5).click()
    page.wait_for_url("**/step_by_step?at=0,2,3")
    at(page, "output", 0, 0, 5).hover()
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 2, column 3")
    at(page, "output", 2, 3, 5).click()
    at(page, "output", 0, 0, 5).hover()
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 0, column 0")


def test_play_pause_speed_and_scrub(open_steps):
    page = open_steps()
    page.get_by_label("Speed").select_option("10")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".count")).not_to_have_text("13 of 25")
    page.get_by_role("button", name="Pause").click()
    before = page.locator(".arithmetic h2").inner_text()
    page.wait_for_timeout(400)
    assert page.locator(".arithmetic h2").inner_text() == before
    page.get_by_label("Position in the output").fill("24")
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 4, column 4")
    page.get_by_role("button", name="Next number").click()
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 0, column 0")


def test_play_goes_on_when_the_output_changes_its_size(open_steps):
    page = open_steps()
    page.get_by_label("Speed").select_option("10")
    page.get_by_role("button", name="Play").click()
    page.locator(".st-key-step_by_step_stride input[type=range]").focus()
    page.keyboard.press("ArrowRight")  # 5×5 -> 3×3
    expect(page.locator(".count")).to_contain_text("of 9")
    page.wait_for_timeout(1200)
    expect(page.locator(".count")).to_contain_text("of 9")


def test_a_smaller_output_takes_what_was_pointed_at_inside(open_steps):
    page = open_steps()
    at(page, "output", 4, 4, 5).hover()
    expect(page.locator(".count")).to_have_text("25 of 25")
    page.locator(".st-key-step_by_step_stride input[type=range]").focus()
    page.keyboard.press("ArrowRight")  # 5×5 -> 3×3
    expect(page.locator(".side.output h2")).to_have_text("Output 1×3×3")
    expect(page.locator(".count")).to_have_text("9 of 9")
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 2, column 2")
    page.wait_for_url("**/step_by_step?stride=2")


def test_nothing_goes_on_after_the_page_was_left(open_steps):
    page = open_steps()
    count = page.locator(".count").element_handle()
    page.get_by_label("Speed").select_option("10")
    page.get_by_role("button", name="Play").click()
    page.get_by_role("link", name="Playground").click()
    page.locator(".maps canvas").first.wait_for()
    before = count.inner_text()
    page.wait_for_timeout(500)
    assert count.inner_text() == before
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_average_pooling_shows_the_sum_and_what_divides_it(open_steps):
    page = open_steps("operation=avg&padding=1&stride=2&input_size=8&at=0,2,2")
    total = image_of(StepSettings(input_size=(8, 8)))[0, 3:6, 3:6].sum().item()
    expect(page.locator(".total .part").first).to_contain_text(f"{total:g} ÷ 9 =".replace("-", "−"))


def test_maximum_pooling_marks_the_winner(open_steps):
    page = open_steps("operation=max&kernel_size=2&stride=2&input_size=8&at=0,1,1")
    window = image_of(StepSettings(input_size=(8, 8)))[0, 2:4, 2:4]
    assert products(page) == window.flatten().tolist()
    assert numbers(page.locator(".products .winner b")) == [window.max().item()]
    assert numbers(page.locator(".total strong")) == [window.max().item()]
    assert numbers(page.locator(".side.input .cell.won")) == [window.max().item()]


def test_an_input_lights_the_weights_of_its_own_channel_alone(open_steps):
    page = open_steps("input_size=5&in_channels=3&depthwise=1&out_channels=3&bank=random")
    cells(page, "input").nth(2 * 25 + 12).hover()
    expect(page.locator(".said")).to_contain_text("feeds 9 numbers of map 3")
    expect(page.locator(".side.weight h2")).to_have_text("Kernel 3 of 3")
    assert lit(page, "weight") == list(range(9))
    assert min(lit(page, "output")) == 18


def test_the_matrix_row_counts_its_weights(open_steps):
    page = open_steps("input_size=5&padding=1&padding_mode=reflect&at=0,4,4&view=matrix")
    expect(page.locator(".matrix .caption")).to_contain_text("4 weights, the rest zeros")
    assert page.locator(".side.input .cell.on:not(.pad)").count() == 4


def test_tab_goes_past_the_padding_to_the_next_cell(open_steps):
    page = open_steps("padding=1&input_size=4&input=own")
    at(page, "input", 1, 4, 6).dblclick()
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    expect(page.locator(".field")).to_have_attribute("aria-label", "Input row 1, column 0")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    page.wait_for_url("**cells=0,0,0,3:5;0,0,1,0:6**")


def test_a_count_in_a_cell_is_not_taken_for_its_number(open_steps):
    page = open_steps("input=own")
    page.get_by_role("button", name="Colour every cell by how often it is used").click()
    at(page, "input", 3, 3, 7).dblclick()
    expect(page.locator(".field")).to_have_value("0")
    page.locator(".field").fill("9")
    page.keyboard.press("Enter")
    page.wait_for_url("**cells=0,0,3,3:9**")


def test_reset_frees_what_was_pinned(open_steps):
    page = open_steps("at=0,0,1")
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 0, column 1")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 2, column 2")
    page.wait_for_url("**/step_by_step")


def test_an_input_cell_is_written_and_torch_answers(open_steps):
    page = open_steps("input=own&bank=sobel")
    at(page, "input", 2, 2, 7).dblclick()
    page.keyboard.type("-2")
    page.keyboard.press("Enter")
    page.wait_for_url("**cells=0,0,2,2:-2**")
    image = torch.zeros(1, 7, 7)
    image[0, 2, 2] = -2
    output = Conv2d(1, 1, 3, bias=False)(image, kernels.bank("sobel", 3)[:1])
    expect(at(page, "output", 0, 0, 5)).to_have_text("−2")
    assert numbers(cells(page, "output")) == output.flatten().tolist()


def test_a_weight_is_written_with_the_keyboard(open_steps):
    page = open_steps()
    page.locator(".side.weight .cells").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    page.wait_for_url("**edits=0,0,0,1:7**")
    expect(at(page, "weight", 0, 1, 3)).to_have_text("7")


def test_letters_in_a_cell_get_a_word_and_what_was_shown_stays(open_steps):
    page = open_steps()
    before = numbers(cells(page, "output"))
    page.get_by_role("button", name="Write numbers").click()
    at(page, "input", 0, 0, 7).click()
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    expect(page.locator(".note")).to_contain_text("Input must be a number from -1000 to 1000")
    assert numbers(cells(page, "output")) == before


def test_bad_settings_get_a_message_and_the_grids_stay(open_steps):
    page = open_steps("kernel_size=9")
    expect(page.locator("[data-testid=stAlert]").first).to_be_visible()
    assert cells(page, "output").count() > 0
    page.locator(".st-key-step_by_step_mend_page button").click()
    expect(page.locator("[data-testid=stAlert]")).to_have_count(0)


def test_the_three_views_of_a_transposed_layer_are_linked(open_steps):
    page = open_steps("operation=transposed&input_size=3&stride=2&view=spread")  # 3×3 -> 7×7, spread 9×9
    at(page, "output", 2, 2, 7).hover()
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 2, column 2")
    assert lit(page, "input") == [0, 1, 3, 4]
    spread = page.locator(".spread .side").first.locator(".cell")
    flags = spread.evaluate_all("cells => cells.map(cell => cell.classList.contains('on'))")
    assert [place for place, on in enumerate(flags) if on] == [r * 9 + c for r in (2, 3, 4) for c in (2, 3, 4)]
    spread.nth(4 * 9 + 4).hover()  # the number in the middle of the spread input
    expect(page.locator(".said")).to_contain_text("Input row 1, column 1")
    assert lit(page, "output") == [r * 7 + c for r in (2, 3, 4) for c in (2, 3, 4)]
    image, weight = image_of(StepSettings(input_size=(3, 3))), kernels.bank("sobel", 3)[0, 0]
    assert products(page) == (image[0, 1, 1] * weight).flatten().tolist()
    page.get_by_role("radio", name="Matrix").check()
    at(page, "output", 2, 2, 7).hover()
    expect(page.locator(".matrix .caption")).to_have_text(
        "Row 16 of the matrix, here a column, makes output row 2, column 2: 4 weights, the rest zeros."
    )
    page.get_by_role("radio", name="Stamps").check()
    expect(page.locator(".close .piece")).to_have_count(4)


def test_pointing_at_a_row_of_the_matrix_lights_its_window(open_steps):
    page = open_steps("input_size=4&view=matrix")
    box = page.locator(".matrix canvas.over").bounding_box()
    side = (box["height"] - 18) / 4
    page.mouse.move(box["x"] + 5, box["y"] + 17 + 3.5 * side)
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 1, column 1")
    assert lit(page, "input") == [5, 6, 7, 9, 10, 11, 13, 14, 15]


def test_a_tap_pins_on_a_phone(open_steps):
    page = open_steps("padding=1", width=390, height=844, touch=True)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    left, right = (page.locator(f".side.{side}").bounding_box() for side in ("input", "output"))
    assert left["y"] == right["y"] and left["x"] + left["width"] < right["x"]
    cell = at(page, "output", 3, 2, 7)
    cell.scroll_into_view_if_needed()
    cell.tap()
    expect(page.locator(".arithmetic h2")).to_have_text("Output row 3, column 2")
    page.wait_for_url("**at=0,3,2")


def test_a_link_opens_the_same_number_in_another_browser(open_steps):
    page = open_steps("operation=avg&input_size=8&kernel_size=2&stride=2&in_channels=2&at=1,2,3")
    expect(page.locator(".arithmetic h2")).to_have_text("Output map 2, row 2, column 3")
    settings = StepSettings(operation="avg", input_size=(8, 8), kernel_size=(2, 2), stride=(2, 2), in_channels=2)
    mean = image_of(settings)[1, 4:6, 6:8].mean().item()
    assert numbers(page.locator(".total strong")) == [mean]


@pytest.mark.parametrize("query", ["at=99,99,99", "edits=0,9,0,0:1"])
def test_a_link_to_a_cell_that_is_not_there_opens_the_page(open_steps, query):
    page = open_steps(query)
    assert cells(page, "output").count() == 25
    assert page.locator(".arithmetic h2").inner_text().startswith("Output row")


def test_the_pages_keep_their_settings_apart(open_steps):
    page = open_steps("stride=2")
    page.get_by_role("link", name="Playground").click()
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×231×176")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Step by step").click()
    expect(page.locator(".side.output .cell")).to_have_count(9)
    page.wait_for_url("**/step_by_step?stride=2")


def test_an_animation_is_made_and_downloaded(open_steps):
    page = open_steps("input_size=5")
    page.get_by_text("An animation to keep").click()
    page.get_by_role("radio", name="GIF").wait_for()  # it comes late, and moves the button that stands under it
    page.get_by_role("button", name="Make the animation").click()
    page.get_by_role("button", name="Download the GIF").wait_for(timeout=60_000)  # on a busy machine it is drawn slowly
    until(page, "document.querySelector('[data-testid=stImage] img')?.complete")  # it moves the button below it
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the GIF").click()
    assert download.value.path().read_bytes()[:6] == b"GIF89a"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
@pytest.mark.parametrize(
    "query",
    [
        "padding=1&at=0,1,1",
        "operation=transposed&input_size=3&stride=2&padding=1&view=spread",
        "operation=max&in_channels=2",
    ],
)
def test_axe_finds_no_serious_fault(open_steps, query, width, dark):
    page = open_steps(query, width=width, height=844, dark=dark)
    page.wait_for_timeout(500)
    assert not faults(page)


def test_nothing_is_laid_out_before_all_of_the_style_is_here(open_steps):
    page = open_steps(width=390, height=844)
    side = page.locator(".side.output .cell").first.bounding_box()["width"]
    page.route("**/products.css", lambda route: (page.wait_for_timeout(800), route.continue_()))
    page.goto(page.url)
    page.locator(".output .cell").first.wait_for()
    page.wait_for_timeout(500)
    assert page.locator(".side.output .cell").first.bounding_box()["width"] == side > 20


def test_the_dark_page_has_black_at_zero(open_steps):
    page = open_steps("input=own", dark=True)
    colour = "cell => getComputedStyle(cell).getPropertyValue('--c')"
    cell = at(page, "output", 0, 0, 5)
    for _ in range(50):
        if cell.evaluate(colour) == "#000000":
            return
        page.wait_for_timeout(100)
    pytest.fail("the grids never turned dark")
