"""Layers: torch's results, shapes, costs and refusals, for thousands of drawn settings."""

import re
from dataclasses import replace

import numpy as np
import pytest
import reference
import torch
from draws import BATCHES, SIZES, convolutions, drawn, mostly, ours, pools, sides, torchs, transposed, whole
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.signal import convolve2d
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from convlab import AvgPool2d, Conv2d, ConvLabError, ConvTranspose2d, MaxPool2d, ReLU

KINDS = {"Conv2d": convolutions(), "ConvTranspose2d": transposed()}
POOLS = {"MaxPool2d": pools(average=False), "AvgPool2d": pools(average=True)}
LAYERS = {"Conv2d": Conv2d, "ConvTranspose2d": ConvTranspose2d, "MaxPool2d": MaxPool2d, "AvgPool2d": AvgPool2d}


def numbers_for(layer, shape):
    """An input of that shape, a weight and, where the layer has one, a bias."""
    bias = whole(layer.out_channels, seed=3) if layer.bias else None
    return whole(*shape, seed=1), whole(*layer.weight_shape, seed=2), bias


def module_of(kind, settings, weight=None, bias=None):
    """The torch module, with our numbers where there are any."""
    module = getattr(nn, kind)(**settings)
    if weight is not None:
        module.weight = nn.Parameter(weight)
    if bias is not None:
        module.bias = nn.Parameter(bias)
    return module


def full(settings, size):
    """The padding "full" as a number as large as the input, for layers that reflect or wrap."""
    return settings | {"padding": min(size)} if settings["padding"] == "full" else settings


# --- equal to torch, in results, shapes and refusals ---


def check_convolution(kind, settings, shape):
    """Both refuse, or both accept and agree."""
    expected = torchs(lambda: module_of(kind, settings)(torch.zeros(shape)))
    predicted = ours(lambda: LAYERS[kind](**settings).output_shape(shape))
    assert (predicted is None) == (expected is None), f"torch: {expected is not None}, ConvLab: {predicted}"
    if expected is None:
        return
    layer = LAYERS[kind](**settings)
    input, weight, bias = numbers_for(layer, shape)
    module = module_of(kind, settings, weight, bias)
    output = layer(input, weight, bias)
    assert torch.equal(output, torchs(lambda: module(input)))
    assert predicted == tuple(output.shape)
    assert layer.weight_shape == tuple(module.weight.shape)
    assert layer.parameters == sum(numbers.numel() for numbers in module.parameters())


@drawn(2000)
@given(convolutions(), SIZES, BATCHES, mostly(st.just(0), st.just(1)))
def test_a_convolution_is_torchs(settings, size, batch, stray):
    check_convolution("Conv2d", full(settings, size), (*batch, settings["in_channels"] + stray, *size))


@drawn(1200)
@given(transposed(), SIZES, BATCHES, mostly(st.just(0), st.just(1)))
def test_a_transposed_convolution_is_torchs(settings, size, batch, stray):
    check_convolution("ConvTranspose2d", settings, (*batch, settings["in_channels"] + stray, *size))


@pytest.mark.parametrize("kind", POOLS)
@drawn(1200)
@given(st.data(), SIZES, BATCHES, st.integers(1, 3))
def test_a_pooling_layer_is_torchs(kind, data, size, batch, channels):
    settings, input = data.draw(POOLS[kind]), whole(*batch, channels, *size)
    expected = torchs(lambda: module_of(kind, settings)(input))
    output = ours(lambda: LAYERS[kind](**settings)(input))
    predicted = ours(lambda: LAYERS[kind](**settings).output_shape(input.shape))
    assert (output is None) == (predicted is None) == (expected is None)
    if expected is not None:
        assert torch.equal(output, expected)
        assert predicted == tuple(expected.shape)
        assert LAYERS[kind](**settings).macs(input.shape) == LAYERS[kind](**settings).parameters == 0


@pytest.mark.parametrize("kind", KINDS)
@drawn(300)
@given(st.data(), SIZES, BATCHES)
def test_macs_are_half_of_torchs_flops(kind, data, size, batch):
    settings = full(data.draw(KINDS[kind]), size)
    shape = (*batch, settings["in_channels"], *size)
    macs = ours(lambda: LAYERS[kind](**settings).macs(shape))
    assume(macs is not None)
    with FlopCounterMode(display=False) as counter:
        torchs(lambda: module_of(kind, settings)(torch.zeros(shape)))
    assert 2 * macs == counter.get_total_flops()


@pytest.mark.parametrize("warned", ["same", (1, 2)])
def test_an_even_kernel_with_same_padding_runs_without_a_warning(warned):
    before = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    try:
        assert Conv2d(1, 1, (2, 4), padding=warned)(whole(1, 5, 5), whole(1, 1, 2, 4)) is not None
    finally:
        torch.set_warn_always(before)


# --- equal to loops ---


def in_numpy(*tensors):
    """The same numbers for NumPy, None where there are none."""
    return [None if tensor is None else tensor.numpy() for tensor in tensors]


@drawn(150)
@given(convolutions(faults=False), st.tuples(st.integers(1, 6), st.integers(1, 6)))
def test_a_convolution_is_the_loops(settings, size):
    settings = full(settings, size)
    layer = ours(lambda: Conv2d(**settings))
    assume(layer and ours(lambda: layer.output_shape((layer.in_channels, *size))))
    input, weight, bias = numbers_for(layer, (layer.in_channels, *size))
    names = ("stride", "padding", "dilation", "groups", "padding_mode")
    slow = reference.conv2d(*in_numpy(input, weight, bias), **{name: settings[name] for name in names})
    np.testing.assert_array_equal(layer(input, weight, bias), slow)


@drawn(150)
@given(transposed(faults=False), st.tuples(st.integers(1, 5), st.integers(1, 5)))
def test_a_transposed_convolution_is_the_loops(settings, size):
    layer = ours(lambda: ConvTranspose2d(**settings))
    assume(layer and ours(lambda: layer.output_shape((layer.in_channels, *size))))
    input, weight, bias = numbers_for(layer, (layer.in_channels, *size))
    names = ("stride", "padding", "output_padding", "groups", "dilation")
    slow = reference.conv_transpose2d(*in_numpy(input, weight, bias), **{name: settings[name] for name in names})
    np.testing.assert_array_equal(layer(input, weight, bias), slow)


@pytest.mark.parametrize(("kind", "slow"), [("MaxPool2d", reference.max_pool), ("AvgPool2d", reference.avg_pool)])
@drawn(150)
@given(st.data(), SIZES)
def test_a_pooling_layer_is_the_loops(kind, slow, data, size):
    settings, input = data.draw(POOLS[kind]), whole(2, *size)
    output = ours(lambda: LAYERS[kind](**settings)(input))
    assume(output is not None)
    np.testing.assert_allclose(output, slow(input.numpy(), **settings), rtol=1e-6)


# --- values by hand ---

LADDER = torch.arange(1.0, 10.0).reshape(1, 3, 3)  # 1 2 3 / 4 5 6 / 7 8 9
SQUARE = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])


def test_a_convolution_by_hand():
    output = Conv2d(1, 1, 2)(LADDER, SQUARE, torch.tensor([0.5]))
    assert output.tolist() == [[[37.5, 47.5], [67.5, 77.5]]]  # 1·1 + 2·2 + 4·3 + 5·4 + 0.5 = 37.5


def test_stride_padding_and_dilation_by_hand():
    assert Conv2d(1, 1, 2, stride=2, padding=1)(LADDER, SQUARE).tolist() == [[[4, 18], [36, 77]]]
    assert Conv2d(1, 1, 2, dilation=2)(LADDER, SQUARE).tolist() == [[[1 + 6 + 21 + 36]]]


@pytest.mark.parametrize(
    ("mode", "row"),
    [
        ("zeros", [0, 0, 1, 2, 3, 4, 0, 0]),
        ("reflect", [3, 2, 1, 2, 3, 4, 3, 2]),
        ("replicate", [1, 1, 1, 2, 3, 4, 4, 4]),
        ("circular", [3, 4, 1, 2, 3, 4, 1, 2]),
    ],
)
def test_padding_modes_by_hand(mode, row):
    layer = Conv2d(1, 1, 1, padding=(0, 2), padding_mode=mode)
    assert layer(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]), torch.ones(1, 1, 1, 1)).tolist() == [[row]]


def test_groups_do_not_meet():
    input, weight = torch.stack([LADDER[0], 10 * LADDER[0]]), torch.ones(2, 1, 1, 1)
    assert torch.equal(Conv2d(2, 2, 1, groups=2)(input, weight), input)


def test_a_transposed_convolution_by_hand():
    input = torch.tensor([[[1.0, 2.0]]])
    assert ConvTranspose2d(1, 1, 2)(input, SQUARE).tolist() == [[[1, 4, 4], [3, 10, 8]]]
    assert ConvTranspose2d(1, 1, 2, stride=2)(input, SQUARE).tolist() == [[[1, 2, 2, 4], [3, 4, 6, 8]]]
    cropped = ConvTranspose2d(1, 1, 2, stride=2, padding=(0, 1), output_padding=(1, 0))
    assert cropped(input, SQUARE).tolist() == [[[2, 2], [4, 6], [0, 0]]]


def test_pooling_by_hand():
    assert MaxPool2d(2)(LADDER).tolist() == [[[5]]]
    assert MaxPool2d(2, ceil_mode=True)(LADDER).tolist() == [[[5, 6], [8, 9]]]
    assert MaxPool2d(2, stride=1, dilation=2)(LADDER).tolist() == [[[9]]]
    assert MaxPool2d(2, padding=1)(-LADDER).tolist() == [[[-1, -2], [-4, -5]]]
    assert AvgPool2d(2)(LADDER).tolist() == [[[3]]]
    assert AvgPool2d(2, ceil_mode=True)(LADDER).tolist() == [[[3, 4.5], [7.5, 9]]]
    assert AvgPool2d(2, padding=1)(LADDER).tolist() == [[[0.25, 1.25], [2.75, 7]]]
    assert AvgPool2d(2, padding=1, count_include_pad=False)(LADDER).tolist() == [[[1, 2.5], [5.5, 7]]]


def test_relu_by_hand():
    layer, input = ReLU(), torch.tensor([[[-2.0, 0.0, 3.0]]])
    assert layer(input).tolist() == [[[0, 0, 3]]]
    assert input.tolist() == [[[-2, 0, 3]]]
    assert layer.output_shape((2, 1, 1, 3)) == (2, 1, 1, 3)
    assert (layer.macs((1, 1, 3)), layer.parameters, layer.weight_shape) == (0, 0, None)


def test_costs_by_hand():
    conv = Conv2d(4, 6, (3, 5), groups=2, padding=(1, 2))
    assert conv.weight_shape == (6, 2, 3, 5)
    assert conv.parameters == 6 * 2 * 15 + 6
    assert conv.macs((4, 7, 8)) == 7 * 8 * 6 * 2 * 15
    assert conv.macs((5, 4, 7, 8)) == 5 * conv.macs((4, 7, 8))
    up = ConvTranspose2d(4, 6, (3, 5), stride=2, groups=2, bias=False)
    assert up.weight_shape == (4, 3, 3, 5)
    assert up.parameters == 4 * 3 * 15
    assert up.macs((4, 7, 8)) == 4 * 7 * 8 * 3 * 15


def test_torchs_names_order_and_defaults():
    assert Conv2d(2, 4, 3, 2, 1, 2, 2, False, "reflect") == Conv2d(
        in_channels=2, out_channels=4, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), dilation=(2, 2), groups=2,
        bias=False, padding_mode="reflect",
    )  # fmt: skip
    assert ConvTranspose2d(2, 4, 3, 2, 1, 1, 2, False, 2, "zeros") == ConvTranspose2d(
        in_channels=2, out_channels=4, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), output_padding=(1, 1),
        groups=2, bias=False, dilation=(2, 2), padding_mode="zeros",
    )  # fmt: skip
    assert MaxPool2d(4, 3, 2).stride == (3, 3)
    assert MaxPool2d((4, 2)).stride == AvgPool2d((4, 2)).stride == (4, 2)


def test_a_layer_is_one_value():
    assert Conv2d(1, 1, 3) == Conv2d(1, 1, (3, 3), padding=(0, 0))
    assert hash(Conv2d(1, 1, 3)) == hash(Conv2d(1, 1, [3, 3]))
    assert Conv2d(1, 1, 3) != Conv2d(1, 1, 3, stride=2)
    assert "window" not in repr(Conv2d(1, 1, 3))


def test_formulas_by_hand():
    rows, columns = Conv2d(3, 4, (5, 3), (2, 1), (0, 1)).formula((2, 3, 235, 180))
    assert rows == "⌊(235 + 2·0 − 1·(5 − 1) − 1) / 2⌋ + 1 = 116"
    assert columns == "⌊(180 + 2·1 − 1·(3 − 1) − 1) / 1⌋ + 1 = 180"
    rows, columns = ConvTranspose2d(1, 1, 3, (2, 3), (1, 0), (1, 2)).formula((1, 4, 5))
    assert rows == "(4 − 1)·2 − 2·1 + 1·(3 − 1) + 1 + 1 = 8"
    assert columns == "(5 − 1)·3 − 2·0 + 1·(3 − 1) + 2 + 1 = 17"
    assert MaxPool2d(2, ceil_mode=True).formula((1, 5, 4))[0] == "⌈(5 + 2·0 − 1·(2 − 1) − 1) / 2⌉ + 1 = 3"
    assert Conv2d(1, 1, (4, 1), padding="same").formula((1, 8, 8))[0] == "⌊(8 + 1 + 2 − 1·(4 − 1) − 1) / 1⌋ + 1 = 8"
    assert ReLU().formula((1, 8, 8)) == ()


# --- laws ---


@drawn(100)
@given(sides(1, 5), sides(1, 3), SIZES, st.integers(1, 3), st.sampled_from(["zeros", "replicate"]))
def test_a_delta_kernel_changes_nothing(kernel_size, dilation, size, channels, mode):
    layer = Conv2d(
        channels, channels, kernel_size, padding="same", dilation=dilation, groups=channels, padding_mode=mode
    )
    delta = torch.zeros(layer.weight_shape)
    kh, kw = layer.kernel_size
    assume(kh % 2 and kw % 2)
    delta[:, :, kh // 2, kw // 2] = 1
    image = whole(channels, *size)
    assert torch.equal(layer(image, delta), image)


@drawn(100)
@given(st.sampled_from(["Conv2d", "ConvTranspose2d"]), st.data(), SIZES, st.integers(-3, 3), st.integers(-3, 3))
def test_a_convolution_is_linear(kind, data, size, a, b):
    settings = full(data.draw(KINDS[kind]), size)
    layer = ours(lambda: LAYERS[kind](**settings))
    assume(layer and ours(lambda: layer.output_shape((layer.in_channels, *size))))
    x, y = (whole(layer.in_channels, *size, seed=seed) for seed in (1, 2))
    v, w = (whole(*layer.weight_shape, seed=seed) for seed in (3, 4))
    assert torch.equal(layer(a * x + b * y, v), a * layer(x, v) + b * layer(y, v))
    assert torch.equal(layer(x, a * v + b * w), a * layer(x, v) + b * layer(x, w))


@drawn(300)
@given(convolutions(faults=False), SIZES)
def test_the_transposed_layer_is_the_transpose(settings, size):
    """⟨A x, y⟩ = ⟨x, Aᵀ y⟩, output_padding filling what the stride left over."""
    assume(settings["padding"] not in ("same", "valid", "full") and settings["padding_mode"] == "zeros")
    down = ours(lambda: Conv2d(**settings | {"bias": False}))
    shape = ours(lambda: down and down.output_shape((down.in_channels, *size)))
    assume(shape)
    up = ConvTranspose2d(
        down.out_channels, down.in_channels, down.kernel_size, down.stride, down.padding, down.window.leftover(size),
        down.groups, False, down.dilation,
    )  # fmt: skip
    weight, x, y = whole(*down.weight_shape, seed=1), whole(down.in_channels, *size, seed=2), whole(*shape, seed=3)
    assert up.weight_shape == down.weight_shape
    assert up.output_shape(shape) == (down.in_channels, *size)
    assert (down(x, weight) * y).sum() == (x * up(y, weight)).sum()
    assert up.macs(shape) == down.macs((down.in_channels, *size))


@drawn(100)
@given(SIZES, SIZES)
def test_a_flipped_kernel_gives_the_true_convolution(size, kernel_size):
    assume(all(k <= s for k, s in zip(kernel_size, size, strict=True)))
    image, weight = whole(1, *size, seed=1), whole(1, 1, *kernel_size, seed=2)
    true = convolve2d(image[0], weight[0, 0], mode="valid")
    np.testing.assert_array_equal(Conv2d(1, 1, kernel_size)(image, weight.flip(2, 3))[0], true)
    stamped = ConvTranspose2d(1, 1, kernel_size)(image, weight)[0]
    np.testing.assert_array_equal(stamped, convolve2d(image[0], weight[0, 0], mode="full"))


# --- refusals: one fault each ---


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kernel_size": 0}, r"^`kernel_size` must be at least 1: got 0\."),
        ({"kernel_size": 2.5}, r"^`kernel_size` must be a whole number or a \(height, width\) pair of them: got 2"),
        ({"stride": (1, 0)}, r"^`stride` must be at least 1: got \(1, 0\)\. Use \(1, 1\)\.$"),
        ({"padding": -1}, r"^`padding` must be at least 0: got -1\."),
        ({"dilation": 0}, r"^`dilation` must be at least 1: got 0\."),
        ({"groups": 3}, r"^`groups` must divide in_channels: 4 channels do not split into 3 equal groups\. Use "),
        ({"groups": 4}, r"^`groups` must divide out_channels: 6 channels do not split into 4 equal groups\."),
        ({"padding": "full"}, r'^`padding` must be numbers, "same" or "valid": got \'full\'\. Use padding 0\.$'),
        (
            {"padding": "same", "stride": (1, 2)},
            r'^`padding` can be "same" only with stride 1: the output cannot keep the input.s size with stride .1, 2.'
            r'\. Use stride 1, or padding 1 instead of "same"\.$',
        ),
        (
            {"padding_mode": "mirror"},
            r"^`padding_mode` must be one of zeros, reflect, replicate, circular: got 'mirror'\. Use \"zeros\"\.$",
        ),
    ],
)  # fmt: skip
def test_a_convolution_that_cannot_be_made(settings, message):
    with pytest.raises(ConvLabError, match=message):
        Conv2d(**{"in_channels": 4, "out_channels": 6, "kernel_size": 3} | settings)


@pytest.mark.parametrize("name", ["in_channels", "out_channels", "groups"])
@pytest.mark.parametrize("layer", [Conv2d, ConvTranspose2d])
def test_channels_and_groups_are_one_number(layer, name):
    settings = {"in_channels": 4, "out_channels": 4, "kernel_size": 1}
    with pytest.raises(ConvLabError, match=f"^`{name}` must be at least 1: got 0. Use 1.$") as refusal:
        layer(**settings | {name: 0})
    assert refusal.value.fix == {name: 1}
    with pytest.raises(ConvLabError, match=f"^`{name}` must be a whole number: got \\(4, 2\\)"):
        layer(**settings | {name: (4, 2)})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"output_padding": 2},
            r"^`output_padding` must be smaller than stride or dilation: output_padding \(2, 2\) with stride \(2, 2\) "
            r"and dilation \(1, 1\)\. Use output_padding \(1, 1\) at the most\.$",
        ),
        ({"output_padding": -1}, r"^`output_padding` must be at least 0: got -1\."),
        ({"padding": "same"}, r"^`padding` must be a whole number or a \(height, width\) pair of them: got 'same'\."),
        ({"padding_mode": "reflect"}, r"^`padding_mode` must be zeros for a transposed convolution: got 'reflect'\."),
        ({"groups": 4}, r"^`groups` must divide out_channels: 6 channels do not split into 4 equal groups\."),
    ],
)
def test_a_transposed_convolution_that_cannot_be_made(settings, message):
    with pytest.raises(ConvLabError, match=message):
        ConvTranspose2d(**{"in_channels": 4, "out_channels": 6, "kernel_size": 3, "stride": 2} | settings)


@pytest.mark.parametrize("layer", [MaxPool2d, AvgPool2d])
def test_a_pooling_layer_that_cannot_be_made(layer):
    message = (
        r"^`padding` must be at most half the kernel of a pooling layer: \(2, 1\) with a kernel_size of \(3, 3\)\. "
        r"Use padding \(1, 1\) at the most\.$"
    )
    with pytest.raises(ConvLabError, match=message) as refusal:
        layer(3, padding=(2, 1))
    assert refusal.value.fix == {"padding": (1, 1)}
    with pytest.raises(ConvLabError, match=r"^`stride` must be at least 1: got 0\."):
        layer(3, stride=0)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            Conv2d(1, 1, 5, dilation=3), (1, 9, 9),
            r"^`kernel_size` must fit the padded input: \(5, 5\) with dilation 3 covers 13×13, the input is 9×9\. "
            r"Use dilation 2 or padding 2\.$",
        ),
        (
            MaxPool2d(3), (1, 9, 2),
            r"^`kernel_size` must fit the padded input: \(3, 3\) covers 3×3, the input is 9×2\. Use kernel_size .3, 2.",
        ),
        (
            ConvTranspose2d(1, 1, 2, padding=(0, 2)), (1, 3, 3),
            r"^`padding` must leave at least one row and column of the output: \(0, 2\) crops the output to 4×0\. "
            r"Use padding \(0, 1\)\.$",
        ),
        (
            Conv2d(1, 1, 3, padding=3, padding_mode="reflect"), (1, 3, 9),
            r"^`padding` must be smaller than the input when padding_mode is reflect: padding .3, 3., the input is 3×9."
            r" Use padding \(2, 8\) at the most, or padding_mode zeros\.$",
        ),
        (
            Conv2d(1, 1, 3, padding=(0, 4), padding_mode="circular"), (1, 3, 3),
            r"^`padding` must be at most the input when padding_mode is circular: padding \(0, 4\), the input is 3×3\. "
            r"Use padding \(3, 3\) at the most, or padding_mode zeros\.$",
        ),
        (
            Conv2d(3, 1, 1), (1, 8, 8),
            r"^`in_channels` must equal the input's channels: the layer takes 3, the input 1×8×8 has 1\. Use in_",
        ),
        (MaxPool2d(1), (8, 8), r"^`input` must have shape \(C, H, W\) or \(N, C, H, W\), no side of 0: got \(8, 8\)\."),
        (ReLU(), (1, 0, 8), r"^`input` must have shape .*: got \(1, 0, 8\)\. Use "),
        (MaxPool2d(1), (1, 1, 1, 8, 8), r"^`input` must have shape .*: got \(1, 1, 1, 8, 8\)\. Use "),
    ],
)  # fmt: skip
def test_an_input_that_does_not_fit(layer, shape, message):
    with pytest.raises(ConvLabError, match=message):
        layer.output_shape(shape)
    with pytest.raises(ConvLabError, match=message):
        layer(torch.zeros(shape), *([torch.zeros(layer.weight_shape)] if layer.weight_shape else []))


@pytest.mark.parametrize("layer", [Conv2d(2, 4, 3), ConvTranspose2d(4, 2, 3)])
def test_weights_that_do_not_fit(layer):
    input = torch.zeros(layer.in_channels, 5, 5)
    right = torch.zeros(layer.weight_shape)
    with pytest.raises(
        ConvLabError, match=r"^`weight` must have the layer's shape: this layer takes 4×2×3×3, got none\. Use a w"
    ):
        layer(input)
    with pytest.raises(ConvLabError, match=r"^`weight` must have .* takes 4×2×3×3, got 4×2×3×2\."):
        layer(input, right[..., :2])
    message = rf"^`bias` must hold one number per output channel: this layer takes {layer.out_channels}, got 5\. Use "
    with pytest.raises(ConvLabError, match=message):
        layer(input, right, torch.zeros(5))


@pytest.mark.parametrize("layer", [Conv2d(1, 1, 1), ConvTranspose2d(1, 1, 1)])
def test_numbers_of_another_kind_are_refused(layer):
    image, weight = torch.zeros(1, 2, 2), torch.ones(1, 1, 1, 1)
    assert layer(image.double(), weight.double()).dtype == torch.float64
    with pytest.raises(ConvLabError, match=r"^`weight` must .*float64"):
        layer(image, weight.double())


# --- the way out of every refusal ---


def refusal_of(kind, settings, shape):
    """The error of these settings on that input, or None."""
    try:
        LAYERS[kind](**settings).output_shape(shape)
    except ConvLabError as error:
        return error
    return None


@pytest.mark.parametrize("kind", LAYERS)
@drawn(500)
@given(st.data(), SIZES, mostly(st.just(0), st.just(1)))
def test_every_way_out_leads_out(kind, data, size, stray):
    """One fix after the other ends at a layer that works, and no fault comes twice."""
    settings = data.draw((KINDS | POOLS)[kind])
    shape = (settings.get("in_channels", 1) + stray, *size)
    met = set()
    while error := refusal_of(kind, settings, shape):
        assert error.fix, f"no way out: {error}"
        assert set(error.fix) <= set(settings) | {"stride"}
        assert (error.parameter, error.rule) not in met, f"again: {error}"
        met.add((error.parameter, error.rule))
        settings = settings | error.fix
    layer = LAYERS[kind](**settings)
    assert replace(layer) == layer


FAULTS = [
    (Conv2d, {"kernel_size": 0}),
    (Conv2d, {"kernel_size": 1.5}),
    (Conv2d, {"kernel_size": (3, 20)}),
    (Conv2d, {"kernel_size": 4, "dilation": (1, 6)}),
    (Conv2d, {"dilation": 5}),
    (Conv2d, {"dilation": (2, 0)}),
    (Conv2d, {"dilation": 4, "kernel_size": (2, 4), "padding": (0, 1)}),
    (Conv2d, {"stride": (-1, 2)}),
    (Conv2d, {"padding": "full"}),
    (Conv2d, {"padding": (2, -1)}),
    (Conv2d, {"padding": "same", "stride": 2}),
    (Conv2d, {"padding": (0, 40), "padding_mode": "reflect"}),
    (Conv2d, {"padding": "same", "kernel_size": (1, 40), "padding_mode": "circular"}),
    (Conv2d, {"padding_mode": "mirror"}),
    (Conv2d, {"groups": 0}),
    (Conv2d, {"groups": 3}),
    (Conv2d, {"in_channels": 3}),
    (Conv2d, {"in_channels": 6, "out_channels": 6, "groups": 3}),
    (Conv2d, {"out_channels": 0}),
    (ConvTranspose2d, {"kernel_size": "3"}),
    (ConvTranspose2d, {"stride": 0}),
    (ConvTranspose2d, {"padding": 9}),
    (ConvTranspose2d, {"padding": (0, 40), "dilation": 2, "output_padding": 1}),
    (ConvTranspose2d, {"padding": "same"}),
    (ConvTranspose2d, {"output_padding": (0, 2)}),
    (ConvTranspose2d, {"output_padding": -1}),
    (ConvTranspose2d, {"padding_mode": "reflect"}),
    (ConvTranspose2d, {"groups": 3}),
    (ConvTranspose2d, {"in_channels": 6, "out_channels": 6, "groups": 3}),
    (MaxPool2d, {"kernel_size": (3, 20)}),
    (MaxPool2d, {"dilation": 5}),
    (MaxPool2d, {"kernel_size": (3, 20), "dilation": (1, 9)}),
    (MaxPool2d, {"padding": (1, 2)}),
    (AvgPool2d, {"kernel_size": 20, "padding": 3}),
    (AvgPool2d, {"stride": -1}),
    (AvgPool2d, {"padding": 2}),
]


@pytest.mark.parametrize(("layer", "fault"), FAULTS)
def test_one_fault_is_mended_at_once(layer, fault):
    sound = {"in_channels": 4, "out_channels": 4} if layer in (Conv2d, ConvTranspose2d) else {}
    settings = {**sound, "kernel_size": 3, "stride": 1, **fault}
    with pytest.raises(ConvLabError) as refusal:
        layer(**settings).output_shape((4, 7, 9))
    layer(**settings | refusal.value.fix).output_shape((4, 7, 9))


ADVISED = re.compile(r"(padding|dilation|kernel_size) (\d+|\(\d+, \d+\))")


@pytest.mark.parametrize("kind", ["Conv2d", "MaxPool2d", "AvgPool2d"])
@drawn(300)
@given(st.data(), SIZES)
def test_every_advice_about_a_kernel_too_large_helps(kind, data, size):
    """Each "Use …" and each "or …" of the sentence makes the kernel fit."""
    settings = full(data.draw((KINDS | POOLS)[kind]), size)
    shape = (settings.get("in_channels", 1), *size)
    error = refusal_of(kind, settings, shape)
    assume(error is not None and error.rule == "must fit the padded input")
    for way in error.advice.split(" or "):
        advised = {name: tuple(map(int, re.findall(r"\d+", value))) for name, value in ADVISED.findall(way)}
        numbers = {name: found if len(found) == 2 else found * 2 for name, found in advised.items()}
        left = refusal_of(kind, settings | numbers, shape)
        assert advised and left is None, f"{settings} on {size}: {error} — {way} — {left}"
