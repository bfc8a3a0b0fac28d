"""Everything a visitor can set on the step page: a small input, one layer, one number pointed at. No streamlit here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor

from convlab import images
from convlab.errors import ConvLabError
from convlab.layers import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, Shape
from convlab.meetings import Windowed
from convlab.network import Step
from convlab.script import layer_source
from convlab.transposed import spread_along
from convlab.ui.components.grids.view import Shown, grids_view
from convlab.ui.settings import CHOICES, RANGES, Edit, LayerSettings, convolution_of, edit, edited
from convlab.window import Pair, by

MAX_PRODUCTS = 400_000
MAX_CELLS = 14_000
_PATCH_SIDE = 48  # the sample picture is brought down to this before a patch is cut out of it


@dataclass(frozen=True)
class StepSettings(LayerSettings):
    """One state of the step page."""

    ranges: ClassVar[dict[str, tuple[int, int]]] = RANGES | {"input_size": (1, 16), "in_channels": (1, 3)}
    choices: ClassVar[dict[str, dict[str, str]]] = CHOICES | {
        "operation": CHOICES["operation"] | {"max": "Maximum pooling", "avg": "Average pooling"},
        "input": {
            "random": "Random whole numbers",
            "ramp": "A ramp",
            "spike": "One spike",
            "checker": "A checkerboard",
            "patch": "A patch of the panda",
            "own": "Own numbers",
        },
    }

    bank: str = "sobel"
    kernel_size: Pair = (3, 3)
    out_channels: int = 1
    input_size: Pair = (7, 7)
    in_channels: int = 1
    input: str = "random"
    cells: tuple[Edit, ...] = ()
    count_include_pad: bool = True
    at: str = ""

    @property
    def pooling(self) -> bool:
        """Whether the layer is a pooling layer."""
        return self.operation in ("max", "avg")

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
    fine, coarse = (output, shape) if isinstance(layer, ConvTranspose2d) else (shape, output)
    cells = fine[0] * (fine[1] + ring[0]) * (fine[2] + ring[1]) + coarse[0] * coarse[1] * coarse[2]
    if isinstance(layer, ConvTranspose2d):
        spread = [len(spread_along(layer, shape[axis + 1], axis)) for axis in (0, 1)]
        cells += shape[0] * spread[0] * spread[1]
    return cells


def _products(layer: Windowed, shape: Shape, output: Shape) -> int:
    """How many products there are to show at most."""
    rows, columns = layer.kernel_size
    coarse = shape if isinstance(layer, ConvTranspose2d) else output
    channels = shape[0] if isinstance(layer, Conv2d | ConvTranspose2d) else 1
    return rows * columns * coarse[1] * coarse[2] * channels * output[0]


def facts(settings: StepSettings) -> tuple[str, str, list[str]]:
    """The layer as PyTorch writes it, the shapes, and the size formula with its numbers, once or for each axis."""
    layer, shape = step_of(settings).layer, (settings.in_channels, *settings.input_size)
    chain = f"{by(shape)} → {by(layer.output_shape(shape))}"
    return layer_source(layer), chain, list(dict.fromkeys(layer.formula(shape)))


@lru_cache(maxsize=16)
def shown(settings: StepSettings, dark: bool) -> Shown:
    """What the grids show for settings that work.

    Raises
    ------
    ConvLabError
        If they do not.
    """
    check(settings)
    return grids_view(step_of(settings), image_of(settings), flipped=settings.flip, dark=dark)


def input_edit(settings: StepSettings, channel: int, row: int, column: int, text: str) -> StepSettings:
    """The settings with one cell of the input written by hand.

    Raises
    ------
    ConvLabError
        If it is no number between -1000 and 1000, or one cell too many.
    ValueError
        If there is no such cell.
    """
    if channel not in range(settings.ranges["in_channels"][1]):
        raise ValueError
    new = edit(0, channel, row, column, text, settings.ranges["input_size"][1], "input")
    kept = [old for old in settings.cells if (old.channel, old.row, old.column) != (channel, row, column)]
    return replace(settings, cells=edited("cells", kept, new))


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


# --- examples --------------------------------------------------------------------------------------------------------


class Example(NamedTuple):
    """Settings with a name; what they show."""

    group: str
    title: str
    settings: StepSettings


def _plain(title: str, size: int, kernel_size: int, **changes: Any) -> Example:
    """A standard picture of convolution arithmetic."""
    return Example("Convolution arithmetic", title, _square(size, kernel_size, **changes))


def _back(title: str, size: int, kernel_size: int, **changes: Any) -> Example:
    """Its transposed counterpart."""
    settings = _square(size, kernel_size, operation="transposed", **changes)
    return Example("Transposed convolution arithmetic", title, settings)


def _post(title: str, **changes: Any) -> Example:
    """Something that the source post shows."""
    return Example("One idea at a time", title, StepSettings(**changes))


def _square(size: int, kernel_size: int, **changes: Any) -> StepSettings:
    """Settings with the same numbers for rows and columns."""
    pairs = {name: (value, value) for name, value in changes.items() if isinstance(value, int)}
    return StepSettings(input_size=(size, size), kernel_size=(kernel_size, kernel_size), **(changes | pairs))


EXAMPLES: dict[str, Example] = {
    "none": _plain("No padding, no strides", 4, 3),
    "arbitrary": _plain("Arbitrary padding, no strides", 5, 4, padding=2),
    "half": _plain("Half padding (same), no strides", 5, 3, padding=1),
    "full": _plain("Full padding, no strides", 5, 3, padding=2),
    "strides": _plain("No padding, strides", 5, 3, stride=2),
    "padding_strides": _plain("Padding, strides", 5, 3, padding=1, stride=2),
    "odd": _plain("Padding, strides, a row and column left over", 6, 3, padding=1, stride=2),
    "dilation": _plain("Dilation", 7, 3, dilation=2),
    "none_back": _back("No padding, no strides, transposed", 2, 3),
    "arbitrary_back": _back("Arbitrary padding, transposed", 6, 4, padding=2),
    "half_back": _back("Half padding, transposed", 5, 3, padding=1),
    "full_back": _back("Full padding, transposed", 7, 3, padding=2),
    "strides_back": _back("Strides, transposed", 2, 3, stride=2),
    "padding_strides_back": _back("Padding, strides, transposed", 3, 3, padding=1, stride=2),
    "odd_back": _back("Padding, strides, output_padding, transposed", 3, 3, padding=1, stride=2, output_padding=1),
    "dilation_back": _back("Dilation, transposed", 3, 3, dilation=2),
    "channels": _post("Three channels make one number", input_size=(8, 8), in_channels=3),
    "same": _post("Padding keeps the size", input_size=(8, 8), padding=(1, 1)),
    "stride": _post("Stride skips positions", input_size=(8, 8), stride=(2, 2)),
    "dilated": _post("Dilation spreads nine weights over 5×5", input_size=(8, 8), dilation=(2, 2)),
    "maximum": _post("Maximum pooling over 2×2", operation="max", input_size=(8, 8), kernel_size=(2, 2), stride=(2, 2)),
    "average": _post("Average pooling over 2×2", operation="avg", input_size=(8, 8), kernel_size=(2, 2), stride=(2, 2)),
    "upsampling": _post(
        "A transposed convolution grows its input",
        operation="transposed",
        input_size=(4, 4),
        kernel_size=(2, 2),
        stride=(2, 2),
        bank="box",
    ),
    "checkerboard": _post(
        "Where checkerboards come from",
        operation="transposed",
        input_size=(5, 5),
        stride=(2, 2),
        bank="box",
        input="ramp",
    ),
    "flip": _post("Flipped or not: convolution or correlation", input="spike", bank="emboss", flip=True),
}
