"""Adaptive pooling and up-sampling: torch's results, and where their numbers come from."""

import pytest
import torch
from draws import BATCHES, SIZES, drawn, sides, whole
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from convlab import AdaptiveAvgPool2d, ConvLabError, Upsample


@st.composite
def resizers(draw):
    """A layer of ours and torch's own."""
    if draw(st.booleans()):
        size = draw(sides(1, 9))
        return AdaptiveAvgPool2d(size), nn.AdaptiveAvgPool2d(size)
    given_as, mode = draw(st.sampled_from(["size", "scale_factor"])), draw(st.sampled_from(["nearest", "bilinear"]))
    settings = {given_as: draw(sides(1, 12 if given_as == "size" else 4)), "mode": mode}
    return Upsample(**settings), nn.Upsample(**settings)


@drawn(600)
@given(resizers(), BATCHES, SIZES)
def test_a_resizing_layer_is_torchs(pair, batch, size):
    (layer, module), input = pair, whole(*batch, 2, *size)
    output = layer(input)
    assert torch.equal(output, module(input.reshape(-1, *input.shape[-3:])).reshape(output.shape))
    assert layer.output_shape(input.shape) == tuple(output.shape)
    assert layer.macs(input.shape) == layer.parameters == 0
    assert type(layer).of_module(module) == layer
    assert type(layer)(**layer.settings()) == layer


@drawn(600)
@given(resizers(), SIZES)
def test_a_resizing_layer_reads_where_its_gradients_flow(pair, size):
    layer, input = pair[0], torch.zeros(1, *size, dtype=torch.double, requires_grad=True)
    output = layer(input)
    for axis in (0, 1):
        reach, cells = layer.reach(axis, size[axis]), size[axis]
        for place in range(output.shape[axis + 1]):
            (gradient,) = torch.autograd.grad(output[0].select(axis, place).sum(), input, retain_graph=True)
            met = {layer.copies(cell, cells) for cell in reach.cells(place)} - {None}
            assert met == set((gradient[0].sum(1 - axis) > 1e-9).nonzero().flatten().tolist())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: AdaptiveAvgPool2d(0), r"^`output_size` must be at least 1: got 0\."),
        (lambda: AdaptiveAvgPool2d((None, 7)), r"^`output_size` must be a whole number or a \(height, width\) pair"),
        (lambda: Upsample(), r"^`scale_factor` must be given, or size, but not both: got None\. Use scale_factor 2\."),
        (lambda: Upsample(4, 2), r"^`scale_factor` must be given, or size, but not both: got 2\."),
        (lambda: Upsample(scale_factor=1.5), r"^`scale_factor` must be a whole number or a \(height, width\) pair"),
        (lambda: Upsample(4, mode="bicubic"), r"^`mode` must be one of nearest, bilinear: got 'bicubic'\. Use"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ConvLabError, match=message):
        make()


def test_words():
    assert AdaptiveAvgPool2d(7).short_name == "adaptive average to 7×7"
    assert Upsample(scale_factor=2).short_name == "nearest, 2×2 times larger"
    assert Upsample((8, 6), mode="bilinear").short_name == "bilinear, to 8×6"
