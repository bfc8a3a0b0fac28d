"""Output numbers taken apart: what each tap reads, its products, their sums, the total; and that in one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.layers import Shape, Taps, Windowed, check_kind, windowed
from convlab.meetings import Line, Meetings, counted_of, indices, inside_of, meetings
from convlab.speech import Parts, counted, span, spoken
from convlab.transposed import check_entries
from convlab.window import Pair, Sides, pair, whole

Grid = tuple[tuple[Pair | None, ...], ...]


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


@dataclass(frozen=True, eq=False)
class Explanations(Taps):
    """Many output numbers taken apart at once: those where some output rows and columns cross.

    Attributes
    ----------
    layer : Conv2d, ConvTranspose2d, MaxPool2d or AvgPool2d
        The layer.
    input_size : (int, int)
        Rows and columns of its input.
    output_shape : tuple of int
        (C, H, W) of its output.
    rows, columns : tuple of int
        The output rows and columns.
    meetings : Meetings
        What their taps meet.
    inside : Tensor
        (rows, columns, kernel rows, kernel columns), bool: whether the tap meets an input cell and not padding.
    read : Tensor
        The same shape, bool: whether it reads a number, of the input or of padding that copies.
    inputs : Tensor
        (input channels, rows, columns, kernel rows, kernel columns), float64: the number that each tap reads.
    counted : Tensor or None
        Average pooling: which taps it counts, those inside the input, or in its padding too, but none beyond.
    weight, bias : Tensor or None
        As the layer is called with them.
    """

    layer: Windowed
    input_size: Pair
    output_shape: Shape
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    meetings: Meetings
    read: Tensor
    weight: Tensor | None
    bias: Tensor | None

    def channels(self, channel: int) -> range:
        """The input channels that an output channel reads: those of its group, or a pool's own."""
        return self.layer.reads_channels(channel)

    def weights(self, channel: int) -> Tensor:
        """What each tap multiplies by, float64, in a shape that fits the inputs of the channels read.

        Maximum pooling weighs its winner with 1, average pooling each cell that it counts with 1 / divisor.
        """
        return self.layer.tap_weights(channel, self.weight, self).double()

    def winners(self, channel: int) -> Tensor:
        """Maximum pooling, (rows, columns): the tap with the largest number, the first of equals; -1 for none."""
        return _kept(self.weights(channel))

    def products(self, channel: int) -> Tensor:
        """(channels read, rows, columns, kernel rows, kernel columns), float64."""
        return self._weighed(channel, self.weights(channel))

    def _weighed(self, channel: int, weights: Tensor) -> Tensor:
        """The numbers read, times some weights."""
        read = self.channels(channel)
        products = self.inputs[read.start : read.stop] * weights
        if self.layer.arithmetic == "max":
            products = products.where(weights > 0, 0.0)  # 0 times the minus infinity of its padding
        return products

    def added(self, channel: int) -> float:
        """The bias, 0 without one."""
        return 0.0 if self.bias is None else float(self.bias[channel])

    def at(self, channel: int, place: Pair) -> Explanation:
        """One number; `place` counts within `rows` and `columns`."""
        (i, j), read, largest = place, self.channels(channel), self.layer.arithmetic == "max"
        one = self._one(i, j)
        weights = one.weights(channel)
        products, inputs = one._weighed(channel, weights)[:, 0, 0], one.inputs[read.start : read.stop, 0, 0]
        sums, added = products.sum((1, 2)), self.added(channel)
        tap = int(_kept(weights)) if largest else -1
        return Explanation(
            layer=self.layer,
            output_shape=self.output_shape,
            channel=channel,
            position=(self.rows[i], self.columns[j]),
            channels=tuple(read),
            cells=_grid(self.meetings.cells, i, j),
            sources=_grid(self.meetings.sources, i, j),
            inside=one.inside[0, 0],
            inputs=inputs,
            weights=weights[:, 0, 0].expand_as(inputs),
            products=products,
            channel_sums=sums,
            bias=added,
            total=float(inputs.max()) if largest else float(sums.sum()) + added,
            winner=divmod(tap, self.layer.kernel_size[1]) if tap >= 0 else None,
            divisor=None if one.counted is None else int(one.counted.sum()),
        )

    def _one(self, i: int, j: int) -> "Explanations":
        """The same for one row and one column alone."""
        counted = None if self.counted is None else self.counted[i : i + 1, j : j + 1]
        inside, inputs = self.inside[i : i + 1, j : j + 1], self.inputs[:, i : i + 1, j : j + 1]
        return replace(self, inside=inside, inputs=inputs, counted=counted)


@torch.no_grad()
def explain_all(
    layer: Windowed,
    image: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *,
    rows: Iterable[int] | None = None,
    columns: Iterable[int] | None = None,
) -> Explanations:
    """Take every number of the output apart at once, or those of some rows and columns.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d, MaxPool2d or AvgPool2d
        The layer.
    image : Tensor
        Its input, (C, H, W), small: see Raises.
    weight, bias : Tensor, optional
        As the layer is called with them.
    rows, columns : iterable of int, optional
        Output rows and columns, from 0; all of them by default.

    Returns
    -------
    Explanations

    Raises
    ------
    ConvLabError
        For whatever the layer refuses, rows or columns outside the output, and more than 4,000,000 numbers to read.

    Examples
    --------
    >>> from convlab import Conv2d
    >>> conv = Conv2d(1, 1, (1, 2), bias=False)
    >>> every = explain_all(conv, torch.tensor([[[1.0, 2.0, 5.0]]]), torch.tensor([[[[-1.0, 1.0]]]]))
    >>> every.products(0).flatten(-2)
    tensor([[[[-1.,  2.],
              [-2.,  5.]]]], dtype=torch.float64)
    """
    shape = _output_shape(layer, image)
    layer.check_operands(image, weight, bias)
    size: Pair = (image.shape[1], image.shape[2])
    chosen = tuple(
        tuple(range(side) if some is None else some) for some, side in ((rows, shape[1]), (columns, shape[2]))
    )
    for name, some, side in zip(("rows", "columns"), chosen, shape[1:], strict=True):
        if not all(0 <= place < side for place in some):
            rule, advice = f"must be from 0 to {side - 1}", "Leave it out for all of them."
            raise ConvLabError(name, some, rule, numbers=f"got {some}", advice=advice)
    check_entries((image.shape[0], len(chosen[0]), len(chosen[1]), *layer.kernel_size))
    met = meetings(layer, size, *chosen)
    down, across = indices(met.sources)
    there = (down >= 0) & (across >= 0)
    return Explanations(
        layer=layer,
        input_size=size,
        output_shape=shape,
        rows=chosen[0],
        columns=chosen[1],
        meetings=met,
        inside=inside_of(met, size),
        read=there,
        inputs=torch.where(there, image[:, down.clamp(min=0), across.clamp(min=0)].double(), layer.fill),
        counted=counted_of(layer, met, size),
        weight=None if weight is None else weight.detach(),
        bias=None if bias is None else bias.detach(),
    )


def explain(
    layer: Windowed,
    image: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *,
    channel: int,
    position: Sides,
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
    >>> from convlab import Conv2d
    >>> conv = Conv2d(1, 1, 2, bias=False)
    >>> image, weight = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), torch.tensor([[[[1.0, 0.0], [0.0, -1.0]]]])
    >>> why = explain(conv, image, weight, channel=0, position=(0, 0))
    >>> why.products.tolist(), why.channel_sums.tolist(), why.total
    ([[[1.0, 0.0], [0.0, -4.0]]], [-3.0], -3.0)
    """
    shape = _output_shape(layer, image)
    row, column = _check_place(shape, channel, position)
    return explain_all(layer, image, weight, bias, rows=[row], columns=[column]).at(channel, (0, 0))


def sentence(why: Explanation, relu: bool = False) -> str:
    """One spoken sentence for a step, for a screen reader; rows and columns count from 0, maps from 1.

    Parameters
    ----------
    why : Explanation
        The number.
    relu : bool, default False
        Whether a ReLU follows.

    Examples
    --------
    >>> from convlab import AvgPool2d
    >>> why = explain(AvgPool2d(2), torch.tensor([[[1.0, 4.0], [-3.0, 2.0]]]), channel=0, position=(0, 0))
    >>> sentence(why)
    'Output row 0, column 0: four numbers over rows 0 to 1, columns 0 to 1 sum to 4; divided by four that is 1.'
    """
    channel = f"map {why.channel + 1}, " if why.output_shape[0] > 1 else ""
    start = f"Output {channel}row {why.position[0]}, column {why.position[1]}: "
    return start + why.layer.told(_parts(why)) + (f"; after ReLU {spoken(max(why.total, 0.0))}." if relu else ".")


def _parts(why: Explanation) -> Parts:
    """What a sentence about the number can speak of."""
    return Parts(
        place=_place(why),
        products=why.products.numel(),
        met=int(why.inside.sum()) * len(why.channels),
        inputs=float(why.inputs.sum()),
        products_sum=float(why.channel_sums.sum()),
        bias=why.bias,
        total=why.total,
        winner=why.sources[why.winner[0]][why.winner[1]] if why.winner else None,
        divisor=why.divisor,
    )


def _output_shape(layer: Windowed, image: Tensor) -> tuple[int, int, int]:
    """The output's shape for one image, the kind of layer and the image checked."""
    check_kind(layer, windowed)
    if image.dim() != 3:
        advice = "Take one image of the batch, such as images[0]."
        raise ConvLabError("image", tuple(image.shape), "must be one image of shape (C, H, W)", advice=advice)
    channels, rows, columns = layer.output_shape(image.shape)
    return channels, rows, columns


def _check_place(shape: Shape, channel: int, position: Sides) -> Pair:
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


def _kept(weights: Tensor) -> Tensor:
    """Where the one weight of 1 stands among the taps; -1 where there is none."""
    taps = weights[0].flatten(-2)
    return taps.argmax(-1).where(taps.any(-1), -1)


def _grid(lines: tuple[Line, Line], i: int, j: int) -> Grid:
    """Where the taps of one position lie, as kernel rows."""
    return tuple(
        tuple(None if row is None or column is None else (row, column) for column in lines[1][j]) for row in lines[0][i]
    )


def _place(why: Explanation) -> str:
    """Channels, rows and columns of the input that a number looks at, and how many of its taps stand on padding."""
    flags = why.inside.flatten().tolist()
    met = [cell for cell, flag in zip(chain(*why.cells), flags, strict=True) if flag and cell]
    if not met:
        return "padding alone"
    rows, columns = (sorted({cell[axis] for cell in met}) for axis in (0, 1))
    channels = f"{counted(len(why.channels))} channels, " if len(why.channels) > 1 else ""
    place = f"{channels}{span('row', rows)}, {span('column', columns)}"
    outside = len(flags) - len(met)
    if not outside or why.layer.stamps or why.layer.arithmetic != "sum":
        return place
    return f"{place}, {counted(outside)} on padding" + (" in each channel" if channels else "")
