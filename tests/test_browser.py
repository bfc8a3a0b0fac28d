"""What only a browser can show: a real server, a real page, real pixels."""

import io
from base64 import b64decode

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import convlab
from convlab import rendering
from convlab.network import two_layers
from convlab.ui.playground.settings import PlaygroundSettings as Settings


def maps_of(row):
    """The pixels of a row's maps, read back from their canvases: (maps, rows, columns, 3)."""
    row.locator(".maps canvas").first.wait_for()
    pixels = row.locator(".maps canvas").evaluate_all(
        """canvases => canvases.map(canvas => {
            const {width, height} = canvas;
            const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
            return [height, width, btoa(Array.from(data, byte => String.fromCharCode(byte)).join(''))];
        })"""
    )
    return np.stack(
        [np.frombuffer(b64decode(data), np.uint8).reshape(height, width, 4)[..., :3] for height, width, data in pixels]
    )


def row(page, title, layer=0):
    """The row of maps with that title."""
    return page.locator(".layer").nth(layer).locator(".rows .row").filter(has_text=title)


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
        for title, stage in zip(("Before ReLU", "After ReLU", "After pooling"), stages[first:], strict=False):
            assert (maps_of(row(page, title, layer)) == expected_colours(stage.output, limit)).all()


def test_the_dark_page_has_black_at_zero(open_page):
    page = open_page(dark=True)
    stage = convlab.trace(two_layers(), convlab.load_image(convlab.SAMPLES["panda"].path))[0]
    colours = expected_colours(stage.output, rendering.limit_of(stage.output), dark=True)
    expect(page.locator(".note")).to_be_hidden()
    for _ in range(50):
        if (maps_of(row(page, "Before ReLU")) == colours).all():
            return
        page.wait_for_timeout(100)
    pytest.fail("the maps never turned dark")


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
    assert (maps_of(row(page, "Before ReLU")).shape) == (4, 116, 88, 3)


def drag(page, key, share):
    """Take a slider's thumb and move it by a share of its track, without letting go."""
    input = thumb(page, key)
    x, y = input.evaluate(
        """input => { const r = input.parentElement.parentElement.getBoundingClientRect();
                     return [r.x + r.width / 2, r.y + r.height / 2]; }"""
    )
    width = page.locator(f".st-key-{key} [data-testid=stSlider]").bounding_box()["width"]
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
    before = maps_of(row(page, "Before ReLU"))
    drag(page, "dilation", 0.4)
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×223×168")
    box = page.locator(".st-key-dilation [data-testid=stSlider]").bounding_box()
    page.mouse.move(box["x"], box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×231×176")
    assert (maps_of(row(page, "Before ReLU")) == before).all()


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
    assert (maps_of(row(second, "After pooling")) == maps_of(row(first, "After pooling"))).all()


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
    for delay in (0, 20, 50, 90, 140):
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
    page.get_by_role("button", name="Edit the numbers of kernel 1").click()
    cell = page.get_by_label("row 0, column 1")
    cell.fill("-2.5")
    cell.press("Enter")
    page.wait_for_url("**edits=0,-1,0,1:-2.5**")
    image = convlab.load_image(convlab.SAMPLES["panda"].path)
    weight = convlab.kernels.bank("identity", 3, 3)
    weight[0, :, 0, 1] = -2.5
    output = convlab.Conv2d(3, 1, 3)(image, weight)
    colours = expected_colours(output, rendering.limit_of(output))
    expect(page.locator(".rows .maps figcaption").first).to_contain_text("−")
    assert (maps_of(row(page, "Before ReLU")) == colours).all()
    cell.fill("minus two")
    cell.press("Enter")
    expect(page.locator(".note")).to_contain_text("must be a number")
    page.get_by_role("button", name="Undo all edits").click()
    page.wait_for_url("**/?bank=identity&kernel_size=3&pool=none")


def focused(page):
    """The accessible name of what has the focus within the maps."""
    return page.locator(".stage").evaluate(
        """stage => { const focused = stage.getRootNode().activeElement;
                      return focused && (focused.getAttribute('aria-label') ?? focused.textContent); }"""
    )


def test_the_editor_takes_the_focus_and_gives_it_back(open_page):
    page = open_page("?bank=random&kernel_size=3&pool=none")
    edit = page.get_by_role("button", name="Edit the numbers of kernel 2")
    close = page.locator(".editor").get_by_role("button", name="Close")
    toggle = page.get_by_role("button", name="Close the numbers of kernel 2")
    for leave in (close.click, toggle.click, lambda: page.keyboard.press("Escape")):
        edit.click()
        assert focused(page) == "Kernel 2, red, row 0, column 0"
        leave()
        expect(page.locator(".editor").first).to_be_hidden()
        assert focused(page) == "Edit the numbers of kernel 2"


def test_escape_forgets_what_is_half_written(open_page):
    page = open_page("?bank=identity&kernel_size=3&pool=none")
    page.get_by_role("button", name="Edit the numbers of kernel 1").click()
    cell = page.get_by_label("Kernel 1, row 0, column 0")
    page.keyboard.type("7")
    expect(cell).to_have_value("7")
    page.keyboard.press("Escape")
    page.wait_for_timeout(800)
    assert "edits" not in page.url
    page.get_by_role("button", name="Edit the numbers of kernel 1").click()
    expect(cell).to_have_value("0")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    page.wait_for_url("**edits=0,-1,0,0:7**")


def test_the_channels_of_a_kernel_are_a_named_group(open_page):
    page = open_page("?bank=random&kernel_size=3&pool=none")
    page.get_by_role("button", name="Edit the numbers of kernel 2").click()
    page.get_by_role("group", name="Channels of kernel 2").get_by_role("button", name="green").click()
    cell = page.get_by_label("Kernel 2, green, row 0, column 2")
    cell.fill("0.5")
    cell.press("Enter")
    page.wait_for_url("**edits=1,1,0,2:0.5**")


def test_a_bad_number_written_twice_leaves_the_cell_as_it_is(open_page):
    page = open_page("?bank=identity&kernel_size=3&pool=none")
    page.get_by_role("button", name="Edit the numbers of kernel 1").click()
    for place in ("row 2, column 2", "row 2, column 2", "row 0, column 0"):
        cell = page.get_by_label(f"Kernel 1, {place}")
        cell.fill("two")
        cell.press("Enter")
        expect(cell).to_have_value("0")
        expect(page.locator(".note")).to_contain_text("must be a number")


def live_regions(page):
    """What a screen reader is told of: the texts of the live regions, as the browser's accessibility tree has them."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    named = {node["nodeId"]: node for node in tree}
    regions = [node for node in tree if node.get("role", {}).get("value") == "status" and not node["ignored"]]
    return ["".join(named[c]["name"]["value"] for c in region["childIds"] if c in named) for region in regions]


def test_a_new_chain_of_shapes_is_said_once_it_holds(open_page):
    page = open_page()
    news = page.locator(".news")
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
    expect(page.get_by_role("region", name="Settings A")).to_be_visible()
    expect(page.get_by_role("region", name="Settings B")).to_be_visible()
    thumb(page, "stride").focus()
    page.wait_for_timeout(600)  # its neighbours are fetched ahead
    page.keyboard.press("ArrowRight")
    expect(page.locator(".news")).to_have_text("B: 3×235×180, convolution 5×5, 4×116×88, ReLU, 4×116×88")


def test_a_beside_b(open_page):
    page = open_page("?pinned=picture=panda&stride=2")
    expect(page.locator(".panel")).to_have_count(2)
    assert shapes(page)[1] == "4×231×176"
    assert shapes(page)[5] == "4×116×88"


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


def assert_no_serious_fault(page):
    """What axe finds, but for the small things."""
    violations = Axe().run(page).response["violations"]
    serious = [(v["id"], v["nodes"][0]["html"][:200]) for v in violations if v["impact"] in ("serious", "critical")]
    assert serious == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    "query", ["?layers=two", "?bank=random&pinned=stride=2", "?kernel_size=11&dilation=6&max_side=40"]
)
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_serious_fault(open_page, query, width, dark):
    page = open_page(query, width=width, height=844, dark=dark)
    page.wait_for_timeout(500)
    assert_no_serious_fault(page)


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_serious_fault_in_the_editor(open_page, dark):
    page = open_page("?bank=random&kernel_size=3&edits=0,0,0,0:1", dark=dark)
    page.get_by_role("button", name="Edit the numbers of kernel 1").click()
    page.get_by_label("Kernel 1, red, row 0, column 1").fill("two")
    page.keyboard.press("Enter")
    expect(page.locator(".note")).to_contain_text("must be a number")
    assert_no_serious_fault(page)


def test_the_first_maps_need_no_scrolling(open_page):
    page = open_page()
    box = row(page, "Before ReLU").locator(".maps canvas").first.bounding_box()
    assert box["y"] + box["height"] <= 800


def test_what_streamlit_offers_to_programmers_covers_nothing(open_page):
    page = open_page()
    offer = "<div data-testid='stSkillsNudge'>Install</div>"  # shown by `make run` alone, and to some
    page.locator("[data-testid=stApp]").evaluate("(app, offer) => app.insertAdjacentHTML('beforeend', offer)", offer)
    expect(page.get_by_test_id("stSkillsNudge")).to_be_hidden()


def test_a_phone_shows_the_page_without_sideways_scrolling(open_page):
    page = open_page("?layers=two", width=390, height=844, touch=True)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    box = page.locator(".panels").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("query", ["", "?pinned=stride=2"])
def test_a_phone_shows_every_word_too(open_page, query):
    page = open_page(query, width=390, height=844, touch=True)
    for part in (".totals", ".layer code", ".formulas p", ".kernel figcaption span"):
        for element in page.locator(part).all():
            expect(element).to_be_visible()
    assert page.locator(".kernel figcaption span").first.inner_text() == "dark to bright, left to right"
    panels = page.locator(".panels")
    assert panels.evaluate("panels => panels.scrollWidth <= panels.clientWidth")


def test_a_large_kernel_is_edited_on_a_phone_without_widening_the_page(open_page):
    page = open_page("?kernel_size=9", width=390, height=844, touch=True)
    page.get_by_role("button", name="Edit the numbers of kernel 1").click()
    panels = page.locator(".panels")
    assert panels.evaluate("panels => panels.scrollWidth <= panels.clientWidth")
    last = page.get_by_label("Kernel 1, row 0, column 8")
    last.focus()  # the editor alone scrolls
    box = last.bounding_box()
    assert box["x"] + box["width"] <= 390


def test_the_note_stays_in_sight_of_the_editor(open_page):
    page = open_page(width=390, height=600, touch=True)
    page.get_by_role("button", name="Edit the numbers of kernel 4").click()
    cell = page.get_by_label("Kernel 4, row 4, column 4")
    cell.fill("two")
    cell.press("Enter")
    expect(page.locator(".note")).to_contain_text("must be a number")
    expect(page.locator(".note")).to_be_in_viewport(ratio=1)
    expect(cell).to_be_in_viewport(ratio=1)


def test_a_kernel_with_the_same_numbers_under_another_name_says_so(open_page):
    page = open_page("?layers=two_1x1")
    mixing = page.locator(".layer").nth(2).locator(".plane")
    expect(mixing.first).to_have_attribute("aria-label", "Kernel 1, map 1: 1")
    page.locator(".st-key-bank [role=combobox], .st-key-bank input").first.click()
    page.get_by_role("option", name="Identity").click()
    expect(mixing).to_have_count(1)
    expect(mixing).to_have_attribute("aria-label", "Kernel 1: 1")


@pytest.mark.parametrize("width", [1280, 390])
def test_no_number_in_a_kernel_is_cut_off(open_page, width):
    page = open_page("?bank=random&kernel_size=3&depthwise=1", width=width, height=844)
    cut = page.locator(".plane span").evaluate_all(
        "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.textContent)"
    )
    assert cut == []


def test_the_maps_follow_a_finger(open_page):
    page = open_page(width=390, height=844, touch=True)
    page.get_by_test_id("stExpandSidebarButton").tap()
    slider = page.locator(".st-key-dilation [data-testid=stSlider]")
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


@pytest.mark.parametrize("query", ["?layers=two", "?pinned=stride=2"])
def test_at_two_hundred_percent_nothing_hangs_out(open_page, query):
    page = open_page(query, width=640, height=400)
    box = page.locator(".panels").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 640
    assert page.locator(".panels").evaluate("panels => panels.scrollWidth <= panels.clientWidth")


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
    thumb(page, "stride").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/?bank=identity&stride=2")
    expect(page.locator(".chain .shape").nth(1)).to_have_text("1×116×88")
    image = convlab.load_image(convlab.SAMPLES["panda"].path)
    output = convlab.Conv2d(3, 1, 5, stride=2)(image, convlab.kernels.bank("identity", 5, 3))
    assert (maps_of(row(page, "Before ReLU")) == expected_colours(output, rendering.limit_of(output))).all()


def test_a_click_on_a_map_takes_its_number_apart(open_page):
    page = open_page("?layers=two&max_side=64")
    canvas = row(page, "After pooling").locator("canvas").nth(1)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 10.5 / 22, "y": box["height"] * 12.5 / 30})
    cards = page.locator(".card")
    expect(cards).to_have_count(3)
    expect(cards.first.locator("h3")).to_contain_text("After pooling, map 2, row 12, column 10")
    page.wait_for_url("**pixel=2,1,12,10**")
    image = convlab.load_image(convlab.SAMPLES["panda"].path, max_side=64)
    stages = convlab.trace(two_layers(), image)
    shown = float(cards.first.locator("h3").inner_text().rpartition(" ")[2])
    assert shown == pytest.approx(stages[2].output[1, 12, 10].item(), rel=5e-3)
    expect(page.locator(".mark.point")).to_have_count(3)
    cards.first.locator(".products button").last.click()
    expect(cards.nth(1).locator("h3")).to_contain_text("map 2, row 25, column 21")
    thumb(page, "stride").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**stride=2**")
    expect(cards.first.locator("h3")).to_contain_text("After pooling")
    page.get_by_role("button", name="Close").click()
    page.wait_for_url("**/?stride=2&max_side=64&layers=two")
    expect(cards).to_have_count(0)
    expect(page.locator(".mark")).to_have_count(0)


def test_a_map_is_taken_apart_with_the_keyboard(open_page):
    page = open_page()
    canvas = row(page, "Before ReLU").locator("canvas").first
    canvas.focus()
    page.keyboard.press("Enter")
    heading = page.locator(".card h3").first
    expect(heading).to_contain_text("Before ReLU, map 1, row 115, column 88")
    page.keyboard.press("ArrowLeft")
    expect(heading).to_contain_text("row 115, column 87")
    page.keyboard.press("Escape")
    expect(page.locator(".card")).to_have_count(0)


def test_cards_open_and_close_while_settings_are_refused(open_page):
    page = open_page("?padding_kind=same&stride=2")
    row(page, "Before ReLU").locator("canvas").first.click()
    expect(page.locator(".card")).to_have_count(1)
    page.locator(".card").get_by_role("button", name="Close").click()
    expect(page.locator(".card")).to_have_count(0)


def test_fast_arrow_keys_on_a_map_lose_no_step(open_page):
    page = open_page("?pixel=0,0,50,50")
    expect(page.locator(".card h3")).to_contain_text("row 50, column 50")
    row(page, "Before ReLU").locator("canvas").first.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".card h3")).to_contain_text("row 50, column 56")


def test_a_link_to_a_number_opens_its_cards(open_page):
    page = open_page("?pixel=0,2,100,50", dark=True, width=390, height=844)
    expect(page.locator(".card h3")).to_contain_text("map 3, row 100, column 50")
    assert page.locator(".card .products button").count() == 75
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    page.wait_for_timeout(500)
    violations = Axe().run(page).response["violations"]
    assert [v["id"] for v in violations if v["impact"] in ("serious", "critical")] == []
