"""Kernel banks: their numbers, sizes and sums."""

import pytest
import torch
from torch import nn

from convlab import Conv2d, ConvLabError, kernels

SIZES = [3, 5, 7, (3, 5), (7, 3), (5, 9)]
BLURS = ("gaussian", "box")
WHOLE_PICTURE = ("sharpen", "emboss", "identity")  # the picture itself is kept: their weights sum to 1

BY_HAND = {
    "gradients": [
        [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
        [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
        [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
        [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    ],
    "sobel": [[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]],
    "scharr": [[[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]], [[-3, -10, -3], [0, 0, 0], [3, 10, 3]]],
    "prewitt": [[[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]], [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]],
    "laplacian": [[[0, 1, 0], [1, -4, 1], [0, 1, 0]], [[1, 1, 1], [1, -8, 1], [1, 1, 1]]],
    "box": [[[1 / 9] * 3] * 3],
    "sharpen": [[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]],
    "emboss": [[[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]],
    "identity": [[[0, 0, 0], [0, 1, 0], [0, 0, 0]]],
    "negative": [[[0, 0, 0], [0, -1, 0], [0, 0, 0]]],
}


@pytest.mark.parametrize("name", BY_HAND)
def test_the_numbers_at_3_by_3(name):
    torch.testing.assert_close(kernels.bank(name, 3)[:, 0], torch.tensor(BY_HAND[name]).float(), rtol=0, atol=1e-7)


def test_every_bank_is_checked_by_hand_or_by_law():
    assert set(kernels.BANKS) == {*BY_HAND, "gaussian", "gabor", "learned"}


def test_the_gaussian_by_hand():
    side = torch.tensor([1.0, 0.0, 1.0]).mul(-2).exp()  # two standard deviations from the middle to the edge
    side /= side.sum()
    torch.testing.assert_close(kernels.bank("gaussian", 3)[0, 0], side[:, None] * side)


def test_sobel_at_5_by_5():
    across, down = kernels.bank("sobel", 5)[:, 0]
    assert across.tolist() == [[times * n for n in (-1, -2, 0, 2, 1)] for times in (1, 4, 6, 4, 1)]
    assert torch.equal(down, across.T)


def test_three_by_three_kernels_stand_in_the_middle_of_larger_ones():
    large = kernels.bank("laplacian", (5, 7))
    assert torch.equal(large[:, :, 1:4, 2:5], kernels.bank("laplacian", 3))
    assert large.abs().sum() == kernels.bank("laplacian", 3).abs().sum()


@pytest.mark.parametrize("size", [1, 2, 3, 4, (2, 5), (6, 3)])
def test_the_identity_changes_nothing_at_any_size(size):
    image = torch.rand(1, 7, 6)
    layer = Conv2d(1, 1, size, padding=tuple((side - 1) // 2 for side in kernels.bank("identity", size).shape[2:]))
    kept = layer(image, kernels.bank("identity", size))
    assert torch.equal(kept, image[:, : kept.shape[1], : kept.shape[2]])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", kernels.BANKS)
def test_shapes(name, size):
    rows, columns = size if isinstance(size, tuple) else (size, size)
    family = kernels.BANKS[name]
    weight = kernels.bank(name, size, in_channels=3)
    assert weight.shape == (len(family.labels) or 4, 3, rows, columns)
    assert weight.dtype == torch.float32
    same = torch.equal(weight[:, 0], weight[:, 1]) and torch.equal(weight[:, 0], weight[:, 2])
    assert same == (name != "learned")
    assert torch.equal(kernels.bank(name, size, out_channels=1), kernels.bank(name, size)[:1])
    assert torch.isfinite(weight).all()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", kernels.BANKS)
def test_sums_say_what_an_even_grey_becomes(name, size):
    sums = kernels.bank(name, size).sum((1, 2, 3))
    expected = 1.0 if name in (*BLURS, *WHOLE_PICTURE) else -1.0 if name == "negative" else 0.0
    torch.testing.assert_close(sums, torch.full_like(sums, expected), atol=1e-5, rtol=0)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["gradients", "sobel", "scharr", "prewitt"])
def test_directions_answer_where_brightness_rises_their_way(name, size):
    rows, columns = kernels.bank(name, size).shape[2:]
    right = torch.arange(float(columns)).repeat(rows, 1)
    down = torch.arange(float(rows))[:, None].repeat(1, columns)
    for kernel, label in zip(kernels.bank(name, size)[:, 0], kernels.BANKS[name].labels, strict=True):
        along, across = (right, down) if "left to right" in label else (down, right)
        answer = (kernel * along).sum()
        assert (answer > 0) if label.startswith("dark to bright") else (answer < 0)
        assert abs((kernel * across).sum()) < 1e-4


@pytest.mark.parametrize("cells", range(1, 32, 2))
def test_a_ramp_is_even_and_crosses_zero_in_the_middle(cells):
    across, back = kernels.bank("gradients", (1, cells))[:2, 0, 0]
    assert across[cells // 2] == 0
    assert torch.equal(across, -across.flip(0)) and torch.equal(across, -back)
    torch.testing.assert_close(across.diff(), torch.full((cells - 1,), 2 / max(cells - 1, 1)))


def test_no_negative_zero_reaches_the_page():
    weight = kernels.bank("gradients", 5)
    assert not torch.signbit(weight[weight == 0]).any()


def test_sizes_at_the_lower_end():
    assert kernels.bank("gradients", 1).tolist() == [[[[0]]]] * 4
    assert kernels.bank("gradients", (1, 3))[0, 0].tolist() == [[-1, 0, 1]]
    assert kernels.bank("gaussian", 1).tolist() == kernels.bank("box", 1).tolist() == [[[[1]]]]


def test_gabor_waves_turn_evenly():
    waves = kernels.bank("gabor", 9, out_channels=8)[:, 0]
    assert len({tuple(wave.flatten().tolist()) for wave in waves}) == 8
    torch.testing.assert_close(waves[0].T, waves[4])  # a quarter turn
    torch.testing.assert_close(waves, waves.flip(1, 2))  # the same from both sides
    assert waves[0, 4].argmax() == 4 and waves[0, 4, 4] > 0.5


def test_gradients_is_the_bank_of_that_name():
    assert torch.equal(kernels.gradients(), kernels.bank("gradients", 5))
    assert torch.equal(kernels.gradients((3, 5), 2), kernels.bank("gradients", (3, 5), in_channels=2))


# --- random ---


def test_random_kernels_are_the_same_for_the_same_seed():
    assert torch.equal(kernels.random(5, 3, 4, seed=1), kernels.random(5, 3, 4, seed=1))
    assert not torch.equal(kernels.random(5, 3, 4, seed=1), kernels.random(5, 3, 4, seed=2))
    assert torch.equal(kernels.bank("random", 5, 3, seed=1), kernels.random(5, 3, 4, seed=1))
    before = torch.get_rng_state()
    kernels.random(5)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("size", "channels"), [(3, 1), ((1, 5), 3), (5, 64)])
def test_random_kernels_have_the_range_of_a_new_torch_layer(size, channels):
    torch.manual_seed(0)
    untrained = nn.Conv2d(channels, 400, size).weight
    weight = kernels.random(size, channels, 400)
    assert weight.shape == untrained.shape
    torch.testing.assert_close(weight.abs().max(), untrained.abs().max().detach(), rtol=0.02, atol=0)
    torch.testing.assert_close(weight.std(), untrained.std().detach(), rtol=0.06, atol=0)
    assert abs(weight.mean()) < weight.abs().max() / 10


def test_random_kernels_differ_between_channels():
    weight = kernels.random(3, 2, 2)
    assert not torch.equal(weight[:, 0], weight[:, 1])
    assert not torch.equal(weight[0], weight[1])


# --- refusals ---


def test_an_unknown_bank():
    with pytest.raises(
        ConvLabError, match=r"^`bank` must be a known kernel bank: got 'sobol'\. Use one of gradients, .*random\."
    ):
        kernels.bank("sobol", 3)


@pytest.mark.parametrize("name", ["sobel", "scharr", "prewitt", "laplacian", "sharpen", "emboss", "gabor", "learned"])
def test_a_size_too_small_for_the_bank(name):
    title = kernels.BANKS[name].title
    message = rf"^`kernel_size` must be at least 3×3 for {title} kernels: got 1×5\. Use kernel_size \(3, 5\) or "
    with pytest.raises(ConvLabError, match=message) as refusal:
        kernels.bank(name, (1, 5))
    kernels.bank(name, **refusal.value.fix)


def test_more_kernels_than_the_bank_has():
    with pytest.raises(
        ConvLabError, match=r"^`out_channels` must be at most the bank's 2: got 3\. Use out_channels 2\.$"
    ) as refusal:
        kernels.bank("sobel", 3, out_channels=3)
    assert refusal.value.fix == {"out_channels": 2}


@pytest.mark.parametrize("name", ["gradients", "random"])
def test_a_kernel_size_that_is_none(name):
    with pytest.raises(ConvLabError, match=r"^`kernel_size` must be at least 1: got 0\."):
        kernels.bank(name, 0)


@pytest.mark.parametrize("name", ["in_channels", "out_channels"])
@pytest.mark.parametrize("bank", ["box", "gabor", "random"])
@pytest.mark.parametrize("number", [0, -1])
def test_no_kernels_at_all(bank, name, number):
    with pytest.raises(ConvLabError, match=rf"^`{name}` must be at least 1: got {number}\."):
        kernels.bank(bank, 3, **{name: number})
