"""The kernels that were learnt from photographs: they are no noise, and they work at any size on any input."""

import json
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F

import convlab
from convlab import Conv2d, ConvLabError, kernels
from convlab.learned import _FILE, LEARNED, SIDE, resampled

WHERE = torch.arange(SIDE) - SIDE // 2


def shares(one):
    """How much of a kernel is brightness and how much is colour."""
    colour = torch.tensor(one.gabor.colour)
    return (colour - colour.mean()).norm() / colour.norm()


def test_sixteen_small_kernels_with_a_credit():
    assert len(LEARNED) == 16
    assert all(one.weight.shape == (3, 7, 7) for one in LEARNED)
    assert _FILE.stat().st_size < 100_000
    credit = json.loads(_FILE.read_text("utf-8"))["from"]
    assert all(f"{sample.title}: {sample.credit}" in credit for sample in used())


def used():
    """The photographs among the samples: what was drawn is none."""
    return [sample for sample in convlab.SAMPLES.values() if "drawn" not in sample.credit]


@pytest.mark.parametrize("one", LEARNED, ids=lambda one: one.label)
def test_a_gabor_kernel_explains_each_of_them(one):
    assert one.explained > 0.9


def test_a_gabor_kernel_does_not_explain_noise():
    noise = torch.randn(3, 7, 7, generator=torch.Generator().manual_seed(0))
    shifted = [noise.roll((down, across), (1, 2)) for down in range(7) for across in range(7)]
    best = max(
        float((one.gabor.kernel() * each).sum().abs() / one.gabor.kernel().norm() / each.norm())
        for one in LEARNED
        for each in shifted
    )
    assert best**2 < 0.3


def test_they_are_smooth_and_lie_in_the_middle():
    for one in LEARNED:
        strength = one.weight.square().sum(0)
        centre = [float((strength * WHERE.unsqueeze(axis)).sum() / strength.sum()) for axis in (1, 0)]
        assert max(map(abs, centre)) < 1.7
        neighbours = [F.cosine_similarity(a.flatten(), b.flatten(), 0) for a, b in pairs(one.weight)]
        assert max(neighbours) > 0.5, one.label


def pairs(weight):
    """Each kernel beside itself, one cell on: across, down, and both ways aslant."""
    yield weight[:, :, 1:], weight[:, :, :-1]
    yield weight[:, 1:], weight[:, :-1]
    yield weight[:, 1:, 1:], weight[:, :-1, :-1]
    yield weight[:, 1:, :-1], weight[:, :-1, 1:]


def test_edges_at_several_angles_and_spots_of_colour():
    edges = sorted(one.line for one in LEARNED if "spot" not in one.label)
    gaps = [after - before for before, after in pairwise([*edges, edges[0] + 180])]
    assert max(gaps) < 40  # no stretch of 40 degrees is without one
    grey = [one for one in LEARNED if shares(one) < 0.4]
    spots = [one for one in LEARNED if "spot" in one.label]
    assert len(grey) >= 6 and len(spots) >= 3
    assert all(shares(one) > 0.9 for one in spots)


def test_no_two_are_alike():
    units = torch.stack([one.weight / one.weight.norm() for one in LEARNED]).flatten(1)
    alike = (units @ units.T).abs().fill_diagonal_(0)
    assert alike.max() < 0.8


@pytest.mark.parametrize("one", LEARNED, ids=lambda one: one.label)
def test_an_edge_kernel_answers_to_an_edge_at_its_angle_most(one):
    if not one.label.startswith("edge") or one.gabor.frequency > 0.1:
        return
    line = one.weight.sum(0)
    angles = torch.arange(0, 180, 5)
    turned = [
        torch.where(WHERE[:, None] * torch.cos(a) + WHERE * torch.sin(a) > offset, 1.0, -1.0)
        for a in torch.deg2rad(angles.double())
        for offset in (-1.5, -0.5, 0.5, 1.5)
    ]
    answers = torch.stack([(line * each).sum().abs() for each in turned]).reshape(-1, 4).amax(1)
    best = float(angles[answers.argmax()])
    assert min(abs(best - one.line), 180 - abs(best - one.line)) <= 20


def test_the_bank_is_the_file():
    weight = kernels.bank("learned", 7, in_channels=3)
    for kernel, one in zip(weight, LEARNED, strict=True):
        torch.testing.assert_close(kernel, one.weight, atol=2e-3, rtol=0)
    assert kernels.BANKS["learned"].labels == tuple(one.label for one in LEARNED)
    assert torch.equal(kernels.bank("learned", 7, 3, 8), weight[:8])


@pytest.mark.parametrize("size", [3, 5, 7, 11, (3, 9)])
def test_grey_is_read_as_three_equal_colours(size):
    grey = torch.rand(1, 20, 20, generator=torch.Generator().manual_seed(0))
    colour, plain = (Conv2d(channels, 16, size) for channels in (3, 1))
    read = plain(grey, kernels.bank("learned", size, 1))
    torch.testing.assert_close(
        colour(grey.expand(3, -1, -1), kernels.bank("learned", size, 3)), read, atol=1e-4, rtol=0
    )


def test_another_layer_reads_maps():
    weight = kernels.bank("learned", 5, in_channels=4, out_channels=6)
    assert weight.shape == (6, 4, 5, 5)
    assert (weight == weight[:, :1]).all()


@pytest.mark.parametrize("size", [3, 4, 5, 6, 7, 9, 11, (3, 11), (11, 3)])
def test_at_every_size_each_is_of_one_strength_and_balanced(size):
    pair = size if isinstance(size, tuple) else (size, size)
    weight = resampled(pair)
    torch.testing.assert_close(weight.abs().amax((1, 2, 3)), torch.ones(16))
    torch.testing.assert_close(weight.sum((1, 2, 3)), torch.zeros(16), atol=1e-4, rtol=0)


def test_more_kernels_than_were_learnt():
    with pytest.raises(ConvLabError, match=r"^`out_channels` must be at most the bank's 16: got 17\."):
        kernels.bank("learned", 7, 3, 17)
