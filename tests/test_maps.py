"""The maps as a component: what they say of layers, what is sent of them, and their end."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import blobs_of
from draws import drawn
from hypothesis import given
from test_settings import every_control

from convlab import ConvLabError, rendering
from convlab.images import GREY, to_grey
from convlab.layers import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, ReLU
from convlab.network import Step, trace
from convlab.ui.components.maps.blobs import Known
from convlab.ui.components.maps.chain import parameters_of
from convlab.ui.components.maps.kernels import Kernels, kernel_cards
from convlab.ui.components.maps.stages import NOWHERE
from convlab.ui.components.maps.telling import telling_place
from convlab.ui.components.maps.view import Panel, Section, in_sections, maps_view
from convlab.ui.components.maps.words import captions_of, note_of, percent
from convlab.ui.pictures import sample_picture
from convlab.ui.playground import show
from convlab.ui.playground.settings import PlaygroundSettings as Settings
from convlab.ui.playground.settings import check, pin_of

PANDA = sample_picture("panda")


def panel_of(image, steps, *, labels=(), edited=(), chosen=0, name=""):
    """A picture with some layers."""
    sections = [
        Section("", group, Kernels(group[0].step.weight, ["grey"], labels, (), edited), True, chosen)
        for group in in_sections(trace(steps, image))
    ]
    return Panel(image, "", "", sections, name)


def conv(weight, **settings):
    """A convolution of one channel."""
    weight = torch.tensor(weight)[:, None]
    return Step(Conv2d(1, len(weight), weight.shape[2:], bias=False, **settings), weight)


# --- words ---


def test_layers_may_begin_without_kernels():
    image = torch.tensor([[[1.0, -2.0], [3.0, 4.0]]])
    last = Step(Conv2d(1, 1, 1, bias=False), torch.full((1, 1, 1, 1), -1.0))
    groups = in_sections(trace([Step(MaxPool2d(1)), Step(ReLU()), last, Step(ReLU())], image))
    assert [len(group) for group in groups] == [2, 2]
    kernels = [None, Kernels(torch.full((1, 1, 1, 1), -1.0), ["map 1"])]
    sections = [Section("", group, kernel) for group, kernel in zip(groups, kernels, strict=True)]
    before, layer = maps_view([Panel(image, "", "", sections)]).header["panels"][0]["layers"]
    assert before["kernels"] == [] and len(layer["kernels"]) == 1
    assert [row["captions"] for row in before["rows"]] == [["−2 to 4"], ["25 % became 0"]]
    assert layer["rows"][1]["captions"] == ["all 0: a dead map"]
    assert [row["stage"] for row in (*before["rows"], *layer["rows"])] == [0, 1, 2, 3]
    assert [row["kind"] for row in (*before["rows"], *layer["rows"])] == ["max", "relu", "sum", "relu"]


@pytest.mark.parametrize(
    ("low", "high", "note"),
    [
        (-1, 2, "Numbers of both signs."),
        (0, 2, "No number is below 0."),
        (-2, -1, "No number is above 0."),
        (0, 0, "All numbers are 0."),
    ],
)
def test_both_signs_are_said_only_where_there_are(low, high, note):
    image = torch.ones(1, 1, 1)
    (stage,) = trace([conv([[[1.0]]])], image)
    assert note_of(stage, [], low, high) == note
    shown = maps_view([panel_of(torch.tensor([[[low, high]]]).float(), [conv([[[1.0]]])])])
    (layer,) = shown.header["panels"][0]["layers"]
    assert layer["rows"][0]["note"] == note
    assert layer["signed"] == (note == "Numbers of both signs.")


def test_all_is_said_only_where_it_is_all():
    assert [percent(share) for share in (0.0, 0.25, 0.996, 0.999999, 1.0)] == [
        "0 %",
        "25 %",
        "99.6 %",
        "99.9 %",
        "100 %",
    ]
    assert captions_of([0, 0, 0], [3, 0, 0], [0.54, 1, 0], [False, False, True]) == [
        "54 % became 0",
        "all 0: a dead map",
        "all 0: so is its kernel",
    ]
    (stage,) = trace([Step(ReLU())], torch.zeros(1, 1, 1))
    assert note_of(stage, [0.0, 0.0], 0, 1) == "No number was negative: nothing changed."
    assert note_of(stage, [0.5, 1.0], 0, 1) == "75 % of all numbers were negative and became 0."


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Conv2d(3, 4, 5, bias=False), "4 kernels × 3 channels × 5×5 = 300"),
        (Conv2d(3, 4, 5), "4 kernels × 3 channels × 5×5 + 4 biases = 304"),
        (Conv2d(4, 4, (1, 3), groups=4, bias=False), "4 kernels × 1 channel × 1×3 = 12"),
        (ConvTranspose2d(4, 2, 3, groups=2), "2 kernels × 2 channels × 3×3 + 2 biases = 38"),
        (ConvTranspose2d(3, 1, 1), "1 kernel × 3 channels × 1×1 + 1 bias = 4"),
        (MaxPool2d(2), ""),
        (ReLU(), ""),
    ],
)
def test_parameters_are_broken_down(layer, words):
    weight = None if layer.weight_shape is None else torch.ones(layer.weight_shape)
    (stage,) = trace([Step(layer, weight)], torch.ones(getattr(layer, "in_channels", 3), 9, 9))
    assert parameters_of(stage) == words


def test_the_chain_has_formulas_with_letters_and_with_numbers():
    steps = [conv([[[1.0, 2.0]]], stride=(1, 2)), Step(ReLU()), Step(AvgPool2d(2, ceil_mode=True))]
    picture, first, relu, pooled = maps_view([panel_of(torch.ones(1, 5, 9), steps)]).header["panels"][0]["chain"]
    assert (picture["layer"], picture["shape"], picture["section"], picture["stage"]) == ("", "1×5×9", -1, -1)
    assert first["letters"] == ["⌊(in + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1"]
    assert first["numbers"] == [
        "⌊(5 + 2·0 − 1·(1 − 1) − 1) / 1⌋ + 1 = 5",
        "⌊(9 + 2·0 − 1·(2 − 1) − 1) / 2⌋ + 1 = 4",
    ]
    assert (relu["letters"], relu["numbers"], relu["parameters"]) == ([], [], "")
    assert pooled["letters"][0].startswith("⌈(in + 2·padding")
    assert [link["stage"] for link in (first, relu, pooled)] == [0, 1, 2]


def test_a_kernel_has_its_own_colours_and_no_label_once_it_is_edited():
    weight = torch.tensor([[[[1.0, -1.0]]], [[[10.0, 5.0]]]])
    first, second = kernel_cards(Kernels(weight, ["grey"], ["up", "down"], (), [1]), False)
    assert (first["label"], second["label"]) == ("up", "edited")
    assert (
        first["planes"][0]["colours"][0]
        == second["planes"][0]["colours"][0]
        == rendering.colours(torch.ones(1), 1.0)[0]
    )


def test_a_cell_that_no_kernel_has_edits_none():
    from convlab.ui.fields import Edit

    edits = (Edit(1, -1, 0, 0, 2.0), Edit(2, -1, 9, 9, 2.0), Edit(7, -1, 0, 0, 2.0))
    (layer,) = show.shown(PANDA, Settings(edits=edits), False).shown.header["panels"][0]["layers"]
    assert [kernel["label"] == "edited" for kernel in layer["kernels"]] == [False, True, False, False]


# --- what is sent: the browser makes every map and every number of it ---


def maps_in(header, arrays):
    """Every map's entries, by panel, stage and number, made as the browser makes them."""
    made = {}
    for number, panel in enumerate(header["panels"]):
        for layer in panel["layers"]:
            below = None
            for row in layer["rows"]:
                count = len(row["captions"])
                if row["pixels"]:
                    maps = planes_of(row["pixels"], row, arrays)
                elif row["kind"] == "relu":
                    maps = np.maximum(below, 127)
                else:
                    down, across = taps_of(row, arrays)[1]
                    padded = np.pad(below, ((0, 0), (0, 1), (0, 1)))  # -1 reads the smallest entry
                    maps = padded[:, down[:, None, :, None], across[None, :, None, :]].max((-1, -2))
                assert maps.shape == (count, row["height"], row["width"])
                made |= {(number, row["stage"], i): maps[i] for i in range(count)}
                below = maps
    return made


def planes_of(pixels, row, arrays):
    """The maps of a row whose pixels are sent whole."""
    shape = -1, -(-row["height"] // pixels["step"]), -(-row["width"] // pixels["step"])
    planes = np.frombuffer(arrays[pixels["blob"]["name"]], np.uint8).reshape(shape)
    return np.stack([planes[i] if i >= 0 else 254 - planes[-1 - i] for i in pixels["planes"]])


def taps_of(row, arrays):
    """Cells and sources, each for rows and for columns."""
    numbers = np.frombuffer(arrays[row["taps"]["blob"]["name"]], "<i2")
    rows, columns = row["taps"]["size"]
    sizes = [row["height"] * rows, row["width"] * columns] * 2
    parts = np.split(numbers, np.cumsum(sizes)[:-1])
    down, across, read_down, read_across = (
        part.reshape(-1, taps) for part, taps in zip(parts, (rows, columns) * 2, strict=True)
    )
    return (down, across), (read_down, read_across)


def numbers_of(row, below, arrays):
    """A row's numbers of those below, by its taps, weights and biases alone."""
    if row["kind"] == "relu":
        return np.maximum(below, 0)
    (cells, _), (down, across) = taps_of(row, arrays)
    padded = np.pad(below, ((0, 0), (0, 1), (0, 1)), constant_values=-np.inf if row["kind"] == "max" else 0)
    read = padded[:, down[:, None, :, None], across[None, :, None, :]]
    if row["kind"] == "max":
        return read.max((-1, -2))
    if row["kind"] == "avg":
        return read.sum((-1, -2)) / np.outer(*row["taps"]["divisors"])
    count = len(row["captions"])
    weights = np.frombuffer(arrays[row["weights"]["name"]], "<f4").reshape(count, -1, 1, 1, *row["taps"]["size"])
    bias = row["bias"] or [0.0] * count
    assert NOWHERE not in cells[down >= 0]
    return np.stack([(read[row["reads"][i]] * weights[i]).sum((0, -1, -2)) + bias[i] for i in range(count)])


def picture_of(source, arrays):
    """The picture as the layers read it."""
    pixels = np.frombuffer(arrays[source["pixels"]["name"]], np.uint8).reshape(source["height"], source["width"], 3)
    image = np.moveaxis(pixels, -1, 0) / 255
    return np.tensordot(source["grey"], image, 1)[None] if source["grey"] else image


@drawn(60)
@given(every_control())
def test_the_browser_makes_every_map_and_every_number_of_what_is_sent(state):
    state = replace(state, picture="panda", max_side=min(state.max_side, 48), pinned="", pixel="")
    try:
        check(state, PANDA.size)
    except ConvLabError:
        return
    _, stages = show.stages_of(PANDA, state)
    header, arrays = blobs_of(show.shown(PANDA, state, False).shown.message())
    made = maps_in(header, arrays)
    numbers = picture_of(header["panels"][0]["image"], arrays)
    for layer in header["panels"][0]["layers"]:
        for row in layer["rows"]:
            output = stages[row["stage"]].output
            numbers = numbers_of(row, numbers, arrays)
            assert np.allclose(numbers, output.numpy(), rtol=1e-4, atol=1e-4 * layer["bound"])
            for i, entries in enumerate(rendering.entries(output, layer["bound"]).numpy()):
                assert (made[0, row["stage"], i] == entries).all()


def test_grey_is_weighed_as_the_layers_do():
    image = torch.rand(3, 4, 5)
    assert torch.allclose(torch.tensordot(torch.tensor(GREY), image, 1)[None], to_grey(image))


def test_a_map_and_its_mirror_are_sent_once():
    steps = [conv([[[1.0, 2.0]], [[-1.0, -2.0]], [[0.5, 0.1]], [[1.0, 2.0]]])]
    header, arrays = blobs_of(maps_view([panel_of(torch.rand(1, 6, 6) - 0.3, steps)]).message())
    pixels = header["panels"][0]["layers"][0]["rows"][0]["pixels"]
    assert pixels["planes"] == [0, -1, 1, 0]
    assert len(arrays[pixels["blob"]["name"]]) == 2 * 6 * 5


def test_b_minus_a_where_the_shapes_agree():
    image = torch.arange(36.0).reshape(1, 6, 6) / 64  # its products are exact
    one = panel_of(image, [conv([[[1.0]], [[2.0]]]), Step(ReLU())], chosen=1, name="A")
    other = panel_of(image, [conv([[[1.0]], [[-1.0]]]), Step(ReLU()), Step(MaxPool2d(2))], chosen=1, name="B")
    header, arrays = blobs_of(maps_view([one, other], words=["cells written by hand"]).message())
    assert header["compared"]["words"] == ["cells written by hand"]
    before, after = header["compared"]["differences"]
    assert (before["stage"], after["stage"], before["pixels"]["first"], before["pixels"]["count"]) == (0, 1, 1, 1)
    row = {"height": 6, "width": 6}
    expected = rendering.entries(-3 * image, 3 * float(image.max())).numpy()
    assert (planes_of(before["pixels"], row, arrays) == expected).all()
    same = maps_view([one, replace(one, name="B")], words=[]).header["compared"]["differences"]
    assert [difference["span"] for difference in same] == ["no difference"] * 2
    smaller = panel_of(image, [conv([[[1.0]], [[2.0]]], stride=2)], name="B")
    assert maps_view([one, smaller]).header["compared"]["differences"] == []


def test_what_differs_is_said_in_words():
    state = Settings(stride=(2, 2), pool="avg", pinned=pin_of(Settings()), chosen="1", hatched=True)
    header = show.shown(PANDA, state, False).shown.header
    assert header["compared"]["words"] == ["stride 1 → 2", "pooling maximum → average"]


def test_the_chosen_map_is_one_that_is_there():
    def chosen(state):
        return [layer["chosen"] for layer in show.shown(PANDA, state, False).shown.header["panels"][0]["layers"]]

    assert chosen(Settings(layers="two")) == [0, 0]
    assert chosen(Settings(layers="two_1x1", chosen="2,9,1")) == [2, 3, 0]


def test_an_older_link_pins_its_first_place():
    state = Settings(pixel="2,1,30,40;1,1,60,80;0,1,60,80")
    assert state.place == (2, 1, 30, 40)
    shown = show.shown(PANDA, state, False).shown
    assert shown.within((2, 9, 999, 999)) == (2, 3, 114, 87)
    assert shown.within((3, 0, 0, 0)) is None and shown.within(None) is None


def test_a_telling_place_is_strong_and_away_from_the_edges():
    values = torch.zeros(40, 60)
    values[0, 0], values[20, 10], values[18, 33], values[20, 31] = 9.0, 3.0, 2.0, -8.0
    assert telling_place(values) == (18, 33)  # the positive one next to the middle
    values[values > 0] = 0
    assert telling_place(values) == (20, 31)
    assert telling_place(torch.zeros(7, 1)) == (3, 0)
    assert telling_place(torch.zeros(1, 1)) == (0, 0)


def test_the_telling_place_is_one_of_the_strong_numbers():
    _, stages = show.stages_of(PANDA, Settings())
    stage, channel, row, column = show.shown(PANDA, Settings(chosen="1"), False).shown.telling
    values = stages[0].output[1]
    assert (stage, channel) == (0, 1)
    assert values[row, column] > values.abs().flatten().quantile(0.85)
    assert 23 <= row < 231 - 23 and 17 <= column < 176 - 17


# --- nothing is sent twice ---


def test_what_a_browser_was_sent_is_not_sent_again_until_it_lacks_it():
    image, known = torch.rand(1, 6, 6), Known()
    shown = maps_view([panel_of(image, [conv([[[1.0, 2.0]]])])])
    first, arrays = blobs_of(shown.message(known=known))
    assert all(first["blobs"].values()) and set(first["blobs"]) == set(arrays)
    again, nothing = blobs_of(shown.message(known=known))
    assert not any(again["blobs"].values()) and nothing == {}
    name = first["panels"][0]["image"]["pixels"]["name"]
    known.forget([name, "unknown"])
    mended, brought = blobs_of(shown.message(known=known))
    assert set(brought) == {name} and brought[name] == arrays[name]
    assert [again["mark"], mended["mark"]] == [first["mark"]] * 2
    other, rest = blobs_of(maps_view([panel_of(image, [conv([[[1.0, 3.0]]])])]).message(known=known))
    assert len(rest) == 2 and other["mark"] != first["mark"]  # pixels and weights; picture and taps are there


def test_what_is_remembered_of_a_browser_is_bounded():
    known = Known(most=100)
    for name in "abcde":
        known.add(name, 30)
    assert [name in known for name in "abcde"] == [False, False, True, True, True]
    known.add("c", 30)
    known.add("f", 30)
    assert [name in known for name in "cdef"] == [True, False, True, True]
    for number in range(5000):
        known.add(str(number), 0)
    assert len(known._sizes) <= 1000


# --- its end ---


def own_state(ask=None):
    """A message about a small picture, whose one slider says 3."""
    image = torch.linspace(0, 1, 48).reshape(3, 4, 4)
    stages = trace([Step(Conv2d(3, 1, 1, bias=False), torch.ones(1, 3, 1, 1)), Step(ReLU())], image)
    kernels = Kernels(torch.ones(1, 3, 1, 1), ["red", "green", "blue"])
    shown = maps_view([Panel(image, "A ramp", "A ramp.", [Section("Layer 1", stages, kernels)])])
    return list(shown.message(base="own", sliders={"own": 3}, ask=ask))


LEAVE = """async ([own, answer, wait]) => {
    const [{name}] = performance.getEntriesByType("resource").filter(({name}) => name.endsWith("maps/main.js"));
    const maps = await import(name);
    const parentElement = document.body.appendChild(document.createElement("div"));
    parentElement.innerHTML = `<div class="stage"></div><div class="st-key-own"><div data-testid="stSlider">
        <input type="range" min="1" max="6" value="3"></div></div>`;
    const sent = [], slider = parentElement.querySelector("[type=range]");
    const mount = (bytes) => maps.default({
        parentElement, data: new Uint8Array(bytes), setTriggerValue: (name) => sent.push(name),
    });
    const rest = (time) => new Promise((done) => setTimeout(done, time));
    const does = (type) => slider.dispatchEvent(new PointerEvent(type, {bubbles: true, composed: true}));
    mount(own);
    await rest(300);
    slider.focus(); // it asks for a neighbour
    for (const value of [4, 5]) { // it was let go twice, and the page's own answer is awaited
        does("pointerdown");
        slider.value = value;
        does("pointerup");
    }
    const before = sent.splice(0);
    const end = mount(answer);
    parentElement.querySelector(".stage").remove();
    end();
    does("pointerdown");
    does("pointermove");
    does("pointerup");
    await rest(wait);
    return [before, sent];
}"""


def test_nothing_is_said_after_the_page_was_left(open_page):
    page = open_page()
    before, after = page.evaluate(LEAVE, [own_state(), own_state({"key": "own", "value": 4}), 1800])
    assert "ask" in before
    assert after == []
