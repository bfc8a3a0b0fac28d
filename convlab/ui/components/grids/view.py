"""What the grids show of a layer and its input: every number, product and sum, ready to send."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import torch
from torch import Tensor

from convlab import rendering
from convlab.explanations import Explanations, explain_all, sentence
from convlab.layers import ConvTranspose2d, Windowed, check_kind, windowed
from convlab.meetings import Line, overlap
from convlab.network import Step
from convlab.transposed import uncropped
from convlab.ui.components.component import Payload, mark, packed
from convlab.ui.components.grids.legend import legend
from convlab.ui.components.grids.matrix_view import matrix_view
from convlab.ui.components.grids.message import Drawn, Input, Kernel, Kind, Message, Output, View
from convlab.ui.components.grids.spread_view import collapse, spread_view
from convlab.ui.components.grids.telling import telling
from convlab.window import Pair, by

_KINDS: dict[str, Kind] = {"sum": "convolution", "max": "max", "avg": "avg"}


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
        view: View = "",
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
            Another number than before: `at` and `view` hold, whatever the visitor has chosen since.
        view : {"", "spread", "matrix"}
            What stands beside the products; "" for the window, or the stamps.
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
            "view": view,
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
    check_kind(layer, windowed)
    every = explain_all(layer, image, step.weight, step.bias)
    output = layer(image, step.weight, step.bias)
    numbers = Payload()
    use = overlap(layer, tuple(image.shape))
    shown = _input(layer, image, every, numbers)
    header: Drawn = {
        "kind": "transposed" if layer.stamps else _KINDS[layer.arithmetic],
        "dark": dark,
        "table": rendering.signed_table(dark).tobytes().hex(),
        "lines": {"cells": every.meetings.cells, "sources": every.meetings.sources},
        "kernel_size": layer.kernel_size,
        "input": shown,
        "output": _output(layer, output, numbers),
        "kernels": _kernels(every, output.shape[0], numbers),
        "use": numbers.add(use),
        "opens": telling(every, use),
        "legend": legend(layer, shown["around"], use, flipped),
        "sentences": _sentences(every, relu=layer.arithmetic == "sum"),
        "matrix": matrix_view(step, image, output, numbers),
    }
    _add_arithmetic(header, every, output.shape[0], numbers)
    if isinstance(layer, ConvTranspose2d) and step.weight is not None:
        if max(layer.padding):
            header["output"]["whole"] = numbers.add(uncropped(layer)(image, step.weight, step.bias))
        header["spread"] = spread_view(layer, image, step.weight, step.bias, output, numbers)
        header["collapse"] = collapse(layer, image, output)
    packed_numbers = numbers.packed()
    return Shown(header, packed_numbers, mark(header, packed_numbers))


def _input(layer: Windowed, image: Tensor, every: Explanations, numbers: Payload) -> Input:
    """The input grids: their numbers, how far they are drawn beyond their edges, and words."""
    channels, rows, columns = image.shape
    limit = rendering.limit_of(image)
    around: list[Pair] = [(0, 0), (0, 0)]
    if not layer.stamps:
        around = [_beyond(line, side) for line, side in zip(every.meetings.cells, (rows, columns), strict=True)]
    return {
        "shape": [channels, rows, columns],
        "values": numbers.add(image),
        "colours": numbers.add(rendering.entries(image, limit)),
        "names": [f"Channel {number + 1}" if channels > 1 else "" for number in range(channels)],
        "around": around,
        "title": f"Input {by(tuple(image.shape))}",
        "reads": layer.fill_text,
    }


def _beyond(line: Line, side: int) -> Pair:
    """How many rows or columns the taps reach before the first cell, and after the last."""
    places = [cell for taps in line for cell in taps if cell is not None]
    return max(0, -min(places)), max(0, max(places) - side + 1)


def _output(layer: Windowed, output: Tensor, numbers: Payload) -> Output:
    """The output grids, before ReLU."""
    finite = output.where(output.isfinite(), 0.0)
    around, extra = [(0, 0), (0, 0)], (0, 0)
    if isinstance(layer, ConvTranspose2d):
        around, extra = [(p, p) for p in layer.padding], layer.output_padding
    return {
        "shape": list(output.shape),
        "values": numbers.add(output),
        "colours": numbers.add(rendering.entries(finite, rendering.limit_of(finite))),
        "around": around,
        "extra": extra,
        "title": f"Output {by(tuple(output.shape))}",
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
    if every.layer.arithmetic == "max":
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
