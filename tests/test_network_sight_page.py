"""The page Network, its part What it sees: without a browser and in one."""

from dataclasses import replace
from functools import partial

import pytest
import torch
from conftest import faults, send, switch
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect
from test_back_page import said, tiles_of
from torch import nn

import convlab
from convlab import growth, kernels, two_layers
from convlab.ui.dock import chips_of
from convlab.ui.fields import FEW
from convlab.ui.network import page, sight, traced
from convlab.ui.network.growth import made as grown
from convlab.ui.network.presets import PRESETS
from convlab.ui.network.row import Row
from convlab.ui.network.settings import NetworkSettings, check
from convlab.ui.pictures import picture_of, sample_picture
from convlab.ui.session import Visit
from convlab.ui.way_out import refusal_of

PREFIX = "network_"
KEY = "network_sight"
SEES = {"part": "sight"}
CLASSES = (
    "Conv2d,out_channels:2,kernel_size:3,padding:1,seed:1;ReLU;MaxPool2d,kernel_size:2;Flatten;Linear,out_features:5"
)


def opened(app, **query):
    """The part, opened by a link."""
    for name, text in (SEES | query).items():
        app.query_params[name] = text
    switch(app, "network")
    assert not app.exception
    return app


def visit_of(app):
    """The page as the visitor has it."""
    return app.session_state["visitor"].visits[NetworkSettings]


def shown(app):
    """The tiles by their titles, and their numbers."""
    header, numbers = tiles_of(app, KEY)
    return {tile["title"]: tile for row in header["rows"] for column in row["columns"] for tile in column}, numbers


def panda(side=256):
    return convlab.load_image(convlab.SAMPLES["panda"].path, max_side=side)


def gradient(number, image):
    """The share of each pixel in what moves a number, by plain torch."""
    picture = image.clone().requires_grad_()
    (found,) = torch.autograd.grad(number(picture[None]), picture)
    weights = found.abs().sum(0)
    return weights / weights.sum()


# --- one number ------------------------------------------------------------------------------------------------------


def test_19_a_number_of_the_third_stage_sees_six_by_six_pixels(app):
    conv = nn.Conv2d(3, 4, 5, bias=False)
    conv.weight.data = kernels.gradients(5, 3)
    model = nn.Sequential(conv, nn.ReLU(), nn.MaxPool2d(2))
    row, column = divmod(int(model(panda()[None])[0, 1].argmax()), 88)
    weights = gradient(lambda picture: model(picture)[0, 1, row, column], panda())
    opened(app, at="3", channel="1", place=f"{row},{column}")
    tiles, numbers = shown(app)
    assert tiles["Map 2 of 4, max 2×2"]["mark"] == [row, column, 1, 1]
    assert tiles["Can depend on"]["mark"] == [2 * row, 2 * column, 6, 6]
    down, across, *size = tiles["Close up"]["mark"]
    assert size == [6, 6] and tiles["Depends on"]["mark"] == [down, across, 6, 6]
    part = (..., *(slice(2 * at - off, 2 * at - off + 12) for at, off in ((row, down), (column, across))))
    torch.testing.assert_close(numbers["Depends on"][0].float(), 100 * weights[part], atol=2e-3, rtol=0)
    torch.testing.assert_close(numbers["Close up"].float(), panda()[part], atol=1e-4, rtol=0)
    number = f"in row {row}, column {column} of map 2 behind layer 3 (max 2×2)"
    held = int((weights.flatten().sort(descending=True).values.cumsum(0) < 0.95 - 1e-6).sum()) + 1
    assert f"{number} can depend on 6×6 = 36 pixels. {held} of them hold 95 % of what moves it" in said(app)


def test_it_opens_with_the_largest_number_of_the_last_stage(app):
    opened(app)
    tiles, numbers = shown(app)
    name = "Map 1 of 4, max 2×2"
    row, column, *_ = tiles[name]["mark"]
    assert numbers[name][0, row, column] == numbers[name].max() > 0
    assert tiles["Can depend on"]["mark"] == [4 * row, 4 * column, 16, 16]
    assert "can depend on 16×16 = 256 pixels" in said(app)
    assert "The field, layer by layer: layer 1 5×5, layer 3 6×6, layer 4 14×14, layer 6 16×16." in said(app)
    assert [tile["pressed"] for tile in tiles.values() if tile["key"].startswith("channel")] == [True] + 3 * [False]


def test_what_padding_makes_large_is_not_looked_through_first(app):
    opened(app, layers="Conv2d,out_channels:1,kernel_size:3,padding:1,bias:0,weight:gradients", max_side="64")
    row, column, *_ = shown(app)[0]["Map, conv 3×3"]["mark"]
    assert 8 <= row < 56 and 6 <= column < 43


def test_a_stage_a_map_and_a_number_are_chosen(app):
    opened(app, place="10,20")
    send(app, KEY, "choose", "channel 2")
    send(app, KEY, "choose", "at 3")  # twice as many numbers: the one that is as far down and across
    assert (visit_of(app).asked.at, visit_of(app).asked.channel, visit_of(app).asked.place) == ("3", "2", "21,42")
    assert shown(app)[0]["Map 3 of 4, max 2×2"]["mark"] == [21, 42, 1, 1]
    send(app, KEY, "place", {"key": "number", "row": 5, "column": 6})
    assert visit_of(app).asked.place == "5,6" and "in row 5, column 6 of map 3" in said(app)
    asked = visit_of(app).asked
    for nonsense in ("at", "at 99", "at -1", "channel 12345", "", 3, None, ["at 1"]):
        send(app, KEY, "choose", nonsense)
    for nonsense in (
        {"row": 999, "column": 0},
        {"row": "1", "column": 2},
        {"row": True, "column": 0},
        {},
        [1, 2],
        None,
    ):
        send(app, KEY, "place", nonsense)
    assert replace(visit_of(app).asked, at="3", place="5,6") == asked
    assert not app.exception


def test_where_relu_gave_zero_it_is_said_that_nothing_moves_the_number(app):
    zero = (convlab.trace(two_layers(), panda())[1].output[0] == 0).nonzero()[500].tolist()
    opened(app, at="2", place=f"{zero[0]},{zero[1]}")
    tiles, numbers = shown(app)
    assert not numbers["Depends on"].any()
    assert tiles["Can depend on"]["mark"] == [*zero, 5, 5]
    assert "5×5 = 25 pixels, and depends on none: a ReLU on the way gave 0" in said(app)
    assert "Pick another number" in said(app)


def test_weights_of_zero_and_padding_alone_are_said(app):
    zeros = "_".join(["0"] * 3)
    opened(
        app, layers=f"Conv2d,out_channels:1,kernel_size:1,bias:0,padding:2,weight:written,numbers:{zeros}", place="8,8"
    )
    assert "depends on none: the weights on the way are 0." in said(app)
    send(app, KEY, "place", {"key": "number", "row": 0, "column": 0})
    assert "sees nothing but padding." in said(app)
    assert shown(app)[0]["Can depend on"]["mark"] == []


def test_numbers_in_a_row_see_what_they_are_made_of(app):
    opened(app, layers=CLASSES, max_side="32", place="0,3")
    tiles, numbers = shown(app)
    assert numbers["Numbers, linear to 5"].shape == (1, 1, 5)
    assert tiles["Can depend on"]["mark"] == [0, 0, 32, 25]
    assert "can depend on 32×25 = 800 pixels" in said(app) or "can depend on 32×24 = 768 pixels" in said(app)
    send(app, KEY, "choose", "at 4")
    send(app, KEY, "place", {"key": "number", "row": 1, "column": 4})  # the 37th: row 3, column 0 of the first map
    tiles, _ = shown(app)
    assert tiles["Numbers, Flatten"]["mark"] == [1, 4, 1, 1]
    assert tiles["Can depend on"]["mark"] == [5, 0, 4, 3]
    last = numbers_of(app) - 1
    send(app, KEY, "place", {"key": "number", "row": last // 32, "column": 31})  # after the last one: the last one
    assert shown(app)[0]["Numbers, Flatten"]["mark"][:2] == [last // 32, last % 32]


def numbers_of(app):
    """How many numbers Flatten puts out."""
    return 2 * 16 * (panda(32).shape[-1] // 2)


def test_what_lies_apart_is_said_to_be_spread(app):
    opened(app, layers="Conv2d,out_channels:1,kernel_size:3,dilation:4,bias:0,weight:gradients", place="50,50")
    assert "can depend on 3×3 = 9 pixels, spread over 9×9." in said(app)
    assert shown(app)[0]["Can depend on"]["mark"] == [50, 50, 9, 9]


def test_a_row_that_breaks_is_looked_at_as_far_as_it_goes(app):
    opened(app, layers="Conv2d,out_channels:2,kernel_size:3;MaxPool2d,kernel_size:99", max_side="32")
    status = tiles_of(app, KEY)[0]["status"]
    assert status.startswith("The row breaks at layer 2, max 99×99: ") and status.endswith("The layers before it show.")
    assert "behind layer 1 (conv 3×3) can depend on 3×3 = 9 pixels" in said(app)


def test_a_row_of_nothing_says_so(app):
    opened(app, layers="Conv2d,out_channels:1,kernel_size:99", max_side="32")
    assert [warning.value for warning in app.warning] == [
        "No layer of the row fits the picture, so there is no number to look through. See Layers."
    ]
    visit_of(app).show(replace(visit_of(app).asked, layers=()))
    app.run()
    assert app.warning[0].value.startswith("The row has no layer, so there is no number")


@pytest.mark.parametrize(("name", "value"), [("max_side", 100), ("grey", True), ("picture", "cat")])
def test_a_control_of_the_picture_changes_what_is_seen(app, name, value):
    opened(app)
    before = tiles_of(app, KEY)[0]["name"]
    widgets = {widget.key: widget for kind in (app.slider, app.toggle, app.selectbox) for widget in kind}
    widgets[PREFIX + name].set_value(value).run()
    assert not app.exception and getattr(visit_of(app).asked, name) == value
    assert tiles_of(app, KEY)[0]["name"] != before


def test_a_picture_of_ones_own_is_not_kept():
    from PIL import Image

    tiny = picture_of(Image.new("RGB", (8, 8), (200, 100, 0)), "mine", "Mine.", "picture.png", own=True)
    kept = traced._OUTPUTS.bytes, sight._MADE.bytes
    settings = NetworkSettings(part="sight", layers=Row().read("Conv2d,out_channels:1,kernel_size:3;ReLU"))
    assert sight.made(tiny, settings).told
    assert (traced._OUTPUTS.bytes, sight._MADE.bytes) == kept


ROWS = [CLASSES, "ReLU", "Flatten", "AdaptiveAvgPool2d,output_size:1", ""]
ROWS += [preset.text for preset in PRESETS.values()]


@drawn(60)
@given(
    st.sampled_from(ROWS),
    st.sampled_from(["", "0", "1", "3", "99"]),
    st.sampled_from(["", "0", "2", "9999"]),
    st.sampled_from(["", "0,0", "7,9", "999,999"]),
)
def test_whatever_an_address_names_can_be_shown(layers, at, channel, place):
    picture = sample_picture("panda")
    settings = NetworkSettings(part="sight", max_side=24, layers=Row().read(layers))
    settings = replace(settings, at=at, channel=channel, place=place)
    check(settings, picture.size)
    made = sight.made(picture, settings)
    assert (made is None) == (layers == "")


# --- growth ----------------------------------------------------------------------------------------------------------


def test_19_eight_layers_see_seventeen_rows_in_theory_and_less_in_effect(app):
    opened(app, sees="growth")
    assert "Below, each pixel in %." in said(app)
    theory, effect = "the farthest 11.3 from the middle", "95 % of the weight lies within 5.7."
    assert f"**8 layers of 3×3 see 17×17 pixels in theory, {theory}; {effect}**" in said(app)
    assert "8 layers see 4 times as far as 2 layers in theory, and 2.5 times as far in effect." in said(app)
    header, numbers = tiles_of(app, "network_growth")
    marks = {tile["title"]: tile["mark"][1:3] for (tile,) in header["rows"][0]["columns"]}
    assert marks == {"1 layer": [7, 3], "2 layers": [6, 5], "4 layers": [4, 9], "8 layers": [0, 17]}
    weights = growth(4)[-1].sight.weights
    torch.testing.assert_close(numbers["4 layers"][0, 4:13, 4:13].double(), 100 * weights, atol=1e-3, rtol=0)
    theory, effect = grown(8, 3, 1, 1).figure.data
    assert theory.y[-1] == pytest.approx(8 * 2**0.5) and list(effect.y) == [one.radius for one in growth(8)]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("depth", 1, "One layer of 3×3 sees 3×3 pixels in theory"),
        ("grow_kernel", 5, "8 layers of 5×5 see 33×33 pixels in theory"),
        ("grow_kernel", 1, "8 layers of 1×1 see one pixel: it takes a larger kernel to look around."),
        ("grow_dilation", 2, "8 layers of 3×3 see 33×33 pixels in theory"),
    ],
)
def test_each_of_its_controls_changes_what_is_said(app, name, value, told):
    opened(app, sees="growth")
    app.slider(key=PREFIX + name).set_value(value).run()
    assert not app.exception and f"**{told}" in said(app)


def test_a_field_that_gets_too_large_is_refused_with_a_way_out(app):
    opened(app, sees="growth")
    app.slider(key=PREFIX + "grow_stride").set_value(2).run()
    assert "Layers in a row must leave a field of at most 255 rows: 8 layers see 511." in app.warning[0].value
    assert "8 layers of 3×3 see 17×17" in said(app)  # what was good
    app.button(key=PREFIX + "mend_control").click().run()
    assert not app.warning and "7 layers of 3×3 see 255×255 pixels" in said(app)


def test_a_link_to_a_field_that_is_too_large_shows_growth_all_the_same(app):
    opened(app, sees="growth", grow_stride="2")
    assert app.warning and "8 layers of 3×3 see 17×17" in said(app)


def test_what_is_looked_at_is_chosen_in_the_sidebar_and_has_its_own_controls(app):
    opened(app)
    sliders = {slider.key for slider in app.slider}
    assert PREFIX + "max_side" in sliders and PREFIX + "depth" not in sliders
    app.segmented_control(key=PREFIX + "sees").set_value("growth").run()
    assert not app.exception
    names = ("depth", "grow_kernel", "grow_stride", "grow_dilation")
    assert {slider.key for slider in app.slider} == {PREFIX + name for name in names}

    assert PREFIX + "picture" not in {box.key for box in app.selectbox}


@drawn(200)
@given(st.integers(1, 16), st.integers(1, 11), st.integers(1, 6), st.integers(1, 6))
def test_every_growth_is_shown_or_refused_with_a_way_out(depth, kernel_size, stride, dilation):
    each = {"grow_kernel": kernel_size, "grow_stride": stride, "grow_dilation": dilation}
    settings = NetworkSettings(part="sight", sees="growth", depth=depth, **each)
    refusal = refusal_of(settings, partial(check, full_size=(235, 180)))
    if refusal:
        assert refusal.error.parameter == "depth" and refusal.way_out.depth < depth
    elif depth * kernel_size < 40:
        assert grown(depth, kernel_size, stride, dilation).told


@pytest.mark.parametrize("sees", ["number", "growth"])
def test_what_is_at_hand_on_a_phone_fits_there(sees):
    settings = NetworkSettings(part="sight", sees=sees)
    chips = chips_of(Visit(settings, settings), PREFIX, page.AT_HAND)
    assert next(chip["name"] for chip in chips) == "sees"
    assert all(len(choice["options"]) <= FEW for chip in chips for choice in chip["choices"])


# --- in the browser --------------------------------------------------------------------------------------------------


def test_a_number_is_looked_through_wide_and_light(open_page):
    tab = open_page("network?part=sight", ready=".tiles canvas")
    expect(tab.get_by_text("can depend on 16×16 = 256 pixels")).to_be_visible()
    main = tab.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollHeight <= main.clientHeight")  # the whole lesson on the first screen
    numbers = tab.get_by_role("application")
    numbers.focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        tab.keyboard.press(key)
    tab.wait_for_url("**/network?part=sight&place=20,14")
    expect(tab.get_by_text("in row 20, column 14 of map 1")).to_be_visible()
    expect(numbers).to_be_focused()
    tab.get_by_role("button", name="Layer 3: max 2×2, 4×115×88").click()
    expect(tab.get_by_text("can depend on 6×6 = 36 pixels")).to_be_visible()
    assert faults(tab) == []


def test_growth_narrow_and_dark(open_page):
    tab = open_page(
        "network?part=sight&sees=growth", width=390, height=844, dark=True, touch=True, ready=".tiles canvas"
    )
    expect(tab.locator(".tiles .mark:visible")).to_have_count(4)
    main = tab.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    box = tab.locator(".tiles canvas").first.bounding_box()
    assert box["y"] + box["height"] < 844
    assert faults(tab) == []
