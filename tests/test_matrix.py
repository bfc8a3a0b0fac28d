"""The layer as a matrix: times a picture it is the layer, transposed it is the transposed layer."""

import pytest
import torch
import torch.nn.functional as F
from draws import SIZES, channels, drawn, ours, sides, whole
from hypothesis import assume, given
from hypothesis import strategies as st
from test_explain import cases

from convlab import AvgPool2d, Conv2d, ConvLabError, ConvTranspose2d, MaxPool2d, ReLU
from convlab.matrices import matrix, patches, weight_index
from convlab.transposed import flipped, plain_convolution, spread


@pytest.mark.parametrize("kind", [Conv2d, ConvTranspose2d, AvgPool2d], ids=lambda kind: kind.__name__)
def test_matrix_times_picture_is_the_layer(kind):
    @drawn(100)
    @given(cases(kind))
    def check(case):
        layer, image, weight, _ = case
        maps, rows = layer(image, weight), matrix(layer, image.shape, weight)
        assert rows.shape == (maps.numel(), image.numel())
        torch.testing.assert_close(rows @ image.flatten(), maps.flatten(), rtol=0, atol=1e-5)

    check()


@drawn(100)
@given(channels(faults=False), sides(1, 4), sides(1, 3), sides(0, 2), sides(1, 2), SIZES)
def test_the_transposed_matrix_is_the_transposed_layer(parts, kernel_size, stride, padding, dilation, size):
    settings = {"kernel_size": kernel_size, "stride": stride, "padding": padding, "dilation": dilation}
    conv = Conv2d(**parts, **settings)
    shape = (conv.in_channels, *size)
    output = ours(lambda: conv.output_shape(shape))
    assume(output is not None)
    extra = tuple(side - back for side, back in zip(size, conv.window.stamped_size(output[1:]), strict=True))
    swapped = {"in_channels": conv.out_channels, "out_channels": conv.in_channels, "groups": conv.groups}
    up, weight, image = (
        ConvTranspose2d(**swapped, **settings, output_padding=extra),
        whole(*conv.weight_shape),
        whole(*output),
    )
    forward = matrix(conv, shape, weight)
    assert torch.equal(matrix(up, output, weight), forward.T)
    assert torch.equal(forward.T @ image.flatten(), up(image, weight).flatten())


def test_row_16_the_matrix_and_its_transpose():
    weight = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    rows = [
        [1, 2, 0, 3, 4, 0, 0, 0, 0],
        [0, 1, 2, 0, 3, 4, 0, 0, 0],
        [0, 0, 0, 1, 2, 0, 3, 4, 0],
        [0, 0, 0, 0, 1, 2, 0, 3, 4],
    ]
    assert matrix(Conv2d(1, 1, 2), (1, 3, 3), weight).tolist() == rows
    assert matrix(ConvTranspose2d(1, 1, 2), (1, 2, 2), weight).T.tolist() == rows


@drawn(100)
@given(cases(Conv2d, ConvTranspose2d))
def test_each_entry_names_its_weight(case):
    layer, image, weight, _ = case
    named, rows = weight_index(layer, image.shape), matrix(layer, image.shape, weight)
    times = matrix(layer, image.shape, torch.ones_like(weight))
    assert torch.equal(named == -1, times == 0)
    assert torch.equal(named == -2, times > 1)
    one = named >= 0
    assert torch.equal(rows[one], weight.flatten()[named[one]])


def test_weights_are_named_apart():
    assert weight_index(Conv2d(1, 2, (1, 2)), (1, 1, 2)).tolist() == [[0, 1], [2, 3]]
    assert weight_index(ConvTranspose2d(1, 2, (1, 2)), (1, 1, 1)).tolist() == [[0], [1], [2], [3]]
    assert weight_index(Conv2d(2, 2, 1, groups=2), (2, 1, 1)).tolist() == [[0, -1], [-1, 1]]
    reflected = Conv2d(1, 1, (1, 3), padding=(0, 1), padding_mode="reflect")
    assert weight_index(reflected, (1, 1, 2)).tolist() == [[1, -2], [-2, 1]]
    assert weight_index(AvgPool2d((1, 2)), (2, 1, 2)).tolist() == [[0, 1, -1, -1], [-1, -1, 0, 1]]


@drawn(100)
@given(cases(Conv2d, MaxPool2d, AvgPool2d))
def test_patches_are_what_the_windows_read(case):
    layer, image, weight, _ = case
    unrolled, maps = patches(layer, image), layer(image, weight)
    if isinstance(layer, Conv2d):
        groups = unrolled.reshape(layer.groups, -1, unrolled.shape[1])
        kernels = weight.flatten(1).unflatten(0, (layer.groups, -1))
        assert torch.equal((kernels @ groups).flatten(), maps.flatten())
        if layer.padding_mode == "zeros" and not isinstance(layer.padding, str):
            settings = (layer.kernel_size, layer.dilation, layer.padding, layer.stride)
            assert torch.equal(unrolled, F.unfold(image[None], *settings)[0])
        return
    windows = unrolled.reshape(len(image), -1, unrolled.shape[1])
    if isinstance(layer, MaxPool2d):
        assert torch.equal(windows.amax(1).flatten(), maps.flatten())
    elif not layer.ceil_mode and layer.count_include_pad:
        torch.testing.assert_close(windows.mean(1).flatten(), maps.flatten())


def test_the_spread_input_has_patches_too():
    up, image, weight = ConvTranspose2d(2, 3, 3, stride=2), whole(2, 3, 4, seed=1), whole(2, 3, 3, 3, seed=2)
    unrolled = patches(plain_convolution(up), spread(up, image))
    assert torch.equal(flipped(up, weight).flatten(1) @ unrolled, up(image, weight).flatten(1))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_numbers_keep_their_kind(dtype):
    assert matrix(Conv2d(1, 1, 2), (1, 2, 2), torch.ones(1, 1, 2, 2, dtype=dtype)).dtype == dtype
    assert patches(Conv2d(1, 1, 2), torch.ones(1, 2, 2, dtype=dtype)).dtype == dtype


ONE = torch.ones(1, 1, 1, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: matrix(Conv2d(1, 1, 1), (1, 45, 45), ONE), "1×45×45×1×45×45 is 4,100,625"),
        (lambda: weight_index(Conv2d(1, 1, 1), (1, 45, 45)), "must be small enough for 4,000,000 numbers"),
        (lambda: patches(Conv2d(1, 1, 15, padding=7), torch.ones(1, 200, 200)), "225×40000 is 9,000,000"),
        (
            lambda: matrix(MaxPool2d(2), (1, 4, 4)),
            "`layer` must be Conv2d or ConvTranspose2d or AvgPool2d: got 'MaxPool2d'. Use a Conv2d.",
        ),
        (lambda: matrix(ReLU(), (1, 4, 4)), "`layer` must be"),
        (lambda: patches(ConvTranspose2d(1, 1, 2), torch.ones(1, 4, 4)), "`layer` must be Conv2d or MaxPool2d"),
        (
            lambda: matrix(Conv2d(1, 1, 1), (1, 1, 4, 4), ONE),
            "`input_shape` must be (C, H, W): got (1, 1, 4, 4). Use (1, 8, 8)",
        ),
        (lambda: matrix(Conv2d(1, 1, 1), (1, 4, 4)), "`weight` must have the layer's shape"),
        (lambda: matrix(Conv2d(1, 1, 5), (1, 4, 4), torch.ones(1, 1, 5, 5)), "`kernel_size` must fit"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ConvLabError) as caught:
        call()
    assert message in str(caught.value)


@given(st.integers(1, 44))
@drawn(10)
def test_what_is_small_enough_is_made(side):
    assert matrix(Conv2d(1, 1, 1), (1, side, side), ONE).equal(torch.eye(side * side))
