"""The figures of the post that this project grows from, shown by the library; numbered as its facts are."""

import pytest
import torch
import torch.nn.functional as F
from conftest import header_of
from torch import nn

from convlab import (
    SAMPLES,
    AvgPool2d,
    Conv2d,
    ConvTranspose2d,
    MaxPool2d,
    ReLU,
    Step,
    Window,
    kernels,
    load_image,
    to_grey,
    trace,
)
from convlab.network import two_layers

RAMP = [-1.0, -0.5, 0.0, 0.5, 1.0]
CHAIN = [(4, 231, 176), (4, 231, 176), (4, 115, 88), (4, 111, 84), (4, 111, 84), (4, 55, 42)]


@pytest.fixture(scope="module")
def panda():
    return load_image(SAMPLES["panda"].path)


@pytest.fixture(scope="module")
def stages(panda):
    return trace(two_layers(), panda)


def test_1_products_per_channel_summed_and_added_over_channels():
    image, weight = torch.rand(3, 8, 8), torch.rand(1, 3, 3, 3)
    output = Conv2d(3, 1, 3)(image, weight)
    assert output.shape == (1, 6, 6)
    channel_sums = (image[:, 2:5, 4:7] * weight[0]).sum((1, 2))
    assert channel_sums.shape == (3,)
    torch.testing.assert_close(output[0, 2, 4], channel_sums.sum())


def test_2_padding_keeps_the_size():
    assert Conv2d(3, 1, 3, padding=1).output_shape((3, 8, 8)) == (1, 8, 8)
    assert Conv2d(3, 1, 3, padding="same").output_shape((3, 8, 8)) == (1, 8, 8)


@pytest.mark.parametrize("rows", [1, 3, 5, 7])
@pytest.mark.parametrize("columns", [1, 3, 5, 7])
def test_2_and_3_same_needs_half_the_kernel_on_each_side(rows, columns):
    half = ((rows - 1) // 2, (columns - 1) // 2)
    same = Conv2d(1, 1, (rows, columns), padding="same")
    assert same.window.padding == same.window.padding_end == half
    assert Conv2d(1, 1, (rows, columns), padding=half).output_shape((1, 9, 8)) == (1, 9, 8)


def test_3_rows_and_columns_are_set_apart():
    layer = Conv2d(1, 1, (5, 3), stride=(1, 2), padding=(2, 0), dilation=(1, 2))
    assert layer.output_shape((1, 8, 9)) == (1, 8, 3)


def test_4_stride_1_against_stride_2():
    visited = {stride: Window(3, stride).usage((7, 7)) for stride in (1, 2)}
    assert [Window(3, stride).output_size((7, 7)) for stride in (1, 2, 3, 4)] == [(5, 5), (3, 3), (2, 2), (2, 2)]
    assert visited[1][0] == [1, 2, 3, 3, 3, 2, 1]
    assert visited[2][0] == [1, 1, 2, 1, 2, 1, 1]
    assert Conv2d(1, 1, 3, stride=2, padding=1).output_shape((1, 8, 8)) == (1, 4, 4)  # smaller even with padding


def test_5_dilation_2_covers_5_by_5_with_nine_weights():
    window = Window(3, dilation=2)
    assert window.dilated_size == (5, 5)
    assert [cell for _, cell in window.taps((0, 0))] == [(row, column) for row in (0, 2, 4) for column in (0, 2, 4)]


def test_6_relu_then_maximum_and_average_over_2_by_2_blocks():
    maps = torch.tensor([[[1.0, -2.0, 3.0, 0.0], [5.0, 4.0, -1.0, 2.0]]])
    positive = ReLU()(maps)
    assert positive.tolist() == [[[1, 0, 3, 0], [5, 4, 0, 2]]]
    assert MaxPool2d(2)(positive).tolist() == [[[5, 3]]]
    assert AvgPool2d(2)(positive).tolist() == [[[2.5, 1.25]]]


def test_7_four_ramps():
    across = [RAMP] * 5
    down = [[number] * 5 for number in RAMP]
    assert kernels.gradients(5)[:, 0].tolist() == [
        across,
        [[-number + 0.0 for number in row] for row in across],
        down,
        [[-number + 0.0 for number in row] for row in down],
    ]


def test_8_the_chain_of_shapes(panda, stages):
    assert panda.shape == (3, 235, 180)
    assert [stage.shape for stage in stages] == CHAIN
    assert [stage.parameters for stage in stages] == [300, 0, 0, 400, 0, 0]
    assert [stage.macs for stage in stages] == [12_196_800, 0, 0, 3_729_600, 0, 0]
    assert [stage.receptive_field for stage in stages] == [(n, n) for n in (5, 5, 6, 14, 14, 16)]


def test_8_and_9_the_maps_are_those_of_plain_torch(panda, stages):
    ramp = torch.tensor(RAMP).repeat(5, 1)
    four = torch.stack([ramp, -ramp, ramp.T, -ramp.T])
    model = nn.Sequential(
        *(nn.Conv2d(3, 4, 5, bias=False), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 4, 5, bias=False), nn.ReLU(), nn.MaxPool2d(2)),
    )
    with torch.no_grad():
        for index, channels in ((0, 3), (3, 4)):
            model[index].weight.copy_(four[:, None].expand(4, channels, 5, 5))
        maps = panda
        for stage, layer in zip(stages, model, strict=True):
            maps = layer(maps)
            torch.testing.assert_close(stage.output, maps, rtol=1e-5, atol=1e-4)
    assert all(torch.equal(one.output, other.output) for one, other in zip(trace(model, panda), stages, strict=True))


def test_9_relu_clips_what_lies_below_zero(stages):
    for before, after in ((stages[0], stages[1]), (stages[3], stages[4])):
        assert before.output.min() < 0 < before.output.max()
        assert torch.equal(after.output, before.output.clamp(min=0))


def test_9_each_layers_maps_stand_in_two_rows_before_and_after_relu(app):
    app.query_params["layers"] = "two"
    app.run()
    rows = [
        [(row["title"], row["kind"], row["shape"], len(row["captions"])) for row in layer["rows"][:2]]
        for layer in header_of(app)["panels"][0]["layers"]
    ]
    assert rows == [
        [("Before ReLU", "sum", "4×231×176", 4), ("After ReLU", "relu", "4×231×176", 4)],
        [("Before ReLU", "sum", "4×111×84", 4), ("After ReLU", "relu", "4×111×84", 4)],
    ]


def test_8_the_maps_come_in_pairs_of_opposite_sign(stages):
    for index in (0, 3):
        maps = stages[index].output
        assert torch.equal(maps[0], -maps[1]) and torch.equal(maps[2], -maps[3])
        assert not torch.equal(maps[0], maps[2]) and maps[0].abs().max() > 1


def test_10_stride_2_in_both_layers(panda):
    shapes = [stage.shape for stage in trace(two_layers(stride=2), panda)]
    assert shapes == [(4, 116, 88), (4, 116, 88), (4, 58, 44), (4, 27, 20), (4, 27, 20), (4, 13, 10)]


def test_11_dilation_3(panda):
    assert trace(two_layers(dilation=3), panda)[0].shape == (4, 223, 168)


def test_12_a_kernel_of_one_cell_weighs_the_channels(stages):
    maps, factors = stages[-1].output, [1.0, 0.5, 0.25, -1.0]
    row = [Step(Conv2d(4, 1, 1, bias=False), torch.tensor(factors).reshape(1, 4, 1, 1)), Step(ReLU())]
    before, after = (stage.output for stage in trace(row, maps))
    assert before.shape == after.shape == (1, *maps.shape[1:]) == (1, 55, 42)
    torch.testing.assert_close(before[0], sum(factor * channel for factor, channel in zip(factors, maps, strict=True)))
    assert torch.equal(after, before.clamp(min=0))


def test_13_a_bottleneck_saves_91_percent():
    direct = Conv2d(64, 16, 3, padding=1).macs((64, 28, 28))
    squeeze, spread = Conv2d(64, 4, 1), Conv2d(4, 16, 3, padding=1)
    through = [squeeze.macs((64, 28, 28)), spread.macs((4, 28, 28))]
    assert spread.output_shape(squeeze.output_shape((64, 28, 28))) == (16, 28, 28)
    assert direct == 7_225_344
    assert through == [200_704, 451_584] and sum(through) == 652_288
    assert round(100 * (1 - sum(through) / direct), 1) == 91.0


def test_14_a_transposed_convolution_grows_its_input():
    assert ConvTranspose2d(1, 1, 3).output_shape((1, 6, 6)) == (1, 8, 8)
    assert ConvTranspose2d(1, 1, 2, stride=2).output_shape((1, 6, 6)) == (1, 12, 12)


def spike():
    """Zero but for -1 at the centre, 5×3."""
    kernel = torch.zeros(1, 1, 5, 3)
    kernel[0, 0, 2, 1] = -1
    return kernel


def test_15_there_and_back_with_one_spike(panda):
    grey = to_grey(panda)
    there, back = trace([Step(Conv2d(1, 1, (5, 3)), spike()), Step(ConvTranspose2d(1, 1, (5, 3)), spike())], grey)
    assert (there.shape, back.shape) == ((1, 231, 178), (1, 235, 180))
    assert torch.equal(back.output[:, 2:-2, 1:-1], grey[:, 2:-2, 1:-1])
    edge = torch.ones(1, 235, 180, dtype=torch.bool)
    edge[:, 2:-2, 1:-1] = False
    assert (back.output[edge] == 0).all() and grey[edge].max() > 0


def test_15_with_padding_all_of_it_comes_back(panda):
    grey = to_grey(panda)
    there = Conv2d(1, 1, (5, 3), padding=(2, 1))(grey, spike())
    assert torch.equal(there, -grey)
    assert torch.equal(ConvTranspose2d(1, 1, (5, 3), padding=(2, 1))(there, spike()), grey)


def test_15_any_other_kernel_returns_the_shape_and_not_the_values(panda):
    grey, blur = to_grey(panda), kernels.bank("gaussian", (5, 3))
    back = ConvTranspose2d(1, 1, (5, 3))(Conv2d(1, 1, (5, 3))(grey, blur), blur)
    assert back.shape == grey.shape
    assert (back - grey).abs().max() > 0.1


def test_18_the_layer_does_not_flip_its_kernel():
    step = torch.tensor([[[0.0, 0.0, 1.0, 1.0]]])
    weight = torch.tensor([[[[-1.0, 1.0]]]])
    assert Conv2d(1, 1, (1, 2))(step, weight).tolist() == [[[0, 1, 0]]]
    assert Conv2d(1, 1, (1, 2))(step, weight.flip(3)).tolist() == [[[0, -1, 0]]]
    assert F.conv2d(step, weight).tolist() == [[[0, 1, 0]]]
