"""Four ways to make a picture larger, and where the counts of stamps are uneven."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from convlab import ConvLabError, ConvTranspose2d, enlarged, evenness, overlap
from convlab.upsampling import enlarging, rule_of

WAYS = range(4)


def picture(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("factor", [2, 3, 4])
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5, 6, 8])
def test_every_way_makes_it_that_many_times_larger(factor, kernel_size):
    ways = enlarged(picture(3, 7, 5), factor, kernel_size)
    assert [tuple(way.result.shape) for way in ways] == [(3, 7 * factor, 5 * factor)] * 4
    assert [tuple(way.overlap.shape) for way in ways] == [(7 * factor, 5 * factor)] * 4
    assert len({way.title for way in ways}) == 4


@pytest.mark.parametrize("way", WAYS)
def test_an_even_grey_stays_even_but_for_a_checkerboard(way):
    shown = enlarged(torch.full((1, 8, 8), 0.5), 2, 3)[way]
    inside = shown.result[0, 3:-3, 3:-3]
    if way == 0:  # 1, 2 or 4 stamps of 4 / 9
        assert torch.equal(inside, shown.overlap[3:-3, 3:-3] * 0.5 * 4 / 9)
        assert inside.unique().numel() == 3
    else:
        torch.testing.assert_close(inside, torch.full_like(inside, 0.5))


def test_a_kernel_that_the_stride_divides_shows_none():
    shown = enlarged(torch.full((1, 8, 8), 0.5), 2, 4)[0]
    assert (shown.result[0, 3:-3, 3:-3] == 0.5).all()
    assert (shown.overlap[3:-3, 3:-3] == 4).all()


def test_the_transposed_way_is_torchs():
    image = picture(2, 6, 5)
    module = nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1, bias=False)
    module.weight.data.fill_(4 / 9)
    torch.testing.assert_close(enlarged(image, 2, 3)[0].result, module(image[:, None])[:, 0].detach())
    assert enlarging(2, 3) == ConvTranspose2d(1, 1, 3, 2, 1, 1, bias=False)


def test_with_one_weight_the_resized_pictures_are_as_they_were_resized():
    image = picture(1, 5, 4)
    _, nearest, bilinear, _ = enlarged(image, 3, 1)
    for way, mode in ((nearest, "nearest"), (bilinear, "bilinear")):
        assert torch.equal(way.result, F.interpolate(image[None], scale_factor=3, mode=mode)[0])
        assert (way.overlap == 1).all()


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_the_sub_pixel_way_is_bilinear_by_shuffle(factor):
    image = picture(3, 6, 5)
    shuffled = enlarged(image, factor)[3]
    torch.testing.assert_close(shuffled.result, F.interpolate(image[None], scale_factor=factor, mode="bilinear")[0])
    assert (shuffled.overlap == 9).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_way_keeps_the_type(dtype):
    assert all(way.result.dtype == dtype for way in enlarged(picture(1, 4, 4).to(dtype)))


@pytest.mark.parametrize("factor", [0, 1, 5])
def test_a_factor_out_of_range(factor):
    with pytest.raises(ConvLabError, match=r"^`factor` must be "):
        enlarged(picture(1, 4, 4), factor)


def test_a_kernel_without_cells():
    with pytest.raises(ConvLabError, match=r"^`kernel_size` must be at least 1"):
        enlarged(picture(1, 4, 4), 2, 0)


@pytest.mark.parametrize("kernel_size", range(1, 8))
@pytest.mark.parametrize("stride", range(1, 6))
def test_the_counts_are_those_of_the_overlap_map(kernel_size, stride):
    counts = overlap(ConvTranspose2d(1, 1, kernel_size, stride), (1, 30, 30))[kernel_size - 1 : 1 - kernel_size or None]
    counts = counts[:, kernel_size - 1 : 1 - kernel_size or None]
    assert evenness([kernel_size], [stride])[kernel_size, stride].counts == tuple(counts.unique().tolist())


def test_the_rule_is_found_in_the_counts():
    table = evenness(range(1, 12), range(1, 7))
    assert {pair for pair, found in table.items() if found.even} == {
        (size, stride) for size, stride in table if size % stride == 0
    }
    assert rule_of(table).startswith("Even exactly where the kernel size is a multiple of the stride: ")
    swapped = {(size, stride): table[size, 7 - stride] for size, stride in table}
    assert "exactly" not in rule_of(swapped)
