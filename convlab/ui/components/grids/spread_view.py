"""What the grids show of a transposed layer besides: its input spread out, and what output_padding chooses between."""

import torch
from torch import Tensor

from convlab import rendering
from convlab.layers import ConvTranspose2d
from convlab.transposed import collapsing_sizes, flipped, plain_convolution, spread, spread_along
from convlab.ui.components.component import Payload
from convlab.ui.components.grids.matrix_view import off
from convlab.ui.components.grids.message import Spread
from convlab.window import Pair, by


def spread_view(
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
            f"the largest difference is {off(again, output)}."
        ),
    }


def _spread_words(layer: ConvTranspose2d) -> str:
    """How many zeros stand between and around."""
    between = tuple(side - 1 for side in layer.stride)
    around = tuple(size - 1 - p for size, p in zip(layer.window.dilated_size, layer.padding, strict=True))
    words = f"stride − 1 = {_pair(between)} zeros between neighbours, and dilation·(kernel size − 1) − padding = "
    return (
        words
        + f"{_pair(around).replace('-', '−')} rows and columns of zeros around it"
        + (" (below zero: so many are cropped)." if min(around) < 0 else ".")
    )


def _pair(sides: tuple[int, ...]) -> str:
    """One number where both are the same."""
    return str(sides[0]) if sides[0] == sides[1] else by(sides)


def collapse(layer: ConvTranspose2d, image: Tensor, output: Tensor) -> list[str]:
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
            f"The rows and columns that output padding added hold {numbers.numel()} numbers, computed like all the "
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
        f"Output padding {sizes[0] - least} to {sizes[-1] - least} says which of them the transposed layer makes."
    )
