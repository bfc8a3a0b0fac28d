"""Layers in a row: traces, plans, costs and receptive fields."""

from math import prod

import pytest
import torch
from draws import drawn, ours, torchs, whole
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from convlab import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvLabError,
    ConvTranspose2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Step,
    Upsample,
    kernels,
    receptive_field,
    trace,
)
from convlab.network import check_work, plan, plan_to_fault, step_of, two_layers, zeroed
from convlab.ways import sizes_of

# --- traces ---


def chain():
    """A row with every kind of layer, and settings other than the defaults."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, (3, 5), stride=(2, 1), padding=(1, 2), padding_mode="reflect"),
        nn.ReLU(),
        nn.MaxPool2d((2, 3), stride=1, padding=(1, 0), dilation=2, ceil_mode=True),
        nn.Conv2d(4, 6, 3, padding="same", dilation=2, groups=2, bias=False),
        nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False),
        nn.ConvTranspose2d(6, 4, (4, 3), stride=(3, 2), padding=1, output_padding=(2, 1), groups=2, dilation=(1, 2)),
        nn.ReLU(),
    )


@pytest.mark.parametrize("batch", [(), (2,)])
def test_a_trace_holds_every_stage_of_the_model(batch):
    model, image = chain(), whole(*batch, 3, 20, 24)
    stages, expected = trace(model, image), image
    assert len(stages) == len(model)
    for stage, module in zip(stages, model, strict=True):
        before, expected = expected, module(expected)
        assert torch.equal(stage.output, expected)
        assert stage.shape == tuple(expected.shape) == stage.layer.output_shape(before.shape)
        assert stage.macs == stage.layer.macs(before.shape)
        assert stage.parameters == sum(numbers.numel() for numbers in module.parameters())
        assert not stage.output.requires_grad
    assert stages[-1].receptive_field == receptive_field([stage.layer for stage in stages])
    assert stages[0].receptive_field == (3, 5)


def test_a_trace_takes_steps_too():
    model, image = chain(), whole(3, 20, 24)
    steps = [step_of(module) for module in model]
    for one, other in zip(trace(model, image), trace(iter(steps), image), strict=True):
        assert torch.equal(one.output, other.output)


def test_a_model_keeps_its_settings():
    layers = [step_of(module).layer for module in chain()]
    assert layers == [
        Conv2d(3, 4, (3, 5), stride=(2, 1), padding=(1, 2), padding_mode="reflect"),
        ReLU(),
        MaxPool2d((2, 3), stride=1, padding=(1, 0), dilation=2, ceil_mode=True),
        Conv2d(4, 6, 3, padding="same", dilation=2, groups=2, bias=False),
        AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False),
        ConvTranspose2d(6, 4, (4, 3), (3, 2), 1, (2, 1), 2, True, (1, 2)),
        ReLU(),
    ]


def test_an_empty_row_has_no_stages():
    assert trace([], torch.zeros(1, 2, 2)) == []
    assert receptive_field([]) == (1, 1)


def test_a_plan_is_the_trace_before_anything_is_computed():
    image = whole(3, 20, 24)
    stages = trace(chain(), image)
    layers = [stage.layer for stage in stages]
    assert plan(layers, image.shape) == [(stage.shape, stage.macs) for stage in stages]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (nn.GELU(), "GELU"),
        (nn.BatchNorm2d(1, track_running_stats=False), "BatchNorm2d"),
        (nn.BatchNorm2d(1, bias=False), "BatchNorm2d"),
        (nn.Flatten(2), "Flatten"),
        (nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True), "Upsample"),
        (nn.Conv1d(1, 1, 1), "Conv1d"),
        (nn.AvgPool2d(2, divisor_override=3), "AvgPool2d"),
    ],
)
def test_a_layer_of_another_kind(module, name):
    message = rf"^`model` must be a row of Conv2d, ConvTranspose2d, .*, Flatten and Linear: got '{name}' at 0\."
    with pytest.raises(ConvLabError, match=message):
        trace(nn.Sequential(module), torch.zeros(1, 4, 4))


def test_indices_of_a_pooling_layer_are_not_a_stage():
    with pytest.raises(ConvLabError, match=r"^`model` must be a row of"):
        trace(nn.Sequential(nn.MaxPool2d(2, return_indices=True), nn.ReLU()), torch.zeros(1, 4, 4))


def test_a_layer_that_does_not_fit_what_reaches_it():
    row = [Step(MaxPool2d(2)), Step(Conv2d(1, 1, 3), torch.ones(1, 1, 3, 3))]
    with pytest.raises(ConvLabError, match=r"^`kernel_size` must fit the padded input: .* the input is 2×2\."):
        trace(row, torch.zeros(1, 5, 5))


def test_the_share_that_relu_sets_to_zero():
    maps = torch.tensor([[[-1.0, 2.0], [0.0, -3.0]], [[1.0, 1.0], [1.0, -0.5]]])
    assert zeroed(maps) == [0.5, 0.25]


# --- a whole network ---


def network():
    """A row with every kind of layer that comes after a convolution, and numbers of its own in the batch norm."""
    torch.manual_seed(0)
    norm = nn.BatchNorm2d(4, eps=0.1)
    for numbers in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
        numbers.data.uniform_(0.5, 2)
    rows = [nn.Conv2d(3, 4, 3), norm, nn.LeakyReLU(0.1), nn.Upsample(scale_factor=2, mode="bilinear")]
    return nn.Sequential(*rows, nn.AdaptiveAvgPool2d((3, 2)), nn.Flatten(), nn.ReLU(), nn.Linear(24, 5)).eval()


@pytest.mark.parametrize("batch", [1, 2])
def test_a_network_is_traced_to_its_end(batch):
    model, images = network(), whole(batch, 3, 12, 10)
    stages, expected = trace(model, images), images
    for stage, module in zip(stages, model, strict=True):
        expected = module(expected)
        assert torch.equal(stage.output, expected)
        assert stage.parameters == sum(numbers.numel() for numbers in module.parameters())
    with FlopCounterMode(display=False) as counter:
        model(images)
    assert 2 * sum(stage.macs for stage in stages) == counter.get_total_flops()
    for one, stage in zip(trace(model, images[0]), stages, strict=True):
        torch.testing.assert_close(one.output, stage.output[0])
    assert [stage.receptive_field for stage in stages] == [
        (3, 3), (3, 3), (3, 3), (4, 4), (8, 8), (8, 8), (8, 8), (14, 12),
    ]  # fmt: skip


def module(draw, channels):
    """One module that takes so many channels."""
    kernel, makes = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    groups = draw(st.sampled_from([1, channels]))
    kinds = [
        lambda: nn.Conv2d(channels, makes * groups, kernel, draw(st.integers(1, 2)), groups=groups, bias=makes > 2),
        lambda: nn.ConvTranspose2d(channels, makes * groups, kernel, draw(st.integers(1, 2)), groups=groups),
        lambda: nn.BatchNorm2d(channels, affine=makes > 2),
        lambda: nn.LeakyReLU(makes / 10),
        lambda: nn.MaxPool2d(kernel, ceil_mode=makes > 2),
        lambda: nn.AdaptiveAvgPool2d((kernel, makes)),
        lambda: nn.Upsample(scale_factor=kernel, mode=draw(st.sampled_from(["nearest", "bilinear"]))),
    ]
    return draw(st.sampled_from(kinds))()


@st.composite
def networks(draw):
    """One to six modules that fit one another, and perhaps a linear layer at the end; random weights."""
    torch.manual_seed(draw(st.integers(0, 9)))
    modules, maps = [], whole(2, draw(st.integers(1, 3)), 9, 8)
    images = maps
    for _ in range(draw(st.integers(1, 6))):
        candidate = module(draw, maps.shape[1]).eval()
        made = torchs(lambda: candidate(maps))  # noqa: B023  called at once
        if made is not None and made.numel() < 20_000:
            modules, maps = [*modules, candidate], made
    if draw(st.booleans()):
        modules += [nn.Flatten(), nn.Linear(maps[0].numel(), 3)]
    return nn.Sequential(*modules), images


@drawn(200)
@given(networks())
def test_a_drawn_network_is_torchs_in_numbers_parameters_and_work(network):
    model, images = network
    stages = trace(model, images)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        expected = model(images)
    assert torch.equal(stages[-1].output if stages else images, expected)
    assert 2 * sum(stage.macs for stage in stages) == counter.get_total_flops()
    assert sum(stage.parameters for stage in stages) == sum(numbers.numel() for numbers in model.parameters())
    planned, fault = plan_to_fault([stage.layer for stage in stages], images.shape)
    assert (planned, fault) == ([(stage.shape, stage.macs) for stage in stages], None)


def test_a_row_that_breaks_says_where_and_keeps_what_came_before():
    layers = [Conv2d(3, 4, 3), MaxPool2d(2), Conv2d(4, 8, 9), ReLU()]
    planned, fault = plan_to_fault(layers, (3, 12, 12))
    assert planned == plan(layers[:2], (3, 12, 12))
    assert (fault.index, fault.layer) == (2, layers[2])
    assert fault.error.fix == {"kernel_size": (5, 5)}
    assert str(fault).startswith("Layer 3, conv 9×9: `kernel_size` must fit the padded input: ")
    with pytest.raises(ConvLabError, match=r"^`kernel_size` must fit") as refusal:
        plan(layers, (3, 12, 12))
    assert str(refusal.value) == str(fault.error)
    assert plan_to_fault(layers[:2], (3, 12, 12)) == (planned, None)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([Linear(4, 2)], r"^`input` must have shape \(F,\) or \(N, F\): got 1×2×2\. Put Flatten before"),
        (
            [Flatten(), Linear(3, 2)],
            r"^`in_features` must equal the input's numbers: .* takes 3, the input has 4\. Use",
        ),
        ([Flatten(), Conv2d(1, 1, 1)], r"^`input` must have shape \(C, H, W\) .*; after Flatten there is none\."),
        ([BatchNorm2d(2)], r"^`num_features` must equal the input's channels: .* 1×2×2 has 1\. Use num_features 1\."),
    ],
)
def test_layers_of_the_end_in_the_wrong_place(layers, message):
    with pytest.raises(ConvLabError, match=message):
        plan(layers, (1, 2, 2))


def test_a_field_that_depends_on_the_picture_asks_for_its_size():
    layers = [Conv2d(1, 1, 3), AdaptiveAvgPool2d(1)]
    assert receptive_field(layers, (8, 9)) == (8, 9)
    with pytest.raises(ConvLabError, match=r"^`input_size` must be known: what Adaptive average pooling reads depends"):
        receptive_field(layers)


# --- work ---


def test_work_at_the_limit_passes_and_one_more_is_refused():
    layers, shape = [Conv2d(1, 2, 3), ConvTranspose2d(2, 1, 2)], (1, 10, 10)
    macs = 64 * 2 * 9 + 128 * 4
    check_work(layers, shape, max_macs=macs, max_numbers=209)
    with pytest.raises(
        ConvLabError, match=r"^`work` must be at most 1,663 multiply-adds: these layers take 1,664\. Use a smaller"
    ):
        check_work(layers, shape, max_macs=macs - 1, max_numbers=209)
    with pytest.raises(
        ConvLabError, match=r"^`work` must be at most 208 numbers: these layers take 209\. Use a smaller"
    ):
        check_work(layers, shape, max_macs=macs, max_numbers=208)


# --- receptive fields ---


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([Conv2d(1, 1, (5, 3))], (5, 3)),
        ([Conv2d(1, 1, 3, dilation=(2, 3))], (5, 7)),
        ([Conv2d(1, 1, 3)] * 3, (7, 7)),
        ([Conv2d(1, 1, 3, stride=(2, 1)), Conv2d(1, 1, 3)], (7, 5)),
        ([Conv2d(1, 1, 5), ReLU(), MaxPool2d(2), Conv2d(1, 1, 5), ReLU(), AvgPool2d(2)], (16, 16)),
        ([ConvTranspose2d(1, 1, 3)], (3, 3)),
        ([ConvTranspose2d(1, 1, 4, stride=2)], (2, 2)),
        ([ConvTranspose2d(1, 1, 3, stride=2)], (2, 2)),
        ([ConvTranspose2d(1, 1, 2, stride=(2, 3))], (1, 1)),
        ([Conv2d(1, 1, 3), ConvTranspose2d(1, 1, 3, stride=2)], (4, 4)),
        ([ConvTranspose2d(1, 1, 2, stride=2), Conv2d(1, 1, 3)], (2, 2)),
    ],
)
def test_receptive_fields_by_hand(layers, expected):
    assert receptive_field(layers) == expected


def test_a_stamp_with_gaps_sees_only_what_it_hits():
    """Kernel 2 with dilation 3 at stride 2: an even cell meets the first weight, an odd cell the second."""
    assert receptive_field([ConvTranspose2d(1, 1, 2, stride=2, dilation=3)]) == (1, 1)


def test_a_window_that_falls_between_the_stamps_sees_less():
    """Of the two cells that dilation 3 sets apart, one lies where stride 2 stamped nothing."""
    assert receptive_field([ConvTranspose2d(1, 1, 1, stride=2), Conv2d(1, 1, 2, dilation=3)]) == (1, 1)


def test_the_widest_field_is_found_far_from_the_first_cell():
    """Strides of 9 and 9 repeat after 81 cells; two stamps of the first layer meet under cells 72 to 80 alone."""
    assert receptive_field([ConvTranspose2d(1, 1, 10, stride=9, padding=1), ConvTranspose2d(1, 1, 9, stride=9)]) == (
        2,
        2,
    )


CHAINS = {  # deep rows of layers, and what one output number sees of the input along an axis
    "transposed": ([ConvTranspose2d(1, 1, 7, stride=4)] * 40, 2),
    "dilated": ([ConvTranspose2d(1, 1, 3, stride=2, dilation=5)] * 40, 6),
    "strided": ([Conv2d(1, 1, 3, stride=3)] * 40, 3**40),
    "up and down": ([ConvTranspose2d(1, 1, 2, stride=2)] * 40 + [Conv2d(1, 1, 2, stride=2)] * 40, 1),
    "down and up": ([Conv2d(1, 1, 2, stride=2)] * 40 + [ConvTranspose2d(1, 1, 2, stride=2)] * 40, 2**40),
    "to and fro": ([ConvTranspose2d(1, 1, 2, stride=2), Conv2d(1, 1, 3, stride=2), ReLU()] * 40, 41),
    "strides that share nothing": ([ConvTranspose2d(1, 1, 4, stride=2), Conv2d(1, 1, 3, stride=3)] * 12, 545),
}


@pytest.mark.parametrize("name", CHAINS)
def test_the_receptive_field_of_a_deep_row(name):
    """Counting every output cell of a period would not end: 40 strides of 4 repeat after 4⁴⁰ cells."""
    layers, seen = CHAINS[name]
    assert receptive_field(layers) == (seen, seen)


def test_a_number_may_see_nothing():
    """Every output cell reads an even place, and the stamps of one weight lie on odd ones."""
    row = [ConvTranspose2d(1, 1, 1, stride=2, padding=1), Conv2d(1, 1, 1, stride=2)]
    assert receptive_field(row) == (0, 0)


def counted(row, axis):
    """The receptive field along one axis, every output cell of one period followed back to the input."""
    widest = 0
    for cell in range(prod(layer.window.stride[axis] for layer in row if layer.stamps)):
        cells = {cell}
        for layer in reversed(row):
            back = layer.window.stamped_by if layer.stamps else layer.window.reads
            cells = back(axis, cells)
        widest = max(widest, max(cells) - min(cells) + 1 if cells else 0)
    return widest


@st.composite
def deeper_rows(draw):
    """One to six layers with all that changes where a window lies."""
    row = []
    for _ in range(draw(st.integers(1, 6))):
        kernel, stride, dilation, padding = [
            draw(st.integers(low, high)) for low, high in ((1, 4), (1, 4), (1, 4), (0, 3))
        ]
        kind = draw(st.sampled_from([Conv2d, ConvTranspose2d]))
        row.append(kind(1, 1, (kernel, 1), (stride, 1), (padding, 0), dilation=(dilation, 1)))
    assume(prod(layer.stride[0] for layer in row if layer.stamps) <= 300)
    return row


@drawn(400)
@given(deeper_rows())
def test_a_receptive_field_is_that_of_every_output_cell_counted(row):
    assert receptive_field(row) == (counted(row, 0), 1)


@drawn(400)
@given(deeper_rows(), st.integers(1, 40))
def test_the_field_of_some_output_cells_is_that_of_each_counted(row, places):
    """A layer that is told its size makes so many of them; all that comes before is searched."""
    layers = [*row, Upsample((places, 1))]
    size = next((side for side in range(1, 40) if ours(lambda side=side: sizes_of(layers, (side, 1)))), None)
    assume(size is not None)
    sizes, most = sizes_of(layers, (size, 1)), 0
    for cell in range(places):
        cells = {cell}
        for layer, (cells_below, _) in reversed(list(zip(layers, sizes, strict=False))):
            cells = {seen for place in cells for seen in layer.reach(0, cells_below).cells(place)}
        most = max(most, max(cells) - min(cells) + 1 if cells else 0)
    assert receptive_field(layers, (size, 1)) == (most, 1 if most else 0)


def test_sizes_that_share_nothing_are_no_more_work():
    """Up and down between sizes without a common divisor: their periods together would not end."""
    sizes = [509, 211, 457, 99, 476, 77, 503, 127]
    row = [layer for size in sizes for layer in (Upsample(size, mode="bilinear"), Conv2d(1, 1, 3, padding=1))]
    assert receptive_field([*row, AdaptiveAvgPool2d(1)], (256, 256)) == (288, 288)


@st.composite
def rows_of_layers(draw):
    """One to four layers along one axis."""
    axis, row = draw(st.integers(0, 1)), []
    for _ in range(draw(st.integers(1, 4))):
        settings = [draw(st.integers(1, high)) for high in (4, 3, 3)]
        kernel, stride, dilation = [(n, 1) if axis == 0 else (1, n) for n in settings]
        kind = draw(st.sampled_from([Conv2d, Conv2d, ConvTranspose2d, AvgPool2d]))
        if kind is AvgPool2d:
            row.append(AvgPool2d(kernel, stride))
        else:
            row.append(kind(1, 1, kernel, stride, dilation=dilation, bias=False))
    return axis, row


def seen(row, axis, places):
    """For each output cell, the extent of the input cells that its gradient reaches; weights are all one."""
    size = (320, 1) if axis == 0 else (1, 320)
    start = torch.ones(1, *size, requires_grad=True)
    maps = start
    for layer in row:
        maps = layer(maps, None if layer.weight_shape is None else torch.ones(layer.weight_shape))
    line = maps.flatten()
    middle = len(line) // 2 - places // 2
    assume(middle > 0)
    for place in range(middle, middle + places):
        (gradient,) = torch.autograd.grad(line[place], start, retain_graph=True)
        cells = gradient.flatten().nonzero().flatten()
        yield int(cells[-1] - cells[0]) + 1 if len(cells) else 0


@drawn(250)
@given(rows_of_layers())
def test_a_receptive_field_is_where_gradients_flow(drawn_row):
    axis, row = drawn_row
    period = prod(layer.window.stride[axis] for layer in row if isinstance(layer, ConvTranspose2d))
    field = receptive_field(row)
    assert field[axis] == max(seen(row, axis, period))
    assert field[1 - axis] == 1


@drawn(100)
@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))
def test_a_largest_number_may_come_from_any_cell_of_its_window(kernel, stride, dilation, after):
    pool, conv = (MaxPool2d(kernel, stride, dilation=dilation), Conv2d(1, 1, kernel, stride, dilation=dilation))
    assert receptive_field([pool, Conv2d(1, 1, after)]) == receptive_field([conv, Conv2d(1, 1, after)])


# --- the two-layer demo ---


def test_the_two_layer_demo_is_made_of_the_gradient_kernels():
    steps = two_layers(in_channels=1, stride=2, dilation=3)
    assert [type(step.layer) for step in steps] == [Conv2d, ReLU, MaxPool2d] * 2
    for step, channels in ((steps[0], 1), (steps[3], 4)):
        assert step.layer == Conv2d(channels, 4, 5, stride=2, dilation=3, bias=False)
        assert torch.equal(step.weight, kernels.gradients(5, channels))
        assert step.bias is None
