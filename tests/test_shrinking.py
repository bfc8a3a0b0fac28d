"""Pooling or stride: the same size, and what a shift by one pixel changes."""

from dataclasses import replace

import pytest
import torch
from draws import whole

from convlab import SAMPLES, Conv2d, ConvLabError, ReLU, Step, compare_shrinking, kernels, load_image, trace

STEPS = [Step(Conv2d(3, 4, 5, bias=False), kernels.gradients(5, 3)), Step(ReLU())]
PANDA = load_image(SAMPLES["panda"].path, max_side=96)


@pytest.mark.parametrize("factor", [2, 3])
def test_three_ways_to_one_size(factor):
    ways = compare_shrinking(STEPS, PANDA, factor)
    assert [way.title for way in ways] == ["Maximum pooling", "Average pooling", "Stride"]
    maps = trace(STEPS, PANDA[..., :-1])[-1].output
    size = tuple(side // factor for side in maps.shape[1:])
    assert {tuple(way.output.shape) for way in ways} == {tuple(way.shifted.shape) for way in ways} == {(4, *size)}
    strided = [replace(STEPS[0], layer=replace(STEPS[0].layer, stride=factor)), STEPS[1]]
    expected = trace(strided, PANDA[..., :-1])[-1].output[:, : size[0], : size[1]]
    torch.testing.assert_close(ways[2].output, expected)
    for way in ways:
        assert torch.equal(way.difference, way.shifted - way.output)


def test_a_stride_changes_most_of_a_photograph():
    largest, average, stride = (way.change for way in compare_shrinking(STEPS, PANDA))
    assert 0 < max(largest, average) < stride


def test_a_shift_by_the_factor_moves_all_by_one_number():
    for one, other in zip(*(compare_shrinking(STEPS, PANDA[..., start:]) for start in (0, 2)), strict=True):
        torch.testing.assert_close(one.output[..., 1:], other.output[..., : one.output.shape[-1] - 1])


def test_a_line_of_one_pixel_is_there_or_not_under_a_stride():
    image = torch.zeros(1, 4, 9)
    image[..., 4] = 1
    largest, average, stride = compare_shrinking([], image)
    assert stride.output[0, 0].tolist() == [0, 0, 1, 0]
    assert stride.shifted[0, 0].tolist() == [0, 0, 0, 0]
    assert largest.shifted[0, 0].tolist() == [0, 1, 0, 0]
    assert average.shifted[0, 0].tolist() == [0, 0.5, 0, 0]


def test_maps_of_nothing_do_not_change():
    assert [way.change for way in compare_shrinking([], torch.zeros(1, 4, 5))] == [0, 0, 0]


@pytest.mark.parametrize(
    ("image", "factor", "message"),
    [
        (whole(1, 4, 4), 1, r"^`factor` must be at least 2: got 1\."),
        (whole(1, 4, 1), 2, r"^`image` must have two columns at least: it has 1\."),
        (whole(1, 4, 4), 5, r"^`kernel_size` must fit the padded input"),
        (whole(1, 1, 4, 4), 2, r"^`image` must be one image"),
    ],
)
def test_refusals(image, factor, message):
    with pytest.raises(ConvLabError, match=message):
        compare_shrinking([], image, factor)
