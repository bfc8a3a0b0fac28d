"""The page There and back: its first two parts, without a browser and in one."""

import base64
import io
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch
from conftest import faults, send, switch
from draws import drawn
from hypothesis import given
from PIL import Image
from playwright.sync_api import expect
from test_settings import every_control
from test_tiles import read
from torch import nn

import convlab
from convlab import ConvLabError, kernels
from convlab.meetings import overlap
from convlab.ui.address import from_query, link, to_query
from convlab.ui.dock import chips_of
from convlab.ui.fields import AXES, FEW, Sides
from convlab.ui.onward import back_to_steps
from convlab.ui.pictures import picture_of, sample_picture
from convlab.ui.session import Visit
from convlab.ui.steps.settings import StepSettings
from convlab.ui.there_and_back import larger, page, there
from convlab.ui.there_and_back.settings import PARTS, BackSettings, check
from convlab.ui.way_out import refusal_of
from convlab.upsampling import enlarging

PREFIX = "there_and_back_"


def opened(app, **query):
    """The page, opened by a link."""
    for name, text in query.items():
        app.query_params[name] = text
    switch(app, "there_and_back")
    assert not app.exception
    return app


def visit_of(app):
    """The page as the visitor has it."""
    return app.session_state["visitor"].visits[BackSettings]


def tiles_of(app, key="there"):
    """The header of some tiles, and their numbers by title."""
    (message,) = (one.proto.bytes for one in app.get("bidi_component") if one.proto.id.endswith(f"-{key}"))
    header, found = read(message)
    titles = [[tile["title"] for tile in column] for row in header["rows"] for column in row["columns"]]
    columns = [column for row in found for column in row]
    named = {}
    for names, arrays in zip(titles, columns, strict=True):
        for name, array in zip(names, arrays, strict=True):
            named.setdefault(name, torch.tensor(array))
    return header, named


def said(app):
    """All words of the page."""
    return "\n".join(text.value for text in app.markdown)


def panda(side=256):
    return convlab.to_grey(convlab.load_image(convlab.SAMPLES["panda"].path, max_side=side))


# --- there and back --------------------------------------------------------------------------------------------------


def test_15_the_page_opens_with_the_posts_kernel_and_the_border_is_lost(app):
    opened(app)
    _, shown = tiles_of(app)
    assert "1×235×180 → 1×231×178 → 1×235×180" in said(app)
    assert shown["Kernel"].tolist() == [[[0, 0, 0], [0, 0, 0], [0, -1, 0], [0, 0, 0], [0, 0, 0]]]
    error, result = shown["Error: result − picture"][0], shown["Result"][0]
    assert (error[2:-2, 1:-1] == 0).all()
    for border in (result[:2], result[-2:], result[:, :1], result[:, -1:]):
        assert (border == 0).all()
    torch.testing.assert_close(shown["Map"].float(), -panda()[:, 2:-2, 1:-1], atol=2e-5, rtol=0)
    told = "the first and last 2 rows, the first and last column come back as 0. All the rest came back."
    assert f"**The border was lost: {told}**" in said(app)
    assert "| Inside | 41,118 | 0 | 0 |" in said(app)
    assert "Transposed, not inverse." in said(app)


def test_15_with_padding_all_of_it_comes_back(app):
    opened(app, padding="2x1")
    _, shown = tiles_of(app)
    assert "1×235×180 → 1×235×180 → 1×235×180" in said(app)
    assert not shown["Error: result − picture"].any()
    assert "**Nothing was lost: every number came back.**" in said(
        app
    ) and "Correlation of picture and result: **1**" in said(app)


def test_another_kernel_returns_the_shape_and_not_the_values(app):
    opened(app, bank="sobel")
    assert "The values were lost: the size, 235×180, came back, and the numbers are off by" in said(app)
    header, _ = tiles_of(app)
    assert [tile["kind"] for (tile,) in header["rows"][0]["columns"]] == [
        "picture",
        "signed",
        "signed",
        "signed",
        "signed",
    ]


def test_with_a_stride_what_fell_between_is_lost(app):
    opened(app, stride="2", kernel_size="1")
    assert "What fell between was lost: 75% of the cells are met by no weight" in said(app)


def test_output_padding_makes_up_for_what_the_stride_left_over(app):
    opened(app, stride="2", kernel_size="5", grey="1")
    assert "output_padding=(0, 1)" in said(app) and "→ 1×235×180" in said(app)
    app.segmented_control(key=PREFIX + "output_padding_kind").set_value("numbers").run()
    assert "→ 1×235×179" in said(app)
    assert "The size came back as 235×179: it takes output padding 0×1 to make it 235×180." in said(app)


def test_the_adjoint_law_has_the_same_number_twice(app):
    opened(app, bank="random", seed="4", stride="2")
    one, other = (part.split("**")[1] for part in said(app).split("⟩ = ")[1:3])
    assert one == other != "0"


def test_a_cell_is_written_and_undone(app):
    opened(app)
    cell = {"number": 1, "what": "weight", "channel": -1, "row": 2, "column": 1, "value": "−2"}
    send(app, "there", "edit", [cell])
    header, shown = tiles_of(app)
    assert shown["Kernel"][0, 2, 1] == -2 and header["seen_edit"] == 1
    assert to_query(visit_of(app).asked)["edits"] == "0,-1,2,1:-2"
    send(app, "there", "edit", [cell | {"number": 2, "value": "two"}])
    assert "must be a number" in tiles_of(app)[0]["status"]
    send(app, "there", "edit", [{"number": 3, "undo": True}])
    assert visit_of(app).asked == BackSettings()


def test_one_of_several_maps_is_chosen_and_written_in(app):
    opened(app, bank="gradients", kernel_size="3")
    send(app, "there", "choose", "2")
    header, shown = tiles_of(app)
    assert shown["Kernel 3 of 4"][0, 0].tolist() == [-1, -1, -1]
    assert [tile["pressed"] for (tile,) in header["rows"][1]["columns"]] == [False, False, True, False]
    send(app, "there", "edit", [{"number": 1, "what": "weight", "channel": -1, "row": 0, "column": 0, "value": "5"}])
    assert visit_of(app).asked.edits[0].place == (2, -1, 0, 0)
    for nonsense in ("9", "", "12", 3, None, ["1"]):
        send(app, "there", "choose", nonsense)
    assert visit_of(app).asked.chosen == "2"


def test_kernels_in_colour_have_three_planes(app):
    opened(app, bank="learned", kernel_size="7", grey="0")
    header, shown = tiles_of(app)
    torch.testing.assert_close(shown["Kernel 1 of 4"].float(), kernels.bank("learned", 7, 3)[0], atol=1e-4, rtol=0)
    assert header["rows"][0]["columns"][4][0]["caption"].endswith("the mean of the colours")


@pytest.mark.parametrize(
    "query", [{"padding_kind": "same", "stride": "2"}, {"max_side": "16", "kernel_size": "11", "dilation": "6"}]
)
def test_a_refusal_has_a_way_out_and_what_was_good_stays(app, query):
    opened(app, **query)
    assert app.warning and tiles_of(app)[1]["Picture"].numel()
    app.button(key=PREFIX + "mend_page").click().run()
    assert not app.warning and not app.exception
    assert refusal_of(visit_of(app).asked, partial(check, full_size=(235, 180))) is None


# --- up-sampling -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_14_a_transposed_layer_with_a_stride_makes_the_picture_larger(app, factor):
    opened(app, part="larger", scale_factor=str(factor))
    header, shown = tiles_of(app, "larger")
    assert shown["Picture"].shape == (1, 40, 31)
    names = [column[0]["title"] for column in header["rows"][0]["columns"][1:]]
    assert [shown[name].shape for name in names] == [(1, 40 * factor, 31 * factor)] * 4
    layer = nn.ConvTranspose2d(
        1, 1, 3, factor, enlarging(factor, 3).padding, enlarging(factor, 3).output_padding, bias=False
    )
    layer.weight.data.fill_(factor**2 / 9)
    torch.testing.assert_close(shown["Transposed convolution"].float(), layer(panda(40)).detach(), atol=1e-4, rtol=0)
    counts = overlap(enlarging(factor, 3), (1, 40, 31))
    assert torch.equal(shown["Overlap"][0].round().long(), counts)


def test_16_the_table_shows_where_checkerboards_are_and_the_rule(app):
    opened(app, part="larger")
    header, _ = tiles_of(app, "larger_table")
    cells = {column[0]["key"]: column[0] for row in header["rows"] for column in row["columns"]}
    even = {key for key, cell in cells.items() if "✓" in cell["title"]}
    assert even == {f"{size},{stride}" for size in range(1, 9) for stride in (2, 3, 4) if size % stride == 0}
    assert [key for key, cell in cells.items() if cell["pressed"]] == ["3,2"]
    assert cells["3,2"]["title"] == "1, 2, 4"
    assert "**Even exactly where the kernel size is a multiple of the stride: 8 of 24 pairs.**" in said(app)
    assert "each number gets 1, 2 or 4 stamps, so there is a checkerboard" in said(app)


def test_a_thumbnail_is_chosen(app):
    opened(app, part="larger")
    send(app, "larger_table", "choose", "4,2")
    assert visit_of(app).asked == BackSettings(part="larger", up_kernel_size=4)
    assert "each number gets 4 stamps, so there is no checkerboard" in said(app)
    for nonsense in ("9,2", "4,1", "4", "", 4, None):
        send(app, "larger_table", "choose", nonsense)
    assert visit_of(app).asked.up_kernel_size == 4


# --- the page --------------------------------------------------------------------------------------------------------


def test_each_part_has_its_own_controls_and_the_picture_is_chosen_once(app):
    opened(app)
    app.selectbox(key=PREFIX + "picture").set_value("cat").run()
    for part in PARTS:
        app.segmented_control(key=PREFIX + "part").set_value(part).run()
        assert not app.exception
        keys = {widget.key for kind in (app.slider, app.toggle, app.selectbox) for widget in kind}
        assert app.selectbox(key=PREFIX + "picture").value == "cat"
        assert (PREFIX + "stride_rows" in keys or PREFIX + "stride" in keys) == (part == "there")
        assert (PREFIX + "scale_factor" in keys) == (part == "larger")
        assert PREFIX + "operation" not in keys


@pytest.mark.parametrize("part", PARTS)
def test_what_is_at_hand_on_a_phone_fits_there(part):
    chips = chips_of(Visit(BackSettings(part=part), BackSettings()), PREFIX, page.AT_HAND)
    assert chips and all(len(choice["options"]) <= FEW for chip in chips for choice in chip["choices"])
    assert all(type(slider["value"]) is int for chip in chips for slider in chip["sliders"])


@pytest.mark.parametrize("part", ["there", "larger"])
@pytest.mark.parametrize("grey", [True, False])
def test_a_tiny_picture_of_ones_own_is_shown_too(part, grey):
    from PIL import Image

    tiny = picture_of(Image.new("RGB", (8, 8), (200, 100, 0)), "mine", "Mine.", "picture.png", own=True)
    settings = BackSettings(part=part, grey=grey)
    check(settings, tiny.size)
    if part == "there":
        assert there.made(tiny, settings).lost.startswith("The border was lost")
    else:
        from convlab.upsampling import enlarged

        for factor in (2, 3, 4):
            for way in enlarged(torch.ones(1, 8, 8), factor, 8):
                assert larger._inner_counts(way, factor)


@drawn(300)
@given(every_control(BackSettings))
def test_a_link_restores_every_setting(state):
    path, _, query = link("there_and_back", state).partition("?")
    assert path == "./there_and_back"
    assert from_query(dict(parse_qsl(query)), BackSettings) == (state, [])


@drawn(300)
@given(every_control(BackSettings))
def test_every_combination_works_or_is_refused_with_a_way_out(state):
    for size in ((235, 180), (8, 8)):
        try:
            check(state, size)
        except ConvLabError as error:
            assert error.rule
            way_out = refusal_of(state, partial(check, full_size=size)).way_out
            assert way_out is not None
            check(way_out, size)


@drawn(40)
@given(every_control(BackSettings))
def test_what_is_accepted_can_be_shown(state):
    state = replace(state, part="there", max_side=min(state.max_side, 48))
    if not refusal_of(state, partial(check, full_size=(235, 180))):
        assert there.made(sample_picture("panda"), state).lost


def test_the_way_back_is_carried_to_the_step_page():
    address = back_to_steps(BackSettings(stride=(2, 2), bank="sobel", kernel_size=(3, 3)))
    path, _, query = address.partition("?")
    settings, bad = from_query(dict(parse_qsl(query)), StepSettings)
    assert path == "./step_by_step" and not bad
    assert (settings.operation, settings.stride, settings.bank) == ("transposed", (2, 2), "sobel")


START = BackSettings(max_side=48, bank="random", out_channels=2, kernel_size=(3, 3))
MOVED = {  # what is set before, and the value to which the control is moved
    "picture": ({}, "cat"),
    "max_side": ({}, 40),
    "grey": ({}, False),
    "bank": ({}, "emboss"),
    "kernel_size": ({}, 2),
    "out_channels": ({}, 3),
    "seed": ({}, 7),
    "stride": ({}, 2),
    "padding_kind": ({}, "same"),
    "padding": ({}, 1),
    "dilation": ({}, 2),
    "output_padding_kind": ({"stride": (2, 2)}, "numbers"),
    "output_padding": ({"stride": (2, 2), "output_padding_kind": "numbers"}, 1),
}


def moves():
    """What is set before, the key of a control, the value to which it is moved, and what is set then."""
    for name, (before, value) in MOVED.items():
        start = replace(START, **before)
        if not isinstance(BackSettings.kind(name), Sides):
            yield pytest.param(start, name, value, replace(start, **{name: value}), id=name)
            continue
        for axis, side in zip(AXES, (0, 1), strict=True):
            sides = [*getattr(start, name)]
            sides[side] = value
            yield pytest.param(
                start, f"{name}_{axis}", value, replace(start, **{name: tuple(sides)}), id=f"{name}_{axis}"
            )


@pytest.mark.parametrize(("start", "key", "value", "then"), list(moves()))
def test_what_a_control_is_moved_to_is_what_is_computed(app, start, key, value, then):
    app.session_state[PREFIX + "more"] = True
    opened(app, **to_query(start))
    if key.endswith(AXES):
        app.toggle(key=PREFIX + "apart").set_value(True).run()
    before = shown_by_torch(app, start)
    kinds = (app.slider, app.toggle, app.selectbox, app.segmented_control)
    widgets = {widget.key: widget for kind in kinds for widget in kind}
    widgets[PREFIX + key].set_value(value).run()
    assert not app.exception and not app.warning
    assert visit_of(app).asked == then
    assert shown_by_torch(app, then) != before


def shown_by_torch(app, now):
    """The tiles of the first part, which must be those of plain torch."""
    image = convlab.load_image(convlab.SAMPLES[now.picture].path, max_side=now.max_side)
    image = convlab.to_grey(image) if now.grey else image
    count = now.maps_from(len(image))
    weight = kernels.bank(now.bank, now.kernel_size, len(image), count, now.seed)
    shared = {"stride": now.stride, "dilation": now.dilation, "bias": False}
    padding = now.padding if now.padding_kind == "numbers" else now.padding_kind
    conv = nn.Conv2d(len(image), count, now.kernel_size, padding=padding, **shared)
    conv.weight.data = weight
    maps = conv(image[None]).detach()
    sides = [(cells - 1) * gap // 2 for cells, gap in zip(now.kernel_size, now.dilation, strict=True)]
    cropped = tuple(sides) if padding == "same" else padding
    kept = now.output_padding if now.output_padding_kind == "numbers" else None
    back = nn.ConvTranspose2d(count, len(image), now.kernel_size, padding=cropped, output_padding=kept or 0, **shared)
    back.weight.data = weight
    result = back(maps, output_size=None if kept else image.shape[1:]).detach()[0]
    header, shown = tiles_of(app)
    result = result if header["rows"][0]["columns"][3][0]["kind"] == "picture" else result.mean(0, keepdim=True)
    for name, values in (("Picture", image), ("Result", result)):
        unit = values.abs().max().item() / 10_000
        torch.testing.assert_close(shown[name].float(), values, atol=unit, rtol=0)
    return [header["name"], np.round(shown["Result"].numpy(), 3).tolist()]


# --- in the browser --------------------------------------------------------------------------------------------------


def test_the_first_part_wide_and_light(open_page):
    tab = open_page("there_and_back", ready=".tiles canvas")
    values, rings = tab.locator(".tiles .value"), tab.locator(".tiles .ring:visible")
    canvas = tab.locator(".tiles canvas").first
    canvas.hover()
    expect(rings).to_have_count(4)
    expect(values.last).to_have_text("0")  # the error, inside
    expect(tab.locator(".look")).to_contain_text("Row 117, column 89")
    canvas.focus()
    tab.keyboard.press("Shift+ArrowUp")
    expect(tab.locator(".look")).to_contain_text("Row 107, column 89")
    tab.keyboard.press("Escape")
    expect(rings).to_have_count(0)
    main = tab.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollHeight <= main.clientHeight")  # the whole lesson on the first screen
    assert faults(tab) == []
    cell = tab.locator(".tiles .cell").nth(7)
    cell.fill("-0,5")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("The values were lost")).to_be_visible()
    tab.wait_for_url("**/there_and_back?edits=0,-1,2,1:-0.5")
    tab.get_by_role("button", name="Undo edits").click()
    tab.wait_for_url("**/there_and_back")
    tab.get_by_role("radio", name="Up-sampling").click()
    tab.wait_for_url("**/there_and_back?part=larger")


def test_up_sampling_narrow_and_dark(open_page):
    tab = open_page("there_and_back?part=larger", width=390, height=844, dark=True, touch=True, ready=".tiles canvas")
    expect(tab.get_by_text("Even exactly where")).to_be_attached()
    tab.wait_for_timeout(500)
    main = tab.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    picture = tab.locator(".tiles canvas").nth(1)
    box = picture.bounding_box()
    assert box["y"] + box["height"] < 844
    picture.tap()
    expect(tab.locator(".tiles .ring:visible")).to_have_count(9)  # the small picture, four ways, four overlaps
    assert faults(tab) == []
    tab.get_by_role("button", name="Kernel size 4, stride 2: 4 stamps on a number").tap()
    expect(tab.get_by_text("so there is no checkerboard")).to_be_attached()
    tab.wait_for_url("**/there_and_back?part=larger&up_kernel_size=4")


def test_reset_stays_in_its_part(app):
    opened(app, part="larger", scale_factor="4")
    app.button(key=f"{PREFIX}reset").click().run()
    assert visit_of(app).asked == BackSettings(part="larger")


@pytest.mark.parametrize("part", ["larger", "learn_back", "learn_kernel"])
@pytest.mark.parametrize("size", [(500, 8), (9, 400), (8, 8)])
def test_a_picture_that_is_too_small_is_refused_and_another_is_shown(app, part, size):
    opened(app, part=part, picture="own")
    file = io.BytesIO()
    Image.new("RGB", size, (0, 200, 0)).save(file, "png")
    sent = {"name": "a.png", "data": base64.b64encode(file.getvalue()).decode(), "number": 1, "kept": False}
    send(app, "there_and_back_own_picture", "picture", sent)
    assert not app.exception
    words = " ".join(word.value for word in app.warning)
    assert ("Picture must have at least 8 rows and columns" in words) == (size != (8, 8))
    if words:
        app.button(key=f"{PREFIX}mend_page").click().run()
        assert not app.exception and not app.warning
        assert visit_of(app).asked.picture == "panda"


BOXES = """frames => frames.slice(0, 4).map(frame => {
    const {x, width} = frame.getBoundingClientRect();
    return [x, width];
})"""


@pytest.mark.parametrize("query", ["bank=sobel&kernel_size=3", "bank=learned", "part=larger"])
def test_nothing_moves_once_the_tiles_are_drawn(open_page, query):
    page = open_page(f"there_and_back?{query}", ready=".tiles canvas")
    if query.startswith("bank"):
        page.locator(".tiles button.frame").nth(1).click()
    page.wait_for_timeout(700)
    for width, height in [(1280, 800), (1280, 720), (1366, 768)]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        seen = set()
        for _ in range(12):
            seen.add(str(page.locator(".tiles .frame").evaluate_all(BOXES)))
            page.wait_for_timeout(30)
        assert len(seen) == 1
