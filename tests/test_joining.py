"""Layers that look back: rows in which ways branch and meet, against plain torch."""

import contextlib
import io
from fractions import Fraction

import pytest
import torch
from draws import drawn, joined_rows, weighed, whole
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from convlab import (
    SAMPLES,
    AdaptiveAvgPool2d,
    Addition,
    AvgPool2d,
    BatchNorm2d,
    Branch,
    Concatenation,
    Conv2d,
    ConvLabError,
    ConvTranspose2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Step,
    Upsample,
    load_image,
    plan,
    plan_to_fault,
    program,
    receptive_field,
    row_source,
    see,
    spacing,
    trace,
)
from convlab.network import check_work

# --- by hand ---


def test_a_residual_block_is_a_row():
    row = [
        Conv2d(2, 3, 3, stride=2, padding=1), BatchNorm2d(3), ReLU(), Conv2d(3, 3, 3, padding=1),
        Branch(of=0), Conv2d(2, 3, 1, stride=2), Addition(of=4), ReLU(),
    ]  # fmt: skip
    image, steps = whole(2, 9, 8), [weighed(layer) for layer in row]
    stages = trace(steps, image)
    way = steps[3](steps[2](steps[1](steps[0](image))))
    assert torch.equal(stages[-1].output, torch.relu(way + steps[5](image)))
    assert [stage.input_shape for stage in stages[3:7]] == [(3, 5, 4), (2, 9, 8), (2, 9, 8), (3, 5, 4)]
    assert [stage.macs for stage in stages[4:]] == [0, 20 * 6, 0, 0]
    assert [stage.receptive_field for stage in stages] == [
        (3, 3), (3, 3), (3, 3), (7, 7), (1, 1), (1, 1), (7, 7), (7, 7),
    ]  # fmt: skip
    assert [stage.spacing for stage in stages] == [(2, 2)] * 4 + [(1, 1)] + [(2, 2)] * 3


def test_a_fire_module_is_a_row():
    row = [Conv2d(2, 1, 1), Conv2d(1, 2, 1), Branch(of=1), Conv2d(1, 3, 3, padding=1), Concatenation(of=2)]
    image, steps = whole(2, 5, 6), [weighed(layer) for layer in row]
    squeezed = steps[0](image)
    expected = torch.cat([steps[1](squeezed), steps[3](squeezed)])
    stages = trace(steps, image)
    assert torch.equal(stages[-1].output, expected)
    assert plan(row, image.shape)[2:] == [((1, 5, 6), 0), ((3, 5, 6), 30 * 27), ((5, 5, 6), 0)]
    assert torch.equal(trace(steps, image[None])[-1].output[0], expected)


@pytest.mark.parametrize(
    ("row", "message", "fix"),
    [
        (
            [ReLU(), Addition(of=2)],
            r"^`of` must be the number of an earlier output: .* 2 may look back to 0 \(the picture\) to 1, got 2\. Use",
            {"of": 1},
        ),
        ([Branch(of=1)], r"^`of` must be the number of an earlier output: .* to 0, got 1\. Use 0\.", {"of": 0}),
        (
            [Conv2d(2, 3, 3), Addition(of=0)],
            r"^`of` must have the shape of what it is added to: 2×6×5 and 3×4×3\. Use a 1×1 convolution",
            {},
        ),
        (
            [Conv2d(2, 3, 3), Concatenation(of=0)],
            r"^`of` must have the rows and columns of what it is put beside: 2×6×5 and 3×4×3\. Use the same stride",
            {},
        ),
        ([Flatten(), ReLU(), Concatenation(of=1)], r"^`input` must have shape \(C, H, W\)", {}),
        (
            [Conv2d(2, 1, (1, 2)), Flatten(), Branch(of=0), Conv2d(2, 1, (3, 1), padding=(0, 1)), Conv2d(1, 1, (1, 2)),
             Flatten(), Addition(of=2)],
            r"^`of` must come from maps of the same size: 4×6 and 6×4\. Put Flatten behind the addition\.",
            {},
        ),
    ],
)  # fmt: skip
def test_what_does_not_meet(row, message, fix):
    steps, image = [weighed(layer) for layer in row], whole(2, 6, 5)
    planned, fault = plan_to_fault(row, image.shape)
    assert len(planned) == fault.index == len(row) - 1
    assert fault.error.fix == fix
    for call in (plan, lambda layers, _: trace(steps, image), lambda layers, shape: check_work(layers, shape, 1, 1)):
        with pytest.raises(ConvLabError, match=message):
            call(row, image.shape)


@pytest.mark.parametrize("of", [-1, 1.5, True, None])
def test_an_output_that_is_none(of):
    for kind in (Addition, Concatenation, Branch):
        with pytest.raises(ConvLabError, match=r"^`of` must be"):
            kind(of)


@pytest.mark.parametrize("layer", [Addition(0), Concatenation(0)])
def test_alone_they_ask_for_the_other_output(layer):
    with pytest.raises(ConvLabError, match=r"^`earlier` must be given: (Addition|Concatenation) reads two outputs"):
        layer(torch.zeros(1, 2, 2))
    with pytest.raises(ConvLabError, match=r"^`earlier` must have the input's type of number"):
        layer(torch.zeros(1, 2, 2), earlier=torch.zeros(1, 2, 2, dtype=torch.double))
    with pytest.raises(ConvLabError, match=r"^`weight` must be left out"):
        layer(torch.zeros(1, 2, 2), torch.zeros(1), earlier=torch.zeros(1, 2, 2))


def test_words():
    assert [layer.short_name for layer in (Addition(0), Concatenation(3), Branch(1))] == [
        "addition of the picture",
        "concatenation with output 3",
        "branch from output 1",
    ]
    assert Addition(1) != Branch(1)


# --- receptive fields and steps by hand ---


def test_the_field_reaches_over_all_ways():
    """A dilated way sees three rows of which the plain one fills none; an asymmetric one moves the field."""
    both = [Conv2d(1, 1, (3, 1), padding=(2, 0), dilation=2), Addition(of=0)]
    assert receptive_field(both, (9, 9)) == (5, 1)
    aside = [Conv2d(1, 1, (2, 1), padding=(1, 0)), MaxPool2d((2, 1), 1), Addition(of=0)]
    assert receptive_field(aside, (9, 9)) == (3, 1)
    below = [Conv2d(1, 1, (1, 3)), Conv2d(1, 1, (1, 3)), Branch(of=0), Conv2d(1, 1, (1, 5)), Addition(of=2)]
    assert receptive_field(below, (9, 9)) == (1, 5)


def test_ways_of_different_steps_grow_apart():
    row = [AvgPool2d(2), Branch(of=0), Conv2d(1, 1, 5), Addition(of=1)]
    assert receptive_field(row, (8, 8)) == (5, 5)  # the last: rows 3 to 7, and 6 to 7
    assert spacing(row, (8, 8)) is None


def test_a_joined_field_asks_for_the_pictures_size():
    with pytest.raises(ConvLabError, match=r"^`input_size` must be known: ways of their own meet here\. Give"):
        receptive_field([ReLU(), Addition(of=0)])
    assert receptive_field([Conv2d(1, 1, 3), Branch(of=0), Conv2d(1, 1, 5)]) == (5, 5)  # no ways meet


def test_a_number_at_the_end_added_to_one_that_comes_from_a_map():
    row = [Flatten(), Linear(12, 12), Addition(of=1)]
    assert receptive_field(row, (3, 4)) == (3, 4)
    assert see([weighed(layer) for layer in row], torch.ones(1, 3, 4), (5,)).rows == (0, 1, 2)


def test_a_deep_field_is_found_without_counting_its_cells():
    halving = [Conv2d(1, 1, 3, stride=3, padding=1)] * 30
    assert receptive_field([*halving, ReLU(), Addition(of=30)], (64, 64)) == (3**30, 3**30)
    assert receptive_field([*halving, Flatten(), Linear(1, 2)], (64, 64)) == (3**30, 3**30)
    spread = [ConvTranspose2d(1, 1, 1, stride=2), *halving, ReLU(), Addition(of=30)]  # at the most: it leaves cells out
    assert receptive_field(spread, (64, 64)) == ((3**30 + 1) // 2, (3**30 + 1) // 2)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([], (1, 1)),
        ([Conv2d(1, 1, 3, stride=(2, 3)), MaxPool2d(2)], (4, 6)),
        ([ConvTranspose2d(1, 1, 2, stride=2), AvgPool2d((3, 1))], (Fraction(3, 2), Fraction(1, 2))),
        ([Upsample(scale_factor=(3, 1))], (Fraction(1, 3), 1)),
        ([Upsample((18, 8))], (Fraction(2, 3), 1)),
        ([AdaptiveAvgPool2d((6, 4))], (2, 2)),
        ([AdaptiveAvgPool2d((5, 4)), ReLU()], None),
        ([Flatten(), ReLU()], None),
        ([Flatten(), Linear(96, 2)], None),
    ],
)
def test_the_step_between_neighbours(row, expected):
    assert spacing(row, (12, 8)) == expected


# --- drawn ---


def computed(steps, image):
    """Every output of a row, in plain torch."""
    outputs = [image]
    for step in steps:
        layer, before = step.layer, outputs[-1]
        if isinstance(layer, Branch):
            outputs.append(outputs[layer.of])
        elif isinstance(layer, Addition):
            outputs.append(torch.add(before, outputs[layer.of]))
        elif isinstance(layer, Concatenation):
            outputs.append(torch.cat((outputs[layer.of], before), before.dim() - 3))
        else:
            outputs.append(step(before))
    return outputs[1:]


@drawn(300)
@given(joined_rows(), st.booleans())
def test_a_drawn_row_is_traced_as_torch_computes_it(drawn_row, batch):
    row, shape = drawn_row
    steps, image = [weighed(layer, seed) for seed, layer in enumerate(row)], whole(*[2] * batch, *shape)
    stages = trace(steps, image)
    for stage, expected in zip(stages, computed(steps, image), strict=True):
        assert torch.equal(stage.output, expected)
    assert plan(row, image.shape) == [(stage.shape, stage.macs) for stage in stages]


def cells_of(row, sizes, number, place, inside):
    """The pixels (row, column) that one number sees, way by way; padding among them or not."""
    if number == 0:
        return {place}
    layer, found = row[number - 1], set()
    for source in layer.sources(number):
        met = []
        for axis in (0, 1):
            cells = layer.reach(axis, sizes[source][axis]).cells(place[axis])
            copied = {layer.copies(cell, sizes[source][axis]) if inside else cell for cell in cells}
            met.append([cell for cell in copied if cell is not None])
        for down in met[0]:
            for across in met[1]:
                found |= cells_of(row, sizes, source, (down, across), inside)
    return found


@drawn(120)
@given(joined_rows(most=5))
def test_a_drawn_field_is_that_of_every_number_counted(drawn_row):
    row, shape = drawn_row
    assume(any(len(layer.sources(number)) == 2 for number, layer in enumerate(row, 1)))
    last = max(number for number, layer in enumerate(row, 1) if len(layer.sources(number)) == 2)
    sizes = [shape[1:], *(made[1:] for made, _ in plan(row, shape))]
    rows = columns = 0
    for down in range(sizes[last][0]):
        for across in range(sizes[last][1]):
            seen = cells_of(row, sizes, last, (down, across), inside=False)
            if seen:
                rows, columns = (
                    max(most, max(it) - min(it) + 1)
                    for most, it in zip((rows, columns), zip(*seen, strict=True), strict=True)
                )
    assert receptive_field(row[:last], shape[1:]) == (rows, columns)
    stages = trace([weighed(layer) for layer in row], whole(*shape))
    assert stages[last - 1].receptive_field == (rows, columns)


@drawn(300)
@given(joined_rows(), st.data())
def test_what_a_number_of_a_drawn_row_can_depend_on_is_where_its_gradient_flows(drawn_row, data):
    """A convolution at the end mixes the channels, so that each number looks at all ways."""
    row, shape = drawn_row
    channels, *size = plan(row, shape)[-1][0] if row else shape
    steps = []
    for layer in [*row, Conv2d(channels, 1, 1)]:
        weight = None if layer.weight_shape is None else torch.rand(layer.weight_shape, dtype=torch.double) + 0.5
        steps.append(Step(layer, weight))
    place = [0, *(data.draw(st.integers(0, side - 1)) for side in size)]
    seen = see(steps, torch.ones(shape, dtype=torch.double), place)
    met = seen.weights > 0
    assert seen.rows == tuple(met.any(1).nonzero().flatten().tolist())
    assert seen.columns == tuple(met.any(0).nonzero().flatten().tolist())


@drawn(100)
@given(st.data(), st.integers(1, 3))
def test_the_middle_of_a_large_picture_sees_its_whole_field(data, blocks):
    """Blocks of two ways that keep the size or halve it: no padding is met in the middle."""
    row = []
    for _ in range(blocks):
        start, stride = len(row), data.draw(st.integers(1, 2))
        sizes = [data.draw(st.sampled_from([1, 3, 5])) for _ in range(3)]
        steps = (stride, 1, stride)
        one, two, side = (Conv2d(1, 1, size, step, size // 2) for size, step in zip(sizes, steps, strict=True))
        row += [one, two, Branch(start), side, Addition(start + 2)]
    steps = [Step(layer, layer.weight_shape and torch.ones(layer.weight_shape, dtype=torch.double)) for layer in row]
    image = torch.ones(1, 80, 80, dtype=torch.double)
    middle = plan(row, image.shape)[-1][0][1] // 2
    seen = see(steps, image, (0, middle, middle))
    rows, columns = seen.weights.nonzero().T.tolist()
    extents = tuple(max(line) - min(line) + 1 for line in (rows, columns))
    assert extents == receptive_field(row, (80, 80))


# --- as a program ---


@drawn(60)
@given(joined_rows())
def test_a_row_that_was_written_runs_and_makes_the_same_numbers(drawn_row):
    row, shape = drawn_row
    steps, image = [weighed(layer, seed) for seed, layer in enumerate(row)], whole(2, *shape)
    space = {"nn": nn, "torch": torch}
    exec(row_source(row), space)
    model = space["model"].eval()
    numbers = [it for step in steps for it in (step.weight, step.bias) if it is not None]
    assert [it.shape for it in model.state_dict().values()] == [it.shape for it in numbers]
    model.load_state_dict(dict(zip(model.state_dict(), numbers, strict=True)))
    stages = trace(steps, image)
    with torch.no_grad():
        torch.testing.assert_close(model(image), stages[-1].output if stages else image)


def test_a_whole_program_of_a_joined_row():
    row = [Conv2d(3, 3, 3, padding=1), ReLU(), Addition(of=0), Branch(of=1), MaxPool2d(2)]
    path = SAMPLES["panda"].path
    image, steps, space = load_image(path, max_side=24), [weighed(layer) for layer in row], {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(program(steps, "chain", str(path), tuple(image.shape[1:])), space)
    for made, stage in zip(space["stages"], trace(steps, image), strict=True):
        torch.testing.assert_close(made, stage.output)
