"""The network page's row of layers: its table, its maps, its controls, its text; without a browser and in one."""

import json
import zlib
from dataclasses import replace

import pytest
import torch
from conftest import faults, send, switch
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect
from test_back_page import tiles_of
from torch import nn

import convlab
from convlab import ConvLabError
from convlab.base import defaults
from convlab.script import row_source
from convlab.ui.address import from_query, to_query
from convlab.ui.dock import chips_of
from convlab.ui.fields import Choice, Count, Decimal, Flag, Numbers, Sides, Whole, settings_of
from convlab.ui.guard import fields
from convlab.ui.network import editing
from convlab.ui.network.editing import ADDS, entries_of, mended_row, moved, new_layer, removed
from convlab.ui.network.one import OneLayer
from convlab.ui.network.presets import PRESETS
from convlab.ui.network.row import IN_ROWS, MOST, Entry, Row, laid
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.sidebar import at_hand

PREFIX = "network_"
SHAPE = (3, 32, 24)
ROW = Row()


def opened(app, **query):
    """The page, opened by a link."""
    for name, text in query.items():
        app.query_params[name] = text
    switch(app, "network")
    assert not app.exception
    return app


def visit_of(app):
    """The page as the visitor has it."""
    return app.session_state["visitor"].visits[NetworkSettings]


def row_of(app):
    """The row as the address has it."""
    return ROW.write(visit_of(app).asked.layers)


def table_of(app):
    """The header of the table."""
    (message,) = (one.proto.bytes for one in app.get("bidi_component") if one.proto.id.endswith("-network_table"))
    length = int.from_bytes(message[:4], "little")
    return json.loads(zlib.decompress(message[4 : 4 + length], -zlib.MAX_WBITS))


def said(app):
    """All words of the page."""
    return "\n".join(text.value for text in app.markdown)


def edit(app, number, act, key, **more):
    """An edit of a line, as the table sends it: the line is chosen, then the edit made."""
    sent = [{"number": 10 * number, "act": "choose", "key": key}, {"number": 10 * number + 1, "act": act, **more}]
    send(app, "network_table", "edit", sent)
    assert not app.exception


def choose(app, key):
    """A click on a line."""
    send(app, "network_table", "edit", [{"number": visit_of(app).seen_edit + 1, "act": "choose", "key": key}])


# --- the table -------------------------------------------------------------------------------------------------------


def test_20_the_page_opens_with_the_posts_network_its_shapes_and_its_costs(app):
    opened(app)
    header = table_of(app)
    lines = header["lines"]
    assert [line["shape"] for line in lines] == [
        "3×235×180", "4×231×176", "4×231×176", "4×115×88", "4×111×84", "4×111×84", "4×55×42",
    ]  # fmt: skip
    assert [line["parameters"] for line in lines[1:]] == ["300", "0", "0", "400", "0", "0"]
    assert [line["field"] for line in lines] == ["1×1", "5×5", "5×5", "6×6", "14×14", "14×14", "16×16"]
    assert [line["step"] for line in lines] == ["1", "1", "1", "2", "2", "2", "4"]
    numbers = [int(line["macs"].replace(",", "")) for line in lines[1:]]
    assert header["total"]["macs"] == f"{sum(numbers):,}" and header["total"]["parameters"] == "700"
    assert numbers[0] == 231 * 176 * 4 * 75 and "Layer 1, conv 5×5, does 77% of the work." in said(app)
    assert [line["pressed"] for line in lines] == [False] * 6 + [True]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_holds_and_is_known_by_its_name(app, name):
    opened(app, layers=PRESETS[name].text)
    assert app.selectbox(key=PREFIX + "preset").value == name
    assert not any(line["note"] or not line["reached"] for line in table_of(app)["lines"])
    assert sum(float(line["share"]) for line in table_of(app)["lines"] if line["share"] > 0) == pytest.approx(1)


def test_a_small_map_of_a_thin_picture_is_no_longer_than_others(app):
    opened(app, layers="AdaptiveAvgPool2d,output_size:512x2")
    (header, _) = tiles_of(app, "network_maps")
    assert max(tile["rows"] for (tile,) in header["rows"][1]["columns"]) <= 130


def test_a_line_is_chosen_and_its_maps_are_torchs(app):
    opened(app)
    choose(app, "4")
    header, shown = tiles_of(app, "network_maps")
    image = convlab.load_image(convlab.SAMPLES["panda"].path, max_side=256)
    maps = convlab.trace(convlab.two_layers(), image)[3].output
    torch.testing.assert_close(shown["Map 1 of 4"][0].float(), maps[0], atol=1e-2, rtol=1e-3)
    assert [tile["pressed"] for (tile,) in header["rows"][1]["columns"]] == [True, False, False, False]
    send(app, "network_maps", "choose", "2")
    torch.testing.assert_close(tiles_of(app, "network_maps")[1]["Map 3 of 4"][0].float(), maps[2], atol=1e-2, rtol=1e-3)
    for nonsense in ("7", "99", "-1", "", 3, None, ["1"]):
        choose(app, nonsense)
        send(app, "network_maps", "choose", nonsense if nonsense not in ("7", "99") else "x")
        assert not app.exception
    assert (visit_of(app).asked.at, visit_of(app).asked.channel) == ("4", "2")


def test_a_number_is_taken_apart(app):
    opened(app, at="1")
    for nonsense in ({"row": 1}, {"row": "1", "column": 2}, {"row": -1, "column": 2}, {"row": 1e9, "column": 2}, None):
        send(app, "network_maps", "place", nonsense)
    assert visit_of(app).asked.place == ""
    send(app, "network_maps", "place", {"key": "map", "row": 30, "column": 50})
    assert "Output map 1, row 30, column 50: 75 products over three channels" in said(app)
    image = convlab.load_image(convlab.SAMPLES["panda"].path, max_side=256)
    step = convlab.two_layers()[0]
    why = convlab.explain(step.layer, image, step.weight, channel=0, position=(30, 50))
    _, shown = tiles_of(app, "network_apart")
    torch.testing.assert_close(shown["Reads red"][0], why.inputs[0], atol=1e-3, rtol=0)
    assert "Channel by channel: " in said(app)


@pytest.mark.parametrize("name", ADDS)
def test_a_number_of_every_kind_is_told(app, name):
    layers = (new_layer("conv", 0), new_layer("relu", 1), *([new_layer("flatten", 2)] if name == "linear" else []))
    opened(app, layers=ROW.write((*layers, new_layer(name, len(layers)))), place="0,0", max_side="32")
    assert not [line["note"] for line in table_of(app)["lines"] if line["note"]], table_of(app)["lines"]
    told = said(app).splitlines()
    assert any(
        "ow 0, column 0" in line or "all maps in a row" in line or "products, one for each" in line for line in told
    )


def test_numbers_in_a_row_stand_in_lines_and_can_be_picked(app):
    opened(app, layers="AdaptiveAvgPool2d,output_size:5;Flatten;Linear,out_features:3", at="2")
    header, shown = tiles_of(app, "network_maps")
    assert shown["Numbers"].shape == (1, 3, 32) and header["rows"][0]["columns"][0][0]["caption"].startswith("75 · ")
    send(app, "network_maps", "place", {"key": "map", "row": 1, "column": 3})
    assert "Number 36 of all maps in a row: " in said(app)
    send(app, "network_maps", "place", {"key": "map", "row": 2, "column": 20})
    assert "of all maps in a row" not in said(app) and not app.exception  # what fills up the last line
    choose(app, "3")
    assert "3 numbers: " in said(app)


def test_the_picture_is_a_line_too(app):
    opened(app, at="0", place="3,4")
    assert "Row 3, column 4 of the picture: " in said(app)
    assert tiles_of(app, "network_maps")[0]["rows"][0]["columns"][0][0]["kind"] == "picture"


# --- editing ---------------------------------------------------------------------------------------------------------


def test_layers_are_added_moved_and_removed_and_the_chosen_one_stays_chosen(app):
    opened(app, layers="ReLU;MaxPool2d,kernel_size:2", at="1")
    edit(app, 1, "down", "1")
    assert (row_of(app), visit_of(app).asked.at) == ("MaxPool2d,kernel_size:2;ReLU", "2")
    edit(app, 2, "down", "2")
    assert (row_of(app), visit_of(app).asked.at) == ("MaxPool2d,kernel_size:2;ReLU", "2")
    edit(app, 3, "up", "2")
    edit(app, 4, "add", "1", kind="mix")
    added = "ReLU;Conv2d,out_channels:4,kernel_size:1,seed:1;MaxPool2d,kernel_size:2"
    assert (row_of(app), visit_of(app).asked.at) == (added, "2")
    edit(app, 5, "remove", "1")
    edit(app, 6, "remove", "2")
    edit(app, 7, "remove", "1")
    assert (row_of(app), visit_of(app).asked.at) == ("", "0")
    edit(app, 8, "add", "0", kind="relu")
    assert (row_of(app), table_of(app)["seen_edit"]) == ("ReLU", 81)
    edit(app, 8, "add", "0", kind="relu")
    assert row_of(app) == "ReLU"


def test_edits_that_come_before_an_answer_follow_the_layer(app):
    opened(app)
    up = [{"number": number, "act": "up"} for number in (2, 3)]
    send(app, "network_table", "edit", [{"number": 1, "act": "choose", "key": "4"}, *up])
    assert (row_of(app).split(";")[1], visit_of(app).asked.at) == (row_of(app).split(";")[0], "2")
    removes = [{"number": number, "act": "remove"} for number in (6, 7)]
    send(app, "network_table", "edit", [{"number": 5, "act": "choose", "key": "6"}, *removes])
    assert len(visit_of(app).asked.layers) == 4
    adds = [{"number": number, "act": "add", "kind": kind} for number, kind in ((8, "relu"), (9, "norm"))]
    send(app, "network_table", "edit", adds)
    assert [entry.layer.name for entry in visit_of(app).asked.layers[-2:]] == ["ReLU", "Batch norm"]


def test_nonsense_edits_change_nothing(app):
    opened(app)
    before = row_of(app)
    sent = [
        {"number": 1, "act": "melt"}, {"number": 2, "act": "add", "kind": "Conv9d"}, {"number": 3, "act": "choose"},
        {"number": 4}, 7, {"number": 5, "act": "choose", "key": "99"}, {"number": 6, "act": "mend"},
        {"number": 7, "act": "choose", "key": "0"}, {"number": 8, "act": "remove"}, {"number": 9, "act": "down"},
    ]  # fmt: skip
    for one in (sent, "x", None, [[]]):
        send(app, "network_table", "edit", one)
        assert not app.exception and row_of(app) == before


def test_a_row_has_so_many_layers_and_no_more(app):
    opened(app, layers=";".join(["ReLU"] * MOST), at="3")
    edit(app, 1, "add", "3", kind="relu")
    assert table_of(app)["status"] == "Layers must be at most 32: got 33. Remove another one first."
    assert len(visit_of(app).asked.layers) == MOST


def test_where_a_row_breaks_the_line_says_why_and_is_mended(app):
    opened(
        app, layers="Conv2d,out_channels:4,kernel_size:3;ReLU;Conv2d,in_channels:5,out_channels:2,kernel_size:3;ReLU"
    )
    lines = table_of(app)["lines"]
    assert [bool(line["shape"]) for line in lines] == [True, True, True, False, False]
    assert "the layer takes 5, the input 4×233×178 has 4" in lines[3]["note"] and not lines[4]["reached"]
    assert (lines[3]["mend"], lines[4]["note"], table_of(app)["total"]["title"]) == (
        "Take the channels that come", "", "So far",
    )  # fmt: skip
    assert tiles_of(app, "network_maps")[1]["Map 1 of 4"].numel()
    edit(app, 1, "mend", "3")
    assert "in_channels" not in row_of(app) and table_of(app)["lines"][4]["shape"] == "2×231×176"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Linear,out_features:3", "Put Flatten before it"),
        ("Conv2d,out_channels:4,kernel_size:3,groups:2", "Set Groups to 1"),
        ("MaxPool2d,kernel_size:40", "Set Kernel size to 1"),
        ("Conv2d,out_channels:4,kernel_size:2,weight:sobel", "Set Kernel size to 3"),
        ("Conv2d,out_channels:1,kernel_size:1,weight:written,numbers:1_2", "Set Kernel to Random, untrained"),
        ("Flatten;Linear,in_features:5,out_features:2", "Take the numbers that come"),
        ("Flatten;ReLU;Conv2d,out_channels:4,kernel_size:3", "Remove Flatten"),
        ("ReLU;Addition,of:7", "Set Looks back to output to 1"),
        ("Conv2d,in_channels:6,out_channels:2,kernel_size:1", "Take the channels that come"),
    ],
)
def test_what_breaks_a_row_has_a_way_out(row, words):
    mended = mended_row(ROW.read(row), SHAPE)
    assert mended.words == words
    assert laid(mended.entries, SHAPE).fault is None


def test_too_many_weights_are_refused_in_the_line(app):
    opened(app, layers="Flatten;Linear,out_features:4096")
    assert "must be at most 4,000,000 numbers of all layers together" in table_of(app)["lines"][2]["note"]


def test_too_much_work_is_refused_before_it_is_spent(app):
    opened(app, layers=";".join(["Upsample,scale_factor:8"] * 8))
    assert app.warning and "must be at most" in app.warning[0].value
    app.button(key=PREFIX + "mend_page").click().run()
    assert not app.warning and not app.exception


# --- controls --------------------------------------------------------------------------------------------------------

CHANGED = {  # what each setting is moved to
    "out_channels": 6, "kernel_size": 5, "stride": 2, "padding_kind": "same", "padding": 1, "dilation": 2,
    "output_padding": 1, "bank": "box", "seed": 7, "depthwise": True, "groups": 3, "bias": False,
    "padding_mode": "reflect", "ceil_mode": True, "count_include_pad": False, "negative_slope": 0.5, "affine": False,
    "p": 0.25,
    "target": 4, "size": 9, "scale_factor": 3, "mode": "bilinear", "out_features": 3, "of": 0, "numbers": "1 2 3",
}  # fmt: skip
ROWS = {
    "Conv2d": "Conv2d,out_channels:3,kernel_size:3,padding:2",
    "ConvTranspose2d": "ConvTranspose2d,out_channels:3,kernel_size:3,stride:3",
    "MaxPool2d": "MaxPool2d,kernel_size:3,stride:3",
    "AvgPool2d": "AvgPool2d,kernel_size:3,stride:1",
    "LeakyReLU": "LeakyReLU",
    "BatchNorm2d": "BatchNorm2d",
    "Dropout": "Dropout",
    "AdaptiveAvgPool2d": "AdaptiveAvgPool2d,output_size:2",
    "Upsample": "Upsample,scale_factor:2",
    "Upsample to a size": "Upsample,size:8",
    "Linear": "Flatten;Linear,out_features:2",
    "Addition": "ReLU;ReLU;Addition,of:1",
    "Concatenation": "ReLU;ReLU;Concatenation,of:1",
    "Branch": "ReLU;ReLU;Branch,of:1",
    "own numbers": "Conv2d,out_channels:3,kernel_size:1,weight:written,numbers:1_2_3_4_5_6_7_8_9",
}


def widget(app, key, name):
    """The widget of one setting of a layer."""
    kind = settings_of(OneLayer)[name].kind
    of = {Sides: app.slider, Count: app.number_input, Whole: app.slider, Decimal: app.number_input, Flag: app.toggle}
    if isinstance(kind, Choice):
        return (app.segmented_control if kind.beside else app.selectbox)(key=key)
    return (app.text_input if isinstance(kind, Numbers) else of[type(kind)])(key=key)


@pytest.mark.parametrize("name", ROWS)
def test_every_control_of_every_kind_changes_the_row(app, name):
    opened(app, layers=ROWS[name], max_side="32")
    app.session_state[PREFIX + "more"] = True
    app.run()
    number, before = len(visit_of(app).asked.layers), visit_of(app).asked
    one = OneLayer.read_from(before.layers[-1], None)
    names = [each for each in (*one.in_the_open, *one.seldom) if each not in one.idle]
    assert names
    for each in names:
        visit_of(app).show(before)
        app.run()
        widget(app, f"{PREFIX}{number}_{each}", each).set_value(CHANGED[each]).run()
        assert not app.exception and not app.warning, (each, [warning.value for warning in app.warning])
        assert visit_of(app).asked.layers != before.layers, each
        assert f"{PREFIX}{number}_{each}" in fields()
        back, bad = from_query(to_query(visit_of(app).asked), NetworkSettings)
        assert (back.layers, bad) == (visit_of(app).asked.layers, [])


def test_numbers_beyond_every_control_survive(app):
    large = ["Conv2d,out_channels:5000,kernel_size:13,stride:40", "LeakyReLU,negative_slope:-7.5"]
    large += ["AdaptiveAvgPool2d,output_size:300", "Addition,of:99", "Upsample,size:600x3"]
    large += ["Conv2d,in_channels:9999999,out_channels:1,kernel_size:1"]
    opened(app, layers=";".join(large))
    for number in range(len(large) + 1):
        choose(app, str(number))
        assert not app.exception and row_of(app) == ";".join(large)


def test_rows_and_columns_are_set_apart(app):
    opened(app, at="1")
    app.toggle(key=PREFIX + "1_apart").set_value(True).run()
    app.slider(key=PREFIX + "1_kernel_size_rows").set_value(3).run()
    assert row_of(app).startswith("Conv2d,out_channels:4,kernel_size:3x5,")
    app.toggle(key=PREFIX + "1_apart").set_value(False).run()
    assert row_of(app).startswith("Conv2d,out_channels:4,kernel_size:3,")


def test_what_no_layer_can_be_is_refused_with_a_way_out_and_the_row_stays(app):
    opened(app, layers="MaxPool2d,kernel_size:2")
    app.slider(key=PREFIX + "1_padding").set_value(2).run()
    assert row_of(app) == "MaxPool2d,kernel_size:2" and app.slider(key=PREFIX + "1_padding").value == 2
    (warning,) = app.warning
    assert warning.value.startswith("Padding must be at most half the kernel of a pooling layer: ")
    app.button(key=PREFIX + "1_mend_control").click().run()
    assert not app.warning and app.slider(key=PREFIX + "1_padding").value < 2


def test_windows_side_by_side_stay_so(app):
    opened(app, layers="MaxPool2d,kernel_size:2")
    app.slider(key=PREFIX + "1_kernel_size").set_value(3).run()
    assert row_of(app) == "MaxPool2d,kernel_size:3"


def test_own_numbers_begin_with_those_that_were_there(app):
    opened(app, layers="Conv2d,out_channels:1,kernel_size:1,bias:0")
    app.selectbox(key=PREFIX + "1_bank").set_value("written").run()
    assert row_of(app).startswith("Conv2d,out_channels:1,kernel_size:1,bias:0,weight:written,numbers:")
    written = app.text_input(key=PREFIX + "1_numbers")
    assert written.proto.default == written.value and len(written.value.split()) == 3
    written.set_value("1; 2").run()
    assert len(visit_of(app).asked.layers[0].numbers) == 3
    app.text_input(key=PREFIX + "1_numbers").set_value("−1 0,5").run()
    app.text_input(key=PREFIX + "1_numbers").set_value("1 0.5 −2").run()
    assert row_of(app).endswith("numbers:1_0.5_-2")


def test_layers_that_follow_take_the_channels_that_come(app):
    opened(app, at="1")
    app.selectbox(key=PREFIX + "1_bank").set_value("random").run()
    app.number_input(key=PREFIX + "1_out_channels").set_value(7).run()
    assert table_of(app)["lines"][4]["parameters"] == f"{7 * 4 * 25:,}"


def test_a_preset_is_chosen(app):
    opened(app, layers="ReLU")
    assert app.selectbox(key=PREFIX + "preset").value == "own"
    app.selectbox(key=PREFIX + "preset").set_value("residual").run()
    assert visit_of(app).asked.layers == PRESETS["residual"].layers
    app.button(key=PREFIX + "reset").click().run()
    assert visit_of(app).asked == NetworkSettings()


def test_a_phone_has_the_chosen_layers_settings_at_hand(app):
    opened(app, at="3")
    layer, prefix, names = at_hand(visit_of(app), PREFIX)
    assert [chip["label"] for chip in chips_of(layer, prefix, names)] == [
        "Kernel size",
        "Stride",
        "Padding",
        "Dilation",
    ]
    send(app, "dock", "edit", [{"number": 1, "key": PREFIX + "3_stride", "value": 1}])
    assert "MaxPool2d,kernel_size:2,stride:1" in row_of(app)


@pytest.mark.parametrize("kind", IN_ROWS)
def test_every_setting_of_every_kind_has_a_control(kind):
    one = OneLayer(operation=kind.__name__)
    known = {*one.in_the_open, *one.seldom} | {"in_channels", "in_features", "num_features"}
    known |= {"eps", "output_size"} | ({"padding_mode"} if one.transposed else set())  # target; zeros alone
    assert set(defaults(kind)) <= known
    assert kind.__name__ in ROWS or not one.in_the_open or kind.__name__ == "Dropout2d"


# --- text ------------------------------------------------------------------------------------------------------------


def paste(app, text):
    """The page with a pasted text."""
    app.session_state["network_paste"] = True
    app.run()
    app.text_area(key="network_pasted").set_value(text).run()
    assert not app.exception
    return app


def test_pasted_layers_become_the_row_and_what_is_not_understood_is_named(app):
    opened(app)
    paste(app, "net = nn.Sequential(\n nn.Conv2d(3, 512, 3, stride=16),\n nn.GELU(),\n nn.Conv2d(8, 4, 3))")
    assert "Line 3: nn.GELU is not a layer that is known here." in app.warning[0].value
    app.button(key="network_take").click().run()
    assert row_of(app) == (
        "Conv2d,out_channels:512,kernel_size:3,stride:16;Conv2d,in_channels:8,out_channels:4,kernel_size:3,seed:1"
    )
    assert "the layer takes 8, the input 512×15×12 has 512" in table_of(app)["lines"][2]["note"]
    choose(app, "1")
    assert app.number_input(key=PREFIX + "1_out_channels").value == 512
    assert app.slider(key=PREFIX + "1_stride").value == 16
    app.slider(key=PREFIX + "1_stride").set_value(2).run()
    assert "stride:2" in row_of(app) and "out_channels:512" in row_of(app)
    assert "GELU" not in json.dumps(to_query(visit_of(app).asked))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("print('x')", "The program must hold an nn.Sequential(...)"),
        ("nn.Sequential(", "The program must be a piece of Python"),
        ("#" * 13_000, "The program must be text of at most 12,000 characters: it has 13,000"),
        (f"nn.Sequential({'nn.ReLU(),' * 40})", "Layers must be at most 32: there are 40"),
    ],
)
def test_a_text_that_is_no_row_is_refused_in_words(app, text, words):
    opened(app)
    paste(app, text)
    app.button(key="network_take").click().run()
    assert app.warning[0].value.startswith(words) and not app.exception
    assert row_of(app) == ROW.write(PRESETS["post"].layers)


def test_the_row_as_a_program_has_its_weights_or_says_that_it_has_not(app):
    opened(app)
    app.session_state["network_code"] = True
    app.run()
    assert "model[3].weight.copy_(" in app.code[0].value
    visit_of(app).show(replace(visit_of(app).asked, layers=ROW.read("Conv2d,out_channels:64,kernel_size:5")))
    app.run()
    assert app.code[0].value.startswith("# 4,800 ") and "model[0].weight" not in app.code[0].value


# --- rows ------------------------------------------------------------------------------------------------------------

SIZES = st.integers(1, 4)


@st.composite
def rows(draw, most=6, looking=True):
    """Rows that may break, as a visitor can build them."""
    entries = ()
    for _ in range(draw(st.integers(0, most))):
        kinds = [kind for kind in ADDS if looking or kind not in ("addition", "concatenation", "branch")]
        entry = new_layer(draw(st.sampled_from(kinds)), draw(st.integers(0, len(entries))))
        one = OneLayer.read_from(entry, None)
        wanted = {
            "kernel_size": draw(st.tuples(SIZES, SIZES)), "stride": draw(st.tuples(SIZES, SIZES)),
            "out_channels": draw(SIZES), "bias": draw(st.booleans()), "seed": draw(st.integers(0, 3)),
        }  # fmt: skip
        try:
            entry = replace(one, **{name: value for name, value in wanted.items() if name not in one.idle}).made(entry)
        except ConvLabError:
            continue
        entries = editing.added(entries, draw(st.integers(0, len(entries))), entry)
    return entries


@drawn(300)
@given(rows())
def test_a_link_restores_every_row(entries):
    settings = NetworkSettings(layers=entries)
    assert from_query(to_query(settings), NetworkSettings) == (settings, [])


@drawn(200)
@given(rows(looking=False))
def test_a_row_written_as_a_program_is_read_again(entries):
    layers = [step.layer for step in laid(entries, SHAPE).steps]
    if layers:
        reading = convlab.read_sequential(row_source(layers))
        assert (list(reading.layers), reading.misread) == (layers, ())
        again = entries_of(reading.layers, SHAPE)
        assert [step.layer for step in laid(again, SHAPE).steps] == layers
        assert all(entry.follows for entry in again)


@drawn(200)
@given(rows(), st.integers(1, 6), st.integers(-2, 2))
def test_a_layer_that_looks_back_still_looks_at_the_same_layer(entries, number, by):
    marked = tuple(replace(entry, seed=index + 1) for index, entry in enumerate(entries))
    for after in (moved(marked, number, by), removed(marked, number)):
        for entry in after:
            of = getattr(entry.layer, "of", None)
            before = getattr(marked[entry.seed - 1].layer, "of", None)
            if of and before and marked[before - 1] in after:
                assert after[of - 1].seed == before


@drawn(300)
@given(rows())
def test_a_row_that_breaks_is_mended_at_least_as_far(entries):
    fault = laid(entries, SHAPE).fault
    mended = mended_row(entries, SHAPE)
    assert (fault is None) == (mended is None) or fault is not None
    if mended:
        after = laid(mended.entries, SHAPE).fault
        longer = len(mended.entries) - len(entries)
        assert after is None or after.index > fault.index + min(longer, 0) or longer > 0


NAMES = sorted({name for kind in IN_ROWS for name in defaults(kind)} | {"weight", "seed", "numbers", "x"})
VALUES = ["0", "1", "2", "3", "16", "1x2", "-1", "1.5", "nan", "inf", "1e9", "each", "same", "none", "written", "gabor",
          "1_2", "9999999", "", "²", "1x", "a:b", "bilinear"]  # fmt: skip
PART = st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES) | st.text(max_size=5)).map(":".join)
KIND = st.sampled_from([kind.__name__ for kind in IN_ROWS]) | st.text(max_size=6)
LAYER = st.tuples(KIND, st.lists(PART, max_size=4)).map(lambda given: ",".join([given[0], *given[1]]))


@drawn(3000)
@given(st.lists(LAYER, min_size=1, max_size=3).map(";".join) | st.text(max_size=30))
def test_hostile_addresses_are_rows_or_no_sense(text):
    try:
        entries = ROW.read(text)
    except ValueError:
        return
    assert ROW.read(ROW.write(entries)) == entries
    for shape in (SHAPE, (1, 8, 8)):
        laid(entries, shape)


def test_pasted_depthwise_layers_stay_depthwise():
    layers = convlab.read_sequential("nn.Sequential(nn.Conv2d(3, 3, 3, groups=3), nn.BatchNorm2d(3))").layers
    entries = entries_of(layers, SHAPE)
    assert [(entry.depthwise, entry.follows) for entry in entries] == [(True, True), (False, True)]
    grey = laid(entries, (1, 9, 9))
    assert grey.fault is None and grey.steps[0].layer.groups == 1


def test_a_batch_norm_that_nothing_trained_changes_next_to_nothing():
    (step,) = laid((Entry(convlab.BatchNorm2d(3)),), SHAPE).steps
    image = torch.rand(SHAPE)
    torch.testing.assert_close(step(image), nn.BatchNorm2d(3).eval()(image[None])[0].detach())


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wide", [True, False])
def test_a_layer_is_chosen_a_number_picked_and_a_layer_added(open_page, wide):
    size = {} if wide else {"width": 390, "height": 844, "touch": True}
    page = open_page("network", ready=".stages .line", dark=not wide, **size)
    page.get_by_role("button", name="conv 5×5").first.press("Enter")
    expect(page.get_by_role("button", name="conv 5×5").first).to_have_attribute("aria-pressed", "true")
    large = page.locator(".tiles canvas[role=application]").first
    large.scroll_into_view_if_needed()
    (large.click if wide else large.tap)(position={"x": 60, "y": 60})
    expect(page.get_by_text("75 products over three channels")).to_be_visible()
    page.get_by_label("Add a layer", exact=True).select_option("relu")
    expect(page.locator(".stages .body .entry")).to_have_count(8)
    expect(page.locator(".stages .tools b")).to_have_text("2 · ReLU")
    if not wide:
        assert page.locator(".stages").evaluate("stages => stages.scrollWidth <= stages.clientWidth")
    assert not faults(page, small=True)
