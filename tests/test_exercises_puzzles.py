"""Puzzles: all ways to a size are counted by torch, and each map is made by the kernel that is said."""

from itertools import product

import pytest
import torch
from drawn_kinds import asked
from torch import nn

from convlab import ConvLabError
from convlab.exercises import KINDS, puzzles
from convlab.exercises.puzzles import PUZZLES, Reach, Sizes
from convlab.ui.address import from_query
from convlab.ui.layer_settings import kernel_of
from convlab.ui.playground.settings import PlaygroundSettings

SEEDS = 150


def by_torch(reach):
    """The outputs of all layers within the bounds that torch makes, each layer once."""
    made = {}
    for kernel, stride, padding, dilation in product(range(1, 8), range(1, 4), range(4), range(1, 4)):
        covers = dilation * (kernel - 1) + 1
        if covers <= reach.input_size[0] + 2 * padding:
            layer = nn.Conv2d(1, 1, kernel, stride, padding, dilation if kernel > 1 else 1, device="meta")
            output = layer(torch.empty(1, *reach.input_size, device="meta")).shape[1:]
            made[Sizes(kernel, stride, padding, dilation if kernel > 1 else 1)] = tuple(output)
    return made


def test_the_first_is_seven_to_four():
    reach = PUZZLES["reach"].make(0)
    assert (reach.input_size, reach.target) == ((7, 7), (4, 4))
    assert {Sizes(4, 1, 0, 1), Sizes(3, 2, 1, 1), Sizes(1, 2, 0, 1)} <= reach.answers()
    assert len(reach.answers()) == 23 and "23 ways" in reach.text


@pytest.mark.parametrize("seed", range(6))
def test_every_way_is_counted(seed):
    reach = PUZZLES["reach"].make(seed)
    made = by_torch(reach)
    assert reach.answers() == {sizes for sizes, output in made.items() if output == reach.target}
    assert 4 <= len(reach.answers()) <= 30 and (reach.input_size != (7, 7) or seed == 0)
    assert reach == PUZZLES["reach"].make(seed)
    for sizes, output in made.items():
        if output == reach.target:
            assert reach.check(sizes) == sizes
        else:
            with pytest.raises(ConvLabError, match=f"these make {output[0]}×{output[1]}"):
                reach.check(sizes)


def test_of_one_weight_the_dilation_says_nothing():
    assert Reach((7, 7), (4, 4)).check(Sizes(1, 2, 0, 3)) == Sizes(1, 2, 0, 1)


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        (Sizes(8, 1, 0, 1), "`kernel_size` must be from 1 to 7: got 8. Use 7."),
        (Sizes(3, 1, 4, 1), "`padding` must be from 0 to 3"),
        (Sizes(7, 1, 0, 2), "`kernel_size` must fit the padded input"),
        (Sizes(3, 1, 0, 1), "these make 5×5. That is too large"),
        (Sizes(3, 3, 0, 1), "these make 2×2. That is too small"),
    ],
)
def test_what_does_not_reach_it_is_told(sizes, words):
    with pytest.raises(ConvLabError) as refused:
        Reach((7, 7), (4, 4)).check(sizes)
    assert words in str(refused.value)


def by_hand(image, kernel):
    """The map, on a scale of its own, by torch's own layer."""
    layer = nn.Conv2d(1, 1, 3, padding=1, padding_mode="replicate", bias=False)
    layer.weight.data = kernel[None, None]
    output = layer(image[None])[0].detach()
    return output / output.abs().max()


def test_the_kernel_that_is_said_made_the_map():
    rights = set()
    for seed in range(SEEDS):
        question = asked(KINDS, "which_kernel", seed)
        rights.add(question.answer)
        picture, shown, *kernels = (each.values for each in question.pictures)
        made = [by_hand(picture[0], kernel) for kernel in kernels]
        near = [torch.allclose(one, shown, atol=1e-5) for one in made]
        assert [option for option, same in zip(question.options, near, strict=True) if same] == [question.answer]
        for wrong in question.wrongs:
            assert torch.allclose(wrong.shown[0].values, made[question.options.index(wrong.answer)], atol=1e-5)
    assert len(rights) == 4


def test_the_odd_map_is_the_one_of_another_kernel():
    rights = set()
    for seed in range(SEEDS):
        question = asked(KINDS, "odd_one_out", seed)
        rights.add(question.answer)
        pictures = [each.values[0] for each in question.pictures[::2]]
        maps = [each.values for each in question.pictures[1::2]]
        odd, usual = (each.values for each in question.shown)
        for number, (picture, shown) in enumerate(zip(pictures, maps, strict=True)):
            is_odd = question.options[number] == question.answer
            assert torch.allclose(by_hand(picture, odd), shown, atol=1e-5) == is_odd
            assert torch.allclose(by_hand(picture, usual), shown, atol=1e-5) != is_odd
    assert len(rights) == 3


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kind", puzzles.KINDS)
def test_the_playground_shows_the_same(kind, seed):
    question = asked(KINDS, kind, seed)
    name, _, query = question.address.partition("?")
    settings, nonsense = from_query(dict(pair.split("=", 1) for pair in query.split("&")), PlaygroundSettings)
    assert not name and not nonsense
    kernel = kernel_of(settings, 1)
    made = question.given["kernels"][question.options.index(question.answer) if kind == "which_kernel" else 1]
    assert tuple(kernel.shape) == (1, 1, 3, 3) and torch.allclose(kernel[0, 0], made)
    assert settings.picture in (question.given.get("picture"), *question.given.get("pictures", ()))
