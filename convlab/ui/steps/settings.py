"""What can be set on the step page: a small input, one layer, one number pointed at. No streamlit here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, Self

import torch
from torch import Tensor

from convlab import images
from convlab.errors import ConvLabError
from convlab.layers import AvgPool2d, ConvTranspose2d, MaxPool2d, Shape, Windowed
from convlab.network import Step
from convlab.transposed import spread_along
from convlab.ui.fields import Cells, Choice, Edit, Flag, Sides, Text, Whole, setting, with_edit
from convlab.ui.layer_settings import BANKS, MOST_KERNEL, OPERATIONS, LayerSettings, convolution_of
from convlab.window import Pair

MAX_PRODUCTS = 400_000
MAX_CELLS = 14_000
MOST_SIDE, MOST_CHANNELS = 16, 3
_PATCH_SIDE = 48  # the sample picture is brought down to this before a patch is cut out of it
_INPUT_NAMES = {
    "random": "Random whole numbers",
    "ramp": "A ramp",
    "spike": "One spike",
    "checker": "A checkerboard",
    "patch": "A patch of the panda",
    "own": "Own numbers",
}


@dataclass(frozen=True)
class StepSettings(LayerSettings):
    """One state of the step page."""

    lasting: ClassVar[tuple[str, ...]] = ("at", "view")

    operation: str = setting(
        "convolution", Choice(OPERATIONS | {"max": "Maximum pooling", "avg": "Average pooling"}), "Operation"
    )
    bank: str = setting("sobel", Choice(BANKS), "Kernel")
    kernel_size: Pair = setting((3, 3), Sides(1, MOST_KERNEL), "Kernel size", "Rows and columns of each kernel.")
    out_channels: int = setting(1, Whole(1, 8), "Number of kernels")
    input_size: Pair = setting((7, 7), Sides(1, MOST_SIDE), "Input size")
    in_channels: int = setting(1, Whole(1, MOST_CHANNELS), "Channels")
    input: str = setting("random", Choice(_INPUT_NAMES), "Input")
    cells: tuple[Edit, ...] = setting((), Cells(MOST_SIDE, "input", range(MOST_CHANNELS)))
    count_include_pad: bool = setting(True, Flag(), "Count padding", "Padding counts in the mean.")
    at: str = setting("", Text(r"[0-9]{1,3},[0-9]{1,3},[0-9]{1,3}"))
    view: str = setting("", Text(r"spread|matrix"))

    @property
    def pooling(self) -> bool:
        """Whether the layer is a pooling layer."""
        return self.operation in ("max", "avg")

    @property
    def idle(self) -> set[str]:
        idle = super().idle - {"seed"}
        if not self.seeded:
            idle.add("seed")
        if self.pooling:
            idle |= {"bank", "out_channels", "flip", "depthwise", "bias", "padding_kind", "padding_mode"}
        else:
            idle.add("ceil_mode")
        if self.operation == "avg":
            idle.add("dilation")
        else:
            idle.add("count_include_pad")
        return idle

    @property
    def by_hand(self) -> bool:
        """Whether any number was written by hand."""
        return bool(self.edits or self.cells)

    @property
    def seeded(self) -> bool:
        """Whether the seed draws any of the numbers."""
        return self.input == "random" or (self.bank == "random" and not self.pooling)

    def with_input(self, new: Edit) -> Self:
        """The settings with one cell of the input written by hand.

        Raises
        ------
        ConvLabError
            If it is one cell too many.
        """
        kept = [old for old in self.cells if old.place[1:] != new.place[1:]]
        return replace(self, cells=with_edit("cells", kept, new))

    def without_cells(self) -> Self:
        """The settings without any number written by hand."""
        return replace(self, edits=(), cells=())

    def without_place(self) -> Self:
        """The settings with nothing pinned, no view chosen and no task."""
        return replace(self.untasked(), at="", view="")

    def simplifications(self) -> list[dict[str, Any]]:
        return [
            {"dilation": (1, 1)},
            {"stride": (1, 1), "output_padding": (0, 0)},
            {"padding_kind": "numbers", "padding": (0, 0), "padding_mode": "zeros"},
            {"kernel_size": (3, 3)},
            {"out_channels": 1, "in_channels": 1},
            {"input_size": (7, 7)},
        ]


def step_of(settings: StepSettings) -> Step:
    """The layer with its kernels.

    Raises
    ------
    ConvLabError
        For a layer that torch would refuse.
    """
    size, stride, padding = settings.kernel_size, settings.stride, settings.padding
    if settings.operation == "max":
        return Step(MaxPool2d(size, stride, padding, dilation=settings.dilation, ceil_mode=settings.ceil_mode))
    if settings.operation == "avg":
        counted = {"ceil_mode": settings.ceil_mode, "count_include_pad": settings.count_include_pad}
        return Step(AvgPool2d(size, stride, padding, **counted))
    return convolution_of(settings, settings.in_channels)


def image_of(settings: StepSettings) -> Tensor:
    """The input, (in_channels, rows, columns) float32, with the cells that the visitor wrote."""
    channels, (rows, columns) = settings.in_channels, settings.input_size
    image = _INPUTS[settings.input](channels, rows, columns, settings.seed).clone()
    for cell in settings.cells:
        inside = zip((cell.channel, cell.row, cell.column), image.shape, strict=True)
        if all(0 <= place < side for place, side in inside):
            image[cell.channel, cell.row, cell.column] = cell.value
    return image


def check(settings: StepSettings) -> None:
    """Refuse settings that make no layer, do not fit the input, or are too much to be drawn number by number.

    Raises
    ------
    ConvLabError
        The layer's own error, or one about `work`.
    """
    layer: Windowed = step_of(settings).layer  # type: ignore[assignment]
    shape = (settings.in_channels, *settings.input_size)
    output = layer.output_shape(shape)
    cells = _cells(layer, shape, output)
    if cells > MAX_CELLS:
        rule, numbers = f"must be at most {MAX_CELLS:,} cells to draw", f"these settings take {cells:,}"
        raise ConvLabError("work", cells, rule, numbers=numbers, advice="Use a smaller input, stride or padding.")
    products = _products(layer, shape, output)
    if products > MAX_PRODUCTS:
        rule, numbers = f"must be at most {MAX_PRODUCTS:,} products, each is drawn", f"these settings take {products:,}"
        raise ConvLabError("work", products, rule, numbers=numbers, advice="Use a smaller kernel, input or padding.")


def _cells(layer: Windowed, shape: Shape, output: Shape) -> int:
    """How many cells the grids have: the input with its padding, the output with what is cut off, the spread input."""
    (top, left), (bottom, right) = layer.window.padding, layer.window.padding_end or layer.window.padding
    ring = top + bottom, left + right
    fine, coarse = (output, shape) if layer.stamps else (shape, output)
    cells = fine[0] * (fine[1] + ring[0]) * (fine[2] + ring[1]) + coarse[0] * coarse[1] * coarse[2]
    if isinstance(layer, ConvTranspose2d):
        spread = [len(spread_along(layer, shape[axis + 1], axis)) for axis in (0, 1)]
        cells += shape[0] * spread[0] * spread[1]
    return cells


def _products(layer: Windowed, shape: Shape, output: Shape) -> int:
    """How many products there are to show at most."""
    rows, columns = layer.kernel_size
    coarse = shape if layer.stamps else output
    channels = shape[0] if layer.arithmetic == "sum" else 1
    return rows * columns * coarse[1] * coarse[2] * channels * output[0]


def _ramp(channels: int, rows: int, columns: int, _: int) -> Tensor:
    """Row + column; the second channel is the row, the third the column."""
    row = torch.arange(rows).float()[:, None].expand(rows, columns)
    column = torch.arange(columns).float().expand(rows, columns)
    return torch.stack([row + column, row, column])[:channels]


def _spike(channels: int, rows: int, columns: int, _: int) -> Tensor:
    """1 in the middle, 0 elsewhere."""
    image = torch.zeros(channels, rows, columns)
    image[:, rows // 2, columns // 2] = 1
    return image


def _checker(channels: int, rows: int, columns: int, _: int) -> Tensor:
    """0 and 1 in turn."""
    return (torch.arange(rows)[:, None] + torch.arange(columns)).remainder(2).float().expand(channels, -1, -1)


def _random(channels: int, rows: int, columns: int, seed: int) -> Tensor:
    """Whole numbers from -4 to 9, each size and channel count a part of the same numbers."""
    numbers = torch.randint(-4, 10, (3, 16, 16), generator=torch.Generator().manual_seed(seed))
    return numbers[:channels, :rows, :columns].float()


def _patch(channels: int, rows: int, columns: int, _: int) -> Tensor:
    """An eye of the drawn panda, two decimals; one channel is grey."""
    image = _small_panda()
    image = images.to_grey(image) if channels == 1 else image[:channels]
    top, left = (image.shape[1] - rows) // 3, (image.shape[2] - columns) // 2
    return image[:, top : top + rows, left : left + columns].mul(100).round().div(100)


@lru_cache(maxsize=1)
def _small_panda() -> Tensor:
    """The panda, brought down so far that a patch of it shows something."""
    panda = images.open_image(images.SAMPLES["panda"].path)
    return images.to_tensor(images.bring_down(panda, _PATCH_SIDE))


def _own(channels: int, rows: int, columns: int, _: int) -> Tensor:
    """Zeros to write into."""
    return torch.zeros(channels, rows, columns)


_INPUTS: dict[str, Callable[[int, int, int, int], Tensor]] = {
    "random": _random,
    "ramp": _ramp,
    "spike": _spike,
    "checker": _checker,
    "patch": _patch,
    "own": _own,
}
