"""Layers that are told how large their output is, or how many times larger: adaptive pooling and up-sampling."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd
from typing import Any, ClassVar, Literal, Self

import torch.nn.functional as F
from torch import Tensor, nn

from convlab.base import Layer
from convlab.errors import ConvLabError
from convlab.reach import Reach
from convlab.window import Pair, Sides, by, pair

MODES = ("nearest", "bilinear")


@dataclass(frozen=True, init=False)
class AdaptiveAvgPool2d(Layer):
    """Keep the mean of each of so many windows, as large as the input makes them.

    Parameters
    ----------
    output_size : int or (int, int)
        Rows and columns of the output; the layer keeps them as `target`.

    Raises
    ------
    ConvLabError
        For a size that is no whole number from 1 on.

    Notes
    -----
    Output row ``i`` is the mean of the input rows from ``⌊i · in / out⌋`` to before ``⌈(i + 1) · in / out⌉``.

    References
    ----------
    torch.nn.AdaptiveAvgPool2d

    Examples
    --------
    >>> import torch
    >>> AdaptiveAvgPool2d(1)(torch.tensor([[[1.0, 4.0], [-3.0, 2.0]]]))
    tensor([[[1.]]])
    >>> AdaptiveAvgPool2d(7).output_shape((512, 14, 10))
    (512, 7, 7)
    """

    name: ClassVar[str] = "Adaptive average pooling"
    arithmetic: ClassVar[Literal["avg"]] = "avg"
    target: Pair

    def __init__(self, output_size: Sides) -> None:
        self.__dict__.update(target=pair("output_size", output_size, 1))

    @property
    def short_name(self) -> str:
        """The layer in words: adaptive average to 7×7."""
        return f"adaptive average to {by(self.target)}"

    @property
    def sized(self) -> bool:
        return True

    def output_size(self, input_size: Pair) -> Pair:
        return self.target

    def settings(self) -> dict[str, Any]:
        rows, columns = self.target
        return {"output_size": rows if rows == columns else self.target}

    @classmethod
    def of_module(cls, module: nn.Module) -> Self | None:
        size: Any = getattr(module, "output_size", None)
        return cls(size) if isinstance(module, nn.AdaptiveAvgPool2d) else None

    def reach(self, axis: int, cells: int | None = None) -> Reach:
        stride, spread = _ratio(known(self, cells), self.target[axis])
        return Reach(stride, spread, frozenset(range(1 - spread, stride)))

    def spacing(self, input_size: Pair) -> tuple[Fraction, Fraction] | None:
        even = all(side % target == 0 for side, target in zip(input_size, self.target, strict=True))
        return super().spacing(input_size) if even else None

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        return F.adaptive_avg_pool2d(input, self.target)


@dataclass(frozen=True, init=False)
class Upsample(Layer):
    """Make every map larger, without weights: by repeating numbers, or by mixing the nearest four.

    Parameters
    ----------
    size : int or (int, int), optional
        Rows and columns of the output.
    scale_factor : int or (int, int), optional
        How many times larger the output is. One of the two is given.
    mode : {"nearest", "bilinear"}, default "nearest"
        Repeat the nearest number, or mix the nearest two along each axis, the cells' centres aligned.

    Raises
    ------
    ConvLabError
        For neither or both of size and scale_factor, for a factor that is no whole number, for another mode.

    Notes
    -----
    Nearest: output row ``o`` is input row ``⌊o · in / out⌋``. Bilinear: it lies at ``(o + 0.5) · in / out − 0.5``
    and is the mean of the rows around, each weighed by how near it is; beyond the border the border counts.

    References
    ----------
    torch.nn.Upsample

    Examples
    --------
    >>> import torch
    >>> Upsample(scale_factor=(1, 2))(torch.tensor([[[1.0, 5.0]]]))
    tensor([[[1., 1., 5., 5.]]])
    >>> Upsample(scale_factor=(1, 2), mode="bilinear")(torch.tensor([[[1.0, 5.0]]]))
    tensor([[[1., 2., 4., 5.]]])
    """

    name: ClassVar[str] = "Up-sampling"
    extras: ClassVar[tuple[str, ...]] = ("align_corners", "recompute_scale_factor")
    batched: ClassVar[bool] = True
    size: Pair | None
    scale_factor: Pair | None
    mode: str = field(default="nearest")

    def __init__(self, size: Sides | None = None, scale_factor: Sides | None = None, mode: str = "nearest") -> None:
        if mode not in MODES:
            rule = f"must be one of {', '.join(MODES)}"
            raise ConvLabError("mode", mode, rule, advice='Use "nearest".', fix={"mode": "nearest"})
        if (size is None) == (scale_factor is None):
            rule = "must be given, or size, but not both"
            advice, fix = "Use scale_factor 2.", {"size": None, "scale_factor": 2}
            raise ConvLabError("scale_factor", scale_factor, rule, advice=advice, fix=fix)
        self.__dict__.update(
            size=None if size is None else pair("size", size, 1),
            scale_factor=None if scale_factor is None else pair("scale_factor", _entire(scale_factor), 1),
            mode=mode,
        )

    @property
    def short_name(self) -> str:
        """The layer in words: nearest, 2×2 times larger."""
        larger = f"{by(self.scale_factor)} times larger" if self.scale_factor else f"to {by(self.size or ())}"
        return f"{self.mode}, {larger}"

    @property
    def sized(self) -> bool:
        return self.scale_factor is None

    def output_size(self, input_size: Pair) -> Pair:
        if self.scale_factor:
            return input_size[0] * self.scale_factor[0], input_size[1] * self.scale_factor[1]
        return self.size or input_size

    def reach(self, axis: int, cells: int | None = None) -> Reach:
        if self.scale_factor:
            stride, spread = 1, self.scale_factor[axis]
        else:
            stride, spread = _ratio(known(self, cells), self.output_size((1, 1))[axis])
        if self.mode == "nearest":
            return Reach(stride, spread, frozenset(range(1 - spread, 1)))
        offsets = range(stride - 3 * spread + 1, stride + spread)
        return Reach(stride, spread, frozenset(twice // 2 for twice in offsets if twice % 2 == 0))

    def copies(self, place: int, cells: int) -> int | None:
        return min(max(place, 0), cells - 1)

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        batch = input if input.dim() == 4 else input[None]
        size = self.output_size((input.shape[-2], input.shape[-1]))
        return F.interpolate(batch, size, mode=self.mode).reshape(*input.shape[:-2], *size)


def _entire(sides: Any) -> Any:
    """Whole numbers that torch keeps as floats, as ints; others as they are."""
    if isinstance(sides, (tuple, list)):
        return tuple(_entire(side) for side in sides)
    return int(sides) if isinstance(sides, float) and sides.is_integer() else sides


def _ratio(cells: int, outputs: int) -> Pair:
    """Input cells to output cells, in the smallest numbers."""
    common = gcd(cells, outputs)
    return cells // common, outputs // common


def known(layer: Layer, cells: int | None) -> int:
    """The input's rows or columns, without which a layer with a fixed output cannot say what it reads.

    Examples
    --------
    >>> known(AdaptiveAvgPool2d(1), 14)
    14
    """
    if cells is None:
        numbers = f"what {layer.name} reads depends on it"
        advice = "Give the rows and columns of the input."
        raise ConvLabError("input_size", None, "must be known", numbers=numbers, advice=advice)
    return cells
