"""The page Network: what ways cost, why there is a ReLU, and pooling or stride."""

import base64
import io
import json
from dataclasses import replace
from functools import partial
from itertools import product

import pytest
import torch
from conftest import faults, send, switch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import expect
from test_back_page import tiles_of
from torch import nn

import convlab
from convlab import ConvLabError, compare_costs, kernels
from convlab.ui.address import to_query
from convlab.ui.dock import chips_of
from convlab.ui.fields import FEW
from convlab.ui.layer_settings import BANKS
from convlab.ui.network import page, relu, shrink
from convlab.ui.network.settings import NetworkSettings, check
from convlab.ui.network.ways import RELU_SIDE, shrunk_side
from convlab.ui.pictures import picture_of, sample_picture
from convlab.ui.session import Visit
from convlab.ui.way_out import refusal_of

PREFIX = "network_"
PARTS = ("cost", "relu", "shrink")


def opened(app, **query):
    """The page, opened by a link."""
    for name, text in query.items():
        app.query_params[name] = text
    switch(app, "network")
    assert not app.exception
    return app


def asked(app):
    """What the visitor has set."""
    return app.session_state["visitor"].visits[NetworkSettings].asked


def said(app):
    """All words of the page."""
    return "\n".join(text.value for text in app.markdown)


def charts(app):
    """The numbers of the bars, chart by chart."""
    return [json.loads(chart.proto.spec)["data"][0]["x"] for chart in app.get("plotly_chart")]


def moved(app, name, value):
    """The page after a control was moved."""
    kinds = (app.slider, app.toggle, app.selectbox, app.segmented_control)
    widgets = {widget.key: widget for kind in kinds for widget in kind}
    widgets[PREFIX + name].set_value(value).run()
    assert not app.exception and not app.warning
    return app


def grey(name, side):
    return convlab.to_grey(convlab.load_image(convlab.SAMPLES[name].path, max_side=side))


def close(shown, expected):
    """What a tile shows, to the step of its colours."""
    torch.testing.assert_close(shown.float(), expected, atol=float(expected.abs().max()) / 10_000 + 1e-6, rtol=0)


# --- cost ------------------------------------------------------------------------------------------------------------


def test_13_the_page_opens_with_the_posts_comparison(app):
    opened(app, part="cost")
    told = "Directly 7,225,344 multiply-adds; through 4 channels 200,704 + 451,584 = 652,288: 91.0% fewer"
    assert f"**{told}; depthwise-separable 1,254,400: 82.6% fewer.** Least of the six: bottleneck." in said(app)
    assert "28·28·4·64·1·1 + 28·28·16·4·3·3 = 200,704 + 451,584 = **652,288** | 9.0% |" in said(app)
    costs = compare_costs(64, 16, 28)
    assert charts(app) == [
        [getattr(cost, name).total for cost in costs] for name in ("macs", "parameters", "activations")
    ]


def test_9_5_20_the_ways_are_told_with_their_numbers(app):
    opened(app, part="cost", cost_stride="3")
    assert "**1×1** mixes the channels of one place: 256 numbers turn 64 channels into 4" in said(app)
    assert "`groups=64`: each channel has one 3×3 kernel of its own, 576 numbers in all" in said(app)
    assert "lie over 5×5 and cost nothing more. **Strided**: 10×10 places are computed instead of 28×28." in said(app)
    layer = nn.ConvTranspose2d(64, 16, 3, 3, bias=False)
    wrong = layer.weight.numel() * 84 * 84  # as torchinfo 1.8.0 counts it
    assert f"by the *output's* 84×84 places say {wrong:,}: 9 times too many." in said(app)


def test_each_count_stands_in_letters_once_and_with_its_numbers(app):
    opened(app, part="cost")
    table = said(app)[said(app).index("| Way |") :].splitlines()
    assert len({line.count("|") for line in table}) == 1
    letters = [line for line in table if line.startswith("| *In letters*")]
    assert len(letters) == 2 and "*output rows ·" in letters[0] and "*input rows ·" in letters[1]
    for cost in compare_costs(64, 16, 28):
        (line,) = (line for line in table if f"**{cost.title}**" in line)
        assert all(f"**{count.total:,}**" in line for count in (cost.macs, cost.parameters, cost.activations))


@pytest.mark.parametrize(
    ("name", "value", "setting"),
    [
        ("cost_in", 3, "in_channels"),
        ("cost_out", 5, "out_channels"),
        ("cost_size", 32, "size"),
        ("cost_kernel", 5, "kernel_size"),
        ("through", 1, "through"),
        ("cost_stride", 3, "stride"),
        ("cost_dilation", 4, "dilation"),
    ],
)
def test_what_a_slider_of_costs_is_moved_to_is_what_is_counted(app, name, value, setting):
    moved(opened(app, part="cost"), name, value)
    assert asked(app) == NetworkSettings(part="cost", **{name: value})
    given = {"in_channels": 64, "out_channels": 16, "size": 28, setting: value}
    costs = compare_costs(**given)
    assert charts(app)[0] == [cost.macs.total for cost in costs]
    assert all(f"= **{cost.parameters.total:,}**" in said(app) for cost in costs)


def test_a_bottleneck_that_is_wide_takes_more(app):
    opened(app, part="cost", through="64")
    assert "25.4% fewer" not in said(app) and "44.4% more; depthwise-separable" in said(app)
    assert "fewer.** Least of the six: depthwise-separable." in said(app)


def test_nothing_that_can_be_set_of_costs_is_refused():
    kinds = {name: NetworkSettings.kind(name) for name in ("cost_size", "cost_kernel", "cost_stride", "cost_dilation")}
    for size, kernel, stride, dilation in product(*([kind.low, kind.low + 1, kind.high] for kind in kinds.values())):
        assert len(compare_costs(2, 3, size, kernel, through=512, stride=stride, dilation=dilation)) == 6


# --- why ReLU? -------------------------------------------------------------------------------------------------------


def two_and_one(now):
    """Both ways by torch alone: the maps between, what two layers make, the one kernel."""
    count = min(2, now.kernels_of_bank)
    first = kernels.bank(now.bank, now.kernel_size, 1, count, now.seed)
    second = kernels.bank(now.bank, now.kernel_size, count, 1, now.seed + 1)
    maps = nn.functional.conv2d(grey(now.picture, RELU_SIDE)[None], first)
    maps = maps.relu() if now.between == "relu" else maps
    stamps = nn.functional.conv_transpose2d(second, first)  # a stamp of A for each number of B
    return maps[0], nn.functional.conv2d(maps, second)[0], stamps[0]


MOVED = [
    ({}, "picture", "cat"),
    ({}, "bank", "laplacian"),
    ({}, "between", "relu"),
    ({}, "kernel_size", 5),
    ({"bank": "random"}, "seed", 7),
]


@pytest.mark.parametrize(("before", "name", "value"), MOVED)
def test_two_layers_are_one_and_with_relu_they_are_not(app, before, name, value):
    start = NetworkSettings(part="relu", **before)
    moved(opened(app, **to_query(start)), name, value)
    now = replace(start, **{name: (value, value) if name == "kernel_size" else value})
    assert asked(app) == now
    maps, output, kernel = two_and_one(now)
    _, shown = tiles_of(app, "network_relu")
    close(shown["One kernel B ∗ A"][0], kernel[0].round(decimals=3))
    close(shown["B ∗ (A ∗ x)"], output)
    title = "ReLU(A ∗ x)" if now.between == "relu" else "A ∗ x"
    close(shown[f"{title}, map 2"][0], maps[1])
    single = nn.functional.conv2d(grey(now.picture, RELU_SIDE)[None], kernel[None])[0]
    close(shown["(B ∗ A) ∗ x"], single)
    if now.between == "relu":
        assert shown["Difference"].abs().max() > 0.1 * output.abs().max()
        assert "no one kernel does that" in said(app) and "**ReLU set 55% of the numbers" in said(app)
    else:
        assert not shown["Difference"].any()
        assert "B ∗ (A ∗ x) = (B ∗ A) ∗ x: the difference is 0 up to rounding, at most" in said(app)


def test_7_gradient_kernels_without_relu_are_one_kernel_of_zeros(app):
    opened(app, part="relu", bank="gradients")
    _, shown = tiles_of(app, "network_relu")
    assert shown["A ∗ x, map 1"].any() and not shown["One kernel B ∗ A"].any() and not shown["B ∗ (A ∗ x)"].any()
    assert "= (B ∗ A) ∗ x = 0.**" in said(app) and "The two kernels A are opposites" in said(app)
    moved(app, "between", "relu")
    assert tiles_of(app, "network_relu")[1]["B ∗ (A ∗ x)"].any() and "no one kernel does that" in said(app)


def test_relu_changes_nothing_where_nothing_is_below_zero(app):
    opened(app, part="relu", bank="box", between="relu")
    assert "**ReLU changed nothing: 0% of the numbers between the layers are below 0.**" in said(app)
    titles = [tile["title"] for row in tiles_of(app, "network_relu")[0]["rows"] for (tile,) in row["columns"]]
    assert titles.count("ReLU(A ∗ x)") == 1  # a bank of one kernel has one map between


def test_a_flat_picture_is_zero_but_for_rounding_and_has_no_colours():
    flat = picture_of(Image.new("RGB", (60, 40), (200, 100, 0)), "mine", "Mine.", "picture.png", own=True)
    for between in ("nothing", "relu"):
        made = relu.made(flat, NetworkSettings(part="relu", bank="scharr", between=between))
        assert "no one kernel" not in made.why
        bounds = {tile["bound"] for row in made.shown.header["rows"] for (tile, *_) in row["columns"][-1:]}
        assert min(bounds) > 1


@pytest.mark.parametrize("bank", BANKS)
def test_every_bank_collapses_at_every_size(bank):
    for size in (3, 11):
        made = relu.made(sample_picture("panda"), NetworkSettings(part="relu", bank=bank, kernel_size=(size, size)))
        assert "rounding" in made.about or made.about.endswith("= 0.**")


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (3.2e-7, "3×10⁻⁷"), (9.6e-5, "1×10⁻⁴"), (0.0012, "0.0012"), (24.5, "24.5")]
)
def test_what_is_rounding_is_written_as_a_power_of_ten(value, text):
    assert relu.small(value) == text


# --- pooling or stride? ----------------------------------------------------------------------------------------------


def three_ways(now):
    """The three ways by torch alone, of the picture and of the moved one: the maps, and what changed."""
    side = shrunk_side(sample_picture(now.picture).size)
    image, number = grey(now.picture, side), int(now.channel or 0)
    weight = kernels.bank(now.bank, now.kernel_size, 1, min(4, now.kernels_of_bank), now.seed)
    found = []
    for view in (image[..., :-1], image[..., 1:]):
        maps = nn.functional.conv2d(view, weight[number - 1 : number]).relu() if number else view
        by, (rows, columns) = now.factor, (side // now.factor for side in maps.shape[1:])
        pools = nn.MaxPool2d(by)(maps), nn.AvgPool2d(by)(maps), maps[:, ::by, ::by][:, :rows, :columns]
        found.append(pools)
    return [(before, after - before) for before, after in zip(*found, strict=True)]


@pytest.mark.parametrize(
    ("before", "name", "value"),
    [
        ({}, "picture", "astronaut"),
        ({}, "factor", 3),
        ({"channel": "2"}, "bank", "gabor"),
        ({"channel": "1"}, "kernel_size", 5),
        ({"channel": "1", "bank": "random"}, "seed", 4),
    ],
)
def test_what_is_shown_of_pooling_and_stride_is_what_torch_computes(app, before, name, value):
    start = NetworkSettings(part="shrink", **before)
    moved(opened(app, **to_query(start)), name, value)
    now = replace(start, **{name: (value, value) if name == "kernel_size" else value})
    assert asked(app) == now
    header, shown = tiles_of(app, "network_shrink")
    titles = [tile["title"] for (tile,) in header["rows"][1]["columns"]]
    ways = three_ways(now)
    for title, (output, _) in zip(titles[::2], ways, strict=True):
        close(shown[title], output)
    shares = [float(change.abs().mean() / output.abs().mean()) for output, change in ways]
    assert titles[1::2] == [f"Change: {share:.0%}" for share in shares]
    names = ["maximum pooling", "average pooling", "stride"]
    (least, first), *_ = sorted(zip(shares, names, strict=True))
    assert f"**Moved by one pixel, {first} changes least: by {least:.0%} on average;" in said(app)
    bounds = [tile["bound"] for (tile,) in header["rows"][1]["columns"]]
    assert len(set(bounds[1::2])) == 1 == len(set(bounds[::2]))


def test_8_the_picture_or_a_map_is_chosen(app):
    opened(app, part="shrink")
    assert "Of each 2×2 numbers maximum pooling keeps the largest" in said(app)
    send(app, "network_shrink", "choose", "2")
    header, _ = tiles_of(app, "network_shrink")
    assert [tile["pressed"] for (tile,) in header["rows"][0]["columns"]] == [False, False, True]
    assert asked(app) == NetworkSettings(part="shrink", channel="2")
    for nonsense in ("5", "", "12", 3, None, ["1"]):
        send(app, "network_shrink", "choose", nonsense)
    assert asked(app).channel == "2"


def test_a_map_that_is_not_there_is_the_last_one():
    now = shrink.made(sample_picture("panda"), NetworkSettings(part="shrink", channel="999"))
    assert now.shown.header["rows"][0]["columns"][-1][0]["pressed"]


def test_a_flat_picture_does_not_change():
    for grey, told in ((90, "**Nothing changes when this moves by one pixel.**"), (0, "**All of this is 0")):
        flat = picture_of(Image.new("RGB", (60, 40), (grey,) * 3), "mine", "Mine.", "picture.png", own=True)
        assert shrink.made(flat, NetworkSettings(part="shrink")).about.startswith(told)


# --- all three -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_what_is_at_hand_on_a_phone_fits_there(part):
    chips = chips_of(Visit(NetworkSettings(part=part), NetworkSettings()), PREFIX, page.AT_HAND)
    assert len(chips) >= 2 and all(len(choice["options"]) <= FEW for chip in chips for choice in chip["choices"])


SIZES = st.sampled_from([(8, 8), (9, 400), (500, 8), (30, 20), (470, 360)])


@settings(max_examples=120, deadline=None, derandomize=True)
@given(
    st.sampled_from(PARTS), st.sampled_from(list(BANKS)), st.integers(1, 11), st.integers(2, 6), SIZES, st.booleans()
)
def test_what_is_accepted_can_be_shown_and_the_rest_has_a_way_out(part, bank, kernel, factor, size, between):
    now = NetworkSettings(
        part=part,
        picture="own",
        bank=bank,
        kernel_size=(kernel, kernel),
        factor=factor,
        between="relu" if between else "nothing",
        channel="1",
    )
    picture = picture_of(Image.new("RGB", (size[1], size[0]), (200, 100, 0)), "mine", "Mine.", "picture.png", own=True)
    try:
        check(now, picture.size)
    except ConvLabError:
        small = size in ((9, 400), (500, 8))
        sizes = lambda other: (470, 360) if other.picture == "panda" else picture.size  # noqa: E731
        way_out = refusal_of(now, lambda other: check(other, sizes(other))).way_out
        assert way_out is not None and (way_out.picture == "panda") == small
        return
    if part == "relu":
        assert relu.made(picture, now).about
    elif part == "shrink":
        assert shrink.made(picture, now).about


@pytest.mark.parametrize("part", ["relu", "shrink"])
def test_kernels_that_do_not_fit_ones_own_picture_are_refused_with_a_button_that_mends_it(app, part):
    opened(app, part=part, picture="own", kernel_size="7", factor="4")
    file = io.BytesIO()
    Image.new("RGB", (9, 9), (0, 200, 0)).save(file, "png")
    sent = {"name": "a.png", "data": base64.b64encode(file.getvalue()).decode(), "number": 1, "kept": False}
    send(app, f"{PREFIX}own_picture", "picture", sent)
    assert app.warning and not app.exception
    app.button(key=f"{PREFIX}mend_page").click().run()
    assert not app.exception and not app.warning
    assert refusal_of(asked(app), partial(check, full_size=(9, 9))) is None


# --- in the browser --------------------------------------------------------------------------------------------------


def fits(tab):
    """Whether the page is no wider than the screen."""
    return tab.get_by_test_id("stMain").evaluate("main => main.scrollWidth <= main.clientWidth")


def test_both_ways_are_drawn_at_one_scale_on_one_screen(open_page):
    tab = open_page("network?part=relu&picture=astronaut", ready=".tiles canvas")
    expect(tab.get_by_text("However many layers")).to_be_visible()
    tab.wait_for_timeout(300)
    widths = [round(canvas.bounding_box()["width"]) for canvas in tab.locator(".tiles canvas").all()]
    assert widths[0] == widths[4] and widths[3] == widths[5] == widths[6]  # pictures, and what both ways make
    assert tab.get_by_test_id("stMain").evaluate("main => main.scrollHeight <= main.clientHeight")
    assert faults(tab) == []
    tab.get_by_role("radio", name="ReLU", exact=True).click()
    tab.wait_for_url("**/network?part=relu&picture=astronaut&between=relu")
    expect(tab.get_by_text("no one kernel does that")).to_be_visible()
    tab.get_by_role("radio", name="Pooling or stride?").click()
    tab.get_by_role("button", name="Map 2, after ReLU").click()
    tab.wait_for_url("**channel=2**")


def test_costs_narrow_and_dark(open_page):
    tab = open_page("network?part=cost", width=390, height=844, dark=True, touch=True, ready=".js-plotly-plot .bars")
    box = tab.locator(".js-plotly-plot").first.bounding_box()
    assert box["y"] + box["height"] < 844 - 95  # the first chart stands above the dock
    assert fits(tab) and faults(tab) == []
    tab.get_by_text("14·14·16·64·3·3").scroll_into_view_if_needed()
    assert fits(tab)
