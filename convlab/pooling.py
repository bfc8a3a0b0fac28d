"""The two pooling layers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, ClassVar, Literal

import torch.nn.functional as F
from torch import Tensor

from convlab.base import Taps, Windowed
from convlab.errors import ConvLabError
from convlab.speech import Parts, counted, spoken, verb
from convlab.window import Pair, Sides, Window


@dataclass(frozen=True, init=False)
class _Pool(Windowed):
    """What the two pooling layers share."""

    kernel_size: Pair
    stride: Pair
    padding: Pair
    dilation: Pair
    ceil_mode: bool
    window: Window = field(init=False, repr=False, compare=False)

    def _keep(self, kernel_size: Sides, stride: Sides | None, padding: Sides, dilation: Sides, ceil_mode: bool) -> None:
        """Check the settings, and keep them."""
        window = Window(kernel_size, kernel_size if stride is None else stride, padding, dilation)
        self.__dict__.update(window.sides, ceil_mode=ceil_mode, window=window)
        most = self._most_padding
        if any(ring > limit for ring, limit in zip(window.padding, most, strict=True)):
            rule = "must be at most half the kernel of a pooling layer"
            numbers = f"{window.padding} with a kernel_size of {window.kernel_size}"
            fix = {"padding": tuple(map(min, window.padding, most))}
            advice = f"Use padding {most} at the most."
            raise ConvLabError("padding", window.padding, rule, numbers=numbers, advice=advice, fix=fix)

    def output_size(self, input_size: Pair) -> Pair:
        return self.window.output_size(input_size, self.ceil_mode, self._most_padding)

    @property
    def _most_padding(self) -> Pair:
        """Half the kernel."""
        rows, columns = self.kernel_size
        return rows // 2, columns // 2

    def formula(self, input_shape: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.window.formula(axis, input_shape[axis - 2], self.ceil_mode) for axis in (0, 1))

    def letters(self, input_shape: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.window.letters(axis, input_shape[axis - 2], self.ceil_mode) for axis in (0, 1))

    def settings(self) -> dict[str, Any]:
        """What differs from the defaults; a stride that follows the kernel_size is one."""
        settings = super().settings()
        if self.stride == self.kernel_size:
            del settings["stride"]
        return settings


@dataclass(frozen=True, init=False)
class MaxPool2d(_Pool):
    """Keep the largest number of each window.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Rows and columns of the window.
    stride : int or (int, int), optional
        Steps between windows; the kernel_size where it is left out.
    padding : int or (int, int), default 0
        Cells of minus infinity around the input, at most half the kernel_size.
    dilation : int or (int, int), default 1, by name
        Cells from one window cell to the next.
    ceil_mode : bool, default False, by name
        Let a last window hang over the end instead of leaving pixels over.

    Raises
    ------
    ConvLabError
        For whatever torch would refuse.

    References
    ----------
    torch.nn.MaxPool2d

    Examples
    --------
    >>> import torch
    >>> MaxPool2d(2).output_shape((4, 231, 176))
    (4, 115, 88)
    >>> MaxPool2d(2)(torch.tensor([[[1.0, 4.0], [-3.0, 2.0]]]))
    tensor([[[4.]]])
    """

    name: ClassVar[str] = "Maximum pooling"
    short: ClassVar[str] = "max"
    arithmetic: ClassVar[Literal["max"]] = "max"
    extras: ClassVar[tuple[str, ...]] = ("return_indices",)
    fill: ClassVar[float] = -inf

    def __init__(
        self,
        kernel_size: Sides,
        stride: Sides | None = None,
        padding: Sides = 0,
        *,
        dilation: Sides = 1,
        ceil_mode: bool = False,
    ) -> None:
        self._keep(kernel_size, stride, padding, dilation, ceil_mode)

    @property
    def fill_text(self) -> str:
        return "−∞"

    @property
    def padding_words(self) -> str:
        return "a maximum never chooses it"

    def tap_weights(self, channel: int, weight: Tensor | None, taps: Taps) -> Tensor:
        """1 for the tap with the largest number, the first of equals; all 0 where the window meets padding alone."""
        met = taps.inside.flatten(-2)
        read = taps.inputs[channel].flatten(-2).where(met, -inf)
        largest = (read == read.amax(-1, keepdim=True)) & met
        first = largest & (largest.cumsum(-1) == 1)
        return first.double().unflatten(-1, self.kernel_size)[None]

    def told(self, parts: Parts) -> str:
        if parts.winner is None:
            return "all of its window is padding, so it is minus infinity"
        if parts.met == 1:
            return f"the only number, over {parts.place}, is {spoken(parts.total)}"
        largest = f"the largest of {counted(parts.met, 'number')} over {parts.place} is {spoken(parts.total)}"
        return f"{largest}, from row {parts.winner[0]}, column {parts.winner[1]}"

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        return F.max_pool2d(input, self.kernel_size, self.stride, self.padding, self.dilation, ceil_mode=self.ceil_mode)


@dataclass(frozen=True, init=False)
class AvgPool2d(_Pool):
    """Keep the mean of each window.

    Parameters
    ----------
    kernel_size, stride, padding
        As in `MaxPool2d`; the padding cells are zeros.
    ceil_mode : bool, default False, by name
        Let a last window hang over the end; it is divided by the cells it really covers.
    count_include_pad : bool, default True, by name
        Count the padding cells in the mean.

    Raises
    ------
    ConvLabError
        For whatever torch would refuse.

    References
    ----------
    torch.nn.AvgPool2d

    Examples
    --------
    >>> import torch
    >>> AvgPool2d(2)(torch.tensor([[[1.0, 4.0], [-3.0, 2.0]]]))
    tensor([[[1.]]])
    """

    name: ClassVar[str] = "Average pooling"
    short: ClassVar[str] = "average"
    arithmetic: ClassVar[Literal["avg"]] = "avg"
    extras: ClassVar[tuple[str, ...]] = ("divisor_override",)
    dilation: Pair = field(init=False, repr=False)
    count_include_pad: bool

    def __init__(
        self,
        kernel_size: Sides,
        stride: Sides | None = None,
        padding: Sides = 0,
        *,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self._keep(kernel_size, stride, padding, 1, ceil_mode)
        self.__dict__.update(count_include_pad=count_include_pad)

    @property
    def fill_text(self) -> str:
        return "0" if self.count_include_pad else ""

    @property
    def padding_words(self) -> str:
        return "the mean counts it as 0" if self.count_include_pad else "the mean leaves it out"

    @property
    def counted_ring(self) -> Pair:
        return self.padding if self.count_include_pad else (0, 0)

    def tap_weights(self, channel: int, weight: Tensor | None, taps: Taps) -> Tensor:
        """1 / divisor for each cell that is counted."""
        counted = taps.inside if taps.counted is None else taps.counted
        return (counted.double() / counted.sum((-2, -1), keepdim=True))[None]

    def told(self, parts: Parts) -> str:
        divisor = parts.divisor or 1
        padding = ", padding counted," if divisor > parts.met else ""
        numbers = f"{counted(parts.met, 'number')} over {parts.place} {verb(parts.met)} {spoken(parts.inputs)}"
        return f"{numbers}; divided by {counted(divisor)}{padding} that is {spoken(parts.total)}"

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        settings = (self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)
        return F.avg_pool2d(input, *settings)
