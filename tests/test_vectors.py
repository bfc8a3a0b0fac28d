"""Flatten and the linear layer: torch's results and refusals."""

import pytest
import torch
from draws import BATCHES, SIZES, drawn, whole
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from convlab import Conv2d, ConvLabError, ConvTranspose2d, Flatten, Linear, receptive_field


@drawn(100)
@given(BATCHES, SIZES, st.integers(1, 3))
def test_flatten_is_torchs(batch, size, channels):
    input = whole(*batch, channels, *size)
    output = Flatten()(input)
    assert torch.equal(output, nn.Flatten()(input) if batch else input.flatten())
    assert Flatten().output_shape(input.shape) == tuple(output.shape)
    assert torch.equal(Flatten()(output), output)


@drawn(200)
@given(st.integers(1, 9), st.integers(1, 9), st.booleans(), BATCHES)
def test_a_linear_layer_is_torchs(takes, gives, bias, batch):
    layer, module, input = Linear(takes, gives, bias), nn.Linear(takes, gives, bias), whole(*batch, takes)
    output = layer(input, module.weight, module.bias)
    assert torch.equal(output, module(input))
    assert layer.output_shape(input.shape) == tuple(output.shape)
    assert layer.weight_shape == tuple(module.weight.shape)
    assert layer.parameters == sum(numbers.numel() for numbers in module.parameters())
    assert layer.macs(input.shape) == output.numel() * takes
    assert Linear.of_module(module) == layer


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Linear(0, 1), r"^`in_features` must be at least 1: got 0\."),
        (lambda: Linear(1, True), r"^`out_features` must be a whole number: got True\."),
        (lambda: Linear(2, 1)(whole(2)), r"^`weight` must have the layer's shape: this layer takes 1×2, got none\."),
        (lambda: Linear(2, 1)(whole(2), whole(1, 2), whole(2)), r"^`bias` must hold one number per output: .* takes 1"),
        (lambda: Linear(2, 1, False)(whole(2), whole(1, 2), whole(1)), r"^`bias` must be left out of a layer made"),
        (lambda: Flatten().output_shape((1, 2, 0)), r"^`input` must have shape \(C, H, W\)"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ConvLabError, match=message):
        call()


def test_a_linear_layer_sees_all_that_reaches_it():
    assert receptive_field([Flatten()], (6, 5)) == (1, 1)
    assert receptive_field([Flatten(), Linear(30, 2), Linear(2, 2)], (6, 5)) == (6, 5)
    assert receptive_field([Conv2d(1, 1, 3, stride=2), Flatten(), Linear(4, 2)], (6, 5)) == (5, 5)
    assert receptive_field([ConvTranspose2d(1, 1, 1, stride=2), Flatten(), Linear(99, 2)], (6, 5)) == (6, 5)
