"""The step page's settings and what its grids are sent: every number against torch."""

import json
import math
import re
import zlib
from dataclasses import replace

import numpy as np
import pytest
import test_settings
import torch
from draws import drawn
from hypothesis import given

from convlab import ConvLabError, explain_all
from convlab.matrices import matrix
from convlab.ui.address import from_query, to_query
from convlab.ui.components.grids.matrix_view import MAX_MATRIX
from convlab.ui.fields import Edit
from convlab.ui.steps.examples import EXAMPLES
from convlab.ui.steps.settings import MAX_PRODUCTS, StepSettings, check, image_of, step_of
from convlab.ui.steps.show import facts, shown
from convlab.ui.way_out import difference, refusal_of


def every_control():
    """Any state of the page."""
    return test_settings.every_control(StepSettings)


def input_edit(settings, channel, row, column, text):
    """The settings with a cell of the input written."""
    return settings.with_input(settings.kind("cells").edit(0, channel, row, column, text))


def header_of(settings):
    """What the grids are told."""
    return shown(settings, False).header


def legend_of(settings):
    """What is said of the marks in the grids."""
    return " ".join(note["words"] for note in header_of(settings)["legend"])


def arrays_of(settings):
    """The header, and a function that takes the numbers that it points to."""
    view = shown(settings, False)
    data = zlib.decompress(view.numbers, -zlib.MAX_WBITS)
    return view.header, lambda place: torch.tensor(np.frombuffer(data, np.float32, place[1], place[0]))


def mended(state):
    """The settings, or where the page refuses them, the ones that its button leads to."""
    refusal = refusal_of(state, check)
    return refusal.way_out if refusal else state


@drawn(300)
@given(every_control())
def test_an_address_restores_every_setting(state):
    state = replace(state, at="1,2,3", view="matrix")
    assert from_query(to_query(state), StepSettings) == (state, [])


@drawn(400)
@given(every_control())
def test_every_combination_works_or_is_refused_with_a_way_out(state):
    refusal = refusal_of(state, check)
    if refusal:
        assert refusal.error.rule and refusal.error.advice
        check(refusal.way_out)
        assert difference(state, refusal.way_out) != "Use "


@drawn(150)
@given(every_control())
def test_what_the_grids_are_sent_is_torchs(state):
    state = mended(state)
    header, take = arrays_of(state)
    step, image = step_of(state), image_of(state)
    output = step.layer(image, step.weight, step.bias)
    assert torch.equal(take(header["output"]["values"]), output.flatten())
    assert torch.equal(take(header["input"]["values"]), image.flatten())
    channels, rows, columns = output.shape
    assert len(header["sentences"]) == output.numel()
    if state.operation == "max":
        winners = take(header["winners"]).reshape(output.shape)
        for channel, row, column in ((0, 0, 0), (channels - 1, rows - 1, columns - 1)):
            winner = int(winners[channel, row, column])
            if winner < 0:  # all of it is padding
                assert output[channel, row, column] == -torch.inf
                continue
            tap = divmod(winner, state.kernel_size[1])
            down, across = (header["lines"]["sources"][axis][(row, column)[axis]][tap[axis]] for axis in (0, 1))
            assert image[channel, down, across] == output[channel, row, column]
        return
    if state.operation == "avg":
        mean = take(header["sums"]).reshape(output.shape) / take(header["divisors"]).reshape(output.shape[1:])
        assert torch.allclose(mean, output, atol=1e-5)
        return
    read = len(header["kernels"][0]["reads"])
    sums = take(header["sums"]).reshape(channels, read, rows, columns)
    bias = torch.tensor([kernel.get("bias", 0.0) for kernel in header["kernels"]])
    assert torch.allclose(sums.sum(1) + bias[:, None, None], output, atol=1e-3, rtol=1e-4)
    products = take(header["products"]).reshape(channels, read, -1)
    assert torch.allclose(products.sum((1, 2)), sums.sum((1, 2, 3)), atol=1e-2, rtol=1e-4)


@drawn(60)
@given(every_control())
def test_the_grids_can_be_drawn_from_the_lines(state):
    """The script finds each product by counting the taps that read a cell, position after position."""
    state = mended(replace(state, operation="convolution", padding_mode="zeros", depthwise=False, bias=0.0))
    header, take = arrays_of(state)
    image, weight = image_of(state), step_of(state).weight
    products, place = take(header["products"]).reshape(len(weight), len(image), -1), 0
    rows, columns = header["lines"]["sources"]
    for down in rows:
        for across in columns:
            for k, i in enumerate(down):
                for m, j in enumerate(across):
                    if i is not None and j is not None:
                        first, last = image[0, i, j] * weight[0, 0, k, m], image[-1, i, j] * weight[-1, -1, k, m]
                        assert products[0, 0, place].item() == pytest.approx(first.item(), abs=1e-5)
                        assert products[-1, -1, place].item() == pytest.approx(last.item(), abs=1e-5)
                        place += 1
    assert place == products.shape[2]


SIZES = {
    "none": ((4, 4), (2, 2)),
    "arbitrary": ((5, 5), (6, 6)),
    "half": ((5, 5), (5, 5)),
    "full": ((5, 5), (7, 7)),
    "strides": ((5, 5), (2, 2)),
    "padding_strides": ((5, 5), (3, 3)),
    "odd": ((6, 6), (3, 3)),
    "dilation": ((7, 7), (3, 3)),
    "none_back": ((2, 2), (4, 4)),
    "arbitrary_back": ((6, 6), (5, 5)),
    "half_back": ((5, 5), (5, 5)),
    "full_back": ((7, 7), (5, 5)),
    "strides_back": ((2, 2), (5, 5)),
    "padding_strides_back": ((3, 3), (5, 5)),
    "odd_back": ((3, 3), (6, 6)),
    "dilation_back": ((3, 3), (7, 7)),
}


@pytest.mark.parametrize(("name", "sizes"), SIZES.items())
def test_the_standard_pictures_of_convolution_arithmetic(name, sizes):
    settings = EXAMPLES[name].settings
    header = header_of(settings)
    assert (tuple(header["input"]["shape"][1:]), tuple(header["output"]["shape"][1:])) == sizes


@pytest.mark.parametrize("name", [name for name in SIZES if not name.endswith("_back") and name + "_back" in SIZES])
def test_each_standard_picture_goes_back_by_its_transposed_counterpart(name):
    there, back = EXAMPLES[name].settings, EXAMPLES[name + "_back"].settings
    forward, backward = step_of(there), step_of(back)
    shape = forward.layer.output_shape((1, *there.input_size))
    assert shape == (1, *back.input_size)
    one, other = (
        matrix(step.layer, size, forward.weight)
        for step, size in ((forward, (1, *there.input_size)), (backward, shape))
    )
    assert torch.equal(other, one.T)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_shown_and_restored_by_its_link(name):
    settings = EXAMPLES[name].settings
    check(settings)
    assert from_query(to_query(settings), StepSettings) == (settings, [])


def test_row_1_three_channels_are_added_to_one_number():
    header, take = arrays_of(EXAMPLES["channels"].settings)
    assert (header["input"]["shape"], header["output"]["shape"]) == ([3, 8, 8], [1, 6, 6])
    sums = take(header["sums"]).reshape(3, 6, 6)
    assert torch.equal(sums.sum(0).flatten(), take(header["output"]["values"]))
    assert "27 products over three channels" in header["sentences"][0]


def test_row_2_padding_1_keeps_8_by_8():
    header = header_of(EXAMPLES["same"].settings)
    assert header["output"]["shape"] == [1, 8, 8]
    assert header["input"]["around"] == [(1, 1), (1, 1)]


def test_row_3_rows_and_columns_are_set_apart():
    header = header_of(StepSettings(kernel_size=(5, 3), stride=(2, 1), input_size=(9, 7)))
    assert header["output"]["shape"] == [1, 3, 5]


def test_row_4_stride_2_leaves_a_row_and_a_column_over():
    header, take = arrays_of(EXAMPLES["stride"].settings)
    use = take(header["use"]).reshape(8, 8)
    assert header["output"]["shape"] == [1, 3, 3]
    assert (use[7] == 0).all() and (use[:, 7] == 0).all() and (use[:7, :7] > 0).all()


def test_row_5_dilation_2_covers_5_by_5():
    header = header_of(EXAMPLES["dilated"].settings)
    assert header["lines"]["cells"][0][0] == (0, 2, 4)


@pytest.mark.parametrize(("name", "number"), [("maximum", 0), ("average", -0.75)])
def test_row_6_pooling_over_2_by_2(name, number):
    settings = EXAMPLES[name].settings
    image = image_of(settings)[0, :2, :2]
    header, take = arrays_of(settings)
    assert take(header["output"]["values"])[0] == number == (image.max() if name == "maximum" else image.mean())


def test_row_14_a_transposed_convolution_grows_its_input():
    assert facts(EXAMPLES["upsampling"].settings)[1] == "1×4×4 → 1×8×8"
    _, take = arrays_of(EXAMPLES["upsampling"].settings)
    assert take(header_of(EXAMPLES["upsampling"].settings)["use"]).unique().tolist() == [1]


def test_row_16_both_are_matrices_and_one_is_the_other_transposed():
    words = header_of(EXAMPLES["padding_strides_back"].settings)["matrix"]["words"]
    assert "Matrix times input is the layer's output: the largest difference is 0." in words
    assert "Its transpose is the matrix of nn.Conv2d(1, 1, kernel_size=3, stride=2, padding=1, bias=False)" in words


def test_row_18_flip_turns_the_kernel():
    settings = EXAMPLES["flip"].settings
    plain, turned = step_of(replace(settings, flip=False)).weight, step_of(settings).weight
    assert torch.equal(plain.flip(-2, -1), turned) and not torch.equal(plain, turned)
    assert "turned by half a turn" in legend_of(settings)


def test_checkerboards_come_from_overlap():
    header, take = arrays_of(EXAMPLES["checkerboard"].settings)
    assert take(header["use"]).reshape(11, 11)[0].tolist() == [1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]


def test_output_padding_lists_what_collapses_and_computes_what_it_adds():
    settings = EXAMPLES["odd_back"].settings
    choice, added = header_of(settings)["collapse"]
    step = step_of(settings)
    output = step.layer(image_of(settings), step.weight)
    last = torch.cat([output[0, -1], output[0, :-1, -1]])  # 6×6: one row and one column more
    assert "hold 11 numbers, computed like all the others" in added
    assert f"{int((last == 0).sum())} of them happen to be 0" in added
    assert "brings the sizes 5 and 6 both down to 3" in choice
    assert "Output padding 0 to 1 says" in choice


def test_output_padding_is_counted_from_the_smallest_size_even_if_that_is_none():
    settings = StepSettings(
        operation="transposed",
        input_size=(1, 1),
        kernel_size=(2, 2),
        stride=(3, 3),
        padding=(1, 1),
        output_padding=(1, 1),
        bank="box",
    )
    (choice, _) = header_of(settings)["collapse"]
    assert "brings the sizes 1 and 2 both down to 1. Output padding 1 to 2 says" in choice


def test_a_cell_of_the_input_is_written():
    settings = input_edit(StepSettings(input="own"), 0, 2, 3, "−1,5")
    assert image_of(settings)[0, 2, 3] == -1.5
    assert image_of(settings).count_nonzero() == 1
    assert image_of(replace(settings, input_size=(2, 2))).count_nonzero() == 0
    with pytest.raises(ConvLabError, match="`input` must be a number from -1000 to 1000"):
        input_edit(settings, 0, 2, 3, "minus")


def test_so_many_cells_are_written_and_no_more():
    places = [(channel, row, column) for channel in range(2) for row in range(16) for column in range(16)][:500]
    full = StepSettings(in_channels=3, cells=tuple(Edit(0, *place, 1.0) for place in places))
    assert from_query(to_query(full), StepSettings) == (full, [])
    assert input_edit(full, 0, 0, 0, "2").cells[0].value == 2.0
    with pytest.raises(ConvLabError, match="`cells` must be at most 500 cells set by hand"):
        input_edit(full, 2, 0, 0, "2")


@pytest.mark.parametrize(("text", "value"), [("–3", -3.0), ("- 4", -4.0), (" 1,5 ", 1.5), ("1e2", 100.0)])
def test_numbers_are_understood_as_people_write_them(text, value):
    assert input_edit(StepSettings(), 0, 0, 0, text).cells[0].value == value


@pytest.mark.parametrize("text", ["1_0", "", "−", "1.2.3", "nan", "1e9"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ConvLabError, match="must be a number"):
        input_edit(StepSettings(), 0, 0, 0, text)


@pytest.mark.parametrize("kind", StepSettings.kind("input").options)
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_every_input_has_its_shape(kind, channels):
    for size in ((1, 1), (16, 16), (3, 7)):
        image = image_of(StepSettings(input=kind, in_channels=channels, input_size=size))
        assert image.shape == (channels, *size) and image.dtype == torch.float32 and image.isfinite().all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kernel_size": (9, 9)}, "`kernel_size` must fit the padded input"),
        ({"operation": "transposed", "output_padding": (1, 1)}, "`output_padding` must be "),
        ({"operation": "max", "padding": (2, 2)}, "`padding` must be at most half"),
        ({"padding_kind": "same", "stride": (2, 2)}, '`padding` can be "same" only with stride 1'),
        ({"operation": "transposed", "stride": (6, 6), "input_size": (16, 16)}, "`work` must be at most 14,000 cells"),
        (
            {"input_size": (16, 16), "padding": (10, 10), "kernel_size": (11, 11), "in_channels": 3}
            | {"out_channels": 8, "bank": "random"},
            f"`work` must be at most {MAX_PRODUCTS:,} products",
        ),
    ],
)
def test_what_does_not_work_is_refused_in_words(changes, words):
    with pytest.raises(ConvLabError, match=words):
        check(StepSettings(**changes))


def test_a_large_matrix_is_told_and_not_drawn():
    words = header_of(StepSettings(input_size=(16, 16)))["matrix"]["words"]
    assert words == "The matrix has 196 rows and 256 columns: too many to draw. Use a smaller input to see it."
    assert MAX_MATRIX < 196 * 256


def test_the_matrix_is_sent_as_it_is():
    settings = StepSettings(input_size=(5, 5), in_channels=2)
    header, take = arrays_of(settings)
    step = step_of(settings)
    index = take(header["matrix"]["index"]).long()
    weights = torch.cat([step.weight.flatten(), torch.zeros(1)])[index]  # -1 is no weight
    assert torch.equal(weights, matrix(step.layer, (2, 5, 5), step.weight).flatten())
    assert header["matrix"]["patches"]["size"] == (18, 9)


@pytest.mark.parametrize(
    ("changes", "words", "reads"),
    [
        ({"operation": "avg", "padding": (1, 1)}, "the mean counts it as 0", "0"),
        ({"operation": "avg", "padding": (1, 1), "count_include_pad": False}, "the mean leaves it out", ""),
        ({"operation": "avg", "stride": (3, 3), "ceil_mode": True}, "hangs over the end", "0"),
        ({"operation": "max", "padding": (1, 1)}, "a maximum never chooses them", "−∞"),
        ({"padding": (1, 1)}, "padding, as far as windows read it: 0", "0"),
        ({"padding": (1, 1), "padding_mode": "reflect"}, "copies cells (reflect)", "0"),
    ],
)
def test_the_cells_around_the_input_are_explained(changes, words, reads):
    assert words in legend_of(StepSettings(**changes))
    assert header_of(StepSettings(**changes))["input"]["reads"] == reads


@pytest.mark.parametrize(
    ("changes", "marks"),
    [
        ({}, ["use"]),
        ({"padding": (1, 1)}, ["use", "pad"]),
        ({"input_size": (8, 8), "stride": (2, 2)}, ["use", "left"]),
        ({"operation": "transposed"}, ["use"]),
        (
            {"operation": "transposed", "stride": (2, 2), "padding": (1, 1), "output_padding": (1, 1)},
            ["use", "cut", "extra"],
        ),
        ({"flip": True}, ["use", ""]),
    ],
)
def test_the_legend_speaks_of_what_is_there_alone(changes, marks):
    legend = header_of(StepSettings(**changes))["legend"]
    assert [note["mark"] for note in legend] == marks
    assert not re.search(r"`|_", legend_of(StepSettings(**changes)))


@drawn(150)
@given(every_control())
def test_the_page_opens_at_a_telling_place(state):
    state = mended(state)
    header = header_of(state)
    channel, row, column = header["opens"]
    step, image = step_of(state), image_of(state)
    every = explain_all(step.layer, image, step.weight, step.bias)
    read = [image[each] for each in every.channels(channel)]
    rows, columns = every.output_shape[1:]

    def merit(i, j):
        """Whether any number read is not 0; then whether all are inside, or how many stamps overlap."""
        cells = [(a, b) for a in header["lines"]["sources"][0][i] for b in header["lines"]["sources"][1][j]]
        met = [(a, b) for a, b in cells if a is not None and b is not None]
        something = any(float(one[place]) != 0 for one in read for place in met)
        if state.transposed:
            return len(met) * something
        inside = all(
            a is not None and b is not None and 0 <= a < image.shape[1] and 0 <= b < image.shape[2]
            for a in header["lines"]["cells"][0][i]
            for b in header["lines"]["cells"][1][j]
        )
        return 2 * something + inside

    merits = {(i, j): merit(i, j) for i in range(rows) for j in range(columns)}
    best = [place for place, each in merits.items() if each == max(merits.values())]
    middle = ((rows - 1) / 2, (columns - 1) / 2)
    assert channel == 0 and math.dist((row, column), middle) == min(math.dist(place, middle) for place in best)
    assert (row, column) in best


def test_what_padding_crops_is_sent_with_the_output():
    settings = EXAMPLES["odd_back"].settings
    header, take = arrays_of(settings)
    step, image = step_of(settings), image_of(settings)
    whole = torch.nn.functional.conv_transpose2d(image[None], step.weight, stride=2, output_padding=1)[0]
    assert torch.equal(take(header["output"]["whole"]), whole.flatten())
    assert torch.equal(take(header["output"]["values"]), whole[:, 1:-1, 1:-1].flatten())
    assert "whole" not in header_of(EXAMPLES["strides_back"].settings)["output"]


def test_the_header_is_json():
    for name in ("channels", "odd_back", "maximum", "average"):
        json.dumps(shown(EXAMPLES[name].settings, True).header, allow_nan=False)


def test_the_layer_is_pytorchs():
    assert facts(StepSettings())[0] == "nn.Conv2d(1, 1, kernel_size=3, bias=False)"
