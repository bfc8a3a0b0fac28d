"""One output number taken apart, and the transposed layer in its views: stamps, and the input spread out."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import prod
from types import UnionType
from typing import get_args

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.layers import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, Shape
from convlab.window import Pair, Window, by, pair, whole

Windowed = Conv2d | ConvTranspose2d | MaxPool2d | AvgPool2d
Grid = tuple[tuple[Pair | None, ...], ...]

MAX_ENTRIES = 4_000_000
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where one output number comes from; its tensors are float64, so that the sums are exact to the last digit shown.

    Attributes
    ----------
    layer : Conv2d, ConvTranspose2d, MaxPool2d or AvgPool2d
        The layer.
    output_shape : tuple of int
        (C, H, W) of its output.
    channel : int
        The output channel.
    position : (int, int)
        Row and column of the output cell, from 0.
    channels : tuple of int
        The input channels that are read: those of the channel's group, or a pool's own.
    cells : tuple of tuple
        For each tap, kernel rows first, the (row, column) in the input that it meets; below zero or beyond the
        input for padding. For the transposed layer: the input cell whose stamp brings that weight here, or None
        where the stride skips or the cell would lie outside.
    sources : tuple of tuple
        The input cell whose number the tap reads: the same as `cells` inside the input, the mirrored, repeated or
        wrapped cell on padding that copies, None where there is nothing.
    inside : Tensor
        (kernel rows, kernel columns), bool: whether the tap meets an input cell and not padding.
    inputs, weights, products : Tensor
        (channels read, kernel rows, kernel columns). Maximum pooling weighs its winner with 1, average pooling each
        cell that it counts with 1 / divisor.
    channel_sums : Tensor
        (channels read,): the products summed over each channel.
    bias : float
        0 without one.
    total : float
        The number in the map.
    winner : (int, int), optional
        Maximum pooling: the tap with the largest number, the first in reading order; None if all is padding.
    divisor : int, optional
        Average pooling: how many cells are counted.
    """

    layer: Windowed
    output_shape: Shape
    channel: int
    position: Pair
    channels: tuple[int, ...]
    cells: Grid
    sources: Grid
    inside: Tensor
    inputs: Tensor
    weights: Tensor
    products: Tensor
    channel_sums: Tensor
    bias: float
    total: float
    winner: Pair | None = None
    divisor: int | None = None


@torch.no_grad()
def explain(
    layer: Windowed,
    image: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *,
    channel: int,
    position: int | Sequence[int],
) -> Explanation:
    """Take one number of a map apart: what each tap reads, its products, their sums per channel, the total.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d, MaxPool2d or AvgPool2d
        The layer.
    image : Tensor
        Its input, (C, H, W).
    weight, bias : Tensor, optional
        As the layer is called with them.
    channel : int
        The output channel, from 0.
    position : (int, int)
        Row and column of the output cell, from 0.

    Returns
    -------
    Explanation

    Raises
    ------
    ConvLabError
        For whatever the layer refuses, and a channel or position outside the output.

    Examples
    --------
    >>> conv = Conv2d(1, 1, 2, bias=False)
    >>> image, weight = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), torch.tensor([[[[1.0, 0.0], [0.0, -1.0]]]])
    >>> why = explain(conv, image, weight, channel=0, position=(0, 0))
    >>> why.products.tolist(), why.channel_sums.tolist(), why.total
    ([[[1.0, 0.0], [0.0, -4.0]]], [-3.0], -3.0)
    """
    shape = _output_shape(layer, image)
    _check_operands(layer, image, weight, bias)
    position = _check_place(shape, channel, position)
    size: Pair = (image.shape[1], image.shape[2])
    cells, reads = _cells(layer, position, size), sources(layer, position, size)
    found = torch.tensor([cell is not None and cell == read for cell, read in zip(cells, reads, strict=True)])
    inside = found.reshape(layer.kernel_size)
    channels = _channels(layer, channel)
    inputs = _read(layer, image[channels.start : channels.stop], reads)
    winner = _winner(inputs[0], inside) if isinstance(layer, MaxPool2d) else None
    counted = _counted(layer, cells, size) if isinstance(layer, AvgPool2d) else None
    weights = _weights(layer, channel, weight, winner, counted)
    products = inputs * weights
    if isinstance(layer, MaxPool2d):
        products = products.where(weights > 0, 0.0)  # 0 times the minus infinity of its padding
    sums = products.sum((1, 2))
    added = float(bias[channel]) if bias is not None and isinstance(layer, Conv2d | ConvTranspose2d) else 0.0
    return Explanation(
        layer=layer,
        output_shape=shape,
        channel=channel,
        position=position,
        channels=tuple(channels),
        cells=_grid(cells, layer.kernel_size),
        sources=_grid(reads, layer.kernel_size),
        inside=inside,
        inputs=inputs,
        weights=weights,
        products=products,
        channel_sums=sums,
        bias=added,
        total=float(inputs.max()) if isinstance(layer, MaxPool2d) else float(sums.sum()) + added,
        winner=winner,
        divisor=None if counted is None else sum(counted),
    )


def sources(layer: Windowed, position: Pair, input_size: Pair) -> list[Pair | None]:
    """The input cell whose number each tap reads at one output position, in reading order of the kernel.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d, MaxPool2d or AvgPool2d
        The layer.
    position : (int, int)
        Row and column of the output cell.
    input_size : (int, int)
        Rows and columns of the input.

    Returns
    -------
    list of (int, int) or None
        None for padding that copies no cell, and where no stamp of the transposed layer comes from.

    Examples
    --------
    >>> sources(Conv2d(1, 1, (1, 2), padding=(0, 1)), (0, 0), (1, 1))
    [None, (0, 0)]
    >>> sources(Conv2d(1, 1, (1, 2), padding=(0, 1), padding_mode="replicate"), (0, 0), (1, 1))
    [(0, 0), (0, 0)]
    """
    mode = layer.padding_mode if isinstance(layer, Conv2d) else "zeros"
    return [cell and _source(mode, cell, input_size) for cell in _cells(layer, position, input_size)]


def sentence(why: Explanation, relu: bool = False) -> str:
    """One spoken sentence for a step, for a screen reader; rows, columns and channels count from 0.

    Parameters
    ----------
    why : Explanation
        The number.
    relu : bool, default False
        Whether a ReLU follows.

    Examples
    --------
    >>> why = explain(AvgPool2d(2), torch.tensor([[[1.0, 4.0], [-3.0, 2.0]]]), channel=0, position=(0, 0))
    >>> sentence(why)
    'Output row 0, column 0: four numbers over rows 0 to 1, columns 0 to 1 sum to 4; divided by four that is 1.'
    """
    channel = f"channel {why.channel}, " if why.output_shape[0] > 1 else ""
    start = f"Output {channel}row {why.position[0]}, column {why.position[1]}: "
    if isinstance(why.layer, MaxPool2d):
        middle = _maximum(why)
    elif isinstance(why.layer, AvgPool2d):
        middle = _mean(why)
    else:
        middle = _products(why)
    return start + middle + (f"; after ReLU {_spoken(max(why.total, 0.0))}." if relu else ".")


def stamps(layer: ConvTranspose2d, image: Tensor, weight: Tensor) -> Tensor:
    """Each input number's stamp on the output of a transposed layer, before they are added up.

    Parameters
    ----------
    layer : ConvTranspose2d
        The layer.
    image : Tensor
        (C, H, W), small: see Raises.
    weight : Tensor
        As the layer is called with it.

    Returns
    -------
    Tensor
        (C, H, W, output channels, output rows, output columns): what each input number adds to each output number;
        the sum over the first three axes is the layer's output without its bias.

    Raises
    ------
    ConvLabError
        If it would hold more than 4,000,000 numbers.

    Examples
    --------
    >>> up = ConvTranspose2d(1, 1, (1, 3), bias=False)
    >>> stamps(up, torch.tensor([[[1.0, 10.0]]]), torch.tensor([[[[1.0, 2.0, 3.0]]]]))[0, 0, :, 0, 0]
    tensor([[ 1.,  2.,  3.,  0.],
            [ 0., 10., 20., 30.]])
    """
    check_kind(layer, ConvTranspose2d)
    shape = _output_shape(layer, image)
    _check_operands(layer, image, weight, None)
    check_entries((*image.shape, *shape))
    _, rows, columns = image.shape
    kernels, stamped = dense(layer, weight), torch.zeros(*image.shape, *shape, dtype=image.dtype)
    for i, j in ((i, j) for i in range(rows) for j in range(columns)):
        for (k, m), (r, c) in layer.window.taps((i, j)):
            if 0 <= r < shape[1] and 0 <= c < shape[2]:
                stamped[:, i, j, :, r, c] = image[:, i, j, None] * kernels[:, :, k, m]
    return stamped


def spread(layer: ConvTranspose2d, image: Tensor) -> Tensor:
    """The input of a transposed layer with zeros put between and around it.

    `plain_convolution`, a convolution of stride 1 without padding, makes the layer's output of it with the
    `flipped` kernel.

    Parameters
    ----------
    layer : ConvTranspose2d
        The layer.
    image : Tensor
        (C, H, W).

    Returns
    -------
    Tensor
        (C, rows, columns).

    Notes
    -----
    ``stride − 1`` zeros between neighbours; ``dilation·(kernel_size − 1) − padding`` before them and as many, and
    output_padding, after them; where that is negative, so many rows or columns are cropped.

    Examples
    --------
    >>> spread(ConvTranspose2d(1, 1, (1, 2), stride=(1, 2)), torch.tensor([[[1.0, 2.0]]]))
    tensor([[[0., 1., 0., 2., 0.]]])
    """
    check_kind(layer, ConvTranspose2d)
    _output_shape(layer, image)
    rows, columns = (spread_along(layer, image.shape[axis + 1], axis) for axis in (0, 1))
    wide = torch.zeros(image.shape[0], len(rows), len(columns), dtype=image.dtype)
    down, across = ([(at, cell) for at, cell in enumerate(line) if cell is not None] for line in (rows, columns))
    for r, i in down:
        wide[:, r, [c for c, _ in across]] = image[:, i, [j for _, j in across]]
    return wide


def spread_along(layer: ConvTranspose2d, cells: int, axis: int) -> list[int | None]:
    """Which input row (axis 0) or column (axis 1) stands in each one of the spread input; None for zeros.

    Examples
    --------
    >>> spread_along(ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1), cells=2, axis=0)
    [None, 0, None, 1, None, None]
    """
    window, extra = layer.window, layer.output_padding[axis]
    before = window.dilated_size[axis] - 1 - window.padding[axis]
    length = 2 * before + (cells - 1) * window.stride[axis] + 1 + extra
    standing = {before + i * window.stride[axis]: i for i in range(cells)}
    return [standing.get(place) for place in range(length)]


def flipped(layer: ConvTranspose2d, weight: Tensor) -> Tensor:
    """The kernel that slides over the spread input: turned by half a turn, input and output channels exchanged.

    Parameters
    ----------
    layer : ConvTranspose2d
        The layer.
    weight : Tensor
        (in_channels, out_channels / groups, kernel rows, kernel columns).

    Returns
    -------
    Tensor
        (out_channels, in_channels / groups, kernel rows, kernel columns), the weight of `plain_convolution`.

    Examples
    --------
    >>> flipped(ConvTranspose2d(1, 1, (1, 3)), torch.tensor([[[[1.0, 2.0, 3.0]]]]))
    tensor([[[[3., 2., 1.]]]])
    """
    groups = weight.unflatten(0, (layer.groups, -1))
    return groups.transpose(1, 2).flatten(0, 1).flip(-2, -1)


def plain_convolution(layer: ConvTranspose2d) -> Conv2d:
    """The convolution that makes the transposed layer's output of its spread input and its flipped kernel.

    Examples
    --------
    >>> up = ConvTranspose2d(1, 1, (1, 3), stride=(1, 2), padding=(0, 1), bias=False)
    >>> image, weight = torch.tensor([[[1.0, 2.0]]]), torch.tensor([[[[1.0, 2.0, 3.0]]]])
    >>> plain_convolution(up)(spread(up, image), flipped(up, weight)), up(image, weight)
    (tensor([[[2., 5., 4.]]]), tensor([[[2., 5., 4.]]]))
    """
    return Conv2d(
        layer.in_channels,
        layer.out_channels,
        layer.kernel_size,
        dilation=layer.dilation,
        groups=layer.groups,
        bias=layer.bias,
    )


def overlap(layer: Windowed, input_shape: Sequence[int]) -> Tensor:
    """How often each input cell is read by a window; for the transposed layer, how often each output cell is stamped.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d, MaxPool2d or AvgPool2d
        The layer.
    input_shape : sequence of int
        (C, H, W).

    Returns
    -------
    Tensor
        (H, W) of the input, or of the transposed layer's output, int64: the same for every channel. A cell that
        reflecting, replicating or circular padding copies counts once for each copy that is read.

    Examples
    --------
    >>> overlap(ConvTranspose2d(1, 1, 3, stride=2), (1, 1, 3))[0]
    tensor([1, 1, 2, 1, 2, 1, 1])
    """
    check_kind(layer, Windowed)
    output = layer.output_shape(input_shape)
    fine, coarse = (output, input_shape) if isinstance(layer, ConvTranspose2d) else (input_shape, output)
    mode = layer.padding_mode if isinstance(layer, Conv2d) else "zeros"
    rows, columns = (_overlap_along(layer.window, mode, axis, coarse[axis - 2], fine[axis - 2]) for axis in (0, 1))
    return torch.outer(torch.tensor(rows), torch.tensor(columns))


def collapsing_sizes(layer: Windowed, output_size: int | Sequence[int]) -> tuple[list[int], list[int]]:
    """The input heights, and widths, that a forward convolution brings to the same output size.

    A transposed layer has to choose one of them; its output_padding is the place in the list.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d or AvgPool2d, MaxPool2d without ceil_mode
        A layer with the kernel_size, stride, padding and dilation in question.
    output_size : int or (int, int)
        Output of the forward layer, which is the input of the transposed one.

    Returns
    -------
    (list of int, list of int)
        Heights and widths, stride of them, fewer where they would be 0 or less.

    Examples
    --------
    >>> collapsing_sizes(ConvTranspose2d(1, 1, 3, stride=2, padding=1), 4)
    ([7, 8], [7, 8])
    """
    size = pair("output_size", output_size, 1)
    least = layer.window.stamped_size(size)
    rows, columns = (
        [least[axis] + extra for extra in range(layer.window.stride[axis]) if least[axis] + extra >= 1]
        for axis in (0, 1)
    )
    return rows, columns


def dense(layer: Conv2d | ConvTranspose2d, weight: Tensor, fill: float = 0) -> Tensor:
    """The weight with every channel pair in it, and `fill` where groups keep a pair apart.

    Returns
    -------
    Tensor
        (out_channels, in_channels, kernel rows, kernel columns); for the transposed layer, in and out exchanged.

    Examples
    --------
    >>> dense(Conv2d(2, 2, 1, groups=2), torch.tensor([5.0, 7.0]).reshape(2, 1, 1, 1)).squeeze()
    tensor([[5., 0.],
            [0., 7.]])
    """
    first, second = weight.shape[0] // layer.groups, weight.shape[1]
    full = weight.new_full((weight.shape[0], second * layer.groups, *weight.shape[2:]), fill)
    for group in range(layer.groups):
        block = slice(group * first, (group + 1) * first)
        full[block, group * second : (group + 1) * second] = weight[block]
    return full


def check_entries(shape: Sequence[int]) -> None:
    """Refuse to lay out more than `MAX_ENTRIES` numbers, before any of them is made."""
    if prod(shape) > MAX_ENTRIES:
        rule = f"must be small enough for {MAX_ENTRIES:,} numbers written out"
        numbers = f"{by(shape)} is {prod(shape):,}"
        advice = "Use a smaller input or fewer channels."
        raise ConvLabError("input", tuple(shape), rule, numbers=numbers, advice=advice)


def check_kind(layer: object, kinds: type | UnionType) -> None:
    """Refuse a layer that is none of some kinds."""
    if not isinstance(layer, kinds):
        names = [kind.__name__ for kind in get_args(kinds) or (kinds,)]
        rule, advice = f"must be {' or '.join(names)}", f"Use a {names[0]}."
        raise ConvLabError("layer", type(layer).__name__, rule, advice=advice)


def divisor(layer: AvgPool2d, position: Pair, input_size: Pair) -> int:
    """How many cells average pooling divides by at one output position.

    Examples
    --------
    >>> [divisor(AvgPool2d(2, padding=1, count_include_pad=count), (0, 0), (4, 4)) for count in (True, False)]
    [4, 1]
    """
    return sum(_counted(layer, _cells(layer, position, input_size), input_size))


def _output_shape(layer: Windowed, image: Tensor) -> tuple[int, int, int]:
    """The output's shape for one image, the kind of layer and the image checked."""
    check_kind(layer, Windowed)
    if image.dim() != 3:
        advice = "Take one image of the batch, such as images[0]."
        raise ConvLabError("image", tuple(image.shape), "must be one image of shape (C, H, W)", advice=advice)
    channels, rows, columns = layer.output_shape(image.shape)
    return channels, rows, columns


def _check_operands(layer: Windowed, image: Tensor, weight: Tensor | None, bias: Tensor | None) -> None:
    """Check weight and bias as the layer does when it is called."""
    if isinstance(layer, Conv2d | ConvTranspose2d):
        layer._check_operands(image, weight, bias)


def _check_place(shape: Shape, channel: int, position: int | Sequence[int]) -> Pair:
    """The position as a pair, it and the channel inside the output."""
    last = shape[0] - 1
    if whole("channel", channel, 0) > last:
        rule = f"must be from 0 to {last}"
        raise ConvLabError("channel", channel, rule, advice=f"Use channel {last}.", fix={"channel": last})
    row, column = pair("position", position, 0)
    inside = min(row, shape[1] - 1), min(column, shape[2] - 1)
    if inside != (row, column):
        numbers = f"({row}, {column}), the output has {shape[1]} rows and {shape[2]} columns, counted from 0"
        fix = {"position": inside}
        rule = "must be a row and column of the output"
        raise ConvLabError("position", position, rule, numbers=numbers, advice=f"Use position {inside}.", fix=fix)
    return row, column


def _cells(layer: Windowed, position: Pair, input_size: Pair) -> list[Pair | None]:
    """The place in the input that each tap meets; for the transposed layer only where there is a cell."""
    taps = layer.window.taps(position)
    if not isinstance(layer, ConvTranspose2d):
        return [cell for _, cell in taps]
    stamped = {tap: cell for cell, tap in layer.window.seen_by(position, input_size)}
    return [stamped.get(tap) for tap, _ in taps]


def _source(mode: str, cell: Pair, size: Pair) -> Pair | None:
    """The input cell that a cell of the padded input copies, itself inside the input; None if it copies nothing."""
    row, column = (_source_along(mode, place, side) for place, side in zip(cell, size, strict=True))
    return None if row is None or column is None else (row, column)


def _source_along(mode: str, place: int, side: int) -> int | None:
    """The same along one axis."""
    if 0 <= place < side:
        return place
    if mode == "reflect":
        return -place if place < 0 else 2 * (side - 1) - place
    if mode == "replicate":
        return min(max(place, 0), side - 1)
    return place % side if mode == "circular" else None


def _channels(layer: Windowed, channel: int) -> range:
    """The input channels that an output channel reads."""
    if not isinstance(layer, Conv2d | ConvTranspose2d):
        return range(channel, channel + 1)
    read = layer.in_channels // layer.groups
    first = channel // (layer.out_channels // layer.groups) * read
    return range(first, first + read)


def _read(layer: Windowed, image: Tensor, reads: list[Pair | None]) -> Tensor:
    """The number that each tap reads, (channels, kernel rows, kernel columns)."""
    empty = -torch.inf if isinstance(layer, MaxPool2d) else 0.0
    rows, columns = (torch.tensor([cell[axis] if cell else 0 for cell in reads]) for axis in (0, 1))
    there = torch.tensor([cell is not None for cell in reads])
    return torch.where(there, image[:, rows, columns].double(), empty).unflatten(1, layer.kernel_size)


def _winner(inputs: Tensor, inside: Tensor) -> Pair | None:
    """The tap with the largest number among those inside the input, the first in reading order."""
    taps: list[list[int]] = inside.nonzero().tolist()
    if not taps:
        return None
    row, column = max(taps, key=lambda tap: float(inputs[tap[0], tap[1]]))
    return row, column


def _counted(layer: AvgPool2d, cells: list[Pair | None], size: Pair) -> list[bool]:
    """Whether average pooling counts each tap: inside the input, or its padding too, but never hanging over."""
    ring = layer.padding if layer.count_include_pad else (0, 0)
    return [
        cell is not None and all(-p <= place < side + p for place, side, p in zip(cell, size, ring, strict=True))
        for cell in cells
    ]


def _weights(
    layer: Windowed, channel: int, weight: Tensor | None, winner: Pair | None, counted: list[bool] | None
) -> Tensor:
    """What each tap multiplies by, (channels read, kernel rows, kernel columns)."""
    if isinstance(layer, Conv2d | ConvTranspose2d):
        assert weight is not None
        if isinstance(layer, Conv2d):
            return weight[channel].double()
        channels, outputs = _channels(layer, channel), layer.out_channels // layer.groups
        return weight[channels.start : channels.stop, channel % outputs].double()
    if counted is not None:
        return (torch.tensor(counted).double() / sum(counted)).reshape(1, *layer.kernel_size)
    weights = torch.zeros(1, *layer.kernel_size, dtype=torch.float64)
    if winner is not None:
        weights[0, winner[0], winner[1]] = 1
    return weights


def _grid(cells: list[Pair | None], kernel_size: Pair) -> Grid:
    """Taps in reading order as kernel rows."""
    columns = kernel_size[1]
    return tuple(tuple(cells[start : start + columns]) for start in range(0, len(cells), columns))


def _overlap_along(window: Window, mode: str, axis: int, coarse: int, fine: int) -> list[int]:
    """How often each of the `fine` cells along one axis is met by one of the `coarse` ones."""
    counts = [0] * fine
    for cell in range(coarse):
        for place in window.reads(axis, {cell}):
            met = _source_along(mode, place, fine)
            if met is not None:
                counts[met] += 1
    return counts


def _maximum(why: Explanation) -> str:
    """The spoken middle of a sentence about maximum pooling."""
    if why.winner is None:
        return "all of its window is padding, so it is minus infinity"
    row, column = why.sources[why.winner[0]][why.winner[1]] or (0, 0)
    numbers = _count(int(why.inside.sum()), "number")
    return f"the largest of {numbers} over {_place(why)} is {_spoken(why.total)}, from row {row}, column {column}"


def _mean(why: Explanation) -> str:
    """The spoken middle of a sentence about average pooling."""
    met, divided = int(why.inside.sum()), why.divisor or 1
    numbers = f"{_count(met, 'number')} over {_place(why)} {_verb(met)} {_spoken(float(why.inputs.sum()))}"
    padding = ", padding counted," if divided > met else ""
    return f"{numbers}; divided by {_count(divided)}{padding} that is {_spoken(why.total)}"


def _products(why: Explanation) -> str:
    """The spoken middle of a sentence about a convolution, plain or transposed."""
    added = f"; plus bias {_spoken(why.bias)} that is {_spoken(why.total)}" if why.bias else ""
    total = _spoken(float(why.channel_sums.sum())) + added
    if not isinstance(why.layer, ConvTranspose2d):
        return f"{_count(why.products.numel(), 'product')} over {_place(why)} {_verb(why.products.numel())} {total}"
    stamped = int(why.inside.sum()) * len(why.channels)
    if not stamped:
        return f"no stamp reaches it, so it is {total}"
    return f"{_count(stamped, 'stamp')} from {_place(why)} {_verb(stamped)} {total}"


def _place(why: Explanation) -> str:
    """Channels, rows and columns of the input that a number looks at, and how many of its taps stand on padding."""
    flags = why.inside.flatten().tolist()
    met = [cell for cell, flag in zip(chain(*why.cells), flags, strict=True) if flag and cell]
    if not met:
        return "padding alone"
    rows, columns = (sorted({cell[axis] for cell in met}) for axis in (0, 1))
    channels = f"{_count(len(why.channels))} channels, " if len(why.channels) > 1 else ""
    place = f"{channels}{_range('row', rows)}, {_range('column', columns)}"
    outside = len(flags) - len(met)
    if not outside or not isinstance(why.layer, Conv2d):
        return place
    return f"{place}, {_count(outside)} on padding" + (" in each channel" if channels else "")


def _range(noun: str, places: list[int]) -> str:
    """Rows or columns in words: row 2; rows 2 to 4; rows 2 and 4; rows 2 to 8 in steps of 2."""
    first, last = places[0], places[-1]
    steps = {after - before for before, after in pairwise(places)}
    if first == last:
        return f"{noun} {first}"
    if steps == {1}:
        return f"{noun}s {first} to {last}"
    if len(places) > 3 and len(steps) == 1:
        return f"{noun}s {first} to {last} in steps of {steps.pop()}"
    return f"{noun}s {', '.join(map(str, places[:-1]))} and {last}"


def _count(number: int, noun: str = "") -> str:
    """A count in words up to twelve, with its noun."""
    word = _WORDS[number] if number < len(_WORDS) else f"{number:,}"
    return word if not noun else f"{word} {noun}" + ("s" if number != 1 else "")


def _verb(number: int) -> str:
    """Several numbers sum to a total; one is it."""
    return "sum to" if number > 1 else "is"


def _spoken(value: float) -> str:
    """A number as it is read aloud: at most four decimals, minus in words."""
    if abs(value) == torch.inf:
        return "minus infinity" if value < 0 else "infinity"
    if 0 < abs(value) < 0.00005:
        return "nearly 0"
    return ("minus " if value < 0 else "") + f"{abs(value):.4f}".rstrip("0").rstrip(".")
