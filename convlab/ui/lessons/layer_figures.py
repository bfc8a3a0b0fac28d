"""The figures of a small layer, of which every number can be shown."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import prod
from typing import Any

import torch
from torch import Tensor

from convlab.explanations import Explanation, explain, explain_all
from convlab.layers import ConvTranspose2d, Shape, Windowed
from convlab.matrices import weight_index
from convlab.meetings import overlap, uses
from convlab.network import Step
from convlab.transposed import collapsing_sizes, flipped, plain_convolution, spread, uncropped
from convlab.ui.components.grids.telling import telling
from convlab.ui.figures import adding_up, bracketed, brief, exact
from convlab.ui.layer_settings import kernel_of
from convlab.ui.steps.settings import StepSettings, image_of, step_of
from convlab.ui.steps.show import place_of
from convlab.window import Pair, Window, by, plain

_MOST_ENTRIES = 40_000


class Figures(dict[str, str]):
    """Words and phrases by their names; a dash for one that has nothing to say of this picture.

    Parameters
    ----------
    at_once : mapping of str to str
        Those that are quickly known.
    later : callable, optional
        Makes the others, when the first of them is asked for.
    """

    def __init__(self, at_once: Mapping[str, str], later: Callable[[], Mapping[str, str]] = dict) -> None:
        super().__init__(at_once)
        self._later = later

    def __missing__(self, name: str) -> str:
        return self.all().get(name, "–")

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.all()

    def all(self) -> dict[str, str]:
        """All of them, as a plain mapping."""
        self.update(self._later())
        self._later = dict
        return dict(self)


def many(count: int, noun: str) -> str:
    """A count with its noun.

    Examples
    --------
    >>> many(1, "row"), many(1024, "cell")
    ('1 row', '1,024 cells')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def share(of_one: float) -> str:
    r"""A share in whole per cent; what is nearly nothing, or nearly all, says so.

    Examples
    --------
    >>> share(0.256), share(0.001), share(0.999), share(1.0)
    ('26\xa0%', 'less than 1\xa0%', 'more than 99\xa0%', '100\xa0%')
    """
    if 0 < of_one < 0.01:
        return "less than 1\N{NO-BREAK SPACE}%"
    whole = "more than 99" if 0.99 < of_one < 1 else f"{100 * of_one:.0f}"
    return f"{whole}\N{NO-BREAK SPACE}%"


def apart(dilation: Pair) -> str:
    """How far apart the kernel's cells lie."""
    return "side by side" if dilation == (1, 1) else f"{plain(dilation)} cells apart"


def stamps(counts: Sequence[int]) -> str:
    """How many stamps the numbers away from the border get.

    Examples
    --------
    >>> stamps([1, 2, 4]), stamps([1])
    ('a number gets 1, 2 or 4 stamps', 'every number gets 1 stamp')
    """
    if len(counts) == 1:
        return f"every number gets {many(counts[0], 'stamp')}"
    return f"a number gets {', '.join(map(str, counts[:-1]))} or {many(counts[-1], 'stamp')}"


def layer_figures(settings: StepSettings) -> Figures:
    """What a sentence may say of a small layer.

    Parameters
    ----------
    settings : StepSettings
        That work.
    """
    step, image = step_of(settings), image_of(settings)
    layer: Any = step.layer
    output = layer.output_shape(image.shape)
    figures = _sizes(layer, image.shape, output)
    figures |= _stamped(layer, image.shape) if layer.stamps else _slid(layer, image.shape, output)
    if layer.arithmetic == "sum":
        figures |= _work(layer, image.shape, output)
    return Figures(figures, partial(_computed, settings, step, image))


def _computed(settings: StepSettings, step: Step, image: Tensor) -> dict[str, str]:
    """Those for which the layer has to be computed."""
    layer: Any = step.layer
    output = step(image)
    figures = _numbers(settings, step, image, output)
    if layer.arithmetic == "sum":
        figures |= _turned(settings, step, image, output) | _entries(layer, image.shape, output.numel() * image.numel())
    if isinstance(layer, ConvTranspose2d) and step.weight is not None:
        again = plain_convolution(layer)(spread(layer, image), flipped(layer, step.weight), step.bias)
        figures["spread_difference"] = exact(float((again - output).abs().max()))
    return figures


def _sizes(layer: Windowed, input: Sequence[int], output: Sequence[int]) -> dict[str, str]:
    """Sizes and settings of any layer."""
    window, size, made = layer.window, (input[1], input[2]), (output[1], output[2])
    rows, columns = layer.formula(input)
    weights, covered = prod(window.kernel_size), prod(window.dilated_size)
    return {
        "input": by(size),
        "output": by(made),
        "kernel_size": by(window.kernel_size),
        "stride": plain(window.stride),
        "padding": window.padding_words,
        "output_padding": plain(layer.output_padding),
        "dilated_size": by(window.dilated_size),
        "apart": apart(window.dilation),
        "gaps": _gaps(covered - weights),
        "weights": many(weights, "weight"),
        "covered": many(covered, "weight"),
        "rows_formula": rows,
        "columns_formula": columns,
        "letters": layer.letters(input)[0],
        "compared": _compared(size, made),
        "channels": many(input[0], "channel"),
        "maps": many(output[0], "map"),
    }


def _gaps(cells: int) -> str:
    """The cells between a spread kernel's cells."""
    if not cells:
        return "no cell lies between them"
    return f"the {many(cells, 'cell')} between {'is' if cells == 1 else 'are'} left out"


def _compared(input: Pair, output: Pair) -> str:
    """How much larger or smaller an output is."""
    if input == output:
        return "as large as the input"
    told = []
    for noun, before, after in zip(("row", "column"), input, output, strict=True):
        word = f" {'larger' if after > before else 'smaller'}" if before != after else ""
        told.append(f"{many(abs(after - before), noun)}{word}")
    first, second = told
    if first.split()[2:] == second.split()[2:]:
        first = " ".join(first.split()[:2])
    return f"{first} and {second} than the input" if input[1] != output[1] else f"{first} than the input"


def _slid(layer: Windowed, input: Sequence[int], output: Sequence[int]) -> dict[str, str]:
    """Of a window that slides over its input."""
    window, size, made = layer.window, (input[1], input[2]), (output[1], output[2])
    every = Window(window.kernel_size, 1, window.padding, window.dilation, window.padding_end).output_size(size)
    unread = int((overlap(layer, input) == 0).sum())
    figures = {
        "fits": f"{_times(made[0])} downwards and {_times(made[1])} across",
        "positions": many(prod(made), "position"),
        "every_position": many(prod(every), "position"),
        "half": _half(window),
        "unread": f"{unread} of {many(prod(size), 'cell')}",
    }
    if not getattr(layer, "ceil_mode", False):
        figures["rows_fitted"] = window.short_formula(0, size[0])
        figures["left_over"] = _left_over(window.leftover(size))
        figures["collapsing"] = _either(collapsing_sizes(layer, made)[0])
    return figures


def _times(count: int) -> str:
    """Once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _half(window: Window) -> str:
    """Half of what a window has beyond one cell, which keeps the size."""
    sides = [f"({side} − 1) / 2 = {(side - 1) / 2:g}" for side in window.dilated_size]
    words = [f"{half}, no whole number" if side % 2 == 0 else half
             for side, half in zip(window.dilated_size, sides, strict=True)]  # fmt: skip
    return words[0] if window.dilated_size[0] == window.dilated_size[1] else f"rows {words[0]}; columns {words[1]}"


def _left_over(left: Pair) -> str:
    """The rows and columns at the end that no window reaches."""
    if left == (0, 0):
        return "The last windows end exactly at the edge: nothing is left over"
    words = [many(count, noun) for count, noun in zip(left, ("row", "column"), strict=True) if count]
    verb = "is" if sum(left) == 1 else "are"
    return f"At the end {' and '.join(words)} {verb} left over"


def _either(sizes: Sequence[int]) -> str:
    """7 or 8 rows."""
    return f"{', '.join(map(str, sizes[:-1]))} or {sizes[-1]} rows" if len(sizes) > 1 else many(sizes[0], "row")


def _numbers(settings: StepSettings, step: Step, image: Tensor, output: Tensor) -> dict[str, str]:
    """The number that is pointed at, and all of them together."""
    why = _explained(settings, step, image, output.shape)
    parts, total = adding_up([float(part) for part in why.channel_sums], why.total - why.bias)
    some = int(why.inside.sum())
    return {
        "place": f"row {why.position[0]}, column {why.position[1]}",
        "number": exact(why.total),
        "products": many(why.products.numel(), "product"),
        "channel_sums": f"{' + '.join(map(bracketed, parts))} = {total}" if len(parts) > 1 else total,
        "met": f"{some} of the {many(why.inside.numel(), 'cell')}",
        "divisor": str(why.divisor or "–"),
        "smallest": brief(float(output.min())),
        "largest": brief(float(output.max())),
        "negatives": share(float((output < 0).double().mean())),
    }


def _explained(settings: StepSettings, step: Step, image: Tensor, shape: Sequence[int]) -> Explanation:
    """The number that is pinned, the nearest one where there is no such place, or the one at which the page opens."""
    layer: Any = step.layer
    numbers = step.weight, step.bias
    place = place_of(settings) or telling(explain_all(layer, image, *numbers), overlap(layer, image.shape))
    channel, row, column = (min(at, side - 1) for at, side in zip(place, shape, strict=True))
    return explain(layer, image, *numbers, channel=channel, position=(row, column))


def _work(layer: Any, input: Sequence[int], output: Sequence[int]) -> dict[str, str]:
    """Weights, multiply-adds and the matrix of a layer that adds up products."""
    shape: Shape = layer.weight_shape
    full = (layer.out_channels, layer.in_channels, *layer.kernel_size)
    bias = f" + {layer.out_channels} = {layer.parameters:,}" if layer.bias else f" = {prod(shape):,}"
    return {
        "kernels": many(layer.out_channels, "kernel"),
        "groups": str(layer.groups),
        "weight_shape": f"({', '.join(map(str, shape))})",
        "weight_product": f"{_product(shape)} = {prod(shape):,}",
        "full_product": f"{_product(full)} = {prod(full):,}",
        "parameters": f"{_product(shape)}{bias}",
        "macs": f"{_product((*(input if layer.stamps else output), *shape[1:]))} = {layer.macs(input):,}",
        "by_output": f"{prod(shape) * prod(output[1:]):,}",
        "inputs": many(prod(input), "number"),
        "outputs": many(prod(output), "number"),
        "matrix": by((prod(output), prod(input))),
    }


def _product(factors: Sequence[int]) -> str:
    """4·3·3·3."""
    return "·".join(map(str, factors))


def _entries(layer: Windowed, shape: Sequence[int], entries: int) -> dict[str, str]:
    """How many entries of the layer's matrix hold a weight; nothing of one that is too large to be drawn."""
    if entries > _MOST_ENTRIES:
        return {}
    return {"filled": f"{int((weight_index(layer, shape) != -1).sum()):,} of {entries:,} entries"}


def _turned(settings: StepSettings, step: Step, image: Tensor, output: Tensor) -> dict[str, str]:
    """What turning the kernel by half a turn does."""
    weight, kernel = step.weight, kernel_of(settings, 1)[0, 0]
    assert weight is not None
    change = float((Step(step.layer, weight.flip(-2, -1), step.bias)(image) - output).abs().max())
    same = torch.equal(kernel, kernel.flip(-2, -1))
    return {
        "kernel_lies": "turned by half a turn" if settings.flip else "as it is",
        "spike_gives": "the kernel, which half a turn does not change" if same
        else "the kernel itself" if settings.flip
        else "the kernel turned by half a turn",
        "turning": f"changes numbers by up to {exact(change)}" if change else "changes nothing",
    }  # fmt: skip


def _stamped(layer: ConvTranspose2d, input: Sequence[int]) -> dict[str, str]:
    """Of a layer whose input numbers stamp the kernel."""
    window, size, last = layer.window, (input[1], input[2]), overlap(layer, input)[-1]
    around: Any = tuple(side - 1 - crop for side, crop in zip(window.dilated_size, layer.padding, strict=True))
    return {
        "stamps_apart": "1 cell" if window.stride == (1, 1) else f"{plain(window.stride)} cells",
        "between": _zeros((window.stride[0] - 1, window.stride[1] - 1), "zero", "zeros"),
        "around": _zeros(around, "row and column of zeros", "rows and columns of zeros"),
        "uncropped": by(uncropped(layer).output_size(size)),
        "input_rows": many(size[0], "row"),
        "collapsing": _either(collapsing_sizes(layer, size)[0]),
        "last_row": f"{int((last > 0).sum())} of {many(len(last), 'number')}",
        "stamps": stamps(_inner_counts(layer)),
    }


def _zeros(sides: Pair, one: str, more: str) -> str:
    """1 zero, 2 zeros, (2, 1) zeros, no zeros; below zero: so many cropped."""
    if max(sides) <= 0:
        return f"no {more}" if sides == (0, 0) else f"{plain((-sides[0], -sides[1]))} cropped off"
    return f"1 {one}" if sides == (1, 1) else f"{plain(sides)} {more}"


def _inner_counts(layer: ConvTranspose2d) -> list[int]:
    """The different counts of stamps where none is missing for want of an input cell."""
    window = layer.window
    alone = ConvTranspose2d(1, 1, window.kernel_size, window.stride, dilation=window.dilation, bias=False)
    high, wide = (2 * side + 2 for side in window.dilated_size)
    lines = [torch.tensor(line[side - 1 : len(line) - side + 1])
             for line, side in zip(uses(alone, (high, wide)), window.dilated_size, strict=True)]  # fmt: skip
    found: list[int] = torch.outer(*lines).unique().tolist()
    return found
