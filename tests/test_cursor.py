"""The linked cursor and the tray, in a real browser: marks where the window lies, ways from one number to others."""

import pytest
from conftest import until
from playwright.sync_api import expect

import convlab
from convlab.network import two_layers
from convlab.ui import figures

FIVE = "?max_side=64&stride=2"


def shares(page, mark, canvas):
    """Where a mark lies on its canvas: its middle across and down, in numbers of the map."""
    on, of = page.locator(mark).bounding_box(), page.locator(canvas).bounding_box()
    return [(on[a] + on[side] / 2 - of[a]) / of[side] for a, side in (("x", "width"), ("y", "height"))]


def test_the_window_lies_on_the_pixels_that_it_reads(open_page):
    page = open_page(f"{FIVE}&pixel=0,0,10,4")
    rows, columns = convlab.load_image(convlab.SAMPLES["panda"].path, max_side=64).shape[1:]
    across, down = shares(page, ".input .mark.window", ".input canvas")
    assert across * columns == pytest.approx(2 * 4 + 2.5, abs=0.5)
    assert down * rows == pytest.approx(2 * 10 + 2.5, abs=0.5)
    across, down = shares(page, ".step.sum .mark.ring", ".step.sum canvas")
    assert (across * ((columns - 5) // 2 + 1), down * ((rows - 5) // 2 + 1)) == pytest.approx((4.5, 10.5), abs=0.5)


def test_a_dilated_window_shows_its_gaps(open_page):
    page = open_page("?max_side=64&kernel_size=3&dilation=4&pixel=0,0,10,10")
    expect(page.locator(".input .mark.window.gaps > i")).to_have_count(9)


def test_a_number_of_the_patch_leads_to_the_layer_below(open_page):
    page = open_page("?layers=two&pixel=3,0,40,30")
    page.locator(".tray .list button").nth(2).click()
    page.locator(".tray .grid button").nth(12).click()
    expect(page.locator(".tray h2")).to_contain_text("Layer 1")
    expect(page.locator(".layer").first.locator(".card").nth(2)).to_have_attribute("aria-checked", "true")
    pooled = convlab.trace(two_layers(), convlab.load_image(convlab.SAMPLES["panda"].path))[2].output[2, 42, 32]
    expect(page.locator(".look")).to_contain_text(f"max {figures.exact(float(pooled))}")


def test_a_finger_pins_what_it_touches(open_page):
    page = open_page(width=390, height=844, touch=True)
    box = page.locator(".step.sum canvas").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    expect(page.locator(".tray .head button")).to_be_visible()
    expect(page.locator(".tray h2")).to_contain_text("Row 115, column")


def test_the_sums_show_their_products(open_page):
    page = open_page("?pixel=0,0,57,44")
    image, weight = convlab.load_image(convlab.SAMPLES["panda"].path), convlab.kernels.gradients(5, 3)
    sums = (image[:, 57:62, 44:49] * weight[0]).sum((1, 2))
    buttons, (parts, total) = page.locator(".tray .list button"), figures.adding_up(sums.tolist(), float(sums.sum()))
    for channel, part in enumerate(parts):
        expect(buttons.nth(channel)).to_contain_text(part)
    expect(page.locator(".tray .whole")).to_have_text(f"Σ = {total}")
    buttons.nth(1).click()
    expect(page.locator(".tray .head p")).to_contain_text("green")
    product = page.locator(".tray .grid").nth(2).locator("i").first
    product.hover()
    first = figures.exact(float(image[1, 57, 44]))
    expect(product).to_have_attribute("title", f"{first} × (−1) = −{first}")


@pytest.mark.parametrize("query", ["", "?kernel_size=11&pixel=0,0,57,44", "?layers=two&pixel=5,0,9,9"])
def test_the_tray_never_hangs_out(open_page, query):
    page = open_page(query, height=844)
    tray = page.locator(".tray")
    tray.locator(".grid").first.wait_for()
    for width in (1280, 900, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        until(page, f"document.documentElement.scrollWidth <= {width}")
        assert tray.evaluate("tray => tray.scrollWidth - tray.clientWidth") <= 0
