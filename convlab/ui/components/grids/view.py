"""What the grids show of a layer and its input: every number, product and sum, ready to send. No streamlit here."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import torch
from torch import Tensor

from convlab import rendering
from convlab.errors import ConvLabError
from convlab.explain import Explanations, explain_all, sentence
from convlab.layers import AvgPool2d, Conv2d, ConvTranspose2d, Layer, MaxPool2d
from convlab.matrix import matrix, patches, weight_index
from convlab.meetings import Line, Windowed, check_kind, overlap
from convlab.network import Step
from convlab.script import layer_source
from convlab.transposed import collapsing_sizes, flipped, plain_convolution, spread, spread_along
from convlab.ui.components.component import Payload, mark, packed
from convlab.ui.components.grids.message import Drawn, Input, Kernel, Matrix, Message, Output, Patches, Spread
from convlab.window import Pair, by

MAX_MATRIX = 40_000
MAX_MATRIX_SIDE = 256
_KINDS = {Conv2d: "convolution", ConvTranspose2d: "transposed", MaxPool2d: "max", AvgPool2d: "avg"}


@dataclass(frozen=True, eq=False)
class Shown:
    """What is drawn.

    Attributes
    ----------
    header : Drawn
        Shapes, words, and where the numbers are.
    numbers : bytes
        The numbers, packed.
    mark : str
        A short name: the same name, the same picture.
    """

    header: Drawn
    numbers: bytes
    mark: str

    def message(
        self,
        *,
        at: tuple[int, int, int] | None = None,
        fresh: int = 0,
        note: str = "",
        edited: bool = False,
        seen_edit: int = 0,
    ) -> bytes:
        """The message to the component.

        Parameters
        ----------
        at : (int, int, int), optional
            Channel, row and column of the output number that is pinned; beyond the output, the nearest one.
        fresh : int
            Another number than before: `at` holds, whatever the visitor has pinned since.
        note : str
            A word above the grids.
        edited : bool
            Whether any number was written by hand.
        seen_edit : int
            The number of the last edit that was written or refused.
        """
        header: Message = {
            **self.header,
            "mark": self.mark,
            "at": at,
            "fresh": fresh,
            "note": note,
            "edited": edited,
            "seen_edit": seen_edit,
        }
        return packed(header, self.numbers)


def grids_view(step: Step, image: Tensor, *, flipped: bool = False, dark: bool = False) -> Shown:
    """Everything that the grids show.

    Parameters
    ----------
    step : Step
        A convolution, a transposed one or a pooling layer, with its numbers.
    image : Tensor
        Its input, (C, H, W), small: every number is drawn.
    flipped : bool
        Whether to say that the kernels were turned by half a turn.
    dark : bool
        For a dark page.

    Raises
    ------
    ConvLabError
        If the layer does not fit the image.
    """
    layer: Any = step.layer
    check_kind(layer, Windowed)
    every = explain_all(layer, image, step.weight, step.bias)
    output = layer(image, step.weight, step.bias)
    numbers = Payload()
    header: Drawn = {
        "kind": _KINDS[type(layer)],  # type: ignore[typeddict-item]
        "dark": dark,
        "table": rendering.signed_table(dark).tobytes().hex(),
        "lines": {"cells": every.meetings.cells, "sources": every.meetings.sources},
        "kernel_size": layer.kernel_size,
        "kernel_note": "Turned by half a turn (flip)." if flipped else "",
        "input": _input(layer, image, every, numbers),
        "output": _output(layer, output, numbers),
        "kernels": _kernels(every, output.shape[0], numbers),
        "use": numbers.add(overlap(layer, tuple(image.shape))),
        "sentences": _sentences(every, relu=not isinstance(layer, MaxPool2d | AvgPool2d)),
        "matrix": _matrix(step, image, output, numbers),
    }
    _add_arithmetic(header, every, output.shape[0], numbers)
    if isinstance(layer, ConvTranspose2d) and step.weight is not None:
        header["spread"] = _spread(layer, image, step.weight, step.bias, output, numbers)
        header["collapse"] = _collapse(layer, image, output)
    packed_numbers = numbers.packed()
    return Shown(header, packed_numbers, mark(header, packed_numbers))


def _input(layer: Windowed, image: Tensor, every: Explanations, numbers: Payload) -> Input:
    """The input grids: their numbers, how far they are drawn beyond their edges, and words."""
    channels, rows, columns = image.shape
    limit = rendering.limit_of(image)
    around: list[Pair] = [(0, 0), (0, 0)]
    if not isinstance(layer, ConvTranspose2d):
        around = [_beyond(line, side) for line, side in zip(every.meetings.cells, (rows, columns), strict=True)]
    return {
        "shape": [channels, rows, columns],
        "values": numbers.add(image),
        "colours": numbers.add(rendering.entries(image, limit)),
        "names": [f"Channel {number + 1}" if channels > 1 else "" for number in range(channels)],
        "around": around,
        "title": f"Input {by(tuple(image.shape))}",
        "note": _around_note(layer, around),
        "reads": _padding_reads(layer),
    }


def _beyond(line: Line, side: int) -> Pair:
    """How many rows or columns the taps reach before the first cell, and after the last."""
    places = [cell for taps in line for cell in taps if cell is not None]
    return max(0, -min(places)), max(0, max(places) - side + 1)


def _around_note(layer: Windowed, around: list[Pair]) -> str:
    """Whose padding it is, in words."""
    if isinstance(layer, ConvTranspose2d):
        return "Each number stamps the kernel onto the output."
    if not any(map(any, around)):
        return ""
    if isinstance(layer, MaxPool2d):
        return "The hatched cells lie around the input; a maximum never chooses them."
    if isinstance(layer, AvgPool2d):
        counted = max(layer.padding) and layer.count_include_pad
        if all(side <= p for sides, p in zip(around, layer.padding, strict=True) for side in sides):
            return f"The hatched ring is padding; {'the mean counts it as 0' if counted else 'the mean leaves it out'}."
        ring = "counts the padding as 0 and" if counted else "leaves the hatched cells out:"
        return f"The mean {ring} counts nothing that hangs over the end."
    if layer.padding_mode != "zeros":
        return f"The hatched ring is padding around the input; it copies cells ({layer.padding_mode})."
    return "The hatched ring is padding around the input; it reads 0."


def _padding_reads(layer: Windowed) -> str:
    """What stands in a padding cell that copies nothing."""
    if isinstance(layer, MaxPool2d):
        return "−∞"
    return "" if isinstance(layer, AvgPool2d) and not layer.count_include_pad else "0"


def _output(layer: Windowed, output: Tensor, numbers: Payload) -> Output:
    """The output grids, before ReLU."""
    finite = output.where(output.isfinite(), 0.0)
    around, note, extra = [(0, 0), (0, 0)], "", (0, 0)
    if isinstance(layer, ConvTranspose2d):
        around, extra = [(p, p) for p in layer.padding], layer.output_padding
        if max(layer.padding):
            note = "The hatched ring is cut off: a transposed layer's padding crops its output."
        if max(extra):
            note += " The dashed rows and columns are output_padding: computed, not zero."
    return {
        "shape": list(output.shape),
        "values": numbers.add(output),
        "colours": numbers.add(rendering.entries(finite, rendering.limit_of(finite))),
        "around": around,
        "extra": extra,
        "title": f"Output {by(tuple(output.shape))}",
        "note": note.strip(),
    }


def _kernels(every: Explanations, count: int, numbers: Payload) -> list[Kernel]:
    """One kernel for each output channel: the input channels that it reads, and its weights where it has any."""
    kernels: list[Kernel] = [{"reads": list(every.channels(channel))} for channel in range(count)]
    if every.weight is None:
        return kernels
    limit = rendering.limit_of(every.weight)
    for channel, kernel in enumerate(kernels):
        weights = every.weights(channel).float()
        kernel["values"] = numbers.add(weights)
        kernel["colours"] = numbers.add(rendering.entries(weights, limit))
        kernel["bias"] = every.added(channel)
    return kernels


def _add_arithmetic(header: Drawn, every: Explanations, count: int, numbers: Payload) -> None:
    """What each number is made of: its winner, its sum and divisor, or its products where a tap reads a cell."""
    if isinstance(every.layer, MaxPool2d):
        header["winners"] = numbers.add(torch.stack([every.winners(channel) for channel in range(count)]))
        return
    if every.counted is not None:
        header["sums"] = numbers.add(every.inputs.sum((-2, -1)))
        header["divisors"] = numbers.add(every.counted.sum((-2, -1)))
        return
    products = [every.products(channel) for channel in range(count)]
    header["products"] = numbers.add(torch.stack([each[:, every.read] for each in products]))
    header["sums"] = numbers.add(torch.stack([each.sum((-2, -1)) for each in products]))


def _sentences(every: Explanations, relu: bool) -> list[str]:
    """One sentence for each output number, in reading order."""
    channels, rows, columns = every.output_shape
    places = product(range(channels), range(rows), range(columns))
    return [sentence(every.at(channel, (row, column)), relu) for channel, row, column in places]


def _spread(
    layer: ConvTranspose2d, image: Tensor, weight: Tensor, bias: Tensor | None, output: Tensor, numbers: Payload
) -> Spread:
    """The second view: the input spread out, the flipped kernel, and that a plain convolution agrees."""
    wide, turned = spread(layer, image), flipped(layer, weight)
    again = plain_convolution(layer)(wide, turned, bias)
    return {
        "lines": [spread_along(layer, image.shape[axis + 1], axis) for axis in (0, 1)],
        "values": numbers.add(wide),
        "colours": numbers.add(rendering.entries(wide, rendering.limit_of(image))),
        "shape": list(wide.shape),
        "dilation": layer.dilation,
        "words": (
            f"{by(tuple(image.shape))} spread out to {by(tuple(wide.shape))}: {_spread_words(layer)} "
            f"A plain convolution with the kernel turned by half a turn, stride 1, no padding, makes the same output: "
            f"the largest difference is {_off(again, output)}."
        ),
    }


def _spread_words(layer: ConvTranspose2d) -> str:
    """How many zeros stand between and around."""
    between = tuple(side - 1 for side in layer.stride)
    around = tuple(size - 1 - p for size, p in zip(layer.window.dilated_size, layer.padding, strict=True))
    words = f"stride − 1 = {_pair(between)} zeros between neighbours, and dilation·(kernel_size − 1) − padding = "
    return (
        words
        + f"{_pair(around).replace('-', '−')} rows and columns of zeros around it"
        + (" (below zero: so many are cropped)." if min(around) < 0 else ".")
    )


def _pair(sides: Pair) -> str:
    """One number where both are the same."""
    return str(sides[0]) if sides[0] == sides[1] else by(sides)


def _collapse(layer: ConvTranspose2d, image: Tensor, output: Tensor) -> list[str]:
    """What output_padding chooses between, and what stands in the rows and columns that it adds."""
    small: Pair = (image.shape[1], image.shape[2])
    least, sizes = layer.window.stamped_size(small), collapsing_sizes(layer, small)
    words = ("heights", "widths")
    lines = [_choice(words[axis], sizes[axis], small[axis], least[axis]) for axis in (0, 1)]
    if sizes[0] == sizes[1]:
        lines = [_choice("sizes", sizes[0], small[0], least[0])]
    down, across = layer.output_padding
    if down or across:
        added = torch.zeros(output.shape[1:], dtype=torch.bool)
        added[output.shape[1] - down :] = True
        added[:, output.shape[2] - across :] = True
        numbers = output[:, added]
        lines.append(
            f"The rows and columns that output_padding added hold {numbers.numel()} numbers, computed like all the "
            f"others; {int((numbers == 0).sum())} of them happen to be 0."
        )
    return [line for line in lines if line]


def _choice(word: str, sizes: list[int], small: int, least: int) -> str:
    """The sizes that one convolution brings down to the same one."""
    if len(sizes) < 2:
        return ""
    listed = f"{', '.join(map(str, sizes[:-1]))} and {sizes[-1]}"
    both = "both" if len(sizes) == 2 else "all"
    return (
        f"A convolution with these settings brings the {word} {listed} {both} down to {small}. "
        f"output_padding {sizes[0] - least} to {sizes[-1] - least} says which of them the transposed layer makes."
    )


def _matrix(step: Step, image: Tensor, output: Tensor, numbers: Payload) -> Matrix:
    """The layer as a matrix, what it is the transpose of, and the input unrolled; or why it is not shown."""
    layer = step.layer
    if isinstance(layer, MaxPool2d):
        return {"words": "A maximum is not a sum of products: there is no matrix for it."}
    assert isinstance(layer, Conv2d | ConvTranspose2d | AvgPool2d)
    outputs, inputs = output.numel(), image.numel()
    if outputs * inputs > MAX_MATRIX or max(outputs, inputs) > MAX_MATRIX_SIDE:
        words = f"The matrix has {outputs:,} rows and {inputs:,} columns: too many to draw."
        return {"words": f"{words} Use a smaller input to see it."}
    shape = tuple(image.shape)
    table = matrix(layer, shape, step.weight)
    again = (table @ image.flatten()).reshape(output.shape)
    if step.bias is not None:
        again = again + step.bias[:, None, None]
    index = weight_index(layer, shape)
    filled = int((index != -1).sum())
    lines = [
        f"{outputs} rows, one for each output number, times {inputs} columns, one for each input number: "
        f"{filled:,} of {table.numel():,} entries are weights, the rest are zeros.",
        f"Matrix times input is the layer's output: the largest difference is {_off(again, output)}.",
    ]
    return {
        "size": (outputs, inputs),
        "index": numbers.add(index),
        "words": " ".join([*lines, *_turned(layer, shape, tuple(output.shape), step.weight, table)]),
        "patches": _patches(step, image, output, numbers),
    }


def _turned(
    layer: Layer, shape: tuple[int, ...], output: tuple[int, ...], weight: Tensor | None, table: Tensor
) -> list[str]:
    """That the matrix turned over is the matrix of the layer that goes the other way, where there is one."""
    try:
        other = _other_way(layer, shape)
        if other is None or other.output_shape(output) != shape:
            return []
    except ConvLabError:
        return []
    difference = _off(matrix(other, output, weight).T, table)
    return [f"Its transpose is the matrix of {layer_source(other)}: the largest difference is {difference}."]


def _other_way(layer: Layer, shape: tuple[int, ...]) -> Conv2d | ConvTranspose2d | None:
    """The layer with the same weight and the transposed matrix: from the output's shape back to the input's."""
    shared: dict[str, Any] = {"bias": False}
    if isinstance(layer, ConvTranspose2d):
        shared |= {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation, "groups": layer.groups}
        return Conv2d(layer.out_channels, layer.in_channels, layer.kernel_size, **shared)
    if not isinstance(layer, Conv2d) or layer.padding_mode != "zeros":
        return None
    window = layer.window
    if window.padding_end not in (None, window.padding):
        return None
    least = window.stamped_size(window.output_size((shape[1], shape[2])))
    shared |= {"stride": layer.stride, "padding": window.padding, "dilation": layer.dilation, "groups": layer.groups}
    shared["output_padding"] = (shape[1] - least[0], shape[2] - least[1])
    return ConvTranspose2d(layer.out_channels, layer.in_channels, layer.kernel_size, **shared)


def _patches(step: Step, image: Tensor, output: Tensor, numbers: Payload) -> Patches | None:
    """The unrolled input: each window as a column, the weights as rows that multiply it."""
    layer = step.layer
    if not isinstance(layer, Conv2d) or layer.groups > 1:
        return None
    assert step.weight is not None
    columns = patches(layer, image)
    again = (step.weight.flatten(1) @ columns).reshape(output.shape)
    if step.bias is not None:
        again = again + step.bias[:, None, None]
    words = (
        f"Unrolled: each window is one column of {len(columns)} numbers. "
        f"The weight, {by(step.weight.flatten(1).shape)}, "
        f"times these {columns.shape[1]} columns is the same output: the largest difference is {_off(again, output)}."
    )
    return {
        "size": (columns.shape[0], columns.shape[1]),
        "colours": numbers.add(rendering.entries(columns, rendering.limit_of(image))),
        "words": words,
    }


def _off(one: Tensor, other: Tensor) -> str:
    """The largest difference of two tensors, in words."""
    return f"{float((one - other).abs().max()):.1g}".replace("-", "−")
