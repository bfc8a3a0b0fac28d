"""What ways of making so many maps of so many maps cost: multiply-adds, parameters and activations, as formulas."""

from dataclasses import dataclass, replace
from math import prod

from convlab.base import Shape
from convlab.layers import Conv2d, ConvTranspose2d
from convlab.network import plan
from convlab.upsampling import enlarging
from convlab.window import Sides, pair, whole


@dataclass(frozen=True)
class Count:
    """How many there are, and how that comes.

    Attributes
    ----------
    letters : str
        What is multiplied, for each layer.
    numbers : str
        The same with its numbers put in, added up over the layers.
    total : int
        How many there are.
    """

    letters: str
    numbers: str
    total: int


@dataclass(frozen=True)
class Cost:
    """What one way costs.

    Attributes
    ----------
    title : str
        The way, in words.
    layers : tuple of Conv2d or ConvTranspose2d
        Its layers in a row.
    output_shape : tuple of int
        (C, H, W) of what it makes.
    macs, parameters, activations : Count
        Multiply-adds, numbers that are learned, and numbers that its layers put out.
    by_output : int
        Weights times places of the output, added up over the layers: what is published as multiply-adds by counters
        that take a transposed layer for a convolution. For all others it is the same.
    """

    title: str
    layers: tuple[Conv2d | ConvTranspose2d, ...]
    output_shape: Shape
    macs: Count
    parameters: Count
    activations: Count
    by_output: int

    def fewer(self, than: "Cost") -> float:
        """The share of another way's multiply-adds that this one saves, from 0 to 1; below 0 where it takes more."""
        return 1 - self.macs.total / than.macs.total


def compare_costs(
    in_channels: int,
    out_channels: int,
    size: Sides,
    kernel_size: int = 3,
    *,
    through: int = 4,
    stride: int = 2,
    dilation: int = 2,
) -> tuple[Cost, ...]:
    """What a convolution costs, and what other ways to its maps cost.

    Parameters
    ----------
    in_channels, out_channels : int
        Maps that are read and made.
    size : int or (int, int)
        Rows and columns of the input.
    kernel_size : int, default 3
        Rows and columns of the kernel.
    through : int, default 4, by name
        Channels of the bottleneck.
    stride : int, default 2, by name
        Of the strided and of the transposed convolution, at least 2.
    dilation : int, default 2, by name
        Of the dilated convolution.

    Returns
    -------
    tuple of Cost
        Convolution, bottleneck (1×1, then the kernel), depthwise-separable (a kernel for each channel alone, then 1×1),
        dilated, strided, and transposed, which makes the maps `stride` times larger. No layer has a bias; the size
        is kept, but for the last two.

    Raises
    ------
    ConvLabError
        For a number out of range.

    Examples
    --------
    >>> direct, bottleneck, *_ = compare_costs(64, 16, 28)
    >>> print(direct.macs.numbers)
    28·28·16·64·3·3 = 7,225,344
    >>> print(bottleneck.macs.numbers)
    28·28·4·64·1·1 + 28·28·16·4·3·3 = 200,704 + 451,584 = 652,288
    >>> print(f"{bottleneck.fewer(direct):.1%} fewer")
    91.0% fewer
    >>> transposed = compare_costs(64, 16, 28)[-1]
    >>> transposed.by_output / transposed.macs.total
    4.0
    """
    shape = (whole("in_channels", in_channels), *pair("size", size, 1))
    k, step = whole("kernel_size", kernel_size), whole("stride", stride, 2)
    up = replace(enlarging(step, k), in_channels=in_channels, out_channels=whole("out_channels", out_channels))
    ways: dict[str, tuple[Conv2d | ConvTranspose2d, ...]] = {
        "Convolution": (_keeping(in_channels, out_channels, k),),
        "Bottleneck": (_keeping(in_channels, whole("through", through), 1), _keeping(through, out_channels, k)),
        "Depthwise-separable": (
            _keeping(in_channels, in_channels, k, groups=in_channels),
            _keeping(in_channels, out_channels, 1),
        ),
        "Dilated": (_keeping(in_channels, out_channels, k, dilation=whole("dilation", dilation)),),
        "Strided": (Conv2d(in_channels, out_channels, k, step, k // 2, bias=False),),
        "Transposed": (up,),
    }
    return tuple(_cost(title, layers, shape) for title, layers in ways.items())


def _keeping(in_channels: int, out_channels: int, kernel_size: int, dilation: int = 1, groups: int = 1) -> Conv2d:
    """A convolution without a bias that keeps the size."""
    return Conv2d(in_channels, out_channels, kernel_size, padding="same", dilation=dilation, groups=groups, bias=False)


def _cost(title: str, layers: tuple[Conv2d | ConvTranspose2d, ...], shape: Shape) -> Cost:
    """What layers in a row cost on an input of that shape."""
    outputs = [output for output, _ in plan(layers, shape)]
    inputs = [shape, *outputs]
    grids = [input if layer.stamps else output for layer, input, output in zip(layers, inputs, outputs, strict=False)]
    whose, maps = ("input", "in") if layers[0].stamps else ("output", "out")
    others = "out_channels" if layers[0].stamps else "in_channels"
    work = f"{whose} rows · {whose} columns · {maps}_channels · {others} / groups · kernel rows · kernel columns"
    held = f"{maps}_channels · {others} / groups · kernel rows · kernel columns"
    return Cost(
        title,
        layers,
        outputs[-1],
        _count(work, [(*grid[1:], *layer.weight_shape) for layer, grid in zip(layers, grids, strict=True)]),
        _count(held, [layer.weight_shape for layer in layers]),
        _count("out_channels · output rows · output columns", outputs),
        sum(prod(layer.weight_shape) * prod(output[1:]) for layer, output in zip(layers, outputs, strict=True)),
    )


def _count(letters: str, factors: list[Shape]) -> Count:
    """The sum of one product for each layer, written out."""
    products = [f"{prod(numbers):,}" for numbers in factors]
    total = sum(map(prod, factors))
    sides = [" + ".join("·".join(map(str, numbers)) for numbers in factors), " + ".join(products)]
    return Count(letters, " = ".join([*sides, f"{total:,}"] if len(factors) > 1 else sides), total)
