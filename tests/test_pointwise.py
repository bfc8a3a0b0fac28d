"""ReLU, leaky ReLU, batch norm, and what changes nothing: torch's results and refusals."""

import pytest
import torch
from draws import BATCHES, SIZES, drawn, whole
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from convlab import BatchNorm2d, ConvLabError, Dropout, Dropout2d, Identity, LeakyReLU, ReLU


@drawn(200)
@given(st.floats(-2, 2), BATCHES, SIZES)
def test_a_leaky_relu_is_torchs(slope, batch, size):
    input = whole(*batch, 2, *size)
    assert torch.equal(LeakyReLU(slope)(input), nn.LeakyReLU(slope)(input))
    assert LeakyReLU(slope).output_shape(input.shape) == tuple(input.shape)
    assert LeakyReLU(slope).macs(input.shape) == LeakyReLU(slope).parameters == 0


@drawn(300)
@given(st.integers(1, 4), st.floats(0, 2), st.booleans(), BATCHES, SIZES)
def test_a_batch_norm_is_torchs_in_evaluation(channels, eps, affine, batch, size):
    module = nn.BatchNorm2d(channels, eps, affine=affine).eval()
    module.running_mean, module.running_var = whole(channels, seed=1), whole(channels, seed=2).abs() + 1
    if affine:
        module.weight.data, module.bias.data = whole(channels, seed=3), whole(channels, seed=4)
    layer, input = BatchNorm2d(channels, eps, affine=affine), whole(*batch, channels, *size)
    statistics = module.running_mean, module.running_var
    output = layer(input, module.weight, module.bias, *statistics)
    torch.testing.assert_close(output, module(input.reshape(-1, *input.shape[-3:])).reshape(input.shape))
    assert layer.parameters == sum(numbers.numel() for numbers in module.parameters())
    assert layer.weight_shape == (None if module.weight is None else tuple(module.weight.shape))
    assert (layer.output_shape(input.shape), layer.macs(input.shape)) == (tuple(input.shape), 0)
    assert BatchNorm2d.of_module(module) == layer


def test_a_batch_norm_that_has_seen_nothing_only_divides_by_the_root_of_one_and_a_little():
    assert torch.equal(BatchNorm2d(2, eps=0)(whole(2, 3, 3)), whole(2, 3, 3))
    assert torch.equal(BatchNorm2d(2, eps=3)(whole(2, 3, 3)), whole(2, 3, 3) / 2)


@pytest.mark.parametrize("name", ["weight", "bias", "running_mean", "running_var"])
def test_a_number_for_each_channel(name):
    with pytest.raises(ConvLabError, match=rf"^`{name}` must hold one number per channel: this layer takes 2, got 3\."):
        BatchNorm2d(2)(whole(2, 3, 3), **{name: whole(3)})
    with pytest.raises(ConvLabError, match=rf"^`{name}` must have the input's type of number: .*float64"):
        BatchNorm2d(2)(whole(2, 3, 3), **{name: whole(2).double()})


def test_a_batch_norm_that_is_not_affine_takes_no_weight():
    with pytest.raises(ConvLabError, match=r"^`weight` must be left out: Batch norm has none"):
        BatchNorm2d(2, affine=False)(whole(2, 3, 3), whole(2))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LeakyReLU("a"), r"^`negative_slope` must be a finite number: got 'a'\. Use 0\.01\.$"),
        (lambda: LeakyReLU(float("inf")), r"^`negative_slope` must be a finite number: got inf\."),
        (lambda: BatchNorm2d(2, eps=-1), r"^`eps` must be a finite number of at least 0: got -1\."),
        (lambda: BatchNorm2d(0), r"^`num_features` must be at least 1: got 0\."),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ConvLabError, match=message):
        make()


@pytest.mark.parametrize("layer", [ReLU(), LeakyReLU()])
def test_a_row_of_numbers_passes_and_other_shapes_do_not(layer):
    assert layer(torch.tensor([-1.0, 2.0]))[1] == 2
    for shape in ((), (0,), (1, 1, 0), (1,) * 5):
        with pytest.raises(ConvLabError, match=r"^`input` must have shape"):
            layer.output_shape(shape)


@pytest.mark.parametrize(
    ("layer", "module"),
    [
        (Dropout(), nn.Dropout()),
        (Dropout(0.2), nn.Dropout(0.2, inplace=True)),
        (Dropout2d(1), nn.Dropout2d(1)),
        (Identity(), nn.Identity(3, some="thing")),
    ],
)
def test_in_evaluation_some_layers_change_nothing(layer, module):
    images = whole(2, 3, 4, 5)
    assert type(layer).of_module(module) == layer
    assert torch.equal(layer(images), module.eval()(images))
    assert torch.equal(layer(images[0, 0, 0]), images[0, 0, 0])
    assert (layer.parameters, layer.macs(images.shape), layer.output_shape((3, 4, 5))) == (0, 0, (3, 4, 5))


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan"), "a", True])
def test_a_share_that_is_none(share):
    with pytest.raises(ConvLabError, match=r"^`p` must be "):
        Dropout(share)


def test_dropout_of_numbers_is_not_that_of_maps():
    assert Dropout() != Dropout2d()
    assert Dropout.of_module(nn.Dropout2d()) is Dropout2d.of_module(nn.Dropout()) is None
