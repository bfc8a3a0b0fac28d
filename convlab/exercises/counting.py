"""Questions about how much: weights, maps, parameters and multiply-adds of a layer."""

from collections.abc import Mapping
from fractions import Fraction
from math import prod
from random import Random
from typing import Any

import torch
from torch import Tensor

from convlab.base import Shape
from convlab.costs import Count, compare_costs
from convlab.exercises.drawing import MOST_SIDE, kind_of
from convlab.exercises.form import Kind, Picture, Question, Wrong, written
from convlab.exercises.printing import digits, link
from convlab.layers import Conv2d, ConvTranspose2d
from convlab.window import by

_WITH = {True: "with a bias", False: "without a bias"}


_SHADES = torch.tensor(  # of slices in turn, and of the cells of each
    [[(0.50, 0.70, 0.86), (0.62, 0.78, 0.91)], [(0.80, 0.80, 0.83), (0.88, 0.88, 0.90)]]
)


def _kernels(weight_shape: Shape) -> tuple[Picture, ...]:
    """A weight laid out: a column of slices for each kernel."""
    count, slices, rows, columns = weight_shape
    down, across = torch.arange(slices * rows)[:, None], torch.arange(count * columns)
    shades = _SHADES[(down // rows + across // columns) % 2, (down % rows + across % columns) % 2]
    return (Picture(f"{count} × {slices} slices of {by((rows, columns))}", shades.permute(2, 0, 1)),)


def _about_bias(bias: bool, kernels: int) -> str:
    """What is said to whoever leaves the bias out, or adds it."""
    if bias:
        return f"This forgets the bias: {kernels} numbers more, one for each kernel."
    return f"This adds {kernels} biases: this layer is without."


def _plainly(count: Count) -> str:
    """The factors by name, of layers whose channels are not split."""
    return count.letters.replace(" / groups", "")


def _layer_address(layer: Conv2d) -> str:
    """The page Network with the layer as the second of a row; the first makes the maps that it reads."""
    settings = {name: value for name, value in layer.settings().items() if name != "in_channels"}
    said = ",".join(f"{name}:{int(each) if isinstance(each, bool) else each}" for name, each in settings.items())
    return link("network", layers=f"Conv2d,out_channels:{layer.in_channels},kernel_size:1;Conv2d,{said}", at=2)


def _parameters(random: Random, in_channels: int, out_channels: int, kernel_size: int, bias: bool = True) -> Question:
    """How many numbers does a layer learn?"""
    layer = Conv2d(in_channels, out_channels, kernel_size, bias=bias)
    flat, single = Conv2d(1, out_channels, kernel_size, bias=bias), Conv2d(in_channels, 1, kernel_size, bias=bias)
    bare = layer.with_bias(False).parameters
    wrongs = [
        Wrong(
            written(flat.parameters),
            f"This forgets the input channels: each of the {out_channels} kernels has {in_channels} slices of "
            f"{by(layer.kernel_size)}, one for each channel that it reads.",
            _kernels(flat.weight_shape),
        ),
        Wrong(
            written(single.parameters),
            f"This counts one kernel: there are {out_channels}, one for each map that comes out.",
            _kernels(single.weight_shape),
        ),
        Wrong(
            written(layer.with_bias(not bias).parameters),
            _about_bias(bias, out_channels),
        ),
        Wrong(written(bare + 1), f"This counts one bias for the layer: there are {out_channels}, one for each kernel."),
    ]
    count = compare_costs(in_channels, out_channels, 1, kernel_size)[0].parameters
    return Question(
        f"A convolution reads {in_channels} channels and makes {out_channels} maps, kernel {by(layer.kernel_size)}, "
        f"{_WITH[bias]}. How many parameters does it have?",
        "number",
        written(layer.parameters),
        wrongs if bias else wrongs[:3],
        f"{_plainly(count)}: {count.numbers}."
        + (f" One bias for each kernel makes {bare:,} + {out_channels} = {layer.parameters:,}." if bias else ""),
        "Ask how many numbers one kernel has that reads all channels at once, and then how many kernels there are.",
        {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": kernel_size, "bias": bias},
        shown=_kernels(layer.weight_shape),
        address=_layer_address(layer),
    )


def _draw_parameters(random: Random) -> Mapping[str, Any]:
    """A layer whose weights can be drawn."""
    return {
        "in_channels": random.randint(2, 4),
        "out_channels": random.randint(2, 10),
        "kernel_size": random.randint(2, 5),
        "bias": random.random() < 0.7,
    }


def _weight_shape(random: Random, in_channels: int, out_channels: int, kernel_size: int) -> Question:
    """How is a layer's weight laid out?"""
    layer = Conv2d(in_channels, out_channels, kernel_size)
    turned = ConvTranspose2d(in_channels, out_channels, kernel_size).weight_shape
    kernels, slices, rows, columns = layer.weight_shape
    wrongs = [
        Wrong(
            written(turned),
            f"This puts the input channels first: in a convolution's weight the {kernels} kernels come first, "
            f"each with {slices} slices.",
            _kernels(turned),
        ),
        Wrong(
            written((kernels, rows, columns)),
            f"This forgets the input channels: a kernel has a slice for each of the {in_channels} channels.",
            _kernels((kernels, 1, rows, columns)),
        ),
        Wrong(
            written((rows, columns, slices, kernels)),
            "This is how TensorFlow lays it out; PyTorch puts the kernels first.",
        ),
        Wrong(
            written((kernels * slices, rows, columns)),
            f"This puts all slices into one row: PyTorch keeps {slices} to a kernel.",
        ),
    ]
    return Question(
        f"A convolution reads {in_channels} channels and makes {out_channels} maps, kernel {by(layer.kernel_size)}. "
        "What is the shape of its weight in PyTorch?",
        "shape",
        written(layer.weight_shape),
        wrongs,
        f"(out_channels, in_channels, kernel rows, kernel columns) = {layer.weight_shape}.",
        "A kernel for each map that comes out, a slice for each channel that goes in.",
        {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": kernel_size},
        shown=_kernels(layer.weight_shape),
        address=_layer_address(layer),
    )


def _draw_channels(random: Random) -> Mapping[str, Any]:
    """Different numbers of maps in and out, and a kernel that is no such number."""
    kernel_size = random.choice((2, 3, 5))
    in_channels, out_channels = random.sample([each for each in range(2, 9) if each != kernel_size], 2)
    return {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": kernel_size}


def _maps_out(random: Random, in_channels: int, out_channels: int, kernel_size: int = 3) -> Question:
    """How many maps come out of several kernels that read several maps?"""
    layer = Conv2d(in_channels, out_channels, kernel_size)
    split = Conv2d(in_channels, in_channels * out_channels, kernel_size, groups=in_channels)
    side = kernel_size + MOST_SIDE  # the maps are drawn as pixels, with a line between
    image, weight = _whole(random, (in_channels, side, side)), _whole(random, layer.weight_shape)
    maps = layer(image, weight)
    each = split(image, weight.transpose(0, 1).reshape(split.weight_shape))
    total = maps.sum(0, keepdim=True)
    wrongs = [
        Wrong(
            written(len(each)),
            f"This makes a map for each kernel and channel, {out_channels}·{in_channels}: what a kernel finds in "
            f"{in_channels} channels is added up to one.",
            _sheet("If each column were not added up", each, in_channels),
        ),
        Wrong(
            written(in_channels),
            f"This counts the channels: each of the {out_channels} kernels makes one map of all {in_channels}.",
        ),
        Wrong(
            written(len(total)),
            f"This adds up over the kernels too: a kernel adds up over {in_channels} channels, and keeps its own map.",
            _sheet("All added up", total),
        ),
    ]
    return Question(
        f"A convolution with {out_channels} kernels of {by(layer.kernel_size)} reads {in_channels} channels. "
        "How many maps come out?",
        "number",
        written(len(maps)),
        wrongs,
        f"Each kernel has {in_channels} slices, one for each channel that it reads. "
        f"Their products are added up to one number, so {out_channels} kernels make {len(maps)} maps.",
        "Follow one kernel: what becomes of the sums that it makes in each channel?",
        {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": kernel_size},
        shown=_sheet("What comes out", maps),
        address=_layer_address(layer),
    )


def _whole(random: Random, shape: Shape) -> Tensor:
    """Whole numbers from -4 to 4, float32."""
    return digits(random, 1, prod(shape), -4, 4).reshape(shape)


def _sheet(title: str, maps: Tensor, lines: int = 1) -> tuple[Picture, ...]:
    """Maps side by side with a gap between, in so many lines."""
    spaced = torch.nn.functional.pad(maps, (0, 1, 0, 1))
    columns = -(-len(maps) // lines)
    rows = [torch.cat([*spaced[start : start + columns]], 1) for start in range(0, len(maps), columns)]
    return (Picture(f"{title}: {len(maps)} map{'s' if len(maps) > 1 else ''}", torch.cat(rows)[:-1, :-1]),)


def _draw_maps_out(random: Random) -> Mapping[str, Any]:
    """Few enough maps to see each."""
    in_channels = random.randint(2, 4)
    return {
        "in_channels": in_channels,
        "out_channels": random.choice([each for each in range(2, 7) if each != in_channels]),
        "kernel_size": random.randint(2, 5),
    }


def _depthwise(random: Random, channels: int, kernel_size: int, bias: bool = True) -> Question:
    """How many parameters are left when each channel has a kernel of its own?"""
    full = Conv2d(channels, channels, kernel_size, bias=bias)
    layer = Conv2d(channels, channels, kernel_size, groups=channels, bias=bias)
    wrongs = [
        Wrong(
            written(full.parameters),
            f"This is the same as before: with groups {channels} a kernel reads 1 channel, not {channels}.",
            _kernels(full.weight_shape),
        ),
        Wrong(
            written(Conv2d(1, 1, kernel_size, bias=bias).parameters),
            f"This counts one kernel for all: each of the {channels} channels has its own.",
            _kernels((1, 1, *layer.kernel_size)),
        ),
        Wrong(
            written(Fraction(full.parameters, channels)),
            f"This divides the biases too: there are {channels}, depthwise or not.",
        ),
        Wrong(
            written(layer.with_bias(not bias).parameters),
            f"This forgets the bias: {channels} numbers more."
            if bias
            else f"This adds {channels} biases: this layer is without.",
        ),
    ]
    counted = "·".join(map(str, layer.weight_shape))
    return Question(
        f"A convolution reads {channels} channels and makes {channels} maps, kernel {by(full.kernel_size)}, "
        f"{_WITH[bias]}: {full.parameters:,} parameters. "
        f"How many does it have when it is depthwise, groups={channels}?",
        "number",
        written(layer.parameters),
        wrongs,
        f"Each kernel reads one channel, so the weight is {layer.weight_shape}: "
        f"{counted} = {prod(layer.weight_shape):,}"
        + (f", and with {channels} biases {layer.parameters:,}." if bias else "."),
        "Which channels does one kernel read when the channels do not meet?",
        {
            "in_channels": channels,
            "out_channels": channels,
            "kernel_size": kernel_size,
            "groups": channels,
            "bias": bias,
        },
        shown=_kernels(layer.weight_shape),
        address=_layer_address(layer),
    )


def _draw_depthwise(random: Random) -> Mapping[str, Any]:
    """As many maps out as in."""
    return {
        "channels": random.randint(3, 12),
        "kernel_size": random.randint(2, 5),
        "bias": random.random() < 0.7,
    }


def _groups(random: Random, in_channels: int, out_channels: int, kernel_size: int, groups: int) -> Question:
    """How many parameters has a layer whose channels are split?"""
    layer = Conv2d(in_channels, out_channels, kernel_size, groups=groups, bias=False)
    full = Conv2d(in_channels, out_channels, kernel_size, bias=False)
    one = Conv2d(in_channels // groups, out_channels // groups, kernel_size, bias=False)
    wrongs = [
        Wrong(
            written(full.parameters),
            f"This forgets the groups: a kernel reads the channels of its group, {in_channels} / {groups}.",
            _kernels(full.weight_shape),
        ),
        Wrong(
            written(one.parameters),
            f"This counts one group: there are {groups}.",
            _kernels(one.weight_shape),
        ),
        Wrong(
            written(Conv2d(in_channels // groups, 1, kernel_size, bias=False).parameters),
            f"This counts one kernel: there are {out_channels}.",
        ),
    ]
    return Question(
        f"A convolution reads {in_channels} channels and makes {out_channels} maps, kernel {by(layer.kernel_size)}, "
        f"{_WITH[False]}, groups={groups}. How many parameters does it have?",
        "number",
        written(layer.parameters),
        wrongs,
        f"out_channels · in_channels / groups · kernel rows · kernel columns: "
        f"{'·'.join(map(str, layer.weight_shape))} = {layer.parameters:,}.",
        "The groups split the channels that a kernel reads; they do not change how many kernels there are.",
        {
            "in_channels": in_channels,
            "out_channels": out_channels,
            "kernel_size": kernel_size,
            "groups": groups,
            "bias": False,
        },
        shown=_kernels(layer.weight_shape),
        address=_layer_address(layer),
    )


def _draw_groups(random: Random) -> Mapping[str, Any]:
    """Groups of at least two maps."""
    groups = random.choice((2, 3, 4))
    return {
        "in_channels": groups * random.randint(2, 3),
        "out_channels": groups * random.randint(1, 3),
        "kernel_size": random.randint(2, 4),
        "groups": groups,
    }


def _multiply_adds(random: Random, input_size: int, in_channels: int, out_channels: int, kernel_size: int) -> Question:
    """How many multiply-adds does a layer take that keeps the size?"""
    way = compare_costs(in_channels, out_channels, input_size, kernel_size)[0]
    layer, shape, padding = way.layers[0], (in_channels, input_size, input_size), kernel_size // 2
    wrongs = [
        Wrong(
            written(layer.parameters),
            f"This counts each weight once: it is used again at each of the {input_size}·{input_size} places.",
        ),
        Wrong(
            written(compare_costs(1, out_channels, input_size, kernel_size)[0].macs.total),
            f"This forgets the input channels: each number of the map adds up over {in_channels}.",
        ),
        Wrong(
            written(compare_costs(in_channels, 1, input_size, kernel_size)[0].macs.total),
            f"This counts one map: there are {out_channels}.",
        ),
        Wrong(
            written(Conv2d(in_channels, out_channels, 1).macs(shape)),
            f"This forgets the kernel: each number takes {by(layer.kernel_size)} products in each channel.",
        ),
    ]
    return Question(
        f"A convolution reads {by(shape)} and makes {out_channels} maps, kernel {by(layer.kernel_size)}, stride 1, "
        f"padding {padding}. How many multiply-adds does it take?",
        "number",
        written(way.macs.total),
        wrongs,
        f"{_plainly(way.macs)}: {way.macs.numbers}.",
        "Count the products behind one number of one map, then the numbers of a map, then the maps.",
        {
            "input_size": input_size,
            "in_channels": in_channels,
            "out_channels": out_channels,
            "kernel_size": kernel_size,
            "padding": padding,
        },
        address=_cost_address(in_channels, out_channels, input_size, kernel_size),
    )


def _draw_multiply_adds(random: Random) -> Mapping[str, Any]:
    """A layer as networks have it."""
    return {
        "input_size": random.choice((8, 10, 16, 20, 28, 32)),
        "in_channels": random.randint(2, 8),
        "out_channels": random.choice((4, 5, 8, 10, 16, 20)),
        "kernel_size": random.choice((3, 5)),
    }


def _macs_with_stride(
    random: Random, input_size: int, in_channels: int, out_channels: int, kernel_size: int, stride: int = 2
) -> Question:
    """How many multiply-adds are left with a stride?"""
    ways = compare_costs(in_channels, out_channels, input_size, kernel_size, stride=stride)
    before, after = ways[0], ways[4]
    padding, shape = kernel_size // 2, (in_channels, input_size, input_size)
    one_axis = Conv2d(in_channels, out_channels, kernel_size, (stride, 1), padding)
    rows, columns = after.output_shape[1:]
    wrongs = [
        Wrong(
            written(one_axis.macs(shape)),
            f"This strides along one axis: with stride {stride} rows and columns both are fewer, {rows}×{columns}.",
        ),
        Wrong(
            written(before.macs.total),
            f"This is the same as before: the map has {rows}×{columns} numbers, not {input_size}×{input_size}.",
        ),
    ]
    return Question(
        f"A convolution reads {by(shape)} and makes {out_channels} maps, kernel {kernel_size}×{kernel_size}, padding "
        f"{padding}: {before.macs.total:,} multiply-adds with stride 1. How many with stride {stride}?",
        "number",
        written(after.macs.total),
        wrongs,
        f"{_plainly(after.macs)}: {after.macs.numbers}.",
        "What becomes of the number of rows, and what of the number of columns?",
        {
            "input_size": input_size,
            "in_channels": in_channels,
            "out_channels": out_channels,
            "kernel_size": kernel_size,
            "stride": stride,
            "padding": padding,
        },
        address=_cost_address(in_channels, out_channels, input_size, kernel_size, cost_stride=stride),
    )


def _draw_macs_with_stride(random: Random) -> Mapping[str, Any]:
    """The same, and a stride."""
    return {**_draw_multiply_adds(random), "stride": random.choice((2, 2, 3, 4))}


def _bottleneck(
    random: Random, input_size: int, in_channels: int, out_channels: int, through: int, kernel_size: int = 3
) -> Question:
    """How many multiply-adds are left when a 1×1 convolution makes fewer channels first?"""
    direct, way = compare_costs(in_channels, out_channels, input_size, kernel_size, through=through)[:2]
    first, second = way.layers
    shape, between = (in_channels, input_size, input_size), (through, input_size, input_size)
    kernel = by(second.kernel_size)
    wrongs = [
        Wrong(
            written(second.macs(between)),
            f"This forgets the 1×1 convolution: it takes {first.macs(shape):,} itself.",
        ),
        Wrong(
            written(first.macs(shape)),
            f"This counts the 1×1 convolution alone: the kernel of {kernel} takes {second.macs(between):,} more.",
        ),
        Wrong(
            written(first.macs(shape) + direct.macs.total),
            f"This lets the kernel of {kernel} read {in_channels} maps: it reads {through} now.",
        ),
        Wrong(
            written(direct.macs.total),
            f"This is the same as before: the kernel of {kernel} reads {through} maps now, not {in_channels}.",
        ),
    ]
    return Question(
        f"A convolution that keeps the size makes {out_channels} maps of {by(shape)} with kernel {kernel}: "
        f"{direct.macs.total:,} multiply-adds. How many does it take if a 1×1 convolution makes {through} maps first, "
        f"and {kernel} makes {out_channels} of these?",
        "number",
        written(way.macs.total),
        wrongs,
        f"{_plainly(way.macs)}: {way.macs.numbers}. That is {way.fewer(direct):.1%} fewer.",
        "Count the two layers one after the other; the second one reads what the first one makes.",
        {
            "input_size": input_size,
            "in_channels": in_channels,
            "out_channels": out_channels,
            "kernel_size": kernel_size,
            "through": through,
        },
        address=_cost_address(in_channels, out_channels, input_size, kernel_size, through=through),
    )


def _draw_bottleneck(random: Random) -> Mapping[str, Any]:
    """Few channels between many."""
    return {
        "input_size": random.choice((7, 10, 14, 20, 28)),
        "in_channels": random.choice((32, 48, 64, 100, 128)),
        "out_channels": random.choice((16, 20, 32, 64)),
        "through": random.choice((2, 4, 5, 8)),
    }


def _separable(random: Random, input_size: int, in_channels: int, out_channels: int, kernel_size: int = 3) -> Question:
    """How many multiply-adds are left when a depthwise and a 1×1 convolution take the place of one?"""
    ways = compare_costs(in_channels, out_channels, input_size, kernel_size)
    direct, way = ways[0], ways[2]
    (depthwise, mixing), shape = way.layers, (in_channels, input_size, input_size)
    kernel = by(depthwise.kernel_size)
    wrongs = [
        Wrong(
            written(depthwise.macs(shape)),
            f"This forgets the 1×1 convolution: it takes {mixing.macs(shape):,} itself.",
        ),
        Wrong(
            written(mixing.macs(shape)),
            f"This counts the 1×1 convolution alone: the kernels of {kernel} take {depthwise.macs(shape):,} more.",
        ),
        Wrong(
            written(Conv2d(in_channels, in_channels, kernel_size, padding="same").macs(shape) + mixing.macs(shape)),
            f"This lets each kernel of {kernel} read all {in_channels} channels: depthwise it reads one.",
        ),
        Wrong(
            written(direct.macs.total), f"This is the same as before: each kernel of {kernel} reads one channel now."
        ),
    ]
    return Question(
        f"A convolution that keeps the size makes {out_channels} maps of {by(shape)} with kernel {kernel}: "
        f"{direct.macs.total:,} multiply-adds. How many does it take if each channel has its own kernel of {kernel}, "
        f"and a 1×1 convolution makes {out_channels} maps of these?",
        "number",
        written(way.macs.total),
        wrongs,
        f"{way.macs.letters}: {way.macs.numbers}. That is {way.fewer(direct):.1%} fewer.",
        "Count the two layers one after the other; a depthwise kernel reads a single channel.",
        {
            "input_size": input_size,
            "in_channels": in_channels,
            "out_channels": out_channels,
            "kernel_size": kernel_size,
        },
        address=_cost_address(in_channels, out_channels, input_size, kernel_size),
    )


def _draw_separable(random: Random) -> Mapping[str, Any]:
    """Many channels, as networks that do so have them."""
    return {
        "input_size": random.choice((7, 10, 14, 20, 28)),
        "in_channels": random.choice((8, 16, 20, 32, 64)),
        "out_channels": random.choice((10, 16, 24, 48, 100)),
        "kernel_size": random.choice((3, 5)),
    }


def _cost_address(in_channels: int, out_channels: int, input_size: int, kernel_size: int, **more: int) -> str:
    """The page Network with what the ways to the same maps cost."""
    layer = {"cost_in": in_channels, "cost_out": out_channels, "cost_size": input_size, "cost_kernel": kernel_size}
    return link("network", part="cost", **layer, **more)


KINDS: dict[str, Kind] = {
    "parameters": kind_of("Parameters of a layer", _draw_parameters, _parameters),
    "weight_shape": kind_of("The shape of a weight", _draw_channels, _weight_shape),
    "maps_out": kind_of("How many maps come out", _draw_maps_out, _maps_out),
    "depthwise": kind_of("Parameters of a depthwise layer", _draw_depthwise, _depthwise),
    "groups": kind_of("Parameters of a layer with groups", _draw_groups, _groups),
    "multiply_adds": kind_of("Multiply-adds of a layer", _draw_multiply_adds, _multiply_adds),
    "macs_with_stride": kind_of("Multiply-adds with a stride", _draw_macs_with_stride, _macs_with_stride),
    "bottleneck": kind_of("A 1×1 convolution as a bottleneck", _draw_bottleneck, _bottleneck),
    "separable": kind_of("Depthwise, then 1×1", _draw_separable, _separable),
}
