"""The main page as a visitor's session, without a browser."""

import io

import numpy as np
import pytest
from conftest import header_of, send, tab_of
from PIL import Image

from convlab.ui.playground.settings import PlaygroundSettings as Settings


def chain(app):
    """The chain of shapes that the maps show."""
    return [step["shape"] for step in header_of(app)["panels"][-1]["chain"]]


def opened(app, **query):
    """The page behind a link."""
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def picture_file(size=(40, 30), format="PNG", colour=(200, 30, 30)):
    """A small picture as a file's bytes."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, format)
    return file.getvalue()


def more(app):
    """The page with its further settings open."""
    app.session_state["more"] = True
    app.run()
    return app


def test_the_page_opens_with_the_panda(app):
    opened(app)
    assert chain(app) == ["3×235×180", "4×231×176", "4×231×176", "4×115×88"]
    assert header_of(app)["panels"][0]["image"]["alt"].startswith("A drawn giant panda")
    assert tab_of(app)["address"] == ""


def test_the_two_layer_demo(app):
    opened(app, layers="two")
    shapes = ["3×235×180", "4×231×176", "4×231×176", "4×115×88", "4×111×84", "4×111×84", "4×55×42"]
    assert chain(app) == shapes


@pytest.mark.parametrize(
    ("key", "value", "shape"),
    [
        ("stride", 2, "4×116×88"),
        ("padding", 2, "4×235×180"),
        ("dilation", 3, "4×223×168"),
        ("kernel_size", 3, "4×233×178"),
    ],
)
def test_each_slider_changes_the_maps(app, key, value, shape):
    opened(app)
    app.slider(key=key).set_value(value).run()
    assert not app.exception
    assert chain(app)[1] == shape
    assert tab_of(app)["address"] == f"{key}={value}"


@pytest.mark.parametrize("bank", ["sobel", "scharr", "laplacian", "gaussian", "identity", "gabor", "random"])
def test_each_bank(app, bank):
    opened(app)
    app.selectbox(key="bank").set_value(bank).run()
    assert not app.exception
    assert tab_of(app)["address"] == f"bank={bank}"


def test_transposed_convolution_has_output_padding(app):
    opened(app)
    app.segmented_control(key="operation").set_value("transposed").run()
    app.slider(key="stride").set_value(2).run()
    app.slider(key="output_padding").set_value(1).run()
    assert not app.exception
    assert chain(app)[1] == "4×474×364"  # (235 − 1)·2 + 5 + 1
    link = header_of(app)["panels"][0]["chain"][1]
    assert link["numbers"][0] == "(235 − 1)·2 − 2·0 + 1·(5 − 1) + 1 + 1 = 474"
    assert link["letters"] == ["(in − 1)·stride − 2·padding + dilation·(kernel_size − 1) + output_padding + 1"]


def test_pooling_and_layers(app):
    opened(app)
    app.segmented_control(key="pool").set_value("none").run()
    assert chain(app) == ["3×235×180", "4×231×176", "4×231×176"]
    app.segmented_control(key="layers").set_value("two_1x1").run()
    assert chain(app)[-1] == "1×227×172"
    assert not app.exception


def test_further_settings_open_on_request(app):
    opened(app)
    assert not [toggle for toggle in app.toggle if toggle.key == "grey"]
    more(app)
    app.toggle(key="grey").set_value(True).run()
    assert chain(app)[0] == "1×235×180"
    app.toggle(key="apart").set_value(True).run()
    app.slider(key="kernel_size_columns").set_value(3).run()
    app.slider(key="stride_rows").set_value(2).run()
    assert chain(app)[1] == "4×116×178"
    app.toggle(key="apart").set_value(False).run()
    assert chain(app)[1] == "4×116×88"
    assert not app.exception


def test_closing_the_further_settings_keeps_them(app):
    more(opened(app))
    app.toggle(key="flip").set_value(True).run()
    app.session_state["more"] = False
    app.run()
    assert tab_of(app)["address"] == "flip=1"


def test_a_link_restores_the_page(app):
    opened(app, stride="2", kernel_size="5x3", picture="cat", grey="1")
    assert tab_of(app)["address"] == "kernel_size=5x3&stride=2&picture=cat&grey=1"
    assert app.slider(key="kernel_size_rows").value == 5
    assert app.slider(key="kernel_size_columns").value == 3
    assert chain(app)[0] == "1×170×256"


def test_nonsense_in_a_link_gives_defaults_and_a_quiet_word(app):
    opened(app, stride="many", wibble="<script>", layers="two")
    assert chain(app)[-1] == "4×55×42"
    assert app.info[0].value == "The link's stride, wibble made no sense here and were left at the default."
    app.slider(key="stride").set_value(2).run()
    assert not app.info


def test_a_link_whose_settings_do_not_fit_opens_with_the_way_out(app):
    opened(app, kernel_size="11", dilation="6", max_side="40")
    assert "must fit the padded input" in app.warning[0].value
    app.button(key="mend_page").click().run()
    assert not app.exception
    assert not app.warning


def test_a_kernel_that_no_longer_fits_keeps_the_last_good_picture(app):
    opened(app, max_side="32")
    app.slider(key="kernel_size").set_value(11).run()
    good = chain(app)
    app.slider(key="dilation").set_value(6).run()
    assert chain(app) == good
    assert "11×11 with dilation 6 covers 61×61" in app.warning[0].value
    assert len(app.warning) == 2  # above the maps and beside the control
    assert "dilation=6" in tab_of(app)["address"]
    app.button(key="mend_control").click().run()
    assert not app.warning
    assert chain(app) != good


def test_same_with_stride_two_is_explained(app):
    opened(app, padding_kind="same", stride="2")
    assert "can be Same only with stride 1" in app.warning[0].value
    app.button(key="mend_page").click().run()
    assert chain(app)[1] == "4×118×90"


def test_too_much_work_is_refused(app):
    opened(app, operation="transposed", stride="6", layers="two", max_side="512", picture="astronaut")
    assert "The work must be at most" in app.warning[0].value
    app.button(key="mend_page").click().run()
    assert not app.warning
    assert not app.exception


def test_reset_is_one_click(app):
    opened(app, stride="3", bank="gabor", pinned="stride=2")
    app.button(key="reset").click().run()
    assert tab_of(app)["address"] == ""
    assert app.slider(key="stride").value == 1


@pytest.mark.parametrize(
    ("key", "value", "field", "expected"),
    [
        ("kernel_size", 10**6, "kernel_size", (11, 11)),
        ("stride_rows", -4, "stride", (1, 1)),
        ("stride_rows", "4", "stride", (1, 1)),
        ("max_side", 10**9, "max_side", 512),
        ("max_side", None, "max_side", 256),
        ("bias", 1e9, "bias", 5.0),
        ("bias", float("nan"), "bias", 0.0),
        ("bias", None, "bias", 0.0),
        ("grey", 1, "grey", False),
        ("bank", "sobel", "bank", "sobel"),
        ("bank", "nonsense", "bank", "gradients"),
        ("bank", ["sobel"], "bank", "gradients"),
    ],
)
def test_no_message_sets_what_no_control_can_say(key, value, field, expected):
    from convlab.ui.controls import changed

    name = key.removesuffix("_rows")
    assert getattr(changed(Settings(), name, value, "rows" if key.endswith("_rows") else ""), field) == expected


def test_rows_and_columns_stay_apart_when_the_further_settings_close(app):
    more(opened(app))
    app.toggle(key="apart").set_value(True).run()
    app.slider(key="kernel_size_columns").set_value(3).run()
    app.session_state["more"] = False
    app.run()
    app.run()
    assert (app.slider(key="kernel_size_rows").value, app.slider(key="kernel_size_columns").value) == (5, 3)


def test_unpin_works_while_settings_are_refused(app):
    opened(app, pinned="stride=2")
    app.slider(key="kernel_size").set_value(11).run()
    more(app).slider(key="max_side").set_value(16).run()
    app.slider(key="dilation").set_value(6).run()
    assert app.warning
    app.button(key="unpin").click().run()
    assert len(header_of(app)["panels"]) == 1


def test_the_same_pixels_under_another_name_have_their_own_words():
    from convlab.ui.pictures import picture_of
    from convlab.ui.playground.show import shown

    pixels = Image.new("RGB", (40, 30))
    captions = []
    for name in ("first.png", "second.png"):
        drawn = shown(picture_of(pixels, name, name, "picture.png", own=True), Settings(), False).shown
        captions.append(drawn.header["panels"][0]["image"]["caption"])
    assert captions == ["first.png", "second.png"]


def test_the_mixing_kernel_reads_maps_and_no_colours():
    from convlab.ui.pictures import sample_picture
    from convlab.ui.playground.show import shown

    drawn = shown(sample_picture("panda"), Settings(layers="two_1x1", out_channels=3), False).shown
    layers = drawn.header["panels"][0]["layers"]
    assert [layer["title"] for layer in layers] == ["Layer 1", "Layer 2", "1×1 convolution"]
    assert layers[0]["kernels"][0]["names"] == [""]  # the same for all
    assert layers[2]["kernels"][0]["names"] == ["map 1", "map 2", "map 3"]
    assert not layers[2]["kernels"][0]["reads"]


def test_a_later_layer_reads_maps_and_no_colours_either():
    from convlab.ui.pictures import sample_picture
    from convlab.ui.playground.show import shown

    drawn = shown(sample_picture("panda"), Settings(layers="two", bank="random", out_channels=3), False).shown
    first, second = drawn.header["panels"][0]["layers"]
    assert first["kernels"][0]["names"] == ["red", "green", "blue"]
    assert second["kernels"][0]["names"] == ["map 1", "map 2", "map 3"]


def test_pinning_shows_a_beside_b(app):
    opened(app)
    app.button(key="pin").click().run()
    app.slider(key="stride").set_value(2).run()
    panels = header_of(app)["panels"]
    assert [panel["name"] for panel in panels] == ["A", "B"]
    assert [panel["chain"][1]["shape"] for panel in panels] == ["4×231×176", "4×116×88"]
    assert panels[0]["layers"][0]["limit"] == panels[1]["layers"][0]["limit"]
    app.button(key="unpin").click().run()
    assert len(header_of(app)["panels"]) == 1


def test_large_maps_that_are_pinned_get_a_way_out(app):
    large = {"operation": "transposed", "stride": "2", "max_side": "512", "picture": "astronaut", "layers": "two"}
    opened(app, **large)
    assert not app.warning
    app.button(key="pin").click().run()
    assert not app.exception
    assert "The work must be at most 10,000,000 numbers" in app.warning[0].value
    app.button(key="mend_page").click().run()
    assert not app.exception and not app.warning


def test_a_pinned_a_that_no_longer_fits_gets_a_word(app):
    opened(app, pinned="kernel_size=11&dilation=6", max_side="40")
    assert len(header_of(app)["panels"]) == 1
    assert "pinned settings A do not fit" in header_of(app)["note"]


def test_the_program_is_shown_when_it_is_opened(app):
    opened(app)
    assert not app.code
    app.session_state["code"] = True
    app.run()
    assert "nn.Conv2d(3, 4, kernel_size=5, bias=False)" in app.code[0].value


def test_downloads_hold_what_the_page_shows():
    from convlab.ui.pictures import sample_picture
    from convlab.ui.playground import downloads
    from convlab.ui.playground.show import stages_of

    picture = sample_picture("panda")
    _, stages = stages_of(picture, Settings())
    with np.load(io.BytesIO(downloads.arrays(picture, Settings()))) as archive:
        assert (archive["00_Conv2d"] == stages[0].output.numpy()).all()
        assert archive["00_weight"].shape == (4, 3, 5, 5)
    sheet = Image.open(io.BytesIO(downloads.sheet(picture, Settings())))
    assert sheet.width > 4 * 176
    space = {}
    exec(downloads.program_of(picture, Settings()).replace("'panda.png'", repr(str(path_of("panda")))), space)
    assert all((ours.output == theirs).all() for ours, theirs in zip(stages, space["stages"], strict=True))


def path_of(name):
    """A sample picture's file."""
    from convlab import SAMPLES

    return SAMPLES[name].path


# --- what the maps say ---


def visited(**settings):
    """A visit with some settings."""
    from convlab.ui.session import Visit

    return Visit(Settings(**settings), Settings(**settings))


def test_a_place_is_pinned_and_maps_are_chosen():
    from convlab.ui.playground.page import _point

    visit = visited(stride=(2, 2))
    _point(visit, {"pixel": "0,1,20,30", "chosen": "1,3", "fresh": 0})
    assert visit.asked == Settings(stride=(2, 2), pixel="0,1,20,30", chosen="1,3")
    _point(visit, {"pixel": "", "chosen": "", "fresh": 0})
    assert visit.asked == Settings(stride=(2, 2))


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "0,1,2,3",
        {"pixel": "0,1", "chosen": "", "fresh": 0},
        {"pixel": "", "chosen": "1;2", "fresh": 0},
        {"pixel": 5, "chosen": "", "fresh": 0},
        {"pixel": "0,0,0,0", "chosen": [1], "fresh": 0},
        {"pixel": "0,0,0,0", "fresh": 0},
        {"chosen": "1", "fresh": 0},
        {"pixel": "0,0,0,0", "chosen": "", "fresh": 1},
    ],
)
def test_what_is_no_place_pins_nothing(sent):
    from convlab.ui.playground.page import _point

    visit = visited(pixel="0,1,2,3", chosen="1")
    _point(visit, sent)
    assert visit.asked == Settings(pixel="0,1,2,3", chosen="1")


@pytest.mark.parametrize("sent", [None, 3, "name", {"name": 1}, [None, 5], ["one", 5]])
def test_what_the_browser_lacks_is_forgotten(sent):
    from convlab.ui.playground.page import _lack

    visit = visited()
    visit.known.add("one", 10)
    visit.known.add("two", 10)
    _lack(visit, sent)
    assert ("one" in visit.known) == (sent != ["one", 5]) and "two" in visit.known


def test_a_run_sends_nothing_that_the_last_one_sent(app):
    opened(app, picture="cat")
    first = header_of(app)["blobs"]
    assert all(first.values())
    app.slider(key="stride").set_value(2).run()
    second = header_of(app)["blobs"]
    picture = header_of(app)["panels"][0]["image"]["pixels"]["name"]
    assert second[picture] is None and sum(sent is not None for sent in second.values()) == 3
    app.run()
    assert not any(header_of(app)["blobs"].values())


def test_a_link_with_a_pinned_place_says_so_and_leads_on(app):
    opened(app, pixel="0,2,40,50", chosen="2")
    header = header_of(app)
    assert header["pinned"] == [0, 2, 40, 50]
    assert header["telling"][:2] == [0, 2]
    assert header["panels"][0]["layers"][0]["chosen"] == 2
    assert header["link"]["address"].startswith("./step_by_step?") and "at=2,0,0" in header["link"]["address"]


def test_without_a_pinned_place_the_telling_one_leads_on(app):
    opened(app)
    header = header_of(app)
    assert header["pinned"] is None
    assert header["link"]["address"].startswith("./step_by_step?")


def test_a_number_after_pooling_has_no_step_page(app):
    opened(app, pixel="2,0,1,1")
    assert header_of(app)["pinned"] == [2, 0, 1, 1]
    assert header_of(app)["link"] is None


def test_hatching_is_a_further_setting(app):
    more(opened(app))
    app.toggle(key="hatched").set_value(True).run()
    assert header_of(app)["hatched"]
    assert tab_of(app)["address"] == "hatched=1"
    app.button(key="pin").click().run()
    app.slider(key="stride").set_value(2).run()
    assert header_of(app)["compared"]["words"] == ["stride 1 → 2"]


def test_an_address_is_given_back_once(app):
    opened(app)
    given = {"path": "", "address": "stride=3", "number": 5}
    send(app, "tab_", "restore", given)
    assert (tab_of(app)["address"], tab_of(app)["restored"]) == ("stride=3", 5)
    app.slider(key="dilation").set_value(2).run()
    others = [None, [], {}, given | {"path": "x"}, given | {"number": True}, given | {"number": 2**60}]
    for sent in (given, *others, given | {"number": 6, "address": 3}, given | {"number": 4, "address": ""}):
        send(app, "tab_", "restore", sent)
        assert tab_of(app)["address"] == "stride=3&dilation=2"
