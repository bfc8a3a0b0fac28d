"""What only a browser can show: a real server, a real page, real pixels."""

import io
from base64 import b64decode

import numpy as np
import pytest
import torch
from conftest import faults
from playwright.sync_api import expect

import convlab
from convlab import rendering
from convlab.network import two_layers
from convlab.ui import figures
from convlab.ui.playground.settings import PlaygroundSettings as Settings

READ = """canvases => canvases.map(canvas => {
    const {width, height} = canvas;
    const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
    return [height, width, btoa(Array.from(data, byte => String.fromCharCode(byte)).join(''))];
})"""
KINDS = {"Before ReLU": "sum", "After ReLU": "relu", "Pooled": ":is(.max, .avg)"}


def pixels_of(canvases):
    """The pixels of some canvases of one size, read back: (canvases, rows, columns, 3)."""
    canvases.first.wait_for()
    read = canvases.evaluate_all(READ)
    return np.stack(
        [np.frombuffer(b64decode(data), np.uint8).reshape(height, width, 4)[..., :3] for height, width, data in read]
    )


def large(page, title, layer=0):
    """The chosen map of a stage, in the lane."""
    kind = KINDS[title]
    step = f".step.{kind}" if kind.isalpha() else f".step{kind}"
    return page.locator(".layer").nth(layer).locator(f".line:last-child {step} canvas")


def small(page, title, layer=0):
    """The maps of a stage before or after ReLU, in the cards."""
    place = list(KINDS).index(title)
    return page.locator(".layer").nth(layer).locator(f".card .thumb:nth-of-type({place + 2}) canvas")


def cell(page, place, layer=0):
    """One cell of the kernel in the lane."""
    return page.locator(".layer").nth(layer).locator(".line:last-child .cells .cell").nth(place)


def total(page):
    """The sum that the tray shows."""
    return page.locator(".tray .whole")


def click_at(canvas, row, column, size):
    """Click on one number of a map."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    rows, columns = size
    canvas.click(position={"x": box["width"] * (column + 0.5) / columns, "y": box["height"] * (row + 0.5) / rows})


def shapes(page):
    """The chain of shapes on the screen."""
    return page.locator(".chain .shape").all_inner_texts()


def thumb(page, key):
    """A sidebar slider's input."""
    return page.locator(f".st-key-{key} input[type=range]")


def expected_colours(output, limit, dark=False):
    """The colours that the maps must have."""
    return rendering.signed_table(dark)[rendering.entries(output, limit).numpy()]


def test_the_maps_on_the_screen_are_torchs_numbers(open_page):
    page = open_page("?layers=two")
    image = convlab.load_image(convlab.SAMPLES["panda"].path)
    stages = convlab.trace(two_layers(), image)
    for layer, first in ((0, 0), (1, 3)):
        limit = rendering.limit_of(stages[first].output)
        for title, stage in zip(KINDS, stages[first:], strict=False):
            colours = expected_colours(stage.output, limit)
            assert (pixels_of(large(page, title, layer))[0] == colours[0]).all()
            if title != "Pooled":
                assert (pixels_of(small(page, title, layer)) == colours).all()


def test_the_dark_page_has_black_at_zero(open_page):
    page = open_page(dark=True)
    stage = convlab.trace(two_layers(), convlab.load_image(convlab.SAMPLES["panda"].path))[0]
    colours = expected_colours(stage.output, rendering.limit_of(stage.output), dark=True)
    expect(page.locator(".note")).to_be_hidden()
    for _ in range(50):
        if (pixels_of(small(page, "Before ReLU")) == colours).all():
            return
        page.wait_for_timeout(100)
    pytest.fail("the maps never turned dark")


def drawn(page, title, panel=0):
    """The size on the screen of a map in the lane."""
    box = page.locator(f".line:nth-child({panel + 1}) .step.{KINDS[title]} canvas").bounding_box()
    return box["height"], box["width"]


@pytest.mark.parametrize("width, height", [(1280, 800), (1920, 1080), (390, 844)])
def test_every_map_is_drawn_to_the_scale_of_the_picture(open_page, width, height):
    page = open_page("?stride=2", width=width, height=height)
    picture = page.locator(".line .input canvas").bounding_box()
    scale = picture["width"] / 180
    sizes = {"Before ReLU": (116, 88), "After ReLU": (116, 88)}
    for title, (rows, columns) in sizes.items():
        assert drawn(page, title) == pytest.approx((rows * scale, columns * scale), abs=1)
    pooled = large(page, "Pooled").bounding_box()
    assert (pooled["height"], pooled["width"]) == pytest.approx((58 * scale, 44 * scale), abs=1)


def test_a_map_larger_than_the_picture_is_drawn_to_its_scale(open_page):
    page = open_page("?operation=transposed&stride=2&max_side=64&pool=none", width=390, height=844)
    scale = page.locator(".line .input canvas").bounding_box()["width"] / 49
    assert drawn(page, "Before ReLU") == pytest.approx((131 * scale, 101 * scale), abs=1)


def test_the_whole_sentence_needs_no_scrolling(open_page):
    page = open_page(width=1920, height=1080)
    expect(page.locator(".tray .whole")).to_be_visible()
    for width, height in [(1920, 1080), (1600, 900), (1280, 800)]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        for part in (".input canvas", ".cells", ".step canvas", ".strip", ".tray"):
            for element in page.locator(part).all():
                box = element.bounding_box()
                assert box["x"] + box["width"] <= width, part
                assert box["y"] + box["height"] <= height, part


def test_a_phone_shows_the_whole_lane_at_once(open_page):
    page = open_page(width=390, height=844, touch=True)
    for part in (".input canvas", ".cells", ".step canvas"):
        for element in page.locator(part).all():
            box = element.bounding_box()
            assert box["x"] + box["width"] <= 390
            assert box["y"] + box["height"] <= 844


def test_an_arrow_key_moves_the_maps_and_the_address(open_page):
    page = open_page()
    thumb(page, "stride").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×116×88")
    page.wait_for_url("**/?stride=2")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×77×59")
    page.wait_for_url("**/?stride=3")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/?stride=2")
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×116×88")
    assert pixels_of(small(page, "Before ReLU")).shape == (4, 116, 88, 3)


def drag(page, key, share):
    """Take a slider's thumb and move it by a share of its track, without letting go."""
    input, last = thumb(page, key), None
    while (box := input.bounding_box()) != last:  # the sidebar is still being built
        last = box
        page.wait_for_timeout(200)
    x, y = input.evaluate(
        """input => { const r = input.parentElement.parentElement.getBoundingClientRect();
                     return [r.x + r.width / 2, r.y + r.height / 2]; }"""
    )
    width = page.locator(f".st-key-{key} [data-testid=stSlider] > :last-child").bounding_box()["width"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + share * width / 2, y, steps=8)
    page.mouse.move(x + share * width, y, steps=8)


def test_the_maps_follow_the_thumb_before_it_is_released(open_page):
    page = open_page()
    drag(page, "dilation", 0.4)
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×223×168")
    assert "dilation" not in page.url
    page.mouse.up()
    page.wait_for_url("**/?dilation=3")
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×223×168")


def test_a_thumb_that_comes_back_leaves_everything_as_it_was(open_page):
    page = open_page()
    before = pixels_of(small(page, "Before ReLU"))
    drag(page, "dilation", 0.4)
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×223×168")
    box = page.locator(".st-key-dilation [data-testid=stSlider] > :last-child").bounding_box()
    page.mouse.move(box["x"], box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×231×176")
    assert (pixels_of(small(page, "Before ReLU")) == before).all()


def test_a_link_opens_the_same_page_in_another_browser(open_page):
    first = open_page()
    first.locator(".st-key-pool").get_by_text("Average").click()
    thumb(first, "kernel_size").focus()
    first.keyboard.press("ArrowLeft")
    first.wait_for_url("**/?kernel_size=4&pool=avg")
    expect(first.locator(".chain .shape").nth(1)).to_have_text("4×232×177")
    second = open_page("?" + first.url.partition("?")[2])
    expect(second.locator(".chain .shape").nth(1)).to_have_text("4×232×177")
    assert shapes(second) == shapes(first)
    assert (pixels_of(large(second, "Pooled")) == pixels_of(large(first, "Pooled"))).all()


def test_a_slider_that_flickers_leaves_what_it_says_at_last(open_page):
    page = open_page()
    thumb(page, "kernel_size").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/?kernel_size=4")
    say = "(input, value) => { input.value = value; input.setAttribute('value', value); }"
    shape = page.locator(".chain .shape").nth(1)
    for _ in range(20):
        page.wait_for_timeout(500)  # its neighbours are fetched ahead, on a busy machine slowly
        thumb(page, "kernel_size").evaluate(say, "5")  # as a late rerun of the page does it
        page.wait_for_timeout(300)
        if shape.inner_text() == "4×231×176":
            break
        thumb(page, "kernel_size").evaluate(say, "4")
    expect(shape).to_have_text("4×231×176")
    thumb(page, "kernel_size").evaluate(say, "4")
    expect(shape).to_have_text("4×232×177")


def test_a_slider_that_has_the_focus_before_the_maps_come_is_followed(open_page):
    page = open_page()
    page.route("**/maps/main.js", lambda route: (page.wait_for_timeout(1500), route.continue_()))
    page.goto(page.url)
    thumb(page, "stride").focus()
    page.locator(".maps canvas").first.wait_for()
    page.wait_for_timeout(1500)  # nothing but its neighbour is asked for
    thumb(page, "stride").evaluate("input => { input.value = 2; input.setAttribute('value', 2); }")
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×116×88")


def test_a_click_and_a_key_at_once_end_at_both(open_page):
    page = open_page()
    for delay in (0, 50, 140):
        if delay:
            page.goto(page.url.partition("?")[0])
            page.locator(".maps canvas").first.wait_for()
        page.locator(".st-key-pool").get_by_text("Average").click()
        page.wait_for_timeout(delay)
        thumb(page, "kernel_size").focus()
        page.keyboard.press("ArrowLeft")
        page.wait_for_url("**/?kernel_size=4&pool=avg")
        expect(page.locator(".chain .shape").nth(1)).to_have_text("4×232×177")
        page.wait_for_timeout(300)
        assert shapes(page) == ["3×235×180", "4×232×177", "4×232×177", "4×116×88"]


def test_reload_in_the_middle_keeps_the_settings(open_page):
    page = open_page()
    thumb(page, "padding").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/?padding=1")
    page.reload()
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×233×178")


def test_a_kernel_cell_is_edited_in_place(open_page):
    page = open_page("?bank=identity&kernel_size=3&pool=none")
    cell(page, 1).fill("-2.5")
    page.keyboard.press("Enter")
    page.wait_for_url("**edits=0,-1,0,1:-2.5**")
    image = convlab.load_image(convlab.SAMPLES["panda"].path)
    weight = convlab.kernels.bank("identity", 3, 3)
    weight[0, :, 0, 1] = -2.5
    output = convlab.Conv2d(3, 1, 3)(image, weight)
    colours = expected_colours(output, rendering.limit_of(output))
    expect(page.locator(".kernel figcaption").first).to_contain_text("edited")
    assert (pixels_of(large(page, "Before ReLU")) == colours).all()
    cell(page, 1).fill("minus two")
    page.keyboard.press("Enter")
    expect(page.locator(".note")).to_contain_text("must be a number")
    page.get_by_role("button", name="Undo edits").click()
    page.wait_for_url("**/?bank=identity&kernel_size=3&pool=none")


def focused(page):
    """The accessible name of what has the focus within the maps."""
    return page.locator(".stage").evaluate(
        """stage => { const focused = stage.getRootNode().activeElement;
                      return focused && (focused.getAttribute('aria-label') ?? focused.textContent); }"""
    )


def test_arrows_and_tab_go_from_cell_to_cell(open_page):
    page = open_page("?bank=random&kernel_size=3&pool=none&chosen=1")
    cell(page, 0).click()
    assert focused(page) == "Kernel 2, red, row 0, column 0"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert focused(page) == "Kernel 2, red, row 1, column 1"
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    assert focused(page) == "Kernel 2, red, row 1, column 2"
    page.wait_for_url("**edits=1,0,1,1:3**")
    page.keyboard.press("Enter")
    assert focused(page) == "Kernel 2, red, row 2, column 2"
    page.keyboard.press("Tab")  # nothing is written: the kernel is left
    assert "row" not in focused(page)


def test_escape_forgets_what_is_half_written(open_page):
    page = open_page("?bank=identity&kernel_size=3&pool=none")
    cell(page, 0).click()
    page.keyboard.type("7")
    expect(cell(page, 0)).to_have_value("7")
    page.keyboard.press("Escape")
    expect(cell(page, 0)).to_have_value("0")
    page.wait_for_timeout(800)
    assert "edits" not in page.url
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    page.wait_for_url("**edits=0,-1,0,0:7**")


def test_the_channels_of_a_kernel_are_a_named_group(open_page):
    page = open_page("?bank=random&kernel_size=3&pool=none&chosen=1")
    page.get_by_role("group", name="Channels of kernel 2").get_by_role("button", name="green").click()
    green = page.get_by_label("Kernel 2, green, row 0, column 2")
    green.fill("0.5")
    green.press("Enter")
    page.wait_for_url("**edits=1,1,0,2:0.5**")


def test_a_bad_number_written_twice_leaves_the_cell_as_it_is(open_page):
    page = open_page("?bank=identity&kernel_size=3&pool=none")
    for place in (8, 8, 0):
        cell(page, place).fill("two")
        cell(page, place).press("Enter")
        expect(cell(page, place)).to_have_value("0")
        expect(page.locator(".note")).to_contain_text("must be a number")


def live_regions(page):
    """What a screen reader is told of: the texts of the live regions, as the browser's accessibility tree has them."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    named = {node["nodeId"]: node for node in tree}
    regions = [node for node in tree if node.get("role", {}).get("value") == "status" and not node["ignored"]]
    return ["".join(named[c]["name"]["value"] for c in region["childIds"] if c in named) for region in regions]


def test_a_new_chain_of_shapes_is_said_once_it_holds(open_page):
    page = open_page()
    news = page.locator(".stage .news")
    page.wait_for_timeout(500)
    assert live_regions(page) == ["", ""]  # there before they have anything to say
    drag(page, "dilation", 0.4)
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×223×168")
    page.wait_for_timeout(300)
    expect(news).to_have_text("")
    page.mouse.up()
    said = "3×235×180, convolution 5×5, 4×223×168, ReLU, 4×223×168, maximum pooling 2×2, 4×111×84"
    expect(news).to_have_text(said)
    assert said in live_regions(page)


def test_of_a_and_b_the_one_that_changed_is_said(open_page):
    page = open_page("?pinned=picture=panda&pool=none")
    thumb(page, "stride").focus()
    page.wait_for_timeout(600)  # its neighbours are fetched ahead
    page.keyboard.press("ArrowRight")
    expect(page.locator(".stage .news")).to_have_text("B: 3×235×180, convolution 5×5, 4×116×88, ReLU, 4×116×88")


def test_a_and_b_are_two_lanes_over_one_picture(open_page):
    page = open_page("?pinned=picture=panda&stride=2")
    expect(page.locator(".line")).to_have_count(2)
    assert shapes(page)[1] == "4×231×176"
    assert shapes(page)[5] == "4×116×88"
    expect(page.locator(".compared .chip")).to_have_text("stride 1 → 2")
    expect(page.locator(".input canvas").nth(0)).to_be_visible()
    expect(page.locator(".input canvas").nth(1)).to_be_hidden()
    page.get_by_role("button", name="Blink A and B").click()
    boxes = [page.locator(f".line:nth-child({n}) .step.sum canvas").bounding_box() for n in (1, 2)]
    assert boxes[0]["width"] == pytest.approx(2 * boxes[1]["width"], abs=2)


def test_b_minus_a_is_torchs_difference(open_page):
    page = open_page("?pinned=picture=panda&bank=random&chosen=1")
    image = convlab.load_image(convlab.SAMPLES["panda"].path)
    conv = convlab.Conv2d(3, 4, 5)
    a, b = (conv(image, convlab.kernels.bank(name, 5, 3, 4))[1] for name in ("gradients", "random"))
    shown = page.locator(".line.difference .step.sum canvas")
    assert (pixels_of(shown)[0] == expected_colours(b - a, rendering.limit_of(b - a))).all()


def test_downloads_arrive(open_page):
    page = open_page()
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Maps as numbers").click()
    archive = np.load(io.BytesIO(download.value.path().read_bytes()))
    assert archive["00_Conv2d"].shape == (4, 231, 176)
    with page.expect_download() as download:
        page.get_by_role("button", name="PyTorch program").click()
    assert "nn.Conv2d(3, 4, kernel_size=5, bias=False)" in download.value.path().read_text()


def test_two_tabs_do_not_mix(open_page):
    first, second = open_page(), open_page("?stride=3")
    thumb(first, "stride").focus()
    first.keyboard.press("ArrowRight")
    first.wait_for_url("**/?stride=2")
    assert shapes(second)[1] == "4×77×59"
    assert "stride=3" in second.url


def test_fast_clicking_ends_at_the_last_setting(open_page):
    page = open_page()
    thumb(page, "padding").focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.wait_for_url("**/?padding=8")
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×247×192")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
@pytest.mark.parametrize(
    "query", ["?layers=two", "?bank=random&pinned=stride=2", "?kernel_size=11&dilation=6&max_side=40"]
)
def test_axe_finds_no_serious_fault(open_page, query, width, dark):
    page = open_page(query, width=width, height=844, dark=dark)
    page.wait_for_timeout(500)
    assert not faults(page)


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_serious_fault_in_an_edited_kernel(open_page, dark):
    page = open_page("?bank=random&kernel_size=3&edits=0,0,0,0:1", dark=dark)
    cell(page, 1).fill("two")
    page.keyboard.press("Enter")
    expect(page.locator(".note")).to_contain_text("must be a number")
    assert not faults(page)


def assert_fits(page, width):
    """Nothing of the maps hangs out of the page."""
    box = page.locator(".stage").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.locator(".stage").evaluate("stage => stage.scrollWidth <= stage.clientWidth")


def test_what_streamlit_offers_to_programmers_covers_nothing(open_page):
    page = open_page()
    offer = "<div data-testid='stSkillsNudge'>Install</div>"  # shown by `make run` alone, and to some
    page.locator("[data-testid=stApp]").evaluate("(app, offer) => app.insertAdjacentHTML('beforeend', offer)", offer)
    expect(page.get_by_test_id("stSkillsNudge")).to_be_hidden()


def test_a_phone_shows_the_page_without_sideways_scrolling(open_page):
    page = open_page("?layers=two", width=390, height=844, touch=True)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert_fits(page, 390)


def test_a_large_kernel_is_edited_on_a_phone_without_widening_the_page(open_page):
    page = open_page("?kernel_size=9", width=390, height=844, touch=True)
    assert_fits(page, 390)
    cell(page, 8).tap()
    box = cell(page, 8).bounding_box()
    assert box["width"] >= 40  # what is written can be read
    assert box["x"] + box["width"] <= 390


def test_a_kernel_with_the_same_numbers_under_another_name_says_so(open_page):
    page = open_page("?layers=two_1x1")
    expect(cell(page, 0, layer=2)).to_have_attribute("aria-label", "Kernel 1, map 1, row 0, column 0")
    page.locator(".st-key-bank [role=combobox], .st-key-bank input").first.click()
    page.get_by_role("option", name="Identity").click()
    expect(cell(page, 0, layer=2)).to_have_attribute("aria-label", "Kernel 1, row 0, column 0")


def test_no_number_in_a_kernel_is_cut_off(open_page):
    page = open_page("?bank=random&kernel_size=3&depthwise=1", width=1280, height=844)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(300)
        cut = page.locator(".cells:not(.dense) .cell").evaluate_all(
            "cells => cells.map(cell => cell.scrollWidth > cell.clientWidth ? cell.value : '')"
        )
        assert cut == [""] * 9


def test_the_maps_follow_a_finger(open_page):
    page = open_page(width=390, height=844, touch=True)
    page.get_by_test_id("stExpandSidebarButton").tap()
    slider = page.locator(".st-key-dilation [data-testid=stSlider] > :last-child")
    page.wait_for_timeout(600)  # the sidebar slides in
    x, y = thumb(page, "dilation").evaluate(
        """input => { const r = input.parentElement.parentElement.getBoundingClientRect();
                     return [r.x + r.width / 2, r.y + r.height / 2]; }"""
    )
    width = slider.bounding_box()["width"]
    finger = page.context.new_cdp_session(page)

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x + 0.4 * width * step / 8, y))
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×223×168")
    assert "dilation" not in page.url
    touch("touchEnd")
    page.wait_for_url("**/?dilation=3")


def test_between_phone_and_desktop_nothing_hangs_out(open_page):
    page = open_page("?dilation=2x1&max_side=64", width=1280)
    assert_fits(page, 1280)
    for width in (1000, 760, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        assert_fits(page, width)


@pytest.mark.parametrize("query", ["?layers=two", "?pinned=stride=2"])
def test_at_two_hundred_percent_nothing_hangs_out(open_page, query):
    assert_fits(open_page(query, width=640, height=400), 640)


def test_the_default_settings_are_what_the_page_opens_with(open_page):
    page = open_page()
    assert page.url.endswith("/")
    assert thumb(page, "kernel_size").input_value() == str(Settings().kernel_size[0])


def test_what_was_fetched_ahead_for_other_settings_is_not_shown(open_page):
    page = open_page()
    thumb(page, "stride").focus()  # the maps for stride 2 are fetched ahead
    page.wait_for_timeout(600)
    page.locator(".st-key-bank [role=combobox], .st-key-bank input").first.click()
    page.get_by_role("option", name="Identity").click()
    page.wait_for_url("**/?bank=identity")
    expect(page.get_by_role("option")).to_have_count(0)
    page.wait_for_timeout(500)  # the list, once closed, gives the focus back to its field
    thumb(page, "stride").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/?bank=identity&stride=2")
    expect(page.locator(".chain .shape").nth(1)).to_have_text("1×116×88")
    image = convlab.load_image(convlab.SAMPLES["panda"].path)
    output = convlab.Conv2d(3, 1, 5, stride=2)(image, convlab.kernels.bank("identity", 5, 3))
    colours = rendering.bright_table()[rendering.entries(output, rendering.limit_of(output)).numpy()]  # of one sign
    assert (pixels_of(large(page, "Before ReLU")) == colours).all()


def test_a_click_on_a_map_pins_its_number(open_page):
    page = open_page("?layers=two&max_side=64")
    click_at(large(page, "Pooled"), 12, 10, (30, 22))
    page.wait_for_url("**pixel=2,0,12,10**")
    image = convlab.load_image(convlab.SAMPLES["panda"].path, max_side=64)
    stages = convlab.trace(two_layers(), image)
    expect(page.locator(".look")).to_contain_text(figures.exact(stages[2].output[0, 12, 10].item()))
    page.get_by_role("button", name="Unpin").click()
    page.wait_for_url("**/?max_side=64&layers=two")


def test_pointing_says_torchs_numbers_without_asking(open_page):
    page = open_page("?max_side=64&stride=2&padding=1&bias=0.5")
    image = convlab.load_image(convlab.SAMPLES["panda"].path, max_side=64)
    weight = convlab.kernels.gradients(5, 3)
    before = convlab.Conv2d(3, 4, 5, stride=2, padding=1, bias=True)(image, weight, torch.full((4,), 0.5))
    sent = []
    page.on("websocket", lambda socket: sent.append(socket))
    canvas = large(page, "Before ReLU")
    box, (rows, columns) = canvas.bounding_box(), before.shape[1:]
    for row, column in ((0, 0), (12, 7), (rows - 1, columns - 1), (5, 20)):
        page.mouse.move(
            box["x"] + box["width"] * (column + 0.5) / columns, box["y"] + box["height"] * (row + 0.5) / rows
        )
        number = figures.exact(before[0, row, column].item())
        expect(page.locator(".look")).to_contain_text(f"Row {row}, column {column}: Σ = {number}")
        expect(total(page)).to_have_text(f"Σ = {number}")
    assert "pixel" not in page.url


def test_a_number_is_pointed_at_and_pinned_with_the_keyboard(open_page):
    page = open_page()
    large(page, "Before ReLU").focus()
    expect(page.locator(".look")).to_contain_text("column 86:")  # the telling place
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".look")).to_contain_text("column 85:")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".look")).to_contain_text("column 86:")
    page.keyboard.press("Enter")
    page.wait_for_url("**pixel=0,0,**")
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "pixel" not in url)


def test_numbers_are_pinned_and_let_go_while_settings_are_refused(open_page):
    page = open_page("?padding_kind=same&stride=2")
    large(page, "Before ReLU").click()
    page.wait_for_url("**pixel=0,0,**")
    page.get_by_role("button", name="Unpin").click()
    page.wait_for_url(lambda url: "pixel" not in url)


def test_fast_arrow_keys_on_a_map_lose_no_step(open_page):
    page = open_page("?pixel=0,0,50,50")
    expect(page.locator(".tray h2")).to_contain_text("Row 50, column 50")
    large(page, "Before ReLU").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".tray h2")).to_contain_text("Row 50, column 56")


def test_a_link_to_a_number_opens_with_its_tray_in_sight(open_page):
    page = open_page("?pixel=0,2,100,50")
    expect(page.locator(".tray h2")).to_contain_text("Row 100, column 50")
    expect(page.locator(".card[aria-checked=true]")).to_contain_text("Kernel 3")
    expect(page.locator(".tray .grids")).to_be_in_viewport(ratio=1)


def test_a_card_is_chosen_by_click_and_arrow_key(open_page):
    page = open_page()
    page.locator(".card").nth(2).click()
    page.wait_for_url("**/?chosen=2")
    expect(page.locator(".kernel figcaption b")).to_have_text("Kernel 3")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/?chosen=3")
    assert (pixels_of(large(page, "Before ReLU"))[0] == pixels_of(small(page, "Before ReLU"))[3]).all()


def test_the_first_map_is_within_six_tab_stops(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "Before ReLU" in focused(page)


def test_a_shape_opens_its_formula(open_page):
    page = open_page("?stride=2")
    before = page.locator(".layers").bounding_box()
    page.locator(".chain .shape").nth(1).click()
    formula = page.locator(".formula")
    expect(formula).to_contain_text("stride")
    expect(formula).to_contain_text("= 116")
    expect(formula).to_contain_text("4 kernels × 3 channels × 5×5 = 300")
    assert page.locator(".layers").bounding_box() == before  # nothing moves
    page.get_by_role("button", name="Close the formula").click()
    expect(formula).to_be_hidden()


def test_a_preview_gives_way_to_the_exact_picture(open_page):
    page = open_page("?picture=astronaut&max_side=512")
    drag(page, "dilation", 0.4)
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×500×500")
    page.mouse.up()
    page.wait_for_url("**dilation=3**")
    image = convlab.load_image(convlab.SAMPLES["astronaut"].path, max_side=512)
    output = convlab.Conv2d(3, 4, 5, dilation=3)(image, convlab.kernels.gradients(5, 3))
    colours = expected_colours(output, rendering.limit_of(output))
    for _ in range(40):
        pixels = pixels_of(large(page, "Before ReLU"))
        if pixels.shape == (1, *colours.shape[1:]) and (pixels[0] == colours[0]).all():
            return
        page.wait_for_timeout(100)
    pytest.fail("the exact picture never came")
