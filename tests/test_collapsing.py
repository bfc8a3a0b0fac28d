"""Two convolutions in a row are one, but for rounding; with ReLU between them they are not."""

import pytest
import torch
from draws import drawn, ours, sides, whole
from hypothesis import assume, given
from hypothesis import strategies as st

from convlab import (
    SAMPLES,
    Conv2d,
    ConvLabError,
    MaxPool2d,
    ReLU,
    Step,
    collapse,
    compare_collapsed,
    kernels,
    load_image,
    trace,
)


@st.composite
def pairs(draw):
    """Two convolutions that meet, with whole numbers in them."""
    groups, other = draw(st.sampled_from([1, 2])), draw(st.sampled_from([1, 2]))
    reads, between, makes = (
        groups * draw(st.integers(1, 2)),
        2 * draw(st.integers(1, 2)),
        other * draw(st.integers(1, 2)),
    )
    mode = draw(st.sampled_from(["zeros", "zeros", "reflect", "replicate", "circular"]))
    kinds = {"kernel_size": sides(1, 3), "stride": sides(1, 3), "dilation": sides(1, 2), "bias": st.booleans()}
    settings = [draw(st.fixed_dictionaries(kinds)) for _ in range(2)]
    padding = draw(sides(0, 2))
    layers = [
        Conv2d(reads, between, padding=padding, groups=groups, padding_mode=mode, **settings[0]),
        Conv2d(between, makes, groups=other, **settings[1]),
    ]
    return [
        Step(
            layer,
            whole(*layer.weight_shape, seed=seed),
            whole(layer.out_channels, seed=seed + 5) if layer.bias else None,
        )
        for seed, layer in enumerate(layers)
    ]


@drawn(500)
@given(pairs(), st.tuples(st.integers(3, 14), st.integers(3, 14)))
def test_two_are_one(steps, size):
    image = whole(steps[0].layer.in_channels, *size)
    stages = ours(lambda: trace(steps, image))
    assume(stages is not None)
    assert torch.equal(collapse(*steps)(image), stages[-1].output)


def test_on_a_photograph_the_difference_is_rounding_alone_and_with_relu_it_is_not():
    image = load_image(SAMPLES["panda"].path, max_side=96)
    first = Step(Conv2d(3, 4, 5, bias=False), kernels.gradients(5, 3))
    second = Step(Conv2d(4, 4, 5, bias=False), kernels.random(5, 4, 4))
    assert collapse(first, second).layer == Conv2d(3, 4, 9, bias=False)
    linear, real = (compare_collapsed(first, second, image, relu) for relu in (False, True))
    assert linear.same and not real.same and not linear.zero
    assert linear.largest < 1e-5 * linear.most and real.largest > 0.05 * real.most
    assert linear.cut == 0 and real.cut == float((linear.between < 0).float().mean())


@drawn(200)
@given(pairs(), st.tuples(st.integers(3, 14), st.integers(3, 14)), st.booleans())
def test_what_two_make_and_what_the_one_makes(steps, size, relu):
    image = whole(steps[0].layer.in_channels, *size)
    row = [steps[0], Step(ReLU()), steps[1]] if relu else steps
    stages = ours(lambda: trace(row, image))
    assume(stages is not None)
    found = compare_collapsed(*steps, image, relu)
    assert torch.equal(found.between, stages[-2].output) and torch.equal(found.output, stages[-1].output)
    assert torch.equal(found.single, collapse(*steps)(image))
    assert torch.equal(found.difference, found.output - found.single)
    assert found.most <= found.reach and (found.same or relu)


def test_two_layers_of_opposite_kernels_are_nothing_without_relu():
    first, second = (Step(Conv2d(c, 4, 5, bias=False), kernels.gradients(5, c)) for c in (3, 4))
    assert not collapse(first, second).weight.any()


def test_padding_same_collapses_where_it_is_the_same_on_both_sides():
    first = Step(Conv2d(1, 1, 3, padding="same"), whole(1, 1, 3, 3))
    second = Step(Conv2d(1, 1, 1), whole(1, 1, 1, 1))
    assert torch.equal(collapse(first, second)(whole(1, 5, 5)), second(first(whole(1, 5, 5))))


ONE = Step(Conv2d(1, 1, 3), torch.ones(1, 1, 3, 3))


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (ONE, Step(MaxPool2d(2)), r"^`layer` must be a convolution: got 'MaxPool2d'\. Use a Conv2d\."),
        (Step(Conv2d(1, 1, 3)), ONE, r"^`weight` must have the layer's shape: this layer takes 1×1×3×3, got none"),
        (Step(Conv2d(1, 1, 3), torch.ones(1, 1, 2, 2)), ONE, r"^`weight` must have the layer's shape"),
        (Step(Conv2d(1, 2, 1), torch.ones(2, 1, 1, 1)), ONE, r"^`in_channels` must equal .*: the first makes 2, the"),
        (ONE, Step(Conv2d(1, 1, 3, padding=1), torch.ones(1, 1, 3, 3)), r"^`padding` must be 0 in the second layer"),
        (Step(Conv2d(1, 1, 2, padding="same"), torch.ones(1, 1, 2, 2)), ONE, r"^`padding` must be the same on both"),
        (Step(Conv2d(1, 1, 2, dilation=3000), torch.ones(1, 1, 2, 2)), ONE, r"^`input` must be small enough"),
    ],
)  # fmt: skip
def test_refusals(first, second, message):
    with pytest.raises(ConvLabError, match=message):
        collapse(first, second)
